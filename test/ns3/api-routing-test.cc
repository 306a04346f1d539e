// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Subflows that applications ask for, on a host that routes as draft-handley-mptcp-routing-00 has
/// it: they come from addresses that its routing has a way for, as those of the full mesh do.
#include "core/mib.h"
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "multihomed-host.h"
#include "routing/mptcp-host-routing.h"
#include "simulation-fixture.h"
#include "two-way-transfer.h"

#include "ns3/inet-socket-address.h"
#include "ns3/uinteger.h"

#include <memory>

namespace ns3
{
namespace
{

class ApiRouting : public SimulationTest
{
  protected:
    /// A transfer from A by one subflow; its second address has no route.
    ApiRouting()
        : m_network(MultihomedHostSpec())
    {
        const NodeContainer ends(m_network.Host(), m_network.Peer());
        m_mptcp.Install(ends);
        m_mptcp.SetPathManager("ns3::MptcpFullMesh", "MaxSubflows", UintegerValue(1));
        m_mptcp.Install(m_network.Host());
        MptcpHelper::AssignStreams(ends, 10);
        SetSecondRoute(false);
        m_transfer = std::make_unique<TwoWayTransfer>(m_network.Host(),
                                                      m_network.Peer(),
                                                      m_network.PeerAddress(),
                                                      true);
        RunUntil(1);
        socket = DynamicCast<MptcpSocket>(m_transfer->Opener()->GetSocket());
    }

    void SetSecondRoute(bool isThere)
    {
        const Ipv4Address router("10.2.0.1");
        const uint32_t interface = MultihomedHost::HostInterface(1);
        auto routing = MptcpIpv4HostRouting::Of(m_network.Host());
        if (isThere)
        {
            routing->AddDefaultRoute(router, interface, 2);
        }
        else
        {
            routing->RemoveRoute(Ipv4Address::GetAny(), Ipv4Mask::GetZero(), router, interface);
        }
    }

    static void RunUntil(double seconds)
    {
        Simulator::Stop(Seconds(seconds) - Simulator::Now());
        Simulator::Run();
    }

    /// SYNs of A with MP_JOIN.
    uint64_t Joins() const
    {
        return m_network.Host()->GetObject<MptcpStack>()->GetMib().Get(mptcp::Mib::MPJoinSynTx);
    }

    int OpenFromSecond()
    {
        const auto remote = socket->GetSubflowAddresses().at(0).remote;
        return socket->OpenSubflow(InetSocketAddress(m_network.HostAddress(1), 0), remote);
    }

    MptcpHelper m_mptcp;
    MultihomedHost m_network;
    std::unique_ptr<TwoWayTransfer> m_transfer;
    Ptr<MptcpSocket> socket;
};

TEST_F(ApiRouting, ANumberOfSubflowsIsMadeUpOfRoutedOnes)
{
    EXPECT_EQ(socket->RequestSubflows(2), -1);
    EXPECT_EQ(socket->GetErrno(), Socket::ERROR_ADDRNOTAVAIL);
    RunUntil(2);
    EXPECT_EQ(Joins(), 0U);
    EXPECT_EQ(m_network.FilteredPackets(0), 0U);
    SetSecondRoute(true);
    EXPECT_EQ(socket->RequestSubflows(2), 0);
    RunUntil(3);
    EXPECT_EQ(socket->GetSubflowAddresses().size(), 2U);
}

TEST_F(ApiRouting, ASpecificSubflowWithoutARouteIsAnError)
{
    EXPECT_EQ(OpenFromSecond(), -1);
    EXPECT_EQ(socket->GetErrno(), Socket::ERROR_NOROUTETOHOST);
    RunUntil(2);
    EXPECT_EQ(Joins(), 0U);
    EXPECT_EQ(m_network.FilteredPackets(0), 0U);
    SetSecondRoute(true);
    EXPECT_EQ(OpenFromSecond(), 0);
    RunUntil(3);
    EXPECT_EQ(socket->GetSubflowAddresses().size(), 2U);
}

TEST_F(ApiRouting, AReplacementWithoutARouteIsNone)
{
    const Ipv4Address first = m_network.HostAddress(0);
    EXPECT_EQ(socket->RemoveLocalAddress(first), 0);
    RunUntil(2);
    EXPECT_EQ(Joins(), 0U);
    EXPECT_EQ(m_network.FilteredPackets(0), 0U) << "from the other address, by the wrong ISP";
}

TEST_F(ApiRouting, AReplacementWithARouteTakesOver)
{
    SetSecondRoute(true);
    EXPECT_EQ(socket->RemoveLocalAddress(m_network.HostAddress(0)), 0);
    RunUntil(2);
    ASSERT_EQ(socket->GetSubflowAddresses().size(), 1U);
    EXPECT_EQ(InetSocketAddress::ConvertFrom(socket->GetSubflowAddresses()[0].local).GetIpv4(),
              m_network.HostAddress(1));
    EXPECT_TRUE(m_transfer->IsIntact());
}

} // namespace
} // namespace ns3
