// SPDX-License-Identifier: GPL-2.0-only
#include "fabric-network.h"

#include "core/routing/fabric-view.h"
#include "routing/mptcp-flow-routing.h"
#include "routing/mptcp-forwarding-switch.h"
#include "routing/mptcp-switch-port.h"

#include "ns3/drop-tail-queue.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/point-to-point-channel.h"

#include <utility>

namespace ns3
{

namespace
{

Ptr<PointToPointNetDevice>
CreateDevice(bool isSwitchPort)
{
    if (isSwitchPort)
    {
        return CreateObject<MptcpSwitchPort>();
    }
    return CreateObject<PointToPointNetDevice>();
}

Ptr<PointToPointNetDevice>
MakeDevice(bool isSwitchPort, DataRate rate, uint32_t queuePackets)
{
    Ptr<PointToPointNetDevice> device = CreateDevice(isSwitchPort);
    device->SetAddress(Mac48Address::Allocate());
    device->SetDataRate(rate);
    auto queue = CreateObject<DropTailQueue<Packet>>();
    queue->SetMaxSize(QueueSize(QueueSizeUnit::PACKETS, queuePackets));
    // Without a NetDeviceQueueInterface the device tells nobody that it is full, and drops.
    device->SetQueue(queue);
    return device;
}

InternetStackHelper
Ipv4Stack()
{
    InternetStackHelper internet;
    internet.SetIpv6StackInstall(false);
    return internet;
}

/// An interface for each device, and no queue between IP and the device.
void
AddInterfaces(Ptr<Node> node, const std::vector<uint32_t>& addresses, std::size_t ports)
{
    auto ipv4 = node->GetObject<Ipv4>();
    for (uint32_t port = 0; port < ports; ++port)
    {
        const uint32_t interface = ipv4->AddInterface(node->GetDevice(port));
        if (port < addresses.size())
        {
            ipv4->AddAddress(
                interface,
                Ipv4InterfaceAddress(Ipv4Address(addresses[port]), Ipv4Mask::GetOnes()));
        }
        ipv4->SetUp(interface);
    }
}

} // namespace

FabricNetwork::FabricNetwork(mptcp::Fabric fabric, const FabricNetworkOptions& options)
    : m_fabric(std::move(fabric)),
      m_hostRate(options.hostRate)
{
    m_nodes.Create(static_cast<uint32_t>(m_fabric.nodes.size()));
    Connect(options);
    MakeHosts();
    MakeSwitches(options.hasRouters);
}

void
FabricNetwork::Connect(const FabricNetworkOptions& options)
{
    for (const auto& node : m_fabric.nodes)
    {
        m_devices.emplace_back(node.ports);
    }
    for (const auto& link : m_fabric.links)
    {
        auto channel = CreateObject<PointToPointChannel>();
        channel->SetAttribute("Delay", TimeValue(options.delay));
        const DataRate rate(m_hostRate.GetBitRate() * link.speed);
        for (const auto& end : {link.lower, link.upper})
        {
            const bool isHost = end.node < m_fabric.hosts;
            const bool isSwitch = !isHost && !options.hasRouters && !options.hasStockPorts;
            // Hosts that relay are switches too: what they send shares its queue.
            const bool relays = !isHost || m_fabric.nodes[end.node].forwarder;
            m_devices[end.node][end.port] =
                MakeDevice(isSwitch,
                           rate,
                           relays ? options.queuePackets : options.hostQueuePackets);
        }
        Device(link.lower)->Attach(channel);
        Device(link.upper)->Attach(channel);
    }
    for (uint32_t node = 0; node < m_nodes.GetN(); ++node)
    {
        for (const auto& device : m_devices[node])
        {
            m_nodes.Get(node)->AddDevice(device);
        }
    }
}

void
FabricNetwork::MakeHosts()
{
    for (uint32_t host = 0; host < m_fabric.hosts; ++host)
    {
        const auto& plan = m_fabric.nodes[host];
        Ptr<Node> node = m_nodes.Get(host);
        Ipv4Stack().Install(node);
        AddInterfaces(node, plan.addresses, plan.ports);
        if (plan.forwarder)
        {
            MptcpIpv4FlowRouting::Install(node, plan.forwarder);
        }
        else
        {
            Ipv4StaticRoutingHelper()
                .GetStaticRouting(node->GetObject<Ipv4>())
                ->SetDefaultRoute(Ipv4Address::GetZero(), 1);
        }
    }
}

void
FabricNetwork::MakeSwitches(bool hasRouters)
{
    for (uint32_t i = m_fabric.hosts; i < m_nodes.GetN(); ++i)
    {
        const auto& plan = m_fabric.nodes[i];
        Ptr<Node> node = m_nodes.Get(i);
        if (hasRouters)
        {
            Ipv4Stack().Install(node);
            AddInterfaces(node, {}, plan.ports);
            MptcpIpv4FlowRouting::Install(node, plan.forwarder);
        }
        else
        {
            MptcpForwardingSwitch::Install(node, plan.forwarder);
        }
    }
}

Ptr<PointToPointNetDevice>
FabricNetwork::Device(const mptcp::FabricEnd& end) const
{
    return m_devices[end.node][end.port];
}

const mptcp::Fabric&
FabricNetwork::Plan() const
{
    return m_fabric;
}

NodeContainer
FabricNetwork::Hosts() const
{
    NodeContainer hosts;
    for (uint32_t host = 0; host < m_fabric.hosts; ++host)
    {
        hosts.Add(m_nodes.Get(host));
    }
    return hosts;
}

Ptr<Node>
FabricNetwork::Host(uint32_t host) const
{
    return m_nodes.Get(host);
}

Ipv4Address
FabricNetwork::Address(uint32_t host, uint32_t port) const
{
    return Ipv4Address(m_fabric.nodes[host].addresses[port]);
}

Ptr<MptcpNetworkView>
FabricNetwork::View() const
{
    return CreateObject<MptcpNetworkView>(std::make_shared<mptcp::FabricView>(m_fabric));
}

FabricNetwork::Counts
FabricNetwork::Count(std::size_t link, bool upwards) const
{
    const auto& plan = m_fabric.links[link];
    const auto queue = Device(upwards ? plan.lower : plan.upper)->GetQueue();
    return {queue->GetTotalReceivedPackets(),
            queue->GetTotalReceivedBytes(),
            queue->GetTotalDroppedPackets()};
}

double
FabricNetwork::HostRate() const
{
    return static_cast<double>(m_hostRate.GetBitRate());
}

double
FabricNetwork::RateOf(std::size_t link) const
{
    return HostRate() * m_fabric.links[link].speed;
}

} // namespace ns3
