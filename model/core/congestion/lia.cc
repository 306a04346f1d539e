// SPDX-License-Identifier: GPL-2.0-only
#include "lia.h"

#include <algorithm>
#include <cassert>

namespace mptcp
{

namespace
{

/// The sums over i of RFC 6356 3.
struct PathSums
{
    std::size_t measuredPaths{0};
    double totalBytes{0};        //!< cwnd_total
    double maxBytesPerSquare{0}; //!< MAX (cwnd_i/rtt_i^2)
    double sumBytesPerSecond{0}; //!< SUM (cwnd_i/rtt_i)

    [[nodiscard]] double Alpha() const
    {
        return totalBytes * maxBytesPerSquare / (sumBytesPerSecond * sumBytesPerSecond);
    }
};

PathSums
SumOver(const PathWindows& paths)
{
    PathSums sums;
    for (const PathWindow& path : paths)
    {
        if (!IsMeasured(path))
        {
            continue;
        }
        ++sums.measuredPaths;
        const double rate = path.windowBytes / path.rttSeconds;
        sums.totalBytes += path.windowBytes;
        sums.maxBytesPerSquare = std::max(sums.maxBytesPerSquare, rate / path.rttSeconds);
        sums.sumBytesPerSecond += rate;
    }
    return sums;
}

} // namespace

double
LiaAlpha(const PathWindows& paths)
{
    const PathSums sums = SumOver(paths);
    return sums.measuredPaths < 2 ? 1 : sums.Alpha();
}

double
LiaIncreaseBytes(const PathWindows& paths, std::size_t self, double ackedBytes)
{
    assert(self < paths.size());
    const double tcp = TcpIncreaseBytes(paths[self], ackedBytes);
    const PathSums sums = SumOver(paths);
    if (sums.measuredPaths < 2)
    {
        return tcp;
    }
    const double coupled = sums.Alpha() * ackedBytes * paths[self].segmentBytes / sums.totalBytes;
    return std::min(coupled, tcp);
}

} // namespace mptcp
