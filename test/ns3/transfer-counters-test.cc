// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What a whole transfer leaves in the counters of both hosts.
#include "counters.h"
#include "transfer-fixture.h"

#include <gtest/gtest.h>

namespace ns3
{

class CountedTransfer : public TransferTest
{
  protected:
    /// All but what depends on the moment at which each segment arrives.
    static Counters Lasting(Ptr<Node> node)
    {
        Counters counters = CountersOf(node);
        for (const char* name : {"OFOQueue", "OFOQueueTail", "OFOMerge"})
        {
            counters.erase(name);
        }
        return counters;
    }

    void RunTransfer(uint64_t bytes = 200'000)
    {
        StartTransfer(bytes, bytes);
        RunToEnd();
        ExpectOrderlyEnd();
    }

    void ExpectCounters(const Counters& client, const Counters& server) const
    {
        EXPECT_EQ(Lasting(m_topology->Client()), client);
        EXPECT_EQ(Lasting(m_topology->Server()), server);
    }
};

TEST_F(CountedTransfer, OnePath)
{
    Build(Kind::Multihomed, EqualPaths(1));
    RunTransfer();
    ExpectCounters({{"MPCapableSYNTX", 1}, {"MPCapableSYNACKRX", 1}},
                   {{"MPCapableSYNRX", 1}, {"MPCapableACKRX", 1}});
    EXPECT_EQ(CountersOf(m_topology->Client()).count("OFOQueue"), 0U);
}

TEST_F(CountedTransfer, TwoPathsToOneAddress)
{
    Build(Kind::Multihomed);
    RunTransfer();
    ExpectCounters(
        {{"MPCapableSYNTX", 1},
         {"MPCapableSYNACKRX", 1},
         {"MPJoinSynTx", 1},
         {"MPJoinSynAckRx", 1}},
        {{"MPCapableSYNRX", 1}, {"MPCapableACKRX", 1}, {"MPJoinSynRx", 1}, {"MPJoinAckRx", 1}});
    EXPECT_GT(CountersOf(m_topology->Server())["OFOQueue"], 0U);
}

TEST_F(CountedTransfer, TwoPathsToTwoAddresses)
{
    Build(Kind::Disjoint);
    RunTransfer();
    // Of the three pairs that are left, two have no link in common.
    ExpectCounters({{"MPCapableSYNTX", 1},
                    {"MPCapableSYNACKRX", 1},
                    {"AddAddr", 1},
                    {"EchoAddTx", 1},
                    {"MPJoinSynTx", 1},
                    {"MPJoinSynTxConnectErr", 2},
                    {"MPJoinSynAckRx", 1}},
                   {{"MPCapableSYNRX", 1},
                    {"MPCapableACKRX", 1},
                    {"AddAddrTx", 1},
                    {"EchoAdd", 1},
                    {"MPJoinSynRx", 1},
                    {"MPJoinAckRx", 1}});
}

TEST_F(CountedTransfer, ServerWithoutMptcp)
{
    m_serverSockets = TCP_SOCKETS;
    Build(Kind::Multihomed);
    RunTransfer();
    ExpectCounters({{"MPCapableSYNTX", 1}, {"MPCapableFallbackSYNACK", 1}}, {});
}

TEST_F(CountedTransfer, ClientWithoutMptcp)
{
    m_clientSockets = TCP_SOCKETS;
    Build(Kind::Multihomed);
    RunTransfer();
    ExpectCounters({}, {});
}

TEST_F(CountedTransfer, IsOpenAtBothEndsMeanwhile)
{
    Build(Kind::Multihomed);
    StartTransfer(500'000, 500'000);
    RunUntil(Seconds(0.5));
    EXPECT_EQ(CountersOf(m_topology->Client())["MPCurrEstab"], 1U);
    EXPECT_EQ(CountersOf(m_topology->Server())["MPCurrEstab"], 1U);
    Open(ServerSocket(), 10'000'000); // the same listener serves one more
    RunUntil(Seconds(1));
    EXPECT_EQ(CountersOf(m_topology->Client())["MPCurrEstab"], 2U);
    RunToEnd();
    EXPECT_EQ(CountersOf(m_topology->Client())["MPCurrEstab"], 0U);
}

TEST_F(CountedTransfer, PathCutForEver)
{
    Build(Kind::Multihomed);
    CutPathForEver(1, Seconds(1));
    RunTransfer(1'000'000);
    const Counters client = CountersOf(m_topology->Client());
    const Counters server = CountersOf(m_topology->Server());
    // Both had data under way on it, and neither has heard from it since.
    for (const Counters& counters : {client, server})
    {
        EXPECT_EQ(counters.count("SubflowStale"), 1U);
        EXPECT_GT(counters.at("MPTCPRetrans"), 0U);
        EXPECT_EQ(counters.count("SubflowRecover"), 0U);
    }
}

TEST_F(CountedTransfer, AddressTakenDown)
{
    Build(Kind::Multihomed);
    Simulator::Schedule(Seconds(1), &MultipathTopology::TakeDown, m_topology.get(), 1);
    StartTransfer(0, 1'000'000); // on a full link REMOVE_ADDR may get lost, and nobody would know
    RunToEnd();
    ExpectOrderlyEnd();
    Counters client = CountersOf(m_topology->Client());
    Counters server = CountersOf(m_topology->Server());
    EXPECT_EQ(client["RmSubflow"], 1U);
    EXPECT_EQ(client["RmAddrTx"], 1U);
    EXPECT_EQ(client["RmAddr"], 0U);
    EXPECT_EQ(server["RmAddr"], 1U);
    EXPECT_EQ(server["RmSubflow"], 0U);
    EXPECT_EQ(server["RmAddrTx"], 0U);
}

} // namespace ns3
