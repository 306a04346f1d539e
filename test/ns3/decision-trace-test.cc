// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What the scheduler decided and why it waited: the trace source, and its shares of time.
#include "conversation-fixture.h"
#include "ns3-conversions.h"
#include "transfer-fixture.h"
#include "wait-recorder.h"

#include "ns3/config.h"
#include "ns3/uinteger.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace ns3
{
namespace
{

using mptcp::WaitReason;

/// Transfers whose sender is the client.
class DecisionTrace : public TransferTest
{
  protected:
    void WatchClient()
    {
        m_client->OnConnection(
            [this](Ptr<Socket> socket) { m_waits.Watch(DynamicCast<MptcpSocket>(socket)); });
    }

    /// In percent of the time until now.
    double Share(WaitReason reason)
    {
        m_shares = m_waits.Shares();
        m_shares.OnEnd(ToChrono(Simulator::Now()));
        return 100 * m_shares.Share(reason);
    }

    WaitRecorder m_waits;
    mptcp::WaitShares m_shares;
};

TEST_F(DecisionTrace, ShowsWhatWasAskedAndWhatWasAnswered)
{
    Build(Kind::Multihomed);
    StartTransfer(100'000, 0);
    uint64_t granted = 0;
    Time last;
    m_client->OnConnection([&](Ptr<Socket> socket) {
        socket->TraceConnectWithoutContext(
            "SchedulerDecision",
            Callback<void, const MptcpSchedulerDecision&>(
                [&](const MptcpSchedulerDecision& decision) {
                    EXPECT_EQ(NanoSeconds(decision.asked.now.count()), Simulator::Now());
                    ASSERT_EQ(decision.answer.grant.has_value(),
                              decision.answer.reason == WaitReason::None);
                    granted += decision.answer.grant && !decision.asked.reinjection
                                   ? decision.answer.grant->maxBytes
                                   : 0;
                    last = Simulator::Now();
                }));
    });
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_EQ(granted, 100'000U);
    EXPECT_GT(last, Seconds(0.1));
}

/// RFC 8684 3.3.1: one window for all subflows. 8 kB are less than the 20 kB that 2 * 2 Mb/s take
/// in 40 ms, so it is the limit.
TEST_F(DecisionTrace, ASmallReceiveBufferIsTheReason)
{
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(8'000));
    Build(Kind::Multihomed);
    StartTransfer(2'000'000, 0);
    WatchClient();
    RunUntil(Seconds(3));
    EXPECT_GT(Share(WaitReason::ReceiveWindowFull), 90);
    EXPECT_EQ(Share(WaitReason::WaitingForFasterPath), 0);
}

TEST_F(DecisionTrace, WithLargeBuffersItIsTheCongestionWindow)
{
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(2'000'000));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(2'000'000));
    Build(Kind::Multihomed);
    StartTransfer(20'000'000, 0);
    WatchClient();
    RunUntil(Seconds(5));
    EXPECT_GT(Share(WaitReason::CongestionWindowFull), 90);
}

TEST_F(DecisionTrace, AnApplicationThatWritesLittleLeavesNothingToSend)
{
    Build(Kind::Multihomed);
    StartTransfer(1'000, 0);
    WatchClient();
    RunUntil(Seconds(5));
    EXPECT_GT(Share(WaitReason::NothingToSend), 90);
}

TEST_F(DecisionTrace, BlestWaitsForTheFasterPath)
{
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(100'000));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(2'000'000));
    m_mptcp.SetScheduler("ns3::MptcpBlest");
    auto paths = EqualPaths();
    paths[1].roundTrip = MilliSeconds(400);
    Build(Kind::Multihomed, paths);
    StartTransfer(20'000'000, 0);
    WatchClient();
    RunUntil(Seconds(10));
    EXPECT_GT(Share(WaitReason::WaitingForFasterPath), 10);
}

/// Listeners may come in the middle: on the server, say, whose sockets are there before its
/// application hears of them.
TEST_F(DecisionTrace, MayBeListenedToFromTheMiddleOn)
{
    Build(Kind::Multihomed);
    StartTransfer(2'000'000, 0);
    RunUntil(Seconds(2));
    m_waits.Watch(SocketOf(m_client));
    RunUntil(Seconds(3));
    EXPECT_GT(m_waits.Shares().Grants(), 100U);
}

// ---- in the summary of a run ----

TEST_F(DecisionTrace, SharesAreColumnsOfTheSummary)
{
    const std::string folder = "decision-shares";
    std::filesystem::remove_all(folder);
    ScenarioParameters parameters("recorded", "Is it written down?");
    std::string program = "recorded";
    std::string output = "--output=" + folder;
    char* arguments[] = {program.data(), output.data()};
    parameters.Parse(2, arguments);
    Build(Kind::Multihomed);
    TraceRecorder recorder(parameters);
    StartTransfer(500'000, 0);
    WatchClient();
    RunUntil(Seconds(2));
    m_waits.Summarise(recorder);
    recorder.Finish("completed");
    std::ifstream file(folder + "/summary.csv");
    std::string names;
    std::string values;
    std::getline(file, names);
    std::getline(file, values);
    EXPECT_EQ(names,
              "congestion_window_full_percent,receive_window_full_percent,"
              "waiting_for_faster_path_percent,no_usable_subflow_percent,nothing_to_send_percent,"
              "scheduler_decisions,scheduler_grants");
    std::istringstream columns(values);
    double sum = 0;
    for (int i = 0; i < 5; ++i)
    {
        std::string value;
        std::getline(columns, value, ',');
        sum += std::stod(value);
    }
    EXPECT_NEAR(sum, 100, 1e-6);
    std::filesystem::remove_all(folder);
}

} // namespace

namespace script
{
namespace
{

class DecisionConversation : public OneLinkConversation
{
};

/// RFC 8684 3.3.6 leaves a connection without subflows open: data waits for one.
TEST_F(DecisionConversation, DataWithoutASubflowSaysSo)
{
    auto& subflow = OpenConnection();
    std::vector<mptcp::WaitReason> reasons;
    host.GetSocket()->TraceConnectWithoutContext(
        "SchedulerDecision",
        Callback<void, const MptcpSchedulerDecision&>(
            [&reasons](const MptcpSchedulerDecision& decision) {
                reasons.push_back(decision.answer.reason);
            }));
    subflow.Send(Rst());
    peer.Wait(MilliSeconds(20));
    EXPECT_TRUE(reasons.empty());
    host.Write(Text(1, 1000));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(reasons, (std::vector{mptcp::WaitReason::NoUsableSubflow}));
}

} // namespace
} // namespace script
} // namespace ns3
