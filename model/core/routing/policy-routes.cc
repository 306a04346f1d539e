// SPDX-License-Identifier: GPL-2.0-only
#include "policy-routes.h"

#include <tuple>

namespace mptcp
{

void
PolicyRoutes::Add(const PolicyRoute& route)
{
    m_routes.push_back(route);
}

const PolicyRoute*
PolicyRoutes::Find(const IpAddress& source, const IpAddress& destination, uint32_t arrival) const
{
    const auto rank = [](const PolicyRoute& route) {
        return std::tuple(route.destination.lengthBits,
                          route.source.lengthBits,
                          route.arrival.has_value());
    };
    const PolicyRoute* best = nullptr;
    for (const PolicyRoute& route : m_routes)
    {
        if (route.destination.Contains(destination) && route.source.Contains(source) &&
            route.arrival.value_or(arrival) == arrival &&
            (best == nullptr || rank(route) > rank(*best)))
        {
            best = &route;
        }
    }
    return best;
}

} // namespace mptcp
