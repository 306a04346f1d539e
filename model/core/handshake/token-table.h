// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TOKEN_TABLE_H
#define MPTCP_TOKEN_TABLE_H

#include "crypto/key-material.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace mptcp
{

/// Whatever number the owner of a TokenTable calls a connection by.
using ConnectionId = uint64_t;

/**
 * One host's tokens in use and the connections they stand for (RFC 8684 3.1).
 *
 * Token 0 is never given out, so that it may mean "none" elsewhere. The table cannot be iterated:
 * its order is unspecified and must not reach a packet.
 */
class TokenTable
{
  public:
    /// Keys ChooseKey looks at before it gives up. Even with 2^31 connections one try in two works.
    static constexpr unsigned MAX_TRIES = 64;

    /// False, and nothing changes, when the token is 0 or already in use.
    bool Insert(Token token, ConnectionId connection);

    /// False when the token was not in use.
    bool Erase(Token token);

    [[nodiscard]] std::optional<ConnectionId> Find(Token token) const;

    [[nodiscard]] bool IsFree(Token token) const;

    [[nodiscard]] std::size_t Size() const;

    /**
     * The first key from `generate` whose token is free (RFC 8684 3.1). None after MAX_TRIES: then
     * the connection must do without MPTCP.
     *
     * \param generate called without arguments, returns candidate keys
     */
    template <typename Generator>
    [[nodiscard]] std::optional<Key> ChooseKey(Generator&& generate,
                                               MptcpVersion version = MptcpVersion::V1) const
    {
        for (unsigned tries = 0; tries < MAX_TRIES; ++tries)
        {
            const Key candidate = generate();
            if (IsFree(DeriveToken(candidate, version)))
            {
                return candidate;
            }
        }
        return std::nullopt;
    }

    /// ChooseKey and Insert of its token in one.
    template <typename Generator>
    [[nodiscard]] std::optional<Key> Reserve(ConnectionId connection,
                                             Generator&& generate,
                                             MptcpVersion version = MptcpVersion::V1)
    {
        const std::optional<Key> key = ChooseKey(generate, version);
        if (key)
        {
            Insert(DeriveToken(*key, version), connection);
        }
        return key;
    }

  private:
    std::unordered_map<Token, ConnectionId> m_connections;
};

} // namespace mptcp

#endif // MPTCP_TOKEN_TABLE_H
