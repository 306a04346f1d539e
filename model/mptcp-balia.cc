// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-balia.h"

#include "core/congestion/balia.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpBalia);

TypeId
MptcpBalia::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpBalia")
                            .SetParent<MptcpCoupledCongestion>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpBalia>();
    return tid;
}

double
MptcpBalia::IncreaseBytes(const mptcp::PathWindows& paths, std::size_t self, double ackedBytes)
{
    return mptcp::BaliaIncreaseBytes(paths, self, ackedBytes);
}

double
MptcpBalia::WindowAfterLossBytes(const mptcp::PathWindows& paths, std::size_t self) const
{
    return mptcp::BaliaWindowAfterLossBytes(paths, self);
}

uint32_t
MptcpBalia::LeastSegmentsAfterLoss() const
{
    return 1;
}

} // namespace ns3
