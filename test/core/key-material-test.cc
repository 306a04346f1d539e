// SPDX-License-Identifier: GPL-2.0-only
#include "crypto/key-material.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>

/*
 * The expected values come from Python's hashlib and hmac:
 *
 *     import hashlib, hmac, struct
 *     A, B = 0x0123456789abcdef, 0xfedcba9876543210
 *     for key in (0, 1, A, B, 2**64 - 1):
 *         for name in ("sha1", "sha256"):
 *             digest = hashlib.new(name, struct.pack(">Q", key)).digest()
 *             print(name, hex(key), digest[:4].hex(), digest[-8:].hex())
 *
 *     def code(name, first, second, message):
 *         return hmac.new(struct.pack(">QQ", first, second), message, name).digest()
 *
 *     RA, RB = 0x11223344, 0xaabbccdd
 *     for name in ("sha1", "sha256"):
 *         print(name, "SYN/ACK", code(name, B, A, struct.pack(">II", RB, RA))[:8].hex())
 *         print(name, "ACK", code(name, A, B, struct.pack(">II", RA, RB))[:20].hex())
 *
 *     v4, v6 = bytes([192, 0, 2, 7]), bytes.fromhex("20010db8000000000000000000000001")
 *     for address in (v4, v6):
 *         for port in (0, 8080):
 *             message = bytes([5]) + address + struct.pack(">H", port)
 *             print(port, code("sha256", A, B, message)[-8:].hex())
 *     print(code("sha256", B, A, bytes([5]) + v4 + bytes(2))[-8:].hex())
 */
