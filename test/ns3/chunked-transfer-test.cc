// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The application of the scenario two-paths: when chunks are due, and how long they take.
#include "buffer-rules.h"
#include "chunked-transfer.h"
#include "transfer-fixture.h"

#include "ns3/config.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace
{

/// Two paths of 2 Mb/s and 40 ms there and back.
class ChunkedTransferTest : public TransferTest
{
  protected:
    void Run(const ChunkedTransfer::Plan& plan, Time length, const std::string& sockets)
    {
        Build(Kind::Multihomed);
        m_transfer = std::make_unique<ChunkedTransfer>(m_topology->Server(),
                                                       m_topology->Client(),
                                                       sockets,
                                                       ServerSocket(),
                                                       plan,
                                                       Seconds(0.1));
        m_transfer->OnConnection([this](Ptr<Socket>) { m_accepted = Simulator::Now(); });
        RunUntil(Seconds(0.1) + length);
    }

    ~ChunkedTransferTest() override
    {
        m_transfer.reset(); // before its sockets' nodes
    }

    std::unique_ptr<ChunkedTransfer> m_transfer;
    Time m_accepted;
};

using Pace = ChunkedTransfer::Pace;

TEST_F(ChunkedTransferTest, BulkFillsBothPaths)
{
    Run({Pace::Bulk, 100'000, Time(0), Time(0)}, Seconds(20), MPTCP_SOCKETS);
    EXPECT_TRUE(m_transfer->IsIntact());
    // 20 s of 4 Mb/s are 10 MB, of which 1420 in 1500 bytes are payload; slow start takes its part.
    EXPECT_GT(m_transfer->ReceivedBytes(), 8'000'000U);
    EXPECT_LT(m_transfer->ReceivedBytes(), 9'470'000U);
    EXPECT_EQ(m_transfer->Delays().size(), m_transfer->ReceivedBytes() / 100'000);
}

TEST_F(ChunkedTransferTest, MessagesAreDueAtFixedTimes)
{
    Run({Pace::Timed, 1000, MilliSeconds(100), Time(0)}, Seconds(10), MPTCP_SOCKETS);
    EXPECT_TRUE(m_transfer->IsIntact());
    // The first when the third packet of the handshake has arrived, then one in 100 ms.
    const auto expected =
        static_cast<std::size_t>((Seconds(10.1) - m_accepted).GetMilliSeconds() / 100 + 1);
    EXPECT_EQ(m_transfer->Due(), expected);
    EXPECT_GE(m_transfer->Delays().size() + 1, expected);
    // 20 ms on the way and less than 6 ms to send 1.1 kB at 2 Mb/s, over two hops the second of
    // which is fast. The first one waits for nothing either.
    EXPECT_GT(m_transfer->DelayQuantile(0.5), MilliSeconds(20));
    EXPECT_LT(m_transfer->DelayQuantile(0.5), MilliSeconds(27));
}

TEST_F(ChunkedTransferTest, AChunkIsFetchedWhenTheLastOneIsThere)
{
    // 500 kB take at least 1 s over 4 Mb/s, which is longer than the interval.
    Run({Pace::Fetched, 500'000, MilliSeconds(500), MilliSeconds(20)}, Seconds(20), TCP_SOCKETS);
    ASSERT_GT(m_transfer->Delays().size(), 5U);
    Time sum(0);
    for (const Time& delay : m_transfer->Delays())
    {
        EXPECT_GT(delay, Seconds(2)); // TCP has one path: 2 Mb/s
        sum += delay + MilliSeconds(20);
    }
    // One after the other, with nothing but the request between them.
    EXPECT_LE(sum, Seconds(20.1) - m_accepted + MilliSeconds(20));
    EXPECT_EQ(m_transfer->Due(), m_transfer->Delays().size() + 1);
}

TEST_F(ChunkedTransferTest, AChunkIsNotFetchedBeforeTheIntervalIsOver)
{
    Run({Pace::Fetched, 10'000, Seconds(2), MilliSeconds(20)}, Seconds(19), MPTCP_SOCKETS);
    EXPECT_EQ(m_transfer->Due(), 10U); // at 0, 2, ... 18 s
}

TEST_F(ChunkedTransferTest, QuantilesAreThoseOfTheDelays)
{
    Run({Pace::Timed, 20'000, MilliSeconds(200), Time(0)}, Seconds(10), MPTCP_SOCKETS);
    auto delays = m_transfer->Delays();
    ASSERT_GE(delays.size(), 40U);
    std::sort(delays.begin(), delays.end());
    EXPECT_EQ(m_transfer->DelayQuantile(1), delays.back());
    EXPECT_EQ(m_transfer->DelayQuantile(0), delays.front());
    EXPECT_EQ(m_transfer->DelayQuantile(0.5), delays[(delays.size() + 1) / 2 - 1]);
    EXPECT_GE(m_transfer->MeanDelay(), delays.front());
    EXPECT_LE(m_transfer->MeanDelay(), delays.back());
}

/// RFC 6182 5.3: 2 sum(BW_i) RTT_max; 2 x (8 + 2) Mb/s x 150 ms = 3 Mb = 375 kB.
TEST(RecommendedBuffers, FollowRatesAndTheLongestRoundTrip)
{
    EXPECT_EQ(RecommendedBufferBytes({{"WiFi", DataRate("8Mbps"), MilliSeconds(20), 80'000, 0},
                                      {"3G", DataRate("2Mbps"), MilliSeconds(150), 500'000, 0}}),
              375'000U);
}

} // namespace
} // namespace ns3
