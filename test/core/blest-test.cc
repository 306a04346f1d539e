// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// BLEST against the formulas of Ferlin et al., IFIP Networking 2016, section III:
///     rtts = RTT_S / RTT_F,  X = MSS_F (CWND_F + (rtts - 1) / 2) rtts
///     wait if  X lambda > M - MSS_S (inflight_S + 1)
#include "scheduling-fixture.h"
#include "scheduling/blest.h"

namespace mptcp
{
namespace
{

using namespace test;
using std::chrono::milliseconds;

struct EstimateRow
{
    std::string name;
    Path fast;
    Path slow;
    double bytes;
};

class BlestEstimate : public testing::TestWithParam<EstimateRow>
{
};

TEST_P(BlestEstimate, IsThatOfThePaper)
{
    const EstimateRow& row = GetParam();
    EXPECT_DOUBLE_EQ(Blest::ExpectedBytes(SubflowOf(row.fast), SubflowOf(row.slow)), row.bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    BlestEstimate,
    testing::Values(
        // rtts = 1: 1000 (10 + 0) 1
        EstimateRow{"EqualRtts", {1, 20, 10}, {2, 20, 10}, 10'000},
        // rtts = 5: 1000 (10 + 2) 5; over five round trips 10 + 11 + 12 + 13 + 14 = 60 segments
        EstimateRow{"FiveTimesTheRtt", {1, 20, 10}, {2, 100, 4}, 60'000},
        // rtts = 2.5: 1000 (4 + 0.75) 2.5
        EstimateRow{"NoWholeRatio", {1, 40, 4}, {2, 100, 4}, 11'875}),
    [](const auto& row) { return row.param.name; });

struct BlestRow
{
    std::string name;
    std::vector<Path> paths;
    uint64_t roomBytes;        //!< left in the peer's window
    uint64_t outstandingBytes; //!< in it; M is the sum of both
    double lambda;
    uint16_t chosen; //!< 0: waits
    WaitReason reason{WaitReason::None};
};

class BlestRule : public testing::TestWithParam<BlestRow>
{
};

TEST_P(BlestRule, Holds)
{
    const BlestRow& row = GetParam();
    BlestConfig config;
    config.lambda = config.lambdaMin = config.lambdaMax = row.lambda;
    Blest scheduler(config);
    ConnectionSnapshot connection = ConnectionOf(row.paths);
    connection.sendWindowBytes = row.roomBytes;
    connection.bufferedBytes = connection.ungrantedBytes + row.outstandingBytes;
    const Decision decision = scheduler.Choose(connection);
    EXPECT_EQ(decision.reason, row.reason);
    EXPECT_EQ(decision.grant ? decision.grant->subflows.front().Value() : 0, row.chosen);
}

constexpr auto FASTER = WaitReason::WaitingForFasterPath;

// F: 20 ms, window of 10, full. S: 100 ms, window of 4, 2 in flight. X = 60 000, and S would hold
// 1000 (2 + 1) of M, so it waits for M < 63 000 at lambda 1 and for M < 75 000 at lambda 1.2.
const std::vector<Path> FULL_FAST{{1, 20, 10, 10}, {2, 100, 4, 2}};

INSTANTIATE_TEST_SUITE_P(
    Rows,
    BlestRule,
    testing::Values(
        BlestRow{"EnoughWindowForBoth", FULL_FAST, 51'000, 12'000, 1, 2},
        BlestRow{"AByteTooLittle", FULL_FAST, 50'999, 12'000, 1, 0, FASTER},
        BlestRow{"LambdaAsksForMore", FULL_FAST, 62'999, 12'000, 1.2, 0, FASTER},
        BlestRow{"LambdaIsGivenEnough", FULL_FAST, 63'000, 12'000, 1.2, 2},
        BlestRow{"TheFastOneIsNeverHeldBack", {{1, 20, 10, 9}, {2, 100, 4, 2}}, 1'000, 0, 1, 1},
        BlestRow{"WindowClosed",
                 {{1, 20, 10, 5}, {2, 100, 4, 2}},
                 0,
                 12'000,
                 1,
                 0,
                 WaitReason::ReceiveWindowFull},
        BlestRow{"BothFull",
                 {{1, 20, 10, 10}, {2, 100, 4, 4}},
                 50'000,
                 14'000,
                 1,
                 0,
                 WaitReason::CongestionWindowFull},
        // What waits in the queue of S will occupy the window just as long: 1000 (2 + 1 + 1).
        BlestRow{"QueuedBytesCountAsInFlight",
                 {{1, 20, 10, 10}, {2, 100, 4, 2, false, 1}},
                 51'000,
                 12'000,
                 1,
                 0,
                 FASTER},
        BlestRow{"WithoutASampleThereIsNoEstimate",
                 {{1, 0, 10, 10}, {2, 100, 4, 2}},
                 9'000,
                 0,
                 1,
                 2},
        // The peer closed the window of F alone, and no acknowledgement will open it.
        BlestRow{"NobodyWaitsForAnIdleOne", {{1, 20, 0}, {2, 100, 4, 2}}, 9'000, 2'000, 1, 2}),
    [](const auto& row) { return row.param.name; });

TEST(BlestScheduler, ReinjectionDoesNotWait)
{
    Blest scheduler;
    ConnectionSnapshot connection = ConnectionOf(FULL_FAST, 3 * SEGMENT);
    connection.sendWindowBytes = 0;
    connection.reinjection = true;
    EXPECT_EQ(ChosenBy(scheduler, connection), 2);
}

/// Asks at `at` with the peer's window closed or with room for all.
void
AskAt(Blest& scheduler, milliseconds at, bool isBlocked)
{
    ConnectionSnapshot connection = ConnectionOf(FULL_FAST);
    connection.now = at;
    if (isBlocked)
    {
        connection.sendWindowBytes = 0;
    }
    static_cast<void>(scheduler.Choose(connection));
}

TEST(BlestScheduler, LambdaChangesOncePerSlowRoundTrip)
{
    Blest scheduler; // lambda 1.2, +0.04, -0.01, between 1.0 and 1.3; RTT_S 100 ms
    AskAt(scheduler, milliseconds(99), false);
    EXPECT_DOUBLE_EQ(scheduler.Lambda(), 1.2);
    AskAt(scheduler, milliseconds(100), false);
    EXPECT_DOUBLE_EQ(scheduler.Lambda(), 1.19);
    AskAt(scheduler, milliseconds(199), false);
    EXPECT_DOUBLE_EQ(scheduler.Lambda(), 1.19);
    AskAt(scheduler, milliseconds(200), false);
    EXPECT_DOUBLE_EQ(scheduler.Lambda(), 1.18);
}

TEST(BlestScheduler, LambdaGrowsAfterTheWindowHasBlocked)
{
    Blest scheduler;
    AskAt(scheduler, milliseconds(50), true);
    AskAt(scheduler, milliseconds(60), false);
    EXPECT_DOUBLE_EQ(scheduler.Lambda(), 1.2);
    AskAt(scheduler, milliseconds(100), false);
    EXPECT_DOUBLE_EQ(scheduler.Lambda(), 1.24);
    AskAt(scheduler, milliseconds(200), false); // not blocked since
    EXPECT_DOUBLE_EQ(scheduler.Lambda(), 1.23);
}

TEST(BlestScheduler, LambdaStaysWithinItsLimits)
{
    Blest scheduler;
    int at = 0;
    for (int i = 0; i < 30; ++i)
    {
        AskAt(scheduler, milliseconds(at += 100), false);
    }
    EXPECT_DOUBLE_EQ(scheduler.Lambda(), 1.0);
    for (int i = 0; i < 30; ++i)
    {
        AskAt(scheduler, milliseconds(at + 50), true);
        AskAt(scheduler, milliseconds(at += 100), false);
    }
    EXPECT_DOUBLE_EQ(scheduler.Lambda(), 1.3);
}

} // namespace
} // namespace mptcp
