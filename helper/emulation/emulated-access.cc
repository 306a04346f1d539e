// SPDX-License-Identifier: GPL-2.0-only
#include "emulated-access.h"

#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/string.h"

#include <sstream>

namespace ns3
{

namespace
{

constexpr uint16_t MTU_BYTES = 1500; // of Ethernet
constexpr const char* WIRE_RATE = "1Gbps";
constexpr uint32_t WIRE_QUEUE_BYTES = 10'000'000; // the wire itself never drops
constexpr const char* ROUTER_OF_SERVER = "10.2.0.1";
constexpr const char* SERVER = "10.2.0.2";
constexpr int TAP_SIDE = 1; // second part of an address
constexpr int LINK_SIDE = 3;

std::string
PathAddress(int side, std::size_t path, int end)
{
    std::ostringstream text;
    text << "10." << side << "." << path + 1 << "." << end;
    return text.str();
}

/// An address, without the queue disc that ns-3's helper puts before the queue of the link.
void
GiveAddress(Ptr<NetDevice> device, const std::string& address)
{
    Ptr<Ipv4> ipv4 = device->GetNode()->GetObject<Ipv4>();
    const uint32_t interface = ipv4->AddInterface(device);
    ipv4->AddAddress(interface, Ipv4InterfaceAddress(address.c_str(), "255.255.255.0"));
    ipv4->SetUp(interface);
}

/// Packets to `network`, or to anywhere when it is empty, leave by `device` to `next`.
void
Route(Ptr<NetDevice> device, const std::string& network, const std::string& next)
{
    Ptr<Ipv4> ipv4 = device->GetNode()->GetObject<Ipv4>();
    const auto interface = static_cast<uint32_t>(ipv4->GetInterfaceForDevice(device));
    auto routing = Ipv4StaticRoutingHelper().GetStaticRouting(ipv4);
    if (network.empty())
    {
        routing->SetDefaultRoute(next.c_str(), interface);
    }
    else
    {
        routing->AddNetworkRouteTo(network.c_str(), "255.255.255.0", next.c_str(), interface);
    }
}

/// The other end of a tap: its address, and its way out through `router`.
void
ConfigureLinux(const NetworkNamespace& where,
               const TapDevice& tap,
               const std::string& own,
               const std::string& router)
{
    const auto routerMac = Mac48Address::ConvertFrom(tap.device->GetAddress());
    const std::string onTap = " dev " + tap.name + "\n";
    const std::string table = std::to_string(100 + tap.device->GetNode()->GetId());
    std::ostringstream commands;
    commands << "address add " << own << "/24" << onTap << "neighbour replace " << router
             << " lladdr " << routerMac << " nud permanent"
             << onTap
             // What is bound to an address leaves by its interface; what is not, by the first.
             << "route append default via " << router << onTap << "route add default via " << router
             << " table " << table << onTap << "rule add from " << own << " lookup " << table
             << "\n";
    where.RunIp(commands.str());
}

void
SetUpLinux(const NetworkNamespace& where)
{
    where.SetSysctl("net.ipv4.conf.all.rp_filter", "0");
    where.SetSysctl("net.ipv4.conf.default.rp_filter", "0");
    where.SetSysctl("net.ipv6.conf.default.disable_ipv6", "1");
    where.SetSysctl("net.mptcp.enabled", "1");
}

InternetStackHelper
Ipv4Only()
{
    InternetStackHelper internet;
    internet.SetIpv6StackInstall(false);
    return internet;
}

} // namespace

EmulatedAccess::EmulatedAccess(const std::vector<PathSpec>& paths, Server server)
    : m_paths(paths),
      m_router(CreateObject<Node>())
{
    SetUpLinux(m_client);
    Ipv4Only().Install(m_router);
    for (const auto& path : paths)
    {
        BuildPath(path);
    }
    if (server == Server::Linux)
    {
        m_linuxServer = std::make_unique<NetworkNamespace>();
        SetUpLinux(*m_linuxServer);
    }
    else
    {
        m_simulatedServer = CreateObject<Node>();
        Ipv4Only().Install(m_simulatedServer);
    }
    BuildServer();
}

void
EmulatedAccess::BuildPath(const PathSpec& spec)
{
    const std::size_t path = m_links.size();
    Ptr<Node> gateway = CreateObject<Node>();
    Ipv4Only().Install(gateway);
    const std::string ofGateway = PathAddress(TAP_SIDE, path, 1);
    m_taps.emplace_back(m_client, "tap" + std::to_string(path), gateway, MTU_BYTES);
    const TapDevice& tap = m_taps.back();
    GiveAddress(tap.device, ofGateway);
    tap.KnowLinuxAs(ClientAddress(path));
    ConfigureLinux(m_client, tap, PathAddress(TAP_SIDE, path, 2), ofGateway);

    const auto link =
        JoinByDropTailLink(gateway, m_router, spec.rate, spec.roundTrip / 2, spec.queueBytes);
    m_links.push_back(link);
    GiveAddress(link.Get(0), PathAddress(LINK_SIDE, path, 1));
    GiveAddress(link.Get(1), PathAddress(LINK_SIDE, path, 2));
    Route(link.Get(0), "", PathAddress(LINK_SIDE, path, 2));
    Route(link.Get(1), PathAddress(TAP_SIDE, path, 0), PathAddress(LINK_SIDE, path, 1));
}

void
EmulatedAccess::BuildServer()
{
    if (m_linuxServer)
    {
        m_taps.emplace_back(*m_linuxServer, "tap0", m_router, MTU_BYTES);
        GiveAddress(m_taps.back().device, ROUTER_OF_SERVER);
        m_taps.back().KnowLinuxAs(ServerAddress());
        ConfigureLinux(*m_linuxServer, m_taps.back(), SERVER, ROUTER_OF_SERVER);
        return;
    }
    const auto wire = JoinByDropTailLink(m_router,
                                         m_simulatedServer,
                                         DataRate(WIRE_RATE),
                                         Seconds(0),
                                         WIRE_QUEUE_BYTES);
    GiveAddress(wire.Get(0), ROUTER_OF_SERVER);
    GiveAddress(wire.Get(1), SERVER);
    Route(wire.Get(1), "", ROUTER_OF_SERVER);
}

const NetworkNamespace&
EmulatedAccess::Client() const
{
    return m_client;
}

Ptr<Node>
EmulatedAccess::SimulatedServer() const
{
    return m_simulatedServer;
}

const NetworkNamespace*
EmulatedAccess::LinuxServer() const
{
    return m_linuxServer.get();
}

const std::vector<PathSpec>&
EmulatedAccess::Paths() const
{
    return m_paths;
}

Ipv4Address
EmulatedAccess::ServerAddress() const
{
    return Ipv4Address(SERVER);
}

Ipv4Address
EmulatedAccess::ClientAddress(std::size_t path) const
{
    return Ipv4Address(PathAddress(TAP_SIDE, path, 2).c_str());
}

std::size_t
EmulatedAccess::PathOf(Ipv4Address clientAddress) const
{
    std::size_t path = 0;
    while (path < m_paths.size() && ClientAddress(path) != clientAddress)
    {
        ++path;
    }
    return path;
}

NetDeviceContainer
EmulatedAccess::Link(std::size_t path) const
{
    return m_links.at(path);
}

} // namespace ns3
