// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BUFFER_SIZES_H
#define MPTCP_BUFFER_SIZES_H

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

/**
 * \file
 * How large the buffers of a connection should be (RFC 6182 5.3), from paths that are known or as
 * it turns out (mechanism M3 of Raiciu et al., NSDI 2012, section 4.2).
 */
namespace mptcp
{

/// What a path can carry.
struct PathCapacity
{
    double bytesPerSecond{0};
    std::chrono::nanoseconds roundTrip{0};         //!< RTT
    std::chrono::nanoseconds retransmitTimeout{0}; //!< RTO; only for BufferForTimeoutsBytes
};

/// 2 sum(BW_i) RTT_max, recommended for the receive buffer and for the send buffer: no subflow
/// stalls when another one retransmits fast (RFC 6182 5.3).
[[nodiscard]] uint64_t RecommendedBufferBytes(const std::vector<PathCapacity>& paths);

/// sum(BW_i) RTO_max: no subflow stalls when another one has a timeout (RFC 6182 5.3).
[[nodiscard]] uint64_t BufferForTimeoutsBytes(const std::vector<PathCapacity>& paths);

/**
 * M3, autotuning: the buffer follows 2 sum(x_i) RTT_max, with the rates x_i as they are measured
 * over a round trip of the slowest path, up to a maximum. It never shrinks.
 *
 * A buffer that binds lets about one buffer through in a round trip, so it doubles until the
 * network binds, or the application.
 */
class BufferAutotuning
{
  public:
    BufferAutotuning(uint64_t startBytes, uint64_t maximumBytes);

    /**
     * Looks at progress; at any time, at least once in a round trip.
     * \param totalBytes carried by all subflows together since the beginning.
     * \param longestRtt the largest smoothed round-trip time of the subflows; zero: none is known.
     * \return the new size, if it has grown.
     */
    [[nodiscard]] std::optional<uint64_t> OnProgress(std::chrono::nanoseconds now,
                                                     uint64_t totalBytes,
                                                     std::chrono::nanoseconds longestRtt);

    [[nodiscard]] uint64_t Bytes() const
    {
        return m_bytes;
    }

  private:
    uint64_t m_bytes;
    uint64_t m_maximumBytes;
    std::optional<std::chrono::nanoseconds> m_since; //!< the measurement under way began
    uint64_t m_totalBytes{0};                        //!< at that time
};

} // namespace mptcp

#endif // MPTCP_BUFFER_SIZES_H
