// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-policy-routing.h"

#include "ns3-conversions.h"

#include "ns3/abort.h"
#include "ns3/ipv4-list-routing.h"
#include "ns3/output-stream-wrapper.h"

#include <utility>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpIpv4PolicyRouting);

namespace
{

constexpr int16_t PRIORITY = 10; // InternetStackHelper gives static routing 0

const mptcp::IpPrefix ANYWHERE{mptcp::IpAddress{}, 0};

} // namespace

TypeId
MptcpIpv4PolicyRouting::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpIpv4PolicyRouting")
                            .SetParent<Ipv4RoutingProtocol>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpIpv4PolicyRouting>();
    return tid;
}

Ptr<MptcpIpv4PolicyRouting>
MptcpIpv4PolicyRouting::Install(Ptr<Node> router)
{
    Ptr<Ipv4> ipv4 = router->GetObject<Ipv4>();
    NS_ABORT_MSG_IF(!ipv4, "policy routing: node " << router->GetId() << " has no IPv4");
    auto list = DynamicCast<Ipv4ListRouting>(ipv4->GetRoutingProtocol());
    NS_ABORT_MSG_IF(!list,
                    "policy routing: node "
                        << router->GetId()
                        << " has no list of routing protocols to put it into. Use "
                           "InternetStackHelper::Install without SetRoutingHelper.");
    auto routing = CreateObject<MptcpIpv4PolicyRouting>();
    list->AddRoutingProtocol(routing, PRIORITY);
    return routing;
}

void
MptcpIpv4PolicyRouting::RouteSource(Ipv4Address network,
                                    Ipv4Mask mask,
                                    Ipv4Address nextHop,
                                    uint32_t interface)
{
    m_routes.Add({ANYWHERE,
                  {ToCore(network), static_cast<uint8_t>(mask.GetPrefixLength())},
                  std::nullopt,
                  ToCore(nextHop),
                  interface});
}

void
MptcpIpv4PolicyRouting::RouteArrival(uint32_t arrival, Ipv4Address nextHop, uint32_t interface)
{
    m_routes.Add({ANYWHERE, ANYWHERE, arrival, ToCore(nextHop), interface});
}

bool
MptcpIpv4PolicyRouting::Input(Ptr<const Packet> packet,
                              const Ipv4Header& header,
                              Ptr<const NetDevice> device,
                              const Ways& ways)
{
    const auto arrival = static_cast<uint32_t>(m_ip->GetInterfaceForDevice(device));
    const mptcp::PolicyRoute* found =
        m_routes.Find(ToCore(header.GetSource()), ToCore(header.GetDestination()), arrival);
    if (!found || header.GetDestination().IsMulticast())
    {
        return false;
    }
    Ptr<Ipv4Route> route = Create<Ipv4Route>();
    route->SetDestination(header.GetDestination());
    route->SetSource(header.GetSource());
    route->SetGateway(Ipv4Address::Deserialize(found->nextHop.bytes.data()));
    route->SetOutputDevice(m_ip->GetNetDevice(found->interface));
    ways.forward(route, packet, header);
    return true;
}

void
MptcpIpv4PolicyRouting::PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                                          Time::Unit /* unit */) const
{
    *stream->GetStream() << "policy routing of a multihomed site\n";
}

} // namespace ns3
