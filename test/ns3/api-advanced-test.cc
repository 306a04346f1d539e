// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The advanced API in the sense of RFC 6897, appendix A.3, REQ6 to REQ12, and Linux's views.
#include "api-fixture.h"
#include "segment-meddler.h"

#include "ns3/boolean.h"
#include "ns3/object-factory.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <map>

namespace ns3
{
namespace
{

constexpr uint64_t LONG = 1'000'000;

class ApiAdvanced : public ApiTest
{
  protected:
    void Start(Kind kind, std::size_t paths = 3)
    {
        Build(kind, EqualPaths(paths));
        StartServer();
    }

    /// Of the client's addresses; the id of the subflow that is there, 0 if there is none.
    static uint16_t SubflowAt(const MptcpSocket& socket, Ipv4Address local)
    {
        for (const auto& info : socket.GetSubflowInfo())
        {
            if (InetSocketAddress::ConvertFrom(info.addresses.local).GetIpv4() == local)
            {
                return info.id;
            }
        }
        return 0;
    }

    std::size_t SubflowsAt(Time time, const ApiClient& client)
    {
        RunUntil(time);
        return EstablishedSubflows(*client.socket);
    }
};

// ---- REQ7: the number of subflows, or one of them ----

TEST_F(ApiAdvanced, FewerSubflowsAreClosedYoungestFirst)
{
    Start(Kind::Multihomed);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 2 * LONG);
    ASSERT_EQ(SubflowsAt(Seconds(1), client), 3U);
    EXPECT_EQ(client.socket->RequestSubflows(1), 0);
    EXPECT_EQ(SubflowsAt(Seconds(2), client), 1U);
    EXPECT_NE(SubflowAt(*client.socket, m_topology->ClientAddress(0)), 0);
    EXPECT_EQ(client.socket->RequestSubflows(3), 0);
    EXPECT_EQ(SubflowsAt(Seconds(3), client), 3U);
    RunToEnd();
    ExpectReceived(2 * LONG);
}

TEST_F(ApiAdvanced, MoreSubflowsThanThePathManagerWants)
{
    Start(Kind::Multihomed);
    m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(1));
    m_mptcp.Install(m_topology->Client());
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->RequestSubflows(2), 0);
    client.Connect(ServerSocket(), LONG);
    EXPECT_EQ(SubflowsAt(Seconds(1), client), 2U);
    EXPECT_EQ(client.socket->RequestSubflows(3), 0);
    EXPECT_EQ(SubflowsAt(Seconds(2), client), 3U);
    RunToEnd();
    ExpectReceived(LONG);
}

TEST_F(ApiAdvanced, NoMoreSubflowsThanPairsOfAddresses)
{
    Start(Kind::Multihomed);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    EXPECT_EQ(client.socket->RequestSubflows(4), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_ADDRNOTAVAIL);
    EXPECT_EQ(EstablishedSubflows(*client.socket), 3U);
}

TEST_F(ApiAdvanced, OneSpecificSubflow)
{
    Start(Kind::Multihomed);
    m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(1));
    m_mptcp.Install(m_topology->Client());
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    ASSERT_EQ(SubflowsAt(Seconds(1), client), 1U);
    EXPECT_EQ(client.socket->OpenSubflow(Local(2, 4000), ServerSocket()), 0);
    EXPECT_EQ(SubflowsAt(Seconds(1.5), client), 2U);
    const auto pair = client.socket->GetSubflowAddresses().back();
    EXPECT_EQ(pair.local, Local(2, 4000));
    EXPECT_EQ(pair.remote, ServerSocket());
    const uint16_t id = SubflowAt(*client.socket, m_topology->ClientAddress(2));
    EXPECT_EQ(client.socket->CloseSubflow(id), 0);
    EXPECT_EQ(SubflowsAt(Seconds(2), client), 1U);
    RunToEnd();
    ExpectReceived(LONG);
}

// ---- REQ9 and REQ10: when further subflows are opened ----

