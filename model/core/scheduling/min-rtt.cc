// SPDX-License-Identifier: GPL-2.0-only
#include "min-rtt.h"

#include "eligibility.h"

namespace mptcp
{

Decision
MinRtt::Choose(const ConnectionSnapshot& connection)
{
    if (connection.ungrantedBytes == 0)
    {
        return Decision::Wait(WaitReason::NothingToSend);
    }
    const SubflowSnapshot* best = nullptr;
    uint32_t bestBytes = 0;
    auto reason = WaitReason::None;
    const bool anyUsable = ForEachUsable(connection, [&](const SubflowSnapshot& subflow) {
        const Room room = RoomOn(subflow, connection);
        reason = MoreTelling(reason, room.reason);
        if (room.bytes > 0 && (best == nullptr || subflow.smoothedRtt < best->smoothedRtt))
        {
            best = &subflow;
            bestBytes = room.bytes;
        }
    });
    if (!anyUsable)
    {
        return Decision::Wait(WaitReason::NoUsableSubflow);
    }
    return best != nullptr ? Decision::Send(best->id, bestBytes) : Decision::Wait(reason);
}

} // namespace mptcp
