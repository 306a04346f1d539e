// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What goes wrong is told by a socket error code, or by a message when it is the program's fault:
/// never a crash, a hang or a simulation without end.
#include "mptcp-policy-names.h"
#include "transfer-fixture.h"

#include "ns3/config.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet-socket-address.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace
{

class ApiErrors : public TransferTest
{
  protected:
    ApiErrors()
    {
        Build(Kind::Multihomed);
    }

    Ptr<Socket> NewSocket(Ptr<Node> node) const
    {
        return Socket::CreateSocket(node, TypeId::LookupByName(MPTCP_SOCKETS));
    }

    Ptr<Socket> NewSocket() const
    {
        return NewSocket(m_topology->Client());
    }

    Ptr<Socket> Listener() const
    {
        Ptr<Socket> socket = NewSocket(m_topology->Server());
        EXPECT_EQ(socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT)), 0);
        EXPECT_EQ(socket->Listen(), 0);
        return socket;
    }

    /// Runs a connection attempt of an endpoint and expects that it fails.
    Socket::SocketErrno FailToOpen(const Address& remote)
    {
        auto client = Open(remote, 1000);
        RunToEnd();
        EXPECT_TRUE(client->HasFailed());
        EXPECT_EQ(client->ReceivedBytes(), 0U);
        EXPECT_EQ(SocketOf(client)->GetReferenceCount(), 2U) << "the stack still holds it";
        return client->Error();
    }
};

TEST_F(ApiErrors, NoListener)
{
    EXPECT_NE(FailToOpen(ServerSocket()), Socket::ERROR_NOTERROR);
    EXPECT_LT(EndTime(), Seconds(5)) << "the refusal arrives within a round trip";
}

TEST_F(ApiErrors, HostThatDoesNotExist)
{
    EXPECT_NE(FailToOpen(InetSocketAddress("10.2.0.77", PORT)), Socket::ERROR_NOTERROR);
}

TEST_F(ApiErrors, PathCutBeforeTheFirstSyn)
{
    CutPathForEver(0, Seconds(0));
    CutPathForEver(1, Seconds(0));
    Listener();
    EXPECT_NE(FailToOpen(ServerSocket()), Socket::ERROR_NOTERROR);
}

class WithoutRoutes : public TransferTest
{
};

TEST_F(WithoutRoutes, AddressIsUnroutable)
{
    Build(Kind::Disjoint);
    auto client = Open(InetSocketAddress("172.16.0.1", PORT), 1000);
    RunToEnd();
    EXPECT_TRUE(client->HasFailed());
    EXPECT_EQ(client->Error(), Socket::ERROR_NOROUTETOHOST);
}

TEST_F(ApiErrors, ZeroSendBuffer)
{
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(0));
    EXPECT_EQ(NewSocket()->Connect(ServerSocket()), -1);
}

TEST_F(ApiErrors, ZeroReceiveBuffer)
{
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(0));
    Ptr<Socket> client = NewSocket();
    EXPECT_EQ(client->Connect(ServerSocket()), -1);
    EXPECT_EQ(client->GetErrno(), Socket::ERROR_INVAL);
    Ptr<Socket> server = NewSocket(m_topology->Server());
    server->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
    EXPECT_EQ(server->Listen(), -1);
    EXPECT_EQ(server->GetErrno(), Socket::ERROR_INVAL);
}

TEST_F(ApiErrors, PortInUse)
{
    Ptr<Socket> first = Listener();
    Ptr<Socket> second = NewSocket(m_topology->Server());
    EXPECT_EQ(second->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT)), -1);
    EXPECT_EQ(second->GetErrno(), Socket::ERROR_ADDRINUSE);
    EXPECT_EQ(first->GetErrno(), Socket::ERROR_NOTERROR);
}

TEST_F(ApiErrors, ConnectTwice)
{
    Ptr<Socket> listener = Listener();
    Ptr<Socket> client = NewSocket();
    EXPECT_EQ(client->Connect(ServerSocket()), 0);
    EXPECT_EQ(client->Connect(ServerSocket()), -1);
    EXPECT_EQ(client->GetErrno(), Socket::ERROR_ISCONN);
    RunUntil(Seconds(1));
    EXPECT_EQ(client->Connect(ServerSocket()), -1);
    EXPECT_EQ(client->GetErrno(), Socket::ERROR_ISCONN);
}

TEST_F(ApiErrors, ConnectAListeningSocket)
{
    Ptr<Socket> listener = Listener();
    EXPECT_EQ(listener->Connect(ServerSocket()), -1);
    EXPECT_EQ(listener->GetErrno(), Socket::ERROR_OPNOTSUPP); // EOPNOTSUPP of POSIX
}

