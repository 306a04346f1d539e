// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Paths on which MPTCP was negotiated and its options get lost afterwards, and mappings that do
/// not fit: what the host falls back from, resets, or lets pass (RFC 8684 3.3.1, 3.7).
#include "conversation-fixture.h"

#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

constexpr mptcp::Reset DAMAGED{false, mptcp::ResetReason::MiddleboxInterference};

} // namespace

// ---- our data is acknowledged without DSS, seen from the host that accepted the connection ----

class OptionLoss : public OneLinkConversation
{
  protected:
    /// The host goes on as plain TCP, and says so once, on its next data (RFC 8684 3.7).
    void ExpectPlain(PeerSubflow& subflow, const Dss& lastWord)
    {
        EXPECT_FALSE(host.GetSocket()->IsMultipath());
        host.Write("next");
        subflow.ExpectLater(Data("next").With(lastWord));
        subflow.Send(Ack());
        subflow.Send(Data("plain"));
        subflow.Expect(Ack().WithoutMptcp());
        host.Write("and next");
        subflow.Expect(Data("and next").WithoutMptcp());
        EXPECT_EQ(Count(mptcp::Mib::InfiniteMapTx), 1U);
        EXPECT_EQ(Count(mptcp::Mib::FallbackFailed), 0U);
    }
};

TEST_F(OptionLoss, DataOfTheServerAcknowledgedWithoutDss)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    subflow.Expect(Data("hello").With(Dss().Map(1, 1, 5)));
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
    EXPECT_EQ(Count(mptcp::Mib::DssFallback), 1U);
    ExpectPlain(subflow, Dss().MapForEver(1, 1));
    EXPECT_EQ(host.Received(), "plain");
}

// The rule asks for a Data ACK of what we sent; that the peer can send DSS is not enough.
TEST_F(OptionLoss, DataAcknowledgedWithoutDssAfterDataWithIt)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hi").With(Dss().DataAck(1).Map(1, 1, 2)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(3)));
    host.Write("hello");
    subflow.Expect(Data("hello").With(Dss().Map(1, 1, 5)));
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    ExpectPlain(subflow, Dss().MapForEver(1, 1));
    EXPECT_EQ(host.Received(), "hiplain");
}

TEST_F(OptionLoss, DataAckThatCoversNothingIsNoProof)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    subflow.Expect(Data("hello").With(Dss().Map(1, 1, 5)));
    subflow.Send(Ack().With(Dss().DataAck(1))); // it waits for a mapping
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    ExpectPlain(subflow, Dss().MapForEver(1, 1));
}

// RFC 8684 3.3.2: once DSS are known to pass, an ACK may do without.
TEST_F(OptionLoss, AfterOneDataAckAnAckWithoutDssIsValid)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    subflow.Expect(Data("hello").With(Dss().Map(1, 1, 5)));
    subflow.Send(Ack().With(Dss().DataAck(6)));
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    host.Write("world");
    subflow.Expect(Data("world").With(Dss().Map(6, 6, 5)));
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    EXPECT_TRUE(host.GetSocket()->IsMultipath());
    EXPECT_EQ(host.UnacknowledgedBytes(), 5U);
}

TEST_F(OptionLoss, WithNothingMoreToSendTheFinBringsTheInfiniteMapping)
{
    auto& subflow = OpenConnection();
    host.Write("hello");
    subflow.Expect(Data("hello"));
    subflow.Send(Ack());
    peer.Wait(MilliSeconds(20));
    host.Close();
    subflow.Expect(Fin().Seq(6).With(Dss().MapForEver(1, 1)));
}

// ---- data without a mapping ----

// Our ACKs get their answers, so DSS pass; only data segments lose theirs.
TEST_F(OptionLoss, FirstDataWithoutDssAfterAnAckWithIt)
{
    auto& subflow = AcceptConnection();
    subflow.Send(Data("plain"));
    subflow.Expect(Ack().AckNumber(6).WithoutMptcp());
    EXPECT_EQ(host.Received(), "plain");
    EXPECT_EQ(Count(mptcp::Mib::DssFallback), 1U);
    host.Write("next");
    subflow.Expect(Data("next").With(Dss().MapForEver(1, 1)));
}

