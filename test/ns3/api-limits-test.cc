// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Numbers of subflows that applications ask for (RFC 6897 A.3 REQ7), and openings that wait for
/// their time or for room.
#include "api-fixture.h"
#include "conversation-fixture.h"
#include "wiring.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

#include <set>

namespace ns3
{
namespace
{

constexpr uint64_t LONG = 1'000'000;

class ApiLimits : public ApiTest
{
  protected:
    void Start(std::size_t paths, uint32_t meshOfClient = 8)
    {
        Build(Kind::Multihomed, EqualPaths(paths));
        StartServer();
        m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(meshOfClient));
        m_mptcp.Install(m_topology->Client());
    }

    std::size_t SubflowsAt(double seconds, const ApiClient& client)
    {
        RunUntil(Seconds(seconds));
        return EstablishedSubflows(*client.socket);
    }

    std::size_t SubflowsFrom(const MptcpSocket& socket, std::size_t path) const
    {
        std::size_t count = 0;
        for (const auto& pair : socket.GetSubflowAddresses())
        {
            count += InetSocketAddress::ConvertFrom(pair.local).GetIpv4() ==
                             m_topology->ClientAddress(path)
                         ? 1
                         : 0;
        }
        return count;
    }

    Ptr<MptcpSocket> ListenOn(uint16_t port) const
    {
        Ptr<MptcpSocket> listener = NewSocket(m_topology->Server());
        listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
        return listener;
    }
};

// ---- what a limit has kept back ----

TEST_F(ApiLimits, AnotherProfileOpensWhatTheFirstHasKeptBack)
{
    Start(4);
    ApiClient client(NewSocket());
    client.socket->SetApplicationProfile(MptcpApplicationProfile::LowLatency);
    client.Connect(ServerSocket(), 3 * LONG);
    ASSERT_EQ(SubflowsAt(1, client), 3U);
    client.socket->SetApplicationProfile(MptcpApplicationProfile::Bulk);
    EXPECT_EQ(SubflowsAt(1.5, client), 4U);
    RunToEnd();
    ExpectReceived(3 * LONG);
}

TEST_F(ApiLimits, WhatAProfileHasClosedComesBackWithTheNext)
{
    Start(4);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 3 * LONG);
    ASSERT_EQ(SubflowsAt(1, client), 4U);
    client.socket->SetApplicationProfile(MptcpApplicationProfile::LowLatency);
    ASSERT_EQ(SubflowsAt(2.5, client), 3U);
    client.socket->SetApplicationProfile(MptcpApplicationProfile::Bulk);
    EXPECT_EQ(SubflowsAt(3, client), 4U);
    for (std::size_t path = 0; path < 4; ++path)
    {
        EXPECT_EQ(SubflowsFrom(*client.socket, path), 1U) << path;
    }
    RunToEnd();
    ExpectReceived(3 * LONG);
}

TEST_F(ApiLimits, APlaceThatBecomesFreeIsTaken)
{
    Start(4);
    ApiClient client(NewSocket());
    client.socket->SetApplicationProfile(MptcpApplicationProfile::LowLatency);
    client.Connect(ServerSocket(), 3 * LONG);
    ASSERT_EQ(SubflowsAt(1, client), 3U);
    ASSERT_EQ(SubflowsFrom(*client.socket, 3), 0U);
    EXPECT_EQ(client.socket->CloseSubflow(client.socket->GetSubflowInfo().at(1).id), 0);
    EXPECT_EQ(SubflowsAt(2.5, client), 3U);
    EXPECT_EQ(SubflowsFrom(*client.socket, 3), 1U);
    RunToEnd();
    ExpectReceived(3 * LONG);
}

TEST_F(ApiLimits, OnePairIsNeverOpenedTwice)
{
    Start(4);
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->RequestSubflows(2), 0);
    client.Connect(ServerSocket(), 3 * LONG);
    ASSERT_EQ(SubflowsAt(1, client), 2U);
    for (uint32_t count : {3U, 4U, 2U, 4U})
    {
        EXPECT_EQ(client.socket->RequestSubflows(count), 0);
        RunUntil(Simulator::Now() + Seconds(1));
        EXPECT_EQ(EstablishedSubflows(*client.socket), count);
    }
    for (std::size_t path = 0; path < 4; ++path)
    {
        EXPECT_EQ(SubflowsFrom(*client.socket, path), 1U) << path;
    }
    RunToEnd();
    ExpectReceived(3 * LONG);
}

