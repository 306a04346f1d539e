// SPDX-License-Identifier: GPL-2.0-only
#include "stream/reassembly-queue.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace
{

using mptcp::DataSequence;
using Queue = mptcp::ReassemblyQueue<std::string>;

struct Start
{
    const char* name;
    uint64_t first;
};

const Start STARTS[] = {{"Zero", 0},
                        {"Plain", 1000},
                        {"Before32BitWrap", 0xFFFFFFF0},
                        {"Before63BitWrap", (uint64_t{1} << 63) - 10},
                        {"Before64BitWrap", UINT64_MAX - 10}};

/// Every rule holds wherever the stream starts, also when its numbers wrap on the way.
class ReassemblyFrom : public testing::TestWithParam<Start>
{
  protected:
    DataSequence At(uint64_t position) const
    {
        return DataSequence(GetParam().first + position);
    }

    Queue::Inserted Arrive(uint64_t position,
                           const std::string& payload,
                           std::optional<DataSequence> rightEdge = std::nullopt)
    {
        return m_queue.Insert(
            At(position),
            payload,
            [this](std::string&& part) { m_parts.push_back(part); },
            rightEdge);
    }

    std::string Stream() const
    {
        std::string stream;
        for (const std::string& part : m_parts)
        {
            stream += part;
        }
        return stream;
    }

    Queue m_queue{At(0)};
    std::vector<std::string> m_parts;
};

INSTANTIATE_TEST_SUITE_P(FirstNumber,
                         ReassemblyFrom,
                         testing::ValuesIn(STARTS),
                         [](const auto& row) { return row.param.name; });

TEST_P(ReassemblyFrom, DataInOrderGoesStraightThrough)
{
    const auto result = Arrive(0, "abc");
    EXPECT_EQ(result.newBytes, 3U);
    EXPECT_EQ(result.deliveredBytes, 3U);
    EXPECT_EQ(result.duplicateBytes, 0U);
    Arrive(3, "de");
    EXPECT_EQ(m_parts, (std::vector<std::string>{"abc", "de"}));
    EXPECT_EQ(m_queue.Next(), At(5));
    EXPECT_EQ(m_queue.FurthestEnd(), At(5));
    EXPECT_EQ(m_queue.QueuedBytes(), 0U);
    EXPECT_EQ(m_queue.OutOfOrderBytes(), 0U);
}

TEST_P(ReassemblyFrom, DataAfterAGapWaits)
{
    const auto early = Arrive(3, "def");
    EXPECT_EQ(early.newBytes, 3U);
    EXPECT_EQ(early.deliveredBytes, 0U);
    EXPECT_EQ(m_queue.QueuedBytes(), 3U);
    EXPECT_EQ(m_queue.Next(), At(0));
    EXPECT_EQ(m_queue.FurthestEnd(), At(6));
    EXPECT_TRUE(m_parts.empty());
    const auto late = Arrive(0, "abc");
    EXPECT_EQ(late.newBytes, 3U);
    EXPECT_EQ(late.deliveredBytes, 6U);
    EXPECT_EQ(m_parts, (std::vector<std::string>{"abc", "def"}));
    EXPECT_EQ(m_queue.QueuedBytes(), 0U);
    EXPECT_EQ(m_queue.OutOfOrderBytes(), 3U) << "the late piece itself was next in line";
}

TEST_P(ReassemblyFrom, DataInOrderStopsAtTheNextGap)
{
    Arrive(2, "c");
    Arrive(6, "g");
    EXPECT_EQ(Arrive(0, "ab").deliveredBytes, 3U);
    EXPECT_EQ(Stream(), "abc");
    EXPECT_EQ(m_queue.QueuedBytes(), 1U);
}

TEST_P(ReassemblyFrom, WhatWasDeliveredIsNotDeliveredAgain)
{
    Arrive(0, "abcdef");
    const auto again = Arrive(0, "abcdef");
    EXPECT_EQ(again.duplicateBytes, 6U);
    EXPECT_EQ(again.newBytes, 0U);
    const auto overlap = Arrive(3, "defgh");
    EXPECT_EQ(overlap.duplicateBytes, 3U);
    EXPECT_EQ(overlap.deliveredBytes, 2U);
    EXPECT_EQ(Stream(), "abcdefgh");
    EXPECT_EQ(m_queue.DuplicateBytes(), 9U);
}

TEST_P(ReassemblyFrom, WhatIsHeldIsNotHeldTwice)
{
    Arrive(3, "de");
    Arrive(7, "hi");
    const auto result = Arrive(2, "cdefghij");
    EXPECT_EQ(result.newBytes, 4U);
    EXPECT_EQ(result.duplicateBytes, 4U);
    EXPECT_EQ(m_queue.QueuedBytes(), 8U);
    EXPECT_EQ(Arrive(4, "efg").newBytes, 0U);
    Arrive(0, "abcd");
    EXPECT_EQ(Stream(), "abcdefghij");
    EXPECT_EQ(m_queue.DuplicateBytes(), 4U + 3U + 2U);
}

// RFC 8684 3.3.1: the first data received for a number is delivered, later data is ignored.
TEST_P(ReassemblyFrom, TheFirstCopyWins)
{
    Arrive(2, "cd");
    Arrive(1, "MNOP");
    Arrive(0, "QRSTUVWX");
    EXPECT_EQ(Stream(), "QMcdPVWX");
}

// What Linux counts as OFOQueue, OFOQueueTail and OFOMerge.
TEST_P(ReassemblyFrom, TellsWhereDataOutOfOrderWent)
{
    struct Row
    {
        uint64_t position;
        const char* payload;
        bool isOutOfOrder;
        bool isAtTail;
        bool followsHeld;
    };

    const Row rows[] = {{0, "a", false, false, false},
                        {10, "k", true, false, false}, // the first in the queue has no tail to join
                        {11, "l", true, true, true},
                        {20, "u", true, true, false},
                        {12, "m", true, false, true},
                        {15, "p", true, false, false},
                        {15, "p", true, false, false}, // once more: out of order all the same
                        {19, "tuv", true, false, false},
                        {21, "vw", true, false, false}, // begins inside the last
                        {1, "b", false, false, false},
                        {0, "ab", false, false, false}};
    for (const Row& row : rows)
    {
        SCOPED_TRACE(row.position);
        const auto result = Arrive(row.position, row.payload);
        EXPECT_EQ(result.isOutOfOrder, row.isOutOfOrder);
        EXPECT_EQ(result.isAtTail, row.isAtTail);
        EXPECT_EQ(result.followsHeld, row.followsHeld);
    }
    EXPECT_EQ(Stream(), "ab");
}

// RFC 8684 3.7: the receiver discards what follows, and it comes again.
TEST_P(ReassemblyFrom, WhatIsHeldCanBeDiscarded)
{
    Arrive(0, "ab");
    Arrive(4, "XX");
    m_queue.DiscardHeld();
    EXPECT_EQ(m_queue.Next(), At(2));
    EXPECT_EQ(m_queue.FurthestEnd(), At(2));
    EXPECT_EQ(m_queue.QueuedBytes(), 0U);
    Arrive(2, "cdef");
    EXPECT_EQ(Stream(), "abcdef");
}

TEST_P(ReassemblyFrom, EmptyPayloadsChangeNothing)
{
    EXPECT_EQ(Arrive(0, "").newBytes, 0U);
    EXPECT_EQ(Arrive(5, "").newBytes, 0U);
    EXPECT_TRUE(m_parts.empty());
    EXPECT_EQ(m_queue.FurthestEnd(), At(0));
}

// RFC 8684 3.3.4: the receiver uses the data sequence number to tell what to accept.
TEST_P(ReassemblyFrom, DataBehindTheRightEdgeIsRefused)
{
    const auto crossing = Arrive(2, "cdef", At(4));
    EXPECT_EQ(crossing.newBytes, 2U);
    EXPECT_EQ(crossing.beyondEdgeBytes, 2U);
    EXPECT_EQ(Arrive(4, "efgh", At(4)).beyondEdgeBytes, 4U);
    EXPECT_EQ(Arrive(uint64_t{1} << 40, "z", At(4)).beyondEdgeBytes, 1U);
    EXPECT_EQ(m_queue.FurthestEnd(), At(4));
    const auto direct = Arrive(0, "abcdef", At(5));
    EXPECT_EQ(direct.newBytes, 3U);
    EXPECT_EQ(direct.duplicateBytes, 2U);
    EXPECT_EQ(direct.beyondEdgeBytes, 1U);
    EXPECT_EQ(Stream(), "abcde");
    const auto partlyOld = Arrive(3, "defgh", At(6));
    EXPECT_EQ(partlyOld.duplicateBytes, 2U);
    EXPECT_EQ(partlyOld.newBytes, 1U);
    EXPECT_EQ(partlyOld.beyondEdgeBytes, 2U);
    EXPECT_EQ(Stream(), "abcdef");
    const auto old = Arrive(3, "de", At(1));
    EXPECT_EQ(old.duplicateBytes, 2U) << "old data is a duplicate wherever the edge is";
    EXPECT_EQ(old.beyondEdgeBytes, 0U);
}

TEST_P(ReassemblyFrom, NumbersFarAwayDoNoHarm)
{
    Arrive(0, "abc");
    EXPECT_EQ(m_queue.Insert(At(3) - (uint64_t{1} << 62), "x", [](std::string&&) {}).duplicateBytes,
              1U);
    EXPECT_EQ(m_queue.Insert(At(3) + (uint64_t{1} << 63), "x", [](std::string&&) {}).duplicateBytes,
              1U);
    EXPECT_EQ(Arrive(uint64_t{1} << 62, "x").newBytes, 1U);
    EXPECT_EQ(m_queue.Next(), At(3));
}

// Whatever the split, order, duplication and overlap, the stream comes out whole.
TEST_P(ReassemblyFrom, LawTheStreamComesOutWhole)
{
    constexpr unsigned SEED = 3341;
    SCOPED_TRACE(testing::Message() << "seed " << SEED);
    std::mt19937 random(SEED);
    for (int round = 0; round < 100; ++round)
    {
        m_queue = Queue(At(0));
        m_parts.clear();
        std::string stream(1 + random() % 400, ' ');
        std::generate(stream.begin(), stream.end(), [&] { return char('a' + random() % 26); });
        std::vector<std::pair<uint64_t, uint64_t>> pieces; // begin, length
        for (uint64_t begin = 0; begin < stream.size(); begin += pieces.back().second)
        {
            pieces.emplace_back(begin, 1 + random() % 20);
        }
        for (uint64_t extra = random() % 40; extra > 0; --extra)
        {
            pieces.emplace_back(random() % stream.size(), 1 + random() % 60);
        }
        std::shuffle(pieces.begin(), pieces.end(), random);
        uint64_t arrivedBytes = 0;
        uint64_t newBytes = 0;
        std::vector<bool> seen(stream.size(), false);
        for (const auto& [begin, length] : pieces)
        {
            const std::string payload = stream.substr(begin, length);
            const auto result = Arrive(begin, payload);
            arrivedBytes += payload.size();
            newBytes += result.newBytes;
            ASSERT_EQ(result.newBytes + result.duplicateBytes, payload.size());
            std::fill_n(seen.begin() + static_cast<std::ptrdiff_t>(begin), payload.size(), true);
            const auto inOrder = std::find(seen.begin(), seen.end(), false) - seen.begin();
            ASSERT_EQ(Stream(), stream.substr(0, static_cast<std::size_t>(inOrder)));
            ASSERT_EQ(m_queue.Next(), At(static_cast<uint64_t>(inOrder)));
            ASSERT_EQ(m_queue.QueuedBytes(), std::count(seen.begin(), seen.end(), true) - inOrder);
        }
        ASSERT_EQ(Stream(), stream);
        ASSERT_EQ(newBytes, stream.size());
        ASSERT_EQ(m_queue.DuplicateBytes(), arrivedBytes - stream.size());
    }
}

} // namespace
