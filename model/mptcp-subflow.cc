// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-subflow.h"

#include "api/address-tos.h"
#include "mptcp-congestion.h"
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "ns3-conversions.h"
#include "pacing-round-trip.h"
#include "retransmission-backoff.h"
#include "segment-editor.h"

#include "ns3/ipv4-end-point.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-end-point.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/rtt-estimator.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-option-ts.h"
#include "ns3/tcp-recovery-ops.h"
#include "ns3/tcp-rx-buffer.h"
#include "ns3/tcp-tx-buffer.h"

#include <algorithm>
#include <utility>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpSubflow");
NS_OBJECT_ENSURE_REGISTERED(MptcpSubflow);

namespace
{

/// Data is handed out only when it can be sent, so TCP's own buffer limit must never bind.
constexpr uint32_t UNLIMITED_SEND_BUFFER_BYTES = 0x7fffffff;

/// Makes an object of the type a TypeIdValue attribute of `owner` names.
template <typename T>
Ptr<T>
MakeFromTypeAttribute(Ptr<Object> owner, const std::string& attribute)
{
    TypeIdValue type;
    owner->GetAttribute(attribute, type);
    ObjectFactory factory;
    factory.SetTypeId(type.Get());
    return factory.Create<T>();
}

} // namespace

TypeId
MptcpSubflow::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpSubflow")
                            .SetParent<TcpSocketBase>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpSubflow>();
    return tid;
}

MptcpSubflow::MptcpSubflow()
{
    m_txBuffer->SetRWndCallback(MakeCallback(&MptcpSubflow::WindowForNewData, this));
}

MptcpSubflow::MptcpSubflow(const MptcpSubflow& listener)
    : TcpSocketBase(listener),
      m_stack(listener.m_stack)
{
    m_txBuffer->SetRWndCallback(MakeCallback(&MptcpSubflow::WindowForNewData, this));
    SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                      MakeCallback(&MptcpSubflow::OnErrorClosed, this));
    SetRecvCallback(MakeCallback(&MptcpSubflow::OnReadable, this));
    if (listener.m_admission)
    {
        m_handshake = listener.m_admission->handshake;
        m_keyOwner = listener.m_admission->keyOwner;
        m_connection = listener.m_admission->connection;
        m_isJoin = m_connection != nullptr;
        if (listener.m_admission->peerMaximumSegment)
        {
            m_admission = Admission{};
            m_admission->peerMaximumSegment = listener.m_admission->peerMaximumSegment;
        }
    }
    if (m_isJoin)
    {
        m_connection->AddOpeningJoin(*this);
    }
    m_isPlain = !m_handshake || m_handshake->State() == mptcp::HandshakeState::FellBack;
    m_coupled = DynamicCast<MptcpCoupledCongestion>(m_congestionControl);
    if (m_coupled)
    {
        m_coupled->SetSubflow(this);
    }
}

MptcpSubflow::~MptcpSubflow()
{
    LeaveArrivals();
    m_finWaitTimer.Cancel();
    m_signalTimer.Cancel();
    m_lossReport.Cancel();
    CancelIntegrityTimers();
    if (m_connection && m_isJoin)
    {
        m_connection->RemoveOpeningJoin(*this);
    }
}

Ptr<MptcpSubflow>
MptcpSubflow::Create(Ptr<MptcpStack> stack, const MptcpSocketSettings& settings)
{
    Ptr<MptcpSubflow> subflow = CreateObject<MptcpSubflow>();
    Ptr<TcpL4Protocol> tcp = stack->GetTcp();
    subflow->m_stack = stack;
    subflow->SetNode(stack->GetNode());
    subflow->SetTcp(tcp);
    subflow->SetRtt(MakeFromTypeAttribute<RttEstimator>(tcp, "RttEstimatorType"));
    subflow->SetRecoveryAlgorithm(MakeFromTypeAttribute<TcpRecoveryOps>(tcp, "RecoveryType"));
    auto congestion = stack->GetCongestionControlFactory().Create<TcpCongestionOps>();
    subflow->SetCongestionControlAlgorithm(congestion);
    subflow->m_coupled = DynamicCast<MptcpCoupledCongestion>(congestion);
    if (subflow->m_coupled)
    {
        subflow->m_coupled->SetSubflow(PeekPointer(subflow));
    }
    subflow->Configure(settings);
    subflow->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                               MakeCallback(&MptcpSubflow::OnErrorClosed, PeekPointer(subflow)));
    subflow->SetRecvCallback(MakeCallback(&MptcpSubflow::OnReadable, PeekPointer(subflow)));
    subflow->SetConnectCallback(
        MakeCallback(&MptcpSubflow::OnConnectSucceeded, PeekPointer(subflow)),
        MakeNullCallback<void, Ptr<Socket>>());
    return subflow;
}

void
MptcpSubflow::Configure(const MptcpSocketSettings& settings)
{
    SetSndBufSize(UNLIMITED_SEND_BUFFER_BYTES);
    // The window scale is chosen with it, once, so it is what the connection's may become.
    const auto buffers = m_stack->GetBufferSettings();
    SetRcvBufSize(buffers.autotuning
                      ? std::max(settings.receiveBufferBytes, buffers.maxReceiveBufferBytes)
                      : settings.receiveBufferBytes);
    SetSegSize(settings.segmentBytes);
    SetInitialSSThresh(settings.initialSsThreshBytes);
    SetInitialCwnd(settings.initialCwndSegments);
    ApplyOptions(settings);
}

void
MptcpSubflow::ApplyOptions(const MptcpSocketSettings& settings)
{
    SetConnTimeout(settings.connectionTimeout);
    SetSynRetries(settings.synRetries);
    SetDataRetries(settings.dataRetries);
    SetDelAckTimeout(settings.delayedAckTimeout);
    SetDelAckMaxCount(settings.delayedAckSegments);
    SetTcpNoDelay(settings.noDelay);
    SetPersistTimeout(settings.persistTimeout);
}

