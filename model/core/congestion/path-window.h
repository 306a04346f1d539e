// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PATH_WINDOW_H
#define MPTCP_PATH_WINDOW_H

#include <boost/container/small_vector.hpp>

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
     * retransmit or fast recovery, because its window is inflated then (RFC 6356 3), and may pass
     * the bytes in flight where the application limits them (RFC 6356 3).
     */
    double windowBytes{0};
    double rttSeconds{0}; //!< smoothed; zero: no sample yet
    double segmentBytes{0};
    double interLossBytes{0}; //!< acknowledged between losses, for algorithms that ask for it
};

/// All paths of a connection. Usual connections fit without allocation.
using PathWindows = boost::container::small_vector<PathWindow, 8>;

} // namespace mptcp

#endif // MPTCP_PATH_WINDOW_H
