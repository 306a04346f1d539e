// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What a host does about middleboxes that it can only tell from outside: segments that do not fit
/// their mappings, subflows that are all damaged, options that stop after the SYNs (RFC 8684 3.1,
/// 3.3.1, 3.7).
#include "two-subflow-conversation.h"

#include "ns3/ipv4-routing-table-entry.h"
#include "ns3/ipv4-static-routing-helper.h"

#include <gtest/gtest.h>

namespace ns3::script
{

// ---- the shape of segments (RFC 8684 3.7, a lower-layer signal in place of checksums) ----

class Misshapen : public TwoSubflowConversation
{
};

TEST_F(Misshapen, LongerSegmentEndsItsSubflowOfSeveral)
{
    Open();
    second->Send(Data("WORLDxx").With(Dss().DataAck(1).Map(6, 1, 5)));
    second->ExpectLater(Rst().With(FailAt(6)).With(DAMAGED));
    EXPECT_EQ(host.Received(), "hello");
    EXPECT_EQ(Count(mptcp::Mib::DSSNoMatchTCP), 1U);
    EXPECT_EQ(Count(mptcp::Mib::DSSCorruptionReset), 1U);
    first->Send(Data("world").With(Dss().DataAck(1).Map(6, 6, 5)));
    first->ExpectLater(Ack().With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
}

// Only the next segment shows it, so what it is about must not have been delivered by then.
TEST_F(Misshapen, ShorterSegmentEndsItsSubflowOfSeveral)
{
    Open();
    second->Send(Data("WOR").With(Dss().DataAck(1).Map(6, 1, 5)));
    second->ExpectLater(Ack().AckNumber(4).With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
    second->Send(Data("again").With(Dss().DataAck(1).Map(11, 6, 5)));
    second->ExpectLater(Rst().With(FailAt(6)).With(DAMAGED));
    first->Send(Data("worldagain").With(Dss().DataAck(1).Map(6, 6, 10)));
    first->ExpectLater(Ack().With(Dss().DataAck(16)));
    EXPECT_EQ(host.Received(), "helloworldagain");
}

TEST_F(Misshapen, PiecesOfASplitSegmentAreDeliveredTogether)
{
    Open();
    second->Send(Data("wo").With(Dss().DataAck(1).Map(6, 1, 5)));
    second->ExpectLater(Ack().AckNumber(3).With(Dss().DataAck(6)));
    second->Send(Data("rld").With(Dss().DataAck(1).Map(6, 1, 5)));
    second->ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
}

// Linux maps several segments at once, and may send the rest much later.
TEST_F(Misshapen, MappingOfMoreThanASegmentIsDeliveredAsItComes)
{
    Open();
    const std::string text = Text(6, 2000);
    const auto mapping = Dss().DataAck(1).Map(6, 1, 2000);
    second->Send(Data(text.substr(0, 1000)).With(mapping));
    second->ExpectLater(Ack().AckNumber(1001).With(Dss().DataAck(1006)));
    second->Send(Data(text.substr(1000)).With(mapping));
    second->ExpectLater(Ack().AckNumber(2001).With(Dss().DataAck(2006)));
    EXPECT_EQ(host.Received(), "hello" + text);
}

TEST_F(Misshapen, WhatWaitsIsDeliveredWhenNoOtherSubflowIsLeft)
{
    Open();
    second->Send(Data("wo").With(Dss().DataAck(1).Map(6, 1, 5)));
    second->ExpectLater(Ack().AckNumber(3).With(Dss().DataAck(6)));
    first->Send(Rst());
    second->ExpectLater(Ack().AckNumber(3).With(Dss().DataAck(8)));
    EXPECT_EQ(host.Received(), "hellowo");
}

// One that is not answered brings nothing.
TEST_F(Misshapen, WhatWaitsIsDeliveredThoughAJoinIsOpening)
{
    Open();
    second->Send(Data("wo").With(Dss().DataAck(1).Map(6, 1, 5)));
    second->ExpectLater(Ack().AckNumber(3).With(Dss().DataAck(6)));
    const InetSocketAddress local(ScriptedPeer::HostAddress(1), 0);
    const InetSocketAddress nobody(ScriptedPeer::PeerAddress(0), 5555);
    EXPECT_EQ(host.GetSocket()->OpenSubflow(local, nobody), 0);
    first->Send(Rst());
    second->ExpectLater(Ack().AckNumber(3).With(Dss().DataAck(8)));
    EXPECT_EQ(host.Received(), "hellowo");
}

// RFC 8684 3.3.6: nor does one whose peer has not been heard for a timeout.
TEST_F(Misshapen, WhatWaitsIsDeliveredWhenTheOthersAreSilent)
{
    Open();
    second->Send(Data("wo").With(Dss().DataAck(1).Map(6, 1, 5)));
    second->ExpectLater(Ack().AckNumber(3).With(Dss().DataAck(6)));
    host.Write("kept");
    peer.Wait(Seconds(5)); // it is repeated by both
    EXPECT_EQ(host.Received(), "hellowo");
}

TEST_F(Misshapen, EarlyAndLateMappingsFit)
{
    Open();
    second->Send(Data("world").With(Dss().DataAck(1).Map(11, 6, 5))); // of what comes next
    second->Send(Data("again").With(Dss().DataAck(1).Map(6, 1, 5)));  // of what came before
    second->ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(16)));
    EXPECT_EQ(host.Received(), "helloworldagain");
}

class MisshapenAlone : public Misshapen
{
  protected:
    void OpenOne()
    {
        first = &OpenConnection();
        first->Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
        first->ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(6)));
    }
};

