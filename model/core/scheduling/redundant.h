// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_REDUNDANT_H
#define MPTCP_REDUNDANT_H

#include "scheduler.h"

namespace mptcp
{

/**
 * Every segment on every usable subflow, so that the fastest copy counts: latency for bandwidth,
 * as the `redundant` scheduler of Linux MPTCP v0.9x.
 *
 * Each subflow goes through the stream at its own pace. One that has been given everything sends
 * new bytes; one that is behind first sends what it has missed, leaving out what is acknowledged
 * by then. So a slow path never holds up a fast one, and no path is ahead of the others with bytes
 * that only it carries for longer than their windows take.
 */
class Redundant : public Scheduler
{
  public:
    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;
    [[nodiscard]] bool SendsCopies() const override;
};

} // namespace mptcp

#endif // MPTCP_REDUNDANT_H
