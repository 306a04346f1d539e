// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What stands between IPv4 and TCP on an MPTCP host, and what it leaves to TCP.
#include "mptcp-arrivals.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-l4-protocol.h"

#include <array>
#include <gmock/gmock.h>

namespace ns3
{
namespace
{

using ::testing::SizeIs;

class ArrivalsTest : public TransferTest
{
  protected:
    /// Two subflows, with data under way.
    void Open()
    {
        Build(Kind::Multihomed);
        StartTransfer(1'000'000, 0);
        RunUntil(Seconds(1));
        ASSERT_THAT(SocketOf(m_client)->GetSubflows(), SizeIs(2));
    }

    [[nodiscard]] Ptr<MptcpArrivals> Arrivals() const
    {
        return MptcpStack::Of(m_topology->Client())->GetArrivals();
    }

    [[nodiscard]] Ptr<IpL4Protocol> BehindIp() const
    {
        return m_topology->Client()->GetObject<Ipv4>()->GetProtocol(TcpL4Protocol::PROT_NUMBER);
    }

    [[nodiscard]] Ptr<MptcpSubflow> Subflow(std::size_t index) const
    {
        return SocketOf(m_client)->GetSubflows()[index];
    }

    /// The interface of the client that has that subflow's address.
    [[nodiscard]] Ptr<Ipv4Interface> InterfaceOf(const MptcpSubflow& subflow) const
    {
        Address name;
        subflow.GetSockName(name);
        auto ipv4 = m_topology->Client()->GetObject<Ipv4L3Protocol>();
        return ipv4->GetInterface(static_cast<uint32_t>(
            ipv4->GetInterfaceForAddress(InetSocketAddress::ConvertFrom(name).GetIpv4())));
    }

    /// By its addresses and ports as the sockets tell them.
    [[nodiscard]] static MptcpArrivals::Key KeyOf(const MptcpSubflow& subflow)
    {
        const auto end = [](const Address& name) {
            const auto socket = InetSocketAddress::ConvertFrom(name);
            return uint64_t{socket.GetIpv4().Get()} << 16U | socket.GetPort();
        };
        Address local;
        Address remote;
        subflow.GetSockName(local);
        subflow.GetPeerName(remote);
        return {end(remote), end(local)};
    }

