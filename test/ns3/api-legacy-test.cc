// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What RFC 6897, section 4, makes of applications that know nothing of MPTCP: bindings, names,
/// options of sockets, buffers.
#include "api-fixture.h"

#include "ns3/boolean.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/uinteger.h"

#include <map>
#include <set>

namespace ns3
{
namespace
{

constexpr uint64_t LONG = 1'000'000;

class ApiLegacy : public ApiTest
{
  protected:
    ApiLegacy()
    {
        Build(Kind::Multihomed, EqualPaths(3));
        StartServer();
    }

    void SetStack(const std::string& attribute, const AttributeValue& value) const
    {
        m_topology->Client()->GetObject<MptcpStack>()->SetAttribute(attribute, value);
    }

    Ptr<NetDevice> ClientDevice(std::size_t path) const
    {
        return m_topology->Link(path).Get(0);
    }
};

// ---- 4.2.1 ----

TEST_F(ApiLegacy, UnboundSocketFollowsThePolicy)
{
    ApiClient client(NewLegacySocket());
    client.Connect(ServerSocket(), LONG);
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_EQ(client.socket->GetUseDecision().reason, mptcp::UseReason::EnabledByPolicy);
    EXPECT_GT(PathBytes(1), 0U);
    EXPECT_GT(PathBytes(2), 0U);
}

TEST_F(ApiLegacy, BoundToAnyAddressFollowsThePolicy)
{
    ApiClient client(NewLegacySocket());
    EXPECT_EQ(client.socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 4444)), 0);
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    EXPECT_TRUE(client.socket->IsMultipath());
    Address name;
    client.socket->GetSockName(name);
    EXPECT_EQ(InetSocketAddress::ConvertFrom(name).GetPort(), 4444);
}

TEST_F(ApiLegacy, BoundToAnAddressIsPlainTcpFromThere)
{
    ApiClient client(NewLegacySocket());
    EXPECT_EQ(client.socket->Bind(Local(1)), 0);
    client.Connect(ServerSocket(), LONG);
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_EQ(client.socket->GetUseDecision().reason, mptcp::UseReason::BoundToAddress);
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::MPCapableSYNTX), 0U);
    EXPECT_EQ(PathBytes(0) + PathBytes(2), 0U);
}

TEST_F(ApiLegacy, BoundToADeviceIsPlainTcpFromThere)
{
    ApiClient client(NewLegacySocket());
    client.socket->BindToNetDevice(ClientDevice(2));
    client.Connect(ServerSocket(), LONG);
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_EQ(client.socket->GetUseDecision().reason, mptcp::UseReason::BoundToDevice);
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::MPCapableSYNTX), 0U);
    EXPECT_EQ(PathBytes(0) + PathBytes(1), 0U);
}

TEST_F(ApiLegacy, BoundListenerIsPlainTcp)
{
    Ptr<MptcpSocket> listener = NewLegacySocket(m_topology->Server());
    listener->Bind(ServerSocket(81));
    ASSERT_EQ(listener->Listen(), 0);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(81), 0);
    RunUntil(Seconds(1));
    EXPECT_TRUE(client.isConnected);
    EXPECT_FALSE(client.socket->IsMultipath());
}

/// RFC 6897 5.3.2.
TEST_F(ApiLegacy, EnabledExplicitlyABoundSocketUsesThatAddressAlone)
{
    ApiClient client(NewLegacySocket());
    client.socket->SetMultipathEnabled(true);
    client.socket->Bind(Local(1));
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    EXPECT_TRUE(client.socket->IsMultipath());
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_EQ(PathBytes(0) + PathBytes(2), 0U);
}

TEST_F(ApiLegacy, ABoundAddressMayBeExpandedOn)
{
    ApiClient client(NewLegacySocket());
    client.socket->Bind(Local(1));
    client.socket->AddLocalAddresses({Local(2)});
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    EXPECT_TRUE(client.socket->IsMultipath());
    Address name;
    client.socket->GetSockName(name);
    EXPECT_EQ(InetSocketAddress::ConvertFrom(name).GetIpv4(), m_topology->ClientAddress(1));
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_EQ(PathBytes(0), 0U);
    EXPECT_GT(PathBytes(2), LONG / 4);
}

