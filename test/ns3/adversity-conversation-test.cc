// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What comes at the wrong time or to the wrong place: connections that nobody wants any more,
/// segments of the past, windows that one path opens and another does not hear of.
#include "conversation-fixture.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"

#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

constexpr uint32_t SEGMENT_BYTES = 1420; // of the fixture's links

} // namespace

// ---- listeners ----

class Listener : public OneLinkConversation
{
  protected:
    void Listen()
    {
        socket = Socket::CreateSocket(hostNode, TypeId::LookupByName("ns3::MptcpSocketFactory"));
        ASSERT_EQ(socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), HostApplication::PORT)), 0);
        ASSERT_EQ(socket->Listen(), 0);
    }

    [[nodiscard]] std::size_t Tokens() const
    {
        return hostNode->GetObject<MptcpStack>()->GetTokens();
    }

    Ptr<Socket> socket;
};

/// Whoever sends SYNs to a host that takes none must not fill its memory (RFC 7430 4.1).
TEST_F(Listener, ThatRefusesKeepsNoKey)
{
    Listen();
    socket->SetAcceptCallback([](Ptr<Socket>, const Address&) { return false; },
                              MakeNullCallback<void, Ptr<Socket>, const Address&>());
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(peer.Key())));
    subflow.ExpectSilence(Seconds(1));
    EXPECT_EQ(Tokens(), 0U);
}

TEST_F(Listener, KeepsNoKeyForASynWithFin)
{
    Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    Segment christmasTree = Syn().With(Offer(peer.Key()));
    christmasTree.flags |= FIN;
    subflow.Send(christmasTree);
    peer.Wait(Seconds(1));
    EXPECT_EQ(Tokens(), 0U);
}

/// As in Linux, where a third ACK that finds no listener gets a RST (RFC 9293 3.10.7.1).
TEST_F(Listener, ThatIsClosedTakesHalfOpenConnectionsWithIt)
{
    Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(peer.Key())));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    socket->Close();
    socket = nullptr;
    peer.Wait(Seconds(1));
    subflow.Send(Ack().With(Keys()));
    const auto answer = subflow.ExpectLater(Rst());
    EXPECT_EQ(answer.seq, 1U);
    peer.Wait(Seconds(1));
    EXPECT_EQ(Tokens(), 0U);
    EXPECT_EQ(hostNode->GetObject<MptcpStack>()->GetConnections(), 0U);
}

TEST_F(Listener, ApplicationMayAbortWhatItIsOffered)
{
    Listen();
    socket->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        [](Ptr<Socket> offered, const Address&) { DynamicCast<MptcpSocket>(offered)->Abort(); });
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(peer.Key())));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Ack().With(Keys()));
    subflow.Expect(Rst().With(mptcp::FastClose{peer.Key()}));
    subflow.ExpectSilence(Seconds(1));
    EXPECT_EQ(Tokens(), 0U);
}

// ---- segments of the past, or of somebody else ----

/// RFC 9293 3.10.7.4: a SYN in a synchronized state gets an ACK and changes nothing.
TEST_F(OneLinkConversation, SynOutOfNowhereTakesNoTimestampsAway)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1)));
    subflow.Collect(MilliSeconds(50));
    subflow.SetOffers(false, false);
    subflow.Send(Syn().Seq(70000));
    subflow.Expect(Ack());
    host.Write("ping");
    const auto data = subflow.ExpectLater(Data("ping"));
    EXPECT_TRUE(data.timestamp.has_value());
}

/// RFC 9293 3.10.7.4: a RST is never answered, with ACK or without.
TEST_F(OneLinkConversation, ResetWithAckIsNotAnswered)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1)));
    subflow.Collect(MilliSeconds(50));
    subflow.Send(RstAck());
    subflow.ExpectSilence(Seconds(1));
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
}

/// RFC 9293 3.10.7.4: behind a FIN comes what acknowledges, and what ends everything.
TEST_F(OneLinkConversation, ResetBehindAFinIsObeyed)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1)));
    subflow.Collect(MilliSeconds(50));
    host.Write("ping");
    peer.Wait(MilliSeconds(20));
    subflow.Send(Fin().AckNumber(1).With(Dss().DataAck(1)));
    subflow.ExpectLater(Fin());
    subflow.Send(Rst());
    subflow.ExpectSilence(Seconds(5));
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
}