/// Closed for want of room while its SYN was on the way, it is held once, not by the path manager
/// as well.
TEST_F(ApiLimits, AnAttemptThatALimitEndsIsHeldOnce)
{
    Start(4);
    CutPath(3, Seconds(0), Seconds(2.5));
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 8 * LONG);
    ASSERT_EQ(SubflowsAt(0.8, client), 3U);
    client.socket->SetApplicationProfile(MptcpApplicationProfile::LowLatency);
    ASSERT_EQ(SubflowsAt(5, client), 3U);
    client.socket->SetApplicationProfile(MptcpApplicationProfile::Bulk);
    EXPECT_EQ(SubflowsAt(7, client), 4U);
    EXPECT_EQ(SubflowsFrom(*client.socket, 3), 1U);
    RunToEnd();
    ExpectReceived(8 * LONG);
}

/// The first subflow is silent, so the second has to stay for now (RFC 8684 3.3.3): asked for
/// twice, that is still one closing, and one opening later.
TEST_F(ApiLimits, AClosingThatWaitsIsOneClosing)
{
    Start(2);
    CutPath(0, Seconds(2), Seconds(6));
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 8 * LONG);
    ASSERT_EQ(SubflowsAt(5, client), 2U);
    const uint16_t second = client.socket->GetSubflowInfo().at(1).id;
    EXPECT_EQ(client.socket->RequestSubflows(1), 0);
    EXPECT_EQ(SubflowsAt(5.5, client), 2U) << "not yet";
    EXPECT_EQ(client.socket->SetPreferredSubflow(second), -1) << "it is about to go";
    EXPECT_EQ(client.socket->RequestSubflows(1), 0);
    ASSERT_EQ(SubflowsAt(20, client), 1U);
    client.socket->SetApplicationProfile(MptcpApplicationProfile::Bulk);
    EXPECT_EQ(SubflowsAt(22, client), 2U);
    EXPECT_EQ(SubflowsFrom(*client.socket, 1), 1U);
    RunToEnd();
    ExpectReceived(8 * LONG);
}

/// While it waits, the number may rise again: then there is nothing to close.
TEST_F(ApiLimits, AClosingThatWaitsMayBeTakenBack)
{
    Start(2);
    CutPath(0, Seconds(2), Seconds(6));
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 8 * LONG);
    ASSERT_EQ(SubflowsAt(5, client), 2U);
    const uint16_t second = client.socket->GetSubflowInfo().at(1).id;
    EXPECT_EQ(client.socket->RequestSubflows(1), 0);
    EXPECT_EQ(SubflowsAt(5.5, client), 2U) << "not yet";
    EXPECT_EQ(client.socket->RequestSubflows(2), 0);
    EXPECT_EQ(SubflowsAt(20, client), 2U);
    EXPECT_EQ(client.socket->GetSubflowInfo().at(1).id, second) << "the same one";
    RunToEnd();
    ExpectReceived(8 * LONG);
}

/// RFC 6897 A.3 REQ7: the application knows an address of the peer that was never announced.
TEST_F(ApiLimits, ASubflowToAnAddressOfTheApplicationsKnowledgeStays)
{
    m_mptcp.SetPathManager("ns3::MptcpFullMesh", "AnnounceAsResponder", BooleanValue(false));
    Start(2, 1);
    m_topology->Server()->GetObject<Ipv4>()->AddAddress(
        1,
        Ipv4InterfaceAddress("10.2.0.3", Ipv4Mask("255.255.255.0")));
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 3 * LONG);
    ASSERT_EQ(SubflowsAt(1, client), 1U);
    const InetSocketAddress other("10.2.0.3", PORT);
    EXPECT_EQ(client.socket->OpenSubflow(Local(1), other), 0);
    ASSERT_EQ(SubflowsAt(3, client), 2U);
    EXPECT_EQ(client.socket->GetSubflowAddresses()[1].remote, Address(other));
    RunToEnd();
    ExpectReceived(3 * LONG);
}

/// One that is about to go cannot be preferred; the others stay as they are.
TEST_F(ApiLimits, ASubflowThatClosesIsNoneToPrefer)
{
    Start(3);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 3 * LONG);
    ASSERT_EQ(SubflowsAt(2, client), 3U);
    const uint16_t closing = client.socket->GetSubflowInfo().at(1).id;
    EXPECT_EQ(client.socket->CloseSubflow(closing), 0);
    ASSERT_EQ(client.socket->GetSubflowInfo().at(1).id, closing) << "it has data to deliver";
    EXPECT_EQ(client.socket->SetPreferredSubflow(closing), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_INVAL);
    for (const auto& info : client.socket->GetSubflowInfo())
    {
        EXPECT_FALSE(info.isBackup) << info.id;
    }
    RunToEnd();
    ExpectReceived(3 * LONG);
}

