// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// ECF against algorithm 1 of Lim et al., CoNEXT 2017, with quotients k / CWND of at least 1 as in
/// the authors' Linux code:
///     n = 1 + k / CWND_F,  delta = max(sigma_F, sigma_S)
///     n RTT_F < (1 + waiting beta) (RTT_S + delta)  and  k / CWND_S RTT_S >= 2 RTT_F + delta: wait
#include "scheduling-fixture.h"
#include "scheduling/ecf.h"

namespace mptcp
{
namespace
{

using namespace test;

struct EcfRow
{
    std::string name;
    std::vector<Path> paths;
    uint64_t waitingSegments; //!< k
    uint16_t chosen;          //!< 0: waits
    WaitReason reason{WaitReason::None};
};

class EcfRule : public testing::TestWithParam<EcfRow>
{
};

TEST_P(EcfRule, Holds)
{
    Ecf scheduler;
    const Decision decision =
        scheduler.Choose(ConnectionOf(GetParam().paths, GetParam().waitingSegments * SEGMENT));
    EXPECT_EQ(decision.reason, GetParam().reason);
    EXPECT_EQ(decision.grant ? decision.grant->subflows.front().Value() : 0, GetParam().chosen);
}

constexpr auto FASTER = WaitReason::WaitingForFasterPath;

// F: 20 ms, window of 10, full.
INSTANTIATE_TEST_SUITE_P(
    Rows,
    EcfRule,
    testing::Values(
        // n = 1 + 1: 40 < 100, and 1 * 100 >= 40
        EcfRow{"LastSegmentWaitsForTheFastPath", {{1, 20, 10, 10}, {2, 100, 4}}, 1, 0, FASTER},
        // n = 1 + 39/10: 98 < 100, and 39/4 * 100 >= 40
        EcfRow{"ThirtyNineAreThroughEarlier", {{1, 20, 10, 10}, {2, 100, 4}}, 39, 0, FASTER},
        // n = 1 + 40/10: 100 < 100 does not hold
        EcfRow{"FortyAreNot", {{1, 20, 10, 10}, {2, 100, 4}}, 40, 2},
        // delta = 5: 100 < 105, and 40/4 * 100 >= 45
        EcfRow{"VariationOfTheSlowOneFavoursWaiting",
               {{1, 20, 10, 10}, {2, 100, 4, 0, false, 0, 5}},
               40,
               0,
               FASTER},
        EcfRow{"VariationOfTheFastOneDoesToo",
               {{1, 20, 10, 10, false, 0, 5}, {2, 100, 4}},
               40,
               0,
               FASTER},
        // n = 1 + 1: 40 < 35 + 6 holds, 1 * 35 >= 40 + 6 does not: S is through before F has sent
        EcfRow{"SlowOneIsThroughBeforeASecondRoundOfTheFast",
               {{1, 20, 10, 10}, {2, 35, 4, 0, false, 0, 6}},
               1,
               2},
        // the same with k = 10: 10/4 * 35 = 87.5 >= 46
        EcfRow{"ButNotWithSeveralWindows",
               {{1, 20, 10, 10}, {2, 35, 4, 0, false, 0, 6}},
               10,
               0,
               FASTER},
        // n = 1 + 1: 40 < 30 does not hold
        EcfRow{"RttsAreAlike", {{1, 20, 10, 10}, {2, 30, 4}}, 1, 2},
        EcfRow{"TheFastOneHasRoom", {{1, 20, 10, 9}, {2, 100, 4}}, 1, 1},
        EcfRow{"BothFull",
               {{1, 20, 10, 10}, {2, 100, 4, 4}},
               1,
               0,
               WaitReason::CongestionWindowFull},
        EcfRow{"WithoutASampleThereIsNoEstimate", {{1, 0, 10, 10}, {2, 100, 4}}, 1, 2},
        EcfRow{"NobodyWaitsForAnIdleOne", {{1, 20, 0}, {2, 100, 4}}, 1, 2}),
    [](const auto& row) { return row.param.name; });

// Waiting raises the right side by beta = 1/4 to 125: n 20 < 125 holds up to k = 52, where it was
// 39 before.
TEST(EcfScheduler, WaitsOnWithHysteresis)
{
    Ecf scheduler;
    const std::vector<Path> paths{{1, 20, 10, 10}, {2, 100, 4}};
    EXPECT_EQ(ChosenBy(scheduler, ConnectionOf(paths, 52 * SEGMENT)), 2);
    EXPECT_EQ(ChosenBy(scheduler, ConnectionOf(paths, 39 * SEGMENT)), 0);
    EXPECT_EQ(ChosenBy(scheduler, ConnectionOf(paths, 52 * SEGMENT)), 0);
    EXPECT_EQ(ChosenBy(scheduler, ConnectionOf(paths, 53 * SEGMENT)), 2);
    EXPECT_EQ(ChosenBy(scheduler, ConnectionOf(paths, 52 * SEGMENT)), 2) << "no longer waiting";
}

TEST(EcfScheduler, BetaIsTheUsers)
{
    Ecf scheduler(EcfConfig{0});
    const std::vector<Path> paths{{1, 20, 10, 10}, {2, 100, 4}};
    EXPECT_EQ(ChosenBy(scheduler, ConnectionOf(paths, 39 * SEGMENT)), 0);
    EXPECT_EQ(ChosenBy(scheduler, ConnectionOf(paths, 40 * SEGMENT)), 2);
}

TEST(EcfScheduler, ReinjectionDoesNotWait)
{
    Ecf scheduler;
    ConnectionSnapshot connection = ConnectionOf({{1, 20, 10, 10}, {2, 100, 4}}, SEGMENT);
    connection.reinjection = true;
    EXPECT_EQ(ChosenBy(scheduler, connection), 2);
}

} // namespace
} // namespace mptcp
