// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Whole transfers over IPv6, and over IPv4 and IPv6 at once.
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6.h"
#include "ns3/node-container.h"
#include "ns3/object-vector.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/uinteger.h"

#include <array>
#include <gtest/gtest.h>

namespace ns3
{
namespace
{

constexpr uint64_t BYTES = 400'000;

class Ipv6Transfer : public TransferTest
{
  protected:
    /// Two hosts with two links between them, without any address but link-local ones.
    Ipv6Transfer()
    {
        hosts.Create(2);
        InternetStackHelper().Install(hosts);
        PointToPointHelper pointToPoint;
        pointToPoint.SetDeviceAttribute("DataRate", DataRateValue(DataRate("2Mbps")));
        pointToPoint.SetChannelAttribute("Delay", TimeValue(MilliSeconds(20)));
        for (std::size_t path = 0; path < 2; ++path)
        {
            links.push_back(pointToPoint.Install(hosts));
            links.back().Get(1)->TraceConnectWithoutContext(
                "MacRx",
                Callback<void, Ptr<const Packet>>(
                    [this, path](Ptr<const Packet> packet) { bytes[path] += packet->GetSize(); }));
        }
        m_mptcp.Install(hosts);
        MptcpHelper::AssignStreams(hosts, 1000);
    }

    void GiveIpv4(std::size_t path)
    {
        const std::string network = "10.0." + std::to_string(path) + ".0";
        Ipv4AddressHelper(network.c_str(), "255.255.255.0").Assign(links[path]);
        TrafficControlHelper().Uninstall(links[path]);
    }

    void GiveIpv6(std::size_t path)
    {
        const std::string network = "2001:db8:" + std::to_string(path) + "::";
        Ipv6AddressHelper(network.c_str(), Ipv6Prefix(64)).Assign(links[path]);
    }

    static Address Server4()
    {
        return InetSocketAddress("10.0.0.2", PORT);
    }

    Address Server6() const
    {
        Ptr<Ipv6> ipv6 = hosts.Get(1)->GetObject<Ipv6>();
        const auto interface = static_cast<uint32_t>(ipv6->GetInterfaceForDevice(links[0].Get(1)));
        return Inet6SocketAddress(ipv6->GetAddress(interface, 1).GetAddress(), PORT);
    }

    Ptr<StreamEndpoint> Start(uint32_t host, const Address& address) const
    {
        auto endpoint = CreateObject<StreamEndpoint>();
        endpoint->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(MPTCP_SOCKETS)));
        endpoint->SetAttribute("Address", AddressValue(address));
        endpoint->SetAttribute("Listen", BooleanValue(host == 1));
        endpoint->SetAttribute("BytesToSend", UintegerValue(BYTES));
        hosts.Get(host)->AddApplication(endpoint);
        // Duplicate address detection takes a second (RFC 4862).
        endpoint->SetStartTime(Seconds(host == 1 ? 0 : 2));
        return endpoint;
    }

    static Address Any6()
    {
        return Inet6SocketAddress(Ipv6Address::GetAny(), PORT);
    }

    /// Both directions; the server listens for the family of `remote` only.
    void Transfer(const Address& remote)
    {
        const bool is6 = Inet6SocketAddress::IsMatchingType(remote);
        Transfer(remote, is6 ? Any6() : InetSocketAddress(Ipv4Address::GetAny(), PORT));
    }

    void Transfer(const Address& remote, const Address& listening)
    {
        m_server = Start(1, listening);
        m_client = Start(0, remote);
        RunUntil(Seconds(2.5));
        subflows = SocketOf(m_client)->GetSubflows().size();
        RunToEnd();
        ExpectDelivered();
        for (const auto& endpoint : {m_client, m_server})
        {
            EXPECT_TRUE(SocketOf(endpoint)->GetSubflows().empty());
        }
        // The listener for joins has gone with the connection; the application's is left.
        ObjectVectorValue sockets;
        hosts.Get(1)->GetObject<TcpL4Protocol>()->GetAttribute("SocketList", sockets);
        EXPECT_EQ(sockets.GetN(), 1U);
    }

    void ExpectBothPathsUsed() const
    {
        EXPECT_GT(bytes[0], BYTES / 4);
        EXPECT_GT(bytes[1], BYTES / 4);
    }

    [[nodiscard]] uint64_t Count(uint32_t host, mptcp::Mib counter) const
    {
        return hosts.Get(host)->GetObject<MptcpStack>()->GetMib().Get(counter);
    }

    NodeContainer hosts; //!< client, server
    std::vector<NetDeviceContainer> links;
    std::array<uint64_t, 2> bytes{};
    std::size_t subflows{0};
};

TEST_F(Ipv6Transfer, OverTwoIpv6Paths)
{
    GiveIpv6(0);
    GiveIpv6(1);
    Transfer(Server6());
    ExpectBothPathsUsed();
    EXPECT_EQ(Count(0, mptcp::Mib::AddAddr), 1U);
    EXPECT_EQ(Count(0, mptcp::Mib::MPJoinSynAckRx), subflows - 1);
}

/// The second subflow comes to an address of another family than the application listens on.
TEST_F(Ipv6Transfer, OpenedOverIpv4AndJoinedOverIpv6)
{
    GiveIpv4(0);
    GiveIpv6(1);
    Transfer(Server4());
    EXPECT_EQ(subflows, 2U);
    ExpectBothPathsUsed();
}

TEST_F(Ipv6Transfer, OpenedOverIpv6AndJoinedOverIpv4)
{
    GiveIpv6(0);
    GiveIpv4(1);
    Transfer(Server6());
    EXPECT_EQ(subflows, 2U);
    ExpectBothPathsUsed();
}