TEST_F(OptionLoss, FirstDataWhoseMappingNeverComes)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("plain").With(Dss().DataAck(1)));
    subflow.ExpectLater(Ack().AckNumber(6).With(Dss().DataAck(1)));
    EXPECT_EQ(host.Received(), "");
    peer.Wait(Seconds(5));
    EXPECT_EQ(host.Received(), "plain");
    EXPECT_FALSE(host.GetSocket()->IsMultipath());
}

// RFC 8684 3.7: "no data can be delivered to the application layer and no fallback signal can be
// reliably sent".
TEST_F(OptionLoss, LaterDataWhoseMappingNeverComesEndsTheSubflow)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(6)));
    subflow.Send(Data("plain"));
    subflow.ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(6))); // RFC 8684 3.3.1
    subflow.Expect(Rst().With(DAMAGED));
    EXPECT_EQ(host.Received(), "hello");
    EXPECT_EQ(Count(mptcp::Mib::FallbackFailed), 1U);
}

TEST_F(OptionLoss, AWindowOfDataWithoutAMappingEndsTheSubflowAtOnce)
{
    constexpr uint32_t WINDOW_BYTES = 8000;
    constexpr uint32_t SEGMENT_BYTES = 1000;
    HostApplication::SetBuffers(WINDOW_BYTES, WINDOW_BYTES);
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(6)));
    const Time begin = Simulator::Now();
    for (uint32_t sent = 0; sent < WINDOW_BYTES; sent += SEGMENT_BYTES)
    {
        subflow.Send(Data(Text(6 + sent, SEGMENT_BYTES)));
    }
    const auto reset = subflow.ExpectLater(Rst().With(DAMAGED));
    EXPECT_LT(reset.at - begin, MilliSeconds(100));
    EXPECT_EQ(host.Received(), "hello");
}

// ---- infinite mappings from the peer ----

TEST_F(OptionLoss, InfiniteMappingEndsDssAndDataAcks)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(6)));
    subflow.Send(Data("world").With(Dss().DataAck(1).MapForEver(6, 6)));
    subflow.ExpectLater(Ack().AckNumber(11).WithoutMptcp());
    subflow.Send(Data("more"));
    subflow.ExpectLater(Ack().AckNumber(15).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloworldmore");
    EXPECT_EQ(Count(mptcp::Mib::InfiniteMapRx), 1U);
    host.Write("answer");
    subflow.Expect(Data("answer").WithoutMptcp()); // the peer has no need of one
}

// RFC 8684 3.7: it "acts retroactively".
TEST_F(OptionLoss, InfiniteMappingCoversDataThatWaits)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.Send(Data("world"));
    subflow.ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(6)));
    subflow.Send(Data("more").With(Dss().MapForEver(1, 1)));
    subflow.ExpectLater(Ack().AckNumber(15).WithoutMptcp());
    EXPECT_EQ(host.Received(), "helloworldmore");
}

TEST_F(OptionLoss, InfiniteMappingOnAFinEndsTheStream)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.Send(Ack().With(Dss().DataAck(1).DataFin(6)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(7)));
    subflow.Send(Fin().With(Dss().MapForEver(6, 6)));
    subflow.ExpectLater(Ack().AckNumber(7).WithoutMptcp());
    EXPECT_TRUE(host.HasPeerClosed());
    host.Close();
    subflow.Expect(Fin().WithoutMptcp());
    subflow.Send(Ack());
    subflow.ExpectSilence(Seconds(5));
    EXPECT_FALSE(host.HasError());
}

// ---- mappings that do not fit (RFC 8684 3.3.1) ----

// "A mapping is fixed": what was declared first stands.
TEST_F(OptionLoss, ContradictingMappingChangesNothing)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1).Map(1, 1, 10)));
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(101, 1, 10)));
    subflow.Send(Data("world").With(Dss().DataAck(1)));
    subflow.ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
    EXPECT_EQ(Count(mptcp::Mib::DSSNotMatching), 1U);
}

TEST_F(OptionLoss, MappingBesideItsSegmentIsCounted)
{
    auto& subflow = OpenConnection();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    subflow.Send(Data("world").With(Dss().DataAck(1).Map(6, 2000, 5)));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.Received(), "hello");
    EXPECT_EQ(Count(mptcp::Mib::DSSNoMatchTCP), 1U);
    subflow.Send(Ack().With(Dss().DataAck(1).Map(6, 6, 5)));
    subflow.ExpectLater(Ack().AckNumber(11).With(Dss().DataAck(11)));
    EXPECT_EQ(host.Received(), "helloworld");
}

