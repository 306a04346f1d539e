// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Data centres: forwarding switches against stock IP routers, and what hosts get over either.
#include "core/routing/bcube.h"
#include "core/routing/ecmp-table.h"
#include "fabric-network.h"
#include "fabric-traffic.h"
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "routing/mptcp-flow-routing.h"
#include "routing/mptcp-forwarding-switch.h"
#include "routing/mptcp-switch-port.h"
#include "simulation-fixture.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/ipv4-header.h"
#include "ns3/node-list.h"
#include "ns3/pointer.h"
#include "ns3/simple-channel.h"
#include "ns3/simple-net-device.h"
#include "ns3/udp-header.h"
#include "ns3/uinteger.h"

#include <gmock/gmock.h>
#include <memory>
#include <set>
#include <tuple>

namespace ns3
{
namespace
{

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::SizeIs;

constexpr const char* TCP = "ns3::TcpSocketFactory";
constexpr const char* MPTCP = "ns3::MptcpSocketFactory";

class FabricNetworkTest : public SimulationTest
{
  protected:
    /// What can be seen of a run from outside.
    struct Seen
    {
        std::vector<std::tuple<uint64_t, uint64_t, uint64_t>> links; //!< packets, bytes, drops
        std::vector<uint64_t> flows;                                 //!< bytes received
        uint64_t drops{0};

        friend bool operator==(const Seen& a, const Seen& b)
        {
            return a.links == b.links && a.flows == b.flows;
        }
    };

    static Ptr<UniformRandomVariable> Random()
    {
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(1);
        return random;
    }

    static Seen Look(const FabricNetwork& network, const FabricTraffic& traffic)
    {
        Seen seen;
        for (std::size_t link = 0; link < network.Plan().links.size(); ++link)
        {
            for (const bool isUpwards : {true, false})
            {
                const auto count = network.Count(link, isUpwards);
                seen.links.emplace_back(count.packets, count.bytes, count.dropped);
                seen.drops += count.dropped;
            }
        }
        for (std::size_t flow = 0; flow < traffic.Flows().size(); ++flow)
        {
            seen.flows.push_back(traffic.ReceivedBytes(flow));
        }
        return seen;
    }

    /// A simulator as new, with hosts whose buffers and timeouts suit a data centre.
    static void Prepare()
    {
        Clean();
        Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1'000'000));
        Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1'000'000));
        Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1400));
        Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
    }

    /// A permutation.
    static Seen Permute(const mptcp::Fabric& fabric,
                        const std::string& factory,
                        const FabricNetworkOptions& options,
                        Time duration)
    {
        Prepare();
        FabricNetwork network(fabric, options);
        MptcpHelper mptcp;
        mptcp.SetPathManager("ns3::MptcpNDiffPorts", "Subflows", UintegerValue(4));
        mptcp.Install(network.Hosts());
        MptcpHelper::AssignStreams(network.Hosts(), 100);
        FabricTraffic traffic(network, 1400);
        for (const auto& [source, destination] : PermutationTraffic(fabric.hosts, Random()))
        {
            FabricTraffic::Flow flow;
            flow.source = source;
            flow.destination = destination;
            flow.factory = factory;
            flow.start = MicroSeconds(source * 10);
            traffic.Add(flow);
        }
        Simulator::Stop(duration);
        Simulator::Run();
        return Look(network, traffic);
    }

    /// The same over a network whose queues overflow soon.
    static Seen Overflow(const mptcp::Fabric& fabric,
                         const std::string& factory,
                         bool hasRouters,
                         bool hasStockPorts = false)
    {
        FabricNetworkOptions options;
        options.queuePackets = 20;
        options.hasRouters = hasRouters;
        options.hasStockPorts = hasStockPorts;
        return Permute(fabric, factory, options, MilliSeconds(100));
    }
};

class SwitchOrRouter : public FabricNetworkTest, public ::testing::WithParamInterface<const char*>
{
};

