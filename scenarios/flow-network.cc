// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: how much does each of several MPTCP and TCP flows get when their routes share links?
 *
 * The network is data (ParseFlowNetwork in helper/flow-network-spec.h), in JSON on the command line
 * or in a file. Links serve packets per second, as in the publications this is compared with; what
 * a flow gets is counted in full segments of payload per second, so that a flow alone on a link
 * gets the link's number.
 *
 * Expected: what the fluid model of each congestion control says; docs/validation.md has the
 * figures. The network built in is the triangle of the NSDI 2011 paper (Wischik et al., section
 * 2.2): each flow has a route over one link and one over the two others. LIA gives each 750
 * packets/s, which is 9 of 12 Mb/s with packets of 1500 bytes.
 */
#include "flow-network.h"

#include "scenario-parameters.h"
#include "trace-recorder.h"

#include "ns3/config.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <fstream>
#include <sstream>

using namespace ns3;

namespace
{

constexpr uint32_t MTU_BYTES = 1500;
constexpr const char* TRIANGLE =
    R"({"links": {"A": {"packetsPerSecond": 1000, "queuePackets": 100},)"
    R"( "B": {"packetsPerSecond": 1000, "queuePackets": 100},)"
    R"( "C": {"packetsPerSecond": 1000, "queuePackets": 100}},)"
    R"( "flows": {"1": {"routes": [["A"], ["B", "C"]], "roundTrip": "100ms"},)"
    R"( "2": {"routes": [["B"], ["C", "A"]], "roundTrip": "100ms"},)"
    R"( "3": {"routes": [["C"], ["A", "B"]], "roundTrip": "100ms"}}})";

struct Parameters
{
    std::string network{TRIANGLE};
    std::string congestionControl{"lia"};
    std::string tcpCongestionControl{"new-reno"};
    std::string scheduler{"min-rtt"};
    Time duration{Seconds(120)};
    Time warmUp{Seconds(20)};
    Time startWithin{Seconds(5)};
    uint32_t delAckCount{2};
    Time minRto{Seconds(1)};
    uint32_t buffer{20'000'000};
};

void
Declare(ScenarioParameters& command, Parameters& p)
{
    command.Add("network",
                "links and flows in JSON, or the full path of a file with them",
                p.network);
    command.Add("congestionControl",
                "congestion control of MPTCP subflows, for example lia, olia, coupled",
                p.congestionControl);
    command.Add("tcpCongestionControl", "congestion control of TCP", p.tcpCongestionControl);
    command.Add("scheduler", "MPTCP packet scheduler", p.scheduler);
    command.Add("duration", "simulated time, from the start", p.duration);
    command.Add("warmUp", "time that does not count, from the start", p.warmUp);
    command.Add("startWithin", "flows start at times drawn from 0 to this", p.startWithin);
    command.Add("delAckCount", "segments that a receiver acknowledges at once", p.delAckCount);
    command.Add("minRto", "least retransmission timeout", p.minRto);
    command.AddBytes("buffer", "send and receive buffers, bytes", p.buffer);
}

FlowNetworkSpec
ReadSpec(const ScenarioParameters& command, const Parameters& p)
{
    std::string text = p.network;
    if (text.find('{') == std::string::npos)
    {
        std::ifstream file(text);
        if (!file)
        {
            command.Refuse("--network=" + text + ": cannot be read; give its full path, or JSON");
        }
        std::ostringstream whole;
        whole << file.rdbuf();
        text = whole.str();
    }
    const auto parsed = ParseFlowNetwork(text);
    if (const auto* problem = std::get_if<std::string>(&parsed))
    {
        command.Refuse("--network: " + *problem);
    }
    return std::get<FlowNetworkSpec>(parsed);
}

void
Check(const ScenarioParameters& command, const Parameters& p)
{
    if (p.warmUp >= p.duration)
    {
        command.Refuse("--warmUp must be shorter than --duration");
    }
    if (p.startWithin > p.warmUp)
    {
        command.Refuse("--startWithin must not be longer than --warmUp");
    }
    if (p.delAckCount == 0)
    {
        command.Refuse("--delAckCount starts at 1");
    }
}

/// Everything that has been counted by now.
struct Counted
{
    std::vector<double> flowBytes;
    std::vector<std::vector<double>> routePackets;
    std::vector<PacketLink::Counts> links;
};

Counted
CountAll(const FlowNetwork& network)
{
    Counted all;
    const auto& flows = network.Spec().flows;
    for (std::size_t flow = 0; flow < flows.size(); ++flow)
    {
        all.flowBytes.push_back(static_cast<double>(network.ReceivedBytes(flow)));
        all.routePackets.emplace_back();
        for (std::size_t route = 0; route < flows[flow].routes.size(); ++route)
        {
            all.routePackets.back().push_back(
                static_cast<double>(network.RoutePackets(flow, route)));
        }
    }
    for (std::size_t link = 0; link < network.Spec().links.size(); ++link)
    {
        all.links.push_back(network.Count(link));
    }
    return all;
}

/// What happened between two counts; flows per user.
void
Summarise(TraceRecorder& recorder,
          const FlowNetworkSpec& spec,
          const Counted& before,
          const Counted& after,
          double seconds)
{
    const double segmentBytes = MptcpHelper::SegmentBytesFor(MTU_BYTES, false);
    recorder.Summarise("duration_s", seconds);
    for (std::size_t i = 0; i < spec.flows.size(); ++i)
    {
        const std::string flow = "flow_" + spec.flows[i].name;
        const double perUser = 1 / seconds / spec.flows[i].users;
        const double bytes = after.flowBytes[i] - before.flowBytes[i];
        recorder.Summarise(flow + "_packets_per_s", bytes / segmentBytes * perUser);
        for (std::size_t route = 0; route < spec.flows[i].routes.size(); ++route)
        {
            const double packets = after.routePackets[i][route] - before.routePackets[i][route];
            recorder.Summarise(flow + "_route_" + std::to_string(route + 1) + "_packets_per_s",
                               packets * perUser);
        }
    }
    for (std::size_t i = 0; i < spec.links.size(); ++i)
    {
        const auto entered = static_cast<double>(after.links[i].entered - before.links[i].entered);
        const auto dropped = static_cast<double>(after.links[i].dropped - before.links[i].dropped);
        const std::string link = "link_" + spec.links[i].name;
        recorder.Summarise(link + "_loss_percent", entered > 0 ? 100 * dropped / entered : 0);
        recorder.Summarise(link + "_used_percent",
                           100 * (entered - dropped) / seconds / spec.links[i].packetsPerSecond);
    }
}

void
Run(TraceRecorder& recorder, FlowNetwork& network, const Parameters& p)
{
    for (std::size_t flow = 0; flow < network.Spec().flows.size(); ++flow)
    {
        recorder.AddRate("flow-" + network.Spec().flows[flow].name,
                         "goodput_mbps",
                         [&network, flow]() -> std::optional<double> {
                             return static_cast<double>(network.ReceivedBytes(flow));
                         });
    }
    recorder.Start(Seconds(1), p.duration);
    Simulator::Stop(p.warmUp);
    Simulator::Run();
    const auto before = CountAll(network);
    Simulator::Stop(p.duration - p.warmUp);
    Simulator::Run();
    Summarise(recorder,
              network.Spec(),
              before,
              CountAll(network),
              (p.duration - p.warmUp).GetSeconds());
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command("flow-network",
                               "How much does each flow get when routes share links?");
    Declare(command, p);
    command.Parse(argc, argv);
    Check(command, p);
    const auto spec = ReadSpec(command, p);
    MptcpHelper mptcp;
    mptcp.SetCongestionControl(
        command.PolicyType("congestionControl", p.congestionControl, "ns3::TcpCongestionOps"));
    mptcp.SetScheduler(command.PolicyType("scheduler", p.scheduler, "ns3::MptcpScheduler"));
    const std::string tcpControl =
        command.PolicyType("tcpCongestionControl", p.tcpCongestionControl, "ns3::TcpCongestionOps");
    Config::SetDefault("ns3::TcpL4Protocol::SocketType",
                       TypeIdValue(TypeId::LookupByName(tcpControl)));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(p.buffer));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(p.buffer));
    Config::SetDefault("ns3::TcpSocket::DelAckCount", UintegerValue(p.delAckCount));
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(p.minRto));
    Config::SetDefault("ns3::TcpSocket::SegmentSize",
                       UintegerValue(MptcpHelper::SegmentBytesFor(MTU_BYTES, false)));
    TraceRecorder recorder(command);
    {
        FlowNetwork network(spec, mptcp, p.startWithin);
        Run(recorder, network, p);
    }
    recorder.Finish("completed");
    Simulator::Destroy();
    return 0;
}
