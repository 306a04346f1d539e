// SPDX-License-Identifier: GPL-2.0-only
#include "wire/option-codec.h"

#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace mptcp
{
namespace
{

/// Hexadecimal digits, blanks ignored. The heap block is exactly as long as the bytes, so that a
/// sanitizer sees a read past their end.
std::vector<uint8_t>
Bytes(const std::string& hex)
{
    std::string digits;
    for (const char c : hex)
    {
        if (c != ' ')
        {
            digits += c;
        }
    }
    std::vector<uint8_t> bytes;
    bytes.reserve(digits.size() / 2);
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    {
        bytes.push_back(static_cast<uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

ByteView
View(const std::vector<uint8_t>& bytes)
{
    return {bytes.data(), bytes.size()};
}

SegmentContext
Syn()
{
    SegmentContext segment;
    segment.syn = true;
    return segment;
}

SegmentContext
SynAck()
{
    SegmentContext segment = Syn();
    segment.ack = true;
    return segment;
}

SegmentContext
Ack()
{
    SegmentContext segment;
    segment.ack = true;
    return segment;
}

SegmentContext
Data()
{
    SegmentContext segment = Ack();
    segment.hasPayload = true;
    return segment;
}

SegmentContext
Rst()
{
    SegmentContext segment = Ack();
    segment.rst = true;
    return segment;
}

/// The same segment on a connection of version 0.
SegmentContext
V0(SegmentContext segment)
{
    segment.version = MptcpVersion::V0;
    return segment;
}

std::vector<uint8_t>
Emitted(const MptcpOption& option)
{
    std::vector<uint8_t> bytes(SerializedSize(option));
    ByteWriter out(bytes.data(), bytes.size());
    Emit(option, out);
    EXPECT_TRUE(out.IsGood());
    EXPECT_EQ(out.RemainingBytes(), 0u);
    return bytes;
}

CapableFlags
Flags(uint8_t version, bool a, bool c)
{
    CapableFlags flags;
    flags.version = version;
    flags.checksumRequired = a;
    flags.denyJoin = c;
    return flags;
}

JoinHmac
CountingHmac()
{
    JoinHmac hmac{};
    for (std::size_t i = 0; i < hmac.size(); ++i)
    {
        hmac[i] = static_cast<uint8_t>(i + 1);
    }
    return hmac;
}

DssMapping
Mapping(bool is64, bool checksum, bool dataFin)
{
    DssMapping mapping;
    mapping.dataSequence = is64 ? 0x1112131415161718 : 0x15161718;
    mapping.is64 = is64;
    mapping.subflowOffset = 0x21222324;
    mapping.lengthBytes = 0x3132;
    if (checksum)
    {
        mapping.checksum = 0x4142;
    }
    mapping.dataFin = dataFin;
    return mapping;
}

constexpr DataAck ACK_64{0x0102030405060708, true};
constexpr DataAck ACK_32{0x05060708, false};
constexpr Ipv4Bytes IPV4{192, 0, 2, 7};
constexpr Ipv6Bytes IPV6{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr Key KEY_A{0xa1a2a3a4a5a6a7a8};
constexpr Key KEY_B{0xb1b2b3b4b5b6b7b8};

RemoveAddress
Remove(std::initializer_list<AddressId> ids)
{
    RemoveAddress remove;
    for (const AddressId id : ids)
    {
        remove.ids.Append(id);
    }
    return remove;
}

RemoveAddress
RemoveAsManyAsFit()
{
    RemoveAddress remove;
    for (AddressId id = 1; id <= 37; ++id)
    {
        EXPECT_TRUE(remove.ids.Append(id));
    }
    EXPECT_FALSE(remove.ids.Append(38));
    return remove;
}

std::string
HexOfThirtySevenIds()
{
    std::string hex = "1e 28 40 ";
    constexpr char digits[] = "0123456789abcdef";
    for (unsigned id = 1; id <= 37; ++id)
    {
        hex += digits[id / 16];
        hex += digits[id % 16];
    }
    return hex;
}

struct FormRow
{
    std::string name;
    SegmentContext segment;
    std::string hex; //!< written down from the figure in the RFC
    MptcpOption option;
};

std::ostream&
operator<<(std::ostream& os, const FormRow& row)
{
    return os << row.name;
}

std::vector<FormRow>
Version1Forms()
{
    return {
        // RFC 8684 3.1, Figure 4.
        {"CapableSyn", Syn(), "1e 04 01 01", CapableSyn{Flags(1, false, false), std::nullopt}},
        {"CapableSynAllFlags",
         Syn(),
         "1e 04 01 e1",
         CapableSyn{CapableFlags{1, true, true, true, true}, std::nullopt}},
        {"CapableSynNoAlgorithm",
         Syn(),
         "1e 04 01 00",
         CapableSyn{CapableFlags{1, false, false, false, false}, std::nullopt}},
        {"CapableSynOfAFutureVersion",
         Syn(),
         "1e 04 02 01",
         CapableSyn{Flags(2, false, false), std::nullopt}},
        {"CapableSynAck",
         SynAck(),
         "1e 0c 01 81 b1b2b3b4b5b6b7b8",
         CapableSynAck{Flags(1, true, false), KEY_B}},
        {"CapableAck",
         Ack(),
         "1e 14 01 21 a1a2a3a4a5a6a7a8 b1b2b3b4b5b6b7b8",
         CapableAck{Flags(1, false, true), KEY_A, KEY_B, std::nullopt}},
        {"CapableAckWithData",
         Data(),
         "1e 16 01 01 a1a2a3a4a5a6a7a8 b1b2b3b4b5b6b7b8 05b4",
         CapableAck{Flags(1, false, false), KEY_A, KEY_B, FirstData{1460, std::nullopt}}},
        {"CapableAckWithDataAndChecksum",
         Data(),
         "1e 18 01 81 a1a2a3a4a5a6a7a8 b1b2b3b4b5b6b7b8 05b4 abcd",
         CapableAck{Flags(1, true, false), KEY_A, KEY_B, FirstData{1460, 0xabcd}}},
        // RFC 6824 3.1, Figure 4.
        {"CapableSynVersion0",
         Syn(),
         "1e 0c 00 81 a1a2a3a4a5a6a7a8",
         CapableSyn{Flags(0, true, false), KEY_A}},
        {"CapableSynAckVersion0",
         SynAck(),
         "1e 0c 00 01 b1b2b3b4b5b6b7b8",
         CapableSynAck{Flags(0, false, false), KEY_B}},
        {"CapableAckVersion0",
         Data(),
         "1e 14 00 01 a1a2a3a4a5a6a7a8 b1b2b3b4b5b6b7b8",
         CapableAck{Flags(0, false, false), KEY_A, KEY_B, std::nullopt}},
        // RFC 8684 3.2, Figures 5 to 7.
        {"JoinSyn",
         Syn(),
         "1e 0c 10 05 01020304 0a0b0c0d",
         JoinSyn{false, 5, 0x01020304, 0x0a0b0c0d}},
        {"JoinSynBackup",
         Syn(),
         "1e 0c 11 ff ffffffff 00000000",
         JoinSyn{true, 255, 0xffffffff, 0}},
        {"JoinSynAck",
         SynAck(),
         "1e 10 10 09 0102030405060708 0a0b0c0d",
         JoinSynAck{false, 9, 0x0102030405060708, 0x0a0b0c0d}},
        {"JoinSynAckBackup",
         SynAck(),
         "1e 10 11 09 0102030405060708 0a0b0c0d",
         JoinSynAck{true, 9, 0x0102030405060708, 0x0a0b0c0d}},
        {"JoinAck",
         Ack(),
         "1e 18 10 00 0102030405060708 090a0b0c0d0e0f10 11121314",
         JoinAck{CountingHmac()}},
        // RFC 8684 3.3, Figure 9.
        {"DssEmpty", Ack(), "1e 04 20 00", Dss{}},
        {"DssAck32", Ack(), "1e 08 20 01 05060708", Dss{ACK_32, std::nullopt}},
        {"DssAck64", Ack(), "1e 0c 20 03 0102030405060708", Dss{ACK_64, std::nullopt}},
        {"DssMap32",
         Data(),
         "1e 0e 20 04 15161718 21222324 3132",
         Dss{std::nullopt, Mapping(false, false, false)}},
        {"DssMap32Checksum",
         Data(),
         "1e 10 20 04 15161718 21222324 3132 4142",
         Dss{std::nullopt, Mapping(false, true, false)}},
        {"DssMap64",
         Data(),
         "1e 12 20 0c 1112131415161718 21222324 3132",
         Dss{std::nullopt, Mapping(true, false, false)}},
        {"DssMap64Checksum",
         Data(),
         "1e 14 20 0c 1112131415161718 21222324 3132 4142",
         Dss{std::nullopt, Mapping(true, true, false)}},
        {"DssAck32Map32",
         Data(),
         "1e 12 20 05 05060708 15161718 21222324 3132",
         Dss{ACK_32, Mapping(false, false, false)}},
        {"DssAck32Map64",
         Data(),
         "1e 16 20 0d 05060708 1112131415161718 21222324 3132",
         Dss{ACK_32, Mapping(true, false, false)}},
        {"DssAck64Map32Checksum",
         Data(),
         "1e 18 20 07 0102030405060708 15161718 21222324 3132 4142",
         Dss{ACK_64, Mapping(false, true, false)}},
        {"DssAllFlagsIs28Bytes",
         Data(),
         "1e 1c 20 1f 0102030405060708 1112131415161718 21222324 3132 4142",
         Dss{ACK_64, Mapping(true, true, true)}},
        // RFC 8684 3.3.3: DATA_FIN without data.
        {"DssDataFinAlone",
         Ack(),
         "1e 12 20 1c 0000000000000059 00000000 0001",
         Dss{std::nullopt, DssMapping{89, true, 0, 1, std::nullopt, true}}},
        // RFC 8684 3.3.1: the infinite mapping has length 0, and checksum 0 if there is one.
        {"DssInfiniteMapping",
         Data(),
         "1e 14 20 0c 0000000000000001 00000001 0000 0000",
         Dss{std::nullopt, DssMapping{1, true, 1, 0, 0, false}}},
        // RFC 8684 3.4.1, Figure 12.
        {"AddAddressIpv4",
         Ack(),
         "1e 10 30 02 c0000207 0102030405060708",
         AddAddress{2, IPV4, std::nullopt, 0x0102030405060708}},
        {"AddAddressIpv4Port",
         Ack(),
         "1e 12 30 02 c0000207 1f90 0102030405060708",
         AddAddress{2, IPV4, 8080, 0x0102030405060708}},
        {"AddAddressIpv4Echo",
         Ack(),
         "1e 08 31 02 c0000207",
         AddAddress{2, IPV4, std::nullopt, std::nullopt}},
        {"AddAddressIpv4PortEcho",
         Ack(),
         "1e 0a 31 02 c0000207 1f90",
         AddAddress{2, IPV4, 8080, std::nullopt}},
        {"AddAddressIpv6",
         Ack(),
         "1e 1c 30 03 20010db8000000000000000000000001 0102030405060708",
         AddAddress{3, IPV6, std::nullopt, 0x0102030405060708}},
        {"AddAddressIpv6PortIs30Bytes",
         Ack(),
         "1e 1e 30 03 20010db8000000000000000000000001 1f90 0102030405060708",
         AddAddress{3, IPV6, 8080, 0x0102030405060708}},
        {"AddAddressIpv6Echo",
         Ack(),
         "1e 14 31 03 20010db8000000000000000000000001",
         AddAddress{3, IPV6, std::nullopt, std::nullopt}},
        {"AddAddressIpv6PortEcho",
         Ack(),
         "1e 16 31 03 20010db8000000000000000000000001 1f90",
         AddAddress{3, IPV6, 8080, std::nullopt}},
        // RFC 8684 3.4.2, Figure 13.
        {"RemoveOneAddress", Ack(), "1e 04 40 07", Remove({7})},
        {"RemoveThreeAddresses", Ack(), "1e 06 40 07 01 ff", Remove({7, 1, 255})},
        {"RemoveAsManyAsAHeaderHolds", Ack(), HexOfThirtySevenIds(), RemoveAsManyAsFit()},
        // RFC 8684 3.3.8, Figure 11.
        {"PriorityRegular", Ack(), "1e 03 50", Priority{false}},
        {"PriorityBackup", Ack(), "1e 03 51", Priority{true}},
        // RFC 8684 3.7, Figure 16.
        {"FailOnAck", Ack(), "1e 0c 60 00 1112131415161718", Fail{0x1112131415161718}},
        {"FailOnRst", Rst(), "1e 0c 60 00 1112131415161718", Fail{0x1112131415161718}},
        // RFC 8684 3.5, Figure 14.
        {"FastCloseOnAck", Ack(), "1e 0c 70 00 b1b2b3b4b5b6b7b8", FastClose{KEY_B}},
        {"FastCloseOnRst", Rst(), "1e 0c 70 00 b1b2b3b4b5b6b7b8", FastClose{KEY_B}},
        // RFC 8684 3.6, Figure 15.
        {"ResetPermanent",
         Rst(),
         "1e 04 80 03",
         Reset{false, ResetReason::AdministrativelyProhibited}},
        {"ResetTransient", Rst(), "1e 04 81 02", Reset{true, ResetReason::LackOfResources}},
        {"ResetWithAnUnknownReason",
         Rst(),
         "1e 04 80 fe",
         Reset{false, static_cast<ResetReason>(0xfe)}},
    };
}

/// The forms that only version 0 has (RFC 6824).
std::vector<FormRow>
Version0Forms()
{
    return {
        // RFC 6824 3.4.1, Figure 12: no HMAC, no echo, the IP version instead of flags.
        {"AddAddressV0Ipv4",
         V0(Ack()),
         "1e 08 34 02 c0000207",
         AddAddressV0{2, IPV4, std::nullopt}},
        {"AddAddressV0Ipv4Port",
         V0(Ack()),
         "1e 0a 34 02 c0000207 1f90",
         AddAddressV0{2, IPV4, 8080}},
        {"AddAddressV0Ipv6",
         V0(Ack()),
         "1e 14 36 03 20010db8000000000000000000000001",
         AddAddressV0{3, IPV6, std::nullopt}},
        {"AddAddressV0Ipv6PortIs22Bytes",
         V0(Ack()),
         "1e 16 36 03 20010db8000000000000000000000001 1f90",
         AddAddressV0{3, IPV6, 8080}},
        // RFC 6824 3.3.8, Figure 11.
        {"PriorityV0RegularOfAnAddress", V0(Ack()), "1e 04 50 07", Priority{false, 7}},
        {"PriorityV0BackupOfAnAddress", V0(Ack()), "1e 04 51 00", Priority{true, 0}},
    };
}

/// Whether version 0 has the form as well: all but MP_CAPABLE, which names its version, ADD_ADDR
/// and MP_TCPRST.
bool
IsInBothVersions(const FormRow& row)
{
    const bool isCapable = std::holds_alternative<CapableSyn>(row.option) ||
                           std::holds_alternative<CapableSynAck>(row.option) ||
                           std::holds_alternative<CapableAck>(row.option);
    return !isCapable && !std::holds_alternative<AddAddress>(row.option) &&
           !std::holds_alternative<Reset>(row.option);
}

const std::vector<FormRow>&
Forms()
{
    static const std::vector<FormRow> all = [] {
        std::vector<FormRow> forms = Version1Forms();
        for (FormRow row : Version1Forms())
        {
            if (IsInBothVersions(row))
            {
                row.name += "InVersion0";
                row.segment = V0(row.segment);
                forms.push_back(row);
            }
        }
        for (const FormRow& row : Version0Forms())
        {
            forms.push_back(row);
        }
        return forms;
    }();
    return all;
}

class OptionForm : public testing::TestWithParam<FormRow>
{
};

TEST_P(OptionForm, ParsesFromItsBytes)
{
    const auto bytes = Bytes(GetParam().hex);
    EXPECT_EQ(Parse(View(bytes), GetParam().segment), ParseResult(GetParam().option));
}

TEST_P(OptionForm, EmitsItsBytes)
{
    const auto bytes = Bytes(GetParam().hex);
    EXPECT_EQ(SerializedSize(GetParam().option), bytes.size());
    EXPECT_EQ(Emitted(GetParam().option), bytes);
}

TEST_P(OptionForm, DoesNotEmitPastTheEndOfTheBuffer)
{
    const std::size_t size = SerializedSize(GetParam().option);
    for (std::size_t capacity = 0; capacity < size; ++capacity)
    {
        std::vector<uint8_t> buffer(capacity);
        ByteWriter out(buffer.data(), buffer.size());
        Emit(GetParam().option, out);
        EXPECT_FALSE(out.IsGood()) << capacity;
    }
}

TEST_P(OptionForm, NoPrefixParses)
{
    const auto whole = Bytes(GetParam().hex);
    for (std::size_t size = 0; size < whole.size(); ++size)
    {
        const std::vector<uint8_t> prefix(whole.begin(),
                                          whole.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_EQ(Parse(View(prefix), GetParam().segment), ParseResult(ParseError::Truncated))
            << size;
    }
}

TEST_P(OptionForm, TrailingBytesAreNotPartOfIt)
{
    auto bytes = Bytes(GetParam().hex);
    bytes.push_back(0);
    EXPECT_EQ(Parse(View(bytes), GetParam().segment), ParseResult(ParseError::WrongLength));
}

TEST_P(OptionForm, OnlyTheRightLengthByteParses)
{
    const auto right = Bytes(GetParam().hex);
    for (unsigned length = 0; length <= 255; ++length)
    {
        auto bytes = right;
        bytes[1] = static_cast<uint8_t>(length);
        const ParseResult result = Parse(View(bytes), GetParam().segment);
        EXPECT_EQ(std::holds_alternative<MptcpOption>(result), length == right.size()) << length;
    }
}

// As above, but with as many bytes as announced: what parses has a form of exactly that length.
TEST_P(OptionForm, ParsesAtALengthOnlyIfAFormHasIt)
{
    const auto right = Bytes(GetParam().hex);
    for (unsigned length = 0; length <= 255; ++length)
    {
        auto bytes = right;
        bytes.resize(length);
        bytes.shrink_to_fit();
        if (length > 1)
        {
            bytes[1] = static_cast<uint8_t>(length);
        }
        const ParseResult result = Parse(View(bytes), GetParam().segment);
        const auto* option = std::get_if<MptcpOption>(&result);
        const bool isFutureVersion = (right[2] >> 4) == 0 && (right[2] & 0x0f) > 1;
        if (option != nullptr && !isFutureVersion)
        {
            EXPECT_EQ(SerializedSize(*option), length);
        }
    }
}

// RFC 8684 3.1, 3.2, 3.3, 3.4.1, 3.6: reserved bits are for the future and ignored by a receiver.
TEST_P(OptionForm, IgnoresReservedBits)
{
    auto bytes = Bytes(GetParam().hex);
    switch (bytes[2] >> 4)
    {
    case 0x0: // D to G; in version 0 C as well
        bytes[3] |= (bytes[2] & 0x0f) == 0 ? uint8_t{0x3e} : uint8_t{0x1e};
        break;
    case 0x1: // all but B; on the ACK all twelve bits
        bytes[2] |= 0x0e;
        if (GetParam().segment.ack && !GetParam().segment.syn)
        {
            bytes[2] |= 0x0f;
            bytes[3] = 0xff;
        }
        break;
    case 0x2:
        bytes[2] |= 0x0f;
        bytes[3] |= 0xe0;
        break;
    case 0x3: // all but E; in version 0 there are none
        if (GetParam().segment.version != MptcpVersion::V0)
        {
            bytes[2] |= 0x0e;
        }
        break;
    case 0x5: // all but B
    case 0x8: // U, V, W
        bytes[2] |= 0x0e;
        break;
    case 0x4:
        bytes[2] |= 0x0f;
        break;
    default: // MP_FAIL, MP_FASTCLOSE
        bytes[2] |= 0x0f;
        bytes[3] = 0xff;
        break;
    }
    EXPECT_EQ(Parse(View(bytes), GetParam().segment), ParseResult(GetParam().option));
}

TEST_P(OptionForm, IsNotMptcpUnderAnotherKind)
{
    auto bytes = Bytes(GetParam().hex);
    bytes[0] = 8;
    EXPECT_EQ(Parse(View(bytes), GetParam().segment), ParseResult(ParseError::WrongKind));
}

INSTANTIATE_TEST_SUITE_P(Rows, OptionForm, testing::ValuesIn(Forms()), [](const auto& row) {
    return row.param.name;
});

struct MalformedRow
{
    std::string name;
    SegmentContext segment;
    std::string hex;
    ParseError error;
};

std::ostream&
operator<<(std::ostream& os, const MalformedRow& row)
{
    return os << row.name;
}

class Malformed : public testing::TestWithParam<MalformedRow>
{
};

TEST_P(Malformed, IsRejectedWithTheReason)
{
    const auto bytes = Bytes(GetParam().hex);
    EXPECT_EQ(Parse(View(bytes), GetParam().segment), ParseResult(GetParam().error));
}

const std::string TWO_KEYS = "a1a2a3a4a5a6a7a8 b1b2b3b4b5b6b7b8";

INSTANTIATE_TEST_SUITE_P(
    Rows,
    Malformed,
    testing::Values(
        MalformedRow{"Nothing", Ack(), "", ParseError::Truncated},
        MalformedRow{"KindAlone", Ack(), "1e", ParseError::Truncated},
        MalformedRow{"NoSubtype", Ack(), "1e 02", ParseError::Truncated},
        MalformedRow{"LengthZero", Ack(), "1e 00 50", ParseError::WrongLength},
        MalformedRow{"LengthTwo", Ack(), "1e 02 50", ParseError::WrongLength},
        // RFC 8684 7.2.
        MalformedRow{"FirstUnassignedSubtype", Ack(), "1e 04 90 00", ParseError::UnknownSubtype},
        MalformedRow{"FirstUnassignedSubtypeOnSyn",
                     Syn(),
                     "1e 04 90 00",
                     ParseError::UnknownSubtype},
        MalformedRow{"PrivateSubtype", Ack(), "1e 04 f0 00", ParseError::UnknownSubtype},
        MalformedRow{"PrivateSubtypeOnSyn", Syn(), "1e 04 f0 00", ParseError::UnknownSubtype},
        // RFC 8684 3.1.
        MalformedRow{"CapableSynWithKey",
                     Syn(),
                     "1e 0c 01 01 a1a2a3a4a5a6a7a8",
                     ParseError::WrongLength},
        MalformedRow{"CapableSynVersion0WithoutKey", Syn(), "1e 04 00 01", ParseError::WrongLength},
        MalformedRow{"CapableWithoutFlags", Syn(), "1e 03 01", ParseError::WrongLength},
        MalformedRow{"CapableSynAckWithoutKey", SynAck(), "1e 04 01 01", ParseError::WrongLength},
        MalformedRow{"CapableAckWithOneKey",
                     Ack(),
                     "1e 0c 01 01 a1a2a3a4a5a6a7a8",
                     ParseError::WrongLength},
        MalformedRow{"CapableAckVersion0WithDataFields",
                     Data(),
                     "1e 16 00 01" + TWO_KEYS + "05b4",
                     ParseError::WrongLength},
        MalformedRow{"CapableDataFieldsWithoutData",
                     Ack(),
                     "1e 16 01 01" + TWO_KEYS + "05b4",
                     ParseError::WrongSegment},
        MalformedRow{"CapableOnSegmentWithoutAck",
                     SegmentContext{},
                     "1e 14 01 01" + TWO_KEYS,
                     ParseError::WrongSegment},
        MalformedRow{"CapableOnRst", Rst(), "1e 14 01 01" + TWO_KEYS, ParseError::WrongSegment},
        // RFC 8684 3.2.
        MalformedRow{"JoinSynOnSynAck",
                     SynAck(),
                     "1e 0c 10 05 01020304 0a0b0c0d",
                     ParseError::WrongLength},
        MalformedRow{"JoinSynAckOnSyn",
                     Syn(),
                     "1e 10 10 09 0102030405060708 0a0b0c0d",
                     ParseError::WrongLength},
        MalformedRow{"JoinSynOnAck",
                     Ack(),
                     "1e 0c 10 05 01020304 0a0b0c0d",
                     ParseError::WrongLength},
        MalformedRow{"JoinOnRst", Rst(), "1e 0c 10 05 01020304 0a0b0c0d", ParseError::WrongSegment},
        // RFC 8684 3.3.
        MalformedRow{"DssOnSyn", Syn(), "1e 0c 20 03 0102030405060708", ParseError::WrongSegment},
        MalformedRow{"DssWithoutFlags", Ack(), "1e 03 20", ParseError::WrongLength},
        MalformedRow{"DssAckShorterThanItsFlags",
                     Ack(),
                     "1e 08 20 03 01020304",
                     ParseError::WrongLength},
        MalformedRow{"DssAckLongerThanItsFlags",
                     Ack(),
                     "1e 0c 20 01 0102030405060708",
                     ParseError::WrongLength},
        MalformedRow{"DssChecksumWithoutMapping",
                     Ack(),
                     "1e 0a 20 01 01020304 4142",
                     ParseError::WrongLength},
        MalformedRow{"DssMappingWithOneByteTooMany",
                     Data(),
                     "1e 0f 20 04 15161718 21222324 3132 41",
                     ParseError::WrongLength},
        // RFC 8684 3.4.1: the HMAC is there exactly when E is 0.
        MalformedRow{"AddAddressWithoutHmac",
                     Ack(),
                     "1e 08 30 02 c0000207",
                     ParseError::WrongLength},
        MalformedRow{"AddAddressEchoWithHmac",
                     Ack(),
                     "1e 10 31 02 c0000207 0102030405060708",
                     ParseError::WrongLength},
        MalformedRow{"AddAddressOnSyn",
                     SynAck(),
                     "1e 10 30 02 c0000207 0102030405060708",
                     ParseError::WrongSegment},
        // RFC 8684 3.4.2: n is at least 1.
        MalformedRow{"RemoveNothing", Ack(), "1e 03 40", ParseError::WrongLength},
        MalformedRow{"RemoveOnSyn", Syn(), "1e 04 40 07", ParseError::WrongSegment},
        MalformedRow{"PriorityTooLong", Ack(), "1e 04 51 01", ParseError::WrongLength},
        // RFC 8684 3.7: MP_FAIL always carries 64 bits.
        MalformedRow{"FailWith32Bits", Ack(), "1e 08 60 00 11121314", ParseError::WrongLength},
        MalformedRow{"FailTooShortForAnything", Ack(), "1e 03 60", ParseError::WrongLength},
        MalformedRow{"FastCloseTooShort", Ack(), "1e 03 70", ParseError::WrongLength},
        // RFC 8684 3.6: MP_TCPRST is carried by a RST.
        MalformedRow{"ResetOnAck", Ack(), "1e 04 80 03", ParseError::WrongSegment},
        MalformedRow{"ResetTooLong", Rst(), "1e 05 80 03 00", ParseError::WrongLength},
        // RFC 6824 3.4.1: IPVer is 4 or 6 and decides the length.
        MalformedRow{"AddAddressV0OfNoFamily",
                     V0(Ack()),
                     "1e 08 30 02 c0000207",
                     ParseError::UnknownFamily},
        MalformedRow{"AddAddressV0OfFamily5",
                     V0(Ack()),
                     "1e 08 35 02 c0000207",
                     ParseError::UnknownFamily},
        MalformedRow{"AddAddressV0Ipv6TooShort",
                     V0(Ack()),
                     "1e 08 36 02 c0000207",
                     ParseError::WrongLength},
        MalformedRow{"AddAddressV0Ipv4TooLong",
                     V0(Ack()),
                     "1e 14 34 03 20010db8000000000000000000000001",
                     ParseError::WrongLength},
        MalformedRow{"AddAddressV0WithHmac",
                     V0(Ack()),
                     "1e 10 34 02 c0000207 0102030405060708",
                     ParseError::WrongLength},
        MalformedRow{"AddAddressV0OnSyn",
                     V0(SynAck()),
                     "1e 08 34 02 c0000207",
                     ParseError::WrongSegment},
        MalformedRow{"AddAddressV0InVersion1",
                     Ack(),
                     "1e 08 34 02 c0000207",
                     ParseError::WrongLength},
        MalformedRow{"PriorityV0TooLong", V0(Ack()), "1e 05 51 01 02", ParseError::WrongLength},
        // RFC 6824 8: subtypes end with MP_FASTCLOSE.
        MalformedRow{"ResetInVersion0", V0(Rst()), "1e 04 80 03", ParseError::UnknownSubtype},
        MalformedRow{"ResetOnAckInVersion0", V0(Ack()), "1e 04 80 03", ParseError::UnknownSubtype}),
    [](const auto& row) { return row.param.name; });

TEST(ParseRemoveAddress, MoreIdsThanAHeaderHoldsAreRejected)
{
    std::vector<uint8_t> bytes(41, 1);
    bytes[0] = 30;
    bytes[1] = 41;
    bytes[2] = 0x40;
    EXPECT_EQ(Parse(View(bytes), Ack()), ParseResult(ParseError::WrongLength));
}

// RFC 8684 3.3: "a" and "m" are ignored without "A" and "M"; so is F, which describes a mapping.
TEST(ParseDss, QualifyingFlagsMeanNothingAlone)
{
    const auto bytes = Bytes("1e 04 20 1a");
    EXPECT_EQ(Parse(View(bytes), Ack()), ParseResult(MptcpOption(Dss{})));
}

// RFC 6824 3.1: C to H name algorithms; only version 1 has made a flag of C.
TEST(ParseCapable, BitCOfVersion0IsNoFlag)
{
    const auto parsed = Parse(View(Bytes("1e 0c 00 21 a1a2a3a4a5a6a7a8")), Syn());
    EXPECT_EQ(parsed, ParseResult(MptcpOption(CapableSyn{Flags(0, false, false), KEY_A})));
}

// RFC 8684 3.1: the answer to a higher version only needs to know that it is higher.
TEST(ParseCapable, ASynOfAFutureVersionMayHaveAnyLength)
{
    const auto bytes = Bytes("1e 08 03 81 01020304");
    EXPECT_EQ(Parse(View(bytes), Syn()),
              ParseResult(MptcpOption(CapableSyn{Flags(3, true, false), std::nullopt})));
}

// Law: whatever parses is emitted at the size it came in, and parses to the same again.
TEST(ParseAnything, WhatParsesSurvivesARoundTrip)
{
    constexpr unsigned SEED = 8684;
    SCOPED_TRACE("seed " + std::to_string(SEED));
    std::mt19937 random(SEED);
    const std::vector<SegmentContext>
        segments{Syn(), SynAck(), Ack(), Data(), Rst(), V0(Ack()), V0(Data()), V0(Rst())};
    unsigned parsed = 0;
    for (unsigned i = 0; i < 200000; ++i)
    {
        std::vector<uint8_t> bytes(3 + random() % 38);
        for (uint8_t& byte : bytes)
        {
            byte = static_cast<uint8_t>(random());
        }
        bytes[0] = 30;
        bytes[1] = static_cast<uint8_t>(bytes.size());
        bytes[2] = static_cast<uint8_t>(random() % 10 * 16 + random() % 7);
        const SegmentContext& segment = segments[random() % segments.size()];
        const ParseResult result = Parse(View(bytes), segment);
        const auto* option = std::get_if<MptcpOption>(&result);
        const bool isFutureVersion = bytes[2] > 0x01 && bytes[2] < 0x10;
        if (option != nullptr && !isFutureVersion)
        {
            ++parsed;
            const auto again = Emitted(*option);
            ASSERT_EQ(again.size(), bytes.size());
            ASSERT_EQ(Parse(View(again), segment), result);
        }
    }
    EXPECT_GT(parsed, 10000u);
}

TEST(ParseErrorNames, AreDistinct)
{
    EXPECT_EQ(ToString(ParseError::Truncated), "truncated");
    EXPECT_NE(ToString(ParseError::WrongKind), ToString(ParseError::WrongLength));
    EXPECT_NE(ToString(ParseError::UnknownSubtype), ToString(ParseError::WrongSegment));
}

} // namespace
} // namespace mptcp
