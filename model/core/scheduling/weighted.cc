// SPDX-License-Identifier: GPL-2.0-only
#include "weighted.h"

#include "selection.h"

#include <algorithm>

namespace mptcp
{

Weighted::Weighted(const WeightedConfig& config)
    : m_config(config)
{
}

uint64_t
Weighted::StepOf(SubflowId id) const
{
    const std::size_t index = id.Value() - std::size_t{1};
    const uint32_t weight = index < m_config.weights.size() ? m_config.weights[index] : 1;
    return std::max<uint64_t>(1, SCALE / std::max(weight, 1U));
}

uint64_t
Weighted::PositionOf(SubflowId id) const
{
    const auto found = std::find_if(m_positions.begin(), m_positions.end(), [id](const auto& each) {
        return each.id == id;
    });
    return found == m_positions.end() ? m_front : std::max(found->value, m_front);
}

void
Weighted::Advance(SubflowId id)
{
    m_front = PositionOf(id);
    const auto found = std::find_if(m_positions.begin(), m_positions.end(), [id](const auto& each) {
        return each.id == id;
    });
    if (found == m_positions.end())
    {
        m_positions.push_back({id, m_front + StepOf(id)});
    }
    else
    {
        found->value = m_front + StepOf(id);
    }
}

Decision
Weighted::Choose(const ConnectionSnapshot& connection)
{
    const Selection selection =
        SelectBy(connection, [this](const SubflowSnapshot& a, const SubflowSnapshot& b) {
            const uint64_t positionA = PositionOf(a.id);
            const uint64_t positionB = PositionOf(b.id);
            return positionA != positionB ? positionA < positionB : a.id < b.id;
        });
    if (connection.reinjection || selection.available == nullptr)
    {
        return selection.FirstAvailable();
    }
    if (!m_config.cwndLimited && selection.MayWaitForPreferred())
    {
        return Decision::Wait(selection.preferredRoom.reason);
    }
    Advance(selection.available->id);
    return selection.FirstAvailable();
}

} // namespace mptcp
