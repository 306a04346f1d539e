// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Schedulers that bind a segment to the path on which it arrives first, full or not: OTIAS (Yang
/// et al., WAINA 2014), STTF (Hurtig et al., ToN 2019) and DAPS (Kuhn et al., ICC 2014).
#include "scheduling-fixture.h"
#include "scheduling/daps.h"
#include "scheduling/otias.h"
#include "scheduling/sttf.h"

#include <functional>
#include <memory>
#include <type_traits>

namespace mptcp
{
namespace
{

using namespace test;
using std::chrono::milliseconds;

struct TimeRow
{
    std::string name;
    Path path;
    double milliseconds;
};

class OtiasEstimate : public testing::TestWithParam<TimeRow>
{
};

/// T = (max(0, not_yet_sent - (cwnd - unacknowledged)) / cwnd + 0.5) srtt
TEST_P(OtiasEstimate, IsThatOfThePaper)
{
    EXPECT_DOUBLE_EQ(Otias::ArrivalSeconds(SubflowOf(GetParam().path)) * 1e3,
                     GetParam().milliseconds);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    OtiasEstimate,
    testing::Values(TimeRow{"Idle", {1, 100, 10}, 50},
                    TimeRow{"RoomForTheQueue", {1, 100, 10, 6, false, 4}, 50},
                    // (5 - 4) / 10 + 0.5
                    TimeRow{"OneTooMany", {1, 100, 10, 6, false, 5}, 60},
                    // (10 - 0) / 10 + 0.5
                    TimeRow{"AWholeWindowWaits", {1, 100, 10, 10, false, 10}, 150},
                    // after a loss the window is below what is under way: (10 - 0) / 5 + 0.5
                    TimeRow{"WindowShrank", {1, 100, 5, 10, false, 10}, 250}),
    [](const auto& row) { return row.param.name; });

class SttfEstimate : public testing::TestWithParam<TimeRow>
{
};

TEST_P(SttfEstimate, CountsTheRoundsUntilTheSegmentIsThrough)
{
    EXPECT_DOUBLE_EQ(Sttf::TransferSeconds(SubflowOf(GetParam().path)) * 1e3,
                     GetParam().milliseconds);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SttfEstimate,
    testing::Values(TimeRow{"Idle", {1, 100, 10}, 50},
                    TimeRow{"LastFreePlace", {1, 100, 10, 6, false, 3}, 50},
                    TimeRow{"OneRoundLater", {1, 100, 10, 6, false, 4}, 150},
                    // slow start: 10 free, then 20, then 40. The 31st waits for the third round.
                    TimeRow{"ThirtiethInSlowStart", {1, 100, 10, 0, false, 29}, 150},
                    TimeRow{"ThirtyFirstInSlowStart", {1, 100, 10, 0, false, 30}, 250},
                    // congestion avoidance: 10, then 11, then 12
                    TimeRow{"TwentyFirstInAvoidance", {1, 100, 10, 0, false, 20, 0, 5}, 150},
                    TimeRow{"TwentySecondInAvoidance", {1, 100, 10, 0, false, 21, 0, 5}, 250},
                    TimeRow{"ThirtyFourthInAvoidance", {1, 100, 10, 0, false, 33, 0, 5}, 350},
                    // 10, then 15, where slow start ends, then 16
                    TimeRow{"TwentyFifthOverTheThreshold", {1, 100, 10, 0, false, 24, 0, 15}, 150},
                    TimeRow{"FortyFirstOverTheThreshold", {1, 100, 10, 0, false, 40, 0, 15}, 250},
                    TimeRow{"FortySecondOverTheThreshold", {1, 100, 10, 0, false, 41, 0, 15}, 350}),
    [](const auto& row) { return row.param.name; });

using MakeScheduler = std::function<std::unique_ptr<Scheduler>()>;

template <typename T>
MakeScheduler
A()
{
    return [] { return std::make_unique<T>(); };
}

constexpr BindingConfig AT_ONCE{true};

/// As the papers have it: all that the peer's window takes is bound.
template <typename T>
MakeScheduler
APublished()
{
    if constexpr (std::is_same_v<T, Daps>)
    {
        return [] { return std::make_unique<T>(DapsConfig{milliseconds(4), AT_ONCE}); };
    }
    else
    {
        return [] { return std::make_unique<T>(AT_ONCE); };
    }
}

struct OrderRow
{
    std::string name;
    MakeScheduler make;
    std::vector<Path> paths;
    Order order;
};

class ArrivalOrder : public testing::TestWithParam<OrderRow>
{
};

TEST_P(ArrivalOrder, Holds)
{
    const auto scheduler = GetParam().make();
    Sender sender(*scheduler, ConnectionOf(GetParam().paths));
    EXPECT_EQ(sender.Next(GetParam().order.size()), GetParam().order);
}

// The papers' order of things, whatever the windows admit.
INSTANTIATE_TEST_SUITE_P(
    Published,
    ArrivalOrder,
    testing::Values(
        // T_1 = 10 + 10 waiting, with w segments queued beyond the window of 2: 10 + 10 w;
        // T_2 = 50. 1 sends 2 at once and queues 4 (T 10, 20, 30, 40; at 50 the first in the
        // snapshot still wins, then 60 > 50): 2 + 5, then 2 has its free window of 2 at 50, and
        // from then on T_1 = 60, T_2 = 50 + 50 per segment beyond its window.
        OrderRow{"OtiasQueuesOnTheFastPath",
                 APublished<Otias>(),
                 {{1, 20, 2}, {2, 100, 2}},
                 {1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1}},
        // Rounds of 1, in avoidance: 2 at 10 ms, 3 at 30, 4 at 50; 2 sends its 2 at 50, and after
        // the fourth of round three (50 for both: first in the snapshot) 1 needs 70.
        OrderRow{"SttfQueuesOnTheFastPath",
                 APublished<Sttf>(),
                 {{1, 20, 2, 0, false, 0, 0, 1}, {2, 100, 2, 0, false, 0, 0, 1}},
                 {1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 1}},
        // r_1 = 8 ms = 2 units, r_2 = 40 ms = 10 units; lcm 10. C_1 = 2, C_2 = 3. Arrivals at t =
        // 2, 4, 6, 8 over 1, at 10 over 1 and 2, the shorter delay first; then again.
        OrderRow{"DapsFollowsItsPlan",
                 APublished<Daps>(),
                 {{1, 16, 2}, {2, 80, 3}},
                 {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2}},
        // r_1 = 2 units, r_2 = 3, r_3 = 4; lcm 12. t: 2:1 3:2 4:1,3 6:1,2 8:1,3 9:2 10:1 12:1,2,3
        OrderRow{"DapsWithThreePaths",
                 APublished<Daps>(),
                 {{1, 16, 1}, {2, 24, 1}, {3, 32, 1}},
                 {1, 2, 1, 3, 1, 2, 1, 3, 2, 1, 1, 2, 3, 1, 2, 1, 3}},
        // 11 ms is 2.75 units, so 3, and 1 ms is 0.25, but at least 1
        OrderRow{"DapsRoundsDelays",
                 APublished<Daps>(),
                 {{1, 2, 1}, {2, 22, 1}},
                 {1, 1, 1, 2, 1, 1, 1, 2}}),
    [](const auto& row) { return row.param.name; });

// The same order as far as the first segments that can leave on each path; 0: until then it waits.
INSTANTIATE_TEST_SUITE_P(
    Rows,
    ArrivalOrder,
    testing::Values(
        // 1 has room for 2 and 2 for 2. Five wait on 1, two and a half of its windows, before one
        // is through earlier on 2; after the second of those neither path has room.
        OrderRow{"OtiasQueuesUntilNoPathHasRoom",
                 A<Otias>(),
                 {{1, 20, 2}, {2, 100, 2}},
                 {1, 1, 1, 1, 1, 1, 1, 2, 2, 0, 0}},
        OrderRow{"SttfQueuesUntilNoPathHasRoom",
                 A<Sttf>(),
                 {{1, 20, 2, 0, false, 0, 0, 1}, {2, 100, 2, 0, false, 0, 0, 1}},
                 {1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 0, 0}},
        OrderRow{"DapsQueuesUntilNoPathHasRoom",
                 A<Daps>(),
                 {{1, 16, 2}, {2, 80, 3}},
                 {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 0, 0}},
        OrderRow{"DapsWithThreePathsUntilNoneHasRoom",
                 A<Daps>(),
                 {{1, 16, 1}, {2, 24, 1}, {3, 32, 1}},
                 {1, 2, 1, 3, 0}},
        // 60 ms on 1, where five wait, and 50 on 2
        OrderRow{"OtiasUsesTheSlowPathWithRoom",
                 A<Otias>(),
                 {{1, 20, 2, 2, false, 5}, {2, 100, 2, 1}},
                 {2, 0}},
        // 2500 ms on 2; 1 carries 124 windows in that time, and more than this has to be sent first
        OrderRow{"OtiasQueuesManyWindowsBesideAVerySlowPath",
                 A<Otias>(),
                 {{1, 20, 2, 2}, {2, 5000, 2}},
                 Order(200, 1)},
        // With one path there is nothing to find out.
        OrderRow{"OtiasQueuesNothingOnAnOnlyPath", A<Otias>(), {{1, 20, 2}}, {1, 1, 0}},
        OrderRow{"SttfQueuesNothingOnAnOnlyPath", A<Sttf>(), {{1, 20, 2}}, {1, 1, 0}},
        OrderRow{"DapsQueuesNothingOnAnOnlyPath", A<Daps>(), {{1, 20, 2}}, {1, 1, 0}},
        OrderRow{"OtiasFillsTheWindowOfTheUnmeasuredFirst",
                 A<Otias>(),
                 {{1, 20, 5}, {2, 0, 2}},
                 {2, 2, 1, 1}},
        OrderRow{"SttfFillsTheWindowOfTheUnmeasuredFirst",
                 A<Sttf>(),
                 {{1, 20, 5}, {2, 0, 2}},
                 {2, 2, 1, 1}},
        OrderRow{"DapsFillsTheWindowOfTheUnmeasuredFirst",
                 A<Daps>(),
                 {{1, 20, 5}, {2, 0, 2}},
                 {2, 2, 1, 1}},
        // RFC 8684 3.3.8
        OrderRow{"OtiasLeavesBackupsInReserve",
                 A<Otias>(),
                 {{1, 100, 1}, {2, 20, 9, 0, true}},
                 {1, 0, 0}},
        OrderRow{"SttfLeavesBackupsInReserve",
                 A<Sttf>(),
                 {{1, 100, 1}, {2, 20, 9, 0, true}},
                 {1, 0, 0}},
        OrderRow{"DapsLeavesBackupsInReserve",
                 A<Daps>(),
                 {{1, 100, 1}, {2, 20, 9, 0, true}},
                 {1, 0, 0}}),
    [](const auto& row) { return row.param.name; });

struct SchedulerRow
{
    std::string name;
    MakeScheduler make;
    MakeScheduler published;
};

class ArrivalScheduler : public testing::TestWithParam<SchedulerRow>
{
  protected:
    std::unique_ptr<Scheduler> m_scheduler{GetParam().make()};
};

TEST_P(ArrivalScheduler, BindsNoMoreThanThePeersWindowAsPublished)
{
    const auto published = GetParam().published();
    ConnectionSnapshot connection = ConnectionOf({{1, 20, 2, 1}, {2, 100, 2, 1}});
    connection.sendWindowBytes = 12 * SEGMENT;
    Sender sender(*published, connection);
    const Order order = sender.Next(13);
    EXPECT_EQ(std::count(order.begin(), order.end(), 0), 1);
    EXPECT_EQ(order.back(), 0);
    EXPECT_EQ(sender.reason, WaitReason::ReceiveWindowFull);
}

TEST_P(ArrivalScheduler, BindsNoMoreThanThePeersWindow)
{
    // The first of three would leave on 1, the second wait there, the third has no room.
    ConnectionSnapshot connection = ConnectionOf({{1, 20, 2, 1}, {2, 100, 2, 1}});
    connection.sendWindowBytes = 2 * SEGMENT;
    Sender sender(*m_scheduler, connection);
    EXPECT_EQ(sender.Next(3), (Order{1, 1, 0}));
    EXPECT_EQ(sender.reason, WaitReason::ReceiveWindowFull);
}

TEST_P(ArrivalScheduler, WaitsWhileNoPathHasRoom)
{
    Sender sender(*m_scheduler, ConnectionOf({{1, 20, 2, 2}, {2, 100, 2, 2}}));
    EXPECT_EQ(sender.Next(), 0);
    EXPECT_EQ(sender.reason, WaitReason::CongestionWindowFull);
    sender.Find(1).inFlightBytes -= SEGMENT; // an acknowledgement
    EXPECT_EQ(sender.Next(2), (Order{1, 0}));
}

TEST_P(ArrivalScheduler, ReinjectsWhereThereIsRoomNow)
{
    ConnectionSnapshot connection = ConnectionOf({{1, 20, 2, 2}, {2, 100, 2, 1}}, SEGMENT);
    connection.reinjection = true;
    EXPECT_EQ(ChosenBy(*m_scheduler, connection), 2);
    connection.excluded.emplace_back(2); // RFC 8684 3.3.6
    EXPECT_EQ(ChosenBy(*m_scheduler, connection), 0);
}

TEST_P(ArrivalScheduler, GoesOnWithoutThePathThatIsGone)
{
    Sender sender(*m_scheduler, ConnectionOf({{1, 20, 2}, {2, 100, 2}}));
    EXPECT_EQ(sender.Next(), 1);
    sender.snapshot.subflows.erase(sender.snapshot.subflows.begin());
    EXPECT_EQ(sender.Next(3), (Order{2, 2, 0}));
    sender.snapshot.subflows.clear();
    EXPECT_EQ(sender.Next(), 0);
    EXPECT_EQ(sender.reason, WaitReason::NoUsableSubflow);
    sender.snapshot.ungrantedBytes = 0;
    EXPECT_EQ(sender.Next(), 0);
    EXPECT_EQ(sender.reason, WaitReason::NothingToSend);
}

INSTANTIATE_TEST_SUITE_P(All,
                         ArrivalScheduler,
                         testing::Values(SchedulerRow{"Otias", A<Otias>(), APublished<Otias>()},
                                         SchedulerRow{"Sttf", A<Sttf>(), APublished<Sttf>()},
                                         SchedulerRow{"Daps", A<Daps>(), APublished<Daps>()}),
                         [](const auto& row) { return row.param.name; });

TEST(DapsScheduler, PlansAgainWhenAPathComes)
{
    Daps scheduler;
    Sender sender(scheduler, ConnectionOf({{1, 16, 1}, {2, 80, 1}}));
    EXPECT_EQ(sender.Next(2), (Order{1, 1}));
    sender.snapshot.subflows.push_back(SubflowOf({3, 24, 1}));
    EXPECT_EQ(sender.Next(4), (Order{1, 3, 1, 1})); // t = 2, 3, 4, 6: 1 and 3 with delays 2 and 3
}

TEST(DapsScheduler, PlansNoFurtherThanSixteenTurnsOfTheSlowest)
{
    // r_1 = 97 units of 4 ms, r_2 = 101: the least common multiple is 97 * 101, but the plan ends
    // at 16 * 101 = 1616, with 16 turns each; what was left of t is forgotten.
    Daps scheduler(DapsConfig{milliseconds(4), AT_ONCE});
    Sender sender(scheduler, ConnectionOf({{1, 776, 1}, {2, 808, 1}}));
    const Order plan = sender.Next(32);
    EXPECT_EQ(std::count(plan.begin(), plan.end(), 1), 16);
    EXPECT_EQ(sender.Next(2), (Order{1, 2}));
}

TEST(DapsScheduler, FollowsItsPlanUntilItIsThrough)
{
    Daps scheduler(DapsConfig{milliseconds(4), AT_ONCE});
    Sender sender(scheduler, ConnectionOf({{1, 16, 2}, {2, 16, 2}}));
    EXPECT_EQ(sender.Next(), 1);
    sender.Find(2).congestionWindowBytes = SEGMENT;
    EXPECT_EQ(sender.Next(7), (Order{1, 2, 2, 1, 1, 2, 1})); // from the fifth on with the new one
}

TEST(DapsScheduler, TheUnitIsTheUsers)
{
    Daps scheduler(DapsConfig{milliseconds(1), AT_ONCE});
    Sender sender(scheduler, ConnectionOf({{1, 6, 1}, {2, 22, 1}})); // 3 and 11, not 1 and 3
    EXPECT_EQ(sender.Next(5), (Order{1, 1, 1, 2, 1}));
}

} // namespace
} // namespace mptcp
