// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TWO_ISP_RUNS_H
#define MPTCP_TWO_ISP_RUNS_H

#include "scenario-parameters.h"
#include "trace-recorder.h"
#include "two-isp-network.h"

#include "ns3/data-rate.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

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

/// The parameters that these scenarios share.
struct TwoIspOptions
{
    std::string transport{"both"};
    std::string opener{"all"};
    double rateMbps{2};
    Time delay{MilliSeconds(10)};
    Time duration{Seconds(10)};

    /// \param between what the links are between whose rate and delay are asked for
    void Declare(ScenarioParameters& command, const std::string& between);
    /// Ends the program with a message when a value makes no sense.
    void Check(const ScenarioParameters& command) const;
    /// What is asked for, in the order of the summary.
    [[nodiscard]] std::vector<TwoIspRun> Runs() const;
    [[nodiscard]] DataRate Rate() const;
    /// Whether `word` is, or is among, what was asked for.
    [[nodiscard]] static bool IsWanted(const std::string& wish, const std::string& word);
};

/// NewReno, full segments, and buffers that do not bind.
void SetTwoIspDefaults();

/// Calls `runOne` with 0, 1 ... each for a row of the summary; tells how far it is if asked to.
void RunVariants(const ScenarioParameters& command,
                 TraceRecorder& recorder,
                 std::size_t count,
                 const std::function<void(std::size_t)>& runOne);

/// Runs the transfer and writes its columns: `protocol`, `opener`, `connected`, `intact`,
/// `a_to_b_mbps`, `b_to_a_mbps`, `established_subflows`, `first_subflow_bytes` and
/// `second_subflow_bytes`; and of each ISP `sent_by_isp1_packets`, `arrived_by` and `filtered_by`.
void RunTwoWay(TraceRecorder& recorder, const TwoIspNetwork& network, const TwoIspRun& run);

} // namespace ns3

#endif // MPTCP_TWO_ISP_RUNS_H
