// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// A Connect that fails at once leaves the socket as it was, so that the application may try again;
/// and a socket whose node has gone answers every call.
#include "api-fixture.h"

#include "ns3/boolean.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/names.h"
#include "ns3/object-vector.h"
#include "ns3/string.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <functional>
#include <set>

namespace ns3
{
namespace
{

constexpr uint64_t LONG = 800'000;

class ApiAgain : public ApiTest
{
  protected:
    /// The hosts have no default routes, so there is no way to UNROUTABLE.
    ApiAgain()
    {
        Build(Kind::Disjoint);
        StartServer();
    }

    static std::string NameOf(const MptcpSocket& socket)
    {
        Address name;
        socket.GetSockName(name);
        const auto local = InetSocketAddress::ConvertFrom(name);
        std::ostringstream text;
        text << local.GetIpv4() << ":" << local.GetPort();
        return text.str();
    }

    static void ExpectUnroutable(ApiClient& client)
    {
        EXPECT_EQ(client.Connect(InetSocketAddress("172.16.0.1", PORT), LONG), -1);
        EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_NOROUTETOHOST);
    }

    void ExpectTransfer(ApiClient& client)
    {
        EXPECT_EQ(client.Connect(ServerSocket(), LONG), 0);
        RunUntil(Seconds(1));
        subflows = EstablishedSubflows(*client.socket);
        name = NameOf(*client.socket);
        RunToEnd();
        ExpectReceived(LONG);
    }

    std::size_t SocketsOfTcp() const
    {
        ObjectVectorValue sockets;
        m_topology->Client()->GetObject<TcpL4Protocol>()->GetAttribute("SocketList", sockets);
        return sockets.GetN();
    }

    /// While the transfer went on.
    std::size_t subflows{0};
    std::string name;
};

TEST_F(ApiAgain, ABoundAddressStays)
{
    ApiClient client(NewSocket());
    ASSERT_EQ(client.socket->Bind(Local(0, 4444)), 0);
    for (int i = 0; i < 2; ++i)
    {
        ExpectUnroutable(client);
        EXPECT_EQ(NameOf(*client.socket), "10.1.1.1:4444");
    }
    ExpectTransfer(client);
    EXPECT_EQ(name, "10.1.1.1:4444");
    EXPECT_EQ(subflows, 1U) << "only what it is bound to";
}

TEST_F(ApiAgain, ABoundPortStays)
{
    ApiClient client(NewSocket());
    ASSERT_EQ(client.socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 4444)), 0);
    ExpectUnroutable(client);
    EXPECT_EQ(NameOf(*client.socket), "0.0.0.0:4444");
    ApiClient other(NewSocket());
    EXPECT_EQ(other.socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 4444)), -1)
        << "it is the first one's";
    ExpectTransfer(client);
    EXPECT_EQ(name, "10.1.1.1:4444");
    EXPECT_EQ(subflows, 2U);
}

TEST_F(ApiAgain, AnUnboundSocketIsUnbound)
{
    ApiClient client(NewSocket());
    ExpectUnroutable(client);
    EXPECT_EQ(NameOf(*client.socket), "0.0.0.0:0");
    EXPECT_EQ(SocketsOfTcp(), 0U);
    ExpectTransfer(client);
    EXPECT_EQ(subflows, 2U);
}

/// The address that was chosen from the list was no wish of the application's.
TEST_F(ApiAgain, AListOfAddressesBindsNothing)
{
    ApiClient client(NewSocket());
    client.socket->AddLocalAddresses({Local(0, 5000), Local(1, 6000)});
    ExpectUnroutable(client);
    EXPECT_EQ(NameOf(*client.socket), "0.0.0.0:0");
    EXPECT_EQ(SocketsOfTcp(), 0U) << "nobody holds port 5000";
    ExpectTransfer(client);
    EXPECT_EQ(name, "10.1.1.1:5000");
    EXPECT_EQ(subflows, 2U);
}

