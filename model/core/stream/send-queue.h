// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STREAM_SEND_QUEUE_H
#define MPTCP_STREAM_SEND_QUEUE_H

#include "../data-sequence.h"
#include "payload-traits.h"

#include <algorithm>
#include <boost/icl/interval_set.hpp>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

namespace mptcp
{

/**
 * Owns every byte of the connection from the application's write to its DATA_ACK.
 *
 *     first          acknowledged        granted            end
 *       |--- freed -------|--- outstanding --|--- ungranted ---|
 *                              ^ reinjection ranges lie here
 *
 * A byte gets its data sequence number once, in `Append`. `Take` grants new bytes to a subflow in
 * order; `Acknowledge` frees them. Reinjection is a set of outstanding ranges to be handed out
 * again, not a second queue: acknowledging a range also ends the wish to reinject it.
 *
 * RFC 8684 3.3.2 forbids freeing a byte before the subflows that carried it have acknowledged it
 * too. Each subflow keeps its own copy (or reference) until then, so this queue frees on the
 * DATA_ACK alone. The number a DATA_FIN occupies is not a byte of this queue: take it off an
 * acknowledgement first (ConnectionStates::StreamAcknowledgement).
 *
 * Internally positions are 64-bit distances from the first number, so that their order is plain
 * although data sequence numbers wrap.
 */
template <class Payload>
class SendQueue
{
  public:
    /// Bytes on their way to a subflow. The payload may be shared with the queue: read-only.
    struct Chunk
    {
        DataSequence begin;
        Payload payload{};
    };

    /// `first` is the number of the first byte that will be written.
    explicit SendQueue(DataSequence first)
        : m_first(first)
    {
    }

    /// Takes over written bytes and returns the numbers they got. The payload must not change
    /// from here on. An empty payload gives an empty range and leaves no trace.
    DataRange Append(Payload payload)
    {
        const uint32_t sizeBytes = Traits::Size(payload);
        const uint64_t begin = m_end;
        if (sizeBytes > 0)
        {
            m_written.push_back(Written{begin, std::move(payload)});
            m_end += sizeBytes;
        }
        return {Number(begin), Number(m_end)};
    }

    /// Written and not yet data-acknowledged: what the send buffer limit counts.
    [[nodiscard]] uint64_t BufferedBytes() const
    {
        return m_end - m_acknowledged;
    }

    /// Written and not yet granted to any subflow.
    [[nodiscard]] uint64_t UngrantedBytes() const
    {
        return m_end - m_granted;
    }

    [[nodiscard]] DataSequence FirstUnacknowledged() const
    {
        return Number(m_acknowledged);
    }

    [[nodiscard]] DataSequence NextToGrant() const
    {
        return Number(m_granted);
    }

    /// One past the last byte written; the number a DATA_FIN would get now.
    [[nodiscard]] DataSequence End() const
    {
        return Number(m_end);
    }

    /**
     * Grants the next new bytes, at most `maxBytes`, across the borders of written payloads. A
     * written payload that is exactly what is granted is handed out without copying. Without
     * anything to grant the payload is default-constructed.
     */
    Chunk Take(uint32_t maxBytes)
    {
        const auto lengthBytes =
            static_cast<uint32_t>(std::min<uint64_t>(maxBytes, UngrantedBytes()));
        Chunk chunk{NextToGrant()};
        if (lengthBytes > 0)
        {
            chunk.payload = Gather(m_grantIndex, m_granted, lengthBytes);
            m_granted += lengthBytes;
            while (m_grantIndex < m_written.size() && EndOf(m_written[m_grantIndex]) <= m_granted)
            {
                ++m_grantIndex;
            }
        }
        return chunk;
    }

    /**
     * Frees everything before `dataAck` (RFC 8684 3.3.2).
     * \return bytes newly freed, 0 for an old or repeated acknowledgement; nothing if it
     *         acknowledges bytes that were never granted, in which case nothing changes.
     */
    [[nodiscard]] std::optional<uint64_t> Acknowledge(DataSequence dataAck)
    {
        const int64_t advance = dataAck - FirstUnacknowledged();
        if (advance <= 0)
        {
            return 0;
        }
        const auto freedBytes = static_cast<uint64_t>(advance);
        if (freedBytes > m_granted - m_acknowledged)
        {
            return std::nullopt;
        }
        m_acknowledged += freedBytes;
        while (!m_written.empty() && EndOf(m_written.front()) <= m_acknowledged)
        {
            m_written.pop_front();
            --m_grantIndex; // wholly acknowledged means wholly granted, so it was at least 1
        }
        if (!m_reinjection.empty())
        {
            DropReinjection(Interval(0, m_acknowledged));
        }
        return freedBytes;
    }

    /// Takes the grant of everything from `next` on back, as if no subflow had been given it, and
    /// with it all wishes to send again: for the one subflow that carries all from there on
    /// (RFC 8684 3.7). What is not outstanding changes nothing.
    void Rewind(DataSequence next)
    {
        const int64_t distance = next - FirstUnacknowledged();
        if (distance < 0 || static_cast<uint64_t>(distance) > m_granted - m_acknowledged)
        {
            return;
        }
        m_granted = m_acknowledged + static_cast<uint64_t>(distance);
        m_grantIndex =
            m_written.empty() || m_granted == m_end ? m_written.size() : IndexOf(m_granted);
        DropReinjection(Interval(0, m_end));
    }

    /// Wishes these bytes to be sent again (RFC 8684 3.3.6). Only the part that is granted and
    /// unacknowledged counts; asking twice is the same as asking once.
    void RequestReinjection(DataRange range)
    {
        const Interval wanted = Outstanding(range);
        if (IsEmpty(wanted))
        {
            return;
        }
        m_reinjectionBytes += wanted.upper() - wanted.lower() - ReinjectionBytesIn(wanted);
        m_reinjection.add(wanted);
    }

