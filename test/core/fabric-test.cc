// SPDX-License-Identifier: GPL-2.0-only
#include "routing/bcube.h"
#include "routing/fabric.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <vector>

namespace mptcp
{
namespace
{

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::SizeIs;

using Path = std::vector<uint32_t>; //!< numbers of nodes

/// Follows forwarding tables from port to port.
class FabricWalk
{
  public:
    explicit FabricWalk(const Fabric& fabric)
        : m_fabric(fabric)
    {
        for (const auto& link : fabric.links)
        {
            Join(link.lower, link.upper);
            Join(link.upper, link.lower);
        }
    }

    /// No port twice, and as many as the nodes say.
    [[nodiscard]] bool IsWiredOnce() const
    {
        std::size_t ports = 0;
        for (const auto& node : m_fabric.nodes)
        {
            ports += node.ports;
        }
        return m_isOnce && m_peers.size() == ports;
    }

    /// Every path that the tables allow between the first interfaces of two hosts.
    [[nodiscard]] std::vector<Path> AllPaths(uint32_t from, uint32_t to) const
    {
        const FlowKey flow{m_fabric.nodes[from].addresses[0], m_fabric.nodes[to].addresses[0]};
        std::vector<Path> paths;
        Path path{from};
        Follow(flow, {from, 0}, to, path, paths);
        return paths;
    }

    /// The one path of a flow; it ends where there is no way on.
    [[nodiscard]] Path PathOf(const FlowKey& flow, uint32_t from) const
    {
        Path path{from};
        uint32_t arrival = Forwarder::FROM_HERE;
        while (path.size() < 20)
        {
            const auto& node = m_fabric.nodes[path.back()];
            if (!IsSwitch(path.back()) && Owns(node, flow.destination))
            {
                break;
            }
            const auto port =
                node.forwarder ? node.forwarder->Port(flow, arrival) : std::optional<uint32_t>(0);
            if (!port)
            {
                break;
            }
            const auto next = m_peers.at({path.back(), *port});
            path.push_back(next.node);
            arrival = next.port;
        }
        return path;
    }

  private:
    void Join(const FabricEnd& from, const FabricEnd& to)
    {
        m_isOnce = m_peers.emplace(std::pair{from.node, from.port}, to).second && m_isOnce;
    }

    [[nodiscard]] bool IsSwitch(uint32_t node) const
    {
        return node >= m_fabric.hosts;
    }

    static bool Owns(const FabricNode& node, uint32_t address)
    {
        return std::find(node.addresses.begin(), node.addresses.end(), address) !=
               node.addresses.end();
    }

    void Follow(const FlowKey& flow,
                const FabricEnd& out,
                uint32_t to,
                Path& path,
                std::vector<Path>& paths) const
    {
        const FabricEnd next = m_peers.at({out.node, out.port});
        path.push_back(next.node);
        ASSERT_LE(path.size(), 10U) << "a loop";
        if (IsSwitch(next.node))
        {
            const PortRange ways = m_fabric.nodes[next.node].forwarder->Ways(flow, next.port);
            for (uint32_t i = 0; i < ways.count; ++i)
            {
                Follow(flow, {next.node, ways.first + i}, to, path, paths);
            }
        }
        else if (next.node == to)
        {
            paths.push_back(path);
        }
        path.pop_back();
    }