/// RFC 6897 5.3.2: what a binding restricts ends with the binding.
TEST_F(ApiAgain, ADeviceThatIsNoLongerBoundToRestrictsNothing)
{
    ApiClient client(NewSocket());
    Ptr<NetDevice> device = m_topology->Link(0).Get(0);
    client.socket->BindToNetDevice(device);
    ExpectUnroutable(client);
    EXPECT_EQ(client.socket->GetBoundNetDevice(), device);
    client.socket->BindToNetDevice(nullptr);
    ExpectTransfer(client);
    EXPECT_EQ(subflows, 2U);
}

TEST_F(ApiAgain, ABindingOutlivesTheAddressesOfAName)
{
    m_topology->Client()->GetObject<MptcpStack>()->AddHost(
        "nowhere",
        {Ipv4Address("172.16.0.1"), Ipv4Address("172.16.0.2")});
    ApiClient client(NewSocket());
    ASSERT_EQ(client.socket->Bind(Local(0, 4444)), 0);
    EXPECT_EQ(client.socket->ConnectByName("nowhere", PORT), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_NOROUTETOHOST);
    EXPECT_EQ(NameOf(*client.socket), "10.1.1.1:4444");
    ExpectTransfer(client);
    EXPECT_EQ(name, "10.1.1.1:4444");
}

/// Of two addresses one is silent, and to the other there is no way: the end of the socket, which
/// holds nothing any more.
TEST_F(ApiAgain, AfterALateFailureTheBindingIsNobodys)
{
    m_topology->Client()->GetObject<MptcpStack>()->AddHost(
        "half",
        {Ipv4Address("10.1.1.99"), Ipv4Address("172.16.0.1")});
    ApiClient client(NewSocket());
    client.socket->SetAttribute("ConnCount", UintegerValue(1));
    ASSERT_EQ(client.socket->Bind(Local(0, 4444)), 0);
    EXPECT_EQ(client.socket->ConnectByName("half", PORT), 0);
    RunUntil(Seconds(60));
    EXPECT_TRUE(client.hasFailed);
    EXPECT_EQ(SocketsOfTcp(), 0U);
    client.socket->Close();
    ApiClient other(NewSocket());
    EXPECT_EQ(other.socket->Bind(Local(0, 4444)), 0);
    ExpectTransfer(other);
    EXPECT_EQ(name, "10.1.1.1:4444");
}

TEST_F(ApiAgain, AClosedSocketHoldsNoPort)
{
    Ptr<MptcpSocket> first = NewSocket();
    ASSERT_EQ(first->Bind(Local(0, 4444)), 0);
    EXPECT_EQ(first->Close(), 0);
    EXPECT_EQ(SocketsOfTcp(), 0U);
    EXPECT_EQ(NewSocket()->Bind(Local(0, 4444)), 0);
}

TEST_F(ApiAgain, AFailingBindLeavesTheTypeOfServiceAlone)
{
    ApiClient holder(NewSocket());
    ASSERT_EQ(holder.socket->Bind(Local(0, 4444)), 0);
    ApiClient client(NewSocket());
    client.socket->SetIpTos(0x10);
    const uint8_t priority = client.socket->GetPriority();
    InetSocketAddress taken(m_topology->ClientAddress(0), 4444);
    taken.SetTos(0x28);
    EXPECT_EQ(client.socket->Bind(taken), -1);
    EXPECT_EQ(client.socket->GetIpTos(), 0x10);
    EXPECT_EQ(client.socket->GetPriority(), priority);
}

