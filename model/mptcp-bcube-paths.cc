// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-bcube-paths.h"

#include "ns3/uinteger.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpBcubePaths);

TypeId
MptcpBcubePaths::GetTypeId()
{
    constexpr uint32_t MAX_LEVELS = mptcp::BcubeShape::MAX_LEVELS;
    static TypeId tid = TypeId("ns3::MptcpBcubePaths")
                            .SetParent<MptcpPathManager>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpBcubePaths>()
                            .AddAttribute("Ports",
                                          "Ports of a switch of the BCube.",
                                          UintegerValue(4),
                                          MakeUintegerAccessor(&MptcpBcubePaths::m_ports),
                                          MakeUintegerChecker<uint32_t>(3))
                            .AddAttribute("Levels",
                                          "Interfaces of a host of the BCube.",
                                          UintegerValue(2),
                                          MakeUintegerAccessor(&MptcpBcubePaths::m_levels),
                                          MakeUintegerChecker<uint32_t>(1, MAX_LEVELS))
                            .AddAttribute("MaxSubflows",
                                          "Most subflows, the first one included.",
                                          UintegerValue(MAX_LEVELS),
                                          MakeUintegerAccessor(&MptcpBcubePaths::m_maxSubflows),
                                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

void
MptcpBcubePaths::NotifyConstructionCompleted()
{
    MptcpPathManager::NotifyConstructionCompleted();
    m_core.emplace(mptcp::BcubeShape(m_ports, m_levels), m_maxSubflows);
}

mptcp::PathActions
MptcpBcubePaths::On(const mptcp::PathEvent& event)
{
    return m_core->On(event);
}

bool
MptcpBcubePaths::AcceptsJoin() const
{
    return AcceptsJoins(1);
}

bool
MptcpBcubePaths::AcceptsJoins(uint32_t count) const
{
    return m_core->AcceptsJoins(count);
}

} // namespace ns3
