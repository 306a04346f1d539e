// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that ends a connection without the peer's agreement, and that waits
/// when no subflow is left. The orderly end, by DATA_FIN, is in mptcp-connection.cc.
#include "mptcp-connection.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpConnectionClose");

mptcp::CloseCause
MptcpConnection::Cause() const
{
    return m_states.Cause();
}

// ---- fast close (RFC 8684 3.5) ----

bool
MptcpConnection::IsFastClosing() const
{
    return m_states.State() == mptcp::ConnectionState::FastCloseWait;
}

void
MptcpConnection::Abort()
{
    if (m_isFinished || IsFastClosing())
    {
        return;
    }
    m_closedByApplication = true;
    DiscardUnread();
    if (m_states.State() == mptcp::ConnectionState::Opening || m_states.IsFallback())
    {
        ResetSubflows(mptcp::ResetReason::Unspecified, nullptr);
        m_states.OnAbort();
        Finish();
        return;
    }
    if (m_stack->UsesFastCloseAck() && !m_usable.empty())
    {
        FastCloseByAck();
    }
    else
    {
        FastCloseByReset(mptcp::ResetReason::Unspecified);
    }
}

void
MptcpConnection::FastCloseByReset(mptcp::ResetReason reason)
{
    for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_subflows))
    {
        // One whose handshake is not over has no connection to close at the peer's end.
        if (!subflow->IsDone() && subflow->GetHandshake() &&
            subflow->GetHandshake()->MayCarryData())
        {
            subflow->FastCloseByReset(m_remoteKey, reason);
        }
    }
    ResetSubflows(reason, nullptr);
    m_states.OnFastClose(mptcp::ConnectionStates::FastCloseForm::Reset);
    Finish();
}

void
MptcpConnection::FastCloseByAck()
{
    Ptr<MptcpSubflow> carrier = m_usable.front();
    for (const auto& subflow : m_usable)
    {
        if (carrier->Snapshot().suspect || PeekPointer(subflow) == m_lastHeard)
        {
            carrier = subflow;
        }
    }
    m_states.OnFastClose(mptcp::ConnectionStates::FastCloseForm::Ack);
    CountIfClosing();
    StopDataTimer();
    carrier->FastCloseByAck(m_remoteKey);
    m_fastCloseTimer = Simulator::Schedule(carrier->RetransmissionTimeout(),
                                           &MptcpConnection::OnFastCloseTimer,
                                           this);
    ResetSubflows(mptcp::ResetReason::Unspecified, PeekPointer(carrier));
}

void
MptcpConnection::OnFastCloseTimer()
{
    const auto open = std::find_if(m_subflows.begin(), m_subflows.end(), [](const auto& subflow) {
        return !subflow->IsDone(); // others may be in TIME_WAIT
    });
    if (open == m_subflows.end())
    {
        return; // its end is being reported
    }
    Ptr<MptcpSubflow> carrier = *open;
    using Timeout = mptcp::ConnectionStates::FastCloseTimeout;
    switch (m_states.OnFastCloseTimeout())
    {
    case Timeout::Retransmit:
        carrier->FastCloseByAck(m_remoteKey);
        m_fastCloseTimer = Simulator::Schedule(carrier->RetransmissionTimeout(),
                                               &MptcpConnection::OnFastCloseTimer,
                                               this);
        break;
    case Timeout::GiveUp:
        // RFC 8684 3.5: to clear the state of middleboxes.
        FastCloseByReset(mptcp::ResetReason::Unspecified);
        break;
    case Timeout::Ignore:
        break;
    }
}

void
MptcpConnection::OnFastClose(MptcpSubflow& subflow, mptcp::Key receiver, bool isReset)
{
    if (m_isFinished || !m_localKey || receiver != *m_localKey)
    {
        NS_LOG_INFO("MPTCP: MP_FASTCLOSE with a wrong key ignored");
        return;
    }
    m_stack->GetMib().Increment(mptcp::Mib::MPFastcloseRx);
    // With both DATA_FINs acknowledged nothing can be lost any more.
    const bool isLoss = !m_states.ShouldCloseSubflows() && !IsFastClosing();
    m_states.OnPeerFastClose();
    ResetSubflows(mptcp::ResetReason::Unspecified, isReset ? &subflow : nullptr);
    if (isLoss)
    {
        m_socket.ReportError(Socket::ERROR_NOTCONN);
    }
    Finish();
}

