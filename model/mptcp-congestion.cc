// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-congestion.h"

#include "core/congestion/lia.h"
#include "mptcp-connection.h"
#include "mptcp-subflow.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpCoupledCongestion);
NS_OBJECT_ENSURE_REGISTERED(MptcpLia);

TypeId
MptcpCoupledCongestion::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpCoupledCongestion").SetParent<TcpNewReno>().SetGroupName("Mptcp");
    return tid;
}

MptcpCoupledCongestion::MptcpCoupledCongestion(const MptcpCoupledCongestion& other)
    : TcpNewReno(other)
{
}

void
MptcpCoupledCongestion::SetSubflow(MptcpSubflow* subflow)
{
    m_subflow = subflow;
}

void
MptcpCoupledCongestion::CongestionAvoidance(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked)
{
    if (segmentsAcked == 0)
    {
        return;
    }
    m_paths.clear();
    std::optional<std::size_t> self;
    if (m_subflow && m_subflow->GetConnection())
    {
        m_subflow->GetConnection()->CollectPathWindows(*m_subflow, m_paths, self);
    }
    if (!self || m_paths.size() < 2)
    {
        TcpNewReno::CongestionAvoidance(tcb, segmentsAcked);
        return;
    }
    // ns-3's NewReno grows once per acknowledgement, however much that acknowledges (no ABC); in
    // that case RFC 6356 3 wants bytes_acked to be the MSS.
    const double ackedBytes = tcb->m_segmentSize;
    m_fractionBytes += IncreaseBytes(m_paths, *self, ackedBytes);
    const auto wholeBytes = static_cast<uint32_t>(m_fractionBytes);
    m_fractionBytes -= wholeBytes;
    tcb->m_cWnd += wholeBytes;
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

std::string
MptcpLia::GetName() const
{
    return "MptcpLia";
}

Ptr<TcpCongestionOps>
MptcpLia::Fork()
{
    return CopyObject<MptcpLia>(this);
}

double
MptcpLia::IncreaseBytes(const mptcp::PathWindows& paths, std::size_t self, double ackedBytes)
{
    return mptcp::LiaIncreaseBytes(paths, self, ackedBytes);
}

} // namespace ns3
