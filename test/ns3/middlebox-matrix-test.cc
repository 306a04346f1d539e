// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// `./mptcp run middlebox --matrix`, cell by cell: every box in each of its three places, in both
/// directions, with and without checksums.
#include "core/middlebox/middlebox.h"
#include "middlebox-catalogue.h"
#include "middlebox-experiment.h"
#include "simulation-fixture.h"

#include "ns3/tcp-congestion-ops.h"
#include "ns3/uinteger.h"

#include <set>

namespace ns3
{
namespace
{

using Placement = MiddleboxCell::Placement;
using Direction = MiddleboxCell::Direction;

std::vector<std::string>
Names()
{
    std::vector<std::string> names;
    for (const auto& kind : MiddleboxKinds())
    {
        names.push_back(kind.name);
    }
    return names;
}

TEST(MiddleboxCatalogue, HasEveryNameOnceAndAnExpectationForEachCell)
{
    const auto names = Names();
    EXPECT_GE(names.size(), 17U) << "sixteen boxes, and none";
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
    for (const auto& name : names)
    {
        for (const Placement placement : {Placement::First, Placement::Second, Placement::Both})
        {
            for (const bool checksum : {false, true})
            {
                const auto expected =
                    ExpectedOutcome({{name}, placement, Direction::Down, checksum});
                ASSERT_TRUE(expected) << name;
                EXPECT_FALSE(expected->source.empty()) << name;
            }
        }
    }
    EXPECT_FALSE(ExpectedOutcome({{"nat", "isn"}, Placement::First, Direction::Up, false}));
    EXPECT_EQ(FindMiddlebox("no-such-box"), nullptr);
}

TEST(MiddleboxCatalogue, ReplacementsBeginOtherwiseThanThePattern)
{
    const std::vector<uint8_t> pattern{1, 2, 3};
    EXPECT_EQ(RewrittenPattern(pattern, 0), (std::vector<uint8_t>{0xfe, 0xfd, 0xfc}));
    EXPECT_EQ(RewrittenPattern(pattern, -2), (std::vector<uint8_t>{0xfe}));
    EXPECT_EQ(RewrittenPattern(pattern, 1), (std::vector<uint8_t>{0xfe, 0xfd, 0xfc, 0xfe}));
}

class MiddleboxMatrix : public SimulationTest, public ::testing::WithParamInterface<std::string>
{
  protected:
    MiddleboxMatrix()
    {
        constexpr uint32_t BUFFER_BYTES = 131'072;
        Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(BUFFER_BYTES));
        Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(BUFFER_BYTES));
        Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(TcpNewReno::GetTypeId()));
        Config::SetDefault("ns3::TcpSocket::SegmentSize",
                           UintegerValue(MiddleboxSetup{}.segmentBytes));
    }

    static std::string Describe(const MiddleboxCell& cell)
    {
        return cell.boxes[0] + " " + NameOf(cell.placement) + " " + NameOf(cell.direction) +
               (cell.checksum ? " with checksums" : "");
    }

    static MiddleboxOutcome Run(const MiddleboxCell& cell, bool& isIntact)
    {
        const auto result = RunMiddleboxCell(cell, {});
        isIntact = result.intact;
        if (result.outcome != MiddleboxOutcome::Fails)
        {
            return result.outcome;
        }
        MiddleboxSetup plain;
        plain.isPlainTcp = true;
        const bool hasTcpPassed = RunMiddleboxCell(cell, plain).outcome == MiddleboxOutcome::Tcp;
        return hasTcpPassed ? MiddleboxOutcome::Fails : MiddleboxOutcome::FailsAsTcp;
    }
};

TEST_P(MiddleboxMatrix, IsAsExpected)
{
    for (int i = 0; i < 12; ++i)
    {
        const MiddleboxCell cell{{GetParam()},
                                 static_cast<Placement>(i / 4),
                                 i % 2 == 0 ? Direction::Up : Direction::Down,
                                 i / 2 % 2 == 0};
        SCOPED_TRACE(Describe(cell));
        bool isIntact = false;
        const auto expected = ExpectedOutcome(cell)->outcome;
        EXPECT_STREQ(NameOf(Run(cell, isIntact)), NameOf(expected));
        EXPECT_EQ(isIntact, expected != MiddleboxOutcome::Damaged);
    }
}

class MiddleboxRow : public MiddleboxMatrix
{
};

// The second of them finds nothing any more; which of them that is depends on the direction.
TEST_P(MiddleboxRow, OfTwoRewritersIsIntactAsTheFirstHasWrittenIt)
{
    for (const Direction direction : {Direction::Up, Direction::Down})
    {
        const MiddleboxCell cell{{"rewrite-same", GetParam()}, Placement::Both, direction, true};
        SCOPED_TRACE(NameOf(direction));
        const auto result = RunMiddleboxCell(cell, {});
        EXPECT_TRUE(result.intact);
        EXPECT_GT(result.rewrittenPlaces, 0U);
        EXPECT_STREQ(NameOf(result.outcome), NameOf(MiddleboxOutcome::Tcp));
    }
}

class MiddleboxPair : public MiddleboxMatrix
{
};

// RFC 8684 3.3.6 has the data timer for boxes that acknowledge what is not delivered. They go on
// doing so: what is lost behind one must not be given to it once more while there is another path.
TEST_P(MiddleboxPair, WhatAProxyAcknowledgesAndLosesGoesByTheOtherPath)
{
    for (const bool checksum : {false, true})
    {
        for (const Direction direction : {Direction::Up, Direction::Down})
        {
            const MiddleboxCell cell{{GetParam(), "blackhole"},
                                     Placement::Second,
                                     direction,
                                     checksum};
            SCOPED_TRACE(Describe(cell));
            const auto result = RunMiddleboxCell(cell, {});
            EXPECT_STREQ(NameOf(result.outcome), NameOf(MiddleboxOutcome::Moved));
            EXPECT_TRUE(result.intact);
            EXPECT_EQ(result.receivedBytes, MiddleboxSetup{}.bytes);
            EXPECT_LT(result.completedAt, Seconds(60));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Proxies,
                         MiddleboxPair,
                         ::testing::Values("split-proxy-relay", "pep"),
                         [](const auto& row) {
                             return std::string(row.index == 0 ? "Split" : "Pep");
                         });

INSTANTIATE_TEST_SUITE_P(Rewriters,
                         MiddleboxRow,
                         ::testing::Values("rewrite-shorter", "rewrite-longer"),
                         [](const auto& row) {
                             return std::string(row.index == 0 ? "Shorter" : "Longer");
                         });

INSTANTIATE_TEST_SUITE_P(Boxes, MiddleboxMatrix, ::testing::ValuesIn(Names()), [](const auto& row) {
    std::string name = row.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

} // namespace
} // namespace ns3
