// SPDX-License-Identifier: GPL-2.0-only
#include "wire/dss-checksum.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace mptcp
{
namespace
{

using Data = std::vector<uint8_t>;

Data
Text(const std::string& text)
{
    return Data(text.begin(), text.end());
}

/// 0, 1, ..., 249, 0, 1, ...
Data
Counting(std::size_t size)
{
    Data data(size);
    for (std::size_t i = 0; i < size; ++i)
    {
        data[i] = static_cast<uint8_t>(i % 250);
    }
    return data;
}

ByteView
View(const Data& data)
{
    return {data.data(), data.size()};
}

/*
 * The expected values come from Python:
 *
 *     import struct
 *     def checksum(dsn, ssn, length, data):
 *         m = struct.pack(">QIHH", dsn, ssn, length, 0) + data
 *         m += b"\0" * (len(m) % 2)
 *         s = sum(struct.unpack(">%dH" % (len(m) // 2), m))
 *         while s >> 16:
 *             s = (s & 0xffff) + (s >> 16)
 *         return "%04x" % (s ^ 0xffff)
 */
struct ChecksumRow
{
    std::string name;
    uint64_t dataSequence;
    uint32_t subflowOffset;
    uint16_t lengthBytes;
    Data data;
    uint16_t expected;
};

std::ostream&
operator<<(std::ostream& os, const ChecksumRow& row)
{
    return os << row.name;
}

class DssChecksumValue : public testing::TestWithParam<ChecksumRow>
{
  protected:
    [[nodiscard]] static DssChecksum Start()
    {
        const ChecksumRow& row = GetParam();
        return DssChecksum(DataSequence(row.dataSequence), row.subflowOffset, row.lengthBytes);
    }
};

// RFC 8684 3.3.1
TEST_P(DssChecksumValue, CoversPseudoHeaderAndData)
{
    DssChecksum checksum = Start();
    checksum.Add(View(GetParam().data));
    EXPECT_EQ(checksum.Finish(), GetParam().expected);
    EXPECT_TRUE(checksum.Matches(GetParam().expected));
}

// RFC 8684 3.3.1: the checksum is additive over the segments of a mapping.
TEST_P(DssChecksumValue, DoesNotDependOnHowTheDataIsCut)
{
    const Data& data = GetParam().data;
    std::mt19937 random(3301);
    for (unsigned round = 0; round < 50; ++round)
    {
        DssChecksum checksum = Start();
        for (std::size_t at = 0; at < data.size();)
        {
            const std::size_t most = round % 2 == 0 ? 4 : data.size();
            const std::size_t piece =
                std::min<std::size_t>(random() % (most + 1), data.size() - at);
            checksum.Add({data.data() + at, piece});
            at += piece;
        }
        ASSERT_EQ(checksum.Finish(), GetParam().expected) << "seed 3301, round " << round;
    }
}

TEST_P(DssChecksumValue, ByteByByteIsTheSame)
{
    DssChecksum checksum = Start();
    for (const uint8_t& byte : GetParam().data)
    {
        checksum.Add({&byte, 1});
    }
    EXPECT_EQ(checksum.Finish(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    DssChecksumValue,
    testing::Values(
        ChecksumRow{"EvenLength", 0x0102030405060708, 1, 10, Text("0123456789"), 0xead6},
        ChecksumRow{"OddLength", 0x0102030405060708, 1, 9, Text("012345678"), 0xeb10},
        ChecksumRow{"AllCarries", 0xffffffffffffffff, 0xffffffff, 1000, Counting(1000), 0xd700},
        ChecksumRow{"HighBitsOfTheSequenceCount",
                    0x80000000ffffffff,
                    0x80000001,
                    3,
                    Data{1, 2, 3},
                    0xfbf8},
        // RFC 8684 3.3.3: only the pseudo-header.
        ChecksumRow{"DataFinAlone", 89, 0, 1, {}, 0xffa5},
        ChecksumRow{"NothingAtAll", 0, 0, 0, {}, 0xffff},
        ChecksumRow{"LongestMapping", 0x1111111122222222, 7, 65535, Data(65535, 0xff), 0x9a91}),
    [](const auto& row) { return row.param.name; });

TEST(DssChecksumMatch, OneChangedBitIsSeen)
{
    Data data = Text("0123456789");
    data[7] ^= 0x10;
    DssChecksum checksum(DataSequence(0x0102030405060708), 1, 10);
    checksum.Add(View(data));
    EXPECT_FALSE(checksum.Matches(0xead6));
}

TEST(DssChecksumMatch, EachFieldOfThePseudoHeaderCounts)
{
    const Data data = Text("0123456789");
    const DataSequence begin(0x0102030405060708);
    for (DssChecksum changed : {DssChecksum(begin + 1, 1, 10),
                                DssChecksum(begin + (uint64_t{1} << 32), 1, 10),
                                DssChecksum(begin, 2, 10),
                                DssChecksum(begin, 1, 11)})
    {
        changed.Add(View(data));
        EXPECT_FALSE(changed.Matches(0xead6));
    }
}

// In ones' complement there are two zeros; middleboxes that update checksums may swap them.
TEST(DssChecksumMatch, BothZerosAreTheSame)
{
    DssChecksum checksum(DataSequence(0), 0, 0);
    const Data data{0xff, 0xff};
    checksum.Add(View(data));
    EXPECT_EQ(checksum.Finish(), 0x0000);
    EXPECT_TRUE(checksum.Matches(0x0000));
    EXPECT_TRUE(checksum.Matches(0xffff));
    EXPECT_FALSE(checksum.Matches(0x0001));
}

// RFC 8684 3.3.3: a DATA_FIN adds one to the length and nothing to the data.
TEST(DssChecksumLength, OfTheSameMappingWithAndWithoutItsDataFin)
{
    const Data data = Text("0123456789");
    for (const uint16_t bytes : {uint16_t{10}, uint16_t{0xfffe}, uint16_t{0x00ff}})
    {
        DssChecksum without(DataSequence(0x0102030405060708), 1, bytes);
        without.Add(View(data));
        DssChecksum with(DataSequence(0x0102030405060708), 1, static_cast<uint16_t>(bytes + 1));
        with.Add(View(data));
        EXPECT_EQ(ChecksumWithLength(without.Finish(), bytes, static_cast<uint16_t>(bytes + 1)),
                  with.Finish());
        EXPECT_EQ(ChecksumWithLength(with.Finish(), static_cast<uint16_t>(bytes + 1), bytes),
                  without.Finish());
    }
}

// RFC 1624 3: the example of a sum that comes to zero, where the older formula fails.
TEST(DssChecksumLength, ZeroComesOutInOneForm)
{
    EXPECT_EQ(ChecksumWithLength(0xdd2f, 0x5555, 0x3285), 0x0000);
}

} // namespace
} // namespace mptcp