/// RFC 8684 3.7: after the fallback there are no more signals, not even in the same segment.
TEST_F(OneLinkConversation, AnnouncementBesideAnInfiniteMappingIsTooLate)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.SetOffers(false, false);
    subflow.Send(Syn().With(Offer(peer.Key())));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Ack().With(Keys()));
    subflow.Send(Ack().With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(20));
    mptcp::AddAddress announcement;
    announcement.id = 3;
    announcement.address = mptcp::Ipv4Bytes{10, 9, 9, 9};
    announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
    subflow.Collect(MilliSeconds(1));
    subflow.Send(Ack().With(Dss().MapForEver(1, 1)).With(announcement));
    peer.Wait(MilliSeconds(20));
    EXPECT_TRUE(host.GetSocket()->GetConnection() && !host.GetSocket()->IsMultipath());
    EXPECT_EQ(Count(mptcp::Mib::AddAddr), 0U);
    subflow.ExpectNone(Ack(), Seconds(1));
}

// ---- the opening ----

/// Whoever shuts down before the SYN/ACK has a DATA_FIN to send, however long that takes.
TEST_F(OneLinkConversation, ShutdownBeforeASlowHandshakeIsTold)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    host.ShutdownSend();
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn().With(Offer(peer.RemoteKey())));
    peer.Wait(Seconds(2)); // before the SYN is repeated, after a data timeout
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    subflow.Send(Ack().With(Dss().DataAck(1)));
    subflow.ExpectLater(Ack().With(Dss().DataFin(1)));
}

/// A peer that has fallen back ends its stream by FIN, and puts no option on it (RFC 8684 3.7).
TEST_F(OneLinkConversation, FirstWordOfThePeerMayBeAPlainFin)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn().With(Offer(peer.RemoteKey())));
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    subflow.Send(Fin());
    peer.Wait(MilliSeconds(20));
    EXPECT_TRUE(host.HasPeerClosed());
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    host.Write("bye");
    subflow.ExpectLater(Data("bye").With(Dss().MapForEver(1, 1)));
    subflow.Send(Ack());
    host.Close();
    subflow.ExpectLater(Fin().WithoutMptcp());
    subflow.Send(Ack());
    peer.Wait(Seconds(70));
    EXPECT_FALSE(host.HasError());
}

// ---- the end of a subflow ----

/// Half closed by the peer, with holes in what it has received: each of them is filled.
TEST_F(OneLinkConversation, HolesAreFilledAfterFinsBothWays)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1)));
    subflow.Collect(MilliSeconds(50));
    constexpr uint32_t SEGMENTS = 5;
    host.Write(Text(1, SEGMENTS * SEGMENT_BYTES));
    peer.Wait(MilliSeconds(20));
    subflow.Send(Fin().AckNumber(1).With(Dss().DataAck(1)));
    subflow.ExpectLater(Fin());
    // The second and the fourth segment are lost.
    constexpr uint32_t SECOND = 1 + SEGMENT_BYTES;
    constexpr uint32_t FOURTH = 1 + 3 * SEGMENT_BYTES;
    subflow.Send(Ack().AckNumber(SECOND).With(Dss().DataAck(SECOND)));
    EXPECT_EQ(subflow.ExpectLater(Data(Text(SECOND, SEGMENT_BYTES))).seq, SECOND);
    subflow.Send(Ack().AckNumber(FOURTH).With(Dss().DataAck(FOURTH)));
    EXPECT_EQ(subflow.ExpectLater(Data(Text(FOURTH, SEGMENT_BYTES))).seq, FOURTH);
    constexpr uint32_t END = 1 + SEGMENTS * SEGMENT_BYTES;
    subflow.Send(Ack().AckNumber(END + 1).With(Dss().DataAck(END)));
    peer.Wait(Seconds(1));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
}

/// In plain TCP, where a host that has shut down receives on: the last data may bring the FIN.
TEST_F(OneLinkConversation, LastDataAfterAPlainHalfCloseMayBringTheFin)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    host.ShutdownSend();
    subflow.Expect(Fin());
    subflow.Send(Ack());
    Segment last = Data("the end");
    last.flags |= FIN;
    subflow.Send(last);
    subflow.ExpectLater(Ack().AckNumber(1 + 7 + 1)); // the FIN counts (RFC 9293 3.4)
    peer.Wait(Seconds(1));
    EXPECT_EQ(host.Received(), "the end");
    EXPECT_TRUE(host.HasPeerClosed());
}

/// RFC 1122 4.2.3.6; RFC 8684 3.4.2 makes use of it when an address is withdrawn.
TEST_F(OneLinkConversation, KeepaliveIsAnswered)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.Collect(MilliSeconds(500));
    subflow.Send(Ack().Seq(5).With(Dss().DataAck(1)));
    const auto answer = subflow.Expect(Ack());
    EXPECT_EQ(answer.ackNumber, 6U);
    EXPECT_EQ(answer.seq, 1U);
    subflow.ExpectSilence(Seconds(1));
}

