// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OTIAS_H
#define MPTCP_OTIAS_H

#include "early-binding.h"

namespace mptcp
{

/**
 * Out-of-order transmission for in-order arrival (Yang, Wang, Amer: "Out-of-order Transmission for
 * In-order Arrival Scheduling for Multipath TCP", WAINA 2014).
 *
 * Each segment is bound to the subflow with the lowest estimated arrival time
 *
 *     can_be_sent = cwnd - unacknowledged
 *     rtt_to_wait = (not_yet_sent - can_be_sent) / cwnd     not below 0
 *     T           = (rtt_to_wait + 0.5) srtt
 *
 * and waits in that subflow's queue (not_yet_sent) if its window is full. Taken in bytes and as
 * real numbers. early-binding.h says how far ahead segments are bound.
 */
class Otias : public Scheduler
{
  public:
    explicit Otias(const BindingConfig& config = {})
        : m_config(config)
    {
    }

    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;

    /// T in seconds.
    [[nodiscard]] static double ArrivalSeconds(const SubflowSnapshot& subflow);

  private:
    BindingConfig m_config;
};

} // namespace mptcp

#endif // MPTCP_OTIAS_H
