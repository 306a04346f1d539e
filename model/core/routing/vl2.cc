// SPDX-License-Identifier: GPL-2.0-only
#include "ecmp-table.h"
#include "fabric.h"

#include <cassert>

namespace mptcp
{

namespace
{

constexpr uint32_t SWITCH_SPEED = 10;
constexpr uint32_t RACK_UPLINKS = 2;

/// Numbers of nodes: hosts, then racks, aggregations and intermediates. Racks are joined to pairs
/// of neighbouring aggregation switches.
struct Vl2Shape
{
    uint32_t k;
    uint32_t hostsPerRack;
    uint32_t half{k / 2};
    uint32_t racks{half * half};
    uint32_t hosts{racks * hostsPerRack};

    [[nodiscard]] uint32_t Rack(uint32_t i) const
    {
        return hosts + i;
    }

    [[nodiscard]] uint32_t Aggregation(uint32_t i) const
    {
        return hosts + racks + i;
    }

    [[nodiscard]] uint32_t Intermediate(uint32_t i) const
    {
        return hosts + racks + k + i;
    }

    /// The first of the two aggregation switches above a rack.
    [[nodiscard]] uint32_t PairAbove(uint32_t rack) const
    {
        return rack / half * RACK_UPLINKS;
    }

    [[nodiscard]] static uint32_t Network(uint32_t rack)
    {
        return FabricAddress(rack >> 8U, rack & 0xffU, 0);
    }
};

void
AddSwitch(Fabric& fabric, const std::string& name, uint32_t ports, EcmpTable table)
{
    fabric.nodes.push_back({name, ports, {}, std::make_shared<EcmpTable>(std::move(table))});
}

void
AddHosts(Fabric& fabric, const Vl2Shape& s)
{
    for (uint32_t host = 0; host < s.hosts; ++host)
    {
        const uint32_t rack = host / s.hostsPerRack;
        const uint32_t slot = host % s.hostsPerRack;
        fabric.nodes.push_back(
            {"h" + std::to_string(host), 1, {Vl2Shape::Network(rack) + 1 + slot}, {}});
        fabric.links.push_back({{host, 0}, {s.Rack(rack), slot}, FabricLink::Tier::Host, 1});
    }
}

void
AddRacks(Fabric& fabric, const Vl2Shape& s, uint64_t seed)
{
    for (uint32_t rack = 0; rack < s.racks; ++rack)
    {
        EcmpTable table(SwitchKey(seed, s.Rack(rack)), s.hostsPerRack);
        for (uint32_t slot = 0; slot < s.hostsPerRack; ++slot)
        {
            table.Add({Vl2Shape::Network(rack) + 1 + slot, 32, {slot, 1}});
        }
        table.Add({0, 0, {s.hostsPerRack, RACK_UPLINKS}});
        AddSwitch(fabric,
                  "rack" + std::to_string(rack),
                  s.hostsPerRack + RACK_UPLINKS,
                  std::move(table));
        for (uint32_t up = 0; up < RACK_UPLINKS; ++up)
        {
            fabric.links.push_back({{s.Rack(rack), s.hostsPerRack + up},
                                    {s.Aggregation(s.PairAbove(rack) + up), rack % s.half},
                                    FabricLink::Tier::Aggregation,
                                    SWITCH_SPEED});
        }
    }
}

void
AddAggregations(Fabric& fabric, const Vl2Shape& s, uint64_t seed)
{
    for (uint32_t i = 0; i < s.k; ++i)
    {
        EcmpTable table(SwitchKey(seed, s.Aggregation(i)), s.half);
        const uint32_t firstRack = i / RACK_UPLINKS * s.half;
        for (uint32_t down = 0; down < s.half; ++down)
        {
            // From a rack everything goes up, to a rack below as well.
            table.Add({Vl2Shape::Network(firstRack + down), 24, {down, 1}, true});
        }
        table.Add({0, 0, {s.half, s.half}});
        AddSwitch(fabric, "aggregation" + std::to_string(i), s.k, std::move(table));
        for (uint32_t up = 0; up < s.half; ++up)
        {
            fabric.links.push_back({{s.Aggregation(i), s.half + up},
                                    {s.Intermediate(up), i},
                                    FabricLink::Tier::Core,
                                    SWITCH_SPEED});
        }
    }
}

void
AddIntermediates(Fabric& fabric, const Vl2Shape& s, uint64_t seed)
{
    for (uint32_t i = 0; i < s.half; ++i)
    {
        EcmpTable table(SwitchKey(seed, s.Intermediate(i)), s.k);
        for (uint32_t rack = 0; rack < s.racks; ++rack)
        {
            table.Add({Vl2Shape::Network(rack), 24, {s.PairAbove(rack), RACK_UPLINKS}});
        }
        AddSwitch(fabric, "intermediate" + std::to_string(i), s.k, std::move(table));
    }
}

} // namespace

Fabric
MakeVl2(uint32_t k, uint32_t hostsPerRack, uint64_t seed)
{
    assert(k >= 2 && k <= 64 && k % 2 == 0);
    assert(hostsPerRack >= 1 && hostsPerRack <= 250);
    const Vl2Shape shape{k, hostsPerRack};
    Fabric fabric;
    fabric.hosts = shape.hosts;
    AddHosts(fabric, shape);
    AddRacks(fabric, shape, seed);
    AddAggregations(fabric, shape, seed);
    AddIntermediates(fabric, shape, seed);
    return fabric;
}

} // namespace mptcp
