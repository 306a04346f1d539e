// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// DSS checksums: who wants them gets them, what they cover, and what a wrong one leads to
/// (RFC 8684 3.1, 3.3.1, 3.7).
#include "conversation-fixture.h"
#include "core/wire/dss-checksum.h"

#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

constexpr uint32_t FULL_SEGMENT_BYTES = 1420; // of the fixture's links

/// RFC 8684 3.6: the reason of a subflow that the path has damaged.
constexpr mptcp::Reset DAMAGED{false, mptcp::ResetReason::MiddleboxInterference};

/// A received segment's mapping.
std::optional<mptcp::DssMapping>
MappingOf(const Received& segment)
{
    const auto* dss = segment.Find<mptcp::Dss>();
    return dss ? dss->mapping : std::nullopt;
}

} // namespace

// ---- who wants them (RFC 8684 3.1, flag A) ----

struct Wish
{
    const char* name;
    bool ofHost;
    bool ofPeer;
};

class ChecksumWish : public OneLinkConversation, public ::testing::WithParamInterface<Wish>
{
  protected:
    ChecksumWish()
    {
        if (GetParam().ofHost)
        {
            DemandChecksums();
        }
        peerUsesChecksums = GetParam().ofPeer;
        wanted = GetParam().ofHost || GetParam().ofPeer;
    }

    [[nodiscard]] mptcp::CapableFlags HostFlags(bool checksum) const
    {
        mptcp::CapableFlags flags;
        flags.checksumRequired = checksum;
        return flags;
    }

    bool wanted;
};

TEST_P(ChecksumWish, AsClient)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn().With(mptcp::CapableSyn{HostFlags(GetParam().ofHost), {}}));
    subflow.Send(SynAck().With(OwnKey()));
    const auto ack = subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    EXPECT_EQ(ack.Find<mptcp::CapableAck>()->flags, HostFlags(wanted));
    host.Write("hello");
    const auto data = subflow.Expect(Data("hello").With(Any<mptcp::CapableAck>()));
    const auto first = data.Find<mptcp::CapableAck>()->data;
    ASSERT_TRUE(first);
    EXPECT_EQ(first->dataLevelLengthBytes, 5);
    EXPECT_EQ(first->checksum.has_value(), wanted);
    subflow.Send(Ack().With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(20));
    host.Write("world");
    EXPECT_EQ(MappingOf(subflow.Expect(Data("world")))->checksum.has_value(), wanted);
}

TEST_P(ChecksumWish, AsServer)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(peer.Key())));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    EXPECT_EQ(answer.Find<mptcp::CapableSynAck>()->flags, HostFlags(wanted));
    peerUsesChecksums = wanted;
    subflow.Send(Ack().With(Keys()));
    peer.Wait(MilliSeconds(20));
    host.Write("hello");
    EXPECT_EQ(MappingOf(subflow.Expect(Data("hello")))->checksum.has_value(), wanted);
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         ChecksumWish,
                         ::testing::Values(Wish{"Nobody", false, false},
                                           Wish{"Host", true, false},
                                           Wish{"Peer", false, true},
                                           Wish{"Both", true, true}),
                         [](const auto& row) { return std::string(row.param.name); });

// ---- sending (RFC 8684 3.3.1) ----

class Checksummed : public TwoLinkConversation
{
  protected:
    Checksummed()
    {
        DemandChecksums();
        peerUsesChecksums = true;
    }

    [[nodiscard]] mptcp::Fail FailAt(uint64_t number) const
    {
        return {(peer.Numbers().peer + number).Value()};
    }

    /// MP_FAIL about what the host sends.
    [[nodiscard]] mptcp::Fail HostFailAt(uint64_t number) const
    {
        return {(peer.Numbers().host + number).Value()};
    }

