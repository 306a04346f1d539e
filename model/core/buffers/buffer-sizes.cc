// SPDX-License-Identifier: GPL-2.0-only
#include "buffer-sizes.h"

#include <algorithm>
#include <cmath>

namespace mptcp
{

namespace
{

double
Seconds(std::chrono::nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

double
TotalBytesPerSecond(const std::vector<PathCapacity>& paths)
{
    double total = 0;
    for (const auto& path : paths)
    {
        total += path.bytesPerSecond;
    }
    return total;
}

} // namespace

uint64_t
RecommendedBufferBytes(const std::vector<PathCapacity>& paths)
{
    std::chrono::nanoseconds longest{0};
    for (const auto& path : paths)
    {
        longest = std::max(longest, path.roundTrip);
    }
    return static_cast<uint64_t>(std::ceil(2 * TotalBytesPerSecond(paths) * Seconds(longest)));
}

uint64_t
BufferForTimeoutsBytes(const std::vector<PathCapacity>& paths)
{
    std::chrono::nanoseconds longest{0};
    for (const auto& path : paths)
    {
        longest = std::max(longest, path.retransmitTimeout);
    }
    return static_cast<uint64_t>(std::ceil(TotalBytesPerSecond(paths) * Seconds(longest)));
}

BufferAutotuning::BufferAutotuning(uint64_t startBytes, uint64_t maximumBytes)
    : m_bytes(startBytes),
      m_maximumBytes(std::max(startBytes, maximumBytes))
{
}

std::optional<uint64_t>
BufferAutotuning::OnProgress(std::chrono::nanoseconds now,
                             uint64_t totalBytes,
                             std::chrono::nanoseconds longestRtt)
{
    if (longestRtt.count() <= 0)
    {
        return std::nullopt;
    }
    if (!m_since)
    {
        m_since = now;
        m_totalBytes = totalBytes;
        return std::nullopt;
    }
    const auto elapsed = now - *m_since;
    if (elapsed < longestRtt)
    {
        return std::nullopt;
    }
    const double rate = static_cast<double>(totalBytes - m_totalBytes) / Seconds(elapsed);
    m_since = now;
    m_totalBytes = totalBytes;
    const auto wanted = static_cast<uint64_t>(2 * rate * Seconds(longestRtt));
    if (wanted <= m_bytes || m_bytes == m_maximumBytes)
    {
        return std::nullopt;
    }
    m_bytes = std::min(wanted, m_maximumBytes);
    return m_bytes;
}

} // namespace mptcp
