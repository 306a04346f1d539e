// SPDX-License-Identifier: GPL-2.0-only
#include "flow-hash.h"

#include <array>

namespace mptcp
{

namespace
{

constexpr uint8_t PROTOCOL_TCP = 6;
constexpr uint8_t PROTOCOL_UDP = 17;

constexpr uint64_t
Rotate(uint64_t value, unsigned bits)
{
    return (value << bits) | (value >> (64U - bits));
}

/// The four words of SipHash, and its round.
struct SipState
{
    explicit SipState(const FlowHashKey& key)
        : v0(key.first ^ 0x736f6d6570736575U),
          v1(key.second ^ 0x646f72616e646f6dU),
          v2(key.first ^ 0x6c7967656e657261U),
          v3(key.second ^ 0x7465646279746573U)
    {
    }

    void Round()
    {
        v0 += v1;
        v1 = Rotate(v1, 13) ^ v0;
        v0 = Rotate(v0, 32);
        v2 += v3;
        v3 = Rotate(v3, 16) ^ v2;
        v0 += v3;
        v3 = Rotate(v3, 21) ^ v0;
        v2 += v1;
        v1 = Rotate(v1, 17) ^ v2;
        v2 = Rotate(v2, 32);
    }

    void Compress(uint64_t word)
    {
        v3 ^= word;
        Round();
        Round();
        v0 ^= word;
    }

    [[nodiscard]] uint64_t Finish()
    {
        v2 ^= 0xffU;
        for (int i = 0; i < 4; ++i)
        {
            Round();
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    uint64_t v0, v1, v2, v3;
};

} // namespace

std::optional<FlowKey>
ReadFlowKey(ByteView packet)
{
    constexpr std::size_t LEAST_HEADER_BYTES = 20;
    constexpr uint8_t VERSION_4 = 0x40;
    constexpr uint16_t MORE_FRAGMENTS_AND_OFFSET = 0x3fff;
    if (packet.size < LEAST_HEADER_BYTES || (packet.data[0] & 0xf0U) != VERSION_4)
    {
        return std::nullopt;
    }
    const std::size_t headerBytes = (packet.data[0] & 0x0fU) * 4U;
    FlowKey flow;
    flow.protocol = packet.data[9];
    flow.source = boost::endian::load_big_u32(packet.data + 12);
    flow.destination = boost::endian::load_big_u32(packet.data + 16);
    const bool isFragment =
        (boost::endian::load_big_u16(packet.data + 6) & MORE_FRAGMENTS_AND_OFFSET) != 0;
    const bool hasPorts = flow.protocol == PROTOCOL_TCP || flow.protocol == PROTOCOL_UDP;
    if (headerBytes < LEAST_HEADER_BYTES || headerBytes > packet.size)
    {
        return std::nullopt;
    }
    if (hasPorts && !isFragment && packet.size >= headerBytes + 4)
    {
        flow.sourcePort = boost::endian::load_big_u16(packet.data + headerBytes);
        flow.destinationPort = boost::endian::load_big_u16(packet.data + headerBytes + 2);
    }
    return flow;
}

uint64_t
SipHash24(const FlowHashKey& key, ByteView message)
{
    SipState state(key);
    std::size_t done = 0;
    for (; done + 8 <= message.size; done += 8)
    {
        state.Compress(boost::endian::load_little_u64(message.data + done));
    }
    uint64_t last = static_cast<uint64_t>(message.size & 0xffU) << 56U;
    for (unsigned shift = 0; done < message.size; ++done, shift += 8)
    {
        last |= static_cast<uint64_t>(message.data[done]) << shift;
    }
    state.Compress(last);
    return state.Finish();
}

uint64_t
HashFlow(const FlowHashKey& key, const FlowKey& flow)
{
    std::array<uint8_t, 13> tuple;
    boost::endian::store_big_u32(tuple.data(), flow.source);
    boost::endian::store_big_u32(tuple.data() + 4, flow.destination);
    boost::endian::store_big_u16(tuple.data() + 8, flow.sourcePort);
    boost::endian::store_big_u16(tuple.data() + 10, flow.destinationPort);
    tuple[12] = flow.protocol;
    return SipHash24(key, {tuple.data(), tuple.size()});
}

} // namespace mptcp
