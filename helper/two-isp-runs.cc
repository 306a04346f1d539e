// SPDX-License-Identifier: GPL-2.0-only
#include "two-isp-runs.h"

#include "tcp-defaults.h"
#include "two-way-transfer.h"

#include "ns3/mac48-address.h"
#include "ns3/node-container.h"
#include "ns3/simulator.h"

#include <array>
#include <cstdio>

namespace ns3
{

namespace
{

constexpr uint32_t BUFFER_BYTES = 1'000'000; // does not bind
constexpr int64_t STREAM_KEYS = 10;

/// Makes both ends MPTCP hosts, with keys that no other variant changes.
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

} // namespace

void
TwoIspOptions::Declare(ScenarioParameters& command, const std::string& between)
{
    command.Add("protocol", "what they talk", transport);
    command.AllowOnly("protocol", {"both", "tcp", "mptcp"});
    command.Add("opener", "who opens: host A to B, or B to an address of A", opener);
    command.AllowOnly("opener", {"all", "a", "b-to-a1", "b-to-a2"});
    command.Add("rateMbps", "rate of the links between " + between + " in Mb/s", rateMbps);
    command.Add("delay", "delay of these links, one way", delay);
    command.Add("duration", "simulated time of each run", duration);
}

void
TwoIspOptions::Check(const ScenarioParameters& command) const
{
    if (rateMbps <= 0 || !duration.IsStrictlyPositive())
    {
        command.Refuse("--rateMbps and --duration must be more than 0");
    }
}

std::vector<TwoIspRun>
TwoIspOptions::Runs() const
{
    std::vector<TwoIspRun> runs;
    for (const bool isMptcp : {false, true})
    {
        for (const char* who : {"a", "b-to-a1", "b-to-a2"})
        {
            if (IsWanted(transport, isMptcp ? "mptcp" : "tcp") && IsWanted(opener, who))
            {
                runs.push_back({isMptcp, who, duration});
            }
        }
    }
    return runs;
}

DataRate
TwoIspOptions::Rate() const
{
    return DataRate(static_cast<uint64_t>(rateMbps * 1e6));
}

bool
TwoIspOptions::IsWanted(const std::string& wish, const std::string& word)
{
    return wish == "all" || wish == "both" || wish == word;
}

void
SetTwoIspDefaults()
{
    TcpDefaults{BUFFER_BYTES, BUFFER_BYTES}.Apply();
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

void
RunTwoWay(TraceRecorder& recorder, const TwoIspNetwork& network, const TwoIspRun& run)
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
