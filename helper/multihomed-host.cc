// SPDX-License-Identifier: GPL-2.0-only
#include "multihomed-host.h"

#include "mptcp-host-routing-helper.h"
#include "routing/mptcp-host-routing.h"
#include "wiring.h"

#include "ns3/node.h"

namespace ns3
{

namespace
{

// The nodes are A, R1, R2, the Internet and B.
constexpr std::size_t FIRST_ROUTER = 1;

} // namespace

MultihomedHost::MultihomedHost(const MultihomedHostSpec& spec)
    : TwoIspNetwork(5)
{
    MptcpHostRoutingHelper(spec.model).Install(Host());
    for (std::size_t isp = 0; isp < 2; ++isp)
    {
        BuildAccess(isp, spec);
    }
    AttachPeer();
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
    CountOn(isp, access);
    MptcpIpv4HostRouting::Of(Host())->AddDefaultRoute(Number(network, 1),
                                                      HostInterface(isp),
                                                      spec.metrics[isp]);
    // Towards the Internet: 10.101.0.0 and 10.102.0.0.
    Wire(router, Number(100 + network, 1), Internet(), Number(100 + network, 2));
    AddStaticRoute(router, Ipv4Address::GetAny(), Number(100 + network, 2), 2);
    AddStaticRoute(Internet(),
                   Number(network, 0),
                   Number(100 + network, 1),
                   static_cast<uint32_t>(isp + 1));
    if (spec.ingressFilters)
    {
        Filter(isp, router);
    }
}

Ptr<Node>
MultihomedHost::Router(std::size_t isp) const
{
    return At(FIRST_ROUTER + isp);
}

uint32_t
MultihomedHost::HostInterface(std::size_t isp)
{
    return static_cast<uint32_t>(isp + 1); // 0 is the loopback
}

uint64_t
MultihomedHost::UnroutablePackets() const
{
    return MptcpIpv4HostRouting::Of(Host())->GetUnroutablePackets();
}

} // namespace ns3
