// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Data and its mappings in both directions, on one subflow and across two.
#include "conversation-fixture.h"

#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

constexpr uint32_t SEGMENT_BYTES = 1420; // MTU less 40 bytes of IPv4 and TCP and 40 of options

} // namespace

using Receiving = OneLinkConversation;
using Sending = OneLinkConversation;

// ---- receiving ----

TEST_F(Receiving, WideAndNarrowNumbersMayAlternate)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("wide.").With(Dss().DataAck(1).Map(1, 1, 5))); // RFC 8684 3.3, flags a and m
    subflow.ExpectLater(Ack().With(Dss().DataAck(6)));
    subflow.Send(Data("narrow").With(Dss().DataAck(1).Map(6, 6, 6).Narrow()));
    subflow.ExpectLater(Ack().With(Dss().DataAck(12)));
    EXPECT_EQ(host.Received(), "wide.narrow");
}

TEST_F(Receiving, OneMappingMayCoverSeveralSegments)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 15)));
    subflow.Send(Data("world").With(Dss().DataAck(1)));
    subflow.Send(Data("12345"));
    subflow.ExpectLater(Ack().AckNumber(16).With(Dss().DataAck(16)));
    EXPECT_EQ(host.Received(), "helloworld12345");
}

TEST_F(Receiving, MappingMayBeRepeated)
{
    auto& subflow = OpenConnection();
    for (const char* piece : {"hello", "world", "12345"})
    {
        subflow.Send(Data(piece).With(Dss().DataAck(1).Map(1, 1, 15)));
    }
    subflow.ExpectLater(Ack().AckNumber(16).With(Dss().DataAck(16)));
    EXPECT_EQ(host.Received(), "helloworld12345");
}

TEST_F(Receiving, MappingMayComeBeforeItsData)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.Send(Data("hello").With(Dss().DataAck(1)));
    subflow.ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(Receiving, MappingMayComeShortlyAfterItsData)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1)));
    subflow.ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(1)));
    subflow.Send(Ack().With(Dss().DataAck(1).Map(1, 1, 5))); // RFC 8684 3.3.1, last paragraph
    subflow.ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(Receiving, RetransmissionWithOtherBoundaries)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.Send(Data("lloworld").Seq(3).With(Dss().DataAck(1).Map(3, 3, 8)));
    subflow.ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
}

TEST_F(Receiving, HoleInTheSubflowIsFilled)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("world").Seq(6).With(Dss().DataAck(1).Map(6, 6, 5)));
    subflow.Expect(Ack().AckNumber(1).With(Dss().DataAck(1)));
    subflow.Send(Data("hello").Seq(1).With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.Expect(Ack().AckNumber(11).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
}

TEST_F(Receiving, SackBlocksMakeRoomForTheDataAck)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1)));
    constexpr int ISLANDS = 5;
    for (uint32_t i = 1; i <= ISLANDS; ++i)
    {
        const uint32_t at = 1 + 20 * i;
        subflow.Send(Data("islet").Seq(at).With(Dss().DataAck(1).Map(at, at, 5)));
    }
    // 40 bytes: timestamp 10, DATA_ACK 12, two blocks 18 (RFC 8684 Appendix A).
    for (std::size_t i = 1; i <= ISLANDS; ++i)
    {
        const auto ack = subflow.Expect(Ack().AckNumber(1).With(Dss().DataAck(1)));
        EXPECT_EQ(ack.sackBlocks, std::min<std::size_t>(i, 2));
    }
}

TEST_F(Receiving, WithoutTimestampsMoreSackBlocksFit)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.SetOffers(false, true);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    EXPECT_FALSE(subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>())).timestamp);
    subflow.Send(Ack().With(Keys()));
    for (uint32_t at : {21U, 41U, 61U, 81U})
    {
        subflow.Send(Data("islet").Seq(at).With(Dss().DataAck(1).Map(at, at, 5)));
    }
    const auto acks = subflow.Collect(MilliSeconds(300));
    ASSERT_EQ(acks.size(), 4U);
    EXPECT_EQ(acks.back().sackBlocks, 3U); // 28 bytes for 26
    EXPECT_NE(acks.back().Find<mptcp::Dss>(), nullptr);
}

