// SPDX-License-Identifier: GPL-2.0-only
#include "signal-only.h"

#include <algorithm>

namespace mptcp
{

SignalOnly::SignalOnly(const SignalOnlyConfig& config)
    : m_config(config)
{
}

PathActions
SignalOnly::On(const PathEvent& event)
{
    PathActions actions;
    std::visit([&](const auto& concrete) { Handle(concrete, actions); }, event);
    for (Local& local : m_locals)
    {
        if (m_usable && !local.isKnownToPeer)
        {
            local.isKnownToPeer = true;
            AnnounceAddress announce;
            announce.id = local.address.id;
            announce.address = local.address.address;
            actions.emplace_back(announce);
        }
    }
    return actions;
}

bool
SignalOnly::AcceptsJoins(uint32_t count) const
{
    return m_usable && m_subflows.size() + count <= m_config.maxSubflows;
}

void
SignalOnly::Handle(const ConnectionUsable& event, PathActions& /* actions */)
{
    if (m_usable)
    {
        return;
    }
    m_usable = true;
    for (const LocalAddress& address : event.localAddresses)
    {
        m_locals.push_back({address, address.id == 0}); // 0 is that of the first subflow
    }
    m_subflows.push_back(
        {event.initialSubflow, {0, 0, event.initialRemote, event.role == Role::Responder}});
}

void
SignalOnly::Handle(const SubflowUp& event, PathActions& /* actions */)
{
    m_subflows.push_back({event.id, event.path});
}

void
SignalOnly::Handle(const SubflowDown& event, PathActions& /* actions */)
{
    m_subflows.erase(std::remove_if(m_subflows.begin(),
                                    m_subflows.end(),
                                    [&](const Subflow& subflow) { return subflow.id == event.id; }),
                     m_subflows.end());
}

void
SignalOnly::Handle(const AddressWithdrawn& event, PathActions& actions)
{
    for (const Subflow& subflow : m_subflows)
    {
        if (subflow.path.remoteId == event.id)
        {
            actions.emplace_back(CloseSubflow{subflow.id, true});
        }
    }
}

void
SignalOnly::Handle(const LocalAddressUp& event, PathActions& actions)
{
    const auto local = std::find_if(m_locals.begin(), m_locals.end(), [&](const Local& known) {
        return known.address.id == event.address.id;
    });
    if (local == m_locals.end())
    {
        m_locals.push_back({event.address, false});
        return;
    }
    for (const Subflow& subflow : m_subflows)
    {
        if (subflow.path.localId == event.address.id &&
            local->address.backup != event.address.backup)
        {
            actions.emplace_back(ChangePriority{subflow.id, event.address.backup});
        }
    }
    local->address = event.address;
}

void
SignalOnly::Handle(const LocalAddressDown& event, PathActions& actions)
{
    const auto local = std::find_if(m_locals.begin(), m_locals.end(), [&](const Local& known) {
        return known.address.id == event.id;
    });
    if (local == m_locals.end())
    {
        return;
    }
    if (local->isKnownToPeer)
    {
        actions.emplace_back(WithdrawAddress{event.id});
    }
    m_locals.erase(local);
    for (const Subflow& subflow : m_subflows)
    {
        if (subflow.path.localId == event.id)
        {
            actions.emplace_back(CloseSubflow{subflow.id, false});
        }
    }
}

} // namespace mptcp
