// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-endpoint-path-managers.h"

#include "ns3/uinteger.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpLinuxEndpoints);
NS_OBJECT_ENSURE_REGISTERED(MptcpSignalOnly);

TypeId
MptcpLinuxEndpoints::GetTypeId()
{
    constexpr uint32_t MOST = 8; // MPTCP_PM_ADDR_MAX of Linux
    static TypeId tid =
        TypeId("ns3::MptcpLinuxEndpoints")
            .SetParent<MptcpPathManager>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpLinuxEndpoints>()
            .AddAttribute("Subflows",
                          "Most subflows at a time besides the first, where MptcpStack::SetLimits "
                          "does not say otherwise. The default is that of Linux since 5.15 "
                          "(ip-mptcp(8), limits).",
                          UintegerValue(mptcp::PathLimits().subflows),
                          MakeUintegerAccessor(&MptcpLinuxEndpoints::m_subflows),
                          MakeUintegerChecker<uint32_t>(0, MOST))
            .AddAttribute("AddAddrAccepted",
                          "Most ADD_ADDRs of the peer that lead to subflows, where "
                          "MptcpStack::SetLimits does not say otherwise. The default is that of "
                          "Linux (ip-mptcp(8), limits).",
                          UintegerValue(mptcp::PathLimits().addAddrAccepted),
                          MakeUintegerAccessor(&MptcpLinuxEndpoints::m_addAddrAccepted),
                          MakeUintegerChecker<uint32_t>(0, MOST));
    return tid;
}

void
MptcpLinuxEndpoints::NotifyConstructionCompleted()
{
    MptcpPathManager::NotifyConstructionCompleted();
    m_core = mptcp::LinuxEndpoints(mptcp::PathLimits{m_subflows, m_addAddrAccepted});
}

mptcp::PathActions
MptcpLinuxEndpoints::On(const mptcp::PathEvent& event)
{
    return m_core.On(event);
}

bool
MptcpLinuxEndpoints::AcceptsJoin() const
{
    return m_core.AcceptsJoin();
}

bool
MptcpLinuxEndpoints::AcceptsJoins(uint32_t count) const
{
    return m_core.AcceptsJoins(count);
}

bool
MptcpLinuxEndpoints::UsesEndpoints() const
{
    return true;
}

TypeId
MptcpSignalOnly::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpSignalOnly")
            .SetParent<MptcpPathManager>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpSignalOnly>()
            .AddAttribute("MaxSubflows",
                          "Most subflows at a time that the peer may have, the first one included. "
                          "The default is that of MptcpFullMesh.",
                          UintegerValue(mptcp::SignalOnlyConfig().maxSubflows),
                          MakeUintegerAccessor(&MptcpSignalOnly::m_maxSubflows),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

void
MptcpSignalOnly::NotifyConstructionCompleted()
{
    MptcpPathManager::NotifyConstructionCompleted();
    m_core = mptcp::SignalOnly(mptcp::SignalOnlyConfig{m_maxSubflows});
}

mptcp::PathActions
MptcpSignalOnly::On(const mptcp::PathEvent& event)
{
    return m_core.On(event);
}

bool
MptcpSignalOnly::AcceptsJoin() const
{
    return m_core.AcceptsJoin();
}

bool
MptcpSignalOnly::AcceptsJoins(uint32_t count) const
{
    return m_core.AcceptsJoins(count);
}

} // namespace ns3
