// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What holds for every scheduler that is registered, and changing from one to another.
#include "mptcp-policy-names.h"
#include "mptcp-schedulers.h"
#include "transfer-fixture.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace
{

/// Every TypeId below ns3::MptcpScheduler that objects can be made of.
std::vector<TypeId>
Schedulers()
{
    std::vector<TypeId> types;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const TypeId type = TypeId::GetRegistered(i);
        if (type.IsChildOf(MptcpScheduler::GetTypeId()) && type.HasConstructor())
        {
            types.push_back(type);
        }
    }
    std::sort(types.begin(), types.end(), [](const TypeId& a, const TypeId& b) {
        return a.GetName() < b.GetName();
    });
    return types;
}

std::string
NameOf(const ::testing::TestParamInfo<TypeId>& row)
{
    const std::string& name = row.param.GetName();
    return name.substr(name.rfind(':') + 1);
}

TEST(SchedulerNames, AreThoseOfTheDocumentation)
{
    std::vector<std::string> names;
    for (const TypeId& type : Schedulers())
    {
        if (type.GetName().rfind("ns3::", 0) == 0) // not those of tests
        {
            names.push_back(ShortPolicyName(type));
        }
    }
    EXPECT_EQ(names,
              (std::vector<std::string>{"blest",
                                        "daps",
                                        "ecf",
                                        "hot-standby",
                                        "min-rtt",
                                        "otias",
                                        "overflow",
                                        "redundant",
                                        "round-robin",
                                        "sttf",
                                        "weighted"}));
}

class EveryScheduler : public TransferTest, public ::testing::WithParamInterface<TypeId>
{
  protected:
    [[nodiscard]] static Ptr<MptcpScheduler> Make()
    {
        return ObjectFactory(GetParam().GetName()).Create<MptcpScheduler>();
    }
};

mptcp::SubflowSnapshot
Subflow(uint16_t id, bool backup, int rttMilliseconds)
{
    mptcp::SubflowSnapshot subflow;
    subflow.id = mptcp::SubflowId(id);
    subflow.backup = backup;
    subflow.smoothedRtt = std::chrono::milliseconds(rttMilliseconds);
    subflow.congestionWindowBytes = 4000;
    subflow.segmentBytes = 1000;
    return subflow;
}

/// Carries out up to twenty grants; true when all went to subflows with this flag, and any did.
bool
SendsOn(MptcpScheduler& scheduler, mptcp::ConnectionSnapshot connection, bool backup)
{
    std::size_t grants = 0;
    for (int i = 0; i < 20; ++i)
    {
        const auto decision = scheduler.Choose(connection);
        if (!decision.grant)
        {
            break;
        }
        ++grants;
        for (auto& subflow : connection.subflows)
        {
            const auto& chosen = decision.grant->subflows;
            if (std::find(chosen.begin(), chosen.end(), subflow.id) == chosen.end())
            {
                continue;
            }
            if (subflow.backup != backup)
            {
                return false;
            }
            subflow.queuedBytes += decision.grant->maxBytes;
        }
        connection.ungrantedBytes -= decision.grant->maxBytes;
    }
    return grants > 0;
}

/// RFC 8684 3.3.8: a subflow with B=1 is not used while one with B=0 is usable.
TEST_P(EveryScheduler, RespectsBackups)
{
    mptcp::ConnectionSnapshot connection;
    connection.ungrantedBytes = connection.bufferedBytes = 100'000;
    connection.sendWindowBytes = 100'000;
    // The backups are older, faster and behind, so any preference but the flag speaks for them.
    connection.subflows = {Subflow(1, true, 10), Subflow(2, false, 90), Subflow(3, false, 50)};
    connection.subflows[0].behindBytes = 5000;
    EXPECT_TRUE(SendsOn(*Make(), connection, false));
    connection.subflows[1].suspect = connection.subflows[2].suspect = true;
    EXPECT_TRUE(SendsOn(*Make(), connection, true)) << "regular ones have failed";
    connection.subflows.erase(connection.subflows.begin() + 1, connection.subflows.end());
    EXPECT_TRUE(SendsOn(*Make(), connection, true)) << "regular ones are gone";
}