    /// The peer's connection, and it has sent "hello"; the host knows that DSS get through.
    PeerSubflow& OpenAndGreet()
    {
        auto& subflow = OpenConnection();
        subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5).Over("hello")));
        subflow.ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(6)));
        EXPECT_EQ(host.Received(), "hello");
        return subflow;
    }

    /// As bytes 6 to 10, with a checksum over something else.
    static Segment Damaged()
    {
        return Data("WORLD").With(Dss().DataAck(1).Map(6, 6, 5).Over("world"));
    }
};

TEST_F(Checksummed, EachMappingHasTheChecksumOfItsData)
{
    auto& subflow = OpenConnection();
    const std::string text = Text(1, FULL_SEGMENT_BYTES + 7);
    host.Write(text);
    const std::string head = text.substr(0, FULL_SEGMENT_BYTES);
    const std::string tail = text.substr(FULL_SEGMENT_BYTES);
    subflow.ExpectLater(Data(head).With(Dss().Map(1, 1, FULL_SEGMENT_BYTES).Over(head)));
    subflow.Expect(
        Data(tail).With(Dss().Map(FULL_SEGMENT_BYTES + 1, FULL_SEGMENT_BYTES + 1, 7).Over(tail)));
}

TEST_F(Checksummed, FirstDataOfAClientHasItsChecksumInMpCapable)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    host.Write("hello");
    auto keys = mptcp::CapableAck{Flags(), peer.RemoteKey(), peer.Key(), {}};
    mptcp::DssChecksum checksum(peer.Numbers().host + 1, 1, 5);
    checksum.Add({reinterpret_cast<const uint8_t*>("hello"), 5});
    keys.data = mptcp::FirstData{5, checksum.Finish()};
    subflow.Expect(Data("hello").With(keys));
}

// RFC 8684 3.3.1: a mapping is not changed once declared, so its checksum has to fit it each time.
TEST_F(Checksummed, RetransmissionDeclaresTheSameMappings)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    const auto first = subflow.ExpectLater(Data("hello").With(Dss().Map(1, 1, 5).Over("hello")));
    host.Write("world"); // TCP may merge both when it sends them again
    subflow.ExpectLater(Data("world").With(Dss().Map(6, 6, 5).Over("world")));
    const auto again = subflow.ExpectLater(Data("hello").Seq(1));
    EXPECT_EQ(MappingOf(again), MappingOf(first));
    subflow.Send(Ack().AckNumber(6).With(Dss().DataAck(6)));
    subflow.ExpectLater(Data("world").Seq(6).With(Dss().Map(6, 6, 5).Over("world")));
}

TEST_F(Checksummed, DataFinAloneHasTheChecksumOfThePseudoHeader)
{
    auto& subflow = OpenConnection();
    host.ShutdownSend();
    subflow.ExpectLater(Ack().With(Dss().DataFin(1).Over(""))); // RFC 8684 3.3.3
}

TEST_F(Checksummed, DataFinWithDataCountsInTheLengthOnly)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    host.ShutdownSend();
    subflow.ExpectLater(Data("hello").With(Dss().MapWithFin(1, 1, 6).Over("hello")));
}

// ---- receiving what is right ----

TEST_F(Checksummed, MappingOfSeveralSegmentsIsDeliveredWhenItIsWhole)
{
    auto& subflow = OpenAndGreet();
    const auto mapping = Dss().DataAck(1).Map(6, 6, 10).Over("worldworld");
    subflow.Send(Data("world").With(mapping));
    subflow.ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
    subflow.Send(Data("world").With(mapping));
    subflow.ExpectLater(Ack().AckNumber(16).With(Dss().DataAck(16)));
    EXPECT_EQ(host.Received(), "helloworldworld");
}

