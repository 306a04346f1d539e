// SPDX-License-Identifier: GPL-2.0-only
#include "conversation-fixture.h"

#include "mptcp-helper.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/simulator.h"

namespace ns3::script
{

// ---- the application ----

HostApplication::HostApplication(Ptr<Node> node)
    : m_node(node)
{
}

Ptr<MptcpSocket>
HostApplication::CreateSocket()
{
    return DynamicCast<MptcpSocket>(
        Socket::CreateSocket(m_node, TypeId::LookupByName("ns3::MptcpSocketFactory")));
}

void
HostApplication::Use(Ptr<MptcpSocket> socket)
{
    m_socket = socket;
    socket->SetRecvCallback([this](Ptr<Socket>) {
        if (m_isReading)
        {
            Read(UINT32_MAX);
        }
    });
    socket->SetCloseCallbacks([this](Ptr<Socket>) { m_hasPeerClosed = true; },
                              [this](Ptr<Socket>) { m_hasError = true; });
}

void
HostApplication::Listen()
{
    m_listener = CreateSocket();
    ASSERT_EQ(m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT)), 0);
    ASSERT_EQ(m_listener->Listen(), 0);
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  [this](Ptr<Socket> socket, const Address&) {
                                      m_isConnected = true;
                                      Use(DynamicCast<MptcpSocket>(socket));
                                  });
}

void
HostApplication::Connect(Ipv4Address address)
{
    Use(CreateSocket());
    m_socket->SetConnectCallback([this](Ptr<Socket>) { m_isConnected = true; },
                                 [this](Ptr<Socket>) { m_hasFailed = true; });
    ASSERT_EQ(m_socket->Connect(InetSocketAddress(address, PORT)), 0);
}

void
HostApplication::Write(const std::string& text)
{
    auto packet = Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()),
                                 static_cast<uint32_t>(text.size()));
    ASSERT_EQ(m_socket->Send(packet, 0), static_cast<int>(text.size()));
}

void
HostApplication::ShutdownSend()
{
    m_socket->ShutdownSend();
}

void
HostApplication::Close()
{
    m_socket->Close();
}

void
HostApplication::SetBuffers(uint32_t sendBytes, uint32_t receiveBytes)
{
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(sendBytes));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(receiveBytes));
}

void
HostApplication::SetReading(bool isReading)
{
    m_isReading = isReading;
    if (isReading && m_socket)
    {
        Read(UINT32_MAX);
    }
}

void
HostApplication::Read(uint32_t maxBytes)
{
    while (maxBytes > 0)
    {
        Ptr<Packet> packet = m_socket->Recv(maxBytes, 0);
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        std::string text(packet->GetSize(), '\0');
        packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), packet->GetSize());
        m_received += text;
        maxBytes -= packet->GetSize();
    }
}

uint32_t
HostApplication::UnacknowledgedBytes() const
{
    UintegerValue buffer;
    m_socket->GetAttribute("SndBufSize", buffer);
    return static_cast<uint32_t>(buffer.Get()) - m_socket->GetTxAvailable();
}

Ptr<MptcpSocket>
HostApplication::GetSocket() const
{
    return m_socket;
}

const std::string&
HostApplication::Received() const
{
    return m_received;
}

bool
HostApplication::IsConnected() const
{
    return m_isConnected;
}

bool
HostApplication::HasFailed() const
{
    return m_hasFailed;
}

bool
HostApplication::HasPeerClosed() const
{
    return m_hasPeerClosed;
}

bool
HostApplication::HasError() const
{
    return m_hasError;
}

// ---- the fixture ----

namespace
{

Ptr<Node>
MakeHost()
{
    auto node = CreateObject<Node>();
    InternetStackHelper().Install(node);
    return node;
}

} // namespace

ConversationTest::ConversationTest(std::size_t links, const std::string& scheduler)
    : hostNode(MakeHost()),
      peerOwner(std::make_unique<ScriptedPeer>(hostNode, links)),
      peer(*peerOwner),
      hostOwner(std::make_unique<HostApplication>(hostNode)),
      host(*hostOwner)
{
    MptcpHelper mptcp;
    mptcp.SetScheduler(scheduler);
    mptcp.Install(hostNode);
    constexpr int64_t KEYS_AND_NONCES = 7;
    MptcpHelper::AssignStreams(NodeContainer(hostNode), KEYS_AND_NONCES);
    MptcpHelper::AddDefaultRoutes(hostNode);
}

