// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The attacks of RFC 6181 and RFC 7430 and the requirements of RFC 6182 5.8: what comes without
/// the right code changes nothing, and what an attacker can make a host keep is bounded.
#include "conversation-fixture.h"
#include "mptcp-stack.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

mptcp::Ipv4Bytes
BytesOf(Ipv4Address address)
{
    mptcp::Ipv4Bytes bytes;
    address.Serialize(bytes.data());
    return bytes;
}

} // namespace

class Attack : public TwoLinkConversation
{
  protected:
    /// A client with a second address; its join on link 1 is the business of the tests.
    void AsClient()
    {
        first = &AcceptConnection();
    }

    void AsServer()
    {
        first = &OpenConnection();
        first->Send(Ack().With(Dss().DataAck(1)));
        peer.Wait(MilliSeconds(20));
    }

    [[nodiscard]] Ptr<MptcpStack> Stack() const
    {
        return hostNode->GetObject<MptcpStack>();
    }

    [[nodiscard]] Segment JoinSyn(mptcp::Nonce nonce) const
    {
        return Syn().With(mptcp::JoinSyn{false, 1, HostToken(), nonce});
    }

    /// The connection goes on over its first subflow as if nothing had happened.
    void ExpectUnhurt()
    {
        EXPECT_FALSE(host.HasError());
        EXPECT_FALSE(host.HasPeerClosed());
        first->Collect(MilliSeconds(1));
        host.Write("ping");
        first->ExpectLater(Data("ping").With(Dss().Map(1, 1, 4)));
        first->Send(Data("pong").With(Dss().DataAck(5).Map(1, 1, 4)));
        first->ExpectLater(Ack().With(Dss().DataAck(5)));
        EXPECT_EQ(host.Received(), "pong");
    }

    PeerSubflow* first{nullptr};
};

// ---- forged announcements (RFC 6182 5.8, RFC 7430 2) ----

class ForgedAnnouncement : public Attack
{
  protected:
    void Open()
    {
        AsClient();
        join = &peer.AwaitSyn(1); // towards the address the host knows
        join->Expect(Syn());
        announcement.id = 3;
        announcement.address = BytesOf(ScriptedPeer::PeerAddress(1));
        announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
    }

    /// RFC 8684 3.4.1: MUST silently ignore.
    void ExpectIgnored()
    {
        first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
        first->ExpectSilence(Seconds(2));
        peer.ExpectNoSyn(Seconds(2));
        ExpectUnhurt();
    }

    PeerSubflow* join{nullptr};
    mptcp::AddAddress announcement;
};

TEST_F(ForgedAnnouncement, WithOneWrongBit)
{
    Open();
    announcement.hmac = *announcement.hmac ^ 1;
    ExpectIgnored();
}

TEST_F(ForgedAnnouncement, WithTheKeysInTheHostsOwnOrder)
{
    Open(); // what the host itself has announced cannot be reflected to it
    announcement.hmac = mptcp::AddAddressHmac({peer.RemoteKey(), peer.Key()}, announcement);
    ExpectIgnored();
}

TEST_F(ForgedAnnouncement, WithTheCodeOfAnotherAddress)
{
    Open();
    announcement.address = BytesOf(Ipv4Address("10.9.9.9"));
    ExpectIgnored();
}

TEST_F(ForgedAnnouncement, WithTheCodeOfAnotherId)
{
    Open();
    announcement.id = 4;
    ExpectIgnored();
}

TEST_F(ForgedAnnouncement, WithAPortThatTheCodeDoesNotCover)
{
    Open();
    announcement.port = 8080;
    ExpectIgnored();
}

TEST_F(ForgedAnnouncement, OfAnotherConnection)
{
    Open();
    announcement.hmac = mptcp::AddAddressHmac({mptcp::Key{42}, peer.RemoteKey()}, announcement);
    ExpectIgnored();
}

// ---- redirected traffic (RFC 6181 4, "flooding"; RFC 6182 5.8: reachability is checked) ----

