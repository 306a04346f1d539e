// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-distinct-paths.h"

#include "ns3/pointer.h"
#include "ns3/uinteger.h"

#include <utility>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpNetworkView);
NS_OBJECT_ENSURE_REGISTERED(MptcpDistinctPaths);

TypeId
MptcpNetworkView::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpNetworkView")
                            .SetParent<Object>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpNetworkView>();
    return tid;
}

MptcpNetworkView::MptcpNetworkView(std::shared_ptr<const mptcp::NetworkView> view)
    : m_view(std::move(view))
{
}

std::shared_ptr<const mptcp::NetworkView>
MptcpNetworkView::View() const
{
    return m_view;
}

TypeId
MptcpDistinctPaths::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpDistinctPaths")
            .SetParent<MptcpPathManager>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpDistinctPaths>()
            .AddAttribute("Subflows",
                          "Subflows to keep on the first address pair, the first one included.",
                          UintegerValue(mptcp::NDiffPortsConfig().subflows),
                          MakeUintegerAccessor(&MptcpDistinctPaths::m_subflows),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("Network",
                          "Tells which path a flow takes, a FabricNetwork's View for example. "
                          "Without it ports are chosen as ns3::MptcpNDiffPorts does.",
                          TypeId::ATTR_GET | TypeId::ATTR_CONSTRUCT,
                          PointerValue(),
                          MakePointerAccessor(&MptcpDistinctPaths::m_network),
                          MakePointerChecker<MptcpNetworkView>());
    return tid;
}

void
MptcpDistinctPaths::NotifyConstructionCompleted()
{
    MptcpPathManager::NotifyConstructionCompleted();
    mptcp::NDiffPortsConfig config;
    config.subflows = m_subflows;
    m_core.emplace(config, m_network ? m_network->View() : nullptr);
}

mptcp::PathActions
MptcpDistinctPaths::On(const mptcp::PathEvent& event)
{
    return m_core->On(event);
}

bool
MptcpDistinctPaths::AcceptsJoin() const
{
    return AcceptsJoins(1);
}

bool
MptcpDistinctPaths::AcceptsJoins(uint32_t count) const
{
    return m_core->AcceptsJoins(count);
}

} // namespace ns3
