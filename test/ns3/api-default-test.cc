// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// MPTCP for programs that name TCP alone (RFC 6897 4.5), and what a host learns from attempts
/// (RFC 6897 3.2.1).
#include "api-fixture.h"
#include "api/mptcp-default-socket-factory.h"
#include "segment-meddler.h"

#include "ns3/boolean.h"
#include "ns3/names.h"
#include "ns3/node-list.h"
#include "ns3/packet-sink.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/tcp-socket-factory.h"

#include <array>

// The program is somebody else's, with a main of its own.
#define main RunTwoNetworksBulkSend
#include "programs/two-networks-bulk-send.cc"
#undef main

namespace ns3
{
namespace
{

constexpr uint64_t LONG = 600'000;

class UnmodifiedProgram : public SimulationTest
{
  protected:
    /// Runs it, and looks from outside.
    void Run()
    {
        Simulator::Schedule(Seconds(0), [this] {
            for (uint32_t link = 0; link < 2; ++link)
            {
                NodeList::GetNode(0)->GetDevice(link + 1)->TraceConnectWithoutContext(
                    "MacTx",
                    Callback<void, Ptr<const Packet>>([this, link](Ptr<const Packet> packet) {
                        sentBytes[link] += packet->GetSize();
                    }));
            }
        });
        Simulator::Schedule(Seconds(9.999), [this] {
            auto sink = DynamicCast<PacketSink>(NodeList::GetNode(2)->GetApplication(0));
            receivedBytes = sink->GetTotalRx();
        });
        std::string name = "two-networks-bulk-send";
        std::array<char*, 2> arguments{name.data(), nullptr};
        EXPECT_EQ(RunTwoNetworksBulkSend(1, arguments.data()), 0);
    }

