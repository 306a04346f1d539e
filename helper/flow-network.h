// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FLOW_NETWORK_H
#define MPTCP_FLOW_NETWORK_H

#include "flow-network-spec.h"
#include "mptcp-helper.h"
#include "packet-link.h"

#include "ns3/ipv4-address.h"
#include "ns3/node-container.h"
#include "ns3/packet-sink.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{

class FlowChannel;

/**
 * Flows over shared links, for questions about who gets how much.
 *
 * Each user has a sender with an interface per route and a receiver with one. What a sender puts
 * into an interface passes the links of its route and reaches the receiver after half of the
 * route's round-trip time besides; what the receiver sends returns after the other half, without
 * queue or loss. Hosts are complete (stock BulkSend and PacketSink applications on MPTCP or TCP);
 * between them packets go from link to link without routers, so that large networks stay cheap.
 */
class FlowNetwork
{
  public:
    /// Builds everything; users start at times drawn within `startWithin`.
    FlowNetwork(const FlowNetworkSpec& spec, const MptcpHelper& mptcp, Time startWithin);
    ~FlowNetwork();
    FlowNetwork(const FlowNetwork&) = delete;
    FlowNetwork& operator=(const FlowNetwork&) = delete;

    [[nodiscard]] const FlowNetworkSpec& Spec() const;
    /// Senders and receivers that speak MPTCP.
    [[nodiscard]] NodeContainer MptcpHosts() const;

    /// What the applications of all users of a flow have received so far, in bytes.
    [[nodiscard]] uint64_t ReceivedBytes(std::size_t flow) const;
    /// Packets that came over one route of a flow, of all its users; repeated ones too.
    [[nodiscard]] uint64_t RoutePackets(std::size_t flow, std::size_t route) const;
    [[nodiscard]] PacketLink::Counts Count(std::size_t link) const;

  private:
    struct User
    {
        std::size_t flow;
        Ptr<Node> sender;
        Ptr<Node> receiver;
        Ptr<FlowChannel> channel;
        Ipv4Address address; //!< of the receiver
        Ptr<PacketSink> sink;
    };

    void AddUser(std::size_t flow);
    void AddApplications(User& user, Time start);

    FlowNetworkSpec m_spec;
    std::vector<std::unique_ptr<PacketLink>> m_links;
    std::vector<User> m_users;
};

} // namespace ns3

#endif // MPTCP_FLOW_NETWORK_H
