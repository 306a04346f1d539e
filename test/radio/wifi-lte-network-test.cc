// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// A phone that walks out of ns-3's own Wi-Fi, within ns-3's own LTE: what the networks do, and
/// what becomes of a stream in the modes of the scenario handover.
#include "chunked-transfer.h"
#include "delivery-gaps.h"
#include "handover-mode.h"
#include "mptcp-helper.h"
#include "mptcp-subflow.h"
#include "radio/wifi-lte-network.h"
#include "simulation-fixture.h"

#include "ns3/constant-position-mobility-model.h"
#include "ns3/constant-velocity-mobility-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace
{

constexpr uint16_t PORT = 5201;
constexpr int64_t STREAMS = 100;
constexpr uint32_t MTU_BYTES = 1500;
const Time START = Seconds(1.5);

class WifiLteTest : public SimulationTest
{
  protected:
    /// At 5 m/s the phone is where the mean signal is -82 dBm, the least that ns-3's receiver
    /// takes, after 2 s: 28 m from the access point.
    static WifiLteSpec Spec()
    {
        WifiLteSpec spec;
        spec.walk.metresPerSecond = 5;
        return spec;
    }

    void Build(const WifiLteSpec& spec)
    {
        Config::SetDefault("ns3::TcpSocket::SegmentSize",
                           UintegerValue(MptcpHelper::SegmentBytesFor(MTU_BYTES, false)));
        Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
        Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(MilliSeconds(40)));
        m_network = std::make_unique<WifiLteNetwork>(spec);
        m_network->AssignStreams(STREAMS);
    }

    /// Plain TCP from one of the phone's addresses.
    void TransferOver(std::size_t access)
    {
        Build({});
        MakeTransfer("ns3::TcpSocketFactory", ChunkedTransfer::Pace::Bulk, Seconds(0.5));
        m_transfer->OnOpening([this, access](Ptr<Socket> socket) {
            socket->Bind(InetSocketAddress(m_network->PhoneAddress(access), 0));
            Ptr<Ipv4> ipv4 = m_network->Phone()->GetObject<Ipv4>();
            socket->BindToNetDevice(ipv4->GetNetDevice(static_cast<uint32_t>(
                ipv4->GetInterfaceForAddress(m_network->PhoneAddress(access)))));
        });
        Simulator::Stop(Seconds(4));
        Simulator::Run();
    }

    /// A stream of 1 Mb/s until 10 s, in messages of 1250 bytes.
    void Stream(const std::string& mode, const WifiLteSpec& spec, Time end = Seconds(10))
    {
        Build(spec);
        MptcpHelper mptcp;
        mptcp.Install(m_network->Hosts());
        MptcpHelper::AssignStreams(m_network->Hosts(), 1);
        m_mode = std::make_unique<HandoverMode>(mode, *m_network);
        MakeTransfer("ns3::MptcpSocketFactory", ChunkedTransfer::Pace::Timed, end - START);
        m_transfer->OnOpening([this](Ptr<Socket> socket) {
            m_socket = DynamicCast<MptcpSocket>(socket);
            m_mode->Prepare(m_socket);
        });
        m_transfer->OnReceived([this](Ptr<const Packet>) { m_deliveries.Note(); });
        m_network->OnFailing([this] { CountCellular(); });
        Simulator::Stop(end + Seconds(5));
        Simulator::Run();
    }

    void MakeTransfer(const std::string& sockets, ChunkedTransfer::Pace pace, Time length)
    {
        ChunkedTransfer::Plan plan;
        plan.pace = pace;
        plan.chunkBytes = 1250;
        plan.interval = MilliSeconds(10);
        plan.length = length;
        m_transfer =
            std::make_unique<ChunkedTransfer>(m_network->Server(),
                                              m_network->Phone(),
                                              sockets,
                                              InetSocketAddress(m_network->ServerAddress(), PORT),
                                              plan,
                                              START);
    }

    void CountCellular()
    {
        for (const auto& subflow : m_socket->GetSubflows())
        {
            Address local;
            subflow->GetSockName(local);
            const bool isCellular = InetSocketAddress::ConvertFrom(local).GetIpv4() ==
                                    m_network->PhoneAddress(PhoneNetwork::CELLULAR);
            m_cellularSubflows += isCellular ? 1 : 0;
            m_cellularBytes += isCellular ? subflow->ReceivedBytes() : 0;
        }
    }

    [[nodiscard]] Time Stall() const
    {
        return m_deliveries
            .Longest(m_network->FailingSince(), m_network->GoneAt() + Seconds(2), Seconds(20))
            .length;
    }

    void ExpectDelivered() const
    {
        EXPECT_TRUE(m_transfer->IsComplete());
        EXPECT_TRUE(m_transfer->IsIntact());
        EXPECT_EQ(m_transfer->ReceivedBytes(), m_transfer->SentBytes());
        EXPECT_GT(m_transfer->ReceivedBytes(), 0U);
    }

    /// So that a test may run several simulations.
    void TearDownNetwork()
    {
        m_transfer.reset(); // before its sockets' nodes
        m_socket = nullptr;
        m_mode.reset();
        m_network.reset();
        m_deliveries = DeliveryGaps();
        m_cellularSubflows = 0;
        m_cellularBytes = 0;
        Clean();
    }

    ~WifiLteTest() override
    {
        TearDownNetwork();
    }

    std::unique_ptr<WifiLteNetwork> m_network;
    std::unique_ptr<HandoverMode> m_mode;
    std::unique_ptr<ChunkedTransfer> m_transfer;
    Ptr<MptcpSocket> m_socket;
    DeliveryGaps m_deliveries;
    int m_cellularSubflows{0};
    uint64_t m_cellularBytes{0};
};

