// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSubflow that sees to it that what is delivered is what was sent, or that MPTCP
/// ends: checksums, mappings that do not come, options that no longer get through
/// (RFC 8684 3.3.1, RFC 8684 3.7).
#include "core/wire/dss-checksum.h"
#include "core/wire/option-codec.h"
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "retransmission-backoff.h"
#include "segment-editor.h"

#include "ns3/log.h"
#include "ns3/rtt-estimator.h"
#include "ns3/simulator.h"
#include "ns3/tcp-rx-buffer.h"
#include "ns3/tcp-tx-buffer.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <utility>
#include <variant>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpSubflowIntegrity");

namespace
{

void
AddTo(mptcp::DssChecksum& checksum, const Packet& payload)
{
    boost::container::small_vector<uint8_t, 2048> bytes(payload.GetSize(),
                                                        boost::container::default_init);
    payload.CopyData(bytes.data(), payload.GetSize());
    checksum.Add({bytes.data(), bytes.size()});
}

} // namespace

// ---- checksums ----

bool
MptcpSubflow::UsesChecksums() const
{
    if (m_isPlain)
    {
        return false;
    }
    // Later subflows follow the first; the responder's first has no connection at the beginning.
    return m_connection && m_connection->HasReceiver()
               ? m_connection->UsesChecksums()
               : m_handshake && !m_isJoin && m_handshake->ChecksumRequired();
}

std::optional<uint16_t>
MptcpSubflow::ChecksumFor(mptcp::DataSequence begin, const Packet& payload) const
{
    if (!UsesChecksums())
    {
        return std::nullopt;
    }
    mptcp::DssChecksum checksum(begin,
                                m_appendOffset.Low(),
                                static_cast<uint16_t>(payload.GetSize()));
    AddTo(checksum, payload);
    return checksum.Finish();
}

uint32_t
MptcpSubflow::VerifiableBytes(const mptcp::ReceiveMappings::Declared& declared,
                              uint32_t availableBytes)
{
    const auto bytes =
        static_cast<uint32_t>(declared.subflowBegin + declared.lengthBytes - m_drainOffset);
    if (bytes > m_tcb->m_rxBuffer->MaxBufferSize())
    {
        // It can never be here whole, and the peer would wait for its Data ACK for ever.
        Break(mptcp::ResetReason::LackOfResources);
    }
    return bytes <= availableBytes ? bytes : 0;
}

bool
MptcpSubflow::CheckDrained(const mptcp::ReceiveMappings::Declared& declared, Ptr<Packet> payload)
{
    mptcp::DssChecksum checksum(declared.dataBegin,
                                declared.subflowBegin.Low(),
                                static_cast<uint16_t>(declared.lengthBytes));
    AddTo(checksum, *payload);
    // A part of a mapping cannot be verified. The rest came with another mapping before, so the
    // peer, or somebody on the way, has drawn new borders around what was declared.
    if (payload->GetSize() == declared.lengthBytes && checksum.Matches(declared.checksum))
    {
        return true;
    }
    NS_LOG_INFO("MPTCP: wrong checksum on subflow " << m_id);
    m_stack->GetMib().Increment(mptcp::Mib::DataCsumErr);
    const auto begin =
        declared.dataBegin +
        static_cast<uint64_t>(m_drainOffset - declared.subflowBegin - payload->GetSize());
    if (!m_connection->OnChecksumFailure(*this, begin == m_connection->NextReceived()))
    {
        BreakWithFail(declared.dataBegin);
        return false;
    }
    m_failedPayload = payload;
    Fail(declared.dataBegin);
    return false;
}

void
MptcpSubflow::Fail(mptcp::DataSequence begin)
{
    m_failed = begin;
    m_failToSend = m_failed;
    m_isAckDue = true;
    m_failRepeats = 0;
    m_failTimer = Simulator::ScheduleNow(&MptcpSubflow::RepeatFail, this);
}

void
MptcpSubflow::AskForSinglePath(mptcp::DataSequence begin)
{
    m_isAsking = true;
    m_isDssRepeated = false;
    Fail(begin);
}

bool
MptcpSubflow::IsFailing() const
{
    return m_failed.has_value();
}

