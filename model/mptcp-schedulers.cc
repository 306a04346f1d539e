// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-schedulers.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpScheduler);
NS_OBJECT_ENSURE_REGISTERED(MptcpMinRtt);
NS_OBJECT_ENSURE_REGISTERED(MptcpRoundRobin);

TypeId
MptcpScheduler::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpScheduler").SetParent<Object>().SetGroupName("Mptcp");
    return tid;
}

bool
MptcpScheduler::SendsCopies() const
{
    return false;
}

TypeId
MptcpMinRtt::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpMinRtt")
                            .SetParent<MptcpScheduler>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpMinRtt>();
    return tid;
}

TypeId
MptcpRoundRobin::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpRoundRobin")
            .SetParent<MptcpScheduler>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpRoundRobin>()
            .AddAttribute("Segments",
                          "Segments a subflow sends before the next one has its turn.",
                          UintegerValue(mptcp::RoundRobinConfig().segmentsPerTurn),
                          MakeUintegerAccessor(&MptcpRoundRobin::m_segments),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("CwndLimited",
                          "True: pass over a subflow whose window is full. False: keep the order "
                          "strictly and wait for it.",
                          BooleanValue(mptcp::RoundRobinConfig().cwndLimited),
                          MakeBooleanAccessor(&MptcpRoundRobin::m_cwndLimited),
                          MakeBooleanChecker());
    return tid;
}

void
MptcpRoundRobin::NotifyConstructionCompleted()
{
    MptcpScheduler::NotifyConstructionCompleted();
    mptcp::RoundRobinConfig config;
    config.segmentsPerTurn = m_segments;
    config.cwndLimited = m_cwndLimited;
    m_core = mptcp::RoundRobin(config);
}

} // namespace ns3
