// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_REDUNDANT_H
#define MPTCP_REDUNDANT_H

#include "scheduler.h"

namespace mptcp
{

/**
 * Every segment on every usable subflow, or on a number of them (RFC 6897 A.3 REQ12), so that the
 * fastest copy counts: latency for bandwidth, as the `redundant` scheduler of Linux MPTCP v0.9x.
 *
 * Each subflow goes through the stream at its own pace. One that has been given everything sends
 * new bytes; one that is behind first sends what it has missed, leaving out what is acknowledged
 * by then. So a slow path never holds up a fast one, and no path is ahead of the others with bytes
 * that only it carries for longer than their windows take.
 */
class Redundant : public Scheduler
{
  public:
    /// `copies`: on how many subflows at most, those with the lowest round-trip times; 0: on all.
    explicit Redundant(uint32_t copies = 0)
        : m_copies(copies)
    {
    }

    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;
    [[nodiscard]] bool SendsCopies() const override;

  private:
    uint32_t m_copies;
};

} // namespace mptcp

#endif // MPTCP_REDUNDANT_H
