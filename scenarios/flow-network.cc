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

#include "flow-network-run.h"
#include "scenario-parameters.h"
#include "tcp-defaults.h"
#include "trace-recorder.h"

#include "ns3/config.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <fstream>
#include <sstream>

using namespace ns3;

namespace
{

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
    TcpDefaults{p.buffer, p.buffer, tcpControl}.Apply();
    Config::SetDefault("ns3::TcpSocket::DelAckCount", UintegerValue(p.delAckCount));
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(p.minRto));
    TraceRecorder recorder(command);
    {
        FlowNetwork network(spec, mptcp, p.startWithin);
        RunFlowNetwork(recorder, network, p.warmUp, p.duration);
    }
    recorder.Finish("completed");
    Simulator::Destroy();
    return 0;
}