// The narrow form says less than the checksum covers (RFC 8684 3.3.1).
TEST_F(Checksummed, NarrowNumbersAreVerifiedAsWideOnes)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5).Over("hello").Narrow()));
    subflow.ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(Checksummed, FirstDataInMpCapableIsVerified)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(peer.Key())));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    auto keys = Keys();
    mptcp::DssChecksum checksum(peer.Numbers().peer + 1, 1, 5);
    checksum.Add({reinterpret_cast<const uint8_t*>("hello"), 5});
    keys.data = mptcp::FirstData{5, checksum.Finish()};
    subflow.Send(Data("hello").With(keys));
    subflow.ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(Checksummed, FirstDataInMpCapableWithAWrongChecksumFails)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(peer.Key())));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    auto keys = Keys();
    mptcp::DssChecksum checksum(peer.Numbers().peer + 1, 1, 5);
    checksum.Add({reinterpret_cast<const uint8_t*>("hello"), 5});
    keys.data = mptcp::FirstData{5, static_cast<uint16_t>(checksum.Finish() + 1)};
    subflow.Send(Data("hello").With(keys));
    subflow.ExpectLater(Ack().AckNumber(6).With(FailAt(1)));
    EXPECT_EQ(host.Received(), "");
}

TEST_F(Checksummed, DataFinLearntLaterDoesNotContradictTheMapping)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("he").With(Dss().DataAck(1).Map(1, 1, 5).Over("hello")));
    subflow.Send(Data("llo").With(Dss().DataAck(1).MapWithFin(1, 1, 6).Over("hello")));
    subflow.ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(7)));
    EXPECT_EQ(host.Received(), "hello");
    EXPECT_TRUE(host.HasPeerClosed());
    EXPECT_EQ(Count(mptcp::Mib::DSSNotMatching), 0U);
}

TEST_F(Checksummed, DataFinWithAWrongChecksumIsIgnored)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Ack().With(Dss().DataAck(1).DataFin(6).Over("x")));
    peer.Wait(MilliSeconds(20));
    EXPECT_FALSE(host.HasPeerClosed());
    EXPECT_EQ(Count(mptcp::Mib::DataCsumErr), 1U);
    subflow.Send(Ack().With(Dss().DataAck(1).DataFin(6).Over("")));
    subflow.ExpectLater(Ack().With(Dss().DataAck(7)));
    EXPECT_TRUE(host.HasPeerClosed());
}

// ---- not as negotiated (RFC 8684 3.3) ----

TEST_F(Checksummed, MappingWithoutChecksumIsReset)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Data("world").With(Dss().DataAck(1).Map(6, 6, 5)));
    subflow.ExpectLater(Rst().With(mptcp::Reset{false, mptcp::ResetReason::MptcpSpecific}));
    EXPECT_EQ(host.Received(), "hello");
}

class Unchecked : public OneLinkConversation
{
};

TEST_F(Unchecked, MappingWithChecksumIsReset)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5).Over("hello")));
    subflow.ExpectLater(Rst().With(mptcp::Reset{false, mptcp::ResetReason::MptcpSpecific}));
    EXPECT_EQ(host.Received(), "");
}

// ---- a wrong one on the only subflow: MP_FAIL, then plain TCP (RFC 8684 3.7) ----

