// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OVERFLOW_H
#define MPTCP_OVERFLOW_H

#include "scheduler.h"

namespace mptcp
{

/**
 * Strict priority: the subflow that was created first sends as long as its window has room; what
 * it cannot take goes to the second, then to the third. For a cheap path and costly ones, of which
 * the cheap one is used first whatever its delay ("strict priority" of
 * draft-bonaventure-iccrg-schedulers-02).
 */
class Overflow : public Scheduler
{
  public:
    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;
};

} // namespace mptcp

#endif // MPTCP_OVERFLOW_H
