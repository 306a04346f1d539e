// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What a connection lives through: the loss of all its subflows (RFC 8684 3.3.3), a peer silent at
/// the data level (RFC 8684 3.3.6), changes of priority (RFC 8684 3.3.8), urgent data.
#include "conversation-fixture.h"
#include "mptcp-stack.h"

#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

uint64_t
CountOf(Ptr<Node> node, mptcp::Mib counter)
{
    return node->GetObject<MptcpStack>()->GetMib().Get(counter);
}

} // namespace

// ---- break before make (RFC 8684 3.3.3) ----

/// A server whose only subflow is about to go.
class BreakBeforeMake : public TwoLinkConversation
{
  protected:
    void Open()
    {
        first = &OpenConnection();
        first->Send(Ack().With(Dss().DataAck(1)));
        first->Collect(MilliSeconds(50));
    }

    void BreakFirst()
    {
        first->Send(Rst());
        peer.Wait(Seconds(1));
        EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
        EXPECT_FALSE(host.HasError());
        EXPECT_FALSE(host.HasPeerClosed());
    }

    PeerSubflow* first{nullptr};
};

TEST_F(BreakBeforeMake, UnacknowledgedDataGoesOnOverASubflowOfThePeer)
{
    hostNode->GetObject<MptcpStack>()->SetAttribute("AddAddressTimeout", TimeValue(Seconds(0)));
    Open();
    host.Write("kept");
    first->Expect(Data("kept").With(Dss().Map(1, 1, 4)));
    BreakFirst();
    peer.Wait(Seconds(40));
    auto& second = Join(1);
    second.Send(Ack().With(Dss().DataAck(1)));
    second.Expect(Data("kept").With(Dss().Map(1, 1, 4)));
    second.Send(Data("heard").With(Dss().DataAck(5).Map(1, 1, 5)));
    second.Expect(Ack().With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "heard");
    peer.Wait(Seconds(100)); // the time it had is over, and does not matter any more
    EXPECT_FALSE(host.HasError());
    host.Write("more");
    second.ExpectLater(Data("more").With(Dss().Map(5, 5, 4))); // ADD_ADDR was never echoed
}

TEST_F(BreakBeforeMake, DataWrittenMeanwhileWaits)
{
    Open();
    BreakFirst();
    host.Write("patience");
    auto& second = Join(1);
    second.Send(Ack().With(Dss().DataAck(1)));
    second.Expect(Data("patience").With(Dss().Map(1, 1, 8)));
}

TEST_F(BreakBeforeMake, StreamOfThePeerGoesOnWhereItWas)
{
    Open();
    first->Send(Data("before").With(Dss().DataAck(1).Map(1, 1, 6)));
    first->ExpectLater(Ack().With(Dss().DataAck(7)));
    BreakFirst();
    auto& second = Join(1);
    second.Send(Data("re and after").With(Dss().DataAck(1).Map(5, 1, 12)));
    second.ExpectLater(Ack().With(Dss().DataAck(17)));
    EXPECT_EQ(host.Received(), "before and after");
}

TEST_F(BreakBeforeMake, DataFinWaitsToo)
{
    Open();
    BreakFirst();
    host.Close();
    peer.Wait(Seconds(10));
    auto& second = Join(1);
    second.Send(Ack().With(Dss().DataAck(1)));
    for (int i = 0; i < 3; ++i) // until it is acknowledged
    {
        second.ExpectLater(Ack().With(Dss().DataFin(1)));
    }
    second.Send(Ack().With(Dss().DataAck(2).DataFin(1)));
    second.ExpectLater(Fin());
    second.Send(Fin());
    peer.Wait(Seconds(1));
    EXPECT_FALSE(host.HasError());
    EXPECT_EQ(host.GetSocket()->GetCloseCause(), mptcp::CloseCause::Orderly);
}

TEST_F(BreakBeforeMake, SubflowClosedByFinIsNoOtherCase)
{
    Open();
    first->Send(Fin());
    first->ExpectLater(Fin());
    first->Send(Ack());
    peer.Wait(Seconds(1));
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
    EXPECT_FALSE(host.HasPeerClosed()); // no DATA_FIN: not the end of the stream
    EXPECT_FALSE(host.HasError());
    auto& second = Join(1);
    second.Send(Data("still here").With(Dss().DataAck(1).Map(1, 1, 10)));
    second.ExpectLater(Ack().With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "still here");
}

