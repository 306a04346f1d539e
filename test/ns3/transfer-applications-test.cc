// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// ns-3's own applications, with nothing changed but the name of the socket factory.
#include "transfer-fixture.h"

#include "ns3/bulk-send-application.h"
#include "ns3/bulk-send-helper.h"
#include "ns3/data-rate.h"
#include "ns3/inet-socket-address.h"
#include "ns3/on-off-helper.h"
#include "ns3/onoff-application.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace
{

class StockApplications : public TransferTest
{
  protected:
    Ptr<PacketSink> Sink(Time stop = Time(0))
    {
        PacketSinkHelper helper(MPTCP_SOCKETS, InetSocketAddress(Ipv4Address::GetAny(), PORT));
        auto applications = helper.Install(m_topology->Server());
        if (!stop.IsZero())
        {
            applications.Stop(stop);
        }
        return DynamicCast<PacketSink>(applications.Get(0));
    }

    void BulkSend(uint64_t bytes, Time start = Seconds(0.1))
    {
        BulkSendHelper helper(MPTCP_SOCKETS, ServerSocket());
        helper.SetAttribute("MaxBytes", UintegerValue(bytes));
        helper.Install(m_topology->Client()).Start(start);
    }

    Ptr<OnOffApplication> OnOff(uint64_t bytes)
    {
        OnOffHelper helper(MPTCP_SOCKETS, ServerSocket());
        helper.SetConstantRate(DataRate("3Mbps"), 700);
        helper.SetAttribute("MaxBytes", UintegerValue(bytes));
        auto applications = helper.Install(m_topology->Client());
        applications.Start(Seconds(0.1));
        return DynamicCast<OnOffApplication>(applications.Get(0));
    }
};

TEST_F(StockApplications, BulkSendToPacketSinkOverTwoPaths)
{
    Build(Kind::Multihomed);
    auto sink = Sink();
    BulkSend(1'234'567);
    RunToEnd();
    EXPECT_EQ(sink->GetTotalRx(), 1'234'567U);
    EXPECT_GT(PathBytes(0), 400'000U);
    EXPECT_GT(PathBytes(1), 400'000U);
}

TEST_F(StockApplications, BulkSendUntilStopped)
{
    Build(Kind::Disjoint);
    auto sink = Sink();
    BulkSendHelper helper(MPTCP_SOCKETS, ServerSocket());
    auto applications = helper.Install(m_topology->Client());
    applications.Start(Seconds(0.1));
    applications.Stop(Seconds(5));
    RunToEnd();
    EXPECT_GT(sink->GetTotalRx(), 2'000'000U); // of 2.45 MB that two paths of 2 Mb/s carry
}

TEST_F(StockApplications, OnOffToPacketSink)
{
    Build(Kind::Multihomed);
    auto sink = Sink();
    OnOff(700'000);
    RunToEnd();
    EXPECT_EQ(sink->GetTotalRx(), 700'000U);
    EXPECT_GT(PathBytes(1), 100'000U) << "3 Mb/s do not fit one path";
}

TEST_F(StockApplications, SeveralSendersShareOneSink)
{
    Build(Kind::Multihomed);
    auto sink = Sink();
    BulkSend(200'000);
    BulkSend(300'000, Seconds(0.5));
    OnOff(70'000);
    RunToEnd();
    EXPECT_EQ(sink->GetTotalRx(), 570'000U);
    EXPECT_EQ(sink->GetAcceptedSockets().size(), 3U);
}

TEST_F(StockApplications, SinkThatStopsFirst)
{
    Build(Kind::Multihomed);
    auto sink = Sink(Seconds(2));
    BulkSend(0);
    RunUntil(Seconds(20));
    EXPECT_GT(sink->GetTotalRx(), 300'000U);
}

TEST_F(StockApplications, SinkOnAPlainHost)
{
    Build(Kind::Multihomed);
    PacketSinkHelper helper(TCP_SOCKETS, InetSocketAddress(Ipv4Address::GetAny(), PORT));
    auto sink = DynamicCast<PacketSink>(helper.Install(m_topology->Server()).Get(0));
    BulkSend(500'000);
    RunToEnd();
    EXPECT_EQ(sink->GetTotalRx(), 500'000U);
}

} // namespace
} // namespace ns3
