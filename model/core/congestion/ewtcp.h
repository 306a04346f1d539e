// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_EWTCP_H
#define MPTCP_EWTCP_H

#include "path-window.h"

/**
 * EWTCP, "equally weighted TCP" (M. Honda et al., "Multipath congestion control for shared
 * bottleneck", PFLDNeT 2009; D. Wischik et al., "Design, implementation and evaluation of
 * congestion control for multipath TCP", NSDI 2011, 2.1): every subflow is a TCP of less weight,
 * whatever the others do.
 *
 *     each ACK on path r:  w_r += a / w_r
 *     each loss on path r: w_r -= w_r / 2
 *
 * With loss rate p the window settles where a / w = p w / 2, at (2a/p)^(1/2): a^(1/2) times that
 * of TCP. So that n subflows through one bottleneck take as much as one TCP, which is what the
 * authors choose the weight for, a is 1/n^2.
 */
namespace mptcp
{

/**
 * Growth of the window of `paths[self]` for one acknowledgement in congestion avoidance.
 * \param aggressiveness the factor a; 0: 1/n^2 for n measured paths
 */
[[nodiscard]] double EwtcpIncreaseBytes(const PathWindows& paths,
                                        std::size_t self,
                                        double ackedBytes,
                                        double aggressiveness = 0);

} // namespace mptcp

#endif // MPTCP_EWTCP_H