TEST_F(ApiLegacy, EnabledExplicitlyABoundDeviceBringsAllItsAddresses)
{
    Ptr<Ipv4> ipv4 = m_topology->Client()->GetObject<Ipv4>();
    const auto interface = static_cast<uint32_t>(ipv4->GetInterfaceForDevice(ClientDevice(1)));
    Ipv4Address second(m_topology->ClientAddress(1).Get() + 7);
    ipv4->AddAddress(interface, Ipv4InterfaceAddress(second, Ipv4Mask("255.255.255.0")));
    ApiClient client(NewLegacySocket());
    client.socket->SetMultipathEnabled(true);
    client.socket->BindToNetDevice(ClientDevice(1));
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    std::set<Ipv4Address> locals;
    for (const auto& pair : client.socket->GetSubflowAddresses())
    {
        locals.insert(InetSocketAddress::ConvertFrom(pair.local).GetIpv4());
    }
    EXPECT_EQ(locals, (std::set<Ipv4Address>{m_topology->ClientAddress(1), second}));
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_EQ(PathBytes(0) + PathBytes(2), 0U);
}

// ---- 4.2.2 ----

TEST_F(ApiLegacy, NamesAreThoseOfTheFirstSubflowEvenWhenItHasGone)
{
    ApiClient client(NewLegacySocket());
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    Address local;
    Address remote;
    client.socket->GetSockName(local);
    client.socket->GetPeerName(remote);
    EXPECT_EQ(remote, ServerSocket());
    EXPECT_EQ(InetSocketAddress::ConvertFrom(local).GetIpv4(), m_topology->ClientAddress(0));
    Address serversPeer;
    m_server->GetSocket()->GetPeerName(serversPeer);
    EXPECT_EQ(serversPeer, local);
    client.socket->RemoveLocalAddress(Local(0));
    RunUntil(Seconds(2));
    EXPECT_EQ(client.socket->GetSubflowInfo().size(), 2U) << "the first has gone";
    Address later;
    client.socket->GetSockName(later);
    EXPECT_EQ(later, local);
    client.socket->GetPeerName(later);
    EXPECT_EQ(later, remote);
    m_server->GetSocket()->GetPeerName(later);
    EXPECT_EQ(later, serversPeer);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiLegacy, FateSharingEndsTheConnectionWithItsFirstSubflow)
{
    ApiClient client(NewLegacySocket());
    client.socket->SetAttribute("FateSharing", BooleanValue(true));
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    client.socket->RemoveLocalAddress(Local(0));
    RunUntil(Seconds(2));
    EXPECT_TRUE(client.hasError);
    EXPECT_TRUE(client.socket->GetSubflows().empty());
    EXPECT_TRUE(m_server->HasFailed()) << "the peer is told";
    RunToEnd();
}

TEST_F(ApiLegacy, FateSharingLeavesAnOrderlyEndAlone)
{
    ApiClient client(NewLegacySocket());
    client.socket->SetAttribute("FateSharing", BooleanValue(true));
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    client.socket->RemoveLocalAddress(Local(1));
    RunToEnd();
    EXPECT_FALSE(client.hasError);
    ExpectReceived(LONG);
}

// ---- 4.4 ----

/// Segments that leave the client with data, by their source address: fewest and most payload.
class ApiNagle : public ApiLegacy, public ::testing::WithParamInterface<bool>
{
};

