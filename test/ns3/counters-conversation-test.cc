// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What one segment, or the lack of one, adds to the counters of a host (docs/counters.md). Every
/// test compares all counters, so each of them also shows what is not raised.
#include "conversation-fixture.h"
#include "counters.h"

#include "ns3/ipv4-routing-table-entry.h"
#include "ns3/ipv4-static-routing-helper.h"

#include <gtest/gtest.h>

namespace ns3::script
{

// ---- opening ----

class CountedOpening : public OneLinkConversation
{
  protected:
    PeerSubflow& Connect()
    {
        host.Connect(ScriptedPeer::PeerAddress(0));
        auto& subflow = peer.AwaitSyn(0);
        subflow.Expect(Syn().With(mptcp::CapableSyn{}));
        return subflow;
    }

    PeerSubflow& OfferToListener()
    {
        host.Listen();
        auto& subflow = peer.Open(0, HostApplication::PORT);
        subflow.Send(Syn().With(mptcp::CapableSyn{}));
        subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
        return subflow;
    }
};

TEST_F(CountedOpening, ByThePeer)
{
    OpenConnection();
    EXPECT_EQ(CountersOf(hostNode),
              (Counters{{"MPCapableSYNRX", 1}, {"MPCapableACKRX", 1}, {"MPCurrEstab", 1}}));
}

TEST_F(CountedOpening, ByTheHost)
{
    AcceptConnection();
    EXPECT_EQ(CountersOf(hostNode),
              (Counters{{"MPCapableSYNTX", 1}, {"MPCapableSYNACKRX", 1}, {"MPCurrEstab", 1}}));
}

TEST_F(CountedOpening, RepeatedSynsCountOnce)
{
    auto& subflow = Connect();
    subflow.Expect(Syn().With(mptcp::CapableSyn{}));
    EXPECT_EQ(CountersOf(hostNode), (Counters{{"MPCapableSYNTX", 1}}));
}

TEST_F(CountedOpening, SynOfThePeerRepeated)
{
    auto& subflow = OfferToListener();
    subflow.Send(Syn().Seq(0).With(mptcp::CapableSyn{}));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    EXPECT_EQ(CountersOf(hostNode), (Counters{{"MPCapableSYNRX", 1}}));
}

TEST_F(CountedOpening, ThirdAckAndFirstDataCountOnce)
{
    auto& subflow = OfferToListener();
    subflow.Send(Ack().With(Keys()));
    auto keys = Keys();
    keys.data.emplace();
    keys.data->dataLevelLengthBytes = 5;
    subflow.Send(Data("hello").With(keys)); // RFC 8684 3.1: the keys once more
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.Received(), "hello");
    EXPECT_EQ(CountersOf(hostNode),
              (Counters{{"MPCapableSYNRX", 1}, {"MPCapableACKRX", 1}, {"MPCurrEstab", 1}}));
}

// ---- fallback (RFC 8684 3.7) ----

TEST_F(CountedOpening, SynAckWithoutMpCapable)
{
    auto& subflow = Connect();
    subflow.Send(SynAck());
    subflow.Expect(Ack().WithoutMptcp());
    // Linux keeps the MPTCP socket, and so counts it as established.
    EXPECT_EQ(
        CountersOf(hostNode),
        (Counters{{"MPCapableSYNTX", 1}, {"MPCapableFallbackSYNACK", 1}, {"MPCurrEstab", 1}}));
}

TEST_F(CountedOpening, ThirdAckWithoutMpCapable)
{
    auto& subflow = OfferToListener();
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    // Linux hands out a plain TCP socket, which is none of MPTCP's.
    EXPECT_EQ(CountersOf(hostNode), (Counters{{"MPCapableSYNRX", 1}, {"MPCapableFallbackACK", 1}}));
}

TEST_F(CountedOpening, SynWithoutMpCapable)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    EXPECT_TRUE(host.IsConnected());
    EXPECT_EQ(CountersOf(hostNode), Counters());
}

TEST_F(CountedOpening, SynWithAnMpCapableOfNoUse)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    mptcp::CapableSyn offer;
    offer.flags.hmacSha256 = false;
    subflow.Send(Syn().With(offer));
    subflow.Expect(SynAck().WithoutMptcp());
    EXPECT_EQ(CountersOf(hostNode), Counters()); // Linux counts what it could have accepted
}

