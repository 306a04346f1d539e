// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Host routing and ingress filters as routing protocols of ns-3, packet by packet and for both
/// versions of IP.
#include "mptcp-helper.h"
#include "mptcp-host-routing-helper.h"
#include "ns3-conversions.h"
#include "router-advertisement.h"
#include "routing/mptcp-host-routing.h"
#include "routing/mptcp-ingress-filter.h"
#include "simulation-fixture.h"
#include "wiring.h"

#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6-list-routing-helper.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/udp-socket-factory.h"

#include <string>
#include <vector>

namespace ns3
{
namespace
{

/// A host with links to two routers; nothing moves in most of these tests.
class HostRoutingProtocol : public SimulationTest
{
  protected:
    HostRoutingProtocol()
    {
        m_nodes.Create(3);
        InternetStackHelper().Install(m_nodes);
        MptcpHostRoutingHelper().Install(m_nodes.Get(0));
        for (uint32_t i = 1; i <= 2; ++i)
        {
            const std::string network = "10." + std::to_string(i) + ".0.";
            m_links.push_back(Wire(m_nodes.Get(0),
                                   Ipv4Address((network + "2").c_str()),
                                   m_nodes.Get(i),
                                   Ipv4Address((network + "1").c_str())));
            m_routing = MptcpIpv4HostRouting::Of(m_nodes.Get(0));
            m_routing->AddDefaultRoute(Ipv4Address((network + "1").c_str()), i, i);
        }
    }

    Ptr<Ipv4Route> RouteFrom(const char* source, Ptr<NetDevice> device = nullptr)
    {
        Ipv4Header header;
        header.SetSource(Ipv4Address(source));
        header.SetDestination(Ipv4Address("192.0.2.1"));
        return m_routing->RouteOutput(Create<Packet>(), header, device, m_error);
    }

