// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSubflow that reads and writes segments: options in, options out.
#include "core/wire/option-codec.h"
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "segment-editor.h"

#include "ns3/ipv4-end-point.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv6-end-point.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-rx-buffer.h"
#include "ns3/tcp-tx-buffer.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpSubflowSegments");

namespace
{

/// What the options of a received segment say.
struct SegmentOptions
{
    mptcp::OptionList mptcp;
    bool hasTimestamp{false};
    std::optional<uint16_t> maximumSegment;
};

SegmentOptions
ParseOptions(const MptcpRawTcpHeader& header, uint32_t payloadBytes, mptcp::MptcpVersion version)
{
    SegmentOptions read;
    mptcp::SegmentContext context;
    context.version = version;
    context.syn = (header.Flags() & TcpHeader::SYN) != 0;
    context.ack = (header.Flags() & TcpHeader::ACK) != 0;
    context.rst = (header.Flags() & TcpHeader::RST) != 0;
    context.fin = (header.Flags() & TcpHeader::FIN) != 0;
    context.hasPayload = payloadBytes > 0;
    ForEachTcpOption(header.Options(), [&](mptcp::ByteView option) {
        if (option.data[0] == KIND_TIMESTAMP)
        {
            read.hasTimestamp = true;
        }
        else if (option.data[0] == KIND_MSS && option.size == 4)
        {
            read.maximumSegment = static_cast<uint16_t>((option.data[2] << 8) | option.data[3]);
        }
        else if (option.data[0] == KIND_MPTCP)
        {
            const auto parsed = mptcp::Parse(option, context);
            if (const auto* good = std::get_if<mptcp::MptcpOption>(&parsed))
            {
                read.mptcp.push_back(*good);
            }
        }
    });
    return read;
}

} // namespace

mptcp::SubflowOffset
MptcpSubflow::SentOffset(uint32_t sequence) const
{
    return mptcp::Expand(sequence - m_localIsn.GetValue(), m_appendOffset);
}

// ---- a SYN at a listening subflow ----

bool
MptcpSubflow::Admit(const MptcpRawTcpHeader& header, const Address& from, const Address& to)
{
    const uint8_t flags = header.Flags();
    if ((flags & TcpHeader::SYN) == 0 || (flags & (TcpHeader::ACK | TcpHeader::RST)) != 0)
    {
        return true;
    }
    const SegmentOptions read = ParseOptions(header, 0, mptcp::MptcpVersion::V1);
    const mptcp::OptionView options(read.mptcp);
    m_admission = Admission{};
    m_admission->peerMaximumSegment = read.maximumSegment;
    if (const auto* join = options.Find<mptcp::JoinSyn>())
    {
        CountJoinSyn(*join);
        std::optional<mptcp::ResetReason> refused;
        AdmitJoin(*join, read.mptcp, to, refused);
        if (!refused && !IsRoutingFor(from, to))
        {
            m_stack->GetMib().Increment(mptcp::Mib::MPJoinRejected);
            refused = mptcp::ResetReason::AdministrativelyProhibited;
        }
        if (refused)
        {
            RefuseJoin(header, from, to, *refused);
            return false;
        }
    }
    else if (!IsRoutingFor(from, to))
    {
        return false; // there is no good way for any answer
    }
    else if (m_isForJoinsOnly)
    {
        if (options.Find<mptcp::CapableSyn>())
        {
            m_stack->GetMib().Increment(mptcp::Mib::MPCapableSYNRX);
        }
        m_stack->GetMib().Increment(mptcp::Mib::MPCapableEndpAttempt);
        RefuseJoin(header, from, to, mptcp::ResetReason::AdministrativelyProhibited); // as Linux
        return false;
    }
    else if (const auto* offer = options.Find<mptcp::CapableSyn>(); offer && !m_isPlain)
    {
        if (const auto version = mptcp::ChooseVersion(*offer, m_stack->GetVersions()))
        {
            AdmitConnection(read.mptcp, *version);
        }
    }
    return true;
}

