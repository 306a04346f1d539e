// SPDX-License-Identifier: GPL-2.0-only
#include "api/local-address-rules.h"

#include <gtest/gtest.h>

namespace mptcp
{
namespace
{

constexpr IpAddress A = IpAddress::V4(10, 0, 0, 1);
constexpr IpAddress B = IpAddress::V4(10, 0, 1, 1);
constexpr IpAddress SIX = IpAddress::V6({0x20, 0x01, 0x0d, 0xb8});

TEST(LocalAddressRules, AllowEverythingAtFirst)
{
    const LocalAddressRules rules;
    EXPECT_FALSE(rules.IsRestricted());
    EXPECT_TRUE(rules.Allows(A));
    EXPECT_TRUE(rules.Allows(SIX));
}

TEST(LocalAddressRules, WhatIsNamedBeforeSetupIsAllThereIs)
{
    LocalAddressRules rules;
    rules.Restrict({A, 0});
    rules.Restrict({SIX, 0});
    EXPECT_TRUE(rules.Allows(A));
    EXPECT_TRUE(rules.Allows(SIX));
    EXPECT_FALSE(rules.Allows(B));
    EXPECT_EQ(rules.Named(), (std::vector<Endpoint>{{A, 0}, {SIX, 0}}));
}

TEST(LocalAddressRules, RemovedIsNotAllowedUntilNamedAgain)
{
    LocalAddressRules rules;
    rules.Remove(A);
    EXPECT_FALSE(rules.Allows(A));
    EXPECT_TRUE(rules.IsRemoved(A));
    EXPECT_TRUE(rules.Allows(B)) << "nothing else was said";
    rules.Allow({A, 0});
    EXPECT_TRUE(rules.Allows(A));
    EXPECT_FALSE(rules.IsRestricted()) << "there was no restriction before";
    EXPECT_TRUE(rules.Allows(B));
}

TEST(LocalAddressRules, RemovingTheLastNamedLeavesNothing)
{
    LocalAddressRules rules;
    rules.Restrict({A, 0});
    rules.Remove(A);
    EXPECT_TRUE(rules.IsRestricted());
    EXPECT_FALSE(rules.Allows(A));
    EXPECT_FALSE(rules.Allows(B));
    EXPECT_TRUE(rules.Named().empty());
}

TEST(LocalAddressRules, MoreMayBeAllowedLater)
{
    LocalAddressRules rules;
    rules.Restrict({A, 0});
    rules.Allow({B, 0});
    EXPECT_TRUE(rules.Allows(B));
    EXPECT_FALSE(rules.Allows(SIX));
}

TEST(LocalAddressRules, PortsBelongToAddresses)
{
    LocalAddressRules rules;
    rules.Restrict({A, 4000});
    rules.Restrict({B, 0});
    EXPECT_EQ(rules.PortOn(A), 4000);
    EXPECT_EQ(rules.PortOn(B), 0);
    rules.Restrict({A, 0});
    EXPECT_EQ(rules.PortOn(A), 4000) << "named again without a port";
    rules.Restrict({A, 5000});
    EXPECT_EQ(rules.PortOn(A), 5000);
    rules.Remove(A);
    EXPECT_EQ(rules.PortOn(A), 0);
}

TEST(LocalAddressRules, BackupsAreKeptByAddress)
{
    LocalAddressRules rules;
    rules.SetBackup(B, true);
    rules.SetBackup(B, true);
    EXPECT_TRUE(rules.IsBackup(B));
    EXPECT_FALSE(rules.IsBackup(A));
    rules.SetBackup(B, false);
    EXPECT_FALSE(rules.IsBackup(B));
}

} // namespace
} // namespace mptcp
