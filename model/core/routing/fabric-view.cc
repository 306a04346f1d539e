// SPDX-License-Identifier: GPL-2.0-only
#include "fabric-view.h"

#include <boost/container_hash/hash.hpp>

namespace mptcp
{

namespace
{

constexpr uint8_t TCP_PROTOCOL = 6;

uint32_t
HostOrder(const IpAddress& address)
{
    uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
    {
        value = (value << 8U) | address.bytes[i];
    }
    return value;
}

} // namespace

FabricView::FabricView(Fabric fabric)
    : m_fabric(std::move(fabric))
{
    for (uint32_t node = 0; node < m_fabric.nodes.size(); ++node)
    {
        m_links.emplace_back(m_fabric.nodes[node].ports);
        for (uint32_t port = 0; port < m_fabric.nodes[node].addresses.size(); ++port)
        {
            m_hosts[m_fabric.nodes[node].addresses[port]] = {node, port};
        }
    }
    for (uint32_t link = 0; link < m_fabric.links.size(); ++link)
    {
        const FabricEnd& lower = m_fabric.links[link].lower;
        const FabricEnd& upper = m_fabric.links[link].upper;
        m_links[lower.node][lower.port] = Arrival{{link, true}, upper};
        m_links[upper.node][upper.port] = Arrival{{link, false}, lower};
    }
}

const FabricView::Arrival*
FabricView::From(uint32_t node, uint32_t port) const
{
    const auto& ports = m_links[node];
    return port < ports.size() && ports[port] ? &*ports[port] : nullptr;
}

std::vector<FabricView::Hop>
FabricView::HopsOf(const Endpoint& local, const Endpoint& remote) const
{
    const FlowKey key{HostOrder(local.address),
                      HostOrder(remote.address),
                      local.port,
                      remote.port,
                      TCP_PROTOCOL};
    if (local.address.family != AddressFamily::Ipv4 || remote.address.family != AddressFamily::Ipv4)
    {
        return {};
    }
    const auto source = m_hosts.find(key.source);
    const auto destination = m_hosts.find(key.destination);
    if (source == m_hosts.end() || destination == m_hosts.end())
    {
        return {};
    }
    constexpr std::size_t USUAL_HOPS = 8; // a FatTree has six, VL2 too
    std::vector<Hop> hops;
    hops.reserve(USUAL_HOPS);
    // A host that relays has its own idea of the first interface.
    const auto& own = m_fabric.nodes[source->second.node].forwarder;
    const auto first =
        own ? own->Port(key, Forwarder::FROM_HERE) : std::optional<uint32_t>(source->second.port);
    const Arrival* at = first ? From(source->second.node, *first) : nullptr;
    while (at != nullptr && hops.size() < m_fabric.links.size())
    {
        hops.push_back(at->hop);
        const FabricEnd& end = at->end;
        if (end.node == destination->second.node)
        {
            return hops;
        }
        const auto& forwarder = m_fabric.nodes[end.node].forwarder;
        const auto port = forwarder ? forwarder->Port(key, end.port) : std::nullopt;
        at = port ? From(end.node, *port) : nullptr;
    }
    return {};
}

uint64_t
FabricView::PathOf(const Endpoint& local, const Endpoint& remote) const
{
    std::size_t seed = 0;
    for (const Hop& hop : HopsOf(local, remote))
    {
        boost::hash_combine(seed, hop.link);
        boost::hash_combine(seed, hop.isUpwards);
    }
    return seed;
}

} // namespace mptcp
