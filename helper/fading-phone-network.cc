// SPDX-License-Identifier: GPL-2.0-only
#include "fading-phone-network.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

namespace
{

constexpr int FADE_STEPS = 50;

} // namespace

FadingPhoneNetwork::FadingPhoneNetwork(const PathSpec& wifi,
                                       const PathSpec& cellular,
                                       const WifiOutage& outage)
    : m_outage(outage),
      m_topology(MultipathTopology::Kind::Multihomed, {wifi, cellular})
{
    Simulator::Schedule(outage.goneAt - outage.fade, [this] {
        ReportFailing();
        Fade();
    });
    Simulator::Schedule(outage.goneAt + outage.notice, [this] {
        m_topology.TakeDown(WIFI);
        ReportLost();
    });
    if (outage.returnAfter)
    {
        Simulator::Schedule(outage.goneAt + *outage.returnAfter, [this] { Return(); });
    }
}

void
FadingPhoneNetwork::Fade()
{
    const double left = (m_outage.goneAt - Simulator::Now()).GetSeconds();
    const double gone = left > 0 ? 1 - left / m_outage.fade.GetSeconds() : 1;
    m_topology.SetLoss(WIFI, std::max(gone, m_topology.Paths()[WIFI].lossRate));
    if (left > 0)
    {
        const Time step = std::max(m_outage.fade / FADE_STEPS, NanoSeconds(1));
        Simulator::Schedule(std::min(step, m_outage.goneAt - Simulator::Now()), [this] { Fade(); });
    }
}

void
FadingPhoneNetwork::Return()
{
    m_topology.SetLoss(WIFI, m_topology.Paths()[WIFI].lossRate);
    m_topology.TakeUp(WIFI);
    ReportFound();
}

Ptr<Node>
FadingPhoneNetwork::Phone() const
{
    return m_topology.Client();
}

Ptr<Node>
FadingPhoneNetwork::Server() const
{
    return m_topology.Server();
}

Ipv4Address
FadingPhoneNetwork::PhoneAddress(std::size_t access) const
{
    return m_topology.ClientAddress(access);
}

Ipv4Address
FadingPhoneNetwork::ServerAddress() const
{
    return m_topology.ServerAddress(WIFI);
}

std::string
FadingPhoneNetwork::AccessName(std::size_t access) const
{
    return m_topology.Paths().at(access).name;
}

Time
FadingPhoneNetwork::GoneAt() const
{
    return m_outage.goneAt;
}

int64_t
FadingPhoneNetwork::AssignStreams(int64_t stream)
{
    return m_topology.AssignStreams(stream);
}

} // namespace ns3
