// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OLIA_H
#define MPTCP_OLIA_H

#include "path-window.h"

/**
 * "Opportunistic linked increases" (R. Khalili, N. Gast, M. Popovic, J.-Y. Le Boudec, "MPTCP is
 * not Pareto-optimal: performance issues and a possible solution", CoNEXT 2012 and Transactions
 * on Networking 2013; draft-khalili-mptcp-congestion-control-05):
 *
 *                                 w_r / rtt_r^2       alpha_r
 *     each ACK on path r: w_r += -------------------- + -------
 *                                (SUM (w_p/rtt_p))^2     w_r
 *
 * in segments per segment acknowledged; the decrease is TCP's. The first term balances
 * congestion optimally, the second moves window from the largest paths to the best ones.
 * A path without an RTT sample or without a window is none of `all_paths`.
 */
namespace mptcp
{

/**
 * alpha_r of OLIA. With M the paths with the largest window, B those that would be best for TCP,
 * and C = B without M:
 *
 *      1 / (n |C|)   if r is in C,
 *     -1 / (n |M|)   if r is in M and C is not empty,
 *      0             otherwise.
 *
 * TCP's rate on a path is MSS/rtt * (2/p)^(1/2) and the inter-loss distance l estimates 1/p, so
 * the best paths are those with the largest l/rtt^2, as in the article and in Linux MPTCP.
 */
[[nodiscard]] double OliaAlpha(const PathWindows& paths, std::size_t self);

/**
 * Growth of the window of `paths[self]` for one acknowledgement in congestion avoidance; may be
 * negative. Exactly TCP's with fewer than two measured paths.
 */
[[nodiscard]] double OliaIncreaseBytes(const PathWindows& paths,
                                       std::size_t self,
                                       double ackedBytes);

/// l_r: the larger of what was acknowledged between the last two losses and since the last one.
class InterLossDistance
{
  public:
    void OnAcknowledged(double bytes);
    /// A loss without any acknowledgement since the last one is the same loss.
    void OnLoss();
    [[nodiscard]] double Bytes() const;

  private:
    double m_betweenLastTwoBytes{0};
    double m_sinceLastBytes{0};
};

} // namespace mptcp

#endif // MPTCP_OLIA_H
