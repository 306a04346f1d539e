// SPDX-License-Identifier: GPL-2.0-only
#include "byte-io.h"

#include <gtest/gtest.h>
#include <vector>

namespace mptcp
{
namespace
{

const std::vector<uint8_t> FIFTEEN{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

TEST(ByteReader, ReadsMostSignificantByteFirst)
{
    ByteReader in({FIFTEEN.data(), FIFTEEN.size()});
    EXPECT_EQ(in.ReadU8(), 0x01);
    EXPECT_EQ(in.ReadU16(), 0x0203);
    EXPECT_EQ(in.ReadU32(), 0x04050607u);
    EXPECT_EQ(in.ReadU64(), 0x08090a0b0c0d0e0fu);
    EXPECT_EQ(in.RemainingBytes(), 0u);
    EXPECT_TRUE(in.IsGood());
}

TEST(ByteReader, ReadsArraysAsTheyAre)
{
    ByteReader in({FIFTEEN.data(), 3});
    EXPECT_EQ(in.ReadArray<3>(), (std::array<uint8_t, 3>{1, 2, 3}));
    EXPECT_TRUE(in.IsGood());
}

TEST(ByteReader, AReadThatDoesNotFitYieldsZeroAndSpoilsWhatFollows)
{
    ByteReader in({FIFTEEN.data(), 3});
    EXPECT_EQ(in.ReadU32(), 0u);
    EXPECT_FALSE(in.IsGood());
    EXPECT_EQ(in.ReadU8(), 0);
    EXPECT_EQ(in.ReadU16(), 0);
    EXPECT_EQ(in.ReadU64(), 0u);
    EXPECT_EQ(in.ReadArray<1>(), (std::array<uint8_t, 1>{0}));
    EXPECT_EQ(in.RemainingBytes(), 0u);
}

TEST(ByteReader, AnEmptyViewHasNothing)
{
    ByteReader in(ByteView{});
    EXPECT_TRUE(in.IsGood());
    EXPECT_EQ(in.ReadU8(), 0);
    EXPECT_FALSE(in.IsGood());
}

TEST(ByteWriter, WritesMostSignificantByteFirst)
{
    std::vector<uint8_t> buffer(15);
    ByteWriter out(buffer.data(), buffer.size());
    out.WriteU8(0x01);
    out.WriteU16(0x0203);
    out.WriteU32(0x04050607);
    out.WriteU64(0x08090a0b0c0d0e0f);
    EXPECT_EQ(buffer, FIFTEEN);
    EXPECT_TRUE(out.IsGood());
    EXPECT_EQ(out.RemainingBytes(), 0u);
    EXPECT_EQ(out.Written().data, buffer.data());
    EXPECT_EQ(out.Written().size, 15u);
}

TEST(ByteWriter, AWriteThatDoesNotFitChangesNothingAndSpoilsWhatFollows)
{
    std::vector<uint8_t> buffer(3, 0xee);
    ByteWriter out(buffer.data(), buffer.size());
    out.WriteU32(1);
    EXPECT_FALSE(out.IsGood());
    EXPECT_EQ(out.RemainingBytes(), 0u);
    out.WriteU8(1);
    out.WriteU16(1);
    out.WriteU64(1);
    out.WriteBytes({FIFTEEN.data(), 2});
    EXPECT_EQ(out.Written().size, 0u);
    EXPECT_EQ(buffer, std::vector<uint8_t>(3, 0xee));
}

TEST(ByteWriter, CopiesBytesAllOrNone)
{
    std::array<uint8_t, 4> buffer{};
    ByteWriter out(buffer);
    out.WriteBytes({});
    out.WriteBytes({FIFTEEN.data(), 3});
    EXPECT_EQ(buffer, (std::array<uint8_t, 4>{1, 2, 3, 0}));
    EXPECT_EQ(out.RemainingBytes(), 1u);
    out.WriteBytes({FIFTEEN.data(), 2});
    EXPECT_FALSE(out.IsGood());
    EXPECT_EQ(buffer[3], 0);
}

} // namespace
} // namespace mptcp