void
MptcpSubflow::AdmitJoin(const mptcp::JoinSyn& join,
                        const mptcp::OptionList& options,
                        const Address& to,
                        std::optional<mptcp::ResetReason>& refused)
{
    MptcpConnection* connection = m_stack->Find(join.token);
    if (!connection || !connection->IsMultipath())
    {
        m_stack->GetMib().Increment(mptcp::Mib::MPJoinNoTokenFound);
        refused = mptcp::ResetReason::MptcpSpecific; // unknown token, RFC 8684 3.2
        return;
    }
    if (!connection->TakesJoinsAt(ToCore(to)))
    {
        m_stack->GetMib().Increment(mptcp::Mib::MismatchPortSynRx);
        refused = mptcp::ResetReason::AdministrativelyProhibited; // as Linux
        return;
    }
    if (connection->IsAnotherPort(ToCore(to).port))
    {
        m_stack->GetMib().Increment(mptcp::Mib::MPJoinPortSynRx);
    }
    if (!connection->AcceptsJoinAt(ToCore(to)))
    {
        m_stack->GetMib().Increment(mptcp::Mib::MPJoinRejected);
        refused = mptcp::ResetReason::AdministrativelyProhibited;
        return;
    }
    if (!connection->HasRoomForJoin())
    {
        m_stack->GetMib().Increment(mptcp::Mib::MPJoinRejected);
        refused = mptcp::ResetReason::LackOfResources;
        return;
    }
    mptcp::JoinConfig config;
    config.localKey = connection->LocalKey();
    config.remoteKey = connection->RemoteKey();
    config.localNonce = m_stack->NewNonce();
    config.localAddressId = connection->IdOf(ToCore(to).address);
    config.backup = m_stack->IsBackupEndpoint(ToCore(to).address);
    config.version = connection->Version();
    auto handshake = mptcp::SubflowHandshake::AcceptJoin(config);
    const auto verdict = handshake.OnSegment({true, false, false, false, {}, 0}, options);
    if (verdict.action == mptcp::VerdictAction::Reset)
    {
        refused = verdict.resetReason;
        return;
    }
    m_admission->handshake = handshake;
    m_admission->connection = connection;
}

void
MptcpSubflow::AdmitConnection(const mptcp::OptionList& options, mptcp::MptcpVersion version)
{
    const uint64_t owner = m_stack->NewOwnerId();
    const auto key = m_stack->ReserveKey(owner, version);
    if (!key)
    {
        m_stack->GetMib().Increment(mptcp::Mib::MPCapableSYNRX);
        m_stack->GetMib().Increment(mptcp::Mib::MPFallbackTokenInit);
        return; // no free token: plain TCP
    }
    mptcp::CapableConfig config;
    config.localKey = *key;
    config.version = version;
    config.denyJoin = !m_stack->AllowsJoinInitialAddrPort();
    config.checksum = m_stack->GetChecksumPolicy();
    auto handshake = mptcp::SubflowHandshake::AcceptConnection(config);
    const auto verdict = handshake.OnSegment({true, false, false, false, {}, 0}, options);
    if (verdict.action != mptcp::VerdictAction::Continue)
    {
        m_stack->ReleaseKey(*key, version);
        return;
    }
    m_stack->GetMib().Increment(mptcp::Mib::MPCapableSYNRX);
    m_admission->handshake = handshake;
    m_admission->keyOwner = owner;
}

void
MptcpSubflow::RefuseJoin(const MptcpRawTcpHeader& header,
                         const Address& from,
                         const Address& to,
                         mptcp::ResetReason reason)
{
    TcpHeader reset;
    reset.SetFlags(TcpHeader::RST | TcpHeader::ACK);
    reset.SetSequenceNumber(SequenceNumber32(0));
    reset.SetAckNumber(SequenceNumber32(header.SequenceNumber()) + 1);
    reset.SetSourcePort(header.DestinationPort());
    reset.SetDestinationPort(header.SourcePort());
    reset.SetWindowSize(0);
    m_resetReason = reason;
    m_isResetTransient = reason == mptcp::ResetReason::LackOfResources; // later there may be room
    MptcpStack::SendingScope scope(*m_stack, *this);
    m_tcp->SendPacket(ns3::Create<Packet>(), reset, to, from, nullptr);
    m_resetReason.reset();
}

