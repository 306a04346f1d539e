// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Every byte arrives, in order and once, whoever sends and whatever the paths lose.
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

struct Loss
{
    const char* name;
    double first;
    double second;
};

using LossCase = std::tuple<MultipathTopology::Kind, Direction, Loss>;

std::string
NameOf(const ::testing::TestParamInfo<LossCase>& info)
{
    const auto& [kind, direction, loss] = info.param;
    const std::string topology =
        kind == MultipathTopology::Kind::Disjoint ? "Disjoint" : "Multihomed";
    return topology + direction.name + loss.name;
}

constexpr Direction CLIENT_SENDS{"ClientSends", 400'000, 0};
constexpr Direction SERVER_SENDS{"ServerSends", 0, 400'000};
constexpr Direction BOTH_SEND{"BothSend", 300'000, 200'000};

class LossyTransfer : public TransferTest, public ::testing::WithParamInterface<LossCase>
{
};

TEST_P(LossyTransfer, DeliversEveryByteAndClosesInOrder)
{
    const auto& [kind, direction, loss] = GetParam();
    auto paths = EqualPaths();
    paths[0].lossRate = loss.first;
    paths[1].lossRate = loss.second;
    Build(kind, paths);
    StartTransfer(direction.upBytes, direction.downBytes);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_GT(PathBytes(0), 50'000U);
    EXPECT_GT(PathBytes(1), 50'000U);
}

INSTANTIATE_TEST_SUITE_P(
    Paths,
    LossyTransfer,
    ::testing::Combine(::testing::Values(MultipathTopology::Kind::Disjoint,
                                         MultipathTopology::Kind::Multihomed),
                       ::testing::Values(CLIENT_SENDS, SERVER_SENDS, BOTH_SEND),
                       ::testing::Values(Loss{"WithoutLoss", 0, 0},
                                         Loss{"OnePercentFirst", 0.01, 0},
                                         Loss{"OnePercentSecond", 0, 0.01},
                                         Loss{"OnePercentBoth", 0.01, 0.01},
                                         Loss{"FivePercentFirst", 0.05, 0},
                                         Loss{"FivePercentSecond", 0, 0.05},
                                         Loss{"FivePercentBoth", 0.05, 0.05})),
    NameOf);

/// The same with other random losses: what one seed does not meet another may.
class LossyTransferSeeds : public TransferTest, public ::testing::WithParamInterface<uint32_t>
{
};

TEST_P(LossyTransferSeeds, DeliversEveryByteBothWaysAtTenPercent)
{
    RngSeedManager::SetRun(GetParam());
    auto paths = EqualPaths();
    paths[0].lossRate = paths[1].lossRate = 0.1;
    Build(Kind::Multihomed, paths);
    StartTransfer(100'000, 100'000);
    RunToEnd();
    ExpectOrderlyEnd();
}

INSTANTIATE_TEST_SUITE_P(Runs, LossyTransferSeeds, ::testing::Range(1U, 11U));

} // namespace
} // namespace ns3
