// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Links that serve packets, and flows over them.
#include "flow-network.h"
#include "simulation-fixture.h"

#include "ns3/config.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ns3
{
namespace
{

using testing::ElementsAre;

/// Notes when packets come out of a link.
class Exit : public PacketLink::Onward
{
  public:
    void Leave(Ptr<Packet> /* packet */, std::size_t hop) override
    {
        milliseconds.push_back(Simulator::Now().GetMilliSeconds());
        lastHop = hop;
    }

    std::vector<int64_t> milliseconds;
    std::size_t lastHop{0};
};

class PacketLinkTest : public SimulationTest
{
  protected:
    static PacketLinkSpec Spec()
    {
        PacketLinkSpec spec;
        spec.packetsPerSecond = 100;
        spec.queuePackets = 2;
        return spec;
    }

    /// Lets so many packets in at once, lets the link empty, and says how many it dropped.
    static uint64_t Fill(PacketLink& link, Exit& exit, int packets)
    {
        const auto before = link.Count().dropped;
        for (int i = 0; i < packets; ++i)
        {
            link.Enter(Create<Packet>(1500), exit, 3);
        }
        Simulator::Run();
        return link.Count().dropped - before;
    }
};

TEST_F(PacketLinkTest, ServesOnePacketAfterTheOtherAtItsRate)
{
    PacketLink link(Spec(), 1);
    Exit exit;
    link.Enter(Create<Packet>(1500), exit, 3);
    link.Enter(Create<Packet>(40), exit, 3); // as long as a full one
    Simulator::Schedule(MilliSeconds(55),
                        &PacketLink::Enter,
                        &link,
                        Create<Packet>(9),
                        std::ref(exit),
                        3);
    Simulator::Run();
    EXPECT_THAT(exit.milliseconds, ElementsAre(10, 20, 65));
    EXPECT_EQ(exit.lastHop, 3U);
}

TEST_F(PacketLinkTest, DropsWhatFindsTheQueueFull)
{
    PacketLink link(Spec(), 1);
    Exit exit;
    EXPECT_EQ(Fill(link, exit, 5), 2U); // one is being sent, two wait
    EXPECT_EQ(exit.milliseconds.size(), 3U);
    EXPECT_EQ(link.Count().entered, 5U);
}

TEST_F(PacketLinkTest, LosesItsShareAtRandom)
{
    auto spec = Spec();
    spec.lossRate = 0.2;
    PacketLink link(spec, 1);
    Exit exit;
    uint64_t lost = 0;
    for (int i = 0; i < 2000; ++i)
    {
        lost += Fill(link, exit, 1); // never a queue
    }
    // Binomial with 2000 trials: standard deviation 18; four of them.
    EXPECT_NEAR(static_cast<double>(lost), 400, 72);
}

TEST_F(PacketLinkTest, TheEndOfTheQueueRefusesEveryTenthAtRandom)
{
    auto spec = Spec();
    spec.queuePackets = 10;
    spec.randomDropPackets = 5;
    PacketLink link(spec, 1);
    Exit exit;
    // One is sent, six find at most five waiting and are safe.
    EXPECT_EQ(Fill(link, exit, 7), 0U);
    uint64_t lost = 0;
    for (int i = 0; i < 1000; ++i)
    {
        lost += Fill(link, exit, 8);
    }
    EXPECT_NEAR(static_cast<double>(lost), 100, 38); // of 1000 that found six waiting; 4 x 9.5
}

TEST_F(PacketLinkTest, RedDropsBeforeTheQueueIsFull)
{
    auto spec = Spec();
    spec.queuePackets = 1000;
    spec.queue = PacketLinkSpec::Queue::Red;
    spec.redMinimum = 5;
    spec.redMaximum = 15;
    PacketLink link(spec, 1);
    Exit exit;
    EXPECT_EQ(Fill(link, exit, 5), 0U);
    // Its mean passes the maximum: 500 packets with a weight of 0.002 and up.
    EXPECT_GT(Fill(link, exit, 900), 0U);
}

class FlowNetworkTest : public SimulationTest
{
  protected:
    /// Runs a network for 20 s, of which the first 10 do not count.
    void Run(const std::string& json, const std::string& congestionControl = "ns3::MptcpLia")
    {
        Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(4'000'000));
        Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(4'000'000));
        Config::SetDefault("ns3::TcpSocket::SegmentSize",
                           UintegerValue(MptcpHelper::SegmentBytesFor(1500, false)));
        const auto parsed = ParseFlowNetwork(json);
        ASSERT_TRUE(std::holds_alternative<FlowNetworkSpec>(parsed))
            << std::get<std::string>(parsed);
        MptcpHelper mptcp;
        mptcp.SetCongestionControl(congestionControl);
        m_network.emplace(std::get<FlowNetworkSpec>(parsed), mptcp, MilliSeconds(100));
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        const auto before = Counts();
        Simulator::Stop(Seconds(10));
        Simulator::Run();
        m_rates = Counts();
        for (std::size_t i = 0; i < m_rates.size(); ++i)
        {
            m_rates[i] = (m_rates[i] - before[i]) / 10;
        }
    }

    /// Full segments that applications of each flow have received.
    std::vector<double> Counts()
    {
        std::vector<double> counts;
        for (std::size_t flow = 0; flow < m_network->Spec().flows.size(); ++flow)
        {
            counts.push_back(static_cast<double>(m_network->ReceivedBytes(flow)) /
                             MptcpHelper::SegmentBytesFor(1500, false));
        }
        return counts;
    }

    std::optional<FlowNetwork> m_network;
    std::vector<double> m_rates; //!< of each flow, segments per second
};

