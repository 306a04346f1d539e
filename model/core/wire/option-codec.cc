// SPDX-License-Identifier: GPL-2.0-only
#include "wire/option-codec.h"

#include <cassert>

namespace mptcp
{

namespace
{

/// RFC 8684 7.2.
enum Subtype : uint8_t
{
    MP_CAPABLE = 0x0,
    MP_JOIN = 0x1,
    DSS = 0x2,
    ADD_ADDR = 0x3,
    REMOVE_ADDR = 0x4,
    MP_PRIO = 0x5,
    MP_FAIL = 0x6,
    MP_FASTCLOSE = 0x7,
    MP_TCPRST = 0x8
};

constexpr std::size_t MIN_OPTION_BYTES = 3; // kind, length, subtype

// Flags of MP_CAPABLE (RFC 8684 3.1).
constexpr uint8_t CAPABLE_A = 0x80;
constexpr uint8_t CAPABLE_B = 0x40;
constexpr uint8_t CAPABLE_C = 0x20;
constexpr uint8_t CAPABLE_H = 0x01;

constexpr std::size_t CAPABLE_SYN_BYTES = 4;
constexpr std::size_t CAPABLE_ONE_KEY_BYTES = 12;
constexpr std::size_t CAPABLE_TWO_KEYS_BYTES = 20;
constexpr std::size_t CAPABLE_DATA_BYTES = 22;
constexpr std::size_t CAPABLE_DATA_CHECKSUM_BYTES = 24;

// Flags of DSS (RFC 8684 3.3).
constexpr uint8_t DSS_ACK = 0x01;
constexpr uint8_t DSS_ACK_64 = 0x02;
constexpr uint8_t DSS_MAP = 0x04;
constexpr uint8_t DSS_MAP_64 = 0x08;
constexpr uint8_t DSS_FIN = 0x10;

constexpr std::size_t JOIN_SYN_BYTES = 12;
constexpr std::size_t JOIN_SYN_ACK_BYTES = 16;
constexpr std::size_t JOIN_ACK_BYTES = 24;
constexpr std::size_t FAIL_BYTES = 12;
constexpr std::size_t FAST_CLOSE_BYTES = 12;
constexpr std::size_t RESET_BYTES = 4;
constexpr std::size_t PRIORITY_WITH_ID_BYTES = 4;

// IPVer of ADD_ADDR in version 0 (RFC 6824 3.4.1).
constexpr uint8_t IPV4_VERSION = 4;
constexpr uint8_t IPV6_VERSION = 6;

/// The lowest of the four bits beside the subtype: B of MP_JOIN and MP_PRIO, E, and T.
constexpr uint8_t LOW_FLAG = 0x01;

constexpr std::size_t
DssBytes(uint8_t flags)
{
    std::size_t bytes = 4;
    if ((flags & DSS_ACK) != 0)
    {
        bytes += (flags & DSS_ACK_64) != 0 ? 8 : 4;
    }
    if ((flags & DSS_MAP) != 0)
    {
        bytes += (flags & DSS_MAP_64) != 0 ? 8 : 4;
        bytes += 4 + 2;
    }
    return bytes;
}

ParseResult
ParseDss(ByteView option, const SegmentContext& segment)
{
    if (segment.syn)
    {
        return ParseError::WrongSegment;
    }
    if (option.size < 4)
    {
        return ParseError::WrongLength;
    }
    const uint8_t flags = option.data[3];
    const std::size_t plainBytes = DssBytes(flags);
    const bool hasMapping = (flags & DSS_MAP) != 0;
    const bool hasChecksum = hasMapping && option.size == plainBytes + 2;
    if (option.size != plainBytes && !hasChecksum)
    {
        return ParseError::WrongLength;
    }

    ByteReader in({option.data + 4, option.size - 4});
    Dss dss;
    if ((flags & DSS_ACK) != 0)
    {
        const bool is64 = (flags & DSS_ACK_64) != 0;
        dss.dataAck = DataAck{is64 ? in.ReadU64() : in.ReadU32(), is64};
    }
    if (hasMapping)
    {
        DssMapping& mapping = dss.mapping.emplace();
        mapping.is64 = (flags & DSS_MAP_64) != 0;
        mapping.dataSequence = mapping.is64 ? in.ReadU64() : in.ReadU32();
        mapping.subflowOffset = in.ReadU32();
        mapping.lengthBytes = in.ReadU16();
        if (hasChecksum)
        {
            mapping.checksum = in.ReadU16();
        }
        mapping.dataFin = (flags & DSS_FIN) != 0;
    }
    return MptcpOption(dss);
}

CapableFlags
ReadCapableFlags(ByteView option)
{
    const uint8_t bits = option.data[3];
    CapableFlags flags;
    flags.version = option.data[2] & 0x0f;
    flags.checksumRequired = (bits & CAPABLE_A) != 0;
    flags.extensible = (bits & CAPABLE_B) != 0;
    flags.denyJoin = flags.version != 0 && (bits & CAPABLE_C) != 0;
    flags.hmacSha256 = (bits & CAPABLE_H) != 0;
    return flags;
}

ParseResult
ParseCapableSyn(const CapableFlags& flags, std::size_t lengthBytes, ByteReader& in)
{
    if (flags.version == 0)
    {
        // RFC 6824 3.1: the SYN already carries the initiator's key.
        if (lengthBytes != CAPABLE_ONE_KEY_BYTES)
        {
            return ParseError::WrongLength;
        }
        return MptcpOption(CapableSyn{flags, Key(in.ReadU64())});
    }
    if (flags.version == 1 && lengthBytes != CAPABLE_SYN_BYTES)
    {
        return ParseError::WrongLength;
    }
    return MptcpOption(CapableSyn{flags, std::nullopt});
}

ParseResult
ParseCapableAck(const CapableFlags& flags, std::size_t lengthBytes, bool hasPayload, ByteReader& in)
{
    // The data fields belong to version 1 (RFC 8684 3.1); version 0 has one form only.
    const bool hasData = flags.version != 0 && (lengthBytes == CAPABLE_DATA_BYTES ||
                                                lengthBytes == CAPABLE_DATA_CHECKSUM_BYTES);
    if (lengthBytes != CAPABLE_TWO_KEYS_BYTES && !hasData)
    {
        return ParseError::WrongLength;
    }
    if (hasData && !hasPayload)
    {
        return ParseError::WrongSegment;
    }
    CapableAck ack;
    ack.flags = flags;
    ack.sender = Key(in.ReadU64());
    ack.receiver = Key(in.ReadU64());
    if (hasData)
    {
        FirstData& data = ack.data.emplace();
        data.dataLevelLengthBytes = in.ReadU16();
        if (lengthBytes == CAPABLE_DATA_CHECKSUM_BYTES)
        {
            data.checksum = in.ReadU16();
        }
    }
    return MptcpOption(ack);
}

ParseResult
ParseCapable(ByteView option, const SegmentContext& segment)
{
    if (segment.rst || (!segment.syn && !segment.ack))
    {
        return ParseError::WrongSegment;
    }
    if (option.size < CAPABLE_SYN_BYTES)
    {
        return ParseError::WrongLength;
    }
    const CapableFlags flags = ReadCapableFlags(option);
    ByteReader in({option.data + 4, option.size - 4});
    if (!segment.syn)
    {
        return ParseCapableAck(flags, option.size, segment.hasPayload, in);
    }
    if (!segment.ack)
    {
        return ParseCapableSyn(flags, option.size, in);
    }
    if (option.size != CAPABLE_ONE_KEY_BYTES)
    {
        return ParseError::WrongLength;
    }
    return MptcpOption(CapableSynAck{flags, Key(in.ReadU64())});
}

ParseResult
ParseJoin(ByteView option, const SegmentContext& segment)
{
    if (segment.rst || (!segment.syn && !segment.ack))
    {
        return ParseError::WrongSegment;
    }
    const std::size_t expected = !segment.syn  ? JOIN_ACK_BYTES
                                 : segment.ack ? JOIN_SYN_ACK_BYTES
                                               : JOIN_SYN_BYTES;
    if (option.size != expected)
    {
        return ParseError::WrongLength;
    }
    const bool backup = (option.data[2] & LOW_FLAG) != 0;
    const AddressId id = option.data[3];
    ByteReader in({option.data + 4, option.size - 4});
    if (!segment.syn)
    {
        return MptcpOption(JoinAck{in.ReadArray<20>()});
    }
    if (segment.ack)
    {
        const uint64_t hmac = in.ReadU64();
        return MptcpOption(JoinSynAck{backup, id, hmac, in.ReadU32()});
    }
    const Token token = in.ReadU32();
    return MptcpOption(JoinSyn{backup, id, token, in.ReadU32()});
}

ParseResult
ParseAddAddress(ByteView option)
{
    const bool echo = (option.data[2] & LOW_FLAG) != 0;
    const std::size_t hmacBytes = echo ? 0 : 8;
    const std::size_t ipv4Bytes = 4 + sizeof(Ipv4Bytes) + hmacBytes;
    const std::size_t ipv6Bytes = 4 + sizeof(Ipv6Bytes) + hmacBytes;
    const bool isIpv4 = option.size == ipv4Bytes || option.size == ipv4Bytes + 2;
    const bool isIpv6 = option.size == ipv6Bytes || option.size == ipv6Bytes + 2;
    if (!isIpv4 && !isIpv6)
    {
        return ParseError::WrongLength;
    }
    ByteReader in({option.data + 3, option.size - 3});
    AddAddress add;
    add.id = in.ReadU8();
    if (isIpv4)
    {
        add.address = in.ReadArray<sizeof(Ipv4Bytes)>();
    }
    else
    {
        add.address = in.ReadArray<sizeof(Ipv6Bytes)>();
    }
    if (in.RemainingBytes() == hmacBytes + 2)
    {
        add.port = in.ReadU16();
    }
    if (!echo)
    {
        add.hmac = in.ReadU64();
    }
    return MptcpOption(add);
}

ParseResult
ParseAddAddressV0(ByteView option)
{
    const uint8_t ipVersion = option.data[2] & 0x0f;
    if (ipVersion != IPV4_VERSION && ipVersion != IPV6_VERSION)
    {
        return ParseError::UnknownFamily;
    }
    const bool isIpv4 = ipVersion == IPV4_VERSION;
    const std::size_t plainBytes = 4 + (isIpv4 ? sizeof(Ipv4Bytes) : sizeof(Ipv6Bytes));
    if (option.size != plainBytes && option.size != plainBytes + 2)
    {
        return ParseError::WrongLength;
    }
    ByteReader in({option.data + 3, option.size - 3});
    AddAddressV0 add;
    add.id = in.ReadU8();
    if (isIpv4)
    {
        add.address = in.ReadArray<sizeof(Ipv4Bytes)>();
    }
    else
    {
        add.address = in.ReadArray<sizeof(Ipv6Bytes)>();
    }
    if (in.RemainingBytes() != 0)
    {
        add.port = in.ReadU16();
    }
    return MptcpOption(add);
}

ParseResult
ParsePriority(ByteView option, MptcpVersion version)
{
    const bool mayHaveId = version == MptcpVersion::V0;
    if (option.size != MIN_OPTION_BYTES && !(mayHaveId && option.size == PRIORITY_WITH_ID_BYTES))
    {
        return ParseError::WrongLength;
    }
    Priority priority{(option.data[2] & LOW_FLAG) != 0, std::nullopt};
    if (option.size == PRIORITY_WITH_ID_BYTES)
    {
        priority.id = option.data[3];
    }
    return MptcpOption(priority);
}

ParseResult
ParseRemoveAddress(ByteView option)
{
    RemoveAddress remove;
    for (std::size_t i = 3; i < option.size; ++i)
    {
        if (!remove.ids.Append(option.data[i]))
        {
            return ParseError::WrongLength;
        }
    }
    if (remove.ids.Size() == 0)
    {
        return ParseError::WrongLength;
    }
    return MptcpOption(remove);
}

ParseResult
ParseReset(ByteView option, const SegmentContext& segment)
{
    if (segment.version == MptcpVersion::V0)
    {
        return ParseError::UnknownSubtype;
    }
    if (!segment.rst || segment.syn)
    {
        return ParseError::WrongSegment;
    }
    if (option.size != RESET_BYTES)
    {
        return ParseError::WrongLength;
    }
    const bool transient = (option.data[2] & LOW_FLAG) != 0;
    return MptcpOption(Reset{transient, static_cast<ResetReason>(option.data[3])});
}

/// The options that are legal on any segment but a SYN.
ParseResult
ParseSignal(uint8_t subtype, ByteView option, MptcpVersion version)
{
    switch (subtype)
    {
    case ADD_ADDR:
        return version == MptcpVersion::V0 ? ParseAddAddressV0(option) : ParseAddAddress(option);
    case REMOVE_ADDR:
        return ParseRemoveAddress(option);
    case MP_PRIO:
        return ParsePriority(option, version);
    case MP_FAIL:
        if (option.size != FAIL_BYTES)
        {
            return ParseError::WrongLength;
        }
        return MptcpOption(Fail{boost::endian::load_big_u64(option.data + 4)});
    case MP_FASTCLOSE:
        if (option.size != FAST_CLOSE_BYTES)
        {
            return ParseError::WrongLength;
        }
        return MptcpOption(FastClose{Key(boost::endian::load_big_u64(option.data + 4))});
    default:
        return ParseError::UnknownSubtype;
    }
}

void
WriteHeader(Subtype subtype, uint8_t lowBits, std::size_t lengthBytes, ByteWriter& out)
{
    out.WriteU8(MPTCP_OPTION_KIND);
    out.WriteU8(static_cast<uint8_t>(lengthBytes));
    out.WriteU8(static_cast<uint8_t>((subtype << 4) | lowBits));
}

void
WriteCapableHeader(const CapableFlags& flags, std::size_t lengthBytes, ByteWriter& out)
{
    assert(flags.version <= 0x0f);
    assert(flags.version != 0 || !flags.denyJoin);
    WriteHeader(MP_CAPABLE, flags.version, lengthBytes, out);
    out.WriteU8(static_cast<uint8_t>(
        (flags.checksumRequired ? CAPABLE_A : 0) | (flags.extensible ? CAPABLE_B : 0) |
        (flags.denyJoin ? CAPABLE_C : 0) | (flags.hmacSha256 ? CAPABLE_H : 0)));
}

uint8_t
FlagsOf(const Dss& dss)
{
    unsigned flags = 0;
    if (dss.dataAck)
    {
        flags |= dss.dataAck->is64 ? DSS_ACK | DSS_ACK_64 : DSS_ACK;
    }
    if (dss.mapping)
    {
        flags |= dss.mapping->is64 ? DSS_MAP | DSS_MAP_64 : DSS_MAP;
        flags |= dss.mapping->dataFin ? DSS_FIN : 0;
    }
    return static_cast<uint8_t>(flags);
}

void
WriteSequence(uint64_t sequence, bool is64, ByteWriter& out)
{
    if (is64)
    {
        out.WriteU64(sequence);
        return;
    }
    assert(sequence >> 32 == 0);
    out.WriteU32(static_cast<uint32_t>(sequence));
}

/// SerializedSize and Emit side by side, so that the two cannot drift apart unseen.
struct SizeOf
{
    std::size_t operator()(const Dss& dss) const
    {
        return DssBytes(FlagsOf(dss)) + (dss.mapping && dss.mapping->checksum ? 2 : 0);
    }

