// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TCP_SEGMENT_H
#define MPTCP_TCP_SEGMENT_H

#include "byte-io.h"
#include "paths/endpoint.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp
{

/// One option as it is on the wire, kind first; a NOP is an option of one byte.
using TcpOption = std::vector<uint8_t>;

/// Kinds a box of the nineties knows (RFC 9293 3.1, RFC 7323, RFC 2018). All others are unknown to
/// it, MPTCP's among them.
enum TcpOptionKind : uint8_t
{
    TCP_OPTION_END = 0,
    TCP_OPTION_NOP = 1,
    TCP_OPTION_MSS = 2,
    TCP_OPTION_WINDOW_SCALE = 3,
    TCP_OPTION_SACK_PERMITTED = 4,
    TCP_OPTION_SACK = 5,
    TCP_OPTION_TIMESTAMP = 8,
};

[[nodiscard]] constexpr bool
IsKnownTcpOption(uint8_t kind)
{
    return kind <= TCP_OPTION_SACK || kind == TCP_OPTION_TIMESTAMP;
}

/// Bytes that options may take in a header, padding included (RFC 9293 3.1).
inline constexpr std::size_t MAX_TCP_OPTION_BYTES = 40;

/**
 * A TCP segment as a middlebox sees it: everything that is in the packet, as values.
 */
struct TcpSegment
{
    static constexpr uint8_t FIN = 0x01;
    static constexpr uint8_t SYN = 0x02;
    static constexpr uint8_t RST = 0x04;
    static constexpr uint8_t PSH = 0x08;
    static constexpr uint8_t ACK = 0x10;
    static constexpr uint8_t URG = 0x20;

    Endpoint source;
    Endpoint destination;
    uint32_t sequence{0};
    uint32_t acknowledgment{0};
    uint8_t flags{0};
    uint16_t window{0}; //!< as in the header, not scaled
    uint16_t urgent{0};
    std::vector<TcpOption> options; //!< in their order, without END and what follows it
    std::vector<uint8_t> payload;

    /// The IP header it came in; addresses, length and checksum of it are written anew.
    std::vector<uint8_t> ipHeader;
    /// Whether its sender computed a checksum; ns-3 does not by default and writes zero.
    bool hasChecksum{false};

    [[nodiscard]] bool Has(uint8_t flag) const
    {
        return (flags & flag) != 0;
    }

    [[nodiscard]] uint32_t PayloadBytes() const
    {
        return static_cast<uint32_t>(payload.size());
    }

    /// The sequence number after its payload, SYN and FIN.
    [[nodiscard]] uint32_t SequenceEnd() const
    {
        return sequence + PayloadBytes() + (Has(SYN) ? 1 : 0) + (Has(FIN) ? 1 : 0);
    }

    /// Nothing but an acknowledgment.
    [[nodiscard]] bool IsPureAck() const
    {
        return payload.empty() && (flags & (ACK | SYN | FIN | RST)) == ACK;
    }

    /// The first option of a kind; null if there is none.
    [[nodiscard]] TcpOption* Option(uint8_t kind);
    [[nodiscard]] const TcpOption* Option(uint8_t kind) const;
    /// Removes every option that `matches`; returns how many.
    template <typename Predicate>
    std::size_t RemoveOptions(Predicate matches);
    /// Bytes of all options, without padding.
    [[nodiscard]] std::size_t OptionBytes() const;

    /// Shift of the window scale option of a SYN; nothing if there is none (RFC 7323 2.2).
    [[nodiscard]] std::optional<uint8_t> WindowShift() const;
    /// Adds to both edges of each SACK block (RFC 2018 3).
    void ShiftSackBlocks(uint32_t by);
};

bool operator==(const TcpSegment& a, const TcpSegment& b);
bool operator!=(const TcpSegment& a, const TcpSegment& b);

/// a < b modulo 2^32 (RFC 9293 3.4).
[[nodiscard]] constexpr bool
IsBefore(uint32_t a, uint32_t b)
{
    return static_cast<int32_t>(a - b) < 0;
}

/**
 * Reads an IP packet. Nothing if it is not a whole TCP segment: another protocol, a fragment, IPv6
 * with extension headers, or too short for what its headers say.
 */
[[nodiscard]] std::optional<TcpSegment> ParsePacket(ByteView packet);

/**
 * The IP packet of a segment: lengths, the checksum of an IPv4 header that had one, and TCP's
 * checksum if the segment's sender computed one. Options that do not fit are left out from the end.
 */
[[nodiscard]] std::vector<uint8_t> WritePacket(const TcpSegment& segment);

template <typename Predicate>
std::size_t
TcpSegment::RemoveOptions(Predicate matches)
{
    std::vector<TcpOption> kept;
    for (auto& option : options)
    {
        if (!matches(static_cast<const TcpOption&>(option)))
        {
            kept.push_back(std::move(option));
        }
    }
    const std::size_t removed = options.size() - kept.size();
    options = std::move(kept);
    return removed;
}

} // namespace mptcp

#endif // MPTCP_TCP_SEGMENT_H
