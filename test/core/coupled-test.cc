// SPDX-License-Identifier: GPL-2.0-only
#include "congestion/coupled.h"
#include "path-windows.h"

namespace mptcp
{
namespace
{

class CoupledByHand : public testing::TestWithParam<IncreaseCase>
{
};

// Wischik et al., NSDI 2011, 2.2
TEST_P(CoupledByHand, MatchesTheIncrease)
{
    ExpectIncreases(GetParam(), CoupledIncreaseBytes);
}

// w_r += acked * MSS_r / w_total
const std::vector<IncreaseCase> INCREASES{
    {"OnePathIsTcp", {Path(10000, 0.1)}, 1000, {100.0}},
    // 10^6/20000
    {"TwoEqualPaths", {Path(10000, 0.1), Path(10000, 0.1)}, 1000, {50.0, 50.0}},
    // 10^6/25000, the same for both.
    {"UnequalWindows", {Path(20000, 0.1), Path(5000, 0.1)}, 1000, {40.0, 40.0}},
    // No RTT in the formula.
    {"UnequalRtts", {Path(20000, 0.01), Path(5000, 1)}, 1000, {40.0, 40.0}},
    // 10^6/70000
    {"ThreePaths",
     {Path(10000, 0.1), Path(20000, 0.1), Path(40000, 0.1)},
     1000,
     {100.0 / 7, 100.0 / 7, 100.0 / 7}},
    // 600*1000/24000 and 600*500/24000
    {"SegmentSizeOfTheOwnPath", {Path(12000, 0.2), Path(12000, 0.2, 500)}, 600, {25.0, 12.5}},
    {"TwoSegmentsAcknowledged", {Path(10000, 0.1), Path(10000, 0.1)}, 2000, {100.0, 100.0}},
    {"PathWithoutRttIsLeftOut",
     {Path(10000, 0.1), Path(10000, 0.1), Path(5000, 0)},
     1000,
     {50.0, 50.0, 200.0}},
};

INSTANTIATE_TEST_SUITE_P(Table, CoupledByHand, testing::ValuesIn(INCREASES), [](const auto& row) {
    return std::string(row.param.name);
});

class CoupledLossByHand : public testing::TestWithParam<LossCase>
{
};

TEST_P(CoupledLossByHand, MatchesTheDecrease)
{
    ExpectWindowsAfterLoss(GetParam(), CoupledWindowAfterLossBytes);
}

// w_r - w_total/2, at least a segment
const std::vector<LossCase> LOSSES{
    {"OnePathIsHalved", {Path(10000, 0.1)}, {5000}},
    // 10000 - 20000/2 = 0
    {"TwoEqualPathsGoToOneSegment", {Path(10000, 0.1), Path(10000, 0.1)}, {1000, 1000}},
    // 20000 - 25000/2 = 7500; 5000 - 12500 < 0
    {"LargestStays", {Path(20000, 0.1), Path(5000, 0.1)}, {7500, 1000}},
    // 13000 - 24000/2 = 1000 exactly; 11000 - 12000 < 0
    {"JustOneSegment", {Path(13000, 0.1), Path(11000, 0.1)}, {1000, 1000}},
    // w_total = 70000: 60000 - 35000 = 25000
    {"ThreePaths", {Path(60000, 0.1), Path(5000, 0.2), Path(5000, 0.3)}, {25000, 1000, 1000}},
    {"SegmentOfTheOwnPath", {Path(10000, 0.1, 1400), Path(10000, 0.1, 500)}, {1400, 500}},
    {"PathWithoutRttIsLeftOut", {Path(10000, 0.1), Path(6000, 0)}, {5000, 3000}},
};

INSTANTIATE_TEST_SUITE_P(Table, CoupledLossByHand, testing::ValuesIn(LOSSES), [](const auto& row) {
    return std::string(row.param.name);
});

// The balance of one path at loss rate p, 1/w_total = p w_total/2, has w_total as TCP's window.
TEST(CoupledLimits, TotalSettlesWhereTcpDoes)
{
    const double lossesPerAck = 2e-4; // TCP: (2/p)^(1/2) = 100 segments
    const PathWindows paths{Path(99 * MSS, 0.1), Path(1 * MSS, 0.1)};
    const double lost = paths[0].windowBytes - CoupledWindowAfterLossBytes(paths, 0);
    EXPECT_DOUBLE_EQ(CoupledIncreaseBytes(paths, 0, MSS), lossesPerAck * lost);
}

} // namespace
} // namespace mptcp
