// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The API of RFC 6897 with IPv6, and with both families at once.
#include "api-fixture.h"
#include "routing/mptcp-host-routing.h"

#include "ns3/inet6-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <set>

namespace ns3
{
namespace
{

constexpr uint64_t LONG = 1'000'000;

/// Two hosts with two links between them, both with IPv4 and IPv6.
class ApiBothFamilies : public ApiTest
{
  protected:
    ApiBothFamilies()
    {
        hosts.Create(2);
        InternetStackHelper().Install(hosts);
        PointToPointHelper pointToPoint;
        pointToPoint.SetDeviceAttribute("DataRate", DataRateValue(DataRate("2Mbps")));
        pointToPoint.SetChannelAttribute("Delay", TimeValue(MilliSeconds(20)));
        Ipv4AddressHelper ipv4("10.0.0.0", "255.255.255.0");
        Ipv6AddressHelper ipv6("2001:db8::", Ipv6Prefix(64));
        for (int link = 0; link < 2; ++link)
        {
            const NetDeviceContainer devices = pointToPoint.Install(hosts);
            const auto addresses4 = ipv4.Assign(devices);
            const auto addresses6 = ipv6.Assign(devices);
            ipv4.NewNetwork();
            ipv6.NewNetwork();
            client4.push_back(addresses4.GetAddress(0));
            server4.push_back(addresses4.GetAddress(1));
            client6.push_back(addresses6.GetAddress(0, 1));
            server6.push_back(addresses6.GetAddress(1, 1));
        }
        m_mptcp.Install(hosts);
        MptcpHelper::AssignStreams(hosts, 1000);
        m_server = CreateObject<StreamEndpoint>();
        m_server->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(MPTCP_SOCKETS)));
        m_server->SetAttribute("Address",
                               AddressValue(Inet6SocketAddress(Ipv6Address::GetAny(), PORT)));
        m_server->SetAttribute("Listen", BooleanValue(true));
        hosts.Get(1)->AddApplication(m_server);
    }

    /// The pairs in use once joins are over; duplicate address detection is before (RFC 4862).
    std::vector<MptcpSubflowAddresses> PairsOf(ApiClient& client, const Address& remote)
    {
        RunUntil(Seconds(2));
        EXPECT_EQ(client.Connect(remote, LONG), 0);
        RunUntil(Seconds(3));
        return client.socket->GetSubflowAddresses();
    }

    static std::set<Address> LocalsOf(const std::vector<MptcpSubflowAddresses>& pairs)
    {
        std::set<Address> locals;
        for (const auto& pair : pairs)
        {
            EXPECT_EQ(Inet6SocketAddress::IsMatchingType(pair.local),
                      Inet6SocketAddress::IsMatchingType(pair.remote))
                << "RFC 6897 5.3.4";
            locals.insert(InetSocketAddress::IsMatchingType(pair.local)
                              ? Address(InetSocketAddress::ConvertFrom(pair.local).GetIpv4())
                              : Address(Inet6SocketAddress::ConvertFrom(pair.local).GetIpv6()));
        }
        return locals;
    }

    NodeContainer hosts; //!< client, server
    std::vector<Ipv4Address> client4;
    std::vector<Ipv4Address> server4;
    std::vector<Ipv6Address> client6;
    std::vector<Ipv6Address> server6;
};