/// A number of subflows that only attempts without a route would make up.
TEST_F(ApiAgain, ANumberThatRoutesDoNotAllowChangesNothing)
{
    ApiClient client(NewSocket());
    ASSERT_EQ(client.Connect(ServerSocket(), LONG), 0);
    RunUntil(Seconds(1));
    ASSERT_EQ(EstablishedSubflows(*client.socket), 2U);
    EXPECT_EQ(client.socket->RequestSubflows(3), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_ADDRNOTAVAIL);
    EXPECT_EQ(client.socket->GetSubflows().size(), 2U);
    EXPECT_EQ(client.socket->RequestSubflows(1), 0);
    RunUntil(Seconds(1.5));
    EXPECT_EQ(EstablishedSubflows(*client.socket), 1U);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiAgain, TheDecisionIsMadeAnew)
{
    ApiClient client(NewLegacySocket());
    ASSERT_EQ(client.socket->Bind(Local(0, 4444)), 0);
    ExpectUnroutable(client);
    EXPECT_EQ(client.socket->SetMultipathEnabled(true), 0) << "it is not connected";
    ExpectTransfer(client);
    EXPECT_EQ(client.socket->GetUseDecision().reason, mptcp::UseReason::EnabledByApplication);
}

// ---- after the node has gone ----

TEST_F(ApiAgain, ADisposedSocketAnswersEveryCall)
{
    Ptr<MptcpSocket> socket = NewSocket();
    socket->Dispose();
    const Address own = m_topology->ClientAddress(0);
    mptcp::CommunicationHints hints;
    Address address;
    MptcpOptionValue value;
    EXPECT_EQ(socket->Bind(), -1);
    EXPECT_EQ(socket->Bind6(), -1);
    EXPECT_EQ(socket->Bind(Local(0, 4444)), -1);
    EXPECT_EQ(socket->Connect(ServerSocket()), -1);
    EXPECT_EQ(socket->ConnectByName("server", PORT), -1);
    EXPECT_EQ(socket->Listen(), -1);
    EXPECT_EQ(socket->Send(Create<Packet>(1), 0), -1);
    EXPECT_EQ(socket->Recv(1, 0), nullptr);
    EXPECT_EQ(socket->SetMultipathEnabled(false), -1);
    EXPECT_EQ(socket->AddLocalAddresses({own}), -1);
    EXPECT_EQ(socket->RemoveLocalAddress(own), -1);
    EXPECT_EQ(socket->GetMultipathOption(TCP_MULTIPATH_CONNID, value), -1);
    EXPECT_EQ(socket->RequestSubflows(2), -1);
    EXPECT_EQ(socket->OpenSubflow(Local(0), ServerSocket()), -1);
    EXPECT_EQ(socket->CloseSubflow(1), -1);
    EXPECT_EQ(socket->SetSubflowBackup(1, true), -1);
    EXPECT_EQ(socket->SetPreferredSubflow(1), -1);
    EXPECT_EQ(socket->SetLocalAddressBackup(own, true), -1);
    EXPECT_EQ(socket->SetRedundancy(1), -1);
    EXPECT_EQ(socket->SetRedundancy(2), -1);
    EXPECT_EQ(socket->SetApplicationProfile(MptcpApplicationProfile::Bulk), -1);
    EXPECT_EQ(socket->GetErrno(), Socket::ERROR_INVAL);
    EXPECT_EQ(socket->GetMptcpInfo(), std::nullopt);
    EXPECT_TRUE(socket->GetSubflowInfo().empty());
    EXPECT_TRUE(socket->GetSubflowAddresses().empty());
    EXPECT_EQ(socket->GetConnectionId(), 0U);
    EXPECT_EQ(socket->GetPeerName(address), -1);
    EXPECT_EQ(socket->GetSockName(address), 0);
    socket->SetOpeningPolicy(mptcp::OpeningPolicy::WhenWindowFull);
    socket->SetCommunicationHints(hints);
    socket->SetAttribute("TcpNoDelay", BooleanValue(false));
    socket->SetAttribute("SndBufSize", UintegerValue(10'000));
    EXPECT_FALSE(socket->SetAttributeFailSafe("Multipath", StringValue("off")));
    EXPECT_EQ(socket->GetTxAvailable(), 10'000U);
    EXPECT_EQ(socket->GetRxAvailable(), 0U);
    EXPECT_EQ(socket->ShutdownSend(), 0);
    EXPECT_EQ(socket->Abort(), 0);
    EXPECT_EQ(socket->Close(), 0);
    EXPECT_EQ(socket->GetNode(), nullptr);
}

} // namespace
} // namespace ns3
