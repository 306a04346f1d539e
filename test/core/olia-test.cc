// SPDX-License-Identifier: GPL-2.0-only
#include "congestion/olia.h"
#include "path-windows.h"

#include <cmath>
#include <limits>

namespace mptcp
{
namespace
{

struct OliaCase
{
    IncreaseCase row;
    std::vector<double> alpha; //!< per path
};

void
PrintTo(const OliaCase& each, std::ostream* os)
{
    *os << each.row.name;
}

class OliaByHand : public testing::TestWithParam<OliaCase>
{
};

// draft-khalili-mptcp-congestion-control-05
TEST_P(OliaByHand, MatchesTheFormulas)
{
    const auto& [row, alpha] = GetParam();
    ExpectIncreases(row, OliaIncreaseBytes);
    for (std::size_t self = 0; self < alpha.size(); ++self)
    {
        EXPECT_DOUBLE_EQ(OliaAlpha(row.paths, self), alpha[self]) << "path " << self;
    }
}

// w window, r RTT, l inter-loss distance; n paths, M those of the largest w, B those of the largest
// l/r^2, C = B without M; S = SUM w/r. With acked * MSS = 10^6:
// increase = 10^6 * (w/r^2)/S^2 + alpha * 10^6/w.
const std::vector<OliaCase> CASES{
    {{"OnePathIsTcp", {PathWithLosses(10000, 0.1, 1e6)}, 1000, {100.0}}, {0}},

    // B = M = both, C empty. S^2 = 4*10^10, w/r^2 = 10^6: 25.
    {{"TwoEqualPaths",
      {PathWithLosses(10000, 0.1, 1e6), PathWithLosses(10000, 0.1, 1e6)},
      1000,
      {25.0, 25.0}},
     {0, 0}},

    // The largest is the best: M = B, C empty. S^2 = 9*10^10, w/r^2 = 2*10^6 and 10^6:
    // 200/9 and 100/9.
    {{"LargestIsBest",
      {PathWithLosses(20000, 0.1, 2e6), PathWithLosses(10000, 0.1, 1e6)},
      1000,
      {200.0 / 9, 100.0 / 9}},
     {0, 0}},

    // The smaller is the better: C = {second}, M = {first}, n = 2: alpha = -1/2 and 1/2.
    // First: 200/9 - 1/2*50 = -25/9. Second: 100/9 + 1/2*100 = 550/9.
    {{"SmallerIsBetter",
      {PathWithLosses(20000, 0.1, 1e6), PathWithLosses(10000, 0.1, 2e6)},
      1000,
      {-25.0 / 9, 550.0 / 9}},
     {-0.5, 0.5}},

    // Equal l, so the smaller RTT is better: l/r^2 = 10^8 and 25*10^6. M = {second}, C = {first}.
    // S = 10^5 + 10^5, S^2 = 4*10^10, w/r^2 = 10^6 and 5*10^5.
    // First: 25 + 1/2*100 = 75. Second: 12.5 - 1/2*50 = -12.5.
    {{"BestByRtt",
      {PathWithLosses(10000, 0.1, 1e6), PathWithLosses(20000, 0.2, 1e6)},
      1000,
      {75.0, -12.5}},
     {0.5, -0.5}},

    // RTT counts squared: l/r^2 = 10^8 and 3*10^6/0.04 = 75*10^6, so the first is best although
    // l^2/r or l/r would choose the second. As BestByRtt.
    {{"RttCountsSquared",
      {PathWithLosses(10000, 0.1, 1e6), PathWithLosses(20000, 0.2, 3e6)},
      1000,
      {75.0, -12.5}},
     {0.5, -0.5}},

    // n = 3. M = {first}, B = {second, third}, C = B, |C| = 2: alpha = -1/3, 1/6, 1/6.
    // S = 4*10^5, S^2 = 16*10^10, w/r^2 = 2, 1 and 1 times 10^6.
    // First: 25/2 - 1/3*50 = -25/6. Others: 25/4 + 1/6*100 = 275/12.
    {{"TwoBestOfThree",
      {PathWithLosses(20000, 0.1, 1e6),
       PathWithLosses(10000, 0.1, 2e6),
       PathWithLosses(10000, 0.1, 2e6)},
      1000,
      {-25.0 / 6, 275.0 / 12, 275.0 / 12}},
     {-1.0 / 3, 1.0 / 6, 1.0 / 6}},

    // n = 3. M = {first, second}, C = {third}: alpha = -1/6, -1/6, 1/3.
    // S = 5*10^5, S^2 = 25*10^10, w/r^2 = 2, 2 and 1 times 10^6.
    // First two: 8 - 1/6*50 = -1/3. Third: 4 + 1/3*100 = 112/3.
    {{"TwoLargestOfThree",
      {PathWithLosses(20000, 0.1, 1e6),
       PathWithLosses(20000, 0.1, 1e6),
       PathWithLosses(10000, 0.1, 2e6)},
      1000,
      {-1.0 / 3, -1.0 / 3, 112.0 / 3}},
     {-1.0 / 6, -1.0 / 6, 1.0 / 3}},

    // n = 3, one neither largest nor best: alpha = -1/3, 1/3, 0. S^2 = 16*10^10.
    // 25/2 - 1/3*50 = -25/6; 25/4 + 1/3*100 = 475/12; 25/4.
    {{"OneOfThreeIsNeither",
      {PathWithLosses(20000, 0.1, 1e6),
       PathWithLosses(10000, 0.1, 2e6),
       PathWithLosses(10000, 0.1, 1e6)},
      1000,
      {-25.0 / 6, 475.0 / 12, 6.25}},
     {-1.0 / 3, 1.0 / 3, 0}},

    // The largest is among the best, but not alone: B = both, M = {first}, C = {second}.
    // As SmallerIsBetter.
    {{"LargestAmongTheBest",
      {PathWithLosses(20000, 0.1, 2e6), PathWithLosses(10000, 0.1, 2e6)},
      1000,
      {-25.0 / 9, 550.0 / 9}},
     {-0.5, 0.5}},

    // The third has no RTT: n = 2, and it is TCP for itself.
    {{"PathWithoutRttIsLeftOut",
      {PathWithLosses(20000, 0.1, 1e6),
       PathWithLosses(10000, 0.1, 2e6),
       PathWithLosses(50000, 0, 9e6)},
      1000,
      {-25.0 / 9, 550.0 / 9, 20.0}},
     {-0.5, 0.5, 0}},
};

INSTANTIATE_TEST_SUITE_P(Table, OliaByHand, testing::ValuesIn(CASES), [](const auto& row) {
    return std::string(row.param.row.name);
});

TEST(OliaLaws, SinglePathIsExactlyTcp)
{
    for (const PathWindows& paths : SamplePaths())
    {
        const PathWindows one{paths.front()};
        EXPECT_EQ(OliaAlpha(one, 0), 0.0);
        EXPECT_EQ(OliaIncreaseBytes(one, 0, MSS), MSS * MSS / one.front().windowBytes);
    }
}

// alpha moves window and adds none: its sum over all paths is 0.
TEST(OliaLaws, AlphasSumToZero)
{
    for (const PathWindows& paths : SamplePaths())
    {
        double sum = 0;
        for (std::size_t self = 0; self < paths.size(); ++self)
        {
            sum += OliaAlpha(paths, self);
        }
        EXPECT_NEAR(sum, 0, 1e-12);
    }
}

TEST(OliaLimits, ExtremeValuesStayFinite)
{
    const double huge = std::numeric_limits<uint32_t>::max();
    const PathWindows paths{Path(huge, 1e-9), Path(1, 1e3), Path(huge, 1e3), Path(1, 1e-9)};
    for (std::size_t self = 0; self < paths.size(); ++self)
    {
        EXPECT_TRUE(std::isfinite(OliaIncreaseBytes(paths, self, MSS)));
    }
}

TEST(OliaInterLoss, IsTheLargerOfTheLastTwoIntervals)
{
    InterLossDistance distance;
    EXPECT_EQ(distance.Bytes(), 0);
    distance.OnAcknowledged(5000); // never a loss: all since the start
    EXPECT_EQ(distance.Bytes(), 5000);
    distance.OnLoss();
    EXPECT_EQ(distance.Bytes(), 5000);
    distance.OnAcknowledged(2000);
    EXPECT_EQ(distance.Bytes(), 5000);
    distance.OnAcknowledged(4000);
    EXPECT_EQ(distance.Bytes(), 6000) << "since the last loss is more";
    distance.OnLoss();
    distance.OnAcknowledged(1000);
    EXPECT_EQ(distance.Bytes(), 6000);
    distance.OnLoss();
    EXPECT_EQ(distance.Bytes(), 1000) << "6000 was before the last two losses";
}

TEST(OliaInterLoss, RepeatedTimeoutsAreOneLoss)
{
    InterLossDistance distance;
    distance.OnAcknowledged(5000);
    distance.OnLoss();
    distance.OnLoss();
    distance.OnLoss();
    EXPECT_EQ(distance.Bytes(), 5000);
}

} // namespace
} // namespace mptcp
