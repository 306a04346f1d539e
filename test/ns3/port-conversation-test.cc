// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Joins to announced addresses and ports (RFC 8684 3.4.1), in both roles.
#include "conversation-fixture.h"
#include "mptcp-helper.h"
#include "mptcp-path-managers.h"
#include "mptcp-stack.h"
#include "ns3-conversions.h"

#include "ns3/boolean.h"
#include "ns3/ipv4.h"

#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

/// Does what the test says: announces one endpoint as soon as it may, opens nothing, takes joins.
class AnnouncingPaths : public MptcpPathManager
{
  public:
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::AnnouncingPathsOfATest")
                                .SetParent<MptcpPathManager>()
                                .AddConstructor<AnnouncingPaths>();
        return tid;
    }

    mptcp::PathActions On(const mptcp::PathEvent& event) override
    {
        if (std::holds_alternative<mptcp::ConnectionUsable>(event) && s_announcement)
        {
            return {*s_announcement};
        }
        if (std::holds_alternative<mptcp::LocalAddressDown>(event) && s_announcement)
        {
            return {mptcp::WithdrawAddress{s_announcement->id}};
        }
        return {};
    }

    bool AcceptsJoin() const override
    {
        return true;
    }

    static std::optional<mptcp::AnnounceAddress> s_announcement;
};

std::optional<mptcp::AnnounceAddress> AnnouncingPaths::s_announcement;

} // namespace

class AnnouncedPort : public TwoLinkConversation
{
  protected:
    static constexpr uint16_t ANNOUNCED = 8080;

    AnnouncedPort()
    {
        hostNode->GetObject<MptcpStack>()->SetAttribute(
            "PathManager",
            ObjectFactoryValue(ObjectFactory(AnnouncingPaths::GetTypeId().GetName())));
    }

    static void Announce(mptcp::AddressId id, std::optional<uint16_t> port)
    {
        AnnouncingPaths::s_announcement =
            mptcp::AnnounceAddress{id, ToCore(ScriptedPeer::HostAddress(1)), port};
    }

    /// A server that announces its second address with a port.
    void Open()
    {
        Announce(7, ANNOUNCED);
        first = &OpenConnection();
        announced = *first->Expect(Ack().With(Any<mptcp::AddAddress>())).Find<mptcp::AddAddress>();
        EXPECT_EQ(announced.id, 7);
        EXPECT_EQ(announced.port, ANNOUNCED);
        EXPECT_EQ(announced.hmac, mptcp::AddAddressHmac({peer.RemoteKey(), peer.Key()}, announced));
        first->Send(Ack().With(Dss().DataAck(1)));
    }

    PeerSubflow& At(uint16_t port)
    {
        return peer.Open(1, ScriptedPeer::HostAddress(1), port);
    }

    /// All four segments, then data.
    void ExpectJoin(PeerSubflow& subflow)
    {
        subflow.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken(), OWN_NONCE}));
        const auto answer = subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
        const auto* join = answer.Find<mptcp::JoinSynAck>();
        EXPECT_EQ(join->id, 7);
        subflow.Send(Ack().With(JoinCode(OWN_NONCE, join->nonce)));
        subflow.Expect(Ack().With(Dss().DataAck(1)));
        subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
        subflow.Expect(Ack().With(Dss().DataAck(6)));
        EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
    }

    void ExpectRefusal(PeerSubflow& subflow, const Segment& syn)
    {
        subflow.Send(syn);
        const auto reset = subflow.Expect(RstAck().Seq(0).AckNumber(1).With(Any<mptcp::Reset>()));
        EXPECT_EQ(reset.Find<mptcp::Reset>()->reason,
                  mptcp::ResetReason::AdministrativelyProhibited);
        subflow.ExpectSilence(Seconds(9));
    }

    [[nodiscard]] uint64_t Count(mptcp::Mib counter) const
    {
        return hostNode->GetObject<MptcpStack>()->GetMib().Get(counter);
    }

    PeerSubflow* first{nullptr};
    mptcp::AddAddress announced;
};

