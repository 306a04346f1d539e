// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-socket.h"

#include "api/address-tos.h"
#include "api/mptcp-connect-attempts.h"
#include "api/mptcp-word-checker.h"
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "ns3-conversions.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/string.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpSocket");
NS_OBJECT_ENSURE_REGISTERED(MptcpSocket);

TypeId
MptcpSocket::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpSocket")
            .SetParent<TcpSocket>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpSocket>()
            .AddAttribute(
                "Multipath",
                "TCP_MULTIPATH_ENABLE (RFC 6897 5.3.2): `on` or `off`, or `auto`, which "
                "leaves it to bindings, buffers and the policy of the node. Cannot "
                "change after Connect or Listen.",
                StringValue("auto"),
                MakeStringAccessor(&MptcpSocket::SetMultipath, &MptcpSocket::GetMultipath),
                Create<MptcpWordChecker>(std::vector<std::string>{"auto", "on", "off"}))
            .AddAttribute(
                "FateSharing",
                "The connection ends with its first subflow, so that its addresses stay "
                "valid for as long as it lives (RFC 6897 4.2.2).",
                BooleanValue(false),
                MakeBooleanAccessor(&MptcpSocket::SetFateSharing, &MptcpSocket::GetFateSharing),
                MakeBooleanChecker())
            .AddTraceSource("SubflowState",
                            "A subflow became usable, or is no longer.",
                            MakeTraceSourceAccessor(&MptcpSocket::m_subflowStateTrace),
                            "ns3::MptcpSubflowStateCallback")
            .AddTraceSource("SchedulerDecision",
                            "What the scheduler saw and what it answered.",
                            MakeTraceSourceAccessor(&MptcpSocket::m_decisionTrace),
                            "ns3::MptcpSchedulerDecisionCallback")
            .AddTraceSource("DataAck",
                            "The peer acknowledged data at connection level.",
                            MakeTraceSourceAccessor(&MptcpSocket::m_dataAckTrace),
                            "ns3::MptcpDataAckCallback");
    return tid;
}

MptcpSocket::MptcpSocket() = default;

MptcpSocket::MptcpSocket(const MptcpSocket& listener)
    : TcpSocket(listener),
      m_stack(listener.m_stack),
      m_settings(listener.m_settings),
      m_enable(listener.m_enable),
      m_decision(listener.m_decision),
      m_hasChosenScheduler(listener.m_hasChosenScheduler),
      m_subflowStateTrace(listener.m_subflowStateTrace),
      m_decisionTrace(listener.m_decisionTrace),
      m_dataAckTrace(listener.m_dataAckTrace)
{
    // As TcpSocketBase does for its forks: the accepting application sets its own.
    SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                       MakeNullCallback<void, Ptr<Socket>>());
    SetDataSentCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
}

MptcpSocket::~MptcpSocket() = default;

void
MptcpSocket::DoDispose()
{
    if (m_attempts)
    {
        m_attempts->Dispose();
        m_attempts.reset();
    }
    if (m_connection)
    {
        m_connection->Dispose();
        m_connection.reset();
    }
    if (m_first)
    {
        m_first->Detach();
        m_first = nullptr;
    }
    m_stack = nullptr;
    m_state = State::Finished;
    TcpSocket::DoDispose();
}

void
MptcpSocket::SetStack(Ptr<MptcpStack> stack)
{
    m_stack = stack;
    if (stack->GetSegmentBytes() != 0)
    {
        m_settings.segmentBytes = stack->GetSegmentBytes();
    }
}

Socket::SocketErrno
MptcpSocket::GetErrno() const
{
    return m_errno;
}

Socket::SocketType
MptcpSocket::GetSocketType() const
{
    return NS3_SOCK_STREAM;
}

Ptr<Node>
MptcpSocket::GetNode() const
{
    return m_stack ? m_stack->GetNode() : nullptr;
}

int
MptcpSocket::Fail(SocketErrno error) const
{
    m_errno = error;
    return -1;
}

