// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FABRIC_OUTCOME_H
#define MPTCP_FABRIC_OUTCOME_H

#include "fabric-network.h"
#include "fabric-traffic.h"
#include "trace-recorder.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * What the flows of a data centre got, and how busy its links were, in the time from the making of
 * this object to Finish. docs/results.md has the columns.
 *
 * The optimum of a long flow is what it would get if only the links of its two hosts mattered, in
 * full packets.
 */
class FabricOutcome
{
  public:
    /// \param payloadShare of a full packet, link header included: counted in packets, a link is
    /// full when that much of its rate is payload
    FabricOutcome(const FabricNetwork& network, const FabricTraffic& traffic, double payloadShare);

    /// The end of the time that counts.
    void Finish();

    void Summarise(TraceRecorder& recorder) const;
    /// `flows.csv`: long flows, the fastest first.
    void WriteFlows(const std::string& file) const;
    /// `short-flows.csv`: all of them, since the beginning.
    void WriteShortFlows(const std::string& file) const;
    /// `links.csv`: each direction of each link.
    void WriteLinks(const std::string& file) const;

  private:
    struct Counted
    {
        std::vector<uint64_t> flowBytes;
        std::vector<std::array<FabricNetwork::Counts, 2>> links; //!< upwards and downwards
        Time at;
    };

    struct FlowRate
    {
        std::size_t flow;
        double mbps;    //!< payload
        double percent; //!< of its optimum
    };

    [[nodiscard]] Counted CountAll() const;
    [[nodiscard]] double OptimumMbps(const FabricTraffic::Flow& flow, uint32_t sharers) const;
    void SummariseFlows(TraceRecorder& recorder) const;
    void SummariseLinks(TraceRecorder& recorder, mptcp::FabricLink::Tier tier) const;
    void SummariseShortFlows(TraceRecorder& recorder) const;
    [[nodiscard]] double UsedPercent(std::size_t link, std::size_t way) const;
    [[nodiscard]] FabricNetwork::Counts During(std::size_t link, std::size_t way) const;

    const FabricNetwork& m_network;
    const FabricTraffic& m_traffic;
    double m_payloadShare;
    Counted m_before;
    Counted m_after;
    double m_seconds{0};
    std::vector<FlowRate> m_rates; //!< of long flows, the fastest first
    double m_optimumMbps{0};       //!< of all of them together
};

} // namespace ns3

#endif // MPTCP_FABRIC_OUTCOME_H
