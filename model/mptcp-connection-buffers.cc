// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that sizes its buffers while it runs (Raiciu et al., NSDI 2012,
/// section 4.2, mechanism M3).
#include "mptcp-connection.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

void
MptcpConnection::StartAutotuning()
{
    const auto& settings = m_stack->GetBufferSettings();
    if (settings.autotuning)
    {
        m_sendTuning.emplace(m_settings.sendBufferBytes, settings.maxSendBufferBytes);
        m_receiveTuning.emplace(m_settings.receiveBufferBytes, settings.maxReceiveBufferBytes);
    }
}

void
MptcpConnection::TuneBuffers()
{
    std::chrono::nanoseconds longestSent{0};
    std::chrono::nanoseconds longestReceived{0};
    for (const auto& subflow : m_usable)
    {
        longestSent = std::max(longestSent, subflow->Snapshot().smoothedRtt);
        longestReceived = std::max(longestReceived, subflow->ReceiverRtt());
    }
    const auto now = ToChrono(Simulator::Now());
    if (const auto bytes = m_receiveTuning->OnProgress(now, m_arrivedBytes, longestReceived))
    {
        m_settings.receiveBufferBytes = static_cast<uint32_t>(*bytes);
        m_receiver->SetBufferBytes(m_settings.receiveBufferBytes);
    }
    if (const auto bytes = m_sendTuning->OnProgress(now, m_acknowledgedBytes, longestSent))
    {
        SetSendBuffer(static_cast<uint32_t>(*bytes));
        m_socket.ReportWritable();
    }
}

uint32_t
MptcpConnection::SendBufferBytes() const
{
    return m_settings.sendBufferBytes;
}

uint32_t
MptcpConnection::ReceiveBufferBytes() const
{
    return m_settings.receiveBufferBytes;
}

} // namespace ns3