bool
MptcpSocket::CheckSettings() const
{
    if (m_settings.sendBufferBytes == 0)
    {
        NS_LOG_ERROR("MptcpSocket: attribute SndBufSize is 0; nothing could ever be sent. Set it "
                     "to at least one segment.");
        return false;
    }
    if (m_settings.receiveBufferBytes == 0)
    {
        NS_LOG_ERROR("MptcpSocket: attribute RcvBufSize is 0; nothing could ever be received. Set "
                     "it to at least one segment.");
        return false;
    }
    if (m_settings.segmentBytes == 0)
    {
        NS_LOG_ERROR("MptcpSocket: attribute SegmentSize is 0.");
        return false;
    }
    return true;
}

Ptr<MptcpSubflow>
MptcpSocket::FirstSubflow()
{
    if (!m_first)
    {
        m_first = MptcpSubflow::Create(m_stack, m_settings);
        m_first->BindToNetDevice(GetBoundNetDevice());
        m_first->ApplyIpOptions(GetIpOptions());
    }
    else
    {
        m_first->Configure(m_settings); // attributes may have changed since Bind
        m_first->ApplyIpOptions(GetIpOptions());
    }
    return m_first;
}

int
MptcpSocket::Bind()
{
    if (m_state != State::Closed)
    {
        return Fail(ERROR_INVAL);
    }
    Ptr<MptcpSubflow> subflow = FirstSubflow();
    return subflow->Bind() == 0 ? 0 : Fail(subflow->GetErrno());
}

int
MptcpSocket::Bind6()
{
    if (m_state != State::Closed)
    {
        return Fail(ERROR_INVAL);
    }
    Ptr<MptcpSubflow> subflow = FirstSubflow();
    return subflow->Bind6() == 0 ? 0 : Fail(subflow->GetErrno());
}

int
MptcpSocket::Bind(const Address& address)
{
    if (m_state != State::Closed)
    {
        return Fail(ERROR_INVAL);
    }
    const uint8_t oldTos = GetIpTos();
    const uint8_t oldPriority = GetPriority();
    if (const uint8_t tos = TosOf(address))
    {
        SetIpTos(tos); // as ns-3's TCP does
    }
    Ptr<MptcpSubflow> subflow = FirstSubflow();
    if (subflow->Bind(address) != 0)
    {
        SetIpTos(oldTos);
        SetPriority(oldPriority);
        return Fail(subflow->GetErrno());
    }
    return 0;
}

void
MptcpSocket::BindToNetDevice(Ptr<NetDevice> device)
{
    TcpSocket::BindToNetDevice(device);
    if (m_first)
    {
        m_first->BindToNetDevice(device);
    }
}

int
MptcpSocket::Listen()
{
    if (m_state != State::Closed)
    {
        return Fail(ERROR_INVAL);
    }
    if (!CheckSettings())
    {
        return Fail(ERROR_INVAL);
    }
    DecideUse(std::nullopt);
    Ptr<MptcpSubflow> listener = FirstSubflow();
    if (!m_decision.use)
    {
        listener->ListenAsPlain();
    }
    if (listener->Listen() != 0)
    {
        return Fail(listener->GetErrno());
    }
    // A half-open connection may outlive the listener, and keeps it for the question whether there
    // still is one. Detach breaks the circle.
    const Ptr<MptcpSocket> self(this);
    listener->SetAcceptCallback(MakeCallback(&MptcpSocket::OnConnectionRequest, self),
                                MakeCallback(&MptcpSocket::OnSubflowAccepted, self));
    m_state = State::Listening;
    m_stack->Keep(this);
    ReportListener(MptcpEvent::Type::ListenerCreated);
    return 0;
}

void
MptcpSocket::ReportListener(MptcpEvent::Type type)
{
    if (m_state == State::Listening && m_stack->HasEventListeners())
    {
        Address name;
        m_first->GetSockName(name);
        MptcpEvent event{type};
        event.source = ToCore(name);
        m_stack->Report(event);
    }
}

bool
MptcpSocket::OnConnectionRequest(Ptr<Socket>, const Address& from)
{
    // A join belongs to a connection that was accepted before.
    return m_first->IsAdmittingJoin() || NotifyConnectionRequest(from);
}

