// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz-host.h"

#include "fuzz-finding.h"
#include "segment-builders.h"

#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/uinteger.h"

namespace mptcp::fuzz
{

using namespace ns3;

Host::Host(Ptr<Node> node)
    : m_node(node)
{
}

Ptr<MptcpSocket>
Host::CreateSocket()
{
    auto socket = DynamicCast<MptcpSocket>(
        Socket::CreateSocket(m_node, TypeId::LookupByName("ns3::MptcpSocketFactory")));
    socket->SetAttribute("RcvBufSize", UintegerValue(BUFFER_BYTES));
    socket->SetAttribute("SndBufSize", UintegerValue(BUFFER_BYTES));
    return socket;
}

void
Host::Use(Ptr<MptcpSocket> socket)
{
    m_sockets.push_back(socket);
    socket->SetRecvCallback([this](Ptr<Socket> readable) {
        if (m_isReading)
        {
            Read(DynamicCast<MptcpSocket>(readable));
        }
    });
    if (m_isClosed)
    {
        socket->Close(); // accepted too late
    }
}

void
Host::Read(Ptr<MptcpSocket> socket)
{
    while (Ptr<Packet> packet = socket->Recv(UINT32_MAX, 0))
    {
        if (packet->GetSize() == 0)
        {
            return;
        }
        std::string bytes(packet->GetSize(), '\0');
        packet->CopyData(reinterpret_cast<uint8_t*>(bytes.data()), packet->GetSize());
        if (socket == m_tested)
        {
            m_received += bytes;
        }
    }
}

void
Host::Listen(const InetSocketAddress& peer)
{
    m_listener = CreateSocket();
    m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
    Check(m_listener->Listen() == 0, "a host can listen");
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  [this, peer](Ptr<Socket> socket, const Address& from) {
                                      Use(DynamicCast<MptcpSocket>(socket));
                                      const auto remote = InetSocketAddress::ConvertFrom(from);
                                      if (!m_tested && remote.GetIpv4() == peer.GetIpv4() &&
                                          remote.GetPort() == peer.GetPort())
                                      {
                                          m_tested = m_sockets.back();
                                      }
                                  });
}

void
Host::Connect(Ipv4Address address)
{
    auto socket = CreateSocket();
    Use(socket);
    m_tested = socket;
    Check(socket->Connect(InetSocketAddress(address, PORT)) == 0, "a host can send a SYN");
}

void
Host::Write(uint32_t bytes)
{
    if (!GetSocket())
    {
        return;
    }
    bytes = std::min(bytes, GetSocket()->GetTxAvailable());
    const std::string text = script::Text(m_writtenBytes + 1, bytes);
    auto packet = Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()), bytes);
    if (bytes > 0 && GetSocket()->Send(packet, 0) > 0)
    {
        m_writtenBytes += bytes;
    }
}

void
Host::ShutdownSend()
{
    if (GetSocket())
    {
        GetSocket()->ShutdownSend();
    }
}

void
Host::CloseAll()
{
    m_isClosed = true;
    for (const auto& socket : m_sockets)
    {
        socket->Close();
    }
}

void
Host::SetReading(bool isReading)
{
    m_isReading = isReading;
    for (std::size_t i = 0; isReading && i < m_sockets.size(); ++i)
    {
        Read(m_sockets[i]);
    }
}

Ptr<MptcpSocket>
Host::GetSocket() const
{
    return m_tested;
}

bool
Host::IsClosed() const
{
    return m_isClosed;
}

uint64_t
Host::WrittenBytes() const
{
    return m_writtenBytes;
}

const std::string&
Host::Received() const
{
    return m_received;
}

} // namespace mptcp::fuzz
