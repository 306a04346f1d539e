// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// MP_CAPABLE, both roles, as a peer sees it segment by segment.
#include "conversation-fixture.h"

#include "ns3/object-vector.h"
#include "ns3/tcp-l4-protocol.h"

#include <gtest/gtest.h>

namespace ns3::script
{

using ClientHandshake = OneLinkConversation;
using ServerHandshake = OneLinkConversation;

std::size_t
CountSockets(Ptr<Node> node)
{
    ObjectVectorValue sockets;
    node->GetObject<TcpL4Protocol>()->GetAttribute("SocketList", sockets);
    return sockets.GetN();
}

constexpr uint16_t ETHERNET_SEGMENT_BYTES = 1460; // MTU less 40 bytes of IPv4 and TCP

// ---- the host opens ----

// RFC 9293 3.10.7.3: in SYN-SENT a segment with neither SYN nor RST is dropped.
TEST_F(ClientHandshake, IsNotOverWithDataThatAcknowledgesNothing)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    Segment bare = Data("bare").Seq(1);
    bare.flags = 0;
    subflow.Send(bare);
    subflow.ExpectSilence(Seconds(1));
    EXPECT_FALSE(host.IsConnected());
    EXPECT_EQ(host.Received(), "");
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
}

// RFC 9293 3.10.7.3: an unacceptable acknowledgement is answered by a reset and discarded.
TEST_F(ClientHandshake, IsNotTouchedByAWrongAcknowledgement)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    subflow.Send(SynAck().AckNumber(29).With(OwnKey()));
    subflow.Expect(Rst().Seq(29));
    EXPECT_FALSE(host.IsConnected());
    subflow.Send(SynAck().Seq(0).With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    EXPECT_FALSE(host.HasError());
}

TEST_F(ClientHandshake, SynOffersVersionOneWithoutAKeyAndAnMss)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    const auto syn = peer.AwaitSyn(0).Expect(Syn().With(mptcp::CapableSyn{})); // RFC 8684 3.1
    EXPECT_EQ(syn.mptcpOptions, 1U);
    EXPECT_EQ(syn.maximumSegmentBytes, ETHERNET_SEGMENT_BYTES); // RFC 9293 3.7.1
    EXPECT_TRUE(syn.timestamp);
    EXPECT_FALSE(host.IsConnected());
}

TEST_F(ClientHandshake, ThirdAckCarriesBothKeys)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    subflow.Send(SynAck().With(OwnKey()));
    const auto ack = subflow.Expect(Ack().Seq(1).AckNumber(1)); // RFC 8684 3.1
    ASSERT_NE(ack.Find<mptcp::CapableAck>(), nullptr);
    EXPECT_EQ(ack.Find<mptcp::CapableAck>()->receiver, peer.Key());
    EXPECT_FALSE(ack.Find<mptcp::CapableAck>()->data);
    EXPECT_TRUE(host.IsConnected());
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(host.GetSocket()->GetToken(), HostToken());
}

TEST_F(ClientHandshake, LostSynIsSentAgainWithMpCapable)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    const auto first = subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    const auto second = subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    EXPECT_EQ(second.at - first.at, Seconds(3)); // ns-3's initial time-out
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
}

TEST_F(ClientHandshake, RepeatedSynAckIsAnsweredByTheKeysAgain)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(SynAck().With(OwnKey()));
    const auto lost = subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    subflow.Send(SynAck().Seq(0).With(OwnKey()));
    subflow.Expect(Ack().AckNumber(1).With(*lost.Find<mptcp::CapableAck>()));
}

TEST_F(ClientHandshake, FirstDataRepeatsTheKeysAndDeclaresItsLength)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    host.Write("hello");
    auto keys = mptcp::CapableAck{{}, peer.RemoteKey(), peer.Key(), mptcp::FirstData{5, {}}};
    subflow.Expect(Data("hello").Seq(1).With(keys)); // RFC 8684 3.1, length 22
    // What follows is mapped by DSS.
    host.Write(" world");
    subflow.Expect(Data(" world").With(Dss().DataAck(1).Map(6, 6, 6)));
    // The first data, when it has to be sent again, still brings the keys.
    keys.data->dataLevelLengthBytes = 11;
    subflow.ExpectLater(Data("hello world").Seq(1).With(keys));
    subflow.Send(Ack().AckNumber(12).With(Dss().DataAck(12)));
    subflow.ExpectSilence(Seconds(5));
}

TEST_F(ClientHandshake, DataWrittenBeforeTheSynAckFollowsTheThirdAck)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    host.Write("early");
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    const auto data = subflow.Expect(Data("early").Seq(1).With(Any<mptcp::CapableAck>()));
    EXPECT_EQ(data.Find<mptcp::CapableAck>()->data, (mptcp::FirstData{5, {}}));
}

TEST_F(ClientHandshake, ServerMaySpeakFirst)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    subflow.Send(Data("220 ready").With(Dss().DataAck(1).Map(1, 1, 9)));
    subflow.Expect(Ack().AckNumber(10).With(Dss().DataAck(10)));
    EXPECT_EQ(host.Received(), "220 ready");
}

TEST_F(ClientHandshake, AnyDssFromThePeerEndsTheHandshake)
{
    auto& subflow = AcceptConnection(); // its last segment is a DSS without data
    host.Write("hello");
    subflow.Expect(Data("hello").Seq(1).With(Dss().DataAck(1).Map(1, 1, 5))); // no keys any more
}

// ---- the host answers ----

