// SPDX-License-Identifier: GPL-2.0-only
#include "flow-network-run.h"

#include "mptcp-helper.h"

#include "ns3/simulator.h"

namespace ns3
{

namespace
{

constexpr uint32_t MTU_BYTES = 1500;

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
std::vector<FlowRate>
Summarise(TraceRecorder& recorder,
          const FlowNetworkSpec& spec,
          const Counted& before,
          const Counted& after,
          double seconds)
{
    const double segmentBytes = MptcpHelper::SegmentBytesFor(MTU_BYTES, false);
    std::vector<FlowRate> rates;
    recorder.Summarise("duration_s", seconds);
    for (std::size_t i = 0; i < spec.flows.size(); ++i)
    {
        const std::string flow = "flow_" + spec.flows[i].name;
        const double perUser = 1 / seconds / spec.flows[i].users;
        const double bytes = after.flowBytes[i] - before.flowBytes[i];
        rates.push_back({bytes / segmentBytes * perUser, {}});
        recorder.Summarise(flow + "_packets_per_s", rates.back().packetsPerSecond);
        for (std::size_t route = 0; route < spec.flows[i].routes.size(); ++route)
        {
            const double packets = after.routePackets[i][route] - before.routePackets[i][route];
            rates.back().routePacketsPerSecond.push_back(packets * perUser);
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
    return rates;
}

} // namespace

std::vector<FlowRate>
RunFlowNetwork(TraceRecorder& recorder, FlowNetwork& network, Time warmUp, Time duration)
{
    for (std::size_t flow = 0; flow < network.Spec().flows.size(); ++flow)
    {
        recorder.AddRate("flow-" + network.Spec().flows[flow].name,
                         "goodput_mbps",
                         [&network, flow]() -> std::optional<double> {
                             return static_cast<double>(network.ReceivedBytes(flow));
                         });
    }
    recorder.Start(Seconds(1), duration);
    Simulator::Stop(warmUp);
    Simulator::Run();
    const auto before = CountAll(network);
    Simulator::Stop(duration - warmUp);
    Simulator::Run();
    return Summarise(recorder,
                     network.Spec(),
                     before,
                     CountAll(network),
                     (duration - warmUp).GetSeconds());
}

} // namespace ns3