void
MptcpSubflow::ApplyIpOptions(const MptcpIpOptions& options)
{
    // Each of ns-3's setters asks for the name of the socket, which costs more than to look.
    constexpr uint8_t DSCP = 0xfc; // the rest is ECN's
    if ((GetIpTos() & DSCP) != (options.tos & DSCP))
    {
        SetIpTos(options.tos);
    }
    if (GetPriority() != options.priority)
    {
        SetPriority(options.priority);
    }
    if (options.ttl && (!IsManualIpTtl() || GetIpTtl() != *options.ttl))
    {
        SetIpTtl(*options.ttl);
    }
    if (options.trafficClass && (!IsManualIpv6Tclass() || GetIpv6Tclass() != *options.trafficClass))
    {
        SetIpv6Tclass(*options.trafficClass);
    }
    if (options.hopLimit && (!IsManualIpv6HopLimit() || GetIpv6HopLimit() != *options.hopLimit))
    {
        SetIpv6HopLimit(*options.hopLimit);
    }
}

void
MptcpSubflow::ListenAsPlain()
{
    m_isPlain = true;
}

bool
MptcpSubflow::IsClosing() const
{
    return m_closeOnEmpty || m_state == FIN_WAIT_1 || m_state == FIN_WAIT_2 || m_state == CLOSING ||
           m_state == LAST_ACK;
}

void
MptcpSubflow::DoDispose()
{
    Detach();
    LeaveArrivals();
    m_finWaitTimer.Cancel();
    m_probeTimer.Cancel();
    m_admission.reset();
    m_lossReport.Cancel();
    m_device = nullptr;
    TcpSocketBase::DoDispose();
}

// ---- set-up ----

void
MptcpSubflow::Attach(MptcpConnection& connection, mptcp::SubflowId id)
{
    m_connection = &connection;
    m_id = id;
}

void
MptcpSubflow::Detach()
{
    if (m_connection && m_isJoin)
    {
        m_connection->RemoveOpeningJoin(*this);
    }
    m_connection = nullptr;
    m_isPlain = true;
    m_joinTimer.Cancel();
    m_probeTimer.Cancel();
    m_signalTimer.Cancel();
    CancelIntegrityTimers();
    if (m_coupled)
    {
        m_coupled->SetSubflow(nullptr);
    }
    if (m_keyOwner && m_stack)
    {
        m_stack->ReleaseKey(m_handshake->LocalKey(), m_handshake->Version());
        m_keyOwner.reset();
    }
    SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                       MakeNullCallback<void, Ptr<Socket>>());
    SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                      MakeNullCallback<void, Ptr<Socket>, const Address&>());
}

void
MptcpSubflow::StartConnection(const mptcp::CapableConfig& config)
{
    m_handshake = mptcp::SubflowHandshake::InitiateConnection(config);
}

void
MptcpSubflow::StartJoin(const mptcp::JoinConfig& config, const mptcp::SubflowPath& path)
{
    m_handshake = mptcp::SubflowHandshake::InitiateJoin(config);
    m_isJoin = true;
    m_isBackup = config.backup;
    m_path = path;
}

Ptr<NetDevice>
MptcpSubflow::DeviceFor(const Address& remote) const
{
    SocketErrno error;
    if (InetSocketAddress::IsMatchingType(remote))
    {
        Ptr<Ipv4> ipv4 = m_node->GetObject<Ipv4>();
        if (!ipv4 || !ipv4->GetRoutingProtocol())
        {
            return nullptr;
        }
        Ipv4Header header;
        header.SetDestination(InetSocketAddress::ConvertFrom(remote).GetIpv4());
        auto route = ipv4->GetRoutingProtocol()->RouteOutput(nullptr, header, nullptr, error);
        return route ? route->GetOutputDevice() : nullptr;
    }
    Ptr<Ipv6> ipv6 = m_node->GetObject<Ipv6>();
    if (!ipv6 || !ipv6->GetRoutingProtocol())
    {
        return nullptr;
    }
    Ipv6Header header;
    header.SetDestination(Inet6SocketAddress::ConvertFrom(remote).GetIpv6());
    auto route = ipv6->GetRoutingProtocol()->RouteOutput(nullptr, header, nullptr, error);
    return route ? route->GetOutputDevice() : nullptr;
}

void
MptcpSubflow::BindToOwnerOf(const Address& local)
{
    if (GetBoundNetDevice())
    {
        return;
    }
    if (InetSocketAddress::IsMatchingType(local))
    {
        Ptr<Ipv4> ipv4 = m_node->GetObject<Ipv4>();
        const int32_t interface =
            ipv4->GetInterfaceForAddress(InetSocketAddress::ConvertFrom(local).GetIpv4());
        if (interface >= 0)
        {
            UseDevice(ipv4->GetNetDevice(static_cast<uint32_t>(interface)),
                      mptcp::AddressFamily::Ipv4);
        }
        return;
    }
    Ptr<Ipv6> ipv6 = m_node->GetObject<Ipv6>();
    const int32_t interface =
        ipv6->GetInterfaceForAddress(Inet6SocketAddress::ConvertFrom(local).GetIpv6());
    if (interface >= 0)
    {
        UseDevice(ipv6->GetNetDevice(static_cast<uint32_t>(interface)), mptcp::AddressFamily::Ipv6);
    }
}

