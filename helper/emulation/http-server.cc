// SPDX-License-Identifier: GPL-2.0-only
#include "http-server.h"

#include "stream-applications.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <utility>

namespace ns3
{

namespace
{

const std::string HEADER = "HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n";
constexpr uint32_t WRITE_BYTES = 32'768;

Ptr<Packet>
Text(const std::string& text)
{
    return Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()),
                          static_cast<uint32_t>(text.size()));
}

} // namespace

HttpServer::HttpServer(Ptr<Node> node, TypeId factory, uint16_t port)
    : m_listener(Socket::CreateSocket(node, factory))
{
    const bool isBound = m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), port)) == 0;
    NS_ABORT_MSG_UNLESS(isBound && m_listener->Listen() == 0, "Cannot listen on port " << port);
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&HttpServer::HandleAccepted, this));
}

HttpServer::~HttpServer()
{
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeNullCallback<void, Ptr<Socket>, const Address&>());
    if (m_socket)
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
        m_socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                    MakeNullCallback<void, Ptr<Socket>>());
    }
}

void
HttpServer::OnConnection(std::function<void(Ptr<Socket>)> callback)
{
    m_onConnection = std::move(callback);
}

uint64_t
HttpServer::AcknowledgedBytes() const
{
    if (!m_isAnswering)
    {
        return m_acknowledgedBytes;
    }
    const uint64_t waiting = m_bufferBytes - std::min(m_bufferBytes, m_socket->GetTxAvailable());
    return m_writtenBytes - std::min(m_writtenBytes, waiting);
}

void
HttpServer::HandleAccepted(Ptr<Socket> socket, const Address&)
{
    if (m_socket)
    {
        socket->Close();
        return;
    }
    m_socket = socket;
    UintegerValue size;
    socket->GetAttribute("SndBufSize", size);
    m_bufferBytes = static_cast<uint32_t>(size.Get());
    socket->SetRecvCallback(MakeCallback(&HttpServer::HandleReadable, this));
    socket->SetSendCallback(MakeCallback(&HttpServer::HandleWritable, this));
    socket->SetCloseCallbacks(MakeCallback(&HttpServer::HandleEnd, this),
                              MakeCallback(&HttpServer::HandleEnd, this));
    if (m_onConnection)
    {
        m_onConnection(socket);
    }
}

void
HttpServer::HandleReadable(Ptr<Socket> socket)
{
    Ptr<Packet> packet;
    while ((packet = socket->Recv()) && packet->GetSize() > 0)
    {
        std::string text(packet->GetSize(), ' ');
        packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), packet->GetSize());
        m_request += text;
    }
    if (!m_isAnswering && m_request.find("\r\n\r\n") != std::string::npos)
    {
        m_isAnswering = true;
        socket->Send(Text(HEADER));
        HandleWritable(socket, socket->GetTxAvailable());
    }
}

void
HttpServer::HandleWritable(Ptr<Socket> socket, uint32_t)
{
    while (m_isAnswering)
    {
        const uint32_t count = std::min(WRITE_BYTES, socket->GetTxAvailable());
        const int taken = count > 0 ? socket->Send(PatternStream::Make(m_writtenBytes, count)) : 0;
        if (taken <= 0)
        {
            return;
        }
        m_writtenBytes += static_cast<uint64_t>(taken);
    }
}

void
HttpServer::HandleEnd(Ptr<Socket> socket)
{
    m_acknowledgedBytes = AcknowledgedBytes();
    m_isAnswering = false;
    socket->Close();
}

} // namespace ns3
