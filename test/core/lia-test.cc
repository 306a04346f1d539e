// SPDX-License-Identifier: GPL-2.0-only
#include "congestion/lia.h"
#include "path-windows.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

namespace mptcp
{
namespace
{

/// Windows and round-trip times, with alpha and the increases worked out by hand.
struct LiaCase
{
    std::string name;
    std::vector<PathWindow> paths;
    double ackedBytes;
    double alpha;
    std::vector<double> increaseBytes; //!< per path
};

class LiaByHand : public testing::TestWithParam<LiaCase>
{
};

// RFC 6356 3
TEST_P(LiaByHand, MatchesTheFormulas)
{
    const LiaCase& row = GetParam();
    const PathWindows paths(row.paths.begin(), row.paths.end());
    EXPECT_DOUBLE_EQ(LiaAlpha(paths), row.alpha);
    ASSERT_EQ(row.increaseBytes.size(), paths.size());
    for (std::size_t self = 0; self < paths.size(); ++self)
    {
        EXPECT_DOUBLE_EQ(LiaIncreaseBytes(paths, self, row.ackedBytes), row.increaseBytes[self])
            << "path " << self;
    }
}

// Notation: w window in bytes, r RTT in seconds, S = SUM w/r, M = MAX w/r^2, T = cwnd_total.
// "tcp" is bytes_acked * MSS / w, "coupled" is alpha * bytes_acked * MSS / T.
const std::vector<LiaCase> CASES{
    // One path is TCP: alpha = 1, tcp = 1000*1000/10000 = 100.
    {"SinglePathIsTcp", {Path(10000, 0.1)}, 1000, 1.0, {100.0}},

    // S = 2*10^5, M = 10^6, T = 20000: alpha = 20000*10^6 / (4*10^10) = 1/2.
    // coupled = 1/2*10^6/20000 = 25, tcp = 100.
    {"TwoEqualPaths", {Path(10000, 0.1), Path(10000, 0.1)}, 1000, 0.5, {25.0, 25.0}},

    // n equal paths: T = n*w, M = w/r^2, S = n*w/r: alpha = n*w*(w/r^2) / (n^2*w^2/r^2) = 1/n.
    // n = 4, w = 10000: coupled = 1/4*10^6/40000 = 25/4.
    {"FourEqualPaths",
     {Path(10000, 0.1), Path(10000, 0.1), Path(10000, 0.1), Path(10000, 0.1)},
     1000,
     0.25,
     {6.25, 6.25, 6.25, 6.25}},

    // Equal r: alpha = T * max w / T^2 = 30000/40000 = 3/4.
    // coupled = 3/4*10^6/40000 = 75/4 for both; tcp = 100/3 and 100.
    {"EqualRttsUnequalWindows", {Path(30000, 0.1), Path(10000, 0.1)}, 1000, 0.75, {18.75, 18.75}},

    // S = 10^5 + 5*10^4 = 15*10^4, S^2 = 225*10^8, M = 10^6, T = 20000:
    // alpha = 2*10^10 / (225*10^8) = 8/9. coupled = 8/9*10^6/20000 = 400/9; tcp = 100.
    {"RttsOneToTwo", {Path(10000, 0.1), Path(10000, 0.2)}, 1000, 8.0 / 9, {400.0 / 9, 400.0 / 9}},

    // S = 5*10^4 + 45*10^4 = 5*10^5, S^2 = 25*10^10, M = max(15000/0.09, 45000/0.01) = 45*10^5,
    // T = 60000: alpha = 27*10^10 / (25*10^10) = 27/25.
    // coupled = 27/25*10^6/60000 = 18; tcp = 200/3 and 200/9.
    {"AlphaAboveOne", {Path(15000, 0.3), Path(45000, 0.1)}, 1000, 27.0 / 25, {18.0, 18.0}},

    // S = 3 * 2*10^5, S^2 = 36*10^10, M = max(2*10^6, 4*10^6, 8*10^6), T = 35000:
    // alpha = 28*10^10 / (36*10^10) = 7/9. coupled = 7/9*10^6/35000 = 200/9; tcp = 50, 100, 200.
    {"ThreePathsOfEqualRate",
     {Path(20000, 0.1), Path(10000, 0.05), Path(5000, 0.025)},
     1000,
     7.0 / 9,
     {200.0 / 9, 200.0 / 9, 200.0 / 9}},

    // S = 2*10^5 + 10^5 = 3*10^5, S^2 = 9*10^10, M = 2000/10^-4 = 2*10^7, T = 102000:
    // alpha = 204*10^10 / (9*10^10) = 68/3. coupled = 68/3*10^6/102000 = 2000/9.
    // tcp = 500 on the first, so coupled there; tcp = 10 on the second, so tcp there.
    {"TcpIsTheUpperBound", {Path(2000, 0.01), Path(100000, 1)}, 1000, 68.0 / 3, {2000.0 / 9, 10.0}},

    // alpha = 1/2, T = 24000: coupled = 1/2*600*MSS/24000, i.e. 12.5 for MSS 1000, 6.25 for 500.
    {"SegmentSizeOfTheOwnPath", {Path(12000, 0.2), Path(12000, 0.2, 500)}, 600, 0.5, {12.5, 6.25}},

    // As TwoEqualPaths, with an acknowledgement of two segments: twice as much.
    {"ProportionalToBytesAcknowledged",
     {Path(10000, 0.1), Path(10000, 0.1)},
     2000,
     0.5,
     {50.0, 50.0}},

    // RFC 6356 3: the first window is 40000, inflated in fast retransmit; the value passed is
    // ssthresh = 10000, so the row is TwoEqualPaths and not alpha = 4/5 of 50000.
    {"FastRetransmitCountsAsSsthresh",
     {Path(10000, 0.1), Path(10000, 0.1)},
     1000,
     0.5,
     {25.0, 25.0}},

    // The third has no RTT: the others are TwoEqualPaths. For itself coupled = 25, tcp = 200.
    {"PathWithoutRttIsLeftOut",
     {Path(10000, 0.1), Path(10000, 0.1), Path(5000, 0)},
     1000,
     0.5,
     {25.0, 25.0, 25.0}},

    // One measured path is TCP; so is the other, tcp = 1000*1000/50000 = 20.
    {"OneMeasuredPathIsTcp", {Path(10000, 0.1), Path(50000, 0)}, 1000, 1.0, {100.0, 20.0}},

    {"NoMeasuredPathIsTcp", {Path(10000, 0), Path(50000, 0)}, 1000, 1.0, {100.0, 20.0}},

    // A window of zero counts as one segment: tcp = 1000*1000/1000.
    {"ZeroWindowCountsAsOneSegment", {Path(0, 0.1)}, 1000, 1.0, {1000.0}},

    {"PathWithoutWindowIsLeftOut",
     {Path(10000, 0.1), Path(10000, 0.1), Path(0, 0.1)},
     1000,
     0.5,
     {25.0, 25.0, 25.0}},

    // No rate anywhere: tcp with the window as one segment, and no division of zero by zero.
    {"NoPathWithWindowIsTcp", {Path(0, 0.1), Path(0, 0.1)}, 500, 1.0, {500.0, 500.0}},

    {"NothingAcknowledgedNothingAdded", {Path(10000, 0.1), Path(10000, 0.1)}, 0, 0.5, {0.0, 0.0}},
};

INSTANTIATE_TEST_SUITE_P(Rfc6356, LiaByHand, testing::ValuesIn(CASES), [](const auto& row) {
    return row.param.name;
});

TEST(LiaLimits, NoPathHasAlphaOne)
{
    EXPECT_EQ(LiaAlpha({}), 1.0);
}

TEST(LiaLimits, EmptyPathAddsNothing)
{
    EXPECT_EQ(LiaIncreaseBytes({PathWindow{}}, 0, MSS), 0.0);
    EXPECT_EQ(LiaIncreaseBytes({PathWindow{}, PathWindow{}}, 1, MSS), 0.0);
}

// RFC 6356 3: "not more aggressive than a TCP flow in the same circumstances".
TEST(LiaLaws, NeverAddsMoreThanTcp)
{
    for (const PathWindows& paths : SamplePaths())
    {
        for (std::size_t self = 0; self < paths.size(); ++self)
        {
            const double increase = LiaIncreaseBytes(paths, self, MSS);
            EXPECT_GT(increase, 0);
            EXPECT_LE(increase, MSS * MSS / paths[self].windowBytes);
        }
    }
}

TEST(LiaLaws, SinglePathIsExactlyTcp)
{
    for (const PathWindows& paths : SamplePaths())
    {
        const PathWindows one{paths.front()};
        EXPECT_EQ(LiaAlpha(one), 1.0);
        EXPECT_EQ(LiaIncreaseBytes(one, 0, MSS), MSS * MSS / one.front().windowBytes);
    }
}

// RFC 6356 4.2: alpha is the same whether windows are kept in bytes or in packets; the unit of
// time does not matter either.
TEST(LiaLaws, AlphaDependsOnProportionsOnly)
{
    for (const PathWindows& paths : SamplePaths())
    {
        PathWindows scaled = paths;
        for (PathWindow& path : scaled)
        {
            path.windowBytes /= MSS;
            path.rttSeconds *= 1000;
        }
        const double alpha = LiaAlpha(paths);
        EXPECT_NEAR(LiaAlpha(scaled), alpha, alpha * 1e-12);
    }
}

TEST(LiaLaws, OrderOfThePathsDoesNotMatter)
{
    const PathWindows paths{Path(15000, 0.3), Path(45000, 0.1)};
    const PathWindows swapped{Path(45000, 0.1), Path(15000, 0.3)};
    EXPECT_DOUBLE_EQ(LiaAlpha(paths), LiaAlpha(swapped));
    EXPECT_DOUBLE_EQ(LiaIncreaseBytes(paths, 0, MSS), LiaIncreaseBytes(swapped, 1, MSS));
}

// A path that carries next to nothing leaves the other one TCP's increase.
TEST(LiaLimits, VanishingSecondPathLeavesTcp)
{
    const PathWindows paths{Path(100000, 0.01), Path(1000, 100)};
    EXPECT_NEAR(LiaIncreaseBytes(paths, 0, MSS), 10.0, 1e-4);
    EXPECT_LT(LiaIncreaseBytes(paths, 0, MSS), 10.0);
}

TEST(LiaLimits, ExtremeValuesStayFinite)
{
    const double tiny = 1e-9;
    const double huge = std::numeric_limits<uint32_t>::max();
    const PathWindows paths{Path(huge, tiny), Path(1, 1e3), Path(huge, 1e3), Path(1, tiny)};
    EXPECT_TRUE(std::isfinite(LiaAlpha(paths)));
    for (std::size_t self = 0; self < paths.size(); ++self)
    {
        const double increase = LiaIncreaseBytes(paths, self, MSS);
        EXPECT_TRUE(std::isfinite(increase));
        EXPECT_GT(increase, 0);
    }
}

} // namespace
} // namespace mptcp
