// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that does what applications ask of it about single subflows, their
/// number, and when further ones are opened (RFC 6897 A.3).
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "routing/mptcp-host-routing.h"

#include <algorithm>
#include <utility>

namespace ns3
{

namespace
{

bool
Contains(const std::vector<mptcp::IpAddress>& list, const mptcp::IpAddress& address)
{
    return std::find(list.begin(), list.end(), address) != list.end();
}

} // namespace

// ---- single subflows and their number (RFC 6897 A.3 REQ7) ----

Socket::SocketErrno
MptcpConnection::OpenRequested(const mptcp::Endpoint& local,
                               const mptcp::Endpoint& remote,
                               bool backup)
{
    if (!IsMultipath())
    {
        return Socket::ERROR_OPNOTSUPP;
    }
    if (!m_isUsable || !m_isDssHeard || !MayStillJoin())
    {
        return Socket::ERROR_NOTCONN; // RFC 8684 3.1: not before the first DSS
    }
    if (local.address.family != remote.address.family)
    {
        return Socket::ERROR_AFNOSUPPORT;
    }
    if (!m_stack->Owns(local.address) || !AllowsLocal(local.address))
    {
        return Socket::ERROR_ADDRNOTAVAIL;
    }
    if (!MayJoinAt(remote))
    {
        return Socket::ERROR_ADDRNOTAVAIL;
    }
    return IsRouted(local.address, remote.address) && OpenAsked(local, remote, backup)
               ? Socket::ERROR_NOTERROR
               : Socket::ERROR_NOROUTETOHOST;
}

bool
MptcpConnection::MayJoinAt(const mptcp::Endpoint& remote) const
{
    if (remote != m_initialRemote)
    {
        return true;
    }
    const auto isThis = [&](const auto& known) { return known.second.endpoint == remote; };
    return !m_refusesInitialRemote &&
           (!m_isInitialRemoteGone ||
            std::any_of(m_peerAddresses.begin(), m_peerAddresses.end(), isThis));
}

bool
MptcpConnection::IsRouted(const mptcp::IpAddress& local, const mptcp::IpAddress& remote) const
{
    const auto routing = MakeRoutingView(m_stack->GetNode());
    return !routing || mptcp::MayCarrySubflow(routing->CongruenceOf(local, remote));
}

std::vector<mptcp::IpAddress>
MptcpConnection::SourcesTo(const mptcp::IpAddress& remote, std::vector<mptcp::IpAddress> used)
{
    std::vector<mptcp::IpAddress> allowed = AllowedAddresses();
    allowed.erase(std::remove_if(allowed.begin(),
                                 allowed.end(),
                                 [&](const auto& local) {
                                     return local.family != remote.family || Contains(used, local);
                                 }),
                  allowed.end());
    using Outcome = mptcp::SourceChoice::Outcome;
    const auto routing = MakeRoutingView(m_stack->GetNode());
    if (!routing || routing->ChooseSource(remote, {}).outcome == Outcome::NotKnown)
    {
        return allowed;
    }
    std::vector<mptcp::IpAddress> sources;
    for (auto choice = routing->ChooseSource(remote, used);
         choice.outcome == Outcome::Found && !Contains(used, choice.local);
         choice = routing->ChooseSource(remote, used))
    {
        used.push_back(choice.local);
        if (Contains(allowed, choice.local))
        {
            sources.push_back(choice.local);
        }
    }
    return sources;
}

std::vector<mptcp::IpAddress>
MptcpConnection::SourcesInUse(const mptcp::IpAddress& remote) const
{
    std::vector<mptcp::IpAddress> locals;
    for (const auto& subflow : m_subflows)
    {
        if (!subflow->IsDone() && subflow->GetRemoteEndpoint().address == remote)
        {
            locals.push_back(subflow->GetLocalEndpoint().address);
        }
    }
    return locals;
}

std::optional<mptcp::SubflowId>
MptcpConnection::OpenAsked(const mptcp::Endpoint& local, const mptcp::Endpoint& remote, bool backup)
{
    mptcp::OpenSubflow action;
    action.local = local;
    action.localId = IdOf(local.address);
    action.remote = remote;
    action.remoteId = PeerIdOf(remote);
    action.backup = backup;
    // What the path manager waits for to be opened between the two is this.
    const auto held =
        std::find_if(m_heldOpenings.begin(), m_heldOpenings.end(), [&](const auto& each) {
            return each.local.address == local.address && each.remote == remote;
        });
    if (held != m_heldOpenings.end())
    {
        m_heldOpenings.erase(held);
    }
    const uint16_t next = m_nextSubflowId;
    OpenNow(action);
    const bool isThere = !m_subflows.empty() && m_nextSubflowId != next &&
                         m_subflows.back()->GetSubflowId().Value() == next;
    return isThere ? std::optional(m_subflows.back()->GetSubflowId()) : std::nullopt;
}

mptcp::AddressId
MptcpConnection::PeerIdOf(const mptcp::Endpoint& remote) const
{
    if (remote == m_initialRemote && !m_isInitialRemoteGone)
    {
        return 0;
    }
    const auto known =
        std::find_if(m_peerAddresses.begin(), m_peerAddresses.end(), [&](const auto& each) {
            return each.second.endpoint == remote;
        });
    return known == m_peerAddresses.end() ? 0 : known->first;
}

bool
MptcpConnection::NotePeerAddress(mptcp::AddressId id, const mptcp::Endpoint& endpoint)
{
    const auto [begin, end] = m_peerAddresses.equal_range(id);
    for (auto known = begin; known != end; ++known)
    {
        if (known->second.endpoint == endpoint)
        {
            return std::exchange(known->second.givenUp, false); // RFC 8684 3.4.1: try again
        }
        if (known->second.endpoint.address != endpoint.address)
        {
            return false; // RFC 8684 3.4.1: it keeps its address until that is withdrawn
        }
    }
    if (!m_pathManager || m_peerAddresses.size() >= m_pathManager->MostPeerAddresses())
    {
        return false;
    }
    m_peerAddresses.emplace(id, PeerAddress{endpoint});
    return true;
}

void
MptcpConnection::NoteUnreached(const MptcpSubflow& subflow, mptcp::DownReason reason)
{
    const bool isFailure =
        reason == mptcp::DownReason::Refused || reason == mptcp::DownReason::Unanswered;
    for (auto& [id, known] : m_peerAddresses)
    {
        if (isFailure && known.endpoint == subflow.GetPath().remote && !known.reached)
        {
            known.givenUp = true;
        }
    }
}

void
MptcpConnection::NoteReached(const mptcp::Endpoint& remote)
{
    for (auto& [id, known] : m_peerAddresses)
    {
        if (known.endpoint == remote)
        {
            known.reached = true;
            known.givenUp = false; // from another address of ours it was not
        }
    }
}

void
MptcpConnection::ForgetPeerAddress(mptcp::AddressId id)
{
    m_peerAddresses.erase(id);
    m_isInitialRemoteGone = m_isInitialRemoteGone || id == 0;
}

std::vector<mptcp::Endpoint>
MptcpConnection::KnownRemotes() const
{
    std::vector<mptcp::Endpoint> remotes;
    if (MayJoinAt(m_initialRemote))
    {
        remotes.push_back(m_initialRemote);
    }
    for (const auto& [id, known] : m_peerAddresses)
    {
        if (!known.givenUp && MayJoinAt(known.endpoint) &&
            std::find(remotes.begin(), remotes.end(), known.endpoint) == remotes.end())
        {
            remotes.push_back(known.endpoint);
        }
    }
    return remotes;
}

uint32_t
MptcpConnection::LiveSubflows() const
{
    return static_cast<uint32_t>(
        std::count_if(m_subflows.begin(), m_subflows.end(), [this](const auto& subflow) {
            return !IsGoing(*subflow);
        }));
}

bool
MptcpConnection::IsGoing(const MptcpSubflow& subflow) const
{
    return subflow.IsDone() || subflow.IsClosing() ||
           std::find(m_lateClosings.begin(), m_lateClosings.end(), subflow.GetSubflowId()) !=
               m_lateClosings.end();
}

bool
MptcpConnection::IsFull(std::size_t further) const
{
    return m_settings.mostSubflows && LiveSubflows() + further >= *m_settings.mostSubflows;
}

Socket::SocketErrno
MptcpConnection::RequestSubflows(uint32_t count)
{
    const bool isConnecting = m_states.State() == mptcp::ConnectionState::Opening;
    if (isConnecting && count > 0)
    {
        m_settings.mostSubflows = count;
        m_settings.fillsSubflows = true;
        return Socket::ERROR_NOTERROR; // FillSubflows
    }
    if (!IsMultipath())
    {
        return Socket::ERROR_OPNOTSUPP;
    }
    if (count == 0)
    {
        return Socket::ERROR_INVAL; // that would be Close or Abort
    }
    if (m_isUsable && !MayStillJoin())
    {
        return Socket::ERROR_NOTCONN;
    }
    const bool isEarly = !m_isUsable || !m_isDssHeard; // RFC 8684 3.1; FillSubflows later
    if (!isEarly && count > LiveSubflows() && count - LiveSubflows() > OpenableSubflows())
    {
        return Socket::ERROR_ADDRNOTAVAIL;
    }
    const auto oldMost = std::exchange(m_settings.mostSubflows, count);
    const bool oldFills = std::exchange(m_settings.fillsSubflows, true);
    CloseSurplus();
    OpenHeld();
    if (isEarly)
    {
        return Socket::ERROR_NOTERROR;
    }
    const std::vector<mptcp::SubflowId> opened = OpenMissing();
    if (IsFull())
    {
        return Socket::ERROR_NOTERROR;
    }
    // A way or a port was missing: as it was before.
    m_settings.mostSubflows = oldMost;
    m_settings.fillsSubflows = oldFills;
    for (const mptcp::SubflowId id : opened)
    {
        if (Ptr<MptcpSubflow> subflow = Find(id))
        {
            subflow->Close();
        }
    }
    CloseSurplus();
    return Socket::ERROR_ADDRNOTAVAIL;
}

std::size_t
MptcpConnection::OpenableSubflows()
{
    const auto missing = MissingPairs();
    const auto further =
        std::count_if(m_heldOpenings.begin(), m_heldOpenings.end(), [&](const auto& held) {
            const auto pair = std::make_pair(held.local.address, held.remote);
            return std::find(missing.begin(), missing.end(), pair) == missing.end();
        });
    return missing.size() + static_cast<std::size_t>(further);
}

void
MptcpConnection::FillSubflows()
{
    if (m_settings.fillsSubflows && m_settings.mostSubflows && m_isUsable && m_isDssHeard)
    {
        OpenMissing();
    }
}

void
MptcpConnection::LimitSubflows(std::optional<uint32_t> most)
{
    m_settings.mostSubflows = most;
    m_settings.fillsSubflows = false;
    if (IsMultipath())
    {
        CloseSurplus();
        OpenHeld();
    }
}

void
MptcpConnection::HoldAgain(const MptcpSubflow& closing)
{
    const mptcp::SubflowPath& path = closing.GetPath();
    if (closing.IsJoin() && !path.openedByPeer)
    {
        const mptcp::Endpoint local{closing.GetLocalEndpoint().address, 0};
        m_heldOpenings.push_back(
            {local, path.localId, path.remote, path.remoteId, closing.IsBackup()});
    }
}

bool
MptcpConnection::IsKeptBack(const mptcp::SubflowPath& path) const
{
    return !path.openedByPeer &&
           std::any_of(m_heldOpenings.begin(), m_heldOpenings.end(), [&](const auto& held) {
               return held.localId == path.localId && held.remoteId == path.remoteId &&
                      held.remote == path.remote;
           });
}

bool
MptcpConnection::KeepsLateClosing(const mptcp::OpenSubflow& action)
{
    const auto found =
        std::find_if(m_lateClosings.begin(), m_lateClosings.end(), [&](mptcp::SubflowId id) {
            const Ptr<MptcpSubflow> subflow = Find(id);
            return subflow && subflow->IsJoin() && !subflow->GetPath().openedByPeer &&
                   subflow->GetLocalEndpoint().address == action.local.address &&
                   subflow->GetRemoteEndpoint() == action.remote;
        });
    if (found == m_lateClosings.end())
    {
        return false;
    }
    m_lateClosings.erase(found);
    return true;
}

void
MptcpConnection::CloseSurplus()
{
    if (!m_settings.mostSubflows)
    {
        return;
    }
    // Backups first, then the youngest.
    std::vector<Ptr<MptcpSubflow>> candidates(m_subflows.rbegin(), m_subflows.rend());
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
        return a->IsBackup() && !b->IsBackup();
    });
    uint32_t surplus = LiveSubflows() - std::min(LiveSubflows(), *m_settings.mostSubflows);
    for (const auto& subflow : candidates)
    {
        if (surplus == 0)
        {
            return;
        }
        if (!IsGoing(*subflow))
        {
            HoldAgain(*subflow);
            CloseWhenSafe(*subflow);
            --surplus;
        }
    }
}