TEST_F(ApiBothFamilies, BothInOneCall)
{
    ApiClient client(NewSocket(hosts.Get(0)));
    EXPECT_EQ(client.socket->AddLocalAddresses({client4[0], client6[1]}), 0);
    const auto pairs = PairsOf(client, InetSocketAddress(server4[0], PORT));
    EXPECT_EQ(LocalsOf(pairs), (std::set<Address>{client4[0], client6[1]}));
    EXPECT_GE(pairs.size(), 2U);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiBothFamilies, TheFirstSubflowTakesTheFirstOfItsFamily)
{
    ApiClient client(NewSocket(hosts.Get(0)));
    EXPECT_EQ(client.socket->AddLocalAddresses({client4[1], client4[0], client6[0]}), 0);
    PairsOf(client, Inet6SocketAddress(server6[0], PORT));
    Address name;
    client.socket->GetSockName(name);
    EXPECT_EQ(Inet6SocketAddress::ConvertFrom(name).GetIpv6(), client6[0]);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiBothFamilies, NoAddressOfThePeersFamily)
{
    ApiClient client(NewSocket(hosts.Get(0)));
    EXPECT_EQ(client.socket->AddLocalAddresses({client6[0]}), 0);
    RunUntil(Seconds(2));
    EXPECT_EQ(client.Connect(InetSocketAddress(server4[0], PORT), LONG), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_ADDRNOTAVAIL);
    EXPECT_EQ(client.socket->AddLocalAddresses({client4[0]}), 0) << "nothing has happened yet";
    EXPECT_EQ(client.Connect(InetSocketAddress(server4[0], PORT), LONG), 0);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiBothFamilies, RemovedInOneCall)
{
    ApiClient client(NewSocket(hosts.Get(0)));
    const auto before = LocalsOf(PairsOf(client, InetSocketAddress(server4[0], PORT)));
    EXPECT_EQ(before.size(), 4U);
    EXPECT_EQ(client.socket->RemoveLocalAddresses({client4[0], client6[0]}), 0);
    RunUntil(Seconds(3.5));
    EXPECT_EQ(LocalsOf(client.socket->GetSubflowAddresses()),
              (std::set<Address>{client4[1], client6[1]}));
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiBothFamilies, OneSpecificSubflowOverIpv6)
{
    m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(1));
    m_mptcp.Install(hosts.Get(0));
    ApiClient client(NewSocket(hosts.Get(0)));
    EXPECT_EQ(PairsOf(client, InetSocketAddress(server4[0], PORT)).size(), 1U);
    EXPECT_EQ(client.socket->OpenSubflow(Inet6SocketAddress(client6[1], 7000),
                                         Inet6SocketAddress(server6[1], PORT)),
              0);
    RunUntil(Seconds(3.5));
    const auto pairs = client.socket->GetSubflowAddresses();
    ASSERT_EQ(pairs.size(), 2U);
    EXPECT_EQ(pairs[1].local, Address(Inet6SocketAddress(client6[1], 7000)));
    EXPECT_EQ(pairs[1].remote, Address(Inet6SocketAddress(server6[1], PORT)));
    RunToEnd();
    ExpectReceived(LONG);
}

// ---- IPv6 alone ----

/// RFC 6897 4.2.2 and 5.3.3: what was the first address goes, and the names stay.
TEST_F(ApiBothFamilies, TheFirstIpv6AddressGoesAndTheNamesStay)
{
    ApiClient client(NewSocket(hosts.Get(0)));
    EXPECT_EQ(client.socket->AddLocalAddresses({client6[0], client6[1]}), 0);
    const Inet6SocketAddress remote(server6[0], PORT);
    EXPECT_EQ(LocalsOf(PairsOf(client, remote)), (std::set<Address>{client6[0], client6[1]}));
    Time roundTrip;
    for (const auto& info : client.socket->GetSubflowInfo())
    {
        const auto local = Inet6SocketAddress::ConvertFrom(info.addresses.local).GetIpv6();
        roundTrip = local == client6[1] ? std::max(roundTrip, info.rtt) : roundTrip;
    }
    ASSERT_GE(roundTrip, MilliSeconds(40));
    Address name;
    client.socket->GetSockName(name);
    EXPECT_EQ(Inet6SocketAddress::ConvertFrom(name).GetIpv6(), client6[0]);
    EXPECT_EQ(client.socket->RemoveLocalAddress(client6[0]), 0);
    RunUntil(Simulator::Now() + 2 * roundTrip);
    EXPECT_EQ(LocalsOf(client.socket->GetSubflowAddresses()), (std::set<Address>{client6[1]}));
    Address later;
    client.socket->GetSockName(later);
    EXPECT_EQ(later, name);
    client.socket->GetPeerName(later);
    EXPECT_EQ(later, Address(remote));
    RunToEnd();
    ExpectReceived(LONG);
}

/// RFC 6897 4.2.1: bound to the unspecified address it may use all that there are.
TEST_F(ApiBothFamilies, BoundToAnyIpv6AddressItUsesAll)
{
    ApiClient client(NewSocket(hosts.Get(0)));
    const Inet6SocketAddress any(Ipv6Address::GetAny(), 4444);
    ASSERT_EQ(client.socket->Bind(any), 0);
    const auto locals = LocalsOf(PairsOf(client, Inet6SocketAddress(server6[0], PORT)));
    EXPECT_EQ(locals.count(client6[0]), 1U);
    EXPECT_EQ(locals.count(client6[1]), 1U);
    Address name;
    client.socket->GetSockName(name);
    EXPECT_EQ(name, Address(Inet6SocketAddress(client6[0], 4444)));
    RunToEnd();
    ExpectReceived(LONG);
}

/// Host routing for IPv4 alone: of IPv6 it knows nothing, which is not to say that nothing is
/// reachable (draft-handley-mptcp-routing-00 4.1).
class HostRoutingOfOneFamily : public ApiBothFamilies
{
  protected:
    static void RouteIpv4(Ptr<Node> host)
    {
        host->GetObject<Ipv4>()->SetRoutingProtocol(CreateObject<MptcpIpv4HostRouting>());
    }
};

