// SPDX-License-Identifier: GPL-2.0-only
#include "delivery-gaps.h"

#include "ns3/simulator.h"

namespace ns3
{

void
DeliveryGaps::Note()
{
    const Time now = Simulator::Now();
    if (m_times.empty() || m_times.back() < now)
    {
        m_times.push_back(now);
    }
}

DeliveryGaps::Gap
DeliveryGaps::Longest(Time from, Time to, Time end) const
{
    Gap longest{from, Time(0)};
    Time begin(0);
    for (std::size_t i = 0; i <= m_times.size(); ++i)
    {
        const Time next = i < m_times.size() ? m_times[i] : end;
        if (next >= from && begin <= to && next - begin > longest.length)
        {
            longest = {begin, next - begin};
        }
        begin = next;
    }
    return longest;
}

} // namespace ns3
