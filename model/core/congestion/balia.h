// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BALIA_H
#define MPTCP_BALIA_H

#include "path-window.h"

/**
 * "Balanced linked adaptation" (Q. Peng, A. Walid, J. Hwang, S. Low, "Multipath TCP: analysis,
 * design, and implementation", Transactions on Networking 2016; draft-walid-mptcp-congestion-
 * control-04). With x_k = w_k / rtt_k and alpha_r = MAX (x_k) / x_r,
 *
 *                                x_r         1 + alpha_r     4 + alpha_r
 *     each ACK on r:  w_r += ----------------- * ----------- * -----------
 *                            rtt_r (SUM x_k)^2        2             5
 *
 *     each loss on r: w_r -= w_r / 2 * MIN (alpha_r, 1.5)
 *
 * in segments per segment acknowledged. A path without an RTT sample or without a window has no
 * rate and is left out. With fewer than two measured paths all is exactly TCP's.
 */
namespace mptcp
{

/// Rate of the fastest path over that of `paths[self]`, at least 1; 1 for a path without a rate.
[[nodiscard]] double BaliaAlpha(const PathWindows& paths, std::size_t self);

/// Growth of the window of `paths[self]` for one acknowledgement in congestion avoidance.
[[nodiscard]] double BaliaIncreaseBytes(const PathWindows& paths,
                                        std::size_t self,
                                        double ackedBytes);

/// The window of `paths[self]` after a loss on it.
[[nodiscard]] double BaliaWindowAfterLossBytes(const PathWindows& paths, std::size_t self);

} // namespace mptcp

#endif // MPTCP_BALIA_H
