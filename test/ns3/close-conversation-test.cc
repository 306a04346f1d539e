// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The end of a connection: DATA_FIN in every order, then FINs (RFC 8684 3.3.3).
#include "conversation-fixture.h"

#include <gtest/gtest.h>

namespace ns3::script
{

class Closing : public OneLinkConversation
{
  protected:
    /// The subflow's FINs, once both DATA_FINs are acknowledged; nothing comes after them.
    static void ExpectFins(PeerSubflow& subflow)
    {
        subflow.Expect(Fin());
        subflow.Send(Fin());
        subflow.ExpectLater(Ack());
        subflow.ExpectSilence(Seconds(30));
    }
};

// RFC 6298 (2.5) allows a maximum, and Linux has 120 s (TCP_RTO_MAX). The base takes the minutes
// the third ACK was on its way for a round trip.
TEST_F(OneLinkConversation, FinIsRepeatedEveryTwoMinutesAtLeast)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    peer.Wait(Seconds(170));
    subflow.TakeArrived();
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    host.Close();
    subflow.Expect(Fin());
    for (int i = 0; i < 5; ++i)
    {
        peer.Wait(Seconds(121));
        EXPECT_EQ(subflow.TakeArrived().size(), 1U) << i;
    }
    peer.Wait(Minutes(60));
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
}

TEST_F(Closing, PeerFirst)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1).DataFin(1)));
    subflow.Expect(Ack().With(Dss().DataAck(2)));
    EXPECT_TRUE(host.HasPeerClosed());
    subflow.ExpectSilence(Seconds(5)); // no FIN: the host may still send
    host.Close();
    subflow.Expect(Ack().With(Dss().DataAck(2).DataFin(1)));
    subflow.Send(Ack().With(Dss().DataAck(2)));
    ExpectFins(subflow);
    EXPECT_FALSE(host.HasError());
}

TEST_F(Closing, HostFirst)
{
    auto& subflow = OpenConnection();
    host.Close();
    subflow.Expect(Ack().With(Dss().DataAck(1).DataFin(1)));
    subflow.Send(Ack().With(Dss().DataAck(2)));
    subflow.ExpectSilence(Seconds(5)); // no FIN: the peer may still send
    subflow.Send(Ack().With(Dss().DataAck(2).DataFin(1)));
    subflow.Expect(Ack().With(Dss().DataAck(2)));
    ExpectFins(subflow);
    EXPECT_FALSE(host.HasError());
}

TEST_F(Closing, HostFirstAsClient)
{
    auto& subflow = AcceptConnection();
    host.Write("bye");
    host.Close();
    subflow.ExpectLater(Data("bye").With(Dss().MapWithFin(1, 1, 4)));
    subflow.Send(Ack().With(Dss().DataAck(5).DataFin(1)));
    subflow.Expect(Ack().With(Dss().DataAck(2)));
    ExpectFins(subflow);
}

TEST_F(Closing, ClientThatNeverHeardADssSendsItsDataFin)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    host.Close();
    subflow.Expect(Ack().With(Dss().DataFin(1)));
    subflow.Send(Ack().With(Dss().DataAck(2).DataFin(1)));
    subflow.Expect(Ack().With(Dss().DataAck(2)));
    ExpectFins(subflow);
}

TEST_F(Closing, BothAtOnce)
{
    auto& subflow = OpenConnection();
    host.Close();
    subflow.Send(Ack().With(Dss().DataAck(1).DataFin(1))); // before it could see the host's
    subflow.Expect(Ack().With(Dss().DataAck(1).DataFin(1)));
    subflow.Expect(Ack().With(Dss().DataAck(2).DataFin(1)));
    subflow.ExpectNone(Fin(), MilliSeconds(500)); // RFC 8684 3.3.3: not before the DATA_ACK
    subflow.Send(Ack().With(Dss().DataAck(2)));
    subflow.ExpectLater(Fin());
    subflow.Send(Fin());
    subflow.ExpectLater(Ack());
}

TEST_F(Closing, PeerWithItsLastData)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).MapWithFin(1, 1, 6)));
    subflow.Expect(Ack().AckNumber(6).With(Dss().DataAck(7)));
    EXPECT_EQ(host.Received(), "hello");
    EXPECT_TRUE(host.HasPeerClosed());
}