/// An announcement with the right code that names a third host: the peer is the attacker.
class RedirectedTraffic : public Attack
{
  protected:
    PeerSubflow& Open()
    {
        AsClient();
        AcceptJoinOfOwn();
        mptcp::AddAddress announcement;
        announcement.id = 3;
        announcement.address = BytesOf(ScriptedPeer::PeerAddress(1));
        announcement.port = 9;
        announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
        first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
        auto& victim = peer.AwaitSyn(1);
        EXPECT_EQ(victim.GetName().peerPort, 9);
        victim.Expect(Syn().With(Any<mptcp::JoinSyn>()));
        return victim;
    }

    /// More than the windows of the other subflows take.
    void WriteMuch()
    {
        host.Write(Text(1, 60'000));
        peer.Wait(Seconds(2));
    }

    static void ExpectNoData(PeerSubflow& victim)
    {
        for (const auto& segment : victim.Collect(Seconds(1)))
        {
            EXPECT_EQ(segment.payload.size(), 0U);
        }
    }

  private:
    void AcceptJoinOfOwn()
    {
        AcceptJoin(1);
    }
};

TEST_F(RedirectedTraffic, VictimThatIsSilentGetsSynsOnly)
{
    auto& victim = Open();
    WriteMuch();
    for (const auto& segment : victim.Collect(Seconds(5)))
    {
        EXPECT_EQ(segment.flags, SYN);
    }
}

TEST_F(RedirectedTraffic, VictimThatSpeaksPlainTcpGetsAReset)
{
    auto& victim = Open();
    victim.Send(SynAck());
    victim.Expect(Rst());
    WriteMuch();
    ExpectNoData(victim);
}

TEST_F(RedirectedTraffic, VictimThatSpeaksMptcpWithoutTheKeysGetsAReset)
{
    auto& victim = Open();
    victim.Send(SynAck().With(mptcp::JoinSynAck{false, 0, 0x1234, OWN_NONCE}));
    victim.Expect(Rst());
    WriteMuch();
    ExpectNoData(victim);
}

TEST_F(RedirectedTraffic, VictimThatResetsIsLeftAlone)
{
    auto& victim = Open();
    victim.Send(RstAck());
    peer.AwaitSyn(0).Send(RstAck()); // from the host's other address
    WriteMuch();
    ExpectNoData(victim);
    peer.ExpectNoSyn(Seconds(10));
}

// ---- joins without the keys (RFC 6181 6, RFC 6182 5.8) ----

TEST_F(Attack, WrongCodeInTheThirdAckClosesThatSubflowOnly)
{
    AsServer();
    auto& intruder = peer.Open(1, HostApplication::PORT);
    intruder.Send(JoinSyn(OWN_NONCE));
    const auto answer = intruder.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    auto code = JoinCode(OWN_NONCE, answer.Find<mptcp::JoinSynAck>()->nonce);
    code.hmac[0] ^= 0x80;
    intruder.Send(Ack().With(code));
    intruder.Expect(Rst().With(Any<mptcp::Reset>()));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
    ExpectUnhurt();
}

TEST_F(Attack, WrongCodeInTheSynAckClosesThatSubflowOnly)
{
    AsClient();
    auto& intruder = peer.AwaitSyn(1);
    const auto syn = intruder.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    const auto nonce = syn.Find<mptcp::JoinSyn>()->nonce;
    intruder.Send(
        SynAck().With(mptcp::JoinSynAck{false,
                                        0,
                                        ShortJoinCode(OWN_NONCE, nonce) ^ (uint64_t{1} << 63),
                                        OWN_NONCE}));
    intruder.Expect(Rst().With(Any<mptcp::Reset>()));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
    ExpectUnhurt();
}

TEST_F(Attack, GuessedTokenIsRefused)
{
    AsServer();
    for (uint32_t guess = 1; guess <= 20; ++guess)
    {
        auto& intruder = peer.Open(1, HostApplication::PORT);
        intruder.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken() ^ guess, OWN_NONCE}));
        const auto reset = intruder.Expect(RstAck().With(Any<mptcp::Reset>()));
        EXPECT_EQ(reset.Find<mptcp::Reset>()->reason, mptcp::ResetReason::MptcpSpecific);
    }
    ExpectUnhurt();
}

