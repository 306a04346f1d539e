// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Whole transfers between hosts that speak version 0 (RFC 6824), version 1 (RFC 8684) or both.
#include "transfer-fixture.h"

#include "ns3/uinteger.h"

namespace ns3
{
namespace
{

/// From the lowest to the highest version of a host.
struct Versions
{
    uint32_t lowest;
    uint32_t highest;
};

constexpr Versions ONLY_0{0, 0};
constexpr Versions ONLY_1{1, 1};
constexpr Versions BOTH{0, 1};

struct Pair
{
    const char* name;
    Versions client;
    Versions server;
    std::optional<uint32_t> version; //!< they end with; none: plain TCP
    uint64_t upBytes;
    uint64_t downBytes;
    double lossRate;
};

class VersionTransfer : public TransferTest, public ::testing::WithParamInterface<Pair>
{
  protected:
    static void Use(Ptr<Node> node, const Versions& versions)
    {
        auto stack = MptcpStack::Of(node);
        stack->SetAttribute("LowestVersion", UintegerValue(versions.lowest));
        stack->SetAttribute("Version", UintegerValue(versions.highest));
    }
};

} // namespace

TEST_P(VersionTransfer, DeliversEveryByte)
{
    auto paths = EqualPaths();
    for (auto& path : paths)
    {
        path.lossRate = GetParam().lossRate;
    }
    Build(Kind::Disjoint, paths);
    Use(m_topology->Client(), GetParam().client);
    Use(m_topology->Server(), GetParam().server);
    StartTransfer(GetParam().upBytes, GetParam().downBytes);
    std::optional<mptcp::MptcpVersion> used;
    m_server->OnConnection([&used](Ptr<Socket> socket) {
        const auto subflows = DynamicCast<MptcpSocket>(socket)->GetSubflows();
        ASSERT_EQ(subflows.size(), 1U);
        if (!subflows.front()->IsPlain())
        {
            used = subflows.front()->GetHandshake()->Version();
        }
    });
    RunToEnd();
    ExpectOrderlyEnd();
    if (GetParam().version)
    {
        EXPECT_EQ(used, static_cast<mptcp::MptcpVersion>(*GetParam().version));
        const uint64_t half = (GetParam().upBytes + GetParam().downBytes) / 4;
        EXPECT_GT(PathBytes(0), half);
        EXPECT_GT(PathBytes(1), half) << "the second path had no share";
    }
    else
    {
        EXPECT_FALSE(used);
        EXPECT_EQ(PathBytes(1), 0U);
    }
}

// RFC 8684 3.1
INSTANTIATE_TEST_SUITE_P(
    Rfc8684Section3_1,
    VersionTransfer,
    ::testing::Values(Pair{"Only0Only0Up", ONLY_0, ONLY_0, 0, 400'000, 0, 0},
                      Pair{"Only0Only0Down", ONLY_0, ONLY_0, 0, 0, 400'000, 0},
                      Pair{"Only0Only0BothLossy", ONLY_0, ONLY_0, 0, 200'000, 200'000, 0.02},
                      Pair{"Only0BothUp", ONLY_0, BOTH, 0, 400'000, 0, 0},
                      Pair{"Only0BothDown", ONLY_0, BOTH, 0, 0, 400'000, 0},
                      Pair{"Only0Only1Both", ONLY_0, ONLY_1, {}, 200'000, 200'000, 0},
                      Pair{"Only1Only0Up", ONLY_1, ONLY_0, {}, 400'000, 0, 0},
                      Pair{"Only1Only0Down", ONLY_1, ONLY_0, {}, 0, 400'000, 0},
                      Pair{"BothOnly0BothLossy", BOTH, ONLY_0, {}, 200'000, 200'000, 0.02},
                      Pair{"BothBothUp", BOTH, BOTH, 1, 400'000, 0, 0},
                      Pair{"Only1BothDown", ONLY_1, BOTH, 1, 0, 400'000, 0},
                      Pair{"BothOnly1BothLossy", BOTH, ONLY_1, 1, 200'000, 200'000, 0.02}),
    [](const auto& row) { return std::string(row.param.name); });

} // namespace ns3