    NodeContainer m_nodes;
    std::vector<NetDeviceContainer> m_links;
    Ptr<MptcpIpv4HostRouting> m_routing;
    Socket::SocketErrno m_error{Socket::ERROR_NOTERROR};
};

TEST_F(HostRoutingProtocol, GoesBySource)
{
    EXPECT_EQ(RouteFrom("10.1.0.2")->GetGateway(), Ipv4Address("10.1.0.1"));
    Ptr<Ipv4Route> second = RouteFrom("10.2.0.2");
    EXPECT_EQ(second->GetGateway(), Ipv4Address("10.2.0.1"));
    EXPECT_EQ(second->GetOutputDevice(), m_links[1].Get(0));
    EXPECT_EQ(second->GetSource(), Ipv4Address("10.2.0.2"));
    EXPECT_EQ(m_error, Socket::ERROR_NOTERROR);
}

/// As ns-3's TCP asks in Connect: by a header without a source.
TEST_F(HostRoutingProtocol, ChoosesTheSource)
{
    Ipv4Header header;
    header.SetDestination(Ipv4Address("192.0.2.1"));
    Ptr<Ipv4Route> route = m_routing->RouteOutput(nullptr, header, nullptr, m_error);
    EXPECT_EQ(route->GetSource(), Ipv4Address("10.1.0.2"));
    route = m_routing->RouteOutput(nullptr, header, m_links[1].Get(0), m_error);
    EXPECT_EQ(route->GetSource(), Ipv4Address("10.2.0.2"));
}

TEST_F(HostRoutingProtocol, NoRouteIsAnErrorAndCounted)
{
    m_routing->RemoveRoute(Ipv4Address::GetAny(), Ipv4Mask::GetZero(), "10.1.0.1", 1);
    m_routing->RemoveRoute(Ipv4Address::GetAny(), Ipv4Mask::GetZero(), "10.2.0.1", 2);
    EXPECT_FALSE(RouteFrom("10.1.0.2"));
    EXPECT_EQ(m_error, Socket::ERROR_NOROUTETOHOST);
    EXPECT_EQ(m_routing->GetUnroutablePackets(), 1U);
}

TEST_F(HostRoutingProtocol, AddedOnceMoreARouteHasTheNewMetric)
{
    Ipv4Header header;
    header.SetDestination(Ipv4Address("192.0.2.1"));
    m_routing->AddDefaultRoute("10.2.0.1", 2, 0);
    EXPECT_EQ(m_routing->RouteOutput(nullptr, header, nullptr, m_error)->GetGateway(),
              Ipv4Address("10.2.0.1"));
    m_routing->AddDefaultRoute("10.2.0.1", 2, 7);
    EXPECT_EQ(m_routing->RouteOutput(nullptr, header, nullptr, m_error)->GetGateway(),
              Ipv4Address("10.1.0.1"));
    EXPECT_TRUE(m_routing->RemoveRoute(Ipv4Address::GetAny(), Ipv4Mask::GetZero(), "10.2.0.1", 2));
    EXPECT_FALSE(m_routing->RemoveRoute(Ipv4Address::GetAny(), Ipv4Mask::GetZero(), "10.2.0.1", 2))
        << "there was one";
}

TEST_F(HostRoutingProtocol, FollowsInterfacesAndAddresses)
{
    Ptr<Ipv4> ipv4 = m_nodes.Get(0)->GetObject<Ipv4>();
    ipv4->SetDown(1);
    EXPECT_EQ(RouteFrom("10.1.0.2")->GetGateway(), Ipv4Address("10.2.0.1"));
    ipv4->SetUp(1);
    EXPECT_EQ(RouteFrom("10.1.0.2")->GetGateway(), Ipv4Address("10.1.0.1"));
    ipv4->RemoveAddress(2, 0);
    EXPECT_EQ(RouteFrom("10.2.0.2")->GetGateway(), Ipv4Address("10.1.0.1"));
}

/// What was installed before the addresses knows them, and so does what is installed after.
TEST_F(HostRoutingProtocol, InstalledLaterKnowsTheAddresses)
{
    MptcpHostRoutingHelper("idealised-strong").Install(m_nodes.Get(0));
    Ptr<MptcpIpv4HostRouting> later = MptcpIpv4HostRouting::Of(m_nodes.Get(0));
    ASSERT_NE(later, m_routing);
    EXPECT_EQ(later->GetModel(), "idealised-strong");
    later->AddDefaultRoute("10.2.0.1", 2);
    EXPECT_EQ(later->GetTable().ChooseSource(ToCore(Ipv4Address("192.0.2.1")), {}).local,
              ToCore(Ipv4Address("10.2.0.2")));
}

/// A host of stock ns-3 forwards; this one is a host.
TEST_F(HostRoutingProtocol, ForwardsNothing)
{
    uint64_t dropped = 0;
    m_nodes.Get(0)->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Drop",
        Callback<void,
                 const Ipv4Header&,
                 Ptr<const Packet>,
                 Ipv4L3Protocol::DropReason,
                 Ptr<Ipv4>,
                 uint32_t>(
            [&](const Ipv4Header&,
                Ptr<const Packet>,
                Ipv4L3Protocol::DropReason reason,
                Ptr<Ipv4>,
                uint32_t) { dropped += reason == Ipv4L3Protocol::DROP_NO_ROUTE ? 1 : 0; }));
    AddStaticRoute(m_nodes.Get(1), "10.2.0.0", "10.1.0.2", 1);
    Ptr<Socket> socket = Socket::CreateSocket(m_nodes.Get(1), UdpSocketFactory::GetTypeId());
    socket->Connect(InetSocketAddress("10.2.0.1", 9));
    socket->Send(Create<Packet>(100));
    Simulator::Run();
    EXPECT_EQ(dropped, 1U);
}

// ---- ingress filters (RFC 2827) ----

/// Customer - edge router - Internet; the customer sends UDP from an address of choice.
class IngressFilterRouter : public SimulationTest
{
  protected:
    IngressFilterRouter()
    {
        m_nodes.Create(3);
        Ipv6ListRoutingHelper lists;
        lists.Add(Ipv6StaticRoutingHelper(), 0);
        InternetStackHelper internet;
        internet.SetRoutingHelper(lists);
        internet.Install(m_nodes);
    }

    static void Receive(Ptr<Socket> socket, uint32_t& received)
    {
        socket->SetRecvCallback(Callback<void, Ptr<Socket>>([&received](Ptr<Socket> from) {
            while (from->Recv())
            {
                ++received;
            }
        }));
    }

