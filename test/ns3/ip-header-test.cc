// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What the IP headers of subflows say.
#include "transfer-fixture.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-l3-protocol.h"

#include <map>
#include <set>

namespace ns3
{
namespace
{

class IpHeaders : public TransferTest
{
  protected:
    /// Times to live of what a node sends, by source address.
    void Watch(Ptr<Node> node)
    {
        node->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
            "Tx",
            Callback<void, Ptr<const Packet>, Ptr<Ipv4>, uint32_t>(
                [this](Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t) {
                    Ipv4Header header;
                    packet->PeekHeader(header);
                    m_ttls[header.GetSource()].insert(header.GetTtl());
                }));
    }

    std::map<Ipv4Address, std::set<int>> m_ttls;
};

/// The first router would make 255 of 0.
TEST_F(IpHeaders, TimeToLiveIsThatOfTheHost)
{
    Build(Kind::Multihomed);
    Watch(m_topology->Client());
    Watch(m_topology->Server());
    StartTransfer(50'000, 50'000);
    RunToEnd();
    ExpectOrderlyEnd();
    ASSERT_EQ(m_ttls.size(), 3U);
    for (const auto& [source, ttls] : m_ttls)
    {
        EXPECT_EQ(ttls, std::set<int>{64}) << source; // ns3::Ipv4L3Protocol::DefaultTtl
    }
}

TEST_F(IpHeaders, TimeToLiveOfTheApplicationIsTaken)
{
    Build(Kind::Multihomed);
    Watch(m_topology->Client());
    Ptr<Socket> socket =
        Socket::CreateSocket(m_topology->Client(), TypeId::LookupByName(MPTCP_SOCKETS));
    socket->SetIpTtl(7);
    socket->Connect(ServerSocket());
    RunUntil(Seconds(1));
    ASSERT_EQ(m_ttls.size(), 1U);
    EXPECT_EQ(m_ttls.begin()->second, std::set<int>{7});
}

} // namespace
} // namespace ns3