TEST_F(ApiAdvanced, SubflowsWaitForABunchOfData)
{
    Start(Kind::Multihomed);
    ApiClient client(NewSocket());
    client.socket->SetOpeningPolicy(mptcp::OpeningPolicy::WhenEnoughData, 100'000);
    client.Connect(ServerSocket(), 0);
    EXPECT_EQ(SubflowsAt(Seconds(1), client), 1U);
    client.socket->Send(Create<Packet>(60'000), 0);
    EXPECT_EQ(SubflowsAt(Seconds(2), client), 1U) << "60 kB are not 100";
    client.socket->Send(Create<Packet>(60'000), 0);
    EXPECT_EQ(SubflowsAt(Seconds(3), client), 3U);
}

// RFC 8684 3.7: plain TCP has no further subflows, whatever was still to be opened.
TEST_F(ApiAdvanced, SubflowsThatWaitAreGivenUpWithFallback)
{
    Config::SetDefault("ns3::MptcpStack::Checksum", BooleanValue(true));
    Start(Kind::Multihomed);
    SegmentMeddler::On(m_topology->Link(0).Get(1), [](SegmentMeddler::Segment& segment) {
        if (segment.sequence >= 30'000 && segment.sequence < 60'000 && !segment.payload.empty())
        {
            segment.payload[0] ^= 0x20;
        }
    });
    ApiClient client(NewSocket());
    client.socket->SetOpeningPolicy(mptcp::OpeningPolicy::WhenEnoughData, 100'000);
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(0.6));
    client.socket->SetOpeningPolicy(mptcp::OpeningPolicy::AsSoonAsPossible);
    RunToEnd();
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::DSSCorruptionFallback), 1U);
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::MPJoinSynTx), 0U);
    EXPECT_EQ(m_server->ReceivedBytes(), LONG);
    EXPECT_EQ(client.socket->OpenSubflow(Local(1), ServerSocket()), -1);
}

TEST_F(ApiAdvanced, NothingIsOpenedOnceAllIsSaid)
{
    Start(Kind::Multihomed);
    m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(1));
    m_mptcp.Install(m_topology->Client());
    ApiClient client(NewSocket());
    client.socket->SetOpeningPolicy(mptcp::OpeningPolicy::WhenEnoughData, LONG);
    client.Connect(ServerSocket(), LONG);
    RunToEnd();
    EXPECT_EQ(client.socket->OpenSubflow(Local(1), ServerSocket()), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_NOTCONN);
    EXPECT_EQ(client.socket->RequestSubflows(2), -1);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_NOTCONN);
    EXPECT_EQ(Count(m_topology->Client(), mptcp::Mib::MPJoinSynTx), 0U);
    ExpectReceived(LONG);
}