    std::array<uint64_t, 2> sentBytes{};
    uint64_t receivedBytes{0};
};

TEST_F(UnmodifiedProgram, UsesOnePathWithoutAPolicy)
{
    Run();
    EXPECT_EQ(std::min(sentBytes[0], sentBytes[1]), 0U);
    EXPECT_GT(receivedBytes, 1'000'000U);
    EXPECT_LT(receivedBytes, 1'250'000U) << "one link of 1 Mb/s for ten seconds";
}

TEST_F(UnmodifiedProgram, UsesBothPathsWhenTheNodesSaySo)
{
    MptcpHelper().UseForTcpSockets();
    Run();
    EXPECT_GT(sentBytes[0], 900'000U);
    EXPECT_GT(sentBytes[1], 900'000U);
    EXPECT_GT(receivedBytes, 1'600'000U) << "one link of 1 Mb/s carries 1.25 MB in ten seconds";
}

class ApiDefault : public ApiTest
{
  protected:
    ApiDefault()
    {
        Build(Kind::Multihomed);
    }

    Ptr<Socket> TcpSocketOf(Ptr<Node> node) const
    {
        return Socket::CreateSocket(node, TypeId::LookupByName(TCP_SOCKETS));
    }

    void SetStack(const std::string& attribute, const AttributeValue& value) const
    {
        m_topology->Client()->GetObject<MptcpStack>()->SetAttribute(attribute, value);
    }

    /// SYNs with MPTCP options do not get through; `count` of them.
    void SwallowOffers()
    {
        SegmentMeddler::On(m_topology->Link(0).Get(1), [this](SegmentMeddler::Segment& segment) {
            const std::size_t before = segment.options.size();
            segment.Strip();
            segment.isLost =
                segment.Has(SegmentMeddler::Segment::SYN) && segment.options.size() != before;
            swallowed += segment.isLost ? 1 : 0;
        });
    }

    /// A connection of an application that names TCP, from start to end; true if it was MPTCP.
    bool Connect(uint16_t port)
    {
        Serve(port, 0);
        ApiClient client(NewLegacySocket());
        client.Connect(ServerSocket(port), 10'000);
        RunToEnd();
        EXPECT_TRUE(client.isConnected);
        return client.socket->GetUseDecision().use;
    }

    int swallowed{0};
};

TEST_F(ApiDefault, ThePolicyMayChangeAtAnyTime)
{
    Ptr<Node> client = m_topology->Client();
    EXPECT_EQ(DynamicCast<MptcpSocket>(TcpSocketOf(client)), nullptr);
    m_mptcp.UseForTcpSockets(client);
    EXPECT_NE(DynamicCast<MptcpSocket>(TcpSocketOf(client)), nullptr);
    SetStack("EnableByDefault", BooleanValue(false));
    Ptr<Socket> plain = TcpSocketOf(client);
    EXPECT_EQ(DynamicCast<MptcpSocket>(plain), nullptr);
    EXPECT_NE(DynamicCast<TcpSocketBase>(plain), nullptr);
    EXPECT_EQ(DynamicCast<MptcpSocket>(TcpSocketOf(m_topology->Server())), nullptr)
        << "a policy is a node's";
}

/// However often TCP's own factory was found before and whatever is looked up later.
TEST_F(ApiDefault, TheFactoryStaysInFront)
{
    Ptr<Node> client = m_topology->Client();
    for (int i = 0; i < 1000; ++i)
    {
        client->GetObject<TcpSocketFactory>();
    }
    m_mptcp.UseForTcpSockets(client);
    m_mptcp.UseForTcpSockets(client); // twice is as good as once
    for (int i = 0; i < 1000; ++i)
    {
        client->GetObject<SocketFactory>();
        client->GetObject<MptcpStack>();
        client->GetObject<Ipv4>();
    }
    EXPECT_NE(DynamicCast<MptcpSocket>(TcpSocketOf(client)), nullptr);
}

TEST_F(ApiDefault, SocketsOfAnotherHostsPolicyAreTakenAsPlainTcp)
{
    m_mptcp.UseForTcpSockets(m_topology->Client());
    Ptr<Socket> listener = TcpSocketOf(m_topology->Server());
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
    listener->Listen();
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 10'000);
    RunUntil(Seconds(2));
    EXPECT_TRUE(client.isConnected);
}

using ApiDefaultDeathTest = ApiDefault;

TEST_F(ApiDefaultDeathTest, NodeWithoutTcp)
{
    EXPECT_DEATH(MptcpDefaultSocketFactory::Install(CreateObject<Node>()), "has no TCP");
}

// ---- memory of failed attempts ----

TEST_F(ApiDefault, APeerThatFailedIsAvoidedUntilThatIsForgotten)
{
    SetStack("PeerMemory", TimeValue(Seconds(1000)));
    SwallowOffers();
    EXPECT_TRUE(Connect(1000)) << "offered, and came to nothing";
    EXPECT_EQ(swallowed, 3) << "the first SYN and two repetitions, as net.mptcp has it";
    const Time failed = Simulator::Now();
    EXPECT_FALSE(Connect(1001));
    EXPECT_EQ(swallowed, 3) << "not offered again";
    RunUntil(failed + Seconds(1001));
    EXPECT_TRUE(Connect(1002));
    EXPECT_EQ(swallowed, 6);
}

TEST_F(ApiDefault, APeerThatAnswersIsNotAvoided)
{
    EXPECT_TRUE(Connect(1000));
    EXPECT_TRUE(Connect(1001));
    EXPECT_EQ(m_topology->Client()->GetObject<MptcpStack>()->GetPeerMemory().FailuresOf(
                  mptcp::IpAddress::V4(10, 2, 0, 2)),
              0U);
}

TEST_F(ApiDefault, ThePeersTcpAloneIsAFailureToo)
{
    Serve(PORT, 0);
    Ptr<Socket> listener =
        Socket::CreateSocket(m_topology->Server(), TypeId::LookupByName(TCP_SOCKETS));
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 81));
    listener->Listen();
    ApiClient first(NewSocket());
    first.Connect(ServerSocket(81), 0);
    RunUntil(Seconds(1));
    ASSERT_TRUE(first.isConnected);
    ApiClient second(NewLegacySocket());
    second.Connect(ServerSocket(), 0);
    EXPECT_EQ(second.socket->GetUseDecision().reason, mptcp::UseReason::PeerHasFailed);
}

TEST_F(ApiDefault, WhoAsksForMptcpGetsItTriedWhateverWasLearnt)
{
    SwallowOffers();
    EXPECT_TRUE(Connect(1000));
    Serve(PORT, 0);
    ApiClient client(NewLegacySocket());
    client.socket->SetMultipathEnabled(true);
    client.Connect(ServerSocket(), 0);
    RunUntil(Simulator::Now() + Seconds(1));
    EXPECT_EQ(swallowed, 4);
}

// ---- MPTCP and TCP in a race ----

class ApiRace : public ApiDefault
{
  protected:
    ApiRace()
    {
        SetStack("RaceTcp", BooleanValue(true));
        StartServer();
    }
};

TEST_F(ApiRace, MptcpWinsWhereItGetsThrough)
{
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    EXPECT_TRUE(client.socket->IsMultipath());
    EXPECT_LT(client.connectedAt, MilliSeconds(100));
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_FALSE(client.hasFailed || client.hasError);
    EXPECT_GT(PathBytes(1), LONG / 4);
}

/// Without the race it takes 3 + 6 + 12 s until a SYN goes without the option.
TEST_F(ApiRace, TcpWinsWhereOffersAreSwallowed)
{
    SwallowOffers();
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    EXPECT_TRUE(client.isConnected);
    EXPECT_LT(client.connectedAt, MilliSeconds(100));
    EXPECT_FALSE(client.socket->IsMultipath());
    Address name;
    client.socket->GetSockName(name);
    Address known;
    m_server->GetSocket()->GetPeerName(known);
    EXPECT_EQ(name, known) << "of the attempt that got through";
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_FALSE(client.hasFailed || client.hasError);
}

TEST_F(ApiRace, TheLoserIsRememberedAsAFailure)
{
    SwallowOffers();
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    ApiClient next(NewLegacySocket());
    next.Connect(ServerSocket(), 0);
    EXPECT_EQ(next.socket->GetUseDecision().reason, mptcp::UseReason::PeerHasFailed);
}

TEST_F(ApiRace, WhatWasWrittenBeforeGoesWithTheWinner)
{
    SwallowOffers();
    SetStack("RaceDelay", TimeValue(MilliSeconds(300)));
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 0);
    EXPECT_EQ(client.socket->Send(PatternStream::Make(0, 5000), 0), 5000);
    RunUntil(MilliSeconds(350));
    EXPECT_EQ(client.socket->Send(PatternStream::Make(5000, 5000), 0), 5000);
    EXPECT_EQ(client.socket->ShutdownSend(), 0);
    RunToEnd();
    EXPECT_GT(client.connectedAt, MilliSeconds(300));
    EXPECT_LT(client.connectedAt, MilliSeconds(400));
    ExpectReceived(10'000);
    EXPECT_TRUE(m_server->HasPeerClosed());
}

TEST_F(ApiRace, BothFailWhenNobodyListens)
{
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(4711), LONG);
    RunToEnd();
    EXPECT_TRUE(client.hasFailed);
    EXPECT_FALSE(client.isConnected);
    EXPECT_LT(EndTime(), Seconds(5));
    EXPECT_EQ(client.socket->GetReferenceCount(), 1U) << "nobody holds it any more";
}

TEST_F(ApiRace, ClosingEndsBothAttempts)
{
    SwallowOffers();
    SegmentMeddler::On(m_topology->Link(0).Get(0),
                       [](SegmentMeddler::Segment& segment) { segment.isLost = true; });
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    RunUntil(MilliSeconds(200));
    client.socket->Close();
    RunUntil(Seconds(1));
    EXPECT_FALSE(client.isConnected);
    EXPECT_TRUE(client.socket->GetSubflows().empty());
    RunToEnd();
    EXPECT_FALSE(client.isConnected);
}

// ---- names (RFC 6897 A.3 REQ5) ----

class ApiNames : public ApiDefault
{
  protected:
    ApiNames()
    {
        StartServer();
    }