std::vector<std::pair<mptcp::IpAddress, mptcp::Endpoint>>
MptcpConnection::MissingPairs()
{
    std::vector<std::pair<mptcp::IpAddress, mptcp::Endpoint>> pairs;
    for (const mptcp::Endpoint& remote : KnownRemotes())
    {
        std::vector<mptcp::IpAddress> used = SourcesInUse(remote.address);
        for (const auto& [local, other] : pairs)
        {
            if (other.address == remote.address)
            {
                used.push_back(local);
            }
        }
        for (const mptcp::IpAddress& local : SourcesTo(remote.address, used))
        {
            pairs.emplace_back(local, remote);
        }
    }
    return pairs;
}

std::vector<mptcp::SubflowId>
MptcpConnection::OpenMissing()
{
    std::vector<mptcp::SubflowId> opened;
    for (const auto& [local, remote] : MissingPairs())
    {
        if (IsFull())
        {
            break;
        }
        if (const auto id = OpenAsked({local, 0}, remote, m_settings.addresses.IsBackup(local)))
        {
            opened.push_back(*id);
        }
    }
    return opened;
}

Socket::SocketErrno
MptcpConnection::CloseRequested(uint16_t id)
{
    const auto found = std::find_if(m_subflows.begin(), m_subflows.end(), [&](const auto& subflow) {
        return subflow->GetSubflowId().Value() == id && !subflow->IsDone();
    });
    if (found == m_subflows.end() || !IsMultipath())
    {
        return Socket::ERROR_INVAL;
    }
    CloseWhenSafe(**found);
    return Socket::ERROR_NOTERROR;
}

