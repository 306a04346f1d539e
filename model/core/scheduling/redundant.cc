// SPDX-License-Identifier: GPL-2.0-only
#include "redundant.h"

#include "selection.h"

#include <algorithm>

namespace mptcp
{

namespace
{

/// What `subflow` may send of the bytes it is behind with. They lie within the peer's window, as
/// those of a reinjection do.
Room
RoomForCopy(const SubflowSnapshot& subflow)
{
    ConnectionSnapshot behind;
    behind.reinjection = true;
    behind.ungrantedBytes = subflow.behindBytes;
    return RoomOn(subflow, behind);
}

/// Among the `copies` usable subflows of lowest round-trip time; of equals the older ones.
bool
IsChosen(const ConnectionSnapshot& connection, const SubflowSnapshot& subflow, uint32_t copies)
{
    if (copies == 0)
    {
        return true;
    }
    uint32_t better = 0;
    ForEachUsable(connection, [&](const SubflowSnapshot& other) {
        const bool isBetter = other.smoothedRtt != subflow.smoothedRtt
                                  ? other.smoothedRtt < subflow.smoothedRtt
                                  : other.id < subflow.id;
        better += isBetter ? 1 : 0;
    });
    return better < copies;
}

/// How new bytes may be granted.
struct Copying
{
    uint32_t copies;     //!< on how many subflows at most; 0: on all
    uint32_t queueBytes; //!< how much may wait on one whose window is full
};

/// Calls `visit` for each subflow that takes part in sending new bytes.
template <typename Visitor>
void
ForEachUpToDate(const ConnectionSnapshot& connection, const Copying& copying, Visitor&& visit)
{
    ForEachUsable(connection, [&](const SubflowSnapshot& subflow) {
        if (subflow.behindBytes == 0 && IsChosen(connection, subflow, copying.copies))
        {
            visit(subflow);
        }
    });
}

/// `subflow` has no room in its window: what may be put into its queue.
Room
RoomInQueue(const SubflowSnapshot& subflow,
            const ConnectionSnapshot& connection,
            const Copying& copying)
{
    const uint64_t queued = uint64_t{subflow.queuedBytes} + WantedBytes(subflow, connection);
    return queued <= copying.queueBytes ? QueueRoomOn(subflow, connection) : Room{};
}

/// New bytes for all that are not behind and have room; `reason` says why there are none.
Decision
NewForAllUpToDate(const ConnectionSnapshot& connection, const Copying& copying, WaitReason& reason)
{
    bool anyHasRoom = false;
    ForEachUpToDate(connection, copying, [&](const SubflowSnapshot& subflow) {
        const Room room = RoomOn(subflow, connection);
        reason = MoreTelling(reason, room.reason);
        anyHasRoom = anyHasRoom || room.bytes > 0;
    });
    if (!anyHasRoom)
    {
        return Decision::Wait(reason);
    }
    Grant grant;
    ForEachUpToDate(connection, copying, [&](const SubflowSnapshot& subflow) {
        Room room = RoomOn(subflow, connection);
        if (room.bytes == 0)
        {
            room = RoomInQueue(subflow, connection, copying);
        }
        if (room.bytes > 0)
        {
            grant.maxBytes =
                grant.subflows.empty() ? room.bytes : std::min(grant.maxBytes, room.bytes);
            grant.subflows.push_back(subflow.id);
        }
    });
    return Decision{grant, WaitReason::None};
}

} // namespace

bool
Redundant::SendsCopies() const
{
    return true;
}

Decision
Redundant::Choose(const ConnectionSnapshot& connection)
{
    if (connection.reinjection)
    {
        return SelectByRtt(connection).FirstAvailable();
    }
    const SubflowSnapshot* behind = nullptr;
    uint32_t bytes = 0;
    auto reason = WaitReason::None;
    const bool anyUsable = ForEachUsable(connection, [&](const SubflowSnapshot& subflow) {
        if (behind != nullptr || subflow.behindBytes == 0 ||
            !IsChosen(connection, subflow, m_copies))
        {
            return;
        }
        const Room room = RoomForCopy(subflow);
        reason = MoreTelling(reason, room.reason);
        if (room.bytes > 0)
        {
            behind = &subflow;
            bytes = room.bytes;
        }
    });
    if (behind != nullptr)
    {
        return Decision::SendCopy(behind->id, bytes);
    }
    if (connection.ungrantedBytes == 0)
    {
        return Decision::Wait(reason == WaitReason::None ? WaitReason::NothingToSend : reason);
    }
    return anyUsable ? NewForAllUpToDate(connection, {m_copies, m_queueBytes}, reason)
                     : Decision::Wait(WaitReason::NoUsableSubflow);
}

} // namespace mptcp
