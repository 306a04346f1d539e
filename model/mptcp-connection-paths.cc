// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that talks with the path manager and about addresses.
#include "mptcp-connection.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"

#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpConnectionPaths");

bool
MptcpConnection::AcceptsJoin() const
{
    return IsMultipath() && !m_states.ShouldCloseSubflows() && !IsFastClosing() && !IsFailing() &&
           !IsFull(m_openingJoins.size()) && m_pathManager &&
           m_pathManager->AcceptsJoins(JoinsUnderWay() + 1);
}

bool
MptcpConnection::AcceptsJoinAt(const mptcp::Endpoint& local) const
{
    const bool isInitial = local == m_initialLocal;
    return AcceptsJoin() && AllowsLocal(local.address) &&
           (!isInitial || m_stack->AllowsJoinInitialAddrPort() ||
            m_version == mptcp::MptcpVersion::V0);
}

mptcp::AddressId
MptcpConnection::IdOf(const mptcp::IpAddress& address)
{
    const mptcp::AddressId id = m_localIds.IdOf(address);
    if (id == 0 || !UsesEndpoints())
    {
        return id;
    }
    const auto endpoint = m_stack->EndpointIdOf(address);
    m_localIds.Assign(address, endpoint.value_or(id));
    return endpoint.value_or(id);
}

Ptr<MptcpSubflow>
MptcpConnection::Find(mptcp::SubflowId id) const
{
    const auto found =
        std::find_if(m_subflows.begin(), m_subflows.end(), [id](const auto& subflow) {
            return subflow->GetSubflowId() == id;
        });
    return found == m_subflows.end() ? nullptr : *found;
}

void
MptcpConnection::OnSignal(MptcpSubflow& subflow, const mptcp::MptcpOption& option)
{
    if (m_isFinished || m_states.IsFallback())
    {
        return; // by what another option of the same segment said
    }
    if (const auto* announced = std::get_if<mptcp::AddAddress>(&option))
    {
        OnAddAddress(subflow, *announced);
    }
    else if (const auto* announcedV0 = std::get_if<mptcp::AddAddressV0>(&option))
    {
        OnAddAddressV0(subflow, *announcedV0);
    }
    else if (const auto* removed = std::get_if<mptcp::RemoveAddress>(&option))
    {
        for (const mptcp::AddressId id : removed->ids)
        {
            m_stack->GetMib().Increment(mptcp::Mib::RmAddr);
            ForgetPeerAddress(id);
            m_recovery.OnAddressWithdrawn(id);
            ReportRemoved(id);
            Tell(mptcp::AddressWithdrawn{id});
            VoidOpeningsTo(id);
        }
    }
    else if (const auto* priority = std::get_if<mptcp::Priority>(&option))
    {
        m_stack->GetMib().Increment(mptcp::Mib::MPPrioRx);
        if (priority->id)
        {
            OnPriorityOfAddress(*priority->id, priority->backup);
            return;
        }
        subflow.SetPeerBackup(priority->backup);
        ReportSubflow(MptcpEvent::Type::SubPriority, subflow);
    }
}

void
MptcpConnection::Tell(const mptcp::PathEvent& event)
{
    if (!m_pathManager || m_states.IsFallback() || IsFastClosing())
    {
        return;
    }
    if (!m_isUsable)
    {
        // An ADD_ADDR may come in the very segment that completes the handshake. A peer has no
        // reason to send many before that, so more are not kept for it.
        constexpr std::size_t MOST_EARLY_EVENTS = 8;
        if (m_earlyEvents.size() < MOST_EARLY_EVENTS)
        {
            m_earlyEvents.push_back(event);
        }
        else
        {
            CountDropped(event);
        }
        return;
    }
    Apply(m_pathManager->On(event));
}

void
MptcpConnection::Apply(const mptcp::PathActions& actions)
{
    for (const auto& action : actions)
    {
        std::visit([this](const auto& each) { Do(each); }, action);
    }
    if (!m_areAddressesChanging)
    {
        SendWithdrawals();
    }
}

void
MptcpConnection::Do(const mptcp::OpenSubflow& action)
{
    if (!m_isDssHeard)
    {
        m_earlyOpenings.push_back(action); // RFC 8684 3.1
        return;
    }
    if (!HoldsBack(action))
    {
        OpenNow(action);
    }
}

