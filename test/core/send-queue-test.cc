// SPDX-License-Identifier: GPL-2.0-only
#include "stream/send-queue.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace
{

/// A payload by reference, as packets are: tells a shared payload from a copied one.
using SharedBytes = std::shared_ptr<std::string>;

} // namespace

template <>
struct mptcp::PayloadTraits<SharedBytes>
{
    static uint32_t Size(const SharedBytes& payload)
    {
        return static_cast<uint32_t>(payload->size());
    }

    static SharedBytes Slice(const SharedBytes& payload, uint32_t offsetBytes, uint32_t lengthBytes)
    {
        return std::make_shared<std::string>(payload->substr(offsetBytes, lengthBytes));
    }

    static void Append(SharedBytes& head, const SharedBytes& tail)
    {
        *head += *tail;
    }
};

namespace
{

using mptcp::DataRange;
using mptcp::DataSequence;
using Queue = mptcp::SendQueue<std::string>;

struct Start
{
    const char* name;
    uint64_t first;
};

/// Every rule holds wherever the stream starts, also when its numbers wrap on the way.
class SendQueueFrom : public testing::TestWithParam<Start>
{
  protected:
    DataSequence At(uint64_t position) const
    {
        return DataSequence(GetParam().first + position);
    }

    DataRange Range(uint64_t begin, uint64_t end) const
    {
        return {At(begin), At(end)};
    }