void
MptcpSocket::OnSubflowAccepted(Ptr<Socket> socket, const Address& from)
{
    Ptr<MptcpSubflow> subflow = DynamicCast<MptcpSubflow>(socket);
    if (m_state != State::Listening)
    {
        subflow->Reset(mptcp::ResetReason::Unspecified); // nobody listens any more
        return;
    }
    if (subflow->IsJoin())
    {
        if (MptcpConnection* connection = subflow->GetConnection())
        {
            connection->AddJoined(subflow);
        }
        return;
    }
    Ptr<MptcpSocket> child = CopyObject<MptcpSocket>(this);
    child->m_state = State::Established;
    child->m_connection = std::make_unique<MptcpConnection>(*child, m_stack, m_settings);
    subflow->GetSockName(child->m_localName);
    child->m_peerName = from;
    m_stack->Keep(child);
    child->m_connection->Accept(subflow);
    NotifyNewConnectionCreated(child, from);
}

int
MptcpSocket::Close()
{
    switch (m_state)
    {
    case State::Closed:
    case State::Listening:
        ReportListener(MptcpEvent::Type::ListenerClosed);
        m_state = State::Finished;
        ForgetFirst();
        LetGo();
        return 0;
    case State::Connecting:
    case State::Established:
        m_shutdownSend = true;
        EndAttempts();
        m_connection->Close();
        return 0;
    case State::Finished:
        break;
    }
    return 0;
}

int
MptcpSocket::ShutdownSend()
{
    m_shutdownSend = true;
    if (m_connection)
    {
        m_connection->ShutdownSend();
    }
    if (m_attempts)
    {
        m_attempts->ShutdownSend();
    }
    return 0;
}

int
MptcpSocket::ShutdownRecv()
{
    m_shutdownReceive = true;
    return 0;
}

int
MptcpSocket::Send(Ptr<Packet> packet, uint32_t flags)
{
    NS_ABORT_MSG_IF(flags != 0, "MptcpSocket::Send: flags are not supported, as in TcpSocketBase");
    if (m_state != State::Established && m_state != State::Connecting)
    {
        return Fail(ERROR_NOTCONN);
    }
    if (m_shutdownSend)
    {
        return Fail(ERROR_SHUTDOWN);
    }
    const uint32_t bytes = packet->GetSize();
    if (bytes > GetTxAvailable())
    {
        return Fail(ERROR_MSGSIZE);
    }
    if (m_attempts)
    {
        m_attempts->Write(packet);
    }
    m_connection->Write(packet);
    return static_cast<int>(bytes);
}

int
MptcpSocket::SendTo(Ptr<Packet> packet, uint32_t flags, const Address&)
{
    return Send(packet, flags);
}

Ptr<Packet>
MptcpSocket::Recv(uint32_t maxSize, uint32_t flags)
{
    NS_ABORT_MSG_IF(flags != 0, "MptcpSocket::Recv: flags are not supported, as in TcpSocketBase");
    if (!m_connection)
    {
        Fail(ERROR_NOTCONN);
        return nullptr;
    }
    Ptr<Packet> packet = m_connection->Read(maxSize);
    if (!packet && m_peerClosed)
    {
        return Create<Packet>(); // end of file, as TcpSocketBase tells it
    }
    return packet;
}

Ptr<Packet>
MptcpSocket::RecvFrom(uint32_t maxSize, uint32_t flags, Address& fromAddress)
{
    Ptr<Packet> packet = Recv(maxSize, flags);
    if (packet && packet->GetSize() != 0)
    {
        fromAddress = m_peerName;
    }
    return packet;
}

uint32_t
MptcpSocket::GetTxAvailable() const
{
    return m_connection ? m_connection->SendRoomBytes() : m_settings.sendBufferBytes;
}

uint32_t
MptcpSocket::GetRxAvailable() const
{
    return m_connection ? m_connection->ReadableBytes() : 0;
}

