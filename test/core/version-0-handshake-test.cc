// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Which version two hosts agree on, and the MP_CAPABLE handshake of version 0 (RFC 6824 3.1).
#include "handshake/subflow-handshake.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>

namespace mptcp
{
namespace
{

using State = HandshakeState;
using Cause = HandshakeCause;
using Action = VerdictAction;

constexpr Key KEY_A{0x0123456789abcdef};
constexpr Key KEY_B{0xfedcba9876543210};
constexpr Key KEY_X{0x5555555555555555};

CapableFlags
Version(uint8_t version)
{
    CapableFlags flags;
    flags.version = version;
    return flags;
}

CapableSyn
Offer(uint8_t version)
{
    return {Version(version), version == 0 ? std::optional(KEY_A) : std::nullopt};
}

// ---- which version ----

struct ChoiceRow
{
    std::string name;
    uint8_t offered;
    VersionRange ours;
    std::optional<MptcpVersion> chosen;
};

std::ostream&
operator<<(std::ostream& os, const ChoiceRow& row)
{
    return os << row.name;
}

class VersionChoice : public testing::TestWithParam<ChoiceRow>
{
};

TEST_P(VersionChoice, Is)
{
    EXPECT_EQ(ChooseVersion(Offer(GetParam().offered), GetParam().ours), GetParam().chosen);
}

constexpr VersionRange ONLY_0{MptcpVersion::V0, MptcpVersion::V0};
constexpr VersionRange ONLY_1{MptcpVersion::V1, MptcpVersion::V1};
constexpr VersionRange BOTH{MptcpVersion::V0, MptcpVersion::V1};

// RFC 8684 3.1: equal to or lower than the offered one; a listener of version 0 ignores a SYN
// without a key.
INSTANTIATE_TEST_SUITE_P(Rfc8684Section3_1,
                         VersionChoice,
                         testing::Values(ChoiceRow{"Offered0Both", 0, BOTH, MptcpVersion::V0},
                                         ChoiceRow{"Offered1Both", 1, BOTH, MptcpVersion::V1},
                                         ChoiceRow{"Offered2Both", 2, BOTH, MptcpVersion::V1},
                                         ChoiceRow{"Offered15Both", 15, BOTH, MptcpVersion::V1},
                                         ChoiceRow{"Offered0Only1", 0, ONLY_1, std::nullopt},
                                         ChoiceRow{"Offered1Only1", 1, ONLY_1, MptcpVersion::V1},
                                         ChoiceRow{"Offered2Only1", 2, ONLY_1, MptcpVersion::V1},
                                         ChoiceRow{"Offered0Only0", 0, ONLY_0, MptcpVersion::V0},
                                         ChoiceRow{"Offered1Only0", 1, ONLY_0, std::nullopt},
                                         ChoiceRow{"Offered2Only0", 2, ONLY_0, std::nullopt}),
                         [](const auto& row) { return row.param.name; });

// ---- the handshake of version 0 ----

SegmentFacts
Facts(bool syn, bool ack, uint64_t offset, uint32_t payloadBytes = 0)
{
    SegmentFacts facts;
    facts.syn = syn;
    facts.ack = ack;
    facts.offset = SubflowOffset(offset);
    facts.payloadBytes = payloadBytes;
    return facts;
}

const SegmentFacts SYN = Facts(true, false, 0);
const SegmentFacts SYN_ACK = Facts(true, true, 0);
const SegmentFacts ACK = Facts(false, true, 1);
const SegmentFacts DATA = Facts(false, true, 1, 100);
const SegmentFacts LATER_DATA = Facts(false, true, 101, 100);

OutgoingSegment
Out(bool syn, bool ack, uint32_t payloadBytes = 0)
{
    OutgoingSegment segment;
    segment.syn = syn;
    segment.ack = ack;
    segment.offset = SubflowOffset(1);
    segment.payloadBytes = payloadBytes;
    segment.mappingLengthBytes = static_cast<uint16_t>(payloadBytes);
    return segment;
}

OptionList
List(const MptcpOption& option)
{
    return OptionList(1, option);
}

const OptionList NOTHING{};

CapableConfig
Config(Key key, MptcpVersion version = MptcpVersion::V0)
{
    CapableConfig config;
    config.localKey = key;
    config.version = version;
    return config;
}

SubflowHandshake
Initiator()
{
    return SubflowHandshake::InitiateConnection(Config(KEY_A));
}

SubflowHandshake
Responder()
{
    return SubflowHandshake::AcceptConnection(Config(KEY_B));
}

CapableAck
Keys(Key sender = KEY_A, Key receiver = KEY_B)
{
    return {Version(0), sender, receiver, std::nullopt};
}

// RFC 6824 3.1: A's key; B's key; both keys.
TEST(CapableVersion0, HasKeysInEveryStep)
{
    SubflowHandshake a = Initiator();
    SubflowHandshake b = Responder();
    EXPECT_EQ(a.Version(), MptcpVersion::V0);
    EXPECT_EQ(a.OptionsFor(Out(true, false)), List(Offer(0)));
    EXPECT_EQ(b.OnSegment(SYN, List(Offer(0))).action, Action::Continue);
    EXPECT_EQ(b.RemoteKey(), KEY_A);
    EXPECT_EQ(b.OptionsFor(Out(true, true)), List(CapableSynAck{Version(0), KEY_B}));
    EXPECT_EQ(a.OnSegment(SYN_ACK, List(CapableSynAck{Version(0), KEY_B})).action,
              Action::Continue);
    EXPECT_EQ(a.OptionsFor(Out(false, true)), List(Keys()));
    EXPECT_EQ(b.OnSegment(ACK, List(Keys())).action, Action::Continue);
    EXPECT_EQ(b.State(), State::Established);
    EXPECT_EQ(a.OnSegment(ACK, List(Dss{})).action, Action::Continue);
    EXPECT_EQ(a.State(), State::Established);
}

// RFC 6824 3.6: data and MP_CAPABLE do not go together; the mapping is in a DSS.
TEST(CapableVersion0, DataNeverCarriesKeys)
{
    SubflowHandshake a = Initiator();
    a.OnSegment(SYN_ACK, List(CapableSynAck{Version(0), KEY_B}));
    EXPECT_EQ(a.OptionsFor(Out(false, true)), List(Keys()));
    EXPECT_EQ(a.OptionsFor(Out(false, true, 100)), NOTHING);
}

// RFC 6824 3.1: C to H are for algorithms; this version has no flag that forbids joins.
TEST(CapableVersion0, CannotForbidJoins)
{
    CapableConfig config = Config(KEY_A);
    config.denyJoin = true;
    SubflowHandshake a = SubflowHandshake::InitiateConnection(config);
    EXPECT_EQ(a.OptionsFor(Out(true, false)), List(Offer(0)));
}

struct AnswerRow
{
    std::string name;
    OptionList answer; //!< on the SYN/ACK
    Cause cause;
};

std::ostream&
operator<<(std::ostream& os, const AnswerRow& row)
{
    return os << row.name;
}

class AnswerToVersion0 : public testing::TestWithParam<AnswerRow>
{
};

TEST_P(AnswerToVersion0, FallsBack)
{
    SubflowHandshake a = Initiator();
    const Verdict verdict = a.OnSegment(SYN_ACK, GetParam().answer);
    EXPECT_EQ(verdict.action, Action::FallBack);
    EXPECT_EQ(verdict.cause, GetParam().cause);
    EXPECT_EQ(a.State(), State::FellBack);
}

CapableFlags
With(bool extensible, bool algorithm)
{
    CapableFlags flags = Version(0);
    flags.extensible = extensible;
    flags.hmacSha256 = algorithm;
    return flags;
}

// RFC 6824 3.1
INSTANTIATE_TEST_SUITE_P(Rows,
                         AnswerToVersion0,
                         testing::Values(AnswerRow{"NoOption", NOTHING, Cause::OptionMissing},
                                         AnswerRow{"HigherVersion",
                                                   List(CapableSynAck{Version(1), KEY_B}),
                                                   Cause::VersionUnsupported},
                                         AnswerRow{"Extensible",
                                                   List(CapableSynAck{With(true, true), KEY_B}),
                                                   Cause::ExtensionUnsupported},
                                         AnswerRow{"NoAlgorithm",
                                                   List(CapableSynAck{With(false, false), KEY_B}),
                                                   Cause::AlgorithmUnsupported}),
                         [](const auto& row) { return row.param.name; });

struct ThirdRow
{
    std::string name;
    SegmentFacts segment;
    OptionList options;
    Action action;
    State state;
    Cause cause{Cause::None};
};

std::ostream&
operator<<(std::ostream& os, const ThirdRow& row)
{
    return os << row.name;
}

class ThirdPacketOfVersion0 : public testing::TestWithParam<ThirdRow>
{
};

TEST_P(ThirdPacketOfVersion0, LeadsTo)
{
    SubflowHandshake b = Responder();
    b.OnSegment(SYN, List(Offer(0)));
    const Verdict verdict = b.OnSegment(GetParam().segment, GetParam().options);
    EXPECT_EQ(verdict.action, GetParam().action);
    EXPECT_EQ(verdict.cause, GetParam().cause);
    EXPECT_EQ(b.State(), GetParam().state);
}

CapableAck
KeysOfVersion1()
{
    CapableAck keys = Keys();
    keys.flags = Version(1);
    return keys;
}

// RFC 6824 3.1
INSTANTIATE_TEST_SUITE_P(
    Rows,
    ThirdPacketOfVersion0,
    testing::Values(
        ThirdRow{"BothKeys", ACK, List(Keys()), Action::Continue, State::Established},
        ThirdRow{"AnotherKeyThanInTheSyn",
                 ACK,
                 List(Keys(KEY_X)),
                 Action::FallBack,
                 State::FellBack,
                 Cause::KeyMismatch},
        ThirdRow{"WrongEchoOfOurKey",
                 ACK,
                 List(Keys(KEY_A, KEY_X)),
                 Action::FallBack,
                 State::FellBack,
                 Cause::KeyMismatch},
        ThirdRow{"AnotherVersion",
                 ACK,
                 List(KeysOfVersion1()),
                 Action::FallBack,
                 State::FellBack,
                 Cause::VersionUnsupported},
        ThirdRow{"NoOption", ACK, NOTHING, Action::FallBack, State::FellBack, Cause::OptionMissing},
        ThirdRow{"DataWithoutOption",
                 DATA,
                 NOTHING,
                 Action::FallBack,
                 State::FellBack,
                 Cause::OptionMissing},
        // The third packet was lost; data with a DSS shows that the peer has both keys.
        ThirdRow{"MappedDataInstead", DATA, List(Dss{}), Action::Continue, State::Established},
        ThirdRow{"LaterMappedDataInstead",
                 LATER_DATA,
                 List(Dss{}),
                 Action::Continue,
                 State::Established},
        ThirdRow{"LaterDataWithoutOptionWaits",
                 LATER_DATA,
                 NOTHING,
                 Action::Drop,
                 State::CapableSynReceived,
                 Cause::OutOfOrder}),
    [](const auto& row) { return row.param.name; });

// A host that speaks version 0 alone ignores the offer of any other (RFC 8684 3.1).
TEST(CapableVersion0, ListenerIgnoresAnOfferWithoutAKey)
{
    SubflowHandshake b = Responder();
    EXPECT_EQ(b.OnSegment(SYN, List(Offer(1))).cause, Cause::VersionUnsupported);
    EXPECT_EQ(b.State(), State::FellBack);
}

// ---- SYNs that nobody answers ----

// RFC 8684 3.1: the sender eventually leaves MP_CAPABLE out; the third packet tells the peer.
TEST(StopOffering, LeavesTheOptionOutForGood)
{
    SubflowHandshake a = SubflowHandshake::InitiateConnection(Config(KEY_A, MptcpVersion::V1));
    EXPECT_EQ(a.OptionsFor(Out(true, false)), List(Offer(1)));
    const Verdict verdict = a.StopOffering();
    EXPECT_EQ(verdict.action, Action::FallBack);
    EXPECT_EQ(verdict.cause, Cause::SynUnanswered);
    EXPECT_EQ(a.OptionsFor(Out(true, false)), NOTHING);
    a.OnSegment(SYN_ACK, List(CapableSynAck{Version(1), KEY_B}));
    EXPECT_EQ(a.State(), State::FellBack);
    EXPECT_EQ(a.OptionsFor(Out(false, true)), NOTHING);
    EXPECT_EQ(a.LastVerdict().cause, Cause::SynUnanswered);
}

TEST(StopOffering, ComesTooLateAfterTheAnswer)
{
    SubflowHandshake a = SubflowHandshake::InitiateConnection(Config(KEY_A, MptcpVersion::V1));
    a.OnSegment(SYN_ACK, List(CapableSynAck{Version(1), KEY_B}));
    EXPECT_EQ(a.StopOffering().action, Action::Continue);
    EXPECT_EQ(a.State(), State::CapableUnconfirmed);
}

} // namespace
} // namespace mptcp