/// The limit is the connection's, whoever opens.
TEST_F(ApiLimits, HoldsForWhatThePeerOpensToo)
{
    Start(4);
    Ptr<MptcpSocket> listener = ListenOn(81);
    EXPECT_EQ(listener->SetApplicationProfile(MptcpApplicationProfile::LowLatency), 0);
    ASSERT_EQ(listener->Listen(), 0);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(81), 0);
    RunUntil(Seconds(0.5));
    client.socket->Send(Create<Packet>(1), 0);
    EXPECT_EQ(SubflowsAt(1, client), 3U);
    EXPECT_EQ(Count(m_topology->Server(), mptcp::Mib::MPJoinAckRx), 2U);
}

/// Lowered between the SYN of a join and the ACK that completes it, it holds for that join.
TEST_F(ApiLimits, HoldsForAJoinOfThePeersOnItsWay)
{
    Start(2);
    Ptr<MptcpSocket> listener = ListenOn(81);
    Ptr<MptcpSocket> accepted;
    listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        Callback<void, Ptr<Socket>, const Address&>([&](Ptr<Socket> socket, const Address&) {
            accepted = DynamicCast<MptcpSocket>(socket);
        }));
    ASSERT_EQ(listener->Listen(), 0);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(81), 0);
    RunUntil(Seconds(0.5));
    client.socket->Send(Create<Packet>(1), 0);
    while (Count(m_topology->Server(), mptcp::Mib::MPJoinSynRx) == 0)
    {
        ASSERT_LT(Simulator::Now(), Seconds(1));
        RunUntil(Simulator::Now() + MilliSeconds(1));
    }
    ASSERT_NE(accepted, nullptr);
    EXPECT_EQ(accepted->RequestSubflows(1), 0);
    EXPECT_EQ(SubflowsAt(3, client), 1U);
    EXPECT_EQ(EstablishedSubflows(*accepted), 1U);
    EXPECT_EQ(Count(m_topology->Server(), mptcp::Mib::MPJoinAckRx), 1U);
    accepted->Abort();
}

/// Nothing to open when the connection was set up; the peer names another address later.
TEST_F(ApiLimits, AnAddressThatThePeerAnnouncesMakesUpTheNumber)
{
    Start(1, 1);
    // A second address of the server, by the same wire; it names it when that comes up.
    Ptr<Ipv4> server = m_topology->Server()->GetObject<Ipv4>();
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->RequestSubflows(2), 0);
    client.Connect(ServerSocket(), 3 * LONG);
    ASSERT_EQ(SubflowsAt(1, client), 1U);
    server->AddAddress(1, Ipv4InterfaceAddress("10.2.0.3", Ipv4Mask("255.255.255.0")));
    ASSERT_EQ(SubflowsAt(2, client), 2U);
    EXPECT_EQ(client.socket->GetSubflowAddresses()[1].remote,
              Address(InetSocketAddress("10.2.0.3", PORT)));
    RunToEnd();
    ExpectReceived(3 * LONG);
}

// ---- where no subflow may go (RFC 8684 3.1, flag C) ----

class ApiFlagC : public ApiLimits
{
  protected:
    ApiFlagC()
    {
        Start(2, 1);
        m_topology->Server()->GetObject<MptcpStack>()->SetAttribute("AllowJoinInitialAddrPort",
                                                                    BooleanValue(false));
    }

    uint64_t Joins() const
    {
        return Count(m_topology->Client(), mptcp::Mib::MPJoinSynTx);
    }
};

TEST_F(ApiFlagC, ANumberOfSubflowsIsNoReasonToBreakIt)
{
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    ASSERT_EQ(SubflowsAt(1, client), 1U);
    EXPECT_EQ(client.socket->RequestSubflows(2), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_ADDRNOTAVAIL);
    RunUntil(Seconds(1.5));
    EXPECT_EQ(Joins(), 0U);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiFlagC, ASpecificSubflowIsNotOpenedThere)
{
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    ASSERT_EQ(SubflowsAt(1, client), 1U);
    EXPECT_EQ(client.socket->OpenSubflow(Local(1), ServerSocket()), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_ADDRNOTAVAIL);
    EXPECT_EQ(Joins(), 0U);
}

