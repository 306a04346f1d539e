// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Joins that lose segments of their handshake, or the first data after it, in the middle of a
/// transfer over another path.
#include "segment-meddler.h"
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/uinteger.h"

#include <functional>

namespace ns3
{
namespace
{

/// The second of two paths loses what a test says; both take 40 ms there and back.
class LossyJoin : public TransferTest
{
  protected:
    using Segment = SegmentMeddler::Segment;

    enum Receiver : uint32_t
    {
        CLIENT,
        SERVER
    };

    static bool IsSyn(const Segment& segment)
    {
        return segment.Has(Segment::SYN);
    }

    /// Loses the first `count` segments like that on the second path.
    void Lose(Receiver receiver, const std::function<bool(const Segment&)>& which, int count)
    {
        auto left = std::make_shared<int>(count);
        SegmentMeddler::On(m_topology->Link(1).Get(receiver), [which, left](Segment& segment) {
            if (which(segment) && (*left)-- > 0)
            {
                segment.isLost = true;
            }
        });
    }

    /// Of the second path; null before there is one.
    [[nodiscard]] Ptr<MptcpSubflow> JoinOf(Ptr<StreamEndpoint> endpoint) const
    {
        const auto socket = SocketOf(endpoint);
        const auto subflows = socket ? socket->GetSubflows() : std::vector<Ptr<MptcpSubflow>>();
        return subflows.size() > 1 ? subflows.back() : nullptr;
    }

