// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that does what applications ask of it through the API of RFC 6897:
/// options, and local addresses.
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
        m_leaving.erase(std::remove(m_leaving.begin(), m_leaving.end(), local.address),
                        m_leaving.end());
    }
    OnLocalAddressesChanged();
}

void
MptcpConnection::RemoveLocalAddresses(const std::vector<mptcp::IpAddress>& addresses)
{
    // An address that has just come, and of which the path manager would hear in a moment, is told
    // first: what that opens may be the replacement, and would otherwise be opened beside it.
    OnLocalAddressesChanged();
    for (const mptcp::IpAddress& address : addresses)
    {
        m_settings.addresses.Remove(address);
        if (HasSubflowFrom(address) && !IsLeaving(address))
        {
            m_leaving.push_back(address);
        }
    }
    StartRemoval();
}

void
MptcpConnection::ScheduleRemoval()
{
    if (!m_leaving.empty())
    {
        // Not in the middle of a segment of the very subflow that is to go.
        m_removalTimer.Cancel();
        m_removalTimer = Simulator::ScheduleNow(&MptcpConnection::StartRemoval, this);
    }
}

void
MptcpConnection::StartRemoval()
{
    if (!m_isUsable || (!m_isDssHeard && !m_leaving.empty()))
    {
        return; // RFC 8684 3.1: nothing can replace them before the first DSS
    }
    std::size_t leaving = 0;
    for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_subflows))
    {
        const bool isLeaving = IsLeaving(subflow->GetLocalEndpoint().address) && !subflow->IsDone();
        // An earlier call may wait for some of them already.
        if (isLeaving && ++leaving > m_replacements.size())
        {
            OpenReplacement(*subflow);
        }
    }
    m_removalTimer.Cancel();
    if (m_replacements.empty())
    {
        FinishRemoval();
        return;
    }
    // A replacement that is not answered soon is none.
    m_removalTimer = Simulator::Schedule(RemovalDelay(), &MptcpConnection::FinishRemoval, this);
}

Time
MptcpConnection::RemovalDelay() const
{
    // Where another subflow remains there is no need to wait for long: one round trip of that,
    // after which what is under way takes another. Alone, the old one carries on for as long as an
    // attempt to connect may take.
    std::optional<std::chrono::nanoseconds> shortest;
    for (const auto& subflow : m_usable)
    {
        const auto snapshot = subflow->Snapshot();
        if (!snapshot.suspect && AllowsLocal(subflow->GetLocalEndpoint().address))
        {
            shortest = std::min(shortest.value_or(snapshot.smoothedRtt), snapshot.smoothedRtt);
        }
    }
    return shortest ? ToTime(*shortest) : m_settings.connectionTimeout;
}

void
MptcpConnection::OpenReplacement(const MptcpSubflow& leaving)
{
    if (!IsMultipath())
    {
        return;
    }
    // What the path manager, or an earlier call, has under way will do.
    for (const auto& subflow : m_subflows)
    {
        const bool isReplacement = subflow->IsJoin() && !subflow->IsEstablishedReported() &&
                                   !subflow->IsDone() && !subflow->GetPath().openedByPeer &&
                                   AllowsLocal(subflow->GetLocalEndpoint().address);
        const auto id = subflow->GetSubflowId();
        if (isReplacement &&
            std::find(m_replacements.begin(), m_replacements.end(), id) == m_replacements.end())
        {
            m_replacements.push_back(id);
            return;
        }
    }
    std::vector<mptcp::Endpoint> remotes = KnownRemotes();
    std::stable_partition(remotes.begin(), remotes.end(), [&](const auto& remote) {
        return remote == leaving.GetRemoteEndpoint();
    });
    for (const mptcp::Endpoint& remote : remotes)
    {
        for (const mptcp::IpAddress& local : SourcesTo(remote.address, {}))
        {
            const auto id = HasSubflowFrom(local)
                                ? std::nullopt
                                : OpenAsked({local, 0}, remote, leaving.IsBackup());
            if (id)
            {
                m_replacements.push_back(*id);
                return;
            }
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
    if (!m_replacements.empty())
    {
        return;
    }
    const bool isRefused = !subflow.IsEstablishedReported();
    FinishRemoval();
    if (isRefused && LiveSubflows() == 0)
    {
        OpenOnceMore(subflow);
    }
}

void
MptcpConnection::OpenOnceMore(const MptcpSubflow& refused)
{
    // The peer may take no more subflows than there were. Now that those are closed it has room,
    // as soon as it has heard of it by their paths: in half a round trip.
    std::chrono::nanoseconds longest{0};
    for (const auto& subflow : m_subflows)
    {
        longest = std::max(longest, subflow->Snapshot().smoothedRtt);
    }
    const mptcp::Endpoint local{refused.GetLocalEndpoint().address, 0};
    const mptcp::Endpoint remote = refused.GetPath().remote;
    const bool isBackup = refused.IsBackup();
    m_replacementTimer.Cancel();
    m_replacementTimer = Simulator::Schedule(ToTime(longest), [this, local, remote, isBackup] {
        if (MayStillJoin() && LiveSubflows() == 0 && AllowsLocal(local.address))
        {
            OpenAsked(local, remote, isBackup);
        }
    });
}

void
MptcpConnection::FinishRemoval()
{
    m_removalTimer.Cancel();
    m_replacements.clear();
    m_leaving.clear();
    OnLocalAddressesChanged();
}

bool
MptcpConnection::IsLeaving(const mptcp::IpAddress& address) const
{
    return std::find(m_leaving.begin(), m_leaving.end(), address) != m_leaving.end();
}

std::vector<mptcp::IpAddress>
MptcpConnection::AddressesInUse()
{
    std::vector<mptcp::IpAddress> addresses = m_stack->UsableAddresses();
    addresses.erase(std::remove_if(addresses.begin(),
                                   addresses.end(),
                                   [this](const auto& address) {
                                       return !AllowsLocal(address) && !IsLeaving(address);
                                   }),
                    addresses.end());
    return addresses;
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

void
MptcpConnection::ApplyBackupToFirst(MptcpSubflow& first)
{
    // Its handshake has no flag B (RFC 8684 3.1), unlike those of joins.
    if (m_settings.addresses.IsBackup(m_initialLocal.address) && !first.IsBackup())
    {
        SetBackup(first, true);
    }
}

} // namespace ns3
