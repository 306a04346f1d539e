// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TWO_PATH_OPTIONS_H
#define MPTCP_TWO_PATH_OPTIONS_H

#include "chunked-transfer.h"
#include "multipath-topology.h"

#include "ns3/nstime.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

/// \file
/// The parameters of scenarios in which a server sends bulk data, messages or chunks over two
/// paths.
namespace ns3
{

class ScenarioParameters;
class TraceRecorder;

/// `--rate1`, `--roundTrip1`, `--loss1`, `--queue1`, and the same of path 2.
struct TwoPathOptions
{
    struct Path
    {
        double rateMbps;
        Time roundTrip; //!< propagation there and back
        double loss;    //!< of packets, each way, 0 to 1
        uint32_t queueBytes;
    };

    std::array<Path, 2> paths;

    void Declare(ScenarioParameters& command);
    /// Ends the program with a message when a value makes no sense.
    void Check(const ScenarioParameters& command) const;
    [[nodiscard]] std::vector<PathSpec> Specs() const;
};

/// `--traffic`, `--chunkBytes` and `--chunkInterval`.
struct ChunkOptions
{
    std::string traffic;
    uint32_t chunkBytes;
    Time interval;

    /// \param words what the traffic may be, of `bulk`, `messages` and `chunks`
    void Declare(ScenarioParameters& command, const std::vector<std::string>& words);
    void Check(const ScenarioParameters& command) const;
    /// \param fetch how long the request for a chunk takes to the server
    [[nodiscard]] ChunkedTransfer::Plan Plan(Time fetch) const;
};

/// Columns `chunks`, `chunks_due`, `mean_delay_ms`, `delay_p50_ms`, `delay_p95_ms` and
/// `delay_p99_ms` of the summary.
void SummariseDelays(TraceRecorder& recorder, const ChunkedTransfer& transfer);

/// When a transfer starts: in the first second, drawn from a stream of its own, so that runs differ
/// in how the flows meet.
[[nodiscard]] Time DrawStart(int64_t stream);

} // namespace ns3

#endif // MPTCP_TWO_PATH_OPTIONS_H
