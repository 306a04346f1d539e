// SPDX-License-Identifier: GPL-2.0-only
#include "blackhole.h"

namespace mptcp
{

Blackhole::Blackhole(uint64_t afterPayloadBytes, Scope scope)
    : m_afterPayloadBytes(afterPayloadBytes),
      m_scope(scope)
{
}

std::string_view
Blackhole::Name() const
{
    return "blackhole";
}

void
Blackhole::On(Way way, TcpSegment segment, Time, BoxOutput& out)
{
    uint64_t& carried = m_payloadBytes.Always(way, segment);
    if (m_isPathGone || carried >= m_afterPayloadBytes)
    {
        m_isPathGone = m_scope == Scope::Path;
        ++m_counters.dropped;
        return;
    }
    carried += segment.PayloadBytes();
    out.Send(way, std::move(segment));
}

} // namespace mptcp
