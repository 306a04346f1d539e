// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FLOW_NETWORK_SPEC_H
#define MPTCP_FLOW_NETWORK_SPEC_H

#include "packet-link.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ns3
{

/// One way from a sender to its receiver; a subflow for MPTCP.
struct RouteSpec
{
    std::vector<std::size_t> links; //!< indices, in the order in which packets pass them
    Time roundTrip;                 //!< propagation, there and back, without queues
};

/// Users that send as much as they can over the same routes.
struct FlowSpec
{
    std::string name;
    std::vector<RouteSpec> routes;
    bool isMptcp{true};
    uint32_t users{1};
};

/// Links, and flows over them, as data.
struct FlowNetworkSpec
{
    std::vector<PacketLinkSpec> links;
    std::vector<FlowSpec> flows;
};

/**
 * Reads a network from JSON:
 *
 * \code
 *   {"links": {"A": {"packetsPerSecond": 1000, "queuePackets": 100},
 *              "B": {"packetsPerSecond": 500, "lossRate": 0.01, "queue": "red"}},
 *    "flows": {"both": {"routes": [["A"], ["B", "A"]], "roundTrip": ["100ms", "20ms"]},
 *              "tcp":  {"routes": [["B"]], "roundTrip": "20ms", "protocol": "tcp", "users": 10}}}
 * \endcode
 *
 * Links take `packetsPerSecond`, `queuePackets`, `lossRate`, `queue` (`drop-tail` or `red`),
 * `randomDropPackets`, `redMinimum` and `redMaximum` (PacketLinkSpec). Flows take `routes`,
 * `roundTrip` (of all routes or one each), `protocol` (`mptcp` or `tcp`) and `users`.
 *
 * \return the network, or one line that says what is wrong with it
 */
std::variant<FlowNetworkSpec, std::string> ParseFlowNetwork(const std::string& json);

} // namespace ns3

#endif // MPTCP_FLOW_NETWORK_SPEC_H
