// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Redundant without a queue, as in Linux: each subflow at its own pace.
#include "scheduling-fixture.h"
#include "scheduling/redundant.h"

namespace mptcp
{
namespace
{

using namespace test;

struct RedundantRow
{
    std::string name;
    std::vector<Path> paths;
    std::vector<uint64_t> behindBytes;
    uint64_t ungrantedBytes;
    uint64_t sendWindowBytes;
    Order chosen; //!< empty: waits
    uint32_t maxBytes{0};
    bool isCopy{false};
    WaitReason reason{WaitReason::None};
};

class RedundantRule : public testing::TestWithParam<RedundantRow>
{
};

TEST_P(RedundantRule, Holds)
{
    const RedundantRow& row = GetParam();
    ConnectionSnapshot connection = ConnectionOf(row.paths, row.ungrantedBytes);
    connection.sendWindowBytes = row.sendWindowBytes;
    for (std::size_t i = 0; i < row.behindBytes.size(); ++i)
    {
        connection.subflows[i].behindBytes = row.behindBytes[i];
    }
    const Decision decision = Redundant(0, 0).Choose(connection);
    EXPECT_EQ(decision.reason, row.reason);
    ASSERT_EQ(decision.grant.has_value(), !row.chosen.empty());
    if (decision.grant)
    {
        Order chosen;
        for (const SubflowId id : decision.grant->subflows)
        {
            chosen.push_back(id.Value());
        }
        EXPECT_EQ(chosen, row.chosen);
        EXPECT_EQ(decision.grant->maxBytes, row.maxBytes);
        EXPECT_EQ(decision.grant->isCopy, row.isCopy);
    }
}

constexpr auto CWND = WaitReason::CongestionWindowFull;
constexpr auto RWND = WaitReason::ReceiveWindowFull;
constexpr auto NOTHING = WaitReason::NothingToSend;
constexpr auto NOBODY = WaitReason::NoUsableSubflow;

INSTANTIATE_TEST_SUITE_P(
    Rows,
    RedundantRule,
    testing::Values(
        RedundantRow{"NewBytesOnAll", {{1, 20, 9}, {2, 90, 9}}, {}, MUCH, MUCH, {1, 2}, 1000},
        RedundantRow{"NewBytesOnWhoHasRoom",
                     {{1, 20, 9}, {2, 90, 9, 9}},
                     {},
                     MUCH,
                     MUCH,
                     {1},
                     1000},
        RedundantRow{"WhoIsBehindCatchesUpFirst",
                     {{1, 20, 9}, {2, 90, 9}},
                     {0, 2500},
                     MUCH,
                     MUCH,
                     {2},
                     1000,
                     true},
        RedundantRow{"WhoIsBehindWithLessThanASegment",
                     {{1, 20, 9}, {2, 90, 9}},
                     {0, 500},
                     MUCH,
                     MUCH,
                     {2},
                     500,
                     true},
        RedundantRow{"WhoIsBehindAndFullHoldsUpNobody",
                     {{1, 20, 9}, {2, 90, 9, 9}},
                     {0, 2500},
                     MUCH,
                     MUCH,
                     {1},
                     1000},
        // Copies lie in the peer's window already.
        RedundantRow{"CatchesUpBehindAClosedWindow",
                     {{1, 20, 9, 5}, {2, 90, 9}},
                     {0, 2500},
                     MUCH,
                     0,
                     {2},
                     1000,
                     true},
        RedundantRow{"CatchesUpWithNothingNew",
                     {{1, 20, 9, 5}, {2, 90, 9}},
                     {0, 2500},
                     0,
                     MUCH,
                     {2},
                     1000,
                     true},
        RedundantRow{"WaitsForTheWindow",
                     {{1, 20, 9, 5}, {2, 90, 9}},
                     {},
                     MUCH,
                     0,
                     {},
                     0,
                     false,
                     RWND},
        RedundantRow{"WaitsForTheFullOneToCatchUp",
                     {{1, 20, 9, 5}, {2, 90, 9, 9}},
                     {0, 2500},
                     0,
                     MUCH,
                     {},
                     0,
                     false,
                     CWND},
        RedundantRow{"BothFull",
                     {{1, 20, 9, 9}, {2, 90, 9, 9}},
                     {},
                     MUCH,
                     MUCH,
                     {},
                     0,
                     false,
                     CWND},
        RedundantRow{"NothingToSend", {{1, 20, 9}, {2, 90, 9}}, {}, 0, MUCH, {}, 0, false, NOTHING},
        RedundantRow{"Nobody", {}, {}, MUCH, MUCH, {}, 0, false, NOBODY},
        // RFC 8684 3.3.8: a copy on a backup is use of a backup
        RedundantRow{"NoCopyOnABackup",
                     {{1, 20, 9}, {2, 90, 9, 0, true}},
                     {0, 2500},
                     MUCH,
                     MUCH,
                     {1},
                     1000}),
    [](const auto& row) { return row.param.name; });

TEST(RedundantScheduler, ReinjectsOnOne)
{
    ConnectionSnapshot connection = ConnectionOf({{1, 20, 9}, {2, 90, 9}, {3, 50, 9}}, SEGMENT);
    connection.reinjection = true;
    connection.excluded.emplace_back(1);
    const Decision decision = Redundant().Choose(connection);
    ASSERT_TRUE(decision.grant);
    EXPECT_EQ(decision.grant->subflows, (SubflowIds{SubflowId(3)}));
    EXPECT_FALSE(decision.grant->isCopy);
}

TEST(RedundantScheduler, AsksToKnowWhoIsBehind)
{
    EXPECT_TRUE(Redundant().SendsCopies());
}

} // namespace
} // namespace mptcp