TEST_F(CountedOpening, InitiatorGetsFirstDataWithoutDss)
{
    auto& subflow = Connect();
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    subflow.Send(Data("plain"));
    subflow.Expect(Ack().AckNumber(6).WithoutMptcp());
    EXPECT_EQ(CountersOf(hostNode),
              (Counters{{"MPCapableSYNTX", 1},
                        {"MPCapableSYNACKRX", 1},
                        {"MPCapableDataFallback", 1},
                        {"MPCurrEstab", 1}}));
}

TEST_F(CountedOpening, ResponderGetsFirstDataWithoutDss)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("plain"));
    subflow.Expect(Ack().AckNumber(6).WithoutMptcp());
    EXPECT_EQ(CountersOf(hostNode),
              (Counters{{"MPCapableSYNRX", 1},
                        {"MPCapableACKRX", 1},
                        {"DssFallback", 1},
                        {"MPCurrEstab", 1}}));
}

// ---- the established connection ----

/// A connection that the peer has opened. `Added` is what came after that.
class CountedConnection : public OneLinkConversation
{
  protected:
    void SetUp() override
    {
        first = &OpenConnection();
        first->Send(Ack().With(Dss().DataAck(1)));
        peer.Wait(MilliSeconds(20));
        m_before = CountersOf(hostNode);
    }

    [[nodiscard]] Counters Added() const
    {
        Counters added = CountersOf(hostNode);
        for (const auto& [name, value] : m_before)
        {
            added[name] -= value; // wraps for a gauge that fell
            if (added[name] == 0)
            {
                added.erase(name);
            }
        }
        return added;
    }

    /// One that has fallen.
    static constexpr uint64_t FELL = UINT64_MAX;

    PeerSubflow* first{nullptr};

  private:
    Counters m_before;
};

TEST_F(CountedConnection, OrderlyTrafficRaisesNothing)
{
    first->Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    host.Write("world");
    first->ExpectLater(Data("world"));
    first->Send(Ack().With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(Added(), Counters());
}

TEST_F(CountedConnection, IsNotEstablishedOnceClosedHere)
{
    host.Close();
    EXPECT_EQ(Added(), (Counters{{"MPCurrEstab", FELL}}));
}

TEST_F(CountedConnection, IsEstablishedWhenOnlyThePeerHasClosed)
{
    first->Send(Ack().With(Dss().DataAck(1).DataFin(1)));
    first->Expect(Ack().With(Dss().DataAck(2)));
    EXPECT_EQ(Added(), Counters());
    host.Close();
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(Added(), (Counters{{"MPCurrEstab", FELL}}));
}

TEST_F(CountedConnection, IsNotEstablishedAfterAReset)
{
    hostNode->GetObject<MptcpStack>()->SetAttribute("CloseTimeout", TimeValue(Seconds(1)));
    first->Send(Rst());
    peer.Wait(Seconds(2));
    EXPECT_EQ(Added(), (Counters{{"MPCurrEstab", FELL}}));
}

// ---- joins (RFC 8684 3.2) ----

TEST_F(CountedConnection, JoinByThePeer)
{
    Join(0);
    EXPECT_EQ(Added(), (Counters{{"MPJoinSynRx", 1}, {"MPJoinAckRx", 1}}));
}

TEST_F(CountedConnection, BackupJoinByThePeer)
{
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::JoinSyn{true, 1, HostToken(), OWN_NONCE}));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    const auto code = JoinCode(OWN_NONCE, answer.Find<mptcp::JoinSynAck>()->nonce);
    subflow.Send(Ack().With(code));
    subflow.Expect(Ack());
    subflow.Send(Ack().With(code)); // repeated: counts once
    subflow.Expect(Ack());
    EXPECT_EQ(Added(),
              (Counters{{"MPJoinSynRx", 1}, {"MPJoinSynBackupRx", 1}, {"MPJoinAckRx", 1}}));
}

TEST_F(CountedConnection, JoinWithAnUnknownToken)
{
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken() + 1, OWN_NONCE}));
    subflow.Expect(RstAck().With(Any<mptcp::Reset>()));
    EXPECT_EQ(Added(), (Counters{{"MPJoinSynRx", 1}, {"MPJoinNoTokenFound", 1}, {"MPRstTx", 1}}));
}

TEST_F(CountedConnection, JoinWithAWrongCode)
{
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken(), OWN_NONCE}));
    const auto answer = subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    auto code = JoinCode(OWN_NONCE, answer.Find<mptcp::JoinSynAck>()->nonce);
    code.hmac[0] ^= 1;
    subflow.Send(Ack().With(code));
    subflow.Expect(Rst().With(Any<mptcp::Reset>()));
    EXPECT_EQ(Added(), (Counters{{"MPJoinSynRx", 1}, {"MPJoinAckHMacFailure", 1}, {"MPRstTx", 1}}));
}