TEST_P(SwitchOrRouter, TheSamePacketsTakeTheSameWaysAndAreDroppedAlike)
{
    const auto fabric = mptcp::MakeFatTree(4, 5);
    const Seen switched = Overflow(fabric, GetParam(), false);
    const Seen routed = Overflow(fabric, GetParam(), true);
    EXPECT_TRUE(switched == routed);
    EXPECT_TRUE(switched == Overflow(fabric, GetParam(), false, true)) << "with stock devices";
    EXPECT_GT(switched.drops, 0U);
    EXPECT_THAT(switched.flows, Each(Gt(0U)));
}

INSTANTIATE_TEST_SUITE_P(Transports, SwitchOrRouter, ::testing::Values(TCP, MPTCP));

TEST_F(FabricNetworkTest, InVl2SwitchesAndRoutersAreTheSameToo)
{
    const auto fabric = mptcp::MakeVl2(4, 4, 5);
    EXPECT_TRUE(Overflow(fabric, TCP, false) == Overflow(fabric, TCP, true));
}

TEST_F(FabricNetworkTest, SwitchesHaveStockDevicesIfAskedFor)
{
    for (const bool hasStockPorts : {false, true})
    {
        Clean();
        FabricNetworkOptions options;
        options.hasStockPorts = hasStockPorts;
        FabricNetwork network(mptcp::MakeFatTree(4, 5), options);
        const auto device = NodeList::GetNode(network.Plan().hosts)->GetDevice(0);
        EXPECT_EQ(DynamicCast<MptcpSwitchPort>(device) == nullptr, hasStockPorts);
    }
}

TEST_F(FabricNetworkTest, AnotherSeedOfTheSwitchesGivesOtherPaths)
{
    EXPECT_FALSE(Overflow(mptcp::MakeFatTree(4, 5), TCP, false) ==
                 Overflow(mptcp::MakeFatTree(4, 6), TCP, false));
}

/// Where packets are dropped of what two hosts send to a third one on the same switch.
class HostQueues : public FabricNetworkTest
{
  protected:
    void Send(uint32_t hostPackets, uint32_t switchPackets)
    {
        Prepare();
        FabricNetworkOptions options;
        options.hostQueuePackets = hostPackets;
        options.queuePackets = switchPackets;
        const auto fabric = mptcp::MakeFatTree(6, 5);
        FabricNetwork network(fabric, options);
        FabricTraffic traffic(network, 1400);
        FabricTraffic::Flow flow;
        flow.destination = 2;
        flow.factory = TCP;
        traffic.Add(flow);
        flow.source = 1;
        traffic.Add(flow);
        Simulator::Stop(MilliSeconds(200));
        Simulator::Run();
        for (std::size_t link = 0; link < fabric.links.size(); ++link)
        {
            const bool isHost = fabric.links[link].tier == mptcp::FabricLink::Tier::Host;
            m_hostDrops += isHost ? network.Count(link, true).dropped : 0;
            m_switchDrops += isHost ? network.Count(link, false).dropped : 0;
        }
    }

    uint64_t m_hostDrops{0};
    uint64_t m_switchDrops{0};
};

TEST_F(HostQueues, AreShorterIfAskedFor)
{
    Send(5, 1000);
    EXPECT_GT(m_hostDrops, 0U);
    EXPECT_EQ(m_switchDrops, 0U);
}

TEST_F(HostQueues, LeaveThoseOfSwitchesAsTheyAre)
{
    Send(1000, 20);
    EXPECT_EQ(m_hostDrops, 0U);
    EXPECT_GT(m_switchDrops, 0U);
}

// A host that relays is a switch as well.
TEST_F(FabricNetworkTest, HostsThatRelayHaveTheQueuesOfSwitches)
{
    const auto drops = [](uint32_t hostPackets, uint32_t switchPackets) {
        Prepare();
        FabricNetworkOptions options;
        options.hostQueuePackets = hostPackets;
        options.queuePackets = switchPackets;
        FabricNetwork network(mptcp::MakeBcube(4, 2), options);
        FabricTraffic traffic(network, 1400);
        FabricTraffic::Flow flow;
        flow.destination = 7;
        flow.factory = TCP;
        traffic.Add(flow);
        Simulator::Stop(MilliSeconds(100));
        Simulator::Run();
        return network.Count(0, true).dropped + network.Count(1, true).dropped;
    };
    EXPECT_EQ(drops(5, 1000), 0U);
    EXPECT_GT(drops(1000, 5), 0U);
}

