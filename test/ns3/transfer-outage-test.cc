// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Paths that fall silent for a while or for good, in the middle of a transfer.
#include "transfer-fixture.h"

namespace ns3
{
namespace
{

struct Direction
{
    const char* name;
    uint64_t upBytes;
    uint64_t downBytes;
};

using OutageCase = std::tuple<MultipathTopology::Kind, Direction, std::size_t>;

std::string
NameOf(const ::testing::TestParamInfo<OutageCase>& info)
{
    const auto& [kind, direction, path] = info.param;
    const std::string topology =
        kind == MultipathTopology::Kind::Disjoint ? "Disjoint" : "Multihomed";
    return topology + direction.name + (path == 0 ? "FirstPath" : "SecondPath");
}

// More than either path carries in the ten seconds.
constexpr Direction CLIENT_SENDS{"ClientSends", 4'000'000, 0};
constexpr Direction SERVER_SENDS{"ServerSends", 0, 4'000'000};
constexpr Direction BOTH_SEND{"BothSend", 3'000'000, 3'500'000};

const auto ALL_CASES = ::testing::Combine(
    ::testing::Values(MultipathTopology::Kind::Disjoint, MultipathTopology::Kind::Multihomed),
    ::testing::Values(CLIENT_SENDS, SERVER_SENDS, BOTH_SEND),
    ::testing::Values(std::size_t{0}, std::size_t{1}));

class Outage : public TransferTest, public ::testing::WithParamInterface<OutageCase>
{
  protected:
    uint64_t ReceivedBytes() const
    {
        return m_server->ReceivedBytes() + m_client->ReceivedBytes();
    }
};

TEST_P(Outage, OfTenSecondsCostsNothingButTime)
{
    const auto& [kind, direction, path] = GetParam();
    Build(kind);
    StartTransfer(direction.upBytes, direction.downBytes);
    CutPath(path, Seconds(2), Seconds(10));
    RunUntil(Seconds(5)); // the timeout and the reinjection are over
    const uint64_t before = ReceivedBytes();
    const uint64_t deadPathBefore = PathBytes(path);
    RunUntil(Seconds(10));
    const double mbps = static_cast<double>(ReceivedBytes() - before) * 8e-6 / 5;
    EXPECT_GT(mbps, 1.5) << "the other path alone has 2 Mb/s";
    EXPECT_EQ(PathBytes(path), deadPathBefore);
    RunToEnd();
    ExpectOrderlyEnd();
}

TEST_P(Outage, ForEverLeavesTheConnectionToTheOtherPath)
{
    const auto& [kind, direction, path] = GetParam();
    Build(kind);
    StartTransfer(direction.upBytes / 2, direction.downBytes / 2);
    CutPathForEver(path, Seconds(2));
    RunToEnd();
    ExpectDelivered();
    EXPECT_GT(PathBytes(1 - path), (direction.upBytes + direction.downBytes) / 4);
}

INSTANTIATE_TEST_SUITE_P(Paths, Outage, ALL_CASES, NameOf);

class BothPathsOut : public TransferTest
{
};

TEST_F(BothPathsOut, ForTenSecondsThenGoesOn)
{
    Build(Kind::Multihomed);
    StartTransfer(1'000'000, 1'000'000);
    CutPath(0, Seconds(2), Seconds(10));
    CutPath(1, Seconds(2.5), Seconds(10));
    RunToEnd();
    ExpectOrderlyEnd();
}

TEST_F(BothPathsOut, InTurnsAgainAndAgain)
{
    Build(Kind::Multihomed);
    StartTransfer(4'000'000, 0);
    for (int i = 0; i < 5; ++i)
    {
        CutPath(static_cast<std::size_t>(i % 2), Seconds(1 + 3 * i), Seconds(2.9));
    }
    RunToEnd();
    ExpectOrderlyEnd();
}

/// RFC 8684 says nothing else for a host that has no subflow left and opens none: the connection
/// is over, and the application has to hear of it.
TEST_F(BothPathsOut, ForEverEndsTheConnectionWithAnError)
{
    Build(Kind::Multihomed);
    StartTransfer(2'000'000, 2'000'000);
    CutPathForEver(0, Seconds(2));
    CutPathForEver(1, Seconds(2));
    RunToEnd();
    for (const auto& endpoint : {m_client, m_server})
    {
        EXPECT_TRUE(endpoint->HasFailed());
        EXPECT_NE(endpoint->Error(), Socket::ERROR_NOTERROR);
        EXPECT_TRUE(endpoint->IsIntact());
        EXPECT_LT(endpoint->ReceivedBytes(), 2'000'000U);
    }
    ExpectNothingLeft();
}

TEST_F(BothPathsOut, WhileClosingEndsTheSimulationAllTheSame)
{
    Build(Kind::Multihomed);
    StartTransfer(100'000, 0);
    // Somewhere in the closing handshake: it takes some round trips of 40 ms.
    RunUntil(Seconds(0.1));
    while (m_server->ReceivedBytes() < 100'000)
    {
        RunUntil(Simulator::Now() + MilliSeconds(5));
    }
    CutPathForEver(0, MilliSeconds(30));
    CutPathForEver(1, MilliSeconds(30));
    RunToEnd();
    EXPECT_EQ(m_server->ReceivedDigest(), PatternDigest(100'000));
}

} // namespace
} // namespace ns3
