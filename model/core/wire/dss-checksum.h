// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DSS_CHECKSUM_H
#define MPTCP_DSS_CHECKSUM_H

#include "byte-io.h"
#include "data-sequence.h"

#include <cstdint>

namespace mptcp
{

/**
 * Checksum of a Data Sequence Mapping: the Internet checksum over a pseudo-header and the data the
 * mapping covers (RFC 8684 3.3.1, Figure 10).
 *
 *     +--------------------------------------------------------------+
 *     |                Data Sequence Number (8 octets)               |
 *     +--------------------------------------------------------------+
 *     |              Subflow Sequence Number (4 octets)              |
 *     +-------------------------------+------------------------------+
 *     |  Data-Level Length (2 octets) |        Zeros (2 octets)      |
 *     +-------------------------------+------------------------------+
 *
 * The data may come in pieces of any size, odd ones too, but in order.
 */
class DssChecksum
{
  public:
    /**
     * \param begin data sequence number of the mapping, all 64 bits of it whatever the option
     * carries \param subflowOffset as in the option: low 32 bits of the offset, 0 for a DATA_FIN on
     * its own \param lengthBytes as in the option, so including a DATA_FIN
     */
    DssChecksum(DataSequence begin, uint32_t subflowOffset, uint16_t lengthBytes);

    void Add(ByteView data);

    /// What the option carries, for the data added so far.
    [[nodiscard]] uint16_t Finish() const;

    /// Whether a received checksum fits the data added so far; 0 and 0xffff mean the same number.
    [[nodiscard]] bool Matches(uint16_t received) const;

  private:
    [[nodiscard]] uint16_t Folded() const;

    uint64_t m_sum;
    bool m_oddBytes{false}; //!< the next byte is the low half of a 16-bit word
};

/**
 * The checksum of the same mapping with another length in its pseudo-header, without its data
 * (RFC 1624 3).
 *
 * A sender may give a mapping its DATA_FIN later than its checksum, and declare it with and without
 * (RFC 8684 3.3.3). That adds one to the length and no byte.
 */
[[nodiscard]] uint16_t ChecksumWithLength(uint16_t checksum, uint16_t from, uint16_t to);

} // namespace mptcp

#endif // MPTCP_DSS_CHECKSUM_H
