// SPDX-License-Identifier: GPL-2.0-only
#include "congestion/balia.h"
#include "path-windows.h"

#include <cmath>
#include <limits>

namespace mptcp
{
namespace
{

class BaliaByHand : public testing::TestWithParam<IncreaseCase>
{
};

// draft-walid-mptcp-congestion-control-04
TEST_P(BaliaByHand, MatchesTheIncrease)
{
    ExpectIncreases(GetParam(), BaliaIncreaseBytes);
}

// x = w/r in bytes/s, S = SUM x, a = MAX x / x_r, k = (1 + a)/2 * (4 + a)/5.
// increase = acked * MSS * x/(r S^2) * k; acked * MSS = 10^6 unless said otherwise.
const std::vector<IncreaseCase> INCREASES{
    // One path is TCP: 10^6/10^4.
    {"OnePathIsTcp", {Path(10000, 0.1)}, 1000, {100.0}},

    // x = 10^5, S = 2*10^5, a = 1, k = 1: 10^6 * 10^5/(0.1 * 4*10^10) = 25.
    {"TwoEqualPaths", {Path(10000, 0.1), Path(10000, 0.1)}, 1000, {25.0, 25.0}},

    // S = 4*10^5: 10^6 * 10^5/(0.1 * 16*10^10) = 25/4.
    {"FourEqualPaths",
     {Path(10000, 0.1), Path(10000, 0.1), Path(10000, 0.1), Path(10000, 0.1)},
     1000,
     {6.25, 6.25, 6.25, 6.25}},

    // x = 2*10^5, 10^5; S^2 = 9*10^10. First: a = 1: 10^6 * 2*10^5/(0.1 * 9*10^10) = 200/9.
    // Second: a = 2, k = 3/2 * 6/5 = 9/5: 100/9 * 9/5 = 20.
    {"EqualRttsUnequalWindows", {Path(20000, 0.1), Path(10000, 0.1)}, 1000, {200.0 / 9, 20.0}},

    // x = 10^5, 5*10^4; S^2 = 225*10^8. First: 10^6 * 10^5/(0.1 * 225*10^8) = 400/9.
    // Second: a = 2, k = 9/5: 10^6 * 5*10^4/(0.2 * 225*10^8) = 100/9; times 9/5 = 20.
    {"RttsOneToTwo", {Path(10000, 0.1), Path(10000, 0.2)}, 1000, {400.0 / 9, 20.0}},

    // x = 4*10^5, 10^5; S^2 = 25*10^10. First: 10^6 * 4*10^5/(0.1 * 25*10^10) = 16.
    // Second: a = 4, k = 5/2 * 8/5 = 4: 10^6 * 10^5/(0.1 * 25*10^10) = 4; times 4 = 16.
    {"WindowsFourToOne", {Path(40000, 0.1), Path(10000, 0.1)}, 1000, {16.0, 16.0}},

    // Equal rates, x = 2*10^5 thrice; S^2 = 36*10^10, a = 1: 10^6 * 2*10^5/(36*10^10)/r = 5/(9 r).
    {"ThreePathsOfEqualRate",
     {Path(20000, 0.1), Path(10000, 0.05), Path(5000, 0.025)},
     1000,
     {50.0 / 9, 100.0 / 9, 200.0 / 9}},

    // TwoEqualPaths with windows and acknowledgements of 600 bytes and MSS 1000 and 500:
    // x = 6*10^4, S^2 = 144*10^8: 600*MSS * 6*10^4/(0.2 * 144*10^8) = 600*MSS/48000.
    {"SegmentSizeOfTheOwnPath", {Path(12000, 0.2), Path(12000, 0.2, 500)}, 600, {12.5, 6.25}},

    // For itself the third is TCP: 10^6/5000.
    {"PathWithoutRttIsLeftOut",
     {Path(10000, 0.1), Path(10000, 0.1), Path(5000, 0)},
     1000,
     {25.0, 25.0, 200.0}},

    // A window of zero counts as one segment.
    {"PathWithoutWindowIsLeftOut", {Path(10000, 0.1), Path(0, 0.1)}, 1000, {100.0, 1000.0}},
};

INSTANTIATE_TEST_SUITE_P(Table, BaliaByHand, testing::ValuesIn(INCREASES), [](const auto& row) {
    return std::string(row.param.name);
});

class BaliaLossByHand : public testing::TestWithParam<LossCase>
{
};

TEST_P(BaliaLossByHand, MatchesTheDecrease)
{
    ExpectWindowsAfterLoss(GetParam(), BaliaWindowAfterLossBytes);
}

// w - w/2 * MIN(a, 3/2)
const std::vector<LossCase> LOSSES{
    {"OnePathIsHalved", {Path(10000, 0.1)}, {5000}},
    {"EqualPathsAreHalved", {Path(10000, 0.1), Path(10000, 0.1)}, {5000, 5000}},
    // a = 1 and 2: the slower keeps 1/4.
    {"SlowerPathKeepsAQuarter", {Path(20000, 0.1), Path(10000, 0.1)}, {10000, 2500}},
    // a = 5/4: 8000 - 4000*5/4 = 3000.
    {"BelowTheCap", {Path(10000, 0.1), Path(8000, 0.1)}, {5000, 3000}},
    // a = 3/2 exactly, by RTT: x = 10^5, 15*10^4; 10000 - 5000*3/2 = 2500.
    {"AtTheCap", {Path(10000, 0.1), Path(12000, 0.08)}, {2500, 6000}},
    // a = 100, capped.
    {"FarAboveTheCap", {Path(100000, 0.1), Path(1000, 0.1)}, {50000, 250}},
    {"PathWithoutRttIsHalved", {Path(10000, 0.1), Path(6000, 0)}, {5000, 3000}},
};

INSTANTIATE_TEST_SUITE_P(Table, BaliaLossByHand, testing::ValuesIn(LOSSES), [](const auto& row) {
    return std::string(row.param.name);
});

TEST(BaliaLaws, SinglePathIsExactlyTcp)
{
    for (const PathWindows& paths : SamplePaths())
    {
        const PathWindows one{paths.front()};
        EXPECT_EQ(BaliaAlpha(one, 0), 1.0);
        EXPECT_EQ(BaliaIncreaseBytes(one, 0, MSS), MSS * MSS / one.front().windowBytes);
        EXPECT_EQ(BaliaWindowAfterLossBytes(one, 0), one.front().windowBytes / 2);
    }
}

TEST(BaliaLaws, ALossLeavesAQuarterToAHalf)
{
    for (const PathWindows& paths : SamplePaths())
    {
        for (std::size_t self = 0; self < paths.size(); ++self)
        {
            const double left = BaliaWindowAfterLossBytes(paths, self) / paths[self].windowBytes;
            EXPECT_GE(left, 0.25);
            EXPECT_LE(left, 0.5);
        }
    }
}

TEST(BaliaLimits, ExtremeValuesStayFinite)
{
    const double huge = std::numeric_limits<uint32_t>::max();
    const PathWindows paths{Path(huge, 1e-9), Path(1, 1e3), Path(huge, 1e3), Path(1, 1e-9)};
    for (std::size_t self = 0; self < paths.size(); ++self)
    {
        EXPECT_TRUE(std::isfinite(BaliaIncreaseBytes(paths, self, MSS)));
        EXPECT_GT(BaliaIncreaseBytes(paths, self, MSS), 0);
    }
}

} // namespace
} // namespace mptcp
