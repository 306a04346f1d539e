// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STREAM_SUBFLOW_MAPPINGS_H
#define MPTCP_STREAM_SUBFLOW_MAPPINGS_H

#include "../data-sequence.h"

#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace mptcp
{

/**
 * Sender's side of one subflow: which connection-level byte each subflow byte carries
 * (RFC 8684 3.3.1).
 *
 * Bytes are appended at the end of the subflow's stream, so runs are sorted by subflow offset and
 * the newest and the oldest are found without searching. Neighbours that are contiguous in both
 * spaces become one run: a single subflow carrying everything has one run however much it carries.
 * A mapping with a checksum is never merged, because the peer can only verify it whole; it is
 * declared with the same borders and checksum each time its bytes are sent.
 *
 * A run is forgotten when both acknowledgements have passed it: the subflow's, because until then
 * it may be retransmitted and needs its mapping again, and the DATA_ACK, because a receiver may
 * drop data after acknowledging it on the subflow (RFC 8684 3.3.2) and this subflow may then have
 * to be asked what it carried.
 */
class SubflowMappings
{
  public:
    /// Longest mapping an option can declare: Data-Level Length has 16 bits (RFC 8684 3.3).
    static constexpr uint32_t MAX_MAPPING_BYTES = 65535;

    /// One mapping as a DSS option declares it.
    struct Mapping
    {
        SubflowOffset subflowBegin;
        DataSequence dataBegin;
        uint32_t lengthBytes; //!< 1 to MAX_MAPPING_BYTES, any DATA_FIN not counted
        std::optional<uint16_t> checksum;
    };

    using DataRanges = boost::container::small_vector<DataRange, 4>;

    /**
     * Binds the next bytes of the subflow. A binding never changes (RFC 8684 3.3.1).
     * \param offset not before the end of what was appended so far.
     * \param lengthBytes at most MAX_MAPPING_BYTES when there is a checksum; 0 changes nothing.
     */
    void Append(SubflowOffset offset,
                DataSequence data,
                uint32_t lengthBytes,
                std::optional<uint16_t> checksum = std::nullopt);

    /**
     * The mapping to declare on a segment whose first byte is `offset`. It starts at `offset` and
     * is as long as the run allows, at most `maxBytes`; with a checksum it is the whole mapping
     * that contains `offset`.
     */
    [[nodiscard]] std::optional<Mapping> Find(SubflowOffset offset,
                                              uint32_t maxBytes = MAX_MAPPING_BYTES) const;

    /// How many of the wanted bytes from `offset` on lie in one run, that is: how long a segment
    /// that needs only one mapping may be. 0 when `offset` is unmapped.
    [[nodiscard]] uint32_t ContiguousBytes(SubflowOffset offset, uint32_t wantedBytes) const;

    /// The data sequence number of a subflow byte. End() counts as mapped too: after an infinite
    /// mapping, subflow acknowledgements are turned into data acknowledgements with it
    /// (RFC 8684 3.7).
    [[nodiscard]] std::optional<DataSequence> Translate(SubflowOffset offset) const;

    /// Notes both acknowledgements and forgets what they both passed. Older values are ignored.
    void ForgetBelow(SubflowOffset subflowAck, DataSequence dataAck);

    /// Data at or after a subflow offset and not yet data-acknowledged, in subflow order; give
    /// the subflow's first unacknowledged offset to learn what is still under way on it.
    [[nodiscard]] DataRanges OutstandingData(SubflowOffset fromUnacknowledged) const;

    /// All data given to this subflow and not yet data-acknowledged, in subflow order: what has
    /// to be sent elsewhere if this subflow is lost (RFC 8684 3.3.6).
    [[nodiscard]] DataRanges AllData() const;

    /**
     * Whether this subflow alone carries on the stream, in order and without a gap or a repetition:
     * then its bytes need no mapping any more, and an infinite one is possible (RFC 8684 3.7).
     * \param subflowAck, dataAck the first bytes not acknowledged at either level.
     * \param next the number the next byte appended will have.
     */
    [[nodiscard]] bool IsOneLine(SubflowOffset subflowAck,
                                 DataSequence dataAck,
                                 DataSequence next) const;

    /// One past the last subflow byte appended; meaningless before the first `Append`.
    [[nodiscard]] SubflowOffset End() const
    {
        return m_end;
    }

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
        DataSequence data; //!< of begin
        std::optional<uint16_t> checksum;

        [[nodiscard]] DataSequence DataAt(SubflowOffset offset) const
        {
            return data + static_cast<uint64_t>(offset - begin);
        }

        [[nodiscard]] bool Contains(SubflowOffset offset) const
        {
            return begin <= offset && offset < end;
        }
    };

    using Runs = std::deque<Run>;

    [[nodiscard]] const Run* Lookup(SubflowOffset offset) const;

    Runs m_runs; //!< sorted, disjoint
    SubflowOffset m_end;
    DataSequence m_endData; //!< data sequence number that follows the last byte appended
    std::optional<DataSequence> m_dataAck;
};

} // namespace mptcp

#endif // MPTCP_STREAM_SUBFLOW_MAPPINGS_H
