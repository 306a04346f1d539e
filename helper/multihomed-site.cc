// SPDX-License-Identifier: GPL-2.0-only
#include "multihomed-site.h"

#include "mptcp-host-routing-helper.h"
#include "routing/mptcp-host-routing.h"
#include "routing/mptcp-policy-routing.h"
#include "wiring.h"

#include "ns3/boolean.h"
#include "ns3/ipv4.h"
#include "ns3/mac48-address.h"

namespace ns3
{

namespace
{

using Exit = MultihomedSiteSpec::Exit;

// The nodes are A, S, E1, E2, ISP1, ISP2, the Internet and B.
constexpr std::size_t SITE_ROUTER = 1;
constexpr std::size_t FIRST_EXIT = 2;
constexpr std::size_t FIRST_ISP = 4;

const Ipv4Mask MASK("/24");

} // namespace

MultihomedSite::MultihomedSite(const MultihomedSiteSpec& spec)
    : TwoIspNetwork(8),
      m_spec(spec),
      m_lan(CreateObject<SimpleChannel>())
{
    MptcpHostRoutingHelper().Install(Host());
    BuildLan();
    for (std::size_t isp = 0; isp < 2; ++isp)
    {
        BuildExit(isp);
        if (HasVirtualInterfaces())
        {
            BuildVirtualInterface(isp);
        }
    }
    RouteSite();
    AttachPeer();
    m_firewall = OptionFirewall::Install(Internet());
}

bool
MultihomedSite::HasVirtualInterfaces() const
{
    return m_spec.exit == Exit::Tunnels || m_spec.exit == Exit::LooseSourceRoute ||
           m_spec.exit == Exit::StrippedSourceRoute;
}

Ptr<NetDevice>
MultihomedSite::AddToLan(Ptr<Node> node)
{
    auto device = CreateObject<SimpleNetDevice>();
    device->SetAddress(Mac48Address::Allocate());
    device->SetMtu(1500);
    node->AddDevice(device);
    device->SetChannel(m_lan);
    return device;
}

void
MultihomedSite::BuildLan()
{
    Ptr<Node> router = At(SITE_ROUTER);
    Ptr<NetDevice> hostDevice = AddToLan(Host());
    Ptr<NetDevice> routerDevice = AddToLan(router);
    if (HasVirtualInterfaces())
    {
        GiveAddress(Host(), hostDevice, Number(0, 2), MASK);
        GiveAddress(router, routerDevice, Number(0, 1), MASK);
        return;
    }
    for (std::size_t isp = 0; isp < 2; ++isp)
    {
        const uint32_t interface = GiveAddress(Host(), hostDevice, HostAddress(isp), MASK);
        if (isp == 1 && m_spec.exit == Exit::VirtualRouters)
        {
            routerDevice = AddToLan(router); // as if it were another router
        }
        GiveAddress(router, routerDevice, Number(isp + 1, 1), MASK);
        MptcpIpv4HostRouting::Of(Host())->AddDefaultRoute(Number(isp + 1, 1),
                                                          interface,
                                                          static_cast<uint32_t>(isp + 1));
    }
}

void
MultihomedSite::BuildVirtualInterface(std::size_t isp)
{
    Ptr<SimpleNetDevice> device;
    const Ipv4Address exitRouter = Number(11 + isp, 2);
    uint16_t overheadBytes = SiteTunnelDevice::OVERHEAD_BYTES;
    if (m_spec.exit == Exit::Tunnels)
    {
        auto tunnel = CreateObject<SiteTunnelDevice>();
        tunnel->SetEnds(Number(0, 2), exitRouter);
        SiteExit::InstallTunnelEnd(At(FIRST_EXIT + isp));
        device = tunnel;
    }
    else
    {
        auto sourceRoute = CreateObject<SourceRouteDevice>();
        sourceRoute->SetHop(exitRouter);
        SiteExit::InstallSourceRouteHop(At(FIRST_EXIT + isp),
                                        m_spec.exit == Exit::StrippedSourceRoute);
        overheadBytes = SourceRouteOption::SIZE_BYTES;
        device = sourceRoute;
    }
    device->SetAttribute("PointToPointMode", BooleanValue(true));
    device->SetAddress(Mac48Address::Allocate());
    device->SetMtu(static_cast<uint16_t>(1500 - overheadBytes));
    Host()->AddDevice(device);
    const uint32_t interface = GiveAddress(Host(), device, HostAddress(isp), MASK);
    auto routing = MptcpIpv4HostRouting::Of(Host());
    routing->AddDefaultRoute(Number(isp + 1, 1), interface, static_cast<uint32_t>(isp + 1));
    routing->AddRoute(Number(11 + isp, 0), MASK, Number(0, 1), 1);
    // What comes for the address takes the LAN.
    AddStaticRoute(At(SITE_ROUTER), Number(isp + 1, 0), Number(0, 2), 1);
}

void
MultihomedSite::BuildExit(std::size_t isp)
{
    Ptr<Node> siteRouter = At(SITE_ROUTER);
    Ptr<Node> exitRouter = At(FIRST_EXIT + isp);
    Ptr<Node> provider = At(FIRST_ISP + isp);
    const auto inner = Wire(siteRouter, Number(11 + isp, 1), exitRouter, Number(11 + isp, 2));
    m_siteInterfaces[isp] =
        static_cast<uint32_t>(siteRouter->GetObject<Ipv4>()->GetInterfaceForDevice(inner.Get(0)));
    const auto access = Wire(exitRouter,
                             Number(21 + isp, 1),
                             provider,
                             Number(21 + isp, 2),
                             {m_spec.rate, m_spec.delay, ACCESS_QUEUE_BYTES});
    CountOn(isp, access);
    Wire(provider, Number(31 + isp, 1), Internet(), Number(31 + isp, 2));
    AddStaticRoute(exitRouter, Ipv4Address::GetAny(), Number(21 + isp, 2), 2);
    AddStaticRoute(exitRouter, Number(isp + 1, 0), Number(11 + isp, 1), 1);
    AddStaticRoute(provider, Number(isp + 1, 0), Number(21 + isp, 1), 1);
    AddStaticRoute(provider, Ipv4Address::GetAny(), Number(31 + isp, 2), 2);
    AddStaticRoute(Internet(),
                   Number(isp + 1, 0),
                   Number(31 + isp, 1),
                   static_cast<uint32_t>(isp + 1));
    Filter(isp, provider);
}

void
MultihomedSite::RouteSite()
{
    Ptr<Node> router = At(SITE_ROUTER);
    AddStaticRoute(router, Ipv4Address::GetAny(), Number(11, 2), m_siteInterfaces[0]);
    if (m_spec.exit != Exit::SourceRouting && m_spec.exit != Exit::VirtualRouters)
    {
        return;
    }
    auto policy = MptcpIpv4PolicyRouting::Install(router);
    for (uint32_t isp = 0; isp < 2; ++isp)
    {
        if (m_spec.exit == Exit::SourceRouting)
        {
            policy->RouteSource(Number(isp + 1, 0),
                                MASK,
                                Number(11 + isp, 2),
                                m_siteInterfaces[isp]);
        }
        else
        {
            // Interfaces 1 and 2 are those on the LAN.
            policy->RouteArrival(isp + 1, Number(11 + isp, 2), m_siteInterfaces[isp]);
        }
    }
}

uint64_t
MultihomedSite::FirewalledPackets() const
{
    return m_firewall->GetDroppedPackets();
}

} // namespace ns3
