// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-ingress-filter.h"

#include "ns3-conversions.h"

#include "ns3/abort.h"
#include "ns3/ipv4-list-routing.h"
#include "ns3/ipv6-list-routing.h"
#include "ns3/output-stream-wrapper.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpIpv4IngressFilter);
NS_OBJECT_ENSURE_REGISTERED(MptcpIpv6IngressFilter);

namespace
{

constexpr int16_t FIRST_PRIORITY = std::numeric_limits<int16_t>::max();

bool
Contains(const std::vector<uint32_t>& interfaces, int32_t interface)
{
    return interface >= 0 &&
           std::find(interfaces.begin(), interfaces.end(), static_cast<uint32_t>(interface)) !=
               interfaces.end();
}

/// The filter in the router's list, put there if it is not.
template <typename Filter, typename List, typename Protocol>
Ptr<Filter>
FindOrAdd(Ptr<Node> router, Ptr<Protocol> routing)
{
    auto list = DynamicCast<List>(routing);
    NS_ABORT_MSG_IF(!list,
                    "ingress filter: node "
                        << router->GetId()
                        << " has no list of routing protocols to put it into. Give "
                           "InternetStackHelper::SetRoutingHelper an Ipv4ListRoutingHelper or "
                           "Ipv6ListRoutingHelper with the protocols of the router.");
    for (uint32_t i = 0; i < list->GetNRoutingProtocols(); ++i)
    {
        int16_t priority = 0;
        if (auto filter = DynamicCast<Filter>(list->GetRoutingProtocol(i, priority)))
        {
            return filter;
        }
    }
    Ptr<Filter> filter = CreateObject<Filter>();
    list->AddRoutingProtocol(filter, FIRST_PRIORITY);
    return filter;
}

bool
IsForwarded(const Ipv4Header& /* header */)
{
    return true;
}

bool
IsForwarded(const Ipv6Header& header)
{
    return !header.GetSource().IsLinkLocal() && !header.GetDestination().IsMulticast();
}

} // namespace

template <typename Hook>
void
MptcpIngressFilter<Hook>::FilterInterface(uint32_t interface)
{
    m_interfaces.push_back(interface);
}

template <typename Hook>
void
MptcpIngressFilter<Hook>::Allow(typename Hook::Ip::Address network,
                                typename Hook::Ip::Prefix prefix)
{
    m_filter.Allow({ToCore(network), static_cast<uint8_t>(prefix.GetPrefixLength())});
}

template <typename Hook>
uint64_t
MptcpIngressFilter<Hook>::GetPassedPackets() const
{
    return m_filter.PassedPackets();
}

template <typename Hook>
uint64_t
MptcpIngressFilter<Hook>::GetDroppedPackets() const
{
    return m_filter.DroppedPackets();
}

template <typename Hook>
bool
MptcpIngressFilter<Hook>::Input(Ptr<const Packet> /* packet */,
                                const typename Hook::Ip::Header& header,
                                Ptr<const NetDevice> device,
                                const typename Hook::Ways& /* ways */)
{
    // What is taken care of here goes nowhere.
    return IsForwarded(header) &&
           Contains(m_interfaces, this->m_ip->GetInterfaceForDevice(device)) &&
           !m_filter.Pass(ToCore(header.GetSource()));
}

template <typename Hook>
void
MptcpIngressFilter<Hook>::PrintRoutingTable(Ptr<OutputStreamWrapper> stream,
                                            Time::Unit /* unit */) const
{
    *stream->GetStream() << "ingress filter: " << GetPassedPackets() << " packets passed, "
                         << GetDroppedPackets() << " dropped\n";
}

template class MptcpIngressFilter<Ipv4RouterHook>;
template class MptcpIngressFilter<Ipv6RouterHook>;

TypeId
MptcpIpv4IngressFilter::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpIpv4IngressFilter")
                            .SetParent<Ipv4RoutingProtocol>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpIpv4IngressFilter>();
    return tid;
}

TypeId
MptcpIpv6IngressFilter::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpIpv6IngressFilter")
                            .SetParent<Ipv6RoutingProtocol>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpIpv6IngressFilter>();
    return tid;
}

Ptr<MptcpIpv4IngressFilter>
MptcpIpv4IngressFilter::Install(Ptr<Node> router)
{
    Ptr<Ipv4> ipv4 = router->GetObject<Ipv4>();
    NS_ABORT_MSG_IF(!ipv4, "ingress filter: node " << router->GetId() << " has no IPv4");
    return FindOrAdd<MptcpIpv4IngressFilter, Ipv4ListRouting>(router, ipv4->GetRoutingProtocol());
}

Ptr<MptcpIpv6IngressFilter>
MptcpIpv6IngressFilter::Install(Ptr<Node> router)
{
    Ptr<Ipv6> ipv6 = router->GetObject<Ipv6>();
    NS_ABORT_MSG_IF(!ipv6, "ingress filter: node " << router->GetId() << " has no IPv6");
    return FindOrAdd<MptcpIpv6IngressFilter, Ipv6ListRouting>(router, ipv6->GetRoutingProtocol());
}

} // namespace ns3
