// SPDX-License-Identifier: GPL-2.0-only
#include "host-routing-table.h"

#include <algorithm>

namespace mptcp
{

namespace
{

HostRoute
LinkRoute(uint32_t interface, const IpPrefix& subnet)
{
    return {subnet, {subnet.address.family, {}}, interface, 0};
}

bool
IsSameWay(const HostRoute& a, const HostRoute& b)
{
    const bool sameHop =
        a.nextHop == b.nextHop || (a.nextHop.IsUnspecified() && b.nextHop.IsUnspecified());
    return a.destination == b.destination && sameHop && a.interface == b.interface;
}

/// Where the packet goes next on the link.
const IpAddress&
NextHop(const HostRoute& route, const IpAddress& destination)
{
    return route.nextHop.IsUnspecified() ? destination : route.nextHop;
}

} // namespace

HostRoutingTable::HostRoutingTable(HostModel model)
    : m_model(model)
{
}

void
HostRoutingTable::SetModel(HostModel model)
{
    m_model = model;
}

HostModel
HostRoutingTable::Model() const
{
    return m_model;
}

// ---- what the host knows ----

bool
HostRoutingTable::AddRoute(const HostRoute& route)
{
    if (std::any_of(m_routes.begin(), m_routes.end(), [&](const HostRoute& known) {
            return IsSameWay(known, route);
        }))
    {
        return false;
    }
    m_routes.push_back(route);
    return true;
}

void
HostRoutingTable::ChangeMetric(const HostRoute& route)
{
    for (HostRoute& known : m_routes)
    {
        known.metric = IsSameWay(known, route) ? route.metric : known.metric;
    }
}

bool
HostRoutingTable::RemoveRoute(const HostRoute& route)
{
    const auto found = std::find_if(m_routes.begin(), m_routes.end(), [&](const HostRoute& known) {
        return IsSameWay(known, route);
    });
    if (found == m_routes.end())
    {
        return false;
    }
    m_routes.erase(found);
    return true;
}

const std::vector<HostRoute>&
HostRoutingTable::Routes() const
{
    return m_routes;
}

void
HostRoutingTable::AddAddress(uint32_t interface,
                             const IpAddress& address,
                             uint8_t prefixBits,
                             bool isOnLink)
{
    m_addresses.push_back({{address, prefixBits}, interface});
    if (isOnLink)
    {
        AddRoute(LinkRoute(interface, {address, prefixBits}));
    }
}

void
HostRoutingTable::RemoveAddress(uint32_t interface, const IpAddress& address)
{
    const auto found =
        std::find_if(m_addresses.begin(), m_addresses.end(), [&](const LocalAddress& local) {
            return local.interface == interface && local.subnet.address == address;
        });
    if (found == m_addresses.end())
    {
        return;
    }
    const IpPrefix subnet = found->subnet;
    m_addresses.erase(found);
    const bool isShared =
        std::any_of(m_addresses.begin(), m_addresses.end(), [&](const LocalAddress& local) {
            return local.interface == interface && local.subnet == subnet;
        });
    if (!isShared)
    {
        RemoveRoute(LinkRoute(interface, subnet));
    }
}

void
HostRoutingTable::SetInterfaceUp(uint32_t interface, bool isUp)
{
    m_downInterfaces.erase(std::remove(m_downInterfaces.begin(), m_downInterfaces.end(), interface),
                           m_downInterfaces.end());
    if (!isUp)
    {
        m_downInterfaces.push_back(interface);
    }
}

void
HostRoutingTable::Bind(uint32_t interface, const IpAddress& router, const IpPrefix& prefix)
{
    const Binding binding{interface, router, prefix};
    if (std::find(m_bindings.begin(), m_bindings.end(), binding) == m_bindings.end())
    {
        m_bindings.push_back(binding);
    }
}

void
HostRoutingTable::Unbind(uint32_t interface, const IpAddress& router, const IpPrefix& prefix)
{
    m_bindings.erase(
        std::remove(m_bindings.begin(), m_bindings.end(), Binding{interface, router, prefix}),
        m_bindings.end());
}

bool
HostRoutingTable::HasBinding(uint32_t interface, const IpAddress& router) const
{
    return std::any_of(m_bindings.begin(), m_bindings.end(), [&](const Binding& binding) {
        return binding.interface == interface && binding.router == router;
    });
}

// ---- what the rules are made of ----

bool
HostRoutingTable::IsUp(uint32_t interface) const
{
    return std::find(m_downInterfaces.begin(), m_downInterfaces.end(), interface) ==
           m_downInterfaces.end();
}

bool
HostRoutingTable::Matches(const HostRoute& route,
                          const IpAddress& destination,
                          std::optional<uint32_t> only) const
{
    return (!only || route.interface == *only) && route.destination.Contains(destination) &&
           IsUp(route.interface);
}

std::optional<uint8_t>
HostRoutingTable::LongestPrefix(const IpAddress& destination, std::optional<uint32_t> only) const
{
    std::optional<uint8_t> longest;
    for (const HostRoute& route : m_routes)
    {
        if (Matches(route, destination, only))
        {
            longest = std::max(longest.value_or(0), route.destination.lengthBits);
        }
    }
    return longest;
}

template <typename Predicate>
const HostRoute*
HostRoutingTable::Best(const IpAddress& destination,
                       uint8_t prefixBits,
                       std::optional<uint32_t> only,
                       Predicate isWanted) const
{
    const HostRoute* best = nullptr;
    for (const HostRoute& route : m_routes)
    {
        if (route.destination.lengthBits == prefixBits && Matches(route, destination, only) &&
            (best == nullptr || route.metric < best->metric) && isWanted(route))
        {
            best = &route;
        }
    }
    return best;
}

bool
HostRoutingTable::IsOnSubnet(const HostRoute& route,
                             const IpAddress& destination,
                             const LocalAddress& local) const
{
    const IpAddress& nextHop = NextHop(route, destination);
    if (!IsLinkLocal(nextHop))
    {
        return local.subnet.Contains(nextHop);
    }
    if (local.interface != route.interface)
    {
        return false;
    }
    return IsLinkLocal(local.subnet.address) ||
           std::any_of(m_bindings.begin(), m_bindings.end(), [&](const Binding& binding) {
               return binding.interface == route.interface && binding.router == nextHop &&
                      binding.prefix.Contains(local.subnet.address);
           });
}

bool
HostRoutingTable::IsOnSubnetOf(const HostRoute& route,
                               const IpAddress& destination,
                               const IpAddress& source) const
{
    return std::any_of(m_addresses.begin(), m_addresses.end(), [&](const LocalAddress& local) {
        return local.subnet.address == source && IsOnSubnet(route, destination, local);
    });
}

bool
HostRoutingTable::HasAddress(uint32_t interface, const IpAddress& address) const
{
    return std::any_of(m_addresses.begin(), m_addresses.end(), [&](const LocalAddress& local) {
        return local.interface == interface && local.subnet.address == address;
    });
}

std::optional<IpAddress>
HostRoutingTable::AddressOnSubnet(const HostRoute& route, const IpAddress& destination) const
{
    // A link-local address is good for a neighbour only.
    const bool isNeighbour = IsLinkLocal(destination);
    for (const LocalAddress& local : m_addresses)
    {
        if (IsLinkLocal(local.subnet.address) == isNeighbour && IsUp(local.interface) &&
            IsOnSubnet(route, destination, local))
        {
            return local.subnet.address;
        }
    }
    return std::nullopt;
}

// ---- the rules ----

Forwarding
HostRoutingTable::Forward(const IpAddress& source,
                          const IpAddress& destination,
                          std::optional<uint32_t> only) const
{
    const auto longest = LongestPrefix(destination, only); // rule 1
    if (!longest)
    {
        return {Forwarding::Outcome::NoRoute, nullptr}; // rule 2
    }
    const bool asksForSource = !source.IsUnspecified() && (m_model == HostModel::Idealised ||
                                                           m_model == HostModel::IdealisedStrong);
    if (asksForSource)
    {
        const HostRoute* fitting = Best(destination, *longest, only, [&](const HostRoute& route) {
            return IsOnSubnetOf(route, destination, source);
        });
        if (fitting != nullptr)
        {
            return {Forwarding::Outcome::Send, fitting}; // rule 4
        }
        if (m_model == HostModel::IdealisedStrong)
        {
            return {Forwarding::Outcome::NoRouteForSource, nullptr}; // rule 3, other form
        }
    }
    const HostRoute* best =
        Best(destination, *longest, only, [](const HostRoute&) { return true; }); // rule 3
    if (m_model == HostModel::StrongHost && !source.IsUnspecified() &&
        !HasAddress(best->interface, source))
    {
        return {Forwarding::Outcome::NoRouteForSource, nullptr};
    }
    return {Forwarding::Outcome::Send, best};
}

std::optional<IpAddress>
HostRoutingTable::SourceFor(const HostRoute& route, const IpAddress& destination) const
{
    if (const auto onSubnet = AddressOnSubnet(route, destination))
    {
        return onSubnet;
    }
    for (const LocalAddress& local : m_addresses)
    {
        if (local.interface == route.interface &&
            local.subnet.address.family == destination.family &&
            IsLinkLocal(local.subnet.address) == IsLinkLocal(destination))
        {
            return local.subnet.address;
        }
    }
    return std::nullopt;
}

SourceChoice
HostRoutingTable::ChooseSource(const IpAddress& destination,
                               const std::vector<IpAddress>& used) const
{
    const auto longest = LongestPrefix(destination, std::nullopt); // rule 1
    if (!longest)
    {
        return {SourceChoice::Outcome::Unreachable, {}}; // rule 2
    }
    const HostRoute* best = Best(destination, *longest, std::nullopt, [&](const HostRoute& route) {
        const bool isTaken = // rule 3
            std::any_of(used.begin(), used.end(), [&](const IpAddress& local) {
                return IsOnSubnetOf(route, destination, local);
            });
        return !isTaken && AddressOnSubnet(route, destination).has_value();
    });
    if (best == nullptr)
    {
        return {SourceChoice::Outcome::Exhausted, {}}; // rule 4
    }
    return {SourceChoice::Outcome::Found, *AddressOnSubnet(*best, destination)}; // rule 5
}

Congruence
HostRoutingTable::CongruenceOf(const IpAddress& local, const IpAddress& remote) const
{
    const auto longest = LongestPrefix(remote, std::nullopt);
    if (!longest)
    {
        return Congruence::NoRoute;
    }
    const HostRoute* fitting = Best(remote, *longest, std::nullopt, [&](const HostRoute& route) {
        return IsOnSubnetOf(route, remote, local);
    });
    return fitting != nullptr ? Congruence::Congruent : Congruence::Incongruent;
}

} // namespace mptcp
