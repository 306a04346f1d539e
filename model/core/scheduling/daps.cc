// SPDX-License-Identifier: GPL-2.0-only
#include "daps.h"

#include <algorithm>
#include <numeric>

namespace mptcp
{

namespace
{

/// Half the RTT in units, to the nearest, at least one.
uint64_t
DelayOf(const SubflowSnapshot& subflow, std::chrono::nanoseconds unit)
{
    const auto delay = static_cast<uint64_t>(subflow.smoothedRtt.count()) / 2;
    const auto unitCount = static_cast<uint64_t>(std::max<int64_t>(1, unit.count()));
    return std::max<uint64_t>(1, (delay + unitCount / 2) / unitCount);
}

} // namespace

Daps::Daps(const DapsConfig& config)
    : m_config(config)
{
}

bool
Daps::IsPlanOf(const ConnectionSnapshot& connection) const
{
    std::size_t count = 0;
    bool isPlanned = true;
    ForEachUsable(connection, [&](const SubflowSnapshot& subflow) {
        if (IsMeasured(subflow))
        {
            isPlanned = isPlanned && count < m_plan.size() && m_plan[count].id == subflow.id;
            ++count;
        }
    });
    return isPlanned && count == m_plan.size();
}

void
Daps::MakePlan(const ConnectionSnapshot& connection)
{
    m_plan.clear();
    m_segmentsUsed = 0;
    uint64_t slowest = 0;
    ForEachUsable(connection, [&](const SubflowSnapshot& subflow) {
        if (IsMeasured(subflow))
        {
            const uint64_t delay = DelayOf(subflow, m_config.delayUnit);
            const uint32_t segments =
                std::max(1U, subflow.congestionWindowBytes / subflow.segmentBytes);
            m_plan.push_back({subflow.id, delay, segments, delay});
            slowest = std::max(slowest, delay);
        }
    });
    m_end = 1;
    for (const Path& path : m_plan)
    {
        // Each step is at most MAX_TURNS times the slowest delay, so the product cannot overflow.
        m_end = std::min(std::lcm(m_end, path.delay), MAX_TURNS * slowest);
    }
}

Daps::Path&
Daps::CurrentTurn(const ConnectionSnapshot& connection)
{
    const auto nextOf = [this] {
        return std::min_element(m_plan.begin(), m_plan.end(), [](const Path& a, const Path& b) {
            return a.nextArrival != b.nextArrival ? a.nextArrival < b.nextArrival
                                                  : a.delay < b.delay;
        });
    };
    auto turn = nextOf();
    if (m_segmentsUsed >= turn->windowSegments)
    {
        turn->nextArrival += turn->delay;
        m_segmentsUsed = 0;
        turn = nextOf();
        if (turn->nextArrival > m_end)
        {
            MakePlan(connection);
            turn = nextOf();
        }
    }
    return *turn;
}

Decision
Daps::Choose(const ConnectionSnapshot& connection)
{
    if (const auto decision = DecideWithoutBinding(connection, m_config.binding))
    {
        return *decision;
    }
    if (m_plan.empty() || !IsPlanOf(connection))
    {
        MakePlan(connection);
    }
    if (m_plan.empty())
    {
        return SelectByRtt(connection).FirstAvailable();
    }
    const SubflowId id = CurrentTurn(connection).id;
    const SubflowSnapshot& subflow =
        *std::find_if(connection.subflows.begin(),
                      connection.subflows.end(),
                      [id](const SubflowSnapshot& each) { return each.id == id; });
    const Room room = QueueRoomOn(subflow, connection);
    if (room.bytes == 0)
    {
        return Decision::Wait(room.reason);
    }
    ++m_segmentsUsed;
    return Decision::Send(id, room.bytes);
}

} // namespace mptcp
