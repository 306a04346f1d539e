// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// MP_JOIN in both roles, and the signals that lead to it.
#include "conversation-fixture.h"

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

} // namespace

// ---- the peer joins ----

class JoinedByPeer : public OneLinkConversation
{
  protected:
    void Open()
    {
        first = &OpenConnection();
        first->Send(Ack().With(Dss().DataAck(1)));
        peer.Wait(MilliSeconds(10));
    }

    /// Data still goes through, in both directions.
    void ExpectUnhurt()
    {
        EXPECT_FALSE(host.HasError());
        EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
        first->Send(Data("ping").With(Dss().DataAck(1).Map(1, 1, 4)));
        first->ExpectLater(Ack().With(Dss().DataAck(5)));
        host.Write("pong");
        first->ExpectLater(Data("pong").With(Dss().Map(1, 1, 4)));
    }

    [[nodiscard]] Segment JoinSyn(mptcp::Token token) const
    {
        return Syn().With(mptcp::JoinSyn{false, 1, token, OWN_NONCE});
    }

    PeerSubflow* first{nullptr};
};

TEST_F(JoinedByPeer, FourSegments)
{
    Open();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(JoinSyn(HostToken()));
    const auto answer = subflow.Expect(SynAck().Seq(0).AckNumber(1));
    const auto* join = answer.Find<mptcp::JoinSynAck>();
    ASSERT_NE(join, nullptr);
    EXPECT_EQ(join->hmac, HostShortJoinCode(join->nonce, OWN_NONCE)); // RFC 8684 3.2
    EXPECT_EQ(join->id, 0); // the address of the first subflow
    EXPECT_EQ(answer.maximumSegmentBytes, 1460);
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
    subflow.Send(Ack().With(JoinCode(OWN_NONCE, join->nonce)));
    // The fourth: the initiator must not send data before it.
    subflow.Expect(Ack().Seq(1).AckNumber(1).With(Dss().DataAck(1)));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 2U);
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.Expect(Ack().AckNumber(6).With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello");
}

TEST_F(JoinedByPeer, WrongCodeIsReset)
{
    Open();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(JoinSyn(HostToken()));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    auto code = JoinCode(OWN_NONCE, answer.Find<mptcp::JoinSynAck>()->nonce);
    code.hmac[19] ^= 1;
    subflow.Send(Ack().With(code));
    const auto reset = subflow.Expect(Rst().Seq(1).With(Any<mptcp::Reset>())); // RFC 8684 3.2
    EXPECT_EQ(reset.Find<mptcp::Reset>()->reason, mptcp::ResetReason::MptcpSpecific);
    subflow.ExpectSilence(Seconds(5));
    ExpectUnhurt();
}

TEST_F(JoinedByPeer, ThirdAckWithoutMpJoinIsReset)
{
    Open();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(JoinSyn(HostToken()));
    subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    subflow.Send(Ack());
    subflow.Expect(Rst().Seq(1).With(Any<mptcp::Reset>()));
    ExpectUnhurt();
}

TEST_F(JoinedByPeer, UnknownTokenIsResetAndLeavesNoState)
{
    Open();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(JoinSyn(HostToken() + 1));
    const auto reset = subflow.Expect(RstAck().Seq(0).AckNumber(1).With(Any<mptcp::Reset>()));
    EXPECT_EQ(reset.Find<mptcp::Reset>()->reason, mptcp::ResetReason::MptcpSpecific);
    subflow.ExpectSilence(Seconds(10)); // no SYN/ACK that anybody would repeat
    // Once more, the same answer.
    subflow.Send(JoinSyn(HostToken() + 1).Seq(0));
    subflow.Expect(RstAck().With(Any<mptcp::Reset>()));
    ExpectUnhurt();
}

TEST_F(JoinedByPeer, TokenWithoutAnyConnection)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(JoinSyn(0x12345678));
    subflow.Expect(RstAck().With(Any<mptcp::Reset>()));
    EXPECT_FALSE(host.IsConnected());
}

