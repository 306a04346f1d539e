// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OPTION_CODEC_H
#define MPTCP_OPTION_CODEC_H

#include "byte-io.h"
#include "wire/options.h"

#include <cstddef>
#include <string_view>
#include <variant>

/**
 * \file
 * Between option bytes and the structs of options.h.
 *
 * `Emit` writes exactly `SerializedSize` bytes, `Parse` of them gives the same option back, and no
 * input makes `Parse` read outside its view or stop the program.
 */
namespace mptcp
{

/// TCP option kind of MPTCP (RFC 8684 7.1).
inline constexpr uint8_t MPTCP_OPTION_KIND = 30;

/**
 * What the codec must know of the segment beyond the option's own bytes: RFC 8684 3 tells some
 * forms apart by the segment that carries them.
 */
struct SegmentContext
{
    bool syn{false};
    bool ack{false};
    bool rst{false};
    bool fin{false};
    bool hasPayload{false};
    /// Of the connection. MP_CAPABLE and MP_JOIN are read without it, so that it need not be known
    /// when a connection begins.
    MptcpVersion version{MptcpVersion::V1};
};

/// Why bytes are not an option; what a peer sends is never more than one of these.
enum class ParseError : uint8_t
{
    Truncated,      //!< fewer bytes than the length byte announces, or none of them
    WrongKind,      //!< not kind 30
    WrongLength,    //!< no form of this subtype has this length
    UnknownSubtype, //!< unassigned or private, or newer than the connection's version
    UnknownFamily,  //!< of version 0: an address that is neither IPv4 nor IPv6
    WrongSegment    //!< a form that does not occur on a segment with these flags
};

[[nodiscard]] std::string_view ToString(ParseError error);

using ParseResult = std::variant<MptcpOption, ParseError>;

/**
 * Reads one option. `option` is the whole of it, kind and length bytes included, and nothing else.
 *
 * Reserved bits are ignored. Whether a mapping should have had a checksum is not decided here: the
 * option's length tells whether it has one (RFC 8684 3.3).
 */
[[nodiscard]] ParseResult Parse(ByteView option, const SegmentContext& segment);

/// Bytes `Emit` will write, kind and length included.
[[nodiscard]] std::size_t SerializedSize(const MptcpOption& option);

/// Appends the option; if it does not fit, `out.IsGood()` is false afterwards.
void Emit(const MptcpOption& option, ByteWriter& out);

} // namespace mptcp

#endif // MPTCP_OPTION_CODEC_H
