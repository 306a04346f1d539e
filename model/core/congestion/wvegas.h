// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_WVEGAS_H
#define MPTCP_WVEGAS_H

#include "path-window.h"

#include <cstdint>
#include <limits>

/**
 * wVegas, "weighted Vegas" (Y. Cao, M. Xu, X. Fu, "Delay-based congestion control for multipath
 * TCP", ICNP 2012; draft-xu-mptcp-congestion-control-05): each subflow is a TCP Vegas that keeps
 * a number of its own segments in queues, and the connection has a fixed number of these to
 * distribute: to each subflow in proportion to its rate.
 */
namespace mptcp
{

/// The weight of a subflow: its rate w/rtt over the sum of all rates; 1 for a path without a rate.
[[nodiscard]] double WVegasWeight(const PathWindows& paths, std::size_t self);

/**
 * One subflow's part of wVegas: what it measures, and one decision per round trip. With `base`
 * the smallest RTT ever, `rtt` the mean of the round and `diff` = w (1 - base/rtt), the segments
 * that wait in queues,
 *
 * - slow start ends when diff > gamma, with what is in flight without waiting and one segment
 *   more;
 * - if diff >= alpha, alpha is set to weight * total alpha, at least 2;
 * - then w grows by one segment if diff < alpha, and shrinks by one if diff > alpha;
 * - when the queueing delay rtt - base has come to twice the smallest seen, w becomes
 *   w/2 * base/rtt, so that the queues drain and `base` can be measured; the search for the
 *   smallest delay starts afresh.
 *
 * A delay below a microsecond, the resolution of Linux's RTT, counts as none and needs no draining.
 */
class WVegas
{
  public:
    /// Segments in queues. The defaults are those of the draft and of Linux MPTCP.
    struct Config
    {
        double totalAlpha{10};  //!< of all subflows together
        double initialAlpha{2}; //!< until a round has reached it
        double leastAlpha{2};
        double gamma{1}; //!< more than this ends slow start
    };

    /// What a round leads to.
    struct Step
    {
        double windowSegments; //!< at least 2
        bool leavesSlowStart;
        bool isDraining; //!< so small for a moment only
    };

    WVegas() = default;
    explicit WVegas(Config config);

    void OnRttSample(double seconds);
    /// The subflow returns from loss recovery: everything but the base RTT is out of date.
    void Restart();
    /// Whether at least one sample of this round was not delayed by the receiver.
    [[nodiscard]] bool HasEnoughSamples() const;
    /// Ends a round without a decision.
    void EndRound();
    /// Ends a round outside slow start or in it, with enough samples.
    [[nodiscard]] Step OnRound(double windowSegments, double weight, bool isSlowStart);

    [[nodiscard]] double Alpha() const;

  private:
    double AvoidCongestion(double window, double diff, double weight);
    [[nodiscard]] bool HasFullQueues(double queueingSeconds);

    Config m_config{};
    double m_alpha{m_config.initialAlpha};
    double m_baseSeconds{std::numeric_limits<double>::infinity()};
    double m_leastQueueingSeconds{0}; //!< 0: none seen
    double m_sumSeconds{0};
    uint32_t m_samples{0};
};

} // namespace mptcp

#endif // MPTCP_WVEGAS_H