/// The switch is used while all subflows are there, and reaches all of them.
TEST_P(ApiNagle, AppliesToEverySubflow)
{
    const bool noDelay = GetParam();
    ApiClient client(NewLegacySocket());
    ConnectAndJoin(client, 3);
    client.socket->SetAttribute("TcpNoDelay", BooleanValue(!noDelay));
    client.socket->SetAttribute("TcpNoDelay", BooleanValue(noDelay));
    for (const auto& subflow : client.socket->GetSubflows())
    {
        BooleanValue value;
        subflow->GetAttribute("TcpNoDelay", value);
        EXPECT_EQ(value.Get(), noDelay);
    }
    std::size_t segments = 0;
    for (const auto& subflow : client.socket->GetSubflows())
    {
        subflow->TraceConnectWithoutContext(
            "Tx",
            Callback<void, Ptr<const Packet>, const TcpHeader&, Ptr<const TcpSocketBase>>(
                [&](Ptr<const Packet> packet, const TcpHeader&, Ptr<const TcpSocketBase>) {
                    segments += packet->GetSize() > 0 ? 1 : 0;
                }));
    }
    // Thirty writes of 100 bytes within a round trip.
    for (int i = 0; i < 30; ++i)
    {
        Simulator::Schedule(MilliSeconds(i), [&] { client.socket->Send(Create<Packet>(100), 0); });
    }
    RunUntil(Seconds(2));
    EXPECT_EQ(m_server->ReceivedBytes(), 3001U);
    // RFC 1122 4.2.3.4: one small segment at a time, per subflow; the rest waits for its ACK.
    if (noDelay)
    {
        EXPECT_EQ(segments, 30U);
    }
    else
    {
        EXPECT_LT(segments, 20U);
    }
    client.socket->Close();
    RunToEnd();
}

INSTANTIATE_TEST_SUITE_P(NoDelay, ApiNagle, ::testing::Bool());

TEST_F(ApiLegacy, NoDelayReachesSubflowsToCome)
{
    ApiClient client(NewLegacySocket());
    client.socket->Bind();
    client.socket->SetAttribute("TcpNoDelay", BooleanValue(false));
    ConnectAndJoin(client, 3);
    for (const auto& subflow : client.socket->GetSubflows())
    {
        BooleanValue value;
        subflow->GetAttribute("TcpNoDelay", value);
        EXPECT_FALSE(value.Get());
    }
}

TEST_F(ApiLegacy, NoDelayMaySelectAScheduler)
{
    SetStack("NoDelayScheduler", StringValue("ns3::MptcpHotStandby"));
    ApiClient client(NewLegacySocket());
    client.socket->SetAttribute("TcpNoDelay", BooleanValue(true));
    client.Connect(ServerSocket(), LONG);
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_LT(PathBytes(1) + PathBytes(2), 20'000U) << "established and idle";
}

TEST_F(ApiLegacy, TheDefaultOfNoDelayIsNoWish)
{
    SetStack("NoDelayScheduler", StringValue("ns3::MptcpHotStandby"));
    ApiClient client(NewLegacySocket());
    client.Connect(ServerSocket(), LONG);
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_GT(PathBytes(1), LONG / 5);
}

TEST_F(ApiLegacy, TypeOfServiceReachesEverySubflowPresentAndFuture)
{
    constexpr uint8_t EXPEDITED = 0xb8;
    std::map<Ipv4Address, std::set<uint8_t>> seen;
    m_topology->Client()->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "Tx",
        Callback<void, Ptr<const Packet>, Ptr<Ipv4>, uint32_t>(
            [&](Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t) {
                Ipv4Header header;
                packet->PeekHeader(header);
                seen[header.GetSource()].insert(header.GetTos());
            }));
    ApiClient client(NewLegacySocket());
    client.socket->RemoveLocalAddress(Local(2));
    ConnectAndJoin(client, 2);
    EXPECT_EQ(seen[m_topology->ClientAddress(0)], std::set<uint8_t>{0});
    seen.clear();
    client.socket->SetIpTos(EXPEDITED);
    client.socket->AddLocalAddresses({Local(2)});
    for (int i = 0; i < 60; ++i)
    {
        client.socket->Send(Create<Packet>(1000), 0);
    }
    RunUntil(Seconds(1.5));
    for (std::size_t path = 0; path < 3; ++path)
    {
        EXPECT_EQ(seen[m_topology->ClientAddress(path)], std::set<uint8_t>{EXPEDITED}) << path;
    }
}