    std::size_t operator()(const CapableSyn& syn) const
    {
        return syn.sender ? CAPABLE_ONE_KEY_BYTES : CAPABLE_SYN_BYTES;
    }

    std::size_t operator()(const CapableSynAck&) const
    {
        return CAPABLE_ONE_KEY_BYTES;
    }

    std::size_t operator()(const CapableAck& ack) const
    {
        if (!ack.data)
        {
            return CAPABLE_TWO_KEYS_BYTES;
        }
        return ack.data->checksum ? CAPABLE_DATA_CHECKSUM_BYTES : CAPABLE_DATA_BYTES;
    }

    std::size_t operator()(const JoinSyn&) const
    {
        return JOIN_SYN_BYTES;
    }

    std::size_t operator()(const JoinSynAck&) const
    {
        return JOIN_SYN_ACK_BYTES;
    }

    std::size_t operator()(const JoinAck&) const
    {
        return JOIN_ACK_BYTES;
    }

    std::size_t operator()(const AddAddress& add) const
    {
        const std::size_t addressBytes =
            std::holds_alternative<Ipv4Bytes>(add.address) ? sizeof(Ipv4Bytes) : sizeof(Ipv6Bytes);
        return 4 + addressBytes + (add.port ? 2 : 0) + (add.hmac ? 8 : 0);
    }

