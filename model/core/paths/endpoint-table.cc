// SPDX-License-Identifier: GPL-2.0-only
#include "endpoint-table.h"

#include <algorithm>

namespace mptcp
{

std::string_view
ToString(EndpointError error)
{
    switch (error)
    {
    case EndpointError::AddressInUse:
        return "the address has an endpoint already";
    case EndpointError::IdInUse:
        return "another endpoint has this identifier";
    case EndpointError::IdFixed:
        return "subflows use the address already, its identifier cannot change";
    case EndpointError::TableFull:
        return "a host has 8 endpoints at most";
    case EndpointError::PortWithoutSignal:
        return "a port needs the flag signal";
    case EndpointError::SignalWithFullmesh:
        return "the flags signal and fullmesh exclude each other";
    case EndpointError::Unknown:
        break;
    }
    return "no endpoint has this identifier";
}

EndpointTable::Outcome
EndpointTable::Add(ManagedEndpoint endpoint)
{
    if (endpoint.port != 0 && !endpoint.flags.signal)
    {
        return EndpointError::PortWithoutSignal;
    }
    if (endpoint.flags.signal && endpoint.flags.fullmesh)
    {
        return EndpointError::SignalWithFullmesh;
    }
    // Two ports of one address are two endpoints; without a port it is the address that counts.
    const auto same =
        std::find_if(m_endpoints.begin(), m_endpoints.end(), [&](const ManagedEndpoint& known) {
            return known.address == endpoint.address && known.port == endpoint.port;
        });
    if (same != m_endpoints.end())
    {
        if (!same->flags.implicit || endpoint.flags.implicit)
        {
            return EndpointError::AddressInUse;
        }
        if (endpoint.id != 0 && endpoint.id != same->id)
        {
            return EndpointError::IdFixed;
        }
        endpoint.id = same->id;
        *same = endpoint;
        return endpoint;
    }
    if (m_endpoints.size() >= CAPACITY)
    {
        return EndpointError::TableFull;
    }
    if (endpoint.id != 0 && Find(endpoint.id) != nullptr)
    {
        return EndpointError::IdInUse;
    }
    if (endpoint.id == 0)
    {
        endpoint.id = FreeId();
    }
    m_nextId = std::max(m_nextId, endpoint.id);
    m_endpoints.push_back(endpoint);
    return endpoint;
}

std::optional<ManagedEndpoint>
EndpointTable::Remove(AddressId id)
{
    const auto found = std::find_if(m_endpoints.begin(),
                                    m_endpoints.end(),
                                    [&](const ManagedEndpoint& known) { return known.id == id; });
    if (found == m_endpoints.end())
    {
        return std::nullopt;
    }
    const ManagedEndpoint removed = *found;
    m_endpoints.erase(found);
    return removed;
}

EndpointTable::Outcome
EndpointTable::Change(AddressId id, bool backup, bool fullmesh)
{
    for (ManagedEndpoint& known : m_endpoints)
    {
        if (known.id == id)
        {
            if (fullmesh && known.flags.signal)
            {
                return EndpointError::SignalWithFullmesh;
            }
            known.flags.backup = backup;
            known.flags.fullmesh = fullmesh;
            return known;
        }
    }
    return EndpointError::Unknown;
}

void
EndpointTable::Clear()
{
    m_endpoints.clear();
    m_nextId = 1;
}

std::optional<AddressId>
EndpointTable::IdOf(const IpAddress& address)
{
    if (const ManagedEndpoint* known = Find(address))
    {
        return known->id;
    }
    ManagedEndpoint endpoint;
    endpoint.address = address;
    endpoint.flags.implicit = true;
    const Outcome outcome = Add(endpoint);
    const auto* added = std::get_if<ManagedEndpoint>(&outcome);
    return added != nullptr ? std::optional(added->id) : std::nullopt;
}

const ManagedEndpoint*
EndpointTable::Find(AddressId id) const
{
    const auto found = std::find_if(m_endpoints.begin(),
                                    m_endpoints.end(),
                                    [&](const ManagedEndpoint& known) { return known.id == id; });
    return found != m_endpoints.end() ? &*found : nullptr;
}

const ManagedEndpoint*
EndpointTable::Find(const IpAddress& address) const
{
    const auto found =
        std::find_if(m_endpoints.begin(), m_endpoints.end(), [&](const ManagedEndpoint& known) {
            return known.address == address;
        });
    return found != m_endpoints.end() ? &*found : nullptr;
}

const std::vector<ManagedEndpoint>&
EndpointTable::Endpoints() const
{
    return m_endpoints;
}

AddressId
EndpointTable::FreeId() const
{
    // From the highest so far upwards, as Linux does. CAPACITY entries leave one of 255 free.
    AddressId id = m_nextId;
    while (id == 0 || Find(id) != nullptr)
    {
        ++id; // wraps around
    }
    return id;
}

} // namespace mptcp