Socket::SocketErrno
MptcpSubflow::ConnectBound(const Address& remote)
{
    if (m_endPoint && m_endPoint->GetLocalAddress() != Ipv4Address::GetAny())
    {
        BindToOwnerOf(InetSocketAddress(m_endPoint->GetLocalAddress(), 0));
    }
    else if (m_endPoint6 && m_endPoint6->GetLocalAddress() != Ipv6Address::GetAny())
    {
        BindToOwnerOf(Inet6SocketAddress(m_endPoint6->GetLocalAddress(), 0));
    }
    else if (!GetBoundNetDevice())
    {
        Ptr<NetDevice> device = DeviceFor(remote);
        if (!device)
        {
            DeallocateEndPoint(); // it may be bound to a port
            return ERROR_NOROUTETOHOST;
        }
        UseDevice(device, ToCore(remote).address.family);
    }
    LimitSegmentToDevice();
    KeepLocalAddress();
    if (!CanLeaveFor(ToCore(remote)))
    {
        DeallocateEndPoint();
        return ERROR_NOROUTETOHOST;
    }
    if (Connect(WithTos(remote, GetIpTos())) != 0) // or it takes that of the address
    {
        const SocketErrno error = m_errno;
        DeallocateEndPoint();
        return error;
    }
    TakeArrivals();
    m_wasOpened = true;
    return ERROR_NOTERROR;
}

void
MptcpSubflow::LimitSegment(uint32_t bytes)
{
    if (bytes < m_tcb->m_segmentSize)
    {
        NS_LOG_WARN("MPTCP: segment size " << m_tcb->m_segmentSize
                                           << " leaves no room for options; "
                                           << "using " << bytes);
        m_tcb->m_segmentSize = bytes;
        m_txBuffer->SetSegmentSize(bytes);
    }
}

void
MptcpSubflow::LimitSegmentToDevice()
{
    constexpr uint32_t LARGEST_HEADERS_BYTES = 40 + 20 + 40; // IPv6, TCP, all options
    if (Ptr<NetDevice> device = GetDevice())
    {
        const uint32_t ipv4Saves = m_endPoint6 ? 0 : 20;
        const uint32_t headers = LARGEST_HEADERS_BYTES - ipv4Saves;
        LimitSegment(std::max<uint32_t>(device->GetMtu(), headers + 1) - headers);
    }
}

std::optional<uint16_t>
MptcpSubflow::OwnMaximumSegment(bool isIpv6) const
{
    Ptr<NetDevice> device = GetDevice();
    if (!device)
    {
        return std::nullopt;
    }
    const uint32_t headers = isIpv6 ? 60 : 40;
    const uint32_t mtu = device->GetMtu();
    return static_cast<uint16_t>(std::clamp<uint32_t>(mtu - std::min(mtu, headers), 1, 65535));
}

// ---- what the connection asks ----

MptcpConnection*
MptcpSubflow::GetConnection() const
{
    return m_connection;
}

mptcp::SubflowId
MptcpSubflow::GetSubflowId() const
{
    return m_id;
}

bool
MptcpSubflow::IsJoin() const
{
    return m_isJoin;
}

bool
MptcpSubflow::IsEstablishedReported() const
{
    return m_isEstablishedReported;
}

bool
MptcpSubflow::IsAdmittingJoin() const
{
    return m_admission && m_admission->connection != nullptr;
}

bool
MptcpSubflow::IsPlain() const
{
    return m_isPlain;
}

bool
MptcpSubflow::IsUsable() const
{
    if (m_isPlain)
    {
        // A half-closed TCP connection still carries what we have to say.
        return (m_state == ESTABLISHED || m_state == CLOSE_WAIT) && !m_closeOnEmpty;
    }
    return m_state == ESTABLISHED && !m_closeOnEmpty && !m_isFinReported &&
           m_handshake->MayCarryData();
}

bool
MptcpSubflow::IsDone() const
{
    return m_state == TIME_WAIT || m_state == CLOSED || (!m_endPoint && !m_endPoint6);
}

bool
MptcpSubflow::IsBackup() const
{
    // What MP_PRIO said last overrides what the handshake asked for (RFC 8684 3.3.8). Either host
    // may ask; as Linux does, the wish of one is enough.
    return m_isBackup || m_priority.value_or(m_handshake && m_handshake->IsBackup());
}

void
MptcpSubflow::SetBackup(bool backup)
{
    m_isBackup = backup;
}

void
MptcpSubflow::SetPeerBackup(bool backup)
{
    m_priority = backup;
}

const mptcp::SubflowHandshake*
MptcpSubflow::GetHandshake() const
{
    return m_handshake ? &*m_handshake : nullptr;
}

const mptcp::Endpoint&
MptcpSubflow::GetLocalEndpoint() const
{
    return m_localEndpoint;
}

const mptcp::Endpoint&
MptcpSubflow::GetRemoteEndpoint() const
{
    return m_remoteEndpoint;
}

const mptcp::SubflowPath&
MptcpSubflow::GetPath() const
{
    return m_path;
}

std::optional<uint64_t>
MptcpSubflow::TakeKeyReservation()
{
    auto owner = m_keyOwner;
    m_keyOwner.reset();
    return owner;
}

uint32_t
MptcpSubflow::PeerWindowBytes() const
{
    return m_rWnd;
}

uint32_t
MptcpSubflow::AdvertisedBytes() const
{
    return m_advWnd;
}

uint32_t
MptcpSubflow::SegmentBytes() const
{
    return m_tcb->m_segmentSize;
}

Time
MptcpSubflow::RetransmissionTimeout() const
{
    return m_rto;
}

uint64_t
MptcpSubflow::AcknowledgedBytes() const
{
    const uint64_t head = SentOffset(m_txBuffer->HeadSequence().GetValue()).Value();
    return std::min(head, m_appendOffset.Value()) - std::min<uint64_t>(head, 1);
}

bool
MptcpSubflow::HasUnsentUpTo(mptcp::DataSequence end) const
{
    return m_acceptedEnd == end && m_txBuffer->TailSequence() > m_tcb->m_highTxMark.Get();
}

uint64_t
MptcpSubflow::ReceivedBytes() const
{
    return m_drainOffset.Value() - 1;
}

