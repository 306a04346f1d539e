// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_REDUNDANT_H
#define MPTCP_REDUNDANT_H

#include "scheduler.h"

namespace mptcp
{

/**
 * Every segment on every usable subflow, or on a number of them (RFC 6897 A.3 REQ12), so that the
 * fastest copy counts: latency for bandwidth. Without a queue it is the `redundant` scheduler of
 * Linux MPTCP v0.9x.
 *
 * Each subflow goes through the stream at its own pace. One that has been given everything sends
 * new bytes; one that is behind first sends what it has missed, leaving out what is acknowledged
 * by then. So a slow path never holds up a fast one, and no path is ahead of the others with bytes
 * that only it carries for longer than their windows take.
 *
 * Leaving out gains goodput: at each moment the fastest counts. `queueBytes` bounds that gain by
 * what may wait on a subflow whose window is full; bytes that wait there are sent in any case, as
 * each of the copies that the name promises. With a queue longer than the paths ever part, each
 * path carries the whole stream, which then arrives when the fastest path has carried all of it.
 */
class Redundant : public Scheduler
{
  public:
    /// A window or two: enough to stay at one path's goodput where both lose packets, and little
    /// enough for a slow path not to be busy with what has arrived long ago (study `redundant`).
    static constexpr uint32_t DEFAULT_QUEUE_BYTES = 30'000;

    /// `copies`: on how many subflows at most, those with the lowest round-trip times; 0: on all.
    /// `queueBytes`: how much may wait on a subflow for room in its window; 0: nothing, as in
    /// Linux.
    explicit Redundant(uint32_t copies = 0, uint32_t queueBytes = DEFAULT_QUEUE_BYTES)
        : m_copies(copies),
          m_queueBytes(queueBytes)
    {
    }

    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;
    [[nodiscard]] bool SendsCopies() const override;

  private:
    uint32_t m_copies;
    uint32_t m_queueBytes;
};

} // namespace mptcp

#endif // MPTCP_REDUNDANT_H
