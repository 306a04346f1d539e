// SPDX-License-Identifier: GPL-2.0-only
#include "phone-network.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

Time
PhoneNetwork::ReadyAt() const
{
    return Seconds(0);
}

bool
PhoneNetwork::IsReady() const
{
    return true;
}

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

void
PhoneNetwork::OnFailing(std::function<void()> failing)
{
    m_failing = std::move(failing);
}

Time
PhoneNetwork::FailingSince() const
{
    return m_failingSince;
}

Time
PhoneNetwork::NoticedAt() const
{
    return m_noticedAt;
}

Time
PhoneNetwork::FoundAt() const
{
    return m_foundAt;
}

void
PhoneNetwork::ReportFailing()
{
    if (m_failingSince != Time::Max())
    {
        return;
    }
    m_failingSince = Simulator::Now();
    if (m_failing)
    {
        m_failing();
    }
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
    m_foundAt = std::min(m_foundAt, Simulator::Now());
    if (m_found)
    {
        m_found();
    }
}

} // namespace ns3
