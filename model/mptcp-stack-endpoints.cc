// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpStack that is `ip mptcp endpoint` and `ip mptcp limits`.
#include "mptcp-connection.h"
#include "mptcp-stack.h"

#include <variant>
#include <vector>

namespace ns3
{

mptcp::EndpointTable::Outcome
MptcpStack::AddEndpoint(const mptcp::ManagedEndpoint& endpoint)
{
    const auto outcome = m_endpoints.Add(endpoint);
    if (const auto* added = std::get_if<mptcp::ManagedEndpoint>(&outcome))
    {
        TellConnections(mptcp::EndpointAdded{*added});
    }
    return outcome;
}

bool
MptcpStack::RemoveEndpoint(mptcp::AddressId id)
{
    const auto removed = m_endpoints.Remove(id);
    if (removed)
    {
        TellConnections(mptcp::EndpointRemoved{*removed});
    }
    return removed.has_value();
}

void
MptcpStack::RemoveInitialAddress(const mptcp::IpAddress& address)
{
    mptcp::ManagedEndpoint endpoint;
    endpoint.address = address;
    TellConnections(mptcp::EndpointRemoved{endpoint});
}

void
MptcpStack::FlushEndpoints()
{
    const mptcp::EndpointsFlushed event{m_endpoints.Endpoints()};
    m_endpoints.Clear();
    TellConnections(event);
}

mptcp::EndpointTable::Outcome
MptcpStack::ChangeEndpoint(mptcp::AddressId id, bool backup, bool fullmesh)
{
    const auto outcome = m_endpoints.Change(id, backup, fullmesh);
    if (const auto* changed = std::get_if<mptcp::ManagedEndpoint>(&outcome))
    {
        TellConnections(mptcp::EndpointChanged{*changed});
    }
    return outcome;
}

void
MptcpStack::SetLimits(const mptcp::PathLimits& limits)
{
    m_limits = limits;
    TellConnections(mptcp::LimitsChanged{limits});
}

const std::optional<mptcp::PathLimits>&
MptcpStack::GetLimits() const
{
    return m_limits;
}

const mptcp::EndpointTable&
MptcpStack::GetEndpoints() const
{
    return m_endpoints;
}

std::optional<mptcp::AddressId>
MptcpStack::EndpointIdOf(const mptcp::IpAddress& address)
{
    return m_endpoints.IdOf(address);
}

bool
MptcpStack::IsBackupEndpoint(const mptcp::IpAddress& address) const
{
    const auto* endpoint = m_endpoints.Find(address);
    return endpoint && endpoint->flags.backup;
}

void
MptcpStack::TellConnections(const mptcp::PathEvent& event)
{
    // A connection may end, and another one with it, when it hears of this.
    std::vector<uint64_t> owners;
    for (const auto& [owner, connection] : m_connections)
    {
        owners.push_back(owner);
    }
    for (const uint64_t owner : owners)
    {
        if (const auto found = m_connections.find(owner); found != m_connections.end())
        {
            found->second->OnEndpointEvent(event);
        }
    }
}

} // namespace ns3