    const Fabric& m_fabric;
    std::map<std::pair<uint32_t, uint32_t>, FabricEnd> m_peers;
    bool m_isOnce{true};
};

struct Size
{
    uint32_t k;
    uint32_t hosts;
    std::size_t switches;
    std::size_t links;
};

class FatTreeSize : public ::testing::TestWithParam<Size>
{
};

// Al-Fares et al., section 3: k^3/4 hosts, 5k^2/4 switches, 3k^3/4 links.
TEST_P(FatTreeSize, HasThePublishedNumbersOfEverything)
{
    const Size& size = GetParam();
    const Fabric fabric = MakeFatTree(size.k, 1);
    EXPECT_EQ(fabric.hosts, size.hosts);
    EXPECT_EQ(fabric.nodes.size() - fabric.hosts, size.switches);
    EXPECT_THAT(fabric.links, SizeIs(size.links));
    EXPECT_TRUE(FabricWalk(fabric).IsWiredOnce());
}

INSTANTIATE_TEST_SUITE_P(Sizes,
                         FatTreeSize,
                         ::testing::Values(Size{4, 16, 20, 48},
                                           Size{6, 54, 45, 162},
                                           Size{8, 128, 80, 384}));

TEST(FatTree, HasAPathForEachCoreBetweenPods)
{
    const Fabric fabric = MakeFatTree(8, 1);
    const FabricWalk walk(fabric);
    EXPECT_THAT(walk.AllPaths(0, 127), SizeIs(16)); // (k/2)^2
    EXPECT_THAT(walk.AllPaths(0, 127), Each(SizeIs(7)));
    EXPECT_THAT(walk.AllPaths(0, 4), SizeIs(4)); // k/2 within a pod
    EXPECT_THAT(walk.AllPaths(0, 4), Each(SizeIs(5)));
    EXPECT_THAT(walk.AllPaths(0, 1), SizeIs(1)); // by the switch of both
}

TEST(FatTree, ReachesEveryHostFromEveryOther)
{
    const Fabric fabric = MakeFatTree(4, 1);
    const FabricWalk walk(fabric);
    for (uint32_t from = 0; from < fabric.hosts; ++from)
    {
        for (uint32_t to = 0; to < fabric.hosts; ++to)
        {
            if (from != to)
            {
                const std::size_t paths = from / 2 == to / 2 ? 1 : from / 4 == to / 4 ? 2 : 4;
                EXPECT_THAT(walk.AllPaths(from, to), SizeIs(paths)) << from << " to " << to;
            }
        }
    }
}

TEST(FatTree, FlowsBetweenTwoHostsUseEveryPath)
{
    const Fabric fabric = MakeFatTree(8, 1);
    const FabricWalk walk(fabric);
    std::set<Path> taken;
    for (uint16_t port = 0; port < 200; ++port)
    {
        const FlowKey flow{fabric.nodes[0].addresses[0],
                           fabric.nodes[127].addresses[0],
                           port,
                           5001,
                           6};
        taken.insert(walk.PathOf(flow, 0));
    }
    EXPECT_THAT(taken, SizeIs(16));
    EXPECT_THAT(taken, Each(SizeIs(7)));
}

TEST(FatTree, AnotherSeedGivesOtherChoices)
{
    const Fabric one = MakeFatTree(8, 1);
    const Fabric other = MakeFatTree(8, 2);
    const FlowKey flow{one.nodes[0].addresses[0], one.nodes[127].addresses[0], 1, 2, 6};
    uint32_t same = 0;
    for (uint16_t port = 0; port < 160; ++port)
    {
        const FlowKey next{flow.source, flow.destination, port, 5001, 6};
        same += FabricWalk(one).PathOf(next, 0) == FabricWalk(other).PathOf(next, 0) ? 1 : 0;
    }
    EXPECT_LT(same, 30U); // 1 in 16 agree by chance
}

class Vl2Size : public ::testing::TestWithParam<Size>
{
};

// Greenberg et al., section 4.1: D_A D_I/4 racks of 20, D_I aggregations, D_A/2 intermediates.
TEST_P(Vl2Size, HasThePublishedNumbersOfEverything)
{
    const Size& size = GetParam();
    const Fabric fabric = MakeVl2(size.k, 20, 1);
    EXPECT_EQ(fabric.hosts, size.hosts);
    EXPECT_EQ(fabric.nodes.size() - fabric.hosts, size.switches);
    EXPECT_THAT(fabric.links, SizeIs(size.links));
    EXPECT_TRUE(FabricWalk(fabric).IsWiredOnce());
}

INSTANTIATE_TEST_SUITE_P(Sizes,
                         Vl2Size,
                         ::testing::Values(Size{4, 80, 4 + 4 + 2, 80 + 8 + 8},
                                           Size{8, 320, 16 + 8 + 4, 320 + 32 + 32}));

TEST(Vl2, GoesOverAnyIntermediateSwitchByAnyPairOfAggregations)
{
    const Fabric fabric = MakeVl2(8, 20, 1);
    const FabricWalk walk(fabric);
    // Two aggregations up, four intermediates, two aggregations down.
    EXPECT_THAT(walk.AllPaths(0, 319), SizeIs(16));
    EXPECT_THAT(walk.AllPaths(0, 319), Each(SizeIs(7)));
    EXPECT_THAT(walk.AllPaths(0, 20), SizeIs(16)) << "below the same aggregations, too";
    EXPECT_THAT(walk.AllPaths(0, 19), SizeIs(1));
}

TEST(Vl2, LinksBetweenSwitchesCarryWhatTheHostsSend)
{
    const Fabric fabric = MakeVl2(4, 20, 1);
    std::map<FabricLink::Tier, uint32_t> speed;
    for (const auto& link : fabric.links)
    {
        speed[link.tier] += link.speed;
    }
    EXPECT_EQ(speed[FabricLink::Tier::Host], 80U);
    EXPECT_EQ(speed[FabricLink::Tier::Aggregation], 80U);
    EXPECT_EQ(speed[FabricLink::Tier::Core], 80U);
}

// Guo et al., section 3.1: n^(k+1) hosts, (k+1) n^k switches; BCube_1 of four-port switches is
// figure 1, and that of 125 hosts with three interfaces is Wischik et al., NSDI 2011, section 4.
TEST(Bcube, HasThePublishedNumbersOfEverything)
{
    const Fabric small = MakeBcube(4, 2);
    EXPECT_EQ(small.hosts, 16U);
    EXPECT_EQ(small.nodes.size() - small.hosts, 8U);
    EXPECT_THAT(small.links, SizeIs(32));
    EXPECT_TRUE(FabricWalk(small).IsWiredOnce());
    const Fabric large = MakeBcube(5, 3);
    EXPECT_EQ(large.hosts, 125U);
    EXPECT_EQ(large.nodes.size() - large.hosts, 75U);
    EXPECT_THAT(large.links, SizeIs(375));
}

TEST(Bcube, PutsDigitsRightBeginningWithThatOfTheInterface)
{
    const BcubeShape shape(4, 2);
    // From 00 to 13 (base 4): by the lower digit first, and by the upper one first.
    EXPECT_THAT(shape.PathOf(0, 7, 0), ElementsAre(BcubeHop{0, 3}, BcubeHop{1, 7}));
    EXPECT_THAT(shape.PathOf(0, 7, 1), ElementsAre(BcubeHop{1, 4}, BcubeHop{0, 7}));
}

TEST(Bcube, APathThatBeginsWithARightDigitMakesADetour)
{
    const BcubeShape shape(4, 2);
    // From 00 to 03: over 10 and 13.
    EXPECT_THAT(shape.PathOf(0, 3, 1), ElementsAre(BcubeHop{1, 4}, BcubeHop{0, 7}, BcubeHop{1, 3}));
}

/// The hosts that relay on a path.
std::set<uint32_t>
Relays(const BcubeShape::Path& path)
{
    std::set<uint32_t> relays;
    for (std::size_t i = 0; i + 1 < path.size(); ++i)
    {
        relays.insert((path.begin() + i)->host);
    }
    return relays;
}

TEST(Bcube, PathsBetweenTwoHostsShareNoHostAndNoInterface)
{
    const BcubeShape shape(5, 3);
    for (uint32_t to = 1; to < shape.Hosts(); ++to)
    {
        std::multiset<uint32_t> relays;
        std::set<uint32_t> lastLevels;
        for (uint32_t level = 0; level < shape.Levels(); ++level)
        {
            const auto path = shape.PathOf(0, to, level);
            EXPECT_EQ(path.begin()->level, level);
            EXPECT_EQ((path.end() - 1)->host, to);
            lastLevels.insert(path.LastLevel());
            const auto some = Relays(path);
            EXPECT_EQ(some.size() + 1, path.size()) << "a host twice, to " << to;
            relays.insert(some.begin(), some.end());
        }
        EXPECT_THAT(lastLevels, SizeIs(shape.Levels())) << "to " << to;
        EXPECT_THAT((std::set<uint32_t>(relays.begin(), relays.end())), SizeIs(relays.size()));
        EXPECT_EQ(relays.count(0) + relays.count(to), 0U);
    }
}

/// A flow from the interface that leads to `level` of the other host.
FlowKey
FlowTowards(const BcubeShape& shape, uint32_t from, uint32_t to, uint32_t level)
{
    return {BcubeShape::Address(from, shape.LevelTowards(from, to, level)),
            BcubeShape::Address(to, level)};
}

TEST(Bcube, TablesLeadAlongThePathAndBackTheSameWay)
{
    const BcubeShape shape(4, 3);
    const Fabric fabric = MakeBcube(4, 3);
    const FabricWalk walk(fabric);
    for (uint32_t from = 0; from < shape.Hosts(); from += 5)
    {
        for (uint32_t to = 0; to < shape.Hosts(); ++to)
        {
            for (uint32_t level = 0; from != to && level < shape.Levels(); ++level)
            {
                const FlowKey flow = FlowTowards(shape, from, to, level);
                const Path there = walk.PathOf(flow, from);
                ASSERT_EQ(there.back(), to) << from << " to " << to << " level " << level;
                Path back = walk.PathOf({flow.destination, flow.source}, to);
                std::reverse(back.begin(), back.end());
                ASSERT_EQ(back, there);
            }
        }
    }
}

TEST(Bcube, AHostThatHasChosenNoAddressTakesTheOneThatFits)
{
    const BcubeShape shape(4, 3);
    const Fabric fabric = MakeBcube(4, 3);
    const uint32_t to = BcubeShape::Address(42, 1);
    EXPECT_EQ(fabric.nodes[7].forwarder->Port({0, to}, Forwarder::FROM_HERE),
              shape.LevelTowards(7, 42, 1));
}

TEST(Bcube, ThereIsNoWayForOtherAddressesNorOffThePath)
{
    const Fabric fabric = MakeBcube(4, 2);
    const auto& host = *fabric.nodes[0].forwarder;
    EXPECT_FALSE(host.Port({0, 0xc0a80001}, Forwarder::FROM_HERE));
    EXPECT_FALSE(host.Port({BcubeShape::Address(0, 0), BcubeShape::Address(0, 1)}, 0));
    EXPECT_FALSE(host.Port({BcubeShape::Address(1, 0), BcubeShape::Address(2, 0)}, 0));
}

} // namespace
} // namespace mptcp