TEST_F(JoinedByPeer, RepeatedSynGetsTheSameAnswer)
{
    Open();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(JoinSyn(HostToken()));
    const auto lost = subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    subflow.Send(JoinSyn(HostToken()).Seq(0));
    subflow.Expect(SynAck().With(*lost.Find<mptcp::JoinSynAck>()));
    subflow.Send(Ack().With(JoinCode(OWN_NONCE, lost.Find<mptcp::JoinSynAck>()->nonce)));
    subflow.Expect(Ack().With(Dss().DataAck(1)));
}

TEST_F(JoinedByPeer, UnansweredSynAckIsSentAgain)
{
    Open();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(JoinSyn(HostToken()));
    const auto lost = subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    subflow.Expect(SynAck().With(*lost.Find<mptcp::JoinSynAck>()));
}

TEST_F(JoinedByPeer, DataBeforeTheCodeIsDropped)
{
    Open();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(JoinSyn(HostToken()));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    subflow.Send(Data("x").Seq(7).With(Dss().DataAck(1).Map(1, 7, 1)));
    subflow.ExpectSilence(MilliSeconds(100));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
    subflow.Send(Ack().With(JoinCode(OWN_NONCE, answer.Find<mptcp::JoinSynAck>()->nonce)));
    subflow.Expect(Ack().AckNumber(1).With(Dss().DataAck(1)));
    EXPECT_EQ(host.Received(), "");
}

TEST_F(JoinedByPeer, ThirdAckRepeatedIsAnsweredAgain)
{
    Open();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(JoinSyn(HostToken()));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    const auto code = JoinCode(OWN_NONCE, answer.Find<mptcp::JoinSynAck>()->nonce);
    for (int i = 0; i < 3; ++i)
    {
        subflow.Send(Ack().With(code)); // RFC 8684 3.2: until the fourth is seen
        subflow.Expect(Ack().With(Dss().DataAck(1)));
    }
}

TEST_F(JoinedByPeer, BackupIsUsedOnlyWhenNothingElseIsLeft)
{
    Open();
    auto& backup = peer.Open(0, HostApplication::PORT);
    backup.Send(Syn().With(mptcp::JoinSyn{true, 1, HostToken(), OWN_NONCE}));
    const auto answer = backup.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    backup.Send(Ack().With(JoinCode(OWN_NONCE, answer.Find<mptcp::JoinSynAck>()->nonce)));
    backup.Expect(Ack());
    backup.Send(Ack().With(Dss().DataAck(1)));
    peer.Wait(MilliSeconds(10));
    constexpr uint32_t WINDOWFULS = 20 * 1420;
    host.Write(Text(1, WINDOWFULS)); // more than the first subflow's window
    backup.ExpectSilence(MilliSeconds(100));
    first->Send(RstAck());
    backup.ExpectLater(Data(Text(1, 1420)).With(Dss().Map(1, 1, 1420)));
}

TEST_F(JoinedByPeer, PriorityMakesASubflowABackup)
{
    Open();
    auto& second = Join(0);
    second.Send(Ack().With(Dss().DataAck(1)));
    first->Send(Ack().With(Dss().DataAck(1)).With(mptcp::Priority{true})); // RFC 8684 3.3.8
    peer.Wait(MilliSeconds(10));
    host.Write("by the other");
    second.Expect(Data("by the other").With(Dss().Map(1, 1, 12)));
    first->ExpectSilence(MilliSeconds(100));
}

// ---- the host joins ----

class JoinedByHost : public TwoLinkConversation
{
  protected:
    void Open()
    {
        first = &AcceptConnection();
    }

    /// The host's SYN on the second link.
    PeerSubflow& AwaitJoin(Received& syn)
    {
        auto& subflow = peer.AwaitSyn(1);
        syn = subflow.Expect(Syn().With(Any<mptcp::JoinSyn>()));
        return subflow;
    }

    void ExpectUnhurt()
    {
        EXPECT_FALSE(host.HasError());
        host.Write("ping");
        first->ExpectLater(Data("ping").With(Dss().Map(1, 1, 4)));
        first->Send(Data("pong").With(Dss().DataAck(5).Map(1, 1, 4)));
        first->ExpectLater(Ack().With(Dss().DataAck(5)));
    }

    PeerSubflow* first{nullptr};
};

TEST_F(JoinedByHost, NotBeforeThePeerIsKnownToHoldTheKeys)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack());
    peer.ExpectNoSyn(Seconds(2)); // RFC 8684 3.1
    subflow.Send(Ack().With(Dss().DataAck(1)));
    peer.AwaitSyn(1).Expect(Syn().With(Any<mptcp::JoinSyn>()));
}