// ---- a segment of an open subflow ----

namespace
{

/// Reads the header of a received segment and leaves TCP's own options in it.
///
/// ns3::TcpSocketBase parses the header twice more, and an option of a kind it does not know costs
/// some 2,300 instructions each time, which is more than all of this.
MptcpRawTcpHeader
TakeOptions(Packet& packet)
{
    MptcpRawTcpHeader header;
    header.ReadFrom(packet);
    if (header.IsValid())
    {
        MptcpRawTcpHeader forTcp = header;
        forTcp.RemoveFrom(packet);
        RemoveMptcpOptions(forTcp);
        packet.AddHeader(forTcp);
    }
    return header;
}

} // namespace

void
MptcpSubflow::TakeArrivals()
{
    if (m_endPoint)
    {
        m_endPoint->SetRxCallback(MakeCallback(&MptcpSubflow::OnArrival, Ptr<MptcpSubflow>(this)));
        LeaveArrivals();
        if (auto arrivals = m_stack->GetArrivals())
        {
            m_arrivalsKey =
                arrivals->Add(*this,
                              {m_endPoint->GetLocalAddress(), m_endPoint->GetLocalPort()},
                              {m_endPoint->GetPeerAddress(), m_endPoint->GetPeerPort()});
        }
    }
    if (m_endPoint6)
    {
        m_endPoint6->SetRxCallback(
            MakeCallback(&MptcpSubflow::OnArrival6, Ptr<MptcpSubflow>(this)));
    }
    Address name;
    GetSockName(name);
    m_localEndpoint = ToCore(name);
    GetPeerName(name);
    m_remoteEndpoint = ToCore(name);
}

void
MptcpSubflow::LeaveArrivals()
{
    if (m_arrivalsKey)
    {
        if (auto arrivals = m_stack->GetArrivals())
        {
            arrivals->Remove(*this, *m_arrivalsKey);
        }
        m_arrivalsKey.reset();
    }
}

bool
MptcpSubflow::TakeSegment(Ptr<Packet> packet,
                          const Ipv4Header& header,
                          Ptr<Ipv4Interface> incomingInterface)
{
    // What ns3::Ipv4EndPointDemux asks of an endpoint that has these addresses and ports.
    if (!m_endPoint || !m_endPoint->IsRxEnabled())
    {
        return false;
    }
    const Ptr<NetDevice> device = m_endPoint->GetBoundNetDevice();
    if (device && device != incomingInterface->GetDevice())
    {
        return false;
    }
    const Ptr<MptcpSubflow> self(this);
    OnArrival(packet, header, m_endPoint->GetPeerPort(), incomingInterface);
    return true;
}

template <typename Forward>
void
MptcpSubflow::Arrive(Packet& packet, Forward forward)
{
    if (m_isPlain)
    {
        forward();
        return;
    }
    Ptr<MptcpSubflow> self(this);
    const uint32_t segmentBytes = packet.GetSize();
    const MptcpRawTcpHeader arrival = TakeOptions(packet);
    m_arrival = &arrival;
    m_arrivalPayloadBytes = segmentBytes - arrival.GetSerializedSize();
    forward();
    m_arrival = nullptr;
}

void
MptcpSubflow::OnArrival(Ptr<Packet> packet,
                        Ipv4Header header,
                        uint16_t port,
                        Ptr<Ipv4Interface> incomingInterface)
{
    Arrive(*packet, [&] { ForwardUp(packet, header, port, incomingInterface); });
}

void
MptcpSubflow::OnArrival6(Ptr<Packet> packet,
                         Ipv6Header header,
                         uint16_t port,
                         Ptr<Ipv6Interface> incomingInterface)
{
    Arrive(*packet, [&] { ForwardUp6(packet, header, port, incomingInterface); });
}

