// SPDX-License-Identifier: GPL-2.0-only
#include "unknown-option-filter.h"

#include <algorithm>

namespace mptcp
{

UnknownOptionFilter::UnknownOptionFilter(Segments segments)
    : m_segments(segments)
{
}

std::string_view
UnknownOptionFilter::Name() const
{
    return "drop-unknown";
}

void
UnknownOptionFilter::On(Way way, TcpSegment segment, Time, BoxOutput& out)
{
    const bool isWatched = m_segments == Segments::All || !segment.Has(TcpSegment::SYN);
    if (isWatched &&
        std::any_of(segment.options.begin(), segment.options.end(), [](const TcpOption& option) {
            return !IsKnownTcpOption(option[0]);
        }))
    {
        ++m_counters.dropped;
        return;
    }
    out.Send(way, std::move(segment));
}

} // namespace mptcp
