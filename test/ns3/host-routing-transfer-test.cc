// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The host of draft-handley-mptcp-routing-00, section 2, in action: who connects, which way each
/// direction takes, what ISPs drop.
#include "core/mib.h"
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "multihomed-host.h"
#include "ns3-conversions.h"
#include "routing/mptcp-host-routing.h"
#include "simulation-fixture.h"
#include "two-way-transfer.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/string.h"

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace ns3
{
namespace
{

constexpr bool MPTCP = true;
constexpr bool TCP = false;
const Ipv4Address ANY = Ipv4Address::GetAny();
const Ipv4Address R1("10.1.0.1");
const Ipv4Address R2("10.2.0.1");

class MultihomedHostTest : public SimulationTest
{
  protected:
    void Build(const std::string& model, bool ingressFilters)
    {
        m_spec.model = model;
        m_spec.ingressFilters = ingressFilters;
        m_network = std::make_unique<MultihomedHost>(m_spec);
        m_mptcp.Install(NodeContainer(m_network->Host(), m_network->Peer()));
        MptcpHelper::AssignStreams(NodeContainer(m_network->Host(), m_network->Peer()), 10);
    }

    /// A opens a connection to B.
    void OpenFromHost(bool isMptcp)
    {
        m_transfer = std::make_unique<TwoWayTransfer>(m_network->Host(),
                                                      m_network->Peer(),
                                                      m_network->PeerAddress(),
                                                      isMptcp);
    }

    /// B opens a connection to a1 or a2.
    void OpenFromPeer(std::size_t isp, bool isMptcp)
    {
        m_transfer = std::make_unique<TwoWayTransfer>(m_network->Peer(),
                                                      m_network->Host(),
                                                      m_network->HostAddress(isp),
                                                      isMptcp);
    }

    static void RunUntil(double seconds)
    {
        Simulator::Stop(Seconds(seconds) - Simulator::Now());
        Simulator::Run();
    }

    Ptr<MptcpIpv4HostRouting> Routing()
    {
        return MptcpIpv4HostRouting::Of(m_network->Host());
    }

    void RemoveDefaultRoute(std::size_t isp)
    {
        EXPECT_TRUE(Routing()->RemoveRoute(ANY,
                                           Ipv4Mask::GetZero(),
                                           isp == 0 ? R1 : R2,
                                           MultihomedHost::HostInterface(isp)));
    }

    uint64_t Mib(mptcp::Mib counter)
    {
        return m_network->Host()->GetObject<MptcpStack>()->GetMib().Get(counter);
    }

    void ExpectNothingDropped()
    {
        EXPECT_EQ(m_network->FilteredPackets(0), 0U);
        EXPECT_EQ(m_network->FilteredPackets(1), 0U);
        EXPECT_EQ(m_network->UnroutablePackets(), 0U);
    }

    MptcpHelper m_mptcp;
    MultihomedHostSpec m_spec;
    std::unique_ptr<MultihomedHost> m_network;
    std::unique_ptr<TwoWayTransfer> m_transfer;
};

// ---- what hosts do today (draft 2) ----

class TodaysHost : public MultihomedHostTest
{
};

/// "Not only does this fail to load-balance across the two outgoing paths, packets from the a2
/// subflow risk being dropped as spoofed by ISP 1's ingress filters."
TEST_F(TodaysHost, SecondSubflowGetsNothingThroughAnIngressFilter)
{
    Build("weak", true);
    OpenFromHost(MPTCP);
    RunUntil(4);
    EXPECT_TRUE(m_transfer->IsConnected());
    EXPECT_GT(m_network->FilteredPackets(0), 0U);
    EXPECT_EQ(m_network->SentPackets(1), 0U);
    const auto subflows = m_transfer->Subflows();
    ASSERT_EQ(subflows.size(), 2U);
    EXPECT_EQ(subflows[1].local, m_network->HostAddress(1));
    EXPECT_FALSE(subflows[1].isEstablished);
    EXPECT_EQ(subflows[1].acknowledgedBytes + subflows[1].receivedBytes, 0U);
}

/// Without filters it does, but all that A sends goes one way.
TEST_F(TodaysHost, SecondSubflowSendsByTheFirstRouter)
{
    Build("weak", false);
    OpenFromHost(MPTCP);
    RunUntil(4);
    EXPECT_TRUE(m_transfer->Subflows().at(1).isEstablished);
    EXPECT_EQ(m_network->SentPackets(1), 0U);
    EXPECT_GT(m_network->ArrivedPackets(1), 100U) << "routing of the Internet is not A's";
}

TEST_F(TodaysHost, IsAGoodClient)
{
    for (const char* model : {"weak", "strong"})
    {
        Clean();
        Build(model, true);
        OpenFromHost(TCP);
        RunUntil(3);
        EXPECT_TRUE(m_transfer->IsConnected()) << model;
        ExpectNothingDropped();
    }
}

TEST_F(TodaysHost, StrongOneRejectsWhatComesInByTheOtherIsp)
{
    Build("strong", false);
    OpenFromPeer(1, TCP);
    RunUntil(4);
    EXPECT_FALSE(m_transfer->IsConnected());
    EXPECT_GT(m_network->ArrivedPackets(1), 0U);
    EXPECT_GT(m_network->UnroutablePackets(), 0U) << "the SYN/ACK";
    EXPECT_EQ(m_network->SentPackets(0) + m_network->SentPackets(1), 0U);
}

TEST_F(TodaysHost, WeakOneAnswersByTheOtherIspWhichDropsIt)
{
    Build("weak", true);
    OpenFromPeer(1, TCP);
    RunUntil(4);
    EXPECT_FALSE(m_transfer->IsConnected());
    EXPECT_GT(m_network->FilteredPackets(0), 0U);
    EXPECT_EQ(m_network->FilteredPackets(0), m_network->SentPackets(0));
}

TEST_F(TodaysHost, WeakOneConnectsIfNobodyFilters)
{
    Build("weak", false);
    OpenFromPeer(1, TCP);
    RunUntil(3);
    EXPECT_TRUE(m_transfer->IsConnected());
    EXPECT_EQ(m_network->SentPackets(1), 0U);
    EXPECT_EQ(m_network->ArrivedPackets(0), 0U);
}

// ---- the idealised model (draft 3) ----

class IdealisedHost : public MultihomedHostTest
{
};

TEST_F(IdealisedHost, BothPathsCarryTheirShare)
{
    Build("idealised", true);
    OpenFromHost(MPTCP);
    RunUntil(10);
    ExpectNothingDropped();
    const auto subflows = m_transfer->Subflows();
    ASSERT_EQ(subflows.size(), 2U);
    // The links are alike: each has about half of either direction.
    const auto sent = static_cast<double>(subflows[0].acknowledgedBytes);
    const auto sentToo = static_cast<double>(subflows[1].acknowledgedBytes);
    EXPECT_NEAR(sent / (sent + sentToo), 0.5, 0.1);
    const auto got = static_cast<double>(subflows[0].receivedBytes);
    const auto gotToo = static_cast<double>(subflows[1].receivedBytes);
    EXPECT_NEAR(got / (got + gotToo), 0.5, 0.1);
    EXPECT_GT(m_network->SentPackets(0), 500U);
    EXPECT_GT(m_network->SentPackets(1), 500U);
    EXPECT_TRUE(m_transfer->IsIntact());
}

/// Rule 4 sends each answer back by the ISP of its address, whichever the host prefers.
TEST_F(IdealisedHost, TcpConnectsFromEitherSideToEitherAddress)
{
    for (const char* model : {"idealised", "idealised-strong"})
    {
        for (const std::size_t isp : {0U, 1U})
        {
            Clean();
            Build(model, true);
            OpenFromPeer(isp, TCP);
            RunUntil(3);
            EXPECT_TRUE(m_transfer->IsConnected()) << model << " a" << isp + 1;
            EXPECT_EQ(m_network->SentPackets(1 - isp), 0U);
            EXPECT_EQ(m_network->ArrivedPackets(1 - isp), 0U);
            ExpectNothingDropped();
        }
        Clean();
        Build(model, true);
        OpenFromHost(TCP);
        RunUntil(3);
        EXPECT_TRUE(m_transfer->IsConnected()) << model;
        ExpectNothingDropped();
    }
}

/// Draft 4.1: the first subflow is opened as a TCP connection would be; unbound, from the address
/// on the subnet of the preferred router.
TEST_F(IdealisedHost, UnboundConnectionTakesTheAddressOfThePreferredRouter)
{
    for (const bool isMptcp : {TCP, MPTCP})
    {
        Clean();
        m_spec.metrics = {2, 1};
        Build("idealised", true);
        OpenFromHost(isMptcp);
        RunUntil(0.13); // less than the answer to a SYN takes: no second subflow yet
        Address local;
        m_transfer->Opener()->GetSocket()->GetSockName(local);
        EXPECT_EQ(InetSocketAddress::ConvertFrom(local).GetIpv4(), m_network->HostAddress(1));
        EXPECT_EQ(m_network->SentPackets(0), 0U);
    }
}

/// Draft 3.1, and 4.1 at its end: whatever joins, packets keep to the way of their source.
TEST_F(IdealisedHost, NewSubflowsMoveNoOther)
{
    Build("idealised", true);
    std::map<Ipv4Address, std::set<uint32_t>> interfaces;
    m_network->Host()->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Tx",
        Callback<void, Ptr<const Packet>, Ptr<Ipv4>, uint32_t>(
            [&](Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t interface) {
                Ipv4Header header;
                packet->PeekHeader(header);
                interfaces[header.GetSource()].insert(interface);
            }));
    OpenFromHost(MPTCP);
    RunUntil(5);
    ASSERT_EQ(m_transfer->Subflows().size(), 2U);
    const std::map<Ipv4Address, std::set<uint32_t>> expected{{m_network->HostAddress(0), {1}},
                                                             {m_network->HostAddress(1), {2}}};
    EXPECT_EQ(interfaces, expected);
}

/// Subflows are not bound to devices: the routing decides packet by packet, so an outage that
/// routing knows of moves them (draft 4.2, discussion: neither drop nor pin).
TEST_F(IdealisedHost, SubflowFollowsARouteThatChanges)
{
    Build("idealised", false);
    OpenFromHost(MPTCP);
    RunUntil(2);
    RemoveDefaultRoute(1);
    const uint64_t before = m_network->SentPackets(1);
    const uint64_t received = m_transfer->Subflows().at(1).receivedBytes;
    RunUntil(4);
    EXPECT_LE(m_network->SentPackets(1), before + 1); // one that was on the link
    EXPECT_GT(m_transfer->Subflows().at(1).receivedBytes, received + 100'000) << "rule 3";
}

// ---- losses that TCP is told of (draft 3, rules 2 and 3) ----

class UnroutableLoss : public MultihomedHostTest
{
};

TEST_F(UnroutableLoss, IsSentAgainByAnotherSubflowBeforeAnyTimeout)
{
    Build("idealised-strong", true);
    OpenFromHost(MPTCP);
    RunUntil(5);
    const uint64_t repeated = Mib(mptcp::Mib::MPTCPRetrans);
    RemoveDefaultRoute(1);
    RunUntil(5.3); // the least timeout of ns-3 is a second
    EXPECT_GT(m_network->UnroutablePackets(), 0U);
    EXPECT_GT(Mib(mptcp::Mib::MPTCPRetrans), repeated);
    const uint64_t received = m_transfer->ReceivedByListener();
    RunUntil(7);
    EXPECT_GT(m_transfer->ReceivedByListener(), received + 150'000);
    EXPECT_TRUE(m_transfer->IsIntact());
}

TEST_F(UnroutableLoss, ConnectSaysSo)
{
    Build("idealised", true);
    RemoveDefaultRoute(0);
    RemoveDefaultRoute(1);
    for (const char* factory : {"ns3::TcpSocketFactory", "ns3::MptcpSocketFactory"})
    {
        Ptr<Socket> socket = Socket::CreateSocket(m_network->Host(), TypeId::LookupByName(factory));
        EXPECT_EQ(socket->Connect(InetSocketAddress(m_network->PeerAddress(), 80)), -1);
        EXPECT_EQ(socket->GetErrno(), Socket::ERROR_NOROUTETOHOST) << factory;
    }
}

/// The other form of rule 3, for a bound socket.
TEST_F(UnroutableLoss, ConnectFromAnAddressWithoutARouteSaysSo)
{
    Build("idealised-strong", true);
    RemoveDefaultRoute(1);
    Ptr<Socket> socket =
        Socket::CreateSocket(m_network->Host(), TypeId::LookupByName("ns3::MptcpSocketFactory"));
    ASSERT_EQ(socket->Bind(InetSocketAddress(m_network->HostAddress(1), 0)), 0);
    EXPECT_EQ(socket->Connect(InetSocketAddress(m_network->PeerAddress(), 80)), -1);
    EXPECT_EQ(socket->GetErrno(), Socket::ERROR_NOROUTETOHOST);
}

// ---- which addresses subflows come from (draft 4.1) ----

class SubflowAddresses : public MultihomedHostTest
{
};

TEST_F(SubflowAddresses, NoneThatHasNoRoute)
{
    Build("idealised", true);
    RemoveDefaultRoute(1);
    OpenFromHost(MPTCP);
    RunUntil(4);
    ASSERT_EQ(m_transfer->Subflows().size(), 1U);
    EXPECT_EQ(Mib(mptcp::Mib::MPJoinSynTx), 0U);
    ExpectNothingDropped();
}

/// A mesh that does not ask the routing tries all the same, by a way that an ISP does not like.
TEST_F(SubflowAddresses, MeshThatAsksNobodyRunsIntoTheFilter)
{
    m_mptcp.SetPathManager("ns3::MptcpFullMesh", "AskRouting", BooleanValue(false));
    Build("idealised", true);
    RemoveDefaultRoute(1);
    OpenFromHost(MPTCP);
    RunUntil(4);
    EXPECT_GT(m_network->FilteredPackets(0), 0U);
}

TEST_F(SubflowAddresses, RouteThatComesBringsASubflow)
{
    Build("idealised", true);
    RemoveDefaultRoute(1);
    OpenFromHost(MPTCP);
    RunUntil(2);
    Routing()->AddDefaultRoute(R2, MultihomedHost::HostInterface(1), 2);
    // Path managers are asked when something happens to an address.
    Ptr<Ipv4> ipv4 = m_network->Host()->GetObject<Ipv4>();
    ipv4->SetDown(2);
    RunUntil(2.1);
    ipv4->SetUp(2);
    RunUntil(4);
    ASSERT_EQ(m_transfer->Subflows().size(), 2U);
    EXPECT_TRUE(m_transfer->Subflows()[1].isEstablished);
    ExpectNothingDropped();
}

// ---- passive opens (draft 4.2) ----

class PassiveHost : public MultihomedHostTest
{
};

TEST_F(PassiveHost, CongruentJoinIsTaken)
{
    Build("idealised", true);
    OpenFromPeer(1, MPTCP);
    RunUntil(4);
    const auto subflows = m_transfer->Subflows();
    ASSERT_EQ(subflows.size(), 2U);
    EXPECT_EQ(subflows[0].remote, m_network->HostAddress(1));
    EXPECT_EQ(subflows[1].remote, m_network->HostAddress(0));
    EXPECT_TRUE(subflows[1].isEstablished);
    EXPECT_EQ(Mib(mptcp::Mib::MPJoinSynTx), 0U) << "A had no reason to open one";
    ExpectNothingDropped();
}

TEST_F(PassiveHost, IncongruentJoinIsRejectedBesideACongruentSubflow)
{
    // A announces a2 although it has no route from there.
    m_mptcp.SetPathManager("ns3::MptcpFullMesh", "AskRouting", BooleanValue(false));
    Build("idealised", false);
    RemoveDefaultRoute(1);
    OpenFromPeer(0, MPTCP);
    RunUntil(4);
    EXPECT_TRUE(m_transfer->IsConnected());
    EXPECT_EQ(Mib(mptcp::Mib::MPJoinRejected), 1U);
    EXPECT_EQ(Mib(mptcp::Mib::MPJoinAckRx), 0U);
}

TEST_F(PassiveHost, DoesNotAnnounceWhatItCannotAnswerFrom)
{
    Build("idealised", false);
    RemoveDefaultRoute(1);
    OpenFromPeer(0, MPTCP);
    RunUntil(4);
    EXPECT_TRUE(m_transfer->IsConnected());
    EXPECT_EQ(Mib(mptcp::Mib::AddAddrTx), 0U);
}

/// B reaches a1, and A can only answer by R2. It does, and gets a subflow from a2.
TEST_F(PassiveHost, IncongruentConnectionIsAcceptedAndASecondSubflowTriedAtOnce)
{
    Build("idealised", false);
    RemoveDefaultRoute(0);
    OpenFromPeer(0, MPTCP);
    RunUntil(0.5);
    EXPECT_EQ(Mib(mptcp::Mib::MPJoinSynTx), 1U);
    RunUntil(6);
    EXPECT_TRUE(m_transfer->IsConnected());
    const auto subflows = m_transfer->Subflows();
    ASSERT_EQ(subflows.size(), 2U);
    EXPECT_EQ(subflows[1].remote, m_network->HostAddress(1));
    EXPECT_GT(subflows[1].receivedBytes, 100'000U);
    EXPECT_EQ(m_network->SentPackets(0), 0U);
}

TEST_F(PassiveHost, IncongruentConnectionIsDroppedIfTheHostSaysSo)
{
    Build("idealised", false);
    RemoveDefaultRoute(0);
    Routing()->SetAttribute("AcceptIncongruent", BooleanValue(false));
    OpenFromPeer(0, MPTCP);
    RunUntil(4);
    EXPECT_FALSE(m_transfer->IsConnected());
    EXPECT_EQ(m_network->SentPackets(1), 0U) << "not even a reset";
}

TEST_F(PassiveHost, WithoutAnyRouteNothingIsEstablished)
{
    Build("idealised", false);
    RemoveDefaultRoute(0);
    RemoveDefaultRoute(1);
    OpenFromPeer(0, MPTCP);
    RunUntil(4);
    EXPECT_FALSE(m_transfer->IsConnected());
    EXPECT_EQ(m_network->Host()->GetObject<MptcpStack>()->GetTokens(), 0U) << "no state is kept";
}

} // namespace
} // namespace ns3
