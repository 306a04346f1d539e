// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// MP_FASTCLOSE in both directions and both forms (RFC 8684 3.5), and resets with their reasons
/// (RFC 8684 3.6).
#include "conversation-fixture.h"
#include "mptcp-stack.h"

#include "ns3/boolean.h"

#include <gtest/gtest.h>

namespace ns3::script
{

/// A connection over two subflows whose handshakes are over.
class FastClosing : public TwoLinkConversation
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
        stack = hostNode->GetObject<MptcpStack>();
        host.GetSocket()->TraceConnectWithoutContext(
            "SubflowState",
            Callback<void, const MptcpSubflowStateChange&>(
                [this](const MptcpSubflowStateChange& change) { changes.push_back(change); }));
    }

    /// MP_FASTCLOSE as the peer sends it: it shows the host's key (RFC 8684 3.5).
    [[nodiscard]] mptcp::FastClose RightKey() const
    {
        return {peer.RemoteKey()};
    }

    [[nodiscard]] mptcp::FastClose WrongKey() const
    {
        return {peer.Key()};
    }

    [[nodiscard]] uint64_t Count(mptcp::Mib counter) const
    {
        return stack->GetMib().Get(counter);
    }

    /// The host has let go of the connection: its token is unknown.
    void ExpectGone()
    {
        EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
        EXPECT_EQ(stack->GetTokens(), 0U);
        auto& late = peer.Open(0, HostApplication::PORT);
        late.Send(Syn().With(mptcp::JoinSyn{false, 5, HostToken(), OWN_NONCE}));
        late.Expect(RstAck().With(Any<mptcp::Reset>()));
    }

    PeerSubflow* first{nullptr};
    PeerSubflow* second{nullptr};
    Ptr<MptcpStack> stack;
    std::vector<MptcpSubflowStateChange> changes;
};

// ---- the host closes fast ----

TEST_F(FastClosing, OptionRIsAResetOfEverySubflow)
{
    Open();
    host.Write("lost");
    first->Expect(Data("lost"));
    host.GetSocket()->Abort();
    const mptcp::FastClose expected{peer.Key()}; // the receiver's key
    for (auto* subflow : {first, second})
    {
        // Both options, as Linux sends them; the number is SND.NXT (RFC 9293 3.10.5).
        const auto reset = subflow->Expect(
            Rst().Seq(subflow == first ? 5 : 1).With(expected).With(Any<mptcp::Reset>()));
        EXPECT_EQ(reset.Find<mptcp::Reset>()->reason, mptcp::ResetReason::Unspecified);
        subflow->ExpectSilence(Seconds(10));
    }
    EXPECT_FALSE(host.HasError()); // it was this application's own wish
    EXPECT_EQ(host.GetSocket()->GetCloseCause(), mptcp::CloseCause::LocalFastClose);
    EXPECT_EQ(Count(mptcp::Mib::MPFastcloseTx), 2U); // per option, as in Linux
    EXPECT_EQ(Count(mptcp::Mib::MPRstTx), 2U);
    ExpectGone();
}

/// After a timeout TCP begins again at the first unacknowledged byte; its reset must not.
TEST_F(FastClosing, ResetBearsTheNumberThePeerExpects)
{
    Open();
    second->Send(Rst());
    peer.Wait(MilliSeconds(20));
    host.Write(Text(1, 5000));
    peer.Wait(Seconds(1.5)); // the retransmission of the first segment
    first->Collect(MilliSeconds(1));
    host.GetSocket()->Abort();
    first->Expect(Rst().Seq(5001).With(mptcp::FastClose{peer.Key()}));
}

TEST_F(OneLinkConversation, AbortOfPlainTcpIsAPlainReset)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    subflow.Expect(SynAck());
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    host.GetSocket()->Abort();
    subflow.Expect(Rst().Seq(1).WithoutMptcp());
    subflow.ExpectSilence(Seconds(10));
    EXPECT_EQ(host.GetSocket()->GetCloseCause(), mptcp::CloseCause::Aborted);
}

