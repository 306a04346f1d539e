// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The example of README.md, compiled and run as it stands there (analysis/tests/test_readme.py
/// compares the two).
#include "multipath-topology.h"
#include "simulation-fixture.h"

#include "ns3/packet-sink.h"
#include "ns3/simulator.h"

#include <gtest/gtest.h>

// README
#include "ns3/applications-module.h"
#include "ns3/internet-module.h"
#include "ns3/mptcp-helper.h"

using namespace ns3;

void
MakeDownload(Ptr<Node> phone, Ptr<Node> server, Ipv4Address serverAddress)
{
    MptcpHelper mptcp; // after InternetStackHelper::Install and the addresses
    mptcp.SetScheduler("ns3::MptcpMinRtt");
    mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(4));
    mptcp.SetCongestionControl("ns3::MptcpLia");
    mptcp.Install(NodeContainer(phone, server));
    MptcpHelper::AddDefaultRoutes(phone); // each interface gets its own way out

    PacketSinkHelper sink("ns3::MptcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 80));
    sink.Install(server);
    BulkSendHelper source("ns3::MptcpSocketFactory", InetSocketAddress(serverAddress, 80));
    source.Install(phone).Start(Seconds(1));
}

// README

namespace
{

class ReadmeExample : public SimulationTest
{
};

TEST_F(ReadmeExample, UsesBothPaths)
{
    const PathSpec path{"path", DataRate("5Mbps"), MilliSeconds(20), 100'000, 0};
    MultipathTopology topology(MultipathTopology::Kind::Multihomed, {path, path});
    MakeDownload(topology.Client(), topology.Server(), topology.ServerAddress(0));
    Simulator::Stop(Seconds(11));
    Simulator::Run();
    const auto sink = DynamicCast<PacketSink>(topology.Server()->GetApplication(0));
    const double mbps = static_cast<double>(sink->GetTotalRx()) * 8 / 10 / 1e6;
    EXPECT_GT(mbps, 1.5 * 5) << "goodput of two paths of 5 Mb/s";
}

} // namespace
