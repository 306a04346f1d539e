// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ROUTER_ADVERTISEMENT_H
#define MPTCP_ROUTER_ADVERTISEMENT_H

#include "ns3/ipv6-address.h"
#include "ns3/node.h"

#include <cstdint>

namespace ns3
{

/// The link-local address that the router has on its first link.
Ipv6Address LinkLocalAddress(Ptr<Node> router);

/// Sends a router advertisement to all nodes of that link (RFC 4861 4.2), with a prefix of 64 bits
/// to make addresses of.
void Advertise(Ptr<Node> router, Ipv6Address network, uint32_t validSeconds = 1000);

/// The address that a host has made of a prefix, on one of its interfaces; any if there is none.
Ipv6Address AddressIn(Ptr<Node> host, uint32_t interface, Ipv6Address network);

} // namespace ns3

#endif // MPTCP_ROUTER_ADVERTISEMENT_H
