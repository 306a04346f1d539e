// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SELECTION_H
#define MPTCP_SELECTION_H

#include "eligibility.h"

/**
 * The walk over the usable subflows that schedulers with an order of preference share.
 */
namespace mptcp
{

/// What the usable subflows offer, in somebody's order of preference.
struct Selection
{
    const SubflowSnapshot* preferred{nullptr}; //!< first of all, with room or without
    Room preferredRoom;
    const SubflowSnapshot* available{nullptr}; //!< first of those with room
    uint32_t availableBytes{0};
    WaitReason reason{WaitReason::None}; //!< why none is available

    /// The first with room, or the reason why there is none.
    [[nodiscard]] Decision FirstAvailable() const
    {
        return available != nullptr ? Decision::Send(available->id, availableBytes)
                                    : Decision::Wait(reason);
    }

    /// True when there is room, but not on the preferred subflow, and when that is sure to have
    /// some again: acknowledgements are on their way to it. Nobody may wait for an idle one whose
    /// window is closed; nothing would ever end the wait.
    [[nodiscard]] bool MayWaitForPreferred() const
    {
        return available != nullptr && available != preferred && !preferred->IsIdle();
    }
};

/// `isBefore(const SubflowSnapshot& a, const SubflowSnapshot& b)`: a is preferred to b. Of equals
/// the first in the snapshot comes first.
template <typename Before>
[[nodiscard]] Selection
SelectBy(const ConnectionSnapshot& connection, Before&& isBefore)
{
    Selection selection;
    const bool anyUsable = ForEachUsable(connection, [&](const SubflowSnapshot& subflow) {
        const Room room = RoomOn(subflow, connection);
        selection.reason = MoreTelling(selection.reason, room.reason);
        if (selection.preferred == nullptr || isBefore(subflow, *selection.preferred))
        {
            selection.preferred = &subflow;
            selection.preferredRoom = room;
        }
        if (room.bytes > 0 &&
            (selection.available == nullptr || isBefore(subflow, *selection.available)))
        {
            selection.available = &subflow;
            selection.availableBytes = room.bytes;
        }
    });
    if (connection.ungrantedBytes == 0)
    {
        selection.reason = WaitReason::NothingToSend;
    }
    else if (!anyUsable)
    {
        selection.reason = WaitReason::NoUsableSubflow;
    }
    return selection;
}

/// Lowest smoothed round-trip time first; a subflow without a sample counts as zero.
[[nodiscard]] inline Selection
SelectByRtt(const ConnectionSnapshot& connection)
{
    return SelectBy(connection, [](const SubflowSnapshot& a, const SubflowSnapshot& b) {
        return a.smoothedRtt < b.smoothedRtt;
    });
}

/// In order of creation.
[[nodiscard]] inline Selection
SelectByAge(const ConnectionSnapshot& connection)
{
    return SelectBy(connection,
                    [](const SubflowSnapshot& a, const SubflowSnapshot& b) { return a.id < b.id; });
}

} // namespace mptcp

#endif // MPTCP_SELECTION_H
