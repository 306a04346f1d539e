// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-host-routing-helper.h"

#include "routing/mptcp-host-routing.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"

#include <utility>

namespace ns3
{

MptcpHostRoutingHelper::MptcpHostRoutingHelper(std::string model)
    : m_model(std::move(model))
{
}

void
MptcpHostRoutingHelper::Install(Ptr<Node> node) const
{
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    NS_ABORT_MSG_IF(!ipv4 && !ipv6,
                    "host routing: node " << node->GetId()
                                          << " has no IP. Install an internet stack on it first "
                                             "(InternetStackHelper::Install).");
    const bool isStrong = m_model == "strong";
    const bool decidesReception = isStrong || m_model == "weak";
    if (ipv4)
    {
        auto routing = CreateObject<MptcpIpv4HostRouting>();
        routing->SetModel(m_model);
        ipv4->SetRoutingProtocol(routing);
        if (decidesReception)
        {
            ipv4->SetAttribute("WeakEsModel", BooleanValue(!isStrong));
        }
    }
    if (ipv6)
    {
        auto routing = CreateObject<MptcpIpv6HostRouting>();
        routing->SetModel(m_model);
        ipv6->SetRoutingProtocol(routing);
        if (decidesReception)
        {
            ipv6->SetAttribute("StrongEndSystemModel", BooleanValue(isStrong));
        }
    }
}

void
MptcpHostRoutingHelper::Install(const NodeContainer& nodes) const
{
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        Install(*node);
    }
}

} // namespace ns3
