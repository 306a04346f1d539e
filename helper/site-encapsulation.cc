// SPDX-License-Identifier: GPL-2.0-only
#include "site-encapsulation.h"

#include "ns3/abort.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-list-routing.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv6-header.h"
#include "ns3/output-stream-wrapper.h"

#include <limits>
#include <utility>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SiteTunnelDevice);
NS_OBJECT_ENSURE_REGISTERED(SourceRouteDevice);
NS_OBJECT_ENSURE_REGISTERED(SourceRouteOption);
NS_OBJECT_ENSURE_REGISTERED(SiteExit);
NS_OBJECT_ENSURE_REGISTERED(OptionFirewall);

// ---- tunnels ----

TypeId
SiteTunnelDevice::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpSiteTunnelDevice")
                            .SetParent<SimpleNetDevice>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<SiteTunnelDevice>();
    return tid;
}

void
SiteTunnelDevice::SetEnds(Ipv4Address local, Ipv4Address remote)
{
    m_local = local;
    m_remote = remote;
}

bool
SiteTunnelDevice::Send(Ptr<Packet> packet,
                       const Address& /* destination */,
                       uint16_t /* protocol */)
{
    GetNode()->GetObject<Ipv4>()->Send(packet, m_local, m_remote, PROTOCOL, nullptr);
    return true;
}

// ---- loose source routing ----

SourceRouteOption::SourceRouteOption(Ipv4Address address, uint8_t protocol)
    : m_address(address),
      m_protocol(protocol)
{
}

TypeId
SourceRouteOption::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpSourceRouteOption")
                            .SetParent<Header>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<SourceRouteOption>();
    return tid;
}

TypeId
SourceRouteOption::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t
SourceRouteOption::GetSerializedSize() const
{
    return SIZE_BYTES;
}

void
SourceRouteOption::Serialize(Buffer::Iterator start) const
{
    start.WriteU8(KIND);
    start.WriteU8(SIZE_BYTES - 1);
    start.WriteU8(m_pointer);
    start.WriteHtonU32(m_address.Get());
    start.WriteU8(m_protocol);
}

uint32_t
SourceRouteOption::Deserialize(Buffer::Iterator start)
{
    start.ReadU8();
    start.ReadU8();
    m_pointer = start.ReadU8();
    m_address.Set(start.ReadNtohU32());
    m_protocol = start.ReadU8();
    return SIZE_BYTES;
}

void
SourceRouteOption::Print(std::ostream& os) const
{
    os << "loose source route, pointer " << int{m_pointer} << ", " << m_address;
}

Ipv4Address
SourceRouteOption::Advance(Ipv4Address self)
{
    constexpr uint8_t ADDRESS_BYTES = 4;
    m_pointer = static_cast<uint8_t>(m_pointer + ADDRESS_BYTES);
    return std::exchange(m_address, self);
}

uint8_t
SourceRouteOption::GetProtocol() const
{
    return m_protocol;
}

TypeId
SourceRouteDevice::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpSourceRouteDevice")
                            .SetParent<SimpleNetDevice>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<SourceRouteDevice>();
    return tid;
}

void
SourceRouteDevice::SetHop(Ipv4Address exitRouter)
{
    m_hop = exitRouter;
}

bool
SourceRouteDevice::Send(Ptr<Packet> packet,
                        const Address& /* destination */,
                        uint16_t /* protocol */)
{
    Ipv4Header header;
    packet->RemoveHeader(header);
    packet->AddHeader(SourceRouteOption(header.GetDestination(), header.GetProtocol()));
    GetNode()->GetObject<Ipv4>()->Send(packet,
                                       header.GetSource(),
                                       m_hop,
                                       SourceRouteOption::PROTOCOL,
                                       nullptr);
    return true;
}

// ---- the exit router ----

TypeId
SiteExit::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpSiteExit")
                            .SetParent<IpL4Protocol>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<SiteExit>();
    return tid;
}

void
SiteExit::InstallTunnelEnd(Ptr<Node> router)
{
    auto exit = CreateObject<SiteExit>();
    exit->m_ipv4 = router->GetObject<Ipv4>();
    exit->m_ipv4->Insert(exit);
}

