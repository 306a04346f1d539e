// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_COUPLED_H
#define MPTCP_COUPLED_H

#include "path-window.h"

/**
 * COUPLED (D. Wischik et al., "Design, implementation and evaluation of congestion control for
 * multipath TCP", NSDI 2011, 2.2; after F. Kelly and T. Voice, CCR 2005, and H. Han et al.,
 * Transactions on Networking 2006): all traffic goes to the least congested paths.
 *
 *     each ACK on path r:  w_r += 1 / w_total
 *     each loss on path r: w_r -= w_total / 2
 *
 * A window never goes below one segment (section 2.4 there), so that a path that was given up is
 * still probed.
 */
namespace mptcp
{

/// Growth of the window of `paths[self]` for one acknowledgement in congestion avoidance.
[[nodiscard]] double CoupledIncreaseBytes(const PathWindows& paths,
                                          std::size_t self,
                                          double ackedBytes);

/// The window of `paths[self]` after a loss on it, at least one segment.
[[nodiscard]] double CoupledWindowAfterLossBytes(const PathWindows& paths, std::size_t self);

} // namespace mptcp

#endif // MPTCP_COUPLED_H