    Queue Written(const std::vector<std::string>& payloads) const
    {
        Queue queue(At(0));
        for (const std::string& payload : payloads)
        {
            queue.Append(payload);
        }
        return queue;
    }
};

INSTANTIATE_TEST_SUITE_P(FirstNumber,
                         SendQueueFrom,
                         testing::Values(Start{"Zero", 0},
                                         Start{"Plain", 1000},
                                         Start{"Before32BitWrap", 0xFFFFFFFD},
                                         Start{"Before64BitWrap", UINT64_MAX - 4}),
                         [](const auto& row) { return row.param.name; });

TEST_P(SendQueueFrom, WrittenBytesGetTheirNumbersOnceInOrder)
{
    Queue queue(At(0));
    EXPECT_EQ(queue.Append("abcd"), Range(0, 4));
    EXPECT_EQ(queue.Append("efghij"), Range(4, 10));
    EXPECT_EQ(queue.BufferedBytes(), 10U);
    EXPECT_EQ(queue.UngrantedBytes(), 10U);
    EXPECT_EQ(queue.FirstUnacknowledged(), At(0));
    EXPECT_EQ(queue.NextToGrant(), At(0));
    EXPECT_EQ(queue.End(), At(10));
}

TEST_P(SendQueueFrom, AnEmptyWriteLeavesNoTrace)
{
    Queue queue = Written({"ab"});
    EXPECT_TRUE(queue.Append("").IsEmpty());
    queue.Append("cd");
    EXPECT_EQ(queue.Take(10).payload, "abcd");
}

TEST_P(SendQueueFrom, TakeCrossesTheBordersOfWrites)
{
    Queue queue = Written({"abc", "d", "efgh", "ijkl"});
    const auto first = queue.Take(2);
    EXPECT_EQ(first.begin, At(0));
    EXPECT_EQ(first.payload, "ab");
    const auto second = queue.Take(4);
    EXPECT_EQ(second.begin, At(2));
    EXPECT_EQ(second.payload, "cdef");
    const auto third = queue.Take(100);
    EXPECT_EQ(third.begin, At(6));
    EXPECT_EQ(third.payload, "ghijkl");
    EXPECT_EQ(queue.UngrantedBytes(), 0U);
    EXPECT_EQ(queue.BufferedBytes(), 12U);
}

TEST_P(SendQueueFrom, NothingToGrantGivesNoPayload)
{
    Queue queue = Written({"ab"});
    EXPECT_EQ(queue.Take(0).payload, "");
    EXPECT_EQ(queue.NextToGrant(), At(0));
    (void)queue.Take(2);
    const auto none = queue.Take(5);
    EXPECT_EQ(none.begin, At(2));
    EXPECT_EQ(none.payload, "");
}

// RFC 8684 3.3.2: a DATA_ACK is cumulative and names the next number expected.
TEST_P(SendQueueFrom, AcknowledgementFreesUpToItsNumber)
{
    Queue queue = Written({"abc", "def", "ghi"});
    (void)queue.Take(8);
    EXPECT_EQ(queue.Acknowledge(At(4)), 4U);
    EXPECT_EQ(queue.FirstUnacknowledged(), At(4));
    EXPECT_EQ(queue.BufferedBytes(), 5U);
    EXPECT_EQ(queue.Acknowledge(At(8)), 4U);
    const auto rest = queue.Take(9);
    EXPECT_EQ(rest.begin, At(8));
    EXPECT_EQ(rest.payload, "i");
    EXPECT_EQ(queue.Acknowledge(At(9)), 1U);
    EXPECT_EQ(queue.BufferedBytes(), 0U);
}

TEST_P(SendQueueFrom, OldAndRepeatedAcknowledgementsFreeNothing)
{
    Queue queue = Written({"abcdef"});
    (void)queue.Take(6);
    EXPECT_EQ(queue.Acknowledge(At(3)), 3U);
    EXPECT_EQ(queue.Acknowledge(At(3)), 0U);
    EXPECT_EQ(queue.Acknowledge(At(1)), 0U);
    EXPECT_EQ(queue.Acknowledge(At(0) - 100), 0U);
    EXPECT_EQ(queue.FirstUnacknowledged(), At(3));
}

// RFC 8684 3.3.2: a DATA_ACK says what was received, which cannot be more than was sent.
TEST_P(SendQueueFrom, AnAcknowledgementOfBytesNeverGrantedIsRefused)
{
    Queue queue = Written({"abcdef"});
    (void)queue.Take(4);
    EXPECT_EQ(queue.Acknowledge(At(5)), std::nullopt);
    EXPECT_EQ(queue.Acknowledge(At(uint64_t{1} << 62)), std::nullopt);
    EXPECT_EQ(queue.BufferedBytes(), 6U);
    EXPECT_EQ(queue.Acknowledge(At(4)), 4U);
}

// RFC 8684 3.3.6: the same data may be sent again on another subflow.
TEST_P(SendQueueFrom, ReinjectionHandsOutTheSameBytesOnce)
{
    Queue queue = Written({"abc", "defg", "hij"});
    (void)queue.Take(10);
    queue.RequestReinjection(Range(2, 6));
    EXPECT_EQ(queue.ReinjectionBytes(), 4U);
    EXPECT_EQ(queue.PeekReinjection(3), Range(2, 5));
    EXPECT_EQ(queue.ReinjectionBytes(), 4U);
    const auto first = queue.TakeReinjection(3);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->begin, At(2));
    EXPECT_EQ(first->payload, "cde");
    const auto second = queue.TakeReinjection(3);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->begin, At(5));
    EXPECT_EQ(second->payload, "f");
    EXPECT_FALSE(queue.TakeReinjection(3));
    EXPECT_FALSE(queue.PeekReinjection(3));
    EXPECT_EQ(queue.BufferedBytes(), 10U);
}

TEST_P(SendQueueFrom, OnlyGrantedUnacknowledgedBytesAreReinjected)
{
    Queue queue = Written({"abcdefghij"});
    (void)queue.Take(6);
    ASSERT_EQ(queue.Acknowledge(At(2)), 2U);
    queue.RequestReinjection({At(0) - 50, At(10)});
    EXPECT_EQ(queue.PeekReinjection(100), Range(2, 6));
    queue.RequestReinjection(Range(6, 10));
    queue.RequestReinjection(Range(0, 2));
    queue.RequestReinjection(Range(5, 3));
    EXPECT_EQ(queue.ReinjectionBytes(), 4U);
}

TEST_P(SendQueueFrom, OverlappingRequestsCountOnce)
{
    Queue queue = Written({"abcdefghijkl"});
    (void)queue.Take(12);
    queue.RequestReinjection(Range(1, 3));
    queue.RequestReinjection(Range(5, 7));
    queue.RequestReinjection(Range(9, 11));
    queue.RequestReinjection(Range(2, 10));
    EXPECT_EQ(queue.ReinjectionBytes(), 10U);
    EXPECT_EQ(queue.PeekReinjection(100), Range(1, 11));
}

