// SPDX-License-Identifier: GPL-2.0-only
#include "dual-homed-hosts.h"

#include "red-queue.h"
#include "wiring.h"

#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"

namespace ns3
{

namespace
{

/// Places in m_nodes.
enum Place : uint32_t
{
    HOST_A,
    HOST_B,
    HOST_C_BEHIND_G1,
    HOST_C_AT_R1,
    HOST_D,
    ROUTER_G1,
    ROUTER_G2,
    ROUTER_R1,
    ROUTER_R2,
    PLACES
};

constexpr int64_t STREAM_QUEUES = 200;
constexpr uint32_t PACKET_BYTES = 1500;

/// 10.1.x.0 are the networks of A's side, 10.2.x.0 those of B's, 10.3.0.0 is between.
Ipv4Address
At(uint32_t side, uint32_t network, uint32_t host)
{
    return Ipv4Address((10U << 24) + (side << 16) + (network << 8) + host);
}

/// A route to everywhere on the other side, or to all of one.
void
AddSideRoute(Ptr<Node> node, uint32_t side, Ipv4Address nextHop)
{
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    for (uint32_t i = 1; i < ipv4->GetNInterfaces(); ++i)
    {
        if (ipv4->GetAddress(i, 0).GetLocal().CombineMask("255.255.255.0") ==
            nextHop.CombineMask("255.255.255.0"))
        {
            Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->AddNetworkRouteTo(
                At(side, 0, 0),
                Ipv4Mask("255.255.0.0"),
                nextHop,
                i);
        }
    }
}

void
AddDefaultRoute(Ptr<Node> host, Ipv4Address nextHop, uint32_t interface)
{
    // The first interface is the preferred one.
    Ipv4StaticRoutingHelper()
        .GetStaticRouting(host->GetObject<Ipv4>())
        ->SetDefaultRoute(nextHop, interface, interface);
}

} // namespace

DualHomedHosts::DualHomedHosts(const DualHomedSpec& spec)
{
    m_nodes.Create(PLACES);
    InternetStackHelper internet;
    internet.SetIpv6StackInstall(false);
    internet.Install(m_nodes);
    const WireSpec inner{spec.inner, spec.roundTrip / 4, spec.queuePackets * PACKET_BYTES};
    const auto devices =
        Wire(m_nodes.Get(ROUTER_R1), At(3, 0, 1), m_nodes.Get(ROUTER_R2), At(3, 0, 2), inner);
    if (spec.usesRed)
    {
        InstallRedQueue(devices.Get(0), spec.queuePackets, spec.inner, STREAM_QUEUES);
    }
    AddSideRoute(m_nodes.Get(ROUTER_R1), 2, At(3, 0, 2));
    AddSideRoute(m_nodes.Get(ROUTER_R2), 1, At(3, 0, 1));
    BuildSideOfA(spec);
    BuildSideOfB(spec);
}

void
DualHomedHosts::BuildSideOfA(const DualHomedSpec& spec)
{
    const WireSpec fast{DataRate("1Gbps"), Time(0)};
    Ptr<Node> r1 = m_nodes.Get(ROUTER_R1);
    for (uint32_t i = 0; i < 2; ++i)
    {
        // Network i + 1: the host's; i + 11: from its router G to R1.
        Ptr<Node> g = m_nodes.Get(ROUTER_G1 + i);
        Wire(A(), At(1, i + 1, 1), g, At(1, i + 1, 2), fast);
        const WireSpec access{spec.rateOfA[i],
                              spec.roundTrip / 8,
                              spec.queuePackets * PACKET_BYTES};
        const auto devices = Wire(g, At(1, i + 11, 1), r1, At(1, i + 11, 2), access);
        if (spec.usesRed)
        {
            const auto stream = STREAM_QUEUES + 10 * (i + 1);
            InstallRedQueue(devices.Get(0), spec.queuePackets, spec.rateOfA[i], stream);
        }
        AddDefaultRoute(A(), At(1, i + 1, 2), i + 1);
        AddSideRoute(g, 2, At(1, i + 11, 2));
        AddStaticRoute(r1,
                       At(1, i + 1, 0),
                       At(1, i + 11, 1),
                       r1->GetObject<Ipv4>()->GetNInterfaces() - 1);
    }
    Wire(C(true), At(1, 21, 1), m_nodes.Get(ROUTER_G1), At(1, 21, 2), fast);
    AddDefaultRoute(C(true), At(1, 21, 2), 1);
    Wire(C(false), At(1, 22, 1), r1, At(1, 22, 2), fast);
    AddDefaultRoute(C(false), At(1, 22, 2), 1);
    // Interface 2 of R1: to G1, after the inner link.
    AddStaticRoute(r1, At(1, 21, 0), At(1, 11, 1), 2);
}

void
DualHomedHosts::BuildSideOfB(const DualHomedSpec& spec)
{
    Ptr<Node> r2 = m_nodes.Get(ROUTER_R2);
    for (uint32_t i = 0; i < 2; ++i)
    {
        const WireSpec access{spec.rateOfB[i],
                              spec.roundTrip / 8,
                              spec.queuePackets * PACKET_BYTES};
        const auto devices = Wire(r2, At(2, i + 1, 2), B(), AddressOfB(i), access);
        if (spec.usesRed)
        {
            const auto stream = STREAM_QUEUES + 10 * (i + 3);
            InstallRedQueue(devices.Get(0), spec.queuePackets, spec.rateOfB[i], stream);
        }
        AddDefaultRoute(B(), At(2, i + 1, 2), i + 1);
    }
    // As far from R2 as B is.
    const WireSpec fast{DataRate("1Gbps"), spec.roundTrip / 8};
    Wire(r2, At(2, 3, 2), D(), AddressOfD(), fast);
    AddDefaultRoute(D(), At(2, 3, 2), 1);
}

Ptr<Node>
DualHomedHosts::A() const
{
    return m_nodes.Get(HOST_A);
}

Ptr<Node>
DualHomedHosts::B() const
{
    return m_nodes.Get(HOST_B);
}

NodeContainer
DualHomedHosts::Ends() const
{
    return {A(), B()};
}

Ipv4Address
DualHomedHosts::AddressOfB(std::size_t index) const
{
    return At(2, static_cast<uint32_t>(index) + 1, 1);
}

std::string
DualHomedHosts::PathName(Ipv4Address ofA, Ipv4Address ofB)
{
    // The third byte is the number of the network, which is that of the address.
    const auto number = [](Ipv4Address address) {
        return std::to_string((address.Get() >> 8) & 0xff);
    };
    return "A" + number(ofA) + "-B" + number(ofB);
}

Ptr<Node>
DualHomedHosts::C(bool isBehindG1) const
{
    return m_nodes.Get(isBehindG1 ? HOST_C_BEHIND_G1 : HOST_C_AT_R1);
}

Ptr<Node>
DualHomedHosts::D() const
{
    return m_nodes.Get(HOST_D);
}

Ipv4Address
DualHomedHosts::AddressOfD() const
{
    return At(2, 3, 1);
}

} // namespace ns3
