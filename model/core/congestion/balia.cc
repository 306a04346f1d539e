// SPDX-License-Identifier: GPL-2.0-only
#include "balia.h"

#include <cassert>

namespace mptcp
{

namespace
{

double
RateOf(const PathWindow& path)
{
    return IsMeasured(path) ? path.windowBytes / path.rttSeconds : 0;
}

} // namespace

double
BaliaAlpha(const PathWindows& paths, std::size_t self)
{
    assert(self < paths.size());
    if (!IsCoupled(paths, self))
    {
        return 1;
    }
    double fastest = 0;
    for (const PathWindow& path : paths)
    {
        fastest = std::max(fastest, RateOf(path));
    }
    return fastest / RateOf(paths[self]);
}

double
BaliaIncreaseBytes(const PathWindows& paths, std::size_t self, double ackedBytes)
{
    assert(self < paths.size());
    if (!IsCoupled(paths, self))
    {
        return TcpIncreaseBytes(paths[self], ackedBytes);
    }
    double sum = 0;
    for (const PathWindow& path : paths)
    {
        sum += RateOf(path);
    }
    const PathWindow& path = paths[self];
    const double alpha = BaliaAlpha(paths, self);
    const double share = RateOf(path) / path.rttSeconds / (sum * sum);
    return ackedBytes * path.segmentBytes * share * (1 + alpha) / 2 * (4 + alpha) / 5;
}

double
BaliaWindowAfterLossBytes(const PathWindows& paths, std::size_t self)
{
    const double half = paths[self].windowBytes / 2;
    return paths[self].windowBytes - half * std::min(BaliaAlpha(paths, self), 1.5);
}

} // namespace mptcp