/// The data-level timer has to find somebody to send on.
TEST_P(EveryScheduler, SendsOnTheLastSubflowThoughItIsSuspect)
{
    mptcp::ConnectionSnapshot connection;
    connection.ungrantedBytes = connection.bufferedBytes = connection.sendWindowBytes = 100'000;
    connection.subflows = {Subflow(1, false, 10)};
    connection.subflows[0].suspect = true;
    EXPECT_TRUE(SendsOn(*Make(), connection, false));
}

TEST_P(EveryScheduler, NamesAReasonForWaiting)
{
    mptcp::ConnectionSnapshot connection;
    connection.ungrantedBytes = connection.bufferedBytes = 100'000;
    EXPECT_EQ(Make()->Choose(connection).reason, mptcp::WaitReason::NoUsableSubflow);
    connection.subflows = {Subflow(1, false, 10), Subflow(2, false, 90)};
    for (auto& subflow : connection.subflows)
    {
        subflow.inFlightBytes = 1000;
    }
    EXPECT_EQ(Make()->Choose(connection).reason, mptcp::WaitReason::ReceiveWindowFull);
    connection.ungrantedBytes = 0;
    EXPECT_EQ(Make()->Choose(connection).reason, mptcp::WaitReason::NothingToSend);
}

/// WiFi and 3G as in the scenario, with a little loss.
std::vector<PathSpec>
UnlikePaths()
{
    return {{"fast", DataRate("8Mbps"), MilliSeconds(20), 80'000, 0.005},
            {"slow", DataRate("2Mbps"), MilliSeconds(150), 500'000, 0.005}};
}

TEST_P(EveryScheduler, DeliversOverUnlikePaths)
{
    m_mptcp.SetScheduler(GetParam().GetName());
    Build(Kind::Multihomed, UnlikePaths());
    StartTransfer(600'000, 300'000);
    RunToEnd(Minutes(10));
    ExpectOrderlyEnd();
}

TEST_P(EveryScheduler, SurvivesAnOutageOfTheFastPath)
{
    m_mptcp.SetScheduler(GetParam().GetName());
    Build(Kind::Multihomed, UnlikePaths());
    StartTransfer(600'000, 300'000);
    CutPath(0, Seconds(0.4), Seconds(4));
    RunToEnd(Minutes(10));
    ExpectOrderlyEnd();
}

INSTANTIATE_TEST_SUITE_P(Registered, EveryScheduler, ::testing::ValuesIn(Schedulers()), NameOf);

// ---- changing the scheduler ----

class SchedulerChange : public TransferTest
{
  protected:
    /// Bytes that left the client over each path between two moments.
    void Run(Time until)
    {
        const auto before = std::vector<uint64_t>{PathBytes(0), PathBytes(1)};
        RunUntil(until);
        m_moved = {PathBytes(0) - before[0], PathBytes(1) - before[1]};
    }

    std::vector<uint64_t> m_moved;
};

TEST_F(SchedulerChange, InMidConnectionTakesEffectAtOnce)
{
    m_mptcp.SetScheduler("ns3::MptcpMinRtt");
    Build(Kind::Multihomed);
    StartTransfer(3'000'000, 0);
    Run(Seconds(3));
    EXPECT_GT(m_moved[1], 200'000U);
    EXPECT_EQ(SocketOf(m_client)->SetScheduler(ObjectFactory("ns3::MptcpHotStandby")), 0);
    Run(Seconds(4)); // what the second path has under way
    Run(Seconds(6));
    EXPECT_GT(m_moved[0], 400'000U);
    EXPECT_LT(m_moved[1], 1'000U) << "hot standby uses the first subflow only";
    EXPECT_EQ(SocketOf(m_client)->SetScheduler(ObjectFactory("ns3::MptcpRedundant")), 0);
    Run(Seconds(7));
    Run(Seconds(9));
    EXPECT_GT(m_moved[1], 400'000U);
    EXPECT_EQ(SocketOf(m_client)->SetScheduler(ObjectFactory("ns3::MptcpOtias")), 0);
    RunToEnd();
    ExpectOrderlyEnd();
}

TEST_F(SchedulerChange, BeforeTheConnectionIsOpened)
{
    Build(Kind::Multihomed);
    Ptr<Socket> socket =
        Socket::CreateSocket(m_topology->Client(), TypeId::LookupByName("ns3::MptcpSocketFactory"));
    auto mptcp = DynamicCast<MptcpSocket>(socket);
    EXPECT_EQ(mptcp->SetScheduler(ObjectFactory("ns3::MptcpHotStandby")), 0);
    Serve(PORT, 0);
    Simulator::Schedule(Seconds(0.1), [&] {
        socket->Bind();
        socket->Connect(ServerSocket());
    });
    Simulator::Schedule(Seconds(1), [&] { socket->Send(PatternStream::Make(0, 60'000)); });
    RunUntil(Seconds(5));
    EXPECT_EQ(mptcp->GetSubflows().size(), 2U);
    EXPECT_GT(PathBytes(0), 60'000U);
    EXPECT_LT(PathBytes(1), 1'000U);
}

TEST_F(SchedulerChange, OfAListeningSocketHoldsForThoseItAccepts)
{
    Build(Kind::Multihomed);
    StartTransfer(0, 100'000);
    Ptr<Socket> listener =
        Socket::CreateSocket(m_topology->Server(), TypeId::LookupByName("ns3::MptcpSocketFactory"));
    EXPECT_EQ(
        DynamicCast<MptcpSocket>(listener)->SetScheduler(ObjectFactory("ns3::MptcpHotStandby")),
        0);
    constexpr uint16_t OTHER_PORT = PORT + 1;
    listener->Bind(InetSocketAddress(Ipv4Address::GetAny(), OTHER_PORT));
    listener->Listen();
    Ptr<Socket> accepted;
    listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        Callback<void, Ptr<Socket>, const Address&>(
            [&accepted](Ptr<Socket> socket, const Address&) { accepted = socket; }));
    RunUntil(Seconds(3));
    const uint64_t before = PathBytes(1);
    EXPECT_GT(before, 10'000U) << "another listener keeps the scheduler of the host";
    auto other = Open(ServerSocket(OTHER_PORT), 0);
    RunUntil(Seconds(4));
    ASSERT_TRUE(accepted);
    accepted->Send(PatternStream::Make(0, 60'000));
    RunUntil(Seconds(8));
    EXPECT_EQ(other->ReceivedBytes(), 60'000U);
    EXPECT_LT(PathBytes(1) - before, 1'000U);
}

TEST_F(SchedulerChange, ToWhatIsNoSchedulerIsRefused)
{
    Build(Kind::Multihomed);
    auto socket = DynamicCast<MptcpSocket>(
        Socket::CreateSocket(m_topology->Client(),
                             TypeId::LookupByName("ns3::MptcpSocketFactory")));
    for (const auto& factory :
         {ObjectFactory(), ObjectFactory("ns3::MptcpLia"), ObjectFactory("ns3::MptcpScheduler")})
    {
        EXPECT_EQ(socket->SetScheduler(factory), -1);
        EXPECT_EQ(socket->GetErrno(), Socket::ERROR_INVAL);
    }
}

// ---- redundant ----

class RedundantTransfer : public TransferTest
{
};

/// Each byte goes over both paths, and no path is faster for having the other beside it.
TEST_F(RedundantTransfer, SendsEverythingTwiceOverEqualPaths)
{
    m_mptcp.SetScheduler("ns3::MptcpRedundant");
    Build(Kind::Multihomed);
    constexpr uint64_t BYTES = 1'000'000;
    StartTransfer(BYTES, 0);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_GT(PathBytes(0), BYTES * 9 / 10);
    EXPECT_GT(PathBytes(1), BYTES * 9 / 10);
    EXPECT_LT(UpGoodputMbps(), 2.0) << "one path has 2 Mb/s";
    EXPECT_GT(UpGoodputMbps(), 1.7);
}

TEST_F(RedundantTransfer, ASlowPathHoldsUpNothing)
{
    m_mptcp.SetScheduler("ns3::MptcpRedundant");
    auto paths = EqualPaths();
    paths[1].rate = DataRate("100kbps");
    Build(Kind::Multihomed, paths);
    StartTransfer(1'000'000, 0);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_GT(UpGoodputMbps(), 1.7);
}

} // namespace
} // namespace ns3