namespace mptcp
{
namespace
{

constexpr Key KEY_A{0x0123456789abcdef};
constexpr Key KEY_B{0xfedcba9876543210};
constexpr Nonce NONCE_A = 0x11223344;
constexpr Nonce NONCE_B = 0xaabbccdd;

struct KeyRow
{
    std::string name;
    MptcpVersion version;
    uint64_t key;
    Token token;
    uint64_t initialDataSequence;
};

std::ostream&
operator<<(std::ostream& os, const KeyRow& row)
{
    return os << row.name;
}

class FromKey : public testing::TestWithParam<KeyRow>
{
};

// RFC 8684 3.1: the token is the most significant 32 bits of the hash.
TEST_P(FromKey, Token)
{
    EXPECT_EQ(DeriveToken(Key(GetParam().key), GetParam().version), GetParam().token);
}

// RFC 8684 3.1: the initial data sequence number is the least significant 64 bits of the hash.
TEST_P(FromKey, InitialDataSequence)
{
    EXPECT_EQ(DeriveInitialDataSequence(Key(GetParam().key), GetParam().version),
              DataSequence(GetParam().initialDataSequence));
}

TEST_P(FromKey, BothAtOnce)
{
    const KeyMaterial both = DeriveKeyMaterial(Key(GetParam().key), GetParam().version);
    EXPECT_EQ(both.token, GetParam().token);
    EXPECT_EQ(both.initialDataSequence, DataSequence(GetParam().initialDataSequence));
}

constexpr MptcpVersion V0 = MptcpVersion::V0;
constexpr MptcpVersion V1 = MptcpVersion::V1;
constexpr uint64_t LAST = 0xffffffffffffffff;

INSTANTIATE_TEST_SUITE_P(Rows,
                         FromKey,
                         testing::Values(
                             // RFC 8684 3.1: SHA-256.
                             KeyRow{"ZeroVersion1", V1, 0, 0xaf5570f5, 0xe5b2328de0e83dfc},
                             KeyRow{"OneVersion1", V1, 1, 0xcd266215, 0x19ec509083d00a50},
                             KeyRow{"AVersion1", V1, KEY_A.Value(), 0x55c53f5d, 0x570762cd38be9818},
                             KeyRow{"BVersion1", V1, KEY_B.Value(), 0x18f9781b, 0x280818bf0fa7e28e},
                             KeyRow{"LastVersion1", V1, LAST, 0x12a3ae44, 0x57fb595bbbacf0ca},
                             // RFC 6824 3.1: SHA-1.
                             KeyRow{"ZeroVersion0", V0, 0, 0x05fe4057, 0xac558654f107c7e9},
                             KeyRow{"OneVersion0", V0, 1, 0xcb473678, 0x38f11011007ad27d},
                             KeyRow{"AVersion0", V0, KEY_A.Value(), 0x0ca2eadb, 0xe3df8ee121f10547},
                             KeyRow{"BVersion0", V0, KEY_B.Value(), 0xa5be6871, 0x334fc234bee495ca},
                             KeyRow{"LastVersion0", V0, LAST, 0xbe673e8a, 0x866701c11ef8e089}),
                         [](const auto& row) { return row.param.name; });

TEST(FromKeyByDefault, IsVersion1)
{
    EXPECT_EQ(DeriveToken(KEY_A), DeriveToken(KEY_A, V1));
    EXPECT_EQ(DeriveInitialDataSequence(KEY_A), DeriveInitialDataSequence(KEY_A, V1));
}

constexpr SenderKeys A_TO_B{KEY_A, KEY_B};
constexpr SenderKeys B_TO_A{KEY_B, KEY_A};
constexpr SenderNonces NONCES_A_TO_B{NONCE_A, NONCE_B};
constexpr SenderNonces NONCES_B_TO_A{NONCE_B, NONCE_A};

// RFC 8684 3.2: the responder's HMAC, leftmost 64 bits.
TEST(JoinCodes, ResponderVersion1)
{
    EXPECT_EQ(JoinSynAckHmac(B_TO_A, NONCES_B_TO_A), 0x3bae5abc810a33c2u);
}

// RFC 8684 3.2: the initiator's HMAC, leftmost 160 bits.
TEST(JoinCodes, InitiatorVersion1)
{
    const JoinHmac expected{0xf6, 0x17, 0x53, 0xd6, 0xb8, 0xac, 0x22, 0x77, 0x64, 0xb9,
                            0xd1, 0xb1, 0x7a, 0x6f, 0x5c, 0xee, 0xec, 0x9d, 0x1a, 0x8a};
    EXPECT_EQ(JoinAckHmac(A_TO_B, NONCES_A_TO_B), expected);
}

// RFC 6824 3.2
TEST(JoinCodes, ResponderVersion0)
{
    EXPECT_EQ(JoinSynAckHmac(B_TO_A, NONCES_B_TO_A, V0), 0x327e3a27097c3dc0u);
}

// RFC 6824 3.2
TEST(JoinCodes, InitiatorVersion0)
{
    const JoinHmac expected{0x73, 0xf3, 0x72, 0xc7, 0xfb, 0x45, 0xd8, 0x0f, 0x5a, 0xc7,
                            0xad, 0xb9, 0x1b, 0xac, 0xa5, 0xc8, 0x7b, 0x0c, 0x78, 0x3d};
    EXPECT_EQ(JoinAckHmac(A_TO_B, NONCES_A_TO_B, V0), expected);
}

AddAddress
Announce(const AnnouncedAddress& address, std::optional<uint16_t> port)
{
    AddAddress add;
    add.id = 5;
    add.address = address;
    add.port = port;
    return add;
}

constexpr Ipv4Bytes IPV4{192, 0, 2, 7};
constexpr Ipv6Bytes IPV6{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

// RFC 8684 3.4.1: rightmost 64 bits, over Address ID, address and port.
TEST(AddAddressCode, WithPort)
{
    EXPECT_EQ(AddAddressHmac(A_TO_B, Announce(IPV4, 8080)), 0xfe3892cbc7345e49u);
    EXPECT_EQ(AddAddressHmac(A_TO_B, Announce(IPV6, 8080)), 0x4640fc6293479f14u);
}

// RFC 8684 3.4.1: without a port the message has two zero bytes in its place.
TEST(AddAddressCode, WithoutPort)
{
    EXPECT_EQ(AddAddressHmac(A_TO_B, Announce(IPV4, std::nullopt)), 0xe36ce1f7c2f780d9u);
    EXPECT_EQ(AddAddressHmac(A_TO_B, Announce(IPV6, std::nullopt)), 0x9dea9ccbb2891d90u);
}

// RFC 8684 3.4.1: Key-B followed by Key-A for a message of Host B.
TEST(AddAddressCode, FromTheOtherHost)
{
    EXPECT_EQ(AddAddressHmac(B_TO_A, Announce(IPV4, std::nullopt)), 0x172ffa2552142a95u);
}

TEST(AddAddressCode, DoesNotCoverItself)
{
    AddAddress add = Announce(IPV4, std::nullopt);
    add.hmac = 1;
    EXPECT_EQ(AddAddressHmac(A_TO_B, add), 0xe36ce1f7c2f780d9u);
}

} // namespace
} // namespace mptcp
