// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: how much of a data centre can TCP use, and how much MPTCP, when switches choose among
 * equal paths by the hash of the five-tuple?
 *
 * Every host sends to another (or a part of them, or to twelve), over a FatTree, VL2 or BCube.
 * With TCP a flow has one path; where hashes put several on one link, others stay empty. MPTCP
 * opens subflows that differ in their ports, so that the hash sends them over several paths, and
 * moves its data to the better ones. Hosts choose ports that lead by distinct paths; with
 * --pathChoice=random they take any free port, and of 16 paths eight subflows see six. In BCube
 * hosts have several interfaces, and each subflow has its own.
 *
 * Expected: FatTree of 128 hosts, random permutation, links of 100 Mb/s with queues of 100 packets:
 * TCP gets half of the optimum (51 Mb/s per host), MPTCP with 8 subflows nearly all (95 Mb/s):
 * Wischik et al., NSDI 2011, section 4; more with each subflow added: Raiciu et al., SIGCOMM 2011,
 * section 4. docs/validation.md has the figures.
 *
 * Throughput is counted in full packets, as in those papers: 100 % is a link of a host that carries
 * full packets of payload and nothing else. Acknowledgements take 2.2 % of that; in htsim, which
 * the papers used, they bypass the network.
 *
 * Hosts do as Linux does: timeouts of at least 200 ms, 1 s for a SYN, an acknowledgement of every
 * second segment, windows that grow with the bytes it acknowledges and halve after a loss. As in a
 * program of htsim, slow start ends at 15 segments at the latest; otherwise all subflows of a
 * connection overflow the queue of their host together. That queue holds 100 packets like all
 * others: in a longer one acknowledgements of what the host receives wait behind what it sends,
 * and connections to hosts that send at full rate have several times the round trip of others.
 */
#include "buffer-mechanism-options.h"
#include "core/routing/bcube.h"
#include "fabric-flow-rates.h"
#include "fabric-outcome.h"
#include "fabric-traffic.h"
#include "mptcp-helper.h"
#include "process-cost.h"
#include "scenario-parameters.h"
#include "trace-recorder.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/global-value.h"
#include "ns3/pointer.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>

using namespace ns3;

