// SPDX-License-Identifier: GPL-2.0-only
#include "semicoupled.h"

#include <cassert>

namespace mptcp
{

double
SemicoupledIncreaseBytes(const PathWindows& paths,
                         std::size_t self,
                         double ackedBytes,
                         double aggressiveness)
{
    assert(self < paths.size());
    if (!IsCoupled(paths, self))
    {
        return TcpIncreaseBytes(paths[self], ackedBytes);
    }
    const double a =
        aggressiveness > 0 ? aggressiveness : 1 / static_cast<double>(MeasuredPaths(paths));
    return a * ackedBytes * paths[self].segmentBytes / TotalWindowBytes(paths);
}

} // namespace mptcp
