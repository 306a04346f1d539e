// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Host routing with more than one destination, and over IPv6 with what routers advertise
/// (draft-handley-mptcp-routing-00, sections 3, 4.1 and 6).
#include "core/mib.h"
#include "mptcp-host-routing-helper.h"
#include "router-advertisement.h"
#include "routing/mptcp-host-routing.h"
#include "routing/mptcp-ingress-filter.h"
#include "transfer-fixture.h"
#include "two-way-transfer.h"
#include "wiring.h"

#include "ns3/boolean.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6-list-routing-helper.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/uinteger.h"

#include <array>
#include <set>

namespace ns3
{
namespace
{

// ---- another destination (draft 3, rule 2; draft 4.1, rules 2 and 4) ----

/// A host with a route to each of two addresses of its peer, by a router of its own:
///
///   a1 10.1.0.2 - R1 - 10.9.1.2 B
///   a2 10.2.0.2 - R2 - 10.9.2.2 B
class AnotherDestination : public TransferTest
{
  protected:
    AnotherDestination()
    {
        m_nodes.Create(4);
        InternetStackHelper internet;
        internet.SetIpv6StackInstall(false);
        internet.Install(m_nodes);
        MptcpHostRoutingHelper().Install(Host());
        const WireSpec access{DataRate("2Mbps"), MilliSeconds(10), 50'000};
        for (uint32_t i = 1; i <= 2; ++i)
        {
            const std::string near = "10." + std::to_string(i) + ".0.";
            const std::string far = "10.9." + std::to_string(i) + ".";
            Ptr<Node> router = m_nodes.Get(i);
            Wire(Host(), (near + "2").c_str(), router, (near + "1").c_str(), access);
            Wire(router, (far + "1").c_str(), Peer(), (far + "2").c_str());
            AddStaticRoute(Peer(), (near + "0").c_str(), (far + "1").c_str(), i);
            Routing()->AddRoute((far + "0").c_str(), "255.255.255.0", (near + "1").c_str(), i);
        }
        m_mptcp.Install(NodeContainer(Host(), Peer()));
        MptcpHelper::AssignStreams(NodeContainer(Host(), Peer()), 10);
        m_transfer = std::make_unique<TwoWayTransfer>(Host(), Peer(), "10.9.1.2", true);
    }

    Ptr<Node> Host() const
    {
        return m_nodes.Get(0);
    }

    Ptr<Node> Peer() const
    {
        return m_nodes.Get(3);
    }

    Ptr<MptcpIpv4HostRouting> Routing() const
    {
        return MptcpIpv4HostRouting::Of(Host());
    }

    uint64_t Count(mptcp::Mib counter) const
    {
        return Host()->GetObject<MptcpStack>()->GetMib().Get(counter);
    }

    NodeContainer m_nodes; //!< host, R1, R2, peer
    std::unique_ptr<TwoWayTransfer> m_transfer;
};

/// To B's first address there is no second route (rule 4), so it is the turn of the announced one.
TEST_F(AnotherDestination, IsTriedWhereNoFurtherRouteLeadsToTheFirst)
{
    RunUntil(Seconds(3));
    const auto subflows = m_transfer->Subflows();
    ASSERT_EQ(subflows.size(), 2U);
    EXPECT_EQ(subflows[0].local, Ipv4Address("10.1.0.2"));
    EXPECT_EQ(subflows[0].remote, Ipv4Address("10.9.1.2"));
    EXPECT_EQ(subflows[1].local, Ipv4Address("10.2.0.2"));
    EXPECT_EQ(subflows[1].remote, Ipv4Address("10.9.2.2"));
    EXPECT_GT(subflows[1].acknowledgedBytes, 100'000U);
    EXPECT_EQ(Count(mptcp::Mib::MPJoinSynTx), 1U) << "and nothing else is tried";
    EXPECT_EQ(Routing()->GetUnroutablePackets(), 0U);
}

/// "MPTCP may send the data to another destination": what has no route any more is told at once,
/// and does not wait for a timeout, of which the least is a second.
TEST_F(AnotherDestination, TakesTheDataOfOneThatHasNoRouteAnyMore)
{
    RunUntil(Seconds(5));
    const uint64_t repeated = Count(mptcp::Mib::MPTCPRetrans);
    EXPECT_TRUE(Routing()->RemoveRoute("10.9.1.0", "255.255.255.0", "10.1.0.1", 1));
    RunUntil(Seconds(5.3));
    EXPECT_GT(Routing()->GetUnroutablePackets(), 0U);
    EXPECT_GT(Count(mptcp::Mib::MPTCPRetrans), repeated);
    const uint64_t received = m_transfer->ReceivedByListener();
    const uint64_t carried = m_transfer->Subflows().at(1).acknowledgedBytes;
    RunUntil(Seconds(7.3));
    EXPECT_GT(m_transfer->ReceivedByListener(), received + 300'000) << "2 Mb/s for two seconds";
    EXPECT_GT(m_transfer->Subflows().at(1).acknowledgedBytes, carried + 300'000);
    EXPECT_TRUE(m_transfer->IsIntact());
}

// ---- IPv6, where routers are known by link-local addresses (draft 6) ----

/// A host that knows of two routers what they advertise and nothing else. Each forwards only what
/// comes from the prefix it has advertised (RFC 2827).
///
///   host - R1, 2001:1::/64 - core - peer 2001:9::/64
///        - R2, 2001:2::/64 -
class AdvertisedRouters : public TransferTest
{
  protected:
    AdvertisedRouters()
    {
        m_nodes.Create(5);
        Ipv6ListRoutingHelper lists; // for the ingress filters
        lists.Add(Ipv6StaticRoutingHelper(), 0);
        InternetStackHelper internet;
        internet.SetRoutingHelper(lists);
        internet.Install(m_nodes);
        MptcpHostRoutingHelper().Install(Host());
        for (uint32_t i = 0; i < 2; ++i)
        {
            BuildAccess(i);
        }
        const Ipv6Address core = Link(Core(), Peer(), "2001:9::");
        StaticRouting(Peer())->SetDefaultRoute(core, 1);
        m_mptcp.Install(NodeContainer(Host(), Peer()));
        MptcpHelper::AssignStreams(NodeContainer(Host(), Peer()), 10);
        for (uint32_t i = 0; i < 2; ++i)
        {
            Simulator::Schedule(Seconds(2), [this, i] { Advertise(Router(i), PREFIXES[i]); });
        }
    }

    void BuildAccess(uint32_t i)
    {
        PointToPointHelper access;
        access.SetDeviceAttribute("DataRate", DataRateValue(DataRate("2Mbps")));
        access.SetChannelAttribute("Delay", TimeValue(MilliSeconds(10)));
        const auto devices = access.Install(Host(), Router(i));
        devices.Get(1)->TraceConnectWithoutContext(
            "MacRx",
            Callback<void, Ptr<const Packet>>(
                [this, i](Ptr<const Packet> packet) { m_sentBytes[i] += packet->GetSize(); }));
        Ipv6AddressHelper().AssignWithoutAddress(devices);
        Ptr<Ipv6> ipv6 = Router(i)->GetObject<Ipv6>();
        ipv6->SetForwarding(1, true);
        uint8_t bytes[16];
        PREFIXES[i].Serialize(bytes);
        bytes[15] = 1;
        ipv6->AddAddress(1, Ipv6InterfaceAddress(Ipv6Address(bytes), Ipv6Prefix(64)));
        const Ipv6Address router = Link(Router(i), Core(), i == 0 ? "2001:101::" : "2001:102::");
        StaticRouting(Router(i))->SetDefaultRoute(m_farEnd, 2);
        StaticRouting(Core())->AddNetworkRouteTo(PREFIXES[i], Ipv6Prefix(64), router, i + 1);
        m_filters[i] = MptcpIpv6IngressFilter::Install(Router(i));
        m_filters[i]->FilterInterface(1);
        m_filters[i]->Allow(PREFIXES[i], Ipv6Prefix(64));
    }

    /// Returns the address of `a`; m_farEnd is that of `b`.
    Ipv6Address Link(Ptr<Node> a, Ptr<Node> b, const char* network)
    {
        PointToPointHelper wire;
        wire.SetDeviceAttribute("DataRate", DataRateValue(DataRate("1Gbps")));
        const auto devices = wire.Install(a, b);
        auto interfaces = Ipv6AddressHelper(network, Ipv6Prefix(64)).Assign(devices);
        interfaces.SetForwarding(0, true);
        interfaces.SetForwarding(1, b != Peer());
        m_farEnd = interfaces.GetAddress(1, 1);
        return interfaces.GetAddress(0, 1);
    }

    static Ptr<Ipv6StaticRouting> StaticRouting(Ptr<Node> node)
    {
        return Ipv6StaticRoutingHelper().GetStaticRouting(node->GetObject<Ipv6>());
    }

    Ptr<Node> Host() const
    {
        return m_nodes.Get(0);
    }

    Ptr<Node> Router(uint32_t i) const
    {
        return m_nodes.Get(1 + i);
    }

    Ptr<Node> Core() const
    {
        return m_nodes.Get(3);
    }

    Ptr<Node> Peer() const
    {
        return m_nodes.Get(4);
    }

    Ptr<StreamEndpoint> Start(Ptr<Node> node, Ipv6Address address, bool listens, uint64_t bytes)
    {
        auto endpoint = CreateObject<StreamEndpoint>();
        endpoint->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(MPTCP_SOCKETS)));
        endpoint->SetAttribute("Address", AddressValue(Inet6SocketAddress(address, PORT)));
        endpoint->SetAttribute("Listen", BooleanValue(listens));
        endpoint->SetAttribute("BytesToSend", UintegerValue(bytes));
        node->AddApplication(endpoint);
        endpoint->SetStartTime(Seconds(listens ? 0 : 5));
        return endpoint;
    }

    const std::array<Ipv6Address, 2> PREFIXES{Ipv6Address("2001:1::"), Ipv6Address("2001:2::")};
    NodeContainer m_nodes; //!< host, R1, R2, core, peer
    std::array<Ptr<MptcpIpv6IngressFilter>, 2> m_filters;
    std::array<uint64_t, 2> m_sentBytes{};
    Ipv6Address m_farEnd;
};

TEST_F(AdvertisedRouters, CarryATransferByTwoPaths)
{
    constexpr uint64_t BYTES = 1'000'000;
    m_server = Start(Peer(), Ipv6Address::GetAny(), true, BYTES);
    m_client = Start(Host(), m_farEnd, false, BYTES);
    RunUntil(Seconds(7));
    std::set<Ipv6Address> locals;
    for (const auto& pair : SocketOf(m_client)->GetSubflowAddresses())
    {
        locals.insert(Inet6SocketAddress::ConvertFrom(pair.local).GetIpv6());
    }
    const Ipv6Address first = AddressIn(Host(), 1, PREFIXES[0]);
    const Ipv6Address second = AddressIn(Host(), 2, PREFIXES[1]);
    ASSERT_FALSE(first.IsAny() || second.IsAny());
    EXPECT_EQ(locals, (std::set<Ipv6Address>{first, second}));
    RunToEnd();
    ExpectDelivered();
    for (std::size_t i = 0; i < 2; ++i)
    {
        EXPECT_GT(m_sentBytes[i], BYTES / 3) << "R" << i + 1;
        EXPECT_EQ(m_filters[i]->GetDroppedPackets(), 0U) << "R" << i + 1;
    }
}

} // namespace
} // namespace ns3