TEST_F(Ipv6Transfer, BothFamiliesOnEachPath)
{
    for (std::size_t path = 0; path < 2; ++path)
    {
        GiveIpv4(path);
        GiveIpv6(path);
    }
    Transfer(Server4());
    EXPECT_EQ(Count(0, mptcp::Mib::AddAddr), 3U);
    EXPECT_EQ(Count(0, mptcp::Mib::EchoAddTx), 3U);
    EXPECT_EQ(Count(1, mptcp::Mib::AddAddrTx), 3U);
    EXPECT_EQ(Count(1, mptcp::Mib::EchoAdd), 3U);
    ExpectBothPathsUsed();
}

/// RFC 8684 3.4.1: a port beside an IPv6 address; the ADD_ADDR has no byte to spare.
TEST_F(Ipv6Transfer, OpenedOverIpv4AndJoinedOverIpv6AtAnAnnouncedPort)
{
    GiveIpv4(0);
    GiveIpv6(1);
    for (uint32_t host : {0U, 1U})
    {
        hosts.Get(host)->GetObject<MptcpStack>()->SetAttribute(
            "PathManager",
            ObjectFactoryValue(ObjectFactory("ns3::MptcpLinuxEndpoints")));
    }
    Ptr<Ipv6> ipv6 = hosts.Get(1)->GetObject<Ipv6>();
    const auto interface = static_cast<uint32_t>(ipv6->GetInterfaceForDevice(links[1].Get(1)));
    MptcpHelper::SetLimits(hosts.Get(0), 1, 1);
    MptcpHelper::SetLimits(hosts.Get(1), 1, 0);
    MptcpHelper::AddEndpoint(hosts.Get(1),
                             ipv6->GetAddress(interface, 1).GetAddress(),
                             "signal",
                             PORT + 1);
    Transfer(Server4());
    EXPECT_EQ(subflows, 2U);
    ExpectBothPathsUsed();
    EXPECT_EQ(Count(0, mptcp::Mib::PortAdd), 1U);
    EXPECT_EQ(Count(0, mptcp::Mib::MPJoinPortSynAckRx), 1U);
    EXPECT_EQ(Count(1, mptcp::Mib::MPJoinPortSynRx), 1U);
    EXPECT_EQ(Count(1, mptcp::Mib::MPJoinPortAckRx), 1U);
}

/// As with sockets of Linux (RFC 3493 3.7), an application that listens on `::` serves IPv4 as
/// well; TCP shows it the addresses of such peers as ::ffff:10.0.0.1.
TEST_F(Ipv6Transfer, ListenerForBothFamiliesOpenedOverIpv4)
{
    GiveIpv4(0);
    GiveIpv4(1);
    Transfer(Server4(), Any6());
    EXPECT_EQ(subflows, 2U);
    ExpectBothPathsUsed();
    EXPECT_EQ(Count(1, mptcp::Mib::AddAddrTx), 1U); // not the one that is in use already
    EXPECT_EQ(Count(0, mptcp::Mib::AddAddr), 1U);
}

/// What is announced is not for joins alone where the application itself listens.
TEST_F(Ipv6Transfer, ListenerForBothFamiliesTakesConnectionsAtAnAnnouncedAddress)
{
    GiveIpv4(0);
    GiveIpv4(1);
    auto second = CreateObject<StreamEndpoint>();
    second->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(MPTCP_SOCKETS)));
    second->SetAttribute("Address", AddressValue(InetSocketAddress("10.0.1.2", PORT)));
    hosts.Get(0)->AddApplication(second);
    second->SetStartTime(Seconds(3)); // 10.0.1.2 has been announced
    m_server = Start(1, Any6());
    m_client = Start(0, Server4());
    RunUntil(Seconds(3.5));
    EXPECT_EQ(Count(1, mptcp::Mib::EchoAdd), 2U); // of both connections
    EXPECT_FALSE(second->HasFailed());
    EXPECT_EQ(Count(1, mptcp::Mib::MPCapableACKRX), 2U);
}

TEST_F(Ipv6Transfer, ListenerForBothFamiliesJoinedOverIpv6)
{
    GiveIpv4(0);
    GiveIpv6(1);
    Transfer(Server4(), Any6());
    EXPECT_EQ(subflows, 2U);
    ExpectBothPathsUsed();
}

/// RFC 8684 3.4.2. (Router solicitations of ns-3 do not survive Ipv6::SetDown.)
TEST_F(Ipv6Transfer, AddressThatGoesLeavesTheTransferToTheOtherFamily)
{
    GiveIpv4(0);
    GiveIpv6(1);
    Ptr<Ipv6> ipv6 = hosts.Get(0)->GetObject<Ipv6>();
    const auto interface = static_cast<uint32_t>(ipv6->GetInterfaceForDevice(links[1].Get(0)));
    Simulator::Schedule(Seconds(2.8), [=] { ipv6->RemoveAddress(interface, 1U); });
    Transfer(Server4());
    EXPECT_EQ(subflows, 2U);
    EXPECT_EQ(Count(0, mptcp::Mib::RmAddrTx), 1U);
    EXPECT_EQ(Count(1, mptcp::Mib::RmAddr), 1U);
    // 400 kB each way at 2 Mb/s; nothing waits for a timeout.
    EXPECT_LT(m_server->LastReceived(), Seconds(5));
    EXPECT_LT(m_client->LastReceived(), Seconds(5));
}

} // namespace
} // namespace ns3