/// Four subflows of host 0 to host 15, in a FatTree where four paths join their pods.
class FatTreePaths : public FabricNetworkTest
{
  protected:
    static constexpr uint64_t DATA_PACKETS = 100; //!< more than a handshake and a few probes

    /// Links upwards to the cores that carry data, and the bytes received.
    static std::pair<int, uint64_t> Send(uint64_t seed, bool isDistinct)
    {
        Prepare();
        const auto fabric = mptcp::MakeFatTree(4, seed);
        FabricNetwork network(fabric, {});
        MptcpHelper mptcp;
        if (isDistinct)
        {
            mptcp.SetPathManager("ns3::MptcpDistinctPaths",
                                 "Subflows",
                                 UintegerValue(4),
                                 "Network",
                                 PointerValue(network.View()));
        }
        else
        {
            mptcp.SetPathManager("ns3::MptcpDistinctPaths", "Subflows", UintegerValue(4));
        }
        mptcp.Install(network.Hosts());
        FabricTraffic traffic(network, 1400);
        FabricTraffic::Flow flow;
        flow.destination = 15;
        flow.factory = MPTCP;
        traffic.Add(flow);
        Simulator::Stop(MilliSeconds(500));
        Simulator::Run();
        int used = 0;
        for (std::size_t link = 0; link < fabric.links.size(); ++link)
        {
            const auto& [lower, upper, tier, speed] = fabric.links[link];
            const bool isOfPod = fabric.nodes[lower.node].name.rfind("aggregation0", 0) == 0;
            used += tier == mptcp::FabricLink::Tier::Core && isOfPod &&
                    network.Count(link, true).packets > DATA_PACKETS;
        }
        return {used, traffic.ReceivedBytes(0)};
    }
};

TEST_F(FatTreePaths, AreDistinctForAHostThatSeesTheNetwork)
{
    for (const uint64_t seed : {1U, 2U, 3U})
    {
        const auto [used, bytes] = Send(seed, true);
        EXPECT_EQ(used, 4) << seed;
        EXPECT_GT(bytes, 5'000'000U) << seed;
    }
}

TEST_F(FatTreePaths, AreDrawnByFreePortsForOneThatDoesNot)
{
    int used = 0;
    for (const uint64_t seed : {1U, 2U, 3U})
    {
        used += Send(seed, false).first;
    }
    EXPECT_LT(used, 12);
    EXPECT_GE(used, 3);
}

class BcubeTransfer : public FabricNetworkTest
{
  protected:
    /// Host 0 to host 7 of 16: both digits differ. Counts what host 0 sends by each interface.
    std::vector<uint64_t> Send(const std::string& factory, bool hasRouters)
    {
        Prepare();
        FabricNetworkOptions options;
        options.hasRouters = hasRouters;
        FabricNetwork network(mptcp::MakeBcube(4, 2), options);
        MptcpHelper mptcp;
        mptcp.SetPathManager("ns3::MptcpBcubePaths");
        mptcp.Install(network.Hosts());
        FabricTraffic traffic(network, 1400);
        FabricTraffic::Flow flow;
        flow.destination = 7;
        flow.factory = factory;
        m_flow = traffic.Add(flow);
        Simulator::Stop(MilliSeconds(500));
        Simulator::Run();
        m_receivedBytes = traffic.ReceivedBytes(m_flow);
        return {network.Count(0, true).bytes, network.Count(1, true).bytes};
    }

    std::size_t m_flow{0};
    uint64_t m_receivedBytes{0};
};

TEST_F(BcubeTransfer, TcpUsesOneInterface)
{
    const auto sent = Send(TCP, false);
    EXPECT_EQ(std::min(sent[0], sent[1]), 0U);
    EXPECT_GT(m_receivedBytes, 5'000'000U); // of 6.25 MB that 100 Mb/s can carry
}

TEST_F(BcubeTransfer, MptcpUsesEachInterfaceToTheFull)
{
    EXPECT_THAT(Send(MPTCP, false), Each(Gt(5'000'000U)));
    EXPECT_GT(m_receivedBytes, 10'000'000U);
}

