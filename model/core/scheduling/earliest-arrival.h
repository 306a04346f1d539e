// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_EARLIEST_ARRIVAL_H
#define MPTCP_EARLIEST_ARRIVAL_H

#include "early-binding.h"

namespace mptcp
{

/**
 * The next segment goes where it is expected to arrive first, even if it has to wait there for a
 * window: it is bound to that subflow, and a later segment may overtake it on another one, to
 * arrive in order.
 *
 * `arrival(const SubflowSnapshot&)` estimates the time from now in any unit.
 */
template <typename Arrival>
[[nodiscard]] Decision
ChooseEarliestArrival(const ConnectionSnapshot& connection,
                      const BindingConfig& config,
                      Arrival&& arrival)
{
    if (const auto decision = DecideWithoutBinding(connection, config))
    {
        return *decision;
    }
    const SubflowSnapshot* best = nullptr;
    uint32_t bestBytes = 0;
    double bestArrival = 0;
    auto reason = WaitReason::None;
    const bool anyUsable = ForEachUsable(connection, [&](const SubflowSnapshot& subflow) {
        const Room room =
            IsMeasured(subflow) ? QueueRoomOn(subflow, connection) : RoomOn(subflow, connection);
        reason = MoreTelling(reason, room.reason);
        if (room.bytes == 0)
        {
            return;
        }
        const double expected = arrival(subflow);
        if (best == nullptr || expected < bestArrival)
        {
            best = &subflow;
            bestBytes = room.bytes;
            bestArrival = expected;
        }
    });
    if (!anyUsable)
    {
        return Decision::Wait(WaitReason::NoUsableSubflow);
    }
    return best != nullptr ? Decision::Send(best->id, bestBytes) : Decision::Wait(reason);
}

} // namespace mptcp

#endif // MPTCP_EARLIEST_ARRIVAL_H