/// As ns-3's TCP takes it.
TEST_F(ApiLegacy, TypeOfServiceOfTheAddressIsThatOfAllSubflows)
{
    InetSocketAddress remote = InetSocketAddress::ConvertFrom(ServerSocket());
    remote.SetTos(0x28);
    ApiClient client(NewLegacySocket());
    client.Connect(remote, LONG);
    RunUntil(Seconds(1));
    ASSERT_EQ(EstablishedSubflows(*client.socket), 3U);
    for (const auto& subflow : client.socket->GetSubflows())
    {
        EXPECT_EQ(subflow->GetIpTos(), 0x28);
    }
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiLegacy, TimersReachEverySubflow)
{
    ApiClient client(NewLegacySocket());
    ConnectAndJoin(client, 3);
    client.socket->SetAttribute("DelAckTimeout", TimeValue(MilliSeconds(77)));
    client.socket->SetAttribute("DataRetries", UintegerValue(3));
    for (const auto& subflow : client.socket->GetSubflows())
    {
        TimeValue timeout;
        subflow->GetAttribute("DelAckTimeout", timeout);
        EXPECT_EQ(timeout.Get(), MilliSeconds(77));
        UintegerValue retries;
        subflow->GetAttribute("DataRetries", retries);
        EXPECT_EQ(retries.Get(), 3U);
    }
}

// ---- 4.4.3 ----

TEST_F(ApiLegacy, SendBufferIsTheConnections)
{
    ApiClient client(NewLegacySocket());
    client.socket->SetAttribute("SndBufSize", UintegerValue(50'000));
    ConnectAndJoin(client, 3);
    EXPECT_EQ(client.socket->GetTxAvailable(), 50'000U);
    EXPECT_EQ(client.socket->Send(Create<Packet>(50'000), 0), 50'000);
    EXPECT_EQ(client.socket->Send(Create<Packet>(1), 0), -1);
}

TEST_F(ApiLegacy, ReceiveBufferIsTheConnections)
{
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(40'000));
    ApiClient client(NewLegacySocket());
    Serve(81, 0)->SetAttribute("Reading", BooleanValue(false));
    client.Connect(ServerSocket(81), LONG);
    RunUntil(Seconds(3));
    ASSERT_EQ(EstablishedSubflows(*client.socket), 3U);
    const auto info = client.socket->GetMptcpInfo();
    EXPECT_LE(info->bytesAcked, 40'001U) << "three subflows, one buffer, and the byte of a probe";
    EXPECT_GT(info->bytesAcked, 35'000U);
}

struct SmallBuffer
{
    std::string limit;
    std::string buffer;
};

class ApiSmallBuffer : public ApiLegacy, public ::testing::WithParamInterface<SmallBuffer>
{
};

TEST_P(ApiSmallBuffer, IsARequestNotToUseMptcp)
{
    SetStack(GetParam().limit, UintegerValue(30'000));
    ApiClient small(NewLegacySocket());
    small.socket->SetAttribute(GetParam().buffer, UintegerValue(29'999));
    small.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    EXPECT_TRUE(small.isConnected);
    EXPECT_FALSE(small.socket->IsMultipath());
    EXPECT_EQ(small.socket->GetUseDecision().reason, mptcp::UseReason::SmallBuffer);
    Serve(81, 0);
    ApiClient large(NewLegacySocket());
    large.socket->SetAttribute(GetParam().buffer, UintegerValue(30'000));
    large.Connect(ServerSocket(81), LONG);
    RunUntil(Seconds(2));
    EXPECT_TRUE(large.socket->IsMultipath());
    RunToEnd();
    ExpectReceived(LONG);
}

INSTANTIATE_TEST_SUITE_P(Either,
                         ApiSmallBuffer,
                         ::testing::Values(SmallBuffer{"LowestSendBuffer", "SndBufSize"},
                                           SmallBuffer{"LowestReceiveBuffer", "RcvBufSize"}),
                         [](const auto& row) { return row.param.buffer; });

/// RFC 6897 4.3.1: close() means the same as in TCP, and what was written still arrives.
TEST_F(ApiLegacy, CloseIsACloseOfTheWholeConnection)
{
    ApiClient client(NewLegacySocket());
    client.Connect(ServerSocket(), 0);
    RunUntil(Seconds(1));
    client.socket->Send(Create<Packet>(100'000), 0);
    client.socket->Close();
    RunToEnd();
    EXPECT_EQ(m_server->ReceivedBytes(), 100'000U);
    EXPECT_TRUE(m_server->HasPeerClosed());
}

} // namespace
} // namespace ns3
