// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Openings that do not go the usual way: SYNs that nobody answers, SYNs that cross, and the flags
/// of MP_CAPABLE (RFC 8684 3.1).
#include "conversation-fixture.h"
#include "mptcp-stack.h"

#include "ns3/boolean.h"

#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

template <typename Base>
class OpeningOn : public Base
{
  protected:
    void Set(const std::string& attribute, const AttributeValue& value)
    {
        this->hostNode->template GetObject<MptcpStack>()->SetAttribute(attribute, value);
    }

    [[nodiscard]] uint64_t Counted(mptcp::Mib counter) const
    {
        return this->hostNode->template GetObject<MptcpStack>()->GetMib().Get(counter);
    }

    /// Both directions and both FINs, without one MPTCP option.
    void TalkPlainTcp(PeerSubflow& subflow)
    {
        EXPECT_TRUE(this->host.IsConnected());
        EXPECT_FALSE(this->host.GetSocket()->IsMultipath());
        this->host.Write("from the host");
        subflow.Expect(Data("from the host").Seq(1).WithoutMptcp());
        subflow.Send(Data("from the peer"));
        subflow.Expect(Ack().AckNumber(14).WithoutMptcp());
        EXPECT_EQ(this->host.Received(), "from the peer");
        this->host.Close();
        subflow.Expect(Fin().Seq(14).WithoutMptcp());
        subflow.Send(Fin());
        subflow.Expect(Ack().AckNumber(15).WithoutMptcp());
        subflow.ExpectSilence(Seconds(5));
        EXPECT_FALSE(this->host.HasError());
    }
};

using SynFallback = OpeningOn<OneLinkConversation>;
using SimultaneousOpen = OpeningOn<OneLinkConversation>;
using CryptoFlags = OpeningOn<OneLinkConversation>;
using JoinFlag = OpeningOn<TwoLinkConversation>;

} // namespace

// ---- SYNs that nobody answers ----

// RFC 8684 3.1; the count is that of Linux. ns-3 waits 3, 6, 12 s.
TEST_F(SynFallback, FourthSynIsPlain)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    EXPECT_EQ(Counted(mptcp::Mib::MPCapableSYNTXDrop), 0U);
    peer.Wait(Seconds(11.9));
    const auto syn = subflow.Expect(Syn().WithoutMptcp());
    EXPECT_EQ(syn.seq, 0U);
    EXPECT_EQ(Counted(mptcp::Mib::MPCapableSYNTXDrop), 1U);
    subflow.Send(SynAck());
    subflow.Expect(Ack().AckNumber(1).WithoutMptcp());
    TalkPlainTcp(subflow);
}

TEST_F(SynFallback, CountIsAdjustable)
{
    Set("SynRetransBeforeTcpFallback", UintegerValue(0));
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(Syn().WithoutMptcp());
    subflow.Send(SynAck());
    subflow.Expect(Ack().WithoutMptcp());
    TalkPlainTcp(subflow);
}

// RFC 8684 3.1: SYNs may change places on the way; the third packet decides, and it is plain.
TEST_F(SynFallback, LateAnswerToAnEarlierSynChangesNothing)
{
    Set("SynRetransBeforeTcpFallback", UintegerValue(0));
    host.Connect(ScriptedPeer::PeerAddress(0));
    host.Write("early");
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(Syn().WithoutMptcp());
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().WithoutMptcp());
    subflow.Expect(Data("early").Seq(1).WithoutMptcp());
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
}

TEST_F(SynFallback, KeyIsGivenBack)
{
    Set("SynRetransBeforeTcpFallback", UintegerValue(0));
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Expect(Syn());
    EXPECT_EQ(hostNode->GetObject<MptcpStack>()->GetTokens(), 1U);
    subflow.Send(SynAck());
    subflow.Expect(Ack());
    EXPECT_EQ(hostNode->GetObject<MptcpStack>()->GetTokens(), 0U);
}

TEST_F(SynFallback, PeerThatIsNotThereIsReported)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    peer.Wait(Minutes(10));
    EXPECT_TRUE(host.HasFailed());
    EXPECT_FALSE(host.IsConnected());
    EXPECT_EQ(Counted(mptcp::Mib::MPCapableSYNTXDrop), 1U);
}

// An MP_JOIN cannot be sent without the option (RFC 8684 3.2).
TEST_F(JoinFlag, SynOfAJoinKeepsItsOption)
{
    Set("SynRetransBeforeTcpFallback", UintegerValue(0));
    AcceptConnection();
    auto& second = peer.AwaitSyn(1);
    second.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    second.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    EXPECT_EQ(Counted(mptcp::Mib::MPCapableSYNTXDrop), 0U);
}

// ---- SYNs that cross ----