    std::size_t operator()(const AddAddressV0& add) const
    {
        const std::size_t addressBytes =
            std::holds_alternative<Ipv4Bytes>(add.address) ? sizeof(Ipv4Bytes) : sizeof(Ipv6Bytes);
        return 4 + addressBytes + (add.port ? 2 : 0);
    }

    std::size_t operator()(const RemoveAddress& remove) const
    {
        return 3 + remove.ids.Size();
    }

    std::size_t operator()(const Priority& priority) const
    {
        return priority.id ? PRIORITY_WITH_ID_BYTES : MIN_OPTION_BYTES;
    }

    std::size_t operator()(const Fail&) const
    {
        return FAIL_BYTES;
    }

    std::size_t operator()(const FastClose&) const
    {
        return FAST_CLOSE_BYTES;
    }

    std::size_t operator()(const Reset&) const
    {
        return RESET_BYTES;
    }
};

struct Write
{
    ByteWriter& out;

    void operator()(const Dss& dss) const
    {
        WriteHeader(DSS, 0, SizeOf{}(dss), out);
        out.WriteU8(FlagsOf(dss));
        if (dss.dataAck)
        {
            WriteSequence(dss.dataAck->sequence, dss.dataAck->is64, out);
        }
        if (dss.mapping)
        {
            WriteSequence(dss.mapping->dataSequence, dss.mapping->is64, out);
            out.WriteU32(dss.mapping->subflowOffset);
            out.WriteU16(dss.mapping->lengthBytes);
            if (dss.mapping->checksum)
            {
                out.WriteU16(*dss.mapping->checksum);
            }
        }
    }