void
SiteExit::InstallSourceRouteHop(Ptr<Node> router, bool strips)
{
    auto exit = CreateObject<SiteExit>();
    exit->m_ipv4 = router->GetObject<Ipv4>();
    exit->m_protocol = SourceRouteOption::PROTOCOL;
    exit->m_strips = strips;
    exit->m_ipv4->Insert(exit);
}

int
SiteExit::GetProtocolNumber() const
{
    return m_protocol;
}

IpL4Protocol::RxStatus
SiteExit::Receive(Ptr<Packet> packet,
                  const Ipv4Header& header,
                  Ptr<Ipv4Interface> incomingInterface)
{
    Ipv4Header onward = header;
    if (m_protocol == SiteTunnelDevice::PROTOCOL)
    {
        packet->RemoveHeader(onward);
        Forward(packet, onward);
        return RX_OK;
    }
    SourceRouteOption option;
    packet->RemoveHeader(option);
    onward.SetDestination(option.Advance(incomingInterface->GetAddress(0).GetLocal()));
    if (m_strips)
    {
        onward.SetProtocol(option.GetProtocol());
    }
    else
    {
        packet->AddHeader(option);
    }
    onward.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
    Forward(packet, onward);
    return RX_OK;
}

void
SiteExit::Forward(Ptr<Packet> packet, Ipv4Header header) const
{
    if (header.GetTtl() <= 1)
    {
        return;
    }
    header.SetTtl(static_cast<uint8_t>(header.GetTtl() - 1));
    Socket::SocketErrno error;
    Ptr<Ipv4Route> route =
        m_ipv4->GetRoutingProtocol()->RouteOutput(packet, header, nullptr, error);
    if (route)
    {
        m_ipv4->SendWithHeader(packet, header, route);
    }
}

IpL4Protocol::RxStatus
SiteExit::Receive(Ptr<Packet> /* packet */,
                  const Ipv6Header& /* header */,
                  Ptr<Ipv6Interface> /* incomingInterface */)
{
    return RX_ENDPOINT_CLOSED;
}

void
SiteExit::SetDownTarget(DownTargetCallback /* callback */)
{
}

void
SiteExit::SetDownTarget6(DownTargetCallback6 /* callback */)
{
}

IpL4Protocol::DownTargetCallback
SiteExit::GetDownTarget() const
{
    return {};
}

IpL4Protocol::DownTargetCallback6
SiteExit::GetDownTarget6() const
{
    return {};
}

void
SiteExit::DoDispose()
{
    m_ipv4 = nullptr;
    IpL4Protocol::DoDispose();
}

// ---- the firewall ----

TypeId
OptionFirewall::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpOptionFirewall")
                            .SetParent<Ipv4RoutingProtocol>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<OptionFirewall>();
    return tid;
}

Ptr<OptionFirewall>
OptionFirewall::Install(Ptr<Node> router)
{
    auto list = DynamicCast<Ipv4ListRouting>(router->GetObject<Ipv4>()->GetRoutingProtocol());
    NS_ABORT_MSG_IF(!list,
                    "firewall: node " << router->GetId()
                                      << " has no Ipv4ListRouting to put it into");
    auto firewall = CreateObject<OptionFirewall>();
    list->AddRoutingProtocol(firewall, std::numeric_limits<int16_t>::max());
    return firewall;
}

uint64_t
OptionFirewall::GetDroppedPackets() const
{
    return m_droppedPackets;
}

bool
OptionFirewall::Input(Ptr<const Packet> /* packet */,
                      const Ipv4Header& header,
                      Ptr<const NetDevice> /* device */,
                      const Ways& /* ways */)
{
    const bool hasOption = header.GetProtocol() == SourceRouteOption::PROTOCOL;
    m_droppedPackets += hasOption ? 1 : 0;
    return hasOption;
}

void
OptionFirewall::PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit /* unit */) const
{
    *stream->GetStream() << "firewall: " << m_droppedPackets << " packets with options dropped\n";
}

} // namespace ns3
