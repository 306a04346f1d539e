// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ECF_H
#define MPTCP_ECF_H

#include "scheduler.h"

namespace mptcp
{

/// Default of the paper, and of the `ecf` scheduler of Linux MPTCP v0.95, by the paper's authors.
struct EcfConfig
{
    double beta{0.25}; //!< hysteresis: how much longer it waits while it is waiting
};

/**
 * Earliest completion first (Lim, Nahum, Towsley, Gibbens: "ECF: An MPTCP Path Scheduler to Manage
 * Heterogeneous Paths", CoNEXT 2017).
 *
 * As MinRtt, but when the fast subflow F is full and a slow one S has room, it waits for F if all
 * k bytes that still wait would be through earlier that way:
 *
 *     n = 1 + k / CWND_F,  delta = max(sigma_F, sigma_S)
 *     if  n RTT_F < (1 + waiting beta) (RTT_S + delta)  then
 *         if  k / CWND_S RTT_S >= 2 RTT_F + delta  then  waiting = 1, wait  else  use S
 *     else  waiting = 0, use S
 *
 * As in the authors' Linux code a quotient k / CWND is never below 1: there is no transfer of less
 * than a round trip. sigma is the RTT variation of RFC 6298.
 *
 * Reinjections do not wait.
 */
class Ecf : public Scheduler
{
  public:
    explicit Ecf(const EcfConfig& config = {});

    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;

  private:
    /// Whether to wait for `fast`; keeps m_isWaiting.
    [[nodiscard]] bool ShouldWait(const SubflowSnapshot& fast,
                                  const SubflowSnapshot& slow,
                                  uint64_t waitingBytes);

    EcfConfig m_config;
    bool m_isWaiting{false};
};

} // namespace mptcp

#endif // MPTCP_ECF_H
