// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ROUTER_HOOK_H
#define MPTCP_ROUTER_HOOK_H

#include "uniform-route-input.h"

#include "ns3/ipv4-route.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6.h"

#include <utility>

namespace ns3
{

/// An entry of a router's Ipv4ListRouting that looks at what is to be forwarded, and only at that:
/// it may take a packet out of the hands of the protocols after it.
class Ipv4RouterHook : public UniformRouteInput<Ipv4RoutingProtocol>
{
  public:
    Ptr<Ipv4Route> RouteOutput(Ptr<Packet> /* packet */,
                               const Ipv4Header& /* header */,
                               Ptr<NetDevice> /* device */,
                               Socket::SocketErrno& error) override
    {
        error = Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }

    void NotifyInterfaceUp(uint32_t /* interface */) override
    {
    }

    void NotifyInterfaceDown(uint32_t /* interface */) override
    {
    }

    void NotifyAddAddress(uint32_t /* interface */, Ipv4InterfaceAddress /* address */) override
    {
    }

    void NotifyRemoveAddress(uint32_t /* interface */, Ipv4InterfaceAddress /* address */) override
    {
    }

    void SetIpv4(Ptr<Ipv4> ipv4) override
    {
        m_ipv4 = std::move(ipv4);
    }

  protected:
    void DoDispose() override
    {
        m_ipv4 = nullptr;
        Ipv4RoutingProtocol::DoDispose();
    }

    Ptr<Ipv4> m_ipv4;
};

/// The same in an Ipv6ListRouting.
class Ipv6RouterHook : public UniformRouteInput<Ipv6RoutingProtocol>
{
  public:
    Ptr<Ipv6Route> RouteOutput(Ptr<Packet> /* packet */,
                               const Ipv6Header& /* header */,
                               Ptr<NetDevice> /* device */,
                               Socket::SocketErrno& error) override
    {
        error = Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }

    void NotifyInterfaceUp(uint32_t /* interface */) override
    {
    }

    void NotifyInterfaceDown(uint32_t /* interface */) override
    {
    }

    void NotifyAddAddress(uint32_t /* interface */, Ipv6InterfaceAddress /* address */) override
    {
    }

    void NotifyRemoveAddress(uint32_t /* interface */, Ipv6InterfaceAddress /* address */) override
    {
    }

    void NotifyAddRoute(Ipv6Address /* network */,
                        Ipv6Prefix /* prefix */,
                        Ipv6Address /* nextHop */,
                        uint32_t /* interface */,
                        Ipv6Address /* prefixToUse */) override
    {
    }

    void NotifyRemoveRoute(Ipv6Address /* network */,
                           Ipv6Prefix /* prefix */,
                           Ipv6Address /* nextHop */,
                           uint32_t /* interface */,
                           Ipv6Address /* prefixToUse */) override
    {
    }

    void SetIpv6(Ptr<Ipv6> ipv6) override
    {
        m_ipv6 = std::move(ipv6);
    }

  protected:
    void DoDispose() override
    {
        m_ipv6 = nullptr;
        Ipv6RoutingProtocol::DoDispose();
    }

    Ptr<Ipv6> m_ipv6;
};

} // namespace ns3

#endif // MPTCP_ROUTER_HOOK_H
