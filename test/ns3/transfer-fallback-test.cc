// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// A peer that is plain ns-3 TCP gets plain TCP and every byte (RFC 8684 3.7).
#include "transfer-fixture.h"

namespace ns3
{
namespace
{

struct Fallback
{
    const char* name;
    bool isClientPlain;
    uint64_t upBytes;
    uint64_t downBytes;
    double lossRate;
};

class FallbackTransfer : public TransferTest, public ::testing::WithParamInterface<Fallback>
{
};

TEST_P(FallbackTransfer, DeliversEveryByteOverOneSubflow)
{
    (GetParam().isClientPlain ? m_clientSockets : m_serverSockets) = TCP_SOCKETS;
    auto paths = EqualPaths();
    paths[0].lossRate = GetParam().lossRate;
    Build(Kind::Disjoint, paths);
    StartTransfer(GetParam().upBytes, GetParam().downBytes);
    RunToEnd();
    ExpectDelivered();
    EXPECT_EQ(PathBytes(1), 0U);
    const auto socket = SocketOf(GetParam().isClientPlain ? m_server : m_client);
    EXPECT_FALSE(socket->IsMultipath());
    EXPECT_EQ(socket->GetToken(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Peers,
    FallbackTransfer,
    ::testing::Values(Fallback{"PlainServerClientSends", false, 500'000, 0, 0},
                      Fallback{"PlainServerServerSends", false, 0, 500'000, 0},
                      Fallback{"PlainServerBothSend", false, 300'000, 400'000, 0},
                      Fallback{"PlainServerLoss", false, 200'000, 200'000, 0.05},
                      Fallback{"PlainClientClientSends", true, 500'000, 0, 0},
                      Fallback{"PlainClientServerSends", true, 0, 500'000, 0},
                      Fallback{"PlainClientBothSend", true, 300'000, 400'000, 0},
                      Fallback{"PlainClientLoss", true, 200'000, 200'000, 0.05},
                      Fallback{"PlainServerOneByte", false, 1, 1, 0},
                      Fallback{"PlainClientOneByte", true, 1, 1, 0}),
    [](const auto& row) { return std::string(row.param.name); });

class FallbackHosts : public TransferTest
{
};

/// The plain transfer between plain sockets takes as long as the one with MPTCP on one side.
TEST_F(FallbackHosts, CostsNoGoodput)
{
    m_serverSockets = TCP_SOCKETS;
    Build(Kind::Disjoint);
    StartTransfer(1'000'000, 0);
    RunToEnd();
    EXPECT_GT(UpGoodputMbps(), 1.7);
}

/// A receiver that stops reading closes its window, and what says that it is open again gets lost.
/// Only the sender with MPTCP: plain TCP of ns-3 crashes in such a case, also towards its like.
class FallbackToClosedWindow : public TransferTest, public ::testing::WithParamInterface<bool>
{
};

TEST_P(FallbackToClosedWindow, FindsOutThatItIsOpen)
{
    const bool isClientPlain = GetParam();
    (isClientPlain ? m_clientSockets : m_serverSockets) = TCP_SOCKETS;
    Build(Kind::Disjoint);
    StartTransfer(isClientPlain ? 0 : 300'000, isClientPlain ? 300'000 : 0);
    const auto receiver = isClientPlain ? m_client : m_server;
    PauseReading(receiver, Seconds(0.3), Seconds(20));
    CutPath(0, Seconds(20.2), Seconds(1));
    RunToEnd();
    ExpectDelivered();
    EXPECT_GT(receiver->LastReceived(), Seconds(20));
    EXPECT_LT(receiver->LastReceived(), Seconds(150));
}

INSTANTIATE_TEST_SUITE_P(PlainClient, FallbackToClosedWindow, ::testing::Bool());

/// A host with MPTCP goes on to serve plain TCP sockets as if it were not there.
TEST_F(FallbackHosts, PlainSocketsOnMptcpHostsStayPlain)
{
    m_clientSockets = m_serverSockets = TCP_SOCKETS;
    Build(Kind::Disjoint);
    StartTransfer(300'000, 0);
    RunToEnd();
    ExpectDelivered(m_client, m_server);
    EXPECT_EQ(SocketOf(m_client), nullptr);
    EXPECT_EQ(PathBytes(1), 0U);
}

} // namespace
} // namespace ns3
