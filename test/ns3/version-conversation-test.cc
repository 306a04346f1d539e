// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Version 0 as a peer sees it segment by segment (RFC 6824), and hosts that do not speak the same
/// versions (RFC 8684 3.1).
#include "conversation-fixture.h"
#include "mptcp-stack.h"

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

/// Both hosts speak version 0 and nothing else.
class Version0 : public TwoLinkConversation
{
  protected:
    Version0()
    {
        peer.SetVersion(mptcp::MptcpVersion::V0);
        UseVersions(0, 0);
    }

    void UseVersions(uint32_t lowest, uint32_t highest)
    {
        auto stack = hostNode->GetObject<MptcpStack>();
        stack->SetAttribute("Version", UintegerValue(highest));
        stack->SetAttribute("LowestVersion", UintegerValue(lowest));
    }

    [[nodiscard]] mptcp::AddAddressV0 Announcement(mptcp::AddressId id, Ipv4Address address) const
    {
        return {id, Bytes(address), std::nullopt};
    }
};

using Version0Client = Version0;
using Version0Server = Version0;
using Version0Joins = Version0;
using Version0Addresses = Version0;

} // namespace

// ---- the host opens ----

TEST_F(Version0Client, EveryStepHasKeys)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    const auto syn = subflow.Expect(Syn().With(Offer(peer.RemoteKey()))); // RFC 6824 3.1
    EXPECT_EQ(syn.mptcpOptions, 1U);
    subflow.Send(SynAck().With(OwnKey()));
    const mptcp::CapableAck keys{Flags(), peer.RemoteKey(), peer.Key(), {}};
    subflow.Expect(Ack().Seq(1).AckNumber(1).With(keys));
    EXPECT_TRUE(host.IsConnected());
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(host.GetSocket()->GetToken(), HostToken()); // of SHA-1
    EXPECT_EQ(HostToken(), mptcp::DeriveToken(peer.RemoteKey(), mptcp::MptcpVersion::V0));
}

TEST_F(Version0Client, FirstDataIsMappedByDss)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    host.Write("hello");
    const auto data = subflow.Expect(Data("hello").Seq(1).With(Dss().DataAck(1).Map(1, 1, 5)));
    EXPECT_EQ(data.mptcpOptions, 1U); // RFC 6824 3.6: no MP_CAPABLE with it
    subflow.Send(Ack().With(Dss().DataAck(6)));
    subflow.ExpectSilence(Seconds(5));
}

TEST_F(Version0Client, LostThirdAckIsRepeatedOnDemand)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(SynAck().With(OwnKey()));
    const auto lost = subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    subflow.Send(SynAck().Seq(0).With(OwnKey()));
    subflow.Expect(Ack().AckNumber(1).With(*lost.Find<mptcp::CapableAck>()));
}

TEST_F(Version0Client, BothDirectionsAndTheEnd)
{
    auto& subflow = AcceptConnection();
    host.Write("ping");
    subflow.ExpectLater(Data("ping").With(Dss().Map(1, 1, 4)));
    subflow.Send(Data("pong").With(Dss().DataAck(5).Map(1, 1, 4)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(5)));
    EXPECT_EQ(host.Received(), "pong");
    host.Close();
    subflow.ExpectLater(Ack().With(Dss().DataAck(5).DataFin(5)));
}

// ---- the host answers ----

TEST_F(Version0Server, SynAckCarriesItsKey)
{
    auto& subflow = OpenConnection();
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(host.GetSocket()->GetToken(), HostToken());
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
    host.Write("world");
    subflow.ExpectLater(Data("world").With(Dss().Map(1, 1, 5)));
}

TEST_F(Version0Server, MappedDataMakesUpForALostThirdAck)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(peer.Key())));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(6)));
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(Version0Server, ThirdAckWithAnotherKeyThanTheSynFallsBack)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(Offer(mptcp::Key(peer.Key().Value() + 1))));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Ack().With(Keys()));
    subflow.Send(Data("plain"));
    subflow.Expect(Ack().AckNumber(6).WithoutMptcp());
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(host.Received(), "plain");
}

// ---- joins ----

TEST_F(Version0Joins, ByThePeer)
{
    OpenConnection();
    auto& second = Join(1); // with tokens and codes of SHA-1, RFC 6824 3.2
    second.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    second.ExpectLater(Ack().With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(Version0Joins, ByTheHost)
{
    AcceptConnection();
    auto& second = AcceptJoin(1);
    second.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    second.ExpectLater(Ack().With(Dss().DataAck(6)));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
}

TEST_F(Version0Joins, CodeOfVersion1IsRefusedWithoutAReason)
{
    OpenConnection();
    auto& second = peer.Open(1, HostApplication::PORT);
    second.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken(), OWN_NONCE}));
    const auto answer = second.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    const auto nonce = answer.Find<mptcp::JoinSynAck>()->nonce;
    second.Send(Ack().With(
        mptcp::JoinAck{mptcp::JoinAckHmac({peer.Key(), peer.RemoteKey()}, {OWN_NONCE, nonce})}));
    const auto reset = second.Expect(Rst());
    EXPECT_EQ(reset.mptcpOptions, 0U); // version 0 has no MP_TCPRST
}

// ---- addresses ----