TEST_F(BreakBeforeMake, TimeBeginsAnewWithEachBreak)
{
    Open();
    BreakFirst();
    peer.Wait(Seconds(40));
    auto& second = Join(1);
    second.Send(Ack().With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(20));
    second.Send(Rst());
    peer.Wait(Seconds(50));
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
    EXPECT_FALSE(host.HasError());
    peer.Wait(Seconds(11));
    EXPECT_TRUE(host.HasError());
}

TEST_F(BreakBeforeMake, TimeIsAnAttribute)
{
    hostNode->GetObject<MptcpStack>()->SetAttribute("CloseTimeout", TimeValue(Seconds(5)));
    Open();
    BreakFirst(); // and one second
    peer.Wait(Seconds(3));
    EXPECT_FALSE(host.HasError());
    peer.Wait(Seconds(2));
    EXPECT_TRUE(host.HasError());
    EXPECT_EQ(host.GetSocket()->GetErrno(), Socket::ERROR_NOROUTETOHOST);
    EXPECT_EQ(host.GetSocket()->GetCloseCause(), mptcp::CloseCause::Timeout);
    EXPECT_EQ(hostNode->GetObject<MptcpStack>()->GetTokens(), 0U);
}

TEST_F(BreakBeforeMake, JoinThatIsNotCompletedDoesNotProlongIt)
{
    Open();
    BreakFirst();
    peer.Wait(Seconds(55));
    auto& half = peer.Open(1, HostApplication::PORT);
    half.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken(), OWN_NONCE}));
    half.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    peer.Wait(Seconds(5));
    EXPECT_TRUE(host.HasError());
    half.ExpectLater(Rst()); // there is nothing left to join
}

/// The host opens the new subflow itself; the first one may die like any other.
TEST_F(TwoLinkConversation, ClientOpensANewSubflowWhenAllHaveGone)
{
    auto& first = AcceptConnection();
    auto& second = AcceptJoin(1);
    host.Write("kept");
    first.Expect(Data("kept"));
    first.Send(Rst());
    second.Send(Rst());
    peer.Wait(MilliSeconds(50));
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
    auto& third = peer.AwaitSyn(0);
    const auto syn = third.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    const auto nonce = syn.Find<mptcp::JoinSyn>()->nonce;
    third.Send(
        SynAck().With(mptcp::JoinSynAck{false, 0, ShortJoinCode(OWN_NONCE, nonce), OWN_NONCE}));
    third.Expect(Ack().With(HostJoinCode(nonce, OWN_NONCE)));
    third.Send(Ack().With(Dss().DataAck(1)));
    third.Expect(Data("kept").With(Dss().Map(1, 1, 4)));
    EXPECT_FALSE(host.HasError());
}

// ---- the data-level retransmission timer (RFC 8684 3.3.6) ----

class SilentPeer : public OneLinkConversation
{
  protected:
    /// Acknowledges for TCP whatever comes for `time`, and says `dss` with it; the last segment.
    Received Endure(PeerSubflow& subflow, const Dss& dss, uint32_t windowBytes, Time time)
    {
        Received last;
        for (const Time end = Simulator::Now() + time; Simulator::Now() < end;)
        {
            peer.Wait(MilliSeconds(500));
            for (const auto& segment : subflow.Collect(MilliSeconds(1)))
            {
                last = segment;
                sent += segment.payload.size();
                if (!segment.payload.empty())
                {
                    subflow.Send(Ack().With(dss).Window(windowBytes));
                }
            }
        }
        return last;
    }

    std::size_t sent{0};
};

TEST_F(SilentPeer, ThatAcknowledgesOnTheSubflowOnlyIsGivenUp)
{
    Config::SetDefault("ns3::TcpSocket::DataRetries", UintegerValue(3));
    auto& subflow = OpenConnection();
    host.Write("hello");
    Endure(subflow, Dss().DataAck(1), 65535, Seconds(5));
    EXPECT_FALSE(host.HasError());
    EXPECT_GE(sent, 10U); // the middlebox may have acknowledged and lost it: sent again
    const auto last = Endure(subflow, Dss().DataAck(1), 65535, Seconds(60));
    EXPECT_EQ(last.flags & RST, RST);
    EXPECT_TRUE(last.Find<mptcp::FastClose>());
    ASSERT_TRUE(last.Find<mptcp::Reset>());
    EXPECT_EQ(last.Find<mptcp::Reset>()->reason, mptcp::ResetReason::MiddleboxInterference);
    EXPECT_TRUE(host.HasError());
    EXPECT_EQ(host.GetSocket()->GetCloseCause(), mptcp::CloseCause::Aborted);
    EXPECT_EQ(sent, 5U * 4U); // once and three times again
}

