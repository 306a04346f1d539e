// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The connection-level window in both directions (RFC 8684 3.3.4, RFC 8684 3.3.5).
#include "conversation-fixture.h"
#include "core/stream/flow-window.h"

#include <gtest/gtest.h>
#include <numeric>

namespace ns3::script
{

namespace
{

constexpr uint32_t SEGMENT_BYTES = 1420;
constexpr uint32_t SEND_BUFFER_BYTES = 100000;

} // namespace

// ---- the host receives ----

class ReceiveWindow : public ConversationTest
{
  protected:
    static constexpr uint32_t BUFFER_BYTES = 8000;

    ReceiveWindow()
        : ConversationTest(1)
    {
        HostApplication::SetBuffers(SEND_BUFFER_BYTES, BUFFER_BYTES);
    }

    /// Sends `count` bytes of the stream and returns the acknowledgement of all of them.
    Received SendPiece(PeerSubflow& subflow, uint32_t count)
    {
        const uint32_t first = subflow.NextSeq();
        const auto length = static_cast<uint16_t>(count);
        subflow.Send(Data(Text(first, count)).With(Dss().DataAck(1).Map(first, first, length)));
        return subflow.ExpectLater(Ack().With(Dss().DataAck(first + count)));
    }
};

TEST_F(ReceiveWindow, ShrinksByWhatWaitsAndItsEdgeNeverMovesBack)
{
    auto& subflow = OpenConnection();
    host.SetReading(false);
    uint32_t edge = 0;
    for (uint32_t received = 1000; received <= 7000; received += 1000)
    {
        const auto ack = SendPiece(subflow, 1000);
        EXPECT_EQ(ack.windowBytes, BUFFER_BYTES - received);
        EXPECT_GE(received + ack.windowBytes, edge);
        edge = received + ack.windowBytes;
    }
}

TEST_F(ReceiveWindow, SmallerBufferDoesNotTakeBackWhatWasPromised)
{
    auto& subflow = OpenConnection();
    EXPECT_EQ(SendPiece(subflow, 1000).windowBytes, BUFFER_BYTES);
    host.GetSocket()->SetAttribute("RcvBufSize", UintegerValue(2000));
    EXPECT_EQ(SendPiece(subflow, 1000).windowBytes, BUFFER_BYTES - 1000); // RFC 8684 3.3.4
}

TEST_F(ReceiveWindow, ReadingAClosedWindowOpenTellsThePeer)
{
    auto& subflow = OpenConnection();
    host.SetReading(false);
    while (SendPiece(subflow, 1000).windowBytes > 0)
    {
    }
    subflow.ExpectSilence(Seconds(5));
    host.Read(100); // not worth a segment (RFC 1122 4.2.3.3)
    subflow.ExpectSilence(Seconds(1));
    host.SetReading(true);
    subflow.ExpectLater(Ack().AckNumber(8001).With(Dss().DataAck(8001)).Window(BUFFER_BYTES));
    EXPECT_EQ(host.Received(), Text(1, 8000));
}

TEST_F(ReceiveWindow, ProbeOfAClosedWindowIsAnswered)
{
    auto& subflow = OpenConnection();
    host.SetReading(false);
    for (int i = 0; i < 8; ++i)
    {
        SendPiece(subflow, 1000);
    }
    subflow.Send(Data(Text(8001, 1)).With(Dss().DataAck(1).Map(8001, 8001, 1)));
    const auto answer = subflow.Expect(Ack());
    EXPECT_EQ(answer.windowBytes, 0U);
    host.SetReading(true);
    subflow.Collect(MilliSeconds(300));
    subflow.Send(Data(Text(8001, 1)).Seq(8001).With(Dss().DataAck(1).Map(8001, 8001, 1)));
    subflow.ExpectLater(Ack().With(Dss().DataAck(8002)));
    EXPECT_EQ(host.Received(), Text(1, 8001));
}

// RFC 8684 3.3.4: data outside of the window is not taken, nor can it be byte by byte.
TEST_F(ReceiveWindow, IsNotToBeFilledBeyondItsEndByProbes)
{
    auto& subflow = OpenConnection();
    host.SetReading(false);
    for (int i = 0; i < 8; ++i)
    {
        SendPiece(subflow, 1000);
    }
    for (uint32_t i = 8001; i < 8201; ++i)
    {
        subflow.Send(Data(Text(i, 1)).With(Dss().DataAck(1).Map(i, i, 1)));
    }
    subflow.Collect(MilliSeconds(300));
    const auto waiting = host.GetSocket()->GetRxAvailable();
    EXPECT_GT(waiting, BUFFER_BYTES);
    EXPECT_LE(waiting, BUFFER_BYTES + mptcp::ReceiveWindow::MOST_PROBE_BYTES);
    host.SetReading(true);
    EXPECT_EQ(host.Received(), Text(1, waiting));
}

TEST_F(ReceiveWindow, IsSharedByAllSubflows)
{
    auto& first = OpenConnection();
    first.Send(Ack().With(Dss().DataAck(1)));
    auto& second = Join(0);
    host.SetReading(false);
    SendPiece(first, 1000);
    second.Send(Data(Text(1001, 1000)).With(Dss().DataAck(1).Map(1001, 1, 1000)));
    const auto ack = second.ExpectLater(Ack().With(Dss().DataAck(2001)));
    EXPECT_EQ(ack.windowBytes, BUFFER_BYTES - 2000); // RFC 8684 3.3.4
}

TEST_F(ReceiveWindow, DataOutOfOrderDoesNotShrinkIt)
{
    auto& first = OpenConnection();
    first.Send(Ack().With(Dss().DataAck(1)));
    auto& second = Join(0);
    host.SetReading(false);
    second.Send(Data(Text(1001, 1000)).With(Dss().DataAck(1).Map(1001, 1, 1000)));
    const auto ack = second.ExpectLater(Ack().AckNumber(1001).With(Dss().DataAck(1)));
    EXPECT_EQ(ack.windowBytes, BUFFER_BYTES); // relative to the DATA_ACK
}

// ---- the host sends ----

class SendWindow : public ConversationTest
{
  protected:
    SendWindow()
        : ConversationTest(1)
    {
        HostApplication::SetBuffers(SEND_BUFFER_BYTES, 131072);
    }
};

TEST_F(SendWindow, OfferedByTheThirdAckCounts)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    constexpr uint32_t WINDOW_BYTES = 2 * SEGMENT_BYTES;
    subflow.Send(Syn().With(mptcp::CapableSyn{}).Window(WINDOW_BYTES));
    subflow.Expect(SynAck());
    subflow.Send(Ack().With(Keys()).Window(WINDOW_BYTES));
    peer.Wait(MilliSeconds(10));
    host.Write(Text(1, 5000));
    subflow.Expect(Data(Text(1, SEGMENT_BYTES)).Seq(1));
    subflow.Expect(Data(Text(1 + SEGMENT_BYTES, SEGMENT_BYTES)));
    subflow.ExpectSilence(MilliSeconds(500));
    subflow.Send(Ack().With(Dss().DataAck(1 + WINDOW_BYTES)).Window(1000));
    const auto rest = subflow.Expect(Data(Text(1 + WINDOW_BYTES, 1000)));
    EXPECT_NE(rest.Find<mptcp::Dss>(), nullptr);
}