namespace
{

constexpr uint32_t MTU_BYTES = 1500;
constexpr uint32_t FRAME_BYTES = MTU_BYTES + 2;     // ns-3's point-to-point header
constexpr uint32_t TCP_HEADER_BYTES = 20 + 20 + 12; // IPv4, TCP, timestamps

enum Stream : int64_t
{
    STREAM_PAIRS = 1,
    STREAM_STARTS = 2,
    STREAM_PATHS = 3,
    STREAM_SHORT = 4,
    STREAM_KEYS = 1'000,
};

struct Parameters
{
    std::string transport{"mptcp"};
    std::string topology{"fattree"};
    uint32_t k{4};
    uint32_t interfaces{3};
    uint32_t hostsPerRack{20};
    std::string rate{"100Mb/s"};
    Time delay{MicroSeconds(10)};
    uint32_t queue{100};
    uint32_t hostQueue{100};
    std::string forwarding{"switch"};
    std::string traffic{"permutation"};
    uint32_t peers{12};
    double sparseShare{0.3};
    uint32_t subflows{8};
    std::string pathChoice{"distinct"};
    uint32_t flowsPerPair{1};
    double shortShare{0};
    uint32_t shortBytes{70'000};
    Time shortEvery{MilliSeconds(200)};
    std::string congestionControl{"lia"};
    std::string tcpCongestionControl{"linux-reno"};
    std::string scheduler{"min-rtt"};
    Time windowStart{Seconds(1)};
    Time duration{Seconds(3)};
    Time startWithin{MilliSeconds(100)};
    bool byteCounting{true}; // as Linux, RFC 6356 and linux-reno
    bool halvesFlightSize{true};
    uint32_t delAckCount{2};
    Time delAckTimeout{MilliSeconds(40)};
    Time minRto{MilliSeconds(200)};
    Time synTimeout{Seconds(1)};
    uint32_t initialSsthresh{15};
    uint32_t buffer{6'000'000}; // what a subflow holds up until it times out waits in it
    // As in the kernel of the papers: otherwise a subflow that falls silent stops all the others.
    BufferMechanismOptions mechanisms{true};
};

void
DeclareNetwork(ScenarioParameters& command, Parameters& p)
{
    command.Add("transport", "transport of the long flows", p.transport);
    command.AllowOnly("transport", {"mptcp", "tcp"});
    command.Add("topology", "fattree, vl2 or bcube", p.topology);
    command.AllowOnly("topology", {"fattree", "vl2", "bcube"});
    command.Add("k", "ports of a switch; in vl2 of those above the racks", p.k);
    command.Add("interfaces", "of a host in bcube, which has k^interfaces hosts", p.interfaces);
    command.Add("hostsPerRack", "in vl2, which has k^2/4 racks", p.hostsPerRack);
    command.Add("rate", "of a link of a host, for example 100Mb/s", p.rate);
    command.Add("delay", "of a link, one way", p.delay);
    command.Add("queue", "packets that wait at a port", p.queue);
    command.Add(
        "hostQueue",
        "packets that wait at an interface of a host; in bcube, where hosts relay, --queue counts",
        p.hostQueue);
    command.Add("forwarding",
                "between hosts: switch (from device to device) or router (stock IP stacks)",
                p.forwarding);
    command.AllowOnly("forwarding", {"switch", "router"});
}

void
DeclareTraffic(ScenarioParameters& command, Parameters& p)
{
    command.Add(
        "traffic",
        "permutation (each host sends to one and receives from one), neighbours (to --peers "
        "others; in bcube to all that share a switch) or sparse (--sparseShare of the hosts "
        "send to one)",
        p.traffic);
    command.AllowOnly("traffic", {"permutation", "neighbours", "sparse"});
    command.Add("peers", "of each host with --traffic=neighbours, but in bcube", p.peers);
    command.Add("sparseShare", "part of the hosts that send with --traffic=sparse", p.sparseShare);
    command.Add("subflows",
                "of an MPTCP connection, 1 to 8; in bcube one per interface at most",
                p.subflows);
    command.Add("pathChoice",
                "ports of subflows in fattree and vl2: distinct (hosts know the hashes, and each "
                "subflow takes another path as long as there is one) or random (any free port)",
                p.pathChoice);
    command.AllowOnly("pathChoice", {"distinct", "random"});
    command.Add("flowsPerPair", "TCP connections that share the work of a flow", p.flowsPerPair);
    command.Add("shortShare", "part of the pairs that has short TCP flows instead", p.shortShare);
    command.AddBytes("shortBytes", "size of a short flow", p.shortBytes);
    command.Add("shortEvery", "mean time from one short flow of a pair to the next", p.shortEvery);
    command.Add(
        "windowStart",
        "goodput counts from here to the end; when not given, in a run of less than 2s from "
        "half of its duration on",
        p.windowStart);
    command.Add("duration", "simulated time", p.duration);
    command.Add("startWithin", "long flows start at times drawn from 0 to this", p.startWithin);
}

void
DeclareHosts(ScenarioParameters& command, Parameters& p)
{
    command.Add("congestionControl", "congestion control of MPTCP subflows", p.congestionControl);
    command.Add("tcpCongestionControl", "congestion control of TCP", p.tcpCongestionControl);
    command.Add("byteCounting",
                "MPTCP windows grow with what is acknowledged, as RFC 6356 assumes and linux-reno "
                "does, not once per acknowledgement as in new-reno",
                p.byteCounting);
    command.Add("halvesFlightSize",
                "a loss halves what MPTCP has outstanding, as in RFC 5681; linux-reno halves the "
                "window, new-reno what is neither lost nor acknowledged selectively",
                p.halvesFlightSize);
    command.Add("scheduler", "MPTCP packet scheduler", p.scheduler);
    command.Add("delAckCount", "segments that a receiver acknowledges at once", p.delAckCount);
    command.Add("delAckTimeout",
                "longest delay of an acknowledgement; 40ms in Linux",
                p.delAckTimeout);
    command.Add("minRto", "least retransmission timeout; 200ms in Linux, 1s in ns-3", p.minRto);
    command.Add("synTimeout",
                "before the first SYN is repeated; 1s in Linux, 3s in ns-3",
                p.synTimeout);
    command.Add(
        "initialSsthresh",
        "segments at which slow start ends if nothing is lost before; 0: only a loss ends it",
        p.initialSsthresh);
    command.AddBytes("buffer",
                     "send and receive buffers of a flow; its TCP connections share it",
                     p.buffer);
    p.mechanisms.Declare(command);
}

uint32_t
SegmentBytes(const Parameters& p)
{
    return p.transport == "mptcp" ? MptcpHelper::SegmentBytesFor(MTU_BYTES, false)
                                  : MTU_BYTES - TCP_HEADER_BYTES;
}

/// Send and receive buffer of a TCP or MPTCP connection.
uint32_t
BufferBytes(const Parameters& p)
{
    return p.buffer / p.flowsPerPair;
}

void
CheckTopology(const ScenarioParameters& command, const Parameters& p)
{
    if (p.topology != "bcube" && (p.k < 2 || p.k % 2 != 0 || p.k > 64))
    {
        command.Refuse("--k of fattree and vl2 is even, from 2 to 64");
    }
    if (p.topology == "bcube" &&
        (p.k < 3 || p.interfaces < 1 || p.interfaces > 8 || std::pow(p.k, p.interfaces) > 4096))
    {
        command.Refuse("--k of bcube starts at 3, --interfaces at 1, and k^interfaces must not be "
                       "above 4096");
    }
    if (p.topology == "vl2" && (p.hostsPerRack < 1 || p.hostsPerRack > 250))
    {
        command.Refuse("--hostsPerRack goes from 1 to 250");
    }
}

void
Check(const ScenarioParameters& command, const Parameters& p)
{
    CheckTopology(command, p);
    if (p.queue == 0 || p.hostQueue == 0 || p.delAckCount == 0 || p.flowsPerPair == 0 ||
        p.peers == 0)
    {
        command.Refuse(
            "--queue, --hostQueue, --delAckCount, --flowsPerPair and --peers start at 1");
    }
    if (p.subflows < 1 || p.subflows > 8)
    {
        command.Refuse("--subflows goes from 1 to 8");
    }
    if (p.transport == "mptcp" && p.flowsPerPair != 1)
    {
        command.Refuse("--flowsPerPair is for --transport=tcp; MPTCP has --subflows");
    }
    if (p.sparseShare <= 0 || p.sparseShare > 1 || p.shortShare < 0 || p.shortShare >= 1)
    {
        command.Refuse("--sparseShare is above 0 and at most 1, --shortShare from 0 to below 1");
    }
    if (p.windowStart >= p.duration || p.startWithin > p.duration)
    {
        command.Refuse("--windowStart must be before --duration, --startWithin not after it");
    }
    if (p.initialSsthresh > 1'000'000)
    {
        command.Refuse("--initialSsthresh is at most 1000000 segments");
    }
    if (!p.shortEvery.IsStrictlyPositive())
    {
        command.Refuse("--shortEvery must be above 0");
    }
    if (BufferBytes(p) < SegmentBytes(p))
    {
        command.Refuse("--buffer is too small: each connection needs room for a segment, " +
                       std::to_string(SegmentBytes(p)) +
                       " bytes; raise it or lower --flowsPerPair");
    }
}

DataRate
ReadRate(const ScenarioParameters& command, const Parameters& p)
{
    // ns-3 ends the program on what it cannot read, so the form is looked at first.
    const std::size_t unitAt = p.rate.find_first_not_of("0123456789.");
    const std::string unit = unitAt == std::string::npos ? "" : p.rate.substr(unitAt);
    const bool isKnown = unit == "b/s" || unit == "kb/s" || unit == "Mb/s" || unit == "Gb/s" ||
                         unit == "bps" || unit == "kbps" || unit == "Mbps" || unit == "Gbps";
    if (unitAt == 0 || !isKnown || std::count(p.rate.begin(), p.rate.end(), '.') > 1)
    {
        command.Refuse("--rate=" + p.rate + ": it takes a rate such as 100Mb/s or 1Gb/s");
    }
    const DataRate rate(p.rate);
    if (rate.GetBitRate() == 0)
    {
        command.Refuse("--rate must be above 0");
    }
    return rate;
}

/// Of all switches, from ns-3's seed and run.
uint64_t
HashSeed()
{
    return (static_cast<uint64_t>(RngSeedManager::GetSeed()) << 32U) ^ RngSeedManager::GetRun();
}

mptcp::Fabric
MakeFabric(const Parameters& p)
{
    if (p.topology == "vl2")
    {
        return mptcp::MakeVl2(p.k, p.hostsPerRack, HashSeed());
    }
    return p.topology == "bcube" ? mptcp::MakeBcube(p.k, p.interfaces)
                                 : mptcp::MakeFatTree(p.k, HashSeed());
}

/// What an application writes at once: a sixteenth of the buffer, at most 64 kB, in whole segments,
/// at least one. Each write is a packet that waits in the buffer; with one for each segment a
/// simulation takes several times the memory, most of it for data that is far from being sent.
uint32_t
WriteBytes(const Parameters& p)
{
    const uint32_t bytes = std::min(BufferBytes(p) / 16, 64'000U);
    return std::max(bytes / SegmentBytes(p), 1U) * SegmentBytes(p);
}

/// Payload in what a link carries at most.
double
PayloadShare(const Parameters& p)
{
    return static_cast<double>(SegmentBytes(p)) / FRAME_BYTES;
}

void
SetDefaults(const ScenarioParameters& command, const Parameters& p)
{
    const std::string control =
        command.PolicyType("tcpCongestionControl", p.tcpCongestionControl, "ns3::TcpCongestionOps");
    Config::SetDefault("ns3::TcpL4Protocol::SocketType",
                       TypeIdValue(TypeId::LookupByName(control)));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(BufferBytes(p)));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(BufferBytes(p)));
    Config::SetDefault("ns3::TcpSocket::DelAckCount", UintegerValue(p.delAckCount));
    Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(p.delAckTimeout));
    Config::SetDefault("ns3::TcpSocket::ConnTimeout", TimeValue(p.synTimeout));
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(p.minRto));
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(SegmentBytes(p)));
    if (p.initialSsthresh > 0)
    {
        Config::SetDefault("ns3::TcpSocket::InitialSlowStartThreshold",
                           UintegerValue(p.initialSsthresh * SegmentBytes(p)));
    }
}