class Two : public TwoLinkConversation
{
  protected:
    void Open()
    {
        first = &OpenConnection();
        first->Send(Ack().With(Dss().DataAck(1)));
        second = &Join(1);
        second->Send(Ack().With(Dss().DataAck(1)));
        Forget();
    }

    void Forget()
    {
        first->Collect(MilliSeconds(50));
        second->Collect(MilliSeconds(50));
    }

    /// What the connection was promised still stands (RFC 8684 3.3.5), the subflow is closed.
    void CloseWindowOfTheSecond()
    {
        second->Send(Data("x").With(Dss().DataAck(1).Map(1, 1, 1)));
        second->Send(Data("y").With(Dss().DataAck(1).Map(2, 2, 1)).Window(0));
        peer.Wait(MilliSeconds(20));
    }

    PeerSubflow* first{nullptr};
    PeerSubflow* second{nullptr};
};

/// RFC 8684 3.3.6: what a subflow has lost it sends again, even if it is about to close.
TEST_F(Two, ClosingSubflowRetransmitsAndItsDataGoesElsewhereToo)
{
    Open();
    host.Write(Text(1, 3 * SEGMENT_BYTES));
    first->ExpectLater(Data(Text(1, SEGMENT_BYTES)));
    first->Collect(MilliSeconds(20));
    host.GetSocket()->GetSubflows()[0]->Close(); // as a path manager does
    first->ExpectLater(Fin().AckNumber(1));
    first->ExpectLater(Data(Text(1, SEGMENT_BYTES)));
    second->ExpectLater(Data(Text(1, SEGMENT_BYTES)).With(Dss().Map(1, 1, SEGMENT_BYTES)));
    constexpr uint32_t END = 1 + 3 * SEGMENT_BYTES;
    first->Send(Ack().AckNumber(END).With(Dss().DataAck(END)));
    first->ExpectLater(Fin()); // lost as well
    first->Send(Ack().AckNumber(END + 1).With(Dss().DataAck(END)));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U); // it waits for the peer's FIN
}

/// The peer closes fast while a join of the host waits for its SYN/ACK.
TEST_F(Two, FastCloseEndsAJoinUnderWay)
{
    first = &AcceptConnection();
    auto& joining = peer.AwaitSyn(1);
    joining.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    first->Send(Ack().With(mptcp::FastClose{peer.RemoteKey()}));
    first->ExpectLater(Rst());
    peer.Wait(Seconds(1));
    EXPECT_TRUE(host.HasError());
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
    joining.ExpectNone(Syn(), Seconds(10));
    EXPECT_EQ(hostNode->GetObject<MptcpStack>()->GetTokens(), 0U);
}

/// RFC 8684 3.5, Option A: the ACK is repeated where it was sent, not on what is closed already.
TEST_F(Two, FastCloseIsRepeatedOnTheSubflowThatIsOpen)
{
    MptcpStack::Of(hostNode)->SetAttribute("FastCloseWithAck", BooleanValue(true));
    Open();
    host.GetSocket()->GetSubflows()[0]->Close(); // as a path manager does
    first->ExpectLater(Fin());
    first->Send(Fin());
    first->ExpectLater(Ack()); // and waits
    host.GetSocket()->Abort();
    second->ExpectLater(Ack().With(mptcp::FastClose{peer.Key()}));
    second->Expect(Ack().With(mptcp::FastClose{peer.Key()}));
    first->ExpectSilence(Seconds(5));
}

// ---- windows ----

class TwoWindows : public Two
{
  protected:
    static constexpr uint32_t BUFFER_BYTES = 4000;

    TwoWindows()
    {
        HostApplication::SetBuffers(100000, BUFFER_BYTES);
    }
};

