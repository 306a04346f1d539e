// SPDX-License-Identifier: GPL-2.0-only
#include "crypto/key-material.h"

#include "byte-io.h"

#include <algorithm>
#include <array>
#include <nettle/hmac.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

namespace mptcp
{

namespace
{

/// Output of either hash; SHA-1 leaves the end unused.
struct Digest
{
    std::array<uint8_t, SHA256_DIGEST_SIZE> bytes{};
    std::size_t size{0};

    [[nodiscard]] uint64_t Leftmost64() const
    {
        return boost::endian::load_big_u64(bytes.data());
    }

    [[nodiscard]] uint64_t Rightmost64() const
    {
        return boost::endian::load_big_u64(bytes.data() + size - 8);
    }
};

Digest
Hash(Key key, MptcpVersion version)
{
    std::array<uint8_t, 8> message{};
    boost::endian::store_big_u64(message.data(), key.Value());
    Digest digest;
    if (version == MptcpVersion::V0)
    {
        digest.size = SHA1_DIGEST_SIZE;
        sha1_ctx context;
        sha1_init(&context);
        sha1_update(&context, message.size(), message.data());
        sha1_digest(&context, digest.size, digest.bytes.data());
        return digest;
    }
    digest.size = SHA256_DIGEST_SIZE;
    sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, message.size(), message.data());
    sha256_digest(&context, digest.size, digest.bytes.data());
    return digest;
}

/// RFC 8684 3.2: the key is the sender's key followed by the receiver's, in network byte order.
Digest
Hmac(const SenderKeys& keys, ByteView message, MptcpVersion version)
{
    std::array<uint8_t, 16> key{};
    boost::endian::store_big_u64(key.data(), keys.sender.Value());
    boost::endian::store_big_u64(key.data() + 8, keys.receiver.Value());
    Digest digest;
    if (version == MptcpVersion::V0)
    {
        digest.size = SHA1_DIGEST_SIZE;
        hmac_sha1_ctx context;
        hmac_sha1_set_key(&context, key.size(), key.data());
        hmac_sha1_update(&context, message.size, message.data);
        hmac_sha1_digest(&context, digest.size, digest.bytes.data());
        return digest;
    }
    digest.size = SHA256_DIGEST_SIZE;
    hmac_sha256_ctx context;
    hmac_sha256_set_key(&context, key.size(), key.data());
    hmac_sha256_update(&context, message.size, message.data);
    hmac_sha256_digest(&context, digest.size, digest.bytes.data());
    return digest;
}

Digest
JoinDigest(const SenderKeys& keys, const SenderNonces& nonces, MptcpVersion version)
{
    std::array<uint8_t, 8> message{};
    boost::endian::store_big_u32(message.data(), nonces.sender);
    boost::endian::store_big_u32(message.data() + 4, nonces.receiver);
    return Hmac(keys, {message.data(), message.size()}, version);
}

} // namespace

KeyMaterial
DeriveKeyMaterial(Key key, MptcpVersion version)
{
    const Digest digest = Hash(key, version);
    return {static_cast<Token>(digest.Leftmost64() >> 32), DataSequence(digest.Rightmost64())};
}

Token
DeriveToken(Key key, MptcpVersion version)
{
    return DeriveKeyMaterial(key, version).token;
}

DataSequence
DeriveInitialDataSequence(Key key, MptcpVersion version)
{
    return DeriveKeyMaterial(key, version).initialDataSequence;
}

uint64_t
JoinSynAckHmac(const SenderKeys& keys, const SenderNonces& nonces, MptcpVersion version)
{
    return JoinDigest(keys, nonces, version).Leftmost64();
}

JoinHmac
JoinAckHmac(const SenderKeys& keys, const SenderNonces& nonces, MptcpVersion version)
{
    const Digest digest = JoinDigest(keys, nonces, version);
    JoinHmac hmac;
    std::copy_n(digest.bytes.begin(), hmac.size(), hmac.begin());
    return hmac;
}

uint64_t
AddAddressHmac(const SenderKeys& keys, const AddAddress& announcement)
{
    std::array<uint8_t, 1 + sizeof(Ipv6Bytes) + 2> message{};
    ByteWriter out(message);
    out.WriteU8(announcement.id);
    std::visit(
        [&out](const auto& bytes) {
            out.WriteBytes({bytes.data(), bytes.size()});
        },
        announcement.address);
    out.WriteU16(announcement.port.value_or(0));
    return Hmac(keys, out.Written(), MptcpVersion::V1).Rightmost64();
}

} // namespace mptcp
