// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BLEST_H
#define MPTCP_BLEST_H

#include "scheduler.h"

#include <chrono>

namespace mptcp
{

/// Defaults are those of the `blest` scheduler of Linux MPTCP v0.95, by the paper's authors.
struct BlestConfig
{
    double lambda{1.2}; //!< at the start
    double lambdaMin{1.0};
    double lambdaMax{1.3};
    double lambdaIncrease{0.04}; //!< after a slow round trip in which the window blocked
    double lambdaDecrease{0.01}; //!< after one in which it did not
};

/**
 * Blocking estimation (Ferlin, Alay, Mehani, Boreli: "BLEST: Blocking Estimation-based MPTCP
 * Scheduler for Heterogeneous Networks", IFIP Networking 2016).
 *
 * As MinRtt, but a segment is not given to a slow subflow S when, as long as it is under way
 * there, the fast subflow F could fill the rest of the peer's window M and would be blocked:
 *
 *     rtts = RTT_S / RTT_F
 *     X = MSS_F (CWND_F + (rtts - 1) / 2) rtts
 *     wait for F if  X lambda > M - MSS_S (inflight_S + 1)
 *
 * Once in a round trip of S, lambda grows if the window has blocked since, or else shrinks. It has
 * blocked when a congestion window had room and the peer's window had none, as in Linux.
 *
 * Reinjections do not wait: they lie in the window already, and block it.
 */
class Blest : public Scheduler
{
  public:
    explicit Blest(const BlestConfig& config = {});

    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;

    [[nodiscard]] double Lambda() const
    {
        return m_lambda;
    }

    /// X: what `fast` will send while one segment is under way on `slow`.
    [[nodiscard]] static double ExpectedBytes(const SubflowSnapshot& fast,
                                              const SubflowSnapshot& slow);

  private:
    void UpdateLambda(std::chrono::nanoseconds now, std::chrono::nanoseconds slowRtt);

    BlestConfig m_config;
    double m_lambda;
    bool m_hasBlocked{false}; //!< since lambda was last looked at
    std::chrono::nanoseconds m_updated{0};
};

} // namespace mptcp

#endif // MPTCP_BLEST_H