TEST_F(CountedConnection, JoinWithoutItsCode)
{
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::JoinSyn{false, 1, HostToken(), OWN_NONCE}));
    subflow.Expect(SynAck().With(Any<mptcp::JoinSynAck>()));
    subflow.Send(Ack());
    subflow.Expect(Rst().With(Any<mptcp::Reset>()));
    EXPECT_EQ(Added(), (Counters{{"MPJoinSynRx", 1}, {"MPRstTx", 1}}));
}

TEST_F(CountedConnection, JoinBeyondTheLimit)
{
    hostNode->GetObject<MptcpStack>()->SetAttribute("MaxHalfOpenJoins", UintegerValue(1));
    for (mptcp::AddressId id = 1; id <= 2; ++id)
    {
        auto& subflow = peer.Open(0, HostApplication::PORT);
        subflow.Send(Syn().With(mptcp::JoinSyn{false, id, HostToken(), OWN_NONCE}));
        peer.Wait(MilliSeconds(20));
    }
    EXPECT_EQ(Added(), (Counters{{"MPJoinSynRx", 2}, {"MPJoinRejected", 1}, {"MPRstTx", 1}}));
}

/// The host has opened a connection and its SYN for the other link has arrived.
class CountedJoin : public TwoLinkConversation
{
  protected:
    void SetUp() override
    {
        AcceptConnection();
        second = &peer.AwaitSyn(1);
        syn = second->Expect(Syn().With(Any<mptcp::JoinSyn>()));
    }

    [[nodiscard]] Segment Answer(bool backup, uint64_t wrong) const
    {
        const auto nonce = syn.Find<mptcp::JoinSyn>()->nonce;
        return SynAck().With(
            mptcp::JoinSynAck{backup, 0, ShortJoinCode(OWN_NONCE, nonce) ^ wrong, OWN_NONCE});
    }

    /// What opening the connection and sending the SYN adds, and `more`.
    static Counters All(Counters more)
    {
        more.insert({{"MPCapableSYNTX", 1},
                     {"MPCapableSYNACKRX", 1},
                     {"MPCurrEstab", 1},
                     {"MPJoinSynTx", 1}});
        return more;
    }

    PeerSubflow* second{nullptr};
    Received syn;
};

TEST_F(CountedJoin, ByTheHost)
{
    second->Send(Answer(false, 0));
    second->Expect(Ack().With(Any<mptcp::JoinAck>()));
    second->Send(Answer(false, 0).Seq(0)); // repeated: counts once
    second->Expect(Ack().With(Any<mptcp::JoinAck>()));
    EXPECT_EQ(CountersOf(hostNode), All({{"MPJoinSynAckRx", 1}}));
}

TEST_F(CountedJoin, AnsweredAsBackup)
{
    second->Send(Answer(true, 0));
    second->Expect(Ack().With(Any<mptcp::JoinAck>()));
    EXPECT_EQ(CountersOf(hostNode), All({{"MPJoinSynAckRx", 1}, {"MPJoinSynAckBackupRx", 1}}));
}

TEST_F(CountedJoin, AnsweredWithAWrongCode)
{
    second->Send(Answer(false, 1));
    second->Expect(Rst().With(Any<mptcp::Reset>()));
    EXPECT_EQ(CountersOf(hostNode), All({{"MPJoinSynAckHMacFailure", 1}, {"MPRstTx", 1}}));
}

TEST_F(CountedJoin, Unanswered)
{
    second->Expect(Syn().With(Any<mptcp::JoinSyn>()));
    EXPECT_EQ(CountersOf(hostNode), All({}));
}

TEST_F(CountedJoin, RefusedWithAReason)
{
    second->Send(RstAck().With(mptcp::Reset{false, mptcp::ResetReason::TooMuchOutstandingData}));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(CountersOf(hostNode), All({{"MPRstRx", 1}}));
}

TEST_F(TwoLinkConversation, JoinWithoutARouteIsCounted)
{
    Ptr<Ipv4StaticRouting> routing =
        Ipv4StaticRoutingHelper().GetStaticRouting(hostNode->GetObject<Ipv4>());
    for (uint32_t i = routing->GetNRoutes(); i-- > 0;)
    {
        if (routing->GetRoute(i).GetInterface() == 2)
        {
            routing->RemoveRoute(i);
        }
    }
    AcceptConnection();
    peer.Wait(MilliSeconds(20)); // before the next attempt
    EXPECT_EQ(CountersOf(hostNode),
              (Counters{{"MPCapableSYNTX", 1},
                        {"MPCapableSYNACKRX", 1},
                        {"MPCurrEstab", 1},
                        {"MPJoinSynTxConnectErr", 1}}));
}