/// RFC 8684 5: the nonce of the host is fresh for each SYN, so codes seen before are worth nothing.
TEST_F(Attack, ReplayedJoinDoesNotAuthenticate)
{
    AsServer();
    auto& observed = peer.Open(1, HostApplication::PORT);
    observed.Send(JoinSyn(OWN_NONCE));
    const auto answer = observed.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    const auto code = JoinCode(OWN_NONCE, answer.Find<mptcp::JoinSynAck>()->nonce);
    observed.Send(Ack().With(code));
    observed.Expect(Ack());
    peer.Wait(MilliSeconds(10));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
    for (std::size_t link : {0, 1})
    {
        auto& replayed = peer.Open(link, HostApplication::PORT);
        replayed.Send(JoinSyn(OWN_NONCE));
        const auto other = replayed.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
        EXPECT_NE(other.Find<mptcp::JoinSynAck>()->nonce, answer.Find<mptcp::JoinSynAck>()->nonce);
        EXPECT_NE(other.Find<mptcp::JoinSynAck>()->hmac, answer.Find<mptcp::JoinSynAck>()->hmac);
        replayed.Send(Ack().With(code));
        replayed.Expect(Rst().With(Any<mptcp::Reset>()));
    }
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
    EXPECT_FALSE(host.HasError());
}

/// A join repeated on the same ports after it was established is an old SYN and nothing else.
TEST_F(Attack, ReplayedSynOfALivingSubflowChangesNothing)
{
    AsServer();
    auto& second = Join(1);
    second.Send(Ack().With(Dss().DataAck(1)));
    second.Send(JoinSyn(OWN_NONCE + 1).Seq(0));
    peer.Wait(Seconds(1));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
    second.Send(Data("fine").With(Dss().DataAck(1).Map(1, 1, 4)));
    second.ExpectLater(Ack().With(Dss().DataAck(5)));
}

/// RFC 7430 4.1: the number of half-open joins of a connection is limited to a low number.
TEST_F(Attack, FloodOfJoinsIsBounded)
{
    AsServer();
    UintegerValue most;
    Stack()->GetAttribute("MaxHalfOpenJoins", most);
    std::size_t admitted = 0;
    for (uint32_t i = 0; i < 200; ++i)
    {
        auto& intruder = peer.Open(1, HostApplication::PORT);
        intruder.Send(JoinSyn(i));
        peer.Wait(MilliSeconds(11));
        const auto answers = intruder.Collect(MilliSeconds(1));
        ASSERT_GE(answers.size(), 1U);
        if (answers[0].flags == (SYN | ACK))
        {
            ++admitted;
            continue;
        }
        ASSERT_EQ(answers[0].flags, RST | ACK);
        ASSERT_TRUE(answers[0].Find<mptcp::Reset>());
        EXPECT_EQ(*answers[0].Find<mptcp::Reset>(),
                  (mptcp::Reset{true, mptcp::ResetReason::LackOfResources}));
    }
    EXPECT_EQ(admitted, most.Get());
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
    ExpectUnhurt();
    peer.Wait(Minutes(10)); // TCP gives the half-open ones up
    EXPECT_FALSE(host.HasError());
    Join(1); // and there is room again
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
}

/// Echoes leave two per round (RFC 8684 3), so that a peer could make a host keep any number.
TEST_F(Attack, FloodOfAnnouncementsIsNotKept)
{
    AsServer();
    constexpr uint16_t ANNOUNCEMENTS = 300;
    for (uint16_t port = 1; port <= ANNOUNCEMENTS; ++port)
    {
        mptcp::AddAddress announcement;
        announcement.id = 7;
        announcement.address = mptcp::Ipv4Bytes{10, 0, 9, 9};
        announcement.port = port;
        announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
        first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    }
    peer.Wait(Minutes(10));
    std::size_t echoes = 0;
    for (const auto& segment : first->TakeArrived())
    {
        echoes += segment.Find<mptcp::AddAddress>() != nullptr ? 1 : 0;
    }
    EXPECT_GE(echoes, 32U);
    EXPECT_LE(echoes, 40U);
}

// ---- SYN flood (RFC 6181 7, RFC 7430 4) ----

