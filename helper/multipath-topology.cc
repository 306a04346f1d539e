// SPDX-License-Identifier: GPL-2.0-only
#include "multipath-topology.h"

#include "ns3/double.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/node.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/traffic-control-helper.h"

#include <algorithm>

namespace ns3
{

namespace
{

constexpr const char* WIRE_RATE = "1Gbps";
constexpr const char* WIRE_DELAY = "0ms";
constexpr uint32_t WIRE_QUEUE_BYTES = 10'000'000; // the wire itself never drops

} // namespace

NetDeviceContainer
JoinByDropTailLink(Ptr<Node> a, Ptr<Node> b, DataRate rate, Time delay, uint32_t queueBytes)
{
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", DataRateValue(rate));
    link.SetChannelAttribute("Delay", TimeValue(delay));
    link.SetQueue("ns3::DropTailQueue<Packet>",
                  "MaxSize",
                  StringValue(std::to_string(queueBytes) + "B"));
    return link.Install(a, b);
}

MultipathTopology::MultipathTopology(Kind kind, const std::vector<PathSpec>& paths)
    : m_kind(kind),
      m_paths(paths)
{
    m_hosts.Create(2);
    InternetStackHelper internet;
    internet.SetIpv6StackInstall(false);
    internet.Install(m_hosts);
    Ptr<Node> far = Server();
    if (kind == Kind::Multihomed)
    {
        m_router = CreateObject<Node>();
        internet.Install(m_router);
        far = m_router;
    }
    for (std::size_t i = 0; i < paths.size(); ++i)
    {
        BuildLink(paths[i], i, far);
    }
    if (kind == Kind::Multihomed)
    {
        const auto wire = JoinByDropTailLink(m_router,
                                             Server(),
                                             DataRate(WIRE_RATE),
                                             Time(WIRE_DELAY),
                                             WIRE_QUEUE_BYTES);
        Ipv4AddressHelper addresses("10.2.0.0", "255.255.255.0");
        m_serverAddress = addresses.Assign(wire).GetAddress(1);
        TrafficControlHelper().Uninstall(wire);
    }
    AddRoutes();
}

void
MultipathTopology::BuildLink(const PathSpec& spec, std::size_t index, Ptr<Node> far)
{
    const auto devices =
        JoinByDropTailLink(Client(), far, spec.rate, spec.roundTrip / 2, spec.queueBytes);
    const std::string network = "10.1." + std::to_string(index + 1) + ".0";
    Ipv4AddressHelper addresses(network.c_str(), "255.255.255.0");
    const auto interfaces = addresses.Assign(devices);
    TrafficControlHelper().Uninstall(devices);
    m_links.push_back(devices);
    m_clientAddresses.push_back(interfaces.GetAddress(0));
    m_farAddresses.push_back(interfaces.GetAddress(1));
    for (uint32_t i = 0; i < 2; ++i)
    {
        auto loss = CreateObject<RateErrorModel>();
        loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
        loss->SetRate(spec.lossRate);
        devices.Get(i)->SetAttribute("ReceiveErrorModel", PointerValue(loss));
        m_losses.push_back(loss);
    }
}

void
MultipathTopology::AddRoutes()
{
    if (m_kind == Kind::Disjoint)
    {
        return; // every destination is on a link
    }
    for (std::size_t i = 0; i < m_paths.size(); ++i)
    {
        AddClientRoute(i);
    }
    Ipv4StaticRoutingHelper helper;
    auto server = helper.GetStaticRouting(Server()->GetObject<Ipv4>());
    server->SetDefaultRoute(Ipv4Address("10.2.0.1"), 1);
}

void
MultipathTopology::AddClientRoute(std::size_t path)
{
    // Interface 0 is the loopback. The first path is the preferred one.
    const auto interface = static_cast<uint32_t>(path + 1);
    Ipv4StaticRoutingHelper()
        .GetStaticRouting(Client()->GetObject<Ipv4>())
        ->SetDefaultRoute(m_farAddresses[path], interface, interface);
}

Ptr<Node>
MultipathTopology::Client() const
{
    return m_hosts.Get(0);
}

Ptr<Node>
MultipathTopology::Server() const
{
    return m_hosts.Get(1);
}

NodeContainer
MultipathTopology::Hosts() const
{
    return m_hosts;
}

const std::vector<PathSpec>&
MultipathTopology::Paths() const
{
    return m_paths;
}

Ipv4Address
MultipathTopology::ClientAddress(std::size_t path) const
{
    return m_clientAddresses.at(path);
}

Ipv4Address
MultipathTopology::ServerAddress(std::size_t path) const
{
    return m_kind == Kind::Disjoint ? m_farAddresses.at(path) : m_serverAddress;
}

NetDeviceContainer
MultipathTopology::Link(std::size_t path) const
{
    return m_links.at(path);
}

std::size_t
MultipathTopology::PathOf(Ipv4Address clientAddress) const
{
    const auto found = std::find(m_clientAddresses.begin(), m_clientAddresses.end(), clientAddress);
    return static_cast<std::size_t>(found - m_clientAddresses.begin());
}

void
MultipathTopology::SetCut(std::size_t path, bool isCut)
{
    SetLoss(path, isCut ? 1.0 : m_paths[path].lossRate);
}

void
MultipathTopology::SetLoss(std::size_t path, double rate)
{
    for (std::size_t side = 0; side < 2; ++side)
    {
        m_losses.at(2 * path + side)->SetRate(rate);
    }
}

void
MultipathTopology::TakeDown(std::size_t path)
{
    Client()->GetObject<Ipv4>()->SetDown(static_cast<uint32_t>(path + 1));
}

void
MultipathTopology::TakeUp(std::size_t path)
{
    Client()->GetObject<Ipv4>()->SetUp(static_cast<uint32_t>(path + 1));
    if (m_kind == Kind::Multihomed)
    {
        AddClientRoute(path); // routes go down with their interface
    }
}

int64_t
MultipathTopology::AssignStreams(int64_t stream)
{
    const int64_t first = stream;
    for (const auto& loss : m_losses)
    {
        stream += loss->AssignStreams(stream);
    }
    return stream - first;
}

} // namespace ns3