void
MptcpConnection::OpenNow(const mptcp::OpenSubflow& action)
{
    if (!MayStillJoin())
    {
        return; // plain TCP by now, or all is said
    }
    if (action.local.address.IsUnspecified())
    {
        OpenFromAnywhere(action);
        return;
    }
    m_localIds.Assign(action.local.address, action.localId);
    const mptcp::SubflowPath path{action.localId, action.remoteId, action.remote, false};
    mptcp::JoinConfig config;
    config.localKey = *m_localKey;
    config.remoteKey = m_remoteKey;
    config.localNonce = m_stack->NewNonce();
    config.localAddressId = action.localId;
    config.backup = action.backup;
    config.version = m_version;
    Ptr<MptcpSubflow> subflow = MptcpSubflow::Create(m_stack, m_settings);
    subflow->StartJoin(config, path);
    Add(subflow);
    Socket::SocketErrno error = Socket::ERROR_ADDRNOTAVAIL;
    mptcp::Mib outcome = mptcp::Mib::MPJoinSynTxBindErr;
    if (BindJoin(*subflow, action.local))
    {
        subflow->ApplyIpOptions(m_socket.GetIpOptions()); // Bind has taken those of the address
        error = subflow->ConnectBound(ToAddress(action.remote));
        outcome = error == Socket::ERROR_NOTERROR ? mptcp::Mib::MPJoinSynTx
                                                  : mptcp::Mib::MPJoinSynTxConnectErr;
    }
    m_stack->GetMib().Increment(outcome);
    if (error != Socket::ERROR_NOTERROR)
    {
        NS_LOG_WARN("MPTCP: no subflow from " << ToAddress(action.local) << ", socket error "
                                              << error);
        m_subflows.pop_back();
        subflow->Detach();
        Tell(mptcp::SubflowDown{std::nullopt, path, mptcp::DownReason::Unreachable});
    }
}

bool
MptcpConnection::BindJoin(MptcpSubflow& subflow, const mptcp::Endpoint& local) const
{
    mptcp::Endpoint wanted = local;
    if (local.port == 0)
    {
        wanted.port = m_settings.addresses.PortOn(local.address); // RFC 6897 5.3.3
    }
    if (wanted.port == 0 && m_stack->JoinsFromInitialPort())
    {
        wanted.port = m_initialLocal.port;
    }
    return subflow.Bind(ToAddress(wanted)) == 0 ||
           (wanted.port != local.port && subflow.Bind(ToAddress(local)) == 0);
}

void
MptcpConnection::OnFirstDss()
{
    m_isDssHeard = true;
    for (const mptcp::OpenSubflow& action : std::exchange(m_earlyOpenings, {}))
    {
        Do(action);
    }
    FillSubflows();
    ScheduleRemoval();
}

void
MptcpConnection::Do(const mptcp::CloseSubflow& action)
{
    Ptr<MptcpSubflow> subflow = Find(action.id);
    if (!subflow)
    {
        return;
    }
    if (action.probeFirst)
    {
        subflow->Probe();
        // The peer says that this path has ended: what is under way there is repeated now, and not
        // when its timeout shows the same (RFC 8684 3.3.6 leaves the time to the sender).
        ReinjectAll(*subflow);
        Push();
        return;
    }
    if (action.isLocalGone)
    {
        m_stack->GetMib().Increment(mptcp::Mib::RmSubflow);
    }
    CloseWhenSafe(*subflow);
}

void
MptcpConnection::CloseWhenSafe(MptcpSubflow& subflow)
{
    const bool isDataOutstanding =
        m_sender && (m_sender->HasUngranted() || m_sender->HasUnacknowledged());
    if (isDataOutstanding && subflow.IsUsable() && !HasAlternativeTo(subflow))
    {
        m_lateClosings.push_back(subflow.GetSubflowId()); // RFC 8684 3.3.3
        return;
    }
    subflow.Close();
    RefreshUsable();
}

void
MptcpConnection::CloseLate()
{
    for (const mptcp::SubflowId id : std::exchange(m_lateClosings, {}))
    {
        if (Ptr<MptcpSubflow> subflow = Find(id))
        {
            CloseWhenSafe(*subflow);
        }
    }
}

void
MptcpConnection::Do(const mptcp::ChangePriority& action)
{
    if (Ptr<MptcpSubflow> subflow = Find(action.id))
    {
        SetBackup(*subflow, action.backup);
    }
}

void
MptcpConnection::Do(const mptcp::RetryLater& action)
{
    m_retryEvents[action.retryId] = Simulator::Schedule(ToTime(action.delay),
                                                        &MptcpConnection::OnRetryDue,
                                                        this,
                                                        action.retryId);
}

void
MptcpConnection::OnRetryDue(uint32_t retryId)
{
    m_retryEvents.erase(retryId);
    Tell(mptcp::RetryDue{retryId});
}

} // namespace ns3
