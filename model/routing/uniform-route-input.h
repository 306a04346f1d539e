// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_UNIFORM_ROUTE_INPUT_H
#define MPTCP_UNIFORM_ROUTE_INPUT_H

#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/ipv6.h"
#include "ns3/packet.h"

namespace ns3
{

/// What both versions of IP call the same things.
template <typename Protocol>
struct RoutedIp;

template <>
struct RoutedIp<Ipv4RoutingProtocol>
{
    using Ip = Ipv4;
    using Header = Ipv4Header;
    using Route = Ipv4Route;
    using Address = Ipv4Address;
    using Prefix = Ipv4Mask;
    using InterfaceAddress = Ipv4InterfaceAddress;
};

template <>
struct RoutedIp<Ipv6RoutingProtocol>
{
    using Ip = Ipv6;
    using Header = Ipv6Header;
    using Route = Ipv6Route;
    using Address = Ipv6Address;
    using Prefix = Ipv6Prefix;
    using InterfaceAddress = Ipv6InterfaceAddress;
};

/// A routing protocol whose RouteInput looks the same for every release of ns-3: after 3.37 the
/// callbacks became references.
template <typename Base, typename Signature = decltype(&Base::RouteInput)>
class UniformRouteInput;

template <typename Base, typename... Arguments>
class UniformRouteInput<Base, bool (Base::*)(Arguments...)> : public Base
{
  public:
    /// The callbacks of RouteInput.
    struct Ways
    {
        const typename Base::UnicastForwardCallback& forward;
        const typename Base::MulticastForwardCallback& forwardMulticast;
        const typename Base::LocalDeliverCallback& deliver;
        const typename Base::ErrorCallback& fail;
    };

    bool RouteInput(Arguments... arguments) override
    {
        return Split(arguments...);
    }

  protected:
    /// See RouteInput of ns3::Ipv4RoutingProtocol.
    virtual bool Input(Ptr<const Packet> packet,
                       const typename RoutedIp<Base>::Header& header,
                       Ptr<const NetDevice> device,
                       const Ways& ways) = 0;

  private:
    bool Split(Ptr<const Packet> packet,
               const typename RoutedIp<Base>::Header& header,
               Ptr<const NetDevice> device,
               const typename Base::UnicastForwardCallback& forward,
               const typename Base::MulticastForwardCallback& forwardMulticast,
               const typename Base::LocalDeliverCallback& deliver,
               const typename Base::ErrorCallback& fail)
    {
        return Input(packet, header, device, {forward, forwardMulticast, deliver, fail});
    }
};

} // namespace ns3

#endif // MPTCP_UNIFORM_ROUTE_INPUT_H