TEST_P(SendQueueFrom, EarliestRangeComesFirst)
{
    Queue queue = Written({"abcdefghijkl"});
    (void)queue.Take(12);
    queue.RequestReinjection(Range(8, 10));
    queue.RequestReinjection(Range(1, 3));
    EXPECT_EQ(queue.TakeReinjection(100)->payload, "bc");
    EXPECT_EQ(queue.TakeReinjection(100)->payload, "ij");
}

TEST_P(SendQueueFrom, AcknowledgementEndsTheWishToReinject)
{
    Queue queue = Written({"abcdefghijkl"});
    (void)queue.Take(12);
    queue.RequestReinjection(Range(1, 3));
    queue.RequestReinjection(Range(4, 8));
    queue.RequestReinjection(Range(10, 12));
    ASSERT_EQ(queue.Acknowledge(At(6)), 6U);
    EXPECT_EQ(queue.ReinjectionBytes(), 4U);
    EXPECT_EQ(queue.PeekReinjection(100), Range(6, 8));
    ASSERT_EQ(queue.Acknowledge(At(12)), 6U);
    EXPECT_EQ(queue.ReinjectionBytes(), 0U);
    EXPECT_FALSE(queue.TakeReinjection(100));
}

// RFC 8684 3.7: one subflow carries everything from here on.
TEST_P(SendQueueFrom, WhatIsRewoundIsGrantedAgain)
{
    Queue queue = Written({"abc", "d", "efgh", "ijkl"});
    (void)queue.Take(10);
    ASSERT_EQ(queue.Acknowledge(At(2)), 2U);
    queue.RequestReinjection(Range(2, 5));
    queue.Rewind(At(3));
    EXPECT_EQ(queue.NextToGrant(), At(3));
    EXPECT_EQ(queue.UngrantedBytes(), 9U);
    EXPECT_EQ(queue.ReinjectionBytes(), 0U);
    EXPECT_EQ(queue.FirstUnacknowledged(), At(2));
    const auto again = queue.Take(3);
    EXPECT_EQ(again.begin, At(3));
    EXPECT_EQ(again.payload, "def");
    EXPECT_EQ(queue.Acknowledge(At(5)), 3U);
    EXPECT_EQ(queue.Take(100).payload, "ghijkl");
}

TEST_P(SendQueueFrom, AllThatIsOutstandingMayBeRewound)
{
    Queue queue = Written({"abc", "def"});
    (void)queue.Take(6);
    ASSERT_EQ(queue.Acknowledge(At(3)), 3U);
    queue.Rewind(At(6));
    EXPECT_EQ(queue.UngrantedBytes(), 0U);
    queue.Rewind(At(3));
    queue.Append("gh");
    EXPECT_EQ(queue.Take(100).payload, "defgh");
}

TEST_P(SendQueueFrom, OnlyOutstandingBytesAreRewound)
{
    Queue queue = Written({"abcdef"});
    (void)queue.Take(4);
    ASSERT_EQ(queue.Acknowledge(At(2)), 2U);
    queue.Rewind(At(1));
    queue.Rewind(At(5));
    EXPECT_EQ(queue.NextToGrant(), At(4));
    queue.Rewind(At(2));
    EXPECT_EQ(queue.Take(100).payload, "cdef");
}

TEST_P(SendQueueFrom, CopyIsClippedToOutstandingBytes)
{
    Queue queue = Written({"abc", "def", "ghi"});
    (void)queue.Take(7);
    ASSERT_EQ(queue.Acknowledge(At(2)), 2U);
    const auto copy = queue.Copy(Range(0, 9));
    EXPECT_EQ(copy.begin, At(2));
    EXPECT_EQ(copy.payload, "cdefg");
    EXPECT_EQ(queue.Copy(Range(4, 6)).payload, "ef");
    EXPECT_EQ(queue.Copy(Range(7, 9)).payload, "");
    EXPECT_EQ(queue.NextToGrant(), At(7));
}

