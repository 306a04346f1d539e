// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STREAM_REASSEMBLY_QUEUE_H
#define MPTCP_STREAM_REASSEMBLY_QUEUE_H

#include "../data-sequence.h"
#include "payload-traits.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace mptcp
{

/**
 * Joins what arrives on all subflows, in any order, split or repeated in any way, into the one
 * in-order stream of the connection (RFC 8684 3.3.4).
 *
 * The first copy of a byte to arrive is the one delivered, later ones are ignored
 * (RFC 8684 3.3.1). Data that is next in line while nothing waits goes straight to the sink.
 *
 * Whether data lies inside the receive window, or before a DATA_FIN, is the caller's knowledge: it
 * passes the right edge to `Insert`. Without one, what is held is bounded only by the peer.
 */
template <class Payload>
class ReassemblyQueue
{
  public:
    /// What became of the bytes of one `Insert`.
    struct Inserted
    {
        uint64_t newBytes{0};        //!< seen for the first time: delivered or held
        uint64_t deliveredBytes{0};  //!< handed to the sink, bytes held from before included
        uint64_t duplicateBytes{0};  //!< already delivered or already held
        uint64_t beyondEdgeBytes{0}; //!< refused: at or behind the right edge
        bool isOutOfOrder{false};    //!< something before what was not refused is missing
        bool isAtTail{false};        //!< then: it lies behind all that is held
        bool followsHeld{false};     //!< then: it begins where something held ends
    };

    /// `next` is the number of the first byte expected.
    explicit ReassemblyQueue(DataSequence next)
        : m_first(next)
    {
    }

    /// The lowest number not received yet: the DATA_ACK, as long as no DATA_FIN is counted.
    [[nodiscard]] DataSequence Next() const
    {
        return m_first + m_next;
    }

    /// One past the furthest byte received, delivered or held.
    [[nodiscard]] DataSequence FurthestEnd() const
    {
        return m_first + (m_held.empty() ? m_next : EndOf(*std::prev(m_held.end())));
    }

    /// Bytes held because something before them is missing.
    [[nodiscard]] uint64_t QueuedBytes() const
    {
        return m_queuedBytes;
    }

    /// All bytes so far that arrived when something before them was missing.
    [[nodiscard]] uint64_t OutOfOrderBytes() const
    {
        return m_outOfOrderBytes;
    }

    /// All bytes so far that arrived once more.
    [[nodiscard]] uint64_t DuplicateBytes() const
    {
        return m_duplicateBytes;
    }

    /// Forgets what is held out of order: none of it was acknowledged (RFC 8684 3.7).
    void DiscardHeld()
    {
        m_held.clear();
        m_queuedBytes = 0;
    }

    /**
     * Takes in one piece of the stream.
     * \param sink called as `sink(Payload&&)` once for each payload that became deliverable, in
     *             order; it must not call back into this queue.
     * \param rightEdge first number not to be accepted; nothing means no limit.
     */
    template <class Sink>
    Inserted Insert(DataSequence begin,
                    Payload payload,
                    Sink&& sink,
                    std::optional<DataSequence> rightEdge = std::nullopt)
    {
        Inserted result;
        const uint32_t sizeBytes = Traits::Size(payload);
        const Piece piece = Trim(begin, sizeBytes, rightEdge, result);
        if (piece.begin >= piece.end)
        {
            return result;
        }
        if (piece.begin == m_next && m_held.empty())
        {
            result.newBytes = result.deliveredBytes = piece.end - piece.begin;
            m_next = piece.end;
            sink(Cut(std::move(payload), sizeBytes, piece, piece.begin, piece.end));
            return result;
        }
        Hold(std::move(payload), sizeBytes, piece, result);
        Release(sink, result);
        return result;
    }

  private:
    using Traits = PayloadTraits<Payload>;
    using Held = std::map<uint64_t, Payload>;

    /// The usable part of an arrival, as distances from m_first, and what was cut off in front.
    struct Piece
    {
        uint64_t begin;
        uint64_t end;
        uint64_t origin; //!< position of the payload's first byte; may lie, wrapped, before 0
    };

    static uint64_t EndOf(const typename Held::value_type& held)
    {
        return held.first + Traits::Size(held.second);
    }

    /// Cuts off what is already delivered and what lies behind the right edge.
    Piece Trim(DataSequence begin,
               uint32_t sizeBytes,
               std::optional<DataSequence> rightEdge,
               Inserted& result)
    {
        const int64_t distance = begin - Next();
        const auto oldBytes = static_cast<uint64_t>(
            std::clamp<int64_t>(distance < -int64_t{UINT32_MAX} ? int64_t{UINT32_MAX} : -distance,
                                0,
                                sizeBytes));
        uint64_t newBytes = sizeBytes - oldBytes;
        if (rightEdge)
        {
            const int64_t room = *rightEdge - (begin + oldBytes);
            const uint64_t acceptedBytes =
                room <= 0 ? 0 : std::min(static_cast<uint64_t>(room), newBytes);
            result.beyondEdgeBytes = newBytes - acceptedBytes;
            newBytes = acceptedBytes;
        }
        result.duplicateBytes = oldBytes;
        m_duplicateBytes += oldBytes;
        const uint64_t origin = m_next + static_cast<uint64_t>(distance);
        return {origin + oldBytes, origin + oldBytes + newBytes, origin};
    }

    /// The part [begin, end) of an arrival; the payload itself when that is all of it.
    static Payload Cut(Payload&& payload,
                       uint32_t sizeBytes,
                       const Piece& piece,
                       uint64_t begin,
                       uint64_t end)
    {
        if (end - begin == sizeBytes)
        {
            return std::move(payload);
        }
        return Traits::Slice(payload,
                             static_cast<uint32_t>(begin - piece.origin),
                             static_cast<uint32_t>(end - begin));
    }

    /// Stores the parts of an arrival that fall between what is held already.
    void Hold(Payload&& payload, uint32_t sizeBytes, const Piece& piece, Inserted& result)
    {
        const bool inOrder = piece.begin == m_next;
        result.isOutOfOrder = !inOrder;
        auto after = m_held.empty() || m_held.rbegin()->first < piece.begin
                         ? m_held.end()
                         : m_held.lower_bound(piece.begin);
        uint64_t cursor = piece.begin;
        if (after != m_held.begin())
        {
            const uint64_t end = EndOf(*std::prev(after));
            result.isAtTail = after == m_held.end() && end <= piece.begin;
            result.followsHeld =
                end == piece.begin && (after == m_held.end() || piece.begin < after->first);
            cursor = std::max(cursor, end);
        }
        while (cursor < piece.end)
        {
            const uint64_t gapEnd =
                after == m_held.end() ? piece.end : std::min(piece.end, after->first);
            if (cursor < gapEnd)
            {
                m_held.emplace_hint(after,
                                    cursor,
                                    Cut(std::move(payload), sizeBytes, piece, cursor, gapEnd));
                result.newBytes += gapEnd - cursor;
            }
            if (after == m_held.end())
            {
                break;
            }
            cursor = std::max(gapEnd, EndOf(*after));
            ++after;
        }
        const uint64_t repeatedBytes = piece.end - piece.begin - result.newBytes;
        result.duplicateBytes += repeatedBytes;
        m_duplicateBytes += repeatedBytes;
        m_queuedBytes += result.newBytes;
        m_outOfOrderBytes += inOrder ? 0 : result.newBytes;
    }

    template <class Sink>
    void Release(Sink& sink, Inserted& result)
    {
        while (!m_held.empty() && m_held.begin()->first == m_next)
        {
            Payload payload = std::move(m_held.begin()->second);
            m_held.erase(m_held.begin());
            const uint32_t sizeBytes = Traits::Size(payload);
            m_next += sizeBytes;
            m_queuedBytes -= sizeBytes;
            result.deliveredBytes += sizeBytes;
            sink(std::move(payload));
        }
    }

    DataSequence m_first;
    uint64_t m_next{0}; //!< distance of the next expected byte from m_first: order is plain
    Held m_held;        //!< by distance from m_first; disjoint, all behind m_next
    uint64_t m_queuedBytes{0};
    uint64_t m_outOfOrderBytes{0};
    uint64_t m_duplicateBytes{0};
};

} // namespace mptcp

#endif // MPTCP_STREAM_REASSEMBLY_QUEUE_H