bool
MptcpSubflow::IsAcceptable(const MptcpRawTcpHeader& header,
                           uint32_t payloadBytes,
                           bool hasTimestamp) const
{
    const uint8_t flags = header.Flags();
    const SequenceNumber32 acknowledged(header.AckNumber());
    const SequenceNumber32 next = m_tcb->m_nextTxSequence;
    if (m_state == SYN_SENT)
    {
        return (flags & TcpHeader::SYN) != 0 &&
               ((flags & TcpHeader::ACK) == 0 || acknowledged == next + 1);
    }
    if ((flags & TcpHeader::SYN) != 0)
    {
        return true; // repeated; changes nothing but the handshake's mind
    }
    if ((flags & TcpHeader::ACK) == 0 || (m_timestampEnabled && !hasTimestamp))
    {
        return false;
    }
    if (m_state == SYN_RCVD)
    {
        return acknowledged == next + 1;
    }
    const SequenceNumber32 begin(header.SequenceNumber());
    const bool isInWindow =
        begin + payloadBytes >= m_tcb->m_rxBuffer->NextRxSequence() && begin <= ReceiveEdge();
    // One more than the highest data: our FIN.
    return isInWindow && acknowledged <= m_tcb->m_highTxMark.Get() + 1;
}

SequenceNumber32
MptcpSubflow::ReceiveEdge() const
{
    return std::max(m_tcb->m_rxBuffer->MaxRxSequence(), m_tcb->m_rxBuffer->NextRxSequence());
}

void
MptcpSubflow::LearnSyn(const MptcpRawTcpHeader& header)
{
    m_remoteIsn = SequenceNumber32(header.SequenceNumber());
}

bool
MptcpSubflow::Inspect(const MptcpRawTcpHeader& header, uint32_t payloadBytes)
{
    const uint8_t flags = header.Flags();
    m_hasSignalArrived = false;
    if ((flags & TcpHeader::SYN) != 0 && (flags & TcpHeader::RST) == 0 && m_state >= ESTABLISHED &&
        m_state < TIME_WAIT)
    {
        // Our third ACK was lost, or it is old or forged. RFC 9293 3.10.7.4 wants an answer and no
        // more. The base gives none, and negotiates its options anew.
        const bool wasPlain = m_isPlain;
        constexpr uint8_t SYN_ACK = TcpHeader::SYN | TcpHeader::ACK;
        if ((flags & SYN_ACK) == SYN_ACK &&
            SequenceNumber32(header.SequenceNumber()) == m_remoteIsn &&
            SequenceNumber32(header.AckNumber()) == m_localIsn + 1)
        {
            NoteUnansweredKeys();
        }
        SendAck();
        m_isPlain = wasPlain;
        return false;
    }
    if (IsKeepalive(header, payloadBytes))
    {
        SendAck();
    }
    if (m_isPlain || !m_handshake || m_state == CLOSED || m_state == TIME_WAIT)
    {
        if (m_answersFail || m_infiniteAnswer || (m_isJoin && m_drainOffset.Value() == 1))
        {
            InspectPlain(header, payloadBytes);
        }
        return true;
    }
    const SegmentOptions read = ParseOptions(header, payloadBytes, m_handshake->Version());
    if ((flags & TcpHeader::RST) != 0)
    {
        return InspectReset(header, read.mptcp);
    }
    if (!IsAcceptable(header, payloadBytes, read.hasTimestamp))
    {
        return true; // TCP knows what to do with it
    }
    m_hasSignalArrived = HasSignal(read.mptcp);
    if (m_isProbing)
    {
        NoteAnswer();
    }
    else if (m_isSuspect)
    {
        Trust();
    }
    if (m_state == SYN_SENT)
    {
        LearnSyn(header);
        if (read.maximumSegment)
        {
            LimitSegment(std::max<uint32_t>(*read.maximumSegment, 41) - 40);
        }
    }
    if (!m_handshake->IsComplete())
    {
        mptcp::SegmentFacts facts;
        facts.syn = (flags & TcpHeader::SYN) != 0;
        facts.ack = (flags & TcpHeader::ACK) != 0;
        facts.rst = (flags & TcpHeader::RST) != 0;
        facts.acksPayload = facts.ack && SentOffset(header.AckNumber()) > mptcp::SubflowOffset(1) &&
                            UnAckDataCount() > 0;
        facts.offset =
            mptcp::Expand(header.SequenceNumber() - m_remoteIsn.GetValue(), m_drainOffset);
        facts.payloadBytes = payloadBytes;
        facts.fin = (flags & TcpHeader::FIN) != 0;
        const auto before = m_handshake->State();
        const bool areKeysUnanswered =
            m_handshake->LastVerdict().cause == mptcp::HandshakeCause::KeysUnanswered;
        const auto verdict = m_handshake->OnSegment(facts, read.mptcp);
        CountHandshake(before);
        if (!Obey(verdict))
        {
            return false;
        }
        if (m_isPlain && areKeysUnanswered)
        {
            OmitInfiniteMapping(); // it would not get through, nor the data with it
        }
    }
    if (m_isPlain)
    {
        return true;
    }
    WatchForSilence(header, payloadBytes, read.mptcp);
    LearnMapping(header, payloadBytes, read.mptcp);
    if (m_connection && m_connection->HasReceiver() && !m_brokenBy)
    {
        // The window of a SYN is never scaled (RFC 7323 2.2).
        const uint32_t shift = (flags & TcpHeader::SYN) != 0 ? 0 : m_sndWindShift;
        m_connection->OnOptions(*this,
                                read.mptcp,
                                static_cast<uint64_t>(header.WindowField()) << shift);
    }
    // A fast close, or a reset, leaves nothing for TCP to look at.
    return EndIfBroken() && m_state != CLOSED;
}

