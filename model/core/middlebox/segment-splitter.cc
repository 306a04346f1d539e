// SPDX-License-Identifier: GPL-2.0-only
#include "segment-splitter.h"

#include <algorithm>
#include <cassert>

namespace mptcp
{

SegmentSplitter::SegmentSplitter(uint32_t mostPayloadBytes, OptionTreatment treatment)
    : m_mostPayloadBytes(mostPayloadBytes),
      m_treatment(treatment)
{
    assert(mostPayloadBytes > 0);
}

std::string_view
SegmentSplitter::Name() const
{
    return "split";
}

void
SegmentSplitter::On(Way way, TcpSegment segment, Time, BoxOutput& out)
{
    // A segment with urgent data has a pointer that is relative to its own beginning.
    if (segment.PayloadBytes() <= m_mostPayloadBytes || segment.Has(TcpSegment::URG))
    {
        out.Send(way, std::move(segment));
        return;
    }
    ++m_counters.changed;
    constexpr uint8_t LAST_ONLY = TcpSegment::FIN | TcpSegment::PSH;
    const uint32_t size = segment.PayloadBytes();
    for (uint32_t at = 0; at < size; at += m_mostPayloadBytes)
    {
        const uint32_t end = std::min(size, at + m_mostPayloadBytes);
        TcpSegment piece = segment;
        piece.sequence += at;
        piece.payload.assign(segment.payload.begin() + at, segment.payload.begin() + end);
        if (end < size)
        {
            piece.flags = static_cast<uint8_t>(piece.flags & ~LAST_ONLY);
        }
        if (m_treatment == OptionTreatment::Drop ||
            (m_treatment == OptionTreatment::FirstOnly && at > 0))
        {
            piece.RemoveOptions(
                [](const TcpOption& option) { return !IsKnownTcpOption(option[0]); });
        }
        m_counters.made += at > 0 ? 1 : 0;
        out.Send(way, std::move(piece));
    }
}

} // namespace mptcp
