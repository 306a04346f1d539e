// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-flow-routing.h"

#include "ns3/abort.h"
#include "ns3/node.h"
#include "ns3/output-stream-wrapper.h"

#include <array>
#include <utility>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpIpv4FlowRouting);

namespace
{

constexpr uint8_t PROTOCOL_TCP = 6;
constexpr uint8_t PROTOCOL_UDP = 17;

/// \param packet what follows the header, or null
mptcp::FlowKey
FlowOf(const Ptr<const Packet>& packet, const Ipv4Header& header)
{
    mptcp::FlowKey flow;
    // A socket that looks for its own address asks with a header that has none.
    flow.source = header.GetSource().IsInitialized() ? header.GetSource().Get() : 0;
    flow.destination = header.GetDestination().Get();
    flow.protocol = header.GetProtocol();
    const bool hasPorts = flow.protocol == PROTOCOL_TCP || flow.protocol == PROTOCOL_UDP;
    std::array<uint8_t, 4> ports;
    if (packet && hasPorts && header.IsLastFragment() && header.GetFragmentOffset() == 0 &&
        packet->CopyData(ports.data(), ports.size()) == ports.size())
    {
        flow.sourcePort = static_cast<uint16_t>(ports[0] << 8U | ports[1]);
        flow.destinationPort = static_cast<uint16_t>(ports[2] << 8U | ports[3]);
    }
    return flow;
}

} // namespace

TypeId
MptcpIpv4FlowRouting::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpIpv4FlowRouting")
                            .SetParent<Ipv4RoutingProtocol>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpIpv4FlowRouting>();
    return tid;
}

Ptr<MptcpIpv4FlowRouting>
MptcpIpv4FlowRouting::Install(Ptr<Node> node, std::shared_ptr<const mptcp::Forwarder> forwarder)
{
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    NS_ABORT_MSG_IF(!ipv4, "flow routing: node " << node->GetId() << " has no IPv4");
    auto routing = CreateObject<MptcpIpv4FlowRouting>();
    routing->m_forwarder = std::move(forwarder);
    ipv4->SetRoutingProtocol(routing);
    return routing;
}

Ptr<Ipv4Route>
MptcpIpv4FlowRouting::RouteBy(uint32_t interface, const Ipv4Header& header) const
{
    if (interface >= m_ip->GetNInterfaces() || !m_ip->IsUp(interface))
    {
        return nullptr;
    }
    Ptr<Ipv4Route> route = Create<Ipv4Route>();
    route->SetDestination(header.GetDestination());
    route->SetSource(m_ip->GetNAddresses(interface) > 0 ? m_ip->GetAddress(interface, 0).GetLocal()
                                                        : header.GetSource());
    route->SetGateway(Ipv4Address::GetZero());
    route->SetOutputDevice(m_ip->GetNetDevice(interface));
    return route;
}

Ptr<Ipv4Route>
MptcpIpv4FlowRouting::RouteOutput(Ptr<Packet> packet,
                                  const Ipv4Header& header,
                                  Ptr<NetDevice> device,
                                  Socket::SocketErrno& error)
{
    Ptr<Ipv4Route> route;
    if (device)
    {
        route = RouteBy(static_cast<uint32_t>(m_ip->GetInterfaceForDevice(device)), header);
    }
    else if (const auto port =
                 m_forwarder->Port(FlowOf(packet, header), mptcp::Forwarder::FROM_HERE))
    {
        route = RouteBy(*port + 1, header);
    }
    error = route ? Socket::ERROR_NOTERROR : Socket::ERROR_NOROUTETOHOST;
    return route;
}

bool
MptcpIpv4FlowRouting::Input(Ptr<const Packet> packet,
                            const Ipv4Header& header,
                            Ptr<const NetDevice> device,
                            const Ways& ways)
{
    const auto arrival = static_cast<uint32_t>(m_ip->GetInterfaceForDevice(device));
    if (m_ip->IsDestinationAddress(header.GetDestination(), arrival))
    {
        ways.deliver(packet, header, arrival);
        return true;
    }
    const auto port = m_forwarder->Port(FlowOf(packet, header), arrival - 1);
    const Ptr<Ipv4Route> route = port ? RouteBy(*port + 1, header) : nullptr;
    if (!route || !m_ip->IsForwarding(arrival))
    {
        ways.fail(packet, header, Socket::ERROR_NOROUTETOHOST);
        return true;
    }
    ways.forward(route, packet, header);
    return true;
}

void
MptcpIpv4FlowRouting::PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                                        Time::Unit /* unit */) const
{
    *stream->GetStream() << "equal-cost multipath by the hash of the five-tuple\n";
}

} // namespace ns3
