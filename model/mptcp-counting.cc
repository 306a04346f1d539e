// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What MptcpConnection and MptcpSubflow count under the names of Linux, where counting takes more
/// than a line. docs/counters.md says where each counter is raised.
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"

#include <algorithm>
#include <variant>

namespace ns3
{

// ---- connections ----

void
MptcpConnection::CountOpen()
{
    if (!m_isCountedOpen && m_states.State() == mptcp::ConnectionState::Established)
    {
        m_isCountedOpen = true;
        m_stack->GetMib().Increment(mptcp::Mib::MPCurrEstab);
    }
}

void
MptcpConnection::CountIfClosing()
{
    if (m_states.State() != mptcp::ConnectionState::Established &&
        m_states.State() != mptcp::ConnectionState::CloseWait)
    {
        CountClosed();
    }
}

void
MptcpConnection::CountClosed()
{
    if (m_isCountedOpen)
    {
        m_isCountedOpen = false;
        m_stack->GetMib().Decrement(mptcp::Mib::MPCurrEstab);
    }
}

void
MptcpConnection::CountAnnouncement(const mptcp::AddAddress& received)
{
    m_stack->GetMib().Increment(received.IsEcho() ? mptcp::Mib::EchoAdd : mptcp::Mib::AddAddr);
    if (received.port)
    {
        m_stack->GetMib().Increment(mptcp::Mib::PortAdd);
    }
}

void
MptcpConnection::CountDropped(const mptcp::PathEvent& event)
{
    if (std::holds_alternative<mptcp::AddressAnnounced>(event))
    {
        m_stack->GetMib().Increment(mptcp::Mib::AddAddrDrop);
    }
    else if (std::holds_alternative<mptcp::AddressWithdrawn>(event))
    {
        m_stack->GetMib().Increment(mptcp::Mib::RmAddrDrop);
    }
}

bool
MptcpConnection::HasAlternativeTo(const MptcpSubflow& subflow) const
{
    return std::any_of(m_usable.begin(), m_usable.end(), [&subflow](const auto& other) {
        return PeekPointer(other) != &subflow && !other->IsSuspect();
    });
}

// ---- subflows ----

void
MptcpSubflow::CountHandshake(mptcp::HandshakeState before)
{
    using State = mptcp::HandshakeState;
    const State after = m_handshake->State();
    if (after == before)
    {
        return;
    }
    mptcp::MibCounters& mib = m_stack->GetMib();
    switch (after)
    {
    case State::FellBack:
        CountFallback(before);
        break;
    case State::Reset:
        if (m_handshake->LastVerdict().cause == mptcp::HandshakeCause::HmacMismatch)
        {
            mib.Increment(before == State::JoinSynSent ? mptcp::Mib::MPJoinSynAckHMacFailure
                                                       : mptcp::Mib::MPJoinAckHMacFailure);
        }
        break;
    case State::CapableUnconfirmed:
        mib.Increment(mptcp::Mib::MPCapableSYNACKRX);
        break;
    case State::JoinPreEstablished:
        mib.Increment(mptcp::Mib::MPJoinSynAckRx);
        if (m_handshake->IsBackup())
        {
            mib.Increment(mptcp::Mib::MPJoinSynAckBackupRx);
        }
        break;
    case State::JoinAuthenticated:
        mib.Increment(mptcp::Mib::MPJoinAckRx);
        break;
    case State::Established:
        if (before == State::CapableSynReceived)
        {
            mib.Increment(mptcp::Mib::MPCapableACKRX);
        }
        break;
    case State::CapableSynSent:
    case State::CapableListen:
    case State::CapableSynReceived:
    case State::JoinSynSent:
    case State::JoinListen:
    case State::JoinSynReceived:
        break;
    }
}

void
MptcpSubflow::CountFallback(mptcp::HandshakeState before)
{
    const auto cause = m_handshake->LastVerdict().cause;
    mptcp::Mib counter = mptcp::Mib::MPCapableFallbackSYNACK;
    if (before == mptcp::HandshakeState::CapableSynReceived)
    {
        counter = mptcp::Mib::MPCapableFallbackACK;
    }
    else if (cause == mptcp::HandshakeCause::SimultaneousOpen)
    {
        counter = mptcp::Mib::SimultConnectFallback;
    }
    else if (cause == mptcp::HandshakeCause::DssMissing)
    {
        counter = mptcp::Mib::MPCapableDataFallback;
    }
    m_stack->GetMib().Increment(counter);
}

void
MptcpSubflow::CountJoinSyn(const mptcp::JoinSyn& join)
{
    m_stack->GetMib().Increment(mptcp::Mib::MPJoinSynRx);
    if (join.backup)
    {
        m_stack->GetMib().Increment(mptcp::Mib::MPJoinSynBackupRx);
    }
}

bool
MptcpSubflow::IsSuspect() const
{
    return m_isSuspect;
}

void
MptcpSubflow::Suspect()
{
    m_isSuspect = true;
    m_connection->ScheduleResume();
    if (!m_isCountedStale && m_connection->HasAlternativeTo(*this))
    {
        m_isCountedStale = true;
        m_stack->GetMib().Increment(mptcp::Mib::SubflowStale);
    }
}

void
MptcpSubflow::Trust()
{
    m_isSuspect = false;
    if (m_isCountedStale)
    {
        m_isCountedStale = false;
        m_stack->GetMib().Increment(mptcp::Mib::SubflowRecover);
    }
}

} // namespace ns3