TEST_F(Version0Addresses, ServerAnnouncesWithoutCodeAndOnce)
{
    auto& first = OpenConnection();
    first.Expect(Ack().With(Announcement(1, ScriptedPeer::HostAddress(1)))); // RFC 6824 3.4.1
    first.ExpectSilence(Minutes(5));
    EXPECT_EQ(hostNode->GetObject<MptcpStack>()->GetMib().Get(mptcp::Mib::AddAddrTx), 1U);
}

TEST_F(Version0Addresses, AnnouncementLeadsToAJoinAndNoEcho)
{
    auto& first = AcceptConnection();
    auto& mesh = AcceptJoin(1);
    first.Collect(MilliSeconds(100));
    mesh.Collect(MilliSeconds(100));
    auto announcement = Announcement(3, ScriptedPeer::PeerAddress(1));
    announcement.port = 8080;
    first.Send(Ack().With(Dss().DataAck(1)).With(announcement));
    auto& third = peer.AwaitSyn(0);
    EXPECT_EQ(third.GetName().peerAddress, ScriptedPeer::PeerAddress(1));
    EXPECT_EQ(third.GetName().peerPort, 8080);
    third.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    first.ExpectSilence(Seconds(1));
    EXPECT_EQ(hostNode->GetObject<MptcpStack>()->GetMib().Get(mptcp::Mib::AddAddr), 1U);
}

TEST_F(Version0Addresses, AnnouncementOfVersion1IsNotUnderstood)
{
    auto& first = AcceptConnection();
    AcceptJoin(1);
    mptcp::AddAddress announcement;
    announcement.id = 3;
    announcement.address = Bytes(ScriptedPeer::PeerAddress(1));
    announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
    first.Send(Ack().With(Dss().DataAck(1)).With(announcement));
    peer.ExpectNoSyn(Seconds(2));
}

// RFC 6824 3.3.8: with an Address ID, MP_PRIO is about all subflows of that address.
TEST_F(Version0Addresses, PriorityOfAnAddressConcernsItsSubflows)
{
    auto& first = OpenConnection();
    auto& second = Join(1, 7);
    second.Send(Ack().With(Dss().DataAck(1)));
    first.Collect(MilliSeconds(10));
    first.Send(Ack().With(Dss().DataAck(1)).With(mptcp::Priority{true, 7}));
    peer.Wait(MilliSeconds(10));
    for (const auto& subflow : host.GetSocket()->GetSubflows())
    {
        EXPECT_EQ(subflow->IsBackup(), subflow->IsJoin());
    }
    first.Send(Ack().With(Dss().DataAck(1)).With(mptcp::Priority{true, 0}));
    second.Send(Ack().With(Dss().DataAck(1)).With(mptcp::Priority{false, 7}));
    peer.Wait(MilliSeconds(10));
    for (const auto& subflow : host.GetSocket()->GetSubflows())
    {
        EXPECT_EQ(subflow->IsBackup(), !subflow->IsJoin());
    }
}

// ---- hosts that do not speak the same versions ----

namespace
{

struct Meeting
{
    const char* name;
    uint32_t lowest;
    uint32_t highest;
    uint8_t offered;
    std::optional<uint8_t> answered; //!< none: without MP_CAPABLE
};

class Negotiation : public Version0, public ::testing::WithParamInterface<Meeting>
{
};

} // namespace

TEST_P(Negotiation, EndsWith)
{
    UseVersions(GetParam().lowest, GetParam().highest);
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    mptcp::CapableSyn offer;
    offer.flags.version = GetParam().offered;
    if (GetParam().offered == 0)
    {
        offer.sender = peer.Key();
    }
    subflow.Send(Syn().With(offer));
    if (!GetParam().answered)
    {
        subflow.Expect(SynAck().WithoutMptcp());
        subflow.Send(Data("plain"));
        subflow.Expect(Ack().AckNumber(6).WithoutMptcp());
        EXPECT_EQ(host.Received(), "plain");
        return;
    }
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    const auto flags = answer.Find<mptcp::CapableSynAck>()->flags;
    EXPECT_EQ(flags.version, *GetParam().answered);
    subflow.Send(Ack().With(mptcp::CapableAck{flags, peer.Key(), peer.RemoteKey(), {}}));
    peer.Wait(MilliSeconds(10));
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(host.GetSocket()->GetToken(),
              mptcp::DeriveToken(peer.RemoteKey(),
                                 static_cast<mptcp::MptcpVersion>(*GetParam().answered)));
}

// RFC 8684 3.1: equal to or lower than the offer, and a listener of version 0 ignores a SYN that
// has no key in it.
INSTANTIATE_TEST_SUITE_P(Rfc8684Section3_1,
                         Negotiation,
                         ::testing::Values(Meeting{"BothMeet0", 0, 1, 0, 0},
                                           Meeting{"BothMeet1", 0, 1, 1, 1},
                                           Meeting{"BothMeet2", 0, 1, 2, 1},
                                           Meeting{"Only0Meets0", 0, 0, 0, 0},
                                           Meeting{"Only0Meets1", 0, 0, 1, {}},
                                           Meeting{"Only0Meets2", 0, 0, 2, {}},
                                           Meeting{"Only1Meets0", 1, 1, 0, {}},
                                           Meeting{"Only1Meets1", 1, 1, 1, 1},
                                           Meeting{"Only1Meets15", 1, 1, 15, 1}),
                         [](const auto& row) { return std::string(row.param.name); });

} // namespace ns3::script