void
MptcpSubflow::RepeatFail()
{
    const Ptr<MptcpSubflow> self(this);
    if (!m_failed || !m_connection)
    {
        return;
    }
    if (m_isAsking && m_isDssRepeated)
    {
        // It has had time to answer twice, and speaks MPTCP.
        m_isAsking = false;
        m_failed.reset();
        AfterSegment();
        return;
    }
    if (m_failRepeats > m_dataRetries)
    {
        BreakWithFail(*m_failed);
        AfterSegment();
        return;
    }
    if (m_failRepeats++ > 0)
    {
        m_failToSend = m_failed;
    }
    if (m_failToSend) // the first has gone with the acknowledgement, if there was one
    {
        SendAck();
    }
    // Soon, because the peer must hear of it before it sends the data once more and its stream is
    // not in order any longer: the least timeout of Linux, or twice the time there and back.
    const Time answer = std::max(MilliSeconds(200), m_rtt->GetEstimate() * 2);
    m_failTimer = Simulator::Schedule(BackOff(std::min<Time>(m_rto, answer), m_failRepeats - 1),
                                      &MptcpSubflow::RepeatFail,
                                      this);
}

void
MptcpSubflow::AnswerFail(std::optional<mptcp::DataSequence> expected)
{
    if (expected)
    {
        m_failToSend = expected;
    }
    m_answersFail = true;
    m_isAckDue = true;
}

void
MptcpSubflow::InspectPlain(const MptcpRawTcpHeader& header, uint32_t payloadBytes)
{
    bool isFail = false;
    std::optional<mptcp::DssMapping> mapping;
    mptcp::SegmentContext context;
    context.ack = true;
    context.hasPayload = payloadBytes > 0;
    ForEachTcpOption(header.Options(), [&](mptcp::ByteView option) {
        if (option.data[0] != KIND_MPTCP)
        {
            return;
        }
        const auto parsed = mptcp::Parse(option, context);
        if (const auto* good = std::get_if<mptcp::MptcpOption>(&parsed))
        {
            const auto* dss = std::get_if<mptcp::Dss>(good);
            isFail = isFail || std::holds_alternative<mptcp::Fail>(*good);
            if (dss && dss->mapping)
            {
                mapping = dss->mapping;
            }
        }
    });
    if ((!isFail && !mapping) || !m_connection || !IsAcceptable(header, payloadBytes, true))
    {
        return;
    }
    if (mapping)
    {
        // The MP_FAIL that went before it has said all already, but where the data belongs.
        if (mapping->lengthBytes == 0 && !std::exchange(m_isPeerInfiniteCounted, true))
        {
            m_stack->GetMib().Increment(mptcp::Mib::InfiniteMapRx);
        }
        FollowMapping(*mapping);
        if (m_failed && KnowsPlace())
        {
            m_failed.reset(); // what has waited for it is delivered with this segment
            m_failTimer.Cancel();
        }
    }
    if (isFail)
    {
        // Our answer was lost. An acknowledgement without options says the same, and cannot be
        // taken for a MP_FAIL that wants an answer in turn. On a new subflow the peer may wait for
        // the mapping that somebody has taken off the data.
        m_stack->GetMib().Increment(mptcp::Mib::MPFailRx);
        m_isInfiniteDue = m_infiniteAnswer.has_value();
        AnswerFail(std::nullopt);
    }
}

void
MptcpSubflow::FollowMapping(const mptcp::DssMapping& mapping)
{
    const auto begin = BeginOf(mapping);
    const auto offset = mptcp::Expand(mapping.subflowOffset, m_drainOffset);
    if (!begin || (mapping.lengthBytes > 0 && offset + mapping.lengthBytes <= m_drainOffset) ||
        m_receiveMappings.Translate(std::max(offset, m_drainOffset), 1).dataBegin ==
            *begin + static_cast<uint64_t>(std::max(offset, m_drainOffset) - offset))
    {
        return; // as positions say
    }
    const auto atDrain = *begin + static_cast<uint64_t>(m_drainOffset - offset);
    if (m_connection->NextReceived() < atDrain)
    {
        return; // a gap: positions are right, or nothing is
    }
    mptcp::ReceiveMappings mappings;
    mappings.ForgetBelow(m_drainOffset);
    const auto known = m_receiveMappings.Translate(m_drainOffset, 1).dataBegin;
    if (m_drainOffset < offset && known)
    {
        mappings.Add(m_drainOffset, *known, static_cast<uint32_t>(offset - m_drainOffset));
    }
    mappings.AddInfinite(std::max(offset, m_drainOffset),
                         *begin + static_cast<uint64_t>(std::max(offset, m_drainOffset) - offset));
    m_receiveMappings = std::move(mappings);
}

// ---- the shape of segments ----

