// SPDX-License-Identifier: GPL-2.0-only
#include "ecmp-table.h"
#include "fabric.h"

#include <cassert>

namespace mptcp
{

namespace
{

/// Numbers of nodes: hosts, then edges, aggregations and cores.
struct FatTreeShape
{
    uint32_t k;
    uint32_t half{k / 2};
    uint32_t hosts{k * half * half};
    uint32_t edges{k * half};

    [[nodiscard]] uint32_t Edge(uint32_t pod, uint32_t i) const
    {
        return hosts + pod * half + i;
    }

    [[nodiscard]] uint32_t Aggregation(uint32_t pod, uint32_t i) const
    {
        return hosts + edges + pod * half + i;
    }

    [[nodiscard]] uint32_t Core(uint32_t i) const
    {
        return hosts + 2 * edges + i;
    }
};

constexpr uint32_t FIRST_HOST = 2; // Al-Fares et al. give 1 to the switch

void
AddSwitch(Fabric& fabric, const std::string& name, uint32_t k, EcmpTable table)
{
    fabric.nodes.push_back({name, k, {}, std::make_shared<EcmpTable>(std::move(table))});
}

void
AddHosts(Fabric& fabric, const FatTreeShape& s)
{
    for (uint32_t host = 0; host < s.hosts; ++host)
    {
        const uint32_t pod = host / (s.half * s.half);
        const uint32_t edge = host / s.half % s.half;
        const uint32_t slot = host % s.half;
        fabric.nodes.push_back(
            {"h" + std::to_string(host), 1, {FabricAddress(pod, edge, FIRST_HOST + slot)}, {}});
        fabric.links.push_back({{host, 0}, {s.Edge(pod, edge), slot}, FabricLink::Tier::Host, 1});
    }
}

void
AddEdges(Fabric& fabric, const FatTreeShape& s, uint64_t seed)
{
    for (uint32_t pod = 0; pod < s.k; ++pod)
    {
        for (uint32_t edge = 0; edge < s.half; ++edge)
        {
            EcmpTable table(SwitchKey(seed, s.Edge(pod, edge)), s.half);
            for (uint32_t slot = 0; slot < s.half; ++slot)
            {
                table.Add({FabricAddress(pod, edge, FIRST_HOST + slot), 32, {slot, 1}});
            }
            table.Add({0, 0, {s.half, s.half}});
            AddSwitch(fabric,
                      "edge" + std::to_string(pod) + "-" + std::to_string(edge),
                      s.k,
                      std::move(table));
            for (uint32_t up = 0; up < s.half; ++up)
            {
                fabric.links.push_back({{s.Edge(pod, edge), s.half + up},
                                        {s.Aggregation(pod, up), edge},
                                        FabricLink::Tier::Aggregation,
                                        1});
            }
        }
    }
}

void
AddAggregations(Fabric& fabric, const FatTreeShape& s, uint64_t seed)
{
    for (uint32_t pod = 0; pod < s.k; ++pod)
    {
        for (uint32_t i = 0; i < s.half; ++i)
        {
            EcmpTable table(SwitchKey(seed, s.Aggregation(pod, i)), s.half);
            for (uint32_t edge = 0; edge < s.half; ++edge)
            {
                table.Add({FabricAddress(pod, edge, 0), 24, {edge, 1}});
            }
            table.Add({0, 0, {s.half, s.half}});
            AddSwitch(fabric,
                      "aggregation" + std::to_string(pod) + "-" + std::to_string(i),
                      s.k,
                      std::move(table));
            for (uint32_t up = 0; up < s.half; ++up)
            {
                fabric.links.push_back({{s.Aggregation(pod, i), s.half + up},
                                        {s.Core(i * s.half + up), pod},
                                        FabricLink::Tier::Core,
                                        1});
            }
        }
    }
}

void
AddCores(Fabric& fabric, const FatTreeShape& s, uint64_t seed)
{
    for (uint32_t core = 0; core < s.half * s.half; ++core)
    {
        EcmpTable table(SwitchKey(seed, s.Core(core)), s.k);
        for (uint32_t pod = 0; pod < s.k; ++pod)
        {
            table.Add({FabricAddress(pod, 0, 0), 16, {pod, 1}});
        }
        AddSwitch(fabric, "core" + std::to_string(core), s.k, std::move(table));
    }
}

} // namespace

Fabric
MakeFatTree(uint32_t k, uint64_t seed)
{
    assert(k >= 2 && k <= 254 && k % 2 == 0);
    const FatTreeShape shape{k};
    Fabric fabric;
    fabric.hosts = shape.hosts;
    AddHosts(fabric, shape);
    AddEdges(fabric, shape, seed);
    AddAggregations(fabric, shape, seed);
    AddCores(fabric, shape, seed);
    return fabric;
}

} // namespace mptcp
