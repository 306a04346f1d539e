// SPDX-License-Identifier: GPL-2.0-only
#include "bcube.h"

#include <algorithm>
#include <cassert>

namespace mptcp
{

BcubeShape::BcubeShape(uint32_t ports, uint32_t levels)
    : m_ports(ports),
      m_levels(levels)
{
    assert(ports >= 3 && levels >= 1 && levels <= MAX_LEVELS);
    m_powers[0] = 1;
    for (uint32_t level = 1; level <= levels; ++level)
    {
        m_powers[level] = m_powers[level - 1] * ports;
    }
    assert(Hosts() < 65536);
}

uint32_t
BcubeShape::Ports() const
{
    return m_ports;
}

uint32_t
BcubeShape::Levels() const
{
    return m_levels;
}

uint32_t
BcubeShape::Hosts() const
{
    return m_powers[m_levels];
}

uint32_t
BcubeShape::SwitchOf(uint32_t host, uint32_t level) const
{
    return host / m_powers[level + 1] * m_powers[level] + host % m_powers[level];
}

uint32_t
BcubeShape::Digit(uint32_t host, uint32_t level) const
{
    return host / m_powers[level] % m_ports;
}

uint32_t
BcubeShape::WithDigit(uint32_t host, uint32_t level, uint32_t digit) const
{
    return host - Digit(host, level) * m_powers[level] + digit * m_powers[level];
}

BcubeShape::Path
BcubeShape::PathOf(uint32_t from, uint32_t to, uint32_t level) const
{
    Path path;
    uint32_t here = from;
    const auto go = [&](uint32_t over, uint32_t digit) {
        here = WithDigit(here, over, digit);
        path.Add({over, here});
    };
    const bool isDetour = Digit(from, level) == Digit(to, level);
    if (isDetour)
    {
        go(level, (Digit(from, level) + 1) % m_ports);
    }
    for (uint32_t step = isDetour ? 1 : 0; step < m_levels; ++step)
    {
        const uint32_t next = (level + m_levels - step) % m_levels;
        if (Digit(here, next) != Digit(to, next))
        {
            go(next, Digit(to, next));
        }
    }
    if (isDetour)
    {
        go(level, Digit(to, level));
    }
    return path;
}

uint32_t
BcubeShape::LevelTowards(uint32_t here, uint32_t peer, uint32_t peerLevel) const
{
    if (peer < here)
    {
        return PathOf(peer, here, peerLevel).LastLevel();
    }
    uint32_t level = 0;
    while (level + 1 < m_levels && PathOf(here, peer, level).LastLevel() != peerLevel)
    {
        ++level;
    }
    return level;
}

uint32_t
BcubeShape::Address(uint32_t host, uint32_t level)
{
    return FabricAddress(level + 1, (host + 1) >> 8U, (host + 1) & 0xffU);
}

std::optional<BcubeShape::Interface>
BcubeShape::Find(uint32_t address) const
{
    const Interface found{(address & 0xffffU) - 1, ((address >> 16U) & 0xffU) - 1};
    if (address >> 24U != 10 || found.host >= Hosts() || found.level >= m_levels)
    {
        return std::nullopt;
    }
    return found;
}

std::optional<BcubeShape::Route>
BcubeShape::RouteOf(const FlowKey& flow) const
{
    const auto from = Find(flow.source);
    const auto to = Find(flow.destination);
    if (!from || !to || from->host == to->host)
    {
        return std::nullopt;
    }
    if (from->host < to->host)
    {
        return Route{from->host, PathOf(from->host, to->host, from->level), true};
    }
    return Route{to->host, PathOf(to->host, from->host, to->level), false};
}

namespace
{

class BcubeHost : public Forwarder
{
  public:
    BcubeHost(const BcubeShape& shape, uint32_t self)
        : Forwarder({}),
          m_shape(shape),
          m_self(self)
    {
    }

    PortRange Ways(const FlowKey& flow, uint32_t arrival) const override
    {
        if (arrival == FROM_HERE && flow.source == 0)
        {
            const auto to = m_shape.Find(flow.destination);
            if (!to || to->host == m_self)
            {
                return {};
            }
            return {m_shape.LevelTowards(m_self, to->host, to->level), 1};
        }
        const auto route = m_shape.RouteOf(flow);
        if (!route)
        {
            return {};
        }
        uint32_t before = route->lower; // the host before each hop
        for (const auto& hop : route->path)
        {
            if ((route->isUpwards ? before : hop.host) == m_self)
            {
                return {hop.level, 1};
            }
            before = hop.host;
        }
        return {};
    }

  private:
    BcubeShape m_shape;
    uint32_t m_self;
};

class BcubeSwitch : public Forwarder
{
  public:
    BcubeSwitch(const BcubeShape& shape, uint32_t level, uint32_t index)
        : Forwarder({}),
          m_shape(shape),
          m_level(level),
          m_index(index)
    {
    }

    PortRange Ways(const FlowKey& flow, uint32_t /* arrival */) const override
    {
        const auto route = m_shape.RouteOf(flow);
        if (!route)
        {
            return {};
        }
        uint32_t before = route->lower;
        for (const auto& hop : route->path)
        {
            if (hop.level == m_level && m_shape.SwitchOf(hop.host, m_level) == m_index)
            {
                return {m_shape.Digit(route->isUpwards ? hop.host : before, m_level), 1};
            }
            before = hop.host;
        }
        return {};
    }

  private:
    BcubeShape m_shape;
    uint32_t m_level;
    uint32_t m_index;
};

} // namespace

Fabric
MakeBcube(uint32_t ports, uint32_t levels)
{
    const BcubeShape shape(ports, levels);
    const uint32_t switchesPerLevel = shape.Hosts() / ports;
    Fabric fabric;
    fabric.hosts = shape.Hosts();
    for (uint32_t host = 0; host < shape.Hosts(); ++host)
    {
        FabricNode node{"h" + std::to_string(host), levels, {}, {}};
        for (uint32_t level = 0; level < levels; ++level)
        {
            node.addresses.push_back(BcubeShape::Address(host, level));
            const uint32_t above =
                shape.Hosts() + level * switchesPerLevel + shape.SwitchOf(host, level);
            fabric.links.push_back({{host, level}, {above, shape.Digit(host, level)}});
        }
        node.forwarder = std::make_shared<BcubeHost>(shape, host);
        fabric.nodes.push_back(std::move(node));
    }
    for (uint32_t level = 0; level < levels; ++level)
    {
        for (uint32_t index = 0; index < switchesPerLevel; ++index)
        {
            fabric.nodes.push_back({"level" + std::to_string(level) + "-" + std::to_string(index),
                                    ports,
                                    {},
                                    std::make_shared<BcubeSwitch>(shape, level, index)});
        }
    }
    return fabric;
}

} // namespace mptcp
