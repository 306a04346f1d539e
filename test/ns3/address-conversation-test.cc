// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// ADD_ADDR and REMOVE_ADDR (RFC 8684 3.4): what the host says about its addresses, and what it
/// makes of what the peer says.
#include "conversation-fixture.h"
#include "mptcp-helper.h"
#include "mptcp-stack.h"

#include "ns3/boolean.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"

#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

mptcp::Ipv4Bytes
Bytes(Ipv4Address address)
{
    mptcp::Ipv4Bytes bytes;
    address.Serialize(bytes.data());
    return bytes;
}

mptcp::AddAddress
EchoOf(mptcp::AddAddress announcement)
{
    announcement.hmac.reset();
    return announcement;
}

mptcp::AddressIdList
Ids(std::initializer_list<mptcp::AddressId> ids)
{
    mptcp::AddressIdList list;
    for (const auto id : ids)
    {
        list.Append(id);
    }
    return list;
}

} // namespace

/// What all of these need: the host's addresses and counters.
class Addressing : public TwoLinkConversation
{
  protected:
    void SetTimeout(Time timeout) const
    {
        hostNode->GetObject<MptcpStack>()->SetAttribute("AddAddressTimeout", TimeValue(timeout));
    }

    [[nodiscard]] uint64_t Count(mptcp::Mib counter) const
    {
        return hostNode->GetObject<MptcpStack>()->GetMib().Get(counter);
    }

    [[nodiscard]] Ptr<Ipv4> Ip() const
    {
        return hostNode->GetObject<Ipv4>();
    }

    static constexpr uint32_t Interface(std::size_t link)
    {
        return static_cast<uint32_t>(link) + 1;
    }

    /// With its default route, which ns-3 has dropped.
    void BringUp(std::size_t link) const
    {
        Ip()->SetUp(Interface(link));
        MptcpHelper::AddDefaultRoutes(hostNode);
    }

    void AddAddress(std::size_t link, Ipv4Address address) const
    {
        Ip()->AddAddress(Interface(link), Ipv4InterfaceAddress(address, Ipv4Mask("255.255.255.0")));
    }

    [[nodiscard]] std::size_t Subflows() const
    {
        return host.GetSocket()->GetSubflows().size();
    }
};

// ---- repetition ----

class Repeating : public Addressing
{
  protected:
    PeerSubflow& Open()
    {
        first = &OpenConnection();
        const auto ack = first->Expect(Ack().With(Any<mptcp::AddAddress>()));
        announced = *ack.Find<mptcp::AddAddress>();
        at = ack.at;
        first->Send(Ack().With(Dss().DataAck(1)));
        return *first;
    }

    PeerSubflow* first{nullptr};
    mptcp::AddAddress announced;
    Time at;
};

/// Linux: net.mptcp.add_addr_timeout, four transmissions in all (selftest mptcp_join.sh, "signal
/// address, ADD_ADDR timeout").
TEST_F(Repeating, WithoutAnEchoThreeTimes)
{
    SetTimeout(Seconds(1));
    Open();
    for (int i = 1; i <= 3; ++i)
    {
        const auto again = first->Expect(Ack().With(announced));
        EXPECT_EQ(again.at - at, Seconds(i));
    }
    first->ExpectSilence(Seconds(9));
    EXPECT_EQ(Count(mptcp::Mib::AddAddrTx), 4U);
}

// Its acknowledgement is made for it, and the acknowledgement of the data has had the SACK blocks;
// Linux lets options of MPTCP go before them as well (tcp_established_options).
TEST_F(Repeating, InTimeWhileDataIsMissing)
{
    SetTimeout(Seconds(1));
    Open();
    first->Send(Data("world").Seq(6).With(Dss().DataAck(1).Map(6, 6, 5)));
    EXPECT_EQ(first->Expect(Ack().AckNumber(1).With(Dss().DataAck(1))).sackBlocks, 1U);
    const auto again = first->Expect(Ack().AckNumber(1).With(announced).With(Dss().DataAck(1)));
    EXPECT_EQ(again.at - at, Seconds(1));
}

