// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that does what applications ask of it through the API of RFC 6897:
/// local addresses, single subflows and their number, and when further ones are opened.
#include "mptcp-connection.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"

#include "ns3/boolean.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <set>
#include <utility>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpConnectionApi");

// ---- socket options apply to all subflows (RFC 6897 4.4.1) ----

void
MptcpConnection::SetNoDelay(bool noDelay)
{
    m_settings.noDelay = noDelay;
    for (const auto& subflow : m_subflows)
    {
        subflow->ApplyOptions(m_settings);
    }
    Push();
}

void
MptcpConnection::ApplyOptions(const MptcpSocketSettings& settings)
{
    m_settings.connectionTimeout = settings.connectionTimeout;
    m_settings.synRetries = settings.synRetries;
    m_settings.dataRetries = settings.dataRetries;
    m_settings.delayedAckTimeout = settings.delayedAckTimeout;
    m_settings.delayedAckSegments = settings.delayedAckSegments;
    m_settings.persistTimeout = settings.persistTimeout;
    for (const auto& subflow : m_subflows)
    {
        subflow->ApplyOptions(m_settings);
    }
}

void
MptcpConnection::ApplyIpOptions()
{
    const MptcpIpOptions options = m_socket.GetIpOptions();
    for (const auto& subflow : m_subflows)
    {
        subflow->ApplyIpOptions(options);
    }
}

void
MptcpConnection::SetFateSharing(bool shares)
{
    m_settings.fateSharing = shares;
}

bool
MptcpConnection::SharesFateOf(const MptcpSubflow& subflow) const
{
    return m_settings.fateSharing && !subflow.IsJoin() && IsMultipath() && !IsFastClosing() &&
           !m_states.ShouldCloseSubflows();
}

// ---- local addresses (RFC 6897 5.3.3) ----

bool
MptcpConnection::AllowsLocal(const mptcp::IpAddress& address) const
{
    const auto& rules = m_settings.addresses;
    return rules.Allows(address) || (m_settings.device && !rules.IsRemoved(address) &&
                                     m_stack->DeviceOf(address) == m_settings.device);
}

std::vector<mptcp::IpAddress>
MptcpConnection::AllowedAddresses()
{
    std::vector<mptcp::IpAddress> addresses = m_stack->UsableAddresses();
    addresses.erase(std::remove_if(addresses.begin(),
                                   addresses.end(),
                                   [this](const auto& address) { return !AllowsLocal(address); }),
                    addresses.end());
    return addresses;
}

void
MptcpConnection::AddLocalAddresses(const std::vector<mptcp::Endpoint>& locals)
{
    for (const mptcp::Endpoint& local : locals)
    {
        m_settings.addresses.Allow(local);
    }
    OnLocalAddressesChanged();
}

void
MptcpConnection::RemoveLocalAddresses(const std::vector<mptcp::IpAddress>& addresses)
{
    for (const mptcp::IpAddress& address : addresses)
    {
        m_settings.addresses.Remove(address);
    }
    for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_subflows))
    {
        const auto& local = subflow->GetLocalEndpoint().address;
        const bool isLeaving =
            std::find(addresses.begin(), addresses.end(), local) != addresses.end();
        if (isLeaving && !subflow->IsDone())
        {
            OpenReplacement(*subflow);
        }
    }
    if (m_replacements.empty())
    {
        FinishRemoval();
    }
    else if (!m_removalTimer.IsRunning())
    {
        // A replacement that is not answered soon is none.
        m_removalTimer = Simulator::Schedule(m_settings.connectionTimeout,
                                             &MptcpConnection::FinishRemoval,
                                             this);
    }
}

void
MptcpConnection::OpenReplacement(const MptcpSubflow& leaving)
{
    if (!IsMultipath() || !m_isUsable || !m_isDssHeard)
    {
        return; // RFC 8684 3.1: not before the first DSS
    }
    const mptcp::Endpoint& remote = leaving.GetRemoteEndpoint();
    for (const mptcp::IpAddress& local : AllowedAddresses())
    {
        if (local.family != remote.address.family || HasSubflowFrom(local))
        {
            continue;
        }
        const auto id = OpenAsked({local, 0}, remote, leaving.IsBackup());
        if (id)
        {
            m_replacements.push_back(*id);
            return;
        }
    }
}

bool
MptcpConnection::HasSubflowFrom(const mptcp::IpAddress& local) const
{
    return std::any_of(m_subflows.begin(), m_subflows.end(), [&](const auto& subflow) {
        return !subflow->IsDone() && subflow->GetLocalEndpoint().address == local;
    });
}

void
MptcpConnection::OnReplacement(const MptcpSubflow& subflow)
{
    const auto found =
        std::find(m_replacements.begin(), m_replacements.end(), subflow.GetSubflowId());
    if (found == m_replacements.end())
    {
        return;
    }
    m_replacements.erase(found);
    if (m_replacements.empty())
    {
        FinishRemoval();
    }
}

void
MptcpConnection::FinishRemoval()
{
    m_removalTimer.Cancel();
    m_replacements.clear();
    OnLocalAddressesChanged();
}

