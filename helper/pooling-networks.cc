// SPDX-License-Identifier: GPL-2.0-only
#include "pooling-networks.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace ns3
{

namespace
{

constexpr double PACKET_BITS = 12'000; // 1500 bytes
constexpr uint32_t RANDOM_PLACES = 3;
constexpr double ROUND_TRIP_S = 0.1;

/// RED as in Khalili et al., CoNEXT 2012: for 10 Mb/s no drops below 25 packets, 10 % at 50, all at
/// 100; in proportion for others, `depth` times as many packets.
PacketLinkSpec
RedLink(const std::string& name, double packetsPerSecond, double depth)
{
    const double scale = depth * packetsPerSecond * PACKET_BITS / 10e6;
    PacketLinkSpec link;
    link.name = name;
    link.packetsPerSecond = packetsPerSecond;
    link.queue = PacketLinkSpec::Queue::Red;
    link.queuePackets = std::max(static_cast<uint32_t>(std::lround(100 * scale)), 20U);
    link.redMinimum = 25 * scale;
    link.redMaximum = 50 * scale;
    return link;
}

/// One bandwidth-delay product, and the places that refuse packets at random (htsim, RandomQueue).
PacketLinkSpec
TailLink(const std::string& name, double packetsPerSecond)
{
    PacketLinkSpec link;
    link.name = name;
    link.packetsPerSecond = packetsPerSecond;
    link.queuePackets =
        static_cast<uint32_t>(std::lround(packetsPerSecond * ROUND_TRIP_S)) + RANDOM_PLACES;
    link.randomDropPackets = RANDOM_PLACES;
    return link;
}

/// Routes by indices of links; the second may be another way of another delay.
FlowSpec
Flow(const std::string& name,
     std::vector<std::size_t> first,
     std::vector<std::size_t> second,
     uint32_t users,
     Time secondRoundTrip = MilliSeconds(100))
{
    FlowSpec flow;
    flow.name = name;
    flow.routes = {{std::move(first), MilliSeconds(100)}, {std::move(second), secondRoundTrip}};
    flow.users = users;
    return flow;
}

using Published = std::map<std::string, std::vector<double>>;

std::vector<double>
Find(const Published& published, const std::string& control)
{
    const auto found = published.find(control);
    return found == published.end() ? std::vector<double>() : found->second;
}

PoolingNetwork
Triangle(bool usesRed, const std::string& control)
{
    PoolingNetwork network;
    network.scale = usesRed ? 2 : 1;
    const uint32_t users = usesRed ? 4 : 1;
    for (const char* name : {"A", "B", "C"})
    {
        network.spec.links.push_back(usesRed ? RedLink(name, 2000, 2) : TailLink(name, 1000));
    }
    // The detour's second queue makes up for its shorter way.
    const Time detour = MilliSeconds(usesRed ? 40 : 100);
    network.spec.flows = {Flow("1", {0}, {1, 2}, users, detour),
                          Flow("2", {1}, {2, 0}, users, detour),
                          Flow("3", {2}, {0, 1}, users, detour)};
    network.publishedMbps =
        Find({{"ewtcp", {8.5, 8.5, 8.5}}, {"lia", {9, 9, 9}}, {"coupled", {12, 12, 12}}}, control);
    return network;
}

PoolingNetwork
Chain(bool usesRed, const std::string& control)
{
    PoolingNetwork network;
    network.scale = 2;
    const std::vector<std::pair<const char*, double>> links{{"A", 5},
                                                            {"B", 12},
                                                            {"C", 10},
                                                            {"D", 3}};
    for (const auto& [name, mbps] : links)
    {
        const double packets = network.scale * mbps * 1e6 / PACKET_BITS;
        network.spec.links.push_back(usesRed ? RedLink(name, packets, 2) : TailLink(name, packets));
    }
    for (std::size_t i = 0; i < 3; ++i)
    {
        network.spec.flows.push_back(Flow(std::to_string(i + 1), {i}, {i + 1}, 4));
    }
    network.publishedMbps =
        Find({{"ewtcp", {11, 11, 8}}, {"lia", {10.6, 10.6, 8.7}}, {"coupled", {10, 10, 10}}},
             control);
    return network;
}

PoolingNetwork
Torus(bool usesRed)
{
    PoolingNetwork network;
    for (const char* name : {"A", "B", "C", "D", "E"})
    {
        const double packets = *name == 'C' ? 100 : 1000;
        network.spec.links.push_back(usesRed ? RedLink(name, packets, 1) : TailLink(name, packets));
    }
    for (std::size_t i = 0; i < 5; ++i)
    {
        const std::size_t next = (i + 1) % 5;
        const std::string name = network.spec.links[i].name + network.spec.links[next].name;
        network.spec.flows.push_back(Flow(name, {i}, {next}, 1));
    }
    return network;
}

} // namespace

double
PoolingNetwork::ToMbps(std::size_t flow, double packetsPerSecond) const
{
    return packetsPerSecond * spec.flows[flow].users / scale * PACKET_BITS / 1e6;
}

PoolingNetwork
MakePoolingNetwork(const std::string& topology, bool usesRed, const std::string& control)
{
    if (topology == "triangle")
    {
        return Triangle(usesRed, control);
    }
    return topology == "chain" ? Chain(usesRed, control) : Torus(usesRed);
}

} // namespace ns3