    /// Bytes waiting to be sent again.
    [[nodiscard]] uint64_t ReinjectionBytes() const
    {
        return m_reinjectionBytes;
    }

    /// The earliest bytes to be sent again, at most `maxBytes`, left in place.
    [[nodiscard]] std::optional<DataRange> PeekReinjection(uint32_t maxBytes) const
    {
        if (m_reinjection.empty() || maxBytes == 0)
        {
            return std::nullopt;
        }
        const Interval& earliest = *m_reinjection.begin();
        const uint64_t end =
            std::min<uint64_t>(earliest.upper(), earliest.lower() + uint64_t{maxBytes});
        return DataRange{Number(earliest.lower()), Number(end)};
    }

    /// The same bytes with their payload, and no longer wished for.
    std::optional<Chunk> TakeReinjection(uint32_t maxBytes)
    {
        const std::optional<DataRange> range = PeekReinjection(maxBytes);
        if (!range)
        {
            return std::nullopt;
        }
        DropReinjection(Outstanding(*range));
        return Copy(*range);
    }

    /// Outstanding bytes once more, for schedulers that send copies. Clipped to what is granted
    /// and unacknowledged; `begin` tells where the result starts.
    [[nodiscard]] Chunk Copy(DataRange range) const
    {
        const Interval held = Outstanding(range);
        Chunk chunk{Number(held.lower())};
        if (!IsEmpty(held))
        {
            const auto lengthBytes =
                static_cast<uint32_t>(std::min<uint64_t>(held.upper() - held.lower(), UINT32_MAX));
            chunk.payload = Gather(IndexOf(held.lower()), held.lower(), lengthBytes);
        }
        return chunk;
    }

  private:
    using Traits = PayloadTraits<Payload>;
    using Interval = boost::icl::right_open_interval<uint64_t>;
    using Ranges = boost::icl::interval_set<uint64_t, std::less, Interval>;

    struct Written
    {
        uint64_t begin;
        Payload payload;
    };

    [[nodiscard]] DataSequence Number(uint64_t position) const
    {
        return m_first + position;
    }

    static uint64_t EndOf(const Written& written)
    {
        return written.begin + Traits::Size(written.payload);
    }

    static bool IsEmpty(const Interval& interval)
    {
        return interval.upper() <= interval.lower();
    }

    /// The part of a range that is granted and unacknowledged, as positions.
    [[nodiscard]] Interval Outstanding(DataRange range) const
    {
        const auto clip = [this](DataSequence sequence) {
            const int64_t distance = sequence - FirstUnacknowledged();
            const uint64_t limit = m_granted - m_acknowledged;
            return distance <= 0 ? uint64_t{0} : std::min(static_cast<uint64_t>(distance), limit);
        };
        return {m_acknowledged + clip(range.begin), m_acknowledged + clip(range.end)};
    }

    [[nodiscard]] uint64_t ReinjectionBytesIn(const Interval& interval) const
    {
        uint64_t bytes = 0;
        const auto overlapping = m_reinjection.equal_range(interval);
        for (auto it = overlapping.first; it != overlapping.second; ++it)
        {
            bytes += std::min<uint64_t>(it->upper(), interval.upper()) -
                     std::max<uint64_t>(it->lower(), interval.lower());
        }
        return bytes;
    }

    void DropReinjection(const Interval& interval)
    {
        m_reinjectionBytes -= ReinjectionBytesIn(interval);
        m_reinjection.erase(interval);
    }

    [[nodiscard]] std::size_t IndexOf(uint64_t position) const
    {
        const auto after = std::upper_bound(
            m_written.begin(),
            m_written.end(),
            position,
            [](uint64_t wanted, const Written& written) { return wanted < written.begin; });
        return static_cast<std::size_t>(after - m_written.begin()) - 1;
    }

    /// Bytes from `position`, which lies in the written payload `index`.
    [[nodiscard]] Payload Gather(std::size_t index, uint64_t position, uint32_t lengthBytes) const
    {
        assert(index < m_written.size() && m_written[index].begin <= position);
        const Written& head = m_written[index];
        const uint32_t headBytes = Traits::Size(head.payload);
        if (position == head.begin && headBytes == lengthBytes)
        {
            return head.payload;
        }
        const auto offsetBytes = static_cast<uint32_t>(position - head.begin);
        const uint32_t firstBytes = std::min(lengthBytes, headBytes - offsetBytes);
        Payload result = Traits::Slice(head.payload, offsetBytes, firstBytes);
        for (uint32_t missingBytes = lengthBytes - firstBytes; missingBytes > 0;)
        {
            const Payload& next = m_written[++index].payload;
            const uint32_t takenBytes = std::min(missingBytes, Traits::Size(next));
            if (takenBytes == Traits::Size(next))
            {
                Traits::Append(result, next);
            }
            else
            {
                Traits::Append(result, Traits::Slice(next, 0, takenBytes));
            }
            missingBytes -= takenBytes;
        }
        return result;
    }

    DataSequence m_first;
    uint64_t m_acknowledged{0};    //!< position of the first byte still held
    uint64_t m_granted{0};         //!< position of the first byte not granted yet
    uint64_t m_end{0};             //!< position after the last byte written
    std::deque<Written> m_written; //!< contiguous, from m_acknowledged or a little before to m_end
    std::size_t m_grantIndex{0};   //!< index of the written payload that holds m_granted
    Ranges m_reinjection;          //!< within [m_acknowledged, m_granted)
    uint64_t m_reinjectionBytes{0};
};

} // namespace mptcp

#endif // MPTCP_STREAM_SEND_QUEUE_H