// Whatever is written, granted, acknowledged and reinjected, each byte leaves under its own number.
TEST_P(SendQueueFrom, LawEveryByteKeepsItsNumber)
{
    constexpr unsigned SEED = 20240607;
    SCOPED_TRACE(testing::Message() << "seed " << SEED);
    std::mt19937 random(SEED);
    const auto draw = [&random](uint64_t below) { return below == 0 ? 0 : random() % below; };
    std::string stream;
    Queue queue(At(0));
    uint64_t granted = 0;
    uint64_t acknowledged = 0;
    std::vector<bool> wished;
    const auto check = [&](const Queue::Chunk& chunk) {
        const auto begin = static_cast<uint64_t>(chunk.begin - At(0));
        ASSERT_EQ(chunk.payload, stream.substr(begin, chunk.payload.size()));
    };
    for (int step = 0; step < 1500; ++step)
    {
        std::string payload(draw(20), ' ');
        std::generate(payload.begin(), payload.end(), [&] { return char('a' + draw(26)); });
        stream += payload;
        queue.Append(payload);
        const auto chunk = queue.Take(static_cast<uint32_t>(draw(23)));
        check(chunk);
        granted += chunk.payload.size();
        wished.resize(granted, false);
        const uint64_t begin = draw(granted + 5);
        const uint64_t end = begin + draw(30);
        queue.RequestReinjection(Range(begin, end));
        for (uint64_t i = std::max(begin, acknowledged); i < std::min(end, granted); ++i)
        {
            wished[i] = true;
        }
        if (const auto again = queue.TakeReinjection(static_cast<uint32_t>(draw(12))))
        {
            check(*again);
            const auto from = static_cast<uint64_t>(again->begin - At(0));
            for (uint64_t i = from; i < from + again->payload.size(); ++i)
            {
                ASSERT_TRUE(wished[i]);
                wished[i] = false;
            }
        }
        const uint64_t ack = acknowledged + draw(std::min<uint64_t>(granted - acknowledged, 25));
        ASSERT_EQ(queue.Acknowledge(At(ack)), ack - acknowledged);
        acknowledged = ack;
        std::fill_n(wished.begin(), acknowledged, false);
        check(queue.Copy(Range(acknowledged + draw(10), acknowledged + draw(60))));
        ASSERT_EQ(queue.ReinjectionBytes(), std::count(wished.begin(), wished.end(), true));
        ASSERT_EQ(queue.BufferedBytes(), stream.size() - acknowledged);
        ASSERT_EQ(queue.UngrantedBytes(), stream.size() - granted);
    }
}

TEST(SendQueuePayload, AWriteGrantedWholeIsHandedOutWithoutCopying)
{
    mptcp::SendQueue<SharedBytes> queue(DataSequence(0));
    const auto written = std::make_shared<std::string>("abcd");
    const auto next = std::make_shared<std::string>("efg");
    queue.Append(written);
    queue.Append(next);
    EXPECT_EQ(queue.Take(4).payload, written);
    EXPECT_EQ(queue.Take(3).payload, next);
    EXPECT_EQ(queue.Copy({DataSequence(0), DataSequence(4)}).payload, written);
}

TEST(SendQueuePayload, JoiningAndSplittingNeverChangesWhatWasWritten)
{
    mptcp::SendQueue<SharedBytes> queue(DataSequence(0));
    const auto first = std::make_shared<std::string>("abcd");
    const auto second = std::make_shared<std::string>("efgh");
    queue.Append(first);
    queue.Append(second);
    EXPECT_EQ(*queue.Take(6).payload, "abcdef");
    EXPECT_EQ(*queue.Copy({DataSequence(0), DataSequence(6)}).payload, "abcdef");
    EXPECT_EQ(*queue.Take(2).payload, "gh");
    EXPECT_EQ(*first, "abcd");
    EXPECT_EQ(*second, "efgh");
}

TEST(SendQueuePayload, AnEmptyWriteIsNotKept)
{
    mptcp::SendQueue<SharedBytes> queue(DataSequence(0));
    const auto empty = std::make_shared<std::string>();
    queue.Append(empty);
    EXPECT_EQ(empty.use_count(), 1);
}

TEST(SendQueuePayload, AcknowledgedWritesAreReleased)
{
    mptcp::SendQueue<SharedBytes> queue(DataSequence(0));
    const auto written = std::make_shared<std::string>("abcd");
    queue.Append(written);
    queue.Append(std::make_shared<std::string>("ef"));
    (void)queue.Take(6);
    ASSERT_EQ(queue.Acknowledge(DataSequence(3)), 3U);
    EXPECT_EQ(written.use_count(), 2);
    ASSERT_EQ(queue.Acknowledge(DataSequence(4)), 1U);
    EXPECT_EQ(written.use_count(), 1);
}

} // namespace
