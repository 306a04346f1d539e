// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-path-managers.h"

#include "routing/mptcp-host-routing.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpPathManager);
NS_OBJECT_ENSURE_REGISTERED(MptcpFullMesh);
NS_OBJECT_ENSURE_REGISTERED(MptcpNDiffPorts);

TypeId
MptcpPathManager::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpPathManager").SetParent<Object>().SetGroupName("Mptcp");
    return tid;
}

TypeId
MptcpFullMesh::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpFullMesh")
            .SetParent<MptcpPathManager>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpFullMesh>()
            .AddAttribute("MaxSubflows",
                          "Most subflows at a time, the first one included. The default is the "
                          "limit of Linux MPTCP v0.9x.",
                          UintegerValue(mptcp::FullMeshConfig().maxSubflows),
                          MakeUintegerAccessor(&MptcpFullMesh::m_maxSubflows),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("MaxAcceptedAddresses",
                          "Most addresses learnt from the peer's ADD_ADDR at a time.",
                          UintegerValue(mptcp::FullMeshConfig().maxAcceptedAddresses),
                          MakeUintegerAccessor(&MptcpFullMesh::m_maxAcceptedAddresses),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("AnnounceAsInitiator",
                          "Whether the host that opened the connection announces its further "
                          "addresses by ADD_ADDR.",
                          BooleanValue(mptcp::FullMeshConfig().announceAsInitiator),
                          MakeBooleanAccessor(&MptcpFullMesh::m_announceAsInitiator),
                          MakeBooleanChecker())
            .AddAttribute("AnnounceAsResponder",
                          "Whether the host that accepted the connection announces its further "
                          "addresses by ADD_ADDR.",
                          BooleanValue(mptcp::FullMeshConfig().announceAsResponder),
                          MakeBooleanAccessor(&MptcpFullMesh::m_announceAsResponder),
                          MakeBooleanChecker())
            .AddAttribute("OpenAsResponder",
                          "Whether the host that accepted the connection opens subflows, to the "
                          "address of the first one and to those the peer announces. RFC 8684 3.2 "
                          "leaves that to the host that opened the connection.",
                          BooleanValue(mptcp::FullMeshConfig().openAsResponder),
                          MakeBooleanAccessor(&MptcpFullMesh::m_openAsResponder),
                          MakeBooleanChecker())
            .AddAttribute("AskRouting",
                          "Whether the host's routing chooses the addresses that subflows come "
                          "from (draft-handley-mptcp-routing-00, section 4.1), where it has "
                          "ns3::MptcpIpv4HostRouting or ns3::MptcpIpv6HostRouting.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&MptcpFullMesh::m_asksRouting),
                          MakeBooleanChecker());
    return tid;
}

void
MptcpFullMesh::NotifyConstructionCompleted()
{
    MptcpPathManager::NotifyConstructionCompleted();
    MakeCore();
}

void
MptcpFullMesh::SetNode(Ptr<Node> node)
{
    if (m_asksRouting)
    {
        m_routing = MakeRoutingView(node);
        MakeCore();
    }
}

void
MptcpFullMesh::MakeCore()
{
    mptcp::FullMeshConfig config;
    config.routing = m_routing.get();
    config.maxSubflows = m_maxSubflows;
    config.maxAcceptedAddresses = m_maxAcceptedAddresses;
    config.announceAsInitiator = m_announceAsInitiator;
    config.announceAsResponder = m_announceAsResponder;
    config.openAsResponder = m_openAsResponder;
    m_core = mptcp::FullMesh(config);
}

mptcp::PathActions
MptcpFullMesh::On(const mptcp::PathEvent& event)
{
    return m_core.On(event);
}

bool
MptcpFullMesh::AcceptsJoin() const
{
    return m_core.AcceptsJoin();
}

uint32_t
MptcpFullMesh::MostPeerAddresses() const
{
    return m_maxAcceptedAddresses;
}

bool
MptcpFullMesh::AcceptsJoins(uint32_t count) const
{
    return m_core.AcceptsJoins(count);
}

TypeId
MptcpNDiffPorts::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpNDiffPorts")
            .SetParent<MptcpPathManager>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpNDiffPorts>()
            .AddAttribute("Subflows",
                          "Subflows to keep on the first address pair, the first one included. "
                          "The default is that of Linux MPTCP v0.9x.",
                          UintegerValue(mptcp::NDiffPortsConfig().subflows),
                          MakeUintegerAccessor(&MptcpNDiffPorts::m_subflows),
                          MakeUintegerChecker<uint32_t>(1));
    return tid;
}

void
MptcpNDiffPorts::NotifyConstructionCompleted()
{
    MptcpPathManager::NotifyConstructionCompleted();
    mptcp::NDiffPortsConfig config;
    config.subflows = m_subflows;
    m_core = mptcp::NDiffPorts(config);
}

mptcp::PathActions
MptcpNDiffPorts::On(const mptcp::PathEvent& event)
{
    return m_core.On(event);
}

bool
MptcpNDiffPorts::AcceptsJoin() const
{
    return m_core.AcceptsJoin();
}

bool
MptcpNDiffPorts::AcceptsJoins(uint32_t count) const
{
    return m_core.AcceptsJoins(count);
}

} // namespace ns3