TEST_F(Checksummed, WrongOneIsAnsweredByMpFailAndNotAcknowledgedAsData)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Damaged());
    subflow.Expect(Ack().AckNumber(11).With(FailAt(6)).With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
    EXPECT_EQ(Count(mptcp::Mib::DataCsumErr), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPFailTx), 1U);
    // What follows is not trusted either, though its own checksum is right.
    subflow.Send(Data("again").With(Dss().DataAck(1).Map(11, 11, 5).Over("again")));
    subflow.ExpectLater(Ack().AckNumber(16).With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(Checksummed, AfterTheAnswerAllOfItIsDeliveredByPosition)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Damaged());
    subflow.Send(Data("again").With(Dss().DataAck(1).Map(11, 11, 5).Over("again")));
    subflow.ExpectLater(Ack().With(FailAt(6)));
    subflow.ExpectLater(Ack().AckNumber(16));
    subflow.Send(Ack().With(HostFailAt(1)));
    subflow.ExpectLater(Ack().AckNumber(16).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloWORLDagain");
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(Count(mptcp::Mib::MPFailRx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::DSSCorruptionFallback), 1U);
    subflow.Send(Data("plain"));
    subflow.ExpectLater(Ack().AckNumber(21).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloWORLDagainplain");
    host.Write("reverse");
    subflow.Expect(Data("reverse").WithoutMptcp());
}

TEST_F(Checksummed, InfiniteMappingIsAnAnswerToo)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Damaged());
    subflow.ExpectLater(Ack().With(FailAt(6)));
    subflow.Send(Data("more").With(Dss().MapForEver(6, 6).Over("")));
    subflow.ExpectLater(Ack().AckNumber(15).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloWORLDmore");
    EXPECT_EQ(Count(mptcp::Mib::InfiniteMapRx), 1U);
}

// The MP_FAIL in return is answer enough; Linux sends both and counts both.
TEST_F(Checksummed, InfiniteMappingBehindTheAnswerIsCountedOnce)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Damaged());
    subflow.ExpectLater(Ack().With(FailAt(6)));
    subflow.Send(Ack().With(HostFailAt(1)));
    const auto last = Data("more").Seq(11).With(Dss().MapForEver(6, 6).Over(""));
    subflow.Send(last);
    subflow.Send(last);
    subflow.ExpectLater(Ack().AckNumber(15).WithoutMptcp());
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.Received(), "helloWORLDmore");
    EXPECT_EQ(Count(mptcp::Mib::InfiniteMapRx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPFailRx), 1U);
}

// The answer may get lost, and the peer has none to repeat.
TEST_F(Checksummed, SegmentWithoutOptionsIsAnAnswerToo)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Damaged());
    subflow.ExpectLater(Ack().With(FailAt(6)));
    subflow.Send(Ack());
    subflow.ExpectLater(Ack().AckNumber(11).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloWORLD");
}

TEST_F(Checksummed, MpFailIsRepeatedUntilItIsAnswered)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Damaged());
    const auto first = subflow.Expect(Ack().With(FailAt(6)));
    const auto second = subflow.Expect(Ack().With(FailAt(6)));
    EXPECT_GE(second.at - first.at, MilliSeconds(100));
    EXPECT_LE(second.at - first.at, Seconds(1)) << "before the peer sends the data once more";
    subflow.Send(Ack().With(HostFailAt(1)));
    subflow.ExpectLater(Ack().AckNumber(11).WithoutMptcp());
    subflow.ExpectSilence(Seconds(5));
}

TEST_F(Checksummed, UnansweredMpFailEndsTheSubflow)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Damaged());
    auto segments = subflow.Collect(Seconds(120));
    ASSERT_FALSE(segments.empty());
    EXPECT_EQ(segments.back().flags, RST);
    EXPECT_NE(segments.back().Find<mptcp::Fail>(), nullptr);
    EXPECT_EQ(host.Received(), "hello");
}

// ---- the other end of it ----

TEST_F(Checksummed, MpFailIsAnsweredAndTheNextDataHasAnInfiniteMapping)
{
    auto& subflow = OpenAndGreet();
    host.Write("first");
    subflow.ExpectLater(Data("first").With(Dss().Map(1, 1, 5).Over("first")));
    subflow.Send(Ack().With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(20));
    host.Write("second");
    subflow.Expect(Data("second").With(Dss().Map(6, 6, 6).Over("second")));
    subflow.Send(Ack().With(HostFailAt(6)).With(Dss().DataAck(6)));
    subflow.Expect(Ack().With(FailAt(6))); // with what the host expects next
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    host.Write("third");
    // From what was acknowledged last, and with checksum 0 (RFC 8684 3.3.1).
    subflow.Expect(Data("third").Seq(12).With(Dss().MapForEver(6, 6).Over("")));
    host.Write("fourth");
    subflow.Send(Ack());
    subflow.Expect(Data("fourth").WithoutMptcp());
    EXPECT_EQ(Count(mptcp::Mib::MPFailRx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPFailTx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::InfiniteMapTx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::DSSCorruptionFallback), 1U);
}

