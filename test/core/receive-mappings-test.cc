// SPDX-License-Identifier: GPL-2.0-only
#include "stream/receive-mappings.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace mptcp
{

std::ostream&
operator<<(std::ostream& os, ReceiveMappings::AddResult result)
{
    static constexpr const char* NAMES[] = {"Added",
                                            "Extended",
                                            "Repeated",
                                            "Empty",
                                            "TooOld",
                                            "OutsideWindow",
                                            "Conflict",
                                            "TooMany"};
    return os << NAMES[static_cast<int>(result)];
}

} // namespace mptcp

namespace
{

using mptcp::DataSequence;
using mptcp::ReceiveMappings;
using mptcp::SubflowOffset;
using Result = ReceiveMappings::AddResult;

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

/// "100>1000+50": subflow offset, data sequence number, bytes; a hole is "100>?+50".
std::string
Describe(const ReceiveMappings& mappings, uint64_t begin, uint64_t end)
{
    std::string text;
    while (begin < end)
    {
        const auto piece = mappings.Translate(Offset(begin), static_cast<uint32_t>(end - begin));
        if (piece.lengthBytes == 0)
        {
            return text + " stuck";
        }
        text += text.empty() ? "" : " ";
        text += std::to_string(begin) + ">";
        text += piece.dataBegin ? std::to_string(piece.dataBegin->Value()) : "?";
        text += "+" + std::to_string(piece.lengthBytes);
        begin += piece.lengthBytes;
    }
    return text;
}

struct Declaration
{
    uint64_t subflow;
    uint64_t data;
    uint32_t lengthBytes;
    Result expected;
    std::optional<uint16_t> checksum{};
};

struct AddRow
{
    const char* name;
    std::vector<Declaration> declarations;
    const char* map; //!< of offsets 1 to 301
    std::size_t runs;
};

class ReceiveMappingsAdd : public testing::TestWithParam<AddRow>
{
};

// RFC 8684 3.3.1: a mapping is fixed once declared; it may be long, repeated, or in any order.
TEST_P(ReceiveMappingsAdd, LearnsTheMap)
{
    ReceiveMappings mappings;
    for (const Declaration& d : GetParam().declarations)
    {
        EXPECT_EQ(mappings.Add(Offset(d.subflow), Data(d.data), d.lengthBytes, d.checksum),
                  d.expected)
            << "at " << d.subflow;
    }
    EXPECT_EQ(Describe(mappings, 1, 301), GetParam().map);
    EXPECT_EQ(mappings.RunCount(), GetParam().runs);
}

INSTANTIATE_TEST_SUITE_P(
    WithoutChecksums,
    ReceiveMappingsAdd,
    testing::Values(AddRow{"NothingKnown", {}, "1>?+300", 0},
                    AddRow{"One", {{1, 1000, 300, Result::Added}}, "1>1000+300", 1},
                    AddRow{"NoBytes", {{1, 1000, 0, Result::Empty}}, "1>?+300", 0},
                    AddRow{"NeighboursMerge",
                           {{1, 1000, 100, Result::Added}, {101, 1100, 200, Result::Added}},
                           "1>1000+300",
                           1},
                    AddRow{"OtherSubflowCarriedTheMiddle",
                           {{1, 1000, 100, Result::Added}, {101, 1500, 200, Result::Added}},
                           "1>1000+100 101>1500+200",
                           2},
                    AddRow{"GapBeforeTheMapping",
                           {{101, 1100, 100, Result::Added}},
                           "1>?+100 101>1100+100 201>?+100",
                           1},
                    AddRow{"RepeatedOnEverySegment",
                           {{1, 1000, 300, Result::Added},
                            {1, 1000, 300, Result::Repeated},
                            {1, 1000, 300, Result::Repeated}},
                           "1>1000+300",
                           1},
                    AddRow{"RepeatedInPart",
                           {{1, 1000, 300, Result::Added}, {101, 1100, 100, Result::Repeated}},
                           "1>1000+300",
                           1},
                    AddRow{"RepeatedEarlierOne",
                           {{1, 1000, 100, Result::Added},
                            {101, 2000, 100, Result::Added},
                            {201, 3000, 100, Result::Added},
                            {1, 1000, 100, Result::Repeated},
                            {101, 2000, 100, Result::Repeated},
                            {120, 2019, 10, Result::Repeated}},
                           "1>1000+100 101>2000+100 201>3000+100",
                           3},
                    AddRow{"OutOfOrder",
                           {{201, 1200, 100, Result::Added},
                            {1, 1000, 100, Result::Added},
                            {101, 1100, 100, Result::Added}},
                           "1>1000+300",
                           1},
                    AddRow{"LongerThanBefore",
                           {{1, 1000, 100, Result::Added}, {1, 1000, 300, Result::Extended}},
                           "1>1000+300",
                           1},
                    AddRow{"OverlapsTheEnd",
                           {{1, 1000, 100, Result::Added}, {51, 1050, 150, Result::Extended}},
                           "1>1000+200 201>?+100",
                           1},
                    AddRow{"OverlapsTheBeginning",
                           {{101, 1100, 100, Result::Added}, {51, 1050, 100, Result::Extended}},
                           "1>?+50 51>1050+150 201>?+100",
                           1},
                    AddRow{"FillsManyGaps",
                           {{11, 1010, 10, Result::Added},
                            {31, 1030, 10, Result::Added},
                            {51, 1050, 10, Result::Added},
                            {1, 1000, 300, Result::Extended}},
                           "1>1000+300",
                           1},
                    AddRow{"TouchesOthersWithOtherData",
                           {{1, 1000, 100, Result::Added},
                            {201, 3000, 100, Result::Added},
                            {101, 2000, 100, Result::Added}},
                           "1>1000+100 101>2000+100 201>3000+100",
                           3},
                    AddRow{"DataNumbersWrap",
                           {{1, UINT64_MAX - 99, 100, Result::Added}, {101, 0, 200, Result::Added}},
                           "1>18446744073709551516+300",
                           1},
                    AddRow{"SynCarriesNoByte", {{0, 999, 1, Result::TooOld}}, "1>?+300", 0},
                    AddRow{"BeyondAnyWindow",
                           {{(uint64_t{1} << 30) + 1, 5, 10, Result::Added},
                            {(uint64_t{1} << 30) + 2, 6, 10, Result::OutsideWindow},
                            {UINT64_MAX - 5, 5, 10, Result::OutsideWindow}},
                           "1>?+300",
                           1}),
    [](const auto& row) { return row.param.name; });

// RFC 8684 3.3.1: "A sender MUST NOT change this mapping after it has been declared".
INSTANTIATE_TEST_SUITE_P(
    Contradictions,
    ReceiveMappingsAdd,
    testing::Values(AddRow{"SameBytesElsewhere",
                           {{1, 1000, 300, Result::Added}, {1, 1001, 300, Result::Conflict}},
                           "1>1000+300",
                           1},
                    AddRow{"OverlapAtTheEnd",
                           {{1, 1000, 100, Result::Added}, {100, 1100, 100, Result::Conflict}},
                           "1>1000+100 101>?+200",
                           1},
                    AddRow{"OverlapAtTheBeginning",
                           {{101, 1100, 100, Result::Added}, {1, 1001, 101, Result::Conflict}},
                           "1>?+100 101>1100+100 201>?+100",
                           1},
                    AddRow{"AgreesWithOneOfTwo",
                           {{1, 1000, 100, Result::Added},
                            {101, 2000, 100, Result::Added},
                            {1, 1000, 150, Result::Conflict}},
                           "1>1000+100 101>2000+100 201>?+100",
                           2},
                    AddRow{"InsideAnEarlierOne",
                           {{1, 1000, 100, Result::Added},
                            {101, 2000, 200, Result::Added},
                            {21, 1021, 10, Result::Conflict}},
                           "1>1000+100 101>2000+200",
                           2}),
    [](const auto& row) { return row.param.name; });

// RFC 8684 3.3.1: a checksum covers a whole mapping, so its borders must be kept.
INSTANTIATE_TEST_SUITE_P(
    WithChecksums,
    ReceiveMappingsAdd,
    testing::Values(AddRow{"NeighboursStayApart",
                           {{1, 1000, 100, Result::Added, 7},
                            {101, 1100, 100, Result::Added, 8},
                            {201, 1200, 100, Result::Added, 9}},
                           "1>1000+100 101>1100+100 201>1200+100",
                           3},
                    AddRow{"OutOfOrderNeighboursStayApart",
                           {{201, 1200, 100, Result::Added, 9},
                            {1, 1000, 100, Result::Added, 7},
                            {101, 1100, 100, Result::Added, 8}},
                           "1>1000+100 101>1100+100 201>1200+100",
                           3},
                    AddRow{"Repeated",
                           {{1, 1000, 300, Result::Added, 7}, {1, 1000, 300, Result::Repeated, 7}},
                           "1>1000+300",
                           1},
                    AddRow{"AnotherChecksumForTheSameMapping",
                           {{1, 1000, 300, Result::Added, 7}, {1, 1000, 300, Result::Conflict, 8}},
                           "1>1000+300",
                           1},
                    AddRow{"ShorterMappingHasItsOwnChecksum",
                           {{1, 1000, 300, Result::Added, 7}, {1, 1000, 100, Result::Repeated, 8}},
                           "1>1000+300",
                           1},
                    AddRow{"AnotherChecksumForAnEarlierMapping",
                           {{1, 1000, 100, Result::Added, 7},
                            {101, 1100, 200, Result::Added, 8},
                            {1, 1000, 100, Result::Conflict, 9}},
                           "1>1000+100 101>1100+200",
                           2},
                    AddRow{"OtherBordersAddOnlyWhatIsNew",
                           {{1, 1000, 100, Result::Added, 7}, {51, 1050, 150, Result::Extended, 8}},
                           "1>1000+100 101>1100+100 201>?+100",
                           2}),
    [](const auto& row) { return row.param.name; });

TEST(ReceiveMappings, DeclaredMappingsKeepBordersAndChecksum)
{
    ReceiveMappings mappings;
    mappings.Add(Offset(1), Data(1000), 100, 7);
    mappings.Add(Offset(51), Data(1050), 150, 8);
    mappings.ForgetBelow(Offset(41));
    const auto first = mappings.DeclaredAt(Offset(50));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->subflowBegin, Offset(1));
    EXPECT_EQ(first->dataBegin, Data(1000));
    EXPECT_EQ(first->lengthBytes, 100U);
    EXPECT_EQ(first->checksum, 7);
    const auto second = mappings.DeclaredAt(Offset(101));
    ASSERT_TRUE(second);
    EXPECT_EQ(second->subflowBegin, Offset(51));
    EXPECT_EQ(second->dataBegin, Data(1050));
    EXPECT_EQ(second->lengthBytes, 150U);
    EXPECT_EQ(second->checksum, 8);
    EXPECT_FALSE(mappings.DeclaredAt(Offset(201)));
    EXPECT_FALSE(mappings.DeclaredAt(Offset(40)));
}

