// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Peers that do not speak MPTCP, or not ours, and what remains: plain TCP with every byte
/// (RFC 8684 3.7).
#include "conversation-fixture.h"

#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

/// Both directions and both FINs over a subflow that has fallen back, without one MPTCP option.
/// `sent` and `received` bytes went before, seen from the host. Where MPTCP was negotiated and
/// failed afterwards, one last DSS says so on the first new data (RFC 8684 3.7).
void
TalkPlainTcp(PeerSubflow& subflow,
             HostApplication& host,
             uint32_t sent,
             uint32_t received,
             const std::optional<Dss>& lastWord = std::nullopt)
{
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(host.GetSocket()->GetToken(), 0U);
    const std::string before = host.Received();
    EXPECT_EQ(before.size(), received);
    host.Write("from the host");
    auto first = Data("from the host").Seq(sent + 1);
    subflow.ExpectLater(lastWord ? first.With(*lastWord) : first.WithoutMptcp());
    subflow.Send(Data("from the peer"));
    subflow.ExpectLater(Ack().AckNumber(received + 14).WithoutMptcp());
    EXPECT_EQ(host.Received(), before + "from the peer");
    subflow.Send(Fin());
    subflow.Expect(Ack().AckNumber(received + 15).WithoutMptcp());
    EXPECT_TRUE(host.HasPeerClosed());
    host.Write("half closed");
    subflow.Expect(Data("half closed").WithoutMptcp());
    subflow.Send(Ack());
    host.Close();
    subflow.Expect(Fin().Seq(sent + 25).WithoutMptcp());
    subflow.Send(Ack());
    subflow.ExpectSilence(Seconds(5));
    EXPECT_FALSE(host.HasError());
}

} // namespace

// ---- as client ----

class ClientFallback : public OneLinkConversation
{
  protected:
    /// The host's SYN has arrived.
    PeerSubflow& Connect()
    {
        host.Connect(ScriptedPeer::PeerAddress(0));
        auto& subflow = peer.AwaitSyn(0);
        subflow.Expect(Syn().With(mptcp::CapableSyn{}));
        return subflow;
    }

    /// And has been answered with MP_CAPABLE, and that with the keys.
    PeerSubflow& Handshake()
    {
        auto& subflow = Connect();
        subflow.Send(SynAck().With(OwnKey()));
        subflow.Expect(Ack().With(Any<mptcp::CapableAck>()));
        return subflow;
    }
};

TEST_F(ClientFallback, SynAckWithoutMpCapable)
{
    auto& subflow = Connect();
    subflow.Send(SynAck());
    subflow.Expect(Ack().WithoutMptcp());
    EXPECT_TRUE(host.IsConnected());
    TalkPlainTcp(subflow, host, 0, 0);
}

TEST_F(ClientFallback, DataWrittenBeforeAPlainSynAckIsSentAtOnce)
{
    auto& subflow = Connect();
    host.Write("early");
    subflow.Send(SynAck());
    const auto ack = subflow.Expect(Ack().WithoutMptcp());
    const auto data = subflow.Expect(Data("early").WithoutMptcp());
    EXPECT_LT(data.at - ack.at, MilliSeconds(1));
    subflow.Send(Ack());
    TalkPlainTcp(subflow, host, 5, 0);
}

struct BadAnswer
{
    const char* name;
    mptcp::CapableFlags flags;
};

class ClientFallbackOnFlags : public ClientFallback, public ::testing::WithParamInterface<BadAnswer>
{
};

TEST_P(ClientFallbackOnFlags, SynAck)
{
    auto& subflow = Connect();
    subflow.Send(SynAck().With(mptcp::CapableSynAck{GetParam().flags, peer.Key()}));
    subflow.Expect(Ack().WithoutMptcp());
    TalkPlainTcp(subflow, host, 0, 0);
}

