// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ROUTER_HOOK_H
#define MPTCP_ROUTER_HOOK_H

#include "uniform-route-input.h"

#include <utility>

namespace ns3
{

/// An entry of a router's Ipv4ListRouting or Ipv6ListRouting that looks at what is to be forwarded,
/// and only at that: it may take a packet out of the hands of the protocols after it.
template <typename Protocol>
class RouterHook : public UniformRouteInput<Protocol>
{
  public:
    using Ip = RoutedIp<Protocol>; //!< names of this version

    Ptr<typename Ip::Route> RouteOutput(Ptr<Packet> /* packet */,
                                        const typename Ip::Header& /* header */,
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

    void NotifyAddAddress(uint32_t /* interface */,
                          typename Ip::InterfaceAddress /* address */) override
    {
    }

    void NotifyRemoveAddress(uint32_t /* interface */,
                             typename Ip::InterfaceAddress /* address */) override
    {
    }

  protected:
    void DoDispose() override
    {
        m_ip = nullptr;
        Protocol::DoDispose();
    }

    Ptr<typename Ip::Ip> m_ip; //!< of the router
};

/// What only IPv4 has.
class Ipv4RouterHook : public RouterHook<Ipv4RoutingProtocol>
{
  public:
    void SetIpv4(Ptr<Ipv4> ipv4) override
    {
        m_ip = std::move(ipv4);
    }
};

/// What only IPv6 has.
class Ipv6RouterHook : public RouterHook<Ipv6RoutingProtocol>
{
  public:
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
        m_ip = std::move(ipv6);
    }
};

} // namespace ns3

#endif // MPTCP_ROUTER_HOOK_H
