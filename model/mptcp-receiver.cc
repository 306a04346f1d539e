// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-receiver.h"

#include <algorithm>

namespace ns3
{

MptcpReceiver::MptcpReceiver(mptcp::DataSequence first,
                             uint32_t bufferBytes,
                             mptcp::MibCounters& mib)
    : m_mib(mib),
      m_reassembly(first),
      m_refusedEnd(first),
      m_window(first, bufferBytes)
{
}

uint64_t
MptcpReceiver::Deliver(mptcp::DataSequence begin,
                       Ptr<Packet> payload,
                       std::optional<mptcp::DataSequence> end,
                       bool isPlain)
{
    const uint32_t bytes = payload->GetSize();
    const auto furthest = begin + bytes;
    const auto edge = isPlain ? furthest : m_window.AcceptedEdge();
    const bool isNext = begin <= m_reassembly.Next();
    const auto inserted = m_reassembly.Insert(
        begin,
        std::move(payload),
        [this](Ptr<Packet>&& piece) { m_readable.push_back(std::move(piece)); },
        end ? std::min(edge, *end) : edge);
    if (inserted.deliveredBytes > 0)
    {
        m_window.OnInOrder(inserted.deliveredBytes);
    }
    if (inserted.newBytes != bytes || inserted.isOutOfOrder)
    {
        const bool isWindow = !end || edge <= *end;
        if (isWindow && inserted.beyondEdgeBytes > 0)
        {
            m_refusedEnd = std::max(m_refusedEnd, furthest);
        }
        Count(inserted, isNext, isWindow);
    }
    return inserted.deliveredBytes;
}

void
MptcpReceiver::Count(const Reassembly::Inserted& inserted, bool isNext, bool isWindow)
{
    if (inserted.isOutOfOrder)
    {
        m_mib.Increment(mptcp::Mib::OFOQueue);
        if (inserted.isAtTail)
        {
            m_mib.Increment(mptcp::Mib::OFOQueueTail);
        }
        if (inserted.followsHeld)
        {
            m_mib.Increment(mptcp::Mib::OFOMerge);
        }
    }
    if (inserted.newBytes == 0 && inserted.duplicateBytes > 0)
    {
        m_mib.Increment(mptcp::Mib::DuplicateData);
    }
    if (inserted.beyondEdgeBytes > 0 && isWindow)
    {
        m_mib.Increment(isNext ? mptcp::Mib::RcvPruned : mptcp::Mib::NoDSSInWindow);
    }
}

void
MptcpReceiver::DiscardHeld()
{
    m_reassembly.DiscardHeld();
}

void
MptcpReceiver::OnDataFin()
{
    m_window.OnDataFin();
}

Ptr<Packet>
MptcpReceiver::Read(uint32_t maxBytes)
{
    if (m_readable.empty() || maxBytes == 0)
    {
        return nullptr;
    }
    Ptr<Packet> packet = m_readable.front();
    if (packet->GetSize() > maxBytes)
    {
        m_readable.front() = packet->CreateFragment(maxBytes, packet->GetSize() - maxBytes);
        packet = packet->CreateFragment(0, maxBytes);
    }
    else
    {
        m_readable.pop_front();
    }
    m_window.OnRead(packet->GetSize());
    return packet;
}

void
MptcpReceiver::SetBufferBytes(uint32_t bufferBytes)
{
    m_window.SetBufferBytes(bufferBytes);
}

uint32_t
MptcpReceiver::ReadableBytes() const
{
    return static_cast<uint32_t>(m_window.UnreadBytes());
}

mptcp::DataSequence
MptcpReceiver::DataAck() const
{
    return m_window.Next();
}

mptcp::DataSequence
MptcpReceiver::Next() const
{
    return m_reassembly.Next();
}

mptcp::DataSequence
MptcpReceiver::FurthestEnd() const
{
    return m_reassembly.FurthestEnd();
}

bool
MptcpReceiver::IsInLine() const
{
    return std::max(m_reassembly.FurthestEnd(), m_refusedEnd) <= m_reassembly.Next();
}

uint64_t
MptcpReceiver::WindowBytes() const
{
    return m_window.AdvertisedBytes();
}

void
MptcpReceiver::NoteAdvertised(uint64_t windowBytes)
{
    m_window.NoteAdvertised(windowBytes);
}

bool
MptcpReceiver::IsWindowUpdateDue(uint32_t segmentBytes) const
{
    return m_window.UpdateWorthSending(segmentBytes);
}

uint64_t
MptcpReceiver::OutOfOrderBytes() const
{
    return m_reassembly.OutOfOrderBytes();
}

uint64_t
MptcpReceiver::DuplicateBytes() const
{
    return m_reassembly.DuplicateBytes();
}

} // namespace ns3
