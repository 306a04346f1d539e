// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The basic API of RFC 6897, section 5.3: when each option may be set or read, what it does, and
/// what is answered when it is used in a wrong way.
#include "api-fixture.h"

#include "ns3/boolean.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <set>

namespace ns3
{
namespace
{

constexpr uint64_t LONG = 1'000'000;

class ApiBasic : public ApiTest
{
  protected:
    ApiBasic()
    {
        Build(Kind::Multihomed, EqualPaths(3));
        StartServer();
    }

    Address Server() const
    {
        return ServerSocket();
    }

    static std::set<Ipv4Address> LocalsOf(const MptcpSocket& socket)
    {
        std::set<Ipv4Address> locals;
        for (const auto& pair : socket.GetSubflowAddresses())
        {
            locals.insert(InetSocketAddress::ConvertFrom(pair.local).GetIpv4());
        }
        return locals;
    }

    Ipv4Address Client(std::size_t path) const
    {
        return m_topology->ClientAddress(path);
    }
};

// ---- TCP_MULTIPATH_ENABLE ----

TEST_F(ApiBasic, DisabledMeansPlainTcp)
{
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->SetMultipathOption(TCP_MULTIPATH_ENABLE, false), 0);
    client.Connect(Server(), LONG);
    RunUntil(Seconds(1));
    ASSERT_TRUE(client.isConnected);
    MptcpOptionValue enabled;
    EXPECT_EQ(client.socket->GetMultipathOption(TCP_MULTIPATH_ENABLE, enabled), 0);
    EXPECT_FALSE(std::get<bool>(enabled));
    EXPECT_EQ(EstablishedSubflows(*client.socket), 1U);
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::MPCapableSYNTX), 0U);
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_EQ(PathBytes(1) + PathBytes(2), 0U);
}

TEST_F(ApiBasic, EnabledIsReadAsNegotiated)
{
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->SetMultipathOption(TCP_MULTIPATH_ENABLE, true), 0);
    client.Connect(Server(), LONG);
    RunUntil(Seconds(1));
    MptcpOptionValue enabled;
    EXPECT_EQ(client.socket->GetMultipathOption(TCP_MULTIPATH_ENABLE, enabled), 0);
    EXPECT_TRUE(std::get<bool>(enabled));
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::MPCapableSYNTX), 1U);
}

TEST_F(ApiBasic, EnabledIsReadAsFalseWhenThePeerHasNoMptcp)
{
    ApiClient client(NewSocket());
    Ptr<Socket> plain =
        Socket::CreateSocket(m_topology->Server(), TypeId::LookupByName(TCP_SOCKETS));
    plain->Bind(InetSocketAddress(Ipv4Address::GetAny(), 81));
    plain->Listen();
    client.socket->SetMultipathOption(TCP_MULTIPATH_ENABLE, true);
    client.Connect(ServerSocket(81), LONG);
    RunUntil(Seconds(1));
    ASSERT_TRUE(client.isConnected);
    MptcpOptionValue enabled;
    EXPECT_EQ(client.socket->GetMultipathOption(TCP_MULTIPATH_ENABLE, enabled), 0);
    EXPECT_FALSE(std::get<bool>(enabled));
}

TEST_F(ApiBasic, DisabledListenerTakesPlainTcpOnly)
{
    Ptr<MptcpSocket> listener = NewSocket(m_topology->Server());
    listener->SetMultipathEnabled(false);
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), 81));
    ASSERT_EQ(listener->Listen(), 0);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(81), 0);
    RunUntil(Seconds(1));
    EXPECT_TRUE(client.isConnected);
    EXPECT_FALSE(client.socket->IsMultipath());
    EXPECT_EQ(Count(m_topology->Server(), mptcp::Mib::MPCapableSYNRX), 0U);
}

TEST_F(ApiBasic, TheAttributeSaysTheSame)
{
    ApiClient client(NewSocket());
    StringValue choice;
    client.socket->GetAttribute("Multipath", choice);
    EXPECT_EQ(choice.Get(), "on") << "who asks for ns3::MptcpSocketFactory asks for MPTCP";
    client.socket->SetAttribute("Multipath", StringValue("off"));
    client.Connect(Server(), LONG);
    RunUntil(Seconds(1));
    EXPECT_FALSE(client.socket->IsMultipath());
}

// ---- TCP_MULTIPATH_ADD ----

