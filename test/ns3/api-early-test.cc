// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What an application asks for as soon as it is connected, before the peer's first DSS: no further
/// subflow may be opened then (RFC 8684 3.1), so that it takes effect later, but it does.
#include "api-fixture.h"

#include "ns3/uinteger.h"

#include <functional>
#include <set>

namespace ns3
{
namespace
{

constexpr uint64_t LONG = 1'000'000;

class ApiEarly : public ApiTest
{
  protected:
    ApiEarly()
    {
        Build(Kind::Multihomed, EqualPaths(3));
        StartServer();
    }

    void KeepMeshTo(uint32_t subflows)
    {
        m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(subflows));
        m_mptcp.Install(m_topology->Client());
    }

    static void OnSuccess(const ApiClient& client, const std::function<void(MptcpSocket&)>& action)
    {
        client.socket->SetConnectCallback(
            [action](Ptr<Socket> socket) { action(*DynamicCast<MptcpSocket>(socket)); },
            MakeNullCallback<void, Ptr<Socket>>());
    }

    static std::set<Ipv4Address> LocalsOf(const ApiClient& client)
    {
        std::set<Ipv4Address> locals;
        for (const auto& pair : client.socket->GetSubflowAddresses())
        {
            locals.insert(InetSocketAddress::ConvertFrom(pair.local).GetIpv4());
        }
        return locals;
    }

    Ipv4Address Client(std::size_t path) const
    {
        return m_topology->ClientAddress(path);
    }

    uint64_t OnServer(mptcp::Mib counter) const
    {
        return Count(m_topology->Server(), counter);
    }
};

// ---- TCP_MULTIPATH_REMOVE (RFC 6897 5.3.3) ----

TEST_F(ApiEarly, TheFirstAddressRemovedOnSuccessGoes)
{
    ApiClient client(NewSocket());
    OnSuccess(client,
              [this](MptcpSocket& socket) { EXPECT_EQ(socket.RemoveLocalAddress(Client(0)), 0); });
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(LocalsOf(client), (std::set<Ipv4Address>{Client(1), Client(2)}));
    EXPECT_EQ(OnServer(mptcp::Mib::RmAddr), 1U);
    EXPECT_EQ(PathBytesDuring(0, Seconds(0.5)), 0U);
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_FALSE(client.hasError);
}

/// One subflow at a time: the other address has to be in use before the first may go.
TEST_F(ApiEarly, AReplacementIsOpenedForTheFirstAddress)
{
    KeepMeshTo(1);
    ApiClient client(NewSocket());
    OnSuccess(client,
              [this](MptcpSocket& socket) { EXPECT_EQ(socket.RemoveLocalAddress(Client(0)), 0); });
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(LocalsOf(client), (std::set<Ipv4Address>{Client(1)}));
    EXPECT_EQ(OnServer(mptcp::Mib::RmAddr), 1U);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiEarly, AnAddressRemovedBeforeAnyDataGoesWithTheFirst)
{
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 0);
    RunUntil(Seconds(0.5));
    EXPECT_EQ(client.socket->RemoveLocalAddress(Client(0)), 0);
    RunUntil(Seconds(1));
    EXPECT_EQ(LocalsOf(client), (std::set<Ipv4Address>{Client(0)})) << "nothing can replace it yet";
    client.socket->Send(PatternStream::Make(0, 1), 0);
    RunUntil(Seconds(2));
    EXPECT_EQ(LocalsOf(client), (std::set<Ipv4Address>{Client(1), Client(2)}));
    EXPECT_EQ(OnServer(mptcp::Mib::RmAddr), 1U);
    client.socket->ShutdownSend();
    RunUntil(Seconds(3));
    ExpectReceived(1);
}

