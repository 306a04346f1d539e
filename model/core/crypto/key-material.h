// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_KEY_MATERIAL_H
#define MPTCP_KEY_MATERIAL_H

#include "crypto/key.h"
#include "data-sequence.h"
#include "wire/options.h"

#include <cstdint>

/**
 * \file
 * What is computed from the keys of a connection. Keys and nonces are arguments; where they come
 * from is the caller's business. The version selects the hash: SHA-1 for version 0 (RFC 6824 3.1),
 * SHA-256 for version 1 (RFC 8684 3.1).
 */
namespace mptcp
{

/// Both numbers that belong to one key, from a single hash.
struct KeyMaterial
{
    Token token{0};
    DataSequence initialDataSequence; //!< taken by the SYN; the first data byte is one higher
};

[[nodiscard]] KeyMaterial DeriveKeyMaterial(Key key, MptcpVersion version = MptcpVersion::V1);

/// Most significant 32 bits of the hash of the key (RFC 8684 3.1, RFC 6824 3.1).
[[nodiscard]] Token DeriveToken(Key key, MptcpVersion version = MptcpVersion::V1);

/// Least significant 64 bits of the hash of the key (RFC 8684 3.1, RFC 6824 3.1).
[[nodiscard]] DataSequence DeriveInitialDataSequence(Key key,
                                                     MptcpVersion version = MptcpVersion::V1);

/// Keys of a connection, seen from the host that sends the authentication code.
struct SenderKeys
{
    Key sender;
    Key receiver;
};

/// Random numbers of one MP_JOIN handshake, seen from the host that sends the code.
struct SenderNonces
{
    Nonce sender{0};
    Nonce receiver{0};
};

/// Leftmost 64 bits of the responder's HMAC (RFC 8684 3.2, RFC 6824 3.2).
[[nodiscard]] uint64_t JoinSynAckHmac(const SenderKeys& keys,
                                      const SenderNonces& nonces,
                                      MptcpVersion version = MptcpVersion::V1);

/// Leftmost 160 bits of the initiator's HMAC (RFC 8684 3.2, RFC 6824 3.2).
[[nodiscard]] JoinHmac JoinAckHmac(const SenderKeys& keys,
                                   const SenderNonces& nonces,
                                   MptcpVersion version = MptcpVersion::V1);

/**
 * Rightmost 64 bits of the HMAC over Address ID, address and port of `announcement`; a port that is
 * absent counts as two zero bytes (RFC 8684 3.4.1). Version 0 has no such code.
 */
[[nodiscard]] uint64_t AddAddressHmac(const SenderKeys& keys, const AddAddress& announcement);

} // namespace mptcp

#endif // MPTCP_KEY_MATERIAL_H
