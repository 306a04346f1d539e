// SPDX-License-Identifier: GPL-2.0-only
#include "multihomed-host.h"

#include "mptcp-host-routing-helper.h"
#include "routing/mptcp-host-routing.h"
#include "wiring.h"

#include "ns3/callback.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4.h"
#include "ns3/node.h"

namespace ns3
{

namespace
{

// Order of the nodes.
constexpr uint32_t HOST = 0;
constexpr uint32_t FIRST_ROUTER = 1;
constexpr uint32_t INTERNET = 3;
constexpr uint32_t PEER = 4;

constexpr uint32_t ACCESS_QUEUE_BYTES = 50'000;

/// 10.<network>.0.<host>
Ipv4Address
Number(std::size_t network, uint32_t host)
{
    return Ipv4Address((10U << 24U) | (static_cast<uint32_t>(network) << 16U) | host);
}

/// Counts what a device brings up.
void
Count(Ptr<NetDevice> device, uint64_t& packets)
{
    device->TraceConnectWithoutContext(
        "MacRx",
        Callback<void, Ptr<const Packet>>([&packets](Ptr<const Packet>) { ++packets; }));
}

} // namespace

MultihomedHost::MultihomedHost(const MultihomedHostSpec& spec)
{
    m_nodes.Create(5);
    InternetStackHelper internet;
    internet.SetIpv6StackInstall(false);
    internet.Install(m_nodes);
    MptcpHostRoutingHelper(spec.model).Install(Host());
    for (std::size_t isp = 0; isp < 2; ++isp)
    {
        BuildAccess(isp, spec);
    }
    BuildPeer();
}

void
MultihomedHost::BuildAccess(std::size_t isp, const MultihomedHostSpec& spec)
{
    const std::size_t network = isp + 1;
    Ptr<Node> router = Router(isp);
    const auto access = Wire(Host(),
                             HostAddress(isp),
                             router,
                             Number(network, 1),
                             {spec.rate, spec.delay, ACCESS_QUEUE_BYTES});
    Count(access.Get(1), m_counts[isp].sent);
    Count(access.Get(0), m_counts[isp].arrived);
    MptcpIpv4HostRouting::Of(Host())->AddDefaultRoute(Number(network, 1),
                                                      HostInterface(isp),
                                                      spec.metrics[isp]);
    // Towards the Internet: 10.101.0.0 and 10.102.0.0.
    Wire(router, Number(100 + network, 1), m_nodes.Get(INTERNET), Number(100 + network, 2));
    AddStaticRoute(router, Ipv4Address::GetAny(), Number(100 + network, 2), 2);
    AddStaticRoute(m_nodes.Get(INTERNET),
                   Number(network, 0),
                   Number(100 + network, 1),
                   static_cast<uint32_t>(isp + 1));
    if (spec.ingressFilters)
    {
        m_filters[isp] = MptcpIpv4IngressFilter::Install(router);
        m_filters[isp]->FilterInterface(1);
        m_filters[isp]->Allow(Number(network, 0), Ipv4Mask("/24"));
    }
}

void
MultihomedHost::BuildPeer()
{
    Wire(m_nodes.Get(INTERNET), Number(9, 1), Peer(), PeerAddress());
    AddStaticRoute(Peer(), Ipv4Address::GetAny(), Number(9, 1), 1);
}

Ptr<Node>
MultihomedHost::Host() const
{
    return m_nodes.Get(HOST);
}

Ptr<Node>
MultihomedHost::Peer() const
{
    return m_nodes.Get(PEER);
}

Ptr<Node>
MultihomedHost::Router(std::size_t isp) const
{
    return m_nodes.Get(FIRST_ROUTER + static_cast<uint32_t>(isp));
}

Ipv4Address
MultihomedHost::HostAddress(std::size_t isp) const
{
    return Number(isp + 1, 2);
}

Ipv4Address
MultihomedHost::PeerAddress() const
{
    return Number(9, 2);
}

uint32_t
MultihomedHost::HostInterface(std::size_t isp)
{
    return static_cast<uint32_t>(isp + 1); // 0 is the loopback
}

uint64_t
MultihomedHost::SentPackets(std::size_t isp) const
{
    return m_counts.at(isp).sent;
}

uint64_t
MultihomedHost::FilteredPackets(std::size_t isp) const
{
    return m_filters.at(isp) ? m_filters[isp]->GetDroppedPackets() : 0;
}

uint64_t
MultihomedHost::ArrivedPackets(std::size_t isp) const
{
    return m_counts.at(isp).arrived;
}

uint64_t
MultihomedHost::UnroutablePackets() const
{
    return MptcpIpv4HostRouting::Of(Host())->GetUnroutablePackets();
}

} // namespace ns3
