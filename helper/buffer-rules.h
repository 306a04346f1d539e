// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BUFFER_RULES_H
#define MPTCP_BUFFER_RULES_H

#include "multipath-topology.h"

#include <cstdint>
#include <vector>

namespace ns3
{

/// The buffers RFC 6182 5.3 recommends for these paths, send and receive alike: 2 sum(rate)
/// RTT_max. Round trips are those of the links; what waits in queues comes on top.
[[nodiscard]] uint32_t RecommendedBufferBytes(const std::vector<PathSpec>& paths);

} // namespace ns3

#endif // MPTCP_BUFFER_RULES_H