int
MptcpSocket::GetSockName(Address& address) const
{
    if (!m_connection && m_first)
    {
        return m_first->GetSockName(address);
    }
    address = m_connection ? m_localName : Address(InetSocketAddress(Ipv4Address::GetZero(), 0));
    return 0;
}

int
MptcpSocket::GetPeerName(Address& address) const
{
    if (!m_connection)
    {
        return Fail(ERROR_NOTCONN);
    }
    address = m_peerName;
    return 0;
}

bool
MptcpSocket::SetAllowBroadcast(bool allowBroadcast)
{
    return !allowBroadcast; // as TcpSocketBase: no broadcast on streams
}

bool
MptcpSocket::GetAllowBroadcast() const
{
    return false;
}

int
MptcpSocket::Abort()
{
    if (m_state != State::Connecting && m_state != State::Established)
    {
        return Close();
    }
    m_shutdownSend = true;
    m_state = State::Finished;
    EndAttempts();
    m_connection->Abort();
    return 0;
}

int
MptcpSocket::SetSubflowBackup(uint16_t subflowId, bool backup)
{
    for (const auto& subflow : GetSubflows())
    {
        if (subflow->GetSubflowId().Value() == subflowId && m_connection->IsMultipath())
        {
            m_connection->SetBackup(*subflow, backup);
            return 0;
        }
    }
    return Fail(ERROR_INVAL);
}

int
MptcpSocket::SetScheduler(const ObjectFactory& factory)
{
    const TypeId type = factory.IsTypeIdSet() ? factory.GetTypeId() : TypeId();
    if (!factory.IsTypeIdSet() || !type.IsChildOf(MptcpScheduler::GetTypeId()) ||
        !type.HasConstructor())
    {
        return Fail(ERROR_INVAL);
    }
    m_hasChosenScheduler = true;
    UseScheduler(factory);
    return 0;
}

void
MptcpSocket::UseScheduler(const ObjectFactory& factory)
{
    m_settings.scheduler = factory;
    for (MptcpConnection* connection : Connections())
    {
        connection->SetScheduler(factory);
    }
}

mptcp::CloseCause
MptcpSocket::GetCloseCause() const
{
    return m_connection ? m_connection->Cause() : mptcp::CloseCause::StillOpen;
}

bool
MptcpSocket::IsMultipath() const
{
    return m_connection && m_connection->IsMultipath();
}

uint32_t
MptcpSocket::GetToken() const
{
    return m_connection ? m_connection->LocalToken() : 0;
}

std::vector<Ptr<MptcpSubflow>>
MptcpSocket::GetSubflows() const
{
    return m_connection ? m_connection->GetSubflows() : std::vector<Ptr<MptcpSubflow>>();
}

MptcpConnection*
MptcpSocket::GetConnection() const
{
    return m_connection.get();
}

void
MptcpSocket::ReportReadable()
{
    if (!m_shutdownReceive)
    {
        NotifyDataRecv();
    }
}

void
MptcpSocket::ReportWritable()
{
    if (m_state == State::Established && !m_shutdownSend)
    {
        const uint32_t room = GetTxAvailable();
        if (room > 0)
        {
            NotifySend(room);
        }
    }
}

void
MptcpSocket::ReportDataSent(uint32_t bytes)
{
    NotifyDataSent(bytes);
}

void
MptcpSocket::ReportPeerClosed()
{
    if (!m_peerClosed)
    {
        m_peerClosed = true;
        NotifyNormalClose();
    }
}

void
MptcpSocket::ReportError(SocketErrno error)
{
    m_errno = error;
    m_state = State::Finished;
    NotifyErrorClose();
}

void
MptcpSocket::ReportSubflowState(const MptcpSubflowStateChange& change)
{
    m_subflowStateTrace(change);
}

const TracedCallback<const MptcpSchedulerDecision&>&
MptcpSocket::Decisions() const
{
    return m_decisionTrace;
}

void
MptcpSocket::ReportDataAck(const MptcpDataAckAdvance& advance)
{
    m_dataAckTrace(advance);
}

} // namespace ns3
