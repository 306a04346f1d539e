// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Whole transfers whose connection loses subflows, all of them for a while, or ends at once.
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-l4-protocol.h"

#include <map>

namespace ns3
{
namespace
{

// ---- break before make (RFC 8684 3.3.3) ----

class BreakBeforeMakeTransfer : public TransferTest,
                                public ::testing::WithParamInterface<MultipathTopology::Kind>
{
  protected:
    /// Sends the client what a middlebox sends that has forgotten `subflow`: a RST in the name of
    /// the server, without any reason.
    void InjectReset(const MptcpSubflow& subflow)
    {
        Address client;
        Address server;
        subflow.GetSockName(client);
        subflow.GetPeerName(server);
        const auto to = InetSocketAddress::ConvertFrom(client);
        const auto from = InetSocketAddress::ConvertFrom(server);
        TcpHeader reset;
        reset.SetFlags(TcpHeader::RST);
        reset.SetSourcePort(from.GetPort());
        reset.SetDestinationPort(to.GetPort());
        // In the window even when all that waits in the queue has arrived before it.
        constexpr uint32_t QUEUE_BYTES = 60'000;
        reset.SetSequenceNumber(
            SequenceNumber32(static_cast<uint32_t>(subflow.ReceivedBytes()) + QUEUE_BYTES));
        m_topology->Server()->GetObject<TcpL4Protocol>()->SendPacket(Create<Packet>(),
                                                                     reset,
                                                                     from.GetIpv4(),
                                                                     to.GetIpv4());
    }
};

/// Both paths are out for longer than TCP keeps trying; new subflows bring the rest.
TEST_P(BreakBeforeMakeTransfer, OverNewSubflowsAfterAllHaveTimedOut)
{
    Config::SetDefault("ns3::TcpSocket::DataRetries", UintegerValue(2));
    Build(GetParam());
    StartTransfer(2'000'000, 0);
    CutPath(0, Seconds(2), Seconds(28));
    CutPath(1, Seconds(2), Seconds(28));
    uint32_t fewest = 99;
    for (Time at = Seconds(3); at < Seconds(30); at += Seconds(1))
    {
        RunUntil(at);
        uint32_t usable = 0;
        for (const auto& subflow : SocketOf(m_client)->GetSubflows())
        {
            usable += subflow->IsUsable() ? 1 : 0;
        }
        fewest = std::min(fewest, usable);
    }
    EXPECT_EQ(fewest, 0U);
    EXPECT_LT(m_server->ReceivedBytes(), 2'000'000U);
    RunToEnd();
    ExpectDelivered();
}

TEST_P(BreakBeforeMakeTransfer, AfterResetsOfAllSubflowsAgainAndAgain)
{
    Build(GetParam());
    StartTransfer(3'000'000, 1'000'000);
    for (int i = 2; i < 14; i += 4)
    {
        RunUntil(Seconds(i));
        for (const auto& subflow : SocketOf(m_client)->GetSubflows())
        {
            InjectReset(*subflow);
        }
        RunUntil(Seconds(i + 0.5));
        EXPECT_TRUE(SocketOf(m_client)->GetSubflows().empty());
    }
    RunToEnd();
    ExpectDelivered();
}

INSTANTIATE_TEST_SUITE_P(Topologies,
                         BreakBeforeMakeTransfer,
                         ::testing::Values(MultipathTopology::Kind::Disjoint,
                                           MultipathTopology::Kind::Multihomed));

class TransferLife : public TransferTest
{
};

TEST_F(TransferLife, FirstSubflowMayDie)
{
    Build(Kind::Disjoint);
    StartTransfer(1'500'000, 1'500'000);
    RunUntil(Seconds(2));
    const auto subflows = SocketOf(m_client)->GetSubflows();
    ASSERT_GE(subflows.size(), 2U);
    EXPECT_FALSE(subflows[0]->IsJoin());
    subflows[0]->Reset(mptcp::ResetReason::Unspecified);
    RunToEnd();
    ExpectDelivered();
}

// ---- fast close (RFC 8684 3.5) ----

class AbortedTransfer : public TransferTest, public ::testing::WithParamInterface<bool>
{
};

TEST_P(AbortedTransfer, LeavesNothingAndTellsThePeer)
{
    Config::SetDefault("ns3::MptcpStack::FastCloseWithAck", BooleanValue(GetParam()));
    Build(Kind::Multihomed);
    StartTransfer(5'000'000, 5'000'000);
    RunUntil(Seconds(3));
    EXPECT_GT(m_server->ReceivedBytes(), 100'000U);
    Ptr<MptcpSocket> opened = SocketOf(m_client);
    Ptr<MptcpSocket> accepted = SocketOf(m_server);
    opened->Abort();
    RunUntil(Seconds(4));
    EXPECT_TRUE(m_server->HasFailed());
    EXPECT_FALSE(m_client->HasFailed());
    EXPECT_EQ(opened->GetCloseCause(), mptcp::CloseCause::LocalFastClose);
    EXPECT_EQ(accepted->GetCloseCause(), mptcp::CloseCause::PeerFastClose);
    EXPECT_TRUE(m_server->IsIntact());
    opened = nullptr;
    accepted = nullptr;
    RunToEnd(Minutes(2)); // nobody waits for anybody
    ExpectNothingLeft();
}

/// Every MP_FASTCLOSE is lost: Option A gives up by itself, and the peer's TCP does in its time.
TEST_P(AbortedTransfer, IntoADeadNetworkEndsAllTheSame)
{
    Config::SetDefault("ns3::MptcpStack::FastCloseWithAck", BooleanValue(GetParam()));
    Build(Kind::Multihomed);
    StartTransfer(5'000'000, 5'000'000);
    CutPathForEver(0, Seconds(3));
    CutPathForEver(1, Seconds(3));
    RunUntil(Seconds(3.1));
    SocketOf(m_client)->Abort();
    RunUntil(Minutes(2));
    EXPECT_TRUE(SocketOf(m_client)->GetSubflows().empty());
    EXPECT_EQ(SocketOf(m_client)->GetCloseCause(), mptcp::CloseCause::LocalFastClose);
    RunToEnd();
    EXPECT_TRUE(m_server->HasFailed());
    EXPECT_EQ(SocketOf(m_server)->GetCloseCause(), mptcp::CloseCause::Timeout);
    ExpectNothingLeft();
}

INSTANTIATE_TEST_SUITE_P(Forms, AbortedTransfer, ::testing::Bool(), [](const auto& test) {
    return test.param ? "Ack" : "Reset";
});

// ---- retransmission (RFC 8684 3.3.6) ----

/// Every subflow stream, as it passes the server's IP, as pieces: first number -> one past the
/// last.
class SubflowStreams
{
  public:
    void Watch(Ptr<Node> server)
    {
        server->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
            "Rx",
            MakeCallback(&SubflowStreams::OnPacket, this));
    }

    /// No byte of any stream below its highest is missing.
    void ExpectNoHoles() const
    {
        EXPECT_GE(m_streams.size(), 2U);
        for (const auto& [name, pieces] : m_streams)
        {
            uint32_t next = 1;
            for (const auto& [begin, end] : pieces)
            {
                EXPECT_LE(begin, next) << "port " << name.second;
                next = std::max(next, end);
            }
            EXPECT_GT(next, 1U);
        }
    }

  private:
    void OnPacket(Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t)
    {
        Ptr<Packet> rest = packet->Copy();
        Ipv4Header ip;
        TcpHeader tcp;
        rest->RemoveHeader(ip);
        rest->RemoveHeader(tcp);
        const uint32_t begin = tcp.GetSequenceNumber().GetValue();
        if (rest->GetSize() > 0)
        {
            auto& end = m_streams[{ip.GetSource().Get(), tcp.GetSourcePort()}][begin];
            end = std::max(end, begin + rest->GetSize());
        }
    }

    std::map<std::pair<uint32_t, uint16_t>, std::map<uint32_t, uint32_t>> m_streams;
};

/// What is sent again on another subflow is still retransmitted where it was lost: on the wire no
/// subflow has a hole that a middlebox could stumble over.
TEST_F(TransferLife, WhatIsReinjectedIsRetransmittedOnItsOwnSubflowToo)
{
    Build(Kind::Disjoint);
    SubflowStreams streams;
    streams.Watch(m_topology->Server());
    StartTransfer(4'000'000, 0);
    CutPath(1, Seconds(2), Seconds(6));
    RunUntil(Seconds(7));
    EXPECT_GT(SocketOf(m_client)->GetConnection()->ReinjectedBytes(), 0U);
    RunToEnd();
    ExpectOrderlyEnd();
    streams.ExpectNoHoles();
}

} // namespace
} // namespace ns3
