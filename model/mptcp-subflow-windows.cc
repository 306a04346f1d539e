// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSubflow that makes its congestion window smaller for the sake of the
/// connection's buffers, and says what it carries.
#include "mptcp-connection.h"
#include "mptcp-subflow.h"
#include "ns3-conversions.h"

#include "ns3/rtt-estimator.h"
#include "ns3/simulator.h"
#include "ns3/tcp-option-ts.h"
#include "ns3/tcp-tx-buffer.h"

namespace ns3
{

void
MptcpSubflow::CollectCarried(mptcp::DataSequence from, mptcp::CarriedRanges& carried) const
{
    const auto outstanding =
        m_mappings.OutstandingData(SentOffset(m_txBuffer->HeadSequence().GetValue()));
    const auto oldestAge = m_history.empty() ? std::chrono::nanoseconds{0}
                                             : ToChrono(Simulator::Now() - m_history.front().time);
    for (const auto& range : outstanding)
    {
        if (from < range.end)
        {
            carried.push_back({m_id, range, oldestAge});
        }
    }
}

void
MptcpSubflow::Penalise()
{
    if (m_tcb->m_congState == TcpSocketState::CA_OPEN)
    {
        Narrow(m_penalty.OnBlockage(ToChrono(Simulator::Now()),
                                    ToChrono(m_rtt->GetEstimate()),
                                    m_tcb->m_cWnd,
                                    m_tcb->m_segmentSize));
    }
}

void
MptcpSubflow::CapWindow()
{
    if (m_tcb->m_congState == TcpSocketState::CA_OPEN && m_rtt->GetNSamples() > 0)
    {
        Narrow(m_windowCap.OnAck(ToChrono(Simulator::Now()),
                                 ToChrono(m_rtt->GetEstimate()),
                                 ToChrono(m_tcb->m_minRtt),
                                 m_tcb->m_cWnd,
                                 m_tcb->m_segmentSize));
    }
}

void
MptcpSubflow::MeasureReceiverRtt()
{
    const bool isFull = m_drainOffset - m_measuredOffset >= int64_t{m_tcb->m_segmentSize};
    m_measuredOffset = m_drainOffset;
    if (m_timestampEnabled)
    {
        const uint32_t echo = m_tcb->m_rcvTimestampEchoReply;
        m_receiverRtt.OnSegment(echo, ToChrono(TcpOptionTS::ElapsedTimeFromTsValue(echo)), isFull);
    }
}

std::chrono::nanoseconds
MptcpSubflow::ReceiverRtt() const
{
    return m_receiverRtt.Smoothed();
}

void
MptcpSubflow::Narrow(const std::optional<mptcp::WindowPair>& windows)
{
    if (windows)
    {
        m_tcb->m_ssThresh = windows->slowStartThresholdBytes;
        m_tcb->m_cWnd = windows->congestionWindowBytes;
        m_tcb->m_cWndInfl = m_tcb->m_cWnd;
    }
}

} // namespace ns3