// ---- data out of order, twice, too much ----

class CountedData : public CountedConnection
{
  protected:
    void SetUp() override
    {
        HostApplication::SetBuffers(100'000, 5'000);
        CountedConnection::SetUp();
        second = &Join(0);
        second->Send(Ack().With(Dss().DataAck(1)));
    }

    Counters AddedToJoin()
    {
        peer.Wait(MilliSeconds(20));
        Counters added = Added();
        EXPECT_EQ(added.erase("MPJoinSynRx") + added.erase("MPJoinAckRx"), 2U);
        return added;
    }

    PeerSubflow* second{nullptr};
};

TEST_F(CountedData, AheadOfWhatIsMissing)
{
    second->Send(Data("world").With(Dss().DataAck(1).Map(6, 1, 5)));
    EXPECT_EQ(AddedToJoin(), (Counters{{"OFOQueue", 1}}));
    second->Send(Data("12345").With(Dss().DataAck(1).Map(11, 6, 5))); // right behind
    second->Send(Data("abcde").With(Dss().DataAck(1).Map(21, 11, 5)));
    EXPECT_EQ(AddedToJoin(), (Counters{{"OFOQueue", 3}, {"OFOQueueTail", 2}, {"OFOMerge", 1}}));
    second->Send(Data("67890").With(Dss().DataAck(1).Map(16, 16, 5))); // between
    EXPECT_EQ(AddedToJoin(), (Counters{{"OFOQueue", 4}, {"OFOQueueTail", 2}, {"OFOMerge", 2}}));
    first->Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    EXPECT_EQ(AddedToJoin(), (Counters{{"OFOQueue", 4}, {"OFOQueueTail", 2}, {"OFOMerge", 2}}));
    EXPECT_EQ(host.Received(), "helloworld1234567890abcde");
}

TEST_F(CountedData, ThatHadArrivedOnTheOther)
{
    first->Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    second->Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    EXPECT_EQ(AddedToJoin(), (Counters{{"DuplicateData", 1}}));
    second->Send(Data("loworld").With(Dss().DataAck(1).Map(4, 6, 7))); // some of it is new
    EXPECT_EQ(AddedToJoin(), (Counters{{"DuplicateData", 1}}));
    EXPECT_EQ(host.Received(), "helloworld");
}

TEST_F(CountedData, RepeatedOnItsOwnSubflowIsTcpsBusiness)
{
    first->Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    first->Send(Data("hello").Seq(1).With(Dss().DataAck(1).Map(1, 1, 5)));
    EXPECT_EQ(AddedToJoin(), Counters());
}

TEST_F(CountedData, BeyondTheWindow)
{
    host.SetReading(false);
    first->Send(Data(Text(1, 1000)).With(Dss().DataAck(1).Map(1, 1, 1000)));
    second->Send(Data("too far").With(Dss().DataAck(1).Map(5002, 1, 7)));
    EXPECT_EQ(AddedToJoin(), (Counters{{"NoDSSInWindow", 1}}));
}

TEST_F(CountedData, MoreThanTheReceiveBufferHolds)
{
    host.SetReading(false);
    for (uint32_t i = 0; i < 4; ++i)
    {
        const uint32_t at = 1 + 1250 * i;
        first->Send(Data(Text(at, 1250)).With(Dss().DataAck(1).Map(at, at, 1250)));
        peer.Wait(MilliSeconds(300));
    }
    // Its own subflow has room for it, the connection has not.
    second->Send(Data("too much").With(Dss().DataAck(1).Map(5001, 1, 8)));
    EXPECT_EQ(AddedToJoin(), (Counters{{"RcvPruned", 1}}));
}

TEST_F(CountedConnection, MappingThatContradictsAnEarlierOne)
{
    first->Send(Ack().With(Dss().DataAck(1).Map(1, 1, 5)));
    first->Send(Data("hello").With(Dss().DataAck(1).Map(11, 1, 5)));
    first->ExpectLater(Ack().With(Dss().DataAck(6)));
    EXPECT_EQ(host.Received(), "hello"); // where the first one puts it
    EXPECT_EQ(Added(), (Counters{{"DSSNotMatching", 1}}));
}

TEST_F(CountedConnection, MappingBesideItsSegment)
{
    first->Send(Data("hello").With(Dss().DataAck(1).Map(1, 101, 5))); // RFC 8684 3.3.1
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(Added(), (Counters{{"DSSNoMatchTCP", 1}}));
}

