// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Messages with pauses between them by the redundant scheduler: when one subflow is behind and has
/// no room, and the other delivers everything, the next message must leave all the same.
#include "chunked-transfer.h"
#include "transfer-fixture.h"

#include "ns3/config.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace
{

class RedundantMessages : public TransferTest
{
  protected:
    ~RedundantMessages() override
    {
        m_transfer.reset(); // before its sockets' nodes
    }

    std::unique_ptr<ChunkedTransfer> m_transfer;
};

TEST_F(RedundantMessages, NoneIsLeftWaiting)
{
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
    Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(MilliSeconds(40)));
    m_mptcp.SetScheduler("ns3::MptcpRedundant");
    Build(Kind::Multihomed,
          {{"fast", DataRate("8Mbps"), MilliSeconds(20), 80'000, 0.01},
           {"slow", DataRate("2Mbps"), MilliSeconds(150), 500'000, 0.01}});
    m_topology->AssignStreams(100);
    ChunkedTransfer::Plan plan{ChunkedTransfer::Pace::Timed, 10'000, MilliSeconds(100), Time(0)};
    plan.length = Seconds(60);
    m_transfer = std::make_unique<ChunkedTransfer>(m_topology->Server(),
                                                   m_topology->Client(),
                                                   MPTCP_SOCKETS,
                                                   ServerSocket(),
                                                   plan,
                                                   Seconds(0.1));
    RunUntil(Seconds(70));
    EXPECT_EQ(m_transfer->Due(), 600U);
    EXPECT_EQ(m_transfer->Delays().size(), 600U);
    EXPECT_TRUE(m_transfer->IsComplete());
    EXPECT_TRUE(m_transfer->IsIntact());
}

} // namespace
} // namespace ns3
