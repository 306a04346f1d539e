// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FLOW_ROUTING_H
#define MPTCP_FLOW_ROUTING_H

#include "core/routing/forwarder.h"
#include "router-hook.h"

#include <cstdint>
#include <memory>

namespace ns3
{

/**
 * Equal-cost multipath for stock IP routers as real ones do it: of several ways a flow keeps the
 * one that the hash of its five-tuple names (ns-3 itself can only choose anew for each packet).
 * Fragments go by addresses and protocol.
 *
 * What leads where is an mptcp::Forwarder, for example an mptcp::EcmpTable. Its port n is interface
 * n + 1 of the node, since interface 0 is the loopback. Next hops have no addresses of their own in
 * this, so links must be point to point.
 *
 * Forwarders know no broadcast and no multicast.
 */
class MptcpIpv4FlowRouting : public Ipv4RouterHook
{
  public:
    static TypeId GetTypeId();

    /// Makes it the one routing protocol of `node`, which must have an internet stack.
    static Ptr<MptcpIpv4FlowRouting> Install(Ptr<Node> node,
                                             std::shared_ptr<const mptcp::Forwarder> forwarder);

    Ptr<Ipv4Route> RouteOutput(Ptr<Packet> packet,
                               const Ipv4Header& header,
                               Ptr<NetDevice> device,
                               Socket::SocketErrno& error) override;
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const override;

  protected:
    bool Input(Ptr<const Packet> packet,
               const Ipv4Header& header,
               Ptr<const NetDevice> device,
               const Ways& ways) override;

  private:
    [[nodiscard]] Ptr<Ipv4Route> RouteBy(uint32_t interface, const Ipv4Header& header) const;

    std::shared_ptr<const mptcp::Forwarder> m_forwarder;
};

} // namespace ns3

#endif // MPTCP_FLOW_ROUTING_H