// It is on every acknowledgement, and takes all the room, until the peer has acknowledged it.
TEST_F(Repeating, InTimeWhileTheDataFinIsUnderWay)
{
    SetTimeout(Seconds(1));
    Open();
    host.Close();
    first->Expect(Ack().With(Dss().DataAck(1).DataFin(1)));
    const auto again = first->ExpectLater(Ack().With(announced).With(Dss().DataAck(1)));
    EXPECT_EQ(again.at - at, Seconds(1));
    first->ExpectLater(Ack().With(Dss().DataAck(1).DataFin(1)));
}

TEST_F(Repeating, AfterTwoMinutesByDefault)
{
    Open();
    first->ExpectSilence(Seconds(119));
    const auto again = first->Expect(Ack().With(announced));
    EXPECT_EQ(again.at - at, Seconds(120));
}

TEST_F(Repeating, EndsWithTheEcho) // RFC 8684 3.4.1
{
    SetTimeout(Seconds(1));
    Open();
    first->Expect(Ack().With(announced));
    first->Send(Ack().With(Dss().DataAck(1)).With(EchoOf(announced)));
    first->ExpectSilence(Seconds(9));
    EXPECT_EQ(Count(mptcp::Mib::AddAddrTx), 2U);
}

TEST_F(Repeating, GoesOnAfterAnEchoOfSomethingElse)
{
    SetTimeout(Seconds(1));
    Open();
    auto other = EchoOf(announced);
    other.port = 81;
    first->Send(Ack().With(Dss().DataAck(1)).With(other));
    first->Expect(Ack().With(announced));
}

TEST_F(Repeating, NeverWithATimeoutOfZero)
{
    SetTimeout(Seconds(0));
    Open();
    first->ExpectSilence(Seconds(200));
}

TEST_F(Repeating, EndsWithTheConnection)
{
    SetTimeout(Seconds(1));
    Open();
    first->Send(RstAck());
    first->ExpectNone(Ack().With(announced), Seconds(9));
}

TEST_F(Repeating, EndsWithTheAddress)
{
    SetTimeout(Seconds(1));
    Open();
    Ip()->SetDown(Interface(1));
    first->Expect(Ack().With(mptcp::RemoveAddress{Ids({1})}));
    first->ExpectSilence(Seconds(9));
}

// ---- the host's addresses change ----

class Moving : public Addressing
{
  protected:
    /// Two subflows, opened by the host.
    void Connect()
    {
        first = &AcceptConnection();
        second = &AcceptJoin(1);
    }

    PeerSubflow* first{nullptr};
    PeerSubflow* second{nullptr};
};

/// RFC 8684 3.4.2; the data under way is sent again at once (RFC 8684 3.3.6).
TEST_F(Moving, LostInterfaceIsToldAndItsDataSentElsewhere)
{
    Connect();
    constexpr uint32_t SEGMENT = 1420;
    host.Write(Text(1, 15 * SEGMENT)); // ten on the first, five on the second
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(first->Collect(MilliSeconds(20)).size(), 10U);
    Ip()->SetDown(Interface(1));
    first->Expect(Ack().With(mptcp::RemoveAddress{Ids({1})}));
    EXPECT_EQ(Subflows(), 1U);
    EXPECT_EQ(Count(mptcp::Mib::RmAddrTx), 1U);
    first->Send(Ack().AckNumber(10 * SEGMENT + 1).With(Dss().DataAck(10 * SEGMENT + 1)));
    const auto resent =
        first->Expect(Data(Text(10 * SEGMENT + 1, SEGMENT))
                          .With(Dss().Map(10 * SEGMENT + 1, 10 * SEGMENT + 1, SEGMENT)));
    EXPECT_LT(resent.at, Seconds(1)) << "without waiting for a timeout";
}

