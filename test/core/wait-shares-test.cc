// SPDX-License-Identifier: GPL-2.0-only
#include "scheduling/wait-shares.h"

#include <gtest/gtest.h>

namespace mptcp
{
namespace
{

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr auto CWND = WaitReason::CongestionWindowFull;
constexpr auto RWND = WaitReason::ReceiveWindowFull;
constexpr auto NOTHING = WaitReason::NothingToSend;

class WaitSharesRule : public testing::Test
{
  protected:
    void Decide(int atMilliseconds, const Decision& decision)
    {
        ConnectionSnapshot asked;
        asked.now = milliseconds(atMilliseconds);
        shares.OnDecision(asked, decision);
    }

    const Decision m_grant = Decision::Send(SubflowId(1), 1000);
    WaitShares shares;
};

TEST_F(WaitSharesRule, AWaitLastsUntilTheNextDecision)
{
    Decide(100, Decision::Wait(CWND));
    Decide(130, m_grant);
    Decide(130, Decision::Wait(RWND));
    shares.OnEnd(milliseconds(200));
    EXPECT_EQ(shares.Waited(CWND), milliseconds(30));
    EXPECT_EQ(shares.Waited(RWND), milliseconds(70));
    EXPECT_DOUBLE_EQ(shares.Share(CWND), 0.3);
    EXPECT_DOUBLE_EQ(shares.Share(RWND), 0.7);
    EXPECT_EQ(shares.Decisions(), 3U);
    EXPECT_EQ(shares.Grants(), 1U);
}

TEST_F(WaitSharesRule, ALastGrantLeavesNothingToSend)
{
    Decide(100, m_grant);
    Decide(150, m_grant);
    Decide(150, Decision::Wait(CWND));
    shares.OnEnd(milliseconds(300));
    EXPECT_DOUBLE_EQ(shares.Share(NOTHING), 0.25);
    EXPECT_DOUBLE_EQ(shares.Share(CWND), 0.75);
    EXPECT_DOUBLE_EQ(shares.Share(WaitReason::None), 0);
}

TEST_F(WaitSharesRule, BeforeTheFirstDecisionThereIsNoTime)
{
    EXPECT_DOUBLE_EQ(shares.Share(NOTHING), 0);
    shares.OnEnd(milliseconds(500));
    EXPECT_DOUBLE_EQ(shares.Share(NOTHING), 0);
    Decide(500, Decision::Wait(WaitReason::NoUsableSubflow));
    shares.OnEnd(milliseconds(501));
    EXPECT_DOUBLE_EQ(shares.Share(WaitReason::NoUsableSubflow), 1);
}

TEST_F(WaitSharesRule, EndMayBeAskedForMoreThanOnce)
{
    Decide(0, Decision::Wait(WaitReason::WaitingForFasterPath));
    shares.OnEnd(milliseconds(10));
    shares.OnEnd(milliseconds(10));
    shares.OnEnd(milliseconds(15));
    EXPECT_EQ(shares.Waited(WaitReason::WaitingForFasterPath), milliseconds(15));
}

} // namespace
} // namespace mptcp
