// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: how long do messages, or chunks of video, take over two unlike paths, by scheduler?
 *
 * Each scheduler is a run of its own with the same losses and a row of summary.csv; delays.csv has
 * every message. The traffic and its clock are those of two-paths, which studies one scheduler in
 * detail; a TCP over path 1 is there to compare with.
 *
 * Expected: with traffic that one path can carry, a message is as slow as its slowest segment. So
 * minRTT, which uses the slow path only when the window of the fast one is full, is ahead of round
 * robin (Paasch et al., CSWS 2014), and ECF, which then waits for the fast one where that is
 * sooner, ahead of minRTT (Lim et al., CoNEXT 2017). The redundant scheduler has a shorter tail
 * than minRTT where segments are lost (Froemmgen et al., ICC 2016). TCP over the better path alone
 * is hard to beat with messages that it can carry.
 */
#include "chunked-transfer.h"
#include "mptcp-helper.h"
#include "multipath-topology.h"
#include "scenario-parameters.h"
#include "tcp-defaults.h"
#include "trace-recorder.h"
#include "two-isp-runs.h"
#include "two-path-options.h"

#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"

#include <fstream>
#include <sstream>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 5201;
constexpr const char* TCP = "tcp"; // in the list of schedulers
/// What was due has so long to arrive when the server sends no more.
const Time PATIENCE = Seconds(10);

/// Streams of random numbers, fixed so that no change elsewhere moves them.
enum Stream : int64_t
{
    STREAM_START = 1,
    STREAM_KEYS = 10,
    STREAM_LOSS = 100,
};

struct Parameters
{
    std::string schedulers{"min-rtt,round-robin,blest,ecf,redundant,tcp"};
    TwoPathOptions network{
        {{{8, MilliSeconds(20), 0.01, 80'000}, {2, MilliSeconds(150), 0.01, 500'000}}}};
    ChunkOptions chunks{"messages", 10'000, MilliSeconds(100)};
    Time duration{Seconds(60)};
    uint32_t buffer{2'000'000};
    Time minRto{MilliSeconds(200)};
    std::string congestionControl{"lia"};
};

void
Declare(ScenarioParameters& command, Parameters& p)
{
    command.Add("schedulers",
                "which to compare, comma separated; tcp is a TCP over path 1",
                p.schedulers);
    p.network.Declare(command);
    p.chunks.Declare(command, {"messages", "chunks"});
    command.Add("duration", "how long the server sends", p.duration);
    command.AddBytes("buffer", "send and receive buffers, bytes", p.buffer);
    command.Add(
        "minRto",
        "shortest retransmission timeout, 200ms in Linux; ACKs are delayed for a fifth of it",
        p.minRto);
    command.Add("congestionControl",
                "congestion control of MPTCP subflows, for example lia, new-reno; TCP has new-reno",
                p.congestionControl);
}

/// One scheduler: the word of the user, and its TypeId; none for TCP.
struct Variant
{
    std::string name;
    std::string type;
};

std::vector<Variant>
Variants(const ScenarioParameters& command, const Parameters& p)
{
    std::vector<Variant> variants;
    std::istringstream words(p.schedulers);
    for (std::string name; std::getline(words, name, ',');)
    {
        const bool isTcp = name == TCP;
        for (const auto& other : variants)
        {
            if (other.name == name)
            {
                command.Refuse("--schedulers: '" + name + "' is there twice");
            }
        }
        variants.push_back(
            {name, isTcp ? "" : command.PolicyType("schedulers", name, "ns3::MptcpScheduler")});
    }
    if (variants.empty())
    {
        command.Refuse("--schedulers: name at least one, for example min-rtt");
    }
    return variants;
}

void
Check(const ScenarioParameters& command, const Parameters& p)
{
    p.network.Check(command);
    p.chunks.Check(command);
    if (!p.duration.IsStrictlyPositive() || !p.minRto.IsStrictlyPositive())
    {
        command.Refuse("--duration and --minRto must be longer than 0 s");
    }
}

ChunkedTransfer::Plan
PlanOf(const Parameters& p)
{
    // A request is a packet on the first path.
    ChunkedTransfer::Plan plan = p.chunks.Plan(p.network.paths[0].roundTrip / 2);
    plan.length = p.duration;
    return plan;
}

void
Summarise(TraceRecorder& recorder, const Parameters& p, const ChunkedTransfer& transfer)
{
    const auto received = static_cast<double>(transfer.ReceivedBytes());
    SummariseDelays(recorder, transfer);
    recorder.Summarise("worst_delay_ms", transfer.DelayQuantile(1).GetSeconds() * 1e3);
    recorder.Summarise("goodput_mbps", received * 8e-6 / p.duration.GetSeconds());
    recorder.Summarise("received_bytes", received);
    recorder.Summarise("intact", transfer.IsComplete() && transfer.IsIntact() ? 1 : 0);
}

void
RunOne(TraceRecorder& recorder, std::ofstream& delays, const Variant& variant, const Parameters& p)
{
    const bool isTcp = variant.name == TCP;
    MultipathTopology topology(MultipathTopology::Kind::Multihomed, p.network.Specs());
    topology.AssignStreams(STREAM_LOSS);
    if (!isTcp)
    {
        MptcpHelper mptcp;
        mptcp.SetScheduler(variant.type);
        mptcp.SetCongestionControl(p.congestionControl);
        mptcp.Install(topology.Hosts());
        MptcpHelper::AssignStreams(topology.Hosts(), STREAM_KEYS);
    }
    const Time begin = DrawStart(STREAM_START);
    ChunkedTransfer transfer(topology.Server(),
                             topology.Client(),
                             isTcp ? "ns3::TcpSocketFactory" : "ns3::MptcpSocketFactory",
                             InetSocketAddress(topology.ServerAddress(0), PORT),
                             PlanOf(p),
                             begin);
    transfer.OnReceived([&transfer](Ptr<const Packet>) {
        if (transfer.IsComplete())
        {
            Simulator::Stop();
        }
    });
    Simulator::Stop(begin + p.duration + PATIENCE);
    Simulator::Run();
    recorder.Summarise("scheduler", variant.name);
    Summarise(recorder, p, transfer);
    for (std::size_t i = 0; i < transfer.Delays().size(); ++i)
    {
        delays << variant.name << ',' << i + 1 << ',' << transfer.Delays()[i].GetSeconds() * 1e3
               << '\n';
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command("app-limited",
                               "How long do messages take over two unlike paths, by scheduler?");
    Declare(command, p);
    command.Parse(argc, argv);
    Check(command, p);
    const std::vector<Variant> variants = Variants(command, p);
    p.congestionControl =
        command.PolicyType("congestionControl", p.congestionControl, "ns3::TcpCongestionOps");
    TcpDefaults{p.buffer, p.buffer, "ns3::TcpNewReno", TcpDefaults::SegmentBytes(), p.minRto}
        .Apply();
    TraceRecorder recorder(command);
    std::ofstream delays(recorder.Folder() + "/delays.csv");
    delays << "scheduler,chunk,delay_ms\n";
    RunVariants(command, recorder, variants.size(), [&](std::size_t i) {
        RunOne(recorder, delays, variants[i], p);
    });
    recorder.Finish("completed");
    return 0;
}