// ---- when further subflows are opened (RFC 6897 A.3 REQ9 and REQ10) ----

void
MptcpConnection::SetOpeningRules(const mptcp::OpeningRules& rules)
{
    m_settings.opening = rules;
    OpenHeld();
}

mptcp::TransferProgress
MptcpConnection::Progress() const
{
    mptcp::TransferProgress progress;
    progress.carriedBytes = m_acknowledgedBytes + m_arrivedBytes;
    progress.isWindowFull = m_sender->HasUngranted() && m_sender->IsWaitingForRoom();
    for (const auto& subflow : m_usable)
    {
        const auto snapshot = subflow->Snapshot();
        progress.windowBytes += snapshot.congestionWindowBytes;
        if (progress.smoothedRtt.count() == 0)
        {
            progress.smoothedRtt = snapshot.smoothedRtt;
        }
    }
    return progress;
}

bool
MptcpConnection::HoldsBack(const mptcp::OpenSubflow& action)
{
    const auto& address = action.local.address;
    if (!address.IsUnspecified() && !AllowsLocal(address))
    {
        Tell(mptcp::SubflowDown{std::nullopt,
                                {action.localId, action.remoteId, action.remote, false},
                                mptcp::DownReason::Closed});
        return true;
    }
    if (IsFull() || !mptcp::MayOpenNow(m_settings.opening, Progress()))
    {
        m_heldOpenings.push_back(action);
        return true;
    }
    return false;
}

