// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSubflow for openings that do not go the usual way: SYNs that nobody answers,
/// and two that cross.
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "segment-editor.h"

#include "ns3/log.h"
#include "ns3/rtt-estimator.h"
#include "ns3/simulator.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-option-ts.h"
#include "ns3/tcp-tx-buffer.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpSubflowOpening");

void
MptcpSubflow::ForgetAdmission()
{
    // The base forks for a SYN and nothing else, and only if the application does not refuse.
    if (m_admission && m_admission->keyOwner)
    {
        const mptcp::SubflowHandshake& unused = *m_admission->handshake;
        m_stack->ReleaseKey(unused.LocalKey(), unused.Version());
    }
    m_admission.reset();
}

uint8_t
MptcpSubflow::PrepareSyn(uint8_t flags)
{
    if (m_state == SYN_RCVD)
    {
        // After a simultaneous open the timer of our SYN is still running; what it has to repeat
        // is a SYN/ACK now.
        return flags | TcpHeader::ACK;
    }
    const bool isRetransmission = m_state == SYN_SENT && m_synCount > 0;
    if (!isRetransmission || m_isJoin || m_isPlain || !m_handshake ||
        m_synRetries - m_synCount <= m_stack->GetSynRetransBeforeTcpFallback())
    {
        return flags;
    }
    NS_LOG_INFO("MPTCP: SYNs with MP_CAPABLE are not answered, going on without");
    m_handshake->StopOffering();
    m_stack->GetMib().Increment(mptcp::Mib::MPCapableSYNTXDrop);
    m_isPlain = true; // the connection follows when it is open
    return flags;
}

void
MptcpSubflow::NoteUnansweredKeys()
{
    const bool isAnythingAcknowledged =
        SentOffset(m_txBuffer->HeadSequence().GetValue()) > mptcp::SubflowOffset(1);
    if (m_isPlain || !m_handshake || !m_connection || isAnythingAcknowledged)
    {
        return;
    }
    const auto verdict = m_handshake->OnUnanswered(m_stack->GetSynRetransBeforeTcpFallback());
    m_isPlain = verdict.action == mptcp::VerdictAction::FallBack; // for what leaves next
}

// ---- what is sent more than once ----

void
MptcpSubflow::WaitForFourthPacket()
{
    // Twice the round trip, as in Linux: above it, since only a loss is to be seen. Until that is
    // measured, as long as for a SYN.
    const bool isMeasured = m_rtt->GetNSamples() > 0;
    const Time first =
        isMeasured ? std::max(m_rtt->GetEstimate() * 2, m_clockGranularity) : m_cnTimeout;
    m_joinTimer.Cancel();
    m_joinTimer = Simulator::Schedule(first * (int64_t{1} << m_joinAckRepeats),
                                      &MptcpSubflow::RepeatJoinAck,
                                      this);
}

void
MptcpSubflow::RepeatJoinAck()
{
    if (!m_handshake || m_handshake->State() != mptcp::HandshakeState::JoinPreEstablished)
    {
        return;
    }
    // As long as an unanswered SYN takes to be given up.
    const Time longest = m_cnTimeout * ((int64_t{1} << (m_synRetries + 1)) - 1);
    if (Simulator::Now() - m_joinAckAt >= longest)
    {
        Reset(mptcp::ResetReason::MptcpSpecific);
        return;
    }
    ++m_joinAckRepeats;
    SendAck();
    WaitForFourthPacket();
}

bool
MptcpSubflow::AnswersLastSyn(const TcpHeader& header) const
{
    const auto option = DynamicCast<const TcpOptionTS>(header.GetOption(TcpOption::TS));
    return m_timestampEnabled && option && option->GetEcho() == m_synTimestamp;
}

void
MptcpSubflow::HeedRepeatedSyn(const MptcpRawTcpHeader& header)
{
    if (!m_timestampEnabled || m_state < SYN_RCVD ||
        SequenceNumber32(header.SequenceNumber()) != m_remoteIsn)
    {
        return;
    }
    // The base echoes the timestamp of the first one for ever, and the peer would take the time
    // after which it sends the next for the round trip.
    ForEachTcpOption(header.Options(), [this](mptcp::ByteView option) {
        constexpr std::size_t TIMESTAMP_BYTES = 10; // RFC 7323 3.2
        if (option.data[0] != KIND_TIMESTAMP || option.size != TIMESTAMP_BYTES)
        {
            return;
        }
        mptcp::ByteReader reader({option.data + 2, option.size - 2});
        const uint32_t timestamp = reader.ReadU32();
        if (timestamp >= m_tcb->m_rcvTimestampValue)
        {
            m_timestampToEcho = timestamp;
        }
    });
}

void
MptcpSubflow::TakeSynOffSynAck(Packet& packet) const
{
    TcpHeader header;
    packet.RemoveHeader(header);
    constexpr uint8_t SYN_ACK = TcpHeader::SYN | TcpHeader::ACK;
    if ((header.GetFlags() & SYN_ACK) == SYN_ACK)
    {
        header.SetFlags(static_cast<uint8_t>(header.GetFlags() & ~TcpHeader::SYN));
        header.SetSequenceNumber(header.GetSequenceNumber() + 1);
        // The window of a SYN/ACK is not scaled (RFC 7323 2.2), that of an ACK is.
        header.SetWindowSize(static_cast<uint16_t>(header.GetWindowSize() >> m_sndWindShift));
    }
    packet.AddHeader(header);
}

void
MptcpSubflow::ReportSimultaneousOpen(TcpStates_t before)
{
    if (before == SYN_SENT && m_state == SYN_RCVD)
    {
        m_isSimultaneousOpen = true;
    }
    else if (m_isSimultaneousOpen && before == SYN_RCVD && m_state == ESTABLISHED)
    {
        Simulator::ScheduleNow(&MptcpSubflow::OnConnectSucceeded, Ptr<MptcpSubflow>(this), this);
    }
}

std::optional<mptcp::DataSequence>
MptcpSubflow::BeginOf(const mptcp::DssMapping& mapping) const
{
    if (m_connection && m_connection->HasReceiver())
    {
        return m_connection->ExpandReceived(mapping.dataSequence, mapping.is64);
    }
    // In version 0, mapped data may end the handshake of a connection that does not exist yet.
    if (m_isJoin || !m_handshake->RemoteKey())
    {
        return std::nullopt;
    }
    const auto first =
        mptcp::DeriveInitialDataSequence(*m_handshake->RemoteKey(), m_handshake->Version()) + 1;
    return mapping.is64 ? mptcp::DataSequence(mapping.dataSequence)
                        : mptcp::Expand(static_cast<uint32_t>(mapping.dataSequence), first);
}

} // namespace ns3
