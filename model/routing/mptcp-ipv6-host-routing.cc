// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-host-routing.h"
#include "ns3-conversions.h"

#include "ns3/boolean.h"
#include "ns3/ipv6-routing-helper.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <utility>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpIpv6HostRouting);

namespace
{

/// ns-3 makes addresses of advertised prefixes with 64 bits of its own, whatever their length, and
/// does not pass the length on to routing.
const Ipv6Prefix ADVERTISED_PREFIX(64);

mptcp::IpPrefix
MakePrefix(Ipv6Address network, Ipv6Prefix prefix)
{
    return {ToCore(network), prefix.GetPrefixLength()};
}

} // namespace

TypeId
MptcpIpv6HostRouting::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpIpv6HostRouting")
            .SetParent<Ipv6RoutingProtocol>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpIpv6HostRouting>()
            .AddAttribute("Model",
                          "As of ns3::MptcpIpv4HostRouting.",
                          StringValue("idealised"),
                          MakeStringAccessor(&MptcpIpv6HostRouting::SetModel,
                                             &MptcpIpv6HostRouting::GetModel),
                          MakeStringChecker())
            .AddAttribute("AcceptIncongruent",
                          "As of ns3::MptcpIpv4HostRouting.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&MptcpIpv6HostRouting::m_acceptsIncongruent),
                          MakeBooleanChecker())
            .AddAttribute("AdvertisedMetric",
                          "Metric of default routes that come from router advertisements.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&MptcpIpv6HostRouting::m_advertisedMetric),
                          MakeUintegerChecker<uint32_t>());
    return tid;
}

Ptr<MptcpIpv6HostRouting>
MptcpIpv6HostRouting::Of(Ptr<Node> node)
{
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    return ipv6 && ipv6->GetRoutingProtocol()
               ? Ipv6RoutingHelper::GetRouting<MptcpIpv6HostRouting>(ipv6->GetRoutingProtocol())
               : nullptr;
}

void
MptcpIpv6HostRouting::DoDispose()
{
    m_ipv6 = nullptr;
    Ipv6RoutingProtocol::DoDispose();
}

// ---- routes ----

void
MptcpIpv6HostRouting::AddRoute(Ipv6Address network,
                               Ipv6Prefix prefix,
                               Ipv6Address nextHop,
                               uint32_t interface,
                               uint32_t metric)
{
    const mptcp::HostRoute route{MakePrefix(network, prefix), ToCore(nextHop), interface, metric};
    if (!m_table.AddRoute(route))
    {
        m_table.ChangeMetric(route);
    }
}

void
MptcpIpv6HostRouting::AddDefaultRoute(Ipv6Address nextHop, uint32_t interface, uint32_t metric)
{
    AddRoute(Ipv6Address::GetAny(), Ipv6Prefix::GetZero(), nextHop, interface, metric);
}

bool
MptcpIpv6HostRouting::RemoveRoute(Ipv6Address network,
                                  Ipv6Prefix prefix,
                                  Ipv6Address nextHop,
                                  uint32_t interface)
{
    return m_table.RemoveRoute({MakePrefix(network, prefix), ToCore(nextHop), interface, 0});
}

void
MptcpIpv6HostRouting::BindRouter(uint32_t interface,
                                 Ipv6Address router,
                                 Ipv6Address network,
                                 Ipv6Prefix prefix)
{
    m_table.Bind(interface, ToCore(router), MakePrefix(network, prefix));
}

void
MptcpIpv6HostRouting::NotifyAddRoute(Ipv6Address network,
                                     Ipv6Prefix prefix,
                                     Ipv6Address nextHop,
                                     uint32_t interface,
                                     Ipv6Address prefixToUse)
{
    // This is how ns-3 hands on a router advertisement, prefix by prefix.
    if (!prefixToUse.IsAny() && nextHop.IsLinkLocal())
    {
        BindRouter(interface, nextHop, prefixToUse, ADVERTISED_PREFIX);
    }
    // Repeated every few minutes, it leaves a metric alone that was set since.
    m_table.AddRoute({MakePrefix(network, prefix), ToCore(nextHop), interface, m_advertisedMetric});
}