TEST_F(Receiving, StreamPassesTheWrapOfTheLowerHalf)
{
    // RFC 8684 3.3.1: 32-bit numbers are the lower half of a 64-bit one.
    mptcp::Key key;
    for (uint64_t candidate = 1;; ++candidate)
    {
        key = mptcp::Key(candidate);
        if (mptcp::DeriveInitialDataSequence(key).Low() > UINT32_MAX - 8000)
        {
            break;
        }
    }
    peer.SetKey(key);
    auto& subflow = OpenConnection();
    constexpr uint32_t PIECE = 1000;
    // Last first, so that numbers behind the wrap arrive while those before it are expected.
    for (uint32_t first = 19 * PIECE + 1;; first -= PIECE)
    {
        subflow.Send(Data(Text(first, PIECE))
                         .Seq(first)
                         .With(Dss().DataAck(1).Map(first, first, PIECE).Narrow()));
        if (first == 1)
        {
            break;
        }
    }
    subflow.Skip(20 * PIECE);
    subflow.ExpectLater(Ack().With(Dss().DataAck(20 * PIECE + 1)));
    EXPECT_EQ(host.Received(), Text(1, 20 * PIECE));
    subflow.Send(Ack().With(Dss().DataAck(1).DataFin(20 * PIECE + 1).Narrow()));
    subflow.Expect(Ack().With(Dss().DataAck(20 * PIECE + 2)));
    EXPECT_TRUE(host.HasPeerClosed());
}

// ---- what must not move the connection ----

TEST_F(Receiving, SegmentWithoutTheNegotiatedTimestampIsIgnored)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    subflow.Expect(Data("hello").With(Dss().Map(1, 1, 5)));
    subflow.Send(Ack().With(Dss().DataAck(6)).WithoutTimestamp()); // RFC 7323 3.2
    peer.Wait(MilliSeconds(100));
    EXPECT_EQ(host.UnacknowledgedBytes(), 5U);
    subflow.Send(Data("forged").Seq(1).With(Dss().DataAck(6).Map(1, 1, 6)).WithoutTimestamp());
    peer.Wait(MilliSeconds(100));
    EXPECT_EQ(host.Received(), "");
    subflow.Send(Ack().With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(100));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

TEST_F(Receiving, SegmentOutsideTheWindowChangesNothing)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    subflow.Expect(Data("hello").With(Dss().Map(1, 1, 5)));
    constexpr uint32_t BEYOND = 1000000;
    subflow.Send(Ack().Seq(BEYOND).With(Dss().DataAck(6)));
    subflow.Send(Ack().Seq(BEYOND).With(Dss().DataAck(6).DataFin(1)));
    peer.Wait(MilliSeconds(100));
    EXPECT_EQ(host.UnacknowledgedBytes(), 5U);
    EXPECT_FALSE(host.HasPeerClosed());
}

TEST_F(Receiving, AcknowledgementOfWhatTcpNeverSentChangesNothing)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    subflow.Expect(Data("hello").With(Dss().Map(1, 1, 5)));
    subflow.Send(Ack().AckNumber(4000).With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(100));
    EXPECT_EQ(host.UnacknowledgedBytes(), 5U);
}

TEST_F(Receiving, OldSegmentChangesNothing)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(6)));
    host.Write("answer");
    subflow.Expect(Data("answer").With(Dss().Map(1, 1, 6)));
    // Wholly before what is expected next: TCP only acknowledges it.
    subflow.Send(Data("h").Seq(1).With(Dss().DataAck(7).DataFin(6)));
    peer.Wait(MilliSeconds(100));
    EXPECT_EQ(host.UnacknowledgedBytes(), 6U);
    EXPECT_FALSE(host.HasPeerClosed());
}

