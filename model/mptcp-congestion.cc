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

namespace
{

/// What TCP adds where there is nothing to couple with.
double
TcpIncreaseBytes(const TcpSocketState& state, double ackedBytes)
{
    mptcp::PathWindow own;
    own.windowBytes = state.m_cWnd.Get();
    own.segmentBytes = state.m_segmentSize;
    return mptcp::TcpIncreaseBytes(own, ackedBytes);
}

} // namespace

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
                          "(RFC 3465), as RFC 6356 assumes and TcpLinuxReno does, in slow start "
                          "too, or, as in TcpNewReno, by the same for each. They differ where "
                          "receivers delay acknowledgements.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&MptcpCoupledCongestion::m_countsBytes),
                          MakeBooleanChecker())
            .AddAttribute("HalvesFlightSize",
                          "Whether a loss halves all that is outstanding, the window at most, and "
                          "another timeout leaves the threshold alone (RFC 5681 3.1), or, as in "
                          "TcpNewReno, a loss halves only what is neither acknowledged selectively "
                          "nor taken for lost. They differ most where windows are small.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&MptcpCoupledCongestion::m_halvesFlightSize),
                          MakeBooleanChecker());
    return tid;
}

MptcpCoupledCongestion::MptcpCoupledCongestion(const MptcpCoupledCongestion& other)
    : TcpNewReno(other),
      m_countsBytes(other.m_countsBytes),
      m_halvesFlightSize(other.m_halvesFlightSize)
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

uint32_t
MptcpCoupledCongestion::SlowStart(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked)
{
    if (!m_countsBytes)
    {
        return TcpNewReno::SlowStart(tcb, segmentsAcked);
    }
    // As in TcpLinuxReno, without the limit for each acknowledgement of RFC 3465 2.3.
    const uint32_t before = tcb->m_cWnd;
    const uint64_t grown = before + uint64_t{segmentsAcked} * tcb->m_segmentSize;
    tcb->m_cWnd = static_cast<uint32_t>(std::min<uint64_t>(grown, tcb->m_ssThresh));
    return segmentsAcked - (tcb->m_cWnd - before) / tcb->m_segmentSize;
}

void
MptcpCoupledCongestion::CongestionAvoidance(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked)
{
    if (segmentsAcked == 0)
    {
        return;
    }
    const auto self = CollectPaths(tcb->m_cWnd);
    if (!self && !m_countsBytes)
    {
        TcpNewReno::CongestionAvoidance(tcb, segmentsAcked);
        return;
    }
    // ns-3's NewReno grows once per acknowledgement, however much that acknowledges (no ABC); in
    // that case RFC 6356 3 wants bytes_acked to be the MSS.
    const double ackedBytes = m_countsBytes
                                  ? static_cast<double>(segmentsAcked) * tcb->m_segmentSize
                                  : tcb->m_segmentSize;
    m_fractionBytes +=
        self ? IncreaseBytes(m_paths, *self, ackedBytes) : TcpIncreaseBytes(*tcb, ackedBytes);
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
    if (m_halvesFlightSize && m_subflow)
    {
        if (tcb->m_congState == TcpSocketState::CA_LOSS && tcb->m_cWnd <= tcb->m_segmentSize)
        {
            return tcb->m_ssThresh; // has been reduced; ns-3 asks for each timeout
        }
        // Not what limited transmit has sent beyond the window (RFC 5681 3.2).
        bytesInFlight = std::min(tcb->m_cWnd.Get(), m_subflow->FlightSizeBytes());
    }
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
