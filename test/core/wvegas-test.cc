// SPDX-License-Identifier: GPL-2.0-only
#include "congestion/wvegas.h"
#include "path-windows.h"

namespace mptcp
{
namespace
{

struct WeightCase
{
    const char* name;
    PathWindows paths;
    std::vector<double> weight; //!< per path
};

void
PrintTo(const WeightCase& row, std::ostream* os)
{
    *os << row.name;
}

class WVegasWeights : public testing::TestWithParam<WeightCase>
{
};

// draft-xu-mptcp-congestion-control-05
TEST_P(WVegasWeights, AreSharesOfTheRate)
{
    const WeightCase& row = GetParam();
    for (std::size_t self = 0; self < row.paths.size(); ++self)
    {
        EXPECT_DOUBLE_EQ(WVegasWeight(row.paths, self), row.weight[self]) << "path " << self;
    }
}

const std::vector<WeightCase> WEIGHTS{
    {"OnePath", {Path(10000, 0.1)}, {1}},
    {"TwoEqualPaths", {Path(10000, 0.1), Path(10000, 0.1)}, {0.5, 0.5}},
    // Rates 10^5 and 3*10^5.
    {"ByWindow", {Path(10000, 0.1), Path(30000, 0.1)}, {0.25, 0.75}},
    // Rates 10^5 and 25*10^3.
    {"ByRtt", {Path(10000, 0.1), Path(10000, 0.4)}, {0.8, 0.2}},
    // Rates 2, 2 and 4 times 10^5.
    {"ThreePaths", {Path(20000, 0.1), Path(10000, 0.05), Path(20000, 0.05)}, {0.25, 0.25, 0.5}},
    {"PathWithoutRttIsLeftOut", {Path(10000, 0.1), Path(10000, 0.1), Path(9000, 0)}, {0.5, 0.5, 1}},
};

INSTANTIATE_TEST_SUITE_P(Table, WVegasWeights, testing::ValuesIn(WEIGHTS), [](const auto& row) {
    return std::string(row.param.name);
});

/// One subflow whose smallest RTT was 100 ms, which is what its first round measured.
class WVegasRounds : public testing::Test
{
  protected:
    WVegasRounds()
    {
        Measure(0.1);
        m_vegas.EndRound();
    }

    void Measure(double seconds)
    {
        for (int i = 0; i < 4; ++i)
        {
            m_vegas.OnRttSample(seconds);
        }
    }

    /// A round of congestion avoidance with this RTT; the window it leads to.
    double Round(double windowSegments, double rttSeconds, double weight = 0.5)
    {
        Measure(rttSeconds);
        return m_vegas.OnRound(windowSegments, weight, false).windowSegments;
    }