TEST_F(SilentPeer, ThatAnswersInTheEndIsForgiven)
{
    Config::SetDefault("ns3::TcpSocket::DataRetries", UintegerValue(3));
    auto& subflow = OpenConnection();
    uint64_t next = 1;
    for (int i = 0; i < 5; ++i) // together it would be too long
    {
        host.Write("hello");
        Endure(subflow, Dss().DataAck(next), 65535, Seconds(5));
        next += 5;
        subflow.Send(Ack().With(Dss().DataAck(next)));
        peer.Wait(MilliSeconds(20));
    }
    EXPECT_FALSE(host.HasError());
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

/// RFC 9293 3.8.6.1: a closed window may stay closed as long as probes are answered.
TEST_F(SilentPeer, ThatKeepsItsWindowClosedIsNotGivenUp)
{
    Config::SetDefault("ns3::TcpSocket::DataRetries", UintegerValue(3));
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}).Window(2840));
    subflow.Expect(SynAck());
    subflow.Send(Ack().With(Keys()).Window(2840));
    peer.Wait(MilliSeconds(20));
    host.Write(Text(1, 4000));
    peer.Wait(MilliSeconds(200));
    subflow.Collect(MilliSeconds(10));
    subflow.Send(Ack().With(Dss().DataAck(2841)).Window(0));
    sent = 0;
    Endure(subflow, Dss().DataAck(2841), 0, Minutes(10));
    EXPECT_FALSE(host.HasError());
    EXPECT_GE(sent, 5U); // bytes, one a minute at least
    EXPECT_LE(sent, 40U);
    EXPECT_EQ(CountOf(hostNode, mptcp::Mib::WinProbe), 1U); // TCP repeats it
    subflow.Send(Ack().With(Dss().DataAck(2841)).Window(65535));
    Endure(subflow, Dss().DataAck(4001), 65535, Seconds(70));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

/// RFC 1122 4.2.2.17 lets it stay closed only as long as they are; Linux gives up too.
TEST_F(SilentPeer, ThatAnswersNoProbeIsGivenUp)
{
    Config::SetDefault("ns3::TcpSocket::DataRetries", UintegerValue(3));
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}).Window(2840));
    subflow.Expect(SynAck());
    subflow.Send(Ack().With(Keys()).Window(2840));
    peer.Wait(MilliSeconds(20));
    host.Write(Text(1, 4000));
    peer.Wait(MilliSeconds(200));
    subflow.Collect(MilliSeconds(10));
    subflow.Send(Ack().With(Dss().DataAck(2841)).Window(0));
    peer.Wait(Minutes(30));
    EXPECT_TRUE(host.HasError());
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
}

// ---- the window of two subflows (RFC 8684 3.3.4) ----