TEST_F(ApiBasic, OnlyTheAddressesAddedBeforeSetupAreUsed)
{
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->SetMultipathOption(TCP_MULTIPATH_ADD,
                                                MptcpAddressList{Client(2), Client(0)}),
              0);
    client.Connect(Server(), LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(LocalsOf(*client.socket), (std::set<Ipv4Address>{Client(0), Client(2)}));
    Address name;
    client.socket->GetSockName(name);
    EXPECT_EQ(InetSocketAddress::ConvertFrom(name).GetIpv4(), Client(2)) << "the first named";
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_EQ(PathBytes(1), 0U);
}

TEST_F(ApiBasic, AddressesAddedLaterAreUsed)
{
    ApiClient client(NewSocket());
    client.socket->AddLocalAddresses({Client(0)});
    client.Connect(Server(), 2 * LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(LocalsOf(*client.socket), (std::set<Ipv4Address>{Client(0)}));
    EXPECT_EQ(client.socket->SetMultipathOption(TCP_MULTIPATH_ADD, MptcpAddressList{Client(1)}), 0);
    RunUntil(Seconds(2));
    EXPECT_EQ(LocalsOf(*client.socket), (std::set<Ipv4Address>{Client(0), Client(1)}));
    RunToEnd();
    ExpectReceived(2 * LONG);
    EXPECT_EQ(PathBytes(2), 0U);
}

TEST_F(ApiBasic, PortsAreBoundTo)
{
    ApiClient client(NewSocket());
    client.socket->AddLocalAddresses({Local(0, 4000), Local(1, 5000), Client(2)});
    client.Connect(Server(), LONG);
    RunUntil(Seconds(1));
    std::set<uint16_t> ports;
    for (const auto& pair : client.socket->GetSubflowAddresses())
    {
        const auto local = InetSocketAddress::ConvertFrom(pair.local);
        if (local.GetIpv4() == Client(0))
        {
            EXPECT_EQ(local.GetPort(), 4000);
        }
        if (local.GetIpv4() == Client(1))
        {
            EXPECT_EQ(local.GetPort(), 5000);
        }
        ports.insert(local.GetPort());
    }
    EXPECT_EQ(ports.size(), 3U);
}

/// The list is also what a listening host announces.
TEST_F(ApiBasic, AServerAnnouncesWhatWasAddedAndNothingElse)
{
    Clean();
    Build(Kind::Disjoint, EqualPaths(3));
    Ptr<Node> server = m_topology->Server();
    Ptr<MptcpSocket> listener = NewSocket(server);
    listener->AddLocalAddresses(
        {m_topology->ServerAddress(0), InetSocketAddress(m_topology->ServerAddress(1), 9000)});
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
    ASSERT_EQ(listener->Listen(), 0);
    ApiClient client(NewSocket());
    client.Connect(Server(), LONG);
    RunUntil(Seconds(2));
    std::set<Address> remotes;
    for (const auto& pair : client.socket->GetSubflowAddresses())
    {
        remotes.insert(pair.remote);
    }
    EXPECT_EQ(
        remotes,
        (std::set<Address>{ServerSocket(), InetSocketAddress(m_topology->ServerAddress(1), 9000)}));
    EXPECT_EQ(Count(server, mptcp::Mib::AddAddrTx), 1U);
}

/// A path manager that goes by the endpoints of the host has to keep to the list as well.
TEST_F(ApiBasic, EndpointsBeyondTheListAreNeitherAnnouncedNorUsed)
{
    Clean();
    m_mptcp.SetPathManager("ns3::MptcpLinuxEndpoints");
    Build(Kind::Disjoint, EqualPaths(3));
    Ptr<Node> server = m_topology->Server();
    Ptr<Node> host = m_topology->Client();
    for (std::size_t path = 1; path < 3; ++path)
    {
        MptcpHelper::AddEndpoint(server, m_topology->ServerAddress(path), "signal");
        MptcpHelper::AddEndpoint(host, m_topology->ClientAddress(path), "subflow");
    }
    MptcpHelper::SetLimits(host, 8, 8);
    MptcpHelper::SetLimits(server, 8, 8);
    Ptr<MptcpSocket> listener = NewSocket(server);
    listener->AddLocalAddresses({m_topology->ServerAddress(0), m_topology->ServerAddress(1)});
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
    ASSERT_EQ(listener->Listen(), 0);
    ApiClient client(NewSocket());
    client.socket->AddLocalAddresses({Client(0), Client(2)});
    client.Connect(Server(), LONG);
    RunUntil(Seconds(2));
    EXPECT_EQ(Count(server, mptcp::Mib::AddAddrTx), 1U);
    EXPECT_EQ(LocalsOf(*client.socket).count(Client(1)), 0U);
    EXPECT_EQ(PathBytes(1), 0U) << "neither end may use both addresses of that link";
}

// ---- TCP_MULTIPATH_REMOVE ----

TEST_F(ApiBasic, AddressesRemovedBeforeSetupAreNotUsed)
{
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->SetMultipathOption(TCP_MULTIPATH_REMOVE, MptcpAddressList{Client(0)}),
              0);
    client.Connect(Server(), LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(LocalsOf(*client.socket), (std::set<Ipv4Address>{Client(1), Client(2)}));
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_EQ(PathBytes(0), 0U);
}

TEST_F(ApiBasic, RemovingClosesItsSubflowsAndTellsThePeer)
{
    ApiClient client(NewSocket());
    client.Connect(Server(), 2 * LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(EstablishedSubflows(*client.socket), 3U);
    EXPECT_EQ(client.socket->RemoveLocalAddress(Client(1)), 0);
    RunUntil(Seconds(2));
    EXPECT_EQ(LocalsOf(*client.socket), (std::set<Ipv4Address>{Client(0), Client(2)}));
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::RmAddrTx), 1U);
    EXPECT_EQ(Count(m_topology->Server(), mptcp::Mib::RmAddr), 1U);
    RunToEnd();
    ExpectReceived(2 * LONG);
}

