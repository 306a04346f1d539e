// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FABRIC_H
#define MPTCP_FABRIC_H

#include "forwarder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/**
 * \file
 * Networks of data centres as data: nodes with numbered ports, links between ports, addresses and
 * forwarding tables. Who simulates one makes devices of the ports and nothing else.
 */
namespace mptcp
{

struct FabricNode
{
    std::string name;
    uint32_t ports{0};
    /// Of a host, one for each port, in host byte order; a switch has none.
    std::vector<uint32_t> addresses;
    /// Of switches, and of hosts that relay; other hosts have one port.
    std::shared_ptr<const Forwarder> forwarder;
};

struct FabricEnd
{
    uint32_t node{0};
    uint32_t port{0};
};

struct FabricLink
{
    enum class Tier
    {
        Host,        //!< between a host and its switch
        Aggregation, //!< between the switches above hosts and those above these
        Core         //!< to the topmost switches
    };

    FabricEnd lower;
    FabricEnd upper;
    Tier tier{Tier::Host};
    uint32_t speed{1}; //!< how many times as fast as a link of a host
};

struct Fabric
{
    uint32_t hosts{0}; //!< these are the first nodes
    std::vector<FabricNode> nodes;
    std::vector<FabricLink> links;
};

/**
 * FatTree of switches with k ports (Al-Fares, Loukissas, Vahdat, SIGCOMM 2008, section 3): k pods
 * of k/2 edge and k/2 aggregation switches, (k/2)^2 cores, k^3/4 hosts with the addresses
 * 10.pod.edge.(2 + number). Up by the hash of the flow, down by the destination.
 *
 * \param k even, 2 to 254
 * \param seed of the keys of all switches
 */
[[nodiscard]] Fabric MakeFatTree(uint32_t k, uint64_t seed);

/**
 * VL2 (Greenberg et al., SIGCOMM 2009, section 4.1) of switches with k ports above the racks: k/2
 * intermediate switches, k aggregation switches, k^2/4 racks with two links upwards each, and all
 * links between switches ten times as fast as those of hosts. What leaves its rack always goes over
 * an intermediate switch, chosen by the hash of the flow.
 *
 * \param k even, 2 to 64
 * \param hostsPerRack 20 in the paper, which two links of ten times the speed just carry; 1 to 250
 */
[[nodiscard]] Fabric MakeVl2(uint32_t k, uint32_t hostsPerRack, uint64_t seed);

/// The key of one switch of many: node numbers differ, so keys do.
[[nodiscard]] constexpr FlowHashKey
SwitchKey(uint64_t seed, uint32_t node)
{
    return {seed, node};
}

/// 10.a.b.c
[[nodiscard]] constexpr uint32_t
FabricAddress(uint32_t a, uint32_t b, uint32_t c)
{
    return (10U << 24U) | (a << 16U) | (b << 8U) | c;
}

} // namespace mptcp

#endif // MPTCP_FABRIC_H