TEST_F(AnnouncedPort, TakesJoins)
{
    Open();
    ExpectJoin(At(ANNOUNCED));
    EXPECT_EQ(Count(mptcp::Mib::MPJoinPortSynRx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPJoinPortAckRx), 1U);
}

/// Linux: the listener of an endpoint takes MP_JOIN only (MPTCP_RST_EPROHIBIT).
TEST_F(AnnouncedPort, TakesNothingElse)
{
    Open();
    ExpectRefusal(At(ANNOUNCED), Syn().With(mptcp::CapableSyn{}));
    ExpectRefusal(At(ANNOUNCED), Syn());
    EXPECT_EQ(Count(mptcp::Mib::MPCapableEndpAttempt), 2U); // Linux counts both
    EXPECT_EQ(Count(mptcp::Mib::MPCapableSYNRX), 2U);       // and the connection's own
}

TEST_F(AnnouncedPort, TakesNoJoinForAnUnknownToken) // RFC 8684 3.2
{
    Open();
    auto& subflow = At(ANNOUNCED);
    subflow.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken() + 1, OWN_NONCE}));
    const auto reset = subflow.Expect(RstAck().With(Any<mptcp::Reset>()));
    EXPECT_EQ(reset.Find<mptcp::Reset>()->reason, mptcp::ResetReason::MptcpSpecific);
    EXPECT_EQ(Count(mptcp::Mib::MPJoinPortSynRx), 0U);
}

/// Linux refuses a join to a port that another socket listens on, and counts it.
TEST_F(AnnouncedPort, PortOfAnotherServerIsNone)
{
    Ptr<Socket> other =
        Socket::CreateSocket(hostNode, TypeId::LookupByName("ns3::MptcpSocketFactory"));
    other->Bind(InetSocketAddress(Ipv4Address::GetAny(), 81));
    other->Listen();
    Open();
    ExpectRefusal(At(81), Syn().With(mptcp::JoinSyn{false, 1, HostToken(), OWN_NONCE}));
    EXPECT_EQ(Count(mptcp::Mib::MismatchPortSynRx), 1U);
}

TEST_F(AnnouncedPort, IsClosedWhenTheAddressIsWithdrawn) // RFC 8684 3.4.2
{
    Open();
    hostNode->GetObject<Ipv4>()->SetDown(2);
    first->Expect(Ack().With(mptcp::RemoveAddress{mptcp::AddressIdList(7)}));
    hostNode->GetObject<Ipv4>()->SetUp(2);
    auto& subflow = At(ANNOUNCED);
    subflow.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken(), OWN_NONCE}));
    subflow.Expect(RstAck().WithoutMptcp()); // TCP's own: nobody listens
}

/// As Linux checks once more with the third ACK.
TEST_F(AnnouncedPort, JoinThatAWithdrawalOvertakesIsReset)
{
    Open();
    auto& subflow = At(ANNOUNCED);
    subflow.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken(), OWN_NONCE}));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    hostNode->GetObject<Ipv4>()->SetDown(2);
    peer.Wait(MilliSeconds(1));
    hostNode->GetObject<Ipv4>()->SetUp(2);
    subflow.Send(Ack().With(JoinCode(OWN_NONCE, answer.Find<mptcp::JoinSynAck>()->nonce)));
    subflow.ExpectLater(Rst().With(Any<mptcp::Reset>()));
    EXPECT_EQ(Count(mptcp::Mib::MismatchPortAckRx), 1U);
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
}

TEST_F(AnnouncedPort, IsClosedWithTheConnection)
{
    Open();
    first->Send(Ack().With(mptcp::FastClose{peer.RemoteKey()}));
    peer.Wait(Seconds(1));
    auto& subflow = At(ANNOUNCED);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(RstAck().WithoutMptcp());
}