// ---- with a second subflow there is no falling back ----

class OptionLossOnTwo : public TwoLinkConversation
{
  protected:
    void Open()
    {
        first = &OpenConnection();
        first->Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
        second = &Join(1);
        second->Send(Ack().With(Dss().DataAck(1)));
        first->Collect(MilliSeconds(50));
        second->Collect(MilliSeconds(50));
    }

    /// Bytes 6 to 10 of the peer's stream, on its byte `at` of a subflow.
    void ExpectGoesOn(PeerSubflow& subflow, uint32_t at)
    {
        subflow.Send(Data("world").With(Dss().DataAck(1).Map(6, at, 5)));
        subflow.ExpectLater(Ack().With(Dss().DataAck(11)));
        EXPECT_EQ(host.Received(), "helloworld");
        EXPECT_EQ(host.GetSocket()->GetSubflows().size(), 1U);
        EXPECT_TRUE(host.GetSocket()->IsMultipath());
    }

    PeerSubflow* first{nullptr};
    PeerSubflow* second{nullptr};
};

TEST_F(OptionLossOnTwo, UnmappedDataOnAJoinEndsItAndNotTheConnection)
{
    Open();
    second->Send(Data("world"));
    second->ExpectLater(Rst().With(DAMAGED));
    ExpectGoesOn(*first, 6);
}

TEST_F(OptionLossOnTwo, UnmappedDataOnTheFirstEndsItAndNotTheConnection)
{
    Open();
    first->Send(Data("world"));
    first->ExpectLater(Rst().With(DAMAGED));
    ExpectGoesOn(*second, 1);
}

TEST_F(OptionLossOnTwo, InfiniteMappingEndsItsSubflow)
{
    Open();
    second->Send(Data("world").With(Dss().MapForEver(6, 1)));
    second->ExpectLater(Rst().With(mptcp::Reset{false, mptcp::ResetReason::MptcpSpecific}));
    EXPECT_EQ(Count(mptcp::Mib::FallbackFailed), 1U);
    ExpectGoesOn(*first, 6);
}

class OptionLossByPolicy : public ConversationTest
{
  protected:
    OptionLossByPolicy()
        : ConversationTest(2, "ns3::MptcpRoundRobin")
    {
    }
};

// RFC 8684 3.7: "the host MUST close the subflow with a RST".
TEST_F(OptionLossByPolicy, DataOfAJoinAcknowledgedWithoutDssEndsIt)
{
    auto& first = OpenConnection();
    first.Send(Ack().With(Dss().DataAck(1)));
    auto& second = Join(1);
    second.Send(Ack().With(Dss().DataAck(1)));
    first.Collect(MilliSeconds(50));
    const std::string text = Text(1, 2 * 1420);
    host.Write(text);
    second.ExpectLater(Data(text.substr(1420)).With(Dss().Map(1421, 1, 1420)));
    second.Send(Ack());
    second.Expect(Rst().With(DAMAGED));
    EXPECT_EQ(Count(mptcp::Mib::DssFallback), 0U);
    first.ExpectLater(Data(text.substr(0, 1420)));
    first.Send(Ack().With(Dss().DataAck(1421)));
    first.ExpectLater(Data(text.substr(1420)).With(Dss().Map(1421, 1421, 1420)));
}

TEST_F(OptionLossByPolicy, DataOfTheFirstAcknowledgedWithoutDssEndsItWhenThereIsAnother)
{
    auto& first = OpenConnection();
    first.Send(Ack().With(Dss().DataAck(1)));
    auto& second = Join(1);
    second.Send(Ack().With(Dss().DataAck(1)));
    first.Collect(MilliSeconds(50));
    const std::string text = Text(1, 2 * 1420);
    host.Write(text);
    first.ExpectLater(Data(text.substr(0, 1420)).With(Dss().Map(1, 1, 1420)));
    first.Send(Ack());
    first.Expect(Rst().With(DAMAGED));
    EXPECT_EQ(Count(mptcp::Mib::FallbackFailed), 1U);
    second.ExpectLater(Data(text.substr(1420)));
    second.Send(Ack().With(Dss().DataAck(1)));
    second.ExpectLater(Data(text.substr(0, 1420)).With(Dss().Map(1, 1421, 1420)));
}

} // namespace ns3::script
