// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-olia.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpOlia);

TypeId
MptcpOlia::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpOlia")
                            .SetParent<MptcpCoupledCongestion>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpOlia>();
    return tid;
}

void
MptcpOlia::PktsAcked(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked, const Time& /* rtt */)
{
    m_distance.OnAcknowledged(static_cast<double>(segmentsAcked) * tcb->m_segmentSize);
}

void
MptcpOlia::Describe(mptcp::PathWindow& path) const
{
    path.interLossBytes = m_distance.Bytes();
}

double
MptcpOlia::IncreaseBytes(const mptcp::PathWindows& paths, std::size_t self, double ackedBytes)
{
    return mptcp::OliaIncreaseBytes(paths, self, ackedBytes);
}

uint32_t
MptcpOlia::LeastSegmentsAfterLoss() const
{
    return 1;
}

void
MptcpOlia::OnLoss()
{
    m_distance.OnLoss();
}

} // namespace ns3