/// Before the third ACK there is what TCP keeps, a key among it, and no connection.
TEST_F(OneLinkConversation, SynFloodLeavesNothingBehind)
{
    host.Listen();
    auto stack = hostNode->GetObject<MptcpStack>();
    constexpr std::size_t SYNS = 1000;
    for (std::size_t i = 0; i < SYNS; ++i)
    {
        peer.Open(0, HostApplication::PORT).Send(Syn().With(mptcp::CapableSyn{}));
        peer.Wait(MicroSeconds(100)); // so that no queue on the way is full
    }
    peer.Wait(MilliSeconds(20));
    EXPECT_FALSE(host.IsConnected());
    EXPECT_EQ(stack->GetConnections(), 0U);
    EXPECT_EQ(stack->GetTokens(), SYNS);
    peer.Wait(Minutes(10)); // the SYN/ACKs stay without an answer
    EXPECT_EQ(stack->GetTokens(), 0U);
    EXPECT_FALSE(host.IsConnected());
    auto& subflow = peer.Open(0, HostApplication::PORT); // an honest one
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Ack().With(
        mptcp::CapableAck{{}, peer.Key(), answer.Find<mptcp::CapableSynAck>()->sender, {}}));
    peer.Wait(MilliSeconds(20));
    EXPECT_TRUE(host.IsConnected());
    EXPECT_EQ(stack->GetConnections(), 1U);
}

TEST_F(OneLinkConversation, RefusedSynAckFreesTheToken)
{
    host.Listen();
    auto stack = hostNode->GetObject<MptcpStack>();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(SynAck());
    EXPECT_EQ(stack->GetTokens(), 1U);
    subflow.Send(Rst()); // "I did not ask": a forged source
    peer.Wait(Seconds(1));
    EXPECT_EQ(stack->GetTokens(), 0U);
}

// ---- the data level (RFC 6181 6.3: injected segments) ----

TEST_F(Attack, DataAckOfWhatWasNeverSentIsIgnored)
{
    AsServer();
    for (uint64_t beyond : {2ULL, 1000ULL, 1ULL << 31, 1ULL << 40, ~0ULL - 5})
    {
        first->Send(Ack().With(Dss().DataAck(beyond)));
    }
    peer.Wait(Seconds(1));
    ExpectUnhurt();
}

TEST_F(Attack, MappingFarOutsideTheWindowIsNotDelivered)
{
    AsServer();
    uint32_t offset = 1;
    for (uint64_t data : {1ULL << 20, 1ULL << 33, ~0ULL - 100})
    {
        first->Send(Data("evil").With(Dss().DataAck(1).Map(data, offset, 4)));
        offset += 4;
    }
    peer.Wait(Seconds(1));
    EXPECT_EQ(host.Received(), "");
    EXPECT_FALSE(host.HasError());
    first->Send(Data("good").With(Dss().DataAck(1).Map(1, offset, 4)));
    first->ExpectLater(Ack().With(Dss().DataAck(5)));
    EXPECT_EQ(host.Received(), "good");
}

/// RFC 8684 3.3.3: a FIN or RST of TCP that somebody injects ends a subflow, never the stream.
TEST_F(Attack, InjectedResetEndsOneSubflowOnly)
{
    AsServer();
    auto& second = Join(1);
    second.Send(Ack().With(Dss().DataAck(1)));
    second.Send(Rst()); // with the right number, from on the path
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
    ExpectUnhurt();
}

/// RFC 8684 3.5: the whole connection takes the key, on an ACK and on a RST.
TEST_F(Attack, FastCloseWithAGuessedKeyIsIgnored)
{
    AsServer();
    auto& second = Join(1);
    second.Send(Ack().With(Dss().DataAck(1)));
    for (uint64_t guess : {uint64_t{0}, peer.Key().Value(), peer.RemoteKey().Value() ^ 1})
    {
        second.Send(Ack().With(mptcp::FastClose{mptcp::Key{guess}}));
    }
    second.Send(Rst().With(mptcp::FastClose{mptcp::Key{1}}));
    peer.Wait(Seconds(1));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
    ExpectUnhurt();
}

} // namespace ns3::script