    NodeContainer m_nodes;
    uint32_t m_received{0};
};

TEST_F(IngressFilterRouter, DropsForeignSourcesOfCustomers)
{
    Ptr<Node> customer = m_nodes.Get(0);
    const auto access = Wire(customer, "10.1.0.2", m_nodes.Get(1), "10.1.0.1");
    GiveAddress(customer, access.Get(0), "10.66.0.2", Ipv4Mask("/24")); // nobody gave it that one
    Wire(m_nodes.Get(1), "10.3.0.1", m_nodes.Get(2), "10.3.0.2");
    AddStaticRoute(customer, Ipv4Address::GetAny(), "10.1.0.1", 1);
    AddStaticRoute(m_nodes.Get(2), Ipv4Address::GetAny(), "10.3.0.1", 1);
    Ptr<MptcpIpv4IngressFilter> filter = MptcpIpv4IngressFilter::Install(m_nodes.Get(1));
    EXPECT_EQ(MptcpIpv4IngressFilter::Install(m_nodes.Get(1)), filter) << "one per router";
    filter->FilterInterface(1);
    filter->Allow("10.1.0.0", Ipv4Mask("/24"));

    Ptr<Socket> sink = Socket::CreateSocket(m_nodes.Get(2), UdpSocketFactory::GetTypeId());
    sink->Bind(InetSocketAddress(Ipv4Address::GetAny(), 9));
    Receive(sink, m_received);
    for (const char* source : {"10.1.0.2", "10.66.0.2"})
    {
        Ptr<Socket> socket = Socket::CreateSocket(customer, UdpSocketFactory::GetTypeId());
        socket->Bind(InetSocketAddress(source, 0));
        socket->SendTo(Create<Packet>(100), 0, InetSocketAddress("10.3.0.2", 9));
    }
    Simulator::Run();
    EXPECT_EQ(m_received, 1U);
    EXPECT_EQ(filter->GetPassedPackets(), 1U);
    EXPECT_EQ(filter->GetDroppedPackets(), 1U);

    // What comes from elsewhere is not its business.
    Ptr<Socket> back = Socket::CreateSocket(m_nodes.Get(2), UdpSocketFactory::GetTypeId());
    back->SendTo(Create<Packet>(100), 0, InetSocketAddress("10.1.0.2", 9));
    Simulator::Run();
    EXPECT_EQ(filter->GetPassedPackets(), 2U) << "the customer's ICMP: nobody is at that port";
    EXPECT_EQ(filter->GetDroppedPackets(), 1U);
}

TEST_F(IngressFilterRouter, DropsForeignIpv6SourcesOfCustomers)
{
    const auto access = PointToPointHelper().Install(m_nodes.Get(0), m_nodes.Get(1));
    const auto core = PointToPointHelper().Install(m_nodes.Get(1), m_nodes.Get(2));
    Ipv6AddressHelper addresses("2001:1::", Ipv6Prefix(64));
    auto customer = addresses.Assign(access);
    addresses.SetBase("2001:3::", Ipv6Prefix(64));
    auto far = addresses.Assign(core);
    customer.SetForwarding(1, true);
    customer.SetDefaultRouteInAllNodes(1);
    far.SetForwarding(0, true);
    far.SetDefaultRouteInAllNodes(0);
    Ptr<Ipv6> ipv6 = m_nodes.Get(0)->GetObject<Ipv6>();
    ipv6->AddAddress(1, Ipv6InterfaceAddress("2001:66::2", Ipv6Prefix(64)));
    Ptr<MptcpIpv6IngressFilter> filter = MptcpIpv6IngressFilter::Install(m_nodes.Get(1));
    filter->FilterInterface(1);
    filter->Allow("2001:1::", Ipv6Prefix(64));

    Ptr<Socket> sink = Socket::CreateSocket(m_nodes.Get(2), UdpSocketFactory::GetTypeId());
    sink->Bind(Inet6SocketAddress(Ipv6Address::GetAny(), 9));
    Receive(sink, m_received);
    const Ipv6Address target = far.GetAddress(1, 1);
    for (const Ipv6Address& source : {customer.GetAddress(0, 1), Ipv6Address("2001:66::2")})
    {
        Simulator::Schedule(Seconds(3), [=] {
            Ptr<Socket> socket =
                Socket::CreateSocket(m_nodes.Get(0), UdpSocketFactory::GetTypeId());
            socket->Bind(Inet6SocketAddress(source, 0));
            socket->SendTo(Create<Packet>(100), 0, Inet6SocketAddress(target, 9));
        });
    }
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    EXPECT_EQ(m_received, 1U);
    EXPECT_EQ(filter->GetPassedPackets(), 1U);
    EXPECT_EQ(filter->GetDroppedPackets(), 1U);
}

class RoutingDeathTest : public SimulationTest
{
};

TEST_F(RoutingDeathTest, RouterWithoutAListSaysWhatToDo)
{
    NodeContainer nodes(1);
    InternetStackHelper().Install(nodes);
    MptcpHostRoutingHelper().Install(nodes.Get(0));
    EXPECT_DEATH(MptcpIpv4IngressFilter::Install(nodes.Get(0)), "no list of routing protocols");
}

TEST_F(RoutingDeathTest, UnknownModelSaysWhichThereAre)
{
    NodeContainer nodes(1);
    InternetStackHelper().Install(nodes);
    EXPECT_DEATH(MptcpHostRoutingHelper("stronk").Install(nodes.Get(0)), "take weak, strong");
}

// ---- IPv6 router advertisements (draft 6) ----

/// One link of a host to a router that advertises.
class RouterAdvertisement : public SimulationTest
{
  protected:
    RouterAdvertisement()
    {
        m_nodes.Create(2);
        InternetStackHelper().Install(m_nodes);
        MptcpHostRoutingHelper().Install(m_nodes.Get(0));
        const auto link = PointToPointHelper().Install(m_nodes);
        Ipv6AddressHelper().AssignWithoutAddress(link);
        m_router = LinkLocalAddress(m_nodes.Get(1));
    }