TEST_F(BcubeTransfer, SwitchesAndRoutersAreTheSame)
{
    const auto switched = Send(MPTCP, false);
    const auto bytes = m_receivedBytes;
    EXPECT_EQ(Send(MPTCP, true), switched);
    EXPECT_EQ(m_receivedBytes, bytes);
}

/// A switch with four devices; what it sends is taken from the other ends of their cables.
class ForwardingSwitchTest : public SimulationTest
{
  protected:
    void Build()
    {
        m_node = CreateObject<Node>();
        for (std::size_t i = 0; i < PORTS; ++i)
        {
            auto channel = CreateObject<SimpleChannel>();
            auto far = CreateObject<Node>();
            m_far.push_back(AddDevice(far, channel));
            AddDevice(m_node, channel);
            far->RegisterProtocolHandler(MakeCallback(&ForwardingSwitchTest::OnPacket, this),
                                         0,
                                         m_far.back());
        }
        auto table = std::make_shared<mptcp::EcmpTable>(mptcp::FlowHashKey{1, 2}, PORTS);
        table->Add({0x0a000000, 8, {1, 3}});
        m_switch = MptcpForwardingSwitch::Install(m_node, table);
    }

    static Ptr<SimpleNetDevice> AddDevice(Ptr<Node> node, Ptr<SimpleChannel> channel)
    {
        auto device = CreateObject<SimpleNetDevice>();
        device->SetAddress(Mac48Address::Allocate());
        device->SetChannel(channel);
        node->AddDevice(device);
        return device;
    }

    static Ipv4Header Header(uint8_t ttl)
    {
        Ipv4Header header;
        header.SetSource("192.0.2.1");
        header.SetDestination("10.1.2.3");
        header.SetProtocol(17);
        header.SetTtl(ttl);
        return header;
    }

    /// UDP from `port`, into port 0 of the switch. Where it came out, or -1.
    int Pass(uint16_t port, Ipv4Header header, uint16_t protocol = 0x0800)
    {
        auto packet = Create<Packet>(100);
        UdpHeader udp;
        udp.SetSourcePort(port);
        udp.SetDestinationPort(9);
        packet->AddHeader(udp);
        header.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
        packet->AddHeader(header);
        m_came = -1;
        m_far[0]->Send(packet, m_far[0]->GetBroadcast(), protocol);
        Simulator::Run();
        return m_came;
    }

    void OnPacket(Ptr<NetDevice> device,
                  Ptr<const Packet> packet,
                  uint16_t /* protocol */,
                  const Address& /* from */,
                  const Address& /* to */,
                  NetDevice::PacketType /* type */)
    {
        m_came = static_cast<int>(std::find(m_far.begin(), m_far.end(), device) - m_far.begin());
        m_packet = packet->Copy();
    }

    static constexpr uint32_t PORTS = 4;
    Ptr<Node> m_node;
    std::vector<Ptr<SimpleNetDevice>> m_far;
    Ptr<MptcpForwardingSwitch> m_switch;
    Ptr<Packet> m_packet;
    int m_came{-1};
};

TEST_F(ForwardingSwitchTest, SpreadsFlowsAndKeepsEachOnItsWay)
{
    Build();
    std::set<int> taken;
    for (uint16_t port = 0; port < 30; ++port)
    {
        const int way = Pass(port, Header(64));
        taken.insert(way);
        EXPECT_EQ(Pass(port, Header(64)), way);
    }
    EXPECT_THAT(taken, ElementsAre(1, 2, 3));
    EXPECT_EQ(m_switch->Forwarded(), 60U);
}

TEST_F(ForwardingSwitchTest, FragmentsGoByAddressesAndProtocol)
{
    Build();
    std::set<int> taken;
    for (uint16_t port = 0; port < 30; ++port)
    {
        Ipv4Header first = Header(64);
        first.SetMoreFragments();
        Ipv4Header last = Header(64);
        last.SetFragmentOffset(1480);
        taken.insert(Pass(port, first));
        taken.insert(Pass(port, last)); // its first bytes are no ports
    }
    EXPECT_THAT(taken, SizeIs(1));
}

