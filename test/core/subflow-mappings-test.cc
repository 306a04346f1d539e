// SPDX-License-Identifier: GPL-2.0-only
#include "stream/subflow-mappings.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <vector>

namespace
{

using mptcp::DataRange;
using mptcp::DataSequence;
using mptcp::SubflowMappings;
using mptcp::SubflowOffset;

SubflowOffset
Offset(uint64_t value)
{
    return SubflowOffset(value);
}

DataSequence
Data(uint64_t value)
{
    return DataSequence(value);
}

std::vector<DataRange>
List(const SubflowMappings::DataRanges& ranges)
{
    return {ranges.begin(), ranges.end()};
}

/// Two stretches of the stream with a gap between them that another subflow carried.
SubflowMappings
TwoRuns()
{
    SubflowMappings mappings;
    mappings.Append(Offset(1), Data(1000), 100);
    mappings.Append(Offset(101), Data(5000), 50);
    return mappings;
}

TEST(SubflowMappings, NeighboursContiguousInBothSpacesAreOneRun)
{
    SubflowMappings mappings;
    mappings.Append(Offset(1), Data(1000), 100);
    mappings.Append(Offset(101), Data(1100), 100);
    mappings.Append(Offset(201), Data(1200), 100);
    EXPECT_EQ(mappings.RunCount(), 1U);
    EXPECT_EQ(mappings.ContiguousBytes(Offset(51), 1000), 250U);
    EXPECT_EQ(mappings.End(), Offset(301));
}

TEST(SubflowMappings, NeighboursContiguousInOneSpaceOnlyStayApart)
{
    SubflowMappings mappings = TwoRuns();
    mappings.Append(Offset(200), Data(5050), 10);
    EXPECT_EQ(mappings.RunCount(), 3U);
    EXPECT_EQ(mappings.Translate(Offset(160)), std::nullopt);
    EXPECT_EQ(mappings.Translate(Offset(205)), Data(5055));
}

// RFC 8684 3.3.1: one mapping names one stretch of each space; a segment may not need two.
TEST(SubflowMappings, ASegmentIsClippedAtTheEndOfItsRun)
{
    const SubflowMappings mappings = TwoRuns();
    EXPECT_EQ(mappings.ContiguousBytes(Offset(1), 60), 60U);
    EXPECT_EQ(mappings.ContiguousBytes(Offset(61), 60), 40U);
    EXPECT_EQ(mappings.ContiguousBytes(Offset(101), 60), 50U);
    EXPECT_EQ(mappings.ContiguousBytes(Offset(151), 60), 0U);
    EXPECT_EQ(mappings.ContiguousBytes(Offset(0), 60), 0U);
}

TEST(SubflowMappings, TheMappingOfASegmentStartsWhereTheSegmentDoes)
{
    const SubflowMappings mappings = TwoRuns();
    const auto mapping = mappings.Find(Offset(61));
    ASSERT_TRUE(mapping);
    EXPECT_EQ(mapping->subflowBegin, Offset(61));
    EXPECT_EQ(mapping->dataBegin, Data(1060));
    EXPECT_EQ(mapping->lengthBytes, 40U);
    EXPECT_EQ(mapping->checksum, std::nullopt);
    EXPECT_EQ(mappings.Find(Offset(61), 7)->lengthBytes, 7U);
    EXPECT_FALSE(mappings.Find(Offset(61), 0));
    EXPECT_FALSE(mappings.Find(Offset(0)));
    EXPECT_FALSE(mappings.Find(Offset(151)));
}

// RFC 8684 3.3: the Data-Level Length has two octets.
TEST(SubflowMappings, NoMappingIsLongerThanItsFieldAllows)
{
    SubflowMappings mappings;
    mappings.Append(Offset(1), Data(1), 100000);
    mappings.Append(Offset(100001), Data(100001), 100000);
    EXPECT_EQ(mappings.Find(Offset(10))->lengthBytes, 65535U);
    EXPECT_EQ(mappings.Find(Offset(10), 70000)->lengthBytes, 65535U);
    EXPECT_EQ(mappings.ContiguousBytes(Offset(10), 150000), 150000U);
}

// RFC 8684 3.3.1: the checksum covers the mapping as declared, and a mapping never changes.
TEST(SubflowMappings, AMappingWithAChecksumIsAlwaysDeclaredWhole)
{
    SubflowMappings mappings;
    mappings.Append(Offset(1), Data(1000), 100, 0xABCD);
    mappings.Append(Offset(101), Data(1100), 100, 0x1234);
    mappings.Append(Offset(201), Data(1200), 100);
    mappings.Append(Offset(301), Data(1300), 100, 0x5678);
    EXPECT_EQ(mappings.RunCount(), 4U);
    mappings.ForgetBelow(Offset(51), Data(1050));
    const auto mapping = mappings.Find(Offset(51), 10);
    ASSERT_TRUE(mapping);
    EXPECT_EQ(mapping->subflowBegin, Offset(1));
    EXPECT_EQ(mapping->dataBegin, Data(1000));
    EXPECT_EQ(mapping->lengthBytes, 100U);
    EXPECT_EQ(mapping->checksum, 0xABCD);
    EXPECT_EQ(mappings.ContiguousBytes(Offset(51), 1000), 50U);
    EXPECT_EQ(mappings.Find(Offset(200))->checksum, 0x1234);
}

// RFC 8684 3.7: after an infinite mapping, only subflow acknowledgements clear the send buffer.
TEST(SubflowMappings, ASubflowAcknowledgementTranslatesToADataAcknowledgement)
{
    SubflowMappings mappings = TwoRuns();
    EXPECT_EQ(mappings.Translate(Offset(1)), Data(1000));
    EXPECT_EQ(mappings.Translate(Offset(100)), Data(1099));
    EXPECT_EQ(mappings.Translate(Offset(101)), Data(5000));
    EXPECT_EQ(mappings.Translate(Offset(151)), Data(5050));
    EXPECT_EQ(mappings.Translate(Offset(152)), std::nullopt);
    mappings.ForgetBelow(Offset(151), Data(5050));
    EXPECT_EQ(mappings.RunCount(), 0U);
    EXPECT_EQ(mappings.Translate(Offset(151)), Data(5050));
}

TEST(SubflowMappings, NothingIsMappedBeforeTheFirstAppend)
{
    SubflowMappings mappings;
    EXPECT_EQ(mappings.Translate(Offset(0)), std::nullopt);
    mappings.Append(Offset(1), Data(7), 0);
    EXPECT_EQ(mappings.RunCount(), 0U);
    EXPECT_FALSE(mappings.Find(Offset(1)));
    EXPECT_TRUE(mappings.AllData().empty());
}

struct ForgetRow
{
    const char* name;
    uint64_t subflowAck;
    uint64_t dataAck;
    std::size_t runs;
    std::vector<DataRange> all;
};

class SubflowMappingsForget : public testing::TestWithParam<ForgetRow>
{
};

// RFC 8684 3.3.2: a byte is done with when acknowledged both on the subflow and by a DATA_ACK.
TEST_P(SubflowMappingsForget, NeedsBothAcknowledgements)
{
    SubflowMappings mappings = TwoRuns();
    mappings.ForgetBelow(Offset(GetParam().subflowAck), Data(GetParam().dataAck));
    EXPECT_EQ(mappings.RunCount(), GetParam().runs);
    EXPECT_EQ(List(mappings.AllData()), GetParam().all);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SubflowMappingsForget,
    testing::Values(
        ForgetRow{"Neither", 1, 1000, 2, {{Data(1000), Data(1100)}, {Data(5000), Data(5050)}}},
        ForgetRow{"SubflowOnly",
                  151,
                  1000,
                  2,
                  {{Data(1000), Data(1100)}, {Data(5000), Data(5050)}}},
        ForgetRow{"DataOnly", 1, 5050, 2, {}},
        ForgetRow{"DataOnlyPartly", 1, 5010, 2, {{Data(5010), Data(5050)}}},
        ForgetRow{"BothPartly", 51, 1030, 2, {{Data(1030), Data(1100)}, {Data(5000), Data(5050)}}},
        ForgetRow{"BothPassFirst", 101, 1100, 1, {{Data(5000), Data(5050)}}},
        ForgetRow{"BothPassAll", 151, 5050, 0, {}}),
    [](const auto& row) { return row.param.name; });

TEST(SubflowMappings, WhatTheSubflowMayRetransmitStaysMappedAfterItsDataAck)
{
    SubflowMappings mappings = TwoRuns();
    mappings.ForgetBelow(Offset(31), Data(5050));
    EXPECT_EQ(mappings.Translate(Offset(31)), Data(1030));
    EXPECT_EQ(mappings.Translate(Offset(30)), std::nullopt);
    EXPECT_EQ(mappings.Translate(Offset(120)), Data(5019));
}

TEST(SubflowMappings, OlderAcknowledgementsChangeNothing)
{
    SubflowMappings mappings = TwoRuns();
    mappings.ForgetBelow(Offset(51), Data(1050));
    mappings.ForgetBelow(Offset(20), Data(900));
    EXPECT_EQ(List(mappings.AllData()),
              (std::vector<DataRange>{{Data(1050), Data(1100)}, {Data(5000), Data(5050)}}));
    mappings.ForgetBelow(Offset(51), Data(5020));
    mappings.ForgetBelow(Offset(51), Data(1060));
    EXPECT_EQ(List(mappings.AllData()), (std::vector<DataRange>{{Data(5020), Data(5050)}}));
}

// RFC 8684 3.3.6: what is under way on a subflow that seems stuck is what may be sent elsewhere.
TEST(SubflowMappings, OutstandingDataStartsAtTheSubflowAcknowledgement)
{
    SubflowMappings mappings = TwoRuns();
    EXPECT_EQ(List(mappings.OutstandingData(Offset(91))),
              (std::vector<DataRange>{{Data(1090), Data(1100)}, {Data(5000), Data(5050)}}));
    EXPECT_EQ(List(mappings.OutstandingData(Offset(111))),
              (std::vector<DataRange>{{Data(5010), Data(5050)}}));
    EXPECT_TRUE(mappings.OutstandingData(Offset(151)).empty());
    mappings.ForgetBelow(Offset(1), Data(5020));
    EXPECT_EQ(List(mappings.OutstandingData(Offset(91))),
              (std::vector<DataRange>{{Data(5020), Data(5050)}}));
}

TEST(SubflowMappings, ReinjectedDataMayLieBeforeWhatTheSubflowCarriedEarlier)
{
    SubflowMappings mappings;
    mappings.Append(Offset(1), Data(5000), 100);
    mappings.Append(Offset(101), Data(1000), 100);
    mappings.ForgetBelow(Offset(201), Data(1100));
    EXPECT_EQ(List(mappings.AllData()), (std::vector<DataRange>{{Data(5000), Data(5100)}}));
    mappings.ForgetBelow(Offset(201), Data(5100));
    EXPECT_EQ(mappings.RunCount(), 0U);
}

TEST(SubflowMappings, DataNumbersMayWrap)
{
    SubflowMappings mappings;
    mappings.Append(Offset(1), Data(UINT64_MAX - 9), 10);
    mappings.Append(Offset(11), Data(0), 10);
    EXPECT_EQ(mappings.RunCount(), 1U);
    EXPECT_EQ(mappings.Translate(Offset(15)), Data(4));
    mappings.ForgetBelow(Offset(13), Data(2));
    EXPECT_EQ(List(mappings.AllData()), (std::vector<DataRange>{{Data(2), Data(10)}}));
}

// Whatever was appended and forgotten, every offset still needed translates as it was bound.
TEST(SubflowMappings, LawBindingsNeverChange)
{
    constexpr unsigned SEED = 8684;
    SCOPED_TRACE(testing::Message() << "seed " << SEED);
    std::mt19937 random(SEED);
    SubflowMappings mappings;
    std::vector<uint64_t> bound(1, 0); // by offset
    uint64_t data = UINT64_MAX - 3000;
    uint64_t subflowAck = 1;
    for (int step = 0; step < 3000; ++step)
    {
        data += random() % 3 == 0 ? random() % 20 : 0;
        const auto lengthBytes = static_cast<uint32_t>(1 + random() % 9);
        mappings.Append(Offset(bound.size()), Data(data), lengthBytes);
        for (uint32_t i = 0; i < lengthBytes; ++i)
        {
            bound.push_back(data++);
        }
        subflowAck += random() % (std::min<uint64_t>(12, bound.size() - subflowAck) + 1);
        const uint64_t dataAckAt = subflowAck - random() % std::min<uint64_t>(subflowAck, 30);
        mappings.ForgetBelow(Offset(subflowAck), Data(bound[dataAckAt == 0 ? 1 : dataAckAt]));
        const uint64_t span = bound.size() - subflowAck;
        const uint64_t offset = subflowAck + (span == 0 ? 0 : random() % span);
        if (offset < bound.size())
        {
            ASSERT_EQ(mappings.Translate(Offset(offset)), Data(bound[offset]));
            const uint32_t run = mappings.ContiguousBytes(Offset(offset), 1000);
            uint32_t expected = 1;
            while (offset + expected < bound.size() && expected < 1000 &&
                   bound[offset + expected] == bound[offset] + expected)
            {
                ++expected;
            }
            ASSERT_EQ(run, expected);
        }
    }
    EXPECT_LT(mappings.RunCount(), 100U);
}

// ---- may an infinite mapping take the place of all of them? (RFC 8684 3.7) ----

TEST(SubflowMappingsOneLine, NothingSentYet)
{
    const SubflowMappings mappings;
    EXPECT_TRUE(mappings.IsOneLine(SubflowOffset(1), DataSequence(100), DataSequence(100)));
    EXPECT_FALSE(mappings.IsOneLine(SubflowOffset(1), DataSequence(100), DataSequence(101)))
        << "data went over another subflow";
}

TEST(SubflowMappingsOneLine, EverythingInOrder)
{
    SubflowMappings mappings;
    mappings.Append(SubflowOffset(1), DataSequence(100), 10, uint16_t{1});
    mappings.Append(SubflowOffset(11), DataSequence(110), 10, uint16_t{2});
    EXPECT_TRUE(mappings.IsOneLine(SubflowOffset(1), DataSequence(100), DataSequence(120)));
    EXPECT_TRUE(mappings.IsOneLine(SubflowOffset(21), DataSequence(105), DataSequence(120)));
    EXPECT_FALSE(mappings.IsOneLine(SubflowOffset(1), DataSequence(100), DataSequence(130)))
        << "the last data went over another subflow";
    EXPECT_FALSE(mappings.IsOneLine(SubflowOffset(1), DataSequence(90), DataSequence(120)))
        << "earlier data is under way on another subflow";
}

TEST(SubflowMappingsOneLine, GapInTheStream)
{
    SubflowMappings mappings;
    mappings.Append(SubflowOffset(1), DataSequence(100), 10);
    mappings.Append(SubflowOffset(11), DataSequence(120), 10);
    EXPECT_FALSE(mappings.IsOneLine(SubflowOffset(1), DataSequence(100), DataSequence(130)));
    // Both acknowledgements have passed the first part: nobody will ask for it again.
    EXPECT_TRUE(mappings.IsOneLine(SubflowOffset(11), DataSequence(120), DataSequence(130)));
}

// By position the peer would take the repeated bytes for new ones.
TEST(SubflowMappingsOneLine, RepetitionUnderWay)
{
    SubflowMappings mappings;
    mappings.Append(SubflowOffset(1), DataSequence(100), 10);
    mappings.Append(SubflowOffset(11), DataSequence(100), 10);
    mappings.Append(SubflowOffset(21), DataSequence(110), 10);
    EXPECT_FALSE(mappings.IsOneLine(SubflowOffset(1), DataSequence(100), DataSequence(120)));
    EXPECT_FALSE(mappings.IsOneLine(SubflowOffset(11), DataSequence(110), DataSequence(120)))
        << "acknowledged as data, still to be retransmitted here";
    EXPECT_TRUE(mappings.IsOneLine(SubflowOffset(21), DataSequence(110), DataSequence(120)));
}

} // namespace