bool
MptcpSubflow::Obey(const mptcp::Verdict& verdict)
{
    switch (verdict.action)
    {
    case mptcp::VerdictAction::Drop:
        return false;
    case mptcp::VerdictAction::Reset:
        Reset(verdict.resetReason);
        return false;
    case mptcp::VerdictAction::FallBack:
        NS_LOG_INFO("MPTCP: falling back to TCP: " << mptcp::ToString(verdict.cause));
        if (verdict.cause == mptcp::HandshakeCause::SimultaneousOpen)
        {
            // The connection follows when it is open, as with a peer that does not know MPTCP.
            m_isPlain = true;
        }
        else if (m_connection && !m_connection->MayFallBackInHandshake(*this))
        {
            Reset(mptcp::ResetReason::MiddleboxInterference);
            return false;
        }
        else if (m_connection)
        {
            m_connection->OnFallback(*this);
        }
        else
        {
            m_isPlain = true;
        }
        return true;
    case mptcp::VerdictAction::Continue:
        break;
    }
    m_isAckDue = m_isAckDue || verdict.mustAckNow;
    if (m_connection && !m_isJoin && m_handshake->RemoteKey() && !m_connection->HasReceiver())
    {
        m_connection->OnKeysKnown(*this);
    }
    if (m_handshake->State() == mptcp::HandshakeState::JoinPreEstablished &&
        !m_joinTimer.IsRunning())
    {
        if (m_connection && m_connection->IsAnotherPeerPort(m_path.remote.port))
        {
            m_stack->GetMib().Increment(mptcp::Mib::MPJoinPortSynAckRx);
        }
        m_joinAckAt = Simulator::Now();
        WaitForFourthPacket();
    }
    if (m_handshake->State() == mptcp::HandshakeState::Established && m_connection)
    {
        m_joinTimer.Cancel();
        m_isEstablishedDue = true;
    }
    return true;
}

