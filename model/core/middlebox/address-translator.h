// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ADDRESS_TRANSLATOR_H
#define MPTCP_ADDRESS_TRANSLATOR_H

#include "middlebox.h"

#include <array>
#include <map>
#include <vector>

namespace mptcp
{

/**
 * Basic NAT (RFC 3022 2.1): each inside address gets a public one for itself; ports stay.
 *
 * Who is bound can be reached from outside. What comes for a public address that nobody has, and
 * what the inside sends to a public address (hairpinning), is dropped.
 */
class AddressTranslator : public Middlebox
{
  public:
    struct Settings
    {
        std::vector<IpAddress> publicAddresses{};
        /// An address that was not used for so long may be given to somebody else.
        Time timeout{std::chrono::hours(24)};
    };

    explicit AddressTranslator(Settings settings);
    [[nodiscard]] std::string_view Name() const override;
    [[nodiscard]] std::size_t Bindings() const;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    struct Binding
    {
        IpAddress inside;
        Time lastUsed;
    };

    /// Index of the public address of an inside one; Settings::publicAddresses.size() if none.
    std::size_t Bind(const IpAddress& inside, Time now);
    [[nodiscard]] std::size_t IndexOf(const IpAddress& publicAddress) const;

    Settings m_settings;
    std::map<std::size_t, Binding> m_bindings; //!< by index of the public address
};

} // namespace mptcp

#endif // MPTCP_ADDRESS_TRANSLATOR_H