// RFC 9293 3.8.6: what is selectively acknowledged still takes up the window. With all of it in
// flight or acknowledged so, there is nothing to send and nothing to do but wait.
TEST_F(SendWindow, FilledByWhatIsSelectivelyAcknowledgedTakesNoMore)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    constexpr uint32_t WINDOW_BYTES = 2 * SEGMENT_BYTES;
    subflow.Send(Syn().Window(WINDOW_BYTES));
    subflow.Expect(SynAck().WithoutMptcp());
    subflow.Send(Ack().Window(WINDOW_BYTES));
    peer.Wait(MilliSeconds(10));
    host.Write(Text(1, 5000));
    const auto sent = subflow.Collect(MilliSeconds(100));
    ASSERT_EQ(sent.size(), 2U);
    const auto left = static_cast<uint16_t>(sent[1].seq);
    const auto right = static_cast<uint16_t>(left + sent[1].payload.size());
    ASSERT_EQ(right, 1 + WINDOW_BYTES);
    auto byteOf = [](uint16_t number, int shift) { return static_cast<uint8_t>(number >> shift); };
    // ns-3's own initial sequence number is 0, so offsets are sequence numbers.
    const RawOption sack{
        {5, 10, 0, 0, byteOf(left, 8), byteOf(left, 0), 0, 0, byteOf(right, 8), byteOf(right, 0)}};
    subflow.Send(Ack().AckNumber(1).With(sack).Window(WINDOW_BYTES));
    subflow.ExpectSilence(MilliSeconds(500));
    subflow.Send(Ack().AckNumber(right).Window(65535));
    subflow.Expect(Data(Text(right, sent[0].payload.size())));
}

TEST_F(SendWindow, ClosedWindowIsObeyedAndItsUpdateToo)
{
    auto& subflow = OpenConnection();
    subflow.Send(Ack().With(Dss().DataAck(1)).Window(3000));
    peer.Wait(MilliSeconds(10));
    // The handshake's offer of 65535 bytes still stands: an edge never moves back.
    host.Write(Text(1, 1000));
    subflow.Expect(Data(Text(1, 1000)));
    subflow.Send(Ack().With(Dss().DataAck(1001)).Window(0));
    peer.Wait(MilliSeconds(10));
    host.Write("wait");
    subflow.ExpectSilence(MilliSeconds(900));
    subflow.Send(Ack().With(Dss().DataAck(1001)).Window(5000));
    subflow.Expect(Data("wait").Seq(1001).With(Dss().Map(1001, 1001, 4)));
}

