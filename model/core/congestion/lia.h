// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_LIA_H
#define MPTCP_LIA_H

#include "path-window.h"

#include <cstddef>

/**
 * "Linked Increases" (RFC 6356): couples the increase of congestion avoidance over the subflows
 * of a connection. Slow start, fast retransmit, fast recovery and the decrease after a loss stay
 * those of TCP.
 *
 * A path without an RTT sample or without a window has no rate, so it is left out of every sum
 * and of the maximum, as in Linux MPTCP. Since it is left out of cwnd_total in both formulas,
 * the increase of the other paths is the same as if it did not exist.
 */
namespace mptcp
{

/**
 * Aggressiveness of the connection, formula (2) of RFC 6356 3:
 *
 *     alpha = cwnd_total * MAX (cwnd_i/rtt_i^2) / (SUM (cwnd_i/rtt_i))^2
 *
 * Exactly 1 with fewer than two measured paths: the connection is one TCP then.
 */
[[nodiscard]] double LiaAlpha(const PathWindows& paths);

/**
 * Growth of the window of `paths[self]` for one acknowledgement in congestion avoidance, formula
 * (1) of RFC 6356 3:
 *
 *     min ( alpha * bytes_acked * MSS_i / cwnd_total , bytes_acked * MSS_i / cwnd_i )
 *
 * Exactly the second term, TCP's own, with fewer than two measured paths. The result may be a
 * fraction of a byte. Whoever keeps the window in whole bytes carries the fraction over to the
 * next acknowledgement; that keeps large windows growing, which is what RFC 6356 3 wants when it
 * asks to round an increase of 0 up to 1.
 */
[[nodiscard]] double LiaIncreaseBytes(const PathWindows& paths,
                                      std::size_t self,
                                      double ackedBytes);

} // namespace mptcp

#endif // MPTCP_LIA_H
