// SPDX-License-Identifier: GPL-2.0-only
#include "shared-bottleneck.h"

#include "red-queue.h"

#include "ns3/bulk-send-helper.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/uinteger.h"

namespace ns3
{

namespace
{

constexpr uint16_t MPTCP_PORT = 5201;
constexpr uint16_t TCP_PORT = 5202;
constexpr uint32_t MTU_BYTES = 1500;
constexpr const char* ACCESS_RATE = "1Gbps";

enum Stream : int64_t
{
    STREAM_START = 1,
    STREAM_KEYS = 10,
    STREAM_QUEUE = 20,
};

} // namespace

SharedBottleneck::SharedBottleneck(const SharedBottleneckSpec& spec, const MptcpHelper& mptcp)
    : m_spec(spec)
{
    BuildNetwork(mptcp);
    auto start = CreateObject<UniformRandomVariable>();
    start->SetStream(STREAM_START);
    const auto at = [&start] { return MilliSeconds(start->GetInteger(0, 2000)); };
    m_mptcpSink = Transfer(m_nodes.Get(0), "ns3::MptcpSocketFactory", MPTCP_PORT, at());
    m_tcpSink = Transfer(m_nodes.Get(1), "ns3::TcpSocketFactory", TCP_PORT, at());
}

Ipv4InterfaceContainer
SharedBottleneck::Join(Ptr<Node> a, Ptr<Node> b, DataRate rate, Time delay)
{
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", DataRateValue(rate));
    link.SetChannelAttribute("Delay", TimeValue(delay));
    link.SetQueue("ns3::DropTailQueue<Packet>",
                  "MaxSize",
                  StringValue(std::to_string(m_spec.queuePackets) + "p"));
    const auto devices = link.Install(a, b);
    const auto interfaces = m_addresses.Assign(devices);
    m_addresses.NewNetwork();
    TrafficControlHelper().Uninstall(devices);
    return interfaces;
}

void
SharedBottleneck::BuildNetwork(const MptcpHelper& mptcp)
{
    m_nodes.Create(5);
    InternetStackHelper internet;
    internet.SetIpv6StackInstall(false);
    internet.Install(m_nodes);
    const DataRate access(ACCESS_RATE);
    const Time hop = MilliSeconds(1);
    for (uint32_t i = 0; i < m_spec.subflows; ++i)
    {
        const auto interfaces = Join(m_nodes.Get(0), m_nodes.Get(2), access, hop);
        auto routing =
            Ipv4StaticRoutingHelper().GetStaticRouting(m_nodes.Get(0)->GetObject<Ipv4>());
        routing->SetDefaultRoute(interfaces.GetAddress(1), i + 1, i + 1);
    }
    Join(m_nodes.Get(1), m_nodes.Get(2), access, hop);
    Join(m_nodes.Get(2), m_nodes.Get(3), m_spec.rate, m_spec.roundTrip / 2 - 2 * hop);
    if (m_spec.usesRed)
    {
        InstallRed();
    }
    m_serverAddress = Join(m_nodes.Get(3), m_nodes.Get(4), access, hop).GetAddress(1);
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    const NodeContainer hosts(m_nodes.Get(0), m_nodes.Get(4));
    mptcp.Install(hosts);
    MptcpHelper::AssignStreams(hosts, STREAM_KEYS);
}

void
SharedBottleneck::InstallRed()
{
    // The router's device towards the bottleneck is the last one it was given so far.
    Ptr<Node> router = m_nodes.Get(2);
    Ptr<NetDevice> device = router->GetDevice(router->GetNDevices() - 1);
    InstallRedQueue(device, m_spec.queuePackets, m_spec.rate, STREAM_QUEUE);
}

Ptr<PacketSink>
SharedBottleneck::Transfer(Ptr<Node> client, const char* factory, uint16_t port, Time start)
{
    PacketSinkHelper sink(factory, InetSocketAddress(Ipv4Address::GetAny(), port));
    const auto sinks = sink.Install(m_nodes.Get(4));
    BulkSendHelper source(factory, InetSocketAddress(m_serverAddress, port));
    source.SetAttribute("SendSize", UintegerValue(MptcpHelper::SegmentBytesFor(MTU_BYTES, false)));
    source.Install(client).Start(start);
    return DynamicCast<PacketSink>(sinks.Get(0));
}

Ptr<Node>
SharedBottleneck::MptcpClient() const
{
    return m_nodes.Get(0);
}

Ptr<Node>
SharedBottleneck::Server() const
{
    return m_nodes.Get(4);
}

Ptr<PacketSink>
SharedBottleneck::MptcpSink() const
{
    return m_mptcpSink;
}

Ptr<PacketSink>
SharedBottleneck::TcpSink() const
{
    return m_tcpSink;
}

SharedBottleneck::Outcome
SharedBottleneck::Run(Time warmUp, Time end)
{
    Simulator::Stop(warmUp);
    Simulator::Run();
    const uint64_t mptcpBefore = m_mptcpSink->GetTotalRx();
    const uint64_t tcpBefore = m_tcpSink->GetTotalRx();
    Simulator::Stop(end - warmUp);
    Simulator::Run();
    const double bytesToMbps = 8 / (end - warmUp).GetSeconds() / 1e6;
    return {static_cast<double>(m_mptcpSink->GetTotalRx() - mptcpBefore) * bytesToMbps,
            static_cast<double>(m_tcpSink->GetTotalRx() - tcpBefore) * bytesToMbps};
}

} // namespace ns3