TEST_F(Receiving, DataAckOfDataNeverSentChangesNothing)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    subflow.Expect(Data("hello").With(Dss().Map(1, 1, 5)));
    subflow.Send(Ack().With(Dss().DataAck(100)));
    peer.Wait(MilliSeconds(100));
    EXPECT_EQ(host.UnacknowledgedBytes(), 5U);
    subflow.Send(Ack().With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(100));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

TEST_F(Receiving, ImpossibleDataFinChangesNothing)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(6)));
    subflow.Send(Ack().With(Dss().DataAck(1).DataFin(3))); // before data that has come
    peer.Wait(MilliSeconds(100));
    EXPECT_FALSE(host.HasPeerClosed());
    subflow.Send(Data("more").With(Dss().DataAck(1).Map(6, 6, 4)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(10)));
}

struct Malformed
{
    const char* name;
    std::vector<uint8_t> bytes;
};

void
PrintTo(const Malformed& row, std::ostream* os)
{
    *os << row.name;
}

class ReceivingMalformed : public Receiving, public ::testing::WithParamInterface<Malformed>
{
};

TEST_P(ReceivingMalformed, OptionIsIgnored)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(6)));
    // Alone, and behind a good one.
    subflow.Send(Ack().With(RawOption{GetParam().bytes}));
    subflow.Send(Data("world").With(Dss().Map(6, 6, 5)).With(RawOption{GetParam().bytes}));
    subflow.ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
    EXPECT_FALSE(host.HasError());
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
}

