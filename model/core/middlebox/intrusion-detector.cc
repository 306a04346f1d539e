// SPDX-License-Identifier: GPL-2.0-only
#include "intrusion-detector.h"

#include <algorithm>

namespace mptcp
{

std::string_view
IntrusionDetector::Name() const
{
    return "ids";
}

uint64_t
IntrusionDetector::MidStream() const
{
    return m_midStream;
}

void
IntrusionDetector::On(Way way, TcpSegment segment, Time, BoxOutput& out)
{
    auto* flow = m_flows.Of(way, segment);
    Direction* direction = flow != nullptr ? &(*flow)[static_cast<std::size_t>(way)] : nullptr;
    if (direction != nullptr && segment.Has(TcpSegment::SYN))
    {
        direction->positions.Open(segment.sequence);
    }
    else if (direction == nullptr ||
             (!direction->positions.IsOpen() && !segment.Has(TcpSegment::RST)))
    {
        ++m_midStream;
        ++m_counters.dropped;
        return;
    }
    if (!segment.payload.empty() && !segment.Has(TcpSegment::SYN))
    {
        const uint64_t begin = direction->positions.Position(segment.sequence);
        if (begin > direction->end)
        {
            ++m_counters.dropped;
            return;
        }
        direction->end = std::max(direction->end, begin + segment.PayloadBytes());
    }
    out.Send(way, std::move(segment));
}

} // namespace mptcp