TEST_F(FlowNetworkTest, OneTcpGetsItsLink)
{
    Run(R"({"links": {"A": {"packetsPerSecond": 200, "queuePackets": 20}},
            "flows": {"f": {"routes": [["A"]], "roundTrip": "100ms", "protocol": "tcp"}}})");
    EXPECT_NEAR(m_rates[0], 200, 4);
}

TEST_F(FlowNetworkTest, ASubflowPerRouteAndTheSmallestLinkOfEach)
{
    Run(R"({"links": {"A": {"packetsPerSecond": 200, "queuePackets": 20},
                      "B": {"packetsPerSecond": 300, "queuePackets": 20},
                      "C": {"packetsPerSecond": 100, "queuePackets": 20}},
            "flows": {"f": {"routes": [["A"], ["B", "C"]], "roundTrip": "40ms"}}})",
        "ns3::TcpNewReno");
    EXPECT_NEAR(m_rates[0], 300, 15);
    // Nothing takes the other's way: what came over a route is what its last link sent.
    // But for the 21 that may wait or be on their way out of a link.
    const auto sent = [this](std::size_t link) {
        return static_cast<double>(m_network->Count(link).entered - m_network->Count(link).dropped);
    };
    EXPECT_NEAR(static_cast<double>(m_network->RoutePackets(0, 0)), sent(0), 21);
    EXPECT_NEAR(static_cast<double>(m_network->RoutePackets(0, 1)), sent(2), 21);
    EXPECT_GT(m_network->RoutePackets(0, 1), 1500U);
}

TEST_F(FlowNetworkTest, UsersShareTheirLink)
{
    Run(R"({"links": {"A": {"packetsPerSecond": 400, "queuePackets": 40, "randomDropPackets": 10}},
            "flows": {"tcp": {"routes": [["A"]], "roundTrip": "50ms", "protocol": "tcp", "users": 3},
                      "one": {"routes": [["A"]], "roundTrip": "50ms"}}})");
    EXPECT_NEAR(m_rates[0] + m_rates[1], 400, 10);
    EXPECT_GT(m_rates[0], m_rates[1]);
    EXPECT_GT(m_rates[1], 20);
}

} // namespace
} // namespace ns3
