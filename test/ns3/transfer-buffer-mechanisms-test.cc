// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Mechanisms against small receive buffers (Raiciu et al., "How Hard Can It Be?", NSDI 2012,
/// section 4.2) over WiFi and 3G as measured there: 8 Mb/s, 20 ms, 80 ms of buffer; 2 Mb/s, 150 ms,
/// 2 s of buffer.
#include "counters.h"
#include "mptcp-traces.h"
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace
{

struct Mechanisms
{
    const char* name;
    bool opportunisticRetransmission{false};
    bool penalisation{false};
    bool autotuning{false};
    bool cwndCapping{false};
};

void
PrintTo(const Mechanisms& on, std::ostream* os)
{
    *os << on.name;
}

class TransferOverUnlikePaths : public TransferTest
{
  protected:
    static std::vector<PathSpec> WifiAnd3g()
    {
        return {{"WiFi", DataRate("8Mbps"), MilliSeconds(20), 80'000, 0},
                {"3G", DataRate("2Mbps"), MilliSeconds(150), 500'000, 0}};
    }

    static void Use(const Mechanisms& on)
    {
        const std::string stack = "ns3::MptcpStack::";
        Config::SetDefault(stack + "OpportunisticRetransmission",
                           BooleanValue(on.opportunisticRetransmission));
        Config::SetDefault(stack + "Penalisation", BooleanValue(on.penalisation));
        Config::SetDefault(stack + "Autotuning", BooleanValue(on.autotuning));
        Config::SetDefault(stack + "CwndCapping", BooleanValue(on.cwndCapping));
    }

    static void UseBuffers(uint32_t bytes)
    {
        Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(bytes));
        Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(bytes));
    }

    /// A download to its orderly end. Returns Mb/s in the first 20 s, or up to its end: what 3G has
    /// left to deliver when nothing more is to be sent holds up nobody.
    double Download(uint64_t bytes, const std::vector<PathSpec>& paths = WifiAnd3g())
    {
        Build(Kind::Multihomed, paths);
        StartTransfer(0, bytes);
        m_server->OnConnection([this](Ptr<Socket> socket) {
            socket->TraceConnectWithoutContext(
                "SchedulerDecision",
                MakeCallback(&TransferOverUnlikePaths::OnDecision, this));
            Watch();
        });
        const Time measured = Seconds(20);
        double megabits = 0;
        Simulator::Schedule(Seconds(0.1) + measured, [this, &megabits] {
            megabits = static_cast<double>(m_client->ReceivedBytes()) * 8 / 1e6;
        });
        RunToEnd();
        ExpectOrderlyEnd();
        EXPECT_EQ(m_client->ReceivedDigest(), PatternDigest(bytes));
        const double average = DownGoodputMbps();
        return EndTime() > measured ? megabits / measured.GetSeconds() : average;
    }

    void OnDecision(const MptcpSchedulerDecision& decision)
    {
        m_repetitions += decision.asked.reinjection && decision.answer.grant ? 1 : 0;
        m_waits += decision.answer.reason == mptcp::WaitReason::ReceiveWindowFull ? 1 : 0;
    }

    /// Notes ten times a second what is still to be had while there are subflows.
    void Watch()
    {
        const auto sender = SocketOf(m_server);
        if (const auto* connection = sender ? sender->GetConnection() : nullptr)
        {
            m_reinjectedBytes = std::max(m_reinjectedBytes, connection->ReinjectedBytes());
            m_sendBufferBytes = std::max(m_sendBufferBytes, connection->SendBufferBytes());
            for (const auto& subflow : sender->GetSubflows())
            {
                const auto snapshot = subflow->Snapshot();
                if (subflow->GetSubflowId().Value() == 2)
                {
                    m_longestSlowRtt = std::max(m_longestSlowRtt, ToTime(snapshot.smoothedRtt));
                }
            }
        }
        if (auto client = SocketOf(m_client); client && client->GetConnection())
        {
            m_receiveBufferBytes =
                std::max(m_receiveBufferBytes, client->GetConnection()->ReceiveBufferBytes());
        }
        if (!m_server->HasPeerClosed())
        {
            Simulator::Schedule(MilliSeconds(100), [this] { Watch(); });
        }
    }

    uint64_t m_reinjectedBytes{0};
    uint64_t m_repetitions{0}; //!< grants of what had been sent before
    uint64_t m_waits{0};       //!< decisions to wait for the receive window
    uint32_t m_sendBufferBytes{0};
    uint32_t m_receiveBufferBytes{0};
    Time m_longestSlowRtt;
};

class BufferMechanism : public TransferOverUnlikePaths,
                        public ::testing::WithParamInterface<Mechanisms>
{
  protected:
    BufferMechanism()
    {
        Use(GetParam());
    }
};

TEST_P(BufferMechanism, DeliversEveryByteOnceThroughASmallBuffer)
{
    UseBuffers(100'000);
    Download(4'000'000);
}

TEST_P(BufferMechanism, DeliversWithLossOnBothPaths)
{
    UseBuffers(60'000);
    auto paths = WifiAnd3g();
    paths[0].lossRate = paths[1].lossRate = 0.02;
    Download(1'000'000, paths);
}

TEST_P(BufferMechanism, SurvivesAnOutageOfTheSlowPath)
{
    UseBuffers(100'000);
    Build(Kind::Multihomed, WifiAnd3g());
    StartTransfer(500'000, 3'000'000);
    CutPath(1, Seconds(2), Seconds(10));
    RunToEnd();
    ExpectOrderlyEnd();
}

INSTANTIATE_TEST_SUITE_P(Nsdi2012,
                         BufferMechanism,
                         ::testing::Values(Mechanisms{"M1", true},
                                           Mechanisms{"M2", false, true},
                                           Mechanisms{"M3", false, false, true},
                                           Mechanisms{"M4", false, false, false, true},
                                           Mechanisms{"M1AndM2", true, true},
                                           Mechanisms{"All", true, true, true, true}),
                         [](const auto& row) { return std::string(row.param.name); });

constexpr uint64_t DOWNLOAD_BYTES = 24'000'000;
constexpr uint32_t SMALL_BUFFER_BYTES = 200'000;
/// TCP over this WiFi alone, with this buffer and all others from 50 kB on (`./mptcp run wifi-3g`);
/// payload over all headers, times link rate, is 7.71 Mb/s.
constexpr double WIFI_TCP_MBPS = 7.70;

TEST_F(TransferOverUnlikePaths, IsSlowerThanWifiAloneThroughASmallBuffer)
{
    UseBuffers(SMALL_BUFFER_BYTES);
    EXPECT_LT(Download(DOWNLOAD_BYTES), 0.75 * WIFI_TCP_MBPS);
    EXPECT_EQ(m_reinjectedBytes, 0U);
}

/// M1 makes it as fast as the better path, but at the price of sending much twice (4.2).
TEST_F(TransferOverUnlikePaths, OpportunisticRetransmissionIsAsFastAsWifiAlone)
{
    Use({"", true});
    UseBuffers(SMALL_BUFFER_BYTES);
    // A larger send buffer, so that it is the window that is full.
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(2'000'000));
    EXPECT_GT(Download(DOWNLOAD_BYTES), 0.97 * WIFI_TCP_MBPS);
    EXPECT_GT(m_reinjectedBytes, DOWNLOAD_BYTES / 10);
    // What is resent had been given to 3G: once at most, and 3G carries 2 Mb/s at most.
    // The decision trace shows them, and that the window is full all the same.
    EXPECT_EQ(m_repetitions, CountersOf(m_topology->Server())["MPTCPRetrans"]);
    EXPECT_GT(m_waits, m_repetitions);
    const double seconds = DOWNLOAD_BYTES * 8 / (DownGoodputMbps() * 1e6);
    EXPECT_LE(static_cast<double>(m_reinjectedBytes), seconds * 2e6 / 8 + SMALL_BUFFER_BYTES);
}

/// With M2 the slow path gets as much as the buffer can bear, and hardly anything is sent twice.
TEST_F(TransferOverUnlikePaths, PenalisationSavesTheRepetitions)
{
    Use({"", true, true});
    UseBuffers(SMALL_BUFFER_BYTES);
    EXPECT_GT(Download(DOWNLOAD_BYTES), 1.1 * WIFI_TCP_MBPS);
    EXPECT_GT(m_reinjectedBytes, 0U);
    EXPECT_LT(m_reinjectedBytes, DOWNLOAD_BYTES / 20);
}

TEST_F(TransferOverUnlikePaths, PenalisationAloneRepeatsNothing)
{
    Use({"", false, true});
    UseBuffers(SMALL_BUFFER_BYTES);
    EXPECT_GT(Download(DOWNLOAD_BYTES), 0.97 * WIFI_TCP_MBPS);
    EXPECT_EQ(m_reinjectedBytes, 0U);
}

/// A buffer of 2 sum(rate) RTT_max is at least 2 x 10 Mb/s x 150 ms = 375 kB here.
TEST_F(TransferOverUnlikePaths, AutotuningFindsTheBuffersItNeeds)
{
    Use({"", false, false, true});
    UseBuffers(20'000);
    EXPECT_GT(Download(DOWNLOAD_BYTES), 1.05 * WIFI_TCP_MBPS);
    EXPECT_GE(m_receiveBufferBytes, 375'000U);
    EXPECT_GE(m_sendBufferBytes, 375'000U);
    EXPECT_LE(m_receiveBufferBytes, 6'291'456U); // net.ipv4.tcp_rmem[2] of Linux
    EXPECT_LE(m_sendBufferBytes, 4'194'304U);    // net.ipv4.tcp_wmem[2]
}

TEST_F(TransferOverUnlikePaths, AutotuningKeepsToItsMaximum)
{
    Use({"", false, false, true});
    Config::SetDefault("ns3::MptcpStack::MaxReceiveBuffer", UintegerValue(90'000));
    Config::SetDefault("ns3::MptcpStack::MaxSendBuffer", UintegerValue(110'000));
    UseBuffers(20'000);
    Download(4'000'000);
    EXPECT_EQ(m_receiveBufferBytes, 90'000U);
    EXPECT_EQ(m_sendBufferBytes, 110'000U);
}

TEST_F(TransferOverUnlikePaths, BuffersStayAsTheyAreWithoutAutotuning)
{
    UseBuffers(100'000);
    Download(1'000'000);
    EXPECT_EQ(m_receiveBufferBytes, 100'000U);
    EXPECT_EQ(m_sendBufferBytes, 100'000U);
}

/// M4: the queue of 3G holds 2 s. With the window capped its round trip stays near twice 150 ms;
/// what slow start brings in one more round trip comes on top once.
TEST_F(TransferOverUnlikePaths, CappingKeepsTheQueueOfTheSlowPathShort)
{
    UseBuffers(2'000'000);
    const double uncapped = Download(DOWNLOAD_BYTES);
    EXPECT_GT(m_longestSlowRtt, Seconds(1));
    m_topology.reset();
    Clean();
    m_longestSlowRtt = Time(0);
    Use({"", false, false, false, true});
    UseBuffers(2'000'000);
    EXPECT_GT(Download(DOWNLOAD_BYTES), 0.98 * uncapped);
    EXPECT_GT(m_longestSlowRtt, MilliSeconds(150));
    EXPECT_LT(m_longestSlowRtt, MilliSeconds(600));
}

} // namespace
} // namespace ns3