INSTANTIATE_TEST_SUITE_P(Rfc8684Section3_1,
                         ClientFallbackOnFlags,
                         ::testing::Values(BadAnswer{"Version0", {0, false, false, false, true}},
                                           BadAnswer{"Version2", {2, false, false, false, true}},
                                           BadAnswer{"ExtensionBit", {1, false, true, false, true}},
                                           BadAnswer{"NoKnownAlgorithm",
                                                     {1, false, false, false, false}}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_F(ClientFallback, FirstDataOfThePeerWithoutDss)
{
    auto& subflow = Handshake();
    subflow.Send(Data("plain"));
    subflow.Expect(Ack().AckNumber(6).WithoutMptcp());
    TalkPlainTcp(subflow, host, 0, 5, Dss().MapForEver(1, 1));
}

TEST_F(ClientFallback, FirstDataAcknowledgedWithoutDss)
{
    auto& subflow = Handshake();
    host.Write("hello");
    subflow.Expect(Data("hello").With(Any<mptcp::CapableAck>()));
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(10));
    // Nothing is known to have arrived intact, so the mapping begins with the stream.
    TalkPlainTcp(subflow, host, 5, 0, Dss().MapForEver(1, 1));
    EXPECT_EQ(Count(mptcp::Mib::MPCapableDataFallback), 1U);
    EXPECT_EQ(Count(mptcp::Mib::InfiniteMapTx), 1U);
}

/// The second copy makes the subflow's bytes something else than the stream: there is no way back
/// to plain TCP. Linux calls it allow_infinite_fallback, which its mptcp retransmission clears.
TEST_F(ClientFallback, NotBehindDataThatWasSentAgain)
{
    auto& subflow = Handshake();
    host.Write("hello");
    subflow.Expect(Data("hello").With(Any<mptcp::CapableAck>()));
    constexpr uint32_t OLD = static_cast<uint32_t>(-40);
    subflow.Send(Ack().Seq(OLD).AckNumber(6)); // to TCP an acknowledgement, its options are too old
    subflow.ExpectLater(Data("hello").With(Dss().Map(1, 6, 5)));
    subflow.Send(Ack().AckNumber(11));
    const auto reset = subflow.Expect(Rst().With(Any<mptcp::Reset>()));
    EXPECT_EQ(reset.Find<mptcp::Reset>()->reason, mptcp::ResetReason::MiddleboxInterference);
    EXPECT_EQ(Count(mptcp::Mib::FallbackFailed), 1U);
}

TEST_F(ClientFallback, EmptyAckWithoutDssDecidesNothing)
{
    auto& subflow = Handshake();
    subflow.Send(Ack()); // a window update, say
    peer.Wait(MilliSeconds(10));
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    host.Write("hello");
    subflow.Expect(Data("hello").With(Any<mptcp::CapableAck>()));
}

TEST_F(ClientFallback, CloseAfterWriteSendsEverythingThenFin)
{
    auto& subflow = Connect();
    subflow.Send(SynAck());
    subflow.Expect(Ack().WithoutMptcp());
    host.Write("last words");
    host.Close();
    subflow.Expect(Data("last words").WithoutMptcp());
    subflow.Send(Ack());
    subflow.Expect(Fin().Seq(11).WithoutMptcp());
}

TEST_F(ClientFallback, ClosingBehindAHoleInThePeersDataIsNoReset)
{
    auto& subflow = Connect();
    subflow.Send(SynAck());
    subflow.Expect(Ack().WithoutMptcp());
    subflow.Send(Data("there").Seq(7)); // overtakes what is before it
    subflow.Expect(Ack().AckNumber(1));
    host.ShutdownSend();
    subflow.Expect(Fin().Seq(1).AckNumber(1).WithoutMptcp());
    subflow.Send(Data("hello ").Seq(1).AckNumber(2));
    subflow.Expect(Ack().AckNumber(12));
    EXPECT_EQ(host.Received(), "hello there");
    EXPECT_FALSE(host.HasError());
}

TEST_F(ClientFallback, NothingIsLostWhenThePeerHasClosedFirst)
{
    auto& subflow = Connect();
    subflow.Send(SynAck());
    subflow.Expect(Ack());
    subflow.Send(Fin());
    subflow.Expect(Ack().AckNumber(2));
    const std::string text = Text(1, 1420 * 2);
    host.Write(text);
    host.Close();
    subflow.Expect(Data(text.substr(0, 1420)));
    subflow.Expect(Data(text.substr(1420))); // lost
    subflow.Send(Ack().AckNumber(1421));
    subflow.Expect(Data(text.substr(1420)).Seq(1421));
    subflow.Send(Ack());
    subflow.Expect(Fin());
    subflow.Send(Ack());
    subflow.ExpectSilence(Seconds(5));
}

// Data behind a hole is not data that nobody will read.
TEST_F(ClientFallback, ClosingWithAHoleInWhatArrivesIsNoReset)
{
    auto& subflow = Connect();
    subflow.Send(SynAck());
    subflow.Expect(Ack());
    host.ShutdownSend();
    subflow.Expect(Fin());
    subflow.Send(Ack());
    subflow.Send(Data("world").Seq(6));
    subflow.Expect(Ack().AckNumber(1));
    subflow.Send(Data("hello").Seq(1));
    subflow.Expect(Ack().AckNumber(11));
    EXPECT_EQ(host.Received(), "helloworld");
}

TEST_F(ClientFallback, ShutdownWithAHoleInWhatArrivesIsNoReset)
{
    auto& subflow = Connect();
    subflow.Send(SynAck());
    subflow.Expect(Ack());
    subflow.Send(Data("world").Seq(6));
    subflow.Expect(Ack().AckNumber(1));
    host.ShutdownSend();
    subflow.Expect(Fin().Seq(1));
    subflow.Send(Data("hello").Seq(1));
    subflow.Expect(Ack().AckNumber(11));
    EXPECT_EQ(host.Received(), "helloworld");
    EXPECT_FALSE(host.HasError());
}

TEST_F(ClientFallback, RefusedConnectionIsReported)
{
    auto& subflow = Connect();
    subflow.Send(RstAck()); // RFC 9293 3.10.7.3
    subflow.ExpectSilence(Seconds(10));
    EXPECT_TRUE(host.HasFailed());
    EXPECT_FALSE(host.IsConnected());
}

TEST_F(ClientFallback, ResetForAnotherConnectionIsIgnored)
{
    auto& subflow = Connect();
    subflow.Send(RstAck().AckNumber(77));
    peer.Wait(Seconds(1));
    EXPECT_FALSE(host.HasFailed());
    subflow.Send(SynAck().With(OwnKey()));
    subflow.ExpectLater(Ack().With(Any<mptcp::CapableAck>()));
}

// ---- as server ----

class ServerFallback : public OneLinkConversation
{
};

TEST_F(ServerFallback, SynWithoutMpCapable)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(10));
    EXPECT_TRUE(host.IsConnected());
    TalkPlainTcp(subflow, host, 0, 0);
}