void
InstallMptcp(const ScenarioParameters& command, const Parameters& p, const FabricNetwork& network)
{
    p.mechanisms.Apply();
    Config::SetDefault("ns3::MptcpCoupledCongestion::AppropriateByteCounting",
                       BooleanValue(p.byteCounting));
    Config::SetDefault("ns3::MptcpCoupledCongestion::HalvesFlightSize",
                       BooleanValue(p.halvesFlightSize));
    MptcpHelper mptcp;
    mptcp.SetCongestionControl(
        command.PolicyType("congestionControl", p.congestionControl, "ns3::TcpCongestionOps"));
    mptcp.SetScheduler(command.PolicyType("scheduler", p.scheduler, "ns3::MptcpScheduler"));
    if (p.topology == "bcube")
    {
        mptcp.SetPathManager("ns3::MptcpBcubePaths",
                             "Ports",
                             UintegerValue(p.k),
                             "Levels",
                             UintegerValue(p.interfaces),
                             "MaxSubflows",
                             UintegerValue(p.subflows));
    }
    else if (p.pathChoice == "random")
    {
        mptcp.SetPathManager("ns3::MptcpNDiffPorts", "Subflows", UintegerValue(p.subflows));
    }
    else
    {
        mptcp.SetPathManager("ns3::MptcpDistinctPaths",
                             "Subflows",
                             UintegerValue(p.subflows),
                             "Network",
                             PointerValue(network.View()));
    }
    mptcp.Install(network.Hosts());
    MptcpHelper::AssignStreams(network.Hosts(), STREAM_KEYS);
}

