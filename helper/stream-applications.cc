// SPDX-License-Identifier: GPL-2.0-only
#include "stream-applications.h"

#include "ns3/boolean.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <memory>
#include <nettle/base16.h>
#include <nettle/sha2.h>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("StreamEndpoint");
NS_OBJECT_ENSURE_REGISTERED(StreamEndpoint);

namespace
{

/// Prime, so that no segment size or buffer size is a multiple of it.
constexpr uint32_t PATTERN_BYTES = 65521;

const std::vector<uint8_t>&
Pattern()
{
    // Twice the period, so that any piece up to one period lies in one run of memory.
    static const std::vector<uint8_t> pattern = [] {
        std::vector<uint8_t> bytes(2 * PATTERN_BYTES);
        uint32_t x = 1;
        for (uint32_t i = 0; i < PATTERN_BYTES; ++i)
        {
            x = x * 1664525U + 1013904223U; // a linear congruential generator; only has to vary
            bytes[i] = bytes[i + PATTERN_BYTES] = static_cast<uint8_t>(x >> 24);
        }
        return bytes;
    }();
    return pattern;
}

} // namespace

Ptr<Packet>
PatternStream::Make(uint64_t position, uint32_t count)
{
    NS_ASSERT(count <= PATTERN_BYTES);
    return Create<Packet>(Pattern().data() + position % PATTERN_BYTES, count);
}

bool
PatternStream::Matches(uint64_t position, Ptr<const Packet> packet)
{
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), packet->GetSize());
    for (std::size_t done = 0; done < bytes.size();)
    {
        const std::size_t count = std::min<std::size_t>(bytes.size() - done, PATTERN_BYTES);
        const auto* expected = Pattern().data() + (position + done) % PATTERN_BYTES;
        if (!std::equal(expected, expected + count, bytes.data() + done))
        {
            return false;
        }
        done += count;
    }
    return true;
}

struct StreamHash::State
{
    sha256_ctx context;
};

StreamHash::StreamHash()
    : m_state(std::make_unique<State>())
{
    sha256_init(&m_state->context);
}

StreamHash::~StreamHash() = default;

void
StreamHash::Add(Ptr<const Packet> packet)
{
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), packet->GetSize());
    sha256_update(&m_state->context, bytes.size(), bytes.data());
}

std::string
StreamHash::Digest() const
{
    sha256_ctx context = m_state->context; // the digest call starts its argument anew
    std::array<uint8_t, SHA256_DIGEST_SIZE> digest;
    sha256_digest(&context, digest.size(), digest.data());
    std::string text(BASE16_ENCODE_LENGTH(digest.size()), ' ');
    base16_encode_update(text.data(), digest.size(), digest.data());
    return text;
}

TypeId
StreamEndpoint::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::StreamEndpoint")
            .SetParent<Application>()
            .SetGroupName("Mptcp")
            .AddConstructor<StreamEndpoint>()
            .AddAttribute("Protocol",
                          "TypeId of the socket factory.",
                          TypeIdValue(TcpSocketFactory::GetTypeId()),
                          MakeTypeIdAccessor(&StreamEndpoint::m_factory),
                          MakeTypeIdChecker())
            .AddAttribute("Address",
                          "Where to listen or where to connect to.",
                          AddressValue(),
                          MakeAddressAccessor(&StreamEndpoint::m_address),
                          MakeAddressChecker())
            .AddAttribute("Listen",
                          "True: wait for a connection. False: open one.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&StreamEndpoint::m_listen),
                          MakeBooleanChecker())
            .AddAttribute("BytesToSend",
                          "Bytes of the pattern to send; the largest number means without end.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&StreamEndpoint::m_bytesToSend),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("WriteSize",
                          "Most bytes to hand to the socket in one call.",
                          UintegerValue(14200),
                          MakeUintegerAccessor(&StreamEndpoint::m_writeBytes),
                          MakeUintegerChecker<uint32_t>(1, PATTERN_BYTES))
            .AddAttribute(
                "Reading",
                "Whether to take what the socket has received. While false, the "
                "receive window closes.",
                BooleanValue(true),
                MakeBooleanAccessor(&StreamEndpoint::SetReading, &StreamEndpoint::IsReading),
                MakeBooleanChecker());
    return tid;
}

StreamEndpoint::StreamEndpoint() = default;

StreamEndpoint::~StreamEndpoint() = default;

void
StreamEndpoint::DoDispose()
{
    m_listener = nullptr;
    m_socket = nullptr;
    m_onConnection = nullptr;
    m_onReceived = nullptr;
    Application::DoDispose();
}

void
StreamEndpoint::StartApplication()
{
    Ptr<Socket> socket = Socket::CreateSocket(GetNode(), m_factory);
    if (m_listen)
    {
        m_listener = socket;
        socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&StreamEndpoint::HandleAccepted, this));
        if (socket->Bind(m_address) != 0 || socket->Listen() != 0)
        {
            HandleFailed(socket);
        }
        return;
    }
    Use(socket);
    socket->SetConnectCallback(MakeCallback(&StreamEndpoint::HandleConnected, this),
                               MakeCallback(&StreamEndpoint::HandleFailed, this));
    if (socket->Connect(m_address) != 0)
    {
        HandleFailed(socket);
    }
}