TEST_F(ServerFallback, ThirdAckWithoutMpCapable)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(10));
    EXPECT_TRUE(host.IsConnected());
    TalkPlainTcp(subflow, host, 0, 0);
}

TEST_F(ServerFallback, FirstDataInPlaceOfTheThirdAckWithoutMpCapable)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    subflow.Send(Data("plain"));
    subflow.Expect(Ack().AckNumber(6).WithoutMptcp());
    TalkPlainTcp(subflow, host, 0, 5);
}

TEST_F(ServerFallback, ThirdAckWithAKeyThatIsNotOurs)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}));
    subflow.Expect(SynAck().With(Any<mptcp::CapableSynAck>()));
    auto keys = Keys();
    keys.receiver = mptcp::Key(keys.receiver.Value() + 1);
    subflow.Send(Ack().With(keys));
    peer.Wait(MilliSeconds(10));
    TalkPlainTcp(subflow, host, 0, 0);
}

TEST_F(ServerFallback, FirstDataWithoutDss)
{
    auto& subflow = OpenConnection();
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    subflow.Send(Data("plain")); // a middlebox strips options from data segments
    subflow.Expect(Ack().AckNumber(6).WithoutMptcp());
    TalkPlainTcp(subflow, host, 0, 5, Dss().MapForEver(1, 1));
    EXPECT_EQ(Count(mptcp::Mib::DssFallback), 1U);
}

struct BadOffer
{
    const char* name;
    mptcp::CapableFlags flags;
    std::optional<mptcp::Key> key;
};

class ServerFallbackOnFlags : public ServerFallback, public ::testing::WithParamInterface<BadOffer>
{
};

TEST_P(ServerFallbackOnFlags, Syn)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(script::Syn().With(mptcp::CapableSyn{GetParam().flags, GetParam().key}));
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(10));
    TalkPlainTcp(subflow, host, 0, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Rfc8684Section3_1,
    ServerFallbackOnFlags,
    ::testing::Values(
        BadOffer{"ExtensionBit", {1, false, true, false, true}, {}},
        BadOffer{"ExtensionBitVersion0", {0, false, true, false, true}, mptcp::Key(1)},
        BadOffer{"NoKnownAlgorithmVersion0", {0, false, false, false, false}, mptcp::Key(1)},
        BadOffer{"NoKnownAlgorithm", {1, false, false, false, false}, {}}),
    [](const auto& row) { return std::string(row.param.name); });

// ---- more data than there was a window for ----