bool
MptcpSubflow::CheckShape(mptcp::SubflowOffset mapping,
                         mptcp::DataSequence begin,
                         uint32_t mappingBytes,
                         mptcp::SubflowOffset segment,
                         uint32_t segmentBytes)
{
    if (segment < m_drainOffset && m_drainOffset < segment + segmentBytes)
    {
        // Sent once more, in other pieces; what is delivered has fitted (RFC 9293 3.8.1).
        segmentBytes = static_cast<uint32_t>(segment + segmentBytes - m_drainOffset);
        segment = m_drainOffset;
    }
    if (segmentBytes == 0 || UsesChecksums() || m_failed || m_brokenBy || m_isPlain ||
        segment + segmentBytes <= m_drainOffset ||
        mptcp::ReceiveMappings::Fits(mapping, mappingBytes, segment, segmentBytes) ||
        !m_connection || !m_connection->HasReceiver())
    {
        return true;
    }
    NS_LOG_INFO("MPTCP: a segment that does not fit its mapping on subflow " << m_id);
    m_stack->GetMib().Increment(mptcp::Mib::DSSNoMatchTCP);
    // What is to be drained next was mapped before, or lies in line with this mapping.
    const auto known = m_receiveMappings.Translate(m_drainOffset, 1).dataBegin;
    const auto next = known.value_or(begin + static_cast<uint64_t>(m_drainOffset - mapping));
    if (m_connection->OnChecksumFailure(*this, next == PlainBegin()))
    {
        m_isPlaceAgreed = true;
        Fail(next);
    }
    else
    {
        BreakWithFail(next);
    }
    return false;
}

uint32_t
MptcpSubflow::DeliverableBytes(uint32_t pieceBytes, uint32_t availableBytes) const
{
    if (m_isPlain)
    {
        // TCP has acknowledged it, and nobody sends it again: what there is no window for waits in
        // TCP's buffer, which is a limit too. MptcpConnection::Read comes back for it.
        return static_cast<uint32_t>(
            std::min<uint64_t>(pieceBytes, m_connection->ReceiveWindowBytes()));
    }
    // A box that makes a segment shorter shows by the next one. By then the bytes must not have
    // been delivered, or what another subflow brings in their place would not fit. This is about
    // mappings that can have come in one segment; longer ones arrive bit by bit.
    const auto incomplete = m_receiveMappings.IncompleteAt(m_drainOffset + availableBytes);
    if (!incomplete || incomplete->lengthBytes > m_tcb->m_segmentSize ||
        !m_connection->HasAlternativeTo(*this))
    {
        return pieceBytes;
    }
    const int64_t wholeBytes = incomplete->begin - m_drainOffset;
    return static_cast<uint32_t>(std::clamp<int64_t>(wholeBytes, 0, pieceBytes));
}

mptcp::DataSequence
MptcpSubflow::PlainBegin() const
{
    if (m_drainOffset.Value() > 1 || m_failedPayload)
    {
        // Bytes whose checksum was wrong are taken off TCP's buffer already.
        const uint32_t heldBytes = m_failedPayload ? m_failedPayload->GetSize() : 0;
        const auto inLine = m_connection->NextReceived() + heldBytes;
        // What the peer repeats is here already.
        return m_infiniteBegin ? std::min(*m_infiniteBegin, inLine) : inLine;
    }
    // The peer may begin with what it does not know to be here.
    const auto piece = m_receiveMappings.Translate(m_drainOffset, 1);
    return piece.dataBegin.value_or(m_infiniteBegin.value_or(m_connection->NextReceived()));
}

bool
MptcpSubflow::KnowsPlace() const
{
    return !m_isJoin || ReceivedBytes() > 0 || m_isPlaceAgreed || m_infiniteBegin ||
           m_receiveMappings.Translate(m_drainOffset, 1).dataBegin;
}

void
MptcpSubflow::NoteFailAnswered()
{
    // Whoever knows where we want to go on goes on there. What is here was sent before.
    m_isPlaceAgreed = m_isPlaceAgreed || m_arrivalPayloadBytes + m_tcb->m_rxBuffer->Size() == 0;
}

void
MptcpSubflow::AskForPlace()
{
    m_isAsking = false; // there is no way back to MPTCP
    Fail(m_connection->NextReceived());
}

// ---- mappings ----