/// 802.11g and 5 MHz of LTE carry more than 10 and 5 Mb/s at the start of the walk; in half a
/// second, slow start included, a good part of that.
TEST_F(WifiLteTest, TcpOverWifiAlone)
{
    TransferOver(PhoneNetwork::WIFI);
    ExpectDelivered();
    EXPECT_GT(m_transfer->ReceivedBytes(), 300'000U);
}

TEST_F(WifiLteTest, TcpOverLteAlone)
{
    TransferOver(PhoneNetwork::CELLULAR);
    ExpectDelivered();
    EXPECT_GT(m_transfer->ReceivedBytes(), 150'000U);
}

/// Ten beacons, 102.4 ms from one to the next, after the last one heard. At 20 m/s that is between
/// the edge, 28 m, and where fading would have to add 8 dB, 45 m.
TEST_F(WifiLteTest, ThePhoneLeavesWhenTenBeaconsAreMissing)
{
    WifiLteSpec spec = Spec();
    spec.walk.metresPerSecond = 20;
    Build(spec);
    const Time edge = spec.walk.begin + Seconds((28.1 - 18) / 20);
    const Time beyond = spec.walk.begin + Seconds((44.6 - 18) / 20);
    bool isUp = true;
    m_network->OnWifi(
        [&] {
            Ptr<Ipv4> ipv4 = m_network->Phone()->GetObject<Ipv4>();
            isUp = ipv4->IsUp(static_cast<uint32_t>(
                ipv4->GetInterfaceForAddress(m_network->PhoneAddress(PhoneNetwork::WIFI))));
        },
        {});
    Simulator::Stop(Seconds(8));
    Simulator::Run();
    EXPECT_FALSE(isUp);
    EXPECT_GT(m_network->NoticedAt(), edge + MilliSeconds(1024) - MilliSeconds(103));
    EXPECT_LT(m_network->NoticedAt(), beyond + MilliSeconds(1024) + MilliSeconds(103));
    EXPECT_EQ(m_network->GoneAt(), m_network->NoticedAt());
}

TEST_F(WifiLteTest, APhoneOutOfReachJoinsOnlyTheCellularNetwork)
{
    WifiLteSpec spec = Spec();
    spec.walk.fromMetres = 25; // -80 dBm: some beacons would get through
    Build(spec);
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    EXPECT_FALSE(m_network->IsReady());
}

/// 32 m out the mean signal is 2 dB less than a receiver needs, and Rayleigh fading lets one beacon
/// in five through: enough to join, and to end the program when the request for it is lost.
TEST_F(WifiLteTest, AStationThatHasLeftDoesNotJoinAtTheEdge)
{
    NodeContainer nodes(2);
    auto place = CreateObject<ConstantPositionMobilityModel>();
    nodes.Get(0)->AggregateObject(place);
    auto walk = CreateObject<ConstantVelocityMobilityModel>();
    walk->SetPosition(Vector(10, 0, 0));
    nodes.Get(1)->AggregateObject(walk);
    WifiCellSpec spec;
    spec.fadingShape = 1;
    WifiCell cell(nodes.Get(0), nodes.Get(1), spec);
    cell.AssignStreams(STREAMS);
    cell.Join();
    int joined = 0;
    int left = 0;
    cell.OnLink([&] { ++(cell.IsAssociated() ? joined : left); });
    Simulator::Schedule(Seconds(1), [&] { walk->SetPosition(Vector(32, 0, 0)); });
    Simulator::Stop(Seconds(60));
    Simulator::Run();
    EXPECT_EQ(joined, 1);
    EXPECT_EQ(left, 1);
    walk->SetPosition(Vector(10, 0, 0));
    cell.Join();
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    EXPECT_EQ(joined, 2);
}

/// What the modes promise, each against the next, in the same walk: who has the other network open
/// hears of lost frames by a timeout, single-path mode waits for the beacons.
TEST_F(WifiLteTest, FullModeStallsLeastAndTheOthersSpareTheCellularNetwork)
{
    std::map<std::string, Time> stalls;
    const std::map<std::string, int> openBefore{{"full", 1}, {"backup", 1}, {"single-path", 0}};
    for (const auto& [mode, subflows] : openBefore)
    {
        SCOPED_TRACE(mode);
        Stream(mode, Spec());
        ExpectDelivered();
        EXPECT_LT(m_network->FailingSince(), m_network->GoneAt());
        EXPECT_LT(m_network->GoneAt(), Seconds(9)) << "of 10 s";
        EXPECT_EQ(m_cellularSubflows, subflows);
        if (mode != "full")
        {
            EXPECT_EQ(m_cellularBytes, 0U);
        }
        stalls[mode] = Stall();
        TearDownNetwork();
    }
    EXPECT_LE(stalls["full"], stalls["backup"]);
    EXPECT_LT(stalls["backup"], stalls["single-path"]);
}

/// 1 s after the phone has turned round it is back where it may join, and says so.
TEST_F(WifiLteTest, WifiIsUsedAgainWhenThePhoneReturns)
{
    WifiLteSpec spec = Spec();
    spec.walk.returnAfter = Seconds(0.5);
    Stream("backup", spec, Seconds(15));
    ExpectDelivered();
    EXPECT_TRUE(m_network->IsReady());
    EXPECT_LT(m_network->DistanceMetres(), 20);
    // Over WiFi a message takes half of the wire's round trip and little more; the last one may
    // wait for a frame that is repeated.
    const auto& delays = m_transfer->Delays();
    EXPECT_LT(*std::min_element(delays.end() - 20, delays.end()), MilliSeconds(12));
}

/// Radio, mobility and protocol draw from assigned streams alone.
TEST_F(WifiLteTest, TheSameRunNumberGivesTheSameWalk)
{
    std::vector<Time> gone;
    std::vector<Time> stalls;
    for (int i = 0; i < 2; ++i)
    {
        Stream("backup", Spec());
        gone.push_back(m_network->GoneAt());
        stalls.push_back(Stall());
        TearDownNetwork();
    }
    EXPECT_EQ(gone[0], gone[1]);
    EXPECT_EQ(stalls[0], stalls[1]);
}

} // namespace
} // namespace ns3
