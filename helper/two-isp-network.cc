// SPDX-License-Identifier: GPL-2.0-only
#include "two-isp-network.h"

#include "wiring.h"

#include "ns3/callback.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/node.h"

namespace ns3
{

namespace
{

/// Counts what a device brings up.
void
Count(Ptr<NetDevice> device, uint64_t& packets)
{
    device->TraceConnectWithoutContext(
        "MacRx",
        Callback<void, Ptr<const Packet>>([&packets](Ptr<const Packet>) { ++packets; }));
}

} // namespace

TwoIspNetwork::TwoIspNetwork(uint32_t nodes)
{
    m_nodes.Create(nodes);
    InternetStackHelper internet;
    internet.SetIpv6StackInstall(false);
    internet.Install(m_nodes);
}

Ptr<Node>
TwoIspNetwork::At(std::size_t index) const
{
    return m_nodes.Get(static_cast<uint32_t>(index));
}

Ptr<Node>
TwoIspNetwork::Host() const
{
    return At(0);
}

Ptr<Node>
TwoIspNetwork::Peer() const
{
    return At(m_nodes.GetN() - 1);
}

Ptr<Node>
TwoIspNetwork::Internet() const
{
    return At(m_nodes.GetN() - 2);
}

Ipv4Address
TwoIspNetwork::Number(std::size_t network, uint32_t host)
{
    return Ipv4Address((10U << 24U) | (static_cast<uint32_t>(network) << 16U) | host);
}

Ipv4Address
TwoIspNetwork::HostAddress(std::size_t isp)
{
    return Number(isp + 1, 2);
}

Ipv4Address
TwoIspNetwork::PeerAddress()
{
    return Number(9, 2);
}

void
TwoIspNetwork::CountOn(std::size_t isp, const NetDeviceContainer& access)
{
    Count(access.Get(1), m_counts[isp].sent);
    Count(access.Get(0), m_counts[isp].arrived);
}

void
TwoIspNetwork::Filter(std::size_t isp, Ptr<Node> router)
{
    m_filters[isp] = MptcpIpv4IngressFilter::Install(router);
    m_filters[isp]->FilterInterface(1);
    m_filters[isp]->Allow(Number(isp + 1, 0), Ipv4Mask("/24"));
}

void
TwoIspNetwork::AttachPeer()
{
    Wire(Internet(), Number(9, 1), Peer(), PeerAddress());
    AddStaticRoute(Peer(), Ipv4Address::GetAny(), Number(9, 1), 1);
}

uint64_t
TwoIspNetwork::SentPackets(std::size_t isp) const
{
    return m_counts.at(isp).sent;
}

uint64_t
TwoIspNetwork::FilteredPackets(std::size_t isp) const
{
    return m_filters.at(isp) ? m_filters[isp]->GetDroppedPackets() : 0;
}

uint64_t
TwoIspNetwork::ArrivedPackets(std::size_t isp) const
{
    return m_counts.at(isp).arrived;
}

} // namespace ns3
