// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: does an MPTCP connection with several subflows through one bottleneck take more of it
 * than one TCP does?
 *
 * Expected: goal 2 of RFC 6356, "do no harm": with LIA about as much as the TCP beside it. With
 * uncoupled subflows (`--congestionControl=new-reno`) as much as that many TCPs.
 */
#include "shared-bottleneck.h"

#include "mptcp-policy-names.h"
#include "scenario-parameters.h"
#include "tcp-defaults.h"
#include "trace-recorder.h"

#include "ns3/simulator.h"

using namespace ns3;

namespace
{

constexpr uint32_t BUFFER_BYTES = 1'000'000; // does not bind

struct Parameters
{
    SharedBottleneckSpec bottleneck;
    std::string queue{"red"};
    double rateMbps{10};
    Time duration{Seconds(120)};
    Time warmUp{Seconds(20)};
    std::string congestionControl{"lia"};
};

void
Declare(ScenarioParameters& command, Parameters& p)
{
    command.Add("rateMbps", "rate of the bottleneck in Mb/s", p.rateMbps);
    command.Add("roundTrip", "propagation delay there and back", p.bottleneck.roundTrip);
    command.Add("queuePackets", "packets the bottleneck's queue holds", p.bottleneck.queuePackets);
    command.Add("queue", "discipline of the bottleneck's queue", p.queue);
    command.AllowOnly("queue", {"red", "drop-tail"});
    command.Add("subflows", "links of the MPTCP client, one subflow each", p.bottleneck.subflows);
    command.Add("duration", "how long both transfers last", p.duration);
    command.Add("warmUp", "time that does not count, from the start", p.warmUp);
    command.Add("congestionControl",
                "congestion control of MPTCP subflows, for example lia, new-reno",
                p.congestionControl);
}

/// Refuses what makes no sense.
void
Check(const ScenarioParameters& command, const Parameters& p)
{
    if (p.warmUp >= p.duration)
    {
        command.Refuse("--warmUp must be shorter than --duration");
    }
    if (p.bottleneck.subflows == 0 || p.bottleneck.queuePackets == 0)
    {
        command.Refuse("--subflows and --queuePackets start at 1");
    }
    if (p.bottleneck.roundTrip < MilliSeconds(4) || p.rateMbps <= 0)
    {
        command.Refuse("--roundTrip starts at 4ms, --rateMbps above 0");
    }
}

void
Record(TraceRecorder& recorder, SharedBottleneck& network, const Parameters& p)
{
    const auto count = [](Ptr<PacketSink> sink) {
        return
            [sink]() -> std::optional<double> { return static_cast<double>(sink->GetTotalRx()); };
    };
    recorder.AddRate("mptcp", "goodput_mbps", count(network.MptcpSink()));
    recorder.AddRate("tcp", "goodput_mbps", count(network.TcpSink()));
    recorder.NameHost(network.MptcpClient(), "client");
    recorder.NameHost(network.Server(), "server");
    recorder.Start(Seconds(1), p.duration);
    const auto outcome = network.Run(p.warmUp, p.duration);
    recorder.Summarise("duration_s", (p.duration - p.warmUp).GetSeconds());
    recorder.Summarise("goodput_mbps", outcome.mptcpMbps);
    recorder.Summarise("tcp_goodput_mbps", outcome.tcpMbps);
    recorder.Summarise("mptcp_to_tcp_ratio",
                       outcome.tcpMbps > 0 ? outcome.mptcpMbps / outcome.tcpMbps : 0);
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command("shared-bottleneck",
                               "Does MPTCP take more of a shared bottleneck than one TCP?");
    Declare(command, p);
    command.Parse(argc, argv);
    Check(command, p);
    std::string error;
    const auto control = FindPolicy(p.congestionControl, "ns3::TcpCongestionOps", error);
    if (!control)
    {
        command.Refuse("--congestionControl: " + error);
    }
    p.bottleneck.usesRed = p.queue == "red";
    p.bottleneck.rate = DataRate(static_cast<uint64_t>(p.rateMbps * 1e6));
    MptcpHelper mptcp;
    mptcp.SetCongestionControl(control->GetName());
    TcpDefaults{BUFFER_BYTES, BUFFER_BYTES}.Apply();
    TraceRecorder recorder(command);
    {
        SharedBottleneck network(p.bottleneck, mptcp);
        Record(recorder, network, p);
    }
    recorder.Finish("completed");
    Simulator::Destroy();
    return 0;
}