/// The window of a subflow is what it was told last (RFC 8684 3.3.5), so each has to be told;
/// Linux does so too.
TEST_F(TwoWindows, ReadingTellsEverySubflowThatWasToldOfAClosedWindow)
{
    Open();
    host.SetReading(false);
    first->Send(Data(Text(1, 1000)).With(Dss().DataAck(1).Map(1, 1, 1000)));
    first->Send(Data(Text(1001, 1000)).With(Dss().DataAck(1).Map(1001, 1001, 1000)));
    second->Send(Data(Text(2001, 1000)).With(Dss().DataAck(1).Map(2001, 1, 1000)));
    second->Send(Data(Text(3001, 1000)).With(Dss().DataAck(1).Map(3001, 1001, 1000)));
    EXPECT_EQ(second->ExpectLater(Ack().With(Dss().DataAck(4001))).windowBytes, 0U);
    first->Send(Data(Text(4001, 1)).With(Dss().DataAck(1).Map(4001, 2001, 1))); // a probe
    EXPECT_EQ(first->ExpectLater(Ack().With(Dss().DataAck(4002))).windowBytes, 0U);
    Forget();
    host.SetReading(true);
    EXPECT_GE(first->Expect(Ack().With(Dss().DataAck(4002))).windowBytes, SEGMENT_BYTES);
    EXPECT_GE(second->Expect(Ack().With(Dss().DataAck(4002))).windowBytes, SEGMENT_BYTES);
}

/// A join whose third ACK is missing is nobody to tell anything.
TEST_F(TwoWindows, ReadingTellsNobodyWhoHasNotJoined)
{
    first = &OpenConnection();
    first->Send(Ack().With(Dss().DataAck(1)));
    first->Collect(MilliSeconds(50));
    host.SetReading(false);
    first->Send(Data(Text(1, 1000)).With(Dss().DataAck(1).Map(1, 1, 1000)));
    first->Send(Data(Text(1001, 1000)).With(Dss().DataAck(1).Map(1001, 1001, 1000)));
    first->Send(Data(Text(2001, 1000)).With(Dss().DataAck(1).Map(2001, 2001, 1000)));
    first->Send(Data(Text(3001, 1000)).With(Dss().DataAck(1).Map(3001, 3001, 1000)));
    EXPECT_EQ(first->ExpectLater(Ack().With(Dss().DataAck(4001))).windowBytes, 0U);
    auto& joining = peer.Open(1, HostApplication::PORT);
    const auto syn = Syn().With(mptcp::JoinSyn{false, 1, HostToken(), OWN_NONCE}).Seq(0);
    joining.Send(syn);
    joining.Expect(SynAck());
    joining.Send(syn);
    joining.Expect(SynAck());
    host.Read(2000);
    EXPECT_EQ(first->Expect(Ack().With(Dss().DataAck(4001))).windowBytes, 2000U);
    peer.Wait(Minutes(10)); // the join is given up
    first->Collect(MilliSeconds(1));
    host.SetReading(true);
    EXPECT_EQ(first->Expect(Ack().With(Dss().DataAck(4001))).windowBytes, BUFFER_BYTES);
}

/// The only path left was told of a closed window, and what opened it again came on the other.
TEST_F(Two, SubflowThatKnowsOnlyAClosedWindowIsProbed)
{
    Open();
    CloseWindowOfTheSecond();
    host.Write(Text(1, 3000));
    first->ExpectLater(Data(Text(1, SEGMENT_BYTES)));
    Forget();
    first->Send(Rst());
    second->ExpectLater(Data(Text(1, 1)).With(Dss().Map(1, 1, 1)));
    second->Send(Ack().AckNumber(2).With(Dss().DataAck(2)));
    second->ExpectLater(Data(Text(2, SEGMENT_BYTES)).With(Dss().Map(2, 2, SEGMENT_BYTES)));
    EXPECT_FALSE(host.HasError());
}

/// The same with nothing under way: what is written later must not wait for ever.
TEST_F(Two, SubflowThatKnowsOnlyAClosedWindowIsProbedForNewDataToo)
{
    Open();
    CloseWindowOfTheSecond();
    first->Send(Rst());
    peer.Wait(MilliSeconds(20));
    second->Collect(MilliSeconds(50));
    host.Write("hello");
    second->ExpectLater(Data("h").With(Dss().Map(1, 1, 1)));
    second->Send(Ack().AckNumber(2).With(Dss().DataAck(2)));
    second->ExpectLater(Data("ello").With(Dss().Map(2, 2, 4)));
}

// ---- announcements ----

/// Linux takes a port of 0 for none; nobody can listen there.
TEST_F(Two, AnnouncedPortOfZeroIsThePortOfTheSubflow)
{
    first = &AcceptConnection();
    AcceptJoin(1);
    mptcp::AddAddress announcement;
    announcement.id = 3;
    mptcp::Ipv4Bytes bytes;
    ScriptedPeer::PeerAddress(1).Serialize(bytes.data());
    announcement.address = bytes;
    announcement.port = 0;
    announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
    first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    auto& joining = peer.AwaitSyn(1);
    EXPECT_EQ(joining.GetName().peerPort, HostApplication::PORT);
}

} // namespace ns3::script