    /// Runs until the join may carry data; when that is.
    Time RunUntilJoined(Time limit)
    {
        while (Simulator::Now() < limit)
        {
            RunUntil(Simulator::Now() + MilliSeconds(1));
            const auto join = JoinOf(m_client);
            if (join && join->IsUsable())
            {
                return Simulator::Now();
            }
        }
        ADD_FAILURE() << "no join";
        return limit;
    }
};

// RFC 7323 4.3: TSecr is of the latest SYN, so that the round trip does not include the wait for
// it. The server repeats the SYN/ACK on its own at the same time; that one answers the first SYN.
TEST_F(LossyJoin, RoundTripIsThatOfTheSynThatWasAnswered)
{
    Build(Kind::Disjoint);
    Lose(CLIENT, IsSyn, 2);
    StartTransfer(8'000'000, 0);
    RunUntilJoined(Seconds(4));
    const Time roundTrip = ToTime(JoinOf(m_client)->Snapshot().smoothedRtt);
    EXPECT_GE(roundTrip, MilliSeconds(40));
    EXPECT_LE(roundTrip, MilliSeconds(42)); // timestamps count milliseconds
    EXPECT_EQ(JoinOf(m_client)->RetransmissionTimeout(), Seconds(1)); // ns-3's least
}

// RFC 6298 3 (Karn): an answer to one of several SYNs is no measurement unless timestamps say so.
TEST_F(LossyJoin, AnswerToTheFirstOfTwoSynsIsNoMeasurement)
{
    Build(Kind::Disjoint);
    Lose(CLIENT, IsSyn, 1);
    StartTransfer(8'000'000, 0);
    const Time at = RunUntilJoined(Seconds(4));
    EXPECT_GT(at, Seconds(3)); // ns-3's ConnTimeout
    EXPECT_LT(JoinOf(m_client)->RetransmissionTimeout(), Seconds(1.1));
    RunUntil(at + MilliSeconds(60));
    const Time roundTrip = ToTime(JoinOf(m_client)->Snapshot().smoothedRtt);
    EXPECT_GT(roundTrip, MilliSeconds(39));
    EXPECT_LT(roundTrip, MilliSeconds(120));
}

// A join without a measurement paces by ns-3's first estimate; by nothing, it would divide by zero.
TEST_F(LossyJoin, PacesWithoutAMeasurement)
{
    Config::SetDefault("ns3::TcpSocketState::EnablePacing", BooleanValue(true));
    Build(Kind::Disjoint);
    Lose(CLIENT, IsSyn, 1);
    StartTransfer(8'000'000, 0);
    const Time at = RunUntilJoined(Seconds(4));
    EXPECT_GT(at, Seconds(3));
    EXPECT_EQ(JoinOf(m_client)->Snapshot().smoothedRtt.count(), 0) << "otherwise nothing is tested";
    RunUntil(at + Seconds(1));
    EXPECT_GT(PathBytes(1), 20'000U);
}

// The same for the host that accepts, whose SYN/ACK is repeated when the third ACK does not come.
TEST_F(LossyJoin, RepeatedSynAckIsNoMeasurementForTheServer)
{
    Build(Kind::Disjoint);
    // Third ACKs, until the server has repeated its SYN/ACK after three seconds.
    Lose(
        SERVER,
        [](const Segment& segment) { return !IsSyn(segment) && Simulator::Now() < Seconds(3.3); },
        1000);
    StartTransfer(0, 8'000'000);
    RunUntilJoined(Seconds(6));
    RunUntil(Simulator::Now() + MilliSeconds(1));
    ASSERT_NE(JoinOf(m_server), nullptr);
    EXPECT_LT(JoinOf(m_server)->RetransmissionTimeout(), Seconds(1.5));
}

// RFC 8684 3.2: the third packet is repeated until the fourth arrives. As in Linux, after twice the
// round trip.
TEST_F(LossyJoin, ThirdPacketIsRepeatedAfterTwoRoundTrips)
{
    Build(Kind::Disjoint);
    std::vector<Time> sent;
    Lose(
        SERVER,
        [&sent](const Segment& segment) {
            if (!IsSyn(segment))
            {
                sent.push_back(Simulator::Now());
            }
            return !IsSyn(segment);
        },
        2);
    StartTransfer(8'000'000, 0);
    RunUntilJoined(Seconds(2));
    ASSERT_GE(sent.size(), 3U);
    EXPECT_GE(sent[1] - sent[0], MilliSeconds(80));
    EXPECT_LE(sent[1] - sent[0], MilliSeconds(84));
    EXPECT_EQ(sent[2] - sent[1], 2 * (sent[1] - sent[0])); // as RFC 6298 5.5 backs off
}

TEST_F(LossyJoin, WithoutAFourthPacketEndsWhenAnUnansweredSynWould)
{
    Config::SetDefault("ns3::TcpSocket::ConnCount", UintegerValue(2));
    Build(Kind::Disjoint);
    Lose(
        SERVER,
        [](const Segment& segment) { return !IsSyn(segment); },
        1'000'000);
    StartTransfer(12'000'000, 0);
    RunUntil(Seconds(20));
    ASSERT_EQ(SocketOf(m_client)->GetSubflows().size(), 2U);
    EXPECT_FALSE(JoinOf(m_client)->IsUsable());
    RunUntil(Seconds(45)); // after 3 + 6 + 12 s, with the last doubling
    EXPECT_EQ(SocketOf(m_client)->GetSubflows().size(), 1U);
}

// The first flight of a join is lost whole, so no round trip of data has been measured there, and
// nothing but its timeout, of a second, tells. The window fills long before.
class SilentJoin : public LossyJoin, public ::testing::WithParamInterface<bool>
{
  protected:
    /// Longest time without anything new for the server's application, within the first 2.5 s.
    Time LongestPause()
    {
        Config::SetDefault("ns3::MptcpStack::OpportunisticRetransmission",
                           BooleanValue(GetParam()));
        for (const char* side : {"RcvBufSize", "SndBufSize"})
        {
            Config::SetDefault(std::string("ns3::TcpSocket::") + side, UintegerValue(60'000));
        }
        Build(Kind::Disjoint);
        Lose(
            SERVER,
            [](const Segment& segment) { return segment.PayloadBytes() > 0; },
            10);
        StartTransfer(8'000'000, 0);
        RunUntilJoined(Seconds(1));
        Time pause;
        Time last = Simulator::Now();
        uint64_t before = m_server->ReceivedBytes();
        while (Simulator::Now() < Seconds(2.5))
        {
            RunUntil(Simulator::Now() + MilliSeconds(1));
            if (m_server->ReceivedBytes() > before)
            {
                before = m_server->ReceivedBytes();
                last = Simulator::Now();
            }
            pause = std::max(pause, Simulator::Now() - last);
        }
        RunToEnd();
        ExpectOrderlyEnd();
        return pause;
    }
};

TEST_P(SilentJoin, HoldsUpTheConnectionOnlyWithoutOpportunisticRetransmission)
{
    const Time pause = LongestPause();
    if (GetParam())
    {
        // The other path's queue of 50 kB takes 0.2 s, and that long a segment is not overdue.
        EXPECT_LT(pause, MilliSeconds(400));
    }
    else
    {
        EXPECT_GT(pause, MilliSeconds(700));
    }
}

INSTANTIATE_TEST_SUITE_P(Mechanism1, SilentJoin, ::testing::Bool(), [](const auto& row) {
    return row.param ? "On" : "Off";
});

} // namespace
} // namespace ns3
