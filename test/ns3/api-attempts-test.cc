// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Options that are set while a socket connects reach each of its attempts, those under way and
/// those to come; addresses too, or they are refused (RFC 6897 5.3.1).
#include "api-fixture.h"
#include "segment-meddler.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

#include <set>

namespace ns3
{
namespace
{

constexpr uint64_t LONG = 600'000;

class ApiAttempts : public ApiTest
{
  protected:
    ApiAttempts()
    {
        Build(Kind::Multihomed, EqualPaths(3));
        StartServer();
    }

    Ptr<MptcpStack> Stack() const
    {
        return m_topology->Client()->GetObject<MptcpStack>();
    }

    /// Plain TCP gets through, and nothing else.
    void LetTcpWin() const
    {
        Stack()->SetAttribute("RaceTcp", BooleanValue(true));
        SegmentMeddler::On(m_topology->Link(0).Get(1), [](SegmentMeddler::Segment& segment) {
            const std::size_t before = segment.options.size();
            segment.Strip();
            segment.isLost =
                segment.Has(SegmentMeddler::Segment::SYN) && segment.options.size() != before;
        });
    }

    /// Two addresses of which the first never answers, so there are two attempts.
    void ConnectInTwoAttempts(ApiClient& client) const
    {
        client.socket->SetAttribute("ConnCount", UintegerValue(1));
        Stack()->AddHost("www", {Ipv4Address("10.2.0.99"), m_topology->ServerAddress(0)});
        client.SendOn(LONG);
        EXPECT_EQ(client.socket->ConnectByName("www", PORT), 0);
    }

    std::set<Ipv4Address> LocalsOf(const ApiClient& client)
    {
        std::set<Ipv4Address> locals;
        for (const auto& pair : client.socket->GetSubflowAddresses())
        {
            locals.insert(InetSocketAddress::ConvertFrom(pair.local).GetIpv4());
        }
        return locals;
    }

    /// Half a second after the second attempt's success.
    std::set<Ipv4Address> LocalsWhenConnected(const ApiClient& client)
    {
        while (!client.isConnected && Simulator::Now() < Seconds(30))
        {
            RunUntil(Simulator::Now() + Seconds(0.1));
        }
        RunUntil(Simulator::Now() + Seconds(0.5));
        return LocalsOf(client);
    }

    Ipv4Address Client(std::size_t path) const
    {
        return m_topology->ClientAddress(path);
    }
};

TEST_F(ApiAttempts, OptionsReachTheWinnerOfARace)
{
    LetTcpWin();
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    RunUntil(MilliSeconds(10)); // both SYNs are on their way
    client.socket->SetAttribute("SndBufSize", UintegerValue(50'000));
    client.socket->SetAttribute("RcvBufSize", UintegerValue(40'000));
    client.socket->SetAttribute("DelAckCount", UintegerValue(7));
    client.socket->SetAttribute("DataRetries", UintegerValue(3));
    client.socket->SetAttribute("TcpNoDelay", BooleanValue(false));
    client.socket->SetIpTos(0x28);
    RunUntil(Seconds(1));
    ASSERT_TRUE(client.isConnected);
    ASSERT_FALSE(client.socket->IsMultipath());
    EXPECT_EQ(client.socket->GetConnection()->SendBufferBytes(), 50'000U);
    EXPECT_EQ(client.socket->GetConnection()->ReceiveBufferBytes(), 40'000U);
    Ptr<MptcpSubflow> subflow = client.socket->GetSubflows().at(0);
    UintegerValue number;
    subflow->GetAttribute("DelAckCount", number);
    EXPECT_EQ(number.Get(), 7U);
    subflow->GetAttribute("DataRetries", number);
    EXPECT_EQ(number.Get(), 3U);
    BooleanValue flag;
    subflow->GetAttribute("TcpNoDelay", flag);
    EXPECT_FALSE(flag.Get());
    EXPECT_EQ(subflow->GetIpTos(), 0x28);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiAttempts, AddressesRemovedDuringOneAttemptAreNotUsedByTheNext)
{
    ApiClient client(NewSocket());
    ConnectInTwoAttempts(client);
    RunUntil(Seconds(1));
    EXPECT_EQ(client.socket->RemoveLocalAddress(Client(1)), 0);
    EXPECT_EQ(LocalsWhenConnected(client), (std::set<Ipv4Address>{Client(0), Client(2)}));
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiAttempts, AddressesAddedDuringOneAttemptAreUsedByTheNext)
{
    ApiClient client(NewSocket());
    client.socket->AddLocalAddresses({Client(0)});
    ConnectInTwoAttempts(client);
    RunUntil(Seconds(1));
    EXPECT_EQ(client.socket->AddLocalAddresses({Client(2)}), 0);
    EXPECT_EQ(LocalsWhenConnected(client), (std::set<Ipv4Address>{Client(0), Client(2)}));
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiAttempts, ASingleAttemptRemembersThemToo)
{
    ApiClient client(NewSocket());
    client.socket->AddLocalAddresses({Client(0), Client(1)});
    client.Connect(ServerSocket(), LONG);
    EXPECT_EQ(client.socket->AddLocalAddresses({Client(2)}), 0);
    EXPECT_EQ(client.socket->RemoveLocalAddress(Client(1)), 0);
    RunUntil(Seconds(1));
    EXPECT_EQ(LocalsOf(client), (std::set<Ipv4Address>{Client(0), Client(2)}));
    RunToEnd();
    ExpectReceived(LONG);
}

/// Its SYN is on the way from there; nothing could take over.
TEST_F(ApiAttempts, TheAddressOfAnAttemptCannotBeRemoved)
{
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    EXPECT_EQ(client.socket->RemoveLocalAddresses({Client(1), Client(0)}), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_AGAIN);
    RunUntil(Seconds(1));
    EXPECT_EQ(LocalsOf(client), (std::set<Ipv4Address>{Client(0), Client(1), Client(2)}));
    EXPECT_EQ(client.socket->RemoveLocalAddresses({Client(1), Client(0)}), 0);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiAttempts, ANumberOfSubflowsIsRemembered)
{
    m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(1));
    m_mptcp.Install(m_topology->Client());
    ApiClient client(NewSocket());
    ConnectInTwoAttempts(client);
    RunUntil(Seconds(1));
    EXPECT_EQ(client.socket->RequestSubflows(2), 0);
    EXPECT_EQ(LocalsWhenConnected(client).size(), 2U);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiAttempts, BackupsAreRemembered)
{
    ApiClient client(NewSocket());
    ConnectInTwoAttempts(client);
    RunUntil(Seconds(1));
    EXPECT_EQ(client.socket->SetLocalAddressBackup(Client(1), true), 0);
    LocalsWhenConnected(client);
    for (const auto& info : client.socket->GetSubflowInfo())
    {
        const auto local = InetSocketAddress::ConvertFrom(info.addresses.local).GetIpv4();
        EXPECT_EQ(info.isBackup, local == Client(1)) << local;
    }
    RunToEnd();
    ExpectReceived(LONG);
}

} // namespace
} // namespace ns3
