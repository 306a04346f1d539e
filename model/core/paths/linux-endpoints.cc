// SPDX-License-Identifier: GPL-2.0-only
#include "linux-endpoints.h"

#include <algorithm>
#include <utility>

namespace mptcp
{

LinuxEndpoints::LinuxEndpoints(const PathLimits& limits)
    : m_limits(limits)
{
}

PathActions
LinuxEndpoints::On(const PathEvent& event)
{
    PathActions actions;
    std::visit([&](const auto& concrete) { Handle(concrete, actions); }, event);
    return actions;
}

bool
LinuxEndpoints::AcceptsJoins(uint32_t count) const
{
    return m_usable && FurtherSubflows() + count <= m_limits.subflows;
}

void
LinuxEndpoints::Handle(const ConnectionUsable& event, PathActions& actions)
{
    if (m_usable)
    {
        return;
    }
    m_usable = true;
    m_limits = event.limits.value_or(m_limits);
    m_initialRemote = event.initialRemote;
    m_initialRemoteRefusesJoins = event.initialRemoteRefusesJoins;
    for (const LocalAddress& address : event.localAddresses)
    {
        if (address.id == 0)
        {
            m_initialLocal = address.address;
        }
    }
    Subflow first;
    first.path = {0, 0, event.initialRemote, event.role == Role::Responder};
    first.state = SubflowState::Up;
    first.id = event.initialSubflow;
    first.isFirst = true;
    m_subflows.push_back(first);
    for (const ManagedEndpoint& endpoint : event.endpoints)
    {
        Enter(endpoint);
        if (IdAtPeer(endpoint) == 0 && endpoint.flags.backup)
        {
            actions.emplace_back(ChangePriority{event.initialSubflow, true});
        }
    }
    UseNext(actions);
}

void
LinuxEndpoints::Enter(const ManagedEndpoint& endpoint)
{
    Entry entry;
    entry.endpoint = endpoint;
    if (IdAtPeer(endpoint) == 0)
    {
        // While the first subflow lives, the peer knows the address and it is in use.
        const bool isUsed =
            std::any_of(m_subflows.begin(), m_subflows.end(), [](const Subflow& subflow) {
                return subflow.isFirst && subflow.IsLive();
            });
        entry.mayAnnounce = !isUsed;
        entry.mayOpen = !isUsed;
    }
    m_entries.push_back(entry);
}

void
LinuxEndpoints::Handle(const SubflowUp& event, PathActions& actions)
{
    auto subflow = event.path.openedByPeer ? m_subflows.end() : FindPending(event.path);
    if (subflow == m_subflows.end())
    {
        m_subflows.emplace_back();
        subflow = m_subflows.end() - 1;
    }
    subflow->path = event.path;
    subflow->id = event.id;
    subflow->isLocalOpen = false;
    if (subflow->state == SubflowState::Cancelled)
    {
        subflow->state = SubflowState::Closing;
        actions.emplace_back(CloseSubflow{event.id, false, false});
    }
    else
    {
        subflow->state = SubflowState::Up;
    }
    UseNext(actions);
}

void
LinuxEndpoints::Handle(const SubflowDown& event, PathActions& actions)
{
    auto ended = std::find_if(m_subflows.begin(), m_subflows.end(), [&](const Subflow& subflow) {
        return event.id == subflow.id &&
               (subflow.state == SubflowState::Up || subflow.state == SubflowState::Closing);
    });
    if (ended == m_subflows.end() && !event.path.openedByPeer)
    {
        ended = FindPending(event.path);
    }
    if (ended != m_subflows.end())
    {
        m_subflows.erase(ended);
        UseNext(actions);
    }
}

void
LinuxEndpoints::Handle(const AddressAnnounced& event, PathActions& actions)
{
    if (!m_usable || m_accepted >= m_limits.addAddrAccepted || !HasRoom() ||
        HasSubflowTo(event.endpoint))
    {
        return;
    }
    ++m_accepted;
    const std::size_t before = actions.size();
    for (const Entry& entry : m_entries)
    {
        if (entry.endpoint.flags.fullmesh && HasRoom() &&
            entry.endpoint.address.family == event.endpoint.address.family)
        {
            Open(&entry, event.id, event.endpoint, actions);
        }
    }
    if (actions.size() == before)
    {
        Open(nullptr, event.id, event.endpoint, actions);
    }
}

void
LinuxEndpoints::Handle(const AddressWithdrawn& event, PathActions& actions)
{
    if (CloseTo(event.id, actions) && event.id != 0 && m_accepted > 0)
    {
        --m_accepted;
    }
}

void
LinuxEndpoints::Handle(const LocalAddressUp& /* event */, PathActions& /* actions */)
{
    // What an interface loses or gets does not change the endpoints of a host.
}

void
LinuxEndpoints::Handle(const LocalAddressDown& /* event */, PathActions& /* actions */)
{
    // As above.
}

void
LinuxEndpoints::Handle(const RetryDue& /* event */, PathActions& /* actions */)
{
    // It never asks for a retry.
}

void
LinuxEndpoints::Handle(const AnnouncementOver& /* event */, PathActions& actions)
{
    UseNext(actions);
}

void
LinuxEndpoints::Handle(const EndpointAdded& event, PathActions& actions)
{
    const auto implicit = FindEntry(event.endpoint.id);
    if (implicit != m_entries.end())
    {
        m_entries.erase(implicit);
    }
    Enter(event.endpoint);
    UseNext(actions);
}

void
LinuxEndpoints::Handle(const EndpointRemoved& event, PathActions& actions)
{
    if (event.endpoint.id == 0 && event.endpoint.address != m_initialLocal)
    {
        return; // the first subflow of another connection
    }
    const AddressId id = IdAtPeer(event.endpoint);
    const auto entry = FindEntry(event.endpoint.id);
    const bool wasAnnounced = entry != m_entries.end() && entry->isAnnounced;
    if (entry != m_entries.end())
    {
        m_entries.erase(entry);
    }
    PathActions closing;
    const bool hadSubflow = CloseFrom(id, closing);
    if (wasAnnounced || (hadSubflow && !event.endpoint.flags.implicit))
    {
        actions.emplace_back(WithdrawAddress{id});
    }
    actions.insert(actions.end(), closing.begin(), closing.end());
    if (hadSubflow)
    {
        UseNext(actions); // there is room for the endpoints that are left
    }
}

void
LinuxEndpoints::Handle(const EndpointsFlushed& event, PathActions& actions)
{
    for (const Entry& entry : std::exchange(m_entries, {}))
    {
        if (entry.isAnnounced)
        {
            actions.emplace_back(WithdrawAddress{IdAtPeer(entry.endpoint)});
        }
    }
    for (const ManagedEndpoint& endpoint : event.endpoints)
    {
        CloseFrom(IdAtPeer(endpoint), actions);
    }
}

void
LinuxEndpoints::Handle(const EndpointChanged& event, PathActions& actions)
{
    auto entry = FindEntry(event.endpoint.id);
    if (entry == m_entries.end())
    {
        // An implicit one: it came into being after ConnectionUsable.
        Enter(event.endpoint);
        entry = m_entries.end() - 1;
        entry->endpoint.flags.backup = !event.endpoint.flags.backup;
    }
    const EndpointFlags old = std::exchange(entry->endpoint.flags, event.endpoint.flags);
    const AddressId id = IdAtPeer(event.endpoint);
    for (const Subflow& subflow : m_subflows)
    {
        if (old.backup != event.endpoint.flags.backup && subflow.path.localId == id &&
            subflow.state == SubflowState::Up)
        {
            actions.emplace_back(ChangePriority{subflow.id, event.endpoint.flags.backup});
        }
    }
    if (old.fullmesh != event.endpoint.flags.fullmesh)
    {
        CloseFrom(id, actions);
        entry->mayOpen = true;
        UseNext(actions);
    }
}

void
LinuxEndpoints::Handle(const LimitsChanged& event, PathActions& /* actions */)
{
    m_limits = event.limits;
}

void
LinuxEndpoints::UseNext(PathActions& actions)
{
    if (!m_usable)
    {
        return;
    }
    AnnounceNext(actions);
    for (Entry& entry : m_entries)
    {
        // An address that is to be announced first is opened from afterwards.
        const bool isSignalDue = entry.endpoint.flags.signal && entry.mayAnnounce;
        if (HasRoom() && entry.endpoint.flags.subflow && entry.mayOpen && !isSignalDue)
        {
            OpenFrom(entry, actions);
        }
    }
}

void
LinuxEndpoints::AnnounceNext(PathActions& actions)
{
    for (Entry& entry : m_entries)
    {
        if (entry.endpoint.flags.signal && entry.mayAnnounce)
        {
            entry.mayAnnounce = false;
            entry.isAnnounced = true;
            AnnounceAddress announce;
            announce.id = IdAtPeer(entry.endpoint);
            announce.address = entry.endpoint.address;
            if (entry.endpoint.port != 0)
            {
                announce.port = entry.endpoint.port;
            }
            actions.emplace_back(announce);
            return;
        }
    }
}

void
LinuxEndpoints::OpenFrom(Entry& entry, PathActions& actions)
{
    entry.mayOpen = false;
    if (!entry.endpoint.flags.fullmesh)
    {
        if (!m_initialRemoteRefusesJoins &&
            entry.endpoint.address.family == m_initialRemote.address.family)
        {
            Open(&entry, 0, m_initialRemote, actions);
        }
        return;
    }
    std::vector<SubflowPath> paths; // as they are now; Open adds to them
    std::vector<AddressId> reached;
    for (const Subflow& subflow : m_subflows)
    {
        if (subflow.IsLive())
        {
            paths.push_back(subflow.path);
            if (!subflow.isLocalOpen && subflow.path.localId == IdAtPeer(entry.endpoint))
            {
                reached.push_back(subflow.path.remoteId);
            }
        }
    }
    for (const SubflowPath& path : paths)
    {
        const bool isRefused = path.remoteId == 0 && m_initialRemoteRefusesJoins;
        if (HasRoom() && !isRefused &&
            path.remote.address.family == entry.endpoint.address.family &&
            std::find(reached.begin(), reached.end(), path.remoteId) == reached.end())
        {
            reached.push_back(path.remoteId);
            Open(&entry, path.remoteId, path.remote, actions);
        }
    }
}

void
LinuxEndpoints::Open(const Entry* from,
                     AddressId remoteId,
                     const Endpoint& remote,
                     PathActions& actions)
{
    OpenSubflow open;
    open.local.address.family = remote.address.family;
    if (from != nullptr)
    {
        open.local.address = from->endpoint.address;
        open.localId = IdAtPeer(from->endpoint);
        open.backup = from->endpoint.flags.backup;
    }
    open.remote = remote;
    open.remoteId = remoteId;
    actions.emplace_back(open);
    Subflow subflow;
    subflow.path = {open.localId, remoteId, remote, false};
    subflow.isLocalOpen = from == nullptr;
    m_subflows.push_back(subflow);
}

bool
LinuxEndpoints::CloseFrom(AddressId localId, PathActions& actions)
{
    return CloseIf(
        [&](const Subflow& subflow) {
            return subflow.path.localId == localId && !subflow.isLocalOpen;
        },
        true,
        actions);
}

bool
LinuxEndpoints::CloseTo(AddressId remoteId, PathActions& actions)
{
    return CloseIf([&](const Subflow& subflow) { return subflow.path.remoteId == remoteId; },
                   false,
                   actions);
}

template <typename Predicate>
bool
LinuxEndpoints::CloseIf(Predicate affected, bool isLocalGone, PathActions& actions)
{
    bool any = false;
    for (Subflow& subflow : m_subflows)
    {
        if (!subflow.IsLive() || !affected(subflow))
        {
            continue;
        }
        any = true;
        if (subflow.state == SubflowState::Pending)
        {
            subflow.state = SubflowState::Cancelled;
            continue;
        }
        subflow.state = SubflowState::Closing;
        actions.emplace_back(CloseSubflow{subflow.id, false, isLocalGone});
    }
    return any;
}

AddressId
LinuxEndpoints::IdAtPeer(const ManagedEndpoint& endpoint) const
{
    return endpoint.address == m_initialLocal ? 0 : endpoint.id;
}

uint32_t
LinuxEndpoints::FurtherSubflows() const
{
    const auto open =
        std::count_if(m_subflows.begin(), m_subflows.end(), [](const Subflow& subflow) {
            return !subflow.isFirst && subflow.IsLive();
        });
    return static_cast<uint32_t>(open);
}

bool
LinuxEndpoints::HasRoom() const
{
    return FurtherSubflows() < m_limits.subflows;
}

bool
LinuxEndpoints::HasSubflowTo(const Endpoint& remote) const
{
    // The peer opens from ports of its own choice.
    return std::any_of(m_subflows.begin(), m_subflows.end(), [&](const Subflow& subflow) {
        return subflow.IsLive() && subflow.path.remote.address == remote.address &&
               (subflow.path.openedByPeer || subflow.path.remote.port == remote.port);
    });
}

std::vector<LinuxEndpoints::Entry>::iterator
LinuxEndpoints::FindEntry(AddressId id)
{
    return std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
        return entry.endpoint.id == id;
    });
}

std::vector<LinuxEndpoints::Subflow>::iterator
LinuxEndpoints::FindPending(const SubflowPath& path)
{
    return std::find_if(m_subflows.begin(), m_subflows.end(), [&](const Subflow& subflow) {
        return (subflow.state == SubflowState::Pending ||
                subflow.state == SubflowState::Cancelled) &&
               subflow.path.remoteId == path.remoteId && subflow.path.remote == path.remote &&
               (subflow.isLocalOpen || subflow.path.localId == path.localId);
    });
}

} // namespace mptcp
