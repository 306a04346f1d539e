// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STREAM_RUNS_H
#define MPTCP_STREAM_RUNS_H

#include "../data-sequence.h"

#include <algorithm>

namespace mptcp
{

/// The first of sorted, disjoint runs `[begin, end)` of a subflow's stream that ends behind
/// `offset`. Nearly always that is the first or the last, so those are looked at first.
template <typename Runs>
[[nodiscard]] typename Runs::const_iterator
FirstEndingAfter(const Runs& runs, SubflowOffset offset)
{
    if (runs.empty() || offset < runs.front().end)
    {
        return runs.begin();
    }
    if (runs.back().begin <= offset)
    {
        return offset < runs.back().end ? runs.end() - 1 : runs.end();
    }
    return std::upper_bound(runs.begin(),
                            runs.end(),
                            offset,
                            [](SubflowOffset wanted, const auto& run) { return wanted < run.end; });
}

} // namespace mptcp

#endif // MPTCP_STREAM_RUNS_H
