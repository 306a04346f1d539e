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
#include "trace-recorder.h"
#include "two-isp-runs.h"

#include "ns3/config.h"
#include "ns3/inet-socket-address.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <array>
#include <fstream>
#include <sstream>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 5201;
constexpr uint32_t MTU_BYTES = 1500;
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

struct Path
{
    double rateMbps;
    Time roundTrip;
    double loss;
    uint32_t queueBytes;
};

struct Parameters
{
    std::string schedulers{"min-rtt,round-robin,blest,ecf,redundant,tcp"};
    std::array<Path, 2> paths{Path{8, MilliSeconds(20), 0.01, 80'000},
                              Path{2, MilliSeconds(150), 0.01, 500'000}};
    std::string traffic{"messages"};
    uint32_t chunkBytes{10'000};
    Time chunkInterval{MilliSeconds(100)};
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
    for (std::size_t i = 0; i < p.paths.size(); ++i)
    {
        const std::string number = std::to_string(i + 1);
        const std::string of = " of path " + number;
        command.Add("rate" + number, "rate" + of + " in Mb/s", p.paths[i].rateMbps);
        command.Add("roundTrip" + number, "propagation there and back" + of, p.paths[i].roundTrip);
        command.Add("loss" + number, "random packet loss" + of + ", each way", p.paths[i].loss);
        command.AddBytes("queue" + number, "queue" + of + ", bytes", p.paths[i].queueBytes);
    }
    command.Add("traffic", "messages at fixed times, or chunks that are fetched", p.traffic);
    command.AllowOnly("traffic", {"messages", "chunks"});
    command.AddBytes("chunkBytes", "size of a message or chunk", p.chunkBytes);
    command.Add("chunkInterval",
                "from one message to the next; chunks: the same, or when the last one is there",
                p.chunkInterval);
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
    for (const auto& path : p.paths)
    {
        if (path.rateMbps <= 0 || !path.roundTrip.IsStrictlyPositive())
        {
            command.Refuse("rates and round trips must be larger than 0");
        }
        if (path.loss < 0 || path.loss > 1)
        {
            command.Refuse("--loss1 and --loss2 take a share from 0 to 1");
        }
    }
    if (!p.duration.IsStrictlyPositive() || !p.chunkInterval.IsStrictlyPositive() ||
        !p.minRto.IsStrictlyPositive())
    {
        command.Refuse("--duration, --chunkInterval and --minRto must be longer than 0 s");
    }
}

std::vector<PathSpec>
Paths(const Parameters& p)
{
    std::vector<PathSpec> specs;
    for (std::size_t i = 0; i < p.paths.size(); ++i)
    {
        const auto& path = p.paths[i];
        specs.push_back({"path " + std::to_string(i + 1),
                         DataRate(static_cast<uint64_t>(path.rateMbps * 1e6)),
                         path.roundTrip,
                         path.queueBytes,
                         path.loss});
    }
    return specs;
}

ChunkedTransfer::Plan
PlanOf(const Parameters& p)
{
    ChunkedTransfer::Plan plan;
    plan.chunkBytes = p.chunkBytes;
    plan.interval = p.chunkInterval;
    plan.fetch = p.paths[0].roundTrip / 2; // a request is a packet on the first path
    plan.pace =
        p.traffic == "messages" ? ChunkedTransfer::Pace::Timed : ChunkedTransfer::Pace::Fetched;
    plan.length = p.duration;
    return plan;
}

void
Summarise(TraceRecorder& recorder, const Parameters& p, const ChunkedTransfer& transfer)
{
    const auto received = static_cast<double>(transfer.ReceivedBytes());
    recorder.Summarise("chunks_due", static_cast<double>(transfer.Due()));
    recorder.Summarise("chunks", static_cast<double>(transfer.Delays().size()));
    recorder.Summarise("mean_delay_ms", transfer.MeanDelay().GetSeconds() * 1e3);
    for (const int percent : {50, 95, 99})
    {
        recorder.Summarise("delay_p" + std::to_string(percent) + "_ms",
                           transfer.DelayQuantile(percent / 100.0).GetSeconds() * 1e3);
    }
    recorder.Summarise("worst_delay_ms", transfer.DelayQuantile(1).GetSeconds() * 1e3);
    recorder.Summarise("goodput_mbps", received * 8e-6 / p.duration.GetSeconds());
    recorder.Summarise("received_bytes", received);
    recorder.Summarise("intact", transfer.IsComplete() && transfer.IsIntact() ? 1 : 0);
}

void
RunOne(TraceRecorder& recorder, std::ofstream& delays, const Variant& variant, const Parameters& p)
{
    const bool isTcp = variant.name == TCP;
    MultipathTopology topology(MultipathTopology::Kind::Multihomed, Paths(p));
    topology.AssignStreams(STREAM_LOSS);
    if (!isTcp)
    {
        MptcpHelper mptcp;
        mptcp.SetScheduler(variant.type);
        mptcp.SetCongestionControl(p.congestionControl);
        mptcp.Install(topology.Hosts());
        MptcpHelper::AssignStreams(topology.Hosts(), STREAM_KEYS);
    }
    auto start = CreateObject<UniformRandomVariable>();
    start->SetStream(STREAM_START);
    const Time begin = MilliSeconds(start->GetInteger(0, 1000));
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

void
SetDefaults(const Parameters& p)
{
    Config::SetDefault("ns3::TcpL4Protocol::SocketType",
                       TypeIdValue(TypeId::LookupByName("ns3::TcpNewReno")));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(p.buffer));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(p.buffer));
    Config::SetDefault("ns3::TcpSocket::SegmentSize",
                       UintegerValue(MptcpHelper::SegmentBytesFor(MTU_BYTES, false)));
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(p.minRto));
    Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(p.minRto / 5));
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
    SetDefaults(p);
    TraceRecorder recorder(command);
    std::ofstream delays(recorder.Folder() + "/delays.csv");
    delays << "scheduler,chunk,delay_ms\n";
    RunVariants(command, recorder, variants.size(), [&](std::size_t i) {
        RunOne(recorder, delays, variants[i], p);
    });
    recorder.Finish("completed");
    return 0;
}
