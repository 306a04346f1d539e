// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Ports of switches: the same as stock devices to whoever looks from outside, for less time.
#include "core/routing/ecmp-table.h"
#include "routing/mptcp-forwarding-switch.h"
#include "routing/mptcp-switch-port.h"
#include "simulation-fixture.h"

#include "ns3/drop-tail-queue.h"
#include "ns3/error-model.h"
#include "ns3/ipv4-header.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/udp-header.h"

#include <cstdlib>
#include <gmock/gmock.h>
#include <iostream>
#include <memory>
#include <tuple>

namespace ns3
{
namespace
{

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr uint16_t IPV4 = 0x0800;
constexpr uint16_t IPV6 = 0x86dd;

/// Host, switch, switch, host in a row; the second link is slower than the first.
class SwitchPortTest : public SimulationTest
{
  protected:
    /// What the host at the end sees: when, identification, time to live, bytes.
    using Arrivals = std::vector<std::tuple<int64_t, uint16_t, uint8_t, uint32_t>>;

    void Build(bool isFirstSwitchStock, bool isSecondSwitchStock, bool isLastHostStock = true)
    {
        Clean();
        m_arrivals.clear();
        m_nodes = {CreateObject<Node>(),
                   CreateObject<Node>(),
                   CreateObject<Node>(),
                   CreateObject<Node>()};
        m_devices.clear();
        Link(0, true, 1, isFirstSwitchStock, "100Mb/s");
        Link(1, isFirstSwitchStock, 2, isSecondSwitchStock, "30Mb/s");
        Link(2, isSecondSwitchStock, 3, isLastHostStock, "50Mb/s");
        m_first = Install(m_nodes[1]);
        m_second = Install(m_nodes[2]);
        Receive(3, 5);
    }

    void Receive(uint32_t node, uint32_t device)
    {
        m_nodes[node]->RegisterProtocolHandler(MakeCallback(&SwitchPortTest::OnPacket, this),
                                               0,
                                               m_devices[device]);
    }

    void Link(uint32_t lower,
              bool isLowerStock,
              uint32_t upper,
              bool isUpperStock,
              const char* rate)
    {
        auto channel = CreateObject<PointToPointChannel>();
        channel->SetAttribute("Delay", TimeValue(MicroSeconds(15)));
        for (const auto& [node, isStock] : {std::pair(lower, isLowerStock), {upper, isUpperStock}})
        {
            auto device = isStock ? CreateObject<PointToPointNetDevice>()
                                  : Ptr<PointToPointNetDevice>(CreateObject<MptcpSwitchPort>());
            device->SetAddress(Mac48Address::Allocate());
            device->SetDataRate(DataRate(rate));
            auto queue = CreateObject<DropTailQueue<Packet>>();
            queue->SetMaxSize(QueueSize(QueueSizeUnit::PACKETS, node == 0 ? 1000 : 4));
            device->SetQueue(queue);
            device->Attach(channel);
            m_nodes[node]->AddDevice(device);
            m_devices.push_back(device);
        }
    }

    /// Whatever arrives by port 0 leaves by port 1.
    static Ptr<MptcpForwardingSwitch> Install(Ptr<Node> node)
    {
        auto table = std::make_shared<mptcp::EcmpTable>(mptcp::FlowHashKey{1, 2}, 2);
        table->Add({0x0a000000, 8, {1, 1}});
        return MptcpForwardingSwitch::Install(node, table);
    }

    static Ptr<Packet> MakePacket(uint16_t id, uint32_t payloadBytes)
    {
        auto packet = Create<Packet>(payloadBytes);
        packet->AddHeader(UdpHeader());
        Ipv4Header header;
        header.SetSource("192.0.2.1");
        header.SetDestination("10.1.2.3");
        header.SetProtocol(17);
        header.SetTtl(64);
        header.SetIdentification(id);
        header.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
        packet->AddHeader(header);
        return packet;
    }

