// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The scenario handover: what stalls when WiFi goes, and what the cellular network carries before.
#include "chunked-transfer.h"
#include "delivery-gaps.h"
#include "fading-phone-network.h"
#include "handover-mode.h"
#include "mptcp-helper.h"
#include "mptcp-subflow.h"
#include "simulation-fixture.h"

#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>
#include <memory>

namespace ns3
{
namespace
{

constexpr uint16_t PORT = 5201;

/// A stream of 1 Mb/s for 6 s, in messages of 1250 bytes; WiFi goes after 3 s.
class HandoverTest : public SimulationTest
{
  protected:
    void Run(const std::string& mode, WifiOutage outage)
    {
        const PathSpec wifi{"WiFi", DataRate("8Mbps"), MilliSeconds(20), 80'000, 0};
        const PathSpec cellular{"3G", DataRate("2Mbps"), MilliSeconds(150), 500'000, 0};
        outage.goneAt = Seconds(3);
        m_network = std::make_unique<FadingPhoneNetwork>(wifi, cellular, outage);
        MptcpHelper mptcp;
        mptcp.Install(m_network->Hosts());
        m_mode = std::make_unique<HandoverMode>(mode, *m_network);
        ChunkedTransfer::Plan plan;
        plan.pace = ChunkedTransfer::Pace::Timed;
        plan.chunkBytes = 1250;
        plan.interval = MilliSeconds(10);
        plan.length = Seconds(6);
        m_transfer =
            std::make_unique<ChunkedTransfer>(m_network->Server(),
                                              m_network->Phone(),
                                              "ns3::MptcpSocketFactory",
                                              InetSocketAddress(m_network->ServerAddress(), PORT),
                                              plan,
                                              Seconds(0));
        m_transfer->OnOpening([this](Ptr<Socket> socket) {
            m_socket = DynamicCast<MptcpSocket>(socket);
            m_mode->Prepare(m_socket);
        });
        m_transfer->OnConnection([this](Ptr<Socket> socket) {
            socket->TraceConnectWithoutContext("SubflowState",
                                               MakeCallback(&HandoverTest::OnServerSubflow, this));
        });
        m_transfer->OnReceived([this](Ptr<const Packet>) { m_deliveries.Note(); });
        Simulator::Schedule(Seconds(2.999), [this] { CountCellular(); });
        Simulator::Stop(Seconds(30));
        Simulator::Run();
    }

    void OnServerSubflow(const MptcpSubflowStateChange& change)
    {
        Address phone;
        change.subflow->GetPeerName(phone);
        const bool isWifi = InetSocketAddress::ConvertFrom(phone).GetIpv4() ==
                            m_network->PhoneAddress(PhoneNetwork::WIFI);
        const bool isNew = change.state == MptcpSubflowStateChange::State::Established;
        m_wifiSubflows += isWifi && isNew ? 1 : 0;
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
        return m_deliveries.Longest(Seconds(3), Seconds(5), Seconds(30)).length;
    }

    void ExpectDelivered() const
    {
        EXPECT_TRUE(m_transfer->IsComplete());
        EXPECT_TRUE(m_transfer->IsIntact());
        EXPECT_EQ(m_transfer->ReceivedBytes(), 600U * 1250U);
    }

    ~HandoverTest() override
    {
        m_transfer.reset(); // before its sockets' nodes
        m_socket = nullptr;
    }

    std::unique_ptr<FadingPhoneNetwork> m_network;
    std::unique_ptr<HandoverMode> m_mode;
    std::unique_ptr<ChunkedTransfer> m_transfer;
    Ptr<MptcpSocket> m_socket;
    DeliveryGaps m_deliveries;
    unsigned m_wifiSubflows{0}; //!< established in all
    int m_cellularSubflows{0};
    uint64_t m_cellularBytes{0};
};

/// A REMOVE_ADDR takes 75 ms to the server and a repetition as long to the phone; no timeout, of
/// 1 s here, is waited for although RFC 8684 3.4.2 has the path probed first.
TEST_F(HandoverTest, ARemovedAddressCostsARoundTripAndNoTimeout)
{
    Run("full", {});
    ExpectDelivered();
    EXPECT_EQ(m_cellularSubflows, 1);
    EXPECT_GT(Stall(), MilliSeconds(150));
    EXPECT_LT(Stall(), MilliSeconds(200));
}

TEST_F(HandoverTest, ABackupCarriesNothingBeforeAndStallsNoLonger)
{
    Run("backup", {});
    ExpectDelivered();
    EXPECT_EQ(m_cellularSubflows, 1) << "open";
    EXPECT_EQ(m_cellularBytes, 0U) << "and unused";
    EXPECT_LT(Stall(), MilliSeconds(200));
}

/// SYN, SYN/ACK, and the third packet with the REMOVE_ADDR: 150 ms more, before the same again.
TEST_F(HandoverTest, BreakBeforeMakeCostsAHandshakeMore)
{
    Run("single-path", {});
    ExpectDelivered();
    EXPECT_EQ(m_cellularSubflows, 0);
    EXPECT_GT(Stall(), MilliSeconds(300));
    EXPECT_LT(Stall(), MilliSeconds(600));
}

/// With the least timeout of Linux the old subflow times out while the new one is opened: the new
/// one repeats what that was about as soon as it may, after SYN, SYN/ACK and ACK.
TEST_F(HandoverTest, ANewSubflowRepeatsWhatTimedOutBeforeIt)
{
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
    Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(MilliSeconds(40)));
    Run("single-path", {});
    ExpectDelivered();
    EXPECT_GT(Stall(), MilliSeconds(300));
    EXPECT_LT(Stall(), MilliSeconds(350));
}

TEST_F(HandoverTest, WhatNobodyNoticesCostsATimeout)
{
    WifiOutage outage;
    outage.notice = Seconds(20);
    Run("backup", outage);
    ExpectDelivered();
    EXPECT_EQ(m_cellularBytes, 0U);
    EXPECT_GT(Stall(), Seconds(1));
    EXPECT_LT(Stall(), Seconds(1.5));
}

class ReturnTest : public HandoverTest, public ::testing::WithParamInterface<const char*>
{
};

TEST_P(ReturnTest, WifiIsUsedAgain)
{
    WifiOutage outage;
    outage.returnAfter = Seconds(1);
    Run(GetParam(), outage);
    ExpectDelivered();
    // 2 s of the stream over WiFi again, where a message takes 11 ms, not 80.
    EXPECT_LT(m_transfer->Delays().back(), MilliSeconds(20));
    // Before, one at a time; after the return, one again.
    EXPECT_EQ(m_wifiSubflows, 2U);
}

INSTANTIATE_TEST_SUITE_P(Modes, ReturnTest, ::testing::Values("full", "backup", "single-path"));

TEST(DeliveryGaps, TheLongestThatTouchesTheWindowIsMeasuredWhole)
{
    DeliveryGaps gaps;
    for (const double at : {1.0, 2.0, 5.0, 6.0, 6.0, 8.0})
    {
        Simulator::Schedule(Seconds(at), [&gaps] { gaps.Note(); });
    }
    Simulator::Run();
    Simulator::Destroy();
    const auto longest = gaps.Longest(Seconds(4), Seconds(5.5), Seconds(20));
    EXPECT_EQ(longest.begin, Seconds(2));
    EXPECT_EQ(longest.length, Seconds(3));
    EXPECT_EQ(gaps.Longest(Seconds(5.5), Seconds(7), Seconds(20)).length, Seconds(2));
    // Nothing came any more: until the end.
    EXPECT_EQ(gaps.Longest(Seconds(9), Seconds(10), Seconds(20)).length, Seconds(12));
}

} // namespace
} // namespace ns3
