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

/// New bytes for all that are not behind and have room; `reason` says why there are none.
Decision
NewForAllUpToDate(const ConnectionSnapshot& connection, uint32_t copies, WaitReason& reason)
{
    Grant grant;
    ForEachUsable(connection, [&](const SubflowSnapshot& subflow) {
        if (subflow.behindBytes > 0 || !IsChosen(connection, subflow, copies))
        {
            return;
        }
        const Room room = RoomOn(subflow, connection);
        reason = MoreTelling(reason, room.reason);
        if (room.bytes > 0)
        {
            grant.maxBytes =
                grant.subflows.empty() ? room.bytes : std::min(grant.maxBytes, room.bytes);
            grant.subflows.push_back(subflow.id);
        }
    });
    return grant.subflows.empty() ? Decision::Wait(reason) : Decision{grant, WaitReason::None};
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
    return anyUsable ? NewForAllUpToDate(connection, m_copies, reason)
                     : Decision::Wait(WaitReason::NoUsableSubflow);
}

} // namespace mptcp
