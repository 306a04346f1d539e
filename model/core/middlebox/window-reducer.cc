// SPDX-License-Identifier: GPL-2.0-only
#include "window-reducer.h"

#include <algorithm>

namespace mptcp
{

WindowReducer::WindowReducer(uint32_t mostBytes)
    : m_mostBytes(mostBytes)
{
}

std::string_view
WindowReducer::Name() const
{
    return "window";
}

void
WindowReducer::On(Way way, TcpSegment segment, Time, BoxOutput& out)
{
    Shifts& flow = m_flows.Always(way, segment);
    uint32_t most = m_mostBytes;
    if (segment.Has(TcpSegment::SYN))
    {
        flow.of[static_cast<std::size_t>(way)] = segment.WindowShift();
    }
    else if (flow.of[0] && flow.of[1]) // both must offer it (RFC 7323 2.2)
    {
        most >>= *flow.of[static_cast<std::size_t>(way)];
    }
    if (segment.window > most)
    {
        ++m_counters.changed;
        segment.window = static_cast<uint16_t>(most);
    }
    out.Send(way, std::move(segment));
}

} // namespace mptcp
