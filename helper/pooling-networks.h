// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_POOLING_NETWORKS_H
#define MPTCP_POOLING_NETWORKS_H

#include "flow-network-spec.h"

#include <string>
#include <vector>

namespace ns3
{

/**
 * A network on which publications show what coupled congestion controls make of shared links, and
 * how it is scaled to come near the fluid models there: `users` connections for each flow on links
 * of `scale` times the capacity.
 */
struct PoolingNetwork
{
    FlowNetworkSpec spec;
    double scale{1};
    /// What the publication says each flow gets with a congestion control, in Mb/s; empty when it
    /// gives no figures.
    std::vector<double> publishedMbps;

    /// Rate of a whole flow in Mb/s of the publication, from that of one of its users.
    [[nodiscard]] double ToMbps(std::size_t flow, double packetsPerSecond) const;
};

/**
 * Networks of Wischik et al., NSDI 2011: `triangle` and `chain` (section 2.2), `torus` (section 3).
 * Parameters are those of the studies of these names (analysis/mptcp_validation/studies).
 *
 * \param usesRed random losses; otherwise drop-tail queues of one bandwidth-delay product with
 * three random places at their end
 * \param control short name of the congestion control, for the published figures
 */
PoolingNetwork MakePoolingNetwork(const std::string& topology,
                                  bool usesRed,
                                  const std::string& control);

} // namespace ns3

#endif // MPTCP_POOLING_NETWORKS_H