TEST_F(Moving, InterfaceThatComesBackIsJoinedUnderItsOldId) // RFC 8684 3.4.1
{
    Connect();
    Ip()->SetDown(Interface(1));
    first->Expect(Ack().With(mptcp::RemoveAddress{Ids({1})}));
    peer.ExpectNoSyn(Seconds(5));
    BringUp(1);
    auto& again = peer.AwaitSyn(1);
    const auto syn = again.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    EXPECT_EQ(syn.Find<mptcp::JoinSyn>()->id, 1);
    EXPECT_EQ(again.GetName().hostAddress, ScriptedPeer::HostAddress(1));
}

TEST_F(Moving, NewAddressIsJoinedUnderANewId)
{
    Connect();
    AddAddress(1, "10.0.1.77");
    auto& third = peer.AwaitSyn(1);
    const auto syn = third.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    EXPECT_EQ(syn.Find<mptcp::JoinSyn>()->id, 2);
    EXPECT_EQ(third.GetName().hostAddress, Ipv4Address("10.0.1.77"));
}

TEST_F(Moving, AddressOfTheFirstSubflowHasIdZero) // RFC 8684 3.2
{
    Connect();
    Ip()->SetDown(Interface(0));
    second->Expect(Ack().With(mptcp::RemoveAddress{Ids({0})}));
    EXPECT_EQ(Subflows(), 1U);
    host.Write("on the second");
    second->Expect(Data("on the second").With(Dss().Map(1, 1, 13)));
}

TEST_F(Moving, AddressTakenFromItsInterfaceResetsItsSubflows) // RFC 8684 3.4.2
{
    Connect();
    AddAddress(1, "10.0.1.77");
    peer.AwaitSyn(1).Expect(Syn());
    Ip()->RemoveAddress(Interface(1), ScriptedPeer::HostAddress(1));
    second->Expect(Rst().With(Any<mptcp::Reset>()));
    first->Expect(Ack().With(mptcp::RemoveAddress{Ids({1})}));
    EXPECT_EQ(Subflows(), 2U) << "the first and the one under way";
}

TEST_F(Moving, LastAddressOfAnInterfaceGoesInSilence)
{
    Connect();
    Ip()->RemoveAddress(Interface(1), ScriptedPeer::HostAddress(1));
    first->Expect(Ack().With(mptcp::RemoveAddress{Ids({1})}));
    second->ExpectSilence(Seconds(2)); // there is no address to send a reset from
    EXPECT_EQ(Subflows(), 1U);
}

TEST_F(Moving, SeveralAddressesAreRemovedByOneOption)
{
    AddAddress(1, "10.0.1.77");
    first = &AcceptConnection();
    AcceptJoin(1);
    AcceptJoin(1);
    Ip()->SetDown(Interface(1));
    first->Expect(Ack().With(mptcp::RemoveAddress{Ids({1, 2})}));
    first->ExpectSilence(Seconds(2));
    EXPECT_EQ(Count(mptcp::Mib::RmAddrTx), 2U);
    EXPECT_EQ(Subflows(), 1U);
}

TEST_F(Moving, HandshakeUnderWayIsGivenUp)
{
    first = &AcceptConnection();
    auto& join = peer.AwaitSyn(1);
    join.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    Ip()->SetDown(Interface(1));
    first->Expect(Ack().With(mptcp::RemoveAddress{Ids({1})}));
    BringUp(1);
    peer.AwaitSyn(1).Expect(Syn().With(Any<mptcp::JoinSyn>()));
    join.ExpectSilence(Seconds(9));
}

