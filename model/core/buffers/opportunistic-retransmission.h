// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OPPORTUNISTIC_RETRANSMISSION_H
#define MPTCP_OPPORTUNISTIC_RETRANSMISSION_H

#include "../data-sequence.h"
#include "../scheduling/snapshots.h"

#include <boost/container/small_vector.hpp>
#include <chrono>
#include <cstdint>
#include <optional>

namespace mptcp
{

/// A run of the stream that a subflow was given and that nobody has acknowledged yet.
struct CarriedRange
{
    SubflowId subflow;
    DataRange range;
    /// How long ago the subflow sent the first of what its peer has not acknowledged; zero: nothing
    /// is under way for the first time.
    std::chrono::nanoseconds oldestAge{0};
};

using CarriedRanges = boost::container::small_vector<CarriedRange, 8>;

/// Data that holds up a connection whose window or send buffer is full.
struct Blockage
{
    /// The subflow that would send and may not: the lowest RTT of those with room.
    SubflowId idle;
    /// The subflows that carry all of the data; they are slower, or overdue.
    SubflowIds culprits;
    /// At most a segment of `idle`, which has none of it.
    DataRange range;
};

/**
 * The first data from `from` on that is under way on slower subflows than one with room, and only
 * there. Empty when there is none, or no subflow has room.
 *
 * The round trip measured last says nothing of a subflow that has fallen silent, and of a new one
 * nothing at all. So one counts as slower too when it is overdue: an acknowledgement takes longer
 * than a segment and its repetition should, each by RFC 6298 2.3 without a minimum, and longer than
 * the whole round trip of the one with room.
 * \param connection as the scheduler saw it when it had to wait.
 * \param carried what each subflow carries from `from` on.
 */
[[nodiscard]] std::optional<Blockage> FindBlockage(const ConnectionSnapshot& connection,
                                                   DataSequence from,
                                                   const CarriedRanges& carried);

/**
 * Opportunistic retransmission, mechanism M1 of Raiciu et al., "How Hard Can It Be? Designing and
 * Implementing a Deployable Multipath TCP", NSDI 2012, section 4.2:
 *
 * A subflow with room in its congestion window that may not send because the receive window is full
 * would idle. Instead it sends once more what a slower subflow was given before and the receiver
 * waits for: from the trailing edge of the window on, as long as there is room.
 *
 * No data is resent twice for this reason, and the slow subflow still delivers what it was given.
 */
class OpportunisticRetransmission
{
  public:
    /// The next to be resent, if there is any; `edge` is the first number not acknowledged.
    [[nodiscard]] std::optional<Blockage> Next(const ConnectionSnapshot& connection,
                                               DataSequence edge,
                                               const CarriedRanges& carried) const;

    /// That has been resent.
    void OnSent(const DataRange& range);

  private:
    std::optional<DataSequence> m_end; //!< of what was resent
};

} // namespace mptcp

#endif // MPTCP_OPPORTUNISTIC_RETRANSMISSION_H