    void operator()(const CapableSyn& syn) const
    {
        assert(syn.sender.has_value() == (syn.flags.version == 0));
        WriteCapableHeader(syn.flags, SizeOf{}(syn), out);
        if (syn.sender)
        {
            out.WriteU64(syn.sender->Value());
        }
    }

    void operator()(const CapableSynAck& synAck) const
    {
        WriteCapableHeader(synAck.flags, SizeOf{}(synAck), out);
        out.WriteU64(synAck.sender.Value());
    }

    void operator()(const CapableAck& ack) const
    {
        assert(!ack.data || ack.flags.version != 0);
        WriteCapableHeader(ack.flags, SizeOf{}(ack), out);
        out.WriteU64(ack.sender.Value());
        out.WriteU64(ack.receiver.Value());
        if (ack.data)
        {
            out.WriteU16(ack.data->dataLevelLengthBytes);
            if (ack.data->checksum)
            {
                out.WriteU16(*ack.data->checksum);
            }
        }
    }

    void operator()(const JoinSyn& join) const
    {
        WriteHeader(MP_JOIN, join.backup ? LOW_FLAG : 0, JOIN_SYN_BYTES, out);
        out.WriteU8(join.id);
        out.WriteU32(join.token);
        out.WriteU32(join.nonce);
    }

