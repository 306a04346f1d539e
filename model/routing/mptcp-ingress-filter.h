// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_INGRESS_FILTER_ROUTING_H
#define MPTCP_INGRESS_FILTER_ROUTING_H

#include "core/routing/ingress-filter.h"
#include "router-hook.h"

#include "ns3/node.h"

#include <vector>

namespace ns3
{

/**
 * Drops what comes from customers with a source address that is not theirs (RFC 2827), in a router
 * at the edge of an ISP. See mptcp::IngressFilter.
 *
 * It is the first entry of the router's list of routing protocols; it routes nothing itself.
 * Packets for the router itself do not come by here.
 */
template <typename Hook>
class MptcpIngressFilter : public Hook
{
  public:
    /// From now on packets that arrive by this interface are looked at.
    void FilterInterface(uint32_t interface);
    /// The prefix belongs to a customer.
    void Allow(typename Hook::Ip::Address network, typename Hook::Ip::Prefix prefix);
    [[nodiscard]] uint64_t GetPassedPackets() const;
    [[nodiscard]] uint64_t GetDroppedPackets() const;

    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const override;

  protected:
    bool Input(Ptr<const Packet> packet,
               const typename Hook::Ip::Header& header,
               Ptr<const NetDevice> device,
               const typename Hook::Ways& ways) override;

  private:
    mptcp::IngressFilter m_filter;
    std::vector<uint32_t> m_interfaces;
};

extern template class MptcpIngressFilter<Ipv4RouterHook>;
extern template class MptcpIngressFilter<Ipv6RouterHook>;

/// The ingress filter of an Ipv4ListRouting, the kind that InternetStackHelper installs.
class MptcpIpv4IngressFilter : public MptcpIngressFilter<Ipv4RouterHook>
{
  public:
    static TypeId GetTypeId();

    /// Puts one into `router`, or returns the one that is there. Without an Ipv4ListRouting the
    /// program ends with a message.
    static Ptr<MptcpIpv4IngressFilter> Install(Ptr<Node> router);
};

/// The same for IPv6; in an Ipv6ListRouting, which InternetStackHelper::SetRoutingHelper has to be
/// asked for. Link-local and multicast packets, which no router forwards, pass uncounted.
class MptcpIpv6IngressFilter : public MptcpIngressFilter<Ipv6RouterHook>
{
  public:
    static TypeId GetTypeId();

    static Ptr<MptcpIpv6IngressFilter> Install(Ptr<Node> router);
};

} // namespace ns3

#endif // MPTCP_INGRESS_FILTER_ROUTING_H
