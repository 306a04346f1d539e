// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSubflow for options that need no particular segment: they travel on
/// acknowledgements, which look like duplicates to whoever does not know them (RFC 8684 3).
#include "mptcp-connection.h"
#include "mptcp-subflow.h"
#include "segment-editor.h"

#include "ns3/simulator.h"
#include "ns3/tcp-rx-buffer.h"
#include "ns3/tcp-tx-buffer.h"

#include <algorithm>
#include <variant>

namespace ns3
{

// ---- sending: no three in a row ----

void
MptcpSubflow::SendSignal(const mptcp::MptcpOption& signal)
{
    // Echoes leave more slowly than a peer can announce, and it repeats what is not echoed.
    constexpr std::size_t MOST_WAITING = 32;
    const auto* announcement = std::get_if<mptcp::AddAddress>(&signal);
    if (announcement && announcement->IsEcho() && m_signals.size() >= MOST_WAITING)
    {
        return;
    }
    if (std::find(m_signals.begin(), m_signals.end(), signal) == m_signals.end())
    {
        m_signals.push_back(signal);
    }
    SendSignalAck();
}

void
MptcpSubflow::SendSignalAck()
{
    if (!MaySignalAt(m_tcb->m_rxBuffer->NextRxSequence().GetValue()))
    {
        m_areSignalsHeld = true;
        if (!m_signalTimer.IsRunning())
        {
            m_signalTimer =
                Simulator::Schedule(m_lastSignalAck + RetransmissionTimeout() - Simulator::Now(),
                                    &MptcpSubflow::SendHeldSignals,
                                    this);
        }
        return;
    }
    m_isSignalAck = true;
    SendAck();
    m_isSignalAck = false;
}

void
MptcpSubflow::SendHeldSignals()
{
    while (m_areSignalsHeld && m_state >= ESTABLISHED && (m_endPoint || m_endPoint6))
    {
        const std::size_t before = m_signals.size();
        m_areSignalsHeld = false;
        if (before > 0)
        {
            SendSignalAck(); // holds them again when that were one too many
        }
        m_areSignalsHeld = m_areSignalsHeld || !m_signals.empty();
        if (m_signals.size() >= before)
        {
            return;
        }
    }
}

bool
MptcpSubflow::MaySignalAt(uint32_t ackNumber) const
{
    // A pause ends the row as well: what was under way has been acknowledged or timed out by then.
    constexpr uint32_t MOST_IN_A_ROW = 2;
    return ackNumber != m_lastAckNumber || m_signalAcksInARow < MOST_IN_A_ROW ||
           Simulator::Now() - m_lastSignalAck >= RetransmissionTimeout();
}

void
MptcpSubflow::NoteSignalAck(const MptcpRawTcpHeader& header,
                            uint32_t payloadBytes,
                            const mptcp::OptionList& sent)
{
    const bool isDuplicate = payloadBytes == 0 && header.Flags() == TcpHeader::ACK &&
                             header.AckNumber() == m_lastAckNumber;
    m_lastAckNumber = header.AckNumber();
    if (!isDuplicate)
    {
        m_signalAcksInARow = 0;
    }
    else if (HasSignal(sent))
    {
        const bool isPaused = Simulator::Now() - m_lastSignalAck >= RetransmissionTimeout();
        m_signalAcksInARow = isPaused ? 1 : m_signalAcksInARow + 1;
        m_lastSignalAck = Simulator::Now();
    }
}

bool
MptcpSubflow::HasSignal(const mptcp::OptionList& options)
{
    return std::any_of(options.begin(), options.end(), [](const auto& option) {
        return !std::holds_alternative<mptcp::Dss>(option);
    });
}

// ---- receiving: no sign of congestion ----

void
MptcpSubflow::ReceivedAck(Ptr<Packet> packet, const TcpHeader& header)
{
    // With SACK the base counts what brings new blocks. Without, it would take an acknowledgement
    // for a duplicate that was sent for its options alone (RFC 8684 3, 3.4.1).
    const SequenceNumber32 head = m_txBuffer->HeadSequence();
    if (m_hasSignalArrived && !m_sackEnabled && packet->GetSize() == 0 &&
        header.GetAckNumber() == head && head < m_tcb->m_highTxMark.Get())
    {
        SendPendingData(m_connected); // its window may be a new one
        return;
    }
    m_gatheredWindowBytes.reset();
    m_mayGather = m_connection && !m_isPlain && (m_state == ESTABLISHED || m_state == CLOSE_WAIT) &&
                  m_tcb->m_congState == TcpSocketState::CA_OPEN;
    TcpSocketBase::ReceivedAck(packet, header);
    m_mayGather = false;
}

void
MptcpSubflow::NewAck(const SequenceNumber32& ack, bool resetRto)
{
    TcpSocketBase::NewAck(ack, resetRto);
    if (m_mayGather && m_tcb->m_congState == TcpSocketState::CA_OPEN)
    {
        // In time for what the base sends at the end of ReceivedAck. Accepted later, the data would
        // need a simulator event of its own and one more walk through the buffer.
        m_isGathering = true;
        m_connection->Push();
        m_isGathering = false;
        m_gatheredWindowBytes = m_tcb->m_cWnd;
    }
}

uint32_t
MptcpSubflow::AvailableWindow() const
{
    return m_isGathering ? 0 : TcpSocketBase::AvailableWindow(); // so that Send only stores
}

bool
MptcpSubflow::TakeGathered()
{
    return std::exchange(m_gatheredWindowBytes, std::nullopt) == m_tcb->m_cWnd.Get();
}

} // namespace ns3