TEST_F(JoinedByHost, FourSegments)
{
    Open();
    Received syn;
    auto& subflow = AwaitJoin(syn);
    const auto* join = syn.Find<mptcp::JoinSyn>();
    EXPECT_EQ(join->token, mptcp::DeriveToken(peer.Key())); // RFC 8684 3.2
    EXPECT_EQ(join->id, 1);
    EXPECT_FALSE(join->backup);
    EXPECT_EQ(syn.maximumSegmentBytes, 1460);
    EXPECT_EQ(subflow.GetName().hostAddress, ScriptedPeer::HostAddress(1));
    EXPECT_EQ(subflow.GetName().peerAddress, ScriptedPeer::PeerAddress(0));
    subflow.Send(SynAck().With(
        mptcp::JoinSynAck{false, 0, ShortJoinCode(OWN_NONCE, join->nonce), OWN_NONCE}));
    subflow.Expect(Ack().Seq(1).AckNumber(1).With(HostJoinCode(join->nonce, OWN_NONCE)));
    subflow.Send(Ack().With(Dss().DataAck(1)));
    subflow.ExpectSilence(Seconds(5));
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.Expect(Ack().With(Dss().DataAck(6)));
}

TEST_F(JoinedByHost, ThirdAckIsRepeatedAndNoDataSentUntilTheFourth)
{
    Open();
    Received syn;
    auto& subflow = AwaitJoin(syn);
    const auto nonce = syn.Find<mptcp::JoinSyn>()->nonce;
    subflow.Send(
        SynAck().With(mptcp::JoinSynAck{false, 0, ShortJoinCode(OWN_NONCE, nonce), OWN_NONCE}));
    const auto code = HostJoinCode(nonce, OWN_NONCE);
    const auto one = subflow.Expect(Ack().With(code));
    first->Send(RstAck()); // now there is only this one, and it may not be used yet
    peer.Wait(MilliSeconds(10));
    host.Write("hello");
    const auto two = subflow.Expect(Ack().With(code));
    EXPECT_EQ(two.at - one.at, MilliSeconds(20)); // two round trips, as in Linux
    subflow.Send(Ack().With(Dss().DataAck(1)));
    subflow.Expect(Data("hello").With(Dss().Map(1, 1, 5)));
}

TEST_F(JoinedByHost, RepeatedSynAckIsAnsweredByTheCodeAgain)
{
    Open();
    Received syn;
    auto& subflow = AwaitJoin(syn);
    const auto nonce = syn.Find<mptcp::JoinSyn>()->nonce;
    const mptcp::JoinSynAck answer{false, 0, ShortJoinCode(OWN_NONCE, nonce), OWN_NONCE};
    subflow.Send(SynAck().With(answer));
    subflow.Expect(Ack().With(HostJoinCode(nonce, OWN_NONCE)));
    subflow.Send(SynAck().Seq(0).With(answer));
    subflow.Expect(Ack().With(HostJoinCode(nonce, OWN_NONCE)));
}

TEST_F(JoinedByHost, LostSynIsRepeatedWithTheSameNonce)
{
    Open();
    Received syn;
    auto& subflow = AwaitJoin(syn);
    subflow.Expect(Syn().With(*syn.Find<mptcp::JoinSyn>()));
}

TEST_F(JoinedByHost, WrongCodeIsReset)
{
    Open();
    Received syn;
    auto& subflow = AwaitJoin(syn);
    const auto nonce = syn.Find<mptcp::JoinSyn>()->nonce;
    subflow.Send(
        SynAck().With(mptcp::JoinSynAck{false, 0, ShortJoinCode(OWN_NONCE, nonce) + 1, OWN_NONCE}));
    const auto reset = subflow.Expect(Rst().Seq(1).With(Any<mptcp::Reset>())); // RFC 8684 3.2
    EXPECT_EQ(reset.Find<mptcp::Reset>()->reason, mptcp::ResetReason::MptcpSpecific);
    ExpectUnhurt();
}

