// SPDX-License-Identifier: GPL-2.0-only
#include "api-fixture.h"

#include "ns3/inet-socket-address.h"

#include <algorithm>

namespace ns3
{

ApiClient::ApiClient(Ptr<MptcpSocket> madeBefore)
    : socket(madeBefore)
{
    socket->SetConnectCallback(
        [this](Ptr<Socket>) {
            isConnected = true;
            connectedAt = Simulator::Now();
        },
        [this](Ptr<Socket>) { hasFailed = true; });
    socket->SetSendCallback([this](Ptr<Socket>, uint32_t) { Write(); });
    socket->SetRecvCallback([this](Ptr<Socket> readable) {
        while (Ptr<Packet> packet = readable->Recv())
        {
            if (packet->GetSize() == 0)
            {
                return;
            }
            receivedBytes += packet->GetSize();
        }
    });
    socket->SetCloseCallbacks(
        [this](Ptr<Socket>) {
            m_hasPeerClosed = true;
            CloseIfDone();
        },
        [this](Ptr<Socket>) { hasError = true; });
}

void
ApiClient::SendOn(uint64_t bytes)
{
    m_bytes = bytes;
}

int
ApiClient::Connect(const Address& remote, uint64_t bytes)
{
    SendOn(bytes);
    return socket->Connect(remote);
}

void
ApiClient::Write()
{
    constexpr uint64_t WRITE_BYTES = 14'200;
    while (m_sentBytes < m_bytes)
    {
        const auto piece = static_cast<uint32_t>(std::min(WRITE_BYTES, m_bytes - m_sentBytes));
        if (socket->GetTxAvailable() < piece ||
            socket->Send(PatternStream::Make(m_sentBytes, piece), 0) < 0)
        {
            return;
        }
        m_sentBytes += piece;
    }
    if (m_bytes > 0)
    {
        socket->ShutdownSend();
    }
    CloseIfDone();
}

void
ApiClient::CloseIfDone()
{
    if (m_hasPeerClosed && m_sentBytes == m_bytes)
    {
        socket->Close();
    }
}

void
ApiTest::ConnectAndJoin(ApiClient& client, std::size_t subflows)
{
    client.Connect(ServerSocket(), 0);
    RunUntil(Seconds(0.5));
    client.socket->Send(PatternStream::Make(0, 1), 0);
    RunUntil(Seconds(1));
    ASSERT_EQ(EstablishedSubflows(*client.socket), subflows);
}

void
ApiTest::StartServer(uint64_t downBytes)
{
    m_server = Serve(PORT, downBytes);
}

Ptr<MptcpSocket>
ApiTest::NewSocket(Ptr<Node> node) const
{
    return DynamicCast<MptcpSocket>(Socket::CreateSocket(node ? node : m_topology->Client(),
                                                         TypeId::LookupByName(MPTCP_SOCKETS)));
}

Ptr<MptcpSocket>
ApiTest::NewLegacySocket(Ptr<Node> node) const
{
    m_mptcp.UseForTcpSockets(m_topology->Hosts());
    return DynamicCast<MptcpSocket>(Socket::CreateSocket(node ? node : m_topology->Client(),
                                                         TypeId::LookupByName(TCP_SOCKETS)));
}

Address
ApiTest::Local(std::size_t path, uint16_t port) const
{
    return InetSocketAddress(m_topology->ClientAddress(path), port);
}

std::size_t
ApiTest::EstablishedSubflows(const MptcpSocket& socket)
{
    return socket.GetSubflowAddresses().size();
}

uint64_t
ApiTest::PathBytesDuring(std::size_t path, Time time)
{
    const uint64_t before = PathBytes(path);
    RunUntil(Simulator::Now() + time);
    return PathBytes(path) - before;
}

uint64_t
ApiTest::Count(Ptr<Node> node, mptcp::Mib counter)
{
    return node->GetObject<MptcpStack>()->GetMib().Get(counter);
}

void
ApiTest::ExpectReceived(uint64_t bytes) const
{
    EXPECT_EQ(m_server->ReceivedBytes(), bytes);
    EXPECT_TRUE(m_server->IsIntact());
    EXPECT_EQ(m_server->ReceivedDigest(), PatternDigest(bytes));
}

} // namespace ns3
