// SPDX-License-Identifier: GPL-2.0-only
#include "buffers/window-limits.h"

#include <gtest/gtest.h>
#include <string>

namespace mptcp
{
namespace
{

using std::chrono::milliseconds;

constexpr uint32_t SEGMENT = 1000;

/// Raiciu et al., NSDI 2012, 4.2, M2: halve the window, and the threshold is the reduced window.
TEST(Penalty, HalvesTheWindowAndEndsSlowStartThere)
{
    Penalty penalty;
    const auto windows = penalty.OnBlockage(milliseconds(0), milliseconds(100), 40'000, SEGMENT);
    ASSERT_TRUE(windows);
    EXPECT_EQ(windows->congestionWindowBytes, 20'000U);
    EXPECT_EQ(windows->slowStartThresholdBytes, 20'000U);
}

TEST(Penalty, FallsOnceInARoundTripOfTheSlowPath)
{
    Penalty penalty;
    EXPECT_TRUE(penalty.OnBlockage(milliseconds(500), milliseconds(100), 40'000, SEGMENT));
    EXPECT_FALSE(penalty.OnBlockage(milliseconds(599), milliseconds(100), 20'000, SEGMENT));
    EXPECT_TRUE(penalty.OnBlockage(milliseconds(600), milliseconds(100), 20'000, SEGMENT));
    // The round trip at hand counts: it has become shorter with the queue.
    EXPECT_TRUE(penalty.OnBlockage(milliseconds(650), milliseconds(50), 10'000, SEGMENT));
}

TEST(Penalty, LeavesOneSegment)
{
    Penalty penalty;
    const auto windows = penalty.OnBlockage(milliseconds(0), milliseconds(100), 1500, SEGMENT);
    ASSERT_TRUE(windows);
    EXPECT_EQ(windows->congestionWindowBytes, 1000U);
    EXPECT_FALSE(penalty.OnBlockage(milliseconds(100), milliseconds(100), 1000, SEGMENT));
    // What takes nothing away does not count as a penalty.
    EXPECT_TRUE(penalty.OnBlockage(milliseconds(110), milliseconds(5), 4000, SEGMENT));
}

struct CapRow
{
    const char* name;
    int smoothedMilliseconds;
    int baseMilliseconds;
    uint32_t windowBytes;
    uint32_t cappedBytes; //!< 0: as it is
};

class WindowCapRule : public ::testing::TestWithParam<CapRow>
{
};

/// M4: no more under way than the rate, window / smoothed RTT, times twice the base RTT.
TEST_P(WindowCapRule, AllowsTwiceTheBaseRtt)
{
    const auto& row = GetParam();
    WindowCap cap;
    const auto windows = cap.OnAck(milliseconds(1000),
                                   milliseconds(row.smoothedMilliseconds),
                                   milliseconds(row.baseMilliseconds),
                                   row.windowBytes,
                                   SEGMENT);
    ASSERT_EQ(windows.has_value(), row.cappedBytes > 0);
    if (windows)
    {
        EXPECT_EQ(windows->congestionWindowBytes, row.cappedBytes);
        EXPECT_EQ(windows->slowStartThresholdBytes, row.cappedBytes);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Queues,
    WindowCapRule,
    ::testing::Values(
        CapRow{"NoQueue", 150, 150, 50'000, 0},
        CapRow{"ExactlyTwice", 300, 150, 75'000, 0},
        // 3G with 2 s of queue: 2 Mb/s x 2 s = 500 kB under way, rate 250 kB/s, x 300 ms = 75 kB.
        CapRow{"TwoSecondsOnThreeG", 2000, 150, 500'000, 75'000},
        CapRow{"FourTimes", 400, 100, 40'000, 20'000},
        CapRow{"AtLeastTwoSegments", 400, 20, 10'000, 2000},
        CapRow{"TwoSegmentsAreLeftAlone", 400, 20, 2000, 0},
        CapRow{"LessThanTwoSegmentsAreNotRaised", 400, 20, 1000, 0},
        CapRow{"NoBaseRtt", 400, 0, 40'000, 0}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(WindowCap, ActsOnceInARoundTrip)
{
    WindowCap cap;
    const auto base = milliseconds(100);
    EXPECT_TRUE(cap.OnAck(milliseconds(0), milliseconds(400), base, 40'000, SEGMENT));
    // The smoothed RTT still knows of the queue that is draining.
    EXPECT_FALSE(cap.OnAck(milliseconds(299), milliseconds(300), base, 20'000, SEGMENT));
    EXPECT_TRUE(cap.OnAck(milliseconds(300), milliseconds(300), base, 20'000, SEGMENT));
}

} // namespace
} // namespace mptcp