mptcp::SubflowSnapshot
MptcpSubflow::Snapshot() const
{
    mptcp::SubflowSnapshot snapshot;
    snapshot.id = m_id;
    snapshot.backup = IsBackup();
    snapshot.suspect = m_isSuspect;
    if (m_rtt->GetNSamples() > 0)
    {
        snapshot.smoothedRtt = ToChrono(m_rtt->GetEstimate());
        snapshot.rttVariation = ToChrono(m_rtt->GetVariation());
    }
    snapshot.congestionWindowBytes = Window(); // the subflow's own window counts (RFC 8684 3.3.5)
    snapshot.inFlightBytes = BytesInFlight();
    snapshot.queuedBytes =
        static_cast<uint32_t>(std::max(0, m_txBuffer->TailSequence() - m_tcb->m_highTxMark.Get()));
    snapshot.segmentBytes = m_tcb->m_segmentSize;
    snapshot.slowStartThresholdBytes = m_tcb->m_ssThresh;
    return snapshot;
}

uint32_t
MptcpSubflow::FlightSizeBytes() const
{
    return UnAckDataCount();
}

mptcp::PathWindow
MptcpSubflow::PathWindow() const
{
    mptcp::PathWindow window;
    const bool isRecovering = m_tcb->m_congState == TcpSocketState::CA_RECOVERY;
    uint32_t windowBytes = isRecovering ? m_tcb->m_ssThresh.Get() : m_tcb->m_cWnd.Get();
    if (m_connection && m_connection->IsApplicationLimited())
    {
        // The flight size (RFC 6356 3), but not below the segment that a window always has.
        windowBytes = std::min(windowBytes, std::max(m_txBuffer->Size(), m_tcb->m_segmentSize));
    }
    window.windowBytes = windowBytes;
    window.rttSeconds = m_rtt->GetNSamples() > 0 ? m_rtt->GetEstimate().GetSeconds() : 0;
    window.segmentBytes = m_tcb->m_segmentSize;
    if (m_coupled)
    {
        m_coupled->Describe(window);
    }
    return window;
}

bool
MptcpSubflow::Accept(mptcp::DataSequence begin, Ptr<Packet> payload)
{
    if (!IsUsable() || Send(payload, 0) < 0)
    {
        return false;
    }
    const uint32_t bytes = payload->GetSize();
    m_mappings.Append(m_appendOffset, begin, bytes, ChecksumFor(begin, *payload));
    m_appendOffset += bytes;
    m_acceptedEnd =
        m_acceptedEnd && begin + bytes < *m_acceptedEnd ? *m_acceptedEnd : begin + bytes;
    if (m_rWnd.Get() == 0 && m_persistEvent.IsExpired())
    {
        // The base starts probing when a closed window is announced. With nothing to send it
        // stopped, so this is the time to go on.
        m_persistEvent = Simulator::Schedule(m_persistTimeout, &MptcpSubflow::PersistTimeout, this);
    }
    return true;
}

bool
MptcpSubflow::Carries(mptcp::DataRange range) const
{
    const auto outstanding =
        m_mappings.OutstandingData(SentOffset(m_txBuffer->HeadSequence().GetValue()));
    return std::any_of(outstanding.begin(), outstanding.end(), [&range](const auto& carried) {
        return carried.begin < range.end && range.begin < carried.end;
    });
}

bool
MptcpSubflow::HasTaken(mptcp::DataRange range) const
{
    const auto given = m_mappings.AllData();
    const bool wasGiven = std::any_of(given.begin(), given.end(), [&range](const auto& each) {
        return each.begin < range.end && range.begin < each.end;
    });
    return wasGiven && !Carries(range);
}

bool
MptcpSubflow::CarriesAll(mptcp::DataRange range) const
{
    const auto outstanding =
        m_mappings.OutstandingData(SentOffset(m_txBuffer->HeadSequence().GetValue()));
    auto covering = [&range](const auto& carried) {
        return carried.begin <= range.begin && range.begin < carried.end;
    };
    while (!range.IsEmpty())
    {
        const auto found = std::find_if(outstanding.begin(), outstanding.end(), covering);
        if (found == outstanding.end())
        {
            return false;
        }
        range.begin = found->end;
    }
    return true;
}

mptcp::SubflowMappings::DataRanges
MptcpSubflow::UnacknowledgedData() const
{
    return m_mappings.AllData();
}

void
MptcpSubflow::ForgetAcknowledged(mptcp::DataSequence dataAck)
{
    m_mappings.ForgetBelow(SentOffset(m_txBuffer->HeadSequence().GetValue()), dataAck);
}

int
MptcpSubflow::Close()
{
    if (m_state == CLOSED && !m_wasOpened)
    {
        DeallocateEndPoint(); // bound and no more: the base would hold the port for good
        return 0;
    }
    if (m_tcb->m_rxBuffer->Size() != 0 && (m_state == ESTABLISHED || m_state == CLOSE_WAIT))
    {
        // The base resets when data waits in its buffer. Here that is data behind a hole, which the
        // peer is about to fill; whether something is unread is known to the connection alone.
        m_closeOnEmpty = true;
        CloseIfDrained();
        return 0;
    }
    return m_state == CLOSING ? 0 : TcpSocketBase::Close();
}

void
MptcpSubflow::SendAck()
{
    SendEmptyPacket(TcpHeader::ACK);
}

void
MptcpSubflow::Reset(mptcp::ResetReason reason)
{
    NS_LOG_INFO("MPTCP: resetting subflow " << m_id << ", reason " << static_cast<int>(reason));
    m_resetReason = reason;
    SendRST();
    m_state = CLOSED;
}

void
MptcpSubflow::FallBack()
{
    m_isPlain = true;
    m_signals.clear();
    m_signalTimer.Cancel();
    CancelIntegrityTimers();
    m_failed.reset();
    if (m_connection && KnowsPlace())
    {
        m_receiveMappings.AddInfinite(m_drainOffset, PlainBegin());
    }
}

