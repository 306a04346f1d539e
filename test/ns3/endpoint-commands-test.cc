// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Endpoints and limits by MptcpHelper, and the path manager that only announces.
#include "counters.h"
#include "mptcp-endpoint-path-managers.h"
#include "transfer-fixture.h"

#include "ns3/object-factory.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace
{

using mptcp::Mib;

class EndpointCommands : public TransferTest
{
  protected:
    EndpointCommands()
    {
        m_mptcp.SetPathManager("ns3::MptcpLinuxEndpoints");
        Build(Kind::Disjoint);
        node = m_topology->Client();
        stack = MptcpStack::Of(node);
    }

    [[nodiscard]] mptcp::EndpointFlags FlagsOf(uint8_t id) const
    {
        return stack->GetEndpoints().Find(mptcp::AddressId{id})->flags;
    }

    Ptr<Node> node;
    Ptr<MptcpStack> stack;
};

/// ip-mptcp(8): flags in any order and number.
TEST_F(EndpointCommands, FlagsAreWords)
{
    EXPECT_EQ(MptcpHelper::AddEndpoint(node, Ipv4Address("10.1.1.1"), "signal"), 1);
    EXPECT_EQ(MptcpHelper::AddEndpoint(node, Ipv4Address("10.1.2.1"), "backup, subflow fullmesh"),
              2);
    EXPECT_EQ(MptcpHelper::AddEndpoint(node, Ipv6Address("2001:db8::1"), "signal", 10100, 77), 77);
    EXPECT_EQ(FlagsOf(1), (mptcp::EndpointFlags{true, false, false, false, false}));
    EXPECT_EQ(FlagsOf(2), (mptcp::EndpointFlags{false, true, true, true, false}));
    EXPECT_EQ(stack->GetEndpoints().Find(mptcp::AddressId{77})->port, 10100);
    MptcpHelper::ChangeEndpoint(node, 2, "nobackup");
    EXPECT_EQ(FlagsOf(2), (mptcp::EndpointFlags{false, true, false, true, false}));
    MptcpHelper::ChangeEndpoint(node, 2, "nofullmesh,backup");
    EXPECT_EQ(FlagsOf(2), (mptcp::EndpointFlags{false, true, true, false, false}));
    MptcpHelper::RemoveEndpoint(node, 1);
    MptcpHelper::RemoveEndpoint(node, Ipv4Address("10.1.2.1"));
    EXPECT_EQ(stack->GetEndpoints().Endpoints().size(), 1U);
    MptcpHelper::FlushEndpoints(node);
    EXPECT_TRUE(stack->GetEndpoints().Endpoints().empty());
}

using EndpointCommandsDeathTest = EndpointCommands;

TEST_F(EndpointCommandsDeathTest, MistakesEndTheProgram)
{
    const Address address = Ipv4Address("10.1.1.1");
    EXPECT_DEATH(MptcpHelper::AddEndpoint(node, address, "signall"), "did you mean \"signal\"");
    EXPECT_DEATH(MptcpHelper::AddEndpoint(node, address, "subflow", 80), "needs the flag signal");
    EXPECT_DEATH(MptcpHelper::AddEndpoint(node, address, "signal fullmesh"), "exclude each other");
    EXPECT_DEATH(MptcpHelper::AddEndpoint(node, InetSocketAddress("10.1.1.1", 1), "signal"),
                 "Ipv4Address or an Ipv6Address");
    EXPECT_DEATH(MptcpHelper::RemoveEndpoint(node, 9), "has no endpoint 9");
    EXPECT_DEATH(MptcpHelper::RemoveEndpoint(node, address), "no endpoint with this address");
    EXPECT_DEATH(MptcpHelper::ChangeEndpoint(node, 9, "backup"), "no endpoint has this identifier");
    EXPECT_DEATH(MptcpHelper::SetLimits(node, 9, 0), "limits go up to 8");
}

/// The limits of a host win over the attributes of the path manager.
TEST_F(EndpointCommands, LimitsOfTheHostHold)
{
    MptcpHelper::AddEndpoint(node, m_topology->ClientAddress(1), "subflow");
    MptcpHelper::SetLimits(node, 0, 0);
    StartTransfer(200'000, 0);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_EQ(stack->GetMib().Get(Mib::MPJoinSynTx), 0U);
}

TEST_F(EndpointCommands, WithoutThemThoseOfThePathManagerHold)
{
    ObjectFactory none("ns3::MptcpLinuxEndpoints");
    none.Set("Subflows", UintegerValue(0));
    stack->SetAttribute("PathManager", ObjectFactoryValue(none));
    MptcpHelper::AddEndpoint(node, m_topology->ClientAddress(1), "subflow");
    StartTransfer(200'000, 0);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_EQ(stack->GetMib().Get(Mib::MPJoinSynTx), 0U);
}

// ---- a host that only announces ----

class SignalOnlyTransfer : public TransferTest
{
  protected:
    void Transfer(Ptr<Node> signalling)
    {
        MptcpStack::Of(signalling)
            ->SetAttribute("PathManager",
                           ObjectFactoryValue(ObjectFactory("ns3::MptcpSignalOnly")));
        StartTransfer(400'000, 100'000);
        RunToEnd();
        ExpectOrderlyEnd();
    }

    [[nodiscard]] uint64_t OfClient(Mib counter) const
    {
        return MptcpStack::Of(m_topology->Client())->GetMib().Get(counter);
    }

    [[nodiscard]] uint64_t OfServer(Mib counter) const
    {
        return MptcpStack::Of(m_topology->Server())->GetMib().Get(counter);
    }
};

TEST_F(SignalOnlyTransfer, TheServerAnnouncesAndTheClientJoins)
{
    Build(Kind::Disjoint);
    Transfer(m_topology->Server());
    EXPECT_EQ(OfServer(Mib::AddAddrTx), 1U);
    EXPECT_EQ(OfServer(Mib::EchoAdd), 1U);
    EXPECT_GE(OfClient(Mib::MPJoinSynAckRx), 1U);
    EXPECT_EQ(OfServer(Mib::MPJoinSynTx), 0U);
    EXPECT_GT(PathBytes(1), 100'000U);
}

TEST_F(SignalOnlyTransfer, AClientOfThisKindOpensNothing)
{
    Build(Kind::Disjoint);
    Transfer(m_topology->Client());
    EXPECT_EQ(OfClient(Mib::AddAddrTx), 1U);
    EXPECT_EQ(OfClient(Mib::AddAddr), 1U) << "the server announces its own";
    EXPECT_EQ(OfClient(Mib::MPJoinSynTx), 0U);
    EXPECT_EQ(OfServer(Mib::MPJoinSynTx), 0U);
}

} // namespace
} // namespace ns3
