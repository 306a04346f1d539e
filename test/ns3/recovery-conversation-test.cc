// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The subflow that is to carry on alone, as TCP, after all others were damaged: with checksums, at
/// the end of the stream, with others half open, and with peers that do not agree (RFC 8684 3.7).
#include "two-subflow-conversation.h"

#include <gtest/gtest.h>

namespace ns3::script
{

// ---- a host that asks ----

class AskingHost : public TwoSubflowConversation
{
  protected:
    /// Joined after all others were damaged; the host has nothing to send.
    PeerSubflow& OpenAndDamageAll()
    {
        Open();
        ResetBoth(Rst().With(DAMAGED));
        PeerSubflow& third = Join(1);
        third.ExpectLater(Ack().With(FailAt(6)));
        return third;
    }
};

// RFC 8684 has MP_FAIL as an answer to damage only, so a peer may not know what is meant.
TEST_F(AskingHost, GoesOnInMptcpWithAPeerThatDoes)
{
    PeerSubflow& third = OpenAndDamageAll();
    third.Send(Data("wor").With(Dss().DataAck(1).Map(6, 1, 3)));
    third.ExpectLater(Ack().AckNumber(4).With(FailAt(6)).With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(350));
    third.Send(Data("ld").With(Dss().DataAck(1).Map(9, 4, 2)));
    third.ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    third.Collect(MilliSeconds(500));
    third.ExpectNone(Ack().With(FailAt(6)), Seconds(20));
    Join(1, 3).Send(Ack().With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
}

// What was under way when the peer heard the question is no objection.
TEST_F(AskingHost, IsNotPutOffByDataThatWasUnderWay)
{
    PeerSubflow& third = OpenAndDamageAll();
    third.Send(Ack().With(Dss().DataAck(1)));
    third.ExpectLater(Ack().With(FailAt(6)));
    peer.Wait(MilliSeconds(600));
    third.Send(Ack().With(HostFailAt(1)));
    peer.Wait(MilliSeconds(20));
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    third.Send(Data("world").With(Dss().MapForEver(6, 1)));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.Received(), "helloworld");
}

TEST_F(AskingHost, GivesUpWithAPeerThatIsSilent)
{
    PeerSubflow& third = OpenAndDamageAll();
    peer.Wait(Seconds(300));
    third.ExpectLater(Rst().With(FailAt(6)).With(DAMAGED));
}

// The peer has damage on its side as well, and no data either: each question answers the other.
TEST_F(AskingHost, IsAnsweredByAPeerThatAsksAtTheSameTime)
{
    Open();
    ResetBoth(Rst().With(DAMAGED));
    PeerSubflow& third = Join(1);
    third.Send(Ack().With(HostFailAt(1)));
    third.ExpectLater(Ack().With(FailAt(6)));
    peer.Wait(MilliSeconds(300));
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    third.Send(Data("world"));
    peer.Wait(MilliSeconds(300));
    EXPECT_EQ(host.Received(), "helloworld");
    host.Write("x");
    third.ExpectLater(Data("x"));
}

// Data that came before the answer was sent by somebody who had not read the question.
TEST_F(AskingHost, TheAnswerDoesNotSayWhereEarlierDataBelongs)
{
    PeerSubflow& third = OpenAndDamageAll();
    third.Send(Data("llo more")); // from 3 on, and a box has taken the mapping off
    third.Send(Ack().With(HostFailAt(1)));
    peer.Wait(MilliSeconds(50));
    EXPECT_EQ(host.Received(), "hello");
    third.Send(Ack().With(Dss().MapForEver(3, 1)));
    peer.Wait(MilliSeconds(50));
    EXPECT_EQ(host.Received(), "hello more");
}

// ---- a host that has data ----

class RecoveringHost : public TwoSubflowConversation
{
};

TEST_F(RecoveringHost, DeclaresTheInfiniteMappingWithAChecksumWhereThereAreChecksums)
{
    peerUsesChecksums = true;
    Open();
    host.Write("kept");
    peer.Wait(MilliSeconds(20));
    ResetBoth(Rst().With(DAMAGED));
    auto& third = Join(1);
    third.ExpectLater(Data("kept").With(Dss().MapForEver(1, 1).Over("")));
    third.Send(Ack());
    third.Send(Data("plain").With(Dss().MapForEver(6, 1).Over("")));
    third.ExpectLater(Ack().AckNumber(6).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloplain");
}

TEST_F(RecoveringHost, EndsItsStreamByTheFinOfTheLastSubflow)
{
    Open();
    host.Write("kept");
    host.ShutdownSend();
    peer.Wait(MilliSeconds(20));
    ResetBoth(Rst().With(DAMAGED));
    auto& third = Join(1);
    third.ExpectLater(Data("kept").With(Dss().MapForEver(1, 1)));
    third.Send(Ack());
    third.ExpectLater(Fin().Seq(5).WithoutMptcp());
    third.Send(Ack());
    third.Send(Data("plain").With(Dss().MapForEver(6, 1)));
    third.Send(Fin());
    peer.Wait(MilliSeconds(50));
    EXPECT_EQ(host.Received(), "helloplain");
    EXPECT_TRUE(host.HasPeerClosed());
    EXPECT_FALSE(host.HasError());
}

/// Sends "kept" by a third subflow after both others were damaged.
class RecoveringBothWays : public TwoSubflowConversation
{
  protected:
    PeerSubflow& OpenAndRecover()
    {
        Open();
        host.Write("kept");
        peer.Wait(MilliSeconds(20));
        ResetBoth(Rst().With(DAMAGED));
        PeerSubflow& third = Join(1);
        third.ExpectLater(Data("kept").With(Dss().MapForEver(1, 1)));
        return third;
    }
};

// RFC 8684 3.7: the host has fallen back, and does not know yet where the peer's data begins.
TEST_F(RecoveringBothWays, DataWithoutItsInfiniteMappingWaits)
{
    PeerSubflow& third = OpenAndRecover();
    third.Send(Data("llo more")); // from 3 on, and a box has taken the mapping off
    third.ExpectLater(Ack().AckNumber(9).With(FailAt(6)));
    EXPECT_EQ(host.Received(), "hello");
    third.Send(Ack());
    peer.Wait(MilliSeconds(50));
    EXPECT_EQ(host.Received(), "hello");
    third.Send(Ack().With(Dss().MapForEver(3, 1)));
    peer.Wait(MilliSeconds(50));
    EXPECT_EQ(host.Received(), "hello more");
    third.Collect(MilliSeconds(50));
    third.ExpectNone(Ack().With(FailAt(6)), Seconds(5));
    third.Send(Data(" to come"));
    peer.Wait(MilliSeconds(50));
    EXPECT_EQ(host.Received(), "hello more to come");
}

TEST_F(RecoveringBothWays, TheEndOfTheStreamWaitsBehindIt)
{
    PeerSubflow& third = OpenAndRecover();
    third.Send(Data("llo more"));
    third.Send(Fin());
    third.ExpectLater(Ack().AckNumber(10).With(FailAt(6)));
    EXPECT_FALSE(host.HasPeerClosed());
    third.Send(Ack().With(Dss().MapForEver(3, 1)));
    peer.Wait(MilliSeconds(50));
    EXPECT_EQ(host.Received(), "hello more");
    EXPECT_TRUE(host.HasPeerClosed());
}

TEST_F(RecoveringBothWays, DataWithoutItsInfiniteMappingEndsTheConnectionInTheEnd)
{
    PeerSubflow& third = OpenAndRecover();
    third.Send(Data("llo more"));
    peer.Wait(Seconds(300));
    third.ExpectLater(Rst().With(FailAt(6)));
    EXPECT_EQ(host.Received(), "hello");
    EXPECT_TRUE(host.HasError());
}

// Its own data has got through, with what it says of it; that of the host has not.
TEST_F(RecoveringBothWays, ThePeerIsToldAgainWhereTheHostsDataBegins)
{
    PeerSubflow& third = OpenAndRecover();
    third.Send(Data("world").With(Dss().MapForEver(6, 1)));
    third.ExpectLater(Ack().AckNumber(6));
    EXPECT_EQ(host.Received(), "helloworld");
    third.Send(Ack().Seq(6).With(HostFailAt(1)));
    third.ExpectLater(Ack().With(Dss().MapForEver(1, 1)));
}

// What is half open when one is to stay alone has nothing to join any more.
TEST_F(RecoveringHost, ResetsJoinsThatAreUnderWay)
{
    Open();
    host.Write("kept");
    peer.Wait(MilliSeconds(20));
    ResetBoth(Rst().With(DAMAGED));
    auto& late = peer.Open(1, HostApplication::PORT);
    late.Send(Syn().With(mptcp::JoinSyn{false, 3, HostToken(), OWN_NONCE}));
    late.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    auto& third = Join(1);
    third.ExpectLater(Data("kept").With(Dss().MapForEver(1, 1)));
    late.ExpectLater(Rst().With(mptcp::Reset{false, mptcp::ResetReason::MptcpSpecific}));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
}

// ---- a host that opens the successor itself ----

class RecoveringClient : public TwoSubflowConversation
{
  protected:
    /// The second of two subflows has been closed by the host, and the peer has agreed.
    void ConnectAndCloseSecond()
    {
        first = &AcceptConnection();
        second = &AcceptJoin(1);
        first->Collect(MilliSeconds(50));
        second->Collect(MilliSeconds(50));
        const uint16_t id = host.GetSocket()->GetSubflowInfo().at(1).id;
        EXPECT_EQ(host.GetSocket()->CloseSubflow(id), 0);
        second->ExpectLater(Fin());
        second->Send(Fin().AckNumber(2));
        peer.Wait(MilliSeconds(100));
    }
};

// One that waits in TIME_WAIT carries nothing.
TEST_F(RecoveringClient, OpensASuccessorAfterAnotherWasClosedInOrder)
{
    ConnectAndCloseSecond();
    host.Write("kept");
    peer.Wait(MilliSeconds(20));
    first->Send(Rst().With(DAMAGED));
    auto& third = AcceptJoin(0);
    third.ExpectLater(Data("kept").With(Dss().MapForEver(1, 1)));
}

// ---- the last of the old subflows carries what the others were given ----

class Survivor : public TwoSubflowConversation
{
  protected:
    /// One of both subflows has carried "kept" and is reset; the other is returned.
    PeerSubflow& OpenAndLoseTheCarrier()
    {
        Open();
        host.Write("kept");
        PeerSubflow* other = second;
        carrier = first;
        if (carrier->Collect(MilliSeconds(50)).empty())
        {
            std::swap(carrier, other);
        }
        carrier->Send(Rst());
        return *other;
    }

    PeerSubflow* carrier{nullptr};
};

TEST_F(Survivor, TakesOverWhatWasNotGivenToItBefore)
{
    PeerSubflow& other = OpenAndLoseTheCarrier();
    other.Send(Ack().AckNumber(1).With(HostFailAt(1))); // in the very moment
    other.ExpectLater(Ack().With(FailAt(6)));
    other.ExpectLater(Data("kept").With(Dss().MapForEver(1, 1)));
    // The peer had it, and its DATA_ACK was under way: positions count now.
    other.Send(Ack().AckNumber(1).With(Dss().DataAck(5)));
    host.Write("more");
    other.ExpectLater(Data("more").Seq(5));
    other.Send(Ack());
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
}

// By position the peer would take it for what it has not got yet.
TEST_F(Survivor, SaysWhereItsDataBelongsWhenItRepeatsIt)
{
    PeerSubflow& other = OpenAndLoseTheCarrier();
    other.ExpectLater(Data("kept").With(Dss().Map(1, 1, 4)));
    const uint32_t next = carrier == first ? 1 : 6;
    other.Send(Data("WORLDxx").AckNumber(1).With(Dss().DataAck(1).Map(6, next, 5)));
    other.ExpectLater(Ack().With(FailAt(6)));
    other.Send(Ack().AckNumber(1).With(HostFailAt(1)));
    other.ExpectLater(Data("kept").Seq(1).With(Dss().MapForEver(1, 1)));
    EXPECT_EQ(host.Received(), "helloWORLDxx");
    other.Send(Ack());
    host.Write("more");
    other.ExpectLater(Data("more").With(Dss().MapForEver(1, 1)));
}

} // namespace ns3::script
