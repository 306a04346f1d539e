// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Options that travel on acknowledgements made for them: neither a middlebox nor the other host
/// may take these for duplicates that tell of a loss (RFC 8684 3, RFC 8684 3.4.1, RFC 8684 4).
#include "conversation-fixture.h"

#include <gtest/gtest.h>
#include <set>

namespace ns3::script
{

namespace
{

constexpr uint32_t SEGMENT_BYTES = 1420;

// ---- sent by the host ----

/// A server with four addresses to announce.
class SignalAcks : public ConversationTest
{
  protected:
    SignalAcks()
        : ConversationTest(5)
    {
    }

    /// Up to the two announcements that leave at once.
    PeerSubflow& Open()
    {
        auto& subflow = OpenConnection();
        for (int i = 0; i < 2; ++i)
        {
            const auto ack = subflow.Expect(Ack().AckNumber(1).With(Any<mptcp::AddAddress>()));
            announced.insert(ack.Find<mptcp::AddAddress>()->id);
            last = ack.at;
        }
        return subflow;
    }

    void ExpectTheRest(PeerSubflow& subflow, Time within)
    {
        for (int i = 0; i < 2; ++i)
        {
            const auto ack = subflow.ExpectLater(Ack().With(Any<mptcp::AddAddress>()));
            announced.insert(ack.Find<mptcp::AddAddress>()->id);
            EXPECT_LE(ack.at - last, within);
        }
        EXPECT_EQ(announced, (std::set<mptcp::AddressId>{1, 2, 3, 4}));
        EXPECT_EQ(Count(mptcp::Mib::AddAddrTx), 4U);
    }

    std::set<mptcp::AddressId> announced;
    Time last;
};

/// RFC 8684 3, 3.4.1: "SHOULD NOT send more than two duplicate ACKs in a row".
TEST_F(SignalAcks, NoThirdInARow)
{
    auto& subflow = Open();
    subflow.ExpectSilence(MilliSeconds(900));
    // A retransmission timeout later, what the peer had under way is acknowledged or lost.
    ExpectTheRest(subflow, MilliSeconds(1100));
}

TEST_F(SignalAcks, DataOfThePeerEndsTheRow)
{
    auto& subflow = Open();
    subflow.Send(Data("hello").With(Dss().DataAck(1).Map(1, 1, 5)));
    ExpectTheRest(subflow, MilliSeconds(300));
}

TEST_F(SignalAcks, DataOfTheHostEndsTheRow)
{
    auto& subflow = Open();
    host.Write("hello");
    subflow.Expect(Data("hello"));
    subflow.Send(Ack().With(Dss().DataAck(6)));
    ExpectTheRest(subflow, MilliSeconds(300));
}

/// An acknowledgement that does tell of a loss must not look as if it did not.
TEST_F(SignalAcks, DuplicateForAHoleCarriesNoSignalThen)
{
    auto& subflow = Open();
    subflow.Send(Data("world").Seq(6).With(Dss().DataAck(1).Map(6, 6, 5)));
    const auto duplicate = subflow.Expect(Ack().AckNumber(1));
    EXPECT_EQ(duplicate.sackBlocks, 1U);
    EXPECT_EQ(duplicate.Find<mptcp::AddAddress>(), nullptr);
    subflow.ExpectSilence(MilliSeconds(500));
}

/// What is said when no row is open leaves at once, also after two of long ago.
TEST_F(SignalAcks, RowsEndWithAPause)
{
    auto& subflow = Open();
    ExpectTheRest(subflow, MilliSeconds(1100));
    peer.Wait(Seconds(2));
    const Time now = Simulator::Now();
    auto socket = host.GetSocket();
    socket->SetSubflowBackup(socket->GetSubflows().front()->GetSubflowId().Value(), true);
    EXPECT_LT(subflow.Expect(Ack().With(Any<mptcp::Priority>())).at - now, MilliSeconds(50));
}

// ---- sent by the peer ----

/// Whether SACK was agreed on.
class SignalsHeard : public ConversationTest, public testing::WithParamInterface<bool>
{
  protected:
    SignalsHeard()
        : ConversationTest(1)
    {
        HostApplication::SetBuffers(100000, 131072);
    }

    /// Five segments are under way.
    PeerSubflow& OpenAndSend(uint32_t windowBytes = 65535)
    {
        host.Listen();
        auto& subflow = peer.Open(0, HostApplication::PORT);
        subflow.SetOffers(true, GetParam());
        subflow.Send(Syn().With(mptcp::CapableSyn{}).Window(windowBytes));
        subflow.Expect(SynAck());
        subflow.Send(Ack().With(Keys()).Window(windowBytes));
        peer.Wait(MilliSeconds(20));
        host.Write(Text(1, 5 * SEGMENT_BYTES));
        subflow.Expect(First());
        return subflow;
    }

    static Segment First()
    {
        return Data(Text(1, SEGMENT_BYTES)).Seq(1);
    }

    static Segment Repeated()
    {
        return Ack().AckNumber(1).With(Dss().DataAck(1));
    }
};

/// RFC 8684 3: "MUST NOT treat it as a signal of congestion".
TEST_P(SignalsHeard, AreNoSignOfCongestion)
{
    auto& subflow = OpenAndSend();
    subflow.Collect(MilliSeconds(20));
    for (mptcp::AddressId id = 1; id <= 4; ++id)
    {
        subflow.Send(Repeated().With(mptcp::RemoveAddress{mptcp::AddressIdList(id)}));
    }
    subflow.ExpectNone(First(), MilliSeconds(800)); // no timeout before 1 s
    EXPECT_EQ(Count(mptcp::Mib::RmAddr), 4U);
}

TEST_P(SignalsHeard, MayStillOpenTheWindow)
{
    auto& subflow = OpenAndSend(2 * SEGMENT_BYTES);
    subflow.Expect(Data(Text(1 + SEGMENT_BYTES, SEGMENT_BYTES)));
    subflow.ExpectSilence(MilliSeconds(100));
    subflow.Send(
        Repeated().With(mptcp::RemoveAddress{mptcp::AddressIdList(1)}).Window(10 * SEGMENT_BYTES));
    subflow.Expect(Data(Text(1 + 2 * SEGMENT_BYTES, SEGMENT_BYTES)));
}

INSTANTIATE_TEST_SUITE_P(Sack, SignalsHeard, testing::Bool(), [](const auto& row) {
    return row.param ? "Agreed" : "Refused";
});

/// Without SACK there is nothing else to tell of a loss (RFC 5681 3.2; RFC 8684 3.4.1: "with the
/// exception of the DSS option").
using DuplicatesHeard = SignalsHeard;

TEST_P(DuplicatesHeard, AreASignOfCongestionWithDssAlone)
{
    auto& subflow = OpenAndSend();
    subflow.Collect(MilliSeconds(20));
    const Time now = Simulator::Now();
    for (int i = 0; i < 3; ++i)
    {
        subflow.Send(Repeated());
    }
    EXPECT_LT(subflow.ExpectLater(First()).at - now, MilliSeconds(100));
}

INSTANTIATE_TEST_SUITE_P(NoSack, DuplicatesHeard, testing::Values(false));

} // namespace
} // namespace ns3::script
