// SPDX-License-Identifier: GPL-2.0-only
#include "tcp-segment.h"

#include <algorithm>
#include <tuple>

namespace mptcp
{

namespace
{

constexpr std::size_t TCP_BYTES = 20;
constexpr std::size_t IPV4_BYTES = 20;
constexpr std::size_t IPV6_BYTES = 40;
constexpr uint8_t TCP_PROTOCOL = 6;
constexpr std::size_t SACK_EDGE_BYTES = 4;

uint16_t
Load16(const uint8_t* from)
{
    return boost::endian::load_big_u16(from);
}

/// Where the parts of a packet begin and end.
struct Layout
{
    bool isIpv6;
    std::size_t tcp;
    std::size_t payload;
    std::size_t end;
};

std::optional<Layout>
LayoutOf(ByteView packet)
{
    if (packet.size < IPV4_BYTES)
    {
        return std::nullopt;
    }
    const uint8_t* ip = packet.data;
    Layout layout{ip[0] >> 4 == 6, 0, 0, 0};
    if (layout.isIpv6)
    {
        if (packet.size < IPV6_BYTES || ip[6] != TCP_PROTOCOL)
        {
            return std::nullopt;
        }
        layout.tcp = IPV6_BYTES;
        layout.end = IPV6_BYTES + Load16(ip + 4);
    }
    else
    {
        constexpr uint16_t FRAGMENT_BITS = 0x3fff; // more fragments, and the offset
        if (ip[0] >> 4 != 4 || ip[9] != TCP_PROTOCOL || (Load16(ip + 6) & FRAGMENT_BITS) != 0)
        {
            return std::nullopt;
        }
        layout.tcp = (ip[0] & 0x0fU) * 4U;
        layout.end = Load16(ip + 2);
    }
    if (layout.tcp < IPV4_BYTES || layout.end > packet.size || layout.end < layout.tcp + TCP_BYTES)
    {
        return std::nullopt;
    }
    layout.payload = layout.tcp + (ip[layout.tcp + 12] >> 4) * 4U;
    if (layout.payload < layout.tcp + TCP_BYTES || layout.payload > layout.end)
    {
        return std::nullopt;
    }
    return layout;
}

IpAddress
ReadAddress(bool isIpv6, const uint8_t* from)
{
    IpAddress address;
    address.family = isIpv6 ? AddressFamily::Ipv6 : AddressFamily::Ipv4;
    std::copy(from, from + (isIpv6 ? 16 : 4), address.bytes.begin());
    return address;
}

std::vector<TcpOption>
ReadOptions(ByteView bytes)
{
    std::vector<TcpOption> options;
    for (std::size_t at = 0; at < bytes.size && bytes.data[at] != TCP_OPTION_END;)
    {
        std::size_t length = 1;
        if (bytes.data[at] != TCP_OPTION_NOP)
        {
            length = at + 1 < bytes.size ? bytes.data[at + 1] : 0;
            if (length < 2 || at + length > bytes.size)
            {
                break; // what follows cannot be told apart
            }
        }
        options.emplace_back(bytes.data + at, bytes.data + at + length);
        at += length;
    }
    return options;
}

/// The Internet checksum (RFC 1071) of what is added.
class InternetChecksum
{
  public:
    void Add(const uint8_t* bytes, std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i)
        {
            m_sum += static_cast<uint32_t>(bytes[i]) << (m_isOdd ? 0 : 8);
            m_isOdd = !m_isOdd;
        }
    }

    [[nodiscard]] uint16_t Finish() const
    {
        uint64_t sum = m_sum;
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return static_cast<uint16_t>(~sum);
    }

  private:
    uint64_t m_sum{0};
    bool m_isOdd{false};
};

std::size_t
PaddedOptionBytes(const TcpSegment& segment)
{
    std::size_t bytes = 0;
    for (const auto& option : segment.options)
    {
        if (bytes + option.size() > MAX_TCP_OPTION_BYTES)
        {
            break;
        }
        bytes += option.size();
    }
    return (bytes + 3) / 4 * 4;
}

void
WriteIp(const TcpSegment& segment, std::vector<uint8_t>& packet)
{
    const bool isIpv6 = segment.source.address.family == AddressFamily::Ipv6;
    const std::size_t ipBytes = segment.ipHeader.size();
    const std::size_t length = packet.size() - (isIpv6 ? ipBytes : 0);
    const std::size_t addressBytes = isIpv6 ? 16 : 4;
    const std::size_t addressesAt = isIpv6 ? 8 : 12;
    boost::endian::store_big_u16(packet.data() + (isIpv6 ? 4 : 2), static_cast<uint16_t>(length));
    const auto& from = segment.source.address.bytes;
    const auto& to = segment.destination.address.bytes;
    std::copy_n(from.begin(), addressBytes, packet.data() + addressesAt);
    std::copy_n(to.begin(), addressBytes, packet.data() + addressesAt + addressBytes);
    if (!isIpv6 && Load16(packet.data() + 10) != 0)
    {
        boost::endian::store_big_u16(packet.data() + 10, 0);
        InternetChecksum checksum;
        checksum.Add(packet.data(), ipBytes);
        boost::endian::store_big_u16(packet.data() + 10, checksum.Finish());
    }
}

void
WriteTcpChecksum(const TcpSegment& segment, std::vector<uint8_t>& packet)
{
    const bool isIpv6 = segment.source.address.family == AddressFamily::Ipv6;
    const std::size_t tcp = segment.ipHeader.size();
    const auto tcpBytes = static_cast<uint32_t>(packet.size() - tcp);
    InternetChecksum checksum;
    checksum.Add(packet.data() + (isIpv6 ? 8 : 12), isIpv6 ? 32 : 8);
    std::array<uint8_t, 8> pseudo{};
    boost::endian::store_big_u32(pseudo.data(), tcpBytes);
    pseudo[7] = TCP_PROTOCOL;
    checksum.Add(pseudo.data(), pseudo.size());
    checksum.Add(packet.data() + tcp, tcpBytes);
    boost::endian::store_big_u16(packet.data() + tcp + 16, checksum.Finish());
}

} // namespace