TEST_F(JoinedByHost, SynAckWithoutMpJoinIsReset)
{
    Open();
    Received syn;
    auto& subflow = AwaitJoin(syn);
    subflow.Send(SynAck());
    subflow.Expect(Rst().Seq(1).With(Any<mptcp::Reset>()));
    ExpectUnhurt();
}

TEST_F(JoinedByHost, RefusalIsTakenForAnAnswer)
{
    Open();
    Received syn;
    auto& subflow = AwaitJoin(syn);
    subflow.Send(
        RstAck().With(mptcp::Reset{false, mptcp::ResetReason::AdministrativelyProhibited}));
    subflow.ExpectSilence(Seconds(10));
    ExpectUnhurt();
}

TEST_F(JoinedByHost, PeerThatForbidsJoinsIsLeftAlone)
{
    host.Connect(ScriptedPeer::PeerAddress(0));
    auto& subflow = peer.AwaitSyn(0);
    subflow.Expect(Syn());
    auto answer = OwnKey();
    answer.flags.denyJoin = true; // RFC 8684 3.1, flag C
    subflow.Send(SynAck().With(answer));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    subflow.Send(Ack().With(Dss().DataAck(1)));
    peer.ExpectNoSyn(Seconds(10));
}

TEST_F(JoinedByHost, CarriesDataOnceEstablished)
{
    Open();
    auto& second = AcceptJoin(1);
    constexpr uint32_t SEGMENT = 1420;
    host.Write(Text(1, 15 * SEGMENT)); // ten fill the initial window of one subflow
    peer.Wait(MilliSeconds(10));
    EXPECT_EQ(first->Collect(MilliSeconds(10)).size(), 10U);
    EXPECT_EQ(second.Collect(MilliSeconds(10)).size(), 5U);
}

// ---- address signals ----

TEST_F(JoinedByPeer, HostWithOneAddressAnnouncesNothing)
{
    Open();
    first->ExpectSilence(Seconds(2));
}

using Announcing = TwoLinkConversation;

TEST_F(Announcing, FurtherAddressOfAServer)
{
    auto& first = OpenConnection();
    const auto ack = first.Expect(Ack().With(Any<mptcp::AddAddress>()));
    const auto announced = *ack.Find<mptcp::AddAddress>();
    EXPECT_EQ(announced.id, 1);
    EXPECT_EQ(announced.address, mptcp::AnnouncedAddress(Bytes(ScriptedPeer::HostAddress(1))));
    EXPECT_FALSE(announced.port);
    EXPECT_EQ(announced.hmac,
              mptcp::AddAddressHmac({peer.RemoteKey(), peer.Key()}, announced)); // RFC 8684 3.4.1
    auto echo = announced;
    echo.hmac.reset();
    first.Send(Ack().With(Dss().DataAck(1)).With(echo));
    first.ExpectSilence(Seconds(2));
    auto& second = Join(1);
    second.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    second.Expect(Ack().With(Dss().DataAck(6)));
}

class AnnouncedTo : public OneLinkConversation
{
  protected:
    void Open()
    {
        first = &AcceptConnection();
        announcement.id = 3;
        announcement.address = Bytes(ScriptedPeer::PeerAddress(1));
    }

    void Sign()
    {
        announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
    }

    [[nodiscard]] mptcp::AddAddress Echo() const
    {
        auto echo = announcement;
        echo.hmac.reset();
        return echo;
    }

    PeerSubflow* first{nullptr};
    mptcp::AddAddress announcement;
};

TEST_F(AnnouncedTo, RightCodeIsEchoedAndLeadsToAJoin)
{
    Open();
    Sign();
    first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    first->Expect(Ack().With(Echo())); // RFC 8684 3.4.1
    auto& second = peer.AwaitSyn(0);
    EXPECT_EQ(second.GetName().peerAddress, ScriptedPeer::PeerAddress(1));
    EXPECT_EQ(second.GetName().peerPort, HostApplication::PORT);
    const auto syn = second.Expect(Syn().With(Any<mptcp::JoinSyn>()));
    EXPECT_EQ(syn.Find<mptcp::JoinSyn>()->token, mptcp::DeriveToken(peer.Key()));
}

TEST_F(AnnouncedTo, PortIsUsed)
{
    Open();
    announcement.port = 8080;
    Sign();
    first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    first->Expect(Ack().With(Echo()));
    EXPECT_EQ(peer.AwaitSyn(0).GetName().peerPort, 8080);
}

