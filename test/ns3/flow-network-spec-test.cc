// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Networks written in JSON: what is read, and what is said about mistakes.
#include "flow-network-spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ns3
{
namespace
{

using testing::ElementsAre;
using testing::HasSubstr;

FlowNetworkSpec
Read(const std::string& json)
{
    const auto parsed = ParseFlowNetwork(json);
    const auto* problem = std::get_if<std::string>(&parsed);
    EXPECT_EQ(problem, nullptr) << *problem;
    return problem ? FlowNetworkSpec{} : std::get<FlowNetworkSpec>(parsed);
}

TEST(FlowNetworkSpec, LinksInTheirOrderWithWhatIsLeftOut)
{
    const auto network = Read(R"({"links": {"Z": {"packetsPerSecond": 250.5},
        "A": {"packetsPerSecond": 1, "queuePackets": 7, "lossRate": 0.25, "queue": "red",
              "randomDropPackets": 3, "redMinimum": 2, "redMaximum": 5}},
        "flows": {"f": {"routes": [["A"]], "roundTrip": "1s"}}})");
    ASSERT_EQ(network.links.size(), 2U);
    EXPECT_EQ(network.links[0].name, "Z");
    EXPECT_DOUBLE_EQ(network.links[0].packetsPerSecond, 250.5);
    EXPECT_EQ(network.links[0].queuePackets, 100U);
    EXPECT_EQ(network.links[0].lossRate, 0);
    EXPECT_EQ(network.links[0].queue, PacketLinkSpec::Queue::DropTail);
    EXPECT_EQ(network.links[0].randomDropPackets, 0U);
    EXPECT_EQ(network.links[1].name, "A");
    EXPECT_EQ(network.links[1].queuePackets, 7U);
    EXPECT_DOUBLE_EQ(network.links[1].lossRate, 0.25);
    EXPECT_EQ(network.links[1].queue, PacketLinkSpec::Queue::Red);
    EXPECT_EQ(network.links[1].randomDropPackets, 3U);
    EXPECT_EQ(network.links[1].redMinimum, 2);
    EXPECT_EQ(network.links[1].redMaximum, 5);
}

TEST(FlowNetworkSpec, FlowsOverNamedLinks)
{
    const auto network = Read(R"({"links": {"A": {"packetsPerSecond": 1},
                                            "B": {"packetsPerSecond": 1}},
        "flows": {"both": {"routes": [["B"], ["A", "B"]], "roundTrip": ["100ms", "0.5s"]},
                  "tcp": {"routes": [["A"]], "roundTrip": "20ms", "protocol": "tcp", "users": 10}}})");
    ASSERT_EQ(network.flows.size(), 2U);
    const auto& both = network.flows[0];
    EXPECT_EQ(both.name, "both");
    EXPECT_TRUE(both.isMptcp);
    EXPECT_EQ(both.users, 1U);
    ASSERT_EQ(both.routes.size(), 2U);
    EXPECT_THAT(both.routes[0].links, ElementsAre(1));
    EXPECT_THAT(both.routes[1].links, ElementsAre(0, 1));
    EXPECT_EQ(both.routes[0].roundTrip, MilliSeconds(100));
    EXPECT_EQ(both.routes[1].roundTrip, MilliSeconds(500));
    const auto& tcp = network.flows[1];
    EXPECT_FALSE(tcp.isMptcp);
    EXPECT_EQ(tcp.users, 10U);
    EXPECT_EQ(tcp.routes.at(0).roundTrip, MilliSeconds(20));
}

struct Mistake
{
    std::string name;
    std::string json;
    std::string said;
};

class FlowNetworkMistake : public testing::TestWithParam<Mistake>
{
};

TEST_P(FlowNetworkMistake, IsNamed)
{
    const auto parsed = ParseFlowNetwork(GetParam().json);
    const auto* problem = std::get_if<std::string>(&parsed);
    ASSERT_NE(problem, nullptr);
    EXPECT_THAT(*problem, HasSubstr(GetParam().said));
}

/// A network with one flow, or with one link, of which only this part differs.
std::string
WithFlow(const std::string& flow)
{
    return R"({"links": {"A": {"packetsPerSecond": 1}}, "flows": {"f": )" + flow + "}}";
}

std::string
WithLink(const std::string& link)
{
    return R"({"links": {"A": )" + link +
           R"(}, "flows": {"f": {"routes": [["A"]], "roundTrip": "1s"}}})";
}

INSTANTIATE_TEST_SUITE_P(
    All,
    FlowNetworkMistake,
    testing::Values(
        Mistake{"NotJson", "{\"links\"", "not a network in JSON"},
        Mistake{"NotAnObject", "[]", "network: must be an object"},
        Mistake{"UnknownKey", R"({"link": {}})", "unknown 'link'; did you mean 'links'?"},
        Mistake{"NoFlows", R"({"links": {}})", "there are no flows"},
        Mistake{"LinkWithoutRate", WithLink("{}"), "link A: packetsPerSecond must be given"},
        Mistake{"RateAsText", WithLink(R"({"packetsPerSecond": "1"})"), "must be a number"},
        Mistake{"NoQueue",
                WithLink(R"({"packetsPerSecond": 1, "queuePackets": 0})"),
                "queuePackets must be a whole number from 1"},
        Mistake{"HalfAPlace",
                WithLink(R"({"packetsPerSecond": 1, "queuePackets": 2.5})"),
                "must be a whole number"},
        Mistake{"UnknownQueue",
                WithLink(R"({"packetsPerSecond": 1, "queue": "codel"})"),
                R"(queue must be "drop-tail" or "red")"},
        Mistake{"EverythingLost",
                WithLink(R"({"packetsPerSecond": 1, "lossRate": 1})"),
                "lossRate must be from 0 to below 1"},
        Mistake{"NoRoutes", WithFlow(R"({"roundTrip": "1s"})"), "flow f: routes must be"},
        Mistake{"EmptyRoute",
                WithFlow(R"({"routes": [[]], "roundTrip": "1s"})"),
                "a route must be"},
        Mistake{"UnknownLink",
                WithFlow(R"({"routes": [["B"]], "roundTrip": "1s"})"),
                R"(flow f: there is no link "B")"},
        Mistake{"NoRoundTrip", WithFlow(R"({"routes": [["A"]]})"), "roundTrip must be a text"},
        Mistake{"RoundTripWithoutUnit",
                WithFlow(R"({"routes": [["A"]], "roundTrip": "100"})"),
                "roundTrip must be a text"},
        Mistake{"TooManyRoundTrips",
                WithFlow(R"({"routes": [["A"]], "roundTrip": ["1s", "2s"]})"),
                "as many as there are routes"},
        Mistake{"UnknownProtocol",
                WithFlow(R"({"routes": [["A"]], "roundTrip": "1s", "protocol": "sctp"})"),
                R"(protocol must be "mptcp" or "tcp")"},
        Mistake{"TcpOverTwoRoutes",
                WithFlow(R"({"routes": [["A"], ["A"]], "roundTrip": "1s", "protocol": "tcp"})"),
                "TCP takes exactly one route"},
        Mistake{"NoUsers",
                WithFlow(R"({"routes": [["A"]], "roundTrip": "1s", "users": 0})"),
                "users must be a whole number from 1"}),
    [](const auto& row) { return row.param.name; });

} // namespace
} // namespace ns3
