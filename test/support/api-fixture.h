// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_API_FIXTURE_H
#define MPTCP_API_FIXTURE_H

#include "transfer-fixture.h"

#include <memory>
#include <string>

namespace ns3
{

/// A client that is told what to do with its socket before it connects, and sends the pattern.
class ApiClient
{
  public:
    explicit ApiClient(Ptr<MptcpSocket> socket);

    /// Sends so much once connected, and closes when the peer has.
    void SendOn(uint64_t bytes);
    /// SendOn and Connect.
    int Connect(const Address& remote, uint64_t bytes);

    const Ptr<MptcpSocket> socket;
    bool isConnected{false};
    bool hasFailed{false};
    bool hasError{false};
    uint64_t receivedBytes{0};
    Time connectedAt;

  private:
    void Write();
    void CloseIfDone();

    uint64_t m_bytes{0};
    uint64_t m_sentBytes{0};
    bool m_hasPeerClosed{false};
};

/**
 * Tests of the API of RFC 6897: a server that takes what comes, and clients whose sockets a test
 * prepares itself.
 */
class ApiTest : public TransferTest
{
  protected:
    /// Connects, and sends one byte, since no subflow is opened before both hosts have seen data
    /// (RFC 8684 3.1); until the first second is over.
    void ConnectAndJoin(ApiClient& client, std::size_t subflows);
    /// The server on PORT; it sends so much back.
    void StartServer(uint64_t downBytes = 0);
    /// A socket of ns3::MptcpSocketFactory.
    [[nodiscard]] Ptr<MptcpSocket> NewSocket(Ptr<Node> node = nullptr) const;
    /// What an application that names ns3::TcpSocketFactory gets when the node's policy is to use
    /// MPTCP.
    [[nodiscard]] Ptr<MptcpSocket> NewLegacySocket(Ptr<Node> node = nullptr) const;
    /// The client's.
    [[nodiscard]] Address Local(std::size_t path, uint16_t port = 0) const;
    [[nodiscard]] static std::size_t EstablishedSubflows(const MptcpSocket& socket);
    /// Bytes on the wire of a path from now until `time` from now.
    [[nodiscard]] uint64_t PathBytesDuring(std::size_t path, Time time);
    [[nodiscard]] static uint64_t Count(Ptr<Node> node, mptcp::Mib counter);
    /// The server has all, as it was sent.
    void ExpectReceived(uint64_t bytes) const;
};

} // namespace ns3

#endif // MPTCP_API_FIXTURE_H
