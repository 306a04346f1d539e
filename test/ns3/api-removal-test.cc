// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// TCP_MULTIPATH_REMOVE in mid-transfer where an unused address could take over, but does not
/// answer (RFC 6897 5.3.3).
#include "api-fixture.h"

#include "ns3/uinteger.h"

#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace
{

constexpr uint64_t LONG = 3'000'000;

class ApiDeadReplacement : public ApiTest
{
  protected:
    /// Three addresses; the path manager uses the first `used` of them.
    void Start(ApiClient& client, uint32_t used)
    {
        m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(used));
        m_mptcp.Install(m_topology->Client());
        client.Connect(ServerSocket(), LONG);
        RunUntil(Seconds(3));
        ASSERT_EQ(EstablishedSubflows(*client.socket), used);
    }

    ApiDeadReplacement()
    {
        Build(Kind::Multihomed, EqualPaths(3));
        StartServer(LONG);
        CutPathForEver(2, Seconds(0));
    }

    Time RoundTripOf(const ApiClient& client, std::size_t path) const
    {
        for (const auto& info : client.socket->GetSubflowInfo())
        {
            if (InetSocketAddress::ConvertFrom(info.addresses.local).GetIpv4() ==
                m_topology->ClientAddress(path))
            {
                return info.rtt;
            }
        }
        return Seconds(0);
    }
};

/// Two round trips of the path that remains, whatever becomes of the replacement.
TEST_F(ApiDeadReplacement, IsNotWaitedForWhereAnotherSubflowRemains)
{
    ApiClient client(NewSocket());
    Start(client, 2);
    const Time roundTrip = RoundTripOf(client, 1);
    ASSERT_GT(roundTrip, MilliSeconds(40));
    ASSERT_LT(roundTrip, MilliSeconds(300)) << "40 ms, and a queue of 200";
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(0)), 0);
    RunUntil(Simulator::Now() + 2 * roundTrip);
    EXPECT_LT(PathBytesDuring(0, Seconds(2)), 200U)
        << "resets of what was under way, and no data; round trip " << roundTrip.As(Time::MS);
    EXPECT_GT(PathBytesDuring(1, Seconds(1)), 400'000U) << "2 Mb/s, both directions";
    EXPECT_EQ(client.socket->AddLocalAddresses({m_topology->ClientAddress(0)}), 0);
    EXPECT_EQ(client.socket->OpenSubflow(Local(0), ServerSocket()), 0)
        << "the path manager has its two, one of them dead";
    RunUntil(Simulator::Now() + Seconds(0.5));
    EXPECT_GT(PathBytesDuring(0, Seconds(1)), 250'000U);
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_EQ(client.receivedBytes, LONG);
    EXPECT_FALSE(client.hasError);
}

/// Nothing else could carry the data meanwhile.
TEST_F(ApiDeadReplacement, IsWaitedForByTheLastSubflow)
{
    ApiClient client(NewSocket());
    CutPath(1, Seconds(0), Seconds(3.5));
    m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(1));
    m_mptcp.Install(m_topology->Client());
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(3));
    ASSERT_EQ(EstablishedSubflows(*client.socket), 1U);
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(0)), 0);
    EXPECT_GT(PathBytesDuring(0, Seconds(1)), 400'000U) << "it goes on";
    RunToEnd();
    ExpectReceived(LONG);
    EXPECT_FALSE(client.hasError);
    EXPECT_GT(PathBytes(1), LONG);
}

class ApiRefusedReplacement : public ApiTest
{
  protected:
    ApiRefusedReplacement()
    {
        Build(Kind::Multihomed, EqualPaths(2));
        listener = NewSocket(m_topology->Server());
        listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        listener->SetAcceptCallback(
            MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
            Callback<void, Ptr<Socket>, const Address&>([this](Ptr<Socket> socket, const Address&) {
                accepted = DynamicCast<MptcpSocket>(socket);
                accepted->SetRecvCallback(
                    Callback<void, Ptr<Socket>>([this](Ptr<Socket> from) { Read(from); }));
            }));
        listener->Listen();
    }

    void Read(Ptr<Socket> from)
    {
        for (auto packet = from->Recv(); packet; packet = from->Recv())
        {
            if (packet->GetSize() == 0)
            {
                from->Close();
                return;
            }
            receivedBytes += packet->GetSize();
        }
    }

    void Start(ApiClient& client)
    {
        m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(1));
        m_mptcp.Install(m_topology->Client());
        client.Connect(ServerSocket(), LONG);
        RunUntil(Seconds(1));
        ASSERT_NE(accepted, nullptr);
        EXPECT_EQ(accepted->RequestSubflows(1), 0);
        ASSERT_EQ(EstablishedSubflows(*client.socket), 1U);
    }

    Ptr<MptcpSocket> listener;
    Ptr<MptcpSocket> accepted;
    uint64_t receivedBytes{0};
};

/// The peer takes one subflow at a time, so that the new one is refused as long as the old is
/// there.
TEST_F(ApiRefusedReplacement, IsOpenedOnceMoreWhenTheOldOneHasGone)
{
    ApiClient client(NewSocket());
    Start(client);
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(0)), 0);
    RunUntil(Seconds(2));
    EXPECT_EQ(EstablishedSubflows(*client.socket), 1U);
    RunToEnd();
    EXPECT_EQ(receivedBytes, LONG);
    EXPECT_FALSE(client.hasError);
    EXPECT_GT(PathBytes(1), LONG / 2);
}

