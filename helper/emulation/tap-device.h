// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TAP_DEVICE_H
#define MPTCP_TAP_DEVICE_H

#include "network-namespace.h"

#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/mac48-address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/ptr.h"

#include <string>

namespace ns3
{

/**
 * An Ethernet wire between a simulated node and a namespace: a tap in the namespace, whose other
 * end is an ns3::FdNetDevice of the node. The kernel removes the tap when the device closes.
 *
 * The tap computes checksums and cuts segments before it hands packets over: nothing is left to a
 * device that does not exist. Do not remove a queue disc from the FdNetDevice
 * (TrafficControlHelper::Uninstall): it has no queue interface, and ns-3 3.37 crashes.
 */
struct TapDevice
{
    /// Both ends get `mtuBytes`; the tap is up afterwards.
    TapDevice(const NetworkNamespace& where,
              const std::string& tapName,
              Ptr<Node> node,
              uint16_t mtuBytes);

    /// The node knows that `address` is at the other end, for good and without asking: a question
    /// delays packets, and only three wait for its answer. For an interface that has been added.
    void KnowLinuxAs(Ipv4Address address) const;
    void KnowLinuxAs(Ipv6Address address) const;

    std::string name;
    Mac48Address linuxAddress; //!< of the tap
    Ptr<NetDevice> device;     //!< of the node
};

} // namespace ns3

#endif // MPTCP_TAP_DEVICE_H