TEST_F(ApiAdvanced, SubflowsWaitUntilTheWindowIsFull)
{
    Start(Kind::Multihomed);
    ApiClient client(NewSocket());
    client.socket->SetOpeningPolicy(mptcp::OpeningPolicy::WhenWindowFull);
    client.Connect(ServerSocket(), 0);
    RunUntil(Seconds(1));
    client.socket->Send(Create<Packet>(5'000), 0);
    EXPECT_EQ(SubflowsAt(Seconds(2), client), 1U) << "fits the initial window of ten segments";
    client.socket->Send(Create<Packet>(50'000), 0);
    EXPECT_EQ(SubflowsAt(Seconds(3), client), 3U);
}

TEST_F(ApiAdvanced, AShortTransferNeedsNoFurtherSubflow)
{
    Start(Kind::Multihomed);
    ApiClient client(NewSocket());
    mptcp::CommunicationHints hints;
    hints.expectedBytes = 20'000;
    client.socket->SetCommunicationHints(hints);
    client.Connect(ServerSocket(), 0);
    RunUntil(Seconds(1));
    client.socket->Send(Create<Packet>(20'000), 0);
    EXPECT_EQ(SubflowsAt(Seconds(2), client), 1U);
    hints.expectedBytes = 20'000'000; // it has turned out to be more
    client.socket->SetCommunicationHints(hints);
    EXPECT_EQ(SubflowsAt(Seconds(3), client), 3U);
}

// ---- REQ11: preferred subflows and backups ----

TEST_F(ApiAdvanced, ThePreferredSubflowCarriesEverything)
{
    Start(Kind::Multihomed);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 2 * LONG);
    ASSERT_EQ(SubflowsAt(Seconds(1), client), 3U);
    EXPECT_EQ(
        client.socket->SetPreferredSubflow(SubflowAt(*client.socket, m_topology->ClientAddress(1))),
        0);
    RunUntil(Seconds(3));
    EXPECT_LT(PathBytesDuring(0, Seconds(1)), 5'000U);
    EXPECT_LT(PathBytesDuring(2, Seconds(1)), 5'000U);
    EXPECT_GT(PathBytesDuring(1, Seconds(1)), 240'000U);
    RunToEnd();
    ExpectReceived(2 * LONG);
}

TEST_F(ApiAdvanced, AnAddressForBackupsAlone)
{
    Start(Kind::Multihomed);
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->SetLocalAddressBackup(m_topology->ClientAddress(1), true), 0);
    client.Connect(ServerSocket(), 4 * LONG);
    ASSERT_EQ(SubflowsAt(Seconds(2), client), 3U);
    EXPECT_LT(PathBytesDuring(1, Seconds(1)), 5'000U);
    EXPECT_GT(PathBytesDuring(2, Seconds(1)), 240'000U);
    EXPECT_EQ(client.socket->SetLocalAddressBackup(m_topology->ClientAddress(1), false), 0);
    RunUntil(Simulator::Now() + Seconds(0.5));
    EXPECT_GT(PathBytesDuring(1, Seconds(1)), 200'000U);
    RunToEnd();
    ExpectReceived(4 * LONG);
}

// ---- REQ12: redundancy ----

struct Redundancy
{
    uint32_t copies;
    double perByte; //!< how often a byte is sent, over three equal paths
};

class ApiRedundancy : public ApiAdvanced, public ::testing::WithParamInterface<Redundancy>
{
};

TEST_P(ApiRedundancy, SendsSoManyCopies)
{
    // Not alike, so that the order of round-trip times is clear.
    auto paths = EqualPaths(3);
    paths[1].roundTrip = MilliSeconds(120);
    paths[2].roundTrip = MilliSeconds(200);
    Build(Kind::Multihomed, paths);
    StartServer();
    ApiClient client(NewSocket());
    ConnectAndJoin(client, 3);
    EXPECT_EQ(client.socket->SetRedundancy(GetParam().copies), 0);
    // Less than a path takes, so that no copy is late.
    constexpr int WRITES = 100;
    constexpr uint32_t BYTES = 1000;
    for (int i = 0; i < WRITES; ++i)
    {
        Simulator::Schedule(MilliSeconds(20 * i),
                            [&] { client.socket->Send(Create<Packet>(BYTES), 0); });
    }
    RunUntil(Seconds(5));
    EXPECT_EQ(m_server->ReceivedBytes(), WRITES * BYTES + 1);
    uint64_t sent = 0;
    for (const auto& info : client.socket->GetSubflowInfo())
    {
        sent += info.bytesAcked;
    }
    EXPECT_NEAR(static_cast<double>(sent) / (WRITES * BYTES), GetParam().perByte, 0.02);
}

INSTANTIATE_TEST_SUITE_P(Copies,
                         ApiRedundancy,
                         ::testing::Values(Redundancy{1, 1}, Redundancy{2, 2}, Redundancy{0, 3}),
                         [](const auto& row) {
                             return "Asked" + std::to_string(row.param.copies);
                         });

// ---- REQ8: profiles ----

class ApiProfile : public ApiAdvanced
{
  protected:
    /// Half of what the fast path can carry, in small pieces.
    std::map<Ipv4Address, MptcpSubflowInfo> Carry(MptcpApplicationProfile profile)
    {
        auto paths = EqualPaths(4);
        for (std::size_t path = 1; path < paths.size(); ++path)
        {
            paths[path].roundTrip = MilliSeconds(200);
        }
        Build(Kind::Multihomed, paths);
        StartServer();
        ApiClient client(NewSocket());
        EXPECT_EQ(client.socket->SetApplicationProfile(profile), 0);
        client.Connect(ServerSocket(), 0);
        for (int i = 0; i < 200; ++i)
        {
            Simulator::Schedule(Seconds(1) + MilliSeconds(10 * i),
                                [&] { client.socket->Send(Create<Packet>(1000), 0); });
        }
        RunUntil(Seconds(5));
        EXPECT_EQ(m_server->ReceivedBytes(), 200'000U);
        BooleanValue value;
        client.socket->GetAttribute("TcpNoDelay", value);
        noDelay = value.Get();
        std::map<Ipv4Address, MptcpSubflowInfo> subflows;
        for (const auto& info : client.socket->GetSubflowInfo())
        {
            subflows[InetSocketAddress::ConvertFrom(info.addresses.local).GetIpv4()] = info;
        }
        return subflows;
    }

    bool noDelay{false};
};

TEST_F(ApiProfile, LowLatencyKeepsToTheFastPathWithTwoInReserve)
{
    auto subflows = Carry(MptcpApplicationProfile::LowLatency);
    EXPECT_EQ(subflows.size(), 3U);
    EXPECT_GT(subflows[m_topology->ClientAddress(0)].shareOfSent, 0.99);
    EXPECT_TRUE(noDelay);
}

TEST_F(ApiProfile, HighReliabilitySendsEverythingEverywhere)
{
    auto subflows = Carry(MptcpApplicationProfile::HighReliability);
    ASSERT_EQ(subflows.size(), 4U);
    for (const auto& [address, info] : subflows)
    {
        // Joins take 400 ms of the two seconds, and what is acknowledged by then is not repeated.
        EXPECT_GT(info.bytesAcked, 150'000U) << address;
    }
}

TEST_F(ApiProfile, BulkUsesAllPathsAtOnce)
{
    Start(Kind::Multihomed);
    ApiClient client(NewSocket());
    client.socket->SetApplicationProfile(MptcpApplicationProfile::HighReliability);
    client.socket->SetApplicationProfile(MptcpApplicationProfile::Bulk);
    client.Connect(ServerSocket(), 3 * LONG);
    RunToEnd();
    ExpectReceived(3 * LONG);
    for (std::size_t path = 0; path < 3; ++path)
    {
        EXPECT_GT(PathBytes(path), 3 * LONG / 4);
        EXPECT_LT(PathBytes(path), 2 * LONG) << "no copies";
    }
}

// ---- REQ6 and Linux's views ----

TEST_F(ApiAdvanced, SharesOfTheTrafficAddUpAndFollowThePaths)
{
    auto paths = EqualPaths(2);
    paths[0].rate = DataRate("3Mbps");
    paths[1].rate = DataRate("1Mbps");
    Build(Kind::Multihomed, paths);
    StartServer();
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 10 * LONG);
    RunUntil(Seconds(10));
    const auto infos = client.socket->GetSubflowInfo();
    ASSERT_EQ(infos.size(), 2U);
    EXPECT_NEAR(infos[0].shareOfSent + infos[1].shareOfSent, 1, 1e-9);
    EXPECT_NEAR(infos[0].shareOfSent, 0.75, 0.05) << "3 of 4 Mb/s";
    EXPECT_EQ(infos[0].shareOfReceived, 0) << "nothing came back";
    const auto ofServer = SocketOf(m_server)->GetSubflowInfo();
    EXPECT_NEAR(ofServer[0].shareOfReceived, 0.75, 0.05);
    // What a subflow carried counts when it has gone.
    client.socket->CloseSubflow(infos[1].id);
    RunUntil(Seconds(13));
    const auto rest = client.socket->GetSubflowInfo();
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_LT(rest[0].shareOfSent, 0.9);
}

TEST_F(ApiAdvanced, InfoOfEachSubflowIsThatOfItsTcp)
{
    Start(Kind::Multihomed, 2);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 3 * LONG);
    RunUntil(Seconds(3));
    for (const auto& info : client.socket->GetSubflowInfo())
    {
        EXPECT_EQ(info.state, "ESTABLISHED");
        EXPECT_FALSE(info.isBackup);
        EXPECT_GE(info.rtt, MilliSeconds(40));
        EXPECT_LE(info.rtt, MilliSeconds(40 + 200 + 20)) << "and a queue of 50 kB at 2 Mb/s";
        EXPECT_GE(info.rto, Seconds(1)) << "ns-3's minimum";
        EXPECT_GT(info.sndCwndBytes, 10U * info.sndMssBytes / 2);
        EXPECT_GT(info.inFlightBytes, 0U);
        EXPECT_GT(info.bytesAcked, 400'000U);
    }
}

TEST_F(ApiAdvanced, InfoOfTheConnection)
{
    Start(Kind::Multihomed);
    ApiClient client(NewSocket());
    EXPECT_EQ(client.socket->GetMptcpInfo(), std::nullopt);
    EXPECT_EQ(client.socket->GetErrno(), Socket::ERROR_NOTCONN);
    client.Connect(ServerSocket(), 0);
    RunUntil(Seconds(1));
    client.socket->Send(PatternStream::Make(0, 30'000), 0);
    RunUntil(Seconds(3));
    const auto info = *client.socket->GetMptcpInfo();
    EXPECT_EQ(info.subflows, 2U);
    EXPECT_EQ(info.subflowsTotal, 3U);
    EXPECT_EQ(info.localAddrUsed, 2U);
    EXPECT_EQ(info.flags, MptcpInfo::REMOTE_KEY_RECEIVED);
    EXPECT_EQ(info.token, client.socket->GetConnectionId());
    EXPECT_EQ(info.bytesSent, 30'000U);
    EXPECT_EQ(info.bytesAcked, 30'000U);
    EXPECT_EQ(info.bytesReceived, 0U);
    EXPECT_EQ(info.bytesRetrans, 0U);
    EXPECT_EQ(info.retransmits, 0U);
    EXPECT_EQ(info.writeSeq, info.sndUna);
    EXPECT_FALSE(info.csumEnabled);
    EXPECT_GT(info.lastDataSent, Seconds(1.8));
    EXPECT_LE(info.lastDataSent, Seconds(2));
    EXPECT_LT(info.lastAckRecv, info.lastDataSent);
    const auto server = *SocketOf(m_server)->GetMptcpInfo();
    EXPECT_EQ(server.rcvNxt, info.sndUna) << "one stream, two ends";
    EXPECT_EQ(server.bytesReceived, 30'000U);
    EXPECT_EQ(server.localAddrUsed, 0U) << "it has opened none";
    EXPECT_GT(server.lastDataRecv, Seconds(1.8));
}

TEST_F(ApiAdvanced, InfoTellsOfReinjections)
{
    Start(Kind::Multihomed, 2);
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), 2 * LONG);
    CutPathForEver(1, Seconds(2));
    RunUntil(Seconds(8));
    const auto info = *client.socket->GetMptcpInfo();
    EXPECT_GT(info.retransmits, 0U);
    EXPECT_GT(info.bytesRetrans, info.retransmits);
    EXPECT_EQ(info.retransmits, Count(m_topology->Client(), mptcp::Mib::MPTCPRetrans));
    EXPECT_EQ(info.bytesRetrans, client.socket->GetConnection()->ReinjectedBytes());
}

TEST_F(ApiAdvanced, InfoAfterFallback)
{
    Start(Kind::Multihomed, 2);
    ApiClient client(NewSocket());
    client.socket->SetMultipathEnabled(false);
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(1));
    const auto info = *client.socket->GetMptcpInfo();
    EXPECT_EQ(info.flags, MptcpInfo::FALLBACK);
    EXPECT_EQ(info.token, 0U);
    EXPECT_EQ(info.subflows, 0U);
    EXPECT_EQ(info.subflowsTotal, 1U);
}

TEST_F(ApiAdvanced, InfoTellsOfAnnouncementsAndLimits)
{
    m_mptcp.SetPathManager("ns3::MptcpLinuxEndpoints");
    Build(Kind::Disjoint, EqualPaths(3));
    Ptr<Node> server = m_topology->Server();
    Ptr<Node> host = m_topology->Client();
    for (std::size_t path = 1; path < 3; ++path)
    {
        MptcpHelper::AddEndpoint(server, m_topology->ServerAddress(path), "signal");
    }
    MptcpHelper::AddEndpoint(host, m_topology->ClientAddress(1), "subflow");
    MptcpHelper::SetLimits(host, 4, 2);
    StartServer();
    ApiClient client(NewSocket());
    client.Connect(ServerSocket(), LONG);
    RunUntil(Seconds(2));
    const auto ofServer = *SocketOf(m_server)->GetMptcpInfo();
    EXPECT_EQ(ofServer.addAddrSignal, 2U);
    EXPECT_EQ(ofServer.addAddrSignalMax, 2U);
    const auto info = *client.socket->GetMptcpInfo();
    EXPECT_EQ(info.addAddrAccepted, 2U);
    EXPECT_EQ(info.addAddrAcceptedMax, 2U);
    EXPECT_EQ(info.subflowsMax, 4U);
    EXPECT_EQ(info.localAddrMax, 1U);
}

} // namespace
} // namespace ns3