void
MptcpSubflow::TakeMapping(const mptcp::DssMapping& mapping,
                          mptcp::SubflowOffset offset,
                          mptcp::DataSequence begin,
                          mptcp::SubflowOffset segment,
                          uint32_t payloadBytes)
{
    mptcp::MibCounters& mib = m_stack->GetMib();
    if (mapping.lengthBytes == 0)
    {
        if (m_connection)
        {
            m_isPeerInfiniteCounted = true;
            m_infiniteBegin = begin + static_cast<uint64_t>(m_drainOffset - offset);
            mib.Increment(mptcp::Mib::InfiniteMapRx);
            m_connection->OnInfiniteMapping(*this);
        }
        return;
    }
    if (mapping.checksum.has_value() != UsesChecksums())
    {
        if (!m_isPlain && !m_brokenBy)
        {
            mib.Increment(mptcp::Mib::DSSCorruptionReset);
            Break(mptcp::ResetReason::MptcpSpecific); // not as negotiated, RFC 8684 3.3
        }
        return;
    }
    const uint32_t bytes = mapping.lengthBytes - (mapping.dataFin ? 1U : 0U);
    if (bytes == 0)
    {
        return;
    }
    if (!CheckShape(offset, begin, bytes, segment, payloadBytes))
    {
        return;
    }
    auto checksum = mapping.checksum;
    if (checksum && mapping.dataFin)
    {
        checksum =
            mptcp::ChecksumWithLength(*checksum, mapping.lengthBytes, static_cast<uint16_t>(bytes));
    }
    const auto result = m_receiveMappings.Add(offset, begin, bytes, checksum);
    using Result = mptcp::ReceiveMappings::AddResult;
    const bool isBeside =
        payloadBytes > 0 && (offset + bytes <= segment || segment + payloadBytes <= offset);
    if (result == Result::Conflict)
    {
        mib.Increment(mptcp::Mib::DSSNotMatching); // what was declared first stands
    }
    else if (result == Result::OutsideWindow || isBeside)
    {
        mib.Increment(mptcp::Mib::DSSNoMatchTCP); // RFC 8684 3.3.1
    }
}

void
MptcpSubflow::Resume()
{
    const Ptr<MptcpSubflow> self(this);
    if (m_tcb->m_rxBuffer->Available() > 0)
    {
        AfterSegment();
    }
}

bool
MptcpSubflow::AwaitMapping(uint32_t availableBytes)
{
    // RFC 8684 3.3.1: for a short while, and no more than a receive window of data.
    const uint64_t window = m_connection->ReceiveWindowBytes();
    const uint64_t segment = m_tcb->m_segmentSize;
    if (availableBytes + segment > std::max(window, 2 * segment))
    {
        m_connection->OnMappingMissing(*this);
        return m_isPlain;
    }
    if (!m_mappingTimer.IsRunning())
    {
        m_mappingTimer = Simulator::Schedule(m_rto.Get() * 2, &MptcpSubflow::OnMappingTimer, this);
    }
    return false;
}

void
MptcpSubflow::OnMappingTimer()
{
    const Ptr<MptcpSubflow> self(this);
    if (m_connection && !m_brokenBy)
    {
        m_connection->OnMappingMissing(*this);
        AfterSegment(); // fallen back, and what waits can be delivered; or broken
    }
}

bool
MptcpSubflow::ExpectsMapping() const
{
    return m_hasHeardDss && !m_isArrivalPlain;
}

// ---- options that do not get through ----

void
MptcpSubflow::WatchForSilence(const MptcpRawTcpHeader& header,
                              uint32_t payloadBytes,
                              mptcp::OptionView options)
{
    m_isArrivalPlain = options.Size() == 0;
    const bool isSyn = (header.Flags() & TcpHeader::SYN) != 0;
    if (!m_connection || isSyn || (m_isDataAckHeard && !m_failed))
    {
        return;
    }
    if (m_failed)
    {
        // On a later subflow data without its mapping may be of any part of the stream
        // (RFC 8684 3.7); the peer is asked until it says which.
        const bool isOfUnknownPart =
            m_isJoin && ReceivedBytes() == 0 && payloadBytes + m_tcb->m_rxBuffer->Size() > 0;
        if (m_isArrivalPlain && !isOfUnknownPart)
        {
            m_connection->OnFailUnderstood(*this);
        }
        return;
    }
    const bool acksData = m_appendOffset > mptcp::SubflowOffset(1) &&
                          SentOffset(header.AckNumber()) > mptcp::SubflowOffset(1);
    if (!acksData || !m_handshake->IsComplete())
    {
        return; // the handshake has its own rule
    }
    if (m_isArrivalPlain)
    {
        m_connection->OnDataAckMissing(*this);
        return;
    }
    const auto* dss = options.Find<mptcp::Dss>();
    // One that acknowledges nothing may be of a peer that waits for a mapping which got lost.
    m_isDataAckHeard =
        dss && dss->dataAck && (m_isJoin || m_connection->AcknowledgesData(*dss->dataAck));
}