void
MptcpSubflow::NoteDss()
{
    m_hasHeardDss = true;
    m_isDssRepeated = m_failRepeats > 1;
}

bool
MptcpSubflow::HasHeardDss() const
{
    return m_hasHeardDss;
}

void
MptcpSubflow::AnnounceEstablished()
{
    m_isEstablishedDue = false;
    if (m_connection && !m_isClosedReported && !m_isEstablishedReported)
    {
        m_isEstablishedReported = true;
        m_connection->OnSubflowEstablished(*this);
    }
}

void
MptcpSubflow::Drain()
{
    while (m_connection && m_connection->HasReceiver() && !m_failed && !m_brokenBy)
    {
        if (Ptr<Packet> held = std::exchange(m_failedPayload, nullptr))
        {
            m_connection->Deliver(*this, m_connection->NextReceived(), held);
            continue;
        }
        const uint32_t available = m_tcb->m_rxBuffer->Available();
        if (available == 0)
        {
            return;
        }
        const auto piece = m_receiveMappings.Translate(m_drainOffset, available);
        if (!piece.dataBegin)
        {
            if (m_isPlain)
            {
                AskForPlace();
                return;
            }
            if (!m_connection->OnUnmapped(*this) && !AwaitMapping(available))
            {
                return;
            }
            continue;
        }
        m_mappingTimer.Cancel();
        std::optional<mptcp::ReceiveMappings::Declared> declared;
        if (UsesChecksums())
        {
            declared = m_receiveMappings.DeclaredAt(m_drainOffset);
        }
        const uint32_t bytes = declared ? VerifiableBytes(*declared, available)
                                        : DeliverableBytes(piece.lengthBytes, available);
        if (bytes == 0)
        {
            return;
        }
        Ptr<Packet> payload = Recv(bytes, 0);
        m_drainOffset += payload->GetSize();
        m_receiveMappings.ForgetBelow(m_drainOffset);
        if (!declared || CheckDrained(*declared, payload))
        {
            m_connection->Deliver(*this, *piece.dataBegin, payload);
        }
    }
}

// ---- callbacks from TCP ----

void
MptcpSubflow::OnConnectSucceeded(Ptr<Socket>)
{
    if (m_connection && !m_isJoin)
    {
        m_connection->OnConnected(*this);
        Drain(); // data may have come with the segment that ended a simultaneous open
    }
}

void
MptcpSubflow::OnReadable(Ptr<Socket>)
{
    Drain();
}

void
MptcpSubflow::OnErrorClosed(Ptr<Socket>)
{
    if (!m_isClosedReported)
    {
        m_isClosedReported = true;
        const auto reason = m_resetReason ? mptcp::DownReason::Closed : mptcp::DownReason::TimedOut;
        Simulator::ScheduleNow(&MptcpSubflow::ReportClosed, Ptr<MptcpSubflow>(this), reason);
    }
}

void
MptcpSubflow::CheckClosed(mptcp::DownReason reason)
{
    // What TIME_WAIT still waits for is nothing of the connection's; Linux tells at this time too.
    const bool isTimeWait = m_state == TIME_WAIT;
    if (m_wasOpened && !m_isClosedReported && (isTimeWait || (!m_endPoint && !m_endPoint6)))
    {
        m_isClosedReported = true;
        reason = isTimeWait ? mptcp::DownReason::Closed : reason;
        Simulator::ScheduleNow(&MptcpSubflow::ReportClosed, Ptr<MptcpSubflow>(this), reason);
    }
}

void
MptcpSubflow::ReportClosed(mptcp::DownReason reason)
{
    m_joinTimer.Cancel();
    if (m_connection)
    {
        m_connection->OnSubflowClosed(*this, reason);
    }
    else
    {
        Detach();
    }
}

// ---- hooks ----

uint32_t
MptcpSubflow::SendDataPacket(SequenceNumber32 seq, uint32_t maxSize, bool withAck)
{
    if (!m_isPlain)
    {
        // One segment, one mapping: end it where the mapping ends.
        const uint32_t mapped = m_mappings.ContiguousBytes(SentOffset(seq.GetValue()), maxSize);
        if (mapped > 0)
        {
            maxSize = std::min(maxSize, mapped);
        }
    }
    MptcpStack::SendingScope scope(*m_stack, *this);
    m_isUnroutable = false; // an acknowledgement may have been
    const uint32_t sentBytes = TcpSocketBase::SendDataPacket(seq, maxSize, withAck);
    if (m_isUnroutable)
    {
        PassOnLoss();
    }
    return sentBytes;
}

void
MptcpSubflow::SendEmptyPacket(uint8_t flags)
{
    // The base may let go of its endpoint in here, and of us with it.
    const Ptr<MptcpSubflow> self(flags == TcpHeader::ACK ? nullptr : this);
    const auto reason = m_state == SYN_SENT || m_state == SYN_RCVD ? mptcp::DownReason::Unanswered
                                                                   : mptcp::DownReason::TimedOut;
    if ((flags & TcpHeader::FIN) != 0 && m_finsSent++ > m_dataRetries)
    {
        GiveUpClosing();
        return;
    }
    if ((flags & TcpHeader::RST) != 0)
    {
        NumberReset();
    }
    if ((flags & TcpHeader::SYN) != 0)
    {
        RestoreLocalAddress();
        flags = PrepareSyn(flags);
        ++m_synsSent;
        m_synTimestamp = TcpOptionTS::NowToTsValue();
    }
    const bool wasRetransmitting = m_retxEvent.IsRunning();
    {
        MptcpStack::SendingScope scope(*m_stack, *this);
        TcpSocketBase::SendEmptyPacket(flags);
    }
    const bool isFin = (flags & TcpHeader::FIN) != 0;
    if (isFin && m_txBuffer->Size() > 0 && m_retxEvent.IsRunning())
    {
        // Data under way comes first; the FIN is repeated when all of it is acknowledged.
        if (!wasRetransmitting)
        {
            m_retxEvent.Cancel();
            KeepRetransmitting();
        }
    }
    else if (isFin && m_retxEvent.IsRunning())
    {
        // The base repeats a FIN at a fixed rate and for ever.
        m_retxEvent.Cancel();
        m_retxEvent = Simulator::Schedule(BackOff(m_rto, m_finsSent - 1),
                                          &MptcpSubflow::SendEmptyPacket,
                                          this,
                                          flags);
    }
    CheckClosed(reason); // TCP gives up in here when it has sent enough SYNs
}