TEST_F(Closing, HostWithItsLastData)
{
    auto& subflow = OpenConnection();
    constexpr uint32_t SEGMENT = 1420;
    constexpr uint32_t BYTES = 12 * SEGMENT; // two more than the initial window lets go at once
    host.Write(Text(1, BYTES));
    host.Close();
    subflow.ExpectLater(Data(Text(1 + 9 * SEGMENT, SEGMENT)));
    subflow.Send(Ack().With(Dss().DataAck(1 + 10 * SEGMENT)));
    subflow.Expect(Data(Text(1 + 10 * SEGMENT, SEGMENT)));
    subflow.Expect(Data(Text(1 + 11 * SEGMENT, SEGMENT))
                       .With(Dss().MapWithFin(1 + 11 * SEGMENT, 1 + 11 * SEGMENT, SEGMENT + 1)));
    subflow.Send(Ack().With(Dss().DataAck(BYTES + 2).DataFin(1)));
    subflow.Expect(Ack().With(Dss().DataAck(2)));
    ExpectFins(subflow);
}

TEST_F(Closing, LostDataFinIsSentAgain)
{
    auto& subflow = OpenConnection();
    host.Close();
    const auto first = subflow.Expect(Ack().With(Dss().DataFin(1)));
    const auto second = subflow.Expect(Ack().With(Dss().DataFin(1)));
    EXPECT_GE(second.at - first.at, Seconds(1));
    const auto third = subflow.Expect(Ack().With(Dss().DataFin(1)));
    EXPECT_GT(third.at - second.at, second.at - first.at); // backs off
    subflow.Send(Ack().With(Dss().DataAck(2)));
    subflow.ExpectSilence(Seconds(20));
}

TEST_F(Closing, RepeatedDataFinIsAcknowledgedAgain)
{
    auto& subflow = OpenConnection();
    for (int i = 0; i < 3; ++i)
    {
        subflow.Send(Ack().With(Dss().DataAck(1).DataFin(1)));
        subflow.Expect(Ack().With(Dss().DataAck(2)));
    }
    EXPECT_TRUE(host.HasPeerClosed());
}

TEST_F(Closing, HalfClosedByThePeer)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("GET").With(Dss().DataAck(1).MapWithFin(1, 1, 4)));
    subflow.Expect(Ack().With(Dss().DataAck(5)));
    host.Write("answer");
    subflow.Expect(Data("answer").With(Dss().DataAck(5).Map(1, 1, 6)));
    subflow.Send(Ack().With(Dss().DataAck(7)));
    host.Close();
    subflow.Expect(Ack().With(Dss().DataFin(7)));
    subflow.Send(Ack().With(Dss().DataAck(8)));
    ExpectFins(subflow);
}

TEST_F(Closing, HalfClosedByTheHost)
{
    auto& subflow = OpenConnection();
    host.ShutdownSend();
    subflow.Expect(Ack().With(Dss().DataFin(1)));
    subflow.Send(Data("more").With(Dss().DataAck(2).Map(1, 1, 4)));
    subflow.Expect(Ack().With(Dss().DataAck(5)));
    EXPECT_EQ(host.Received(), "more");
    subflow.Send(Ack().With(Dss().DataAck(2).DataFin(5)));
    subflow.Expect(Ack().With(Dss().DataAck(6)));
    ExpectFins(subflow);
    EXPECT_TRUE(host.HasPeerClosed());
}

TEST_F(Closing, DataFinWaitsForTheWindowAndTheData)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1).DataFin(6))); // the data is still on its way
    subflow.ExpectNone(Ack().With(Dss().DataAck(7)), MilliSeconds(300));
    EXPECT_FALSE(host.HasPeerClosed());
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(7)));
    EXPECT_TRUE(host.HasPeerClosed());
}

TEST_F(Closing, NothingIsDeliveredBehindTheDataFin)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1).DataFin(1)));
    subflow.Expect(Ack().With(Dss().DataAck(2)));
    subflow.Send(Data("late").With(Dss().DataAck(1).Map(2, 1, 4)));
    peer.Wait(Seconds(1));
    EXPECT_EQ(host.Received(), "");
}