void
MptcpConnection::WithdrawUnmanaged(const std::vector<mptcp::AddressId>& gone)
{
    // Managers that go by endpoints do not look at addresses; when it is not the address that has
    // gone but the application's wish, the peer has to be told all the same (RFC 6897 5.3.3).
    for (const mptcp::AddressId id : gone)
    {
        if (UsesEndpoints() && m_settings.addresses.IsRemoved(m_localIds.AddressOf(id)))
        {
            Do(mptcp::WithdrawAddress{id});
        }
    }
}

void
MptcpConnection::SetAddressBackup(const mptcp::IpAddress& address, bool backup)
{
    m_settings.addresses.SetBackup(address, backup);
    const auto allowed = AllowedAddresses();
    if (m_isUsable && std::find(allowed.begin(), allowed.end(), address) != allowed.end())
    {
        Tell(mptcp::LocalAddressUp{{IdOf(address), address, backup}});
        Push();
    }
}

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
    return OpenAsked(local, remote, backup) ? Socket::ERROR_NOTERROR : Socket::ERROR_NOROUTETOHOST;
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
    const uint16_t next = m_nextSubflowId;
    OpenNow(action);
    const bool isThere = !m_subflows.empty() && m_nextSubflowId != next &&
                         m_subflows.back()->GetSubflowId().Value() == next;
    return isThere ? std::optional(m_subflows.back()->GetSubflowId()) : std::nullopt;
}

mptcp::AddressId
MptcpConnection::PeerIdOf(const mptcp::Endpoint& remote) const
{
    const auto known = std::find_if(m_peerAddresses.begin(),
                                    m_peerAddresses.end(),
                                    [&](const auto& each) { return each.second == remote; });
    return known == m_peerAddresses.end() ? 0 : known->first;
}

void
MptcpConnection::NotePeerAddress(mptcp::AddressId id, const mptcp::Endpoint& endpoint)
{
    m_peerAddresses[id] = endpoint;
}

void
MptcpConnection::ForgetPeerAddress(mptcp::AddressId id)
{
    m_peerAddresses.erase(id);
}

std::vector<mptcp::Endpoint>
MptcpConnection::KnownRemotes() const
{
    std::vector<mptcp::Endpoint> remotes;
    for (const auto& subflow : m_subflows)
    {
        if (!subflow->IsJoin())
        {
            remotes.push_back(subflow->GetRemoteEndpoint());
        }
    }
    for (const auto& [id, endpoint] : m_peerAddresses)
    {
        remotes.push_back(endpoint);
    }
    if (remotes.empty() && !m_subflows.empty())
    {
        remotes.push_back(m_subflows.front()->GetRemoteEndpoint()); // the first has gone
    }
    return remotes;
}

uint32_t
MptcpConnection::LiveSubflows() const
{
    return static_cast<uint32_t>(
        std::count_if(m_subflows.begin(), m_subflows.end(), [](const auto& subflow) {
            return !subflow->IsDone() && !subflow->IsClosing();
        }));
}

Socket::SocketErrno
MptcpConnection::RequestSubflows(uint32_t count)
{
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
    m_settings.mostSubflows = count;
    m_settings.fillsSubflows = true;
    CloseSurplus();
    return OpenMissing();
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
    if (most && IsMultipath())
    {
        CloseSurplus();
    }
}

void
MptcpConnection::CloseSurplus()
{
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
        if (!subflow->IsDone() && !subflow->IsClosing())
        {
            CloseWhenSafe(*subflow);
            --surplus;
        }
    }
}

Socket::SocketErrno
MptcpConnection::OpenMissing()
{
    if (LiveSubflows() < *m_settings.mostSubflows && (!m_isUsable || !m_isDssHeard))
    {
        return Socket::ERROR_NOTCONN;
    }
    const auto remotes = KnownRemotes();
    for (const mptcp::IpAddress& local : AllowedAddresses())
    {
        for (const mptcp::Endpoint& remote : remotes)
        {
            const bool isInUse =
                std::any_of(m_subflows.begin(), m_subflows.end(), [&](const auto& subflow) {
                    return !subflow->IsDone() && subflow->GetLocalEndpoint().address == local &&
                           subflow->GetRemoteEndpoint() == remote;
                });
            if (LiveSubflows() < *m_settings.mostSubflows && !isInUse &&
                local.family == remote.address.family)
            {
                OpenAsked({local, 0}, remote, m_settings.addresses.IsBackup(local));
            }
        }
    }
    return LiveSubflows() < *m_settings.mostSubflows ? Socket::ERROR_ADDRNOTAVAIL
                                                     : Socket::ERROR_NOTERROR;
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
    const bool isForbidden = !address.IsUnspecified() && !AllowsLocal(address);
    if (isForbidden || (m_settings.mostSubflows && LiveSubflows() >= *m_settings.mostSubflows))
    {
        Tell(mptcp::SubflowDown{std::nullopt,
                                {action.localId, action.remoteId, action.remote, false},
                                mptcp::DownReason::Closed});
        return true;
    }
    if (!mptcp::MayOpenNow(m_settings.opening, Progress()))
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
    if (m_heldOpenings.empty() || !mptcp::MayOpenNow(m_settings.opening, Progress()))
    {
        return;
    }
    for (const mptcp::OpenSubflow& action : std::exchange(m_heldOpenings, {}))
    {
        Do(action);
    }
}

} // namespace ns3
