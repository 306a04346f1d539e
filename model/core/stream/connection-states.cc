// SPDX-License-Identifier: GPL-2.0-only
#include "connection-states.h"

#include <algorithm>
#include <cassert>

namespace mptcp
{

std::ostream&
operator<<(std::ostream& os, ConnectionState state)
{
    static constexpr const char* NAMES[] = {"Opening",
                                            "Established",
                                            "FinWait1",
                                            "FinWait2",
                                            "Closing",
                                            "CloseWait",
                                            "LastAck",
                                            "TimeWait",
                                            "FastCloseWait",
                                            "Closed"};
    return os << NAMES[static_cast<int>(state)];
}

std::ostream&
operator<<(std::ostream& os, CloseCause cause)
{
    static constexpr const char* NAMES[] =
        {"StillOpen", "Orderly", "LocalFastClose", "PeerFastClose", "Timeout", "Aborted"};
    return os << NAMES[static_cast<int>(cause)];
}

void
ConnectionStates::OnEstablished(DataSequence firstExpected)
{
    if (m_state != ConnectionState::Opening)
    {
        return;
    }
    m_receivedUpTo = firstExpected;
    m_noSubflow = false;
    m_state = m_localFin ? ConnectionState::FinWait1 : ConnectionState::Established;
}

void
ConnectionStates::OnFallback()
{
    m_fallback = true;
    if (!m_peerFinInOrder)
    {
        m_peerFin.reset(); // from here on the FIN of the subflow ends the stream
    }
}

void
ConnectionStates::OnLocalClose(DataSequence dataFin)
{
    if (m_localFin || IsClosed() || m_state == ConnectionState::FastCloseWait)
    {
        return;
    }
    m_localFin = dataFin;
    if (m_state == ConnectionState::Established)
    {
        m_state = ConnectionState::FinWait1;
    }
    else if (m_state == ConnectionState::CloseWait)
    {
        m_state = ConnectionState::LastAck;
    }
}

ConnectionStates::DataFinResult
ConnectionStates::OnPeerDataFin(DataSequence dataFin, std::optional<DataSequence> furthestReceived)
{
    if (m_fallback || m_state == ConnectionState::Opening || IsClosed() ||
        m_state == ConnectionState::FastCloseWait)
    {
        return DataFinResult::Unexpected;
    }
    if (m_peerFin)
    {
        return *m_peerFin == dataFin ? DataFinResult::Repeated : DataFinResult::Conflict;
    }
    const DataSequence furthest =
        std::max(m_receivedUpTo, furthestReceived.value_or(m_receivedUpTo));
    if (dataFin < furthest)
    {
        return DataFinResult::BeforeData;
    }
    m_peerFin = dataFin;
    CheckPeerFin();
    return m_peerFinInOrder ? DataFinResult::InOrder : DataFinResult::Pending;
}

bool
ConnectionStates::OnAllDataReceivedUpTo(DataSequence next)
{
    const bool wasInOrder = m_peerFinInOrder;
    m_receivedUpTo = std::max(m_receivedUpTo, next);
    CheckPeerFin();
    return m_peerFinInOrder && !wasInOrder;
}

ConnectionStates::DataAckResult
ConnectionStates::OnDataAck(DataSequence dataAck)
{
    if (!m_localFin || dataAck <= *m_localFin || m_fallback)
    {
        return DataAckResult::NothingNew;
    }
    if (dataAck > *m_localFin + 1)
    {
        return DataAckResult::Invalid;
    }
    switch (m_state)
    {
    case ConnectionState::FinWait1:
        m_state = ConnectionState::FinWait2;
        break;
    case ConnectionState::Closing:
        m_state = ConnectionState::TimeWait;
        break;
    case ConnectionState::LastAck:
        Close(CloseCause::Orderly);
        break;
    default:
        return DataAckResult::NothingNew;
    }
    m_localFinAcknowledged = true;
    return DataAckResult::DataFinAcknowledged;
}

void
ConnectionStates::OnFallbackFin()
{
    assert(m_fallback);
    if (!m_peerFinInOrder)
    {
        m_peerFinInOrder = true;
        EnterAfterPeerFin();
    }
}

void
ConnectionStates::OnFastClose(FastCloseForm form)
{
    if (IsClosed() || m_state == ConnectionState::FastCloseWait)
    {
        return;
    }
    if (form == FastCloseForm::Reset)
    {
        Close(CloseCause::LocalFastClose);
        return;
    }
    m_state = ConnectionState::FastCloseWait;
}

void
ConnectionStates::OnPeerFastClose()
{
    // Both at once (RFC 8684 3.5): ours came first, and there is nothing left to lose.
    Close(m_state == ConnectionState::FastCloseWait ? CloseCause::LocalFastClose
                                                    : CloseCause::PeerFastClose);
}

ConnectionStates::FastCloseTimeout
ConnectionStates::OnFastCloseTimeout()
{
    if (m_state != ConnectionState::FastCloseWait)
    {
        return FastCloseTimeout::Ignore;
    }
    if (m_fastCloseRetransmissions < MAX_FAST_CLOSE_RETRANSMISSIONS)
    {
        ++m_fastCloseRetransmissions;
        return FastCloseTimeout::Retransmit;
    }
    Close(CloseCause::LocalFastClose);
    return FastCloseTimeout::GiveUp;
}

void
ConnectionStates::OnAllSubflowsClosed()
{
    m_noSubflow = true;
    if (m_state == ConnectionState::TimeWait)
    {
        Close(CloseCause::Orderly);
    }
    else if (m_state == ConnectionState::FastCloseWait)
    {
        Close(CloseCause::LocalFastClose);
    }
    else if (m_fallback)
    {
        Close(m_localFin && m_peerFinInOrder ? CloseCause::Orderly : CloseCause::Aborted);
    }
    else if (m_state == ConnectionState::Opening)
    {
        Close(CloseCause::Aborted);
    }
}

void
ConnectionStates::OnSubflowEstablished()
{
    m_noSubflow = false;
}

void
ConnectionStates::OnTimeWaitExpired()
{
    if (m_state == ConnectionState::TimeWait)
    {
        Close(CloseCause::Orderly);
    }
    else if (AwaitsSubflow())
    {
        Close(CloseCause::Timeout);
    }
}

void
ConnectionStates::OnAbort()
{
    Close(CloseCause::Aborted);
}

bool
ConnectionStates::MaySend() const
{
    return m_state == ConnectionState::Established || m_state == ConnectionState::CloseWait;
}

bool
ConnectionStates::MayTransmit() const
{
    return MaySend() || m_state == ConnectionState::FinWait1 ||
           m_state == ConnectionState::Closing || m_state == ConnectionState::LastAck;
}

bool
ConnectionStates::MayReceive() const
{
    return m_state == ConnectionState::Established || m_state == ConnectionState::FinWait1 ||
           m_state == ConnectionState::FinWait2;
}

std::optional<DataSequence>
ConnectionStates::DataFinToSend() const
{
    const bool unacknowledged = m_state == ConnectionState::FinWait1 ||
                                m_state == ConnectionState::Closing ||
                                m_state == ConnectionState::LastAck;
    return unacknowledged && !m_fallback ? m_localFin : std::nullopt;
}

DataSequence
ConnectionStates::DataAckToSend() const
{
    return m_peerFinInOrder && m_peerFin ? *m_peerFin + 1 : m_receivedUpTo;
}

DataSequence
ConnectionStates::StreamAcknowledgement(DataSequence dataAck) const
{
    return m_localFin && dataAck == *m_localFin + 1 ? *m_localFin : dataAck;
}

bool
ConnectionStates::ShouldCloseSubflows() const
{
    if (m_fallback)
    {
        return m_localFin && m_state != ConnectionState::Opening;
    }
    return m_localFinAcknowledged && m_peerFinInOrder;
}

bool
ConnectionStates::AwaitsSubflow() const
{
    return m_noSubflow && !IsClosed();
}

/// Counts the peer's DATA_FIN once everything before it has arrived (RFC 8684 3.3.3).
void
ConnectionStates::CheckPeerFin()
{
    if (m_peerFin && !m_peerFinInOrder && *m_peerFin <= m_receivedUpTo)
    {
        m_peerFinInOrder = true;
        EnterAfterPeerFin();
    }
}

void
ConnectionStates::EnterAfterPeerFin()
{
    switch (m_state)
    {
    case ConnectionState::Established:
        m_state = ConnectionState::CloseWait;
        break;
    case ConnectionState::FinWait1:
        m_state = ConnectionState::Closing;
        break;
    case ConnectionState::FinWait2:
        m_state = ConnectionState::TimeWait;
        break;
    default:
        break;
    }
}

void
ConnectionStates::Close(CloseCause cause)
{
    if (!IsClosed())
    {
        m_state = ConnectionState::Closed;
        m_cause = cause;
    }
}

} // namespace mptcp