void
MptcpSubflow::LearnMapping(const MptcpRawTcpHeader& header,
                           uint32_t payloadBytes,
                           const mptcp::OptionList& options)
{
    for (const auto& option : options)
    {
        std::optional<mptcp::DssMapping> mapping;
        mptcp::DataSequence begin;
        if (const auto* dss = std::get_if<mptcp::Dss>(&option))
        {
            const auto dataBegin = dss->mapping ? BeginOf(*dss->mapping) : std::nullopt;
            if (!dataBegin)
            {
                continue;
            }
            mapping = dss->mapping;
            begin = *dataBegin;
        }
        else if (const auto* keys = std::get_if<mptcp::CapableAck>(&option))
        {
            if (!m_handshake->RemoteKey())
            {
                continue;
            }
            mapping =
                mptcp::FirstMapping(*keys,
                                    mptcp::DeriveInitialDataSequence(*m_handshake->RemoteKey(),
                                                                     m_handshake->Version()));
            begin = mptcp::DataSequence(mapping ? mapping->dataSequence : 0);
        }
        if (!mapping)
        {
            continue;
        }
        TakeMapping(*mapping,
                    mptcp::Expand(mapping->subflowOffset, m_drainOffset),
                    begin,
                    mptcp::Expand(header.SequenceNumber() - m_remoteIsn.GetValue(), m_drainOffset),
                    payloadBytes);
    }
}

void
MptcpSubflow::AfterSegment()
{
    if (!m_connection)
    {
        return;
    }
    if (m_rWnd.Get() == 0 || m_state != ESTABLISHED)
    {
        KeepRetransmitting(); // with an open window there is no need to ask for the timer
    }
    if (m_connection->HasReceiver() && (m_tcb->m_rxBuffer->Available() > 0 || m_failedPayload))
    {
        // This segment may have brought the mapping that earlier data waits for (RFC 8684 3.3.1);
        // TCP has acknowledged that data long ago.
        const auto before = m_drainOffset;
        Drain();
        m_isAckDue = m_isAckDue || m_drainOffset != before;
    }
    if (!EndIfBroken())
    {
        CheckClosed(mptcp::DownReason::Closed);
        m_connection->AfterSegment(*this);
        return;
    }
    if (m_isEstablishedDue)
    {
        AnnounceEstablished();
    }
    if (m_connection && m_isPlain && !m_isClosedReported && m_connection->HasReceiver())
    {
        const auto acknowledged =
            m_mappings.Translate(SentOffset(m_txBuffer->HeadSequence().GetValue()));
        if (acknowledged)
        {
            m_connection->OnPlainAck(*acknowledged, m_rWnd);
        }
        else if (m_appendOffset.Value() <= 1)
        {
            m_connection->OnPlainWindow(m_rWnd); // there was none, perhaps, to send anything into
        }
    }
    const bool isDataWaiting = m_isPlain && m_tcb->m_rxBuffer->Available() > 0;
    if (m_connection && m_tcb->m_rxBuffer->Finished() && !m_isFinReported && !isDataWaiting)
    {
        m_isFinReported = true;
        m_connection->OnSubflowFin(*this);
    }
    if (m_connection && std::exchange(m_isAckDue, false))
    {
        SendAck();
    }
    if (m_connection && m_areSignalsHeld)
    {
        SendHeldSignals();
    }
    if (m_connection)
    {
        m_connection->AfterSegment(*this);
    }
}

// ---- outgoing ----

