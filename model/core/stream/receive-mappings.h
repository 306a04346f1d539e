// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STREAM_RECEIVE_MAPPINGS_H
#define MPTCP_STREAM_RECEIVE_MAPPINGS_H

#include "../data-sequence.h"

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace mptcp
{

/**
 * Receiver's side of one subflow: the map from subflow offsets to data sequence numbers as the peer
 * declares it (RFC 8684 3.3.1).
 *
 * Mappings may arrive before, with or after their data, be longer than the segment that carries
 * them, and be repeated on every segment they cover. A binding is fixed once declared: whatever
 * contradicts an earlier one changes nothing and is reported. Without checksums neighbours that
 * continue each other in both spaces become one run; a mapping with a checksum keeps its borders,
 * because only the whole of it can be verified.
 *
 * The number of runs is bounded, since the peer decides how many there are. Offsets and data
 * sequence numbers are given in full; the connection has expanded short ones. The length is that
 * of the subflow bytes: a DATA_FIN counted in the option's length is taken off first.
 */
class ReceiveMappings
{
  public:
    struct Limits
    {
        /// Most runs stored. Each takes about 50 bytes; with alternating subflows every segment
        /// that waits for a retransmission on this subflow needs one.
        std::size_t maxRuns{65536};
        /// How far past the forgotten part a mapping may start: the largest window TCP can
        /// offer (RFC 7323 2.3).
        uint64_t maxAheadBytes{uint64_t{1} << 30};
    };

    enum class AddResult
    {
        Added,         //!< all of it is new
        Extended,      //!< it agrees with what is known and adds to it
        Repeated,      //!< it agrees with what is known and adds nothing
        Empty,         //!< no bytes, nothing changed
        TooOld,        //!< all of it lies in the forgotten part, nothing changed
        OutsideWindow, //!< starts beyond any window, nothing changed
        Conflict,      //!< contradicts an earlier mapping, nothing changed
        TooMany        //!< no room for another run, nothing changed
    };

    /// The longest stretch from an offset on that is mapped in one piece, or not mapped at all.
    struct Piece
    {
        std::optional<DataSequence> dataBegin; //!< nothing: these bytes are unmapped so far
        uint32_t lengthBytes{0};
    };

    /// A mapping with a checksum, as the peer declared it.
    struct Declared
    {
        SubflowOffset subflowBegin;
        DataSequence dataBegin;
        uint32_t lengthBytes;
        uint16_t checksum;
    };

    ReceiveMappings() = default;

    explicit ReceiveMappings(const Limits& limits)
        : m_limits(limits)
    {
    }

    /// Learns one mapping of 1 to 65535 bytes. The infinite mapping, which has length 0 on the
    /// wire, is AddInfinite.
    AddResult Add(SubflowOffset subflowBegin,
                  DataSequence dataBegin,
                  uint32_t lengthBytes,
                  std::optional<uint16_t> checksum = std::nullopt);

    /**
     * Learns that every byte from `subflowBegin` on continues the stream at `dataBegin`, for the
     * rest of the connection (RFC 8684 3.3.1, RFC 8684 3.7). It acts retroactively: mappings
     * stored from there on are replaced, whatever they said. Only a second, different infinite
     * mapping is a Conflict.
     */
    AddResult AddInfinite(SubflowOffset subflowBegin, DataSequence dataBegin);

    /// True after an infinite mapping.
    [[nodiscard]] bool IsInfinite() const
    {
        return m_infinite;
    }

    /// What the first of `lengthBytes` bytes from `begin` are mapped to, and how many of them. The
    /// caller repeats from where the piece ends. A mapping with a checksum is a piece of its own.
    [[nodiscard]] Piece Translate(SubflowOffset begin, uint32_t lengthBytes) const;

    /// The mapping with a checksum that covers a byte, with the borders to verify. The mapping's
    /// first bytes may lie before an earlier mapping that covered them already.
    [[nodiscard]] std::optional<Declared> DeclaredAt(SubflowOffset offset) const;

    /// A mapping without a checksum of which only the first bytes are there.
    struct Incomplete
    {
        SubflowOffset begin;
        uint32_t lengthBytes; //!< of the whole mapping
    };

    /// Where the bytes before `end` stop in the middle of a mapping, that mapping.
    [[nodiscard]] std::optional<Incomplete> IncompleteAt(SubflowOffset end) const;

    /**
     * Whether a segment and the mapping it carries fit together: the segment lies in the mapping,
     * as when it was split, or beside it. One that sticks out of its own mapping into bytes that
     * are not mapped, or overlaps the border of two, has other borders than it was sent with.
     * Senders may draw them like that (RFC 8684 3.3.1), but none is known that does; boxes that
     * change lengths do.
     */
    [[nodiscard]] static bool Fits(SubflowOffset mapping,
                                   uint32_t mappingBytes,
                                   SubflowOffset segment,
                                   uint32_t segmentBytes);

    /// Forgets everything before `offset`: call it when the bytes were taken from the subflow.
    void ForgetBelow(SubflowOffset offset);

    /// Runs held, a measure of memory.
    [[nodiscard]] std::size_t RunCount() const
    {
        return m_runs.size();
    }

  private:
    struct Run
    {
        SubflowOffset begin;
        SubflowOffset end;
        uint64_t shift;              //!< data sequence number minus subflow offset, modulo 2^64
        SubflowOffset declaredBegin; //!< without a checksum, of the last mapping of the run
        uint32_t declaredBytes;
        std::optional<uint16_t> checksum;

        [[nodiscard]] DataSequence DataAt(SubflowOffset offset) const
        {
            return DataSequence(offset.Value() + shift);
        }
    };

    using Runs = std::deque<Run>;
    using NewRuns = boost::container::small_vector<Run, 4>;

    [[nodiscard]] std::optional<AddResult> AddAtEnd(const Run& run);
    AddResult AddBetween(const Run& run);
    [[nodiscard]] static bool Contradicts(const Run& known, const Run& run);
    [[nodiscard]] static bool Merges(const Run& left, const Run& right);
    static void Merge(Run& left, const Run& right);
    static void Push(NewRuns& runs, const Run& run);

    Limits m_limits;
    Runs m_runs;                  //!< sorted, disjoint; the infinite one, if any, is the last
    SubflowOffset m_forgotten{1}; //!< offset 0 is the SYN and carries no byte
    bool m_infinite{false};
};

} // namespace mptcp

#endif // MPTCP_STREAM_RECEIVE_MAPPINGS_H
