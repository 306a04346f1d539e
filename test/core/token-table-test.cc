// SPDX-License-Identifier: GPL-2.0-only
#include "handshake/token-table.h"

#include <gtest/gtest.h>

namespace mptcp
{
namespace
{

// SHA-256 and SHA-1 of the 64-bit numbers 0 and 1, from Python's hashlib; see key-material-test.cc.
constexpr Token TOKEN_OF_KEY_0 = 0xaf5570f5;
constexpr Token TOKEN_OF_KEY_1 = 0xcd266215;
constexpr Token TOKEN_OF_KEY_0_VERSION_0 = 0x05fe4057;

/// Keys 0, 1, 2, ... and how many were asked for.
struct CountingKeys
{
    uint64_t calls{0};

    Key operator()()
    {
        return Key(calls++);
    }
};

TEST(TokenTable, FindsWhatWasInserted)
{
    TokenTable table;
    EXPECT_TRUE(table.Insert(7, 100));
    EXPECT_TRUE(table.Insert(0xffffffff, 101));
    EXPECT_EQ(table.Find(7), 100u);
    EXPECT_EQ(table.Find(0xffffffff), 101u);
    EXPECT_EQ(table.Find(8), std::nullopt);
    EXPECT_EQ(table.Size(), 2u);
}

TEST(TokenTable, ATokenStandsForOneConnection)
{
    TokenTable table;
    EXPECT_TRUE(table.Insert(7, 100));
    EXPECT_FALSE(table.Insert(7, 101));
    EXPECT_EQ(table.Find(7), 100u);
}

TEST(TokenTable, ZeroIsNotAToken)
{
    TokenTable table;
    EXPECT_FALSE(table.IsFree(0));
    EXPECT_FALSE(table.Insert(0, 100));
    EXPECT_EQ(table.Find(0), std::nullopt);
}

TEST(TokenTable, AnErasedTokenIsFreeAgain)
{
    TokenTable table;
    table.Insert(7, 100);
    EXPECT_FALSE(table.IsFree(7));
    EXPECT_TRUE(table.Erase(7));
    EXPECT_FALSE(table.Erase(7));
    EXPECT_TRUE(table.IsFree(7));
    EXPECT_TRUE(table.Insert(7, 101));
    EXPECT_EQ(table.Find(7), 101u);
}

TEST(ChooseKey, TakesTheFirstWhenItsTokenIsFree)
{
    const TokenTable table;
    CountingKeys keys;
    EXPECT_EQ(table.ChooseKey(keys), Key(0));
    EXPECT_EQ(keys.calls, 1u);
}

// RFC 8684 3.1: on a token collision a new key is generated.
TEST(ChooseKey, SkipsKeysWhoseTokenIsInUse)
{
    TokenTable table;
    table.Insert(TOKEN_OF_KEY_0, 100);
    table.Insert(TOKEN_OF_KEY_1, 101);
    CountingKeys keys;
    EXPECT_EQ(table.ChooseKey(keys), Key(2));
    EXPECT_EQ(keys.calls, 3u);
}

TEST(ChooseKey, UsesTheHashOfTheVersion)
{
    TokenTable table;
    table.Insert(TOKEN_OF_KEY_0_VERSION_0, 100);
    EXPECT_EQ(table.ChooseKey(CountingKeys{}, MptcpVersion::V1), Key(0));
    EXPECT_EQ(table.ChooseKey(CountingKeys{}, MptcpVersion::V0), Key(1));
}

// RFC 8684 3.1: if uniqueness is not met, the connection has to do with regular TCP.
TEST(ChooseKey, GivesUpAfterABoundedNumberOfTries)
{
    TokenTable table;
    table.Insert(TOKEN_OF_KEY_0, 100);
    unsigned calls = 0;
    const auto always0 = [&calls] {
        ++calls;
        return Key(0);
    };
    EXPECT_EQ(table.ChooseKey(always0), std::nullopt);
    EXPECT_EQ(calls, TokenTable::MAX_TRIES);
}

TEST(Reserve, EntersTheTokenOfTheChosenKey)
{
    TokenTable table;
    CountingKeys keys;
    EXPECT_EQ(table.Reserve(100, keys), Key(0));
    EXPECT_EQ(table.Find(TOKEN_OF_KEY_0), 100u);
    EXPECT_EQ(table.Reserve(101, CountingKeys{}), Key(1));
    EXPECT_EQ(table.Find(TOKEN_OF_KEY_1), 101u);
}

TEST(Reserve, EntersNothingWhenThereIsNoKey)
{
    TokenTable table;
    table.Insert(TOKEN_OF_KEY_0, 100);
    EXPECT_EQ(table.Reserve(101, [] { return Key(0); }), std::nullopt);
    EXPECT_EQ(table.Size(), 1u);
}

} // namespace
} // namespace mptcp