void
MptcpSubflow::EditOutgoing(Ptr<Packet> packet,
                           bool isIpv6,
                           const std::optional<std::pair<Address, Address>>& checksumAddresses)
{
    if (m_isPlain && m_state >= ESTABLISHED && !HasLastWord() && !m_isWindowProbe)
    {
        return;
    }
    MptcpRawTcpHeader header;
    header.ReadFrom(*packet);
    header.RemoveFrom(*packet);
    if (checksumAddresses)
    {
        header.EnableChecksum(checksumAddresses->first, checksumAddresses->second);
    }
    if (packet->GetSize() == 0)
    {
        NumberAcknowledgment(header);
    }
    if (m_isKeepalive)
    {
        header.SetSequenceNumber(header.SequenceNumber() - 1);
    }
    if (header.Flags() == 0)
    {
        // The base's window probe. RFC 9293 3.1: once there is a connection, ACK is always set;
        // a receiver drops what lacks it, or at least the mapping that came with it.
        header.AddFlags(TcpHeader::ACK);
    }
    const bool isSyn = (header.Flags() & TcpHeader::SYN) != 0;
    std::optional<uint16_t> maximumSegment;
    if (isSyn)
    {
        m_localIsn = SequenceNumber32(header.SequenceNumber());
        maximumSegment = OwnMaximumSegment(isIpv6);
    }
    const MptcpTcpOptions tcp = SortTcpOptions(header);
    mptcp::WantedOptions wanted;
    const bool hasSignals = !m_signals.empty();
    if (!m_isPlain && hasSignals && MustLeaveOutDss(tcp.sizeBytes))
    {
        WantSignals(mptcp::OptionImportance::Handshake, wanted);
    }
    else if (!m_isPlain)
    {
        WantOptions(header, packet->GetSize(), wanted);
    }
    else if (HasLastWord() && (header.Flags() & TcpHeader::RST) == 0)
    {
        WantInfiniteMapping(header, packet->GetSize(), wanted);
    }
    const bool isReset = (header.Flags() & TcpHeader::RST) != 0;
    if (m_failToSend && (m_brokenBy ? isReset : packet->GetSize() == 0))
    {
        WantFail(wanted);
    }
    const std::size_t mssBytes = maximumSegment && !tcp.hasMaximumSegment ? 4 : 0;
    const auto plan = mptcp::PlanOptions({tcp.sizeBytes + mssBytes, tcp.sackBlocks}, wanted);
    m_signals.insert(m_signals.begin(), plan.deferred.begin(), plan.deferred.end());
    if (hasSignals)
    {
        CountSignals(plan.send);
    }
    NoteSignalAck(header, packet->GetSize(), plan.send);
    std::array<uint8_t, MptcpRawTcpHeader::MAX_OPTION_BYTES> bytes;
    mptcp::ByteWriter writer(bytes);
    for (const auto& option : plan.send)
    {
        mptcp::Emit(option, writer);
    }
    SpliceOptions(header, tcp, writer.Written(), plan.sackBlocks, maximumSegment);
    packet->AddHeader(header);
}

void
MptcpSubflow::NumberAcknowledgment(MptcpRawTcpHeader& header) const
{
    // SND.NXT, RFC 9293 3.10.7.4. The base goes back with it while it repeats what was lost, and a
    // peer that has some of that already takes neither the segment nor its options.
    constexpr uint8_t OTHERS = TcpHeader::SYN | TcpHeader::FIN | TcpHeader::RST;
    const SequenceNumber32 next = m_tcb->m_nextTxSequence;
    const SequenceNumber32 highest = m_tcb->m_highTxMark;
    if ((header.Flags() & OTHERS) == 0 && next < highest)
    {
        const auto skipped = static_cast<uint32_t>(highest - next);
        header.SetSequenceNumber(header.SequenceNumber() + skipped);
    }
}

void
MptcpSubflow::WantOptions(const MptcpRawTcpHeader& header,
                          uint32_t payloadBytes,
                          mptcp::WantedOptions& wanted)
{
    const uint8_t flags = header.Flags();
    if ((flags & TcpHeader::RST) != 0)
    {
        WantResetOptions(wanted);
        return;
    }
    if (!m_handshake)
    {
        return;
    }
    if (m_isFastCloseDue && (flags & TcpHeader::SYN) == 0 && payloadBytes == 0)
    {
        m_isFastCloseDue = false;
        wanted.emplace_back(mptcp::FastClose{*m_fastCloseKey});
        m_stack->GetMib().Increment(mptcp::Mib::MPFastcloseTx);
    }
    bool hasKeys = false;
    if (!m_handshake->IsComplete())
    {
        mptcp::OutgoingSegment segment;
        segment.syn = (flags & TcpHeader::SYN) != 0;
        segment.ack = (flags & TcpHeader::ACK) != 0;
        segment.carriesDataFin =
            payloadBytes == 0 && m_connection && m_connection->IsDataFinWaiting();
        segment.offset = SentOffset(header.SequenceNumber());
        segment.payloadBytes = payloadBytes;
        segment.mappingLengthBytes = static_cast<uint16_t>(payloadBytes);
        if (payloadBytes > 0 && UsesChecksums())
        {
            if (const auto mapping = m_mappings.Find(segment.offset, payloadBytes))
            {
                segment.mappingLengthBytes = static_cast<uint16_t>(mapping->lengthBytes);
                segment.mappingChecksum = mapping->checksum;
            }
        }
        for (const auto& option : m_handshake->OptionsFor(segment))
        {
            hasKeys = hasKeys || std::holds_alternative<mptcp::CapableAck>(option);
            wanted.emplace_back(option, mptcp::ImportanceOf(option));
        }
    }
    if (m_connection && m_connection->HasReceiver() && (flags & TcpHeader::SYN) == 0 && !hasKeys)
    {
        WantDss(header, payloadBytes, wanted);
    }
    if (payloadBytes == 0 && m_handshake->IsEstablished() &&
        ((flags & TcpHeader::FIN) != 0 || MaySignalAt(header.AckNumber())))
    {
        // The SACK blocks went with the acknowledgement of what has arrived.
        WantSignals(m_isSignalAck ? mptcp::OptionImportance::DataAck
                                  : mptcp::OptionImportance::AddressSignal,
                    wanted);
    }
}