// Length bytes below 2 or beyond the header stay out: they end in ns-3's own TcpHeader already.
INSTANTIATE_TEST_SUITE_P(
    Rfc8684Section3,
    ReceivingMalformed,
    ::testing::Values(Malformed{"NoSubtype", {30, 2}},
                      Malformed{"UnknownSubtype", {30, 4, 0x90, 0}},
                      Malformed{"PrivateSubtype", {30, 4, 0xf0, 0}},
                      Malformed{"DssTooShort", {30, 3, 0x20}},
                      Malformed{"DssLengthAgainstItsFlags", {30, 6, 0x20, 0x1f, 0, 0}},
                      Malformed{"CapableOfOddLength", {30, 5, 0x01, 0x01, 0}},
                      Malformed{"JoinOnAnAck", {30, 12, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
                      Malformed{"EmptyRemoveAddress", {30, 3, 0x40}},
                      Malformed{"UnknownKind", {253, 4, 1, 2}}),
    [](const auto& row) { return std::string(row.param.name); });

// ---- sending ----

TEST_F(Sending, EachSegmentDeclaresItsMapping)
{
    auto& subflow = OpenConnection();
    host.Write(Text(1, 3 * SEGMENT_BYTES));
    for (uint32_t first = 1; first < 3 * SEGMENT_BYTES; first += SEGMENT_BYTES)
    {
        subflow.Expect(Data(Text(first, SEGMENT_BYTES))
                           .Seq(first)
                           .With(Dss().DataAck(1).Map(first, first, SEGMENT_BYTES)));
    }
    subflow.Send(Ack().With(Dss().DataAck(3 * SEGMENT_BYTES + 1)));
    peer.Wait(MilliSeconds(10));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

TEST_F(Sending, NarrowDataAckIsUnderstood)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    subflow.Expect(Data("hello"));
    subflow.Send(Ack().With(Dss().DataAck(6).Narrow()));
    peer.Wait(MilliSeconds(10));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

TEST_F(Sending, SubflowAcknowledgementAloneFreesNothing)
{
    // RFC 8684 3.3.2: only the DATA_ACK tells that the data may be forgotten.
    auto& subflow = OpenConnection();
    host.Write("hello");
    subflow.Expect(Data("hello").Seq(1).With(Dss().Map(1, 1, 5)));
    subflow.Send(Ack().AckNumber(6).With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(100));
    EXPECT_EQ(host.UnacknowledgedBytes(), 5U);
    // RFC 8684 3.3.6: the data level sends it again, as new data of the subflow.
    subflow.Expect(Data("hello").Seq(6).With(Dss().Map(1, 6, 5)));
    subflow.Send(Ack().AckNumber(11).With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(100));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

TEST_F(Sending, RetransmissionDeclaresTheMappingAgain)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    const auto first = subflow.Expect(Data("hello").Seq(1).With(Dss().Map(1, 1, 5)));
    const auto second = subflow.Expect(Data("hello").Seq(1).With(Dss().Map(1, 1, 5)));
    EXPECT_EQ(second.at - first.at, Seconds(1)); // RFC 6298 2.4
}

TEST_F(Sending, MergedRetransmissionIsMappedAsAWhole)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    subflow.Expect(Data("hello").Seq(1).With(Dss().Map(1, 1, 5)));
    host.Write("world");
    subflow.Expect(Data("world").Seq(6).With(Dss().Map(6, 6, 5)));
    subflow.Expect(Data("helloworld").Seq(1).With(Dss().Map(1, 1, 10)));
    // Part of it had arrived.
    subflow.Send(Ack().AckNumber(4).With(Dss().DataAck(4)));
    subflow.ExpectLater(Data("loworld").Seq(4).With(Dss().Map(4, 4, 7)));
}

// ---- sending while TCP goes back to what was lost ----

class GoingBack : public OneLinkConversation
{
  protected:
    /// Eight segments got lost; the first of them has come once more, and more are on their way.
    PeerSubflow& LoseAndRepeat()
    {
        auto& subflow = OpenConnection();
        host.Write(Text(1, 8 * SEGMENT_BYTES));
        subflow.ExpectLater(Data(Text(7 * SEGMENT_BYTES + 1, SEGMENT_BYTES)));
        subflow.Expect(Data(Text(1, SEGMENT_BYTES)).Seq(1));
        subflow.Send(Ack().AckNumber(HELD).With(Dss().DataAck(HELD)));
        subflow.Expect(Data(Text(SEGMENT_BYTES + 1, SEGMENT_BYTES)).Seq(SEGMENT_BYTES + 1));
        subflow.Collect(MilliSeconds(50));
        return subflow;
    }

    static constexpr uint32_t HELD = SEGMENT_BYTES + 1; //!< what the peer acknowledges
    static constexpr uint32_t NEXT = 8 * SEGMENT_BYTES + 1;
};

// RFC 9293 3.10.7.4: SND.NXT. A peer takes nothing that begins before what it waits for, so it
// would miss the options when the segments between arrive first.
TEST_F(GoingBack, AcknowledgementHasTheNextNumber)
{
    auto& subflow = LoseAndRepeat();
    subflow.Send(Data("hello").AckNumber(HELD).With(Dss().DataAck(HELD).Map(1, 1, 5)));
    subflow.Send(Data("world").AckNumber(HELD).With(Dss().DataAck(HELD).Map(6, 6, 5)));
    subflow.Expect(Ack().AckNumber(11).Seq(NEXT).With(Dss().DataAck(11)));
}

TEST_F(GoingBack, ResetHasTheNextNumber)
{
    auto& subflow = LoseAndRepeat();
    host.GetSocket()->Abort();
    subflow.Expect(Rst().Seq(NEXT).With(Any<mptcp::FastClose>()));
}

// ---- two subflows ----

class TwoSubflows : public ConversationTest
{
  protected:
    TwoSubflows()
        : ConversationTest(2, "ns3::MptcpRoundRobin")
    {
    }

    /// Opened by the peer, both established; announcements of the host are read.
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

TEST_F(TwoSubflows, StreamIsPutTogetherAcrossThem)
{
    Open();
    second->Send(Data("world").Seq(1).With(Dss().DataAck(1).Map(6, 1, 5)));
    second->Expect(Ack().AckNumber(6).With(Dss().DataAck(1)));
    EXPECT_EQ(host.Received(), "");
    first->Send(Data("hello").Seq(1).With(Dss().DataAck(1).Map(1, 1, 5)));
    first->Expect(Ack().AckNumber(6).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
}

TEST_F(TwoSubflows, SameDataOnBothCountsOnce)
{
    Open();
    first->Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    second->Send(Data("helloworld").With(Dss().DataAck(1).Map(1, 1, 10)));
    second->ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
}

TEST_F(TwoSubflows, RetransmissionEndsWhereTheMappingEnds)
{
    Open();
    for (const char* piece : {"aaaaa", "bbbbb", "ccccc"})
    {
        host.Write(piece);
        peer.Wait(MilliSeconds(1));
    }
    // Round robin: a and c leave on the first, b on the second.
    first->Expect(Data("aaaaa").Seq(1).With(Dss().Map(1, 1, 5)));
    second->Expect(Data("bbbbb").Seq(1).With(Dss().Map(6, 1, 5)));
    first->Expect(Data("ccccc").Seq(6).With(Dss().Map(11, 6, 5)));
    second->Send(Ack().With(Dss().DataAck(1)));
    // The time-out sends the first segment only, although TCP would have merged both.
    first->Expect(Data("aaaaa").Seq(1).With(Dss().Map(1, 1, 5)));
}

TEST_F(TwoSubflows, DataAckOnEitherCounts)
{
    Open();
    host.Write("hello");
    peer.Wait(MilliSeconds(10));
    first->Expect(Data("hello").With(Dss().Map(1, 1, 5)));
    second->Send(Ack().With(Dss().DataAck(6))); // RFC 8684 3.3.2
    peer.Wait(MilliSeconds(10));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

TEST_F(TwoSubflows, TimeoutReinjectsOnTheOtherAndRetransmits)
{
    Open();
    host.Write("hello");
    first->Expect(Data("hello").Seq(1).With(Dss().Map(1, 1, 5)));
    // RFC 8684 3.3.6: the subflow retransmits, and the other carries the same data.
    first->Expect(Data("hello").Seq(1).With(Dss().Map(1, 1, 5)));
    second->Expect(Data("hello").Seq(1).With(Dss().Map(1, 1, 5)));
    second->Send(Ack().With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(10));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
    // The first subflow's TCP still has its own duty.
    first->Expect(Data("hello").Seq(1).With(Dss().DataAck(1).Map(1, 1, 5)));
    first->Send(Ack().With(Dss().DataAck(6)));
    first->ExpectSilence(Seconds(10));
    second->ExpectSilence(Seconds(1));
}

TEST_F(TwoSubflows, TimeoutReinjectsAllThatIsNotDataAcknowledged)
{
    Open();
    const std::string a(SEGMENT_BYTES, 'a');
    const std::string b(SEGMENT_BYTES, 'b');
    const std::string c(SEGMENT_BYTES, 'c');
    for (const auto& piece : {a, b, c})
    {
        host.Write(piece);
        peer.Wait(MilliSeconds(1));
    }
    first->Expect(Data(a));
    second->Expect(Data(b));
    first->Expect(Data(c));
    second->Send(Ack().With(Dss().DataAck(1)));
    const auto again = first->Expect(Data(a).Seq(1));
    const auto hole = second->Expect(Data(a).With(Dss().Map(1, 1 + SEGMENT_BYTES, SEGMENT_BYTES)));
    const auto rest = second->Expect(
        Data(c).With(Dss().Map(1 + 2 * SEGMENT_BYTES, 1 + 2 * SEGMENT_BYTES, SEGMENT_BYTES)));
    EXPECT_LT(hole.at - again.at, MilliSeconds(10));
    EXPECT_LT(rest.at - again.at, MilliSeconds(10));
}

TEST_F(TwoSubflows, ResetReinjectsOnTheOther)
{
    Open();
    host.Write("hello");
    first->Expect(Data("hello").Seq(1).With(Dss().Map(1, 1, 5)));
    first->Send(RstAck());
    second->Expect(Data("hello").Seq(1).With(Dss().Map(1, 1, 5)));
    second->Send(Ack().With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(10));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
    EXPECT_FALSE(host.HasError());
    // And the peer's stream goes on there.
    second->Send(Data("answer").With(Dss().DataAck(6).Map(1, 1, 6)));
    second->ExpectLater(Ack().With(Dss().DataAck(7)));
    EXPECT_EQ(host.Received(), "answer");
}

} // namespace ns3::script
