// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that decides, when MPTCP no longer gets through a path, whether the
/// connection goes on as plain TCP or the subflow has to go (RFC 8684 3.7).
#include "core/wire/dss-checksum.h"
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"

#include "ns3/log.h"

#include <algorithm>
#include <utility>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpConnectionFallback");

bool
MptcpConnection::UsesChecksums() const
{
    return m_usesChecksums;
}

bool
MptcpConnection::AcknowledgesData(const mptcp::DataAck& dataAck) const
{
    return ExpandSent(dataAck.sequence, dataAck.is64) > m_local.initialDataSequence + 1;
}

bool
MptcpConnection::CanFallBack(const MptcpSubflow& subflow) const
{
    if (!m_receiver || !IsAlone(subflow))
    {
        return false;
    }
    // What is held out of order, and what has been given to other subflows, can begin anew by a
    // subflow that has brought nothing yet, and on this one: MakeOneLine.
    const bool isReceivedInLine = subflow.ReceivedBytes() == 0
                                      ? subflow.PlainBegin() <= m_receiver->Next()
                                      : m_receiver->IsInLine();
    return isReceivedInLine &&
           subflow.CarriesWholeStream(m_sender->FirstUnacknowledged(), EndOfLine(subflow));
}

bool
MptcpConnection::MayFallBackInHandshake(const MptcpSubflow& subflow)
{
    // With keys from both sides a client sends data before it knows that the peer's options get
    // through, and some of it again when no DATA_ACK comes. Behind that the subflow's bytes are not
    // the stream any more.
    if (!m_receiver || m_states.IsFallback())
    {
        return true;
    }
    if (!CanFallBack(subflow))
    {
        m_stack->GetMib().Increment(mptcp::Mib::FallbackFailed);
        return false;
    }
    MakeOneLine(subflow);
    return true;
}

bool
MptcpConnection::TryFallBack(MptcpSubflow& subflow, mptcp::Mib cause)
{
    if (!CanFallBack(subflow))
    {
        m_stack->GetMib().Increment(mptcp::Mib::FallbackFailed);
        return false;
    }
    MakeOneLine(subflow);
    NS_LOG_INFO("MPTCP: falling back to TCP, " << mptcp::NameOf(cause));
    m_stack->GetMib().Increment(cause);
    LeaveAlone(subflow);
    OnFallback(subflow);
    return true;
}

// ---- options that do not get through ----

void
MptcpConnection::OnMappingMissing(MptcpSubflow& subflow)
{
    const bool isFirst = !subflow.IsJoin() && subflow.ReceivedBytes() == 0;
    if (isFirst && TryFallBack(subflow, mptcp::Mib::DssFallback))
    {
        return;
    }
    if (!isFirst)
    {
        m_stack->GetMib().Increment(mptcp::Mib::FallbackFailed);
    }
    subflow.Break(mptcp::ResetReason::MiddleboxInterference);
}

bool
MptcpConnection::IsForTcpAlone() const
{
    // TCP repeats what it has and probes a closed window with it (RFC 8684 3.7). While it has
    // nothing, because nothing is granted to a closed window, that is left to the data timer.
    return m_states.IsFallback() && (m_sender->HasUnacknowledged() || !IsBlocked());
}

void
MptcpConnection::OnPlainWindow(uint64_t windowBytes)
{
    m_sender->OnDataAck(m_sender->FirstUnacknowledged(), windowBytes);
}

void
MptcpConnection::OnDataAckMissing(MptcpSubflow& subflow)
{
    if (subflow.IsJoin() || !TryFallBack(subflow, mptcp::Mib::DssFallback))
    {
        subflow.Break(mptcp::ResetReason::MiddleboxInterference);
    }
}

void
MptcpConnection::OnInfiniteMapping(MptcpSubflow& subflow)
{
    if (!m_receiver || m_states.IsFallback())
    {
        return;
    }
    if (TryFallBack(subflow, mptcp::Mib::DSSCorruptionFallback))
    {
        OmitInfiniteMapping(subflow);
    }
    else
    {
        subflow.Break(mptcp::ResetReason::MptcpSpecific);
    }
}

// ---- checksums ----

bool
MptcpConnection::IsDataFinIntact(const mptcp::DssMapping& mapping, mptcp::DataSequence begin)
{
    if (!m_usesChecksums || mapping.lengthBytes != 1 || !mapping.checksum)
    {
        return true; // with data, it counts when the data has arrived
    }
    const mptcp::DssChecksum checksum(begin, mapping.subflowOffset, mapping.lengthBytes);
    if (checksum.Matches(*mapping.checksum))
    {
        return true;
    }
    m_stack->GetMib().Increment(mptcp::Mib::DataCsumErr);
    return false;
}

bool
MptcpConnection::OnChecksumFailure(MptcpSubflow& subflow, bool isNext)
{
    // Of bytes that are here already, or that are not the next, the position tells nothing.
    const bool canFallBack = isNext && CanFallBack(subflow);
    if (!canFallBack)
    {
        m_stack->GetMib().Increment(mptcp::Mib::DSSCorruptionReset);
    }
    return canFallBack;
}

void
MptcpConnection::OnFail(MptcpSubflow& subflow, const mptcp::Fail& fail)
{
    m_stack->GetMib().Increment(mptcp::Mib::MPFailRx);
    if (m_states.IsFallback())
    {
        return; // the option that did it came in the same segment
    }
    const mptcp::DataSequence failed(fail.dataSequence);
    const bool isOutstanding =
        m_sender->FirstUnacknowledged() <= failed && failed <= m_sender->NextToGrant();
    if (!subflow.AcceptedEnd() && isOutstanding)
    {
        // Nothing was sent here that could have failed: the peer says where it wants to go on.
        OnDataAck(failed, 0);
    }
    if (subflow.IsFailing())
    {
        subflow.NoteFailAnswered();
        OnFailUnderstood(subflow); // Linux answers with the number of the last mapping it has got
    }
    else if (isOutstanding && TryFallBack(subflow, mptcp::Mib::DSSCorruptionFallback))
    {
        // RFC 8684 3.7: an MP_FAIL in the reverse direction, and plain TCP both ways.
        subflow.AnswerFail(NextReceived());
    }
    else
    {
        if (!isOutstanding)
        {
            m_stack->GetMib().Increment(mptcp::Mib::FallbackFailed);
        }
        subflow.BreakWithFail(NextReceived());
    }
}

void
MptcpConnection::OnFailUnderstood(MptcpSubflow& subflow)
{
    if (TryFallBack(subflow, mptcp::Mib::DSSCorruptionFallback))
    {
        OmitInfiniteMapping(subflow);
        subflow.AnswerFail(std::nullopt);
    }
    else
    {
        subflow.BreakWithFail(NextReceived());
    }
}

} // namespace ns3
