// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STTF_H
#define MPTCP_STTF_H

#include "early-binding.h"

namespace mptcp
{

/**
 * Shortest transfer time first (Hurtig, Grinnemo, Brunstrom, Ferlin, Alay, Kuhn: "Low-Latency
 * Scheduling in MPTCP", IEEE/ACM Transactions on Networking 27(1), 2019).
 *
 * Each segment is bound to the subflow on which it will be through first, and waits in that
 * subflow's queue if its window is full. The transfer time counts the rounds until a window
 * reaches the segment: windows double in slow start and grow by a segment otherwise, as in the
 * authors' Linux code.
 *
 *     segment fits into the free window now:  RTT / 2
 *     it fits into the window of round r:     r RTT + RTT / 2
 *
 * early-binding.h says how far ahead segments are bound.
 */
class Sttf : public Scheduler
{
  public:
    explicit Sttf(const BindingConfig& config = {})
        : m_config(config)
    {
    }

    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;

    /// Expected time until the next segment given to `subflow` has arrived, in seconds.
    [[nodiscard]] static double TransferSeconds(const SubflowSnapshot& subflow);

  private:
    BindingConfig m_config;
};

} // namespace mptcp

#endif // MPTCP_STTF_H
