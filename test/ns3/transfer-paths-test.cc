// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Which subflows a connection has, and what they bring.
#include "transfer-fixture.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/node-list.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/uinteger.h"

#include <set>

namespace ns3
{
namespace
{

class Paths : public TransferTest
{
  protected:
    /// Goodput over `count` equal paths; one has a payload ceiling of 1.89 Mb/s.
    double GoodputOver(std::size_t count)
    {
        Build(Kind::Disjoint, EqualPaths(count));
        StartTransfer(2'000'000 * count, 0);
        RunToEnd();
        ExpectOrderlyEnd();
        return UpGoodputMbps();
    }
};

TEST_F(Paths, OneOfThemIsNotSlowerThanTcp)
{
    EXPECT_GT(GoodputOver(1), 1.7);
}

TEST_F(Paths, TwoOfThemAreFasterThanOneCanBe)
{
    EXPECT_GT(GoodputOver(2), 1.7 * 1.89);
}

TEST_F(Paths, FourOfThemAllCarryData)
{
    const double mbps = GoodputOver(4);
    EXPECT_GT(mbps, 3 * 1.89);
    for (std::size_t path = 0; path < 4; ++path)
    {
        EXPECT_GT(PathBytes(path), 300'000U);
    }
}

/// Neither the initiator nor the responder is special: data down uses both paths as well.
TEST_F(Paths, TwoOfThemCarryWhatTheServerSends)
{
    Build(Kind::Multihomed);
    StartTransfer(0, 4'000'000);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_GT(DownGoodputMbps(), 1.7 * 1.89);
}

/// RFC 8684 3.4.1: the client has one address and learns the server's second by ADD_ADDR.
TEST_F(Paths, SingleHomedClientReachesBothAddressesOfTheServer)
{
    Build(Kind::Multihomed, EqualPaths(1));
    auto wire =
        PointToPointHelper().Install(NodeContainer(NodeList::GetNode(2), m_topology->Server()));
    Ipv4AddressHelper("10.3.0.0", "255.255.255.0").Assign(wire);
    MptcpHelper::AddDefaultRoutes(m_topology->Server());
    StartTransfer(500'000, 500'000);
    std::set<Ipv4Address> remotes;
    RunUntil(Seconds(1));
    for (const auto& subflow : SocketOf(m_client)->GetSubflows())
    {
        Address peer;
        subflow->GetPeerName(peer);
        remotes.insert(InetSocketAddress::ConvertFrom(peer).GetIpv4());
    }
    EXPECT_EQ(remotes, (std::set<Ipv4Address>{"10.2.0.2", "10.3.0.2"}));
    RunToEnd();
    ExpectOrderlyEnd();
}

TEST_F(Paths, NDiffPortsOpensFourSubflowsOnOnePath)
{
    m_mptcp.SetPathManager("ns3::MptcpNDiffPorts", "Subflows", UintegerValue(4));
    Build(Kind::Multihomed, EqualPaths(1));
    StartTransfer(500'000, 0);
    RunUntil(Seconds(2));
    EXPECT_EQ(SocketOf(m_client)->GetSubflows().size(), 4U);
    for (const auto& subflow : SocketOf(m_client)->GetSubflows())
    {
        EXPECT_GT(subflow->AcknowledgedBytes(), 0U);
    }
    RunToEnd();
    ExpectOrderlyEnd();
}

TEST_F(Paths, EachSubflowIsBoundToTheDeviceOfItsAddress)
{
    Build(Kind::Disjoint);
    StartTransfer(500'000, 0);
    RunUntil(Seconds(1));
    for (const auto& endpoint : {m_client, m_server})
    {
        ASSERT_EQ(SocketOf(endpoint)->GetSubflows().size(), 2U);
        for (const auto& subflow : SocketOf(endpoint)->GetSubflows())
        {
            Address local;
            subflow->GetSockName(local);
            Ptr<Ipv4> ipv4 = subflow->GetNode()->GetObject<Ipv4>();
            const auto interface =
                ipv4->GetInterfaceForAddress(InetSocketAddress::ConvertFrom(local).GetIpv4());
            EXPECT_EQ(subflow->GetBoundNetDevice(),
                      ipv4->GetNetDevice(static_cast<uint32_t>(interface)));
        }
    }
    RunToEnd();
}

TEST_F(Paths, EnabledByTheFactoryAloneAndByName)
{
    m_topology = std::make_unique<MultipathTopology>(Kind::Multihomed, EqualPaths());
    for (const auto& node : {m_topology->Client(), m_topology->Server()})
    {
        ObjectFactory factory(MPTCP_SOCKETS);
        node->AggregateObject(factory.Create<Object>());
    }
    StartTransfer(500'000, 0);
    RunUntil(Seconds(1));
    const auto subflows = SocketOf(m_client)->GetSubflows();
    ASSERT_EQ(subflows.size(), 2U);
    EXPECT_GT(subflows[0]->AcknowledgedBytes(), 50'000U);
    EXPECT_GT(subflows[1]->AcknowledgedBytes(), 50'000U);
    RunToEnd();
    ExpectOrderlyEnd();
}

TEST_F(Paths, InterfaceTakenDownInMidTransfer)
{
    Build(Kind::Multihomed);
    StartTransfer(1'000'000, 500'000);
    Simulator::Schedule(Seconds(1), &MultipathTopology::TakeDown, m_topology.get(), 1U);
    RunToEnd();
    ExpectDelivered();
}

class Connections : public TransferTest
{
};

TEST_F(Connections, TenAtOnceEachWithItsOwnBytes)
{
    Build(Kind::Multihomed);
    std::vector<std::pair<Ptr<StreamEndpoint>, Ptr<StreamEndpoint>>> pairs;
    std::set<uint32_t> tokens;
    for (uint16_t i = 0; i < 10; ++i)
    {
        const auto port = static_cast<uint16_t>(PORT + i);
        auto server = Serve(port, 10'000U * (i + 1U));
        auto client = Open(ServerSocket(port), 100'000U - 5000U * i, MilliSeconds(100 + i));
        for (const auto& endpoint : {client, server})
        {
            endpoint->OnConnection([&tokens](Ptr<Socket> socket) {
                tokens.insert(DynamicCast<MptcpSocket>(socket)->GetToken());
            });
        }
        pairs.emplace_back(client, server);
    }
    RunToEnd();
    EXPECT_EQ(tokens.size(), 20U);
    for (const auto& [client, server] : pairs)
    {
        ExpectDelivered(client, server);
        ExpectDelivered(server, client);
    }
}

TEST_F(Connections, OneAfterTheOtherOnTheSamePort)
{
    Build(Kind::Multihomed);
    PacketSinkHelper helper(MPTCP_SOCKETS, InetSocketAddress(Ipv4Address::GetAny(), PORT));
    auto sink = DynamicCast<PacketSink>(helper.Install(m_topology->Server()).Get(0));
    for (int i = 0; i < 5; ++i)
    {
        auto client = Open(ServerSocket(), 50'000);
        RunUntil(Simulator::Now() + Seconds(5));
        EXPECT_EQ(sink->GetTotalRx(), 50'000U * static_cast<uint32_t>(i + 1));
        EXPECT_FALSE(client->HasFailed());
    }
    RunToEnd();
}

/// A port is free again once its listener has closed, open connections or not.
TEST_F(Connections, ListenerClosesAndAnotherTakesThePort)
{
    Build(Kind::Multihomed);
    auto first = Serve(PORT, 0);
    auto client = Open(ServerSocket(), 50'000);
    first->SetStopTime(Seconds(10));
    RunUntil(Seconds(11));
    ExpectDelivered(client, first);
    auto second = Serve(PORT, 0);
    auto again = Open(ServerSocket(), 60'000, Seconds(1));
    RunToEnd();
    ExpectDelivered(again, second);
}

} // namespace
} // namespace ns3
