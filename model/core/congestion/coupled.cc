// SPDX-License-Identifier: GPL-2.0-only
#include "coupled.h"

#include <cassert>

namespace mptcp
{

double
CoupledIncreaseBytes(const PathWindows& paths, std::size_t self, double ackedBytes)
{
    assert(self < paths.size());
    if (!IsCoupled(paths, self))
    {
        return TcpIncreaseBytes(paths[self], ackedBytes);
    }
    return ackedBytes * paths[self].segmentBytes / TotalWindowBytes(paths);
}

double
CoupledWindowAfterLossBytes(const PathWindows& paths, std::size_t self)
{
    assert(self < paths.size());
    const double window = paths[self].windowBytes;
    const double total = IsCoupled(paths, self) ? TotalWindowBytes(paths) : window;
    return std::max(window - total / 2, paths[self].segmentBytes);
}

} // namespace mptcp