TEST_F(ApiFlagC, NorIsAReplacement)
{
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    ASSERT_EQ(SubflowsAt(1, client), 1U);
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(0)), 0);
    RunUntil(Seconds(1.5));
    EXPECT_EQ(Joins(), 0U);
}

/// What the peer announces may be joined.
TEST_F(ApiFlagC, AReplacementGoesToAnAnnouncedAddress)
{
    m_topology->Server()->GetObject<Ipv4>()->AddAddress(
        1,
        Ipv4InterfaceAddress("10.2.0.3", Ipv4Mask("255.255.255.0")));
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    ASSERT_EQ(SubflowsAt(1, client), 1U);
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(0)), 0);
    RunUntil(Seconds(1.5));
    ASSERT_EQ(EstablishedSubflows(*client.socket), 1U);
    EXPECT_EQ(client.socket->GetSubflowAddresses()[0].remote,
              Address(InetSocketAddress("10.2.0.3", PORT)));
    RunToEnd();
    ExpectReceived(LONG);
}

} // namespace
} // namespace ns3

namespace ns3::script
{
namespace
{

/// A peer that says by segments what ns-3's other end would not.
class ApiPeer : public TwoLinkConversation
{
  protected:
    static mptcp::RemoveAddress Removal(mptcp::AddressId id)
    {
        return mptcp::RemoveAddress{mptcp::AddressIdList(id)};
    }

    mptcp::AddAddress Announcement(mptcp::AddressId id, Ipv4Address address) const
    {
        mptcp::AddAddress announcement;
        announcement.id = id;
        mptcp::Ipv4Bytes bytes;
        address.Serialize(bytes.data());
        announcement.address = bytes;
        announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
        return announcement;
    }

    void KeepMeshTo(uint32_t subflows) const
    {
        MptcpHelper mptcp;
        mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(subflows));
        mptcp.Install(hostNode);
    }

    /// What AcceptConnection does once the host connects.
    PeerSubflow& AcceptFirst()
    {
        PeerSubflow& first = peer.AwaitSyn(0);
        first.Expect(Syn().With(Offer(peer.RemoteKey())));
        first.Send(SynAck().With(OwnKey()));
        first.Expect(Ack().With(Any<mptcp::CapableAck>()));
        first.Send(Ack().With(Dss().DataAck(1)));
        peer.Wait(MilliSeconds(2 * ScriptedPeer::LINK_DELAY_MS));
        return first;
    }

    static void Settle(PeerSubflow& subflow, ScriptedPeer& from)
    {
        from.Wait(MilliSeconds(2 * ScriptedPeer::LINK_DELAY_MS));
        subflow.TakeArrived();
    }
};

/// RFC 8684 3.4.2: the first address is identifier 0, and may be withdrawn as any; the subflow
/// stays as long as the peer answers.
TEST_F(ApiPeer, NoSubflowGoesToAFirstAddressThatWasWithdrawn)
{
    KeepMeshTo(1);
    PeerSubflow& first = AcceptConnection();
    Settle(first, peer);
    first.Send(Ack().With(Dss().DataAck(1)).With(Removal(0)));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.GetSocket()->RequestSubflows(2), -1);
    EXPECT_EQ(host.GetSocket()->GetErrno(), Socket::ERROR_ADDRNOTAVAIL);
    peer.ExpectNoSyn(MilliSeconds(100));
}

TEST_F(ApiPeer, NorDoesASpecificOne)
{
    KeepMeshTo(1);
    PeerSubflow& first = AcceptConnection();
    Settle(first, peer);
    first.Send(Ack().With(Dss().DataAck(1)).With(Removal(0)));
    peer.Wait(MilliSeconds(20));
    const InetSocketAddress local(ScriptedPeer::HostAddress(1), 0);
    const InetSocketAddress remote(first.GetName().peerAddress, first.GetName().peerPort);
    EXPECT_EQ(host.GetSocket()->OpenSubflow(local, remote), -1);
    EXPECT_EQ(host.GetSocket()->GetErrno(), Socket::ERROR_ADDRNOTAVAIL);
    peer.ExpectNoSyn(MilliSeconds(100));
}