    void Advertise(Ipv6Address network, uint32_t validSeconds = 1000)
    {
        ns3::Advertise(m_nodes.Get(1), network, validSeconds);
    }

    mptcp::Congruence CongruenceOf(Ipv6Address local)
    {
        return MptcpIpv6HostRouting::Of(m_nodes.Get(0))
            ->GetTable()
            .CongruenceOf(ToCore(local), ToCore(Ipv6Address("2001:99::1")));
    }

    Ipv6Address AddressIn(Ipv6Address network)
    {
        return ns3::AddressIn(m_nodes.Get(0), 1, network);
    }

    NodeContainer m_nodes;
    Ipv6Address m_router;
};

TEST_F(RouterAdvertisement, BindsTheRouterToThePrefix)
{
    Simulator::Schedule(Seconds(2), [&] { Advertise("2001:1::"); });
    Simulator::Stop(Seconds(4));
    Simulator::Run();
    const Ipv6Address local = AddressIn("2001:1::");
    ASSERT_FALSE(local.IsAny());
    EXPECT_EQ(CongruenceOf(local), mptcp::Congruence::Congruent);
    Ptr<MptcpIpv6HostRouting> routing = MptcpIpv6HostRouting::Of(m_nodes.Get(0));
    EXPECT_EQ(routing->GetTable().ChooseSource(ToCore(Ipv6Address("2001:99::1")), {}).local,
              ToCore(local));
    Ipv6Header header;
    header.SetDestination("2001:99::1");
    Socket::SocketErrno error;
    Ptr<Ipv6Route> route = routing->RouteOutput(nullptr, header, nullptr, error);
    ASSERT_TRUE(route);
    EXPECT_EQ(route->GetGateway(), m_router);
    EXPECT_EQ(route->GetSource(), local);
}

TEST_F(RouterAdvertisement, SaysNothingAboutOtherAddresses)
{
    m_nodes.Get(0)->GetObject<Ipv6>()->AddAddress(
        1,
        Ipv6InterfaceAddress("2001:2::2", Ipv6Prefix(64)));
    Simulator::Schedule(Seconds(2), [&] { Advertise("2001:1::"); });
    Simulator::Stop(Seconds(4));
    Simulator::Run();
    EXPECT_EQ(CongruenceOf("2001:2::2"), mptcp::Congruence::Incongruent);
    Simulator::ScheduleNow([&] { Advertise("2001:2::"); });
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    EXPECT_EQ(CongruenceOf("2001:2::2"), mptcp::Congruence::Congruent);
}

TEST_F(RouterAdvertisement, EndsWithThePrefix)
{
    Simulator::Schedule(Seconds(2), [&] { Advertise("2001:1::", 5); });
    Simulator::Stop(Seconds(4));
    Simulator::Run();
    const Ipv6Address local = AddressIn("2001:1::");
    ASSERT_EQ(CongruenceOf(local), mptcp::Congruence::Congruent);
    Simulator::Stop(Seconds(20));
    Simulator::Run();
    EXPECT_EQ(CongruenceOf(local), mptcp::Congruence::NoRoute);
}

} // namespace
} // namespace ns3
