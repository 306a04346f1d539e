// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SNAPSHOTS_H
#define MPTCP_SNAPSHOTS_H

#include "subflow-id.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <chrono>
#include <cstdint>

namespace mptcp
{

/// Subflows of usual connections fit without allocation; more are allowed.
using SubflowIds = boost::container::small_vector<SubflowId, 8>;

/// One established subflow as a scheduler may see it. A value: taken once per decision, safe to
/// keep in a test table.
struct SubflowSnapshot
{
    SubflowId id;
    bool backup{false};  //!< peer or policy asked to keep it in reserve (RFC 8684 3.3.8)
    bool suspect{false}; //!< timed out since it was last heard from
    std::chrono::nanoseconds smoothedRtt{0}; //!< zero: no sample yet
    std::chrono::nanoseconds rttVariation{0};
    uint32_t congestionWindowBytes{0};
    uint32_t inFlightBytes{0};
    uint32_t queuedBytes{0};  //!< accepted by the subflow, not yet sent
    uint32_t segmentBytes{0}; //!< largest payload of one segment; never zero
    /// Slow start ends where the window reaches it; the largest number: no loss so far.
    uint32_t slowStartThresholdBytes{UINT32_MAX};
    /// Granted to others after the last bytes this one was given, and not acknowledged yet. Kept
    /// for schedulers that send copies (Scheduler::SendsCopies), otherwise zero.
    uint64_t behindBytes{0};

    /// What the congestion window still admits. Queued bytes count as used, or the same room
    /// would be given away twice.
    [[nodiscard]] constexpr uint32_t AvailableWindowBytes() const
    {
        const uint64_t used = uint64_t{inFlightBytes} + queuedBytes;
        return used < congestionWindowBytes ? static_cast<uint32_t>(congestionWindowBytes - used)
                                            : 0;
    }

    /// Nothing sent is unacknowledged and nothing waits: no acknowledgement will come by itself.
    [[nodiscard]] constexpr bool IsIdle() const
    {
        return inFlightBytes == 0 && queuedBytes == 0;
    }
};

/**
 * What one scheduling decision is about.
 *
 * Two questions share it. Normally: who sends the next new bytes? With `reinjection` set: who
 * sends once more bytes that another subflow was given before (RFC 8684 3.3.6)? Those lie inside
 * the peer's window already, so `sendWindowBytes` does not apply to them.
 */
struct ConnectionSnapshot
{
    /// Those that may carry data, i.e. whose handshake is complete and that are not closing.
    boost::container::small_vector<SubflowSnapshot, 8> subflows;
    /// New: written by the application and bound to no subflow. Reinjection: length of the run to
    /// be sent again.
    uint64_t ungrantedBytes{0};
    uint64_t sendWindowBytes{0}; //!< room left in the peer's connection-level window
    uint64_t bufferedBytes{0};   //!< written and not yet acknowledged by DATA_ACK, granted or not
    bool reinjection{false};
    std::chrono::nanoseconds now{0}; //!< time of the decision, since any fixed moment
    SubflowIds excluded;             //!< must not be chosen: they were given these bytes before

    /// The peer's whole connection-level window: room left and what lies in it unacknowledged.
    /// For new bytes only, a reinjection's `ungrantedBytes` is something else.
    [[nodiscard]] uint64_t WholeSendWindowBytes() const
    {
        const uint64_t outstanding =
            bufferedBytes > ungrantedBytes ? bufferedBytes - ungrantedBytes : 0;
        return sendWindowBytes + outstanding;
    }

    [[nodiscard]] bool IsExcluded(SubflowId id) const
    {
        return std::find(excluded.begin(), excluded.end(), id) != excluded.end();
    }
};

/// Leave to send the next bytes: at most one segment, because one grant is one mapping.
struct Grant
{
    SubflowIds subflows; //!< at least one; every further one sends a copy
    uint32_t maxBytes{0};
    /// Not new bytes, but the first of those the (one) subflow is behind with.
    bool isCopy{false};
};

} // namespace mptcp

#endif // MPTCP_SNAPSHOTS_H