void
StreamEndpoint::StopApplication()
{
    if (m_listener)
    {
        m_listener->Close();
    }
    if (m_socket && !m_isClosed)
    {
        m_isClosed = true;
        m_socket->Close();
    }
}

void
StreamEndpoint::Use(Ptr<Socket> socket)
{
    m_socket = socket;
    UintegerValue bufferBytes(UINT32_MAX);
    socket->GetAttributeFailSafe("SndBufSize", bufferBytes);
    m_leastWriteBytes = std::min(m_writeBytes, static_cast<uint32_t>(bufferBytes.Get() / 2));
    socket->SetRecvCallback(MakeCallback(&StreamEndpoint::HandleReadable, this));
    socket->SetSendCallback(MakeCallback(&StreamEndpoint::HandleWritable, this));
    socket->SetCloseCallbacks(MakeCallback(&StreamEndpoint::HandleClosed, this),
                              MakeCallback(&StreamEndpoint::HandleError, this));
}

void
StreamEndpoint::HandleConnected(Ptr<Socket> socket)
{
    if (m_onConnection)
    {
        m_onConnection(socket);
    }
    HandleWritable(socket, socket->GetTxAvailable());
}

void
StreamEndpoint::HandleFailed(Ptr<Socket> socket)
{
    m_hasFailed = true;
    m_error = socket->GetErrno();
}

void
StreamEndpoint::HandleAccepted(Ptr<Socket> socket, const Address&)
{
    Use(socket);
    HandleConnected(socket);
}

void
StreamEndpoint::HandleWritable(Ptr<Socket> socket, uint32_t)
{
    while (!m_hasShutDown && m_sentBytes < m_bytesToSend)
    {
        const uint64_t left = m_bytesToSend - m_sentBytes;
        const auto count = static_cast<uint32_t>(
            std::min<uint64_t>({left, m_writeBytes, socket->GetTxAvailable()}));
        // A small remainder of the buffer would make small segments.
        if (count == 0 || (count < m_leastWriteBytes && count < left))
        {
            return;
        }
        Ptr<Packet> packet = PatternStream::Make(m_sentBytes, count);
        if (socket->Send(packet) < 0)
        {
            return;
        }
        m_sentHash.Add(packet);
        m_sentBytes += count;
    }
    CloseIfDone();
}

void
StreamEndpoint::HandleReadable(Ptr<Socket> socket)
{
    while (m_isReading)
    {
        Ptr<Packet> packet = socket->Recv();
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        m_isIntact = m_isIntact && PatternStream::Matches(m_receivedBytes, packet);
        m_receivedHash.Add(packet);
        m_receivedBytes += packet->GetSize();
        m_lastReceived = Simulator::Now();
        if (m_onReceived)
        {
            m_onReceived(packet);
        }
    }
}

void
StreamEndpoint::HandleClosed(Ptr<Socket> socket)
{
    m_hasPeerClosed = true;
    HandleReadable(socket);
    CloseIfDone();
}

void
StreamEndpoint::HandleError(Ptr<Socket> socket)
{
    m_hasFailed = true;
    m_error = socket->GetErrno();
}

void
StreamEndpoint::CloseIfDone()
{
    if (!m_hasShutDown && m_sentBytes == m_bytesToSend && (m_bytesToSend > 0 || m_hasPeerClosed))
    {
        m_hasShutDown = true;
        m_socket->ShutdownSend();
    }
    // Closing would throw away what is not read yet.
    if (m_hasShutDown && m_hasPeerClosed && !m_isClosed && m_socket->GetRxAvailable() == 0)
    {
        m_isClosed = true;
        m_socket->Close();
    }
}

void
StreamEndpoint::SetReading(bool isReading)
{
    m_isReading = isReading;
    if (m_isReading && m_socket)
    {
        HandleReadable(m_socket);
        CloseIfDone();
    }
}

bool
StreamEndpoint::IsReading() const
{
    return m_isReading;
}

Ptr<Socket>
StreamEndpoint::GetSocket() const
{
    return m_socket;
}

uint64_t
StreamEndpoint::SentBytes() const
{
    return m_sentBytes;
}

uint64_t
StreamEndpoint::ReceivedBytes() const
{
    return m_receivedBytes;
}

bool
StreamEndpoint::IsIntact() const
{
    return m_isIntact;
}

bool
StreamEndpoint::HasPeerClosed() const
{
    return m_hasPeerClosed;
}

bool
StreamEndpoint::HasFailed() const
{
    return m_hasFailed;
}

Socket::SocketErrno
StreamEndpoint::Error() const
{
    return m_error;
}

std::string
StreamEndpoint::SentDigest() const
{
    return m_sentHash.Digest();
}

std::string
StreamEndpoint::ReceivedDigest() const
{
    return m_receivedHash.Digest();
}

Time
StreamEndpoint::LastReceived() const
{
    return m_lastReceived;
}

void
StreamEndpoint::OnConnection(std::function<void(Ptr<Socket>)> callback)
{
    m_onConnection = std::move(callback);
}

void
StreamEndpoint::OnReceived(std::function<void(Ptr<const Packet>)> callback)
{
    m_onReceived = std::move(callback);
}

} // namespace ns3