TEST(ReceiveMappings, WithoutChecksumNothingIsToBeVerified)
{
    ReceiveMappings mappings;
    mappings.Add(Offset(1), Data(1000), 100);
    EXPECT_FALSE(mappings.DeclaredAt(Offset(1)));
}

// A mapping of 64 KB is repeated on each of its segments while they are consumed.
TEST(ReceiveMappings, ALongMappingIsConsumedSegmentBySegment)
{
    ReceiveMappings mappings;
    for (uint64_t taken = 0; taken < 65535; taken += 1400)
    {
        const Result expected = taken == 0 ? Result::Added : Result::Repeated;
        EXPECT_EQ(mappings.Add(Offset(1), Data(1000), 65535), expected);
        const auto piece = mappings.Translate(Offset(1 + taken), 1400);
        EXPECT_EQ(piece.dataBegin, Data(1000 + taken));
        EXPECT_EQ(piece.lengthBytes, std::min<uint64_t>(1400, 65535 - taken));
        mappings.ForgetBelow(Offset(1 + taken + piece.lengthBytes));
    }
    EXPECT_EQ(mappings.RunCount(), 0U);
    EXPECT_EQ(mappings.Add(Offset(1), Data(1000), 65535), Result::TooOld);
    EXPECT_EQ(mappings.RunCount(), 0U);
}