void
MptcpSubflow::GiveUpClosing()
{
    const Ptr<MptcpSubflow> self(this);
    m_state = CLOSED;
    DeallocateEndPoint();
    CheckClosed(mptcp::DownReason::TimedOut);
}

void
MptcpSubflow::WatchFinWait()
{
    // The base waits for ever for the FIN of a peer that is gone. Plain TCP may stay half open as
    // long as its application likes; a subflow closes both ways, and an orphan has nobody to wait
    // for it.
    constexpr int64_t FIN_WAIT_SECONDS = 60; // as Linux
    if (m_state == ESTABLISHED || m_state == CLOSE_WAIT)
    {
        return;
    }
    m_finWaitTimer.Cancel();
    const bool isOrphan = !m_connection || m_connection->IsClosedByApplication();
    if (m_state == FIN_WAIT_2 && (!m_isPlain || isOrphan))
    {
        m_finWaitTimer =
            Simulator::Schedule(Seconds(FIN_WAIT_SECONDS), &MptcpSubflow::GiveUpClosing, this);
    }
}

bool
MptcpSubflow::AnswerWhileClosing(const MptcpRawTcpHeader& header)
{
    // The base takes any segment for the acknowledgement of our FIN, and is silent when the peer
    // repeats its own because our acknowledgement was lost.
    constexpr uint8_t OTHERS = TcpHeader::RST | TcpHeader::SYN;
    if ((header.Flags() & OTHERS) != 0 ||
        (m_state != CLOSING && m_state != LAST_ACK && m_state != TIME_WAIT))
    {
        return false;
    }
    const SequenceNumber32 acknowledged(header.AckNumber());
    const bool isFinAcknowledged = acknowledged > m_tcb->m_highTxMark.Get();
    if (m_state == CLOSING && isFinAcknowledged)
    {
        m_tcb->m_nextTxSequence = acknowledged;
        TimeWait();
    }
    if ((header.Flags() & TcpHeader::FIN) != 0)
    {
        SendAck();
    }
    return m_state != LAST_ACK || !isFinAcknowledged;
}

bool
MptcpSubflow::AcknowledgesWhatWasSent(const MptcpRawTcpHeader& header) const
{
    const uint8_t flags = header.Flags();
    if ((flags & TcpHeader::ACK) == 0 || (flags & TcpHeader::RST) != 0 || m_state == CLOSED)
    {
        return true;
    }
    const SequenceNumber32 acknowledged(header.AckNumber());
    if (m_state == SYN_SENT || (m_state == SYN_RCVD && (flags & TcpHeader::SYN) == 0))
    {
        return acknowledged == m_tcb->m_nextTxSequence.Get() + 1;
    }
    if (m_state == SYN_RCVD)
    {
        return true; // a SYN again
    }
    // The base does not count the byte of a window probe, and a FIN is behind all data.
    const SequenceNumber32 sent = m_tcb->m_highTxMark;
    const bool mayBeOneMore =
        (m_state != ESTABLISHED && m_state != CLOSE_WAIT) || m_txBuffer->TailSequence() > sent;
    return acknowledged <= sent + (mayBeOneMore ? 1 : 0);
}

bool
MptcpSubflow::IgnoreBehindFin(Packet& packet,
                              const MptcpRawTcpHeader& header,
                              uint32_t payloadBytes)
{
    constexpr uint8_t OTHERS = TcpHeader::RST | TcpHeader::SYN;
    if ((header.Flags() & OTHERS) != 0 || !m_tcb->m_rxBuffer->Finished())
    {
        return false;
    }
    const SequenceNumber32 next = m_tcb->m_rxBuffer->NextRxSequence();
    const SequenceNumber32 end = SequenceNumber32(header.SequenceNumber()) + payloadBytes;
    if ((header.Flags() & TcpHeader::FIN) != 0 && end >= next)
    {
        SendAck();
        return true;
    }
    if (end > next)
    {
        packet.RemoveAtEnd(payloadBytes); // what it acknowledges counts
    }
    return false;
}

Ptr<Packet>
MptcpSubflow::TakeDataBeforeFin(Packet& segment)
{
    // Once it has sent its own FIN the base takes a FIN for the first thing in its segment, and
    // never acknowledges one that data goes before.
    TcpHeader header;
    segment.RemoveHeader(header);
    Ptr<Packet> data = segment.Copy();
    segment.RemoveAtStart(segment.GetSize());
    const auto bytes = static_cast<int32_t>(data->GetSize());
    TcpHeader ofData = header;
    ofData.SetFlags(static_cast<uint8_t>(header.GetFlags() & ~TcpHeader::FIN));
    data->AddHeader(ofData);
    header.SetSequenceNumber(header.GetSequenceNumber() + bytes);
    // One acknowledgement is one: twice, it would be a duplicate, and TcpWestwood ends the program.
    header.SetFlags(static_cast<uint8_t>(header.GetFlags() & ~TcpHeader::ACK));
    segment.AddHeader(header);
    return data;
}

