// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSender that acts when a full window or buffer keeps a subflow from sending:
/// opportunistic retransmission and penalties (Raiciu et al., NSDI 2012, section 4.2).
#include "mptcp-sender.h"
#include "mptcp-subflow.h"

#include <algorithm>

namespace ns3
{

void
MptcpSender::SetBufferSettings(const MptcpBufferSettings& settings)
{
    m_buffers = settings;
}

bool
MptcpSender::IsSendBufferFull() const
{
    // With what Linux takes for it: applications wait for more room than for a byte.
    const uint64_t used = m_queue.BufferedBytes();
    return m_queue.UngrantedBytes() == 0 && RoomBytes() < used / 2;
}

bool
MptcpSender::IsBlocked() const
{
    return HasUnacknowledged() &&
           (m_queue.UngrantedBytes() > 0 ? m_lastReason == mptcp::WaitReason::ReceiveWindowFull
                                         : IsSendBufferFull());
}

void
MptcpSender::ActOnBlockage(const std::vector<Ptr<MptcpSubflow>>& subflows)
{
    if (!IsBlocked())
    {
        return;
    }
    const auto edge = m_queue.FirstUnacknowledged();
    mptcp::CarriedRanges carried;
    for (const auto& subflow : subflows)
    {
        subflow->CollectCarried(edge, carried);
    }
    if (m_buffers.penalisation)
    {
        Penalise(edge, carried, subflows);
    }
    if (m_buffers.opportunisticRetransmission)
    {
        while (SendOpportunistically(edge, carried, subflows))
        {
        }
    }
}

void
MptcpSender::Penalise(mptcp::DataSequence edge,
                      const mptcp::CarriedRanges& carried,
                      const std::vector<Ptr<MptcpSubflow>>& subflows)
{
    // By measured round trips alone: a subflow that is overdue has lost something, and its own TCP
    // will slow it down for that.
    mptcp::CarriedRanges measured = carried;
    for (auto& each : measured)
    {
        each.oldestAge = std::chrono::nanoseconds{0};
    }
    const auto blockage = mptcp::FindBlockage(m_snapshot, edge, measured);
    if (!blockage || blockage->range.begin != edge)
    {
        return; // what is missing first comes as fast as it can
    }
    for (const auto& subflow : subflows)
    {
        const auto& culprits = blockage->culprits;
        if (std::find(culprits.begin(), culprits.end(), subflow->GetSubflowId()) != culprits.end())
        {
            subflow->Penalise();
        }
    }
}

bool
MptcpSender::SendOpportunistically(mptcp::DataSequence edge,
                                   const mptcp::CarriedRanges& carried,
                                   const std::vector<Ptr<MptcpSubflow>>& subflows)
{
    const auto blockage = m_opportunistic.Next(m_snapshot, edge, carried);
    if (!blockage)
    {
        return false;
    }
    const auto chunk = m_queue.Copy(blockage->range);
    const uint32_t bytes = chunk.payload->GetSize();
    for (std::size_t i = 0; i < subflows.size(); ++i)
    {
        if (subflows[i]->GetSubflowId() == blockage->idle)
        {
            if (!subflows[i]->Accept(chunk.begin, chunk.payload))
            {
                return false;
            }
            m_snapshot.subflows[i].queuedBytes += bytes;
        }
    }
    m_opportunistic.OnSent(blockage->range);
    m_reinjectedBytes += bytes;
    ++m_reinjections;
    m_mib.Increment(mptcp::Mib::MPTCPRetrans);
    if (!m_decisions.IsEmpty())
    {
        ReportOpportunistic(blockage->idle, bytes);
    }
    return true;
}

void
MptcpSender::ReportOpportunistic(mptcp::SubflowId subflow, uint32_t bytes)
{
    m_snapshot.reinjection = true;
    Report(mptcp::Decision::Send(subflow, bytes));
    m_snapshot.reinjection = false;
    // The connection still waits for what it waited for.
    Report(mptcp::Decision::Wait(m_queue.UngrantedBytes() > 0 ? mptcp::WaitReason::ReceiveWindowFull
                                                              : mptcp::WaitReason::NothingToSend));
}

} // namespace ns3
