// SPDX-License-Identifier: GPL-2.0-only
#include "olia.h"

#include <cassert>

namespace mptcp
{

namespace
{

/// Proportional to the square of TCP's rate on the path.
double
QualityOf(const PathWindow& path)
{
    return path.interLossBytes / (path.rttSeconds * path.rttSeconds);
}

struct PathSets
{
    std::size_t all{0};
    double largestWindow{0};
    double bestQuality{0};
    std::size_t largest{0};   //!< |M|
    std::size_t collected{0}; //!< |C|

    [[nodiscard]] bool IsLargest(const PathWindow& path) const
    {
        return path.windowBytes >= largestWindow;
    }

    [[nodiscard]] bool IsCollected(const PathWindow& path) const
    {
        return !IsLargest(path) && QualityOf(path) >= bestQuality;
    }
};

PathSets
SetsOf(const PathWindows& paths)
{
    PathSets sets;
    for (const PathWindow& path : paths)
    {
        if (IsMeasured(path))
        {
            ++sets.all;
            sets.largestWindow = std::max(sets.largestWindow, path.windowBytes);
            sets.bestQuality = std::max(sets.bestQuality, QualityOf(path));
        }
    }
    for (const PathWindow& path : paths)
    {
        if (IsMeasured(path))
        {
            sets.largest += sets.IsLargest(path) ? 1 : 0;
            sets.collected += sets.IsCollected(path) ? 1 : 0;
        }
    }
    return sets;
}

} // namespace

double
OliaAlpha(const PathWindows& paths, std::size_t self)
{
    assert(self < paths.size());
    const PathSets sets = SetsOf(paths);
    if (sets.collected == 0 || !IsMeasured(paths[self]))
    {
        return 0;
    }
    const auto n = static_cast<double>(sets.all);
    if (sets.IsCollected(paths[self]))
    {
        return 1 / (n * static_cast<double>(sets.collected));
    }
    return sets.IsLargest(paths[self]) ? -1 / (n * static_cast<double>(sets.largest)) : 0;
}

double
OliaIncreaseBytes(const PathWindows& paths, std::size_t self, double ackedBytes)
{
    assert(self < paths.size());
    const PathWindow& path = paths[self];
    const double tcp = TcpIncreaseBytes(path, ackedBytes);
    if (!IsCoupled(paths, self))
    {
        return tcp;
    }
    double sum = 0;
    for (const PathWindow& each : paths)
    {
        sum += IsMeasured(each) ? each.windowBytes / each.rttSeconds : 0;
    }
    const double rate = path.windowBytes / path.rttSeconds;
    const double coupled = ackedBytes * path.segmentBytes * rate / path.rttSeconds / (sum * sum);
    return coupled + OliaAlpha(paths, self) * tcp;
}

void
InterLossDistance::OnAcknowledged(double bytes)
{
    m_sinceLastBytes += bytes;
}

void
InterLossDistance::OnLoss()
{
    if (m_sinceLastBytes > 0)
    {
        m_betweenLastTwoBytes = m_sinceLastBytes;
        m_sinceLastBytes = 0;
    }
}

double
InterLossDistance::Bytes() const
{
    return std::max(m_betweenLastTwoBytes, m_sinceLastBytes);
}

} // namespace mptcp