    /// Packets of lengths from 20 to 1450 bytes, each `interval` after the one before.
    void Send(uint16_t count, Time interval)
    {
        for (uint16_t id = 0; id < count; ++id)
        {
            const uint32_t bytes = id % 7 == 0 ? 20 : id % 3 == 0 ? 1450 : 100 + id;
            Simulator::Schedule(interval * id, [this, id, bytes] {
                m_devices[0]->Send(MakePacket(id, bytes), m_devices[0]->GetBroadcast(), IPV4);
            });
        }
        Simulator::Run();
    }

    void OnPacket(Ptr<NetDevice> /* device */,
                  Ptr<const Packet> packet,
                  uint16_t protocol,
                  const Address& /* from */,
                  const Address& /* to */,
                  NetDevice::PacketType /* type */)
    {
        EXPECT_EQ(protocol, IPV4);
        auto copy = packet->Copy();
        Ipv4Header ip;
        copy->RemoveHeader(ip);
        UdpHeader udp;
        copy->RemoveHeader(udp);
        m_arrivals.emplace_back(Simulator::Now().GetNanoSeconds(),
                                ip.GetIdentification(),
                                ip.GetTtl(),
                                copy->GetSize());
    }

    [[nodiscard]] std::vector<uint64_t> QueueCounts() const
    {
        std::vector<uint64_t> counts;
        for (const auto& device : m_devices)
        {
            const auto queue = device->GetQueue();
            counts.push_back(queue->GetTotalReceivedPackets());
            counts.push_back(queue->GetTotalReceivedBytes());
            counts.push_back(queue->GetTotalDroppedPackets());
        }
        return counts;
    }

