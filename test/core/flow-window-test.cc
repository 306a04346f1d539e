// SPDX-License-Identifier: GPL-2.0-only
#include "stream/flow-window.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace
{

using mptcp::DataSequence;
using mptcp::ReceiveWindow;
using mptcp::SendWindow;

struct Start
{
    const char* name;
    uint64_t first;
};

/// Every rule holds wherever the stream starts, also when its numbers wrap on the way.
class WindowFrom : public testing::TestWithParam<Start>
{
  protected:
    DataSequence At(uint64_t position) const
    {
        return DataSequence(GetParam().first + position);
    }

    /// Puts the window on a segment, as a sender of acknowledgements does.
    static uint64_t Advertise(ReceiveWindow& window)
    {
        const uint64_t bytes = window.AdvertisedBytes();
        window.NoteAdvertised(bytes);
        return bytes;
    }
};

INSTANTIATE_TEST_SUITE_P(FirstNumber,
                         WindowFrom,
                         testing::Values(Start{"Plain", 1000},
                                         Start{"Before32BitWrap", 0xFFFFFFF0},
                                         Start{"Before64BitWrap", UINT64_MAX - 10}),
                         [](const auto& row) { return row.param.name; });

TEST_P(WindowFrom, AnEmptyBufferIsOfferedWhole)
{
    const ReceiveWindow window(At(0), 10000);
    EXPECT_EQ(window.AdvertisedBytes(), 10000U);
    EXPECT_EQ(window.RightEdge(), At(10000));
    EXPECT_EQ(window.Next(), At(0));
}

// RFC 8684 3.3.4: one window, relative to the DATA_ACK. Data out of order does not move the
// DATA_ACK, hence has no input here: it lies inside the window.
TEST_P(WindowFrom, UnreadDataReducesTheWindowAndReadingRestoresIt)
{
    ReceiveWindow window(At(0), 10000);
    Advertise(window);
    window.OnInOrder(3000);
    EXPECT_EQ(window.Next(), At(3000));
    EXPECT_EQ(window.UnreadBytes(), 3000U);
    EXPECT_EQ(Advertise(window), 7000U);
    window.OnRead(1000);
    EXPECT_EQ(Advertise(window), 8000U);
    window.OnRead(2000);
    EXPECT_EQ(Advertise(window), 10000U);
    EXPECT_EQ(window.RightEdge(), At(13000));
}

TEST_P(WindowFrom, AFullBufferClosesTheWindow)
{
    ReceiveWindow window(At(0), 10000);
    Advertise(window);
    window.OnInOrder(10000);
    EXPECT_EQ(window.AdvertisedBytes(), 0U);
    EXPECT_EQ(window.RightEdge(), At(10000));
}

// RFC 8684 3.3.4: "a receiver MUST NOT shrink the right edge of the receive window".
TEST_P(WindowFrom, ASmallerBufferDoesNotMoveThePromisedEdgeLeft)
{
    ReceiveWindow window(At(0), 10000);
    Advertise(window);
    window.SetBufferBytes(2000);
    EXPECT_EQ(window.AdvertisedBytes(), 10000U);
    window.OnInOrder(4000);
    window.OnRead(4000);
    EXPECT_EQ(window.AdvertisedBytes(), 6000U);
    window.OnInOrder(5000);
    EXPECT_EQ(window.AdvertisedBytes(), 1000U);
    window.OnRead(5000);
    EXPECT_EQ(window.AdvertisedBytes(), 2000U) << "from here on the new size decides";
}

TEST_P(WindowFrom, MoreUnreadThanASmallerBufferHoldsStillKeepsThePromise)
{
    ReceiveWindow window(At(0), 10000);
    Advertise(window);
    window.OnInOrder(9000);
    window.SetBufferBytes(100);
    EXPECT_EQ(window.AdvertisedBytes(), 1000U);
    window.OnInOrder(1000);
    EXPECT_EQ(window.AdvertisedBytes(), 0U);
}

TEST_P(WindowFrom, ALargerBufferIsOfferedAtOnce)
{
    ReceiveWindow window(At(0), 10000);
    Advertise(window);
    window.SetBufferBytes(20000);
    EXPECT_EQ(window.AdvertisedBytes(), 20000U);
}

TEST_P(WindowFrom, OnlyWhatWasAdvertisedIsPromised)
{
    ReceiveWindow window(At(0), 10000);
    window.SetBufferBytes(2000);
    EXPECT_EQ(window.AdvertisedBytes(), 2000U);
    window.NoteAdvertised(1024); // rounded down for window scaling
    window.SetBufferBytes(100);
    EXPECT_EQ(window.AdvertisedBytes(), 1024U);
}

TEST_P(WindowFrom, ASmallerAdvertisementDoesNotTakeAPromiseBack)
{
    ReceiveWindow window(At(0), 10000);
    window.NoteAdvertised(10000);
    window.NoteAdvertised(100);
    window.SetBufferBytes(50);
    EXPECT_EQ(window.AdvertisedBytes(), 10000U);
}

TEST_P(WindowFrom, DataTakenBeyondThePromiseLeavesNoNegativeWindow)
{
    ReceiveWindow window(At(0), 10000);
    window.OnInOrder(1000);
    window.SetBufferBytes(10);
    EXPECT_EQ(window.AdvertisedBytes(), 0U);
    EXPECT_EQ(window.AdvertisedBytes(1400), 0U);
    EXPECT_EQ(window.RightEdge(), At(1000));
    EXPECT_FALSE(window.UpdateWorthSending(1400));
}

// RFC 8684 3.3.3: a DATA_FIN occupies one number of the sequence space.
// RFC 9293 3.8.6.1: a probe of a closed window may carry a byte. A peer that sends one after the
// other, against the window, must not fill the memory.
TEST_P(WindowFrom, ProbesAreTakenByTheByteUpToALimit)
{
    ReceiveWindow window(At(0), 100);
    EXPECT_EQ(window.AcceptedEdge(), At(101));
    Advertise(window);
    window.OnInOrder(100);
    for (uint64_t taken = 0; taken < ReceiveWindow::MOST_PROBE_BYTES; ++taken)
    {
        EXPECT_EQ(Advertise(window), 0U);
        EXPECT_EQ(window.AcceptedEdge(), At(101 + taken));
        window.OnInOrder(1);
    }
    Advertise(window);
    EXPECT_EQ(window.AcceptedEdge(), window.Next());
    window.OnRead(100 + ReceiveWindow::MOST_PROBE_BYTES);
    EXPECT_EQ(window.AcceptedEdge() - window.Next(), 101);
}

TEST_P(WindowFrom, WhatIsPromisedIsTakenWhateverTheBufferIsNow)
{
    ReceiveWindow window(At(0), 10000);
    Advertise(window);
    window.SetBufferBytes(100);
    window.OnInOrder(5000);
    EXPECT_EQ(window.AcceptedEdge(), At(10000));
}

TEST_P(WindowFrom, ADataFinMovesTheLeftEdgeByOneAndNeedsNoBuffer)
{
    ReceiveWindow window(At(0), 10000);
    window.OnInOrder(10);
    window.OnDataFin();
    EXPECT_EQ(window.Next(), At(11));
    EXPECT_EQ(window.UnreadBytes(), 10U);
}

struct UpdateRow
{
    const char* name;
    uint64_t bufferBytes;
    uint64_t readBytes;
    uint32_t segmentBytes;
    bool worthSending;
};

class WindowUpdate : public testing::TestWithParam<UpdateRow>
{
};

// RFC 1122 4.2.3.3: by min(half the buffer, one segment) or more, after the buffer was full.
TEST_P(WindowUpdate, IsSentForAWorthwhileStepOnly)
{
    const UpdateRow& row = GetParam();
    ReceiveWindow window(DataSequence(77), row.bufferBytes);
    window.NoteAdvertised(window.AdvertisedBytes());
    window.OnInOrder(row.bufferBytes);
    window.NoteAdvertised(window.AdvertisedBytes());
    window.OnRead(row.readBytes);
    EXPECT_EQ(window.UpdateWorthSending(row.segmentBytes), row.worthSending);
    EXPECT_EQ(window.AdvertisedBytes(), row.readBytes);
    EXPECT_EQ(window.AdvertisedBytes(row.segmentBytes), row.worthSending ? row.readBytes : 0);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    WindowUpdate,
    testing::Values(UpdateRow{"NothingRead", 10000, 0, 1400, false},
                    UpdateRow{"LessThanASegment", 10000, 1399, 1400, false},
                    UpdateRow{"ASegment", 10000, 1400, 1400, true},
                    UpdateRow{"LessThanHalfASmallBuffer", 2000, 999, 1400, false},
                    UpdateRow{"HalfASmallBuffer", 2000, 1000, 1400, true},
                    UpdateRow{"Everything", 10000, 10000, 1400, true},
                    UpdateRow{"ABufferOfOneByte", 1, 0, 1400, false}),
    [](const auto& row) { return row.param.name; });

TEST_P(WindowFrom, AnUpdateIsMeasuredFromWhatWasLastAdvertised)
{
    ReceiveWindow window(At(0), 10000);
    Advertise(window);
    window.OnInOrder(5000);
    window.OnRead(1000);
    EXPECT_FALSE(window.UpdateWorthSending(1400));
    window.OnRead(400);
    EXPECT_TRUE(window.UpdateWorthSending(1400));
    Advertise(window);
    EXPECT_FALSE(window.UpdateWorthSending(1400));
    window.OnRead(1000);
    EXPECT_FALSE(window.UpdateWorthSending(1400));
}

// RFC 8684 3.3.4, over any history: the edge told to the peer never moves left, and the buffer
// never has to hold more than its largest size so far.
TEST_P(WindowFrom, LawTheEdgeNeverMovesLeft)
{
    constexpr unsigned SEED = 334;
    SCOPED_TRACE(testing::Message() << "seed " << SEED);
    std::mt19937 random(SEED);
    ReceiveWindow window(At(0), 10000);
    uint64_t largestBytes = 10000;
    DataSequence edge = At(0);
    for (int step = 0; step < 5000; ++step)
    {
        const uint64_t room = window.AdvertisedBytes(random() % 2 == 0 ? 0 : 1400);
        window.NoteAdvertised(room);
        ASSERT_GE(window.Next() + room, edge);
        ASSERT_LE(window.UnreadBytes() + room, largestBytes);
        ASSERT_GE(window.RightEdge(), window.Next() + room);
        edge = window.Next() + room;
        window.OnInOrder(random() % (room + 1));
        window.OnRead(random() % (window.UnreadBytes() + 1));
        if (random() % 10 == 0)
        {
            window.SetBufferBytes(random() % 20000);
            largestBytes = std::max(largestBytes, window.BufferBytes());
        }
    }
}

TEST_P(WindowFrom, TheHandshakeWindowLimitsTheFirstData)
{
    const SendWindow window(At(0), 5000);
    EXPECT_EQ(window.AvailableBytes(At(0)), 5000U);
    EXPECT_EQ(window.AvailableBytes(At(2000)), 3000U);
    EXPECT_EQ(window.AvailableBytes(At(5000)), 0U);
    EXPECT_EQ(window.AvailableBytes(At(6000)), 0U);
}

struct AckRow
{
    const char* name;
    int64_t ackMove; //!< relative to DATA_ACK 100 with window 1000
    uint64_t windowBytes;
    bool ackAdvanced;
    bool windowOpened;
    bool isStale;
    uint64_t rightEdge;
};

class SendWindowAck : public testing::TestWithParam<AckRow>
{
};

// RFC 8684 3.3.5: the window changes only when DATA_ACK + window increases.
TEST_P(SendWindowAck, MovesTheFurthestRightEdgeOnly)
{
    constexpr uint64_t FIRST = UINT64_MAX - 600; // wraps inside the window
    const AckRow& row = GetParam();
    const DataSequence first(FIRST);
    SendWindow window(first, 500);
    window.OnDataAck(first + 100, 1000);
    const auto effect =
        window.OnDataAck(first + (100 + static_cast<uint64_t>(row.ackMove)), row.windowBytes);
    EXPECT_EQ(effect.ackAdvanced, row.ackAdvanced);
    EXPECT_EQ(effect.windowOpened, row.windowOpened);
    EXPECT_EQ(effect.isStale, row.isStale);
    EXPECT_EQ(window.RightEdge(), first + row.rightEdge);
    EXPECT_EQ(window.AvailableBytes(first + 200), row.rightEdge - 200);
    EXPECT_EQ(window.Acknowledged(),
              first + (row.ackAdvanced ? 100 + static_cast<uint64_t>(row.ackMove) : 100));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    SendWindowAck,
    testing::Values(AckRow{"RepeatedSegment", 0, 1000, false, false, false, 1100},
                    AckRow{"WindowUpdate", 0, 1400, false, true, false, 1500},
                    AckRow{"SmallerWindowOnAnotherPath", 0, 10, false, false, false, 1100},
                    AckRow{"DataUnreadAtThePeer", 300, 700, true, false, false, 1100},
                    AckRow{"DataReadAtThePeer", 300, 1000, true, true, false, 1400},
                    AckRow{"EdgeWouldMoveLeft", 300, 100, true, false, false, 1100},
                    AckRow{"ZeroWindow", 300, 0, true, false, false, 1100},
                    AckRow{"Overtaken", -50, 1000, false, false, true, 1100},
                    AckRow{"OvertakenButFurtherEdge", -50, 2000, false, true, true, 2050}),
    [](const auto& row) { return row.param.name; });

} // namespace
