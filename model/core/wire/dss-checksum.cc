// SPDX-License-Identifier: GPL-2.0-only
#include "wire/dss-checksum.h"

namespace mptcp
{

namespace
{

uint64_t
SumOfWords(uint64_t number)
{
    return (number >> 32) + (number & 0xffffffff);
}

uint16_t
Fold(uint64_t sum)
{
    while (sum >> 16 != 0)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<uint16_t>(sum);
}

} // namespace

DssChecksum::DssChecksum(DataSequence begin, uint32_t subflowOffset, uint16_t lengthBytes)
    : m_sum(SumOfWords(begin.Value()) + subflowOffset + lengthBytes)
{
}

void
DssChecksum::Add(ByteView data)
{
    // 2^16 is 1 modulo 2^16 - 1, so 32-bit words may be summed as they are and folded at the end. A
    // mapping has at most 2^16 bytes, far too few for 64 bits to overflow.
    if (data.size == 0)
    {
        return;
    }
    ByteReader in(data);
    if (m_oddBytes)
    {
        m_sum += in.ReadU8();
        m_oddBytes = false;
    }
    while (in.RemainingBytes() >= 4)
    {
        m_sum += in.ReadU32();
    }
    if (in.RemainingBytes() >= 2)
    {
        m_sum += in.ReadU16();
    }
    if (in.RemainingBytes() == 1)
    {
        m_sum += static_cast<uint64_t>(in.ReadU8()) << 8;
        m_oddBytes = true;
    }
}

uint16_t
DssChecksum::Folded() const
{
    return Fold(m_sum);
}

uint16_t
DssChecksum::Finish() const
{
    return static_cast<uint16_t>(~Folded());
}

bool
DssChecksum::Matches(uint16_t received) const
{
    // As TCP verifies: the sum including the checksum is all ones, which in ones' complement is
    // zero.
    const uint32_t sum = uint32_t{Folded()} + received;
    return sum % 0xffff == 0;
}

uint16_t
ChecksumWithLength(uint16_t checksum, uint16_t from, uint16_t to)
{
    const uint64_t sum = uint64_t{static_cast<uint16_t>(~checksum)} + static_cast<uint16_t>(~from);
    return static_cast<uint16_t>(~Fold(sum + to));
}

} // namespace mptcp