void
MptcpSubflow::HeedWhileClosing(const Packet& segment)
{
    // In CLOSING and LAST_ACK the base heeds no acknowledgement but the one of the FIN, so that of
    // several lost segments it would repeat the first for ever.
    if ((m_state != CLOSING && m_state != LAST_ACK) || m_txBuffer->Size() == 0)
    {
        return;
    }
    TcpHeader header;
    segment.PeekHeader(header);
    if ((header.GetFlags() & TcpHeader::ACK) == 0 ||
        header.GetAckNumber() > m_tcb->m_highTxMark.Get() + 1)
    {
        return;
    }
    UpdateWindowSize(header);
    ReceivedAck(ns3::Create<Packet>(), header);
    if (m_txBuffer->Size() == 0 && m_state == LAST_ACK)
    {
        // The base stops its timer now. The FIN is still to be acknowledged.
        m_retxEvent.Cancel();
        m_retxEvent = Simulator::Schedule(m_rto,
                                          &MptcpSubflow::SendEmptyPacket,
                                          this,
                                          static_cast<uint8_t>(TcpHeader::FIN));
    }
}

void
MptcpSubflow::CloseIfDrained()
{
    // The base attaches the FIN to the last data it sends. When an acknowledgement makes a planned
    // retransmission needless there is no such data, and the FIN would never leave.
    if (m_closeOnEmpty && (m_state == ESTABLISHED || m_state == CLOSE_WAIT) &&
        m_txBuffer->SizeFromSequence(m_tcb->m_nextTxSequence) == 0)
    {
        DoClose();
    }
}

void
MptcpSubflow::RepairClosingState(TcpStates_t before, const MptcpRawTcpHeader& header)
{
    // When data fills a hole before the peer's FIN, the base moves to CLOSE_WAIT and forgets that
    // it has sent a FIN of its own.
    if (m_state != CLOSE_WAIT || (before != FIN_WAIT_1 && before != FIN_WAIT_2))
    {
        return;
    }
    m_state = CLOSING;
    const auto fin = m_tcb->m_highTxMark.Get();
    if (before == FIN_WAIT_2 ||
        (m_txBuffer->Size() == 0 && SequenceNumber32(header.AckNumber()) == fin + 1))
    {
        TimeWait();
    }
}

uint16_t
MptcpSubflow::AdvertisedWindowSize(bool scale) const
{
    if (!m_connection || !m_connection->HasReceiver())
    {
        return TcpSocketBase::AdvertisedWindowSize(scale);
    }
    const uint64_t window = m_connection->ReceiveWindowBytes();
    // As the base does: the value is traced, the socket does not change otherwise.
    const_cast<MptcpSubflow*>(this)->m_advWnd =
        static_cast<uint32_t>(std::min<uint64_t>(window, UINT32_MAX));
    const uint64_t field = scale ? window >> m_rcvWindShift : window;
    return static_cast<uint16_t>(std::min<uint64_t>(field, m_maxWinSize));
}

uint32_t
MptcpSubflow::WindowForNewData() const
{
    const uint32_t sent = m_txBuffer->BytesInFlight() + m_txBuffer->GetSacked() +
                          m_txBuffer->GetLost() - m_txBuffer->GetRetransmitsCount();
    return sent > 0 && sent == m_rWnd ? sent - 1 : m_rWnd.Get();
}

void
MptcpSubflow::ReTxTimeout()
{
    Ptr<MptcpSubflow> self(this);
    const bool hadDataInFlight = m_state != SYN_SENT && UnAckDataCount() > 0;
    const bool wasPlain = m_isPlain;
    if (hadDataInFlight)
    {
        NoteUnansweredKeys();
    }
    TcpSocketBase::ReTxTimeout();
    if (m_connection)
    {
        m_isPlain = wasPlain; // otherwise TCP has given up, and we are detached
    }
    CheckClosed(mptcp::DownReason::TimedOut);
    if (m_connection && hadDataInFlight && !m_isClosedReported)
    {
        Suspect();
        KeepRetransmitting();
        m_connection->OnSubflowTimeout(*this);
    }
}

void
MptcpSubflow::EstimateRtt(const TcpHeader& header)
{
    const bool isOpening = m_state == SYN_SENT || m_state == SYN_RCVD;
    if (isOpening && m_synsSent > 1 && !AnswersLastSyn(header))
    {
        m_history.clear(); // RFC 6298 3; the base does not see that this SYN was repeated
    }
    TcpSocketBase::EstimateRtt(header);
    if (m_tcb->m_pacing && PacingRoundTrip(*m_tcb).Get().IsZero())
    {
        PacingRoundTrip(*m_tcb) = m_rtt->GetEstimate(); // the base would divide by zero
    }
    if (isOpening && m_joinTimer.IsRunning())
    {
        WaitForFourthPacket(); // now that the round trip is known
    }
    if (m_rto.Get() > MaxRetransmissionTimeout())
    {
        m_rto = MaxRetransmissionTimeout();
    }
}

void
MptcpSubflow::PersistTimeout()
{
    if (m_txBuffer->SizeFromSequence(m_tcb->m_nextTxSequence) == 0)
    {
        return; // nothing to probe with; Accept starts the probes again
    }
    if (m_probesUnanswered++ >= m_dataRetries)
    {
        // The base goes on for ever. A window may stay closed as long as probes are answered.
        const Ptr<MptcpSubflow> self(this);
        CloseAndNotify();
        CheckClosed(mptcp::DownReason::TimedOut);
        return;
    }
    MptcpStack::SendingScope scope(*m_stack, *this);
    m_isWindowProbe = true;
    TcpSocketBase::PersistTimeout();
    m_isWindowProbe = false;
}

