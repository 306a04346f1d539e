// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_MIN_RTT_H
#define MPTCP_MIN_RTT_H

#include "scheduler.h"

namespace mptcp
{

/**
 * Lowest round-trip time first: among the usable subflows with room for a segment, the one with
 * the smallest smoothed RTT. The default scheduler of Linux MPTCP v0.9x; RFC 8684 leaves the
 * choice open.
 *
 * As there, a subflow without an RTT sample counts as RTT zero and so comes first: it is given
 * its initial window, whose acknowledgements bring the sample. Of equal RTTs the first in the
 * snapshot wins.
 */
class MinRtt : public Scheduler
{
  public:
    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;
};

} // namespace mptcp

#endif // MPTCP_MIN_RTT_H