TEST_F(SimultaneousOpen, BecomesPlainTcp)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(SynAck().Seq(0).AckNumber(1).WithoutMptcp()); // RFC 9293 3.5, Figure 8
    EXPECT_EQ(Counted(mptcp::Mib::SimultConnectFallback), 1U);
    subflow.Send(SynAck().Seq(0));
    peer.Wait(MilliSeconds(10));
    TalkPlainTcp(subflow);
}

TEST_F(SimultaneousOpen, PlainAckCompletesItAsWell)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(Syn());
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(10));
    TalkPlainTcp(subflow);
}

TEST_F(SimultaneousOpen, DataMayComeWithTheAckThatEndsIt)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    host.Write("early");
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(Syn());
    subflow.Expect(SynAck());
    subflow.Send(Data("hello"));
    subflow.ExpectLater(Data("early").Seq(1).WithoutMptcp());
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(SimultaneousOpen, LostSynAckIsRepeatedAsSuch)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(Syn());
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Expect(SynAck().Seq(0).AckNumber(1).WithoutMptcp());
    subflow.Send(SynAck().Seq(0));
    peer.Wait(MilliSeconds(10));
    // Our answer to it was not needed, but the peer's SYN/ACK once more is (RFC 9293 3.10.7.4).
    subflow.Send(SynAck().Seq(0));
    subflow.Expect(Ack().AckNumber(1).WithoutMptcp());
    TalkPlainTcp(subflow);
}

TEST_F(SimultaneousOpen, ResetEndsIt)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(Syn());
    subflow.Expect(SynAck());
    subflow.Send(Rst());
    subflow.ExpectSilence(Seconds(10));
    EXPECT_FALSE(host.IsConnected());
    EXPECT_TRUE(host.HasFailed());
}

// ---- flags ----

// RFC 8684 3.1: D to G are proposals we do not know; H is among them.
TEST_F(CryptoFlags, UnknownAlgorithmsBesideOursDoNoHarm)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(RawOption{{0x1e, 0x04, 0x01, 0x1f}}));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    EXPECT_EQ(answer.Find<mptcp::CapableSynAck>()->flags, mptcp::CapableFlags{}); // the chosen one
}

TEST_F(CryptoFlags, UnknownAlgorithmsAloneAreRefused)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(RawOption{{0x1e, 0x04, 0x01, 0x1e}}));
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(10));
    TalkPlainTcp(subflow);
}

TEST_F(CryptoFlags, AnswerThatChoosesAnUnknownAlgorithmIsRefused)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(SynAck().With(RawOption{{0x1e, 0x0c, 0x01, 0x02, 1, 2, 3, 4, 5, 6, 7, 8}}));
    subflow.Expect(Ack().WithoutMptcp());
    TalkPlainTcp(subflow);
}

// RFC 8684 3.1, flag C.
TEST_F(JoinFlag, IsSentByTheHostThatOpens)
{
    Set("AllowJoinInitialAddrPort", BooleanValue(false));
    host.Connect(ScriptedPeer::PeerAddress(0));
    mptcp::CapableSyn offer;
    offer.flags.denyJoin = true;
    peer.AwaitSyn(0).Expect(Syn().With(offer));
}

TEST_F(JoinFlag, ForbidsTheFirstAddressAndPortOnly)
{
    Set("AllowJoinInitialAddrPort", BooleanValue(false));
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    EXPECT_TRUE(answer.Find<mptcp::CapableSynAck>()->flags.denyJoin);
    subflow.Send(Ack().With(Keys()));
    peer.Wait(MilliSeconds(10));

    auto& refused = peer.Open(1, ScriptedPeer::HostAddress(0), HostApplication::PORT);
    refused.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken(), OWN_NONCE}));
    refused.Expect(RstAck().With(
        mptcp::Reset{false, mptcp::ResetReason::AdministrativelyProhibited})); // RFC 8684 3.6

    Join(1);
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
}

TEST_F(JoinFlag, OfThePeerLeavesItsOtherAddresses)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& first = peer.AwaitSyn(0);
    first.Expect(Syn());
    auto key = OwnKey();
    key.flags.denyJoin = true;
    first.Send(SynAck().With(key));
    first.Expect(Ack().With(Any<mptcp::CapableAck>()));
    first.Send(Ack().With(Dss().DataAck(1)));
    peer.ExpectNoSyn(Seconds(2));
    mptcp::AddAddress announcement;
    announcement.id = 3;
    mptcp::Ipv4Bytes bytes;
    ScriptedPeer::PeerAddress(1).Serialize(bytes.data());
    announcement.address = bytes;
    announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
    first.Send(Ack().With(Dss().DataAck(1)).With(announcement));
    EXPECT_EQ(peer.AwaitSyn(0).GetName().peerAddress, ScriptedPeer::PeerAddress(1));
}

} // namespace ns3::script
