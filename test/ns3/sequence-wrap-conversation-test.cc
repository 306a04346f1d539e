// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Data sequence numbers whose lower half passes 2^32 in the middle of a connection, told by the
/// wire in 32 bits, with and without checksums, which always cover 64 (RFC 8684 3.3.1).
#include "conversation-fixture.h"

#include <gtest/gtest.h>

namespace ns3::script
{

namespace
{

constexpr uint32_t FULL_SEGMENT_BYTES = 1420; // of the fixture's links

} // namespace

class SequenceWrap : public OneLinkConversation, public ::testing::WithParamInterface<bool>
{
  protected:
    SequenceWrap()
    {
        peerUsesChecksums = GetParam();
        if (GetParam())
        {
            DemandChecksums();
        }
    }

    /// Narrow, and with a checksum if there are to be any.
    [[nodiscard]] static Dss Declare(Dss dss, const std::string& text)
    {
        return GetParam() ? dss.Narrow().Over(text) : dss.Narrow();
    }
};

TEST_P(SequenceWrap, InWhatThePeerSends)
{
    uint64_t candidate = 1;
    while (mptcp::DeriveInitialDataSequence(mptcp::Key(candidate)).Low() < UINT32_MAX - 8000)
    {
        ++candidate;
    }
    peer.SetKey(mptcp::Key(candidate));
    auto& subflow = OpenConnection();
    constexpr uint32_t PIECE = 1000;
    for (uint32_t first = 1; first < 20 * PIECE; first += PIECE)
    {
        const std::string text = Text(first, PIECE);
        subflow.Send(Data(text).With(Declare(Dss().DataAck(1).Map(first, first, PIECE), text)));
    }
    subflow.ExpectLater(Ack().With(Dss().DataAck(20 * PIECE + 1)));
    EXPECT_EQ(host.Received(), Text(1, 20 * PIECE));
    subflow.Send(Ack().With(Declare(Dss().DataAck(1).DataFin(20 * PIECE + 1), "")));
    subflow.ExpectLater(Ack().With(Dss().DataAck(20 * PIECE + 2)));
    EXPECT_TRUE(host.HasPeerClosed());
    EXPECT_EQ(Count(mptcp::Mib::DataCsumErr), 0U);
}

TEST_P(SequenceWrap, InWhatTheHostSends)
{
    // The first key of this random stream has an initial number 1220 before the wrap.
    constexpr int64_t KEY_STREAM = 415946;
    MptcpStack::Of(hostNode)->AssignStreams(KEY_STREAM);
    auto& subflow = OpenConnection();
    ASSERT_EQ(peer.Numbers().host.Low(), UINT32_MAX - 1219);
    const std::string text = Text(1, 2 * FULL_SEGMENT_BYTES);
    host.Write(text);
    host.ShutdownSend();
    auto expected = Dss().Map(1, 1, FULL_SEGMENT_BYTES);
    const std::string head = text.substr(0, FULL_SEGMENT_BYTES);
    subflow.Expect(Data(head).With(GetParam() ? expected.Over(head) : expected));
    subflow.Expect(Data(text.substr(FULL_SEGMENT_BYTES)));
    subflow.Send(Ack().With(Dss().DataAck(1).Narrow()));
    subflow.Send(Ack().With(Dss().DataAck(FULL_SEGMENT_BYTES + 1).Narrow()));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.UnacknowledgedBytes(), FULL_SEGMENT_BYTES);
    // Overtaken on the way: from before the wrap, when the host has passed it.
    subflow.Send(Ack().With(Dss().DataAck(1).Narrow()));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.UnacknowledgedBytes(), FULL_SEGMENT_BYTES);
    subflow.Send(Ack().With(Dss().DataAck(2 * FULL_SEGMENT_BYTES + 2).Narrow()));
    peer.Wait(MilliSeconds(20));
    EXPECT_EQ(host.UnacknowledgedBytes(), 0U);
    subflow.Collect(MilliSeconds(1));
    subflow.ExpectSilence(Seconds(5)); // the DATA_FIN is acknowledged too
}

INSTANTIATE_TEST_SUITE_P(Rows, SequenceWrap, ::testing::Bool(), [](const auto& row) {
    return row.param ? "Checksums" : "NoChecksums";
});

} // namespace ns3::script