Ptr<UniformRandomVariable>
Random(int64_t stream)
{
    auto random = CreateObject<UniformRandomVariable>();
    random->SetStream(stream);
    return random;
}

FabricPairs
ChoosePairs(const Parameters& p, const mptcp::Fabric& fabric)
{
    const auto random = Random(STREAM_PAIRS);
    if (p.traffic == "sparse")
    {
        return SparseTraffic(fabric.hosts, p.sparseShare, random);
    }
    if (p.traffic == "permutation")
    {
        return PermutationTraffic(fabric.hosts, random);
    }
    return p.topology == "bcube" ? NeighbourTraffic(fabric)
                                 : ScatteredTraffic(fabric.hosts, p.peers, random);
}

/// The interface of the destination that a flow goes to: in BCube the end of one of the shortest
/// paths, as single-path routing would choose.
uint32_t
ChoosePort(const Parameters& p,
           const std::pair<uint32_t, uint32_t>& pair,
           const Ptr<UniformRandomVariable>& random)
{
    if (p.topology != "bcube")
    {
        return 0;
    }
    const mptcp::BcubeShape shape(p.k, p.interfaces);
    const uint32_t lower = std::min(pair.first, pair.second);
    const uint32_t upper = std::max(pair.first, pair.second);
    std::size_t shortest = std::numeric_limits<std::size_t>::max();
    std::vector<uint32_t> ends;
    for (uint32_t level = 0; level < p.interfaces; ++level)
    {
        const auto path = shape.PathOf(lower, upper, level);
        if (path.size() < shortest)
        {
            shortest = path.size();
            ends.clear();
        }
        if (path.size() == shortest)
        {
            ends.push_back(pair.second == upper ? path.LastLevel() : level);
        }
    }
    return ends[random->GetInteger(0, static_cast<uint32_t>(ends.size()) - 1)];
}

