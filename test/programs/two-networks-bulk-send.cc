// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// An ns-3 program as its examples are, by somebody who has never heard of MPTCP: a host with two
/// networks sends to a server by TCP for ten seconds.
///
///     client ==== two links, 1 Mb/s ==== router ---- 10 Mb/s ---- server
#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"

#include <iostream>

using namespace ns3;

int
main(int argc, char* argv[])
{
    CommandLine cmd(__FILE__);
    cmd.Parse(argc, argv);

    NodeContainer nodes;
    nodes.Create(3); // client, router, server
    InternetStackHelper internet;
    internet.Install(nodes);

    PointToPointHelper pointToPoint;
    pointToPoint.SetChannelAttribute("Delay", StringValue("10ms"));
    pointToPoint.SetDeviceAttribute("DataRate", StringValue("1Mbps"));
    NetDeviceContainer first = pointToPoint.Install(nodes.Get(0), nodes.Get(1));
    NetDeviceContainer second = pointToPoint.Install(nodes.Get(0), nodes.Get(1));
    pointToPoint.SetDeviceAttribute("DataRate", StringValue("10Mbps"));
    NetDeviceContainer last = pointToPoint.Install(nodes.Get(1), nodes.Get(2));

    Ipv4AddressHelper addresses;
    addresses.SetBase("10.1.1.0", "255.255.255.0");
    addresses.Assign(first);
    addresses.SetBase("10.1.2.0", "255.255.255.0");
    addresses.Assign(second);
    addresses.SetBase("10.1.3.0", "255.255.255.0");
    Ipv4InterfaceContainer server = addresses.Assign(last);

    Ipv4StaticRoutingHelper routing;
    Ptr<Ipv4StaticRouting> ofClient = routing.GetStaticRouting(nodes.Get(0)->GetObject<Ipv4>());
    ofClient->SetDefaultRoute("10.1.1.2", 1);
    ofClient->SetDefaultRoute("10.1.2.2", 2, 1);
    Ptr<Ipv4StaticRouting> ofServer = routing.GetStaticRouting(nodes.Get(2)->GetObject<Ipv4>());
    ofServer->SetDefaultRoute("10.1.3.1", 1);

    const uint16_t port = 9;
    BulkSendHelper source("ns3::TcpSocketFactory", InetSocketAddress(server.GetAddress(1), port));
    source.SetAttribute("MaxBytes", UintegerValue(0));
    source.Install(nodes.Get(0)).Start(Seconds(0));
    PacketSinkHelper sink("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), port));
    ApplicationContainer sinks = sink.Install(nodes.Get(2));
    sinks.Start(Seconds(0));

    Simulator::Stop(Seconds(10));
    Simulator::Run();
    Ptr<PacketSink> received = DynamicCast<PacketSink>(sinks.Get(0));
    std::cout << "Total Bytes Received: " << received->GetTotalRx() << std::endl;
    Simulator::Destroy();
    return 0;
}
