// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FLOW_NETWORK_RUN_H
#define MPTCP_FLOW_NETWORK_RUN_H

#include "flow-network.h"
#include "trace-recorder.h"

#include "ns3/nstime.h"

#include <vector>

namespace ns3
{

/// What one user of a flow got, in packets per second.
struct FlowRate
{
    double packetsPerSecond{0};                //!< full segments of payload, at the application
    std::vector<double> routePacketsPerSecond; //!< over each of its routes, repeated ones too
};

/// Runs the simulation to `duration` and writes what scenarios with a FlowNetwork have alike:
/// goodput of each flow once a second, and the columns of docs/results.md for what came after
/// `warmUp`. Returns the rates of the flows, which are among these.
std::vector<FlowRate> RunFlowNetwork(TraceRecorder& recorder,
                                     FlowNetwork& network,
                                     Time warmUp,
                                     Time duration);

} // namespace ns3

#endif // MPTCP_FLOW_NETWORK_RUN_H