void
MptcpSubflow::Break(mptcp::ResetReason reason)
{
    m_brokenBy = reason;
}

void
MptcpSubflow::BreakWithFail(mptcp::DataSequence begin)
{
    m_failToSend = begin;
    Break(mptcp::ResetReason::MiddleboxInterference);
}

bool
MptcpSubflow::EndIfBroken()
{
    if (!m_brokenBy)
    {
        return true;
    }
    if (m_state != CLOSED)
    {
        Reset(*m_brokenBy);
    }
    return false;
}

// ---- the last words of MPTCP ----

bool
MptcpSubflow::CarriesWholeStream(mptcp::DataSequence unacknowledged, mptcp::DataSequence next) const
{
    auto acknowledged = SentOffset(m_txBuffer->HeadSequence().GetValue());
    if (m_arrival && (m_arrival->Flags() & TcpHeader::ACK) != 0)
    {
        // TCP has not seen it yet when the options are read, which are about the same.
        acknowledged = std::max(acknowledged, SentOffset(m_arrival->AckNumber()));
    }
    return m_mappings.IsOneLine(acknowledged, unacknowledged, next);
}

void
MptcpSubflow::DeclareInfiniteMapping(mptcp::DataSequence unacknowledged, mptcp::DataSequence next)
{
    const auto outstanding = static_cast<uint64_t>(next - unacknowledged);
    mptcp::DssMapping mapping;
    mapping.dataSequence = unacknowledged.Value();
    mapping.subflowOffset = static_cast<uint32_t>(m_appendOffset.Value() - outstanding);
    if (m_connection && m_connection->UsesChecksums())
    {
        mapping.checksum = 0; // RFC 8684 3.3.1
    }
    m_infiniteMapping = mapping;
    if (m_isJoin)
    {
        m_infiniteAnswer = mapping;
    }
    m_infiniteFrom = SentOffset(m_tcb->m_highTxMark.Get().GetValue());
}

void
MptcpSubflow::OmitInfiniteMapping()
{
    m_infiniteMapping.reset();
}

bool
MptcpSubflow::HasLastWord() const
{
    return m_infiniteMapping || m_failToSend || m_isInfiniteDue;
}

void
MptcpSubflow::WantFail(mptcp::WantedOptions& wanted)
{
    wanted.emplace_back(mptcp::Fail{m_failToSend->Value()});
    m_failToSend.reset();
    m_stack->GetMib().Increment(mptcp::Mib::MPFailTx);
}

void
MptcpSubflow::WantInfiniteMapping(const MptcpRawTcpHeader& header,
                                  uint32_t payloadBytes,
                                  mptcp::WantedOptions& wanted)
{
    constexpr uint8_t OTHERS = TcpHeader::SYN | TcpHeader::FIN;
    if (m_isInfiniteDue && payloadBytes == 0 && (header.Flags() & OTHERS) == 0)
    {
        m_isInfiniteDue = false;
        wanted.emplace_back(mptcp::Dss{std::nullopt, m_infiniteAnswer});
        return;
    }
    if (!m_infiniteMapping)
    {
        return;
    }
    if (SentOffset(m_txBuffer->HeadSequence().GetValue()) > m_infiniteFrom)
    {
        m_infiniteMapping.reset(); // it has arrived
        return;
    }
    // With no more data to send the FIN brings it; the peer may wait for a Data ACK otherwise.
    const uint32_t bytes = payloadBytes + ((header.Flags() & TcpHeader::FIN) != 0 ? 1 : 0);
    const auto begin = SentOffset(header.SequenceNumber());
    // What has gone out before, and the peer may have by another way, says so when it is repeated.
    const bool isRepeated = bytes > 0 && m_connection && m_connection->HadSeveralSubflows();
    if (begin <= m_infiniteFrom && (isRepeated || m_infiniteFrom < begin + bytes))
    {
        wanted.emplace_back(mptcp::Dss{std::nullopt, m_infiniteMapping});
        if (!m_isInfiniteCounted)
        {
            m_isInfiniteCounted = true;
            m_stack->GetMib().Increment(mptcp::Mib::InfiniteMapTx);
        }
    }
}

void
MptcpSubflow::CancelIntegrityTimers()
{
    m_failTimer.Cancel();
    m_mappingTimer.Cancel();
}

} // namespace ns3
