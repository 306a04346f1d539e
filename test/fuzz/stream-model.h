// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STREAM_MODEL_H
#define MPTCP_STREAM_MODEL_H

#include "core/data-sequence.h"
#include "core/wire/options.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mptcp::fuzz
{

/**
 * What the host may deliver, from all that the peer has put on the wire.
 *
 * The byte at each place of each subflow follows from the place. A byte of the stream is right
 * when some mapping, sent on the subflow that carried it, brings such a place to its position;
 * one delivered twice, or out of order, is at the wrong position. Which of several contradicting
 * mappings counts is left to the host.
 */
class StreamModel
{
  public:
    /// \param offset on the subflow: 1 is the first byte
    static std::string Payload(std::size_t subflow, uint32_t offset, std::size_t count);

    /// The number that stands for the peer's SYN.
    void SetInitialDataSequence(DataSequence initial);
    void NotePayload(std::size_t subflow, uint32_t offset, std::size_t count);
    void NoteMapping(std::size_t subflow, const DssMapping& mapping);
    /// Mappings without a right checksum deliver nothing (RFC 8684 3.3.1).
    void RequireChecksums();

    /// \param position 1 is the first byte of the stream
    /// \param isPlain after fallback: the first subflow is the stream (RFC 8684 3.7)
    [[nodiscard]] bool MayDeliver(uint64_t position, char byte, bool isPlain) const;

  private:
    struct Range
    {
        uint32_t offset;
        uint32_t count;
    };

    struct Subflow
    {
        std::vector<Range> payload;
        std::vector<DssMapping> mappings;
    };

    Subflow& At(std::size_t subflow);
    [[nodiscard]] bool HasSent(std::size_t subflow, uint32_t offset, char byte) const;
    [[nodiscard]] std::optional<uint32_t> Offset(const DssMapping& mapping,
                                                 DataSequence position) const;
    [[nodiscard]] bool IsTrusted(std::size_t subflow, const DssMapping& mapping) const;

    DataSequence m_initial;
    bool m_needsChecksum{false};
    std::vector<Subflow> m_subflows;
};

} // namespace mptcp::fuzz

#endif // MPTCP_STREAM_MODEL_H