/// Short flows of one pair, at random times.
void
AddShortFlows(FabricTraffic& traffic,
              FabricTraffic::Flow flow,
              const Parameters& p,
              const Ptr<ExponentialRandomVariable>& gaps)
{
    flow.factory = "ns3::TcpSocketFactory";
    flow.connections = 1;
    flow.bytes = p.shortBytes;
    flow.start = Seconds(gaps->GetValue(p.shortEvery.GetSeconds(), 0));
    while (flow.start < p.duration)
    {
        traffic.Add(flow);
        flow.start += Seconds(gaps->GetValue(p.shortEvery.GetSeconds(), 0));
    }
}

void
AddFlows(FabricTraffic& traffic, const FabricPairs& pairs, const Parameters& p)
{
    const auto starts = Random(STREAM_STARTS);
    const auto paths = Random(STREAM_PATHS);
    auto gaps = CreateObject<ExponentialRandomVariable>();
    gaps->SetStream(STREAM_SHORT);
    const auto shortPairs =
        static_cast<std::size_t>(p.shortShare * static_cast<double>(pairs.size()) + 0.5);
    for (std::size_t i = 0; i < pairs.size(); ++i)
    {
        FabricTraffic::Flow flow;
        flow.source = pairs[i].first;
        flow.destination = pairs[i].second;
        flow.destinationPort = ChoosePort(p, pairs[i], paths);
        flow.factory = p.transport == "mptcp" ? "ns3::MptcpSocketFactory" : "ns3::TcpSocketFactory";
        flow.connections = p.flowsPerPair;
        flow.start = p.startWithin * starts->GetValue();
        // Spread over all pairs, whatever their order.
        if (i * shortPairs / pairs.size() != (i + 1) * shortPairs / pairs.size())
        {
            AddShortFlows(traffic, flow, p, gaps);
        }
        else
        {
            traffic.Add(flow);
        }
    }
}

void
Run(TraceRecorder& recorder, FabricNetwork& network, FabricTraffic& traffic, const Parameters& p)
{
    recorder.AddRate("long-flows", "goodput_mbps", [&traffic]() -> std::optional<double> {
        double bytes = 0;
        for (std::size_t flow = 0; flow < traffic.Flows().size(); ++flow)
        {
            bytes += traffic.Flows()[flow].bytes == 0
                         ? static_cast<double>(traffic.ReceivedBytes(flow))
                         : 0;
        }
        return bytes;
    });
    recorder.Start(MilliSeconds(50), p.duration);
    const FabricFlowRates rates(traffic, Seconds(1), p.duration);
    Simulator::Stop(p.windowStart);
    Simulator::Run();
    FabricOutcome outcome(network, traffic, PayloadShare(p));
    Simulator::Stop(p.duration - p.windowStart);
    Simulator::Run();
    outcome.Finish();
    outcome.Summarise(recorder);
    outcome.WriteFlows(recorder.Folder() + "/flows.csv");
    rates.Write(recorder.Folder() + "/flow-rates.csv");
    outcome.WriteLinks(recorder.Folder() + "/links.csv");
    if (p.shortShare > 0)
    {
        outcome.WriteShortFlows(recorder.Folder() + "/short-flows.csv");
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command("datacenter",
                               "How much of a data centre can TCP use, and how much MPTCP?");
    DeclareNetwork(command, p);
    DeclareTraffic(command, p);
    DeclareHosts(command, p);
    // Tens of thousands of events wait, most of them timers; a heap is a fifth faster here than
    // the tree of ns-3's default. Both go by time and number, so that results are the same.
    GlobalValue::Bind("SchedulerType", StringValue("ns3::PriorityQueueScheduler"));
    command.Parse(argc, argv);
    if (!command.IsGiven("windowStart")) // the duration alone is enough for a short run
    {
        p.windowStart = std::min(p.windowStart, p.duration / 2);
    }
    Check(command, p);
    const DataRate rate = ReadRate(command, p);
    SetDefaults(command, p);
    TraceRecorder recorder(command);
    ProcessCost cost;
    {
        FabricNetwork network(MakeFabric(p),
                              {rate, p.delay, p.queue, p.hostQueue, p.forwarding == "router"});
        if (p.transport == "mptcp")
        {
            InstallMptcp(command, p, network);
        }
        FabricTraffic traffic(network, WriteBytes(p));
        AddFlows(traffic, ChoosePairs(p, network.Plan()), p);
        cost.Start();
        Run(recorder, network, traffic, p);
        cost.Write(recorder.Folder() + "/cost.csv", p.duration);
        cost.Print(std::cerr, p.duration);
    }
    recorder.Finish("completed");
    Simulator::Destroy();
    return 0;
}
