// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FABRIC_NETWORK_H
#define MPTCP_FABRIC_NETWORK_H

#include "core/routing/fabric.h"
#include "mptcp-distinct-paths.h"

#include "ns3/data-rate.h"
#include "ns3/ipv4-address.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-net-device.h"

#include <cstdint>
#include <vector>

namespace ns3
{

struct FabricNetworkOptions
{
    DataRate hostRate{"100Mb/s"};   //!< of links of hosts
    Time delay{MicroSeconds(10)};   //!< of each link, one way
    uint32_t queuePackets{100};     //!< of each port that relays
    uint32_t hostQueuePackets{100}; //!< of a host's interface, if it does not relay
    /// Stock IP routers in place of forwarding switches.
    bool hasRouters{false};
    /// Stock devices in switches, for trace sources and pcap files that show what passes, and for
    /// rates, delays and error models that change in the course of a simulation; otherwise the same
    /// packets at the same moments, for more time (ns3::MptcpSwitchPort).
    bool hasStockPorts{false};
};

/**
 * A data centre in the simulator: point-to-point devices, stock ones on hosts, drop-tail queues
 * that hold packets and nothing else, stock internet stacks on hosts; between them forwarding
 * switches or IP routers. Hosts that relay do it in their IP stacks.
 */
class FabricNetwork
{
  public:
    FabricNetwork(mptcp::Fabric fabric, const FabricNetworkOptions& options);

    [[nodiscard]] const mptcp::Fabric& Plan() const;
    [[nodiscard]] NodeContainer Hosts() const;
    [[nodiscard]] Ptr<Node> Host(uint32_t host) const;
    [[nodiscard]] Ipv4Address Address(uint32_t host, uint32_t port = 0) const;
    /// The paths of flows, for ns3::MptcpDistinctPaths.
    [[nodiscard]] Ptr<MptcpNetworkView> View() const;

    /// What went into one direction of a link since the beginning.
    struct Counts
    {
        uint64_t packets{0}; //!< that the queue took
        uint64_t bytes{0};
        uint64_t dropped{0};
    };

    /// \param upwards from the lower end, which is the host's where there is one
    [[nodiscard]] Counts Count(std::size_t link, bool upwards) const;
    /// Of a link of a host, in bits per second.
    [[nodiscard]] double HostRate() const;
    /// In bits per second.
    [[nodiscard]] double RateOf(std::size_t link) const;

  private:
    void Connect(const FabricNetworkOptions& options);
    void MakeHosts();
    void MakeSwitches(bool hasRouters);
    [[nodiscard]] Ptr<PointToPointNetDevice> Device(const mptcp::FabricEnd& end) const;

    mptcp::Fabric m_fabric;
    DataRate m_hostRate;
    NodeContainer m_nodes;                                          //!< as in the fabric
    std::vector<std::vector<Ptr<PointToPointNetDevice>>> m_devices; //!< by node and port
};

} // namespace ns3

#endif // MPTCP_FABRIC_NETWORK_H
