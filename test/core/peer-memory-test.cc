// SPDX-License-Identifier: GPL-2.0-only
#include "api/peer-memory.h"

#include <gtest/gtest.h>

namespace mptcp
{
namespace
{

using namespace std::chrono_literals;

constexpr IpAddress PEER = IpAddress::V4(192, 0, 2, 1);
constexpr IpAddress OTHER = IpAddress::V4(192, 0, 2, 2);

TEST(PeerMemory, KnowsNothingAtFirst)
{
    EXPECT_FALSE(PeerMemory(10s).Avoids(PEER, 0s));
}

TEST(PeerMemory, FailureCountsForItsTimeAndItsPeer)
{
    PeerMemory memory(10s);
    memory.OnFailure(PEER, 5s);
    EXPECT_TRUE(memory.Avoids(PEER, 5s));
    EXPECT_TRUE(memory.Avoids(PEER, 15s - 1ns));
    EXPECT_FALSE(memory.Avoids(PEER, 15s)) << "expired";
    EXPECT_FALSE(memory.Avoids(OTHER, 5s));
}

/// As net.mptcp.blackhole_timeout of Linux: 2^n, n at most 6.
TEST(PeerMemory, EachFurtherFailureDoublesIt)
{
    PeerMemory memory(1s);
    PeerMemory::Duration now = 0s;
    for (const auto expected : {1s, 2s, 4s, 8s, 16s, 32s, 64s, 64s, 64s})
    {
        memory.OnFailure(PEER, now);
        EXPECT_TRUE(memory.Avoids(PEER, now + expected - 1ns)) << expected.count();
        EXPECT_FALSE(memory.Avoids(PEER, now + expected)) << expected.count();
        now += expected;
    }
    EXPECT_EQ(memory.FailuresOf(PEER), 9U);
}

TEST(PeerMemory, SuccessForgets)
{
    PeerMemory memory(1s);
    memory.OnFailure(PEER, 0s);
    memory.OnFailure(PEER, 1s);
    memory.OnSuccess(PEER);
    EXPECT_EQ(memory.FailuresOf(PEER), 0U);
    EXPECT_FALSE(memory.Avoids(PEER, 1s));
    memory.OnFailure(PEER, 4s);
    EXPECT_FALSE(memory.Avoids(PEER, 5s)) << "the first failure again";
}

TEST(PeerMemory, MayLastForEver)
{
    PeerMemory memory(PeerMemory::Duration::max());
    for (const PeerMemory::Duration now : {PeerMemory::Duration(1s), PeerMemory::Duration(2s)})
    {
        memory.OnFailure(PEER, now);
        EXPECT_TRUE(memory.Avoids(PEER, now));
        EXPECT_TRUE(memory.Avoids(PEER, now + std::chrono::hours(24 * 365)));
    }
}

TEST(PeerMemory, MayBeOff)
{
    PeerMemory memory(0s);
    memory.OnFailure(PEER, 0s);
    EXPECT_FALSE(memory.Avoids(PEER, 0s));
    EXPECT_EQ(memory.FailuresOf(PEER), 0U);
}

} // namespace
} // namespace mptcp
