// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Whole transfers while interfaces of either host go down and come up again.
#include "transfer-fixture.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace
{

class MovingTransfer : public TransferTest
{
  protected:
    void SetUp(Ptr<Node> node, std::size_t path, Time at, bool up)
    {
        Simulator::Schedule(at, [this, node, path, up] {
            Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
            const auto interface = static_cast<uint32_t>(path) + 1;
            up ? ipv4->SetUp(interface) : ipv4->SetDown(interface);
            if (up)
            {
                MptcpHelper::AddDefaultRoutes(node); // ns-3 has dropped the route
            }
            ++changes;
        });
    }

    static uint64_t Count(Ptr<Node> node, mptcp::Mib counter)
    {
        return node->GetObject<MptcpStack>()->GetMib().Get(counter);
    }

    int changes{0};
};

/// The client's second interface: no timeout is waited for, and it is in use again at the end.
TEST_F(MovingTransfer, ClientLosesAnInterfaceAndGetsItBack)
{
    Build(Kind::Multihomed);
    StartTransfer(2'000'000, 500'000);
    Ptr<Node> client = m_topology->Client();
    SetUp(client, 1, Seconds(1.5), false);
    SetUp(client, 1, Seconds(3), true);
    RunUntil(Seconds(1.5));
    const uint64_t before = m_server->ReceivedBytes();
    RunUntil(Seconds(2.5));
    EXPECT_GT(m_server->ReceivedBytes() - before, 150'000U) << "2 Mb/s of the other path";
    EXPECT_EQ(SocketOf(m_client)->GetSubflows().size(), 1U);
    RunUntil(Seconds(3.5));
    EXPECT_EQ(SocketOf(m_client)->GetSubflows().size(), 2U);
    RunToEnd();
    ExpectDelivered();
    EXPECT_EQ(changes, 2);
    EXPECT_EQ(Count(client, mptcp::Mib::RmAddrTx), 1U);
    EXPECT_EQ(Count(m_topology->Server(), mptcp::Mib::RmAddr), 1U);
    EXPECT_EQ(Count(m_topology->Server(), mptcp::Mib::MPJoinAckRx), 2U);
}

/// The interface of the first subflow goes (Address ID 0).
TEST_F(MovingTransfer, FirstSubflowMayGo)
{
    Build(Kind::Multihomed);
    StartTransfer(1'000'000, 1'000'000);
    SetUp(m_topology->Client(), 0, Seconds(1.5), false);
    RunToEnd();
    ExpectDelivered();
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::RmAddrTx), 1U);
    EXPECT_LT(m_client->LastReceived(), Seconds(9));
}

/// The server's interface: it announces the address anew, and the client joins again.
TEST_F(MovingTransfer, ServerLosesAnInterfaceAndGetsItBack)
{
    Build(Kind::Disjoint);
    StartTransfer(1'500'000, 1'500'000);
    Ptr<Node> server = m_topology->Server();
    SetUp(server, 1, Seconds(1.5), false);
    SetUp(server, 1, Seconds(3), true);
    RunToEnd();
    ExpectDelivered();
    EXPECT_EQ(changes, 2);
    EXPECT_GE(Count(server, mptcp::Mib::RmAddrTx), 1U);
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::AddAddr), 2U);
}

/// Break before make: no subflow for two seconds, then a new one from the other address.
TEST_F(MovingTransfer, OneInterfaceAfterTheOther)
{
    Build(Kind::Multihomed);
    StartTransfer(1'000'000, 1'000'000);
    Ptr<Node> client = m_topology->Client();
    client->GetObject<Ipv4>()->SetDown(2);
    SetUp(client, 0, Seconds(1.5), false);
    SetUp(client, 1, Seconds(3.5), true);
    RunUntil(Seconds(3));
    EXPECT_TRUE(SocketOf(m_client)->GetSubflows().empty());
    RunToEnd();
    ExpectDelivered();
    EXPECT_EQ(Count(m_topology->Server(), mptcp::Mib::RmAddr), 1U) << "told over the new subflow";
}

/// Back and forth between two networks, faster than any timeout.
TEST_F(MovingTransfer, AgainAndAgain)
{
    Build(Kind::Multihomed);
    StartTransfer(1'500'000, 500'000);
    Ptr<Node> client = m_topology->Client();
    for (int i = 0; i < 8; ++i)
    {
        const auto path = static_cast<std::size_t>(i % 2);
        SetUp(client, path, MilliSeconds(500 + 500 * i), false);
        SetUp(client, path, MilliSeconds(800 + 500 * i), true);
    }
    RunToEnd();
    ExpectDelivered();
    EXPECT_EQ(changes, 16);
}

} // namespace
} // namespace ns3
