// SPDX-License-Identifier: GPL-2.0-only
#include "chunked-transfer.h"

#include "stream-applications.h"

#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ns3
{

namespace
{

constexpr uint32_t WRITE_BYTES = 14'200; // ten segments

} // namespace

ChunkedTransfer::ChunkedTransfer(Ptr<Node> server,
                                 Ptr<Node> client,
                                 const std::string& sockets,
                                 const Address& remote,
                                 const Plan& plan,
                                 Time start)
    : m_plan(plan)
{
    const TypeId type = TypeId::LookupByName(sockets);
    const uint16_t port = InetSocketAddress::ConvertFrom(remote).GetPort();
    Simulator::ScheduleNow([this, server, type, port] {
        m_listener = Socket::CreateSocket(server, type);
        m_listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
        m_listener->Listen();
        m_listener->SetAcceptCallback(
            [](Ptr<Socket>, const Address&) { return true; },
            [this](Ptr<Socket> socket, const Address&) { Accept(socket); });
    });
    Simulator::Schedule(start, [this, client, type, remote] {
        m_receiver = Socket::CreateSocket(client, type);
        m_receiver->SetRecvCallback([this](Ptr<Socket> socket) { Read(socket); });
        if (m_onOpening)
        {
            m_onOpening(m_receiver);
        }
        m_receiver->Connect(remote);
    });
}

ChunkedTransfer::~ChunkedTransfer()
{
    for (const auto& socket : {m_listener, m_sender, m_receiver})
    {
        if (socket)
        {
            socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                      MakeNullCallback<void, Ptr<Socket>, const Address&>());
            socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
            socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
        }
    }
}

void
ChunkedTransfer::OnConnection(std::function<void(Ptr<Socket>)> callback)
{
    m_onConnection = std::move(callback);
}

void
ChunkedTransfer::OnOpening(std::function<void(Ptr<Socket>)> callback)
{
    m_onOpening = std::move(callback);
}

void
ChunkedTransfer::OnReceived(std::function<void(Ptr<const Packet>)> callback)
{
    m_onReceived = std::move(callback);
}

bool
ChunkedTransfer::IsOver() const
{
    return m_plan.length.IsStrictlyPositive() && !m_begun.empty() &&
           Simulator::Now() - m_begun.front() >= m_plan.length;
}

void
ChunkedTransfer::Accept(Ptr<Socket> socket)
{
    m_sender = socket;
    socket->SetSendCallback([this](Ptr<Socket>, uint32_t) { Write(); });
    if (m_onConnection)
    {
        m_onConnection(socket);
    }
    Begin();
}

void
ChunkedTransfer::Begin()
{
    if (IsOver())
    {
        Write();
        return;
    }
    m_begun.push_back(Simulator::Now());
    m_dueBytes += m_plan.chunkBytes;
    if (m_plan.pace == Pace::Timed)
    {
        Simulator::Schedule(m_plan.interval, [this] { Begin(); });
    }
    Write();
}

void
ChunkedTransfer::Write()
{
    while (!m_hasClosed)
    {
        if (m_sentBytes == m_dueBytes && IsOver())
        {
            m_hasClosed = true;
            m_sender->Close();
            return;
        }
        if (m_sentBytes == m_dueBytes && m_plan.pace == Pace::Bulk)
        {
            Begin();
            return;
        }
        const uint64_t left = m_dueBytes - m_sentBytes;
        const auto count = static_cast<uint32_t>(
            std::min<uint64_t>({left, WRITE_BYTES, m_sender->GetTxAvailable()}));
        // A small remainder of the buffer would make small segments.
        if (count == 0 || (count < left && count < std::min(WRITE_BYTES, m_plan.chunkBytes)))
        {
            return;
        }
        if (m_sender->Send(PatternStream::Make(m_sentBytes, count)) < 0)
        {
            return;
        }
        m_sentBytes += count;
    }
}

void
ChunkedTransfer::Read(Ptr<Socket> socket)
{
    while (Ptr<Packet> packet = socket->Recv())
    {
        if (packet->GetSize() == 0)
        {
            return;
        }
        m_isIntact = m_isIntact && PatternStream::Matches(m_receivedBytes, packet);
        m_receivedBytes += packet->GetSize();
        if (m_onReceived)
        {
            m_onReceived(packet);
        }
        while (m_delays.size() < m_begun.size() &&
               m_receivedBytes >= (m_delays.size() + 1) * uint64_t{m_plan.chunkBytes})
        {
            m_delays.push_back(Simulator::Now() - m_begun[m_delays.size()]);
            OnArrived();
        }
    }
}

void
ChunkedTransfer::OnArrived()
{
    if (m_plan.pace == Pace::Fetched)
    {
        const Time due = m_begun.back() + m_plan.interval;
        Simulator::Schedule(std::max(due - Simulator::Now(), m_plan.fetch), [this] { Begin(); });
    }
}

uint64_t
ChunkedTransfer::SentBytes() const
{
    return m_sentBytes;
}

bool
ChunkedTransfer::IsComplete() const
{
    return m_hasClosed && m_receivedBytes == m_sentBytes;
}

uint64_t
ChunkedTransfer::ReceivedBytes() const
{
    return m_receivedBytes;
}

bool
ChunkedTransfer::IsIntact() const
{
    return m_isIntact;
}

const std::vector<Time>&
ChunkedTransfer::Delays() const
{
    return m_delays;
}

std::size_t
ChunkedTransfer::Due() const
{
    return m_begun.size();
}

Time
ChunkedTransfer::DelayQuantile(double share) const
{
    if (m_delays.empty())
    {
        return Time(0);
    }
    std::vector<Time> sorted = m_delays;
    std::sort(sorted.begin(), sorted.end());
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::min(std::max<std::size_t>(rank, 1), sorted.size()) - 1];
}

Time
ChunkedTransfer::MeanDelay() const
{
    const Time sum = std::accumulate(m_delays.begin(), m_delays.end(), Time(0));
    return m_delays.empty() ? Time(0) : sum / static_cast<int64_t>(m_delays.size());
}

} // namespace ns3
