// SPDX-License-Identifier: GPL-2.0-only
#ifndef MULTIPATH_TOPOLOGY_H
#define MULTIPATH_TOPOLOGY_H

#include "ns3/data-rate.h"
#include "ns3/error-model.h"
#include "ns3/ipv4-address.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"

#include <string>
#include <vector>

namespace ns3
{

/// One path as data. Both directions are alike.
struct PathSpec
{
    std::string name;       //!< for people: "WiFi"
    DataRate rate;          //!< of the link
    Time roundTrip;         //!< propagation, there and back
    uint32_t queueBytes{0}; //!< drop-tail queue in front of the link, each direction
    double lossRate{0};     //!< packets lost at random, each direction, 0 to 1
};

/// Two nodes joined by a link with a drop-tail queue in front of each direction.
NetDeviceContainer JoinByDropTailLink(Ptr<Node> a,
                                      Ptr<Node> b,
                                      DataRate rate,
                                      Time delay,
                                      uint32_t queueBytes);

/**
 * Two hosts with k links between them.
 *
 * Disjoint: each link joins the hosts directly; both hosts have one address per link.
 * Multihomed: the links join the client to a router, and a fast wire joins that to the server,
 * which has a single address: a phone with WiFi and cellular and a server in the network.
 *
 * Queues are what the specification says: ns-3's queue discs, which would come on top, are
 * removed. Static routes let every address of the client reach the server through its own link.
 */
class MultipathTopology
{
  public:
    enum class Kind
    {
        Disjoint,
        Multihomed
    };

    MultipathTopology(Kind kind, const std::vector<PathSpec>& paths);

    [[nodiscard]] Ptr<Node> Client() const;
    [[nodiscard]] Ptr<Node> Server() const;
    /// Client and server.
    [[nodiscard]] NodeContainer Hosts() const;
    [[nodiscard]] const std::vector<PathSpec>& Paths() const;
    [[nodiscard]] Ipv4Address ClientAddress(std::size_t path) const;
    /// The server's address on a path; the same on all paths when multihomed.
    [[nodiscard]] Ipv4Address ServerAddress(std::size_t path) const;
    /// The two devices of a link, the client's first.
    [[nodiscard]] NetDeviceContainer Link(std::size_t path) const;
    /// Index of the path that owns one of the client's addresses; Paths().size() if none does.
    [[nodiscard]] std::size_t PathOf(Ipv4Address clientAddress) const;

    /// Loses everything on a path, both directions, from now on or again nothing.
    void SetCut(std::size_t path, bool isCut);
    /// Packets lost at random on a path, each direction, from now on; 0 to 1.
    void SetLoss(std::size_t path, double rate);
    /// Takes the client's interface on a path down, as if it had never been there.
    void TakeDown(std::size_t path);
    /// Brings it back, with its address and its route.
    void TakeUp(std::size_t path);
    /// The link's queues and loss are random only here: fixes their streams.
    int64_t AssignStreams(int64_t stream);

  private:
    void BuildLink(const PathSpec& spec, std::size_t index, Ptr<Node> far);
    void AddRoutes();
    void AddClientRoute(std::size_t path);

    Kind m_kind;
    std::vector<PathSpec> m_paths;
    NodeContainer m_hosts;
    Ptr<Node> m_router;
    std::vector<NetDeviceContainer> m_links;
    std::vector<Ipv4Address> m_clientAddresses;
    std::vector<Ipv4Address> m_farAddresses;
    Ipv4Address m_serverAddress;
    std::vector<Ptr<RateErrorModel>> m_losses; //!< two per path
};

} // namespace ns3

#endif // MULTIPATH_TOPOLOGY_H
