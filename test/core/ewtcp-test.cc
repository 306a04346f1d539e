// SPDX-License-Identifier: GPL-2.0-only
#include "congestion/ewtcp.h"
#include "path-windows.h"

#include <gtest/gtest.h>

namespace mptcp
{
namespace
{

class EwtcpByHand : public testing::TestWithParam<IncreaseCase>
{
};

// Wischik et al., NSDI 2011, 2.1
TEST_P(EwtcpByHand, MatchesTheFormula)
{
    ExpectIncreases(GetParam(), [](const auto& paths, std::size_t self, double ackedBytes) {
        return EwtcpIncreaseBytes(paths, self, ackedBytes);
    });
}

// w_r += a * acked * MSS / w_r, a = 1/n^2, MSS = 1000.
const std::vector<IncreaseCase> CASES{
    // a = 1: 1000*1000/10000.
    {"OnePathIsTcp", {Path(10000, 0.1)}, 1000, {100.0}},
    // a = 1/4: 1/4*100.
    {"TwoEqualPaths", {Path(10000, 0.1), Path(10000, 0.1)}, 1000, {25.0, 25.0}},
    // Every path for itself: 1/4*10^6/20000 and 1/4*10^6/5000.
    {"UnequalWindows", {Path(20000, 0.1), Path(5000, 0.1)}, 1000, {12.5, 50.0}},
    // No RTT in the formula.
    {"UnequalRtts", {Path(20000, 0.01), Path(5000, 1)}, 1000, {12.5, 50.0}},
    // a = 1/9: 10^6/(9*10000), 10^6/(9*20000), 10^6/(9*40000).
    {"ThreePaths",
     {Path(10000, 0.1), Path(20000, 0.1), Path(40000, 0.1)},
     1000,
     {100.0 / 9, 50.0 / 9, 25.0 / 9}},
    // a = 1/16.
    {"FourPaths",
     {Path(10000, 0.1), Path(10000, 0.1), Path(10000, 0.1), Path(10000, 0.1)},
     1000,
     {6.25, 6.25, 6.25, 6.25}},
    // 1/4*600*MSS/12000 with MSS 1000 and 500.
    {"SegmentSizeOfTheOwnPath", {Path(12000, 0.2), Path(12000, 0.2, 500)}, 600, {12.5, 6.25}},
    // The third has no RTT: n = 2 for the others, and TCP for itself.
    {"PathWithoutRttIsLeftOut",
     {Path(10000, 0.1), Path(10000, 0.1), Path(5000, 0)},
     1000,
     {25.0, 25.0, 200.0}},
    {"OneMeasuredPathIsTcp", {Path(10000, 0.1), Path(50000, 0)}, 1000, {100.0, 20.0}},
};

INSTANTIATE_TEST_SUITE_P(Table, EwtcpByHand, testing::ValuesIn(CASES), [](const auto& row) {
    return std::string(row.param.name);
});

TEST(EwtcpLimits, AggressivenessReplacesTheDefault)
{
    const PathWindows paths{Path(10000, 0.1), Path(20000, 0.1)};
    EXPECT_DOUBLE_EQ(EwtcpIncreaseBytes(paths, 0, MSS, 0.5), 50.0);
    EXPECT_DOUBLE_EQ(EwtcpIncreaseBytes(paths, 1, MSS, 0.5), 25.0);
}

// a/w = p w/2 on each of n paths of the same p is w = (2a/p)^(1/2). The sum is TCP's (2/p)^(1/2)
// if a = 1/n^2. Here p = 2/10^4 per segment, so 100 segments in all.
TEST(EwtcpLimits, EqualPathsTogetherSettleWhereTcpDoes)
{
    for (const std::size_t n : {2, 4, 5})
    {
        const double windowBytes = 100 * MSS / static_cast<double>(n);
        const PathWindows paths(n, Path(windowBytes, 0.1));
        const double lossesPerAck = 2e-4;
        EXPECT_NEAR(EwtcpIncreaseBytes(paths, 0, MSS), lossesPerAck * windowBytes / 2, 1e-9) << n;
    }
}

} // namespace
} // namespace mptcp