// Two such ends would answer each other's acknowledgements for ever (RFC 9293 3.10.7.4: an ACK that
// is acceptable and brings nothing is not answered).
TEST_F(Checksummed, AfterMpFailAnAcknowledgementIsNotAnswered)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Ack().With(HostFailAt(1)));
    subflow.Expect(Ack().With(FailAt(6)));
    subflow.Send(Ack());
    subflow.Send(Ack());
    subflow.ExpectSilence(Seconds(1));
}

TEST_F(Checksummed, AfterMpFailWithADataFinAnAcknowledgementIsNotAnswered)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Ack().With(Dss().DataFin(6).Over("").Narrow()).With(HostFailAt(1)));
    subflow.ExpectLater(Ack().With(Any<mptcp::Fail>()));
    EXPECT_TRUE(host.HasPeerClosed());
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    subflow.Collect(MilliSeconds(50));
    subflow.Send(Ack());
    subflow.Send(Ack());
    subflow.ExpectSilence(Seconds(1));
}

TEST_F(Checksummed, AfterTheAnswerToMpFailAnAcknowledgementIsNotAnswered)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Damaged());
    subflow.ExpectLater(Ack().With(FailAt(6)));
    subflow.Send(Ack().With(HostFailAt(1)));
    subflow.ExpectLater(Ack().AckNumber(11).WithoutMptcp());
    subflow.Send(Ack());
    subflow.Send(Ack());
    subflow.ExpectSilence(Seconds(1));
}

// RFC 8684 3.7: only subflow ACKs clear the send buffer after an infinite mapping.
TEST_F(Checksummed, AfterMpFailSubflowAcknowledgementsFreeData)
{
    auto& subflow = OpenAndGreet();
    host.Write("first");
    subflow.ExpectLater(Data("first"));
    EXPECT_EQ(host.UnacknowledgedBytes(), 5U);
    subflow.Send(Ack().With(HostFailAt(1)));
    subflow.Expect(Ack().With(FailAt(6)));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

TEST_F(Checksummed, InfiniteMappingIsRetransmittedWithItsData)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Ack().With(HostFailAt(1)));
    subflow.Expect(Ack().With(FailAt(6)));
    host.Write("first");
    subflow.Expect(Data("first").With(Dss().MapForEver(1, 1).Over("")));
    subflow.ExpectLater(Data("first").Seq(1).With(Dss().MapForEver(1, 1).Over("")));
    EXPECT_EQ(Count(mptcp::Mib::InfiniteMapTx), 1U);
}

TEST_F(Checksummed, RepeatedMpFailGetsAnAcknowledgementWithoutOptions)
{
    auto& subflow = OpenAndGreet();
    subflow.Send(Ack().With(HostFailAt(1)));
    subflow.Expect(Ack().With(FailAt(6)));
    subflow.Send(Ack().With(HostFailAt(1)));
    subflow.Expect(Ack().WithoutMptcp());
    subflow.ExpectSilence(Seconds(3));
}

// RFC 8684 3.7: "In the rare case that the data is not contiguous".
TEST_F(Checksummed, MpFailWithRepeatedDataUnderWayEndsTheSubflow)
{
    auto& subflow = OpenAndGreet();
    host.Write("first");
    subflow.ExpectLater(Data("first").With(Dss().Map(1, 1, 5).Over("first")));
    subflow.Send(Ack().With(Dss().DataAck(1))); // TCP has it, MPTCP does not
    subflow.ExpectLater(Data("first").Seq(6).With(Dss().Map(1, 6, 5).Over("first")));
    subflow.Send(Ack().AckNumber(6).With(HostFailAt(1)));
    subflow.ExpectLater(Rst().With(FailAt(6)).With(DAMAGED));
    EXPECT_EQ(Count(mptcp::Mib::FallbackFailed), 1U);
}

