// SPDX-License-Identifier: GPL-2.0-only
#include "buffers/opportunistic-retransmission.h"
#include "scheduling-fixture.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace mptcp
{
namespace
{

using namespace mptcp::test;

/// Somewhere in the stream, so that a number taken for a distance shows.
constexpr DataSequence START(0xffff'ffff'ffff'f000ULL);

/// A run of segments, counted from the trailing edge.
struct Run
{
    uint16_t subflow;
    unsigned from;
    unsigned to;
    int oldestMs{0}; //!< since the first of what the subflow has under way was sent
};

DataRange
Segments(unsigned from, unsigned to)
{
    return {START + uint64_t{from} * SEGMENT, START + uint64_t{to} * SEGMENT};
}

CarriedRanges
Carried(const std::vector<Run>& runs)
{
    CarriedRanges carried;
    for (const auto& run : runs)
    {
        carried.push_back({SubflowId(run.subflow),
                           Segments(run.from, run.to),
                           std::chrono::milliseconds(run.oldestMs)});
    }
    return carried;
}

struct BlockageRow
{
    const char* name;
    std::vector<Path> paths;
    std::vector<Run> carried;
    uint16_t idle{0}; //!< 0: nobody is held up
    std::vector<uint16_t> culprits{};
    unsigned from{0}; //!< of the one segment
};

class BlockageRule : public ::testing::TestWithParam<BlockageRow>
{
};

TEST_P(BlockageRule, Names)
{
    const auto& row = GetParam();
    ConnectionSnapshot connection = ConnectionOf(row.paths);
    connection.sendWindowBytes = 0;
    const auto blockage = FindBlockage(connection, START, Carried(row.carried));
    ASSERT_EQ(blockage.has_value(), row.idle != 0);
    if (!blockage)
    {
        return;
    }
    EXPECT_EQ(blockage->idle.Value(), row.idle);
    std::vector<uint16_t> culprits;
    for (const auto id : blockage->culprits)
    {
        culprits.push_back(id.Value());
    }
    EXPECT_EQ(culprits, row.culprits);
    EXPECT_EQ(blockage->range, Segments(row.from, row.from + 1));
}

const Path WIFI{1, 20, 40, 30};
const Path WIFI_FULL{1, 20, 30, 30};
const Path CELL{2, 150, 20, 20};
const Path CELL_BACKUP{2, 150, 20, 20, true};
const Path CELL_WITH_ROOM{2, 150, 40, 20};
const Path SATELLITE{3, 600, 20, 20};
const Path NEIGHBOUR{2, 10, 20, 20};
const Path UNMEASURED{2, 0, 20, 20};

INSTANTIATE_TEST_SUITE_P(
    Windows,
    BlockageRule,
    ::testing::Values(
        BlockageRow{"TheSlowOneHasTheTrailingEdge",
                    {WIFI, CELL},
                    {{2, 0, 1}, {1, 1, 40}},
                    1,
                    {2},
                    0},
        BlockageRow{"NobodyHasRoom", {WIFI_FULL, CELL}, {{2, 0, 1}, {1, 1, 40}}},
        BlockageRow{"TheFastOneHasTheTrailingEdgeAndASlowOneWhatFollows",
                    {WIFI, CELL},
                    {{1, 0, 3}, {2, 3, 5}},
                    1,
                    {2},
                    3},
        BlockageRow{"TheFastOneHasAll", {WIFI, CELL}, {{1, 0, 40}}},
        BlockageRow{"TheFastOneHasItToo", {WIFI, CELL}, {{2, 0, 2}, {1, 0, 40}}},
        BlockageRow{"NothingIsUnderWay", {WIFI, CELL}, {}},
        BlockageRow{"TheOneWithRoomIsTheSlowOne", {WIFI_FULL, CELL_WITH_ROOM}, {{1, 0, 30}}},
        BlockageRow{"TwoSlowOnesHaveIt",
                    {WIFI, CELL, SATELLITE},
                    {{2, 0, 1}, {3, 0, 1}, {1, 1, 30}},
                    1,
                    {2, 3},
                    0},
        BlockageRow{"OneOfThemIsAsFast",
                    {WIFI, CELL, Path{3, 20, 20, 20}},
                    {{2, 0, 1}, {3, 0, 1}, {1, 1, 30}}},
        BlockageRow{"ABackupMayBeTheCulprit",
                    {WIFI, CELL_BACKUP},
                    {{2, 0, 1}, {1, 1, 40}},
                    1,
                    {2},
                    0},
        BlockageRow{"ABackupIsNotIdle",
                    {Path{1, 20, 40, 30, true}, CELL_WITH_ROOM},
                    {{2, 0, 1}, {1, 1, 30}}},
        BlockageRow{"AHoleThatNobodyCarriesIsPassed",
                    {WIFI, CELL},
                    {{1, 2, 4}, {2, 4, 6}},
                    1,
                    {2},
                    4},
        // RFC 6298 2.3 without variation: a round trip for the segment and one for its repetition.
        BlockageRow{"TheFasterOneIsOverdue",
                    {WIFI, NEIGHBOUR},
                    {{2, 0, 1, 21}, {1, 1, 40}},
                    1,
                    {2},
                    0},
        BlockageRow{"TheFasterOneIsLateButRepeatingTakesAsLong",
                    {WIFI, NEIGHBOUR},
                    {{2, 0, 1, 20}, {1, 1, 40}}},
        BlockageRow{"ANewOneIsSilent", {WIFI, UNMEASURED}, {{2, 0, 1, 21}, {1, 1, 40}}, 1, {2}, 0},
        BlockageRow{"ANewOneHasJustBegun", {WIFI, UNMEASURED}, {{2, 0, 1, 20}, {1, 1, 40}}},
        BlockageRow{"OneOfTwoIsOverdue",
                    {WIFI, NEIGHBOUR, Path{3, 20, 20, 20}},
                    {{2, 0, 1, 21}, {3, 0, 1, 19}, {1, 1, 30}}},
        BlockageRow{"RunsOfOneSubflowInAnyOrder",
                    {WIFI, CELL},
                    {{2, 5, 6}, {2, 0, 1}, {1, 1, 5}},
                    1,
                    {2},
                    0}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Blockage, IsNoLongerThanTheRunNorThanASegment)
{
    ConnectionSnapshot connection = ConnectionOf({WIFI, CELL});
    connection.sendWindowBytes = 0;
    const CarriedRanges half{{SubflowId(2), {START, START + 500}},
                             {SubflowId(1), {START + 500, START + 5000}}};
    EXPECT_EQ(FindBlockage(connection, START, half)->range, (DataRange{START, START + 500}));
    // Behind the middle of a run: the rest of it, up to a segment.
    EXPECT_EQ(FindBlockage(connection, START + 300, Carried({{2, 0, 9}}))->range,
              (DataRange{START + 300, START + 1300}));
}

/// M1, Raiciu et al., NSDI 2012, 4.2: from the trailing edge on, everything that only the slow
/// subflow carries, in order, and nothing twice.
// RFC 6298 2.3: SRTT + 4 RTTVAR; that for the segment, and as much for its repetition.
TEST(Blockage, OverdueIsWhatVariationDoesNotExplain)
{
    ConnectionSnapshot connection = ConnectionOf({WIFI, NEIGHBOUR});
    connection.sendWindowBytes = 0;
    connection.subflows[1].rttVariation = std::chrono::milliseconds(5);
    EXPECT_FALSE(FindBlockage(connection, START, Carried({{2, 0, 1, 60}, {1, 1, 40}})));
    EXPECT_TRUE(FindBlockage(connection, START, Carried({{2, 0, 1, 61}, {1, 1, 40}})));
}

TEST(OpportunisticRetransmission, ResendsEachSegmentOnce)
{
    OpportunisticRetransmission opportunistic;
    ConnectionSnapshot connection = ConnectionOf({WIFI, CELL});
    connection.sendWindowBytes = 0;
    const auto carried = Carried({{2, 0, 2}, {1, 2, 8}, {2, 8, 9}, {1, 9, 20}});
    std::vector<DataRange> resent;
    while (const auto next = opportunistic.Next(connection, START, carried))
    {
        resent.push_back(next->range);
        opportunistic.OnSent(next->range);
    }
    EXPECT_EQ(resent, (std::vector<DataRange>{Segments(0, 1), Segments(1, 2), Segments(8, 9)}));
}

TEST(OpportunisticRetransmission, GoesOnBehindTheTrailingEdge)
{
    OpportunisticRetransmission opportunistic;
    ConnectionSnapshot connection = ConnectionOf({WIFI, CELL});
    connection.sendWindowBytes = 0;
    opportunistic.OnSent(Segments(0, 1));
    const DataSequence edge = Segments(5, 6).begin; // acknowledged far beyond what was resent
    EXPECT_EQ(opportunistic.Next(connection, edge, Carried({{2, 5, 7}}))->range, Segments(5, 6));
}

TEST(OpportunisticRetransmission, StopsWhenTheCongestionWindowIsFull)
{
    OpportunisticRetransmission opportunistic;
    ConnectionSnapshot connection = ConnectionOf({Path{1, 20, 32, 30}, CELL});
    connection.sendWindowBytes = 0;
    const auto carried = Carried({{2, 0, 5}});
    unsigned count = 0;
    while (const auto next = opportunistic.Next(connection, START, carried))
    {
        opportunistic.OnSent(next->range);
        connection.subflows[0].queuedBytes += static_cast<uint32_t>(next->range.Bytes());
        ++count;
    }
    EXPECT_EQ(count, 2U);
}

} // namespace
} // namespace mptcp
