// SPDX-License-Identifier: GPL-2.0-only
#include "paths/bcube-paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mptcp
{
namespace
{

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uint32_t SELF = 0;
constexpr uint32_t PEER = 7; // 13 in base 4: both digits differ from those of host 0
constexpr uint16_t PORT = 5001;

IpAddress
AddressOf(uint32_t host, uint32_t level)
{
    return IpAddress::V4(10, static_cast<uint8_t>(level + 1), 0, static_cast<uint8_t>(host + 1));
}

/// The first subflow goes to the peer's interface of level 1. By the order of BuildPathSet a path
/// that begins at level 0 ends at level 1, and the other way round.
PathEvent
Usable(Role role)
{
    ConnectionUsable event;
    event.role = role;
    event.initialRemote = {AddressOf(PEER, 1), PORT};
    event.localAddresses = {{0, AddressOf(SELF, 0), false}, {1, AddressOf(SELF, 1), false}};
    return event;
}

const OpenSubflow SECOND{{AddressOf(SELF, 1), 0}, 1, {AddressOf(PEER, 0), PORT}, 0, false};

PathEvent
Down(DownReason reason)
{
    SubflowPath path;
    path.localId = 1;
    path.remote = SECOND.remote;
    return SubflowDown{{}, path, reason};
}

TEST(BcubePaths, OpensASubflowForEachFurtherInterface)
{
    BcubePaths policy(BcubeShape(4, 2), 8);
    EXPECT_THAT(policy.On(Usable(Role::Initiator)), ElementsAre(PathAction(SECOND)));
}

TEST(BcubePaths, KeepsToTheLimit)
{
    BcubePaths policy(BcubeShape(4, 2), 1);
    EXPECT_THAT(policy.On(Usable(Role::Initiator)), IsEmpty());
}

TEST(BcubePaths, TheResponderOpensNothingAndTakesWhatComes)
{
    BcubePaths policy(BcubeShape(4, 2), 2);
    EXPECT_FALSE(policy.AcceptsJoins(1)) << "not before the connection is usable";
    EXPECT_THAT(policy.On(Usable(Role::Responder)), IsEmpty());
    EXPECT_TRUE(policy.AcceptsJoins(1));
    EXPECT_FALSE(policy.AcceptsJoins(2));
}

TEST(BcubePaths, APassingFailureIsTriedOnceMore)
{
    BcubePaths policy(BcubeShape(4, 2), 8);
    (void)policy.On(Usable(Role::Initiator));
    const auto retry = policy.On(Down(DownReason::Reset));
    ASSERT_THAT(retry, SizeIs(1));
    const auto later = std::get<RetryLater>(retry[0]);
    EXPECT_EQ(later.delay, RetryConfig().firstDelay);
    EXPECT_THAT(policy.On(RetryDue{later.retryId}), ElementsAre(PathAction(SECOND)));
    EXPECT_THAT(policy.On(Down(DownReason::Reset)), IsEmpty());
}

// RFC 8684 3.9.3
TEST(BcubePaths, ARefusalIsNot)
{
    BcubePaths policy(BcubeShape(4, 2), 8);
    (void)policy.On(Usable(Role::Initiator));
    EXPECT_THAT(policy.On(Down(DownReason::Refused)), IsEmpty());
}

} // namespace
} // namespace mptcp