bool
MptcpConnection::MayStillJoin() const
{
    return !m_isFinished && m_localKey && !m_states.IsFallback() && !m_states.ShouldCloseSubflows();
}

void
MptcpConnection::OpenHeld()
{
    if (!MayStillJoin())
    {
        m_heldOpenings.clear();
        return;
    }
    if (m_heldOpenings.empty() || IsFull() || !mptcp::MayOpenNow(m_settings.opening, Progress()))
    {
        return;
    }
    for (const mptcp::OpenSubflow& action : std::exchange(m_heldOpenings, {}))
    {
        if (IsFull() || !KeepsLateClosing(action))
        {
            Do(action);
        }
    }
}

void
MptcpConnection::VoidOpeningsTo(mptcp::AddressId remoteId)
{
    VoidOpenings([&](const mptcp::OpenSubflow& action) { return action.remoteId == remoteId; });
}

void
MptcpConnection::VoidOpeningsFrom(const std::vector<mptcp::AddressId>& localIds)
{
    VoidOpenings([&](const mptcp::OpenSubflow& action) {
        return !action.local.address.IsUnspecified() &&
               std::find(localIds.begin(), localIds.end(), action.localId) != localIds.end();
    });
}

template <typename Predicate>
void
MptcpConnection::VoidOpenings(Predicate isVoid)
{
    std::vector<mptcp::OpenSubflow> ended;
    for (auto* waiting : {&m_heldOpenings, &m_earlyOpenings})
    {
        const auto first = std::stable_partition(waiting->begin(),
                                                 waiting->end(),
                                                 [&](const auto& each) { return !isVoid(each); });
        ended.insert(ended.end(), first, waiting->end());
        waiting->erase(first, waiting->end());
    }
    for (const mptcp::OpenSubflow& action : ended)
    {
        Tell(mptcp::SubflowDown{std::nullopt,
                                {action.localId, action.remoteId, action.remote, false},
                                mptcp::DownReason::Closed});
    }
}

} // namespace ns3
