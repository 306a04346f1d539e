// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STATEFUL_FIREWALL_H
#define MPTCP_STATEFUL_FIREWALL_H

#include "flow-table.h"

#include <array>

namespace mptcp
{

/**
 * Lets connections pass that were opened from inside, and of those only what lies in their windows
 * (RFC 2979; the window rules are those of van Rooij, "Real Stateful TCP Packet Filtering", 2000:
 * data up to what the other side has allowed, and not older than a window; acknowledgments of what
 * was sent).
 */
class StatefulFirewall : public Middlebox
{
  public:
    [[nodiscard]] std::string_view Name() const override;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    /// What is known of one side.
    struct Side
    {
        bool isOpen{false};
        uint32_t end{0};        //!< the highest sequence number it has sent, plus one
        uint32_t allowed{0};    //!< right edge of the window that the other side has offered it
        uint32_t mostWindow{1}; //!< the largest window that it has offered
        std::optional<uint8_t> shift;
    };

    struct Flow
    {
        std::array<Side, 2> sides; //!< by the way its segments go
    };

    static bool Accepts(const Flow& flow, Way way, const TcpSegment& segment);
    static void Learn(Flow& flow, Way way, const TcpSegment& segment);

    FlowTable<Flow> m_flows;
};

} // namespace mptcp

#endif // MPTCP_STATEFUL_FIREWALL_H
