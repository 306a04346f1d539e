// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_WIRING_H
#define MPTCP_WIRING_H

#include "ns3/data-rate.h"
#include "ns3/ipv4-address.h"
#include "ns3/net-device-container.h"
#include "ns3/node.h"
#include "ns3/nstime.h"

#include <cstdint>

namespace ns3
{

/// A point-to-point link for topologies that are written out address by address.
struct WireSpec
{
    DataRate rate{"1Gbps"};
    Time delay{MilliSeconds(1)};
    uint32_t queueBytes{10'000'000};
};

/// Gives an interface of `node` for `device` the address, and brings it up; returns its number.
uint32_t GiveAddress(Ptr<Node> node, Ptr<NetDevice> device, Ipv4Address address, Ipv4Mask mask);

/// Links two nodes that have IPv4. No queue disc: the queue of the device is the one that counts.
NetDeviceContainer Wire(Ptr<Node> a,
                        Ipv4Address addressOfA,
                        Ptr<Node> b,
                        Ipv4Address addressOfB,
                        const WireSpec& spec = {});

/// A static route of a router, to a network of 24 bits or, with a zero address, to everywhere.
void AddStaticRoute(Ptr<Node> router, Ipv4Address network, Ipv4Address nextHop, uint32_t interface);

} // namespace ns3

#endif // MPTCP_WIRING_H