class NarrowFallback : public OneLinkConversation
{
  protected:
    NarrowFallback()
    {
        HostApplication::SetBuffers(100'000, 4000);
    }

    /// Bytes `first` to `last` by thousands, each with what `option` says of it.
    template <typename Option>
    static void SendThousands(PeerSubflow& subflow, uint64_t first, uint64_t last, Option option)
    {
        for (uint64_t begin = first; begin < last; begin += 1000)
        {
            option(subflow, Data(Text(begin, 1000)), begin);
        }
    }

    static void SendPlain(PeerSubflow& subflow, Segment segment, uint64_t /* begin */)
    {
        subflow.Send(segment);
    }

    static void SendMapped(PeerSubflow& subflow, Segment segment, uint64_t begin)
    {
        const auto offset = static_cast<uint32_t>(begin);
        subflow.Send(segment.With(Dss().DataAck(1).Map(begin, offset, 1000)));
    }
};

// RFC 9293 3.10.7.4: what TCP has acknowledged nobody sends again.
TEST_F(NarrowFallback, WhatTcpHasAcknowledgedIsTaken)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(10));
    host.SetReading(false);
    SendThousands(subflow, 1, 3000, SendPlain);
    EXPECT_EQ(subflow.ExpectLater(Ack().AckNumber(3001)).windowBytes, 1000U);
    SendThousands(subflow, 3001, 6000, SendPlain);
    EXPECT_EQ(subflow.ExpectLater(Ack().AckNumber(6001)).windowBytes, 0U);
    subflow.Send(Fin());
    subflow.ExpectLater(Ack().AckNumber(6002));
    EXPECT_FALSE(host.HasPeerClosed());
    host.SetReading(true);
    peer.Wait(MilliSeconds(10));
    EXPECT_TRUE(host.HasPeerClosed());
    EXPECT_EQ(host.Received(), Text(1, 6000));
    EXPECT_EQ(Count(mptcp::Mib::RcvPruned), 0U);
}

// Before fallback it is not: Data ACKs say what is. Positions would hide the gap that this leaves.
TEST_F(NarrowFallback, WhatWasRefusedBeforeIsAGap)
{
    auto& subflow = OpenConnection();
    host.SetReading(false);
    SendThousands(subflow, 1, 4000, SendMapped);
    EXPECT_EQ(subflow.ExpectLater(Ack().With(Dss().DataAck(4001))).windowBytes, 0U);
    SendThousands(subflow, 4001, 5000, SendMapped);
    subflow.ExpectLater(Ack().AckNumber(5001));
    EXPECT_EQ(Count(mptcp::Mib::RcvPruned), 1U);
    subflow.Send(Data("more").With(Dss().MapForEver(5001, 5001)));
    subflow.ExpectLater(Rst());
}

// RFC 9293 3.10.7.4: after a FIN has been received there is no more data. What such a segment
// acknowledges counts all the same.
TEST_F(ServerFallback, NothingIsTakenFromBehindTheFin)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack());
    subflow.Send(Data("all"));
    subflow.Send(Fin());
    subflow.ExpectLater(Ack().AckNumber(5));
    subflow.Send(Data("more"));
    subflow.Collect(MilliSeconds(500));
    EXPECT_EQ(host.Received(), "all");
    EXPECT_TRUE(host.HasPeerClosed());
    subflow.Send(Fin().Seq(9));
    host.Write("answer");
    subflow.ExpectLater(Data("answer").AckNumber(5));
    subflow.Send(Ack().Seq(5).AckNumber(7));
    peer.Wait(MilliSeconds(20));
    host.Close();
    subflow.ExpectLater(Fin().AckNumber(5));
    subflow.Send(Data("more").Seq(5).AckNumber(8));
    subflow.Collect(MilliSeconds(500));
    EXPECT_EQ(host.Received(), "all");
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
}

/// A client that falls back and closes its window, from the start or once it has some data.
class ClosedPlainWindow : public OneLinkConversation
{
  protected:
    PeerSubflow& OpenClosed(uint32_t windowBytes)
    {
        host.Listen();
        auto& subflow = peer.Open(0, HostApplication::PORT);
        subflow.Send(Syn());
        subflow.Expect(SynAck().WithoutMptcp());
        subflow.Send(Ack().Window(windowBytes));
        peer.Wait(MilliSeconds(10));
        return subflow;
    }
};

// RFC 9293 3.10.7.4: an update of the window counts, also before anything could be sent.
TEST_F(ClosedPlainWindow, OpensBeforeAnythingIsSent)
{
    auto& subflow = OpenClosed(0);
    host.Write("data");
    subflow.ExpectSilence(MilliSeconds(500));
    subflow.Send(Ack().Window(1000));
    subflow.Expect(Data("data"));
}