TEST_F(OneLinkConversation, AbortWhileConnecting)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    host.GetSocket()->Abort();
    subflow.Expect(Rst().Seq(1)); // the peer may have taken the SYN
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Rst().Seq(1));
    subflow.ExpectSilence(Seconds(30));
    EXPECT_FALSE(host.IsConnected());
    EXPECT_EQ(hostNode->GetObject<MptcpStack>()->GetTokens(), 0U);
}

TEST_F(FastClosing, ClosingWithUnreadDataIsAFastClose)
{
    Open();
    host.SetReading(false);
    first->Send(Data("unread").With(Dss().DataAck(1).Map(1, 1, 6)));
    peer.Wait(MilliSeconds(20));
    first->Collect(MilliSeconds(300));
    host.Close(); // Linux, mptcp_close: as a TCP reset, RFC 1122 4.2.2.13
    first->Expect(Rst().With(mptcp::FastClose{peer.Key()}));
    second->Expect(Rst().With(mptcp::FastClose{peer.Key()}));
    ExpectGone();
}

TEST_F(FastClosing, SendingAfterAbortIsRefused)
{
    Open();
    host.GetSocket()->Abort();
    EXPECT_EQ(host.GetSocket()->Send(Create<Packet>(10), 0), -1);
    EXPECT_EQ(host.GetSocket()->Abort(), 0);
    EXPECT_EQ(host.GetSocket()->Close(), 0);
    peer.Wait(Seconds(1));
    EXPECT_EQ(first->Collect(MilliSeconds(10)).size(), 1U);
}

TEST_F(FastClosing, AbortFromTheReceiveCallback)
{
    Open();
    host.GetSocket()->SetRecvCallback(
        Callback<void, Ptr<Socket>>([this](Ptr<Socket>) { host.GetSocket()->Abort(); }));
    first->Send(Data("enough").With(Dss().DataAck(1).Map(1, 1, 6)));
    first->Expect(Rst().With(mptcp::FastClose{peer.Key()}));
    second->Expect(Rst().With(mptcp::FastClose{peer.Key()}));
    first->ExpectSilence(Seconds(5));
    ExpectGone();
}

TEST_F(FastClosing, WithoutAnySubflow)
{
    Open();
    first->Send(RstAck());
    second->Send(RstAck());
    peer.Wait(Seconds(1));
    EXPECT_EQ(stack->GetTokens(), 1U); // break before make
    host.GetSocket()->Abort();
    ExpectGone();
}

class FastClosingByAck : public FastClosing
{
  protected:
    void Open()
    {
        hostNode->GetObject<MptcpStack>()->SetAttribute("FastCloseWithAck", BooleanValue(true));
        FastClosing::Open();
        second->Send(Data("x").With(Dss().DataAck(1).Map(1, 1, 1)));
        second->Expect(Ack());
        host.GetSocket()->Abort();
        asked = second->Expect(Ack().With(mptcp::FastClose{peer.Key()})); // the one last heard of
        first->Expect(Rst().With(Any<mptcp::Reset>()));
    }

    Received asked;
};

TEST_F(FastClosingByAck, EndsWithThePeersReset)
{
    Open();
    EXPECT_EQ(stack->GetTokens(), 1U); // FASTCLOSE_WAIT
    second->Send(Rst());
    peer.Wait(Seconds(1));
    second->ExpectSilence(Seconds(10));
    EXPECT_FALSE(host.HasError());
    EXPECT_EQ(host.GetSocket()->GetCloseCause(), mptcp::CloseCause::LocalFastClose);
    EXPECT_EQ(Count(mptcp::Mib::MPFastcloseTx), 1U);
    ExpectGone();
}

TEST_F(FastClosingByAck, IsRepeatedThreeTimesAndThenReset)
{
    Open();
    Time last = asked.at;
    for (int i = 0; i < 3; ++i) // RFC 8684 3.5, RECOMMENDED
    {
        const auto again = second->Expect(Ack().With(mptcp::FastClose{peer.Key()}));
        EXPECT_GE(again.at - last, Seconds(1)); // one RTO
        last = again.at;
    }
    second->Expect(Rst().With(mptcp::FastClose{peer.Key()}));
    second->ExpectSilence(Seconds(10));
    EXPECT_EQ(Count(mptcp::Mib::MPFastcloseTx), 5U);
    ExpectGone();
}

