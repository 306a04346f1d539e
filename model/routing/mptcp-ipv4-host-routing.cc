// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-host-routing.h"
#include "ns3-conversions.h"

#include "ns3/boolean.h"
#include "ns3/ipv4-routing-helper.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/string.h"

#include <utility>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpIpv4HostRouting);

namespace
{

mptcp::HostRoute
MakeRoute(Ipv4Address network,
          Ipv4Mask mask,
          Ipv4Address nextHop,
          uint32_t interface,
          uint32_t metric)
{
    return {{ToCore(network), static_cast<uint8_t>(mask.GetPrefixLength())},
            ToCore(nextHop),
            interface,
            metric};
}

} // namespace

TypeId
MptcpIpv4HostRouting::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpIpv4HostRouting")
            .SetParent<Ipv4RoutingProtocol>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpIpv4HostRouting>()
            .AddAttribute("Model",
                          "How packets are routed: weak (by destination alone), strong (the same, "
                          "and only from the interface that owns the source), idealised "
                          "(draft-handley-mptcp-routing-00, section 3) or idealised-strong (with "
                          "the other form of its rule 3).",
                          StringValue("idealised"),
                          MakeStringAccessor(&MptcpIpv4HostRouting::SetModel,
                                             &MptcpIpv4HostRouting::GetModel),
                          MakeStringChecker())
            .AddAttribute("AcceptIncongruent",
                          "Whether an MPTCP socket accepts what it can only answer by the way of "
                          "another address, where the draft, section 4.2, leaves that to the host.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&MptcpIpv4HostRouting::m_acceptsIncongruent),
                          MakeBooleanChecker());
    return tid;
}

Ptr<MptcpIpv4HostRouting>
MptcpIpv4HostRouting::Of(Ptr<Node> node)
{
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    return ipv4 && ipv4->GetRoutingProtocol()
               ? Ipv4RoutingHelper::GetRouting<MptcpIpv4HostRouting>(ipv4->GetRoutingProtocol())
               : nullptr;
}

void
MptcpIpv4HostRouting::DoDispose()
{
    m_ipv4 = nullptr;
    Ipv4RoutingProtocol::DoDispose();
}

// ---- routes ----

void
MptcpIpv4HostRouting::AddRoute(Ipv4Address network,
                               Ipv4Mask mask,
                               Ipv4Address nextHop,
                               uint32_t interface,
                               uint32_t metric)
{
    const mptcp::HostRoute route = MakeRoute(network, mask, nextHop, interface, metric);
    if (!m_table.AddRoute(route))
    {
        m_table.ChangeMetric(route);
    }
}

void
MptcpIpv4HostRouting::AddDefaultRoute(Ipv4Address nextHop, uint32_t interface, uint32_t metric)
{
    AddRoute(Ipv4Address::GetAny(), Ipv4Mask::GetZero(), nextHop, interface, metric);
}

bool
MptcpIpv4HostRouting::RemoveRoute(Ipv4Address network,
                                  Ipv4Mask mask,
                                  Ipv4Address nextHop,
                                  uint32_t interface)
{
    return m_table.RemoveRoute(MakeRoute(network, mask, nextHop, interface, 0));
}

// ---- packets ----

Ptr<Ipv4Route>
MptcpIpv4HostRouting::RouteOutput(Ptr<Packet> packet,
                                  const Ipv4Header& header,
                                  Ptr<NetDevice> device,
                                  Socket::SocketErrno& error)
{
    const Ipv4Address destination = header.GetDestination();
    const mptcp::IpAddress to = ToCore(destination);
    const bool hasSource =
        header.GetSource().IsInitialized() && header.GetSource() != Ipv4Address::GetAny();
    Ptr<Ipv4Route> route = Create<Ipv4Route>();
    route->SetDestination(destination);
    if ((destination.IsMulticast() || destination.IsBroadcast()) && device)
    {
        const int32_t interface = m_ipv4->GetInterfaceForDevice(device);
        route->SetGateway(Ipv4Address::GetZero());
        route->SetOutputDevice(device);
        route->SetSource(
            m_ipv4->SourceAddressSelection(static_cast<uint32_t>(interface), destination));
        error = Socket::ERROR_NOTERROR;
        return route;
    }
    std::optional<uint32_t> only;
    if (device)
    {
        only = static_cast<uint32_t>(m_ipv4->GetInterfaceForDevice(device));
    }
    const auto from = hasSource ? ToCore(header.GetSource()) : mptcp::IpAddress{};
    const mptcp::HostRoute* found = Find(packet, from, to, only, error);
    const auto source = found && !hasSource ? m_table.SourceFor(*found, to) : from;
    if (!found || !source)
    {
        error = Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }
    route->SetSource(Ipv4Address::Deserialize(source->bytes.data()));
    route->SetGateway(Ipv4Address::Deserialize(found->nextHop.bytes.data()));
    route->SetOutputDevice(m_ipv4->GetNetDevice(found->interface));
    return route;
}

bool
MptcpIpv4HostRouting::Input(Ptr<const Packet> packet,
                            const Ipv4Header& header,
                            Ptr<const NetDevice> device,
                            const Ways& ways)
{
    const auto interface = static_cast<uint32_t>(m_ipv4->GetInterfaceForDevice(device));
    if (ways.deliver.IsNull() || !m_ipv4->IsDestinationAddress(header.GetDestination(), interface))
    {
        return false; // a host forwards nothing
    }
    ways.deliver(packet, header, interface);
    return true;
}

// ---- what the node tells ----

void
MptcpIpv4HostRouting::NotifyInterfaceUp(uint32_t interface)
{
    m_table.SetInterfaceUp(interface, true);
}

void
MptcpIpv4HostRouting::NotifyInterfaceDown(uint32_t interface)
{
    m_table.SetInterfaceUp(interface, false);
}

void
MptcpIpv4HostRouting::NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    m_table.AddAddress(interface,
                       ToCore(address.GetLocal()),
                       static_cast<uint8_t>(address.GetMask().GetPrefixLength()));
}

void
MptcpIpv4HostRouting::NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    m_table.RemoveAddress(interface, ToCore(address.GetLocal()));
}

void
MptcpIpv4HostRouting::SetIpv4(Ptr<Ipv4> ipv4)
{
    m_ipv4 = std::move(ipv4);
    for (uint32_t i = 0; i < m_ipv4->GetNInterfaces(); ++i)
    {
        m_table.SetInterfaceUp(i, m_ipv4->IsUp(i));
        for (uint32_t j = 0; j < m_ipv4->GetNAddresses(i); ++j)
        {
            NotifyAddAddress(i, m_ipv4->GetAddress(i, j));
        }
    }
}

void
MptcpIpv4HostRouting::PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                                        Time::Unit /* unit */) const
{
    Print(*stream->GetStream());
}

} // namespace ns3