void
MptcpConnection::ResetSubflows(mptcp::ResetReason reason, const MptcpSubflow* except)
{
    for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_subflows))
    {
        if (PeekPointer(subflow) != except && !subflow->IsDone())
        {
            subflow->Reset(reason);
        }
    }
    RefreshUsable();
}

void
MptcpConnection::GiveUp(mptcp::ResetReason reason, Socket::SocketErrno error)
{
    NS_LOG_INFO("MPTCP: giving the connection up, reason " << static_cast<int>(reason));
    m_states.OnAbort();
    FastCloseByReset(reason);
    m_socket.ReportError(error);
}

void
MptcpConnection::ReportAllClosed()
{
    for (const auto& subflow : m_subflows)
    {
        m_socket.ReportSubflowState({subflow->GetSubflowId().Value(),
                                     MptcpSubflowStateChange::State::Closed,
                                     subflow,
                                     subflow->GetReset(),
                                     subflow->IsResetByPeer()});
    }
}

// ---- no subflow left (RFC 8684 3.3.3) ----

void
MptcpConnection::OnNoSubflow()
{
    m_states.OnAllSubflowsClosed();
    if (m_states.IsClosed())
    {
        if (m_states.Cause() == mptcp::CloseCause::Aborted)
        {
            m_socket.ReportError(Socket::ERROR_NOTCONN);
        }
        Finish();
    }
    else if (!m_noSubflowTimer.IsRunning())
    {
        m_noSubflowTimer = Simulator::Schedule(m_stack->GetCloseTimeout(),
                                               &MptcpConnection::OnNoSubflowTimer,
                                               this);
    }
}

void
MptcpConnection::OnNoSubflowTimer()
{
    m_states.OnTimeWaitExpired();
    if (!m_states.IsClosed())
    {
        return;
    }
    ResetSubflows(mptcp::ResetReason::Unspecified, nullptr); // those that are still opening
    m_socket.ReportError(Socket::ERROR_NOROUTETOHOST);
    Finish();
}

void
MptcpConnection::ResumeAfterBreak()
{
    m_states.OnSubflowEstablished();
    m_noSubflowTimer.Cancel();
    if (IsDataFinWaiting())
    {
        SendDataFin();
        ArmDataTimer();
    }
}

bool
MptcpConnection::HasRoomForJoin() const
{
    return m_openingJoins.size() < m_stack->GetMaxHalfOpenJoins();
}

// ---- a peer that does not answer at the data level ----

bool
MptcpConnection::IsPeerSilent()
{
    // What is still under way, the probe of a closed window too, is TCP's to give up.
    if (IsCarried(m_subflows, m_sender->FirstUnacknowledged()))
    {
        return false;
    }
    return ++m_silentTimeouts > m_settings.dataRetries;
}

bool
MptcpConnection::IsCarried(const std::vector<Ptr<MptcpSubflow>>& subflows, mptcp::DataSequence byte)
{
    return std::any_of(subflows.begin(), subflows.end(), [byte](const auto& subflow) {
        return subflow->Carries({byte, byte + 1});
    });
}

bool
MptcpConnection::AreSubflowWindowsClosed() const
{
    // What opened the connection's window may have come on a subflow that is gone.
    return std::all_of(m_usable.begin(), m_usable.end(), [](const auto& subflow) {
        return subflow->PeerWindowBytes() == 0;
    });
}

bool
MptcpConnection::IsBlocked() const
{
    return m_sender->IsWindowClosed() || (m_sender->HasUngranted() && AreSubflowWindowsClosed());
}

// ---- priority (RFC 8684 3.3.8) ----

void
MptcpConnection::SetBackup(MptcpSubflow& subflow, bool backup)
{
    subflow.SetBackup(backup);
    subflow.SendSignal(mptcp::Priority{backup});
    m_stack->GetMib().Increment(mptcp::Mib::MPPrioTx);
    Push();
}

} // namespace ns3