TEST_F(FastClosingByAck, BothAtOnce)
{
    Open();
    second->Send(Ack().With(RightKey())); // RFC 8684 3.5: reply with a RST and tear down
    second->Expect(Rst());
    EXPECT_FALSE(host.HasError());
    EXPECT_EQ(host.GetSocket()->GetCloseCause(), mptcp::CloseCause::LocalFastClose);
    ExpectGone();
}

TEST_F(FastClosingByAck, JoinsAreRefusedMeanwhile)
{
    Open();
    auto& late = peer.Open(0, HostApplication::PORT);
    late.Send(Syn().With(mptcp::JoinSyn{false, 5, HostToken(), OWN_NONCE}));
    late.Expect(RstAck().With(Any<mptcp::Reset>()));
}

TEST_F(FastClosingByAck, WhatThePeerStillSendsIsThrownAway)
{
    Open();
    second->Send(Data("late").With(Dss().DataAck(1).Map(2, 2, 4)));
    peer.Wait(Seconds(1));
    EXPECT_EQ(host.Received(), "x");
    second->Send(Rst());
    peer.Wait(Seconds(1));
    ExpectGone();
}

// ---- the peer closes fast ----

TEST_F(FastClosing, AckWithTheRightKeyEndsTheConnection)
{
    Open();
    first->Send(Ack().With(RightKey()));
    first->Expect(Rst().With(Any<mptcp::Reset>()));  // on the same subflow
    second->Expect(Rst().With(Any<mptcp::Reset>())); // and on all others
    first->ExpectSilence(Seconds(5));
    EXPECT_TRUE(host.HasError());
    EXPECT_FALSE(host.HasPeerClosed());
    EXPECT_EQ(host.GetSocket()->GetErrno(), Socket::ERROR_NOTCONN);
    EXPECT_EQ(host.GetSocket()->GetCloseCause(), mptcp::CloseCause::PeerFastClose);
    EXPECT_EQ(Count(mptcp::Mib::MPFastcloseRx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPFastcloseTx), 0U);
    ExpectGone();
}

TEST_F(FastClosing, ResetWithTheRightKeyEndsTheConnection)
{
    Open();
    first->Send(Rst().With(RightKey()));
    second->Expect(Rst().With(Any<mptcp::Reset>()));
    first->ExpectSilence(Seconds(5));
    EXPECT_TRUE(host.HasError());
    EXPECT_EQ(host.GetSocket()->GetCloseCause(), mptcp::CloseCause::PeerFastClose);
    EXPECT_EQ(Count(mptcp::Mib::MPFastcloseRx), 1U);
    ExpectGone();
}

TEST_F(FastClosing, AckWithAWrongKeyMeansNothing)
{
    Open();
    first->Send(Ack().With(WrongKey()));
    first->ExpectSilence(Seconds(2));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
    EXPECT_EQ(Count(mptcp::Mib::MPFastcloseRx), 0U);
    first->Send(Data("on").With(Dss().DataAck(1).Map(1, 1, 2)));
    first->ExpectLater(Ack().With(Dss().DataAck(3)));
}

TEST_F(FastClosing, ResetWithAWrongKeyIsTheEndOfOneSubflowOnly)
{
    Open();
    first->Send(Rst().With(WrongKey()));
    peer.Wait(Seconds(1));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
    EXPECT_FALSE(host.HasError());
    second->Send(Data("on").With(Dss().DataAck(1).Map(1, 1, 2)));
    second->ExpectLater(Ack().With(Dss().DataAck(3)));
}

TEST_F(FastClosing, OutsideTheWindowMeansNothing)
{
    Open();
    first->Send(Ack().With(RightKey()).Seq(1 + (1U << 30)));
    first->Send(Rst().With(RightKey()).Seq(1 + (1U << 30)));
    first->Collect(Seconds(1));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
    EXPECT_FALSE(host.HasError());
}

