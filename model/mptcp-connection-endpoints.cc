// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that serves path managers which go by the endpoints of the host.
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/node.h"

#include <algorithm>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpConnectionEndpoints");

namespace
{

/// The source address that routing would give a packet to `remote`; none without a route.
std::optional<mptcp::IpAddress>
SourceFor(Ptr<Node> node, const mptcp::Endpoint& remote)
{
    Socket::SocketErrno error;
    const Address address = ToAddress(remote);
    if (InetSocketAddress::IsMatchingType(address))
    {
        Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
        if (!ipv4 || !ipv4->GetRoutingProtocol())
        {
            return std::nullopt;
        }
        Ipv4Header header;
        header.SetDestination(InetSocketAddress::ConvertFrom(address).GetIpv4());
        auto route = ipv4->GetRoutingProtocol()->RouteOutput(nullptr, header, nullptr, error);
        return route ? std::optional(ToCore(route->GetSource())) : std::nullopt;
    }
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    if (!ipv6 || !ipv6->GetRoutingProtocol())
    {
        return std::nullopt;
    }
    Ipv6Header header;
    header.SetDestination(Inet6SocketAddress::ConvertFrom(address).GetIpv6());
    auto route = ipv6->GetRoutingProtocol()->RouteOutput(nullptr, header, nullptr, error);
    return route ? std::optional(ToCore(route->GetSource())) : std::nullopt;
}

} // namespace

bool
MptcpConnection::UsesEndpoints() const
{
    return m_pathManager && m_pathManager->UsesEndpoints();
}

uint32_t
MptcpConnection::JoinsUnderWay() const
{
    const auto unreported =
        std::count_if(m_subflows.begin(), m_subflows.end(), [](const auto& subflow) {
            return subflow->IsJoin() && subflow->GetPath().openedByPeer &&
                   !subflow->IsEstablishedReported();
        });
    return static_cast<uint32_t>(m_openingJoins.size()) + static_cast<uint32_t>(unreported);
}

void
MptcpConnection::DescribeEndpoints(mptcp::ConnectionUsable& event)
{
    if (!UsesEndpoints())
    {
        return;
    }
    event.endpoints = m_stack->GetEndpoints().Endpoints();
    event.limits = m_stack->GetLimits();
    for (const mptcp::ManagedEndpoint& endpoint : event.endpoints)
    {
        m_localIds.Assign(endpoint.address, endpoint.id);
    }
    auto& addresses = event.localAddresses;
    addresses.erase(std::remove_if(addresses.begin(),
                                   addresses.end(),
                                   [](const auto& address) { return address.id != 0; }),
                    addresses.end());
}

void
MptcpConnection::OnEndpointEvent(const mptcp::PathEvent& event)
{
    // Before it is usable the path manager knows nothing; then it hears of all endpoints at once.
    if (m_isUsable && !m_isFinished && UsesEndpoints() && !m_states.ShouldCloseSubflows())
    {
        Tell(event);
        Push();
    }
}

void
MptcpConnection::OpenFromAnywhere(const mptcp::OpenSubflow& action)
{
    const auto source = SourceFor(m_stack->GetNode(), action.remote);
    if (!source || source->IsUnspecified())
    {
        NS_LOG_WARN("MPTCP: no route to " << ToAddress(action.remote));
        m_stack->GetMib().Increment(mptcp::Mib::MPJoinSynTxConnectErr);
        Tell(mptcp::SubflowDown{std::nullopt,
                                {action.localId, action.remoteId, action.remote, false},
                                mptcp::DownReason::Unreachable});
        return;
    }
    mptcp::OpenSubflow open = action;
    open.local.address = *source;
    open.localId = IdOf(*source);
    Do(open);
}

} // namespace ns3