TEST_F(TwoLinkConversation, RightEdgeNeverMovesBackOnEitherSubflow)
{
    HostApplication::SetBuffers(100'000, 20'000);
    auto& first = OpenConnection();
    first.Send(Ack().With(Dss().DataAck(1)));
    auto& second = Join(1);
    second.Send(Ack().With(Dss().DataAck(1)));
    first.Collect(MilliSeconds(50));
    second.Collect(MilliSeconds(50));
    host.SetReading(false);
    uint64_t edge = 0;
    uint64_t next = 1;
    for (uint32_t i = 0; i < 16; ++i)
    {
        auto& subflow = i % 3 == 0 ? second : first;
        subflow.Send(
            Data(Text(next, 1000)).With(Dss().DataAck(1).Map(next, subflow.NextSeq(), 1000)));
        next += 1000;
        peer.Wait(MilliSeconds(i % 2 == 0 ? 1 : 20)); // the paths overtake each other
        if (i == 10)
        {
            host.Read(5000);
        }
        if (i == 12)
        {
            host.GetSocket()->SetAttribute("RcvBufSize", UintegerValue(4000));
        }
    }
    std::vector<Received> acks = first.Collect(MilliSeconds(500));
    const auto others = second.Collect(MilliSeconds(10));
    acks.insert(acks.end(), others.begin(), others.end());
    std::sort(acks.begin(), acks.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    ASSERT_GT(acks.size(), 8U);
    for (const auto& ack : acks)
    {
        const auto* dss = ack.Find<mptcp::Dss>();
        ASSERT_TRUE(dss && dss->dataAck);
        const uint64_t right = dss->dataAck->sequence + ack.windowBytes;
        EXPECT_GE(right, edge) << "at " << ack.at.As(Time::S);
        edge = std::max(edge, right);
    }
}

// ---- priority (RFC 8684 3.3.8) ----

class PriorityOfSubflows : public TwoLinkConversation
{
  protected:
    void Open(bool isSecondBackup = false)
    {
        first = &OpenConnection();
        first->Send(Ack().With(Dss().DataAck(1)));
        second = &peer.Open(1, HostApplication::PORT);
        second->Send(Syn().With(mptcp::JoinSyn{isSecondBackup, 1, HostToken(), OWN_NONCE}));
        const auto answer = second->Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
        second->Send(Ack().With(JoinCode(OWN_NONCE, answer.Find<mptcp::JoinSynAck>()->nonce)));
        second->Expect(Ack());
        second->Send(Ack().With(Dss().DataAck(1)));
        first->Collect(MilliSeconds(50));
        second->Collect(MilliSeconds(50));
    }

    [[nodiscard]] uint16_t IdOf(std::size_t index) const
    {
        return host.GetSocket()->GetSubflows()[index]->GetSubflowId().Value();
    }

    /// All that the host writes goes over `used`.
    void ExpectAllOn(PeerSubflow& used, PeerSubflow& spared)
    {
        host.Write(Text(next, 3000));
        peer.Wait(MilliSeconds(100));
        EXPECT_EQ(PayloadOf(used), 3000U);
        EXPECT_EQ(PayloadOf(spared), 0U);
        next += 3000;
        used.Send(Ack().With(Dss().DataAck(next)));
        peer.Wait(MilliSeconds(20));
    }

    static std::size_t PayloadOf(PeerSubflow& subflow)
    {
        std::size_t bytes = 0;
        for (const auto& segment : subflow.Collect(MilliSeconds(1)))
        {
            bytes += segment.payload.size();
        }
        return bytes;
    }

    PeerSubflow* first{nullptr};
    PeerSubflow* second{nullptr};
    uint64_t next{1};
};

TEST_F(PriorityOfSubflows, IsAskedForByMpPrioOnTheSubflow)
{
    Open();
    EXPECT_EQ(host.GetSocket()->SetSubflowBackup(IdOf(0), true), 0);
    first->Expect(Ack().With(mptcp::Priority{true}));
    second->ExpectSilence(MilliSeconds(100));
    EXPECT_EQ(CountOf(hostNode, mptcp::Mib::MPPrioTx), 1U);
    ExpectAllOn(*second, *first); // our own data obeys it too, as in Linux
    EXPECT_EQ(host.GetSocket()->SetSubflowBackup(IdOf(0), false), 0);
    first->Expect(Ack().With(mptcp::Priority{false}));
    EXPECT_EQ(host.GetSocket()->SetSubflowBackup(IdOf(1), true), 0);
    second->Expect(Ack().With(mptcp::Priority{true}));
    ExpectAllOn(*first, *second);
}

TEST_F(PriorityOfSubflows, OfAnUnknownSubflowIsAnError)
{
    Open();
    EXPECT_EQ(host.GetSocket()->SetSubflowBackup(77, true), -1);
    EXPECT_EQ(host.GetSocket()->GetErrno(), Socket::ERROR_INVAL);
    first->ExpectSilence(MilliSeconds(100));
}

TEST_F(PriorityOfSubflows, OfThePeerMovesTheDataAtOnce)
{
    Open();
    constexpr uint32_t SEGMENT = 1420;
    first->Send(Ack().With(Dss().DataAck(1)).With(mptcp::Priority{true}));
    peer.Wait(MilliSeconds(20));
    host.Write(Text(1, 30 * SEGMENT)); // ten fill the window of the second
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(PayloadOf(*first), 0U);
    EXPECT_EQ(PayloadOf(*second), 10U * SEGMENT);
    first->Send(Ack().With(Dss().DataAck(1)).With(mptcp::Priority{false})); // in the middle of it
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(PayloadOf(*first), 10U * SEGMENT);
}

TEST_F(PriorityOfSubflows, OfThePeerOverridesItsMpJoin)
{
    Open(true);
    ExpectAllOn(*first, *second);
    second->Send(Ack().With(Dss().DataAck(next)).With(mptcp::Priority{false}));
    first->Send(Ack().With(Dss().DataAck(next)).With(mptcp::Priority{true}));
    peer.Wait(MilliSeconds(20));
    ExpectAllOn(*second, *first);
}

TEST_F(PriorityOfSubflows, WishOfTheHostOutlivesThatOfThePeer)
{
    Open();
    host.GetSocket()->SetSubflowBackup(IdOf(0), true);
    first->Expect(Ack().With(mptcp::Priority{true}));
    first->Send(Ack().With(Dss().DataAck(1)).With(mptcp::Priority{false}));
    peer.Wait(MilliSeconds(20));
    ExpectAllOn(*second, *first);
}

// ---- urgent data (RFC 6182 6.1, RFC 8684 3.3.1) ----

/// "Incoming Urgent data ... delivered to the application analogous to Urgent data in regular TCP":
/// ns-3's TCP hands it out in line (as with SO_OOBINLINE), and so does a connection.
TEST_F(OneLinkConversation, UrgentDataIsDeliveredInLine)
{
    constexpr uint8_t URG = 0x20;
    auto& subflow = OpenConnection();
    auto urgent = Data("now!").With(Dss().DataAck(1).Map(4, 4, 4));
    urgent.flags |= URG;
    subflow.Send(Data("one").With(Dss().DataAck(1).Map(1, 1, 3)));
    subflow.Send(urgent);
    subflow.Send(Data("two").With(Dss().DataAck(1).Map(8, 8, 3)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "onenow!two");
    auto pointer = Ack().With(Dss().DataAck(1)); // urgent mode without data
    pointer.flags |= URG;
    subflow.Send(pointer);
    peer.Wait(Seconds(1));
    auto fin = Ack().With(Dss().DataAck(1).DataFin(11));
    fin.flags |= URG;
    subflow.Send(fin);
    subflow.ExpectLater(Ack().With(Dss().DataAck(12)));
    EXPECT_TRUE(host.HasPeerClosed());
    EXPECT_FALSE(host.HasError());
}

// ---- the end of a subflow ----

/// RFC 9293 3.10.7.4, TIME-WAIT: the acknowledgement of the peer's FIN was lost.
TEST_F(OneLinkConversation, RepeatedFinInTimeWaitIsAcknowledgedAgain)
{
    auto& subflow = OpenConnection();
    host.Close();
    subflow.Expect(Ack().With(Dss().DataFin(1)));
    subflow.Send(Ack().With(Dss().DataAck(2).DataFin(1)));
    subflow.Expect(Ack().With(Dss().DataAck(2)));
    subflow.Expect(Fin());
    const uint32_t number = subflow.NextSeq();
    subflow.Send(Fin());
    subflow.ExpectLater(Ack().AckNumber(number + 1));
    subflow.Collect(MilliSeconds(100));
    subflow.Send(Fin().Seq(number));
    subflow.ExpectLater(Ack().AckNumber(number + 1));
    EXPECT_EQ(host.GetSocket()->GetCloseCause(), mptcp::CloseCause::Orderly);
}

/// Half closed by the host while data of the peer waits behind a hole: no reason for a reset.
TEST_F(OneLinkConversation, HalfCloseOfPlainTcpWithDataOutOfOrder)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    subflow.Expect(SynAck());
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    subflow.Send(Data("late").Seq(5));
    peer.Wait(MilliSeconds(20));
    subflow.Collect(MilliSeconds(1));
    host.Write("bye");
    peer.Wait(MilliSeconds(20));
    host.ShutdownSend();
    subflow.Expect(Data("bye"));
    subflow.Send(Ack().Seq(1).AckNumber(4));
    subflow.Expect(Fin().Seq(4));
    subflow.Send(Data("very").Seq(1));
    subflow.ExpectLater(Ack().AckNumber(9));
    EXPECT_EQ(host.Received(), "verylate");
    EXPECT_FALSE(host.HasError());
}

TEST_F(TwoLinkConversation, DataOnOneSubflowAfterTheFinOfTheOther)
{
    auto& first = OpenConnection();
    first.Send(Ack().With(Dss().DataAck(1)));
    auto& second = Join(1);
    second.Send(Ack().With(Dss().DataAck(1)));
    first.Collect(MilliSeconds(50));
    // The FIN comes while data of both subflows is missing, some of it given to the closed one.
    second.Send(Data("cd").With(Dss().DataAck(1).Map(3, 1, 2)));
    first.Send(Fin());
    second.Send(Data("ab").With(Dss().DataAck(1).Map(1, 3, 2)));
    second.Send(Ack().With(Dss().DataAck(1).DataFin(5)));
    second.ExpectLater(Ack().With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "abcd");
    EXPECT_TRUE(host.HasPeerClosed());
}

} // namespace ns3::script