/// An address in use by an application as server: its own socket takes the joins.
TEST_F(AnnouncedPort, MayBeTheOneOfTheConnection)
{
    Announce(7, HostApplication::PORT);
    first = &OpenConnection();
    first->Expect(Ack().With(Any<mptcp::AddAddress>()));
    first->Send(Ack().With(Dss().DataAck(1)));
    ExpectJoin(At(HostApplication::PORT));
    EXPECT_EQ(Count(mptcp::Mib::MPJoinPortSynRx), 0U);
    auto& other = At(HostApplication::PORT);
    other.Send(Syn().With(mptcp::CapableSyn{}));
    other.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
}

TEST_F(AnnouncedPort, ServesAllConnectionsThatAnnouncedIt)
{
    Open();
    const auto token = HostToken();
    auto& other = peer.Open(0, HostApplication::PORT);
    other.Send(Syn().With(mptcp::CapableSyn{}));
    other.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    other.Send(Ack().With(Keys()));
    other.Expect(Ack().With(Any<mptcp::AddAddress>()));
    EXPECT_NE(HostToken(), token);
    other.Send(Ack().With(mptcp::FastClose{peer.RemoteKey()}));
    peer.Wait(Seconds(1));
    auto& subflow = At(ANNOUNCED);
    subflow.Send(Syn().With(mptcp::JoinSyn{false, 1, token, OWN_NONCE}));
    subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
}

// ---- a client announces, the server joins ----

/// RFC 8684 3.4.1: without a port, the one of the subflow that carried the option, which is the
/// port of this host's end.
TEST_F(AnnouncedPort, ClientTakesJoinsAtThePortItUses)
{
    Announce(7, std::nullopt);
    first = &AcceptConnection();
    const auto ack = first->Expect(Ack().With(Any<mptcp::AddAddress>()));
    EXPECT_FALSE(ack.Find<mptcp::AddAddress>()->port);
    ExpectJoin(At(first->GetName().hostPort));
    EXPECT_EQ(Count(mptcp::Mib::MPJoinPortSynRx), 0U);
    ExpectRefusal(At(first->GetName().hostPort), Syn().With(mptcp::CapableSyn{}));
}

/// RFC 8684 3.9.1: "The local port for such SYNs SHOULD also be the same"; an attribute, since
/// Linux takes any port.
class LocalPort : public TwoLinkConversation, public testing::WithParamInterface<bool>
{
  protected:
    LocalPort()
    {
        hostNode->GetObject<MptcpStack>()->SetAttribute("JoinFromInitialPort",
                                                        BooleanValue(GetParam()));
    }
};

TEST_P(LocalPort, OfTheFirstSubflowIsKeptOnDemand)
{
    const auto& first = AcceptConnection();
    const auto& second = AcceptJoin(1);
    EXPECT_EQ(second.GetName().hostAddress, ScriptedPeer::HostAddress(1));
    EXPECT_EQ(second.GetName().hostPort == first.GetName().hostPort, GetParam());
}

TEST_P(LocalPort, IsAnotherWhereItIsTaken)
{
    hostNode->GetObject<MptcpStack>()->SetAttribute(
        "PathManager",
        ObjectFactoryValue(ObjectFactory("ns3::MptcpNDiffPorts")));
    const auto& first = AcceptConnection();
    const auto& second = AcceptJoin(0);
    EXPECT_EQ(second.GetName().hostAddress, ScriptedPeer::HostAddress(0));
    EXPECT_NE(second.GetName().hostPort, first.GetName().hostPort);
}

INSTANTIATE_TEST_SUITE_P(Wish, LocalPort, testing::Bool(), [](const auto& row) {
    return row.param ? "Same" : "Any";
});

TEST_F(AnnouncedPort, ClientMayAnnounceAPort)
{
    Announce(7, ANNOUNCED);
    first = &AcceptConnection();
    first->Expect(Ack().With(Any<mptcp::AddAddress>()));
    ExpectJoin(At(ANNOUNCED));
}

} // namespace ns3::script
