// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SIMULATION_FIXTURE_H
#define MPTCP_SIMULATION_FIXTURE_H

#include "ns3/config.h"
#include "ns3/ipv4-address-generator.h"
#include "ns3/ipv6-address-generator.h"
#include "ns3/mac48-address.h"
#include "ns3/names.h"
#include "ns3/packet.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

namespace ns3
{

/**
 * A test that starts from a clean simulator and leaves one: no events, nodes, names or addresses
 * of another test, attribute defaults as built, the same seed and run. Random streams of what a
 * test builds are its own business (AssignStreams).
 */
class SimulationTest : public ::testing::Test
{
  protected:
    SimulationTest()
    {
        Clean();
        RngSeedManager::SetSeed(1);
        RngSeedManager::SetRun(1);
    }

    // In the destructor and not in TearDown: members of derived fixtures are gone by now.
    ~SimulationTest() override
    {
        Clean();
    }

    /// For tests that run several simulations.
    static void Clean()
    {
        Simulator::Destroy();
        Config::Reset();
        Names::Clear();
        Ipv4AddressGenerator::Reset();
        Ipv6AddressGenerator::Reset();
        Mac48Address::ResetAllocationIndex();
    }
};

} // namespace ns3

#endif // MPTCP_SIMULATION_FIXTURE_H