void
MptcpIpv6HostRouting::NotifyRemoveRoute(Ipv6Address network,
                                        Ipv6Prefix prefix,
                                        Ipv6Address nextHop,
                                        uint32_t interface,
                                        Ipv6Address prefixToUse)
{
    if (!prefixToUse.IsAny() && nextHop.IsLinkLocal())
    {
        const auto bound = MakePrefix(prefixToUse, ADVERTISED_PREFIX);
        m_table.Unbind(interface, ToCore(nextHop), bound);
        if (m_table.HasBinding(interface, ToCore(nextHop)))
        {
            return; // the router serves other prefixes
        }
    }
    RemoveRoute(network, prefix, nextHop, interface);
}

// ---- packets ----

Ptr<Ipv6Route>
MptcpIpv6HostRouting::RouteOutput(Ptr<Packet> packet,
                                  const Ipv6Header& header,
                                  Ptr<NetDevice> device,
                                  Socket::SocketErrno& error)
{
    const Ipv6Address destination = header.GetDestination();
    const mptcp::IpAddress to = ToCore(destination);
    const bool hasSource = !header.GetSource().IsAny();
    std::optional<uint32_t> only;
    if (device)
    {
        only = static_cast<uint32_t>(m_ipv6->GetInterfaceForDevice(device));
    }
    Ptr<Ipv6Route> route = Create<Ipv6Route>();
    route->SetDestination(destination);
    if (destination.IsMulticast() && device)
    {
        route->SetGateway(Ipv6Address::GetZero());
        route->SetOutputDevice(device);
        route->SetSource(m_ipv6->SourceAddressSelection(*only, destination));
        error = Socket::ERROR_NOTERROR;
        return route;
    }
    const auto from =
        hasSource ? ToCore(header.GetSource()) : mptcp::IpAddress{mptcp::AddressFamily::Ipv6, {}};
    const mptcp::HostRoute* found = Find(packet, from, to, only, error);
    const auto source = found && !hasSource ? m_table.SourceFor(*found, to) : from;
    if (!found || !source)
    {
        error = Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }
    route->SetSource(Ipv6Address::Deserialize(source->bytes.data()));
    route->SetGateway(found->nextHop.IsUnspecified()
                          ? Ipv6Address::GetZero()
                          : Ipv6Address::Deserialize(found->nextHop.bytes.data()));
    route->SetOutputDevice(m_ipv6->GetNetDevice(found->interface));
    return route;
}

bool
MptcpIpv6HostRouting::Input(Ptr<const Packet> /* packet */,
                            const Ipv6Header& /* header */,
                            Ptr<const NetDevice> /* device */,
                            const Ways& /* ways */)
{
    return false; // what is for this host never gets here, and a host forwards nothing
}

// ---- what the node tells ----

void
MptcpIpv6HostRouting::NotifyInterfaceUp(uint32_t interface)
{
    m_table.SetInterfaceUp(interface, true);
}

void
MptcpIpv6HostRouting::NotifyInterfaceDown(uint32_t interface)
{
    m_table.SetInterfaceUp(interface, false);
}

void
MptcpIpv6HostRouting::NotifyAddAddress(uint32_t interface, Ipv6InterfaceAddress address)
{
    m_table.AddAddress(interface,
                       ToCore(address.GetAddress()),
                       address.GetPrefix().GetPrefixLength(),
                       address.GetOnLink());
}

void
MptcpIpv6HostRouting::NotifyRemoveAddress(uint32_t interface, Ipv6InterfaceAddress address)
{
    m_table.RemoveAddress(interface, ToCore(address.GetAddress()));
}

void
MptcpIpv6HostRouting::SetIpv6(Ptr<Ipv6> ipv6)
{
    m_ipv6 = std::move(ipv6);
    for (uint32_t i = 0; i < m_ipv6->GetNInterfaces(); ++i)
    {
        m_table.SetInterfaceUp(i, m_ipv6->IsUp(i));
        for (uint32_t j = 0; j < m_ipv6->GetNAddresses(i); ++j)
        {
            NotifyAddAddress(i, m_ipv6->GetAddress(i, j));
        }
    }
}

void
MptcpIpv6HostRouting::PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                                        Time::Unit /* unit */) const
{
    Print(*stream->GetStream());
}

} // namespace ns3