    WVegas m_vegas;
};

struct RoundCase
{
    const char* name;
    double windowSegments;
    double rttSeconds;
    double weight;
    double expectedSegments;
    double expectedAlpha;
};

void
PrintTo(const RoundCase& row, std::ostream* os)
{
    *os << row.name;
}

class WVegasByHand : public WVegasRounds, public testing::WithParamInterface<RoundCase>
{
};

TEST_P(WVegasByHand, MatchesTheAlgorithm)
{
    const RoundCase& row = GetParam();
    EXPECT_DOUBLE_EQ(Round(row.windowSegments, row.rttSeconds, row.weight), row.expectedSegments);
    EXPECT_DOUBLE_EQ(m_vegas.Alpha(), row.expectedAlpha);
}

// base = 0.1 s, diff = w (1 - base/rtt), total alpha 10, alpha 2 before. The first delay seen is
// the smallest, so delay < 2 * smallest and nothing is drained.
const std::vector<RoundCase> ROUNDS{
    // diff = 0 < 2
    {"NoQueueGrows", 20, 0.1, 0.5, 21, 2},
    // diff = 20*(1 - 1/1.05) = 20/21 < 2
    {"SmallQueueGrows", 20, 0.105, 0.5, 21, 2},
    // diff = 20*(1 - 4/5) = 4 >= 2: alpha = 5; 4 < 5
    {"AlphaGrowsWithTheWeight", 20, 0.125, 0.5, 21, 5},
    // diff = 30*(1 - 4/5) = 6: alpha = 5; 6 > 5
    {"LongQueueShrinks", 30, 0.125, 0.5, 29, 5},
    // diff = 8*(1 - 1/2) = 4: alpha = 4 by a weight of 2/5; neither more nor less
    {"JustAlphaStays", 8, 0.2, 0.4, 8, 4},
    // diff = 4: alpha = max(2, 1)
    {"AlphaIsAtLeastTwo", 20, 0.125, 0.1, 19, 2},
    // diff = 12: alpha = 10, the whole of it
    {"OnlySubflowHasAllOfAlpha", 60, 0.125, 1, 59, 10},
    // diff = 2*(1 - 1/2) = 1 < 2
    {"SmallestWindowGrows", 2, 0.2, 0.5, 3, 2},
    // diff = 2.5*(1 - 1/10) = 9/4 > 2: 3/2, and 2 is the least
    {"WindowOfTwoIsKept", 2.5, 1.0, 0.1, 2, 2},
};

INSTANTIATE_TEST_SUITE_P(Table, WVegasByHand, testing::ValuesIn(ROUNDS), [](const auto& row) {
    return std::string(row.param.name);
});

TEST_F(WVegasRounds, QueuesAreDrainedWhenTheDelayHasDoubled)
{
    // Delay 10 ms, the smallest: diff = 11*(1 - 10/11) = 1 < 2.
    EXPECT_DOUBLE_EQ(Round(11, 0.11), 12);
    // 15 ms: not yet. diff = 23*(1 - 20/23) = 3 >= 2, alpha = 5; 3 < 5.
    EXPECT_DOUBLE_EQ(Round(23, 0.115), 24);
    // 20 ms: diff = 24*(1 - 5/6) = 4 < 5, 25 segments; 25/2 * 5/6 = 125/12.
    EXPECT_DOUBLE_EQ(Round(24, 0.12), 125.0 / 12);
    // The search starts afresh: 20 ms is the smallest now. diff = 12*(1 - 5/6) = 2 < 5.
    EXPECT_DOUBLE_EQ(Round(12, 0.12), 13);
    // 40 ms: diff = 14*(1 - 5/7) = 4 < 5, 15 segments; 15/2 * 5/7 = 75/14.
    EXPECT_DOUBLE_EQ(Round(14, 0.14), 75.0 / 14);
}

TEST_F(WVegasRounds, DelayBelowTheClocksResolutionIsNone)
{
    EXPECT_DOUBLE_EQ(Round(10, 0.1000002), 11);
    EXPECT_DOUBLE_EQ(Round(11, 0.1000008), 12) << "four times as long, and still no queue";
}

TEST_F(WVegasRounds, TheMeanOfTheRoundCounts)
{
    // (0.10 + 0.12 + 0.12 + 0.16)/4 = 0.125: diff = 30/5 = 6, alpha = 5.
    for (const double seconds : {0.10, 0.12, 0.12, 0.16})
    {
        m_vegas.OnRttSample(seconds);
    }
    EXPECT_DOUBLE_EQ(m_vegas.OnRound(30, 0.5, false).windowSegments, 29);
}

TEST_F(WVegasRounds, SlowStartGoesOnWithoutQueue)
{
    // diff = 10*(1 - 10/11) = 10/11 <= 1
    Measure(0.11);
    const auto step = m_vegas.OnRound(10, 0.5, true);
    EXPECT_FALSE(step.leavesSlowStart);
    EXPECT_DOUBLE_EQ(step.windowSegments, 10);
}

TEST_F(WVegasRounds, SlowStartEndsWithMoreThanGammaInQueues)
{
    // diff = 10*(1 - 4/5) = 2 > 1: 8 segments are under way without waiting, and one more.
    Measure(0.125);
    const auto step = m_vegas.OnRound(10, 0.5, true);
    EXPECT_TRUE(step.leavesSlowStart);
    EXPECT_DOUBLE_EQ(step.windowSegments, 9);
}

TEST_F(WVegasRounds, RecoveryKeepsTheBaseAndForgetsTheRest)
{
    EXPECT_DOUBLE_EQ(Round(20, 0.125), 21);
    EXPECT_DOUBLE_EQ(m_vegas.Alpha(), 5);
    m_vegas.OnRttSample(0.3);
    m_vegas.Restart();
    EXPECT_FALSE(m_vegas.HasEnoughSamples());
    EXPECT_DOUBLE_EQ(m_vegas.Alpha(), 2);
    // 50 ms would be twice the 25 ms of before. diff = 9*(1 - 2/3) = 3, alpha = 5.
    EXPECT_DOUBLE_EQ(Round(9, 0.15), 10);
}

TEST_F(WVegasRounds, TwoSamplesAreTooFew)
{
    m_vegas.OnRttSample(0.1);
    m_vegas.OnRttSample(0.1);
    EXPECT_FALSE(m_vegas.HasEnoughSamples());
    m_vegas.OnRttSample(0.1);
    EXPECT_TRUE(m_vegas.HasEnoughSamples());
}

} // namespace
} // namespace mptcp
