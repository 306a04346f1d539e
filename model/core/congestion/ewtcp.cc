// SPDX-License-Identifier: GPL-2.0-only
#include "ewtcp.h"

#include <cassert>

namespace mptcp
{

double
EwtcpIncreaseBytes(const PathWindows& paths,
                   std::size_t self,
                   double ackedBytes,
                   double aggressiveness)
{
    assert(self < paths.size());
    const double tcp = TcpIncreaseBytes(paths[self], ackedBytes);
    if (!IsCoupled(paths, self))
    {
        return tcp;
    }
    const auto n = static_cast<double>(MeasuredPaths(paths));
    return tcp * (aggressiveness > 0 ? aggressiveness : 1 / (n * n));
}

} // namespace mptcp
