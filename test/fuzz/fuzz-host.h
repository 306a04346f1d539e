// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FUZZ_HOST_H
#define MPTCP_FUZZ_HOST_H

#include "mptcp-socket.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/node.h"

#include <string>
#include <vector>

namespace mptcp::fuzz
{

/// The application of the host under test: writes a known text and keeps what it reads.
class Host
{
  public:
    static constexpr uint16_t PORT = 80;
    static constexpr uint32_t BUFFER_BYTES = 20'000;

    explicit Host(ns3::Ptr<ns3::Node> node);

    /// The connection from `peer` is the one under test; spoilt segments open others.
    void Listen(const ns3::InetSocketAddress& peer);
    void Connect(ns3::Ipv4Address address);
    /// As much of the next `bytes` of the text as the socket takes.
    void Write(uint32_t bytes);
    void ShutdownSend();
    void CloseAll();
    void SetReading(bool isReading);

    /// The connection under test. Null before there is one.
    [[nodiscard]] ns3::Ptr<ns3::MptcpSocket> GetSocket() const;
    [[nodiscard]] bool IsClosed() const;
    [[nodiscard]] uint64_t WrittenBytes() const;
    [[nodiscard]] const std::string& Received() const;

  private:
    ns3::Ptr<ns3::MptcpSocket> CreateSocket();
    void Use(ns3::Ptr<ns3::MptcpSocket> socket);
    void Read(ns3::Ptr<ns3::MptcpSocket> socket);

    ns3::Ptr<ns3::Node> m_node;
    ns3::Ptr<ns3::MptcpSocket> m_listener;
    std::vector<ns3::Ptr<ns3::MptcpSocket>> m_sockets;
    ns3::Ptr<ns3::MptcpSocket> m_tested; //!< one of them
    std::string m_received;
    uint64_t m_writtenBytes{0};
    bool m_isReading{true};
    bool m_isClosed{false};
};

} // namespace mptcp::fuzz

#endif // MPTCP_FUZZ_HOST_H
