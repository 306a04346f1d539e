// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SEMICOUPLED_H
#define MPTCP_SEMICOUPLED_H

#include "path-window.h"

/**
 * SEMICOUPLED (D. Wischik et al., "Design, implementation and evaluation of congestion control
 * for multipath TCP", NSDI 2011, 2.4): increases as COUPLED, decreases as TCP, so that some
 * traffic stays on every path, in proportion to 1 / loss rate.
 *
 *     each ACK on path r:  w_r += a / w_total
 *     each loss on path r: w_r -= w_r / 2
 *
 * With loss rates p_r the windows settle where a / w_total = p_r w_r / 2. With n paths of the
 * same loss rate p that makes w_total^2 = 2 a n / p, so a = 1/n lets the connection take as much
 * as one TCP. The paper leaves a open here and turns it into the alpha of LIA in its section 2.5.
 */
namespace mptcp
{

/**
 * Growth of the window of `paths[self]` for one acknowledgement in congestion avoidance.
 * \param aggressiveness the factor a; 0: 1/n for n measured paths
 */
[[nodiscard]] double SemicoupledIncreaseBytes(const PathWindows& paths,
                                              std::size_t self,
                                              double ackedBytes,
                                              double aggressiveness = 0);

} // namespace mptcp

#endif // MPTCP_SEMICOUPLED_H
