// SPDX-License-Identifier: GPL-2.0-only
#include "congestion/semicoupled.h"
#include "path-windows.h"

namespace mptcp
{
namespace
{

class SemicoupledByHand : public testing::TestWithParam<IncreaseCase>
{
};

// Wischik et al., NSDI 2011, 2.4
TEST_P(SemicoupledByHand, MatchesTheFormula)
{
    ExpectIncreases(GetParam(), [](const auto& paths, std::size_t self, double ackedBytes) {
        return SemicoupledIncreaseBytes(paths, self, ackedBytes);
    });
}

// w_r += a * acked * MSS_r / w_total, a = 1/n
const std::vector<IncreaseCase> CASES{
    {"OnePathIsTcp", {Path(10000, 0.1)}, 1000, {100.0}},
    // 1/2*10^6/20000
    {"TwoEqualPaths", {Path(10000, 0.1), Path(10000, 0.1)}, 1000, {25.0, 25.0}},
    // 1/2*10^6/25000
    {"UnequalWindows", {Path(20000, 0.1), Path(5000, 0.1)}, 1000, {20.0, 20.0}},
    {"UnequalRtts", {Path(20000, 0.01), Path(5000, 1)}, 1000, {20.0, 20.0}},
    // 1/3*10^6/70000
    {"ThreePaths",
     {Path(10000, 0.1), Path(20000, 0.1), Path(40000, 0.1)},
     1000,
     {100.0 / 21, 100.0 / 21, 100.0 / 21}},
    // 1/2*600*1000/24000 and 1/2*600*500/24000
    {"SegmentSizeOfTheOwnPath", {Path(12000, 0.2), Path(12000, 0.2, 500)}, 600, {12.5, 6.25}},
    {"TwoSegmentsAcknowledged", {Path(10000, 0.1), Path(10000, 0.1)}, 2000, {50.0, 50.0}},
    {"PathWithoutRttIsLeftOut",
     {Path(10000, 0.1), Path(10000, 0.1), Path(5000, 0)},
     1000,
     {25.0, 25.0, 200.0}},
};

INSTANTIATE_TEST_SUITE_P(Table, SemicoupledByHand, testing::ValuesIn(CASES), [](const auto& row) {
    return std::string(row.param.name);
});

TEST(SemicoupledLimits, AggressivenessReplacesTheDefault)
{
    const PathWindows paths{Path(20000, 0.1), Path(5000, 0.1)};
    EXPECT_DOUBLE_EQ(SemicoupledIncreaseBytes(paths, 0, MSS, 2), 80.0);
}

// The example of section 2.4: loss rates of 1, 1 and 5 %. The balance a/w_total = p_r w_r/2 makes
// windows proportional to 1/p_r, so shares of 5/11, 5/11 and 1/11 (45, 45 and 10 % in the paper).
TEST(SemicoupledLimits, WindowsSettleInProportionToOneOverLossRate)
{
    const PathWindows paths{Path(50000, 0.1), Path(50000, 0.1), Path(10000, 0.1)};
    const double onTheFirst = SemicoupledIncreaseBytes(paths, 0, MSS) / (0.01 * 50000 / 2);
    const double onTheLast = SemicoupledIncreaseBytes(paths, 2, MSS) / (0.05 * 10000 / 2);
    EXPECT_DOUBLE_EQ(onTheFirst, onTheLast);
}

// n paths at p = 2/10^4, where TCP has 100 segments: a/w_total = p w_r/2 for 100 segments in all.
TEST(SemicoupledLimits, EqualPathsTogetherSettleWhereTcpDoes)
{
    for (const std::size_t n : {2, 4, 5})
    {
        const double windowBytes = 100 * MSS / static_cast<double>(n);
        const PathWindows paths(n, Path(windowBytes, 0.1));
        const double lossesPerAck = 2e-4;
        EXPECT_NEAR(SemicoupledIncreaseBytes(paths, 0, MSS), lossesPerAck * windowBytes / 2, 1e-9)
            << n;
    }
}

} // namespace
} // namespace mptcp