void
MptcpSubflow::WantSignals(mptcp::OptionImportance importance, mptcp::WantedOptions& wanted)
{
    while (!m_signals.empty() && wanted.size() < wanted.capacity())
    {
        wanted.emplace_back(m_signals.front(), importance);
        m_signals.pop_front();
    }
}

bool
MptcpSubflow::MustLeaveOutDss(std::size_t tcpOptionBytes) const
{
    // ADD_ADDR with an IPv6 address takes up to 30 bytes (RFC 8684 3.4.1), all that timestamps
    // leave. The next segment has room for the DSS again; Linux does the same.
    constexpr std::size_t DATA_ACK_BYTES = 12;
    return m_isSignalAck && m_handshake && m_handshake->IsEstablished() &&
           tcpOptionBytes + DATA_ACK_BYTES + mptcp::SerializedSize(m_signals.front()) >
               mptcp::TCP_OPTION_SPACE_BYTES;
}

void
MptcpSubflow::CountSignals(const mptcp::OptionList& sent)
{
    for (const auto& option : sent)
    {
        if (const auto* add = std::get_if<mptcp::AddAddress>(&option))
        {
            m_stack->GetMib().Increment(add->IsEcho() ? mptcp::Mib::EchoAddTx
                                                      : mptcp::Mib::AddAddrTx);
        }
        else if (const auto* removal = std::get_if<mptcp::RemoveAddress>(&option))
        {
            // Linux counts identifiers, not options.
            for (std::size_t i = 0; i < removal->ids.Size(); ++i)
            {
                m_stack->GetMib().Increment(mptcp::Mib::RmAddrTx);
            }
        }
    }
}

void
MptcpSubflow::WantDss(const MptcpRawTcpHeader& header,
                      uint32_t payloadBytes,
                      mptcp::WantedOptions& wanted)
{
    mptcp::Dss dss;
    std::optional<mptcp::DataSequence> mappedEnd;
    if (payloadBytes > 0)
    {
        const auto offset = SentOffset(header.SequenceNumber());
        if (const auto mapping = m_mappings.Find(offset, payloadBytes))
        {
            mptcp::DssMapping declared;
            declared.dataSequence = mapping->dataBegin.Value();
            declared.subflowOffset = mapping->subflowBegin.Low();
            declared.lengthBytes = static_cast<uint16_t>(mapping->lengthBytes);
            declared.checksum = mapping->checksum;
            dss.mapping = declared;
            mappedEnd = mapping->dataBegin + mapping->lengthBytes;
        }
    }
    // The DATA_FIN goes with other acknowledgements; beside it there is no room for a signal.
    m_connection->CompleteDss(dss, payloadBytes == 0 && !m_isSignalAck, mappedEnd);
    wanted.emplace_back(dss);
    m_isAckDue = false;
    m_connection->NoteAcknowledged(static_cast<uint64_t>(header.WindowField()) << m_rcvWindShift);
}

} // namespace ns3