TEST_F(FastClosing, WhatHasArrivedBeforeCanStillBeRead)
{
    Open();
    first->Send(Data("before").With(Dss().DataAck(1).Map(1, 1, 6)));
    peer.Wait(MilliSeconds(20));
    first->Send(Rst().With(RightKey()));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.Received(), "before");
    EXPECT_TRUE(host.HasError());
}

// ---- resets of one subflow (RFC 8684 3.6) ----

TEST_F(FastClosing, ReasonOfThePeerIsTraced)
{
    Open();
    const mptcp::Reset reason{true, mptcp::ResetReason::UnacceptablePerformance};
    first->Send(Rst().With(reason));
    peer.Wait(MilliSeconds(20));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].state, MptcpSubflowStateChange::State::Closed);
    EXPECT_EQ(changes[0].reset, reason);
    EXPECT_TRUE(changes[0].isResetByPeer);
    EXPECT_EQ(Count(mptcp::Mib::MPRstRx), 1U);
}

TEST_F(FastClosing, ResetWithoutAReasonIsTracedAsSuch)
{
    Open();
    first->Send(Rst());
    peer.Wait(MilliSeconds(20));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_FALSE(changes[0].reset);
    EXPECT_TRUE(changes[0].isResetByPeer);
    EXPECT_EQ(Count(mptcp::Mib::MPRstRx), 0U);
}

TEST_F(FastClosing, EverySubflowOfAnAbortIsTraced)
{
    Open();
    host.GetSocket()->Abort();
    ASSERT_EQ(changes.size(), 2U);
    for (const auto& change : changes)
    {
        EXPECT_EQ(change.state, MptcpSubflowStateChange::State::Closed);
        EXPECT_EQ(change.reset, (mptcp::Reset{false, mptcp::ResetReason::Unspecified}));
        EXPECT_FALSE(change.isResetByPeer);
    }
}

/// A reset has a place in the sequence like any segment (RFC 9293 3.10.7.4).
TEST_F(FastClosing, ResetWithANumberFromOutsideIsIgnored)
{
    Open();
    first->Send(Rst().Seq(1 + (1U << 30)));
    first->Send(Rst().Seq(0xfffff000));
    peer.Wait(Seconds(1));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
}

/// RFC 8684 3.6: a path whose error is permanent is not tried again, one with a passing error is.
class ResetOfAJoin : public TwoLinkConversation,
                     public ::testing::WithParamInterface<std::pair<mptcp::Reset, bool>>
{
};

TEST_P(ResetOfAJoin, IsRetriedWhenItIsTransientOnly)
{
    const auto& [reset, isRetried] = GetParam();
    AcceptConnection();
    auto& joined = AcceptJoin(1);
    joined.Send(Rst().With(reset));
    if (isRetried)
    {
        peer.Wait(Seconds(2));
        peer.AwaitSyn(1).Expect(Syn().With(Any<mptcp::JoinSyn>()));
    }
    else
    {
        peer.ExpectNoSyn(Seconds(30));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Reasons,
    ResetOfAJoin,
    ::testing::Values(
        std::pair{mptcp::Reset{true, mptcp::ResetReason::LackOfResources}, true},
        std::pair{mptcp::Reset{true, mptcp::ResetReason::TooMuchOutstandingData}, true},
        std::pair{mptcp::Reset{false, mptcp::ResetReason::MiddleboxInterference}, false},
        std::pair{mptcp::Reset{false, mptcp::ResetReason::AdministrativelyProhibited}, false}));

/// The same in answer to the SYN.
TEST_F(TwoLinkConversation, RefusedJoinIsRetriedWhenTheReasonIsTransient)
{
    AcceptConnection();
    auto& refused = peer.AwaitSyn(1);
    refused.Expect(Syn());
    refused.Send(RstAck().With(mptcp::Reset{true, mptcp::ResetReason::LackOfResources}));
    peer.Wait(Seconds(2));
    peer.AwaitSyn(1).Expect(Syn().With(Any<mptcp::JoinSyn>()));
}

} // namespace ns3::script
