// SPDX-License-Identifier: GPL-2.0-only
#include "fabric-flow-rates.h"

#include "ns3/abort.h"
#include "ns3/simulator.h"

#include <fstream>

namespace ns3
{

FabricFlowRates::FabricFlowRates(const FabricTraffic& traffic, Time interval, Time end)
    : m_traffic(traffic),
      m_interval(interval)
{
    NS_ABORT_MSG_UNLESS(interval.IsStrictlyPositive(),
                        "FabricFlowRates: the interval must be above 0");
    for (std::size_t flow = 0; flow < traffic.Flows().size(); ++flow)
    {
        if (traffic.Flows()[flow].bytes == 0)
        {
            m_flows.push_back(flow);
        }
    }
    m_before.resize(m_flows.size());
    // All of them now: what happens at the same time happens in this order, and the end of the
    // simulation, which is scheduled later, comes after the last one.
    for (Time at = interval; at <= end; at += interval)
    {
        m_events.push_back(Simulator::Schedule(at, &FabricFlowRates::Count, this));
    }
}

FabricFlowRates::~FabricFlowRates()
{
    for (auto& event : m_events)
    {
        event.Cancel();
    }
}

void
FabricFlowRates::Count()
{
    std::vector<double> rates;
    for (std::size_t i = 0; i < m_flows.size(); ++i)
    {
        const uint64_t bytes = m_traffic.ReceivedBytes(m_flows[i]);
        rates.push_back(static_cast<double>(bytes - m_before[i]) * 8 / m_interval.GetSeconds() /
                        1e6);
        m_before[i] = bytes;
    }
    m_intervals.push_back(std::move(rates));
}

void
FabricFlowRates::Write(const std::string& file) const
{
    std::ofstream out(file);
    out << "time_s,source,destination,goodput_mbps\n";
    Time end;
    for (const auto& rates : m_intervals)
    {
        end += m_interval;
        for (std::size_t i = 0; i < m_flows.size(); ++i)
        {
            const auto& flow = m_traffic.Flows()[m_flows[i]];
            out << end.GetSeconds() << ',' << flow.source << ',' << flow.destination << ','
                << rates[i] << '\n';
        }
    }
}

} // namespace ns3