    void operator()(const JoinSynAck& join) const
    {
        WriteHeader(MP_JOIN, join.backup ? LOW_FLAG : 0, JOIN_SYN_ACK_BYTES, out);
        out.WriteU8(join.id);
        out.WriteU64(join.hmac);
        out.WriteU32(join.nonce);
    }

    void operator()(const JoinAck& join) const
    {
        WriteHeader(MP_JOIN, 0, JOIN_ACK_BYTES, out);
        out.WriteU8(0);
        out.WriteBytes({join.hmac.data(), join.hmac.size()});
    }

    void operator()(const AddAddress& add) const
    {
        WriteHeader(ADD_ADDR, add.IsEcho() ? LOW_FLAG : 0, SizeOf{}(add), out);
        out.WriteU8(add.id);
        std::visit(
            [this](const auto& bytes) {
                out.WriteBytes({bytes.data(), bytes.size()});
            },
            add.address);
        if (add.port)
        {
            out.WriteU16(*add.port);
        }
        if (add.hmac)
        {
            out.WriteU64(*add.hmac);
        }
    }

    void operator()(const AddAddressV0& add) const
    {
        const bool isIpv4 = std::holds_alternative<Ipv4Bytes>(add.address);
        WriteHeader(ADD_ADDR, isIpv4 ? IPV4_VERSION : IPV6_VERSION, SizeOf{}(add), out);
        out.WriteU8(add.id);
        std::visit(
            [this](const auto& bytes) {
                out.WriteBytes({bytes.data(), bytes.size()});
            },
            add.address);
        if (add.port)
        {
            out.WriteU16(*add.port);
        }
    }