/// The path manager keeps to one subflow, so the address it does not use has to be taken first.
TEST_F(ApiBasic, ReplacementsAreOpenedBeforeAnAddressGoes)
{
    m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(1));
    m_mptcp.Install(m_topology->Client());
    ApiClient client(NewSocket());
    std::vector<std::string> order;
    client.socket->TraceConnectWithoutContext(
        "SubflowState",
        Callback<void, const MptcpSubflowStateChange&>([&](const MptcpSubflowStateChange& change) {
            order.push_back(std::to_string(change.subflowId) +
                            (change.state == MptcpSubflowStateChange::State::Closed ? "-" : "+"));
        }));
    client.Connect(Server(), LONG);
    RunUntil(Seconds(1));
    ASSERT_EQ(EstablishedSubflows(*client.socket), 1U);
    EXPECT_EQ(client.socket->RemoveLocalAddress(Client(0)), 0);
    EXPECT_EQ(EstablishedSubflows(*client.socket), 1U) << "not yet";
    RunUntil(Seconds(2));
    EXPECT_EQ(LocalsOf(*client.socket), (std::set<Ipv4Address>{Client(1)}));
    EXPECT_EQ(order, (std::vector<std::string>{"1+", "2+", "1-"}));
    RunToEnd();
    ExpectReceived(LONG);
}

