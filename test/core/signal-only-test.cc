// SPDX-License-Identifier: GPL-2.0-only
#include "paths/signal-only.h"

#include <gtest/gtest.h>

namespace mptcp
{
namespace
{

const LocalAddress L0{0, IpAddress::V4(10, 0, 0, 1), false};
const LocalAddress L1{1, IpAddress::V4(10, 0, 1, 1), false};
const LocalAddress L2{2, IpAddress::V4(10, 0, 2, 1), false};
const LocalAddress L2_BACKUP{2, IpAddress::V4(10, 0, 2, 1), true};
const Endpoint R0{IpAddress::V4(192, 0, 2, 1), 80};
const Endpoint R1{IpAddress::V4(192, 0, 2, 2), 80};

PathEvent
Usable()
{
    return ConnectionUsable{Role::Initiator, SubflowId(0), R0, {L0, L1}, false, {}, {}};
}

PathAction
Announce(const LocalAddress& address)
{
    return AnnounceAddress{address.id, address.address, std::nullopt};
}

SubflowPath
JoinedAt(const LocalAddress& local)
{
    return {local.id, 1, {R1.address, 50001}, true};
}

TEST(SignalOnly, AnnouncesEveryFurtherAddressOnce)
{
    SignalOnly policy;
    EXPECT_EQ(policy.On(Usable()), PathActions({Announce(L1)}));
    EXPECT_TRUE(policy.On(AnnouncementOver{1, true}).empty());
    EXPECT_EQ(policy.On(LocalAddressUp{L2}), PathActions({Announce(L2)}));
    EXPECT_TRUE(policy.On(LocalAddressUp{L2}).empty());
}

TEST(SignalOnly, OpensNothing)
{
    SignalOnly policy;
    EXPECT_EQ(policy.On(Usable()), PathActions({Announce(L1)}));
    EXPECT_TRUE(policy.On(AddressAnnounced{1, R1}).empty());
    EXPECT_TRUE(policy.On(SubflowUp{SubflowId(1), JoinedAt(L1)}).empty());
    EXPECT_TRUE(policy.On(SubflowDown{SubflowId(1), JoinedAt(L1), DownReason::TimedOut}).empty());
    EXPECT_TRUE(policy.On(RetryDue{1}).empty());
}

/// RFC 8684 3.4.2.
TEST(SignalOnly, WithdrawsAnAddressThatGoes)
{
    SignalOnly policy;
    EXPECT_EQ(policy.On(Usable()), PathActions({Announce(L1)}));
    EXPECT_TRUE(policy.On(SubflowUp{SubflowId(1), JoinedAt(L1)}).empty());
    EXPECT_EQ(policy.On(LocalAddressDown{1}),
              PathActions({WithdrawAddress{1}, CloseSubflow{SubflowId(1), false}}));
    EXPECT_TRUE(policy.On(LocalAddressDown{1}).empty());
    EXPECT_EQ(policy.On(LocalAddressUp{L1}), PathActions({Announce(L1)}));
}

/// RFC 8684 3.4.2: a path that still works is not closed for a REMOVE_ADDR.
TEST(SignalOnly, ProbesWhatThePeerWithdraws)
{
    SignalOnly policy;
    EXPECT_EQ(policy.On(Usable()), PathActions({Announce(L1)}));
    EXPECT_TRUE(policy.On(SubflowUp{SubflowId(1), JoinedAt(L1)}).empty());
    EXPECT_EQ(policy.On(AddressWithdrawn{1}), PathActions({CloseSubflow{SubflowId(1), true}}));
    EXPECT_TRUE(policy.On(AddressWithdrawn{9}).empty());
}

/// RFC 8684 3.3.8.
TEST(SignalOnly, TellsOfAnotherPriority)
{
    SignalOnly policy;
    EXPECT_EQ(policy.On(Usable()), PathActions({Announce(L1)}));
    EXPECT_EQ(policy.On(LocalAddressUp{L2}), PathActions({Announce(L2)}));
    EXPECT_TRUE(policy.On(SubflowUp{SubflowId(4), JoinedAt(L2)}).empty());
    EXPECT_EQ(policy.On(LocalAddressUp{L2_BACKUP}),
              PathActions({ChangePriority{SubflowId(4), true}}));
}

TEST(SignalOnly, AcceptsJoinsUpToItsLimit)
{
    SignalOnly policy(SignalOnlyConfig{2});
    EXPECT_FALSE(policy.AcceptsJoin()); // not before the connection is usable
    EXPECT_EQ(policy.On(Usable()), PathActions({Announce(L1)}));
    EXPECT_TRUE(policy.AcceptsJoin());
    EXPECT_TRUE(policy.On(SubflowUp{SubflowId(1), JoinedAt(L1)}).empty());
    EXPECT_FALSE(policy.AcceptsJoin());
    EXPECT_TRUE(policy.On(SubflowDown{SubflowId(1), JoinedAt(L1), DownReason::TimedOut}).empty());
    EXPECT_TRUE(policy.AcceptsJoin());
}

} // namespace
} // namespace mptcp
