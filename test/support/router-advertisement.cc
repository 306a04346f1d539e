// SPDX-License-Identifier: GPL-2.0-only
#include "router-advertisement.h"

#include "ns3/icmpv6-header.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ipv6-route.h"
#include "ns3/packet.h"

namespace ns3
{

Ipv6Address
LinkLocalAddress(Ptr<Node> router)
{
    return router->GetObject<Ipv6L3Protocol>()->GetInterface(1)->GetLinkLocalAddress().GetAddress();
}

void
Advertise(Ptr<Node> router, Ipv6Address network, uint32_t validSeconds)
{
    Icmpv6OptionPrefixInformation prefix(network, 64);
    prefix.SetFlags(Icmpv6OptionPrefixInformation::ONLINK |
                    Icmpv6OptionPrefixInformation::AUTADDRCONF);
    prefix.SetValidTime(validSeconds);
    prefix.SetPreferredTime(validSeconds);
    Icmpv6RA advertisement;
    advertisement.SetLifeTime(1800);
    Ptr<Packet> packet = Create<Packet>();
    packet->AddHeader(prefix);
    const Ipv6Address from = LinkLocalAddress(router);
    const Ipv6Address all = Ipv6Address::GetAllNodesMulticast();
    const auto bytes = static_cast<uint16_t>(packet->GetSize() + advertisement.GetSerializedSize());
    advertisement.CalculatePseudoHeaderChecksum(from, all, bytes, Icmpv6L4Protocol::PROT_NUMBER);
    packet->AddHeader(advertisement);
    // Routing knows no interface for a link-local source, so the route is given.
    Ptr<Ipv6L3Protocol> ipv6 = router->GetObject<Ipv6L3Protocol>();
    Ptr<Ipv6Route> route = Create<Ipv6Route>();
    route->SetSource(from);
    route->SetDestination(all);
    route->SetGateway(Ipv6Address::GetZero());
    route->SetOutputDevice(ipv6->GetNetDevice(1));
    ipv6->Send(packet, from, all, Icmpv6L4Protocol::PROT_NUMBER, route);
}

Ipv6Address
AddressIn(Ptr<Node> host, uint32_t interface, Ipv6Address network)
{
    Ptr<Ipv6> ipv6 = host->GetObject<Ipv6>();
    for (uint32_t i = 0; i < ipv6->GetNAddresses(interface); ++i)
    {
        const Ipv6Address address = ipv6->GetAddress(interface, i).GetAddress();
        if (address.CombinePrefix(Ipv6Prefix(64)) == network)
        {
            return address;
        }
    }
    return Ipv6Address::GetAny();
}

} // namespace ns3
