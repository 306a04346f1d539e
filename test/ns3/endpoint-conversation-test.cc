// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What the endpoints of a host (ip-mptcp(8)) make it say on the wire.
#include "conversation-fixture.h"
#include "mptcp-helper.h"

#include "ns3/ipv4.h"
#include "ns3/ipv6.h"

#include <gtest/gtest.h>

namespace ns3::script
{
namespace
{

class EndpointsOnTheWire : public TwoLinkConversation
{
  protected:
    EndpointsOnTheWire()
    {
        hostNode->GetObject<MptcpStack>()->SetAttribute(
            "PathManager",
            ObjectFactoryValue(ObjectFactory("ns3::MptcpLinuxEndpoints")));
    }

    static constexpr uint32_t SEGMENT_BYTES = 1420;
};

/// A path manager's wish reaches the peer (RFC 8684 3.3.8; `ip mptcp endpoint change`).
TEST_F(EndpointsOnTheWire, ChangedBackupFlagIsToldByMpPrio)
{
    const auto id = MptcpHelper::AddEndpoint(hostNode, ScriptedPeer::HostAddress(1), "subflow");
    auto& first = AcceptConnection();
    auto& second = AcceptJoin(1);
    MptcpHelper::ChangeEndpoint(hostNode, id, "backup");
    second.Expect(Ack().With(mptcp::Priority{true}));
    host.Write("first"); // our own data obeys it too, as in Linux
    first.Expect(Data("first"));
    first.Send(Ack().With(Dss().DataAck(6)));
    MptcpHelper::ChangeEndpoint(hostNode, id, "nobackup");
    second.Expect(Ack().With(mptcp::Priority{false}));
    first.ExpectSilence(MilliSeconds(500));
    EXPECT_EQ(Count(mptcp::Mib::MPPrioTx), 2U);
}

/// RFC 8684 3.4.1: 30 bytes, all that a timestamp leaves of the 40.
TEST_F(EndpointsOnTheWire, Ipv6AddressWithAPortIsAnnounced)
{
    constexpr uint16_t PORT = 5300;
    Ptr<Ipv6> ipv6 = hostNode->GetObject<Ipv6>();
    const uint32_t interface = ipv6->AddInterface(hostNode->GetObject<Ipv4>()->GetNetDevice(2));
    ipv6->AddAddress(interface, Ipv6InterfaceAddress("2001:db8::1", Ipv6Prefix(64)));
    ipv6->SetUp(interface);
    const auto id = MptcpHelper::AddEndpoint(hostNode, Ipv6Address("2001:db8::1"), "signal", PORT);
    auto& subflow = OpenConnection();
    const auto ack = subflow.Expect(Ack().With(Any<mptcp::AddAddress>()));
    const auto announced = *ack.Find<mptcp::AddAddress>();
    mptcp::Ipv6Bytes bytes;
    Ipv6Address("2001:db8::1").Serialize(bytes.data());
    EXPECT_EQ(announced.id, id);
    EXPECT_EQ(announced.address, mptcp::AnnouncedAddress(bytes));
    EXPECT_EQ(announced.port, PORT);
    EXPECT_EQ(announced.hmac, mptcp::AddAddressHmac({peer.RemoteKey(), peer.Key()}, announced));
    EXPECT_TRUE(ack.timestamp);
    EXPECT_EQ(ack.mptcpOptions, 1U); // the DSS waits for the next segment
}

// ---- the last subflow ----

/// RFC 8684 3.3.3: "MUST NOT close all functioning subflows unless it is safe to do so".
TEST_F(EndpointsOnTheWire, LastSubflowIsClosedWhenAllDataIsAcknowledged)
{
    auto& subflow = AcceptConnection();
    host.Write("hello");
    subflow.Expect(Data("hello"));
    MptcpHelper::RemoveInitialAddress(hostNode, ScriptedPeer::HostAddress(0));
    subflow.ExpectNone(Fin(), MilliSeconds(500));
    host.Write("world"); // it may still be used
    subflow.ExpectLater(Data("world"));
    subflow.Send(Ack().With(Dss().DataAck(6)));
    subflow.ExpectNone(Fin(), MilliSeconds(500));
    subflow.Send(Ack().With(Dss().DataAck(11)));
    subflow.Expect(Fin());
}

TEST_F(EndpointsOnTheWire, LastSubflowIsClosedWhenAnotherOneHasCome)
{
    auto& first = AcceptConnection();
    host.Write(Text(1, 2 * SEGMENT_BYTES));
    first.Expect(Data(Text(1, SEGMENT_BYTES)));
    first.Expect(Data(Text(1 + SEGMENT_BYTES, SEGMENT_BYTES)));
    MptcpHelper::RemoveInitialAddress(hostNode, ScriptedPeer::HostAddress(0));
    first.ExpectNone(Fin(), MilliSeconds(100));
    MptcpHelper::AddEndpoint(hostNode, ScriptedPeer::HostAddress(1), "subflow");
    AcceptJoin(1);
    first.ExpectLater(Fin());
}

TEST_F(EndpointsOnTheWire, OneOfTwoSubflowsIsClosedAtOnce)
{
    const auto id = MptcpHelper::AddEndpoint(hostNode, ScriptedPeer::HostAddress(1), "subflow");
    auto& first = AcceptConnection();
    auto& second = AcceptJoin(1);
    host.Write("hello");
    first.Expect(Data("hello"));
    MptcpHelper::RemoveEndpoint(hostNode, id);
    second.Expect(Fin());
}

} // namespace
} // namespace ns3::script