TcpOption*
TcpSegment::Option(uint8_t kind)
{
    const auto found = std::find_if(options.begin(), options.end(), [kind](const auto& option) {
        return option[0] == kind;
    });
    return found == options.end() ? nullptr : &*found;
}

const TcpOption*
TcpSegment::Option(uint8_t kind) const
{
    return const_cast<TcpSegment*>(this)->Option(kind);
}

std::size_t
TcpSegment::OptionBytes() const
{
    std::size_t bytes = 0;
    for (const auto& option : options)
    {
        bytes += option.size();
    }
    return bytes;
}

std::optional<uint8_t>
TcpSegment::WindowShift() const
{
    constexpr uint8_t MOST = 14; // RFC 7323 2.3
    const TcpOption* option = Option(TCP_OPTION_WINDOW_SCALE);
    if (option == nullptr || option->size() != 3)
    {
        return std::nullopt;
    }
    return std::min((*option)[2], MOST);
}

void
TcpSegment::ShiftSackBlocks(uint32_t by)
{
    TcpOption* option = Option(TCP_OPTION_SACK);
    if (option == nullptr)
    {
        return;
    }
    for (std::size_t at = 2; at + SACK_EDGE_BYTES <= option->size(); at += SACK_EDGE_BYTES)
    {
        uint8_t* edge = option->data() + at;
        boost::endian::store_big_u32(edge, boost::endian::load_big_u32(edge) + by);
    }
}

bool
operator==(const TcpSegment& a, const TcpSegment& b)
{
    const auto fields = [](const TcpSegment& s) {
        return std::tie(s.sequence,
                        s.acknowledgment,
                        s.flags,
                        s.window,
                        s.urgent,
                        s.options,
                        s.payload,
                        s.ipHeader,
                        s.hasChecksum);
    };
    return a.source == b.source && a.destination == b.destination && fields(a) == fields(b);
}

bool
operator!=(const TcpSegment& a, const TcpSegment& b)
{
    return !(a == b);
}

std::optional<TcpSegment>
ParsePacket(ByteView packet)
{
    const auto layout = LayoutOf(packet);
    if (!layout)
    {
        return std::nullopt;
    }
    const uint8_t* ip = packet.data;
    TcpSegment segment;
    segment.source.address = ReadAddress(layout->isIpv6, ip + (layout->isIpv6 ? 8 : 12));
    segment.destination.address = ReadAddress(layout->isIpv6, ip + (layout->isIpv6 ? 24 : 16));
    ByteReader in({ip + layout->tcp, TCP_BYTES});
    segment.source.port = in.ReadU16();
    segment.destination.port = in.ReadU16();
    segment.sequence = in.ReadU32();
    segment.acknowledgment = in.ReadU32();
    in.ReadU8(); // the header's length
    segment.flags = in.ReadU8();
    segment.window = in.ReadU16();
    segment.hasChecksum = in.ReadU16() != 0;
    segment.urgent = in.ReadU16();
    segment.options =
        ReadOptions({ip + layout->tcp + TCP_BYTES, layout->payload - layout->tcp - TCP_BYTES});
    segment.payload.assign(ip + layout->payload, ip + layout->end);
    segment.ipHeader.assign(ip, ip + layout->tcp);
    return segment;
}

std::vector<uint8_t>
WritePacket(const TcpSegment& segment)
{
    const std::size_t tcp = segment.ipHeader.size();
    const std::size_t headerBytes = TCP_BYTES + PaddedOptionBytes(segment);
    std::vector<uint8_t> packet = segment.ipHeader;
    packet.resize(tcp + headerBytes); // what options leave of it is END
    ByteWriter out(packet.data() + tcp, headerBytes);
    out.WriteU16(segment.source.port);
    out.WriteU16(segment.destination.port);
    out.WriteU32(segment.sequence);
    out.WriteU32(segment.acknowledgment);
    out.WriteU8(static_cast<uint8_t>(headerBytes / 4 << 4));
    out.WriteU8(segment.flags);
    out.WriteU16(segment.window);
    out.WriteU16(0); // checksum
    out.WriteU16(segment.urgent);
    for (const auto& option : segment.options)
    {
        out.WriteBytes({option.data(), option.size()});
    }
    packet.insert(packet.end(), segment.payload.begin(), segment.payload.end());
    WriteIp(segment, packet);
    if (segment.hasChecksum)
    {
        WriteTcpChecksum(segment, packet);
    }
    return packet;
}

} // namespace mptcp