/// With nobody else to take over it goes at once, and so the connection waits without a subflow.
TEST_F(ApiBasic, TheLastAddressMayBeRemovedAndAddedAgain)
{
    ApiClient client(NewSocket());
    client.socket->AddLocalAddresses({Client(0)});
    client.Connect(Server(), LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(client.socket->RemoveLocalAddress(Client(0)), 0);
    RunUntil(Seconds(2));
    EXPECT_EQ(EstablishedSubflows(*client.socket), 0U);
    EXPECT_FALSE(client.hasError);
    EXPECT_EQ(client.socket->AddLocalAddresses({Client(1)}), 0);
    RunToEnd();
    ExpectReceived(LONG);
}

// ---- TCP_MULTIPATH_SUBFLOWS and TCP_MULTIPATH_CONNID ----

TEST_F(ApiBasic, SubflowsListsEstablishedOnesOnly)
{
    CutPathForEver(2, Seconds(0));
    ApiClient client(NewSocket());
    client.Connect(Server(), LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(client.socket->GetSubflows().size(), 3U) << "one is still opening";
    MptcpOptionValue value;
    ASSERT_EQ(client.socket->GetMultipathOption(TCP_MULTIPATH_SUBFLOWS, value), 0);
    const auto pairs = std::get<std::vector<MptcpSubflowAddresses>>(value);
    ASSERT_EQ(pairs.size(), 2U);
    Address name;
    client.socket->GetSockName(name);
    EXPECT_EQ(pairs[0].local, name);
    EXPECT_EQ(pairs[0].remote, Server());
    EXPECT_EQ(InetSocketAddress::ConvertFrom(pairs[1].local).GetIpv4(), Client(1));
    EXPECT_EQ(pairs[1].remote, Server());
}

TEST_F(ApiBasic, ConnectionIdIsTheLocalToken)
{
    ApiClient client(NewSocket());
    ApiClient other(NewSocket());
    client.Connect(Server(), LONG);
    RunUntil(Seconds(0.5));
    other.socket->SetMultipathEnabled(true);
    Serve(81, 0);
    other.Connect(ServerSocket(81), LONG);
    RunUntil(Seconds(1));
    MptcpOptionValue id;
    ASSERT_EQ(client.socket->GetMultipathOption(TCP_MULTIPATH_CONNID, id), 0);
    const auto token = std::get<uint32_t>(id);
    EXPECT_EQ(token, client.socket->GetConnectionId());
    EXPECT_EQ(m_topology->Client()->GetObject<MptcpStack>()->Find(token),
              client.socket->GetConnection());
    EXPECT_NE(token, other.socket->GetConnectionId());
}

int
Read(MptcpSocket& socket, int option)
{
    MptcpOptionValue value;
    return socket.GetMultipathOption(option, value);
}

// RFC 6897 5.3.3: only what the application has named; no address of the other family has been.
TEST_F(ApiBasic, ABoundSocketConnectsWithinItsFamily)
{
    ApiClient client(NewSocket());
    ASSERT_EQ(client.socket->Bind(Local(0, 4000)), 0);
    const Inet6SocketAddress other(Ipv6Address("2001:db8::1"), PORT);
    EXPECT_EQ(client.socket->Connect(other), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_AFNOSUPPORT);
    client.Connect(Server(), LONG);
    RunUntil(Seconds(1));
    EXPECT_TRUE(client.isConnected);
}

/// After fallback there is no identifier of an MPTCP connection, as MPTCP_INFO is not on Linux.
TEST_F(ApiBasic, PlainTcpHasNoConnectionIdAndOneAddress)
{
    ApiClient client(NewSocket());
    client.socket->SetMultipathEnabled(false);
    client.Connect(Server(), LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(Read(*client.socket, TCP_MULTIPATH_CONNID), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_OPNOTSUPP);
    EXPECT_EQ(client.socket->GetConnectionId(), 0U);
    EXPECT_EQ(client.socket->AddLocalAddresses({Client(1)}), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_OPNOTSUPP);
    EXPECT_EQ(client.socket->RemoveLocalAddress(Client(0)), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_OPNOTSUPP);
    EXPECT_EQ(EstablishedSubflows(*client.socket), 1U);
}

/// Removed in mid-transfer, either address: within two round trips of the other path nothing is
/// on the removed one any more, and added back it is used again.
class ApiRemoval : public ApiTest, public ::testing::WithParamInterface<std::size_t>
{
};

TEST_P(ApiRemoval, MovesAllTrafficWithinTwoRoundTrips)
{
    const std::size_t removed = GetParam();
    const std::size_t other = 1 - removed;
    Build(Kind::Multihomed);
    StartServer(2 * LONG);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 3 * LONG);
    RunUntil(Seconds(3));
    ASSERT_EQ(EstablishedSubflows(*client.socket), 2U);
    Time roundTrip;
    for (const auto& info : client.socket->GetSubflowInfo())
    {
        if (InetSocketAddress::ConvertFrom(info.addresses.local).GetIpv4() ==
            m_topology->ClientAddress(other))
        {
            roundTrip = info.rtt;
        }
    }
    ASSERT_GT(roundTrip, MilliSeconds(40));
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(removed)), 0);
    RunUntil(Simulator::Now() + 2 * roundTrip);
    EXPECT_EQ(PathBytesDuring(removed, Seconds(2)), 0U) << "round trip " << roundTrip.As(Time::MS);
    EXPECT_GT(PathBytesDuring(other, Seconds(1)), 400'000U) << "2 Mb/s, both directions";
    EXPECT_EQ(client.socket->AddLocalAddresses({m_topology->ClientAddress(removed)}), 0);
    RunUntil(Simulator::Now() + Seconds(0.5));
    EXPECT_EQ(EstablishedSubflows(*client.socket), 2U);
    EXPECT_GT(PathBytesDuring(removed, Seconds(1)), 250'000U);
    RunToEnd();
    ExpectReceived(3 * LONG);
    EXPECT_EQ(client.receivedBytes, 2 * LONG);
    EXPECT_FALSE(client.hasError);
}

INSTANTIATE_TEST_SUITE_P(Path, ApiRemoval, ::testing::Values(0U, 1U));

} // namespace
} // namespace ns3
