// SPDX-License-Identifier: GPL-2.0-only
#include "scheduling/min-rtt.h"

#include <chrono>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace mptcp
{
namespace
{

using std::chrono::milliseconds;

constexpr uint32_t SEGMENT = 1000;

struct Path
{
    uint16_t id;
    int rttMilliseconds;
    uint32_t windowBytes;
    uint32_t inFlightBytes{0};
    bool backup{false};
    bool suspect{false};
};

struct Expected
{
    std::optional<uint16_t> subflow;
    uint32_t maxBytes{0};
    WaitReason reason{WaitReason::None};
};

struct MinRttCase
{
    std::string name;
    std::vector<Path> paths;
    uint64_t ungrantedBytes;
    uint64_t sendWindowBytes;
    std::vector<uint16_t> lostOn; //!< not empty: a reinjection
    Expected expected;
};

ConnectionSnapshot
SnapshotOf(const MinRttCase& row)
{
    ConnectionSnapshot connection;
    for (const Path& path : row.paths)
    {
        SubflowSnapshot subflow;
        subflow.id = SubflowId(path.id);
        subflow.smoothedRtt = milliseconds(path.rttMilliseconds);
        subflow.congestionWindowBytes = path.windowBytes;
        subflow.inFlightBytes = path.inFlightBytes;
        subflow.segmentBytes = SEGMENT;
        subflow.backup = path.backup;
        subflow.suspect = path.suspect;
        connection.subflows.push_back(subflow);
    }
    connection.ungrantedBytes = row.ungrantedBytes;
    connection.sendWindowBytes = row.sendWindowBytes;
    connection.reinjection = !row.lostOn.empty();
    for (const uint16_t id : row.lostOn)
    {
        connection.excluded.emplace_back(id);
    }
    return connection;
}

class MinRttRule : public testing::TestWithParam<MinRttCase>
{
};

TEST_P(MinRttRule, Holds)
{
    MinRtt scheduler;
    const Decision decision = scheduler.Choose(SnapshotOf(GetParam()));
    const Expected& expected = GetParam().expected;
    EXPECT_EQ(decision.reason, expected.reason);
    ASSERT_EQ(decision.grant.has_value(), expected.subflow.has_value());
    if (expected.subflow)
    {
        ASSERT_EQ(decision.grant->subflows.size(), 1U);
        EXPECT_EQ(decision.grant->subflows.front(), SubflowId(*expected.subflow));
        EXPECT_EQ(decision.grant->maxBytes, expected.maxBytes);
    }
}

constexpr uint64_t MUCH = 100000;

const std::vector<MinRttCase> CASES{
    {"LowestRttFirst", {{1, 50, 9000}, {2, 20, 9000}, {3, 30, 9000}}, MUCH, MUCH, {}, {2, 1000}},
    {"NextLowestWhenTheBestIsFull",
     {{1, 50, 9000}, {2, 20, 9000, 9000}, {3, 30, 9000}},
     MUCH,
     MUCH,
     {},
     {3, 1000}},
    {"NextLowestWhenTheBestHasRoomForAFragmentOnly",
     {{1, 50, 9000}, {2, 20, 9000, 8500}},
     MUCH,
     MUCH,
     {},
     {1, 1000}},
    {"BestTakesAShortRestThatFits", {{1, 50, 9000}, {2, 20, 9000, 8500}}, 400, MUCH, {}, {2, 400}},
    {"OfEqualRttsTheFirst", {{4, 20, 9000}, {2, 20, 9000}}, MUCH, MUCH, {}, {4, 1000}},
    {"WithoutASampleComesFirst", {{1, 5, 9000}, {2, 0, 9000}}, MUCH, MUCH, {}, {2, 1000}},
    {"WithoutASampleOnlyForItsWindow",
     {{1, 5, 9000}, {2, 0, 3000, 3000}},
     MUCH,
     MUCH,
     {},
     {1, 1000}},
    // RFC 8684 3.3.8
    {"BackupWithLowerRttStaysInReserve",
     {{1, 50, 9000}, {2, 20, 9000, 0, true}},
     MUCH,
     MUCH,
     {},
     {1, 1000}},
    // RFC 8684 3.3.8
    {"BackupStaysInReserveWhileTheRegularIsFull",
     {{1, 50, 9000, 9000}, {2, 20, 9000, 0, true}},
     MUCH,
     MUCH,
     {},
     {{}, 0, WaitReason::CongestionWindowFull}},
    {"SuspectWithLowerRttRests",
     {{1, 50, 9000}, {2, 20, 9000, 0, false, true}},
     MUCH,
     MUCH,
     {},
     {1, 1000}},
    {"WaitsForAnyWindow",
     {{1, 50, 9000, 9000}, {2, 20, 9000, 9000}},
     MUCH,
     MUCH,
     {},
     {{}, 0, WaitReason::CongestionWindowFull}},
    {"WaitsForTheReceiveWindow",
     {{1, 50, 9000, 9000}, {2, 20, 9000, 1000}},
     MUCH,
     0,
     {},
     {{}, 0, WaitReason::ReceiveWindowFull}},
    {"WaitsWithoutSubflows", {}, MUCH, MUCH, {}, {{}, 0, WaitReason::NoUsableSubflow}},
    {"NothingToSendBeforeNoSubflow", {}, 0, MUCH, {}, {{}, 0, WaitReason::NothingToSend}},
    // RFC 8684 3.3.6
    {"ReinjectsOnTheOtherSubflow", {{1, 50, 9000}, {2, 20, 9000}}, MUCH, MUCH, {2}, {1, 1000}},
    {"ReinjectsInASmallPieceToo", {{1, 50, 9000}, {2, 20, 9000}}, 300, 0, {2}, {1, 300}},
    {"DoesNotReinjectWhereItWasLost",
     {{1, 50, 9000}, {2, 20, 9000}},
     MUCH,
     MUCH,
     {1, 2},
     {{}, 0, WaitReason::NoUsableSubflow}},
    {"ReinjectsOnABackup", {{1, 50, 9000, 0, true}, {2, 20, 9000}}, MUCH, MUCH, {2}, {1, 1000}},
};

INSTANTIATE_TEST_SUITE_P(Rules, MinRttRule, testing::ValuesIn(CASES), [](const auto& row) {
    return row.param.name;
});

TEST(MinRttScheduler, NoticesANanosecond)
{
    ConnectionSnapshot connection =
        SnapshotOf({"", {{1, 20, 9000}, {2, 20, 9000}}, MUCH, MUCH, {}, {}});
    connection.subflows[1].smoothedRtt -= std::chrono::nanoseconds(1);
    const Decision decision = MinRtt().Choose(connection);
    ASSERT_TRUE(decision.grant);
    EXPECT_EQ(decision.grant->subflows.front(), SubflowId(2));
}

TEST(MinRttScheduler, SpillsOverInOrderOfRttAsWindowsFill)
{
    // Room for 2, 1 and 3 segments on paths of 10, 20 and 30 ms.
    ConnectionSnapshot connection =
        SnapshotOf({"", {{1, 30, 3000}, {2, 10, 2000}, {3, 20, 1000}}, 6000, MUCH, {}, {}});
    MinRtt scheduler;
    std::vector<uint16_t> order;
    while (const auto grant = scheduler.Choose(connection).grant)
    {
        order.push_back(grant->subflows.front().Value());
        for (SubflowSnapshot& subflow : connection.subflows)
        {
            subflow.queuedBytes += subflow.id == grant->subflows.front() ? grant->maxBytes : 0;
        }
        connection.ungrantedBytes -= grant->maxBytes;
    }
    EXPECT_EQ(order, (std::vector<uint16_t>{2, 2, 3, 1, 1, 1}));
    EXPECT_EQ(connection.ungrantedBytes, 0U);
}

} // namespace
} // namespace mptcp
