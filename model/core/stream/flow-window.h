// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STREAM_FLOW_WINDOW_H
#define MPTCP_STREAM_FLOW_WINDOW_H

#include "../data-sequence.h"

#include <cstdint>

namespace mptcp
{

/**
 * The connection's receive window as the receiver offers it: one window, shared by all subflows and
 * relative to the DATA_ACK (RFC 8684 3.3.4).
 *
 *     read by application | unread, in order |  free, partly filled out of order  |
 *                                          next                             right edge
 *
 * Only bytes in order that wait for the application reduce the window; what arrived out of order
 * lies inside it. The right edge, once told to the peer, never moves left, even when the buffer is
 * made smaller (RFC 8684 3.3.4).
 *
 * Values are exact bytes. A caller that must round for window scaling rounds down and reports the
 * rounded value to `NoteAdvertised`; RFC 7323 2.4 discusses what that does to the edge.
 */
class ReceiveWindow
{
  public:
    /// What probes may add to a full buffer, all together. A sender probes a closed window with one
    /// byte at ever longer intervals (RFC 9293 3.8.6.1), so this is hours of it.
    static constexpr uint64_t MOST_PROBE_BYTES = 64;

    /// `next` is the first data sequence number expected; `bufferBytes` bounds what may wait.
    ReceiveWindow(DataSequence next, uint64_t bufferBytes);

    /// Changes the limit. A smaller one takes effect only as data arrives and is read.
    void SetBufferBytes(uint64_t bufferBytes);

    /// Bytes became available to the application, in order.
    void OnInOrder(uint64_t bytes);

    /// The application took bytes that were in order.
    void OnRead(uint64_t bytes);

    /// The peer's DATA_FIN was reached in order: it occupies a number (RFC 8684 3.3.3) but no
    /// buffer.
    void OnDataFin();

    /**
     * The window to put on a segment together with a DATA_ACK of `Next()`.
     * \param segmentBytes when given, the right edge advances only by a step worth having
     *        (RFC 1122 4.2.3.3); 0 offers every byte.
     */
    [[nodiscard]] uint64_t AdvertisedBytes(uint32_t segmentBytes = 0) const;

    /// A segment with this window and a DATA_ACK of `Next()` left: the edge is now a promise.
    void NoteAdvertised(uint64_t bytes);

    /// Whether reading has opened the window so far beyond what was last advertised that it
    /// deserves a segment of its own: by a full segment or half the buffer (RFC 1122 4.2.3.3).
    [[nodiscard]] bool UpdateWorthSending(uint32_t segmentBytes) const;

    /// The DATA_ACK: next number expected.
    [[nodiscard]] DataSequence Next() const
    {
        return m_next;
    }

    /// End of the window: promised or within today's buffer, whichever is further.
    [[nodiscard]] DataSequence RightEdge() const;

    /// First number not to be accepted. The byte behind the right edge is taken, for it may be a
    /// probe: the subflow has acknowledged it, so that to drop it would cost a retransmission at
    /// data level. More than MOST_PROBE_BYTES of them are not (RFC 8684 3.3.4).
    [[nodiscard]] DataSequence AcceptedEdge() const;

    /// In order and not read yet.
    [[nodiscard]] uint64_t UnreadBytes() const
    {
        return m_unreadBytes;
    }

    [[nodiscard]] uint64_t BufferBytes() const
    {
        return m_bufferBytes;
    }

  private:
    /// Where the edge would be if nothing had been promised.
    [[nodiscard]] DataSequence BufferEdge() const;

    DataSequence m_next;
    DataSequence m_promisedEdge;
    uint64_t m_bufferBytes;
    uint64_t m_unreadBytes{0};
};

/**
 * The peer's receive window as the sender keeps it: the furthest right edge (DATA_ACK + window)
 * any segment ever named (RFC 8684 3.3.5). A smaller window on another path, or in a segment that
 * was overtaken, therefore changes nothing.
 *
 * The limit of each subflow's own window (RFC 8684 3.3.5) is kept by that subflow's TCP.
 */
class SendWindow
{
  public:
    /// Both may be true for one segment.
    struct Effect
    {
        bool ackAdvanced{false};  //!< the DATA_ACK is newer than all before
        bool windowOpened{false}; //!< the right edge moved
        bool isStale{false};      //!< the DATA_ACK is older than one seen before
    };

    /// `next` is the first number to be sent, `windowBytes` what the handshake offered.
    SendWindow(DataSequence next, uint64_t windowBytes);

    /**
     * Takes in a segment's DATA_ACK and its window, in bytes after scaling. A window without a
     * DATA_ACK does not count at this level (RFC 8684 3.3.2). The acknowledgement must have been
     * found valid first (SendQueue::Acknowledge): this class cannot know what was sent.
     */
    Effect OnDataAck(DataSequence ack, uint64_t windowBytes);

    /// Bytes that may still be granted from `nextToGrant` on.
    [[nodiscard]] uint64_t AvailableBytes(DataSequence nextToGrant) const;

    [[nodiscard]] DataSequence RightEdge() const
    {
        return m_rightEdge;
    }

    /// The newest DATA_ACK.
    [[nodiscard]] DataSequence Acknowledged() const
    {
        return m_acknowledged;
    }

  private:
    DataSequence m_acknowledged;
    DataSequence m_rightEdge;
};

} // namespace mptcp

#endif // MPTCP_STREAM_FLOW_WINDOW_H