// ---- sending once more ----

TEST_F(CountedData, TimeoutIsStaleAndReinjected)
{
    host.Write(Text(1, 500));
    auto segment = first->ExpectLater(Data(Text(1, 500)));
    second->ExpectLater(Data(Text(1, 500)).With(Dss().Map(1, 1, 500)));
    EXPECT_EQ(AddedToJoin(), (Counters{{"MPTCPRetrans", 1}, {"SubflowStale", 1}}));
    first->ExpectLater(Data(Text(1, 500)));
    second->Send(Ack().With(Dss().DataAck(501)));
    first->Send(Ack().With(Dss().DataAck(501)));
    EXPECT_EQ(AddedToJoin(),
              (Counters{{"MPTCPRetrans", 1}, {"SubflowStale", 1}, {"SubflowRecover", 1}}));
}

TEST_F(CountedConnection, OnlySubflowIsNeverStale)
{
    host.Write("hello");
    first->Expect(Data("hello"));
    first->Expect(Data("hello"));
    first->Send(Ack().With(Dss().DataAck(6)));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(Added(), Counters());
}

// ---- signals ----

TEST_F(CountedConnection, EveryWithdrawnAddressCounts)
{
    mptcp::AddressIdList ids(3);
    ids.Append(4);
    first->Send(Ack().With(Dss().DataAck(1)).With(mptcp::RemoveAddress{ids}));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(Added(), (Counters{{"RmAddr", 2}}));
}

TEST_F(CountedConnection, PriorityByThePeer)
{
    Join(0);
    first->Send(Ack().With(Dss().DataAck(1)).With(mptcp::Priority{true}));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(Added(), (Counters{{"MPJoinSynRx", 1}, {"MPJoinAckRx", 1}, {"MPPrioRx", 1}}));
}

TEST_F(CountedConnection, ForgedAnnouncementDoesNotCount)
{
    mptcp::AddAddress announcement;
    announcement.id = 3;
    announcement.address = mptcp::Ipv4Bytes{10, 0, 9, 2};
    announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement) + 1;
    first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(Added(), Counters());
}

TEST_F(CountedConnection, AnnouncementOfNoUse)
{
    mptcp::AddAddress announcement;
    announcement.id = 3;
    announcement.address = mptcp::Ipv4Bytes{224, 0, 0, 1};
    announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
    first->Send(Ack().With(Dss().DataAck(1)).With(announcement));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(Added(), (Counters{{"AddAddr", 1}, {"AddAddrDrop", 1}, {"EchoAddTx", 1}}));
}

TEST_F(CountedOpening, SignalsThatComeTooEarly)
{
    auto& subflow = Connect();
    subflow.Send(SynAck().With(OwnKey()));
    subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
    // Eight are kept until a DSS shows that the handshake is over.
    mptcp::AddressIdList ids(1);
    for (mptcp::AddressId id = 2; id <= 7; ++id)
    {
        ids.Append(id);
    }
    subflow.Send(Ack().With(mptcp::RemoveAddress{ids}));
    mptcp::AddAddress announcement;
    announcement.id = 3;
    announcement.address = mptcp::Ipv4Bytes{10, 0, 9, 2};
    announcement.hmac = mptcp::AddAddressHmac({peer.Key(), peer.RemoteKey()}, announcement);
    for (int i = 0; i < 2; ++i)
    {
        subflow.Send(Ack().With(announcement));
    }
    subflow.Send(Ack().With(mptcp::RemoveAddress{mptcp::AddressIdList(9)}));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(CountersOf(hostNode),
              (Counters{{"MPCapableSYNTX", 1},
                        {"MPCapableSYNACKRX", 1},
                        {"MPCurrEstab", 1},
                        {"RmAddr", 8},
                        {"RmAddrDrop", 1},
                        {"AddAddr", 2},
                        {"AddAddrDrop", 1}}));
}

TEST_F(CountedConnection, EchoByThePeer)
{
    mptcp::AddAddress echo;
    echo.id = 3;
    echo.address = mptcp::Ipv4Bytes{10, 0, 9, 2};
    first->Send(Ack().With(Dss().DataAck(1)).With(echo));
    echo.port = 8080;
    first->Send(Ack().With(Dss().DataAck(1)).With(echo));
    peer.Wait(MilliSeconds(20));
    // As Linux does: a port counts on echoes too.
    EXPECT_EQ(Added(), (Counters{{"EchoAdd", 2}, {"PortAdd", 1}}));
}

} // namespace ns3::script