/// RFC 8684 3.9.3: the peer may name whatever it likes, also hosts of others; SYNs do not go to
/// all of that.
TEST_F(ApiPeer, WhatThePeerNamesIsTriedUpToALimit)
{
    KeepMeshTo(1);
    host.Connect(ScriptedPeer::PeerAddress(0));
    EXPECT_EQ(host.GetSocket()->RequestSubflows(100), 0);
    PeerSubflow& first = AcceptFirst();
    const auto announce = [&](mptcp::AddressId id) {
        const Ipv4Address address(ScriptedPeer::PeerAddress(1).Get() + 50 + id);
        first.Send(Ack().With(Dss().DataAck(1)).With(Announcement(id, address)));
        peer.Wait(MilliSeconds(20));
    };
    for (mptcp::AddressId id = 1; id <= 8; ++id)
    {
        announce(id);
    }
    const uint64_t tried = Count(mptcp::Mib::MPJoinSynTx);
    EXPECT_GE(tried, 8U);
    for (mptcp::AddressId id = 9; id <= 12; ++id)
    {
        announce(id);
    }
    EXPECT_EQ(Count(mptcp::Mib::MPJoinSynTx), tried);
    Settle(first, peer);
}

TEST_F(ApiPeer, TheLimitIsThatOfTheMesh)
{
    MptcpHelper mptcp;
    mptcp.SetPathManager("ns3::MptcpFullMesh",
                         "MaxSubflows",
                         UintegerValue(1),
                         "MaxAcceptedAddresses",
                         UintegerValue(10));
    mptcp.Install(hostNode);
    host.Connect(ScriptedPeer::PeerAddress(0));
    PeerSubflow& first = AcceptFirst();
    for (mptcp::AddressId id = 1; id <= 12; ++id)
    {
        const Ipv4Address address(ScriptedPeer::PeerAddress(1).Get() + 50 + id);
        first.Send(Ack().With(Dss().DataAck(1)).With(Announcement(id, address)));
        peer.Wait(MilliSeconds(20));
    }
    EXPECT_EQ(host.GetSocket()->RequestSubflows(23), -1);
    EXPECT_EQ(host.GetSocket()->RequestSubflows(22), 0) << "2 addresses to 1 + 10";
    EXPECT_EQ(Count(mptcp::Mib::MPJoinSynTx), 21U);
    Settle(first, peer);
}

/// RFC 8684 3.4.1, RFC 8684 3.9.3: given up after a refusal, until it is announced once more.
TEST_F(ApiPeer, AnAddressThatRefusesIsTriedWhenItIsAnnouncedAgain)
{
    KeepMeshTo(1);
    host.Connect(ScriptedPeer::PeerAddress(0));
    EXPECT_EQ(host.GetSocket()->RequestSubflows(100), 0);
    PeerSubflow& first = AcceptFirst();
    AcceptJoin(1); // to the first address
    const auto announce = [&](mptcp::AddressId id, Ipv4Address address) {
        first.Send(Ack().With(Dss().DataAck(1)).With(Announcement(id, address)));
        peer.Wait(MilliSeconds(20));
    };
    announce(3, ScriptedPeer::PeerAddress(1));
    uint64_t refused = 0;
    for (const std::size_t link : {0U, 1U})
    {
        PeerSubflow& join = peer.AwaitSyn(link);
        join.Expect(Syn().With(Any<mptcp::JoinSyn>()));
        join.Send(RstAck());
        ++refused;
    }
    peer.Wait(MilliSeconds(50));
    const uint64_t tried = Count(mptcp::Mib::MPJoinSynTx);
    EXPECT_EQ(tried, 1 + refused);
    announce(4, Ipv4Address(ScriptedPeer::PeerAddress(1).Get() + 50));
    EXPECT_EQ(Count(mptcp::Mib::MPJoinSynTx), tried + 2) << "to the new address alone";
    announce(3, ScriptedPeer::PeerAddress(1));
    EXPECT_EQ(Count(mptcp::Mib::MPJoinSynTx), tried + 4);
    Settle(first, peer);
}

/// One pair of addresses that fails says nothing of the others.
TEST_F(ApiPeer, AnAddressThatOneWayRefusesAndAnotherReachesIsNotGivenUp)
{
    KeepMeshTo(1);
    host.Connect(ScriptedPeer::PeerAddress(0));
    EXPECT_EQ(host.GetSocket()->RequestSubflows(100), 0);
    PeerSubflow& first = AcceptFirst();
    AcceptJoin(1); // to the first address
    first.Send(Ack().With(Dss().DataAck(1)).With(Announcement(3, ScriptedPeer::PeerAddress(1))));
    peer.Wait(MilliSeconds(20));
    PeerSubflow& refused = peer.AwaitSyn(0);
    refused.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    refused.Send(RstAck());
    PeerSubflow& reached = AcceptJoin(1);
    reached.Send(Ack().With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(50));
    const uint64_t tried = Count(mptcp::Mib::MPJoinSynTx);
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 3U);
    EXPECT_EQ(host.GetSocket()->RequestSubflows(3), 0);
    reached.Send(Rst());
    peer.Wait(MilliSeconds(50));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
    EXPECT_EQ(host.GetSocket()->RequestSubflows(3), 0);
    EXPECT_EQ(Count(mptcp::Mib::MPJoinSynTx), tried + 1);
}

