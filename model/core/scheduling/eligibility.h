// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ELIGIBILITY_H
#define MPTCP_ELIGIBILITY_H

#include "scheduler.h"
#include "snapshots.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>

/**
 * The rules every scheduler shares, so that an algorithm contains nothing but its idea: which
 * subflows it may choose among, and how much one of them may be granted.
 */
namespace mptcp
{

/// Preference among subflows; only those of the lowest rank present are usable.
enum class UseRank : uint8_t
{
    Regular,
    Backup,         //!< only when no regular subflow is usable (RFC 8684 3.3.8)
    SuspectRegular, //!< only when every other subflow is suspect too
    SuspectBackup,
};

[[nodiscard]] constexpr UseRank
RankOf(const SubflowSnapshot& subflow)
{
    if (subflow.suspect)
    {
        return subflow.backup ? UseRank::SuspectBackup : UseRank::SuspectRegular;
    }
    return subflow.backup ? UseRank::Backup : UseRank::Regular;
}

/**
 * The rank that is usable now; empty when there is none.
 *
 * A regular subflow whose window is full is still usable, so backups stay in reserve while it
 * drains. One that is excluded from a reinjection is not: a segment it lost may go to a backup.
 */
[[nodiscard]] inline std::optional<UseRank>
UsableRank(const ConnectionSnapshot& connection)
{
    std::optional<UseRank> best;
    for (const SubflowSnapshot& subflow : connection.subflows)
    {
        const UseRank rank = RankOf(subflow);
        if ((!best || rank < *best) && !connection.IsExcluded(subflow.id))
        {
            best = rank;
        }
    }
    return best;
}

/// Calls `visit(const SubflowSnapshot&)` for each usable subflow in the order of the snapshot.
/// False when there is none.
template <typename Visitor>
bool
ForEachUsable(const ConnectionSnapshot& connection, Visitor&& visit)
{
    const std::optional<UseRank> rank = UsableRank(connection);
    if (!rank)
    {
        return false;
    }
    for (const SubflowSnapshot& subflow : connection.subflows)
    {
        if (RankOf(subflow) == *rank && !connection.IsExcluded(subflow.id))
        {
            visit(subflow);
        }
    }
    return true;
}

/// How much one subflow may be granted now; when zero, why.
struct Room
{
    uint32_t bytes{0};
    WaitReason reason{WaitReason::None};
};

/// True when no acknowledgement can be expected that would open the peer's window: nothing is
/// under way on `candidate`, nor on any subflow that is not suspect.
[[nodiscard]] inline bool
IsWindowUpdateUnlikely(const ConnectionSnapshot& connection, const SubflowSnapshot& candidate)
{
    return candidate.IsIdle() && std::all_of(connection.subflows.begin(),
                                             connection.subflows.end(),
                                             [](const SubflowSnapshot& subflow) {
                                                 return subflow.suspect || subflow.IsIdle();
                                             });
}

/// How much of `bytes` the peer's window admits. A reinjection lies within it already.
[[nodiscard]] inline Room
FitIntoSendWindow(uint32_t bytes,
                  const SubflowSnapshot& subflow,
                  const ConnectionSnapshot& connection)
{
    if (connection.reinjection || connection.sendWindowBytes >= bytes)
    {
        return {bytes, WaitReason::None};
    }
    if (connection.sendWindowBytes == 0 || !IsWindowUpdateUnlikely(connection, subflow))
    {
        return {0, WaitReason::ReceiveWindowFull};
    }
    return {static_cast<uint32_t>(connection.sendWindowBytes), WaitReason::None};
}

/// One whole segment, or all that waits.
[[nodiscard]] inline uint32_t
WantedBytes(const SubflowSnapshot& subflow, const ConnectionSnapshot& connection)
{
    assert(subflow.segmentBytes > 0);
    return static_cast<uint32_t>(
        std::min<uint64_t>(subflow.segmentBytes, connection.ungrantedBytes));
}

/**
 * Sender-side silly window avoidance (RFC 1122 4.2.3.4), one level up: a grant is one whole
 * segment, or all that waits if that is less. When a window has room for a part of it only, the
 * answer is to wait, because acknowledgements of what is in flight will open the window; a
 * fragment would cost a whole segment's headers, mapping and processing.
 *
 * Where nothing is in flight waiting could last for ever, so the part that fits is granted:
 * - congestion window below a segment: when this subflow is idle, as only its own
 *   acknowledgements open that window;
 * - peer's window below a segment: when the whole connection is idle. An idle subflow beside a
 *   busy one waits, since an acknowledgement on any subflow opens that window. Bytes in flight on
 *   suspect subflows do not count, they may be lost.
 */
[[nodiscard]] inline Room
RoomOn(const SubflowSnapshot& subflow, const ConnectionSnapshot& connection)
{
    const uint32_t wanted = WantedBytes(subflow, connection);
    if (wanted == 0)
    {
        return {0, WaitReason::NothingToSend};
    }
    const uint32_t congestion = std::min(wanted, subflow.AvailableWindowBytes());
    if (congestion < wanted && (congestion == 0 || !subflow.IsIdle()))
    {
        return {0, WaitReason::CongestionWindowFull};
    }
    return FitIntoSendWindow(congestion, subflow, connection);
}

/// The same for schedulers that bind bytes to a subflow before its congestion window has room for
/// them: they wait in the subflow's queue (`queuedBytes`).
[[nodiscard]] inline Room
QueueRoomOn(const SubflowSnapshot& subflow, const ConnectionSnapshot& connection)
{
    const uint32_t wanted = WantedBytes(subflow, connection);
    return wanted == 0 ? Room{0, WaitReason::NothingToSend}
                       : FitIntoSendWindow(wanted, subflow, connection);
}

/// Of two reasons the one to report: a congestion window with room makes the peer's window the
/// limit of the connection.
[[nodiscard]] constexpr WaitReason
MoreTelling(WaitReason a, WaitReason b)
{
    return a == WaitReason::ReceiveWindowFull || b == WaitReason::None ? a : b;
}

} // namespace mptcp

#endif // MPTCP_ELIGIBILITY_H
