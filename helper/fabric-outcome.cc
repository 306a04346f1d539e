// SPDX-License-Identifier: GPL-2.0-only
#include "fabric-outcome.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numeric>
#include <optional>

namespace ns3
{

namespace
{

using Tier = mptcp::FabricLink::Tier;

constexpr std::array<std::size_t, 2> WAYS{0, 1}; // up and down

std::string
TierName(Tier tier)
{
    static const std::map<Tier, std::string> NAMES{{Tier::Host, "host"},
                                                   {Tier::Aggregation, "aggregation"},
                                                   {Tier::Core, "core"}};
    return NAMES.at(tier);
}

bool
IsLong(const FabricTraffic::Flow& flow)
{
    return flow.bytes == 0;
}

/// Of sorted values, by the nearest rank.
std::optional<double>
Quantile(const std::vector<double>& sorted, double share)
{
    if (sorted.empty())
    {
        return std::nullopt;
    }
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

std::optional<double>
Mean(const std::vector<double>& values)
{
    if (values.empty())
    {
        return std::nullopt;
    }
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// A time that nobody has measured stays empty: as 0 it would be the best of all.
void
SummariseTime(TraceRecorder& recorder, const std::string& column, std::optional<double> time)
{
    if (time)
    {
        recorder.Summarise(column, *time);
    }
    else
    {
        recorder.Summarise(column, "");
    }
}

} // namespace

FabricOutcome::FabricOutcome(const FabricNetwork& network,
                             const FabricTraffic& traffic,
                             double payloadShare)
    : m_network(network),
      m_traffic(traffic),
      m_payloadShare(payloadShare),
      m_before(CountAll())
{
}

FabricOutcome::Counted
FabricOutcome::CountAll() const
{
    Counted all;
    all.at = Simulator::Now();
    for (std::size_t flow = 0; flow < m_traffic.Flows().size(); ++flow)
    {
        all.flowBytes.push_back(m_traffic.ReceivedBytes(flow));
    }
    for (std::size_t link = 0; link < m_network.Plan().links.size(); ++link)
    {
        all.links.push_back({m_network.Count(link, true), m_network.Count(link, false)});
    }
    return all;
}

double
FabricOutcome::OptimumMbps(const FabricTraffic::Flow& flow, uint32_t sharers) const
{
    const auto interfaces = m_network.Plan().nodes[flow.source].addresses.size();
    return m_network.HostRate() * static_cast<double>(interfaces) * m_payloadShare / sharers / 1e6;
}

void
FabricOutcome::Finish()
{
    m_after = CountAll();
    m_seconds = (m_after.at - m_before.at).GetSeconds();
    std::map<uint32_t, uint32_t> sent;
    std::map<uint32_t, uint32_t> received;
    for (const auto& flow : m_traffic.Flows())
    {
        sent[flow.source] += IsLong(flow) ? 1 : 0;
        received[flow.destination] += IsLong(flow) ? 1 : 0;
    }
    for (std::size_t i = 0; i < m_traffic.Flows().size(); ++i)
    {
        const auto& flow = m_traffic.Flows()[i];
        if (!IsLong(flow))
        {
            continue;
        }
        const double optimum =
            OptimumMbps(flow, std::max(sent[flow.source], received[flow.destination]));
        const auto bytes = static_cast<double>(m_after.flowBytes[i] - m_before.flowBytes[i]);
        const double mbps = bytes * 8 / m_seconds / 1e6;
        m_optimumMbps += optimum;
        m_rates.push_back({i, mbps, 100 * mbps / optimum});
    }
    std::stable_sort(m_rates.begin(), m_rates.end(), [](const FlowRate& a, const FlowRate& b) {
        return a.percent > b.percent;
    });
}

FabricNetwork::Counts
FabricOutcome::During(std::size_t link, std::size_t way) const
{
    const auto& before = m_before.links[link][way];
    const auto& after = m_after.links[link][way];
    return {after.packets - before.packets,
            after.bytes - before.bytes,
            after.dropped - before.dropped};
}

double
FabricOutcome::UsedPercent(std::size_t link, std::size_t way) const
{
    const auto bytes = static_cast<double>(During(link, way).bytes);
    return 100 * bytes * 8 / m_seconds / m_network.RateOf(link);
}

void
FabricOutcome::Summarise(TraceRecorder& recorder) const
{
    SummariseFlows(recorder);
    for (const Tier tier : {Tier::Host, Tier::Aggregation, Tier::Core})
    {
        SummariseLinks(recorder, tier);
    }
    SummariseShortFlows(recorder);
}

void
FabricOutcome::SummariseFlows(TraceRecorder& recorder) const
{
    double total = 0;
    double sum = 0;
    double squares = 0;
    std::map<uint32_t, double> senders;
    for (const auto& rate : m_rates)
    {
        total += rate.mbps;
        sum += rate.percent;
        squares += rate.percent * rate.percent;
        senders[m_traffic.Flows()[rate.flow].source] += rate.mbps;
    }
    const auto count = static_cast<double>(m_rates.size());
    recorder.Summarise("duration_s", m_seconds);
    recorder.Summarise("flows", count);
    recorder.Summarise("goodput_mbps", total);
    recorder.Summarise("percent_of_optimal", 100 * total / m_optimumMbps);
    recorder.Summarise("worst_flow_percent", m_rates.back().percent);
    recorder.Summarise("jain_index", squares > 0 ? sum * sum / (count * squares) : 0);
    recorder.Summarise("sender_mbps", total / m_payloadShare / static_cast<double>(senders.size()));
}

void
FabricOutcome::SummariseLinks(TraceRecorder& recorder, Tier tier) const
{
    double used = 0;
    double ways = 0;
    FabricNetwork::Counts sum;
    for (std::size_t link = 0; link < m_network.Plan().links.size(); ++link)
    {
        if (m_network.Plan().links[link].tier != tier)
        {
            continue;
        }
        for (const auto way : WAYS)
        {
            const auto counts = During(link, way);
            used += UsedPercent(link, way);
            sum.packets += counts.packets;
            sum.dropped += counts.dropped;
            ++ways;
        }
    }
    const auto came = static_cast<double>(sum.packets + sum.dropped);
    recorder.Summarise(TierName(tier) + "_links_used_percent", ways > 0 ? used / ways : 0);
    recorder.Summarise(TierName(tier) + "_links_loss_percent",
                       came > 0 ? 100 * static_cast<double>(sum.dropped) / came : 0);
}

void
FabricOutcome::SummariseShortFlows(TraceRecorder& recorder) const
{
    std::vector<double> milliseconds;
    double due = 0;
    for (std::size_t i = 0; i < m_traffic.Flows().size(); ++i)
    {
        due += IsLong(m_traffic.Flows()[i]) ? 0 : 1;
        if (const auto time = m_traffic.CompletionTime(i))
        {
            milliseconds.push_back(time->GetSeconds() * 1e3);
        }
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    recorder.Summarise("short_flows", static_cast<double>(milliseconds.size()));
    recorder.Summarise("short_flows_due", due);
    SummariseTime(recorder, "short_flow_mean_ms", Mean(milliseconds));
    SummariseTime(recorder, "short_flow_p50_ms", Quantile(milliseconds, 0.5));
    SummariseTime(recorder, "short_flow_p95_ms", Quantile(milliseconds, 0.95));
    SummariseTime(recorder, "short_flow_p99_ms", Quantile(milliseconds, 0.99));
}

void
FabricOutcome::WriteFlows(const std::string& file) const
{
    std::ofstream out(file);
    out << "rank,source,destination,goodput_mbps,percent_of_optimal\n";
    std::size_t rank = 0;
    for (const auto& rate : m_rates)
    {
        const auto& flow = m_traffic.Flows()[rate.flow];
        out << ++rank << ',' << flow.source << ',' << flow.destination << ',' << rate.mbps << ','
            << rate.percent << '\n';
    }
}

void
FabricOutcome::WriteShortFlows(const std::string& file) const
{
    std::ofstream out(file);
    out << "source,destination,start_s,completion_ms\n";
    for (std::size_t i = 0; i < m_traffic.Flows().size(); ++i)
    {
        const auto& flow = m_traffic.Flows()[i];
        if (IsLong(flow))
        {
            continue;
        }
        out << flow.source << ',' << flow.destination << ',' << flow.start.GetSeconds() << ',';
        if (const auto time = m_traffic.CompletionTime(i))
        {
            out << time->GetSeconds() * 1e3;
        }
        out << '\n';
    }
}

void
FabricOutcome::WriteLinks(const std::string& file) const
{
    std::ofstream out(file);
    out << "from,to,tier,used_percent,packets,dropped\n";
    const auto& plan = m_network.Plan();
    for (std::size_t link = 0; link < plan.links.size(); ++link)
    {
        const std::string& lower = plan.nodes[plan.links[link].lower.node].name;
        const std::string& upper = plan.nodes[plan.links[link].upper.node].name;
        for (const auto way : WAYS)
        {
            const auto counts = During(link, way);
            out << (way == 0 ? lower : upper) << ',' << (way == 0 ? upper : lower) << ','
                << TierName(plan.links[link].tier) << ',' << UsedPercent(link, way) << ','
                << counts.packets << ',' << counts.dropped << '\n';
        }
    }
}

} // namespace ns3