// RFC 9293 3.8.6.1: "The sending TCP peer must regularly transmit at least one octet of new data".
TEST_F(ClosedPlainWindow, IsProbedBeforeAnythingIsSent)
{
    auto& subflow = OpenClosed(0);
    host.Write("data");
    subflow.ExpectLater(Data("d"));
    subflow.Send(Ack().AckNumber(2).Window(1000));
    subflow.ExpectLater(Data("ata"));
}

/// The probe of ns-3's TCP has no ACK flag. Without an answer it would never learn of the window.
TEST_F(ClosedPlainWindow, OfOursAnswersProbesWithoutAck)
{
    auto& subflow = OpenClosed(1000);
    Segment probe;
    probe.payload = "x";
    subflow.Send(probe.Seq(1));
    subflow.Expect(Ack().AckNumber(1));
    EXPECT_EQ(host.Received(), "");
}

TEST_F(ClosedPlainWindow, OpensWhenAllIsAcknowledged)
{
    auto& subflow = OpenClosed(1000);
    host.Write("some");
    subflow.Expect(Data("some"));
    subflow.Send(Ack().Window(0));
    peer.Wait(MilliSeconds(10));
    host.Write("more");
    subflow.Send(Ack().Window(1000));
    subflow.Expect(Data("more"));
}

TEST_F(ClosedPlainWindow, IsProbedWhenAllIsAcknowledged)
{
    auto& subflow = OpenClosed(4);
    host.Write("some");
    subflow.Expect(Data("some"));
    subflow.Send(Ack().Window(0));
    peer.Wait(MilliSeconds(10));
    host.Write("more");
    subflow.ExpectLater(Data("m"));
    subflow.Send(Ack().AckNumber(6).Window(1000));
    subflow.ExpectLater(Data("ore"));
    subflow.Send(Ack().AckNumber(9).Window(0));
    peer.Wait(Seconds(200)); // nothing to probe with
    host.Write("last");
    peer.Wait(Seconds(60));
    subflow.ExpectLater(Data("l"));
}

// RFC 9293 3.10.7.4: "If the ACK acks something not yet sent, then send an ACK, drop the segment".
TEST_F(ServerFallback, AcknowledgementOfWhatWasNeverSentIsDropped)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack());
    subflow.Send(Data("wrong").AckNumber(117));
    subflow.Expect(Ack().AckNumber(1));
    subflow.Send(Ack().Seq(1).AckNumber(2)); // no more than a FIN would take
    subflow.Expect(Ack().AckNumber(1));
    EXPECT_EQ(host.Received(), "");
    subflow.Send(Data("right").Seq(1).AckNumber(1));
    subflow.ExpectLater(Ack().AckNumber(6));
    host.Write("answer");
    subflow.ExpectLater(Data("answer").Seq(1));
    subflow.Send(Ack());
    host.Close();
    subflow.ExpectLater(Fin().Seq(7));
    subflow.Send(Fin());
    subflow.ExpectLater(Ack());
    subflow.ExpectSilence(Seconds(100));
    EXPECT_EQ(host.Received(), "right");
}

// RFC 1122 4.2.2.13 and net.ipv4.tcp_fin_timeout of Linux, 60 s: when nobody is left to read, the
// FIN of a peer that has gone is not waited for for ever.
TEST_F(ServerFallback, OrphanWaitsForTheFinForAMinute)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    host.ShutdownSend();
    subflow.Expect(Fin());
    subflow.Send(Ack());
    peer.Wait(Minutes(10)); // TCP may be half open, as long as somebody wants it
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
    host.Close();
    peer.Wait(Seconds(55));
    EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
    peer.Wait(Seconds(10));
    EXPECT_TRUE(host.GetSocket()->GetSubflows().empty());
}

TEST_F(ServerFallback, LargerTransferIsWhole)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn());
    subflow.Expect(SynAck().WithoutMptcp());
    constexpr uint32_t SEGMENT = 1000;
    for (uint32_t first = 1; first < 10 * SEGMENT; first += SEGMENT)
    {
        subflow.Send(Data(Text(first, SEGMENT)));
    }
    subflow.ExpectLater(Ack().AckNumber(10 * SEGMENT + 1).WithoutMptcp());
    EXPECT_EQ(host.Received(), Text(1, 10 * SEGMENT));
}

} // namespace ns3::script
