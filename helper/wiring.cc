// SPDX-License-Identifier: GPL-2.0-only
#include "wiring.h"

#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/string.h"

namespace ns3
{

uint32_t
GiveAddress(Ptr<Node> node, Ptr<NetDevice> device, Ipv4Address address, Ipv4Mask mask)
{
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    const int32_t known = ipv4->GetInterfaceForDevice(device);
    const uint32_t interface =
        known < 0 ? ipv4->AddInterface(device) : static_cast<uint32_t>(known);
    ipv4->AddAddress(interface, Ipv4InterfaceAddress(address, mask));
    ipv4->SetUp(interface);
    return interface;
}

NetDeviceContainer
Wire(Ptr<Node> a, Ipv4Address addressOfA, Ptr<Node> b, Ipv4Address addressOfB, const WireSpec& spec)
{
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", DataRateValue(spec.rate));
    link.SetChannelAttribute("Delay", TimeValue(spec.delay));
    link.SetQueue("ns3::DropTailQueue<Packet>",
                  "MaxSize",
                  StringValue(std::to_string(spec.queueBytes) + "B"));
    const NetDeviceContainer devices = link.Install(a, b);
    const Ipv4Mask mask("/24");
    GiveAddress(a, devices.Get(0), addressOfA, mask);
    GiveAddress(b, devices.Get(1), addressOfB, mask);
    return devices;
}

void
AddStaticRoute(Ptr<Node> router, Ipv4Address network, Ipv4Address nextHop, uint32_t interface)
{
    const bool isDefault = network == Ipv4Address::GetAny();
    Ipv4StaticRoutingHelper()
        .GetStaticRouting(router->GetObject<Ipv4>())
        ->AddNetworkRouteTo(network,
                            isDefault ? Ipv4Mask::GetZero() : Ipv4Mask("/24"),
                            nextHop,
                            interface);
}

} // namespace ns3
