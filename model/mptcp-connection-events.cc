// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The events of a connection, for those who listen to the trace source of its host. What Linux
/// reports when, and with which attributes, is in its Documentation/netlink/specs/mptcp_pm.yaml.
#include "mptcp-connection.h"
#include "mptcp-event.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"

namespace ns3
{

namespace
{

/// The errno Linux would leave in the subflow's socket; nothing for an end in order.
std::optional<uint8_t>
ErrnoOf(mptcp::DownReason reason)
{
    constexpr uint8_t CONNECTION_RESET = 104;
    constexpr uint8_t TIMED_OUT = 110;
    constexpr uint8_t CONNECTION_REFUSED = 111;
    constexpr uint8_t HOST_UNREACHABLE = 113;
    switch (reason)
    {
    case mptcp::DownReason::Closed:
        break;
    case mptcp::DownReason::Refused:
        return CONNECTION_REFUSED;
    case mptcp::DownReason::Unanswered:
    case mptcp::DownReason::TimedOut:
        return TIMED_OUT;
    case mptcp::DownReason::Unreachable:
        return HOST_UNREACHABLE;
    case mptcp::DownReason::Reset:
    case mptcp::DownReason::ResetForGood:
        return CONNECTION_RESET;
    }
    return std::nullopt;
}

} // namespace

MptcpEvent
MptcpConnection::MakeEvent(MptcpEvent::Type type) const
{
    MptcpEvent event{type};
    event.token = m_local.token;
    return event;
}

MptcpEvent
MptcpConnection::MakeEvent(MptcpEvent::Type type, const MptcpSubflow& subflow) const
{
    MptcpEvent event = MakeEvent(type);
    event.source = subflow.GetLocalEndpoint();
    event.destination = subflow.GetRemoteEndpoint();
    return event;
}

void
MptcpConnection::ReportOpening(MptcpEvent::Type type, const MptcpSubflow& first)
{
    m_isCreated = true;
    if (!m_stack->HasEventListeners())
    {
        return;
    }
    MptcpEvent event = MakeEvent(type, first);
    event.isServerSide = m_role == mptcp::Role::Responder;
    event.isJoinToInitialDenied = first.GetHandshake()->PeerDeniesJoin();
    m_stack->Report(event);
}

void
MptcpConnection::ReportEnd()
{
    if (m_isCreated && m_stack->HasEventListeners())
    {
        m_stack->Report(MakeEvent(MptcpEvent::Type::Closed));
    }
    m_isCreated = false;
}

void
MptcpConnection::ReportAnnounced(mptcp::AddressId id, const mptcp::Endpoint& endpoint)
{
    if (m_stack->HasEventListeners())
    {
        MptcpEvent event = MakeEvent(MptcpEvent::Type::Announced);
        event.remoteId = id;
        event.destination = endpoint;
        m_stack->Report(event);
    }
}

void
MptcpConnection::ReportRemoved(mptcp::AddressId id)
{
    if (m_stack->HasEventListeners())
    {
        MptcpEvent event = MakeEvent(MptcpEvent::Type::Removed);
        event.remoteId = id;
        m_stack->Report(event);
    }
}

void
MptcpConnection::ReportSubflow(MptcpEvent::Type type,
                               const MptcpSubflow& subflow,
                               mptcp::DownReason reason)
{
    const bool isEnd = type == MptcpEvent::Type::SubClosed;
    if (!m_stack->HasEventListeners() || !m_isCreated ||
        (isEnd && m_states.State() != mptcp::ConnectionState::Established))
    {
        return;
    }
    MptcpEvent event = MakeEvent(type, subflow);
    event.localId = subflow.GetPath().localId;
    event.remoteId = subflow.GetHandshake()->RemoteAddressId();
    event.backup = subflow.IsBackup();
    if (isEnd)
    {
        event.error = ErrnoOf(reason);
        event.reset = subflow.IsResetByPeer() ? subflow.GetReset() : std::nullopt;
    }
    m_stack->Report(event);
}

} // namespace ns3
