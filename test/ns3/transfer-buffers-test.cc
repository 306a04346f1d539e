// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Buffers of all sizes, applications that read late, write little or write much.
#include "transfer-fixture.h"

#include "ns3/config.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace
{

std::string
NameOfBytes(const ::testing::TestParamInfo<uint32_t>& info)
{
    return std::to_string(info.param);
}

class ReceiveBuffer : public TransferTest, public ::testing::WithParamInterface<uint32_t>
{
  protected:
    ReceiveBuffer()
    {
        Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(GetParam()));
    }
};

TEST_P(ReceiveBuffer, DeliversBothWays)
{
    Build(Kind::Multihomed);
    StartTransfer(200'000, 200'000);
    RunToEnd();
    ExpectOrderlyEnd();
}

TEST_P(ReceiveBuffer, DeliversWithLossOnBothPaths)
{
    auto paths = EqualPaths();
    paths[0].lossRate = paths[1].lossRate = 0.03;
    Build(Kind::Disjoint, paths);
    StartTransfer(100'000, 0);
    RunToEnd();
    ExpectOrderlyEnd();
}

TEST_P(ReceiveBuffer, SurvivesAnOutage)
{
    Build(Kind::Multihomed);
    StartTransfer(300'000, 0);
    CutPath(1, Seconds(0.5), Seconds(10));
    RunToEnd();
    ExpectOrderlyEnd();
}

/// The window closes, stays closed for twenty seconds and opens again.
TEST_P(ReceiveBuffer, WaitsForAnApplicationThatStopsReading)
{
    Build(Kind::Multihomed);
    StartTransfer(300'000, 0);
    PauseReading(m_server, Seconds(0.3), Seconds(20));
    RunUntil(Seconds(15));
    const uint64_t read = m_server->ReceivedBytes();
    EXPECT_LT(read, 300'000U);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_GT(m_server->LastReceived(), Seconds(20.3));
}

/// The update that says the window is open again gets lost: probes have to find out.
TEST_P(ReceiveBuffer, FindsOutThatTheWindowIsOpenWhenTheUpdateIsLost)
{
    Build(Kind::Multihomed);
    StartTransfer(300'000, 0);
    PauseReading(m_server, Seconds(0.3), Seconds(20));
    CutPath(0, Seconds(20.2), Seconds(1));
    CutPath(1, Seconds(20.2), Seconds(1));
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_LT(m_server->LastReceived(), Seconds(150));
}

INSTANTIATE_TEST_SUITE_P(Bytes,
                         ReceiveBuffer,
                         ::testing::Values(2840U, 5000U, 10'000U, 30'000U, 65'535U, 128'000U),
                         NameOfBytes);

class SendBuffer : public TransferTest, public ::testing::WithParamInterface<uint32_t>
{
  protected:
    SendBuffer()
    {
        Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(GetParam()));
    }
};

TEST_P(SendBuffer, DeliversBothWaysWithLoss)
{
    auto paths = EqualPaths();
    paths[0].lossRate = paths[1].lossRate = 0.02;
    Build(Kind::Multihomed, paths);
    StartTransfer(100'000, 100'000);
    RunToEnd();
    ExpectOrderlyEnd();
}

TEST_P(SendBuffer, DeliversOverAnOutage)
{
    Build(Kind::Disjoint);
    StartTransfer(300'000, 0);
    CutPath(0, Seconds(0.5), Seconds(10));
    RunToEnd();
    ExpectOrderlyEnd();
}

INSTANTIATE_TEST_SUITE_P(Bytes,
                         SendBuffer,
                         ::testing::Values(1000U, 1420U, 2840U, 5000U, 20'000U, 131'072U),
                         NameOfBytes);

struct Writes
{
    const char* name;
    uint32_t writeBytes;
    uint64_t bytes;
};

class WriteSize : public TransferTest, public ::testing::WithParamInterface<Writes>
{
};

TEST_P(WriteSize, DoesNotMatter)
{
    m_writeBytes = GetParam().writeBytes;
    Build(Kind::Multihomed);
    StartTransfer(GetParam().bytes, GetParam().bytes);
    RunToEnd();
    ExpectOrderlyEnd();
}

INSTANTIATE_TEST_SUITE_P(Table,
                         WriteSize,
                         ::testing::Values(Writes{"SingleBytes", 1, 5000},
                                           Writes{"SevenBytes", 7, 50'000},
                                           Writes{"OneLessThanASegment", 1419, 300'000},
                                           Writes{"OneMoreThanASegment", 1421, 300'000},
                                           Writes{"Large", 65'521, 1'000'000},
                                           Writes{"OneByteInAll", 1, 1},
                                           Writes{"OneSegmentInAll", 1420, 1420},
                                           Writes{"InitialWindow", 14'200, 14'200},
                                           Writes{"FirstSegmentAndABit", 1421, 1421}),
                         [](const auto& row) { return std::string(row.param.name); });

class Silence : public TransferTest
{
};

TEST_F(Silence, NothingToSendEitherWayClosesAllTheSame)
{
    Build(Kind::Multihomed);
    StartTransfer(0, 0);
    RunUntil(Seconds(2));
    m_client->GetSocket()->Close();
    RunToEnd();
    ExpectDelivered(m_client, m_server);
    ExpectNothingLeft();
}

/// RFC 8684 3.3.4: one window for all subflows. What one receiver holds never exceeds its buffer,
/// whatever two paths with unlike delays bring.
TEST_F(Silence, UnlikePathsShareOneSmallWindow)
{
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(20'000));
    auto paths = EqualPaths();
    paths[1].roundTrip = MilliSeconds(600);
    paths[1].rate = DataRate("200kbps");
    Build(Kind::Multihomed, paths);
    StartTransfer(500'000, 0);
    RunToEnd();
    ExpectOrderlyEnd();
}

} // namespace
} // namespace ns3
