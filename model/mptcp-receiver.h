// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_RECEIVER_H
#define MPTCP_RECEIVER_H

#include "core/mib.h"
#include "core/stream/flow-window.h"
#include "core/stream/reassembly-queue.h"
#include "ns3-conversions.h"

#include "ns3/packet.h"

#include <deque>
#include <optional>

namespace ns3
{

/**
 * Receiving side of one connection: what all subflows bring becomes one stream, kept until the
 * application reads it. Owns the receive window that all subflows advertise (RFC 8684 3.3.4).
 */
class MptcpReceiver
{
  public:
    /// `first` is the data sequence number of the first byte; `bufferBytes` the receive buffer.
    /// Data that is not the next in line is counted in `mib`, which must outlive the receiver.
    MptcpReceiver(mptcp::DataSequence first, uint32_t bufferBytes, mptcp::MibCounters& mib);

    /// Takes in bytes a subflow delivered in its own order; returns bytes that became readable.
    /// \param end number of the peer's DATA_FIN, if it is known: nothing counts from there on.
    /// \param isPlain after fallback: TCP has acknowledged it, so that nobody sends it again, and
    ///        it is taken whatever the window was.
    uint64_t Deliver(mptcp::DataSequence begin,
                     Ptr<Packet> payload,
                     std::optional<mptcp::DataSequence> end,
                     bool isPlain);
    /// Forgets what is not next in line (RFC 8684 3.7).
    void DiscardHeld();
    /// The peer's DATA_FIN, reached in order, takes one number.
    void OnDataFin();
    /// Null when there is nothing to read.
    Ptr<Packet> Read(uint32_t maxBytes);
    void SetBufferBytes(uint32_t bufferBytes);

    [[nodiscard]] uint32_t ReadableBytes() const;
    /// Next data sequence number expected, a DATA_FIN in order included (RFC 8684 3.3.2).
    [[nodiscard]] mptcp::DataSequence DataAck() const;
    /// As `DataAck` before the DATA_FIN: the end of the data in order.
    [[nodiscard]] mptcp::DataSequence Next() const;
    [[nodiscard]] mptcp::DataSequence FurthestEnd() const;
    /// Nothing has come from behind a gap, neither held nor refused for want of a window.
    [[nodiscard]] bool IsInLine() const;
    [[nodiscard]] uint64_t WindowBytes() const;
    void NoteAdvertised(uint64_t windowBytes);
    /// See mptcp::ReceiveWindow::UpdateWorthSending.
    [[nodiscard]] bool IsWindowUpdateDue(uint32_t segmentBytes) const;
    [[nodiscard]] uint64_t OutOfOrderBytes() const;
    [[nodiscard]] uint64_t DuplicateBytes() const;

  private:
    using Reassembly = mptcp::ReassemblyQueue<Ptr<Packet>>;

    /// Counts what is not plain delivery in order.
    /// \param isNext it begins with the next byte in line, or before.
    /// \param isWindow what is refused lies beyond the window, and not only behind the DATA_FIN.
    void Count(const Reassembly::Inserted& inserted, bool isNext, bool isWindow);

    mptcp::MibCounters& m_mib;
    Reassembly m_reassembly;
    mptcp::DataSequence m_refusedEnd; //!< of what came from beyond the window
    mptcp::ReceiveWindow m_window;
    std::deque<Ptr<Packet>> m_readable;
};

} // namespace ns3

#endif // MPTCP_RECEIVER_H
