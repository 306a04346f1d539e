// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSubflow that resets and is reset: MP_TCPRST and MP_FASTCLOSE.
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "segment-editor.h"

#include "ns3/tcp-rx-buffer.h"

#include <algorithm>

namespace ns3
{

// ---- sending ----

void
MptcpSubflow::NumberReset()
{
    // A RST counts only with the number its receiver expects next (RFC 9293 3.10.7.4). The base
    // takes the next one it would send, which goes back to the first unacknowledged byte at a
    // retransmission timeout, and does not count a SYN before it is acknowledged.
    if (m_state == SYN_SENT || m_state == SYN_RCVD)
    {
        m_tcb->m_nextTxSequence += 1;
        return;
    }
    const bool isFinBehind = m_state == FIN_WAIT_2 || m_state == TIME_WAIT;
    const SequenceNumber32 next = m_tcb->m_highTxMark.Get() + (isFinBehind ? 1 : 0);
    m_tcb->m_nextTxSequence = std::max(m_tcb->m_nextTxSequence.Get(), next);
}

void
MptcpSubflow::RefuseAcknowledgement(const MptcpRawTcpHeader& header,
                                    const Address& from,
                                    const Address& to)
{
    TcpHeader reset;
    reset.SetFlags(TcpHeader::RST);
    reset.SetSequenceNumber(SequenceNumber32(header.AckNumber()));
    reset.SetSourcePort(header.DestinationPort());
    reset.SetDestinationPort(header.SourcePort());
    reset.SetWindowSize(0);
    m_tcp->SendPacket(ns3::Create<Packet>(), reset, to, from, nullptr);
}

void
MptcpSubflow::FastCloseByReset(mptcp::Key receiver, mptcp::ResetReason reason)
{
    m_fastCloseKey = receiver;
    Reset(reason);
}

void
MptcpSubflow::FastCloseByAck(mptcp::Key receiver)
{
    m_fastCloseKey = receiver;
    m_isFastCloseDue = true;
    SendAck();
}

void
MptcpSubflow::WantResetOptions(mptcp::WantedOptions& wanted)
{
    const bool isMptcp = m_handshake && (m_isJoin || m_handshake->RemoteKey());
    if (!m_resetReason && !isMptcp)
    {
        return;
    }
    mptcp::MibCounters& mib = m_stack->GetMib();
    if (m_fastCloseKey)
    {
        wanted.emplace_back(mptcp::FastClose{*m_fastCloseKey});
        mib.Increment(mptcp::Mib::MPFastcloseTx);
    }
    if (m_handshake && m_handshake->Version() == mptcp::MptcpVersion::V0)
    {
        return; // RFC 6824 has no MP_TCPRST
    }
    const auto reason = m_resetReason.value_or(mptcp::ResetReason::Unspecified);
    wanted.emplace_back(mptcp::Reset{m_isResetTransient, reason});
    mib.Increment(mptcp::Mib::MPRstTx);
}

// ---- receiving ----

bool
MptcpSubflow::InspectReset(const MptcpRawTcpHeader& header, const mptcp::OptionList& options)
{
    // Only TCP knows what a reset means while its own SYN is all there is; it has looked at the
    // acknowledgement number before. Afterwards the base takes any reset, whatever its number,
    // and one guessed from outside would do (RFC 9293 3.10.7.4).
    const SequenceNumber32 number(header.SequenceNumber());
    if (m_state != SYN_SENT &&
        (number + 1 < m_tcb->m_rxBuffer->NextRxSequence() || number > ReceiveEdge()))
    {
        return false;
    }
    m_isResetByPeer = true;
    const mptcp::OptionView read(options);
    if (read.Find<mptcp::Fail>())
    {
        // What it speaks of is reinjected with all else the subflow carried (RFC 8684 3.7).
        m_isResetForFail = true;
        m_stack->GetMib().Increment(mptcp::Mib::MPFailRx);
    }
    if (const auto* reset = read.Find<mptcp::Reset>())
    {
        m_peerReset = *reset;
        m_stack->GetMib().Increment(mptcp::Mib::MPRstRx);
    }
    if (const auto* fastClose = read.Find<mptcp::FastClose>(); fastClose && m_connection)
    {
        m_connection->OnFastClose(*this, fastClose->receiver, true);
    }
    return true;
}

mptcp::DownReason
MptcpSubflow::MeaningOfReset(bool wasOpening) const
{
    if (m_peerReset && m_peerReset->transient)
    {
        return mptcp::DownReason::Reset;
    }
    if (wasOpening)
    {
        return mptcp::DownReason::Refused;
    }
    return m_peerReset ? mptcp::DownReason::ResetForGood : mptcp::DownReason::Reset;
}

std::optional<mptcp::Reset>
MptcpSubflow::GetReset() const
{
    if (m_isResetByPeer)
    {
        return m_peerReset;
    }
    if (m_resetReason)
    {
        return mptcp::Reset{m_isResetTransient, *m_resetReason};
    }
    return std::nullopt;
}

bool
MptcpSubflow::IsDamaged() const
{
    const auto reset = GetReset();
    return m_isResetForFail ||
           (reset && reset->reason == mptcp::ResetReason::MiddleboxInterference);
}

bool
MptcpSubflow::IsResetByPeer() const
{
    return m_isResetByPeer;
}

} // namespace ns3
