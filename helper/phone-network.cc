// SPDX-License-Identifier: GPL-2.0-only
#include "phone-network.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

NodeContainer
PhoneNetwork::Hosts() const
{
    return {Phone(), Server()};
}

void
PhoneNetwork::OnWifi(std::function<void()> lost, std::function<void()> found)
{
    m_lost = std::move(lost);
    m_found = std::move(found);
}

Time
PhoneNetwork::NoticedAt() const
{
    return m_noticedAt;
}

void
PhoneNetwork::ReportLost()
{
    m_noticedAt = std::min(m_noticedAt, Simulator::Now());
    if (m_lost)
    {
        m_lost();
    }
}

void
PhoneNetwork::ReportFound()
{
    if (m_found)
    {
        m_found();
    }
}

} // namespace ns3
