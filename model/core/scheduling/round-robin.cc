// SPDX-License-Identifier: GPL-2.0-only
#include "round-robin.h"

#include "eligibility.h"

namespace mptcp
{

RoundRobin::RoundRobin(const RoundRobinConfig& config)
    : m_config(config)
{
}

bool
RoundRobin::ComesBefore(SubflowId a, SubflowId b) const
{
    if (!m_current)
    {
        return a < b;
    }
    // Distance to go round the ring of ids: the current subflow is first while its turn lasts and
    // last afterwards.
    const bool turnOver = m_segmentsUsed >= m_config.segmentsPerTurn;
    const auto origin = static_cast<uint16_t>(m_current->Value() + (turnOver ? 1 : 0));
    return static_cast<uint16_t>(a.Value() - origin) < static_cast<uint16_t>(b.Value() - origin);
}

Decision
RoundRobin::Choose(const ConnectionSnapshot& connection)
{
    if (connection.ungrantedBytes == 0)
    {
        return Decision::Wait(WaitReason::NothingToSend);
    }
    const bool passOver = m_config.cwndLimited || connection.reinjection;
    const SubflowSnapshot* next = nullptr;
    Room nextRoom;
    auto reason = WaitReason::None;
    const bool anyUsable = ForEachUsable(connection, [&](const SubflowSnapshot& subflow) {
        const Room room = RoomOn(subflow, connection);
        reason = MoreTelling(reason, room.reason);
        // Nothing would end the wait for an idle one whose own window is closed.
        const bool mayWait = !passOver && !subflow.IsIdle();
        if ((room.bytes > 0 || mayWait) && (next == nullptr || ComesBefore(subflow.id, next->id)))
        {
            next = &subflow;
            nextRoom = room;
        }
    });
    if (!anyUsable)
    {
        return Decision::Wait(WaitReason::NoUsableSubflow);
    }
    if (next == nullptr || nextRoom.bytes == 0)
    {
        return Decision::Wait(next == nullptr ? reason : nextRoom.reason);
    }
    if (!connection.reinjection)
    {
        const bool sameTurn = m_current == next->id && m_segmentsUsed < m_config.segmentsPerTurn;
        m_segmentsUsed = sameTurn ? m_segmentsUsed + 1 : 1;
        m_current = next->id;
    }
    return Decision::Send(next->id, nextRoom.bytes);
}

} // namespace mptcp
