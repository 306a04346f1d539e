// SPDX-License-Identifier: GPL-2.0-only
#include "ndiffports.h"

#include <algorithm>

namespace mptcp
{

NDiffPorts::NDiffPorts(const NDiffPortsConfig& config)
    : m_config(config)
{
}

PathActions
NDiffPorts::On(const PathEvent& event)
{
    PathActions actions;
    std::visit([&](const auto& concrete) { Handle(concrete, actions); }, event);
    OpenMissing(actions);
    return actions;
}

bool
NDiffPorts::AcceptsJoins(uint32_t count) const
{
    return m_usable && LiveSubflows() + count <= m_config.subflows;
}

void
NDiffPorts::Handle(const ConnectionUsable& event, PathActions& /* actions */)
{
    if (m_usable)
    {
        return;
    }
    m_usable = true;
    m_opens = event.role == Role::Initiator && !event.initialRemoteRefusesJoins;
    m_remote = event.initialRemote;
    Slot first;
    first.state = SlotState::Up;
    first.subflow = event.initialSubflow;
    first.openedByPeer = event.role == Role::Responder;
    m_slots.push_back(first);
    for (const LocalAddress& address : event.localAddresses)
    {
        if (address.id == 0)
        {
            m_local = address;
            m_localUp = true;
        }
    }
}

void
NDiffPorts::Handle(const SubflowUp& event, PathActions& actions)
{
    const auto pending = std::find_if(m_slots.begin(), m_slots.end(), [&](const Slot& slot) {
        return slot.state == SlotState::Pending && !event.path.openedByPeer;
    });
    Slot& slot = pending != m_slots.end() ? *pending : m_slots.emplace_back();
    slot.state = SlotState::Up;
    slot.subflow = event.id;
    slot.openedByPeer = event.path.openedByPeer;
    slot.failures = 0;
    if (!slot.openedByPeer && !MayOpen())
    {
        // The address went while the handshake was under way.
        slot.state = SlotState::Closing;
        actions.emplace_back(CloseSubflow{event.id, false});
    }
}

void
NDiffPorts::Handle(const SubflowDown& event, PathActions& actions)
{
    const auto slot = FindEnding(event);
    if (slot == m_slots.end())
    {
        return;
    }
    if (slot->openedByPeer || slot->state == SlotState::Closing || !MayOpen())
    {
        m_slots.erase(slot);
        return;
    }
    Fail(*slot, event.reason, actions);
}

void
NDiffPorts::Fail(Slot& slot, DownReason reason, PathActions& actions)
{
    // The first subflow proved address and port good, so silence blames the path.
    const bool mayRetry = IsPassing(reason) || reason == DownReason::Unanswered;
    slot.Fail(mayRetry, m_config.retry, m_lastRetryId, actions);
}

void
NDiffPorts::Handle(const AddressAnnounced& event, PathActions& /* actions */)
{
    if (m_usable && event.id == 0 && event.endpoint == m_remote)
    {
        m_remoteWithdrawn = false;
        Forget();
    }
}

void
NDiffPorts::Handle(const AddressWithdrawn& event, PathActions& actions)
{
    if (!m_usable || event.id != 0 || m_remoteWithdrawn)
    {
        return;
    }
    m_remoteWithdrawn = true;
    for (const Slot& slot : m_slots)
    {
        if (slot.state == SlotState::Up)
        {
            actions.emplace_back(CloseSubflow{slot.subflow, true});
        }
    }
}

void
NDiffPorts::Handle(const LocalAddressUp& event, PathActions& actions)
{
    if (!m_usable || event.address.id != 0)
    {
        return;
    }
    if (!m_localUp)
    {
        Forget();
    }
    else if (m_local.backup != event.address.backup)
    {
        for (const Slot& slot : m_slots)
        {
            if (slot.state == SlotState::Up)
            {
                actions.emplace_back(ChangePriority{slot.subflow, event.address.backup});
            }
        }
    }
    m_local = event.address;
    m_localUp = true;
}

void
NDiffPorts::Handle(const LocalAddressDown& event, PathActions& actions)
{
    if (event.id != 0 || !m_localUp)
    {
        return;
    }
    m_localUp = false;
    actions.emplace_back(WithdrawAddress{0});
    for (Slot& slot : m_slots)
    {
        if (slot.state == SlotState::Up)
        {
            slot.state = SlotState::Closing;
            actions.emplace_back(CloseSubflow{slot.subflow, false});
        }
    }
}

void
NDiffPorts::Handle(const RetryDue& event, PathActions& /* actions */)
{
    for (Slot& slot : m_slots)
    {
        if (slot.state == SlotState::Waiting && slot.retryId == event.retryId)
        {
            slot.state = SlotState::Due;
        }
    }
}

void
NDiffPorts::Handle(const AnnouncementOver& /* event */, PathActions& /* actions */)
{
    // It announces nothing.
}

void
NDiffPorts::OpenMissing(PathActions& actions)
{
    if (!MayOpen())
    {
        return;
    }
    for (Slot& slot : m_slots)
    {
        if (slot.state == SlotState::Due && LiveSubflows() < m_config.subflows)
        {
            Open(slot, actions);
        }
    }
    while (m_slots.size() < m_config.subflows)
    {
        Open(m_slots.emplace_back(), actions);
    }
}

void
NDiffPorts::Open(Slot& slot, PathActions& actions) const
{
    slot.state = SlotState::Pending;
    actions.emplace_back(
        OpenSubflow{{m_local.address, 0}, m_local.id, m_remote, 0, m_local.backup});
}

std::vector<NDiffPorts::Slot>::iterator
NDiffPorts::FindEnding(const SubflowDown& event)
{
    const auto established = std::find_if(m_slots.begin(), m_slots.end(), [&](const Slot& slot) {
        return event.id == slot.subflow &&
               (slot.state == SlotState::Up || slot.state == SlotState::Closing);
    });
    if (established != m_slots.end() || event.path.openedByPeer)
    {
        return established;
    }
    return std::find_if(m_slots.begin(), m_slots.end(), [](const Slot& slot) {
        return slot.state == SlotState::Pending;
    });
}

void
NDiffPorts::Forget()
{
    m_slots.erase(std::remove_if(m_slots.begin(),
                                 m_slots.end(),
                                 [](const Slot& slot) { return !slot.IsLive(); }),
                  m_slots.end());
}

bool
NDiffPorts::MayOpen() const
{
    return m_opens && m_localUp && !m_remoteWithdrawn;
}

uint32_t
NDiffPorts::LiveSubflows() const
{
    return static_cast<uint32_t>(std::count_if(m_slots.begin(),
                                               m_slots.end(),
                                               [](const Slot& slot) { return slot.IsLive(); }));
}

} // namespace mptcp