TEST_F(HostRoutingOfOneFamily, SubflowsOfTheOtherAreOpenedAsEver)
{
    RouteIpv4(hosts.Get(0));
    ApiClient client(NewSocket(hosts.Get(0)));
    const auto locals = LocalsOf(PairsOf(client, Inet6SocketAddress(server6[0], PORT)));
    EXPECT_EQ(locals.count(client6[0]), 1U);
    EXPECT_EQ(locals.count(client6[1]), 1U);
    EXPECT_EQ(locals.count(client4[0]), 1U) << "on the link of an announced address";
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(HostRoutingOfOneFamily, AddressesOfTheOtherAreAnnounced)
{
    RouteIpv4(hosts.Get(1));
    ApiClient client(NewSocket(hosts.Get(0)));
    std::set<Address> remotes;
    for (const auto& pair : PairsOf(client, Inet6SocketAddress(server6[0], PORT)))
    {
        remotes.insert(pair.remote);
    }
    EXPECT_EQ(remotes.count(Inet6SocketAddress(server6[1], PORT)), 1U);
    RunToEnd();
    ExpectReceived(LONG);
}

/// The way to the peer's IPv4 address is no answer to the question where IPv6 addresses lead.
TEST_F(HostRoutingOfOneFamily, AddressesOfTheOtherAreAnnouncedOnAConnectionOfThisOne)
{
    RouteIpv4(hosts.Get(1));
    ApiClient client(NewSocket(hosts.Get(0)));
    const auto locals = LocalsOf(PairsOf(client, InetSocketAddress(server4[0], PORT)));
    EXPECT_EQ(locals.count(client6[0]) + locals.count(client6[1]), 2U);
    RunToEnd();
    ExpectReceived(LONG);
}

// ---- names with addresses of both families, and a socket that is bound to one ----

class ApiBoundToOneFamily : public ApiBothFamilies
{
  protected:
    ApiBoundToOneFamily()
    {
        RunUntil(Seconds(2)); // duplicate address detection
    }

    void Name(const std::vector<Address>& addresses) const
    {
        hosts.Get(0)->GetObject<MptcpStack>()->AddHost("www", addresses);
    }

    int ConnectFromPort(ApiClient& client, const Address& local) const
    {
        EXPECT_EQ(client.socket->Bind(local), 0);
        client.socket->SetAttribute("ConnCount", UintegerValue(1));
        client.SendOn(LONG);
        return client.socket->ConnectByName("www", PORT);
    }

    void ExpectFreePort(const Address& local) const
    {
        EXPECT_EQ(NewSocket(hosts.Get(0))->Bind(local), 0) << "nobody holds it any more";
    }
};

/// RFC 6897 4.2.1: it leaves from no other address than it is bound to.
TEST_F(ApiBoundToOneFamily, NoAttemptLeavesFromTheOther)
{
    Name({Ipv4Address("10.0.0.99"), server6[0]});
    ApiClient client(NewSocket(hosts.Get(0)));
    const InetSocketAddress local(client4[0], 4444);
    EXPECT_EQ(ConnectFromPort(client, local), 0);
    RunUntil(Seconds(60));
    EXPECT_FALSE(client.isConnected);
    EXPECT_TRUE(client.hasFailed);
    ExpectFreePort(local);
}

TEST_F(ApiBoundToOneFamily, WhatIsOfTheOtherIsLeftOut)
{
    Name({server6[0], server4[0]});
    ApiClient client(NewSocket(hosts.Get(0)));
    EXPECT_EQ(ConnectFromPort(client, InetSocketAddress(client4[0], 4444)), 0);
    RunUntil(Seconds(3));
    EXPECT_TRUE(client.isConnected);
    Address name;
    client.socket->GetSockName(name);
    EXPECT_EQ(name, Address(InetSocketAddress(client4[0], 4444)));
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiBoundToOneFamily, ANameOfTheOtherAloneIsRefused)
{
    Name({server6[0], server6[1]});
    ApiClient client(NewSocket(hosts.Get(0)));
    EXPECT_EQ(ConnectFromPort(client, InetSocketAddress(client4[0], 4444)), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_AFNOSUPPORT);
    EXPECT_EQ(client.socket->Connect(InetSocketAddress(server4[0], PORT)), 0) << "as it was";
    RunToEnd();
    ExpectReceived(LONG);
}

/// The same with the families exchanged.
TEST_F(ApiBoundToOneFamily, BoundToIpv6ItConnectsByIpv6)
{
    Name({server4[0], server6[0]});
    ApiClient client(NewSocket(hosts.Get(0)));
    EXPECT_EQ(ConnectFromPort(client, Inet6SocketAddress(client6[0], 4444)), 0);
    RunUntil(Seconds(3));
    EXPECT_TRUE(client.isConnected);
    Address name;
    client.socket->GetSockName(name);
    EXPECT_EQ(name, Address(Inet6SocketAddress(client6[0], 4444)));
    EXPECT_EQ(LocalsOf(client.socket->GetSubflowAddresses()), (std::set<Address>{client6[0]}));
    RunToEnd();
    ExpectReceived(LONG);
}

} // namespace
} // namespace ns3
