// SPDX-License-Identifier: GPL-2.0-only
#include "window-limits.h"

#include <algorithm>

namespace mptcp
{

std::optional<WindowPair>
Penalty::OnBlockage(std::chrono::nanoseconds now,
                    std::chrono::nanoseconds smoothedRtt,
                    uint32_t congestionWindowBytes,
                    uint32_t segmentBytes)
{
    if ((m_last && now - *m_last < smoothedRtt) || congestionWindowBytes <= segmentBytes)
    {
        return std::nullopt;
    }
    m_last = now;
    const uint32_t window = std::max(congestionWindowBytes / 2, segmentBytes);
    return WindowPair{window, window};
}

std::optional<WindowPair>
WindowCap::OnAck(std::chrono::nanoseconds now,
                 std::chrono::nanoseconds smoothedRtt,
                 std::chrono::nanoseconds baseRtt,
                 uint32_t congestionWindowBytes,
                 uint32_t segmentBytes)
{
    if (baseRtt.count() <= 0 || smoothedRtt <= MOST_BASE_RTTS * baseRtt ||
        (m_last && now - *m_last < smoothedRtt))
    {
        return std::nullopt;
    }
    const double share = std::chrono::duration<double>(MOST_BASE_RTTS * baseRtt) /
                         std::chrono::duration<double>(smoothedRtt);
    const auto window = std::max(static_cast<uint32_t>(congestionWindowBytes * share),
                                 LEAST_SEGMENTS * segmentBytes);
    if (window >= congestionWindowBytes)
    {
        return std::nullopt;
    }
    m_last = now;
    return WindowPair{window, window};
}

} // namespace mptcp
