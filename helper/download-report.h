// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DOWNLOAD_REPORT_H
#define MPTCP_DOWNLOAD_REPORT_H

#include "multipath-topology.h"
#include "trace-recorder.h"

#include "ns3/net-device-container.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// \file
/// What scenarios with a download write alike, so that their results can be read alike.
namespace ns3
{

/// What one subflow, or the only TCP flow, has carried.
struct SubflowShare
{
    std::string entity; //!< its name in the samples: `subflow-1`
    std::string path;   //!< for people: "WiFi"
    double bytes{0};    //!< of payload
};

/// Columns `duration_s`, `received_bytes`, `goodput_mbps` and `intact` of the summary.
void SummariseDownload(TraceRecorder& recorder,
                       Time duration,
                       uint64_t receivedBytes,
                       bool isIntact);

/// Columns `subflow_count`, and of each subflow `subflow_1_path`, `subflow_1_goodput_mbps` and
/// `subflow_1_share_percent`.
void SummariseShares(TraceRecorder& recorder,
                     Time duration,
                     const std::vector<SubflowShare>& subflows);

/// A pcap file per path in the folder of the run: what the first device of each link sends, and
/// what reaches it.
void CapturePaths(const TraceRecorder& recorder,
                  const std::vector<PathSpec>& paths,
                  const std::function<NetDeviceContainer(std::size_t path)>& link);

} // namespace ns3

#endif // MPTCP_DOWNLOAD_REPORT_H