TEST_F(ServerHandshake, SynAckCarriesItsKeyAndAnMss)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    const auto answer = subflow.Expect(SynAck().Seq(0).AckNumber(1)); // RFC 8684 3.1
    ASSERT_NE(answer.Find<mptcp::CapableSynAck>(), nullptr);
    EXPECT_EQ(answer.Find<mptcp::CapableSynAck>()->flags, mptcp::CapableFlags{});
    EXPECT_EQ(answer.maximumSegmentBytes, ETHERNET_SEGMENT_BYTES);
    subflow.Send(Ack().With(Keys()));
    peer.Wait(MilliSeconds(10));
    EXPECT_TRUE(host.IsConnected());
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(host.GetSocket()->GetToken(), HostToken());
}

TEST_F(ServerHandshake, RepeatedSynGetsTheSameKey)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    const auto lost = subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Syn().Seq(0).With(mptcp::CapableSyn{}));
    subflow.Expect(SynAck().With(*lost.Find<mptcp::CapableSynAck>()));
    subflow.Send(Ack().With(Keys()));
    subflow.Send(Data("once").With(Dss().DataAck(1).Map(1, 1, 4)));
    subflow.Expect(Ack().With(Dss().DataAck(5)));
}

TEST_F(ServerHandshake, UnansweredSynAckIsSentAgain)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    const auto lost = subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Expect(SynAck().With(*lost.Find<mptcp::CapableSynAck>()));
}

// RFC 9293 3.10.7.4: only an acknowledgement of the SYN/ACK completes the handshake. Off the path
// one can guess at neither; a wrong one must not undo it either.
TEST_F(ServerHandshake, IsNotTouchedByAWrongAcknowledgement)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Fin().Seq(1).AckNumber(29));
    subflow.Expect(Rst().Seq(29));
    subflow.Send(Data("wrong").Seq(1).AckNumber(0));
    subflow.Expect(Rst().Seq(0));
    subflow.ExpectSilence(MilliSeconds(500));
    EXPECT_FALSE(host.IsConnected());
    subflow.Send(Ack().With(Keys()));
    subflow.ExpectSilence(MilliSeconds(500));
    EXPECT_TRUE(host.IsConnected());
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
}

// RFC 9293 3.10.7.4: a repeated SYN is the same connection's, however soon it comes.
TEST_F(ServerHandshake, SynRepeatedAtOnceOpensOneConnection)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    subflow.Send(Syn().Seq(0).With(mptcp::CapableSyn{}));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Ack().With(Keys()));
    subflow.ExpectSilence(MilliSeconds(500));
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(CountSockets(hostNode), 2U) << "the listening one and the connection's";
}

// RFC 8684 3.1: a peer that is silent after its SYN costs the host no more than with TCP. The
// subflow dies within the call that gives it up.
TEST_F(ServerHandshake, SynAckNobodyAnswersIsGivenUp)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    subflow.Collect(Seconds(600));
    EXPECT_EQ(CountSockets(hostNode), 1U) << "others than the listening one";
}

TEST_F(ServerHandshake, FirstDataMakesUpForALostThirdAck)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    auto keys = Keys();
    keys.data = mptcp::FirstData{5, {}};
    subflow.Send(Data("hello").With(keys)); // RFC 8684 3.1
    subflow.Expect(Ack().AckNumber(6).With(Dss().DataAck(6)));
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(ServerHandshake, FirstDataAfterTheThirdAckMayStillCarryTheKeys)
{
    auto& subflow = OpenConnection();
    auto keys = Keys();
    keys.data = mptcp::FirstData{5, {}};
    subflow.Send(Data("hello").With(keys));
    subflow.Expect(Ack().AckNumber(6).With(Dss().DataAck(6)));
    // The same once more, as a retransmission would.
    subflow.Send(Data("hello").Seq(1).With(keys));
    subflow.Expect(Ack().AckNumber(6).With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(ServerHandshake, DataThatOvertakesTheKeysIsDropped)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Data("world").Seq(6).With(Dss().DataAck(1).Map(6, 6, 5)));
    subflow.ExpectSilence(MilliSeconds(500));
    EXPECT_FALSE(host.IsConnected());
    subflow.Send(Ack().With(Keys()));
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.Send(Data("world").With(Dss().DataAck(1).Map(6, 6, 5)));
    subflow.ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
}

TEST_F(ServerHandshake, HostMaySpeakFirst)
{
    auto& subflow = OpenConnection();
    host.Write("220 ready");
    subflow.Expect(Data("220 ready").Seq(1).With(Dss().DataAck(1).Map(1, 1, 9)));
    subflow.Send(Ack().With(Dss().DataAck(10)));
    subflow.ExpectSilence(Seconds(5));
}

TEST_F(ServerHandshake, HigherVersionIsAnsweredByOurs)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    mptcp::CapableSyn offer;
    offer.flags.version = 2;
    subflow.Send(Syn().With(offer));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    EXPECT_EQ(answer.Find<mptcp::CapableSynAck>()->flags.version, 1); // RFC 8684 3.1
}

TEST_F(ServerHandshake, TwoConnectionsGetDifferentKeys)
{
    host.Listen();
    auto& first = peer.Open(0, HostApplication::PORT);
    first.Send(Syn().With(mptcp::CapableSyn{}));
    const auto one = first.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    auto& second = peer.Open(0, HostApplication::PORT);
    second.Send(Syn().With(mptcp::CapableSyn{}));
    const auto two = second.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    EXPECT_NE(one.Find<mptcp::CapableSynAck>()->sender, two.Find<mptcp::CapableSynAck>()->sender);
}

} // namespace ns3::script