    /// A RST in the name of the server, without a checksum, which IP hands up for `interface`.
    void Reset(const MptcpSubflow& subflow, Ptr<Ipv4Interface> interface, uint16_t portOffset = 0)
    {
        Address local;
        Address remote;
        subflow.GetSockName(local);
        subflow.GetPeerName(remote);
        const auto to = InetSocketAddress::ConvertFrom(local);
        const auto from = InetSocketAddress::ConvertFrom(remote);
        TcpHeader reset;
        reset.SetFlags(TcpHeader::RST);
        reset.SetSourcePort(static_cast<uint16_t>(from.GetPort() + portOffset));
        reset.SetDestinationPort(to.GetPort());
        reset.SetSequenceNumber(SequenceNumber32(1)); // the server has sent nothing
        auto packet = Create<Packet>();
        packet->AddHeader(reset);
        Ipv4Header header;
        header.SetSource(from.GetIpv4());
        header.SetDestination(to.GetIpv4());
        header.SetProtocol(TcpL4Protocol::PROT_NUMBER);
        header.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
        BehindIp()->Receive(packet, header, interface);
    }
};

TEST_F(ArrivalsTest, StandBeforeTcpUntilTheyGiveItsPlaceBack)
{
    Open();
    EXPECT_EQ(BehindIp(), Arrivals());
    EXPECT_EQ(Arrivals()->GetProtocolNumber(), 6);
    Arrivals()->Detach(m_topology->Client()->GetObject<Ipv4>());
    EXPECT_EQ(BehindIp(), m_topology->Client()->GetObject<TcpL4Protocol>());
    RunToEnd(); // TCP knows the subflows as well
    ExpectOrderlyEnd();
}

TEST_F(ArrivalsTest, BringASegmentToItsSubflow)
{
    Open();
    const auto subflow = Subflow(1);
    EXPECT_EQ(Arrivals()->Find(KeyOf(*subflow)), PeekPointer(subflow));
    Reset(*subflow, InterfaceOf(*subflow));
    RunUntil(Seconds(1.001));
    EXPECT_THAT(SocketOf(m_client)->GetSubflows(), SizeIs(1));
    RunToEnd();
    ExpectDelivered();
}

// As ns3::Ipv4EndPointDemux does: a subflow is bound to the device that owns its address.
TEST_F(ArrivalsTest, LeaveWhatComesInByAnotherDeviceToTcp)
{
    Open();
    Reset(*Subflow(1), InterfaceOf(*Subflow(0)));
    RunUntil(Seconds(1.001));
    EXPECT_THAT(SocketOf(m_client)->GetSubflows(), SizeIs(2));
    RunToEnd();
    ExpectOrderlyEnd();
}

TEST_F(ArrivalsTest, AskTheSubflowWhetherItTakesTheSegment)
{
    Open();
    const auto subflow = Subflow(1);
    const auto interface = InterfaceOf(*subflow);
    const auto take = [&](Ptr<Ipv4Interface> incoming) {
        auto packet = Create<Packet>();
        packet->AddHeader(TcpHeader()); // without any flag; nobody does anything about it
        return subflow->TakeSegment(packet, Ipv4Header(), incoming);
    };
    EXPECT_TRUE(take(interface));
    EXPECT_FALSE(take(InterfaceOf(*Subflow(0))));
}

TEST_F(ArrivalsTest, KnowNoneThatHaveGone)
{
    Open();
    std::vector<MptcpArrivals::Key> keys;
    for (const auto& subflow : SocketOf(m_client)->GetSubflows())
    {
        keys.push_back(KeyOf(*subflow));
        EXPECT_NE(Arrivals()->Find(keys.back()), nullptr);
    }
    RunToEnd();
    m_client->Dispose(); // with its socket
    ExpectNothingLeft();
    for (const auto& key : keys)
    {
        EXPECT_EQ(Arrivals()->Find(key), nullptr);
    }
}

TEST_F(ArrivalsTest, LeaveWhatHasAnotherPortToTcp)
{
    Open();
    Reset(*Subflow(1), InterfaceOf(*Subflow(1)), 1);
    RunUntil(Seconds(1.001));
    EXPECT_THAT(SocketOf(m_client)->GetSubflows(), SizeIs(2));
}

TEST_F(ArrivalsTest, LeaveChecksumsToTcp)
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    Open();
    EXPECT_EQ(Arrivals()->Find(KeyOf(*Subflow(1))), nullptr);
    Reset(*Subflow(1), InterfaceOf(*Subflow(1)));
    RunUntil(Seconds(1.001));
    EXPECT_THAT(SocketOf(m_client)->GetSubflows(), SizeIs(2)) << "the checksum is wrong";
    RunToEnd();
    ExpectOrderlyEnd();
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
}

TEST_F(ArrivalsTest, TellTcpOfIcmp)
{
    Open();
    const auto subflow = Subflow(1);
    int told = 0;
    subflow->SetAttribute(
        "IcmpCallback",
        CallbackValue(Callback<void, Ipv4Address, uint8_t, uint8_t, uint8_t, uint32_t>(
            [&told](Ipv4Address, uint8_t, uint8_t, uint8_t, uint32_t) { ++told; })));
    Address local;
    Address remote;
    subflow->GetSockName(local);
    subflow->GetPeerName(remote);
    const auto from = InetSocketAddress::ConvertFrom(local);
    const auto to = InetSocketAddress::ConvertFrom(remote);
    const std::array<uint8_t, 8> payload{static_cast<uint8_t>(from.GetPort() >> 8U),
                                         static_cast<uint8_t>(from.GetPort()),
                                         static_cast<uint8_t>(to.GetPort() >> 8U),
                                         static_cast<uint8_t>(to.GetPort())};
    BehindIp()->ReceiveIcmp(Ipv4Address("192.0.2.1"),
                            64,
                            3,
                            1,
                            0,
                            from.GetIpv4(),
                            to.GetIpv4(),
                            payload.data());
    RunUntil(Seconds(1.001));
    EXPECT_EQ(told, 1);
}

// A new subflow between the same addresses and ports as an old one that somebody still holds.
TEST_F(ArrivalsTest, TheSubflowThatCameLastGetsTheSegments)
{
    Open();
    const auto arrivals = Arrivals();
    const InetSocketAddress here(Ipv4Address("192.0.2.1"), 1000);
    const InetSocketAddress there(Ipv4Address("192.0.2.2"), 2000);
    const auto key = arrivals->Add(*Subflow(0), here, there);
    ASSERT_TRUE(key);
    EXPECT_EQ(arrivals->Add(*Subflow(1), here, there), key);
    arrivals->Remove(*Subflow(0), *key);
    EXPECT_EQ(arrivals->Find(*key), PeekPointer(Subflow(1)));
    arrivals->Remove(*Subflow(1), *key);
    EXPECT_EQ(arrivals->Find(*key), nullptr);
}

} // namespace
} // namespace ns3
