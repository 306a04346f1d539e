// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PATH_WINDOW_H
#define MPTCP_PATH_WINDOW_H

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <cstddef>

namespace mptcp
{

/**
 * The only thing a coupled congestion control may look at: one established subflow's window and
 * its surroundings, in bytes and seconds.
 */
struct PathWindow
{
    /**
     * The real congestion window. Who fills this in passes ssthresh while the subflow is in fast
     * retransmit or fast recovery, because its window is inflated then, and the bytes in flight
     * where these are fewer because the application has no more to send (RFC 6356 3).
     */
    double windowBytes{0};
    double rttSeconds{0}; //!< smoothed; zero: no sample yet
    double segmentBytes{0};
    double interLossBytes{0}; //!< acknowledged between losses, for algorithms that keep count
};

/// All paths of a connection. Usual connections fit without allocation.
using PathWindows = boost::container::small_vector<PathWindow, 8>;

/// Whether the path has a rate, so that it counts in sums over all paths.
[[nodiscard]] inline bool
IsMeasured(const PathWindow& path)
{
    return path.rttSeconds > 0 && path.windowBytes > 0;
}

/// How many paths have a rate.
[[nodiscard]] inline std::size_t
MeasuredPaths(const PathWindows& paths)
{
    return static_cast<std::size_t>(std::count_if(paths.begin(), paths.end(), IsMeasured));
}

/// Whether formulas over all paths say anything about this one: it and another one have a rate.
[[nodiscard]] inline bool
IsCoupled(const PathWindows& paths, std::size_t self)
{
    return IsMeasured(paths[self]) && MeasuredPaths(paths) >= 2;
}

/// cwnd_total of RFC 6356 3.
[[nodiscard]] inline double
TotalWindowBytes(const PathWindows& paths)
{
    double total = 0;
    for (const PathWindow& path : paths)
    {
        total += IsMeasured(path) ? path.windowBytes : 0;
    }
    return total;
}

/**
 * What TCP would add in congestion avoidance for one acknowledgement, RFC 5681 3.1 (3). A window
 * of zero counts as the one segment TCP never goes below.
 */
[[nodiscard]] inline double
TcpIncreaseBytes(const PathWindow& path, double ackedBytes)
{
    const double window = path.windowBytes > 0 ? path.windowBytes : path.segmentBytes;
    return window > 0 ? ackedBytes * path.segmentBytes / window : 0;
}

} // namespace mptcp

#endif // MPTCP_PATH_WINDOW_H
