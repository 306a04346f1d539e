// SPDX-License-Identifier: GPL-2.0-only
#include "flow-window.h"

#include <algorithm>
#include <cassert>

namespace mptcp
{

ReceiveWindow::ReceiveWindow(DataSequence next, uint64_t bufferBytes)
    : m_next(next),
      m_promisedEdge(next),
      m_bufferBytes(bufferBytes)
{
}

void
ReceiveWindow::SetBufferBytes(uint64_t bufferBytes)
{
    m_bufferBytes = bufferBytes;
}

void
ReceiveWindow::OnInOrder(uint64_t bytes)
{
    m_next += bytes;
    m_unreadBytes += bytes;
}

void
ReceiveWindow::OnRead(uint64_t bytes)
{
    assert(bytes <= m_unreadBytes);
    m_unreadBytes -= bytes;
}

void
ReceiveWindow::OnDataFin()
{
    m_next += 1;
}

uint64_t
ReceiveWindow::AdvertisedBytes(uint32_t segmentBytes) const
{
    const bool advances = segmentBytes == 0 || UpdateWorthSending(segmentBytes);
    const DataSequence edge = advances ? RightEdge() : std::max(m_promisedEdge, m_next);
    return static_cast<uint64_t>(edge - m_next);
}

void
ReceiveWindow::NoteAdvertised(uint64_t bytes)
{
    if (bytes > 0) // what has been taken from behind a closed window was never promised
    {
        m_promisedEdge = std::max(m_promisedEdge, m_next + bytes);
    }
}

bool
ReceiveWindow::UpdateWorthSending(uint32_t segmentBytes) const
{
    const int64_t gainBytes = BufferEdge() - std::max(m_promisedEdge, m_next);
    const uint64_t worthwhileBytes = std::min<uint64_t>(m_bufferBytes / 2, segmentBytes);
    return gainBytes > 0 && static_cast<uint64_t>(gainBytes) >= worthwhileBytes;
}

DataSequence
ReceiveWindow::RightEdge() const
{
    return std::max({m_promisedEdge, BufferEdge(), m_next});
}

DataSequence
ReceiveWindow::AcceptedEdge() const
{
    return std::min(RightEdge() + 1, std::max(m_promisedEdge, BufferEdge() + MOST_PROBE_BYTES));
}

DataSequence
ReceiveWindow::BufferEdge() const
{
    return m_next + m_bufferBytes - m_unreadBytes;
}

SendWindow::SendWindow(DataSequence next, uint64_t windowBytes)
    : m_acknowledged(next),
      m_rightEdge(next + windowBytes)
{
}

SendWindow::Effect
SendWindow::OnDataAck(DataSequence ack, uint64_t windowBytes)
{
    Effect effect;
    effect.ackAdvanced = m_acknowledged < ack;
    effect.isStale = ack < m_acknowledged;
    effect.windowOpened = m_rightEdge < ack + windowBytes;
    m_acknowledged = std::max(m_acknowledged, ack);
    m_rightEdge = std::max(m_rightEdge, ack + windowBytes);
    return effect;
}

uint64_t
SendWindow::AvailableBytes(DataSequence nextToGrant) const
{
    return DataRange{nextToGrant, m_rightEdge}.Bytes();
}

} // namespace mptcp
