// SPDX-License-Identifier: GPL-2.0-only
#include "full-mesh.h"

#include <algorithm>

namespace mptcp
{

FullMesh::FullMesh(const FullMeshConfig& config)
    : m_config(config)
{
}

PathActions
FullMesh::On(const PathEvent& event)
{
    PathActions actions;
    std::visit([&](const auto& concrete) { Handle(concrete, actions); }, event);
    if (m_usable)
    {
        // Each event only corrects what is known; what is missing follows from that, so these two
        // may run after any event, any number of times.
        AnnounceMissing(actions);
        OpenMissing(actions);
    }
    return actions;
}

bool
FullMesh::AcceptsJoins(uint32_t count) const
{
    return m_usable && LiveSubflows() + count <= m_config.maxSubflows;
}

void
FullMesh::Handle(const ConnectionUsable& event, PathActions& /* actions */)
{
    if (m_usable)
    {
        return;
    }
    m_usable = true;
    m_role = event.role;
    for (const LocalAddress& address : event.localAddresses)
    {
        if (FindLocal(address.id) == nullptr)
        {
            m_locals.push_back({address, true, address.id == 0});
        }
    }
    // An announcement that came earlier may name the same endpoint; the first subflow's entry is
    // the one that knows of flag C.
    m_remotes.erase(std::remove_if(m_remotes.begin(),
                                   m_remotes.end(),
                                   [&](const Remote& remote) {
                                       return remote.endpoint == event.initialRemote;
                                   }),
                    m_remotes.end());
    Remote initial;
    initial.endpoint = event.initialRemote;
    initial.announced = false;
    initial.mayJoin = !event.initialRemoteRefusesJoins;
    initial.reached = true;
    m_remotes.insert(m_remotes.begin(), initial);

    Pair first;
    first.path = {0, 0, event.initialRemote, event.role == Role::Responder};
    first.state = PairState::Up;
    first.subflow = event.initialSubflow;
    m_pairs.push_back(first);
}

void
FullMesh::Handle(const SubflowUp& event, PathActions& actions)
{
    if (event.path.openedByPeer)
    {
        // It serves the pair: a retry of our own would be the second subflow there.
        Forget([&](const SubflowPath& path) {
            return path.localId == event.path.localId && path.remoteId == event.path.remoteId;
        });
    }
    Pair* pair = event.path.openedByPeer ? nullptr : FindPending(event.path);
    const bool isAskedFor = pair != nullptr;
    if (!isAskedFor && !event.path.openedByPeer)
    {
        pair = FindIdle(event.path);
    }
    if (pair == nullptr)
    {
        m_pairs.emplace_back();
        pair = &m_pairs.back();
        pair->path = event.path;
    }
    pair->state = PairState::Up;
    pair->subflow = event.id;
    pair->failures = 0;
    if (event.path.openedByPeer)
    {
        return;
    }
    if (Remote* remote = FindRemote(event.path.remoteId, event.path.remote))
    {
        remote->reached = true;
        remote->givenUp = false;
    }
    if (isAskedFor && !IsInDemand(*pair))
    {
        // The address went while the handshake was under way.
        pair->state = PairState::Closing;
        actions.emplace_back(CloseSubflow{event.id, false});
    }
}

void
FullMesh::Handle(const SubflowDown& event, PathActions& actions)
{
    const auto pair = FindEnding(event);
    if (pair == m_pairs.end())
    {
        return;
    }
    if (pair->path.openedByPeer || pair->state == PairState::Closing || !IsInDemand(*pair) ||
        IsDoubled(*pair))
    {
        m_pairs.erase(pair);
        return;
    }
    if (event.isKeptBack)
    {
        pair->state = PairState::Pending;
        return;
    }
    Fail(*pair, *FindRemote(pair->path.remoteId, pair->path.remote), event.reason, actions);
}

void
FullMesh::Fail(Pair& pair, Remote& remote, DownReason reason, PathActions& actions)
{
    const bool handshakeFailed = reason == DownReason::Refused || reason == DownReason::Unanswered;
    if (handshakeFailed && !remote.reached)
    {
        remote.givenUp = true; // RFC 8684 3.4.1, RFC 8684 3.9.3
    }
    const bool mayRetry = IsPassing(reason) || (reason == DownReason::Unanswered && remote.reached);
    pair.Fail(mayRetry, m_config.retry, m_lastRetryId, actions);
}

void
FullMesh::Handle(const AddressAnnounced& event, PathActions& /* actions */)
{
    const auto accepted = std::count_if(m_remotes.begin(),
                                        m_remotes.end(),
                                        [](const Remote& remote) { return remote.announced; });
    for (Remote& remote : m_remotes)
    {
        if (remote.id == event.id && remote.endpoint.address != event.endpoint.address)
        {
            return; // RFC 8684 3.4.1: an identifier in use keeps its address until withdrawn
        }
        if (remote.endpoint == event.endpoint)
        {
            if (remote.id == event.id)
            {
                // RFC 8684 3.4.1: a repeated announcement asks for a new attempt.
                remote.givenUp = false;
                Forget([&](const SubflowPath& path) {
                    return path.remoteId == event.id && path.remote == event.endpoint;
                });
            }
            return; // known under another identifier, it is still one endpoint
        }
    }
    if (accepted < static_cast<int64_t>(m_config.maxAcceptedAddresses))
    {
        Remote remote;
        remote.id = event.id;
        remote.endpoint = event.endpoint;
        m_remotes.push_back(remote);
    }
}

void
FullMesh::Handle(const AddressWithdrawn& event, PathActions& actions)
{
    // An unknown identifier matches nothing below and is thereby ignored (RFC 8684 3.8).
    m_remotes.erase(std::remove_if(m_remotes.begin(),
                                   m_remotes.end(),
                                   [&](const Remote& remote) { return remote.id == event.id; }),
                    m_remotes.end());
    Forget([&](const SubflowPath& path) { return path.remoteId == event.id; });
    for (const Pair& pair : m_pairs)
    {
        if (pair.path.remoteId == event.id && pair.state == PairState::Up)
        {
            actions.emplace_back(CloseSubflow{pair.subflow, true});
        }
    }
}

void
FullMesh::Handle(const LocalAddressUp& event, PathActions& actions)
{
    const LocalAddress& address = event.address;
    Local* local = FindLocal(address.id);
    if (local == nullptr)
    {
        m_locals.push_back({address, true, false});
        return;
    }
    if (local->address.backup != address.backup)
    {
        for (const Pair& pair : m_pairs)
        {
            if (pair.path.localId == address.id && pair.state == PairState::Up)
            {
                actions.emplace_back(ChangePriority{pair.subflow, address.backup});
            }
        }
    }
    local->address = address;
    local->up = true;
}

void
FullMesh::Handle(const LocalAddressDown& event, PathActions& actions)
{
    Local* local = FindLocal(event.id);
    if (local == nullptr)
    {
        return;
    }
    local->up = false;
    if (local->knownToPeer)
    {
        local->knownToPeer = false;
        actions.emplace_back(WithdrawAddress{event.id});
    }
    Forget([&](const SubflowPath& path) { return path.localId == event.id; });
    for (Pair& pair : m_pairs)
    {
        if (pair.path.localId == event.id && pair.state == PairState::Up)
        {
            pair.state = PairState::Closing;
            actions.emplace_back(CloseSubflow{pair.subflow, false});
        }
    }
}

void
FullMesh::Handle(const RetryDue& event, PathActions& /* actions */)
{
    for (Pair& pair : m_pairs)
    {
        if (pair.state == PairState::Waiting && pair.retryId == event.retryId)
        {
            pair.state = PairState::Due;
        }
    }
}

void
FullMesh::Handle(const AnnouncementOver& /* event */, PathActions& /* actions */)
{
    // All announcements are made at once; none waits for another.
}

void
FullMesh::AnnounceMissing(PathActions& actions)
{
    const bool announces =
        m_role == Role::Initiator ? m_config.announceAsInitiator : m_config.announceAsResponder;
    for (Local& local : m_locals)
    {
        if (announces && local.up && !local.knownToPeer && MayAnnounce(local))
        {
            local.knownToPeer = true;
            actions.emplace_back(AnnounceAddress{local.address.id, local.address.address});
        }
    }
}

void
FullMesh::OpenMissing(PathActions& actions)
{
    for (const Remote& remote : m_remotes)
    {
        if (!MayOpen())
        {
            return;
        }
        if (IsRouted(remote))
        {
            if (remote.mayJoin && !remote.givenUp)
            {
                OpenRouted(remote, actions);
            }
            continue;
        }
        for (Local& local : m_locals)
        {
            if (LiveSubflows() >= m_config.maxSubflows)
            {
                return;
            }
            if (local.up && remote.mayJoin && !remote.givenUp &&
                local.address.address.family == remote.endpoint.address.family)
            {
                Open(local, remote, actions);
            }
        }
    }
}

void
FullMesh::Open(Local& local, const Remote& remote, PathActions& actions)
{
    const LocalAddress& address = local.address;
    Pair* pair = FindPair(address.id, remote);
    if (pair == nullptr)
    {
        m_pairs.emplace_back();
        pair = &m_pairs.back();
        pair->path = {address.id, remote.id, remote.endpoint, false};
    }
    else if (pair->state != PairState::Due)
    {
        return;
    }
    pair->state = PairState::Pending;
    local.knownToPeer = true;
    actions.emplace_back(
        OpenSubflow{{address.address, 0}, address.id, remote.endpoint, remote.id, address.backup});
}

bool
FullMesh::IsRouted(const Remote& remote) const
{
    return m_config.routing != nullptr &&
           m_config.routing->ChooseSource(remote.endpoint.address, {}).outcome !=
               SourceChoice::Outcome::NotKnown;
}

void
FullMesh::OpenRouted(const Remote& remote, PathActions& actions)
{
    // Besides the addresses in use, those from where an attempt has failed, for good or for now.
    std::vector<IpAddress> used;
    for (const Pair& pair : m_pairs)
    {
        const Local* local = FindLocal(pair.path.localId);
        const bool isTaken =
            pair.IsLive() ? pair.path.remote.address == remote.endpoint.address
                          : pair.state != PairState::Due && pair.path.remote == remote.endpoint;
        if (local != nullptr && isTaken)
        {
            used.push_back(local->address.address);
        }
    }
    while (LiveSubflows() < m_config.maxSubflows && MayOpen())
    {
        const SourceChoice choice = m_config.routing->ChooseSource(remote.endpoint.address, used);
        if (choice.outcome != SourceChoice::Outcome::Found ||
            std::find(used.begin(), used.end(), choice.local) != used.end())
        {
            return; // the next destination, if there is one (rules 2 and 4)
        }
        used.push_back(choice.local);
        if (Local* local = FindLocal(choice.local); local != nullptr && local->up)
        {
            Open(*local, remote, actions);
        }
    }
}

bool
FullMesh::MayOpen()
{
    return m_role == Role::Initiator || m_config.openAsResponder || IsIncongruent();
}

bool
FullMesh::IsIncongruent()
{
    bool hasSubflow = false;
    for (const Pair& pair : m_pairs)
    {
        const Local* local = FindLocal(pair.path.localId);
        if (m_config.routing == nullptr || local == nullptr || !pair.IsLive())
        {
            continue;
        }
        hasSubflow = true;
        if (MayCarrySubflow(
                m_config.routing->CongruenceOf(local->address.address, pair.path.remote.address)))
        {
            return false;
        }
    }
    return hasSubflow;
}

bool
FullMesh::MayAnnounce(const Local& local) const
{
    // The peer's answer is a join, and only the addresses that joins can be answered from are of
    // use to it.
    const IpAddress& address = local.address.address;
    const auto remote = std::find_if(m_remotes.begin(), m_remotes.end(), [&](const Remote& each) {
        return each.endpoint.address.family == address.family;
    });
    return m_config.routing == nullptr || remote == m_remotes.end() ||
           MayCarrySubflow(m_config.routing->CongruenceOf(address, remote->endpoint.address));
}

FullMesh::Local*
FullMesh::FindLocal(const IpAddress& address)
{
    const auto found = std::find_if(m_locals.begin(), m_locals.end(), [&](const Local& local) {
        return local.address.address == address;
    });
    return found != m_locals.end() ? &*found : nullptr;
}

FullMesh::Local*
FullMesh::FindLocal(AddressId id)
{
    const auto found = std::find_if(m_locals.begin(), m_locals.end(), [&](const Local& local) {
        return local.address.id == id;
    });
    return found != m_locals.end() ? &*found : nullptr;
}

FullMesh::Remote*
FullMesh::FindRemote(AddressId id, const Endpoint& endpoint)
{
    const auto found = std::find_if(m_remotes.begin(), m_remotes.end(), [&](const Remote& remote) {
        return remote.id == id && remote.endpoint == endpoint;
    });
    return found != m_remotes.end() ? &*found : nullptr;
}

FullMesh::Pair*
FullMesh::FindPair(AddressId localId, const Remote& remote)
{
    // The peer opens from ports of its own choice, so there the identifiers alone tell that the
    // path is in use already (RFC 8684 3.2).
    const auto found = std::find_if(m_pairs.begin(), m_pairs.end(), [&](const Pair& pair) {
        return pair.path.localId == localId && pair.path.remoteId == remote.id &&
               (pair.path.openedByPeer || pair.path.remote == remote.endpoint);
    });
    return found != m_pairs.end() ? &*found : nullptr;
}

FullMesh::Pair*
FullMesh::FindPending(const SubflowPath& path)
{
    const auto found = std::find_if(m_pairs.begin(), m_pairs.end(), [&](const Pair& pair) {
        return pair.state == PairState::Pending && pair.path.localId == path.localId &&
               pair.path.remoteId == path.remoteId && pair.path.remote == path.remote;
    });
    return found != m_pairs.end() ? &*found : nullptr;
}

FullMesh::Pair*
FullMesh::FindIdle(const SubflowPath& path)
{
    const auto found = std::find_if(m_pairs.begin(), m_pairs.end(), [&](const Pair& pair) {
        return !pair.IsLive() && pair.path.localId == path.localId &&
               pair.path.remoteId == path.remoteId && pair.path.remote == path.remote;
    });
    return found != m_pairs.end() ? &*found : nullptr;
}

bool
FullMesh::IsDoubled(const Pair& pair) const
{
    return std::any_of(m_pairs.begin(), m_pairs.end(), [&](const Pair& other) {
        return &other != &pair && other.path.localId == pair.path.localId &&
               other.path.remoteId == pair.path.remoteId && other.path.remote == pair.path.remote;
    });
}

std::vector<FullMesh::Pair>::iterator
FullMesh::FindEnding(const SubflowDown& event)
{
    const auto established = std::find_if(m_pairs.begin(), m_pairs.end(), [&](const Pair& pair) {
        return event.id == pair.subflow &&
               (pair.state == PairState::Up || pair.state == PairState::Closing);
    });
    if (established != m_pairs.end() || event.path.openedByPeer)
    {
        return established;
    }
    const Pair* pending = FindPending(event.path);
    return pending != nullptr ? m_pairs.begin() + (pending - m_pairs.data()) : m_pairs.end();
}

bool
FullMesh::IsInDemand(const Pair& pair)
{
    const Local* local = FindLocal(pair.path.localId);
    return local != nullptr && local->up &&
           FindRemote(pair.path.remoteId, pair.path.remote) != nullptr;
}

template <typename Predicate>
void
FullMesh::Forget(Predicate affected)
{
    m_pairs.erase(
        std::remove_if(m_pairs.begin(),
                       m_pairs.end(),
                       [&](const Pair& pair) { return !pair.IsLive() && affected(pair.path); }),
        m_pairs.end());
}

uint32_t
FullMesh::LiveSubflows() const
{
    return static_cast<uint32_t>(std::count_if(m_pairs.begin(),
                                               m_pairs.end(),
                                               [](const Pair& pair) { return pair.IsLive(); }));
}

} // namespace mptcp
