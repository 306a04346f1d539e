// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-nsdi-congestion.h"

#include "core/congestion/coupled.h"
#include "core/congestion/ewtcp.h"
#include "core/congestion/semicoupled.h"

#include "ns3/double.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpEwtcp);
NS_OBJECT_ENSURE_REGISTERED(MptcpCoupled);
NS_OBJECT_ENSURE_REGISTERED(MptcpSemicoupled);

TypeId
MptcpEwtcp::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpEwtcp")
            .SetParent<MptcpCoupledCongestion>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpEwtcp>()
            .AddAttribute("Aggressiveness",
                          "What a subflow's window grows by in a round trip, in segments, where "
                          "TCP's grows by one. 0: 1/n^2 with n subflows, as much as one TCP "
                          "through a common bottleneck.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&MptcpEwtcp::m_aggressiveness),
                          MakeDoubleChecker<double>(0));
    return tid;
}

double
MptcpEwtcp::IncreaseBytes(const mptcp::PathWindows& paths, std::size_t self, double ackedBytes)
{
    return mptcp::EwtcpIncreaseBytes(paths, self, ackedBytes, m_aggressiveness);
}

TypeId
MptcpCoupled::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpCoupled")
                            .SetParent<MptcpCoupledCongestion>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpCoupled>();
    return tid;
}

double
MptcpCoupled::IncreaseBytes(const mptcp::PathWindows& paths, std::size_t self, double ackedBytes)
{
    return mptcp::CoupledIncreaseBytes(paths, self, ackedBytes);
}

double
MptcpCoupled::WindowAfterLossBytes(const mptcp::PathWindows& paths, std::size_t self) const
{
    return mptcp::CoupledWindowAfterLossBytes(paths, self);
}

uint32_t
MptcpCoupled::LeastSegmentsAfterLoss() const
{
    return 1;
}

TypeId
MptcpSemicoupled::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpSemicoupled")
            .SetParent<MptcpCoupledCongestion>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpSemicoupled>()
            .AddAttribute("Aggressiveness",
                          "What the sum of the windows grows by in a round trip, in segments, "
                          "where TCP's window grows by one. 0: 1/n with n subflows, as much as "
                          "one TCP if all lose as often.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&MptcpSemicoupled::m_aggressiveness),
                          MakeDoubleChecker<double>(0));
    return tid;
}

double
MptcpSemicoupled::IncreaseBytes(const mptcp::PathWindows& paths,
                                std::size_t self,
                                double ackedBytes)
{
    return mptcp::SemicoupledIncreaseBytes(paths, self, ackedBytes, m_aggressiveness);
}

} // namespace ns3