// ---- the shape of segments, where there is no checksum ----

struct Shape
{
    const char* name;
    uint64_t mapping;
    uint32_t mappingBytes;
    uint64_t segment;
    uint32_t segmentBytes;
    bool fits;
};

class ReceiveMappingsShape : public testing::TestWithParam<Shape>
{
};

// RFC 8684 3.3.1 lets a mapping be longer than its segment, and come early or late. Linux answers a
// segment that sticks out of its mapping as one without a valid mapping (net/mptcp/subflow.c,
// get_mapping_status).
TEST_P(ReceiveMappingsShape, FitsOrNot)
{
    const Shape& row = GetParam();
    EXPECT_EQ(ReceiveMappings::Fits(Offset(row.mapping),
                                    row.mappingBytes,
                                    Offset(row.segment),
                                    row.segmentBytes),
              row.fits);
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         ReceiveMappingsShape,
                         testing::Values(Shape{"AsSent", 101, 50, 101, 50, true},
                                         Shape{"FirstOfSplit", 101, 50, 101, 20, true},
                                         Shape{"MiddleOfSplit", 101, 50, 111, 20, true},
                                         Shape{"LastOfSplit", 101, 50, 121, 30, true},
                                         Shape{"EarlyMapping", 151, 50, 101, 50, true},
                                         Shape{"LateMapping", 51, 50, 101, 50, true},
                                         Shape{"Longer", 101, 50, 101, 52, false},
                                         Shape{"BehindLonger", 151, 50, 153, 50, false},
                                         Shape{"BehindShorter", 151, 50, 149, 50, false},
                                         Shape{"SticksOutBothWays", 111, 20, 101, 50, false},
                                         Shape{"ByOneByteInFront", 102, 50, 101, 50, false},
                                         Shape{"ByOneByteBehind", 101, 50, 101, 51, false}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ReceiveMappings, KnowsTheMappingThatIsNotWhole)
{
    ReceiveMappings mappings;
    mappings.Add(Offset(1), Data(1001), 100);
    mappings.Add(Offset(101), Data(1101), 50); // becomes one run with the first
    EXPECT_FALSE(mappings.IncompleteAt(Offset(151)));
    EXPECT_FALSE(mappings.IncompleteAt(Offset(101)));
    const auto last = mappings.IncompleteAt(Offset(149));
    ASSERT_TRUE(last);
    EXPECT_EQ(last->begin, Offset(101));
    EXPECT_EQ(last->lengthBytes, 50U);
    // Of those before the last the borders are not kept.
    EXPECT_FALSE(mappings.IncompleteAt(Offset(50)));
}

TEST(ReceiveMappings, AnInfiniteMappingIsNeverToBeWaitedFor)
{
    ReceiveMappings mappings;
    mappings.AddInfinite(Offset(1), Data(1001));
    EXPECT_FALSE(mappings.IncompleteAt(Offset(50)));
}

TEST(ReceiveMappings, MappingsWithChecksumsHaveTheirOwnRule)
{
    ReceiveMappings mappings;
    mappings.Add(Offset(1), Data(1001), 100, uint16_t{7});
    EXPECT_FALSE(mappings.IncompleteAt(Offset(50)));
}

TEST(ReceiveMappings, TheForgottenPartOfAMappingIsNotStored)
{
    ReceiveMappings mappings;
    mappings.ForgetBelow(Offset(101));
    EXPECT_EQ(mappings.Add(Offset(51), Data(1050), 100), Result::Added);
    EXPECT_EQ(Describe(mappings, 1, 301), "1>?+100 101>1100+50 151>?+150");
    mappings.ForgetBelow(Offset(50));
    EXPECT_EQ(mappings.Add(Offset(1), Data(1000), 100), Result::TooOld);
}

TEST(ReceiveMappings, TheNumberOfRunsIsBounded)
{
    ReceiveMappings::Limits limits;
    limits.maxRuns = 3;
    ReceiveMappings mappings(limits);
    EXPECT_EQ(mappings.Add(Offset(11), Data(1), 1), Result::Added);
    EXPECT_EQ(mappings.Add(Offset(21), Data(2), 1), Result::Added);
    EXPECT_EQ(mappings.Add(Offset(31), Data(3), 1), Result::Added);
    EXPECT_EQ(mappings.Add(Offset(41), Data(4), 1), Result::TooMany);
    EXPECT_EQ(mappings.Add(Offset(15), Data(5), 1), Result::TooMany);
    EXPECT_EQ(mappings.Add(Offset(11), Data(1), 1), Result::Repeated);
    EXPECT_EQ(mappings.Add(Offset(11), Data(1), 3), Result::Extended) << "needs no further run";
    EXPECT_EQ(mappings.Add(Offset(32), Data(4), 1), Result::Added) << "needs no further run";
    EXPECT_EQ(mappings.RunCount(), 3U);
    mappings.ForgetBelow(Offset(14));
    EXPECT_EQ(mappings.Add(Offset(41), Data(4), 1), Result::Added);
}

TEST(ReceiveMappings, HowFarAheadIsAllowedMovesWithWhatIsForgotten)
{
    ReceiveMappings::Limits limits;
    limits.maxAheadBytes = 100;
    ReceiveMappings mappings(limits);
    EXPECT_EQ(mappings.Add(Offset(102), Data(1), 10), Result::OutsideWindow);
    EXPECT_EQ(mappings.AddInfinite(Offset(102), Data(1)), Result::OutsideWindow);
    EXPECT_FALSE(mappings.IsInfinite());
    mappings.ForgetBelow(Offset(2));
    EXPECT_EQ(mappings.Add(Offset(102), Data(1), 10), Result::Added);
}

// RFC 8684 3.3.1: Data-Level Length 0 maps the remainder of the connection.
TEST(ReceiveMappings, AnInfiniteMappingNeverEnds)
{
    ReceiveMappings mappings;
    mappings.Add(Offset(1), Data(1000), 100);
    EXPECT_FALSE(mappings.IsInfinite());
    EXPECT_EQ(mappings.AddInfinite(Offset(201), Data(5000)), Result::Added);
    EXPECT_TRUE(mappings.IsInfinite());
    EXPECT_EQ(Describe(mappings, 1, 301), "1>1000+100 101>?+100 201>5000+100");
    const uint64_t later = uint64_t{1} << 40;
    mappings.ForgetBelow(Offset(later));
    EXPECT_EQ(mappings.Translate(Offset(later), UINT32_MAX).lengthBytes, UINT32_MAX);
    EXPECT_EQ(mappings.Translate(Offset(later), 1).dataBegin, Data(5000 + later - 201));
}

// RFC 8684 3.7: it acts retroactively, from the last data known to be intact.
TEST(ReceiveMappings, AnInfiniteMappingReplacesWhatItCovers)
{
    ReceiveMappings mappings;
    mappings.Add(Offset(1), Data(1000), 100);
    mappings.Add(Offset(101), Data(2000), 100);
    mappings.Add(Offset(201), Data(3000), 100);
    EXPECT_EQ(mappings.AddInfinite(Offset(51), Data(1049)), Result::Added);
    EXPECT_EQ(Describe(mappings, 1, 301), "1>1000+50 51>1049+250");
}

TEST(ReceiveMappings, AnInfiniteMappingMayStartInTheForgottenPart)
{
    ReceiveMappings mappings;
    mappings.ForgetBelow(Offset(101));
    EXPECT_EQ(mappings.AddInfinite(Offset(1), Data(1000)), Result::Added);
    EXPECT_EQ(Describe(mappings, 1, 301), "1>?+100 101>1100+200");
}

TEST(ReceiveMappings, OnlyADifferentInfiniteMappingConflictsWithTheFirst)
{
    ReceiveMappings mappings;
    mappings.AddInfinite(Offset(1), Data(1000));
    EXPECT_EQ(mappings.AddInfinite(Offset(1), Data(1000)), Result::Repeated);
    EXPECT_EQ(mappings.AddInfinite(Offset(101), Data(1100)), Result::Repeated);
    EXPECT_EQ(mappings.AddInfinite(Offset(1), Data(1001)), Result::Conflict);
    EXPECT_EQ(mappings.Add(Offset(51), Data(1050), 10), Result::Repeated);
    EXPECT_EQ(mappings.Add(Offset(51), Data(1051), 10), Result::Conflict);
}

// In whatever order, overlap and repetition a consistent map is declared, it is learnt whole; and
// no single contradicting declaration changes it.
TEST(ReceiveMappings, LawAConsistentMapIsLearntWhole)
{
    constexpr unsigned SEED = 331;
    SCOPED_TRACE(testing::Message() << "seed " << SEED);
    std::mt19937 random(SEED);
    for (int round = 0; round < 200; ++round)
    {
        std::vector<uint64_t> truth(1, 0); // data sequence number by offset
        uint64_t data = random();
        while (truth.size() < 300)
        {
            data += 1 + random() % 50;
            for (uint64_t run = 1 + random() % 40; run > 0; --run)
            {
                truth.push_back(data++);
            }
        }
        ReceiveMappings mappings;
        std::map<uint64_t, uint64_t> known;
        while (known.size() + 1 < truth.size())
        {
            const uint64_t begin = 1 + random() % (truth.size() - 1);
            uint32_t lengthBytes = 1;
            const uint64_t wanted = 1 + random() % 30;
            while (lengthBytes < wanted && begin + lengthBytes < truth.size() &&
                   truth[begin + lengthBytes] == truth[begin] + lengthBytes)
            {
                ++lengthBytes;
            }
            std::size_t knownBefore = 0;
            for (uint64_t offset = begin; offset < begin + lengthBytes; ++offset)
            {
                knownBefore += known.count(offset);
            }
            if (knownBefore > 0)
            {
                ASSERT_EQ(mappings.Add(Offset(begin), Data(truth[begin] + 1), lengthBytes),
                          Result::Conflict);
            }
            const Result expected = knownBefore == 0             ? Result::Added
                                    : knownBefore == lengthBytes ? Result::Repeated
                                                                 : Result::Extended;
            ASSERT_EQ(mappings.Add(Offset(begin), Data(truth[begin]), lengthBytes), expected);
            for (uint64_t offset = begin; offset < begin + lengthBytes; ++offset)
            {
                known[offset] = truth[offset];
            }
            const uint64_t probe = 1 + random() % (truth.size() - 1);
            const auto piece = mappings.Translate(Offset(probe), 1);
            ASSERT_EQ(piece.dataBegin.has_value(), known.count(probe) == 1);
            ASSERT_EQ(piece.dataBegin.value_or(Data(truth[probe])), Data(truth[probe]));
        }
        std::size_t breaks = 1;
        for (std::size_t offset = 2; offset < truth.size(); ++offset)
        {
            breaks += truth[offset] != truth[offset - 1] + 1;
        }
        ASSERT_EQ(mappings.RunCount(), breaks);
    }
}

} // namespace
