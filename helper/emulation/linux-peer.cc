// SPDX-License-Identifier: GPL-2.0-only
#include "linux-peer.h"

#include "mptcp-helper.h"

#include "ns3/boolean.h"
#include "ns3/fd-net-device-helper.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/ipv6.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/string.h"
#include "ns3/traffic-control-helper.h"

#include <sstream>

namespace ns3
{

namespace
{

constexpr uint16_t MTU_BYTES = 1500; // of Ethernet
constexpr int HOST_SIDE = 2;         // third part of an address
constexpr int LINUX_SIDE = 1;

std::string
Address4(int side, std::size_t path, int end)
{
    std::ostringstream text;
    text << "10." << side << "." << path + 1 << "." << end;
    return text.str();
}

std::string
Address6(int side, std::size_t path, int end)
{
    std::ostringstream text;
    text << "fd00:" << side << ":" << path + 1 << "::" << end;
    return text.str();
}

/// Both addresses of an interface, and the interface up.
void
GiveAddresses(Ptr<NetDevice> device, const std::string& address4, const std::string& address6)
{
    Ptr<Node> node = device->GetNode();
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    const uint32_t interface4 = ipv4->AddInterface(device);
    ipv4->AddAddress(interface4, Ipv4InterfaceAddress(address4.c_str(), "255.255.255.0"));
    ipv4->SetUp(interface4);
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    const uint32_t interface6 = ipv6->AddInterface(device);
    ipv6->AddAddress(interface6, Ipv6InterfaceAddress(address6.c_str(), Ipv6Prefix(64)));
    ipv6->SetForwarding(interface6, true);
    ipv6->SetUp(interface6);
}

} // namespace

LinuxPeer::LinuxPeer(Ptr<Node> host, const std::vector<PathSpec>& paths)
    : m_host(host),
      m_router(CreateObject<Node>())
{
    InternetStackHelper internet;
    internet.SetIpv6StackInstall(true);
    for (const auto& node : {m_host, m_router})
    {
        internet.Install(node);
        // Addresses are of use at once, not after a second.
        node->GetObject<Icmpv6L4Protocol>()->SetAttribute("DAD", BooleanValue(false));
    }
    for (const char* scope : {"all", "default"})
    {
        const std::string conf = std::string("conf.") + scope + ".";
        m_namespace.SetSysctl("net.ipv4." + conf + "rp_filter", "0");
        m_namespace.SetSysctl("net.ipv6." + conf + "accept_ra", "0");
        m_namespace.SetSysctl("net.ipv6." + conf + "router_solicitations", "0");
    }
    m_namespace.SetSysctl("net.mptcp.enabled", "1");
    for (std::size_t i = 0; i < paths.size(); ++i)
    {
        BuildLink(paths[i]);
    }
    for (std::size_t i = 0; i < paths.size(); ++i)
    {
        BuildTap(i);
    }
    MptcpHelper::AddDefaultRoutes(m_host);
}

void
LinuxPeer::BuildLink(const PathSpec& spec)
{
    PointToPointHelper helper;
    helper.SetDeviceAttribute("DataRate", DataRateValue(spec.rate));
    helper.SetChannelAttribute("Delay", TimeValue(spec.roundTrip / 2));
    helper.SetQueue("ns3::DropTailQueue<Packet>",
                    "MaxSize",
                    StringValue(std::to_string(spec.queueBytes) + "B"));
    const auto link = helper.Install(m_host, m_router);
    const std::size_t path = m_links.size();
    m_links.push_back(link);
    for (int end = 1; end <= 2; ++end)
    {
        GiveAddresses(link.Get(static_cast<uint32_t>(end - 1)),
                      Address4(HOST_SIDE, path, end),
                      Address6(HOST_SIDE, path, end));
    }
    // AddDefaultRoutes knows IPv4 only.
    Ptr<Ipv6> ipv6 = m_host->GetObject<Ipv6>();
    const auto interface = static_cast<uint32_t>(ipv6->GetInterfaceForDevice(link.Get(0)));
    Ipv6StaticRoutingHelper().GetStaticRouting(ipv6)->SetDefaultRoute(
        Address6(HOST_SIDE, path, 2).c_str(),
        interface,
        Ipv6Address::GetZero(),
        interface);
}

void
LinuxPeer::BuildTap(std::size_t path)
{
    m_taps.emplace_back(m_namespace, "tap" + std::to_string(path), m_router, MTU_BYTES);
    const TapDevice& tap = m_taps.back();
    GiveAddresses(tap.device, Address4(LINUX_SIDE, path, 1), Address6(LINUX_SIDE, path, 1));

    tap.KnowLinuxAs(LinuxAddress(path));
    tap.KnowLinuxAs(LinuxAddress6(path));
    ConfigureTap(path);
}

void
LinuxPeer::ConfigureTap(std::size_t path) const
{
    const TapDevice& tap = m_taps[path];
    const auto routerMac = Mac48Address::ConvertFrom(tap.device->GetAddress());
    const std::string onTap = " dev " + tap.name;
    const std::string table = std::to_string(100 + path);
    const auto configure =
        [&](const char* family, auto address, const char* prefix, const char* flags) {
            std::ostringstream commands;
            const std::string router = address(LINUX_SIDE, path, 1);
            const std::string own = address(LINUX_SIDE, path, 2);
            commands << "address replace " << own << prefix << onTap << flags << "\n"
                     << "neighbour replace " << router << " lladdr " << routerMac << onTap
                     << " nud permanent\n"
                     << "route replace " << address(HOST_SIDE, path, 0) << prefix << " via "
                     << router << onTap
                     << "\n"
                     // What is bound to an address leaves by its interface.
                     << "route replace default via " << router << onTap << " table " << table
                     << "\n"
                     << "rule add from " << own << " lookup " << table << "\n";
            m_namespace.RunIp(commands.str(), family);
        };
    configure("-4", Address4, "/24", "");
    configure("-6", Address6, "/64", " nodad");
}

const NetworkNamespace&
LinuxPeer::Namespace() const
{
    return m_namespace;
}

Ipv4Address
LinuxPeer::HostAddress(std::size_t path) const
{
    return Ipv4Address(Address4(HOST_SIDE, path, 1).c_str());
}

Ipv4Address
LinuxPeer::LinuxAddress(std::size_t path) const
{
    return Ipv4Address(Address4(LINUX_SIDE, path, 2).c_str());
}

Ipv6Address
LinuxPeer::HostAddress6(std::size_t path) const
{
    return Ipv6Address(Address6(HOST_SIDE, path, 1).c_str());
}

Ipv6Address
LinuxPeer::LinuxAddress6(std::size_t path) const
{
    return Ipv6Address(Address6(LINUX_SIDE, path, 2).c_str());
}

NetDeviceContainer
LinuxPeer::Link(std::size_t path) const
{
    return m_links.at(path);
}

void
LinuxPeer::Mptcp(const std::string& arguments) const
{
    m_namespace.RunIp("mptcp " + arguments);
}

void
LinuxPeer::SetLinuxInterface(std::size_t path, bool isUp) const
{
    m_namespace.RunIp("link set dev " + m_taps.at(path).name + (isUp ? " up" : " down"));
    if (isUp)
    {
        const std::string rule = "rule delete from ";
        m_namespace.RunIp(rule + Address4(LINUX_SIDE, path, 2), "-4");
        m_namespace.RunIp(rule + Address6(LINUX_SIDE, path, 2), "-6");
        ConfigureTap(path);
    }
}

std::map<std::string, uint64_t>
LinuxPeer::Counters() const
{
    return m_namespace.Counters();
}

std::vector<std::string>
LinuxPeer::Capture(const std::string& prefix) const
{
    std::vector<std::string> files;
    for (std::size_t i = 0; i < m_taps.size(); ++i)
    {
        files.push_back(prefix + "-" + std::to_string(i) + ".pcap");
        FdNetDeviceHelper().EnablePcap(files.back(), m_taps[i].device, true, true);
    }
    return files;
}

} // namespace ns3
