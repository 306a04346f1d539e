// SPDX-License-Identifier: GPL-2.0-only
#include "stateful-firewall.h"

#include <algorithm>

namespace mptcp
{

std::string_view
StatefulFirewall::Name() const
{
    return "firewall";
}

bool
StatefulFirewall::Accepts(const Flow& flow, Way way, const TcpSegment& segment)
{
    const Side& sender = flow.sides[static_cast<std::size_t>(way)];
    const Side& receiver = flow.sides[static_cast<std::size_t>(Opposite(way))];
    if (segment.Has(TcpSegment::SYN))
    {
        return !sender.isOpen || !receiver.isOpen || segment.sequence + 1 - sender.end == 0;
    }
    if (!sender.isOpen || !receiver.isOpen)
    {
        return segment.Has(TcpSegment::RST); // a refusal
    }
    const bool isAllowed = !IsBefore(sender.allowed, segment.SequenceEnd());
    const bool isRecent = !IsBefore(segment.sequence, sender.end - receiver.mostWindow);
    const bool isAnswer =
        !segment.Has(TcpSegment::ACK) || !IsBefore(receiver.end, segment.acknowledgment);
    return isAllowed && isRecent && isAnswer;
}

void
StatefulFirewall::Learn(Flow& flow, Way way, const TcpSegment& segment)
{
    Side& sender = flow.sides[static_cast<std::size_t>(way)];
    Side& receiver = flow.sides[static_cast<std::size_t>(Opposite(way))];
    uint32_t window = segment.window;
    if (segment.Has(TcpSegment::SYN))
    {
        sender.isOpen = true;
        sender.end = segment.SequenceEnd();
        sender.shift = segment.WindowShift();
        // Until the other side has named a window: what a SYN may carry (RFC 9293 3.8.6).
        sender.allowed = sender.end;
    }
    else if (sender.shift && receiver.shift)
    {
        window <<= *sender.shift;
    }
    sender.mostWindow = std::max(sender.mostWindow, window);
    sender.end = IsBefore(sender.end, segment.SequenceEnd()) ? segment.SequenceEnd() : sender.end;
    if (segment.Has(TcpSegment::ACK))
    {
        // One more: a window of none lets a probe pass, and a FIN needs no room.
        const uint32_t edge = segment.acknowledgment + std::max(window, 1U);
        receiver.allowed = IsBefore(receiver.allowed, edge) ? edge : receiver.allowed;
    }
}

void
StatefulFirewall::On(Way way, TcpSegment segment, Time, BoxOutput& out)
{
    const bool isInvitation = segment.Has(TcpSegment::SYN) && !segment.Has(TcpSegment::ACK);
    // Asked first, so that a SYN from outside makes no state.
    Flow* flow = way == Way::In && isInvitation ? nullptr : m_flows.Of(way, segment);
    if (flow == nullptr || !Accepts(*flow, way, segment))
    {
        ++m_counters.dropped;
        return;
    }
    Learn(*flow, way, segment);
    out.Send(way, std::move(segment));
}

} // namespace mptcp
