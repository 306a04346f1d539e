// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ISN_RANDOMISER_H
#define MPTCP_ISN_RANDOMISER_H

#include "flow-table.h"

namespace mptcp
{

/**
 * Gives both directions of every connection other initial sequence numbers, as firewalls do to
 * protect hosts whose own can be guessed (RFC 6182 7). Acknowledgments and SACK blocks follow.
 *
 * Connections whose SYN it has not seen pass as they are.
 */
class IsnRandomiser : public Middlebox
{
  public:
    /// \param secret what the numbers are made from, as in RFC 6528; equal secrets, equal numbers
    explicit IsnRandomiser(uint64_t secret);
    [[nodiscard]] std::string_view Name() const override;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    /// What is added to the sequence numbers of segments that go out, and of those that go in.
    struct Offsets
    {
        bool areChosen{false};
        uint32_t out{0};
        uint32_t in{0};
    };

    uint32_t Draw();

    uint64_t m_state;
    FlowTable<Offsets> m_flows;
};

} // namespace mptcp

#endif // MPTCP_ISN_RANDOMISER_H