    Ptr<MptcpStack> Stack() const
    {
        return m_topology->Client()->GetObject<MptcpStack>();
    }
};

TEST_F(ApiNames, AHostIsFoundByTheNameOfItsNode)
{
    Names::Add("server", m_topology->Server());
    ApiClient client(NewSocket());
    client.SendOn(LONG);
    EXPECT_EQ(client.socket->ConnectByName("server", PORT), 0);
    RunToEnd();
    ExpectReceived(LONG);
    Address peer;
    EXPECT_GT(PathBytes(1), LONG / 4);
}

TEST_F(ApiNames, AddressesOfANameAreTriedInTurn)
{
    Stack()->AddHost("www", {Ipv4Address("10.2.0.99"), m_topology->ServerAddress(0)});
    Config::SetDefault("ns3::TcpSocket::ConnCount", UintegerValue(1));
    ApiClient client(NewSocket());
    client.SendOn(LONG);
    EXPECT_EQ(client.socket->ConnectByName("www", PORT), 0);
    RunToEnd();
    EXPECT_TRUE(client.isConnected);
    EXPECT_FALSE(client.hasFailed);
    Address peer;
    client.socket->GetPeerName(peer);
    EXPECT_EQ(peer, ServerSocket());
    ExpectReceived(LONG);
}

TEST_F(ApiNames, ABindingHoldsForEachAddress)
{
    Stack()->AddHost("www", {Ipv4Address("10.2.0.99"), m_topology->ServerAddress(0)});
    Config::SetDefault("ns3::TcpSocket::ConnCount", UintegerValue(1));
    ApiClient client(NewLegacySocket());
    client.SendOn(LONG);
    client.socket->Bind(Local(1, 4444));
    EXPECT_EQ(client.socket->ConnectByName("www", PORT), 0);
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_EQ(client.socket->GetUseDecision().reason, mptcp::UseReason::BoundToAddress);
    Address name;
    client.socket->GetSockName(name);
    EXPECT_EQ(name, Local(1, 4444));
}

/// RFC 6897 6.4: two addresses of a name may be two hosts.
TEST_F(ApiNames, NoSubflowGoesToAnotherAddressOfTheName)
{
    Stack()->AddHost("www", {m_topology->ServerAddress(0), m_topology->ClientAddress(1)});
    ApiClient client(NewSocket());
    client.SendOn(LONG);
    client.socket->ConnectByName("www", PORT);
    RunUntil(Seconds(1));
    ASSERT_EQ(EstablishedSubflows(*client.socket), 2U);
    for (const auto& pair : client.socket->GetSubflowAddresses())
    {
        EXPECT_EQ(pair.remote, ServerSocket());
    }
}

TEST_F(ApiNames, NobodyHasThatName)
{
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->ConnectByName("nobody", PORT), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_NOROUTETOHOST);
    EXPECT_EQ(client.Connect(ServerSocket(), LONG), 0) << "nothing has happened to the socket";
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiNames, WhenNoAddressAnswersTheAttemptFails)
{
    Stack()->AddHost("www", {Ipv4Address("10.2.0.98"), Ipv4Address("10.2.0.99")});
    Config::SetDefault("ns3::TcpSocket::ConnCount", UintegerValue(1));
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->ConnectByName("www", PORT), 0);
    RunToEnd();
    EXPECT_TRUE(client.hasFailed);
    EXPECT_EQ(client.socket->GetReferenceCount(), 1U);
}

} // namespace
} // namespace ns3
