// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_KEY_H
#define MPTCP_KEY_H

#include <cstdint>

namespace mptcp
{

/// Protocol version in the MP_CAPABLE option; it also decides the hash algorithm.
enum class MptcpVersion : uint8_t
{
    V0 = 0, //!< RFC 6824: SHA-1
    V1 = 1  //!< RFC 8684: SHA-256
};

/**
 * The 64-bit key one host declares for a connection (RFC 8684 3.1).
 *
 * `Value()` is the number whose most significant byte is the first on the wire. Hashes and
 * authentication codes run over those eight bytes in network byte order, so the same number
 * means the same key on every machine. All 2^64 values are legal.
 */
class Key
{
  public:
    constexpr Key() = default;

    constexpr explicit Key(uint64_t value)
        : m_value(value)
    {
    }

    [[nodiscard]] constexpr uint64_t Value() const
    {
        return m_value;
    }

    friend constexpr bool operator==(Key a, Key b)
    {
        return a.m_value == b.m_value;
    }

    friend constexpr bool operator!=(Key a, Key b)
    {
        return !(a == b);
    }

  private:
    uint64_t m_value{0};
};

/// Hash of a key, by which its owner finds the connection (RFC 8684 3.2).
using Token = uint32_t;

/// Random number of one MP_JOIN handshake (RFC 8684 3.2).
using Nonce = uint32_t;

} // namespace mptcp

#endif // MPTCP_KEY_H
