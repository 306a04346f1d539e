// SPDX-License-Identifier: GPL-2.0-only
#include "segment-editor.h"

#include "ns3/assert.h"
#include "ns3/tcp-header.h"

#include <algorithm>
#include <cstring>

namespace ns3
{

namespace
{

constexpr uint8_t TCP_PROTOCOL = 6;

uint16_t
Big16(const uint8_t* bytes)
{
    return static_cast<uint16_t>((bytes[0] << 8) | bytes[1]);
}

uint32_t
Big32(const uint8_t* bytes)
{
    return (uint32_t{Big16(bytes)} << 16) | Big16(bytes + 2);
}

/// Sum of the IP pseudo-header, in the byte order Buffer::Iterator::CalculateIpChecksum sums in.
uint32_t
PseudoHeaderSum(const Address& source, const Address& destination, uint32_t segmentBytes)
{
    std::array<uint8_t, 2 * Address::MAX_SIZE + 8> pseudo{};
    const uint32_t addressBytes = source.GetLength();
    source.CopyTo(pseudo.data());
    destination.CopyTo(pseudo.data() + addressBytes);
    std::size_t at = 2 * addressBytes;
    pseudo[at + 1] = TCP_PROTOCOL;
    pseudo[at + 2] = static_cast<uint8_t>(segmentBytes >> 8);
    pseudo[at + 3] = static_cast<uint8_t>(segmentBytes);
    at += 4;
    uint32_t sum = 0;
    for (std::size_t i = 0; i < at; i += 2)
    {
        sum += static_cast<uint32_t>(pseudo[i] | (pseudo[i + 1] << 8));
    }
    while ((sum >> 16) != 0)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum;
}

} // namespace

TypeId
MptcpRawTcpHeader::GetInstanceTypeId() const
{
    return TcpHeader::GetTypeId();
}

void
MptcpRawTcpHeader::Print(std::ostream& os) const
{
    os << SourcePort() << " > " << DestinationPort() << " [" << TcpHeader::FlagsToString(Flags())
       << "] Seq=" << SequenceNumber() << " Ack=" << AckNumber() << " options=" << Options().size
       << " bytes";
}

uint32_t
MptcpRawTcpHeader::GetSerializedSize() const
{
    return static_cast<uint32_t>(m_lengthBytes);
}

void
MptcpRawTcpHeader::Serialize(Buffer::Iterator start) const
{
    Buffer::Iterator i = start;
    i.Write(m_bytes.data(), static_cast<uint32_t>(m_lengthBytes));
    if (m_checksumAddresses)
    {
        i = start;
        i.Next(16);
        i.WriteU16(0);
        const auto segmentBytes = static_cast<uint16_t>(start.GetSize());
        const uint32_t pseudo =
            PseudoHeaderSum(m_checksumAddresses->first, m_checksumAddresses->second, segmentBytes);
        i = start;
        const uint16_t checksum = i.CalculateIpChecksum(segmentBytes, pseudo);
        i = start;
        i.Next(16);
        i.WriteU16(checksum);
    }
}

uint32_t
MptcpRawTcpHeader::Deserialize(Buffer::Iterator start)
{
    if (!m_isRead)
    {
        const auto count =
            std::min(start.GetRemainingSize(), uint32_t{FIXED_BYTES + MAX_OPTION_BYTES});
        start.Read(m_bytes.data(), count);
        SetLength(count);
    }
    return static_cast<uint32_t>(m_lengthBytes);
}

void
MptcpRawTcpHeader::ReadFrom(const Packet& packet)
{
    SetLength(packet.CopyData(m_bytes.data(), static_cast<uint32_t>(m_bytes.size())));
}

void
MptcpRawTcpHeader::RemoveFrom(Packet& packet)
{
    m_isRead = true;
    packet.RemoveHeader(*this);
    m_isRead = false;
}

void
MptcpRawTcpHeader::SetLength(std::size_t availableBytes)
{
    const std::size_t length = static_cast<std::size_t>(m_bytes[12] >> 4) * 4;
    const bool isPossible = availableBytes >= FIXED_BYTES && length >= FIXED_BYTES;
    m_lengthBytes = isPossible && length <= availableBytes ? length : 0;
}

bool
MptcpRawTcpHeader::IsValid() const
{
    return m_lengthBytes != 0;
}

uint16_t
MptcpRawTcpHeader::SourcePort() const
{
    return Big16(m_bytes.data());
}

uint16_t
MptcpRawTcpHeader::DestinationPort() const
{
    return Big16(m_bytes.data() + 2);
}

uint32_t
MptcpRawTcpHeader::SequenceNumber() const
{
    return Big32(m_bytes.data() + 4);
}

uint32_t
MptcpRawTcpHeader::AckNumber() const
{
    return Big32(m_bytes.data() + 8);
}

uint8_t
MptcpRawTcpHeader::Flags() const
{
    return m_bytes[13];
}

void
MptcpRawTcpHeader::AddFlags(uint8_t flags)
{
    m_bytes[13] |= flags;
}

void
MptcpRawTcpHeader::SetSequenceNumber(uint32_t sequence)
{
    for (std::size_t i = 0; i < sizeof(sequence); ++i)
    {
        m_bytes[4 + i] = static_cast<uint8_t>(sequence >> (24U - 8U * i));
    }
}

uint16_t
MptcpRawTcpHeader::WindowField() const
{
    return Big16(m_bytes.data() + 14);
}

mptcp::ByteView
MptcpRawTcpHeader::Options() const
{
    return {m_bytes.data() + FIXED_BYTES, m_lengthBytes - FIXED_BYTES};
}

void
MptcpRawTcpHeader::SetOptions(mptcp::ByteView options)
{
    NS_ASSERT(options.size <= MAX_OPTION_BYTES);
    std::memcpy(m_bytes.data() + FIXED_BYTES, options.data, options.size);
    m_lengthBytes = FIXED_BYTES + options.size;
    while (m_lengthBytes % 4 != 0)
    {
        m_bytes[m_lengthBytes++] = KIND_END;
    }
    m_bytes[12] = static_cast<uint8_t>((m_lengthBytes / 4) << 4);
}

void
MptcpRawTcpHeader::EnableChecksum(const Address& source, const Address& destination)
{
    m_checksumAddresses = {source, destination};
}

MptcpTcpOptions
SortTcpOptions(const MptcpRawTcpHeader& header)
{
    MptcpTcpOptions sorted;
    ForEachTcpOption(header.Options(), [&sorted](mptcp::ByteView option) {
        switch (option.data[0])
        {
        case KIND_MPTCP:
            break;
        case KIND_SACK:
            sorted.sack = option;
            sorted.sackBlocks = (option.size - 2) / 8;
            break;
        case KIND_MSS:
            sorted.hasMaximumSegment = true;
            [[fallthrough]];
        default:
            std::memcpy(sorted.bytes.data() + sorted.sizeBytes, option.data, option.size);
            sorted.sizeBytes += option.size;
        }
    });
    return sorted;
}

void
RemoveMptcpOptions(MptcpRawTcpHeader& header)
{
    std::array<uint8_t, MptcpRawTcpHeader::MAX_OPTION_BYTES> kept;
    std::size_t size = 0;
    ForEachTcpOption(header.Options(), [&](mptcp::ByteView option) {
        if (option.data[0] != KIND_MPTCP)
        {
            std::memcpy(kept.data() + size, option.data, option.size);
            size += option.size;
        }
    });
    header.SetOptions({kept.data(), size});
}

void
SpliceOptions(MptcpRawTcpHeader& header,
              const MptcpTcpOptions& tcp,
              mptcp::ByteView mptcpOptions,
              std::size_t sackBlocks,
              std::optional<uint16_t> maximumSegmentBytes)
{
    std::array<uint8_t, MptcpRawTcpHeader::MAX_OPTION_BYTES> list;
    std::size_t size = 0;
    auto append = [&](const uint8_t* bytes, std::size_t count) {
        if (count != 0 && size + count <= list.size())
        {
            std::memcpy(list.data() + size, bytes, count);
            size += count;
        }
    };
    append(tcp.bytes.data(), tcp.sizeBytes);
    if (maximumSegmentBytes && !tcp.hasMaximumSegment)
    {
        const std::array<uint8_t, 4> mss{KIND_MSS,
                                         4,
                                         static_cast<uint8_t>(*maximumSegmentBytes >> 8),
                                         static_cast<uint8_t>(*maximumSegmentBytes)};
        append(mss.data(), mss.size());
    }
    append(mptcpOptions.data, mptcpOptions.size);
    sackBlocks = std::min(sackBlocks, tcp.sackBlocks);
    if (sackBlocks != 0)
    {
        std::array<uint8_t, MptcpRawTcpHeader::MAX_OPTION_BYTES> sack;
        const std::size_t sackBytes = 2 + 8 * sackBlocks;
        std::memcpy(sack.data(), tcp.sack.data, sackBytes);
        sack[1] = static_cast<uint8_t>(sackBytes);
        append(sack.data(), sackBytes);
    }
    header.SetOptions({list.data(), size});
}

} // namespace ns3
