// SPDX-License-Identifier: GPL-2.0-only
#include "scheduling/round-robin.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace mptcp
{
namespace
{

constexpr uint32_t SEGMENT = 1000;
constexpr uint64_t MUCH = 1000000;

SubflowSnapshot
Subflow(uint16_t id, uint32_t windowBytes)
{
    SubflowSnapshot subflow;
    subflow.id = SubflowId(id);
    subflow.congestionWindowBytes = windowBytes;
    subflow.segmentBytes = SEGMENT;
    return subflow;
}

/// A connection that carries out grants, so that a row can state the order of many.
class Sender
{
  public:
    explicit Sender(const RoundRobinConfig& config, std::vector<SubflowSnapshot> subflows)
        : m_scheduler(config)
    {
        snapshot.subflows.assign(subflows.begin(), subflows.end());
        snapshot.ungrantedBytes = MUCH;
        snapshot.sendWindowBytes = MUCH;
    }

    /// Who sends the next segment; 0: nobody.
    uint16_t Next()
    {
        const Decision decision = m_scheduler.Choose(snapshot);
        lastReason = decision.reason;
        if (!decision.grant)
        {
            return 0;
        }
        const SubflowId chosen = decision.grant->subflows.front();
        Find(chosen.Value()).inFlightBytes += decision.grant->maxBytes;
        snapshot.ungrantedBytes -= decision.grant->maxBytes;
        return chosen.Value();
    }

    std::vector<uint16_t> Next(std::size_t count)
    {
        std::vector<uint16_t> order(count);
        std::generate(order.begin(), order.end(), [this] { return Next(); });
        return order;
    }

    SubflowSnapshot& Find(uint16_t id)
    {
        return *std::find_if(snapshot.subflows.begin(),
                             snapshot.subflows.end(),
                             [&](const SubflowSnapshot& s) { return s.id.Value() == id; });
    }

    ConnectionSnapshot snapshot;
    WaitReason lastReason{WaitReason::None};

  private:
    RoundRobin m_scheduler;
};

struct OrderCase
{
    std::string name;
    RoundRobinConfig config;
    std::vector<SubflowSnapshot> subflows;
    std::vector<uint16_t> order; //!< 0: waits
};

class RoundRobinOrder : public testing::TestWithParam<OrderCase>
{
};

TEST_P(RoundRobinOrder, Holds)
{
    Sender sender(GetParam().config, GetParam().subflows);
    EXPECT_EQ(sender.Next(GetParam().order.size()), GetParam().order);
}

SubflowSnapshot
Backup(uint16_t id)
{
    SubflowSnapshot subflow = Subflow(id, 9000);
    subflow.backup = true;
    return subflow;
}

INSTANTIATE_TEST_SUITE_P(
    Rules,
    RoundRobinOrder,
    testing::Values(OrderCase{"EachInTurn",
                              {1, true},
                              {Subflow(1, 9000), Subflow(2, 9000), Subflow(3, 9000)},
                              {1, 2, 3, 1, 2, 3, 1}},
                    OrderCase{"ByIdWhateverTheOrderOfTheSnapshot",
                              {1, true},
                              {Subflow(7, 9000), Subflow(2, 9000), Subflow(5, 9000)},
                              {2, 5, 7, 2, 5, 7}},
                    OrderCase{"OneAloneHasEveryTurn", {1, true}, {Subflow(4, 3000)}, {4, 4, 4, 0}},
                    OrderCase{"SeveralSegmentsPerTurn",
                              {3, true},
                              {Subflow(1, 9000), Subflow(2, 9000)},
                              {1, 1, 1, 2, 2, 2, 1, 1}},
                    OrderCase{"TurnsOfZeroSegmentsAreTurnsOfOne",
                              {0, true},
                              {Subflow(1, 9000), Subflow(2, 9000)},
                              {1, 2, 1, 2}},
                    OrderCase{"AFullOneIsPassedOver",
                              {1, true},
                              {Subflow(1, 9000), Subflow(2, 1000), Subflow(3, 9000)},
                              {1, 2, 3, 1, 3, 1}},
                    OrderCase{"AllWindowsGetFilled",
                              {1, true},
                              {Subflow(1, 3000), Subflow(2, 1000)},
                              {1, 2, 1, 1, 0}},
                    OrderCase{"ATurnThatFillsTheWindowPassesOn",
                              {3, true},
                              {Subflow(1, 2000), Subflow(2, 9000)},
                              {1, 1, 2, 2, 2, 2}},
                    OrderCase{"StrictOrderWaitsForAFullOne",
                              {1, false},
                              {Subflow(1, 9000), Subflow(2, 1000)},
                              {1, 2, 1, 0, 0}},
                    OrderCase{"StrictOrderDoesNotWaitForAnIdleOneThatIsClosed",
                              {1, false},
                              {Subflow(1, 9000), Subflow(2, 0)},
                              {1, 1, 1}},
                    // RFC 8684 3.3.8
                    OrderCase{"BackupHasNoTurnBesideARegular",
                              {1, true},
                              {Subflow(1, 9000), Backup(2), Subflow(3, 9000)},
                              {1, 3, 1, 3}}),
    [](const auto& row) { return row.param.name; });

TEST(RoundRobinScheduler, StrictOrderGoesOnWhenTheFullOneHasRoomAgain)
{
    Sender sender({1, false}, {Subflow(1, 9000), Subflow(2, 1000)});
    EXPECT_EQ(sender.Next(4), (std::vector<uint16_t>{1, 2, 1, 0}));
    EXPECT_EQ(sender.lastReason, WaitReason::CongestionWindowFull);
    sender.Find(2).inFlightBytes = 0;
    EXPECT_EQ(sender.Next(2), (std::vector<uint16_t>{2, 1}));
}

TEST(RoundRobinScheduler, TurnGoesOnAfterAPause)
{
    Sender sender({3, true}, {Subflow(1, 9000), Subflow(2, 9000)});
    EXPECT_EQ(sender.Next(2), (std::vector<uint16_t>{1, 1}));
    sender.snapshot.ungrantedBytes = 0;
    EXPECT_EQ(sender.Next(), 0);
    EXPECT_EQ(sender.lastReason, WaitReason::NothingToSend);
    sender.snapshot.ungrantedBytes = MUCH;
    EXPECT_EQ(sender.Next(2), (std::vector<uint16_t>{1, 2}));
}

TEST(RoundRobinScheduler, ShortSegmentUsesUpATurn)
{
    Sender sender({1, true}, {Subflow(1, 9000), Subflow(2, 9000)});
    sender.snapshot.ungrantedBytes = 1;
    EXPECT_EQ(sender.Next(), 1);
    sender.snapshot.ungrantedBytes = MUCH;
    EXPECT_EQ(sender.Next(), 2);
}

TEST(RoundRobinScheduler, OrderSurvivesTheEndOfTheCurrentSubflow)
{
    Sender sender({1, true}, {Subflow(1, 9000), Subflow(2, 9000), Subflow(3, 9000)});
    EXPECT_EQ(sender.Next(2), (std::vector<uint16_t>{1, 2}));
    sender.snapshot.subflows.erase(sender.snapshot.subflows.begin() + 1);
    EXPECT_EQ(sender.Next(3), (std::vector<uint16_t>{3, 1, 3}));
}

TEST(RoundRobinScheduler, NewSubflowJoinsTheRound)
{
    Sender sender({1, true}, {Subflow(1, 9000), Subflow(2, 9000)});
    EXPECT_EQ(sender.Next(2), (std::vector<uint16_t>{1, 2}));
    sender.snapshot.subflows.push_back(Subflow(3, 9000));
    EXPECT_EQ(sender.Next(4), (std::vector<uint16_t>{3, 1, 2, 3}));
}

TEST(RoundRobinScheduler, IdsAreOrderedUpToTheLast)
{
    Sender sender({1, true}, {Subflow(0xffff, 9000), Subflow(0, 9000)});
    EXPECT_EQ(sender.Next(4), (std::vector<uint16_t>{0, 0xffff, 0, 0xffff}));
}

TEST(RoundRobinScheduler, ReinjectionUsesUpNoTurn)
{
    Sender sender({1, true}, {Subflow(1, 9000), Subflow(2, 9000), Subflow(3, 9000)});
    EXPECT_EQ(sender.Next(), 1);
    sender.snapshot.reinjection = true;
    sender.snapshot.excluded.emplace_back(2);
    EXPECT_EQ(sender.Next(2),
              (std::vector<uint16_t>{3, 3})); // RFC 8684 3.3.6: not where it was lost
    sender.snapshot.reinjection = false;
    sender.snapshot.excluded.clear();
    EXPECT_EQ(sender.Next(), 2);
}

TEST(RoundRobinScheduler, ReinjectionDoesNotWaitInStrictOrder)
{
    Sender sender({1, false}, {Subflow(1, 9000), Subflow(2, 1000), Subflow(3, 9000)});
    EXPECT_EQ(sender.Next(5), (std::vector<uint16_t>{1, 2, 3, 1, 0}));
    sender.snapshot.reinjection = true;
    EXPECT_EQ(sender.Next(), 3);
}

TEST(RoundRobinScheduler, ReportsWhyItWaits)
{
    Sender sender({1, true}, {Subflow(1, 1000), Subflow(2, 9000)});
    sender.snapshot.sendWindowBytes = 0;
    EXPECT_EQ(sender.Next(), 0);
    EXPECT_EQ(sender.lastReason, WaitReason::ReceiveWindowFull);
    sender.snapshot.subflows.clear();
    EXPECT_EQ(sender.Next(), 0);
    EXPECT_EQ(sender.lastReason, WaitReason::NoUsableSubflow);
}

} // namespace
} // namespace mptcp