    void operator()(const RemoveAddress& remove) const
    {
        assert(remove.ids.Size() > 0);
        WriteHeader(REMOVE_ADDR, 0, SizeOf{}(remove), out);
        out.WriteBytes({remove.ids.begin(), remove.ids.Size()});
    }

    void operator()(const Priority& priority) const
    {
        WriteHeader(MP_PRIO, priority.backup ? LOW_FLAG : 0, SizeOf{}(priority), out);
        if (priority.id)
        {
            out.WriteU8(*priority.id);
        }
    }

    void operator()(const Fail& fail) const
    {
        WriteHeader(MP_FAIL, 0, FAIL_BYTES, out);
        out.WriteU8(0);
        out.WriteU64(fail.dataSequence);
    }

    void operator()(const FastClose& close) const
    {
        WriteHeader(MP_FASTCLOSE, 0, FAST_CLOSE_BYTES, out);
        out.WriteU8(0);
        out.WriteU64(close.receiver.Value());
    }

    void operator()(const Reset& reset) const
    {
        WriteHeader(MP_TCPRST, reset.transient ? LOW_FLAG : 0, RESET_BYTES, out);
        out.WriteU8(static_cast<uint8_t>(reset.reason));
    }
};

} // namespace

std::string_view
ToString(ParseError error)
{
    switch (error)
    {
    case ParseError::Truncated:
        return "truncated";
    case ParseError::WrongKind:
        return "wrong kind";
    case ParseError::WrongLength:
        return "wrong length";
    case ParseError::UnknownSubtype:
        return "unknown subtype";
    case ParseError::UnknownFamily:
        return "unknown address family";
    case ParseError::WrongSegment:
        return "wrong segment";
    }
    return "unknown";
}

ParseResult
Parse(ByteView option, const SegmentContext& segment)
{
    if (option.size < MIN_OPTION_BYTES || option.data[1] > option.size)
    {
        return ParseError::Truncated;
    }
    if (option.data[0] != MPTCP_OPTION_KIND)
    {
        return ParseError::WrongKind;
    }
    if (option.data[1] != option.size)
    {
        return ParseError::WrongLength;
    }
    const uint8_t subtype = option.data[2] >> 4;
    switch (subtype)
    {
    case DSS:
        return ParseDss(option, segment);
    case MP_CAPABLE:
        return ParseCapable(option, segment);
    case MP_JOIN:
        return ParseJoin(option, segment);
    case MP_TCPRST:
        return ParseReset(option, segment);
    default:
        break;
    }
    if (subtype > MP_TCPRST)
    {
        return ParseError::UnknownSubtype;
    }
    // RFC 8684 3: of all options only those of subflow initiation are used on a SYN.
    return segment.syn ? ParseError::WrongSegment : ParseSignal(subtype, option, segment.version);
}

std::size_t
SerializedSize(const MptcpOption& option)
{
    return std::visit(SizeOf{}, option);
}

void
Emit(const MptcpOption& option, ByteWriter& out)
{
    std::visit(Write{out}, option);
}

} // namespace mptcp