TEST_F(ForwardingSwitchTest, TakesOneFromTheTimeToLive)
{
    Build();
    ASSERT_GT(Pass(1, Header(64)), 0);
    Ipv4Header header;
    m_packet->RemoveHeader(header);
    EXPECT_EQ(header.GetTtl(), 63);
    EXPECT_EQ(header.GetDestination(), Ipv4Address("10.1.2.3"));
    EXPECT_EQ(m_packet->GetSize(), 108U);
}

TEST_F(ForwardingSwitchTest, DropsWhatHasLivedLongEnough)
{
    Build();
    EXPECT_EQ(Pass(1, Header(1)), -1);
    EXPECT_EQ(m_switch->Expired(), 1U);
}

TEST_F(ForwardingSwitchTest, DropsWhatItHasNoWayFor)
{
    Build();
    Ipv4Header header = Header(64);
    header.SetDestination("11.0.0.1");
    EXPECT_EQ(Pass(1, header), -1);
    EXPECT_EQ(Pass(1, Header(64), 0x86dd), -1) << "IPv6";
    EXPECT_EQ(m_switch->Unroutable(), 2U);
}

TEST_F(ForwardingSwitchTest, KeepsTheChecksumRight)
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    Build();
    for (uint16_t id = 0; id < 3000; ++id) // with every carry that the sum can have
    {
        Ipv4Header header = Header(64);
        header.EnableChecksum();
        header.SetIdentification(static_cast<uint16_t>(id * 21));
        ASSERT_GT(Pass(1, header), 0);
        Ipv4Header received;
        received.EnableChecksum();
        m_packet->RemoveHeader(received);
        ASSERT_TRUE(received.IsChecksumOk()) << id;
    }
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
}

TEST(FabricPatterns, APermutationSendsAndReceivesOnceEverywhere)
{
    auto random = CreateObject<UniformRandomVariable>();
    random->SetStream(1);
    std::set<uint32_t> sources;
    std::set<uint32_t> destinations;
    for (const auto& [source, destination] : PermutationTraffic(128, random))
    {
        EXPECT_NE(source, destination);
        sources.insert(source);
        destinations.insert(destination);
    }
    EXPECT_THAT(sources, SizeIs(128));
    EXPECT_THAT(destinations, SizeIs(128));
}

TEST(FabricPatterns, ScatteredHasAsManyDifferentPeersAsAskedFor)
{
    auto random = CreateObject<UniformRandomVariable>();
    random->SetStream(1);
    const auto pairs = ScatteredTraffic(128, 12, random);
    EXPECT_EQ(std::set(pairs.begin(), pairs.end()).size(), 128U * 12);
    EXPECT_EQ(ScatteredTraffic(4, 12, random).size(), 4U * 3);
    for (const auto& [source, destination] : pairs)
    {
        EXPECT_NE(source, destination);
    }
}

TEST(FabricPatterns, InBcubeTwelveNeighboursShareASwitch)
{
    const mptcp::BcubeShape shape(5, 3);
    const auto pairs = NeighbourTraffic(mptcp::MakeBcube(5, 3));
    EXPECT_THAT(pairs, SizeIs(125 * 12)); // Wischik et al.: 12 flows of each host
    for (const auto& [source, destination] : pairs)
    {
        uint32_t differing = 0;
        for (uint32_t level = 0; level < 3; ++level)
        {
            differing += shape.Digit(source, level) != shape.Digit(destination, level) ? 1 : 0;
        }
        EXPECT_EQ(differing, 1U);
    }
}

TEST(FabricPatterns, SparseIsThatPartOfTheHosts)
{
    auto random = CreateObject<UniformRandomVariable>();
    random->SetStream(1);
    const auto pairs = SparseTraffic(128, 0.3, random);
    EXPECT_THAT(pairs, SizeIs(38)); // 38.4
    std::set<uint32_t> sources;
    for (const auto& [source, destination] : pairs)
    {
        EXPECT_NE(source, destination);
        sources.insert(source);
    }
    EXPECT_THAT(sources, SizeIs(38));
}

} // namespace
} // namespace ns3