/// RFC 8684 3.4.1: an identifier in use keeps its address until it is withdrawn.
TEST_F(ApiPeer, AnIdentifierInUseKeepsItsAddress)
{
    KeepMeshTo(1);
    PeerSubflow& first = AcceptConnection();
    Settle(first, peer);
    first.Send(Ack().With(Dss().DataAck(1)).With(Announcement(3, ScriptedPeer::PeerAddress(1))));
    first.Send(Ack().With(Dss().DataAck(1)).With(Announcement(3, Ipv4Address("10.0.1.77"))));
    first.Send(Ack().With(Dss().DataAck(1)).With(Removal(0)));
    Settle(first, peer);
    EXPECT_EQ(host.GetSocket()->RequestSubflows(2), 0);
    EXPECT_EQ(peer.AwaitSyn(0).GetName().peerAddress, ScriptedPeer::PeerAddress(1));
}

/// Held for its time, an opening is void when its destination is withdrawn (RFC 8684 3.4.2).
TEST_F(ApiPeer, AHeldOpeningEndsWithTheAddressOfThePeer)
{
    PeerSubflow& first = AcceptConnection();
    AcceptJoin(1);
    host.GetSocket()->SetOpeningPolicy(mptcp::OpeningPolicy::WhenEnoughData, 1'000'000);
    first.Send(Ack().With(Dss().DataAck(1)).With(Announcement(3, ScriptedPeer::PeerAddress(1))));
    peer.Wait(MilliSeconds(50));
    first.Send(Ack().With(Dss().DataAck(1)).With(Removal(3)));
    peer.Wait(MilliSeconds(50));
    host.GetSocket()->SetOpeningPolicy(mptcp::OpeningPolicy::AsSoonAsPossible);
    peer.ExpectNoSyn(MilliSeconds(100));
    // Announced once more it is as good as new.
    first.Send(Ack().With(Dss().DataAck(1)).With(Announcement(3, ScriptedPeer::PeerAddress(1))));
    EXPECT_EQ(peer.AwaitSyn(0).GetName().peerAddress, ScriptedPeer::PeerAddress(1));
}

TEST_F(ApiPeer, AHeldOpeningEndsWithTheAddressOfThisHost)
{
    Ptr<MptcpStack> stack = MptcpStack::Of(hostNode);
    host.Connect(ScriptedPeer::PeerAddress(0));
    host.GetSocket()->SetOpeningPolicy(mptcp::OpeningPolicy::WhenEnoughData, 1'000'000);
    PeerSubflow& first = peer.AwaitSyn(0);
    first.Expect(Syn().With(Offer(peer.RemoteKey())));
    first.Send(SynAck().With(OwnKey()));
    first.Expect(Ack().With(Any<mptcp::CapableAck>()));
    first.Send(Ack().With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(50));
    const Ptr<Ipv4> ipv4 = hostNode->GetObject<Ipv4>();
    ipv4->SetDown(2);
    peer.Wait(MilliSeconds(50));
    const uint64_t failed = Count(mptcp::Mib::MPJoinSynTxConnectErr) +
                            Count(mptcp::Mib::MPJoinSynTxBindErr) + Count(mptcp::Mib::MPJoinSynTx);
    host.GetSocket()->SetOpeningPolicy(mptcp::OpeningPolicy::AsSoonAsPossible);
    peer.ExpectNoSyn(MilliSeconds(100));
    EXPECT_EQ(Count(mptcp::Mib::MPJoinSynTxConnectErr) + Count(mptcp::Mib::MPJoinSynTxBindErr) +
                  Count(mptcp::Mib::MPJoinSynTx),
              failed)
        << "it is not even tried";
    ipv4->SetUp(2);
    MptcpHelper::AddDefaultRoutes(hostNode);
    EXPECT_EQ(peer.AwaitSyn(1).GetName().hostAddress, ScriptedPeer::HostAddress(1));
}

} // namespace
} // namespace ns3::script