TEST_F(SendWindow, ClosedWindowIsProbed)
{
    Config::SetDefault("ns3::TcpSocket::PersistTimeout", TimeValue(Seconds(1)));
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}).Window(1000));
    subflow.Expect(SynAck());
    subflow.Send(Ack().With(Keys()).Window(1000));
    peer.Wait(MilliSeconds(10));
    host.Write(Text(1, 2000));
    subflow.Expect(Data(Text(1, 1000)));
    subflow.Send(Ack().With(Dss().DataAck(1001)).Window(0));
    // RFC 1122 4.2.2.17; the answer keeps the window closed, so there will be another.
    subflow.ExpectLater(Data(Text(1001, 1)).With(Dss().Map(1001, 1001, 1)));
    subflow.Send(Ack().AckNumber(1001).With(Dss().DataAck(1001)).Window(0));
    const auto again = subflow.ExpectLater(Data(Text(1001, 1)));
    EXPECT_EQ(again.seq, 1001U);
    subflow.Send(Ack().AckNumber(1002).With(Dss().DataAck(1002)).Window(10000));
    subflow.ExpectLater(Data(Text(1002, 999)).With(Dss().Map(1002, 1002, 999)));
    subflow.Send(Ack().With(Dss().DataAck(2001)).Window(10000));
    peer.Wait(MilliSeconds(10));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
}

TEST_F(SendWindow, SmallerWindowOnAnOlderDataAckTakesNothingBack)
{
    host.Listen();
    auto& subflow = peer.Open(0, HostApplication::PORT);
    subflow.Send(Syn().With(mptcp::CapableSyn{}).Window(1000));
    subflow.Expect(SynAck());
    subflow.Send(Ack().With(Keys()).Window(1000));
    peer.Wait(MilliSeconds(10));
    host.Write(Text(1, 5000));
    subflow.Expect(Data(Text(1, 1000)));
    subflow.Send(Ack().With(Dss().DataAck(1001)).Window(1000));
    subflow.Expect(Data(Text(1001, 1000)));
    // Overtaken on the way: an older DATA_ACK (RFC 8684 3.3.5).
    subflow.Send(Ack().With(Dss().DataAck(1)).Window(65000));
    subflow.ExpectLater(Data(Text(2001, SEGMENT_BYTES)));
}

// ---- the window of one subflow ----

class SubflowWindow : public ConversationTest
{
  protected:
    SubflowWindow()
        : ConversationTest(2)
    {
        HostApplication::SetBuffers(SEND_BUFFER_BYTES, 131072);
    }

    static std::size_t PayloadBytes(const std::vector<Received>& segments)
    {
        return std::accumulate(
            segments.begin(),
            segments.end(),
            std::size_t{0},
            [](std::size_t sum, const Received& segment) { return sum + segment.payload.size(); });
    }
};

/// RFC 8684 3.3.5: what one subflow was told last holds there, whatever the connection may send.
TEST_F(SubflowWindow, IsObeyedBesideTheConnections)
{
    constexpr std::size_t INITIAL_WINDOW_SEGMENTS = 10; // ns3::TcpSocket::InitialCwnd
    auto& first = AcceptConnection();
    auto& second = AcceptJoin(1);
    // ns-3's TCP takes a smaller window only with a new number.
    second.Send(Data("x").With(Dss().DataAck(1).Map(1, 1, 1)));
    second.Send(Ack().With(Dss().DataAck(1)).Window(2 * SEGMENT_BYTES));
    second.Collect(MilliSeconds(300));
    host.Write(Text(1, 30 * SEGMENT_BYTES));
    EXPECT_EQ(PayloadBytes(first.Collect(MilliSeconds(100))),
              INITIAL_WINDOW_SEGMENTS * SEGMENT_BYTES);
    EXPECT_EQ(PayloadBytes(second.Collect(MilliSeconds(100))), 2 * SEGMENT_BYTES);
    // Nor is more bound to it: the first one gets all the rest.
    std::size_t restBytes = 0;
    for (int round = 0; round < 5; ++round)
    {
        first.Send(Ack().With(Dss().DataAck(1)));
        restBytes += PayloadBytes(first.Collect(MilliSeconds(100)));
    }
    EXPECT_EQ(restBytes, (30 - INITIAL_WINDOW_SEGMENTS - 2) * SEGMENT_BYTES);
    second.ExpectSilence(MilliSeconds(50));
}

} // namespace ns3::script