TEST_F(MisshapenAlone, LongerSegmentLeadsToPlainTcpWithAllOfIt)
{
    OpenOne();
    first->Send(Data("WORLDxx").With(Dss().DataAck(1).Map(6, 6, 5)));
    first->ExpectLater(Ack().AckNumber(13).With(FailAt(6)).With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
    first->Send(Data("again").With(Dss().DataAck(1).Map(11, 11, 5)));
    first->Send(Ack().With(HostFailAt(1)));
    first->ExpectLater(Ack().AckNumber(18).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloWORLDxxagain");
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(Count(mptcp::Mib::DSSCorruptionFallback), 1U);
}

// Only what is new in it counts (RFC 9293 3.8.1: a repetition may be cut anew).
TEST_F(MisshapenAlone, RepetitionInOtherPiecesFits)
{
    OpenOne();
    first->Send(Data("loworld").Seq(4).With(Dss().DataAck(1).Map(6, 6, 5)));
    first->ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
}

TEST_F(MisshapenAlone, ShorterSegmentLeadsToPlainTcpWithAllOfIt)
{
    OpenOne();
    first->Send(Data("WOR").With(Dss().DataAck(1).Map(6, 6, 5)));
    first->ExpectLater(Ack().AckNumber(9).With(Dss().DataAck(9)));
    first->Send(Data("again").With(Dss().DataAck(1).Map(11, 11, 5)));
    first->ExpectLater(Ack().AckNumber(14).With(FailAt(9)));
    first->Send(Ack().With(HostFailAt(1)));
    first->ExpectLater(Ack().AckNumber(14).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloWORagain");
}

// ---- all subflows damaged: a new one, as plain TCP (RFC 8684 3.7) ----

class AllDamaged : public TwoSubflowConversation
{
};

TEST_F(AllDamaged, ServerWithDataPutsTheNextSubflowIntoSinglePathMode)
{
    Open();
    host.Write("kept");
    peer.Wait(MilliSeconds(20));
    ResetBoth(Rst().With(DAMAGED));
    auto& third = Join(1);
    third.ExpectLater(Data("kept").With(Dss().MapForEver(1, 1)));
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    third.Send(Ack());
    third.Send(Data("plain").With(Dss().MapForEver(6, 1)));
    third.ExpectLater(Ack().AckNumber(6).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloplain");
    host.Write("more");
    third.ExpectLater(Data("more").Seq(5).WithoutMptcp());
    EXPECT_EQ(Count(mptcp::Mib::InfiniteMapTx), 1U);
}

// The peer may not have heard of all that has arrived.
TEST_F(AllDamaged, ServerWithoutDataAsksForSinglePathMode)
{
    Open();
    ResetBoth(Rst().With(HostFailAt(1)).With(DAMAGED));
    auto& third = Join(1);
    third.ExpectLater(Ack().With(FailAt(6)));
    third.Send(Ack().With(HostFailAt(1)));
    third.ExpectLater(Ack().WithoutMptcp());
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    third.Send(Data("llo and more").With(Dss().MapForEver(3, 1)));
    third.ExpectLater(Ack().AckNumber(13).WithoutMptcp());
    EXPECT_EQ(host.Received(), "hello and more");
}

// RFC 8684 3.7: data without a mapping on a later subflow is no data of the stream yet. Where it
// begins the peer says once more when it is asked.
TEST_F(AllDamaged, DataWithoutItsInfiniteMappingWaits)
{
    Open();
    ResetBoth(Rst().With(DAMAGED));
    auto& third = Join(1);
    third.ExpectLater(Ack().With(FailAt(6)));
    third.Send(Data("llo more")); // from 3 on, and a box has taken the mapping off
    third.ExpectLater(Ack().AckNumber(9).With(FailAt(6)));
    EXPECT_EQ(host.Received(), "hello");
    third.Send(Ack());
    peer.Wait(MilliSeconds(50));
    EXPECT_EQ(host.Received(), "hello");
    third.Send(Ack().With(Dss().MapForEver(3, 1)));
    peer.Wait(MilliSeconds(50));
    EXPECT_EQ(host.Received(), "hello more");
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
}

TEST_F(AllDamaged, DataWithoutItsInfiniteMappingEndsTheSubflowInTheEnd)
{
    Open();
    ResetBoth(Rst().With(DAMAGED));
    auto& third = Join(1);
    third.Send(Data("llo more"));
    peer.Wait(Seconds(300));
    third.ExpectLater(Rst().With(FailAt(6)).With(DAMAGED));
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(AllDamaged, WhoIsAskedSaysAgainWhereItsDataBegins)
{
    Open();
    host.Write("kept");
    peer.Wait(MilliSeconds(20));
    ResetBoth(Rst().With(DAMAGED));
    auto& third = Join(1);
    third.ExpectLater(Data("kept").With(Dss().MapForEver(1, 1)));
    third.Send(Ack().With(HostFailAt(3)));
    third.ExpectLater(Ack().With(Dss().MapForEver(1, 1)));
}

TEST_F(AllDamaged, InfiniteMappingOnANewSubflowBeginsWhereThePeerSays)
{
    Open();
    second->Send(Data("again").With(Dss().DataAck(1).Map(11, 1, 5))); // "world" is missing
    second->ExpectLater(Ack().With(Dss().DataAck(6)));
    ResetBoth(Rst()); // of which the host knows no reason
    auto& third = Join(1);
    third.Send(Data("llo WORLD again").With(Dss().MapForEver(3, 1)));
    third.ExpectLater(Ack().AckNumber(16).WithoutMptcp());
    EXPECT_EQ(host.Received(), "hello WORLD again");
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
}

TEST_F(AllDamaged, InfiniteMappingBehindAGapEndsTheSubflow)
{
    Open();
    ResetBoth(Rst());
    auto& third = Join(1);
    third.Send(Data("again").With(Dss().MapForEver(11, 1)));
    third.ExpectLater(Rst().With(mptcp::Reset{false, mptcp::ResetReason::MptcpSpecific}));
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(AllDamaged, MpFailOnANewSubflowIsAnsweredThoughDataIsUnderWay)
{
    Open();
    host.Write("kept");
    peer.Wait(MilliSeconds(20));
    ResetBoth(Rst());
    auto& third = Join(1);
    third.ExpectLater(Data("kept").With(Dss().Map(1, 1, 4)));
    third.Send(Ack().AckNumber(1).With(HostFailAt(1)));
    third.ExpectLater(Ack().With(FailAt(6)));
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    host.Write("more");
    third.ExpectLater(Data("more").With(Dss().MapForEver(1, 1)));
}

TEST_F(AllDamaged, SubflowsLostOtherwiseAreNoReason)
{
    Open();
    ResetBoth(Rst());
    auto& third = Join(1);
    host.Write("more");
    third.ExpectLater(Data("more").With(Dss().Map(1, 1, 4)));
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
}

/// A client with two subflows of its own making.
class AllDamagedOfAClient : public TwoSubflowConversation
{
  protected:
    void Connect()
    {
        first = &AcceptConnection();
        second = &AcceptJoin(1);
        first->Collect(MilliSeconds(50));
        second->Collect(MilliSeconds(50));
    }
};

TEST_F(AllDamagedOfAClient, OpensTheLastPathAgain)
{
    Connect();
    host.Write("kept");
    peer.Wait(MilliSeconds(20));
    first->Send(Rst().With(DAMAGED));
    second->Send(Rst().With(DAMAGED));
    auto& third = AcceptJoin(1);
    third.Expect(Data("kept").With(Dss().MapForEver(1, 1)));
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    third.Send(Ack());
    third.Send(Data("plain").With(Dss().MapForEver(1, 1)));
    third.ExpectLater(Ack().AckNumber(6).WithoutMptcp());
    EXPECT_EQ(host.Received(), "plain");
}

// RFC 8684 3.9.3: not the same address and port again.
TEST_F(AllDamagedOfAClient, TriesTheOtherPathWhenTheLastRefuses)
{
    Connect();
    first->Send(Rst().With(DAMAGED));
    second->Send(Rst().With(DAMAGED));
    auto& refused = peer.AwaitSyn(1);
    refused.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    refused.Send(RstAck());
    auto& other = peer.AwaitSyn(0);
    other.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    other.Send(RstAck());
    peer.ExpectNoSyn(Seconds(30));
}

TEST_F(AllDamagedOfAClient, TriesTheOtherPathWhenTheLastHasNoRouteAnyMore)
{
    Connect();
    first->Send(Rst().With(DAMAGED));
    peer.Wait(MilliSeconds(20));
    Ptr<Ipv4StaticRouting> routing =
        Ipv4StaticRoutingHelper().GetStaticRouting(hostNode->GetObject<Ipv4>());
    for (uint32_t i = routing->GetNRoutes(); i-- > 0;)
    {
        if (routing->GetRoute(i).GetInterface() == 2)
        {
            routing->RemoveRoute(i);
        }
    }
    second->Send(Rst().With(DAMAGED));
    auto& other = AcceptJoin(0);
    other.ExpectLater(Ack().With(FailAt(1)));
    EXPECT_EQ(Count(mptcp::Mib::MPJoinSynTxConnectErr), 1U);
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
}

// What it holds out of order comes once more (RFC 8684 3.7).
TEST_F(AllDamagedOfAClient, FindsTheDamageItselfAndAsksForAllFromThereOn)
{
    Connect();
    second->Send(Data("world").With(Dss().DataAck(1).Map(6, 1, 5)));
    second->ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(1)));
    first->Send(Data("HELLOxx").With(Dss().DataAck(1).Map(1, 1, 5)));
    first->ExpectLater(Rst().With(FailAt(1)).With(DAMAGED));
    second->Send(Data("HELLOxx").With(Dss().DataAck(1).Map(1, 6, 5)));
    second->ExpectLater(Rst().With(FailAt(1)).With(DAMAGED));
    auto& third = AcceptJoin(1);
    third.ExpectLater(Ack().With(FailAt(1)));
    third.Send(Ack().With(HostFailAt(1)));
    third.Send(Data("HELLOxxworld").With(Dss().MapForEver(1, 1)));
    third.ExpectLater(Ack().AckNumber(13).WithoutMptcp());
    EXPECT_EQ(host.Received(), "HELLOxxworld");
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
}

// ---- nothing with options gets through after the SYNs (RFC 8684 3.1) ----

class KeysUnanswered : public OneLinkConversation
{
  protected:
    PeerSubflow& Handshake()
    {
        host.Connect(ScriptedPeer::PeerAddress(0));
        auto& subflow = peer.AwaitSyn(0);
        subflow.Expect(Syn().With(mptcp::CapableSyn{}));
        subflow.Send(SynAck().With(OwnKey()));
        subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
        return subflow;
    }
};

TEST_F(KeysUnanswered, DataGoesWithoutOptionsAfterTheThirdTimeout)
{
    auto& subflow = Handshake();
    host.Write("hello");
    for (int i = 0; i < 3; ++i)
    {
        subflow.Expect(Data("hello").Seq(1).With(Any<mptcp::CapableAck>()));
    }
    subflow.Expect(Data("hello").Seq(1).WithoutMptcp());
    subflow.Send(Ack()); // of a peer that has missed the keys
    peer.Wait(MilliSeconds(20));
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(Count(mptcp::Mib::MPCapableDataFallback), 1U);
    host.Write("more");
    subflow.Expect(Data("more").WithoutMptcp()); // no infinite mapping either
    subflow.Send(Data("plain"));
    subflow.Expect(Ack().WithoutMptcp());
    EXPECT_EQ(host.Received(), "plain");
}

TEST_F(KeysUnanswered, ThirdRepeatedSynAckIsAnsweredWithoutOptions)
{
    auto& subflow = Handshake();
    for (int i = 0; i < 2; ++i)
    {
        subflow.Send(SynAck().With(OwnKey()).Seq(0));
        subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    }
    subflow.Send(SynAck().With(OwnKey()).Seq(0));
    subflow.Expect(Ack().WithoutMptcp());
    subflow.Send(Data("plain"));
    subflow.Expect(Ack().WithoutMptcp());
    EXPECT_EQ(host.Received(), "plain");
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    host.Write("answer");
    subflow.Expect(Data("answer").WithoutMptcp());
}

// Anybody can send a SYN; only the one of the handshake tells that the keys have not arrived.
TEST_F(KeysUnanswered, RepeatedSynAckWithOtherNumbersIsNotCounted)
{
    auto& subflow = Handshake();
    for (int i = 0; i < 4; ++i)
    {
        subflow.Send(SynAck().With(OwnKey()).Seq(7));
        subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
        subflow.Send(SynAck().With(OwnKey()).Seq(0).AckNumber(0));
        subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    }
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
}

// The path was only down for a while, and the peer had it all before.
TEST_F(KeysUnanswered, PeerThatHasTheKeysIsStillSpokenToInMptcp)
{
    auto& subflow = Handshake();
    host.Write("hello");
    subflow.ExpectLater(Data("hello").Seq(1).WithoutMptcp());
    subflow.Send(Ack().AckNumber(6).With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(20));
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    host.Write("more");
    subflow.ExpectLater(Data("more").With(Dss().Map(6, 6, 4)));
}

TEST_F(KeysUnanswered, AnAcknowledgementInBetweenIsAnAnswer)
{
    auto& subflow = Handshake();
    host.Write("hello");
    subflow.Expect(Data("hello").With(Any<mptcp::CapableAck>()));
    subflow.Send(Ack().With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(20));
    host.Write("more");
    for (int i = 0; i < 5; ++i)
    {
        subflow.ExpectLater(Data("more").With(Dss().Map(6, 6, 4)));
        peer.Wait(Seconds(10));
    }
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
}

} // namespace ns3::script
