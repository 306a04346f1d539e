// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FLOW_HASH_H
#define MPTCP_FLOW_HASH_H

#include "byte-io.h"

#include <cstdint>
#include <optional>

/**
 * \file
 * Which of several equally good ways a flow takes. A switch hashes the five-tuple, so that a flow
 * stays on one way and is not reordered (RFC 2992), under a key of its own: with the same key
 * everywhere all flows that one layer has put together would stay together in the next.
 *
 * The hash is SipHash-2-4 (Aumasson and Bernstein, Indocrypt 2012), which Linux uses for the same
 * purpose (flow_hash_from_keys).
 */
namespace mptcp
{

/// What names a flow over IPv4, in host byte order. Without ports for what has none and for
/// fragments, since only the first one has them (RFC 791): then source, destination and protocol
/// decide.
struct FlowKey
{
    uint32_t source{0};
    uint32_t destination{0};
    uint16_t sourcePort{0};
    uint16_t destinationPort{0};
    uint8_t protocol{0};
};

/// Bytes from which ReadFlowKey can always tell: the longest header of IPv4, and ports.
inline constexpr std::size_t FLOW_KEY_BYTES = 64;

/// Of an IPv4 packet, or of its beginning; nothing if it is none.
[[nodiscard]] std::optional<FlowKey> ReadFlowKey(ByteView packet);

struct FlowHashKey
{
    uint64_t first{0};
    uint64_t second{0};
};

[[nodiscard]] uint64_t SipHash24(const FlowHashKey& key, ByteView message);

[[nodiscard]] uint64_t HashFlow(const FlowHashKey& key, const FlowKey& flow);

/// The region of the hash space, cut into `count` equal ones, that a hash falls into (hash
/// threshold, RFC 2992 2).
[[nodiscard]] constexpr uint32_t
RegionOf(uint64_t hash, uint32_t count)
{
    return static_cast<uint32_t>(((hash >> 32U) * count) >> 32U);
}

} // namespace mptcp

#endif // MPTCP_FLOW_HASH_H