// ---- several subflows: the damaged one goes (RFC 8684 3.7) ----

class ChecksummedTwo : public Checksummed
{
  protected:
    void Open()
    {
        first = &OpenAndGreet();
        second = &Join(1);
        second->Send(Ack().With(Dss().DataAck(1)));
        first->Collect(MilliSeconds(50));
        second->Collect(MilliSeconds(50));
    }

    PeerSubflow* first{nullptr};
    PeerSubflow* second{nullptr};
};

TEST_F(ChecksummedTwo, LaterSubflowsFollowTheFirst)
{
    Open();
    second->Send(Data("world").With(Dss().DataAck(1).Map(6, 1, 5).Over("world")));
    second->ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
    EXPECT_EQ(Count(mptcp::Mib::DataCsumErr), 0U);
}

TEST_F(ChecksummedTwo, DamagedSubflowIsResetWithMpFailAndTheDataTakenFromTheOther)
{
    Open();
    second->Send(Data("WORLD").With(Dss().DataAck(1).Map(6, 1, 5).Over("world")));
    second->ExpectLater(Rst().With(FailAt(6)).With(DAMAGED));
    EXPECT_EQ(host.Received(), "hello");
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
    first->Send(Data("world").With(Dss().DataAck(1).Map(6, 6, 5).Over("world")));
    first->ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(Count(mptcp::Mib::DataCsumErr), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPFailTx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPRstTx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::DSSCorruptionReset), 1U);
}

TEST_F(ChecksummedTwo, FirstSubflowGoesAsWell)
{
    Open();
    first->Send(Damaged());
    first->ExpectLater(Rst().With(FailAt(6)).With(DAMAGED));
    second->Send(Data("world").With(Dss().DataAck(1).Map(6, 1, 5).Over("world")));
    second->ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
}

TEST_F(ChecksummedTwo, WhatThePeerFoundDamagedIsSentOnTheOther)
{
    Open();
    host.Write("first");
    PeerSubflow* carrier = first;
    PeerSubflow* other = second;
    if (carrier->Collect(MilliSeconds(50)).empty())
    {
        std::swap(carrier, other);
    }
    carrier->Send(Rst().With(HostFailAt(1)).With(DAMAGED));
    other->ExpectLater(Data("first").With(Dss().Map(1, 1, 5).Over("first")));
    EXPECT_EQ(Count(mptcp::Mib::MPFailRx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPRstRx), 1U);
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
}

TEST_F(ChecksummedTwo, MpFailWithoutAResetEndsTheSubflow)
{
    Open();
    second->Send(Ack().With(HostFailAt(1)));
    second->ExpectLater(Rst().With(FailAt(6)).With(DAMAGED));
    EXPECT_EQ(Count(mptcp::Mib::FallbackFailed), 1U);
    first->Send(Data("world").With(Dss().DataAck(1).Map(6, 6, 5).Over("world")));
    first->ExpectLater(Ack().With(Dss().DataAck(11)));
}

// The last one left may fall back again: what the others carried has all arrived.
TEST_F(ChecksummedTwo, AfterOneIsGoneTheOtherFallsBack)
{
    Open();
    second->Send(Data("WORLD").With(Dss().DataAck(1).Map(6, 1, 5).Over("world")));
    second->ExpectLater(Rst().With(FailAt(6)));
    first->Send(Damaged());
    first->ExpectLater(Ack().AckNumber(11).With(FailAt(6)));
    first->Send(Ack().With(HostFailAt(1)));
    first->ExpectLater(Ack().WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloWORLD");
}

} // namespace ns3::script
