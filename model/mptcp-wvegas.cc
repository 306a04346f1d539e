// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-wvegas.h"

#include "ns3/double.h"

#include <algorithm>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpWVegas);

TypeId
MptcpWVegas::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpWVegas")
            .SetParent<MptcpCoupledCongestion>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpWVegas>()
            .AddAttribute("TotalAlpha",
                          "Segments that all subflows together keep in queues.",
                          DoubleValue(mptcp::WVegas::Config().totalAlpha),
                          MakeDoubleAccessor(&MptcpWVegas::m_totalAlpha),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("InitialAlpha",
                          "Segments a subflow keeps in queues until its share is known.",
                          DoubleValue(mptcp::WVegas::Config().initialAlpha),
                          MakeDoubleAccessor(&MptcpWVegas::m_initialAlpha),
                          MakeDoubleChecker<double>(0))
            .AddAttribute("Gamma",
                          "More segments than this in queues end slow start.",
                          DoubleValue(mptcp::WVegas::Config().gamma),
                          MakeDoubleAccessor(&MptcpWVegas::m_gamma),
                          MakeDoubleChecker<double>(0));
    return tid;
}

void
MptcpWVegas::NotifyConstructionCompleted()
{
    MptcpCoupledCongestion::NotifyConstructionCompleted();
    mptcp::WVegas::Config config;
    config.totalAlpha = m_totalAlpha;
    config.initialAlpha = m_initialAlpha;
    config.gamma = m_gamma;
    m_core = mptcp::WVegas(config);
}

void
MptcpWVegas::PktsAcked(Ptr<TcpSocketState> /* tcb */, uint32_t /* segmentsAcked */, const Time& rtt)
{
    if (rtt.IsStrictlyPositive())
    {
        m_core.OnRttSample(rtt.GetSeconds());
    }
}

void
MptcpWVegas::CongestionStateSet(Ptr<TcpSocketState> tcb,
                                const TcpSocketState::TcpCongState_t newState)
{
    m_isOpen = newState == TcpSocketState::CA_OPEN;
    if (m_isOpen)
    {
        m_core.Restart();
        m_roundEnd = tcb->m_nextTxSequence;
    }
}

void
MptcpWVegas::IncreaseWindow(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked)
{
    const bool isRoundOver = tcb->m_lastAckedSeq >= m_roundEnd;
    if (m_isOpen && !isRoundOver)
    {
        if (tcb->m_cWnd < tcb->m_ssThresh)
        {
            SlowStart(tcb, segmentsAcked);
        }
        return;
    }
    m_roundEnd = tcb->m_nextTxSequence;
    if (m_isOpen && m_core.HasEnoughSamples())
    {
        OnRound(tcb);
        return;
    }
    m_core.EndRound();
    TcpNewReno::IncreaseWindow(tcb, segmentsAcked);
}

void
MptcpWVegas::OnRound(Ptr<TcpSocketState> tcb)
{
    const auto self = CollectPaths(tcb->m_cWnd);
    const double weight = self ? mptcp::WVegasWeight(m_paths, *self) : 1;
    const double segment = tcb->m_segmentSize;
    const double before = tcb->m_cWnd.Get() / segment;
    const bool isSlowStart = tcb->m_cWnd < tcb->m_ssThresh;
    const auto step = m_core.OnRound(before, weight, isSlowStart);
    if (isSlowStart && !step.leavesSlowStart)
    {
        SlowStart(tcb, 1);
        return;
    }
    tcb->m_cWnd = static_cast<uint32_t>(step.windowSegments * segment);
    uint32_t threshold = tcb->m_ssThresh;
    if (step.windowSegments < before && !step.isDraining)
    {
        // No slow start from here. From a drained window slow start is the way back.
        threshold = std::min(threshold, tcb->m_cWnd.Get() - tcb->m_segmentSize);
    }
    tcb->m_ssThresh = std::max(threshold, tcb->m_cWnd.Get() / 4 * 3); // as ns3::TcpVegas
}

double
MptcpWVegas::IncreaseBytes(const mptcp::PathWindows& paths, std::size_t self, double ackedBytes)
{
    return mptcp::TcpIncreaseBytes(paths[self], ackedBytes);
}

} // namespace ns3