void
MptcpSubflow::KeepRetransmitting()
{
    // A closed window makes the base cancel its retransmission timer, because then a plain TCP
    // has nothing under way. Here the window may have been closed by what other subflows brought.
    if (m_state >= ESTABLISHED && m_txBuffer->Size() > 0 && m_retxEvent.IsExpired() &&
        UnAckDataCount() > 0 && (m_endPoint || m_endPoint6))
    {
        m_retxEvent = Simulator::Schedule(m_rto, &MptcpSubflow::ReTxTimeout, this);
    }
}

void
MptcpSubflow::DoForwardUp(Ptr<Packet> packet, const Address& fromAddress, const Address& toAddress)
{
    Ptr<MptcpSubflow> self(this); // what follows may let go of us
    MptcpRawTcpHeader ofPacket;
    if (!m_arrival)
    {
        ofPacket.ReadFrom(*packet);
    }
    const MptcpRawTcpHeader& header = m_arrival ? *m_arrival : ofPacket;
    if (!header.IsValid())
    {
        return;
    }
    const uint32_t payloadBytes =
        m_arrival ? m_arrivalPayloadBytes : packet->GetSize() - header.GetSerializedSize();
    if (m_state == LISTEN)
    {
        if (Admit(header, fromAddress, toAddress))
        {
            TcpSocketBase::DoForwardUp(packet, fromAddress, toAddress);
        }
        ForgetAdmission();
        return;
    }
    if ((header.Flags() & (TcpHeader::SYN | TcpHeader::ACK | TcpHeader::RST)) == 0)
    {
        // RFC 9293 3.10.7 drops it in every state; to the base it may open a connection. But the
        // window probes of ns-3's TCP look like this, and wait for the answer.
        if (m_isPlain && m_state >= ESTABLISHED && m_state < TIME_WAIT)
        {
            SendAck();
        }
        return;
    }
    if (!AcknowledgesWhatWasSent(header))
    {
        if (m_state == SYN_SENT || m_state == SYN_RCVD)
        {
            RefuseAcknowledgement(header, fromAddress, toAddress);
        }
        else
        {
            SendAck();
        }
        return;
    }
    const bool isReset = (header.Flags() & TcpHeader::RST) != 0;
    const bool wasOpening = m_state == SYN_SENT || m_state == SYN_RCVD;
    if (isReset && m_state == SYN_SENT && (header.Flags() & TcpHeader::ACK) != 0)
    {
        // RFC 9293 3.10.7.3; the base ignores any ACK here and would go on sending SYNs.
        if (SequenceNumber32(header.AckNumber()) == m_tcb->m_nextTxSequence.Get() + 1)
        {
            Inspect(header, payloadBytes);
            CloseAndNotify();
            CheckClosed(MeaningOfReset(true));
        }
        return;
    }
    if (!Inspect(header, payloadBytes))
    {
        CheckClosed(mptcp::DownReason::Closed);
        return;
    }
    m_probesUnanswered = 0; // the base drops the acknowledgement of a probe's byte
    if (isReset && m_state != TIME_WAIT)
    {
        // The base takes a RST with ACK for a mistake and answers it (RFC 9293 3.10.7.4).
        if (m_state != CLOSED)
        {
            CloseAndNotify();
            CheckClosed(MeaningOfReset(wasOpening));
        }
        AfterSegment();
        return;
    }
    if (AnswerWhileClosing(header) || IgnoreBehindFin(*packet, header, payloadBytes))
    {
        HeedWhileClosing(*packet);
        AfterSegment();
        return;
    }
    const TcpStates_t before = m_state;
    if (m_isSimultaneousOpen && before == SYN_RCVD)
    {
        TakeSynOffSynAck(*packet);
    }
    if ((before == FIN_WAIT_1 || before == FIN_WAIT_2) && payloadBytes > 0 &&
        (header.Flags() & TcpHeader::FIN) != 0)
    {
        TcpSocketBase::DoForwardUp(TakeDataBeforeFin(*packet), fromAddress, toAddress);
        if (!m_endPoint && !m_endPoint6)
        {
            return; // the application has aborted
        }
    }
    if ((header.Flags() & TcpHeader::SYN) != 0)
    {
        HeedRepeatedSyn(header);
    }
    TcpSocketBase::DoForwardUp(packet, fromAddress, toAddress);
    ReportSimultaneousOpen(before);
    RepairClosingState(before, header);
    CloseIfDrained();
    WatchFinWait();
    CheckClosed(mptcp::DownReason::Closed);
    AfterSegment();
}

Ptr<TcpSocketBase>
MptcpSubflow::Fork()
{
    Ptr<MptcpSubflow> child = CopyObject<MptcpSubflow>(this);
    if (m_admission)
    {
        m_admission->keyOwner.reset(); // the child's from here on
    }
    return child;
}

void
MptcpSubflow::CompleteFork(Ptr<Packet> packet,
                           const TcpHeader& header,
                           const Address& fromAddress,
                           const Address& toAddress)
{
    m_remoteIsn = header.GetSequenceNumber();
    m_wasOpened = true;
    m_path.remote = ToCore(fromAddress);
    m_path.openedByPeer = true;
    if (m_handshake)
    {
        m_path.remoteId = m_handshake->RemoteAddressId();
    }
    if (m_isJoin)
    {
        m_path.localId = m_connection->IdOf(ToCore(toAddress).address);
    }
    BindToOwnerOf(toAddress);
    if (!m_isPlain)
    {
        LimitSegmentToDevice();
    }
    if (m_admission && m_admission->peerMaximumSegment)
    {
        const uint32_t most = *m_admission->peerMaximumSegment;
        LimitSegment(std::max<uint32_t>(most, 41) - 40);
    }
    m_admission.reset();
    TcpSocketBase::CompleteFork(packet, header, fromAddress, toAddress);
    if (!m_endPoint && !m_endPoint6)
    {
        // The same SYN twice at the same instant: the first has got the endpoint, and to the base
        // this socket would be there for ever.
        m_tcp->RemoveSocket(this);
        return;
    }
    TakeArrivals();
}

} // namespace ns3