TEST_F(Moving, ServerAnnouncesANewAddress)
{
    first = &OpenConnection();
    const auto one = first->Expect(Ack().With(Any<mptcp::AddAddress>()));
    first->Send(Ack().With(Dss().DataAck(1)).With(EchoOf(*one.Find<mptcp::AddAddress>())));
    AddAddress(1, "10.0.1.77");
    const auto two = first->Expect(Ack().With(Any<mptcp::AddAddress>()));
    EXPECT_EQ(two.Find<mptcp::AddAddress>()->id, 2);
    EXPECT_EQ(two.Find<mptcp::AddAddress>()->address, mptcp::AnnouncedAddress(Bytes("10.0.1.77")));
    Ip()->SetDown(Interface(1));
    first->Expect(Ack().With(mptcp::RemoveAddress{Ids({1, 2})}));
    Ip()->SetUp(Interface(1));
    first->Expect(Ack().With(*one.Find<mptcp::AddAddress>()));
    first->Expect(Ack().With(*two.Find<mptcp::AddAddress>()));
}

TEST_F(Moving, SubflowThePeerOpenedEndsWithItsAddressToo)
{
    first = &OpenConnection();
    first->Expect(Ack().With(Any<mptcp::AddAddress>()));
    first->Send(Ack().With(Dss().DataAck(1)));
    second = &Join(1);
    second->Send(Ack().With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(10));
    EXPECT_EQ(Subflows(), 2U);
    Ip()->SetDown(Interface(1));
    first->Expect(Ack().With(mptcp::RemoveAddress{Ids({1})}));
    EXPECT_EQ(Subflows(), 1U);
}

TEST_F(Moving, SubflowThePeerOpenedToAnotherAddressStays)
{
    first = &OpenConnection();
    first->Expect(Ack().With(Any<mptcp::AddAddress>()));
    first->Send(Ack().With(Dss().DataAck(1)));
    second = &Join(1);
    second->Send(Ack().With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(10));
    Ip()->SetDown(Interface(0));
    second->Expect(Ack().With(mptcp::RemoveAddress{Ids({0})}));
    second->ExpectNone(Fin(), Seconds(1));
    EXPECT_EQ(Subflows(), 1U);
}

TEST_F(Moving, FallenBackConnectionKeepsItsOnlySubflow)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    first = &peer.AwaitSyn(0);
    first->Expect(Syn());
    first->Send(SynAck());
    first->Expect(Ack().WithoutMptcp());
    Ip()->SetDown(Interface(0));
    peer.Wait(MilliSeconds(500));
    BringUp(0);
    host.Write("plain");
    first->ExpectLater(Data("plain").WithoutMptcp());
}

// ---- IPv6 ----

/// 28 bytes, besides timestamps (RFC 8684 3.4.1): the DSS waits for the next segment.
TEST_F(Moving, Ipv6AnnouncementGoesAlone)
{
    Ptr<Ipv6> ipv6 = hostNode->GetObject<Ipv6>();
    const uint32_t interface = ipv6->AddInterface(Ip()->GetNetDevice(Interface(1)));
    ipv6->AddAddress(interface, Ipv6InterfaceAddress("2001:db8::1", Ipv6Prefix(64)));
    ipv6->SetUp(interface);
    first = &OpenConnection();
    first->Expect(Ack().With(Any<mptcp::AddAddress>())); // IPv4
    const auto ack = first->Expect(Ack().With(Any<mptcp::AddAddress>()));
    const auto announced = *ack.Find<mptcp::AddAddress>();
    mptcp::Ipv6Bytes bytes;
    Ipv6Address("2001:db8::1").Serialize(bytes.data());
    EXPECT_EQ(announced.id, 2);
    EXPECT_EQ(announced.address, mptcp::AnnouncedAddress(bytes));
    EXPECT_EQ(announced.hmac, mptcp::AddAddressHmac({peer.RemoteKey(), peer.Key()}, announced));
    EXPECT_EQ(ack.mptcpOptions, 1U);
    first->Send(Ack().With(EchoOf(announced)));
    first->Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    first->Expect(Ack().With(Dss().DataAck(6)));
}

// ---- the peer's announcements ----

class Hearing : public OneLinkConversation
{
  protected:
    void Open()
    {
        first = &AcceptConnection();
    }

