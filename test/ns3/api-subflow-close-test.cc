// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Subflows that the application closes while others go on: they are gone for everybody as soon as
/// both FINs are acknowledged. What is left in TIME_WAIT is TCP's own business (RFC 8684 3.3.3).
#include "api-fixture.h"

#include "ns3/uinteger.h"

namespace ns3
{
namespace
{

class ApiSubflowClose : public ApiTest
{
  protected:
    ApiSubflowClose()
    {
        Build(Kind::Multihomed, EqualPaths(2));
        StartServer();
    }

    /// Two subflows; returns at one second.
    void Start(ApiClient& client, uint64_t bytes)
    {
        client.socket->TraceConnectWithoutContext(
            "SubflowState",
            Callback<void, const MptcpSubflowStateChange&>(
                [this](const MptcpSubflowStateChange& change) {
                    closed += change.state == MptcpSubflowStateChange::State::Closed ? 1U : 0U;
                }));
        client.Connect(ServerSocket(), bytes);
        RunUntil(Seconds(0.5));
        client.socket->Send(Create<Packet>(1), 0);
        RunUntil(Seconds(1));
        ASSERT_EQ(EstablishedSubflows(*client.socket), 2U);
    }

    static int CloseSecond(const ApiClient& client)
    {
        return client.socket->CloseSubflow(client.socket->GetSubflowInfo().at(1).id);
    }

    unsigned closed{0};
};

TEST_F(ApiSubflowClose, AClosedSubflowIsForgottenAndReportedOnce)
{
    ApiClient client(NewSocket());
    Start(client, 0);
    EXPECT_EQ(CloseSecond(client), 0);
    RunUntil(Seconds(1.5));
    EXPECT_EQ(client.socket->GetSubflows().size(), 1U);
    EXPECT_EQ(closed, 1U);
    RunUntil(Seconds(1000)); // TIME_WAIT is over
    EXPECT_EQ(client.socket->GetSubflows().size(), 1U);
    EXPECT_EQ(closed, 1U);
}

TEST_F(ApiSubflowClose, NothingPilesUp)
{
    ApiClient client(NewSocket());
    Start(client, 0);
    for (int i = 0; i < 5; ++i)
    {
        EXPECT_EQ(client.socket->RequestSubflows(1), 0);
        RunUntil(Simulator::Now() + Seconds(300));
        EXPECT_EQ(client.socket->GetSubflows().size(), 1U);
        EXPECT_EQ(client.socket->RequestSubflows(2), 0);
        RunUntil(Simulator::Now() + Seconds(300));
        EXPECT_EQ(client.socket->GetSubflows().size(), 2U);
    }
    EXPECT_EQ(closed, 5U);
}

/// The application hears of the end although a subflow has gone in order before.
TEST_F(ApiSubflowClose, TheEndOfTheLastSubflowIsAnError)
{
    ApiClient client(NewSocket());
    Start(client, 3'000'000);
    EXPECT_EQ(CloseSecond(client), 0);
    RunUntil(Seconds(2));
    ASSERT_EQ(EstablishedSubflows(*client.socket), 1U);
    CutPathForEver(0, Seconds(0));
    RunUntil(Seconds(300)); // so it is with one path that is cut
    EXPECT_TRUE(client.hasError);
}

} // namespace
} // namespace ns3
