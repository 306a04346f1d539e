// SPDX-License-Identifier: GPL-2.0-only
#include "scheduling/eligibility.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace mptcp
{
namespace
{

constexpr uint32_t SEGMENT = 1000;

SubflowSnapshot
Subflow(uint16_t id, uint32_t windowBytes = 10 * SEGMENT, uint32_t inFlightBytes = 0)
{
    SubflowSnapshot subflow;
    subflow.id = SubflowId(id);
    subflow.congestionWindowBytes = windowBytes;
    subflow.inFlightBytes = inFlightBytes;
    subflow.segmentBytes = SEGMENT;
    return subflow;
}

SubflowSnapshot
Marked(uint16_t id, bool backup, bool suspect)
{
    SubflowSnapshot subflow = Subflow(id);
    subflow.backup = backup;
    subflow.suspect = suspect;
    return subflow;
}

struct WindowCase
{
    std::string name;
    uint32_t windowBytes;
    uint32_t inFlightBytes;
    uint32_t queuedBytes;
    uint32_t availableBytes;
};

class AvailableWindow : public testing::TestWithParam<WindowCase>
{
};

TEST_P(AvailableWindow, IsWhatIsNeitherInFlightNorQueued)
{
    SubflowSnapshot subflow = Subflow(1, GetParam().windowBytes, GetParam().inFlightBytes);
    subflow.queuedBytes = GetParam().queuedBytes;
    EXPECT_EQ(subflow.AvailableWindowBytes(), GetParam().availableBytes);
}

INSTANTIATE_TEST_SUITE_P(
    Rules,
    AvailableWindow,
    testing::Values(WindowCase{"AllOfAnIdleWindow", 5000, 0, 0, 5000},
                    WindowCase{"BytesInFlightAreUsed", 5000, 2000, 0, 3000},
                    WindowCase{"QueuedBytesAreUsed", 5000, 2000, 1000, 2000},
                    WindowCase{"NothingWhenExactlyFull", 5000, 4000, 1000, 0},
                    WindowCase{"NothingAfterTheWindowShrank", 2000, 8000, 0, 0},
                    WindowCase{"NothingWhenTheSumExceeds32Bits", 5000, 0xffffffffU, 2, 0}),
    [](const auto& row) { return row.param.name; });

struct EligibilityCase
{
    std::string name;
    std::vector<SubflowSnapshot> subflows;
    std::vector<uint16_t> excluded;
    std::vector<uint16_t> usable;
};

class Eligibility : public testing::TestWithParam<EligibilityCase>
{
};

TEST_P(Eligibility, VisitsExactlyTheUsableInOrder)
{
    ConnectionSnapshot connection;
    connection.subflows.assign(GetParam().subflows.begin(), GetParam().subflows.end());
    for (const uint16_t id : GetParam().excluded)
    {
        connection.excluded.emplace_back(id);
    }
    std::vector<uint16_t> visited;
    const bool any = ForEachUsable(connection, [&](const SubflowSnapshot& subflow) {
        visited.push_back(subflow.id.Value());
    });
    EXPECT_EQ(visited, GetParam().usable);
    EXPECT_EQ(any, !GetParam().usable.empty());
}

SubflowSnapshot
FullWindow(uint16_t id)
{
    return Subflow(id, 10 * SEGMENT, 10 * SEGMENT);
}

INSTANTIATE_TEST_SUITE_P(
    Rules,
    Eligibility,
    testing::Values(
        EligibilityCase{"NoneWithoutSubflows", {}, {}, {}},
        EligibilityCase{"AllRegularOnes", {Subflow(1), Subflow(2)}, {}, {1, 2}},
        // RFC 8684 3.3.8: B=1 SHOULD NOT be used unless no B=0 subflow is usable.
        EligibilityCase{"BackupStaysInReserve", {Marked(1, true, false), Subflow(2)}, {}, {2}},
        EligibilityCase{"BackupStaysInReserveWhileARegularWindowIsFull",
                        {FullWindow(1), Marked(2, true, false)},
                        {},
                        {1}},
        EligibilityCase{"BackupsServeAlone",
                        {Marked(1, true, false), Marked(2, true, false)},
                        {},
                        {1, 2}},
        EligibilityCase{"SuspectRestsBesideAHealthyOne",
                        {Marked(1, false, true), Subflow(2)},
                        {},
                        {2}},
        // RFC 8684 3.3.8: a subflow that does not deliver is not "working".
        EligibilityCase{"BackupGoesBeforeASuspectRegular",
                        {Marked(1, false, true), Marked(2, true, false)},
                        {},
                        {2}},
        EligibilityCase{"SuspectServesWhenAllAreSuspect",
                        {Marked(1, false, true), Marked(2, false, true)},
                        {},
                        {1, 2}},
        EligibilityCase{"SuspectRegularGoesBeforeASuspectBackup",
                        {Marked(1, true, true), Marked(2, false, true)},
                        {},
                        {2}},
        EligibilityCase{"SuspectBackupServesAlone", {Marked(1, true, true)}, {}, {1}},
        EligibilityCase{"ExcludedIsSkipped", {Subflow(1), Subflow(2)}, {1}, {2}},
        EligibilityCase{"NoneWhenAllAreExcluded", {Subflow(1), Subflow(2)}, {1, 2}, {}},
        EligibilityCase{"ExcludedRegularLetsABackupServe",
                        {Subflow(1), Marked(2, true, false)},
                        {1},
                        {2}},
        EligibilityCase{"ExcludedBackupIsNotReplacedByASuspectUnlessNeeded",
                        {Marked(1, true, false), Marked(2, false, true)},
                        {1},
                        {2}}),
    [](const auto& row) { return row.param.name; });

/// The room on the first subflow of the snapshot.
struct RoomCase
{
    std::string name;
    std::vector<SubflowSnapshot> subflows;
    uint64_t ungrantedBytes;
    uint64_t sendWindowBytes;
    bool reinjection;
    uint32_t bytes;
    WaitReason reason;
};

class RoomRule : public testing::TestWithParam<RoomCase>
{
};

TEST_P(RoomRule, Holds)
{
    const RoomCase& row = GetParam();
    ConnectionSnapshot connection;
    connection.subflows.assign(row.subflows.begin(), row.subflows.end());
    connection.ungrantedBytes = row.ungrantedBytes;
    connection.sendWindowBytes = row.sendWindowBytes;
    connection.reinjection = row.reinjection;
    const Room room = RoomOn(connection.subflows.front(), connection);
    EXPECT_EQ(room.bytes, row.bytes);
    EXPECT_EQ(room.reason, row.reason);
}

SubflowSnapshot
Queued(uint16_t id, uint32_t windowBytes, uint32_t queuedBytes)
{
    SubflowSnapshot subflow = Subflow(id, windowBytes);
    subflow.queuedBytes = queuedBytes;
    return subflow;
}

SubflowSnapshot
SuspectInFlight(uint16_t id)
{
    SubflowSnapshot subflow = Subflow(id, 10 * SEGMENT, SEGMENT);
    subflow.suspect = true;
    return subflow;
}

constexpr auto NONE = WaitReason::None;
constexpr auto CWND = WaitReason::CongestionWindowFull;
constexpr auto RWND = WaitReason::ReceiveWindowFull;

INSTANTIATE_TEST_SUITE_P(
    WholeSegments,
    RoomRule,
    testing::Values(
        RoomCase{"OneSegmentOfMuchData", {Subflow(1)}, 99000, 99000, false, 1000, NONE},
        RoomCase{"AllDataBelowASegment", {Subflow(1, 9000, 8000)}, 7, 99000, false, 7, NONE},
        RoomCase{"NothingToSend", {Subflow(1)}, 0, 99000, false, 0, WaitReason::NothingToSend},
        RoomCase{"ExactlyOneSegmentOfCongestionWindow",
                 {Subflow(1, 9000, 8000)},
                 5000,
                 99000,
                 false,
                 1000,
                 NONE},
        RoomCase{"ExactlyOneSegmentOfReceiveWindow",
                 {Subflow(1, 9000, 3000)},
                 5000,
                 1000,
                 false,
                 1000,
                 NONE},
        RoomCase{"DataAbove32BitsIsStillOneSegment",
                 {Subflow(1)},
                 (uint64_t{1} << 32) + 1,
                 99000,
                 false,
                 1000,
                 NONE},
        RoomCase{"ReceiveWindowAbove32BitsIsStillOpen",
                 {Subflow(1)},
                 5000,
                 (uint64_t{1} << 32) + 1,
                 false,
                 1000,
                 NONE}),
    [](const auto& row) { return row.param.name; });

// RFC 1122 4.2.3.4: the sender's side of silly window avoidance.
INSTANTIATE_TEST_SUITE_P(
    CongestionWindowBelowASegment,
    RoomRule,
    testing::Values(
        RoomCase{"WaitsWhileBytesAreInFlight",
                 {Subflow(1, 2500, 2000)},
                 5000,
                 99000,
                 false,
                 0,
                 CWND},
        RoomCase{"WaitsWhileBytesAreQueued", {Queued(1, 2500, 2000)}, 5000, 99000, false, 0, CWND},
        RoomCase{"WaitsThoughTheRestIsBelowASegment",
                 {Subflow(1, 2500, 2000)},
                 501,
                 99000,
                 false,
                 0,
                 CWND},
        RoomCase{"SendsTheRestThatFits", {Subflow(1, 2500, 2000)}, 500, 99000, false, 500, NONE},
        RoomCase{"SendsAPartWhenIdle", {Subflow(1, 600)}, 5000, 99000, false, 600, NONE},
        RoomCase{"SendsAPartWhenIdleBesideABusyOne",
                 {Subflow(1, 600), Subflow(2, 5000, 5000)},
                 5000,
                 99000,
                 false,
                 600,
                 NONE},
        RoomCase{"WaitsWhenClosedThoughIdle", {Subflow(1, 0)}, 5000, 99000, false, 0, CWND},
        RoomCase{"IsTheReasonWhenBothAreFull", {Subflow(1, 2000, 2000)}, 5000, 0, false, 0, CWND}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    ReceiveWindowBelowASegment,
    RoomRule,
    testing::Values(
        RoomCase{"WaitsWhileBytesAreInFlight", {Subflow(1, 9000, 1000)}, 5000, 999, false, 0, RWND},
        RoomCase{"WaitsThoughTheRestIsBelowASegment",
                 {Subflow(1, 9000, 1000)},
                 501,
                 500,
                 false,
                 0,
                 RWND},
        RoomCase{"SendsTheRestThatFits", {Subflow(1, 9000, 1000)}, 500, 500, false, 500, NONE},
        RoomCase{"AnIdleOneWaitsWhileAnotherHasBytesInFlight",
                 {Subflow(1), Subflow(2, 9000, 1000)},
                 5000,
                 999,
                 false,
                 0,
                 RWND},
        RoomCase{"SendsAPartWhenTheConnectionIsIdle",
                 {Subflow(1), Subflow(2)},
                 5000,
                 999,
                 false,
                 999,
                 NONE},
        RoomCase{"SendsAPartWhenOnlyASuspectHasBytesInFlight",
                 {Subflow(1), SuspectInFlight(2)},
                 5000,
                 999,
                 false,
                 999,
                 NONE},
        RoomCase{"ASuspectWaitsForItsOwnBytesInFlight",
                 {SuspectInFlight(1)},
                 5000,
                 999,
                 false,
                 0,
                 RWND},
        RoomCase{"WaitsWhenClosedThoughIdle", {Subflow(1)}, 5000, 0, false, 0, RWND},
        RoomCase{"IsNoLimitForReinjection", {Subflow(1, 9000, 1000)}, 5000, 0, true, 1000, NONE},
        RoomCase{"IsTheSmallerOfTwoPartsWhenIdle", {Subflow(1, 600)}, 5000, 500, false, 500, NONE},
        RoomCase{"LeavesTheSmallerCongestionWindow",
                 {Subflow(1, 600)},
                 5000,
                 700,
                 false,
                 600,
                 NONE}),
    [](const auto& row) { return row.param.name; });

TEST(MoreTellingReason, ReceiveWindowOutweighsCongestionWindow)
{
    EXPECT_EQ(MoreTelling(NONE, CWND), CWND);
    EXPECT_EQ(MoreTelling(CWND, NONE), CWND);
    EXPECT_EQ(MoreTelling(CWND, RWND), RWND);
    EXPECT_EQ(MoreTelling(RWND, CWND), RWND);
}

TEST(WaitReasonNames, AreDistinct)
{
    EXPECT_STREQ(ToString(WaitReason::WaitingForFasterPath), "waiting for faster path");
    EXPECT_STREQ(ToString(WaitReason::NoUsableSubflow), "no usable subflow");
}

} // namespace
} // namespace mptcp