ConversationTest::~ConversationTest()
{
    Simulator::Destroy(); // sockets call back into members until then
}

mptcp::CapableFlags
ConversationTest::Flags() const
{
    mptcp::CapableFlags flags;
    flags.version = static_cast<uint8_t>(peer.Version());
    flags.checksumRequired = peerUsesChecksums;
    return flags;
}

uint64_t
ConversationTest::Count(mptcp::Mib counter) const
{
    return MptcpStack::Of(hostNode)->GetMib().Get(counter);
}

void
ConversationTest::DemandChecksums() const
{
    MptcpStack::Of(hostNode)->SetAttribute("Checksum", BooleanValue(true));
}

mptcp::CapableSyn
ConversationTest::Offer(mptcp::Key key) const
{
    const bool hasKey = peer.Version() == mptcp::MptcpVersion::V0;
    return {Flags(), hasKey ? std::optional(key) : std::nullopt};
}

mptcp::CapableAck
ConversationTest::Keys() const
{
    return {Flags(), peer.Key(), peer.RemoteKey(), {}};
}

mptcp::CapableSynAck
ConversationTest::OwnKey() const
{
    return {Flags(), peer.Key()};
}

mptcp::Token
ConversationTest::HostToken() const
{
    return mptcp::DeriveToken(peer.RemoteKey(), peer.Version());
}

mptcp::JoinAck
ConversationTest::JoinCode(mptcp::Nonce own, mptcp::Nonce theirs) const
{
    return {mptcp::JoinAckHmac({peer.Key(), peer.RemoteKey()}, {own, theirs}, peer.Version())};
}

uint64_t
ConversationTest::ShortJoinCode(mptcp::Nonce own, mptcp::Nonce theirs) const
{
    return mptcp::JoinSynAckHmac({peer.Key(), peer.RemoteKey()}, {own, theirs}, peer.Version());
}

mptcp::JoinAck
ConversationTest::HostJoinCode(mptcp::Nonce theirs, mptcp::Nonce own) const
{
    return {mptcp::JoinAckHmac({peer.RemoteKey(), peer.Key()}, {theirs, own}, peer.Version())};
}

uint64_t
ConversationTest::HostShortJoinCode(mptcp::Nonce theirs, mptcp::Nonce own) const
{
    return mptcp::JoinSynAckHmac({peer.RemoteKey(), peer.Key()}, {theirs, own}, peer.Version());
}

PeerSubflow&
ConversationTest::OpenConnection()
{
    host.Listen();
    PeerSubflow& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(peer.Key())));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Ack().With(Keys()));
    peer.Wait(MilliSeconds(2 * ScriptedPeer::LINK_DELAY_MS));
    EXPECT_TRUE(host.IsConnected());
    return subflow;
}

PeerSubflow&
ConversationTest::AcceptConnection()
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    PeerSubflow& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn().With(Offer(peer.RemoteKey())));
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    subflow.Send(Ack().With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(2 * ScriptedPeer::LINK_DELAY_MS));
    EXPECT_TRUE(host.IsConnected());
    return subflow;
}

PeerSubflow&
ConversationTest::Join(std::size_t link, mptcp::AddressId id)
{
    PeerSubflow& subflow = peer.Open(link, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::JoinSyn{false, id, HostToken(), OWN_NONCE}));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    const auto* join = answer.Find<mptcp::JoinSynAck>();
    EXPECT_EQ(join->hmac, HostShortJoinCode(join->nonce, OWN_NONCE));
    subflow.Send(Ack().With(JoinCode(OWN_NONCE, join->nonce)));
    subflow.Expect(Ack().With(Any<mptcp::Dss>()));
    return subflow;
}

PeerSubflow&
ConversationTest::AcceptJoin(std::size_t link)
{
    PeerSubflow& subflow = peer.AwaitSyn(link);
    const auto syn = subflow.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    const auto* join = syn.Find<mptcp::JoinSyn>();
    EXPECT_EQ(join->token, mptcp::DeriveToken(peer.Key(), peer.Version()));
    subflow.Send(SynAck().With(
        mptcp::JoinSynAck{false, 0, ShortJoinCode(OWN_NONCE, join->nonce), OWN_NONCE}));
    subflow.Expect(Ack().With(HostJoinCode(join->nonce, OWN_NONCE)));
    subflow.Send(Ack().With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(2 * ScriptedPeer::LINK_DELAY_MS));
    return subflow;
}

} // namespace ns3::script