    void Announce(mptcp::AddressId id,
                  const mptcp::AnnouncedAddress& address,
                  std::optional<uint16_t> port = std::nullopt)
    {
        mptcp::AddAddress announcement;
        announcement.id = id;
        announcement.address = address;
        announcement.port = port;
        announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
        first->Send(Ack().With(announcement));
        first->Expect(Ack().With(EchoOf(announcement))); // it has arrived (RFC 8684 3.4.1)
    }

    PeerSubflow* first{nullptr};
};

/// The server joins at an address the client has announced, at the port the client uses
/// (RFC 8684 3.4.1).
TEST_F(Hearing, ServerMayJoinTheClient)
{
    ObjectFactory mesh("ns3::MptcpFullMesh", "OpenAsResponder", BooleanValue(true));
    hostNode->GetObject<MptcpStack>()->SetAttribute("PathManager", ObjectFactoryValue(mesh));
    first = &OpenConnection();
    first->Send(Ack().With(Dss().DataAck(1)));
    Announce(3, Bytes(ScriptedPeer::PeerAddress(1)));
    auto& second = AcceptJoin(0);
    EXPECT_EQ(second.GetName().peerAddress, ScriptedPeer::PeerAddress(1));
    EXPECT_EQ(second.GetName().peerPort, first->GetName().peerPort);
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
    second.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    second.Expect(Ack().With(Dss().DataAck(6)));
}

/// RFC 8684 3.1: no new subflow "until a DSS option has been successfully received".
TEST_F(Hearing, ServerJoinsNobodyBeforeADss)
{
    ObjectFactory mesh("ns3::MptcpFullMesh", "OpenAsResponder", BooleanValue(true));
    hostNode->GetObject<MptcpStack>()->SetAttribute("PathManager", ObjectFactoryValue(mesh));
    first = &OpenConnection();
    Announce(3, Bytes(ScriptedPeer::PeerAddress(1)));
    peer.ExpectNoSyn(MilliSeconds(500));
    first->Send(Ack().With(Dss().DataAck(1)));
    AcceptJoin(0);
}

TEST_F(Hearing, AnnouncedPortIsJoinedAndCounted) // RFC 8684 3.4.1
{
    Open();
    Announce(3, Bytes(ScriptedPeer::PeerAddress(1)), 8080);
    EXPECT_EQ(AcceptJoin(0).GetName().peerPort, 8080);
    const auto& mib = hostNode->GetObject<MptcpStack>()->GetMib();
    EXPECT_EQ(mib.Get(mptcp::Mib::MPJoinPortSynAckRx), 1U);
}

/// RFC 8684 3.4.1: of an identifier in use the address never changes, and an address that has a
/// subflow gets no second one.
TEST_F(Hearing, IdentifiersInUseKeepTheirAddresses)
{
    Open();
    Announce(3, Bytes(ScriptedPeer::PeerAddress(1)));
    EXPECT_EQ(AcceptJoin(0).GetName().peerAddress, ScriptedPeer::PeerAddress(1));
    Announce(3, Bytes(ScriptedPeer::PeerAddress(2)));
    Announce(4, Bytes(ScriptedPeer::PeerAddress(1)));
    Announce(0, Bytes(ScriptedPeer::PeerAddress(0)));
    peer.ExpectNoSyn(Seconds(5));
    first->Send(Ack().With(mptcp::RemoveAddress{Ids({9})})); // nobody's, RFC 8684 3.4.2
    peer.Wait(Seconds(1));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
}

TEST_F(Hearing, AddressesNobodyCanHaveAreNotJoined)
{
    Open();
    for (const char* address : {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"})
    {
        Announce(3, Bytes(address));
    }
    Announce(3, mptcp::Ipv6Bytes{});
    peer.ExpectNoSyn(Seconds(5));
    EXPECT_EQ(hostNode->GetObject<MptcpStack>()->GetMib().Get(mptcp::Mib::EchoAddTx), 5U);
}

} // namespace ns3::script