// RFC 8684 3.3.2: a Data ACK is one, whatever its subflow has closed before it.
TEST_F(Closing, DataAckCountsBehindTheFinOfItsSubflow)
{
    auto& subflow = OpenConnection();
    host.Write("data");
    subflow.ExpectLater(Data("data"));
    subflow.Send(Fin().With(Dss().DataAck(1)));
    subflow.Send(Ack().With(Dss().DataAck(5)));
    subflow.Collect(MilliSeconds(100));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

// RFC 9293 3.10.7.4: a reset counts with the number expected next, also when that is behind a FIN.
TEST_F(Closing, ResetBehindTheFinEndsTheSubflow)
{
    auto& subflow = OpenConnection();
    subflow.Send(Fin());
    subflow.ExpectLater(Fin());
    subflow.Send(Rst().Seq(3));
    subflow.ExpectLater(Fin()); // still waits for an answer
    subflow.Send(Rst().Seq(2));
    subflow.ExpectSilence(Seconds(100));
}

// RFC 8684 3.3.3: DATA_FIN ends the stream, not what the application has yet to read of it. By then
// there is no subflow left that could tell the peer of a wider window.
TEST_F(Closing, WhatWaitsIsReadAfterTheEnd)
{
    HostApplication::SetBuffers(100000, 6000);
    auto& subflow = OpenConnection();
    host.SetReading(false);
    for (const uint32_t first : {1U, 1401U, 2801U, 4201U})
    {
        subflow.Send(Data(Text(first, 1400)).With(Dss().DataAck(1).Map(first, first, 1400)));
    }
    subflow.ExpectLater(Ack().With(Dss().DataAck(5601)));
    host.ShutdownSend();
    subflow.ExpectLater(Ack().With(Dss().DataFin(1)));
    subflow.Send(Ack().With(Dss().DataAck(2).DataFin(5601)));
    subflow.ExpectLater(Fin());
    subflow.Send(Fin());
    subflow.Collect(Seconds(300));
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
    host.SetReading(true);
    EXPECT_EQ(host.Received(), Text(1, 5600));
}

/// RFC 8684 3.3.3: a connection outlives its subflows for a time; net.mptcp.close_timeout of Linux
/// is 60 s.
TEST_F(Closing, ResetOfTheOnlySubflowIsAnErrorAfterATime)
{
    auto& subflow = OpenConnection();
    subflow.Send(RstAck());
    peer.Wait(Seconds(59));
    EXPECT_FALSE(host.HasError());
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
    peer.Wait(Seconds(2));
    EXPECT_TRUE(host.HasError());
    EXPECT_EQ(host.GetSocket()->GetErrno(), Socket::ERROR_NOROUTETOHOST);
    EXPECT_EQ(host.GetSocket()->GetCloseCause(), mptcp::CloseCause::Timeout);
}

TEST_F(Closing, TokenOfAClosedConnectionIsUnknown)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1).DataFin(1)));
    subflow.Expect(Ack());
    host.Close();
    subflow.Expect(Ack().With(Dss().DataFin(1)));
    subflow.Send(Ack().With(Dss().DataAck(2)));
    ExpectFins(subflow);
    auto& late = peer.Open(0, HostApplication::PORT);
    late.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken(), OWN_NONCE}));
    late.Expect(RstAck().With(Any<mptcp::Reset>()));
}

// ---- with two subflows ----

class ClosingTwo : public TwoLinkConversation
{
  protected:
    void Open()
    {
        first = &OpenConnection();
        first->Send(Ack().With(Dss().DataAck(1)));
        second = &Join(1);
        second->Send(Ack().With(Dss().DataAck(1)));
        first->Collect(MilliSeconds(50));
        second->Collect(MilliSeconds(50));
    }

    PeerSubflow* first{nullptr};
    PeerSubflow* second{nullptr};
};

TEST_F(ClosingTwo, AllSubflowsCloseWhenBothDataFinsAreAcknowledged)
{
    Open();
    second->Send(Ack().With(Dss().DataAck(1).DataFin(1)));
    second->Expect(Ack().With(Dss().DataAck(2)));
    host.Close();
    first->Expect(Ack().With(Dss().DataAck(2).DataFin(1)));
    second->Expect(Ack().With(Dss().DataAck(2).DataFin(1)));
    first->Send(Ack().With(Dss().DataAck(2)));
    first->Expect(Fin());
    second->Expect(Fin());
    for (auto* subflow : {first, second})
    {
        subflow->Send(Fin());
        subflow->Expect(Ack());
    }
    peer.Wait(Seconds(1));
    EXPECT_FALSE(host.HasError());
}

TEST_F(ClosingTwo, DataFinOvertakesTheDataOnTheOtherSubflow)
{
    Open();
    second->Send(Ack().With(Dss().DataAck(1).DataFin(6)));
    second->ExpectNone(Ack().With(Dss().DataAck(7)), MilliSeconds(100));
    first->Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    first->ExpectLater(Ack().With(Dss().DataAck(7)));
    EXPECT_EQ(host.Received(), "hello");
    EXPECT_TRUE(host.HasPeerClosed());
}

TEST_F(ClosingTwo, FinOfOneSubflowLeavesTheConnectionOpen)
{
    Open();
    first->Send(Fin());
    first->ExpectLater(Fin()); // half a subflow is of no use
    first->Send(Ack());
    peer.Wait(MilliSeconds(10));
    EXPECT_FALSE(host.HasPeerClosed()); // RFC 8684 3.3.3: FIN concerns the subflow only
    host.Write("still here");
    second->Expect(Data("still here").With(Dss().Map(1, 1, 10)));
    second->Send(Data("me too").With(Dss().DataAck(11).Map(1, 1, 6)));
    second->ExpectLater(Ack().With(Dss().DataAck(7)));
    EXPECT_EQ(host.Received(), "me too");
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
}

} // namespace ns3::script
