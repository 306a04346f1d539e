// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The ways in which a connection ends (RFC 8684 3.3.3).
#include "transfer-fixture.h"

#include "ns3/inet-socket-address.h"

namespace ns3
{
namespace
{

/// Bare sockets, because here the order of calls matters.
class ApiClose : public TransferTest
{
  protected:
    ApiClose()
    {
        Build(Kind::Multihomed);
        m_listener =
            Socket::CreateSocket(m_topology->Server(), TypeId::LookupByName(MPTCP_SOCKETS));
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        m_listener->Listen();
        m_listener->SetAcceptCallback(
            MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
            Callback<void, Ptr<Socket>, const Address&>([this](Ptr<Socket> socket, const Address&) {
                m_accepted = socket;
                Count(socket, m_atServer);
            }));
        m_opened = Socket::CreateSocket(m_topology->Client(), TypeId::LookupByName(MPTCP_SOCKETS));
        Count(m_opened, m_atClient);
        m_opened->Connect(ServerSocket());
        RunUntil(Seconds(1));
    }

    struct Events
    {
        int normalCloses{0};
        int errorCloses{0};
    };

    static void Count(Ptr<Socket> socket, Events& events)
    {
        socket->SetCloseCallbacks(
            Callback<void, Ptr<Socket>>([&events](Ptr<Socket>) { ++events.normalCloses; }),
            Callback<void, Ptr<Socket>>([&events](Ptr<Socket>) { ++events.errorCloses; }));
    }

    /// Everything `socket` has to read.
    static uint32_t ReadAll(Ptr<Socket> socket)
    {
        uint32_t bytes = 0;
        for (auto packet = socket->Recv(); packet && packet->GetSize() > 0; packet = socket->Recv())
        {
            bytes += packet->GetSize();
        }
        return bytes;
    }

    void ExpectBothGone() const
    {
        EXPECT_TRUE(DynamicCast<MptcpSocket>(m_opened)->GetSubflows().empty());
        EXPECT_TRUE(DynamicCast<MptcpSocket>(m_accepted)->GetSubflows().empty());
        EXPECT_EQ(m_opened->GetReferenceCount(), 1U);
        EXPECT_EQ(m_accepted->GetReferenceCount(), 1U);
    }

    Ptr<Socket> m_listener;
    Ptr<Socket> m_opened;
    Ptr<Socket> m_accepted;
    Events m_atClient;
    Events m_atServer;
};

TEST_F(ApiClose, BothEndsOneAfterTheOther)
{
    m_opened->Close();
    RunUntil(Seconds(2));
    EXPECT_EQ(m_atServer.normalCloses, 1);
    m_accepted->Close();
    RunToEnd();
    EXPECT_EQ(m_atServer.normalCloses, 1);
    EXPECT_EQ(m_atClient.errorCloses + m_atServer.errorCloses, 0);
    ExpectBothGone();
}

TEST_F(ApiClose, BothEndsAtOnce)
{
    m_opened->Close();
    m_accepted->Close();
    RunToEnd();
    EXPECT_EQ(m_atClient.errorCloses + m_atServer.errorCloses, 0);
    ExpectBothGone();
}

TEST_F(ApiClose, AfterShutdownThePeerMayGoOnSending)
{
    m_opened->Send(Create<Packet>(5000));
    m_opened->ShutdownSend();
    RunUntil(Seconds(5));
    EXPECT_EQ(ReadAll(m_accepted), 5000U);
    EXPECT_EQ(m_atServer.normalCloses, 1);
    EXPECT_EQ(m_accepted->Send(Create<Packet>(100'000)), 100'000);
    RunUntil(Seconds(10));
    EXPECT_EQ(ReadAll(m_opened), 100'000U);
    EXPECT_EQ(m_atClient.normalCloses, 0);
    m_accepted->Close();
    RunToEnd();
    EXPECT_EQ(m_atClient.normalCloses, 1);
    EXPECT_EQ(m_atClient.errorCloses + m_atServer.errorCloses, 0);
}

TEST_F(ApiClose, DataWrittenBeforeCloseStillArrives)
{
    m_opened->Send(Create<Packet>(100'000));
    m_opened->Close();
    RunUntil(Seconds(10));
    EXPECT_EQ(ReadAll(m_accepted), 100'000U);
    EXPECT_EQ(m_atServer.normalCloses, 1);
    m_accepted->Close();
    RunToEnd();
    ExpectBothGone();
}

TEST_F(ApiClose, WithUnreadDataEndsAllTheSame)
{
    m_opened->Send(Create<Packet>(50'000));
    RunUntil(Seconds(5));
    EXPECT_GT(m_accepted->GetRxAvailable(), 0U);
    m_accepted->Close();
    RunUntil(Seconds(6));
    EXPECT_EQ(m_atClient.normalCloses + m_atClient.errorCloses, 1);
    m_opened->Close();
    RunToEnd();
    ExpectBothGone();
}

/// The receiver has gone; what the sender still writes is taken and thrown away.
TEST_F(ApiClose, WhileThePeerIsSending)
{
    m_opened->Send(Create<Packet>(100'000));
    m_accepted->Close();
    RunUntil(Seconds(10));
    m_opened->Close();
    RunToEnd();
    ExpectBothGone();
}

TEST_F(ApiClose, ShutdownTwiceAndCloseTwice)
{
    m_opened->ShutdownSend();
    m_opened->ShutdownSend();
    m_opened->Close();
    m_opened->Close();
    RunUntil(Seconds(2));
    m_accepted->ShutdownSend();
    m_accepted->Close();
    RunToEnd();
    ExpectBothGone();
}

TEST_F(ApiClose, RecvTellsTheEndOfTheStream)
{
    m_opened->Send(Create<Packet>(10));
    m_opened->Close();
    RunUntil(Seconds(3));
    EXPECT_EQ(ReadAll(m_accepted), 10U);
    Ptr<Packet> end = m_accepted->Recv();
    ASSERT_NE(end, nullptr);
    EXPECT_EQ(end->GetSize(), 0U);
}

TEST_F(ApiClose, NamesStayKnown)
{
    Address local;
    Address peer;
    EXPECT_EQ(m_opened->GetSockName(local), 0);
    EXPECT_EQ(InetSocketAddress::ConvertFrom(local).GetIpv4(), m_topology->ClientAddress(0));
    EXPECT_EQ(m_accepted->GetPeerName(peer), 0);
    EXPECT_EQ(peer, local);
    EXPECT_EQ(m_opened->GetPeerName(peer), 0);
    EXPECT_EQ(peer, ServerSocket());
}

} // namespace
} // namespace ns3
