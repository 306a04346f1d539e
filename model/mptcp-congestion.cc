// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-congestion.h"

#include "core/congestion/lia.h"
#include "mptcp-connection.h"
#include "mptcp-subflow.h"

#include "ns3/boolean.h"

#include <algorithm>
#include <cmath>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpCoupledCongestion);
NS_OBJECT_ENSURE_REGISTERED(MptcpLia);

TypeId
MptcpCoupledCongestion::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpCoupledCongestion")
            .SetParent<TcpNewReno>()
            .SetGroupName("Mptcp")
            .AddAttribute("AppropriateByteCounting",
                          "Whether the window grows with what an acknowledgement acknowledges "
                          "(RFC 3465), as RFC 6356 assumes and TcpLinuxReno does, or, as "
                          "TcpNewReno, by the same for each. They differ where receivers delay "
                          "acknowledgements.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&MptcpCoupledCongestion::m_countsBytes),
                          MakeBooleanChecker());
    return tid;
}

MptcpCoupledCongestion::MptcpCoupledCongestion(const MptcpCoupledCongestion& other)
    : TcpNewReno(other),
      m_countsBytes(other.m_countsBytes)
{
}

void
MptcpCoupledCongestion::SetSubflow(MptcpSubflow* subflow)
{
    m_subflow = subflow;
}

std::optional<std::size_t>
MptcpCoupledCongestion::CollectPaths(uint32_t ownWindowBytes)
{
    m_paths.clear();
    std::optional<std::size_t> self;
    if (m_subflow && m_subflow->GetConnection())
    {
        m_subflow->GetConnection()->CollectPathWindows(*m_subflow, m_paths, self);
    }
    if (!self || m_paths.size() < 2)
    {
        return std::nullopt;
    }
    m_paths[*self].windowBytes = ownWindowBytes;
    return self;
}

void
MptcpCoupledCongestion::CongestionAvoidance(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked)
{
    if (segmentsAcked == 0)
    {
        return;
    }
    const auto self = CollectPaths(tcb->m_cWnd);
    if (!self)
    {
        TcpNewReno::CongestionAvoidance(tcb, segmentsAcked);
        return;
    }
    // ns-3's NewReno grows once per acknowledgement, however much that acknowledges (no ABC); in
    // that case RFC 6356 3 wants bytes_acked to be the MSS.
    const double ackedBytes = m_countsBytes
                                  ? static_cast<double>(segmentsAcked) * tcb->m_segmentSize
                                  : tcb->m_segmentSize;
    m_fractionBytes += IncreaseBytes(m_paths, *self, ackedBytes);
    const double wholeBytes = std::trunc(m_fractionBytes);
    m_fractionBytes -= wholeBytes;
    const double window = std::max<double>(tcb->m_cWnd.Get() + wholeBytes, tcb->m_segmentSize);
    tcb->m_cWnd = static_cast<uint32_t>(window);
    if (tcb->m_cWnd < tcb->m_ssThresh)
    {
        // What has been moved to other paths is not to come back by slow start.
        tcb->m_ssThresh = tcb->m_cWnd.Get();
    }
}

uint32_t
MptcpCoupledCongestion::GetSsThresh(Ptr<const TcpSocketState> tcb, uint32_t bytesInFlight)
{
    const auto self = CollectPaths(bytesInFlight);
    const uint32_t threshold =
        self ? std::max(static_cast<uint32_t>(WindowAfterLossBytes(m_paths, *self)),
                        LeastSegmentsAfterLoss() * tcb->m_segmentSize)
             : TcpNewReno::GetSsThresh(tcb, bytesInFlight);
    OnLoss();
    return threshold;
}

void
MptcpCoupledCongestion::Describe(mptcp::PathWindow& /* path */) const
{
}

double
MptcpCoupledCongestion::WindowAfterLossBytes(const mptcp::PathWindows& paths,
                                             std::size_t self) const
{
    return paths[self].windowBytes / 2;
}

uint32_t
MptcpCoupledCongestion::LeastSegmentsAfterLoss() const
{
    return 2;
}

void
MptcpCoupledCongestion::OnLoss()
{
}

TypeId
MptcpLia::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpLia")
                            .SetParent<MptcpCoupledCongestion>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpLia>();
    return tid;
}

double
MptcpLia::IncreaseBytes(const mptcp::PathWindows& paths, std::size_t self, double ackedBytes)
{
    return mptcp::LiaIncreaseBytes(paths, self, ackedBytes);
}

} // namespace ns3
