// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The rules of draft-handley-mptcp-routing-00, numbered as there.
#include "routing/host-routing-table.h"
#include "routing/ingress-filter.h"
#include "routing/passive-open.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace mptcp
{
namespace
{

// The host of the figure in draft 2: two interfaces, a1 by one ISP with router R1, a2 by another
// with R2; the third ISP has no address for it. B is far away.
const IpAddress A1 = IpAddress::V4(10, 1, 0, 2);
const IpAddress R1 = IpAddress::V4(10, 1, 0, 1);
const IpAddress R1B = IpAddress::V4(10, 1, 0, 3); // another router of the first subnet
const IpAddress A2 = IpAddress::V4(10, 2, 0, 2);
const IpAddress R2 = IpAddress::V4(10, 2, 0, 1);
const IpAddress R2B = IpAddress::V4(10, 2, 0, 3); // another router of the second subnet
const IpAddress R3 = IpAddress::V4(10, 3, 0, 1);
const IpAddress B = IpAddress::V4(192, 0, 2, 7);
const IpAddress FOREIGN = IpAddress::V4(198, 51, 100, 1);
const IpAddress NONE{};
const IpPrefix ANYWHERE{IpAddress::V4(0, 0, 0, 0), 0};
const IpPrefix NET_B{IpAddress::V4(192, 0, 2, 0), 24};

HostRoute
Default(const IpAddress& nextHop, uint32_t interface, uint32_t metric)
{
    return {ANYWHERE, nextHop, interface, metric};
}

HostRoute
ToNetB(const IpAddress& nextHop, uint32_t interface, uint32_t metric)
{
    return {NET_B, nextHop, interface, metric};
}

HostRoutingTable
HostWith(const std::vector<HostRoute>& routes, HostModel model = HostModel::Idealised)
{
    HostRoutingTable table(model);
    table.AddAddress(1, A1, 24);
    table.AddAddress(2, A2, 24);
    for (const HostRoute& route : routes)
    {
        table.AddRoute(route);
    }
    return table;
}

// ---- forwarding (draft 3) ----

struct ForwardingRow
{
    std::string name;
    HostModel model;
    std::vector<HostRoute> routes;
    IpAddress source;
    IpAddress destination;
    Forwarding::Outcome outcome;
    IpAddress nextHop; //!< unspecified: on the link, or not sent
};

std::ostream&
operator<<(std::ostream& os, const ForwardingRow& row)
{
    return os << row.name;
}

template <typename Row>
std::string
NameOf(const ::testing::TestParamInfo<Row>& info)
{
    return info.param.name;
}

class ForwardingRule : public ::testing::TestWithParam<ForwardingRow>
{
};

TEST_P(ForwardingRule, Holds)
{
    const ForwardingRow& row = GetParam();
    const HostRoutingTable table = HostWith(row.routes, row.model);
    const Forwarding found = table.Forward(row.source, row.destination);
    ASSERT_EQ(found.outcome, row.outcome);
    ASSERT_EQ(found.route != nullptr, row.outcome == Forwarding::Outcome::Send);
    if (found.route != nullptr)
    {
        EXPECT_EQ(found.route->nextHop, row.nextHop);
    }
}

constexpr auto SEND = Forwarding::Outcome::Send;
constexpr auto NO_ROUTE = Forwarding::Outcome::NoRoute;
constexpr auto NOT_FROM_THERE = Forwarding::Outcome::NoRouteForSource;
constexpr auto IDEAL = HostModel::Idealised;
constexpr auto IDEAL_STRONG = HostModel::IdealisedStrong;

const std::vector<ForwardingRow> FORWARDING{
    // Several routes for one prefix, told apart by the source.
    {"FirstOfTwoDefaults", IDEAL, {Default(R1, 1, 1), Default(R2, 2, 2)}, A1, B, SEND, R1},
    {"SecondOfTwoDefaults", IDEAL, {Default(R1, 1, 1), Default(R2, 2, 2)}, A2, B, SEND, R2},
    // Rule 1: what is not of the longest prefix is out before sources are looked at.
    {"LongerPrefixBeforeSource", IDEAL, {Default(R1, 1, 1), ToNetB(R2, 2, 9)}, A1, B, SEND, R2},
    {"LongerPrefixBeforeMetric", IDEAL, {Default(R1, 1, 1), ToNetB(R1B, 1, 9)}, A1, B, SEND, R1B},
    {"OtherPrefixDoesNotMatch", IDEAL, {ToNetB(R1, 1, 1)}, A1, FOREIGN, NO_ROUTE, NONE},
    // Rule 2.
    {"NoRouteIsADrop", IDEAL, {}, A1, B, NO_ROUTE, NONE},
    // Rule 3: none on the subnet of the source.
    {"NoneForTheSource", IDEAL, {Default(R1, 1, 5), Default(R3, 1, 4)}, A2, B, SEND, R3},
    {"SourceOfNoInterface", IDEAL, {Default(R1, 1, 2), Default(R2, 2, 1)}, FOREIGN, B, SEND, R2},
    // Rule 3, the other form.
    {"NoneForTheSourceIsADrop", IDEAL_STRONG, {Default(R1, 1, 5)}, A2, B, NOT_FROM_THERE, NONE},
    {"StrongFormFindsTheSource",
     IDEAL_STRONG,
     {Default(R1, 1, 1), Default(R2, 2, 2)},
     A2,
     B,
     SEND,
     R2},
    {"StrongFormHasRule2", IDEAL_STRONG, {}, A2, B, NO_ROUTE, NONE},
    // Rule 4: of those on the subnet the lowest metric.
    {"LowestMetricOnTheSubnet",
     IDEAL,
     {Default(R1, 1, 1), Default(R2, 2, 7), Default(R2B, 2, 6)},
     A2,
     B,
     SEND,
     R2B},
    {"OldestOfEqualMetrics", IDEAL, {Default(R2, 2, 3), Default(R2B, 2, 3)}, A2, B, SEND, R2},
    // The subnet itself needs no router.
    {"NeighbourIsOnTheLink", IDEAL, {Default(R1, 1, 1)}, A1, R1, SEND, NONE},
    // What hosts do today.
    {"WeakHostIgnoresTheSource",
     HostModel::WeakHost,
     {Default(R1, 1, 1), Default(R2, 2, 2)},
     A2,
     B,
     SEND,
     R1},
    {"StrongHostRefusesAnotherInterface",
     HostModel::StrongHost,
     {Default(R1, 1, 1), Default(R2, 2, 2)},
     A2,
     B,
     NOT_FROM_THERE,
     NONE},
    {"StrongHostSendsFromItsInterface",
     HostModel::StrongHost,
     {Default(R1, 1, 1), Default(R2, 2, 2)},
     A1,
     B,
     SEND,
     R1},
    // Draft 4.1: an unbound socket asks before it has a source.
    {"UnboundTakesTheLowestMetric",
     IDEAL_STRONG,
     {Default(R1, 1, 9), Default(R2, 2, 2)},
     NONE,
     B,
     SEND,
     R2},
};

INSTANTIATE_TEST_SUITE_P(Draft3,
                         ForwardingRule,
                         ::testing::ValuesIn(FORWARDING),
                         NameOf<ForwardingRow>);

TEST(HostRouting, TwoRoutesOfOnePrefixNeedDifferentNextHops)
{
    HostRoutingTable table = HostWith({Default(R1, 1, 1)});
    EXPECT_TRUE(table.AddRoute(Default(R2, 2, 1)));
    EXPECT_FALSE(table.AddRoute(Default(R1, 1, 5)));
}

TEST(HostRouting, InterfaceThatIsDownHasNoRoutes)
{
    HostRoutingTable table = HostWith({Default(R1, 1, 1), Default(R2, 2, 2)});
    table.SetInterfaceUp(1, false);
    EXPECT_EQ(table.Forward(A1, B).route->nextHop, R2);
    table.SetInterfaceUp(1, true);
    EXPECT_EQ(table.Forward(A1, B).route->nextHop, R1);
}

TEST(HostRouting, AddressThatGoesTakesItsSubnetAlong)
{
    HostRoutingTable table = HostWith({});
    EXPECT_EQ(table.Forward(A1, R1).outcome, SEND);
    table.RemoveAddress(1, A1);
    EXPECT_EQ(table.Forward(A1, R1).outcome, NO_ROUTE);
}

TEST(HostRouting, SubnetStaysWhileAnotherAddressIsInIt)
{
    HostRoutingTable table = HostWith({});
    table.AddAddress(1, IpAddress::V4(10, 1, 0, 9), 24);
    table.RemoveAddress(1, A1);
    EXPECT_EQ(table.Forward(IpAddress::V4(10, 1, 0, 9), R1).outcome, SEND);
}

TEST(HostRouting, BoundToAnInterfaceTakesItsRoutesOnly)
{
    const HostRoutingTable table = HostWith({Default(R1, 1, 1), Default(R2, 2, 2)});
    EXPECT_EQ(table.Forward(NONE, B, 2).route->nextHop, R2);
    EXPECT_EQ(table.Forward(NONE, B, 3).outcome, NO_ROUTE);
}

/// Draft 4.1: an unbound socket gets the address from the subnet of the next hop.
TEST(HostRouting, SourceIsOnTheSubnetOfTheNextHop)
{
    HostRoutingTable table = HostWith({Default(R2, 2, 2)});
    table.AddAddress(2, IpAddress::V4(10, 9, 0, 2), 24);
    EXPECT_EQ(table.SourceFor(table.Routes().at(2), B), A2);
}

/// Draft 3.1: a further subflow changes no route of another.
TEST(HostRouting, ChoosingFurtherSourcesMovesNoSubflow)
{
    const HostRoutingTable table =
        HostWith({Default(R1, 1, 1), Default(R2, 2, 1), Default(R2B, 2, 1)});
    std::vector<IpAddress> used;
    for (int i = 0; i < 3; ++i)
    {
        EXPECT_EQ(table.Forward(A1, B).route->nextHop, R1);
        EXPECT_EQ(table.Forward(A2, B).route->nextHop, R2);
        used.push_back(table.ChooseSource(B, used).local);
    }
}

// ---- the address of a new subflow (draft 4.1) ----

struct SourceRow
{
    std::string name;
    std::vector<HostRoute> routes;
    std::vector<IpAddress> used;
    SourceChoice::Outcome outcome;
    IpAddress local;
};

std::ostream&
operator<<(std::ostream& os, const SourceRow& row)
{
    return os << row.name;
}

class SourceRule : public ::testing::TestWithParam<SourceRow>
{
};

TEST_P(SourceRule, Holds)
{
    const SourceRow& row = GetParam();
    const SourceChoice choice = HostWith(row.routes).ChooseSource(B, row.used);
    ASSERT_EQ(choice.outcome, row.outcome);
    EXPECT_EQ(choice.local, row.local);
}

constexpr auto FOUND = SourceChoice::Outcome::Found;
constexpr auto UNREACHABLE = SourceChoice::Outcome::Unreachable;
constexpr auto EXHAUSTED = SourceChoice::Outcome::Exhausted;

const std::vector<SourceRow> SOURCES{
    // Rule 1: a shorter prefix offers no further address.
    {"ShorterPrefixIsOut", {Default(R1, 1, 1), ToNetB(R2, 2, 9)}, {A2}, EXHAUSTED, NONE},
    {"LongerPrefixBeforeMetric", {Default(R1, 1, 1), ToNetB(R2, 2, 9)}, {}, FOUND, A2},
    // Rule 2.
    {"NoRoute", {}, {A1}, UNREACHABLE, NONE},
    // Rule 3: routes on the subnet of an address in use are out.
    {"SubnetInUseIsOut", {Default(R1, 1, 1), Default(R2, 2, 2)}, {A1}, FOUND, A2},
    {"AllRoutersOfTheSubnetAreOut",
     {Default(R2, 2, 1), Default(R2B, 2, 2), Default(R1, 1, 9)},
     {A2},
     FOUND,
     A1},
    {"AddressOfNoSubnetTakesNothing", {Default(R1, 1, 1)}, {FOREIGN}, FOUND, A1},
    // Rule 4.
    {"NoneRemains", {Default(R1, 1, 1), Default(R2, 2, 2)}, {A1, A2}, EXHAUSTED, NONE},
    {"AddressWithoutARouteIsNeverChosen", {Default(R1, 1, 1)}, {A1}, EXHAUSTED, NONE},
    // Rule 5: lowest metric, and the address on the subnet of that router.
    {"LowestMetric", {Default(R1, 1, 5), Default(R2, 2, 2)}, {}, FOUND, A2},
    {"RouterOffAllSubnetsGivesNoAddress", {Default(R3, 1, 1), Default(R2, 2, 2)}, {}, FOUND, A2},
};

INSTANTIATE_TEST_SUITE_P(Draft41, SourceRule, ::testing::ValuesIn(SOURCES), NameOf<SourceRow>);

// ---- passive opens (draft 4.2) ----

TEST(HostRouting, CongruentIfTheWayBackLeavesByTheSubnet)
{
    EXPECT_EQ(HostWith({Default(R1, 1, 1), Default(R2, 2, 2)}).CongruenceOf(A2, B),
              Congruence::Congruent);
    EXPECT_EQ(HostWith({Default(R1, 1, 1)}).CongruenceOf(A2, B), Congruence::Incongruent);
    EXPECT_EQ(HostWith({Default(R2, 2, 1), ToNetB(R1, 1, 1)}).CongruenceOf(A2, B),
              Congruence::Incongruent)
        << "only active routes count, those of the longest prefix";
    EXPECT_EQ(HostWith({}).CongruenceOf(A2, B), Congruence::NoRoute);
}

struct PassiveRow
{
    std::string name;
    PassiveOpen syn;
    PassiveVerdict verdict;
};

std::ostream&
operator<<(std::ostream& os, const PassiveRow& row)
{
    return os << row.name;
}

class PassiveRule : public ::testing::TestWithParam<PassiveRow>
{
};

TEST_P(PassiveRule, Holds)
{
    EXPECT_EQ(JudgePassiveOpen(GetParam().syn), GetParam().verdict);
}

constexpr auto CONGRUENT = Congruence::Congruent;
constexpr auto INCONGRUENT = Congruence::Incongruent;

const std::vector<PassiveRow> PASSIVE{
    {"Congruent", {CONGRUENT, false, false, true}, PassiveVerdict::Accept},
    {"CongruentWhateverTheHostPrefers", {CONGRUENT, true, true, false}, PassiveVerdict::Accept},
    {"NoRouteAtAll", {Congruence::NoRoute, false, false, true}, PassiveVerdict::Reject},
    {"NoRouteAtAllForAJoin", {Congruence::NoRoute, true, false, true}, PassiveVerdict::Reject},
    {"JoinBesideACongruentSubflow", {INCONGRUENT, true, true, true}, PassiveVerdict::Reject},
    {"JoinWithoutOne", {INCONGRUENT, true, false, true}, PassiveVerdict::AcceptAndOpen},
    {"NewConnection", {INCONGRUENT, false, false, true}, PassiveVerdict::AcceptAndOpen},
    {"NewConnectionIfTheHostDropsThem", {INCONGRUENT, false, false, false}, PassiveVerdict::Reject},
    {"JoinIfTheHostDropsThem", {INCONGRUENT, true, false, false}, PassiveVerdict::Reject},
};

INSTANTIATE_TEST_SUITE_P(Draft42, PassiveRule, ::testing::ValuesIn(PASSIVE), NameOf<PassiveRow>);

// ---- IPv6: routers with link-local addresses (draft 6) ----

const IpAddress A1V6 = IpAddress::V6({0x20, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2});
const IpAddress A2V6 = IpAddress::V6({0x20, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2});
const IpAddress B_V6 = IpAddress::V6({0x20, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7});
const IpAddress ROUTER = IpAddress::V6({0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
const IpAddress ROUTER2 = IpAddress::V6({0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5});
const IpPrefix ANYWHERE_V6{IpAddress::V6({}), 0};

/// One interface with two prefixes and two routers, as behind a switch (draft 5.2.1).
HostRoutingTable
Ipv6Host()
{
    HostRoutingTable table;
    table.AddAddress(1, A1V6, 64);
    table.AddAddress(1, A2V6, 64);
    table.AddRoute({ANYWHERE_V6, ROUTER, 1, 1});
    table.AddRoute({ANYWHERE_V6, ROUTER2, 1, 2});
    return table;
}

TEST(RouterBinding, WithoutOneTheRouterIsOnNoSubnet)
{
    const HostRoutingTable table = Ipv6Host();
    EXPECT_EQ(table.CongruenceOf(A2V6, B_V6), Congruence::Incongruent);
    EXPECT_EQ(table.Forward(A2V6, B_V6).route->nextHop, ROUTER); // rule 3
}

TEST(RouterBinding, TellsWhichRouterTakesWhichSource)
{
    HostRoutingTable table = Ipv6Host();
    table.Bind(1, ROUTER, {A1V6, 64});
    table.Bind(1, ROUTER2, {A2V6, 64});
    EXPECT_EQ(table.Forward(A1V6, B_V6).route->nextHop, ROUTER);
    EXPECT_EQ(table.Forward(A2V6, B_V6).route->nextHop, ROUTER2);
    EXPECT_EQ(table.CongruenceOf(A2V6, B_V6), Congruence::Congruent);
    EXPECT_EQ(table.ChooseSource(B_V6, {A1V6}).local, A2V6);
    EXPECT_EQ(table.ChooseSource(B_V6, {A1V6, A2V6}).outcome, EXHAUSTED);
}

TEST(RouterBinding, OneRouterMayServeTwoPrefixes)
{
    HostRoutingTable table = Ipv6Host();
    table.Bind(1, ROUTER2, {A1V6, 64});
    table.Bind(1, ROUTER2, {A2V6, 64});
    EXPECT_EQ(table.Forward(A1V6, B_V6).route->nextHop, ROUTER2);
    EXPECT_EQ(table.Forward(A2V6, B_V6).route->nextHop, ROUTER2);
}

TEST(RouterBinding, IsOfOneInterface)
{
    HostRoutingTable table = Ipv6Host();
    table.Bind(2, ROUTER2, {A2V6, 64}); // the same link-local address, on another link
    EXPECT_EQ(table.CongruenceOf(A2V6, B_V6), Congruence::Incongruent);
}

TEST(RouterBinding, Ends)
{
    HostRoutingTable table = Ipv6Host();
    table.Bind(1, ROUTER2, {A2V6, 64});
    table.Unbind(1, ROUTER2, {A2V6, 64});
    EXPECT_EQ(table.CongruenceOf(A2V6, B_V6), Congruence::Incongruent);
}

// ---- prefixes and ingress filters ----

TEST(IpPrefixContains, WholeAndBrokenBytes)
{
    const IpPrefix odd{IpAddress::V4(10, 128, 0, 0), 9};
    EXPECT_TRUE(odd.Contains(IpAddress::V4(10, 255, 1, 1)));
    EXPECT_FALSE(odd.Contains(IpAddress::V4(10, 127, 1, 1)));
    EXPECT_FALSE(odd.Contains(IpAddress::V4(11, 128, 0, 0)));
    EXPECT_TRUE((IpPrefix{A1, 32}.Contains(A1)));
    EXPECT_FALSE((IpPrefix{A1, 32}.Contains(R1)));
    EXPECT_FALSE(ANYWHERE.Contains(A1V6)) << "another family";
}

/// RFC 2827 3: the example of the customer with 204.69.207.0/24.
TEST(IngressFiltering, LetsOnlyTheCustomersIn)
{
    IngressFilter filter;
    filter.Allow({IpAddress::V4(204, 69, 207, 0), 24});
    EXPECT_TRUE(filter.Pass(IpAddress::V4(204, 69, 207, 9)));
    EXPECT_FALSE(filter.Pass(IpAddress::V4(204, 69, 208, 9)));
    EXPECT_FALSE(filter.Pass(A1V6));
    filter.Allow({A1V6, 64});
    EXPECT_TRUE(filter.Pass(A1V6));
    EXPECT_EQ(filter.PassedPackets(), 2U);
    EXPECT_EQ(filter.DroppedPackets(), 2U);
}

} // namespace
} // namespace mptcp
