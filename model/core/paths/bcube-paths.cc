// SPDX-License-Identifier: GPL-2.0-only
#include "bcube-paths.h"

#include <algorithm>

namespace mptcp
{

namespace
{

uint32_t
NumberOf(const IpAddress& address)
{
    return boost::endian::load_big_u32(address.bytes.data());
}

IpAddress
AddressOf(uint32_t number)
{
    return IpAddress::V4(static_cast<uint8_t>(number >> 24U),
                         static_cast<uint8_t>(number >> 16U),
                         static_cast<uint8_t>(number >> 8U),
                         static_cast<uint8_t>(number));
}

} // namespace

BcubePaths::BcubePaths(const BcubeShape& shape, uint32_t maxSubflows)
    : m_shape(shape),
      m_maxSubflows(maxSubflows)
{
}

PathActions
BcubePaths::On(const PathEvent& event)
{
    PathActions actions;
    std::visit([&](const auto& concrete) { Handle(concrete, actions); }, event);
    return actions;
}

bool
BcubePaths::AcceptsJoins(uint32_t count) const
{
    return m_usable && m_live + count <= m_maxSubflows;
}

void
BcubePaths::Handle(const ConnectionUsable& event, PathActions& actions)
{
    m_usable = true;
    m_live = 1;
    const auto peer = m_shape.Find(NumberOf(event.initialRemote.address));
    if (event.role != Role::Initiator || event.initialRemoteRefusesJoins || !peer)
    {
        return;
    }
    // Each interface of the peer is the end of one path; that of the first subflow is taken.
    for (uint32_t level = 0; level < m_shape.Levels() && m_live < m_maxSubflows; ++level)
    {
        for (const auto& local : event.localAddresses)
        {
            const auto own = m_shape.Find(NumberOf(local.address));
            if (level == peer->level || !own || own->host == peer->host ||
                own->level != m_shape.LevelTowards(own->host, peer->host, level))
            {
                continue;
            }
            const OpenSubflow opening{
                {local.address, 0},
                local.id,
                {AddressOf(BcubeShape::Address(peer->host, level)), event.initialRemote.port},
                0,
                local.backup};
            m_slots.push_back({opening});
            actions.emplace_back(opening);
            ++m_live;
        }
    }
}

void
BcubePaths::Handle(const SubflowUp& event, PathActions& /* actions */)
{
    if (event.path.openedByPeer)
    {
        ++m_live;
        return;
    }
    for (auto& slot : m_slots)
    {
        slot.failures = slot.opening.localId == event.path.localId ? 0 : slot.failures;
    }
}

void
BcubePaths::Handle(const SubflowDown& event, PathActions& actions)
{
    m_live -= m_live > 0 ? 1 : 0;
    const auto slot = std::find_if(m_slots.begin(), m_slots.end(), [&](const Slot& candidate) {
        return !event.path.openedByPeer && candidate.opening.localId == event.path.localId;
    });
    if (slot != m_slots.end() && IsPassing(event.reason) && slot->failures < m_retry.maxRetries)
    {
        ++slot->failures;
        actions.emplace_back(RetryLater{static_cast<uint32_t>(slot - m_slots.begin()),
                                        m_retry.DelayAfter(slot->failures)});
    }
}

void
BcubePaths::Handle(const RetryDue& event, PathActions& actions)
{
    if (event.retryId < m_slots.size() && m_live < m_maxSubflows)
    {
        ++m_live;
        actions.emplace_back(m_slots[event.retryId].opening);
    }
}

} // namespace mptcp
