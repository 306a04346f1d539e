// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PORT_TRANSLATOR_H
#define MPTCP_PORT_TRANSLATOR_H

#include "flow-table.h"

#include <map>

namespace mptcp
{

/**
 * NAPT (RFC 3022 2.2): everybody inside shares one public address, told apart by ports.
 *
 * An inside endpoint keeps one public port towards everybody (endpoint-independent mapping, RFC
 * 4787 REQ-1); only those it has sent to may answer (address and port-dependent filtering). A
 * mapping that nobody uses is forgotten. Hairpinning is off.
 */
class PortTranslator : public Middlebox
{
  public:
    struct Settings
    {
        IpAddress publicAddress{};
        uint16_t firstPort{20000};
        uint16_t ports{10000};                    //!< so many from the first on
        Time timeout{std::chrono::seconds(7440)}; //!< RFC 5382 REQ-5: at least 2 h 4 min
    };

    explicit PortTranslator(const Settings& settings);
    [[nodiscard]] std::string_view Name() const override;
    [[nodiscard]] std::size_t Mappings() const;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    struct Mapping
    {
        Endpoint inside;
        std::map<Endpoint, Time, EndpointOrder> lastUsed; //!< by whom it was sent to
    };

    /// The public port of an inside endpoint; nothing if all are taken.
    std::optional<uint16_t> PortOf(const Endpoint& inside, Time now);
    void Forget(Time now);
    bool TranslateOut(TcpSegment& segment, Time now);
    bool TranslateIn(TcpSegment& segment, Time now);

    Settings m_settings;
    uint16_t m_next{0}; //!< index of the port to try next
    std::map<uint16_t, Mapping> m_byPort;
    std::map<Endpoint, uint16_t, EndpointOrder> m_byInside;
};

} // namespace mptcp

#endif // MPTCP_PORT_TRANSLATOR_H
