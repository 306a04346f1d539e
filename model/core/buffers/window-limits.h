// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_WINDOW_LIMITS_H
#define MPTCP_WINDOW_LIMITS_H

#include <chrono>
#include <cstdint>
#include <optional>

/**
 * \file
 * Mechanisms that make a congestion window smaller than congestion control alone would: M2 and M4
 * of Raiciu et al., "How Hard Can It Be? Designing and Implementing a Deployable Multipath TCP",
 * NSDI 2012, section 4.2.
 */
namespace mptcp
{

/// A congestion window and where its slow start ends.
struct WindowPair
{
    uint32_t congestionWindowBytes{0};
    uint32_t slowStartThresholdBytes{0};
};

/**
 * M2, penalising slow subflows: one that holds up the window loses half its congestion window, but
 * not the last segment, and goes on from there by congestion avoidance. At most once in a round
 * trip of its own, since it takes that long to show.
 */
class Penalty
{
  public:
    /// The windows after the penalty; empty while the last one is still to have its effect.
    [[nodiscard]] std::optional<WindowPair> OnBlockage(std::chrono::nanoseconds now,
                                                       std::chrono::nanoseconds smoothedRtt,
                                                       uint32_t congestionWindowBytes,
                                                       uint32_t segmentBytes);

  private:
    std::optional<std::chrono::nanoseconds> m_last;
};

/**
 * M4, against bufferbloat: a queue that makes the smoothed round-trip time more than twice the
 * shortest one brings no throughput, only delay, and delay costs receive buffer. The window then
 * becomes what makes it twice the shortest one: the rate of the path, window / smoothed RTT, times
 * twice the base RTT; at least two segments. At most once in a round trip.
 */
class WindowCap
{
  public:
    static constexpr int MOST_BASE_RTTS = 2;
    static constexpr uint32_t LEAST_SEGMENTS = 2;

    /// \param baseRtt the shortest round-trip time so far; zero: none yet.
    [[nodiscard]] std::optional<WindowPair> OnAck(std::chrono::nanoseconds now,
                                                  std::chrono::nanoseconds smoothedRtt,
                                                  std::chrono::nanoseconds baseRtt,
                                                  uint32_t congestionWindowBytes,
                                                  uint32_t segmentBytes);

  private:
    std::optional<std::chrono::nanoseconds> m_last;
};

} // namespace mptcp

#endif // MPTCP_WINDOW_LIMITS_H
