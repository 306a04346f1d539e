// SPDX-License-Identifier: GPL-2.0-only
#include "data-sequence.h"

#include <gtest/gtest.h>
#include <string>
#include <type_traits>
#include <utility>

namespace mptcp
{
namespace
{

template <typename A, typename B, typename = void>
struct CanSubtract : std::false_type
{
};

template <typename A, typename B>
struct CanSubtract<A, B, std::void_t<decltype(std::declval<A>() - std::declval<B>())>>
    : std::true_type
{
};

static_assert(CanSubtract<DataSequence, DataSequence>::value);
static_assert(CanSubtract<SubflowOffset, SubflowOffset>::value);
static_assert(!CanSubtract<DataSequence, SubflowOffset>::value);
static_assert(!CanSubtract<SubflowOffset, DataSequence>::value);
static_assert(!std::is_convertible_v<uint64_t, DataSequence>);
static_assert(!std::is_convertible_v<uint64_t, SubflowOffset>);
static_assert(!std::is_constructible_v<DataSequence, SubflowOffset>);
static_assert(!std::is_constructible_v<SubflowOffset, DataSequence>);

struct ExpandRow
{
    std::string name;
    uint32_t low;
    uint64_t reference;
    uint64_t expected;
};

std::ostream&
operator<<(std::ostream& os, const ExpandRow& row)
{
    return os << row.name;
}

class ExpandDataSequence : public testing::TestWithParam<ExpandRow>
{
};

// RFC 8684 3.3.1: a 32-bit number is promoted to the 64-bit number it must have been.
TEST_P(ExpandDataSequence, FindsTheNearestNumber)
{
    const ExpandRow& row = GetParam();
    EXPECT_EQ(Expand(row.low, DataSequence(row.reference)), DataSequence(row.expected));
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    ExpandDataSequence,
    testing::Values(ExpandRow{"Itself", 7, 7, 7},
                    ExpandRow{"AheadInTheSameRound", 0x00000010, 0x500000000, 0x500000010},
                    ExpandRow{"BehindInTheSameRound", 0x00000010, 0x500000020, 0x500000010},
                    ExpandRow{"AheadAcrossTheWrap", 0x00000001, 0x4ffffffff, 0x500000001},
                    ExpandRow{"BehindAcrossTheWrap", 0xffffffff, 0x500000001, 0x4ffffffff},
                    ExpandRow{"AheadAcrossTheEndOf64Bits", 0x00000005, 0xfffffffffffffff0, 5},
                    ExpandRow{"BehindTheStartOf64Bits", 0xfffffff0, 5, 0xfffffffffffffff0},
                    ExpandRow{"AlmostHalfARoundAhead", 0x7fffffff, 0x500000000, 0x57fffffff},
                    ExpandRow{"HalfARoundCountsAsBehind", 0x80000000, 0x500000000, 0x480000000}),
    [](const auto& row) { return row.param.name; });

// RFC 8684 3.3.1: offsets are relative, and a subflow may carry more than 4 GiB.
TEST(ExpandSubflowOffset, FollowsBeyondFourGibibytes)
{
    EXPECT_EQ(Expand(0x00000001, SubflowOffset(0xffffffff)), SubflowOffset(0x100000001));
    EXPECT_EQ(Expand(0xffffffff, SubflowOffset(0x100000001)), SubflowOffset(0xffffffff));
}

TEST(ExpandSubflowOffset, BeforeTheSynIsHuge)
{
    EXPECT_GT(Expand(0xffffffff, SubflowOffset(1)), SubflowOffset(0xffffffff));
}

// RFC 8684 3.3.1: data sequence numbers are 64 bits and wrap.
TEST(DataSequenceOrder, ComparesModuloTwoToThe64)
{
    const DataSequence last(0xffffffffffffffff);
    const DataSequence first(0);
    EXPECT_LT(last, first);
    EXPECT_GT(first, last);
    EXPECT_LE(last, last);
    EXPECT_GE(first, last);
    EXPECT_NE(first, last);
    EXPECT_EQ(last + 1, first);
    EXPECT_EQ(first - 1, last);
    EXPECT_EQ(first - last, 1);
    EXPECT_EQ(last - first, -1);
}

TEST(DataSequenceOrder, LowIsTheLowerHalf)
{
    EXPECT_EQ(DataSequence(0x1122334455667788).Low(), 0x55667788u);
    EXPECT_EQ(SubflowOffset(0x1122334455667788).Low(), 0x55667788u);
}

TEST(SubflowOffsetOrder, DoesNotWrap)
{
    EXPECT_LT(SubflowOffset(0), SubflowOffset(0xffffffffffffffff));
    SubflowOffset offset(1);
    offset += 10;
    EXPECT_EQ(offset, SubflowOffset(11));
    EXPECT_EQ(offset - SubflowOffset(1), 10);
    EXPECT_EQ(SubflowOffset(1) - offset, -10);
}

TEST(DataRange, CountsItsBytes)
{
    const DataRange range{DataSequence(0xfffffffffffffffe), DataSequence(3)};
    EXPECT_EQ(range.Bytes(), 5u);
    EXPECT_FALSE(range.IsEmpty());
}

TEST(DataRange, IsEmptyWhenItEndsWhereOrBeforeItBegins)
{
    EXPECT_TRUE((DataRange{DataSequence(5), DataSequence(5)}.IsEmpty()));
    EXPECT_TRUE((DataRange{DataSequence(5), DataSequence(4)}.IsEmpty()));
    EXPECT_EQ((DataRange{DataSequence(5), DataSequence(4)}.Bytes()), 0u);
}

} // namespace
} // namespace mptcp
