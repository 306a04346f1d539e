// SPDX-License-Identifier: GPL-2.0-only
#include "distinct-paths.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace mptcp
{

namespace
{

// RFC 6335 6: the dynamic ports.
constexpr uint16_t FIRST_PORT = 49'152;
constexpr uint32_t PORTS = 65'536 - FIRST_PORT;
// Enough to find the last of a hundred paths, and little work where there is none left.
constexpr uint32_t CANDIDATES = 1'024;

/// Where the search for ports begins. The connections of a host, whose first ports follow each
/// other, are to look in different places.
uint16_t
Scatter(uint16_t port)
{
    constexpr uint32_t ODD = 0x9E5; // an odd factor permutes the residues of a power of two
    return static_cast<uint16_t>(FIRST_PORT + (port * ODD) % PORTS);
}

/// \param port a dynamic one
uint16_t
Next(uint16_t port)
{
    return port == std::numeric_limits<uint16_t>::max() ? FIRST_PORT
                                                        : static_cast<uint16_t>(port + 1);
}

uint32_t
FewestOf(const std::map<uint64_t, uint32_t>& used)
{
    return std::min_element(used.begin(),
                            used.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->second;
}

} // namespace

DistinctPaths::DistinctPaths(const NDiffPortsConfig& config,
                             std::shared_ptr<const NetworkView> network)
    : m_ports(config),
      m_network(std::move(network))
{
}

PathActions
DistinctPaths::On(const PathEvent& event)
{
    const auto* usable = std::get_if<ConnectionUsable>(&event);
    if (usable != nullptr && m_network != nullptr && usable->role == Role::Initiator)
    {
        ++m_used[m_network->PathOf(usable->initialLocal, usable->initialRemote)];
        m_lastPort = Scatter(usable->initialLocal.port);
    }
    PathActions actions = m_ports.On(event);
    for (PathAction& action : actions)
    {
        auto* opening = std::get_if<OpenSubflow>(&action);
        if (opening != nullptr && m_network != nullptr)
        {
            opening->local.port = ChoosePort(*opening);
        }
    }
    return actions;
}

bool
DistinctPaths::AcceptsJoins(uint32_t count) const
{
    return m_ports.AcceptsJoins(count);
}

uint16_t
DistinctPaths::ChoosePort(const OpenSubflow& opening)
{
    uint16_t best = 0;
    uint64_t bestPath = 0;
    uint32_t fewest = std::numeric_limits<uint32_t>::max();
    Endpoint local = opening.local;
    local.port = m_lastPort;
    // Once the candidates have shown none without, one of those that have the fewest is as good as
    // it gets.
    const uint32_t enough = m_areAllUsed ? FewestOf(m_used) : 0;
    for (uint32_t i = 0; i < CANDIDATES && fewest > enough; ++i)
    {
        local.port = Next(local.port);
        const uint64_t path = m_network->PathOf(local, opening.remote);
        const auto used = m_used.find(path);
        const uint32_t subflows = used == m_used.end() ? 0 : used->second;
        if (subflows < fewest)
        {
            fewest = subflows;
            best = local.port;
            bestPath = path;
        }
    }
    m_areAllUsed = fewest > 0;
    m_lastPort = best;
    ++m_used[bestPath];
    return best;
}

} // namespace mptcp