TEST_F(ApiErrors, ConnectToNoInternetAddress)
{
    Ptr<Socket> client = NewSocket();
    EXPECT_EQ(client->Connect(PacketSocketAddress()), -1);
    EXPECT_EQ(client->GetErrno(), Socket::ERROR_AFNOSUPPORT);
}

TEST_F(ApiErrors, SendBeforeConnect)
{
    Ptr<Socket> client = NewSocket();
    EXPECT_EQ(client->Send(Create<Packet>(100)), -1);
    EXPECT_EQ(client->GetErrno(), Socket::ERROR_NOTCONN);
    EXPECT_EQ(client->Recv(), nullptr);
    EXPECT_EQ(client->GetErrno(), Socket::ERROR_NOTCONN);
    Address peer;
    EXPECT_EQ(client->GetPeerName(peer), -1);
}

TEST_F(ApiErrors, SendAfterShutdown)
{
    Ptr<Socket> listener = Listener();
    Ptr<Socket> client = NewSocket();
    client->Connect(ServerSocket());
    RunUntil(Seconds(1));
    EXPECT_EQ(client->Send(Create<Packet>(100)), 100);
    EXPECT_EQ(client->ShutdownSend(), 0);
    EXPECT_EQ(client->Send(Create<Packet>(100)), -1);
    EXPECT_EQ(client->GetErrno(), Socket::ERROR_SHUTDOWN);
}

TEST_F(ApiErrors, SendMoreThanTheBufferTakes)
{
    Ptr<Socket> listener = Listener();
    Ptr<Socket> client = NewSocket();
    client->Connect(ServerSocket());
    RunUntil(Seconds(1));
    const uint32_t room = client->GetTxAvailable();
    EXPECT_EQ(client->Send(Create<Packet>(room + 1)), -1);
    EXPECT_EQ(client->GetErrno(), Socket::ERROR_MSGSIZE);
    EXPECT_EQ(client->GetTxAvailable(), room);
}

TEST_F(ApiErrors, EverythingAfterCloseIsHarmless)
{
    Ptr<Socket> listener = Listener();
    Ptr<Socket> client = NewSocket();
    client->Connect(ServerSocket());
    RunUntil(Seconds(1));
    EXPECT_EQ(client->Close(), 0);
    EXPECT_EQ(client->Close(), 0);
    EXPECT_EQ(client->Send(Create<Packet>(1)), -1);
    EXPECT_EQ(client->ShutdownSend(), 0);
    EXPECT_EQ(client->Connect(ServerSocket()), -1);
    EXPECT_EQ(client->Listen(), -1);
    listener->Close();
    listener->Close();
    RunToEnd();
}

TEST_F(ApiErrors, CloseBeforeTheHandshakeIsOver)
{
    Ptr<Socket> listener = Listener();
    Ptr<Socket> client = NewSocket();
    client->Connect(ServerSocket());
    RunUntil(MilliSeconds(10));
    client->Close();
    RunToEnd();
    EXPECT_EQ(client->GetReferenceCount(), 1U);
}

TEST_F(ApiErrors, SocketsNeverUsed)
{
    NewSocket()->Close();
    NewSocket()->Bind();
    NewSocket();
    RunToEnd();
}

TEST_F(ApiErrors, PeerRefusesTheConnection)
{
    Ptr<Socket> listener = Listener();
    listener->SetAcceptCallback(Callback<bool, Ptr<Socket>, const Address&>(
                                    [](Ptr<Socket>, const Address&) { return false; }),
                                MakeNullCallback<void, Ptr<Socket>, const Address&>());
    EXPECT_NE(FailToOpen(ServerSocket()), Socket::ERROR_NOTERROR);
}

using ApiDeathTest = ApiErrors;

TEST_F(ApiDeathTest, UnknownSchedulerNamesTheKnownOnes)
{
    EXPECT_DEATH(m_mptcp.SetScheduler("ns3::MptcpMinRrt"), "did you mean 'min-rtt'");
    EXPECT_DEATH(m_mptcp.SetScheduler("ns3::TcpNewReno"),
                 "no MptcpScheduler named 'ns3::TcpNewReno'");
    EXPECT_DEATH(m_mptcp.SetPathManager("nonsense"),
                 "Possible: bcube-paths distinct-paths full-mesh");
    EXPECT_DEATH(m_mptcp.SetCongestionControl("ns3::MptcpLiar"), "did you mean 'lia'");
}

TEST_F(ApiDeathTest, NodeWithoutInternetStack)
{
    Ptr<Node> node = CreateObject<Node>();
    EXPECT_DEATH(m_mptcp.Install(node), "internet stack");
}

} // namespace
} // namespace ns3
