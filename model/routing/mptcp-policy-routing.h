// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_POLICY_ROUTING_H
#define MPTCP_POLICY_ROUTING_H

#include "core/routing/policy-routes.h"
#include "router-hook.h"

#include "ns3/node.h"

#include <cstdint>
#include <optional>

namespace ns3
{

/**
 * Forwards by source prefix or by the interface of arrival: source-address routing and virtual
 * routers of a multihomed site. See mptcp::PolicyRoutes.
 *
 * It goes before the other protocols in the Ipv4ListRouting of a router, and what it has no route
 * for is left to those. What the router itself sends is, too.
 */
class MptcpIpv4PolicyRouting : public Ipv4RouterHook
{
  public:
    static TypeId GetTypeId();

    /// Puts a new one into `router`, before the protocols of priority 0, as static routing is.
    static Ptr<MptcpIpv4PolicyRouting> Install(Ptr<Node> router);

    /// Packets with a source in this network go to `nextHop`, whatever their destination.
    void RouteSource(Ipv4Address network, Ipv4Mask mask, Ipv4Address nextHop, uint32_t interface);
    /// Packets that come in by `arrival`, the interface of a virtual router, go to `nextHop`.
    void RouteArrival(uint32_t arrival, Ipv4Address nextHop, uint32_t interface);

    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const override;

  protected:
    bool Input(Ptr<const Packet> packet,
               const Ipv4Header& header,
               Ptr<const NetDevice> device,
               const Ways& ways) override;

  private:
    mptcp::PolicyRoutes m_routes;
};

} // namespace ns3

#endif // MPTCP_POLICY_ROUTING_H
