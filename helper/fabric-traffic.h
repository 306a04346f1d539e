// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FABRIC_TRAFFIC_H
#define MPTCP_FABRIC_TRAFFIC_H

#include "fabric-network.h"

#include "ns3/packet-sink.h"
#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{

/// Who sends to whom, as numbers of hosts.
using FabricPairs = std::vector<std::pair<uint32_t, uint32_t>>;

/**
 * \name The traffic patterns of Wischik et al., NSDI 2011, section 4
 */
/// @{
/// TP1: every host sends to one other, and each receives from one.
FabricPairs PermutationTraffic(uint32_t hosts, Ptr<UniformRandomVariable> random);
/// TP2: every host sends to so many others, drawn at random.
FabricPairs ScatteredTraffic(uint32_t hosts, uint32_t peers, Ptr<UniformRandomVariable> random);
/// TP2 in BCube: every host sends to those that it shares a switch with.
FabricPairs NeighbourTraffic(const mptcp::Fabric& fabric);
/// TP3: of all hosts this share sends to one other, drawn at random.
FabricPairs SparseTraffic(uint32_t hosts, double share, Ptr<UniformRandomVariable> random);

/// @}

/**
 * Flows between hosts: long ones that send as much as they can, and short ones of so many bytes.
 * Stock BulkSend and PacketSink applications.
 */
class FabricTraffic
{
  public:
    /// \param sendBytes what an application writes at once
    FabricTraffic(const FabricNetwork& network, uint32_t sendBytes);
    ~FabricTraffic();
    FabricTraffic(const FabricTraffic&) = delete;
    FabricTraffic& operator=(const FabricTraffic&) = delete;

    struct Flow
    {
        uint32_t source{0};
        uint32_t destination{0};
        uint32_t destinationPort{0}; //!< interface of the destination, from 0
        std::string factory;         //!< TypeId name of the socket factory
        uint32_t connections{1};     //!< what they get counts together
        uint64_t bytes{0};           //!< of a short flow; 0: without end
        Time start;
    };

    /// Before the simulation starts. Returns the number of the flow.
    std::size_t Add(const Flow& flow);

    [[nodiscard]] const std::vector<Flow>& Flows() const;
    /// What the application has got by now.
    [[nodiscard]] uint64_t ReceivedBytes(std::size_t flow) const;
    /// From the start to the last byte of a short flow; nothing while it is not there.
    [[nodiscard]] std::optional<Time> CompletionTime(std::size_t flow) const;

  private:
    struct Watch;

    const FabricNetwork& m_network;
    uint32_t m_sendBytes;
    std::vector<Flow> m_flows;
    std::vector<std::vector<Ptr<PacketSink>>> m_sinks; //!< by flow
    std::vector<std::unique_ptr<Watch>> m_watches;     //!< by flow; null for long ones
    std::map<uint32_t, uint16_t> m_nextPort;           //!< by destination
};

} // namespace ns3

#endif // MPTCP_FABRIC_TRAFFIC_H