/// Whatever else happens to addresses meanwhile, the old subflow stays until the new one is up.
class ApiMakeBeforeBreak : public ApiTest
{
  protected:
    ApiMakeBeforeBreak()
    {
        Build(Kind::Multihomed, EqualPaths(3));
        StartServer();
    }

    /// Over one subflow, from the first address.
    void Start(ApiClient& client, uint64_t bytes = LONG / 3)
    {
        client.socket->TraceConnectWithoutContext(
            "SubflowState",
            Callback<void, const MptcpSubflowStateChange&>(
                [this](const MptcpSubflowStateChange& change) {
                    order.push_back(
                        std::to_string(change.subflowId) +
                        (change.state == MptcpSubflowStateChange::State::Closed ? "-" : "+"));
                }));
        client.Connect(ServerSocket(), bytes);
        RunUntil(Seconds(1));
        ASSERT_EQ(EstablishedSubflows(*client.socket), 1U);
    }

    void KeepMeshToOne()
    {
        m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(1));
        m_mptcp.Install(m_topology->Client());
    }

    void ExpectMadeBeforeBroken()
    {
        RunUntil(Simulator::Now() + Seconds(1));
        ASSERT_GE(order.size(), 3U);
        EXPECT_EQ(std::vector<std::string>(order.begin(), order.begin() + 3),
                  (std::vector<std::string>{"1+", "2+", "1-"}));
        RunToEnd();
        ExpectReceived(LONG / 3);
    }

    std::vector<std::string> order;
};

/// RFC 6897 5.3.3 with the path manager's own subflow on its way already.
TEST_F(ApiMakeBeforeBreak, OneAddressIsAddedAndAnotherRemovedAtOnce)
{
    ApiClient client(NewSocket());
    client.socket->AddLocalAddresses({Local(0)});
    Start(client);
    EXPECT_EQ(client.socket->AddLocalAddresses({m_topology->ClientAddress(1)}), 0);
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(0)), 0);
    EXPECT_EQ(EstablishedSubflows(*client.socket), 1U) << "not yet";
    ExpectMadeBeforeBroken();
}

TEST_F(ApiMakeBeforeBreak, OneAddressIsRemovedAndAnotherAddedAtOnce)
{
    KeepMeshToOne();
    ApiClient client(NewSocket());
    client.socket->AddLocalAddresses({Local(0), Local(1)});
    Start(client);
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(0)), 0);
    EXPECT_EQ(client.socket->AddLocalAddresses({m_topology->ClientAddress(2)}), 0);
    EXPECT_EQ(EstablishedSubflows(*client.socket), 1U) << "not yet";
    ExpectMadeBeforeBroken();
}

TEST_F(ApiMakeBeforeBreak, AnInterfaceChangesMeanwhile)
{
    KeepMeshToOne();
    ApiClient client(NewSocket());
    Start(client);
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(0)), 0);
    m_topology->Client()->GetObject<Ipv4>()->SetDown(3);
    RunUntil(Simulator::Now() + MilliSeconds(5));
    EXPECT_EQ(EstablishedSubflows(*client.socket), 1U) << "not yet";
    ExpectMadeBeforeBroken();
}

/// But what has gone has gone.
TEST_F(ApiMakeBeforeBreak, TheAddressItselfGoesMeanwhile)
{
    KeepMeshToOne();
    ApiClient client(NewSocket());
    Start(client);
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(0)), 0);
    m_topology->Client()->GetObject<Ipv4>()->SetDown(1);
    RunUntil(Simulator::Now() + MilliSeconds(5));
    EXPECT_EQ(EstablishedSubflows(*client.socket), 0U);
    RunToEnd();
    ExpectReceived(LONG / 3);
}

/// One replacement is opened for each subflow that leaves, however many calls there are.
TEST_F(ApiMakeBeforeBreak, AnotherAddressIsRemovedMeanwhile)
{
    Clean();
    Build(Kind::Multihomed, EqualPaths(4));
    StartServer();
    KeepMeshToOne();
    ApiClient client(NewSocket());
    Start(client);
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(0)), 0);
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(3)), 0);
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::MPJoinSynTx), 1U);
    ExpectMadeBeforeBroken();
}

TEST_F(ApiMakeBeforeBreak, AnAddressAddedAgainMeanwhileStays)
{
    KeepMeshToOne();
    ApiClient client(NewSocket());
    Start(client);
    EXPECT_EQ(client.socket->RemoveLocalAddress(m_topology->ClientAddress(0)), 0);
    EXPECT_EQ(client.socket->AddLocalAddresses({m_topology->ClientAddress(0)}), 0);
    RunUntil(Seconds(1.6));
    std::set<Address> locals;
    for (const auto& pair : client.socket->GetSubflowAddresses())
    {
        locals.insert(InetSocketAddress::ConvertFrom(pair.local).GetIpv4());
    }
    EXPECT_EQ(locals.count(m_topology->ClientAddress(0)), 1U);
    EXPECT_EQ(Count(m_topology->Server(), mptcp::Mib::RmAddr), 0U);
    RunToEnd();
    ExpectReceived(LONG / 3);
}

} // namespace
} // namespace ns3