TEST_F(AnnouncedTo, WrongCodeIsIgnored)
{
    Open();
    Sign();
    announcement.hmac = *announcement.hmac + 1;
    first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    first->ExpectSilence(Seconds(2));
    peer.ExpectNoSyn(Seconds(2));
}

TEST_F(AnnouncedTo, EchoOfWhatWasNeverAnnouncedIsIgnored)
{
    Open();
    first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    first->ExpectSilence(Seconds(2));
    peer.ExpectNoSyn(Seconds(2));
}

TEST_F(AnnouncedTo, RepeatedAnnouncementIsEchoedAgainAndJoinedOnce)
{
    Open();
    Sign();
    for (int i = 0; i < 2; ++i)
    {
        first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
        first->Expect(Ack().With(Echo()));
    }
    auto& second = peer.AwaitSyn(0);
    second.Expect(Syn());
    peer.ExpectNoSyn(Seconds(2));
}

class RemovedFrom : public AnnouncedTo
{
  protected:
    /// Two subflows; the peer withdraws the address of the second.
    void Remove()
    {
        Open();
        Sign();
        first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
        first->Expect(Ack().With(Echo()));
        second = &peer.AwaitSyn(0);
        const auto syn = second->Expect(Syn().With(Any<mptcp::JoinSyn>()));
        const auto nonce = syn.Find<mptcp::JoinSyn>()->nonce;
        second->Send(
            SynAck().With(mptcp::JoinSynAck{false, 3, ShortJoinCode(OWN_NONCE, nonce), OWN_NONCE}));
        second->Expect(Ack());
        second->Send(Ack().With(Dss().DataAck(1)));
        peer.Wait(MilliSeconds(10));
        EXPECT_EQ(Subflows(), 2U);
        first->Send(
            Ack().With(Dss().DataAck(1)).With(mptcp::RemoveAddress{mptcp::AddressIdList(3)}));
    }

    [[nodiscard]] std::size_t Subflows() const
    {
        return host.GetSocket()->GetSubflows().size();
    }

    PeerSubflow* second{nullptr};
};

TEST_F(RemovedFrom, SubflowThatDoesNotAnswerAKeepaliveIsReset) // RFC 8684 3.4.2
{
    Remove();
    for (int i = 0; i < 3; ++i)
    {
        second->Expect(Ack().Seq(0)); // RFC 1122 4.2.3.6: one less than the next
    }
    second->Expect(Rst().With(Any<mptcp::Reset>()));
    EXPECT_EQ(Subflows(), 1U);
    host.Write("on the first");
    first->ExpectLater(Data("on the first"));
    peer.ExpectNoSyn(Seconds(5));
}

TEST_F(RemovedFrom, SubflowThatAnswersStays) // RFC 8684 3.4.2
{
    Remove();
    second->Expect(Ack().Seq(0));
    peer.Wait(MilliSeconds(5));
    second->Send(Ack().With(Dss().DataAck(1)));
    second->ExpectSilence(Seconds(9));
    EXPECT_EQ(Subflows(), 2U);
    host.Write(Text(1, 15 * 1420)); // ten fill the initial window of one subflow
    EXPECT_EQ(second->Collect(MilliSeconds(20)).size(), 5U);
}

TEST_F(RemovedFrom, SubflowInDoubtIsUsedLast)
{
    Remove();
    second->Expect(Ack().Seq(0));
    host.Write(Text(1, 15 * 1420));
    EXPECT_EQ(first->Collect(MilliSeconds(20)).size(), 10U);
    second->Expect(Ack().Seq(0)); // no data before it
}

TEST_F(RemovedFrom, WhatWasUnderWayIsNoAnswer)
{
    Remove();
    second->Send(Data("late").With(Dss().DataAck(1).Map(1, 1, 4))); // along with REMOVE_ADDR
    second->Expect(Ack().Seq(0));
    second->Expect(Ack().Seq(1).With(Dss().DataAck(5)));
    EXPECT_EQ(host.Received(), "late");
    second->Expect(Ack().Seq(0));
    second->Expect(Ack().Seq(0));
    second->Expect(Rst());
}

} // namespace ns3::script
