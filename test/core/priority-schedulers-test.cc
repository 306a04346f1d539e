// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Schedulers that go by an order or by weights instead of delays: overflow, hot standby, weighted.
#include "scheduling-fixture.h"
#include "scheduling/hot-standby.h"
#include "scheduling/overflow.h"
#include "scheduling/weighted.h"

#include <functional>
#include <memory>

namespace mptcp
{
namespace
{

using namespace test;

struct OrderRow
{
    std::string name;
    std::function<std::unique_ptr<Scheduler>()> make;
    std::vector<Path> paths;
    Order order;
};

class PriorityOrder : public testing::TestWithParam<OrderRow>
{
};

TEST_P(PriorityOrder, Holds)
{
    const auto scheduler = GetParam().make();
    Sender sender(*scheduler, ConnectionOf(GetParam().paths));
    EXPECT_EQ(sender.Next(GetParam().order.size()), GetParam().order);
}

std::unique_ptr<Scheduler>
AnOverflow()
{
    return std::make_unique<Overflow>();
}

std::unique_ptr<Scheduler>
AHotStandby()
{
    return std::make_unique<HotStandby>();
}

std::function<std::unique_ptr<Scheduler>()>
Weights(std::vector<uint32_t> weights, bool cwndLimited = true)
{
    return [=] { return std::make_unique<Weighted>(WeightedConfig{weights, cwndLimited}); };
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    PriorityOrder,
    testing::Values(
        OrderRow{"OverflowUsesTheNextWhenTheFirstIsFull",
                 AnOverflow,
                 {{1, 100, 2}, {2, 20, 1}, {3, 10, 1}},
                 {1, 1, 2, 3, 0}},
        OrderRow{"OverflowGoesByAgeNotByPlace",
                 AnOverflow,
                 {{3, 10, 1}, {1, 100, 2}, {2, 20, 1}},
                 {1, 1, 2, 3, 0}},
        // RFC 8684 3.3.8
        OrderRow{"OverflowLeavesBackupsInReserve",
                 AnOverflow,
                 {{1, 100, 9, 0, true}, {2, 20, 1}},
                 {2, 0}},
        OrderRow{"HotStandbyUsesTheFirstAlone", AHotStandby, {{2, 20, 9}, {1, 100, 2}}, {1, 1, 0}},
        // RFC 8684 3.3.8
        OrderRow{"HotStandbyPutsBackupsBehind",
                 AHotStandby,
                 {{1, 100, 9, 0, true}, {2, 20, 1}},
                 {2, 0}},
        // The peer closed the window of the first alone, and no acknowledgement will open it.
        OrderRow{"HotStandbyDoesNotWaitForAnIdleOneThatIsClosed",
                 AHotStandby,
                 {{1, 100, 0}, {2, 20, 2}},
                 {2, 2, 0}},
        OrderRow{"StrictWeightsDoNotWaitForAnIdleOneThatIsClosed",
                 Weights({3, 1}, false),
                 {{1, 100, 0}, {2, 20, 2}},
                 {2, 2, 0}},
        // Positions 0, 1/3, 2/3 ... of 1 and 0, 1 ... of 2: 1 at 0, 2 at 0, 1 at 1/3, 2/3, 1, and
        // so on; at equal positions the lower id.
        OrderRow{"WeightsThreeToOne",
                 Weights({3, 1}),
                 {{1, 20, 9}, {2, 20, 9}},
                 {1, 2, 1, 1, 1, 2, 1, 1, 1, 2}},
        // 0, 1/2 ...; 0, 1/3 ...: 1@0 2@0 2@1/3 1@1/2 2@2/3, then all again at 1
        OrderRow{"WeightsTwoToThree",
                 Weights({2, 3}),
                 {{1, 20, 9}, {2, 20, 9}},
                 {1, 2, 2, 1, 2, 1, 2, 2, 1, 2}},
        OrderRow{"WithoutWeightsInTurn",
                 Weights({}),
                 {{1, 20, 9}, {2, 20, 9}, {3, 20, 9}},
                 {1, 2, 3, 1, 2, 3}},
        OrderRow{"WeightZeroIsOne", Weights({0, 1}), {{1, 20, 9}, {2, 20, 9}}, {1, 2, 1, 2}},
        OrderRow{"AFullOneIsPassedOver",
                 Weights({3, 1}),
                 {{1, 20, 2}, {2, 20, 9}},
                 {1, 2, 1, 2, 2}},
        OrderRow{"StrictWeightsWait",
                 Weights({3, 1}, false),
                 {{1, 20, 2}, {2, 20, 9}},
                 {1, 2, 1, 0}},
        // RFC 8684 3.3.8
        OrderRow{"WeightedLeavesBackupsInReserve",
                 Weights({1, 9}),
                 {{1, 100, 2}, {2, 20, 9, 0, true}},
                 {1, 1, 0}}),
    [](const auto& row) { return row.param.name; });

TEST(WeightedScheduler, WhoCouldNotSendDoesNotMakeUpForIt)
{
    Weighted scheduler;
    Sender sender(scheduler, ConnectionOf({{1, 20, 1}, {2, 20, 90}}));
    EXPECT_EQ(sender.Next(5), (Order{1, 2, 2, 2, 2}));
    sender.Find(1).congestionWindowBytes = 90 * SEGMENT;
    // 2 had its last turn at 3, where 1 starts, and not at 1, where it stopped: 1@3 1@4 2@4 1@5 2@5
    EXPECT_EQ(sender.Next(5), (Order{1, 1, 2, 1, 2}));
}

TEST(WeightedScheduler, NewSubflowStartsWhereTheOthersAre)
{
    Weighted scheduler;
    Sender sender(scheduler, ConnectionOf({{1, 20, 90}, {2, 20, 90}}));
    EXPECT_EQ(sender.Next(6), (Order{1, 2, 1, 2, 1, 2}));
    sender.snapshot.subflows.push_back(SubflowOf({3, 20, 90}));
    const Order order = sender.Next(9);
    EXPECT_EQ(std::count(order.begin(), order.end(), 3), 3);
}

TEST(WeightedScheduler, ReinjectionCountsForNobody)
{
    Weighted scheduler;
    Sender sender(scheduler, ConnectionOf({{1, 20, 90}, {2, 20, 90}}));
    EXPECT_EQ(sender.Next(), 1);
    sender.snapshot.reinjection = true;
    EXPECT_EQ(sender.Next(2), (Order{2, 2}));
    sender.snapshot.reinjection = false;
    EXPECT_EQ(sender.Next(2), (Order{2, 1}));
}

TEST(WeightedScheduler, SharesLongRunsExactly)
{
    Weighted scheduler(WeightedConfig{{7, 5, 4}, true});
    Sender sender(scheduler, ConnectionOf({{1, 20, 9000}, {2, 20, 9000}, {3, 20, 9000}}));
    const Order order = sender.Next(1600);
    EXPECT_EQ(std::count(order.begin(), order.end(), 1), 700);
    EXPECT_EQ(std::count(order.begin(), order.end(), 2), 500);
    EXPECT_EQ(std::count(order.begin(), order.end(), 3), 400);
}

TEST(HotStandbyScheduler, MovesOnAFailureAndBack)
{
    HotStandby scheduler;
    Sender sender(scheduler, ConnectionOf({{1, 100, 9}, {2, 20, 9}}));
    EXPECT_EQ(sender.Next(), 1);
    sender.Find(1).suspect = true;
    EXPECT_EQ(sender.Next(), 2);
    sender.Find(1).suspect = false;
    EXPECT_EQ(sender.Next(), 1);
}

TEST(HotStandbyScheduler, ReinjectsOnTheStandby)
{
    HotStandby scheduler;
    ConnectionSnapshot connection = ConnectionOf({{1, 100, 9}, {2, 20, 9}}, SEGMENT);
    connection.reinjection = true;
    connection.excluded.emplace_back(1);
    EXPECT_EQ(ChosenBy(scheduler, connection), 2);
    // Also when the first is full with other data.
    connection = ConnectionOf({{1, 100, 9, 9}, {2, 20, 9}}, SEGMENT);
    connection.reinjection = true;
    EXPECT_EQ(ChosenBy(scheduler, connection), 2);
}

} // namespace
} // namespace mptcp
