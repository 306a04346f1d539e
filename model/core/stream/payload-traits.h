// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STREAM_PAYLOAD_TRAITS_H
#define MPTCP_STREAM_PAYLOAD_TRAITS_H

#include <cstdint>
#include <string>

namespace mptcp
{

/**
 * The only way the stream classes touch payload. A payload type is copyable and cheap to move;
 * default construction gives "no payload". A specialisation provides
 *
 *     static uint32_t Size(const P& payload);                                    // bytes
 *     static P Slice(const P& payload, uint32_t offsetBytes, uint32_t lengthBytes);
 *     static void Append(P& head, const P& tail);
 *
 * and keeps this contract, which matters for reference types such as a pointer to a packet:
 *
 * - `Slice` always yields a fresh payload object, also when it is asked for the whole: changing
 *   the slice never changes the original.
 * - `Append` changes `head` only, never `tail`. The stream classes call it only on a `head` that
 *   came from `Slice` and has not been handed out yet, so it never changes a shared payload.
 * - `Size` of a given payload never changes while a stream class holds it. Whoever is handed a
 *   payload without copying (SendQueue::Take) treats it as read-only for the same reason.
 */
template <class Payload>
struct PayloadTraits;

/// Bytes in a std::string: what the tests use, and a model of the contract.
template <>
struct PayloadTraits<std::string>
{
    static uint32_t Size(const std::string& payload)
    {
        return static_cast<uint32_t>(payload.size());
    }

    static std::string Slice(const std::string& payload, uint32_t offsetBytes, uint32_t lengthBytes)
    {
        return payload.substr(offsetBytes, lengthBytes);
    }

    static void Append(std::string& head, const std::string& tail)
    {
        head += tail;
    }
};

} // namespace mptcp

#endif // MPTCP_STREAM_PAYLOAD_TRAITS_H
