// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-helper.h"

#include "api/mptcp-default-socket-factory.h"
#include "mptcp-policy-names.h"
#include "mptcp-socket-factory.h"
#include "mptcp-stack.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/channel.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/net-device.h"
#include "ns3/node-list.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{

MptcpHelper::MptcpHelper()
{
    SetScheduler("ns3::MptcpMinRtt");
    SetPathManager("ns3::MptcpFullMesh");
    SetCongestionControl("ns3::MptcpLia");
}

void
MptcpHelper::CheckType(const std::string& type, const std::string& base)
{
    std::string error;
    NS_ABORT_MSG_IF(!FindPolicy(type, base, error), "MptcpHelper: " << error);
}

void
MptcpHelper::SetSegmentSize(uint32_t segmentBytes)
{
    m_segmentBytes = segmentBytes;
}

uint32_t
MptcpHelper::SegmentBytesFor(uint32_t mtuBytes, bool isIpv6)
{
    constexpr uint32_t TCP_HEADER_BYTES = 20;
    const uint32_t headers = (isIpv6 ? 40 : 20) + TCP_HEADER_BYTES + OPTION_BYTES;
    return mtuBytes > headers ? mtuBytes - headers : 1;
}

void
MptcpHelper::Install(const NodeContainer& nodes) const
{
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        Install(*node);
    }
}

void
MptcpHelper::Install(Ptr<Node> node) const
{
    if (!node->GetObject<MptcpSocketFactory>())
    {
        node->AggregateObject(CreateObject<MptcpSocketFactory>());
    }
    Ptr<MptcpStack> stack = MptcpStack::Of(node);
    stack->SetAttribute("Scheduler", ObjectFactoryValue(m_scheduler));
    stack->SetAttribute("PathManager", ObjectFactoryValue(m_pathManager));
    stack->SetAttribute("CongestionControl", ObjectFactoryValue(m_congestionControl));

    constexpr uint32_t USUAL_MTU_BYTES = 1500;
    uint32_t segmentBytes = m_segmentBytes;
    if (segmentBytes == 0)
    {
        uint32_t mtu = USUAL_MTU_BYTES;
        Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
        for (uint32_t i = 1; ipv4 && i < ipv4->GetNInterfaces(); ++i)
        {
            mtu = std::min<uint32_t>(mtu, ipv4->GetMtu(i));
        }
        Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
        bool hasIpv6 = false;
        for (uint32_t i = 1; ipv6 && i < ipv6->GetNInterfaces(); ++i)
        {
            mtu = std::min<uint32_t>(mtu, ipv6->GetMtu(i));
            hasIpv6 = hasIpv6 || ipv6->GetNAddresses(i) > 1; // more than the link-local one
        }
        segmentBytes = SegmentBytesFor(mtu, hasIpv6);
    }
    stack->SetAttribute("SegmentSize", UintegerValue(segmentBytes));
}

void
MptcpHelper::UseForTcpSockets(const NodeContainer& nodes) const
{
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        Install(*node);
        (*node)->GetObject<MptcpStack>()->SetAttribute("EnableByDefault", BooleanValue(true));
        MptcpDefaultSocketFactory::Install(*node);
    }
}

void
MptcpHelper::UseForTcpSockets() const
{
    Simulator::ScheduleNow([helper = *this] {
        NodeContainer hosts;
        for (auto node = NodeList::Begin(); node != NodeList::End(); ++node)
        {
            if ((*node)->GetObject<TcpL4Protocol>())
            {
                hosts.Add(*node);
            }
        }
        helper.UseForTcpSockets(hosts);
    });
}

int64_t
MptcpHelper::AssignStreams(const NodeContainer& nodes, int64_t stream)
{
    const int64_t first = stream;
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        stream += MptcpStack::Of(*node)->AssignStreams(stream);
    }
    return stream - first;
}

void
MptcpHelper::AddDefaultRoutes(Ptr<Node> node)
{
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    Ptr<Ipv4StaticRouting> routing = Ipv4StaticRoutingHelper().GetStaticRouting(ipv4);
    NS_ABORT_MSG_IF(!routing,
                    "MptcpHelper::AddDefaultRoutes: node " << node->GetId()
                                                           << " has no static IPv4 routing");
    for (uint32_t i = 1; i < ipv4->GetNInterfaces(); ++i)
    {
        if (ipv4->GetNetDevice(i)->IsPointToPoint())
        {
            routing->SetDefaultRoute(Ipv4Address::GetZero(), i, i);
        }
    }
}

} // namespace ns3