    std::vector<Ptr<Node>> m_nodes;
    std::vector<Ptr<PointToPointNetDevice>> m_devices; //!< from left to right
    Ptr<MptcpForwardingSwitch> m_first;
    Ptr<MptcpForwardingSwitch> m_second;
    Arrivals m_arrivals;
};

struct Kinds
{
    bool isFirstStock;
    bool isSecondStock;
};

class SwitchPortOrStock : public SwitchPortTest, public ::testing::WithParamInterface<Kinds>
{
  protected:
    /// What is seen of both, with something done before the packets leave.
    template <typename Prepare>
    void ExpectTheSame(Prepare prepare)
    {
        Build(true, true);
        prepare();
        Send(400, MicroSeconds(120));
        const auto stockArrivals = m_arrivals;
        const auto stockCounts = QueueCounts();
        Build(GetParam().isFirstStock, GetParam().isSecondStock);
        prepare();
        Send(400, MicroSeconds(120));
        EXPECT_EQ(m_arrivals, stockArrivals);
        EXPECT_EQ(QueueCounts(), stockCounts);
    }
};

TEST_P(SwitchPortOrStock, DeliversAndDropsTheSamePacketsAtTheSameTimes)
{
    ExpectTheSame([] {});
    EXPECT_GT(m_arrivals.size(), 100U);
    EXPECT_LT(m_arrivals.size(), 400U) << "nothing was dropped";
    EXPECT_EQ(std::get<2>(m_arrivals.front()), 62);
}

TEST_P(SwitchPortOrStock, KeepsTheInterframeGap)
{
    ExpectTheSame([this] { m_devices[2]->SetInterframeGap(MicroSeconds(100)); });
}

TEST_P(SwitchPortOrStock, LosesWhatTheErrorModelOfThePortLoses)
{
    ExpectTheSame([this] {
        auto model = CreateObject<ReceiveListErrorModel>();
        model->SetList({3, 4, 9}); // packets as they come, from 0
        m_devices[3]->SetReceiveErrorModel(model);
    });
    for (const auto& arrival : m_arrivals)
    {
        EXPECT_NE(std::get<1>(arrival), 4);
    }
}

INSTANTIATE_TEST_SUITE_P(Chains,
                         SwitchPortOrStock,
                         ::testing::Values(Kinds{false, false},
                                           Kinds{true, false},
                                           Kinds{false, true}),
                         [](const auto& chain) {
                             return std::string(chain.param.isFirstStock ? "Stock" : "Port") +
                                    (chain.param.isSecondStock ? "ToStock" : "ToPort");
                         });

TEST_F(SwitchPortTest, IsAStockDeviceUntilASwitchHasTakenIt)
{
    Build(false, false);
    m_nodes = {CreateObject<Node>(), CreateObject<Node>()};
    m_devices.clear();
    Link(0, false, 1, false, "10Mb/s");
    Receive(1, 1);
    Send(3, MilliSeconds(10));
    EXPECT_THAT(m_arrivals, SizeIs(3));
}

TEST_F(SwitchPortTest, TakesSuchADeviceOfAHostForAStockOne)
{
    Build(false, false, false);
    Send(3, MilliSeconds(10));
    EXPECT_THAT(m_arrivals, SizeIs(3));
}

TEST_F(SwitchPortTest, SendsNothingOfItsOwnAfterwards)
{
    Build(false, false);
    EXPECT_FALSE(m_devices[4]->Send(MakePacket(1, 100), m_devices[4]->GetBroadcast(), IPV4));
    Simulator::Run();
    EXPECT_THAT(m_arrivals, IsEmpty());
    EXPECT_EQ(m_devices[4]->GetQueue()->GetTotalReceivedPackets(), 0U);
}

TEST_F(SwitchPortTest, DropsWhatIsNotIpv4)
{
    Build(false, false);
    m_devices[0]->Send(MakePacket(1, 100), m_devices[0]->GetBroadcast(), IPV6);
    Simulator::Run();
    EXPECT_THAT(m_arrivals, IsEmpty());
    EXPECT_EQ(m_first->Unroutable(), 1U);
}

TEST_F(SwitchPortTest, WithoutALinkDropsWhatItShouldForward)
{
    Build(false, false);
    m_nodes[1] = CreateObject<Node>();
    m_devices.clear();
    Link(0, true, 1, false, "10Mb/s");
    m_nodes[1]->AddDevice(CreateObject<MptcpSwitchPort>()); // no channel, no queue
    Install(m_nodes[1]);
    Send(3, MilliSeconds(1));
    EXPECT_THAT(m_arrivals, IsEmpty());
}

TEST_F(SwitchPortTest, WhatIsUnderWayToASwitchThatIsDisposedOfIsLost)
{
    Build(false, false);
    Simulator::Schedule(MicroSeconds(400), [this] { m_second->Dispose(); });
    Send(20, MicroSeconds(100));
    EXPECT_GT(m_first->Forwarded(), m_arrivals.size() + 10);
    EXPECT_THAT(m_arrivals, Not(IsEmpty()));
}

void
PrintPacket(std::ostream* out, Ptr<const Packet> packet)
{
    packet->Print(*out);
    *out << '\n';
}

// In a process of its own: packets of other tests have no metadata, and it cannot be switched off.
TEST_F(SwitchPortTest, MetadataKnowsWhatItHasTakenOff)
{
    ::testing::FLAGS_gtest_death_test_style = "threadsafe";
    const auto printOnTheWay = [this] {
        Packet::EnablePrinting();
        Packet::EnableChecking();
        Build(false, false);
        for (const auto port : {2, 4})
        {
            m_devices[port]->GetQueue()->TraceConnectWithoutContext(
                "Enqueue",
                MakeBoundCallback(&PrintPacket, static_cast<std::ostream*>(&std::cerr)));
        }
        Send(1, Seconds(0));
        std::exit(m_arrivals.size() == 1 ? 0 : 1);
    };
    EXPECT_EXIT(printOnTheWay(),
                ::testing::ExitedWithCode(0),
                "MptcpSwitchedHeader \\(ttl 63\\) ns3::UdpHeader [^\n]*\n"
                "ns3::PppHeader [^\n]*ns3::Ipv4Header [^\n]*ttl 62 [^\n]*ns3::UdpHeader ");
}

} // namespace
} // namespace ns3
