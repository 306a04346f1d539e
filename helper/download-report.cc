// SPDX-License-Identifier: GPL-2.0-only
#include "download-report.h"

#include "ns3/point-to-point-helper.h"

namespace ns3
{

namespace
{

double
Mbps(double bytes, Time duration)
{
    return bytes * 8 / duration.GetSeconds() / 1e6;
}

} // namespace

void
SummariseDownload(TraceRecorder& recorder, Time duration, uint64_t receivedBytes, bool isIntact)
{
    const auto received = static_cast<double>(receivedBytes);
    recorder.Summarise("duration_s", duration.GetSeconds());
    recorder.Summarise("received_bytes", received);
    recorder.Summarise("goodput_mbps", Mbps(received, duration));
    recorder.Summarise("intact", isIntact ? 1 : 0);
}

void
SummariseShares(TraceRecorder& recorder, Time duration, const std::vector<SubflowShare>& subflows)
{
    double total = 0;
    for (const auto& subflow : subflows)
    {
        total += subflow.bytes;
    }
    recorder.Summarise("subflow_count", static_cast<double>(subflows.size()));
    for (const auto& subflow : subflows)
    {
        std::string column = subflow.entity;
        column[column.find('-')] = '_';
        recorder.Summarise(column + "_path", subflow.path);
        recorder.Summarise(column + "_goodput_mbps", Mbps(subflow.bytes, duration));
        recorder.Summarise(column + "_share_percent", total > 0 ? 100 * subflow.bytes / total : 0);
    }
}

void
CapturePaths(const TraceRecorder& recorder,
             const std::vector<PathSpec>& paths,
             const std::function<NetDeviceContainer(std::size_t path)>& link)
{
    PointToPointHelper pcap;
    for (std::size_t i = 0; i < paths.size(); ++i)
    {
        const std::string file = recorder.Folder() + "/" + paths[i].name + ".pcap";
        pcap.EnablePcap(file, link(i).Get(0), false, true);
    }
}

} // namespace ns3
