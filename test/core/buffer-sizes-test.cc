// SPDX-License-Identifier: GPL-2.0-only
#include "buffers/buffer-sizes.h"
#include "buffers/receiver-rtt.h"

#include <gtest/gtest.h>
#include <string>

namespace mptcp
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

PathCapacity
Path(double megabitsPerSecond, int rttMilliseconds, int rtoMilliseconds = 0)
{
    return {megabitsPerSecond * 1e6 / 8,
            milliseconds(rttMilliseconds),
            milliseconds(rtoMilliseconds)};
}

struct RuleRow
{
    const char* name;
    std::vector<PathCapacity> paths;
    uint64_t recommended; //!< 2 sum(BW_i) RTT_max
    uint64_t forTimeouts; //!< sum(BW_i) RTO_max
};

class BufferRule : public ::testing::TestWithParam<RuleRow>
{
};

TEST_P(BufferRule, IsThatOfRfc6182Section53)
{
    EXPECT_EQ(RecommendedBufferBytes(GetParam().paths), GetParam().recommended);
    EXPECT_EQ(BufferForTimeoutsBytes(GetParam().paths), GetParam().forTimeouts);
}

INSTANTIATE_TEST_SUITE_P(
    Paths,
    BufferRule,
    ::testing::Values(
        RuleRow{"None", {}, 0, 0},
        // One path: TCP's own 2 BDP. 1 MB/s for 20 ms is 20 kB; RTO of 1 s: 1 MB.
        RuleRow{"OnePath", {Path(8, 20, 1000)}, 40'000, 1'000'000},
        // WiFi and 3G: (8 + 2) Mb/s = 1.25 MB/s; 2 x 1.25 MB/s x 150 ms = 375 kB; x 1.2 s = 1.5 MB.
        RuleRow{"WifiAnd3g", {Path(8, 20, 1000), Path(2, 150, 1200)}, 375'000, 1'500'000},
        // The extreme case of RFC 6182 5.3: 100 Mb/s at 10 ms beside 1 Mb/s at 1 s. The RFC says
        // 12.5 MB, which is 100 Mb/s x 1 s without its own factor of 2 and without the slow path:
        // 2 x 101 Mb/s x 1 s / 8 = 25.25 MB.
        RuleRow{"ExtremeCaseOfTheRfc",
                {Path(100, 10, 1000), Path(1, 1000, 3000)},
                25'250'000,
                37'875'000},
        RuleRow{"OrderDoesNotMatter", {Path(2, 150, 1200), Path(8, 20, 1000)}, 375'000, 1'500'000}),
    [](const auto& row) { return std::string(row.param.name); });

/// A path that carries `bytesPerSecond` at 100 ms, unless the buffer lets less through: one buffer
/// in a round trip. Returns the sizes the buffer took in `rounds` round trips.
std::vector<uint64_t>
Grow(BufferAutotuning& tuning, double bytesPerSecond, int rounds)
{
    const nanoseconds rtt = milliseconds(100);
    std::vector<uint64_t> sizes;
    double total = 0;
    for (int i = 0; i <= rounds; ++i)
    {
        if (const auto bytes = tuning.OnProgress(i * rtt, static_cast<uint64_t>(total), rtt))
        {
            sizes.push_back(*bytes);
        }
        total += std::min<double>(bytesPerSecond * 0.1, static_cast<double>(tuning.Bytes()));
    }
    return sizes;
}

using Sizes = std::vector<uint64_t>;

/// M3: while the buffer binds it doubles; at 2 x 1 MB/s x 100 ms = 200 kB the network binds.
TEST(BufferAutotuning, DoublesUntilTheNetworkBinds)
{
    BufferAutotuning tuning(20'000, 6'000'000);
    EXPECT_EQ(Grow(tuning, 1e6, 20), (Sizes{40'000, 80'000, 160'000, 200'000}));
    EXPECT_EQ(tuning.Bytes(), 200'000U);
}

TEST(BufferAutotuning, StopsAtTheMaximum)
{
    BufferAutotuning tuning(20'000, 100'000);
    EXPECT_EQ(Grow(tuning, 1e6, 20), (Sizes{40'000, 80'000, 100'000}));
}

TEST(BufferAutotuning, NeverShrinks)
{
    BufferAutotuning tuning(500'000, 6'000'000);
    EXPECT_EQ(Grow(tuning, 1e6, 20), Sizes{}); // 200 kB would do
    EXPECT_EQ(tuning.Bytes(), 500'000U);
}

TEST(BufferAutotuning, AMaximumBelowTheStartChangesNothing)
{
    BufferAutotuning tuning(500'000, 100'000);
    EXPECT_EQ(Grow(tuning, 1e8, 20), Sizes{});
    EXPECT_EQ(tuning.Bytes(), 500'000U);
}

TEST(BufferAutotuning, MeasuresOverARoundTripOfTheSlowestPath)
{
    BufferAutotuning tuning(10'000, 6'000'000);
    EXPECT_FALSE(tuning.OnProgress(milliseconds(0), 0, milliseconds(200)));
    EXPECT_FALSE(tuning.OnProgress(milliseconds(199), 50'000, milliseconds(200)));
    // 60 kB in 240 ms is 250 kB/s; 2 x 250 kB/s x 200 ms = 100 kB.
    EXPECT_EQ(tuning.OnProgress(milliseconds(240), 60'000, milliseconds(200)), 100'000U);
    // The next measurement begins there: 30 kB in 200 ms is 150 kB/s, 60 kB would do.
    EXPECT_FALSE(tuning.OnProgress(milliseconds(440), 90'000, milliseconds(200)));
}

TEST(BufferAutotuning, WaitsForARoundTripTime)
{
    BufferAutotuning tuning(10'000, 6'000'000);
    EXPECT_FALSE(tuning.OnProgress(milliseconds(0), 0, nanoseconds(0)));
    EXPECT_FALSE(tuning.OnProgress(milliseconds(1000), 1'000'000, nanoseconds(0)));
    // Only now the measurement begins: what came before does not count.
    EXPECT_FALSE(tuning.OnProgress(milliseconds(2000), 2'000'000, milliseconds(100)));
    EXPECT_EQ(tuning.OnProgress(milliseconds(2100), 2'010'000, milliseconds(100)), 20'000U);
}

TEST(ReceiverRtt, IsTheTimeFromATimestampToTheFullSegmentThatEchoesIt)
{
    ReceiverRtt rtt;
    EXPECT_EQ(rtt.Smoothed().count(), 0);
    rtt.OnSegment(7, milliseconds(80), true);
    EXPECT_EQ(rtt.Smoothed(), milliseconds(80));
    // Smoothed by 1/8: 80 + (160 - 80) / 8 = 90.
    rtt.OnSegment(8, milliseconds(160), true);
    EXPECT_EQ(rtt.Smoothed(), milliseconds(90));
}

TEST(ReceiverRtt, TakesOneSamplePerTimestamp)
{
    ReceiverRtt rtt;
    rtt.OnSegment(7, milliseconds(80), true);
    rtt.OnSegment(7, milliseconds(90), true); // sent behind the first one
    EXPECT_EQ(rtt.Smoothed(), milliseconds(80));
}

TEST(ReceiverRtt, TakesNoneOfASegmentThatMayHaveWaited)
{
    ReceiverRtt rtt;
    rtt.OnSegment(7, milliseconds(8000), false);
    EXPECT_EQ(rtt.Smoothed().count(), 0);
    rtt.OnSegment(7, milliseconds(80), true);
    EXPECT_EQ(rtt.Smoothed(), milliseconds(80));
}

} // namespace
} // namespace mptcp
