// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TWO_ISP_RUNS_H
#define MPTCP_TWO_ISP_RUNS_H

#include "scenario-parameters.h"
#include "trace-recorder.h"
#include "two-way-transfer.h"

#include "ns3/ipv4-address.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"

#include <cstdint>
#include <functional>
#include <string>

/// \file
/// What the scenarios with two ISPs have alike: variants one after another, a transfer both ways
/// in each, and the columns that tell of it.
namespace ns3
{

/// One transfer between the host and its peer.
struct TwoIspRun
{
    bool isMptcp{false};
    std::string opener; //!< `a`, or `b-to-a1` and `b-to-a2` for the peer and the address it tries
    Time duration;

    [[nodiscard]] bool IsOpenedByHost() const
    {
        return opener == "a";
    }
};

/// NewReno, full segments, and buffers that do not bind.
void SetTwoIspDefaults();

/// Makes both ends MPTCP hosts, with keys that no other variant changes.
void InstallMptcpOn(Ptr<Node> host, Ptr<Node> peer);

/// Columns `protocol`, `opener`, `connected`, `intact`, `a_to_b_mbps`, `b_to_a_mbps`,
/// `established_subflows`, `first_subflow_bytes` and `second_subflow_bytes`.
void SummariseTwoWay(TraceRecorder& recorder, const TwoIspRun& run, const TwoWayTransfer& transfer);

/// Calls `runOne` with 0, 1 ... each for a row of the summary; tells how far it is if asked to.
void RunVariants(const ScenarioParameters& command,
                 TraceRecorder& recorder,
                 std::size_t count,
                 const std::function<void(std::size_t)>& runOne);

/// Runs the transfer and writes its columns, and of each ISP `sent_by_isp1_packets`, `arrived_by`
/// and `filtered_by`. `Network`: MultihomedHost or MultihomedSite.
template <class Network>
void
RunTwoWay(TraceRecorder& recorder, const Network& network, const TwoIspRun& run)
{
    if (run.isMptcp)
    {
        InstallMptcpOn(network.Host(), network.Peer());
    }
    const bool isByHost = run.IsOpenedByHost();
    const TwoWayTransfer transfer(isByHost ? network.Host() : network.Peer(),
                                  isByHost ? network.Peer() : network.Host(),
                                  isByHost ? network.PeerAddress()
                                           : network.HostAddress(run.opener == "b-to-a1" ? 0 : 1),
                                  run.isMptcp);
    Simulator::Stop(run.duration);
    Simulator::Run();
    SummariseTwoWay(recorder, run, transfer);
    for (std::size_t isp = 0; isp < 2; ++isp)
    {
        const std::string via = "_isp" + std::to_string(isp + 1) + "_packets";
        recorder.Summarise("sent_by" + via, static_cast<double>(network.SentPackets(isp)));
        recorder.Summarise("arrived_by" + via, static_cast<double>(network.ArrivedPackets(isp)));
        recorder.Summarise("filtered_by" + via, static_cast<double>(network.FilteredPackets(isp)));
    }
}

} // namespace ns3

#endif // MPTCP_TWO_ISP_RUNS_H
