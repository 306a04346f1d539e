// SPDX-License-Identifier: GPL-2.0-only
#include "two-isp-runs.h"

#include "mptcp-helper.h"

#include "ns3/config.h"
#include "ns3/mac48-address.h"
#include "ns3/node-container.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <array>
#include <cstdio>

namespace ns3
{

namespace
{

constexpr uint32_t MTU_BYTES = 1500;
constexpr uint32_t BUFFER_BYTES = 1'000'000; // does not bind
constexpr int64_t STREAM_KEYS = 10;

} // namespace

void
SetTwoIspDefaults()
{
    Config::SetDefault("ns3::TcpL4Protocol::SocketType",
                       TypeIdValue(TypeId::LookupByName("ns3::TcpNewReno")));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(BUFFER_BYTES));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(BUFFER_BYTES));
    Config::SetDefault("ns3::TcpSocket::SegmentSize",
                       UintegerValue(MptcpHelper::SegmentBytesFor(MTU_BYTES, false)));
}

void
InstallMptcpOn(Ptr<Node> host, Ptr<Node> peer)
{
    const NodeContainer ends(host, peer);
    MptcpHelper().Install(ends);
    MptcpHelper::AssignStreams(ends, STREAM_KEYS);
}

void
SummariseTwoWay(TraceRecorder& recorder, const TwoIspRun& run, const TwoWayTransfer& transfer)
{
    const auto mbps = [&run](uint64_t bytes) {
        return static_cast<double>(bytes) * 8e-6 / run.duration.GetSeconds();
    };
    const bool isByHost = run.IsOpenedByHost();
    const uint64_t toB = isByHost ? transfer.ReceivedByListener() : transfer.ReceivedByOpener();
    const uint64_t toA = isByHost ? transfer.ReceivedByOpener() : transfer.ReceivedByListener();
    uint64_t established = 0;
    std::array<uint64_t, 2> subflowBytes{};
    const auto subflows = transfer.Subflows();
    for (std::size_t i = 0; i < subflows.size(); ++i)
    {
        established += subflows[i].isEstablished ? 1 : 0;
        subflowBytes[i == 0 ? 0 : 1] += subflows[i].acknowledgedBytes + subflows[i].receivedBytes;
    }
    recorder.Summarise("protocol", run.isMptcp ? "mptcp" : "tcp");
    recorder.Summarise("opener", run.opener);
    recorder.Summarise("connected", transfer.IsConnected() ? 1 : 0);
    recorder.Summarise("intact", transfer.IsIntact() ? 1 : 0);
    recorder.Summarise("a_to_b_mbps", mbps(toB));
    recorder.Summarise("b_to_a_mbps", mbps(toA));
    recorder.Summarise("established_subflows", static_cast<double>(established));
    recorder.Summarise("first_subflow_bytes", static_cast<double>(subflowBytes[0]));
    recorder.Summarise("second_subflow_bytes", static_cast<double>(subflowBytes[1]));
}

void
RunVariants(const ScenarioParameters& command,
            TraceRecorder& recorder,
            std::size_t count,
            const std::function<void(std::size_t)>& runOne)
{
    for (std::size_t i = 0; i < count; ++i)
    {
        if (i > 0)
        {
            recorder.NextRow();
        }
        runOne(i);
        Simulator::Destroy();
        Mac48Address::ResetAllocationIndex();
        if (command.ShowsProgress())
        {
            std::fprintf(stderr,
                         "progress %.3f\n",
                         static_cast<double>(i + 1) / static_cast<double>(count));
        }
    }
}

} // namespace ns3
