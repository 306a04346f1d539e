// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// TCP_MULTIPATH_REMOVE in mid-transfer where an unused address could take over, but does not
/// answer (RFC 6897 5.3.3).
#include "api-fixture.h"

#include "ns3/uinteger.h"

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

} // namespace
} // namespace ns3
