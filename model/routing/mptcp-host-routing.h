// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_HOST_ROUTING_H
#define MPTCP_HOST_ROUTING_H

#include "core/routing/host-routing-table.h"
#include "uniform-route-input.h"

#include "ns3/ipv4-route.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6.h"
#include "ns3/node.h"

#include <cstdint>
#include <memory>
#include <string>

namespace ns3
{

/**
 * What the routing of a host is like for both versions of IP: see mptcp::HostRoutingTable.
 *
 * It decides by the source address as well as the destination, so MPTCP binds no subflow to a
 * device where it is installed, and its path managers ask it for addresses. It routes what the host
 * itself sends, and forwards nothing.
 */
class MptcpHostRouting
{
  public:
    virtual ~MptcpHostRouting() = default;

    /// \param model weak, strong, idealised or idealised-strong (mptcp::HostModel); another word
    ///              ends the program with a message
    void SetModel(const std::string& model);
    [[nodiscard]] std::string GetModel() const;

    [[nodiscard]] const mptcp::HostRoutingTable& GetTable() const
    {
        return m_table;
    }

    /// Packets of this host that no route was found for.
    [[nodiscard]] uint64_t GetUnroutablePackets() const
    {
        return m_unroutablePackets;
    }

    /// Whether SYNs are accepted that can only be answered by another way than that of their
    /// address, where the draft leaves it to the host.
    [[nodiscard]] bool AcceptsIncongruent() const
    {
        return m_acceptsIncongruent;
    }

  protected:
    /// As mptcp::HostRoutingTable::Forward; counts. TCP asks for a packet and IP then asks again.
    const mptcp::HostRoute* Find(Ptr<const Packet> packet,
                                 const mptcp::IpAddress& source,
                                 const mptcp::IpAddress& destination,
                                 std::optional<uint32_t> only,
                                 Socket::SocketErrno& error);
    void Print(std::ostream& os) const;

    mptcp::HostRoutingTable m_table;
    bool m_acceptsIncongruent{true};

  private:
    uint64_t m_unroutablePackets{0};
    std::optional<uint64_t> m_lastUnroutable; //!< identifier of the packet
};

/// The IPv4 routing protocol of a host with several addresses; see MptcpHostRouting.
class MptcpIpv4HostRouting : public UniformRouteInput<Ipv4RoutingProtocol>, public MptcpHostRouting
{
  public:
    static TypeId GetTypeId();

    /// The one installed on `node`, or null.
    static Ptr<MptcpIpv4HostRouting> Of(Ptr<Node> node);

    /// Adds a route; a host may have several for one network, with different next hops. One that
    /// is there already gets this metric.
    /// \param nextHop any: the network is on the link
    /// \param metric lower is preferred
    void AddRoute(Ipv4Address network,
                  Ipv4Mask mask,
                  Ipv4Address nextHop,
                  uint32_t interface,
                  uint32_t metric = 0);
    void AddDefaultRoute(Ipv4Address nextHop, uint32_t interface, uint32_t metric = 0);
    /// False if there is none.
    bool RemoveRoute(Ipv4Address network, Ipv4Mask mask, Ipv4Address nextHop, uint32_t interface);

    Ptr<Ipv4Route> RouteOutput(Ptr<Packet> packet,
                               const Ipv4Header& header,
                               Ptr<NetDevice> device,
                               Socket::SocketErrno& error) override;
    void NotifyInterfaceUp(uint32_t interface) override;
    void NotifyInterfaceDown(uint32_t interface) override;
    void NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void SetIpv4(Ptr<Ipv4> ipv4) override;
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const override;

  protected:
    bool Input(Ptr<const Packet> packet,
               const Ipv4Header& header,
               Ptr<const NetDevice> device,
               const Ways& ways) override;
    void DoDispose() override;

  private:
    Ptr<Ipv4> m_ipv4;
};

/// The same for IPv6. Router advertisements fill the table of routers and prefixes (draft 6).
class MptcpIpv6HostRouting : public UniformRouteInput<Ipv6RoutingProtocol>, public MptcpHostRouting
{
  public:
    static TypeId GetTypeId();

    /// The one installed on `node`, or null.
    static Ptr<MptcpIpv6HostRouting> Of(Ptr<Node> node);

    void AddRoute(Ipv6Address network,
                  Ipv6Prefix prefix,
                  Ipv6Address nextHop,
                  uint32_t interface,
                  uint32_t metric = 0);
    void AddDefaultRoute(Ipv6Address nextHop, uint32_t interface, uint32_t metric = 0);
    bool RemoveRoute(Ipv6Address network,
                     Ipv6Prefix prefix,
                     Ipv6Address nextHop,
                     uint32_t interface);
    /// What a router advertisement would say: the router takes packets from this prefix.
    void BindRouter(uint32_t interface, Ipv6Address router, Ipv6Address network, Ipv6Prefix prefix);

    Ptr<Ipv6Route> RouteOutput(Ptr<Packet> packet,
                               const Ipv6Header& header,
                               Ptr<NetDevice> device,
                               Socket::SocketErrno& error) override;
    void NotifyInterfaceUp(uint32_t interface) override;
    void NotifyInterfaceDown(uint32_t interface) override;
    void NotifyAddAddress(uint32_t interface, Ipv6InterfaceAddress address) override;
    void NotifyRemoveAddress(uint32_t interface, Ipv6InterfaceAddress address) override;
    void NotifyAddRoute(Ipv6Address network,
                        Ipv6Prefix prefix,
                        Ipv6Address nextHop,
                        uint32_t interface,
                        Ipv6Address prefixToUse) override;
    void NotifyRemoveRoute(Ipv6Address network,
                           Ipv6Prefix prefix,
                           Ipv6Address nextHop,
                           uint32_t interface,
                           Ipv6Address prefixToUse) override;
    void SetIpv6(Ptr<Ipv6> ipv6) override;
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const override;

  protected:
    bool Input(Ptr<const Packet> packet,
               const Ipv6Header& header,
               Ptr<const NetDevice> device,
               const Ways& ways) override;
    void DoDispose() override;

  private:
    Ptr<Ipv6> m_ipv6;
    uint32_t m_advertisedMetric{0};
};

/// The host routing of `node` for both families as MPTCP asks it; null if there is none.
std::unique_ptr<mptcp::RoutingView> MakeRoutingView(Ptr<Node> node);

/// What the host routing for an address of this family is set to; null if there is none.
const MptcpHostRouting* FindHostRouting(Ptr<Node> node, mptcp::AddressFamily family);

} // namespace ns3

#endif // MPTCP_HOST_ROUTING_H
