// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FABRIC_FLOW_RATES_H
#define MPTCP_FABRIC_FLOW_RATES_H

#include "fabric-traffic.h"

#include "ns3/event-id.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * What every long flow of a data centre got in each interval, so that one sees when the flows have
 * settled: coupled windows grow slowly. docs/results.md has the columns.
 */
class FabricFlowRates
{
  public:
    /// Before the simulation starts. Counts at the end of each whole interval up to `end`.
    FabricFlowRates(const FabricTraffic& traffic, Time interval, Time end);
    ~FabricFlowRates();
    FabricFlowRates(const FabricFlowRates&) = delete;
    FabricFlowRates& operator=(const FabricFlowRates&) = delete;

    void Write(const std::string& file) const;

  private:
    void Count();

    const FabricTraffic& m_traffic;
    Time m_interval;
    std::vector<std::size_t> m_flows;             //!< the long ones
    std::vector<uint64_t> m_before;               //!< bytes, by position in m_flows
    std::vector<std::vector<double>> m_intervals; //!< Mb/s
    std::vector<EventId> m_events;
};

} // namespace ns3

#endif // MPTCP_FABRIC_FLOW_RATES_H
