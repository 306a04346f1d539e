// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-join-listeners.h"

#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "ns3-conversions.h"

#include "ns3/ipv4-end-point.h"
#include "ns3/ipv6-end-point.h"
#include "ns3/log.h"
#include "ns3/object-vector.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-socket-base.h"

#include <algorithm>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpJoinListeners");

MptcpJoinListeners::MptcpJoinListeners(MptcpStack& stack)
    : m_stack(stack)
{
}

MptcpJoinListeners::~MptcpJoinListeners() = default;

std::vector<MptcpJoinListeners::Listener>::iterator
MptcpJoinListeners::Find(const mptcp::Endpoint& endpoint)
{
    return std::find_if(m_listeners.begin(), m_listeners.end(), [&](const Listener& listener) {
        return listener.endpoint == endpoint;
    });
}

bool
MptcpJoinListeners::IsTaken(const mptcp::Endpoint& endpoint) const
{
    ObjectVectorValue sockets;
    m_stack.GetTcp()->GetAttribute("SocketList", sockets);
    return std::any_of(sockets.Begin(), sockets.End(), [&](const auto& entry) {
        Ptr<TcpSocketBase> socket = DynamicCast<TcpSocketBase>(entry.second);
        Address local;
        Address peer;
        socket->GetSockName(local);
        if (socket->GetPeerName(peer) != 0 || ToCore(peer).port != 0)
        {
            return false; // not bound, or connected
        }
        const mptcp::Endpoint bound = ToCore(local);
        // A socket on `::` is asked for IPv4, too; one on 0.0.0.0 for IPv4 only.
        const bool isForAny =
            bound.address.IsUnspecified() && (bound.address.family == endpoint.address.family ||
                                              bound.address.family == mptcp::AddressFamily::Ipv6);
        return bound == endpoint || (isForAny && bound.port == endpoint.port);
    });
}

void
MptcpJoinListeners::Open(const mptcp::Endpoint& endpoint, const MptcpSocketSettings& settings)
{
    if (const auto found = Find(endpoint); found != m_listeners.end())
    {
        ++found->users;
        return;
    }
    Listener listener{endpoint, nullptr, 1};
    if (!IsTaken(endpoint))
    {
        Ptr<MptcpSubflow> subflow = MptcpSubflow::Create(Ptr<MptcpStack>(&m_stack), settings);
        if (subflow->ListenForJoins(ToAddress(endpoint)))
        {
            listener.subflow = subflow;
            Report(MptcpEvent::Type::ListenerCreated, endpoint);
        }
        else
        {
            NS_LOG_WARN("MPTCP: cannot listen for joins at " << ToAddress(endpoint));
        }
    }
    m_listeners.push_back(listener);
}

void
MptcpJoinListeners::Close(const mptcp::Endpoint& endpoint)
{
    const auto found = Find(endpoint);
    if (found == m_listeners.end() || --found->users > 0)
    {
        return;
    }
    Ptr<MptcpSubflow> subflow = found->subflow;
    const mptcp::Endpoint closed = found->endpoint;
    m_listeners.erase(found);
    if (subflow)
    {
        Report(MptcpEvent::Type::ListenerClosed, closed);
        subflow->Close();
    }
}

void
MptcpJoinListeners::Report(MptcpEvent::Type type, const mptcp::Endpoint& endpoint)
{
    if (m_stack.HasEventListeners())
    {
        MptcpEvent event{type};
        event.source = endpoint;
        m_stack.Report(event);
    }
}

} // namespace ns3