/// Added again in time, it has never been away.
TEST_F(ApiEarly, AnAddressAddedAgainStays)
{
    ApiClient client(NewSocket());
    OnSuccess(client, [this](MptcpSocket& socket) {
        EXPECT_EQ(socket.RemoveLocalAddress(Client(0)), 0);
        EXPECT_EQ(socket.AddLocalAddresses({Client(0)}), 0);
    });
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(LocalsOf(client), (std::set<Ipv4Address>{Client(0), Client(1), Client(2)}));
    EXPECT_EQ(OnServer(mptcp::Mib::RmAddr), 0U);
    RunToEnd();
    ExpectReceived(LONG);
}

/// The other end: what it has accepted comes to an address that it does not want.
TEST_F(ApiEarly, AnAddressRemovedOnAcceptGoes)
{
    Clean();
    Build(Kind::Disjoint, EqualPaths(2));
    const Ipv4Address first = m_topology->ServerAddress(0);
    Ptr<MptcpSocket> listener = NewSocket(m_topology->Server());
    Ptr<MptcpSocket> accepted;
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
    listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        Callback<void, Ptr<Socket>, const Address&>([&](Ptr<Socket> socket, const Address&) {
            accepted = DynamicCast<MptcpSocket>(socket);
            EXPECT_EQ(accepted->RemoveLocalAddress(first), 0);
        }));
    ASSERT_EQ(listener->Listen(), 0);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(2));
    ASSERT_NE(accepted, nullptr);
    ASSERT_EQ(EstablishedSubflows(*accepted), 1U);
    EXPECT_EQ(InetSocketAddress::ConvertFrom(accepted->GetSubflowAddresses()[0].local).GetIpv4(),
              m_topology->ServerAddress(1));
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::RmAddr), 1U);
    accepted->Abort();
}

// ---- preference (RFC 6897 A.3 REQ11) ----

TEST_F(ApiEarly, TheFirstAddressMadeABackupOnSuccessIsOne)
{
    ApiClient client(NewSocket());
    OnSuccess(client, [this](MptcpSocket& socket) {
        EXPECT_EQ(socket.SetLocalAddressBackup(Client(0), true), 0);
    });
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    ASSERT_EQ(EstablishedSubflows(*client.socket), 3U);
    for (const auto& info : client.socket->GetSubflowInfo())
    {
        const auto local = InetSocketAddress::ConvertFrom(info.addresses.local).GetIpv4();
        EXPECT_EQ(info.isBackup, local == Client(0)) << local;
    }
    EXPECT_EQ(OnServer(mptcp::Mib::MPPrioRx), 1U);
    RunToEnd();
    ExpectReceived(LONG);
}

// ---- the number of subflows (RFC 6897 A.3 REQ7) ----

TEST_F(ApiEarly, ANumberOfSubflowsAskedForOnSuccessIsRemembered)
{
    KeepMeshTo(1);
    ApiClient client(NewSocket());
    OnSuccess(client, [](MptcpSocket& socket) { EXPECT_EQ(socket.RequestSubflows(2), 0); });
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(EstablishedSubflows(*client.socket), 2U);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiEarly, ANumberThatCannotBeHadChangesNothing)
{
    KeepMeshTo(1);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 2 * LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(client.socket->RequestSubflows(8), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_ADDRNOTAVAIL);
    RunUntil(Seconds(1.5));
    EXPECT_EQ(EstablishedSubflows(*client.socket), 1U) << "none was opened";
    EXPECT_EQ(client.socket->RequestSubflows(2), 0);
    EXPECT_EQ(client.socket->RequestSubflows(8), -1);
    // Another address of the server: with the failing call's number it would be taken at once.
    m_topology->Server()->GetObject<Ipv4>()->AddAddress(
        1,
        Ipv4InterfaceAddress("10.2.0.3", Ipv4Mask("255.255.255.0")));
    RunUntil(Seconds(2.5));
    EXPECT_EQ(EstablishedSubflows(*client.socket), 2U);
    RunToEnd();
    ExpectReceived(2 * LONG);
}

} // namespace
} // namespace ns3
