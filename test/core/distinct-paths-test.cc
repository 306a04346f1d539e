// SPDX-License-Identifier: GPL-2.0-only
#include "paths/distinct-paths.h"
#include "routing/bcube.h"
#include "routing/fabric-view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace mptcp
{
namespace
{

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const LocalAddress HERE{0, IpAddress::V4(10, 0, 0, 2), false};
const Endpoint THERE{IpAddress::V4(10, 3, 1, 3), 5001};

/// The search from this first port begins at 65533 and goes on at the beginning.
constexpr uint16_t NEAR_THE_END = 56'377;

/// A network that sends flows by the remainder of their source port.
class Remainder : public NetworkView
{
  public:
    explicit Remainder(uint32_t paths)
        : m_paths(paths)
    {
    }

    uint64_t PathOf(const Endpoint& local, const Endpoint& /* remote */) const override
    {
        ++m_asked;
        return local.port % m_paths;
    }

    [[nodiscard]] uint32_t Asked() const
    {
        return m_asked;
    }

  private:
    uint32_t m_paths;
    mutable uint32_t m_asked{0};
};

/// The test owns it.
std::shared_ptr<const NetworkView>
Borrow(const NetworkView& network)
{
    return {&network, [](const NetworkView*) {}};
}

ConnectionUsable
Usable(Role role, uint16_t port)
{
    ConnectionUsable event;
    event.role = role;
    event.initialSubflow = SubflowId(0);
    event.initialRemote = THERE;
    event.localAddresses = {HERE};
    event.initialLocal = {HERE.address, port};
    return event;
}

NDiffPortsConfig
Subflows(uint32_t count)
{
    NDiffPortsConfig config;
    config.subflows = count;
    return config;
}

std::vector<uint16_t>
PortsOf(const PathActions& actions)
{
    std::vector<uint16_t> ports;
    for (const PathAction& action : actions)
    {
        ports.push_back(std::get<OpenSubflow>(action).local.port);
    }
    return ports;
}

/// Subflows on each path, the first one included.
std::map<uint64_t, uint32_t>
Spread(const NetworkView& network, uint32_t subflows, uint16_t firstPort)
{
    DistinctPaths policy(Subflows(subflows), Borrow(network));
    std::map<uint64_t, uint32_t> paths{{network.PathOf({HERE.address, firstPort}, THERE), 1}};
    for (const uint16_t port : PortsOf(policy.On(Usable(Role::Initiator, firstPort))))
    {
        EXPECT_GE(port, 49'152);
        ++paths[network.PathOf({HERE.address, port}, THERE)];
    }
    return paths;
}

TEST(DistinctPaths, EachSubflowTakesAPathOfItsOwn)
{
    for (const uint16_t first : std::vector<uint16_t>{49'153, 50'000, 65'535, 80, NEAR_THE_END})
    {
        EXPECT_THAT(Spread(Remainder(16), 8, first), SizeIs(8)) << first;
        EXPECT_THAT(Spread(Remainder(8), 8, first), SizeIs(8)) << first;
    }
}

TEST(DistinctPaths, WhereThereAreFewerTheyShareThemEvenly)
{
    using ::testing::Pair;
    EXPECT_THAT(Spread(Remainder(4), 8, 49'153),
                ElementsAre(Pair(0, 2), Pair(1, 2), Pair(2, 2), Pair(3, 2)));
    EXPECT_THAT(Spread(Remainder(1), 3, 49'153), ElementsAre(Pair(0, 3)));
}

TEST(DistinctPaths, LooksOnlyOnceForAPathThatIsNotThere)
{
    const Remainder network(3);
    DistinctPaths policy(Subflows(8), Borrow(network));
    EXPECT_THAT(PortsOf(policy.On(Usable(Role::Initiator, 49'153))), SizeIs(7));
    EXPECT_GT(network.Asked(), 1'024U);
    EXPECT_LT(network.Asked(), 1'100U);
}

TEST(DistinctPaths, NoPortIsChosenTwice)
{
    const Remainder network(1);
    for (const uint16_t first : std::vector<uint16_t>{NEAR_THE_END, 49'153})
    {
        DistinctPaths policy(Subflows(20), Borrow(network));
        const auto ports = PortsOf(policy.On(Usable(Role::Initiator, first)));
        std::set<uint16_t> all(ports.begin(), ports.end());
        EXPECT_GE(*all.begin(), 49'152);
        all.insert(first);
        EXPECT_THAT(all, SizeIs(20)) << first;
    }
}

TEST(DistinctPaths, AConnectionLooksWhereTheNextOneDoesNot)
{
    const Remainder network(1);
    DistinctPaths one(Subflows(8), Borrow(network));
    DistinctPaths other(Subflows(8), Borrow(network));
    std::set<uint16_t> ports;
    for (const uint16_t port : PortsOf(one.On(Usable(Role::Initiator, 49'153))))
    {
        ports.insert(port);
    }
    for (const uint16_t port : PortsOf(other.On(Usable(Role::Initiator, 49'154))))
    {
        ports.insert(port);
    }
    EXPECT_THAT(ports, SizeIs(14));
}

/// Many ports that follow each other lead by the same path.
class Blocks : public NetworkView
{
  public:
    uint64_t PathOf(const Endpoint& local, const Endpoint& /* remote */) const override
    {
        return local.port / 64 % 4;
    }
};

TEST(DistinctPaths, AFailedSubflowIsTriedAgainByAnotherPath)
{
    const Blocks network;
    DistinctPaths policy(Subflows(3), Borrow(network));
    std::set<uint64_t> paths{network.PathOf({HERE.address, 49'153}, THERE)};
    for (const uint16_t port : PortsOf(policy.On(Usable(Role::Initiator, 49'153))))
    {
        paths.insert(network.PathOf({HERE.address, port}, THERE));
    }
    ASSERT_THAT(paths, SizeIs(3));
    const SubflowPath ours{0, 0, THERE, false};
    const PathActions failed = policy.On(SubflowDown{std::nullopt, ours, DownReason::Unanswered});
    ASSERT_THAT(failed, SizeIs(1));
    const auto again = PortsOf(policy.On(RetryDue{std::get<RetryLater>(failed[0]).retryId}));
    ASSERT_THAT(again, SizeIs(1));
    paths.insert(network.PathOf({HERE.address, again[0]}, THERE));
    EXPECT_THAT(paths, SizeIs(4));
}

TEST(DistinctPaths, WithoutAViewAnyFreePortWillDo)
{
    DistinctPaths policy(Subflows(3), nullptr);
    EXPECT_THAT(PortsOf(policy.On(Usable(Role::Initiator, 49'153))), ElementsAre(0, 0));
}

TEST(DistinctPaths, TheResponderOpensNothing)
{
    const Remainder network(4);
    DistinctPaths policy(Subflows(3), Borrow(network));
    EXPECT_THAT(policy.On(Usable(Role::Responder, 5001)), IsEmpty());
    EXPECT_TRUE(policy.AcceptsJoins(2));
    EXPECT_FALSE(policy.AcceptsJoins(3));
}

/// The first address of a host.
Endpoint
AtFirst(const Fabric& fabric, uint32_t host)
{
    const uint32_t address = fabric.nodes[host].addresses.front();
    return {IpAddress::V4(static_cast<uint8_t>(address >> 24U),
                          static_cast<uint8_t>(address >> 16U),
                          static_cast<uint8_t>(address >> 8U),
                          static_cast<uint8_t>(address)),
            1000};
}

TEST(FabricView, InAFatTreeEightSubflowsSeeEightOfSixteenPaths)
{
    const FabricView view(MakeFatTree(8, 7));
    EXPECT_THAT(Spread(view, 8, 49'153), SizeIs(8));
    EXPECT_THAT(Spread(view, 16, 49'153), SizeIs(16));
    EXPECT_THAT(Spread(view, 20, 49'153), SizeIs(16));
}

TEST(FabricView, HopsLeadFromHostToHost)
{
    const Fabric fabric = MakeFatTree(4, 7);
    const FabricView view(fabric);
    const Endpoint from{HERE.address, 50'000}; // host 0

    struct Case
    {
        Endpoint to;
        std::size_t hops;
        uint32_t lastHost;
    };

    for (const Case& c : {Case{{IpAddress::V4(10, 0, 0, 3), 80}, 2, 1},
                          Case{{IpAddress::V4(10, 0, 1, 2), 80}, 4, 2},
                          Case{{IpAddress::V4(10, 3, 1, 3), 80}, 6, 15}})
    {
        const auto hops = view.HopsOf(from, c.to);
        ASSERT_THAT(hops, SizeIs(c.hops));
        uint32_t node = 0;
        for (const auto& hop : hops)
        {
            const FabricLink& link = fabric.links[hop.link];
            EXPECT_EQ((hop.isUpwards ? link.lower : link.upper).node, node);
            node = (hop.isUpwards ? link.upper : link.lower).node;
        }
        EXPECT_EQ(node, c.lastHost);
    }
}

/// Hosts of BCube leave by the interface that both addresses name, which need not be their own.
TEST(FabricView, InBcubeAndVl2EveryPairHasAPath)
{
    for (const Fabric& fabric : {MakeBcube(4, 2), MakeVl2(4, 2, 7)})
    {
        const FabricView view(fabric);
        for (uint32_t from = 0; from < fabric.hosts; ++from)
        {
            for (uint32_t to = 0; to < fabric.hosts; ++to)
            {
                const auto hops = view.HopsOf(AtFirst(fabric, from), AtFirst(fabric, to));
                EXPECT_EQ(hops.empty() && from != to, false) << from << " to " << to;
            }
        }
    }
}

TEST(FabricView, AnAddressOfNobodyHasNoPath)
{
    const FabricView view(MakeFatTree(4, 7));
    const Endpoint six{IpAddress::V6({10, 3, 1, 3}), 80};
    EXPECT_THAT(view.HopsOf({HERE.address, 1}, six), IsEmpty());
    EXPECT_THAT(view.HopsOf({IpAddress::V6({10, 0, 0, 2}), 1}, THERE), IsEmpty());
    EXPECT_THAT(view.HopsOf({HERE.address, 1}, {IpAddress::V4(10, 9, 9, 9), 80}), IsEmpty());
}

} // namespace
} // namespace mptcp
