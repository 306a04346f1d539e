// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_RECEIVER_RTT_H
#define MPTCP_RECEIVER_RTT_H

#include <chrono>
#include <cstdint>
#include <optional>

namespace mptcp
{

/**
 * The round-trip time of a path as a host sees it that only receives: from the moment a timestamp
 * left on an acknowledgement to the first full segment that echoes it (RFC 7323). A sender with
 * enough to send answers an acknowledgement at once; others answer late, so this is an upper bound.
 * Linux measures it likewise for its receive buffer, also smoothed by 1/8.
 */
class ReceiverRtt
{
  public:
    /// A segment echoes `echo`, which left `elapsed` ago.
    /// \param isFull it has a full segment's payload; others may have waited for the application.
    void OnSegment(uint32_t echo, std::chrono::nanoseconds elapsed, bool isFull)
    {
        if (!isFull || echo == m_echo || elapsed.count() <= 0)
        {
            return;
        }
        m_echo = echo;
        m_smoothed = m_smoothed.count() == 0 ? elapsed : m_smoothed + (elapsed - m_smoothed) / 8;
    }

    /// Zero: there is no sample.
    [[nodiscard]] std::chrono::nanoseconds Smoothed() const
    {
        return m_smoothed;
    }

  private:
    std::optional<uint32_t> m_echo; //!< of the last sample
    std::chrono::nanoseconds m_smoothed{0};
};

} // namespace mptcp

#endif // MPTCP_RECEIVER_RTT_H
