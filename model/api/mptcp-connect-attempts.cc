// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-connect-attempts.h"

#include <utility>

namespace ns3
{

void
MptcpConnectAttempts::Write(Ptr<Packet> packet)
{
    if (isOver)
    {
        return;
    }
    m_written.push_back(packet->Copy());
    if (rival)
    {
        rival->Write(packet->Copy());
    }
}

void
MptcpConnectAttempts::ShutdownSend()
{
    m_isShutDown = true;
    if (rival)
    {
        rival->ShutdownSend();
    }
}

void
MptcpConnectAttempts::Repeat(MptcpConnection& connection) const
{
    for (const auto& packet : m_written)
    {
        connection.Write(packet->Copy());
    }
    if (m_isShutDown)
    {
        connection.ShutdownSend();
    }
}

void
MptcpConnectAttempts::End()
{
    isOver = true;
    rivalTimer.Cancel();
    further.clear();
    m_written.clear();
    if (rival)
    {
        lost.push_back(std::move(rival)); // first, so that nobody takes its end for the winner's
        lost.back()->Abort();
    }
}

void
MptcpConnectAttempts::Dispose()
{
    rivalTimer.Cancel();
    if (rival)
    {
        rival->Dispose();
    }
    for (const auto& connection : lost)
    {
        connection->Dispose();
    }
}

} // namespace ns3
