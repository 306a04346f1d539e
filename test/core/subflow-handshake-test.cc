// SPDX-License-Identifier: GPL-2.0-only
#include "handshake/subflow-handshake.h"

#include <functional>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace mptcp
{

std::ostream&
operator<<(std::ostream& os, HandshakeState state)
{
    return os << ToString(state);
}

std::ostream&
operator<<(std::ostream& os, HandshakeCause cause)
{
    return os << ToString(cause);
}

namespace
{

using State = HandshakeState;
using Cause = HandshakeCause;
using Action = VerdictAction;

// Host A initiates, host B responds. The codes come from Python's hashlib and hmac, see
// key-material-test.cc.
constexpr Key KEY_A{0x0123456789abcdef};
constexpr Key KEY_B{0xfedcba9876543210};
constexpr Key KEY_X{0x5555555555555555};
constexpr Token TOKEN_B = 0x18f9781b;
constexpr uint64_t INITIAL_A = 0x570762cd38be9818;
constexpr Nonce NONCE_A = 0x11223344;
constexpr Nonce NONCE_B = 0xaabbccdd;
constexpr uint64_t HMAC_B = 0x3bae5abc810a33c2;
constexpr JoinHmac HMAC_A{0xf6, 0x17, 0x53, 0xd6, 0xb8, 0xac, 0x22, 0x77, 0x64, 0xb9,
                          0xd1, 0xb1, 0x7a, 0x6f, 0x5c, 0xee, 0xec, 0x9d, 0x1a, 0x8a};
constexpr uint64_t HMAC_B_VERSION_0 = 0x327e3a27097c3dc0;
constexpr JoinHmac HMAC_A_VERSION_0{0x73, 0xf3, 0x72, 0xc7, 0xfb, 0x45, 0xd8, 0x0f, 0x5a, 0xc7,
                                    0xad, 0xb9, 0x1b, 0xac, 0xa5, 0xc8, 0x7b, 0x0c, 0x78, 0x3d};

/// A segment from the peer, built like a sentence: Ack().Offset(5).With(...).
struct Segment
{
    SegmentFacts facts;
    OptionList options{};

    [[nodiscard]] Segment With(const MptcpOption& option) const
    {
        Segment changed = *this;
        changed.options.push_back(option);
        return changed;
    }

    [[nodiscard]] Segment Offset(uint64_t offset) const
    {
        Segment changed = *this;
        changed.facts.offset = SubflowOffset(offset);
        return changed;
    }

    [[nodiscard]] Segment AcksPayload() const
    {
        Segment changed = *this;
        changed.facts.acksPayload = true;
        return changed;
    }
};

Segment
Syn()
{
    Segment segment;
    segment.facts.syn = true;
    return segment;
}

Segment
SynAck()
{
    Segment segment = Syn();
    segment.facts.ack = true;
    return segment;
}

Segment
Ack()
{
    Segment segment;
    segment.facts.ack = true;
    return segment.Offset(1);
}

Segment
Data()
{
    Segment segment = Ack();
    segment.facts.payloadBytes = 100;
    return segment;
}

Segment
Rst()
{
    Segment segment = Ack();
    segment.facts.rst = true;
    return segment;
}

Segment
NoFlags()
{
    return Segment{}.Offset(1);
}

CapableFlags
Flags(bool checksum = false)
{
    CapableFlags flags;
    flags.checksumRequired = checksum;
    return flags;
}

CapableFlags
Version(uint8_t version)
{
    CapableFlags flags;
    flags.version = version;
    return flags;
}

CapableFlags
WithoutAlgorithm()
{
    CapableFlags flags;
    flags.hmacSha256 = false;
    return flags;
}

CapableFlags
Extensible()
{
    CapableFlags flags;
    flags.extensible = true;
    return flags;
}

CapableFlags
DenyJoin()
{
    CapableFlags flags;
    flags.denyJoin = true;
    return flags;
}

CapableSyn
SynOption(const CapableFlags& flags = Flags())
{
    return CapableSyn{flags, std::nullopt};
}

CapableSynAck
SynAckOption(const CapableFlags& flags = Flags(), Key key = KEY_B)
{
    return CapableSynAck{flags, key};
}

CapableAck
Keys(const CapableFlags& flags = Flags(), Key receiver = KEY_B)
{
    return CapableAck{flags, KEY_A, receiver, std::nullopt};
}

CapableAck
KeysAndData(const CapableFlags& flags, std::optional<uint16_t> checksum)
{
    CapableAck ack = Keys(flags);
    ack.data = FirstData{100, checksum};
    return ack;
}

Dss
DataAckOption()
{
    return Dss{DataAck{INITIAL_A + 1, true}, std::nullopt};
}

constexpr JoinSyn JOIN_SYN{false, 2, TOKEN_B, NONCE_A};
constexpr JoinSynAck JOIN_SYN_ACK{false, 3, HMAC_B, NONCE_B};
constexpr JoinAck JOIN_ACK{HMAC_A};

JoinSynAck
WrongSynAck()
{
    JoinSynAck join = JOIN_SYN_ACK;
    join.hmac ^= 1;
    return join;
}

JoinAck
WrongAck()
{
    JoinAck join = JOIN_ACK;
    join.hmac.back() ^= 1;
    return join;
}

CapableConfig
HostA(ChecksumPolicy checksum = ChecksumPolicy::Allow)
{
    return {KEY_A, checksum, false};
}

CapableConfig
HostB(ChecksumPolicy checksum = ChecksumPolicy::Allow)
{
    return {KEY_B, checksum, false};
}

JoinConfig
JoinA()
{
    return {KEY_A, KEY_B, NONCE_A, 2, false, MptcpVersion::V1};
}

JoinConfig
JoinB()
{
    return {KEY_B, KEY_A, NONCE_B, 3, false, MptcpVersion::V1};
}

// Starting points of the tables.

SubflowHandshake
Initiator()
{
    return SubflowHandshake::InitiateConnection(HostA());
}

SubflowHandshake
InitiatorRefusingChecksums()
{
    return SubflowHandshake::InitiateConnection(HostA(ChecksumPolicy::Refuse));
}

SubflowHandshake
Responder()
{
    return SubflowHandshake::AcceptConnection(HostB());
}

SubflowHandshake
ResponderRefusingChecksums()
{
    return SubflowHandshake::AcceptConnection(HostB(ChecksumPolicy::Refuse));
}

SubflowHandshake
ResponderRequiringChecksums()
{
    return SubflowHandshake::AcceptConnection(HostB(ChecksumPolicy::Require));
}

SubflowHandshake
Joiner()
{
    return SubflowHandshake::InitiateJoin(JoinA());
}

SubflowHandshake
Joined()
{
    return SubflowHandshake::AcceptJoin(JoinB());
}

/// One segment and what it must lead to.
struct Step
{
    Segment segment;
    Action action;
    State state;
    Cause cause{Cause::None};
    bool mustAckNow{false};
};

struct DialogueRow
{
    std::string name;
    std::function<SubflowHandshake()> start;
    std::vector<Step> steps;
};

std::ostream&
operator<<(std::ostream& os, const DialogueRow& row)
{
    return os << row.name;
}

class Dialogue : public testing::TestWithParam<DialogueRow>
{
};

TEST_P(Dialogue, LeadsTo)
{
    SubflowHandshake handshake = GetParam().start();
    std::size_t number = 0;
    for (const Step& step : GetParam().steps)
    {
        SCOPED_TRACE("segment " + std::to_string(++number));
        const Verdict verdict = handshake.OnSegment(step.segment.facts, step.segment.options);
        EXPECT_EQ(verdict.action, step.action);
        EXPECT_EQ(verdict.cause, step.cause);
        EXPECT_EQ(verdict.mustAckNow, step.mustAckNow);
        EXPECT_EQ(handshake.State(), step.state);
        EXPECT_EQ(verdict.resetReason,
                  step.action == Action::Reset ? ResetReason::MptcpSpecific
                                               : ResetReason::Unspecified);
    }
}

const auto ROW_NAME = [](const auto& row) { return row.param.name; };

// RFC 8684 3.1, RFC 8684 3.7
INSTANTIATE_TEST_SUITE_P(
    CapableInitiator,
    Dialogue,
    testing::Values(
        DialogueRow{"ConfirmedByTheFirstDataAck",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {Ack().With(DataAckOption()), Action::Continue, State::Established}}},
        DialogueRow{"ConfirmedByMappedDataFromThePeer",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {Data().With(Dss{}), Action::Continue, State::Established}}},
        DialogueRow{"ConfirmedByMappedDataOutOfOrder",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {Data().Offset(1461).With(Dss{}), Action::Continue, State::Established}}},
        DialogueRow{"SynAckWithoutOptionFallsBack",
                    Initiator,
                    {{SynAck(), Action::FallBack, State::FellBack, Cause::OptionMissing}}},
        DialogueRow{"SynAckWithLowerVersionFallsBack",
                    Initiator,
                    {{SynAck().With(SynAckOption(Version(0))),
                      Action::FallBack,
                      State::FellBack,
                      Cause::VersionUnsupported}}},
        DialogueRow{"SynAckWithHigherVersionFallsBack",
                    Initiator,
                    {{SynAck().With(SynAckOption(Version(2))),
                      Action::FallBack,
                      State::FellBack,
                      Cause::VersionUnsupported}}},
        DialogueRow{"SynAckWithoutAlgorithmFallsBack",
                    Initiator,
                    {{SynAck().With(SynAckOption(WithoutAlgorithm())),
                      Action::FallBack,
                      State::FellBack,
                      Cause::AlgorithmUnsupported}}},
        DialogueRow{"SynAckWithExtensibilityFallsBack",
                    Initiator,
                    {{SynAck().With(SynAckOption(Extensible())),
                      Action::FallBack,
                      State::FellBack,
                      Cause::ExtensionUnsupported}}},
        DialogueRow{"UnwantedChecksumsFallBack",
                    InitiatorRefusingChecksums,
                    {{SynAck().With(SynAckOption(Flags(true))),
                      Action::FallBack,
                      State::FellBack,
                      Cause::ChecksumRefused}}},
        DialogueRow{"SimultaneousOpenFallsBack",
                    Initiator,
                    {{Syn().With(SynOption()),
                      Action::FallBack,
                      State::FellBack,
                      Cause::SimultaneousOpen}}},
        DialogueRow{"RefusedConnectionIsForTcp",
                    Initiator,
                    {{Rst(), Action::Continue, State::CapableSynSent}}},
        DialogueRow{"StrayAckIsForTcp",
                    Initiator,
                    {{Ack(), Action::Continue, State::CapableSynSent}}},
        // The third ACK was lost.
        DialogueRow{"RetransmittedSynAckChangesNothing",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {Ack().With(DataAckOption()), Action::Continue, State::Established}}},
        DialogueRow{"RetransmittedSynAckWithoutOptionChangesNothing",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {SynAck(), Action::Continue, State::CapableUnconfirmed}}},
        DialogueRow{"RetransmittedSynAckWithAnotherKeyFallsBack",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {SynAck().With(SynAckOption(Flags(), KEY_X)),
                      Action::FallBack,
                      State::FellBack,
                      Cause::KeyMismatch}}},
        DialogueRow{"AckOfDataWithoutDssFallsBack",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {Ack().AcksPayload(), Action::FallBack, State::FellBack, Cause::DssMissing}}},
        DialogueRow{
            "AckOfDataWithDssConfirms",
            Initiator,
            {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
             {Ack().AcksPayload().With(DataAckOption()), Action::Continue, State::Established}}},
        DialogueRow{"PlainAckOfTheSynProvesNothing",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {Ack(), Action::Continue, State::CapableUnconfirmed}}},
        DialogueRow{"FirstDataWithoutDssFallsBack",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {Data(), Action::FallBack, State::FellBack, Cause::DssMissing}}},
        DialogueRow{"LaterDataWithoutDssProvesNothing",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {Data().Offset(1461), Action::Continue, State::CapableUnconfirmed},
                     {Data().With(Dss{}), Action::Continue, State::Established}}},
        DialogueRow{"AddressSignalAloneOnAnAckOfDataProvesNothing",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {Ack().AcksPayload().With(AddAddress{}),
                      Action::Continue,
                      State::CapableUnconfirmed}}},
        DialogueRow{"RstWhileUnconfirmedIsForTcp",
                    Initiator,
                    {{SynAck().With(SynAckOption()), Action::Continue, State::CapableUnconfirmed},
                     {Rst().AcksPayload(), Action::Continue, State::CapableUnconfirmed}}},
        DialogueRow{"FallenBackItStaysSo",
                    Initiator,
                    {{SynAck(), Action::FallBack, State::FellBack, Cause::OptionMissing},
                     {SynAck().With(SynAckOption()), Action::Continue, State::FellBack},
                     {Data().With(Dss{}), Action::Continue, State::FellBack}}}),
    ROW_NAME);

// RFC 8684 3.1, RFC 8684 3.7
INSTANTIATE_TEST_SUITE_P(
    CapableResponder,
    Dialogue,
    testing::Values(
        DialogueRow{"EstablishedByTheThirdAck",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Ack().With(Keys()), Action::Continue, State::Established}}},
        // The third ACK was lost; the first data carries the keys as well.
        DialogueRow{"EstablishedByTheFirstData",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Data().With(KeysAndData(Flags(), std::nullopt)),
                      Action::Continue,
                      State::Established}}},
        DialogueRow{"DataBeforeTheKeysIsDroppedUntilTheyCome",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Data().Offset(101).With(Dss{}),
                      Action::Drop,
                      State::CapableSynReceived,
                      Cause::OutOfOrder},
                     {Data().With(KeysAndData(Flags(), std::nullopt)),
                      Action::Continue,
                      State::Established}}},
        // RFC 8684 3.1: segmentation offload may copy the option to several segments.
        DialogueRow{"KeysCountOutOfOrderToo",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Data().Offset(101).With(KeysAndData(Flags(), std::nullopt)),
                      Action::Continue,
                      State::Established}}},
        DialogueRow{
            "SegmentBeforeTheFirstOffsetIsDropped",
            Responder,
            {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
             {Ack().Offset(0), Action::Drop, State::CapableSynReceived, Cause::OutOfOrder}}},
        DialogueRow{"ThirdAckWithoutOptionFallsBack",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Ack(), Action::FallBack, State::FellBack, Cause::OptionMissing}}},
        DialogueRow{"FirstDataWithoutOptionFallsBack",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Data(), Action::FallBack, State::FellBack, Cause::OptionMissing}}},
        DialogueRow{
            "DssIsNoSubstituteForTheKeys",
            Responder,
            {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
             {Data().With(Dss{}), Action::FallBack, State::FellBack, Cause::OptionMissing}}},
        DialogueRow{"SynWithoutOptionFallsBack",
                    Responder,
                    {{Syn(), Action::FallBack, State::FellBack, Cause::OptionMissing}}},
        // RFC 8684 3.1: the answer has the offered version or a lower one.
        DialogueRow{
            "HigherVersionIsAnsweredWithOurs",
            Responder,
            {{Syn().With(SynOption(Version(2))), Action::Continue, State::CapableSynReceived},
             {Ack().With(Keys()), Action::Continue, State::Established}}},
        DialogueRow{"LowerVersionFallsBack",
                    Responder,
                    {{Syn().With(CapableSyn{Version(0), KEY_A}),
                      Action::FallBack,
                      State::FellBack,
                      Cause::VersionUnsupported}}},
        DialogueRow{"SynWithoutAlgorithmFallsBack",
                    Responder,
                    {{Syn().With(SynOption(WithoutAlgorithm())),
                      Action::FallBack,
                      State::FellBack,
                      Cause::AlgorithmUnsupported}}},
        DialogueRow{"SynWithExtensibilityFallsBack",
                    Responder,
                    {{Syn().With(SynOption(Extensible())),
                      Action::FallBack,
                      State::FellBack,
                      Cause::ExtensionUnsupported}}},
        DialogueRow{"UnwantedChecksumsFallBack",
                    ResponderRefusingChecksums,
                    {{Syn().With(SynOption(Flags(true))),
                      Action::FallBack,
                      State::FellBack,
                      Cause::ChecksumRefused}}},
        // The SYN/ACK was lost.
        DialogueRow{"RetransmittedSynChangesNothing",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Ack().With(Keys()), Action::Continue, State::Established}}},
        // RFC 8684 3.1: the third packet decides, SYNs may be reordered.
        DialogueRow{"RetransmittedSynWithoutOptionDecidesNothing",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Syn(), Action::Continue, State::CapableSynReceived},
                     {Ack().With(Keys()), Action::Continue, State::Established}}},
        DialogueRow{"WrongEchoOfOurKeyFallsBack",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Ack().With(Keys(Flags(), KEY_X)),
                      Action::FallBack,
                      State::FellBack,
                      Cause::KeyMismatch}}},
        DialogueRow{
            "WrongVersionInTheThirdAckFallsBack",
            Responder,
            {{Syn().With(SynOption(Version(2))), Action::Continue, State::CapableSynReceived},
             {Ack().With(Keys(Version(2))),
              Action::FallBack,
              State::FellBack,
              Cause::VersionUnsupported}}},
        // RFC 8684 3.1: the decision is confirmed by flag A of the third packet.
        DialogueRow{
            "ChecksumsNotConfirmedFallBack",
            ResponderRequiringChecksums,
            {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
             {Ack().With(Keys()), Action::FallBack, State::FellBack, Cause::ChecksumMismatch}}},
        DialogueRow{"ChecksumsConfirmed",
                    ResponderRequiringChecksums,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Ack().With(Keys(Flags(true))), Action::Continue, State::Established}}},
        DialogueRow{"ChecksumsNobodyAskedForFallBack",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Ack().With(Keys(Flags(true))),
                      Action::FallBack,
                      State::FellBack,
                      Cause::ChecksumMismatch}}},
        // RFC 8684 3.3: a mapping must have a checksum exactly if that was negotiated.
        DialogueRow{"FirstDataWithUnexpectedChecksumResets",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Data().With(KeysAndData(Flags(), 0xabcd)),
                      Action::Reset,
                      State::Reset,
                      Cause::ChecksumMismatch},
                     {Ack().With(Keys()), Action::Drop, State::Reset, Cause::AlreadyReset}}},
        DialogueRow{
            "FirstDataWithoutExpectedChecksumResets",
            Responder,
            {{Syn().With(SynOption(Flags(true))), Action::Continue, State::CapableSynReceived},
             {Data().With(KeysAndData(Flags(true), std::nullopt)),
              Action::Reset,
              State::Reset,
              Cause::ChecksumMismatch}}},
        DialogueRow{
            "FirstDataWithExpectedChecksum",
            Responder,
            {{Syn().With(SynOption(Flags(true))), Action::Continue, State::CapableSynReceived},
             {Data().With(KeysAndData(Flags(true), 0xabcd)),
              Action::Continue,
              State::Established}}},
        DialogueRow{"RstAndSegmentsWithoutAckAreForTcp",
                    Responder,
                    {{Ack(), Action::Continue, State::CapableListen},
                     {SynAck().With(SynAckOption()), Action::Continue, State::CapableListen},
                     {Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Rst(), Action::Continue, State::CapableSynReceived},
                     {NoFlags(), Action::Continue, State::CapableSynReceived},
                     {Ack().With(Keys()), Action::Continue, State::Established}}},
        DialogueRow{"KeysAgainAfterTheHandshakeChangeNothing",
                    Responder,
                    {{Syn().With(SynOption()), Action::Continue, State::CapableSynReceived},
                     {Ack().With(Keys()), Action::Continue, State::Established},
                     {Data().With(KeysAndData(Flags(), std::nullopt)),
                      Action::Continue,
                      State::Established}}}),
    ROW_NAME);

// RFC 8684 3.2
INSTANTIATE_TEST_SUITE_P(
    JoinInitiator,
    Dialogue,
    testing::Values(
        DialogueRow{"EstablishedByTheFourthPacket",
                    Joiner,
                    {{SynAck().With(JOIN_SYN_ACK), Action::Continue, State::JoinPreEstablished},
                     {Ack(), Action::Continue, State::Established}}},
        // The fourth packet was lost or overtaken; data is an ACK too.
        DialogueRow{"EstablishedByDataInsteadOfTheFourthPacket",
                    Joiner,
                    {{SynAck().With(JOIN_SYN_ACK), Action::Continue, State::JoinPreEstablished},
                     {Data().Offset(101).With(Dss{}), Action::Continue, State::Established}}},
        DialogueRow{
            "SynAckWithoutOptionResets",
            Joiner,
            {{SynAck(), Action::Reset, State::Reset, Cause::OptionMissing},
             {SynAck().With(JOIN_SYN_ACK), Action::Drop, State::Reset, Cause::AlreadyReset}}},
        DialogueRow{
            "SynAckOfANewConnectionResets",
            Joiner,
            {{SynAck().With(SynAckOption()), Action::Reset, State::Reset, Cause::OptionMissing}}},
        DialogueRow{
            "WrongHmacResets",
            Joiner,
            {{SynAck().With(WrongSynAck()), Action::Reset, State::Reset, Cause::HmacMismatch}}},
        DialogueRow{"HmacForAnotherNonceResets",
                    Joiner,
                    {{SynAck().With(JoinSynAck{false, 3, HMAC_B, NONCE_B + 1}),
                      Action::Reset,
                      State::Reset,
                      Cause::HmacMismatch}}},
        DialogueRow{"SimultaneousOpenResets",
                    Joiner,
                    {{Syn().With(JOIN_SYN), Action::Reset, State::Reset, Cause::SimultaneousOpen}}},
        DialogueRow{"RefusedJoinIsForTcp", Joiner, {{Rst(), Action::Continue, State::JoinSynSent}}},
        DialogueRow{"StrayAckIsForTcp", Joiner, {{Ack(), Action::Continue, State::JoinSynSent}}},
        // The third packet was lost.
        DialogueRow{"RetransmittedSynAckChangesNothing",
                    Joiner,
                    {{SynAck().With(JOIN_SYN_ACK), Action::Continue, State::JoinPreEstablished},
                     {SynAck().With(JOIN_SYN_ACK), Action::Continue, State::JoinPreEstablished},
                     {Ack(), Action::Continue, State::Established}}},
        DialogueRow{"RetransmittedSynAckWithoutOptionResets",
                    Joiner,
                    {{SynAck().With(JOIN_SYN_ACK), Action::Continue, State::JoinPreEstablished},
                     {SynAck(), Action::Reset, State::Reset, Cause::OptionMissing}}},
        DialogueRow{
            "RetransmittedSynAckThatDiffersResets",
            Joiner,
            {{SynAck().With(JOIN_SYN_ACK), Action::Continue, State::JoinPreEstablished},
             {SynAck().With(WrongSynAck()), Action::Reset, State::Reset, Cause::SynMismatch}}},
        DialogueRow{"RstInPreEstablishedIsForTcp",
                    Joiner,
                    {{SynAck().With(JOIN_SYN_ACK), Action::Continue, State::JoinPreEstablished},
                     {Rst(), Action::Continue, State::JoinPreEstablished},
                     {NoFlags(), Action::Continue, State::JoinPreEstablished}}}),
    ROW_NAME);

// RFC 8684 3.2
INSTANTIATE_TEST_SUITE_P(
    JoinResponder,
    Dialogue,
    testing::Values(
        DialogueRow{
            "TheThirdPacketIsAcknowledgedAtOnce",
            Joined,
            {{Syn().With(JOIN_SYN), Action::Continue, State::JoinSynReceived},
             {Ack().With(JOIN_ACK), Action::Continue, State::JoinAuthenticated, Cause::None, true},
             {Data().With(Dss{}), Action::Continue, State::Established}}},
        // The fourth packet was lost.
        DialogueRow{
            "TheThirdPacketIsAcknowledgedEachTime",
            Joined,
            {{Syn().With(JOIN_SYN), Action::Continue, State::JoinSynReceived},
             {Ack().With(JOIN_ACK), Action::Continue, State::JoinAuthenticated, Cause::None, true},
             {Ack().With(JOIN_ACK), Action::Continue, State::JoinAuthenticated, Cause::None, true},
             {Ack().With(DataAckOption()), Action::Continue, State::Established}}},
        DialogueRow{"SynWithoutOptionResets",
                    Joined,
                    {{Syn(), Action::Reset, State::Reset, Cause::OptionMissing}}},
        DialogueRow{"WrongHmacResets",
                    Joined,
                    {{Syn().With(JOIN_SYN), Action::Continue, State::JoinSynReceived},
                     {Ack().With(WrongAck()), Action::Reset, State::Reset, Cause::HmacMismatch}}},
        DialogueRow{"ThirdPacketWithoutOptionResets",
                    Joined,
                    {{Syn().With(JOIN_SYN), Action::Continue, State::JoinSynReceived},
                     {Ack(), Action::Reset, State::Reset, Cause::OptionMissing}}},
        DialogueRow{"DataInsteadOfTheThirdPacketResets",
                    Joined,
                    {{Syn().With(JOIN_SYN), Action::Continue, State::JoinSynReceived},
                     {Data().With(Dss{}), Action::Reset, State::Reset, Cause::OptionMissing}}},
        DialogueRow{"SegmentsThatCannotBeTheThirdPacketAreDropped",
                    Joined,
                    {{Syn().With(JOIN_SYN), Action::Continue, State::JoinSynReceived},
                     {Data().Offset(101).With(Dss{}),
                      Action::Drop,
                      State::JoinSynReceived,
                      Cause::OutOfOrder},
                     {Ack().With(JOIN_ACK),
                      Action::Continue,
                      State::JoinAuthenticated,
                      Cause::None,
                      true}}},
        // The SYN/ACK was lost.
        DialogueRow{"RetransmittedSynChangesNothing",
                    Joined,
                    {{Syn().With(JOIN_SYN), Action::Continue, State::JoinSynReceived},
                     {Syn().With(JOIN_SYN), Action::Continue, State::JoinSynReceived},
                     {Ack().With(JOIN_ACK),
                      Action::Continue,
                      State::JoinAuthenticated,
                      Cause::None,
                      true}}},
        DialogueRow{"SynThatIsNoRetransmissionIsDropped",
                    Joined,
                    {{Syn().With(JOIN_SYN), Action::Continue, State::JoinSynReceived},
                     {Syn().With(JoinSyn{false, 2, TOKEN_B, NONCE_A + 1}),
                      Action::Drop,
                      State::JoinSynReceived,
                      Cause::SynMismatch},
                     {Syn(), Action::Drop, State::JoinSynReceived, Cause::SynMismatch}}},
        // A late copy of the SYN, after the third packet.
        DialogueRow{
            "OldSynAfterTheThirdPacketChangesNothing",
            Joined,
            {{Syn().With(JOIN_SYN), Action::Continue, State::JoinSynReceived},
             {Ack().With(JOIN_ACK), Action::Continue, State::JoinAuthenticated, Cause::None, true},
             {Syn().With(JOIN_SYN), Action::Continue, State::JoinAuthenticated}}},
        DialogueRow{"RstAndStraySegmentsAreForTcp",
                    Joined,
                    {{Ack(), Action::Continue, State::JoinListen},
                     {Syn().With(JOIN_SYN), Action::Continue, State::JoinSynReceived},
                     {Rst(), Action::Continue, State::JoinSynReceived}}}),
    ROW_NAME);

OutgoingSegment
OutSyn()
{
    OutgoingSegment segment;
    segment.syn = true;
    return segment;
}

OutgoingSegment
OutSynAck()
{
    OutgoingSegment segment = OutSyn();
    segment.ack = true;
    return segment;
}

OutgoingSegment
OutAck(uint64_t offset = 1)
{
    OutgoingSegment segment;
    segment.ack = true;
    segment.offset = SubflowOffset(offset);
    return segment;
}

OutgoingSegment
OutData(uint64_t offset)
{
    OutgoingSegment segment = OutAck(offset);
    segment.payloadBytes = 60;
    segment.mappingLengthBytes = 100;
    segment.mappingChecksum = 0xabcd;
    return segment;
}

OutgoingSegment
OutRst()
{
    OutgoingSegment segment = OutAck();
    segment.rst = true;
    return segment;
}

OutgoingSegment
OutDataFin()
{
    OutgoingSegment segment = OutAck();
    segment.carriesDataFin = true;
    return segment;
}

OptionList
List(const MptcpOption& option)
{
    return OptionList(1, option);
}

Verdict
Show(SubflowHandshake& handshake, const Segment& segment)
{
    return handshake.OnSegment(segment.facts, segment.options);
}

const OptionList NOTHING{};

// RFC 8684 3.1
TEST(CapableInitiatorSends, MpCapableOnEverySyn)
{
    SubflowHandshake a = Initiator();
    EXPECT_EQ(a.OptionsFor(OutSyn()), List(SynOption()));
    EXPECT_EQ(a.OptionsFor(OutSyn()), List(SynOption()));
    EXPECT_EQ(a.OptionsFor(OutRst()), NOTHING);
}

// RFC 8684 3.1: both keys, until the peer's DSS shows that it has them.
TEST(CapableInitiatorSends, BothKeysOnEmptySegmentsUntilConfirmed)
{
    SubflowHandshake a = Initiator();
    Show(a, SynAck().With(SynAckOption()));
    EXPECT_EQ(a.OptionsFor(OutAck()), List(Keys()));
    EXPECT_EQ(a.OptionsFor(OutAck()), List(Keys()));
    EXPECT_EQ(a.OptionsFor(OutAck(101)), List(Keys()));
    EXPECT_EQ(a.OptionsFor(OutRst()), NOTHING);
    Show(a, Ack().With(DataAckOption()));
    EXPECT_EQ(a.OptionsFor(OutAck()), NOTHING);
    EXPECT_EQ(a.OptionsFor(OutData(1)), NOTHING);
}

// RFC 8684 3.1: on the first data MP_CAPABLE stands in for the DSS.
TEST(CapableInitiatorSends, TheMappingOfTheFirstDataInMpCapable)
{
    SubflowHandshake a = Initiator();
    Show(a, SynAck().With(SynAckOption()));
    EXPECT_EQ(a.OptionsFor(OutData(1)), List(KeysAndData(Flags(), std::nullopt)));
    EXPECT_EQ(a.OptionsFor(OutData(1)), List(KeysAndData(Flags(), std::nullopt)));
    EXPECT_EQ(a.OptionsFor(OutData(61)), NOTHING);
}

// RFC 8684 3.1: the checksum, if negotiated.
TEST(CapableInitiatorSends, TheChecksumOfTheFirstData)
{
    SubflowHandshake a = Initiator();
    Show(a, SynAck().With(SynAckOption(Flags(true))));
    EXPECT_EQ(a.OptionsFor(OutAck()), List(Keys(Flags(true))));
    EXPECT_EQ(a.OptionsFor(OutData(1)), List(KeysAndData(Flags(true), 0xabcd)));
}

TEST(CapableInitiatorSends, TheKeysAtLeastOnceBeforeADataFin)
{
    SubflowHandshake a = Initiator();
    Show(a, SynAck().With(SynAckOption()));
    EXPECT_EQ(a.OptionsFor(OutDataFin()), List(Keys()));
    EXPECT_EQ(a.OptionsFor(OutDataFin()), NOTHING);
    EXPECT_EQ(a.OptionsFor(OutAck()), List(Keys()));
}

// RFC 8684 3.7: after falling back no options are sent.
TEST(CapableInitiatorSends, NothingAfterFallingBack)
{
    SubflowHandshake a = Initiator();
    Show(a, SynAck());
    EXPECT_EQ(a.OptionsFor(OutAck()), NOTHING);
    EXPECT_EQ(a.OptionsFor(OutData(1)), NOTHING);
}

// RFC 8684 3.1
TEST(CapableResponderSends, ItsKeyOnEverySynAck)
{
    SubflowHandshake b = Responder();
    Show(b, Syn().With(SynOption()));
    EXPECT_EQ(b.OptionsFor(OutSynAck()), List(SynAckOption()));
    Show(b, Syn().With(SynOption()));
    EXPECT_EQ(b.OptionsFor(OutSynAck()), List(SynAckOption()));
    EXPECT_EQ(b.OptionsFor(OutAck()), NOTHING);
}

// RFC 8684 3.1: the version it wishes to use, not the one that was offered.
TEST(CapableResponderSends, ItsOwnVersion)
{
    SubflowHandshake b = Responder();
    Show(b, Syn().With(SynOption(Version(2))));
    EXPECT_EQ(b.OptionsFor(OutSynAck()), List(SynAckOption(Version(1))));
}

// RFC 8684 3.1: a SYN without MP_CAPABLE is answered without.
TEST(CapableResponderSends, NothingInAnswerToAPlainSyn)
{
    SubflowHandshake b = Responder();
    Show(b, Syn().With(SynOption()));
    Show(b, Syn());
    EXPECT_EQ(b.OptionsFor(OutSynAck()), NOTHING);
    Show(b, Syn().With(SynOption()));
    EXPECT_EQ(b.OptionsFor(OutSynAck()), List(SynAckOption()));

    SubflowHandshake plain = Responder();
    Show(plain, Syn());
    EXPECT_EQ(plain.OptionsFor(OutSynAck()), NOTHING);
}

// RFC 8684 3.1: unusable offers are treated as a regular TCP handshake.
TEST(CapableResponderSends, NothingInAnswerToAnUnusableOffer)
{
    for (const CapableFlags& flags : {WithoutAlgorithm(), Extensible()})
    {
        SubflowHandshake b = Responder();
        Show(b, Syn().With(SynOption(flags)));
        EXPECT_EQ(b.OptionsFor(OutSynAck()), NOTHING);
    }
    SubflowHandshake b = Responder();
    Show(b, Syn().With(CapableSyn{Version(0), KEY_A}));
    EXPECT_EQ(b.OptionsFor(OutSynAck()), NOTHING);
}

// RFC 8684 3.2: Host A sends Token-B.
TEST(JoinInitiatorSends, TheTokenOfThePeer)
{
    SubflowHandshake a = Joiner();
    EXPECT_EQ(a.OptionsFor(OutSyn()), List(JOIN_SYN));
    EXPECT_EQ(a.OptionsFor(OutSyn()), List(JOIN_SYN));
}

// RFC 8684 3.2: its HMAC, again and again until the fourth packet.
TEST(JoinInitiatorSends, ItsHmacUntilTheFourthPacket)
{
    SubflowHandshake a = Joiner();
    Show(a, SynAck().With(JOIN_SYN_ACK));
    EXPECT_EQ(a.OptionsFor(OutAck()), List(JOIN_ACK));
    EXPECT_EQ(a.OptionsFor(OutAck()), List(JOIN_ACK));
    Show(a, Ack());
    EXPECT_EQ(a.OptionsFor(OutAck()), NOTHING);
}

// RFC 8684 3.2
TEST(JoinResponderSends, ItsHmacOnEverySynAck)
{
    SubflowHandshake b = Joined();
    Show(b, Syn().With(JOIN_SYN));
    EXPECT_EQ(b.OptionsFor(OutSynAck()), List(JOIN_SYN_ACK));
    Show(b, Syn().With(JOIN_SYN));
    EXPECT_EQ(b.OptionsFor(OutSynAck()), List(JOIN_SYN_ACK));
    Show(b, Ack().With(JOIN_ACK));
    EXPECT_EQ(b.OptionsFor(OutAck()), NOTHING);
}

// RFC 6824 3.2: version 0 differs in the hash only.
TEST(JoinVersion0, UsesSha1OnBothSides)
{
    JoinConfig configA = JoinA();
    configA.version = MptcpVersion::V0;
    JoinConfig configB = JoinB();
    configB.version = MptcpVersion::V0;
    SubflowHandshake a = SubflowHandshake::InitiateJoin(configA);
    SubflowHandshake b = SubflowHandshake::AcceptJoin(configB);

    const JoinSyn syn{false, 2, 0xa5be6871, NONCE_A};
    EXPECT_EQ(a.OptionsFor(OutSyn()), List(syn));
    Show(b, Syn().With(syn));
    const JoinSynAck synAck{false, 3, HMAC_B_VERSION_0, NONCE_B};
    EXPECT_EQ(b.OptionsFor(OutSynAck()), List(synAck));
    Show(a, SynAck().With(synAck));
    EXPECT_EQ(a.OptionsFor(OutAck()), List(JoinAck{HMAC_A_VERSION_0}));
    EXPECT_TRUE(Show(b, Ack().With(JoinAck{HMAC_A_VERSION_0})).mustAckNow);
}

// RFC 8684 3.2: a RST due to the handshake should say "MPTCP-specific error".
TEST(AfterReset, TheRstCarriesTheReason)
{
    SubflowHandshake a = Joiner();
    Show(a, SynAck());
    EXPECT_EQ(a.OptionsFor(OutRst()), List(Reset{false, ResetReason::MptcpSpecific}));
    EXPECT_EQ(a.OptionsFor(OutAck()), NOTHING);
    Show(a, Ack());
    EXPECT_EQ(a.OptionsFor(OutRst()), List(Reset{false, ResetReason::MptcpSpecific}));
}

struct ChecksumRow
{
    std::string name;
    ChecksumPolicy a;
    ChecksumPolicy b;
    bool required;
};

std::ostream&
operator<<(std::ostream& os, const ChecksumRow& row)
{
    return os << row.name;
}

class ChecksumNegotiation : public testing::TestWithParam<ChecksumRow>
{
};

// RFC 8684 3.1: if either host requires checksums, both use them, and the ACK confirms it.
TEST_P(ChecksumNegotiation, IsDecidedByEitherHost)
{
    SubflowHandshake a = SubflowHandshake::InitiateConnection(HostA(GetParam().a));
    SubflowHandshake b = SubflowHandshake::AcceptConnection(HostB(GetParam().b));
    const CapableFlags offered = Flags(GetParam().a == ChecksumPolicy::Require);
    EXPECT_EQ(a.OptionsFor(OutSyn()), List(SynOption(offered)));
    Show(b, Syn().With(SynOption(offered)));
    EXPECT_EQ(b.OptionsFor(OutSynAck()), List(SynAckOption(Flags(GetParam().required))));
    Show(a, SynAck().With(SynAckOption(Flags(GetParam().required))));
    EXPECT_EQ(a.OptionsFor(OutAck()), List(Keys(Flags(GetParam().required))));
    Show(b, Ack().With(Keys(Flags(GetParam().required))));
    EXPECT_EQ(b.State(), State::Established);
    EXPECT_EQ(a.ChecksumRequired(), GetParam().required);
    EXPECT_EQ(b.ChecksumRequired(), GetParam().required);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    ChecksumNegotiation,
    testing::Values(
        ChecksumRow{"Nobody", ChecksumPolicy::Allow, ChecksumPolicy::Allow, false},
        ChecksumRow{"NobodyWantsTo", ChecksumPolicy::Refuse, ChecksumPolicy::Refuse, false},
        ChecksumRow{"InitiatorOnly", ChecksumPolicy::Require, ChecksumPolicy::Allow, true},
        ChecksumRow{"ResponderOnly", ChecksumPolicy::Allow, ChecksumPolicy::Require, true},
        ChecksumRow{"Both", ChecksumPolicy::Require, ChecksumPolicy::Require, true}),
    ROW_NAME);

// The initiator's SYN/ACK may repeat only the responder's own wish; A in the SYN still counts.
TEST(ChecksumNegotiationWithAPeer, ThatDoesNotRepeatOurFlag)
{
    SubflowHandshake a = SubflowHandshake::InitiateConnection(HostA(ChecksumPolicy::Require));
    Show(a, SynAck().With(SynAckOption(Flags(false))));
    EXPECT_TRUE(a.ChecksumRequired());
}

struct Questions
{
    bool complete;
    bool established;
    bool mayCarryData;

    friend bool operator==(const Questions& x, const Questions& y)
    {
        return x.complete == y.complete && x.established == y.established &&
               x.mayCarryData == y.mayCarryData;
    }

    friend std::ostream& operator<<(std::ostream& os, const Questions& q)
    {
        return os << "complete " << q.complete << ", established " << q.established
                  << ", may carry data " << q.mayCarryData;
    }
};

Questions
Ask(const SubflowHandshake& handshake)
{
    return {handshake.IsComplete(), handshake.IsEstablished(), handshake.MayCarryData()};
}

// RFC 8684 3.1: data may follow the SYN/ACK at once, subflows may not.
TEST(CapableProgress, OfTheInitiator)
{
    SubflowHandshake a = Initiator();
    EXPECT_EQ(Ask(a), (Questions{false, false, false}));
    EXPECT_EQ(a.RemoteKey(), std::nullopt);
    Show(a, SynAck().With(SynAckOption(DenyJoin())));
    EXPECT_EQ(Ask(a), (Questions{false, false, true}));
    EXPECT_EQ(a.LocalKey(), KEY_A);
    EXPECT_EQ(a.RemoteKey(), KEY_B);
    EXPECT_TRUE(a.PeerDeniesJoin());
    Show(a, Ack().With(DataAckOption()));
    EXPECT_EQ(Ask(a), (Questions{true, true, true}));
    EXPECT_EQ(a.RemoteAddressId(), 0);
    EXPECT_FALSE(a.IsBackup());
}

TEST(CapableProgress, OfTheResponder)
{
    SubflowHandshake b = Responder();
    EXPECT_EQ(Ask(b), (Questions{false, false, false}));
    Show(b, Syn().With(SynOption(DenyJoin())));
    EXPECT_EQ(Ask(b), (Questions{false, false, false}));
    EXPECT_EQ(b.RemoteKey(), std::nullopt);
    EXPECT_TRUE(b.PeerDeniesJoin());
    Show(b, Ack().With(Keys()));
    EXPECT_EQ(Ask(b), (Questions{true, true, true}));
    EXPECT_EQ(b.RemoteKey(), KEY_A);
    EXPECT_EQ(b.LocalKey(), KEY_B);
}

TEST(CapableProgress, DenyJoinIsSentWhenConfigured)
{
    CapableConfig config = HostA();
    config.denyJoin = true;
    SubflowHandshake a = SubflowHandshake::InitiateConnection(config);
    EXPECT_EQ(a.OptionsFor(OutSyn()), List(SynOption(DenyJoin())));
    Show(a, SynAck().With(SynAckOption()));
    EXPECT_FALSE(a.PeerDeniesJoin());
}

TEST(CapableProgress, FallenBackItCarriesDataAsTcp)
{
    SubflowHandshake a = Initiator();
    Show(a, SynAck());
    EXPECT_EQ(Ask(a), (Questions{true, false, true}));
    EXPECT_EQ(a.LastVerdict().cause, Cause::OptionMissing);
    Show(a, Ack());
    EXPECT_EQ(a.LastVerdict().cause, Cause::OptionMissing);
}

// RFC 8684 3.2: no data while PRE_ESTABLISHED.
TEST(JoinProgress, OfTheInitiator)
{
    SubflowHandshake a = Joiner();
    EXPECT_EQ(Ask(a), (Questions{false, false, false}));
    JoinSynAck synAck = JOIN_SYN_ACK;
    synAck.backup = true;
    Show(a, SynAck().With(synAck));
    EXPECT_EQ(Ask(a), (Questions{false, false, false}));
    EXPECT_EQ(a.RemoteAddressId(), 3);
    EXPECT_TRUE(a.IsBackup());
    Show(a, Ack());
    EXPECT_EQ(Ask(a), (Questions{true, true, true}));
}

TEST(JoinProgress, OfTheResponder)
{
    SubflowHandshake b = Joined();
    JoinSyn syn = JOIN_SYN;
    syn.backup = true;
    Show(b, Syn().With(syn));
    EXPECT_EQ(Ask(b), (Questions{false, false, false}));
    EXPECT_EQ(b.RemoteAddressId(), 2);
    EXPECT_TRUE(b.IsBackup());
    Show(b, Ack().With(JOIN_ACK));
    EXPECT_EQ(Ask(b), (Questions{false, true, true}));
    Show(b, Ack());
    EXPECT_EQ(Ask(b), (Questions{true, true, true}));
}

TEST(JoinProgress, BackupIsSentWhenConfigured)
{
    JoinConfig config = JoinA();
    config.backup = true;
    SubflowHandshake a = SubflowHandshake::InitiateJoin(config);
    JoinSyn expected = JOIN_SYN;
    expected.backup = true;
    EXPECT_EQ(a.OptionsFor(OutSyn()), List(expected));
    Show(a, SynAck().With(JOIN_SYN_ACK));
    EXPECT_FALSE(a.IsBackup());

    config = JoinB();
    config.backup = true;
    SubflowHandshake b = SubflowHandshake::AcceptJoin(config);
    Show(b, Syn().With(JOIN_SYN));
    JoinSynAck expectedAnswer = JOIN_SYN_ACK;
    expectedAnswer.backup = true;
    EXPECT_EQ(b.OptionsFor(OutSynAck()), List(expectedAnswer));
}

TEST(JoinProgress, AResetSubflowCarriesNothing)
{
    SubflowHandshake a = Joiner();
    Show(a, SynAck().With(WrongSynAck()));
    EXPECT_EQ(Ask(a), (Questions{false, false, false}));
}

// RFC 8684 3.1: the SYN takes the first data sequence number, so data begins at the next.
TEST(FirstMappingOfMpCapable, BeginsAfterTheInitialSequenceNumber)
{
    const auto mapping =
        FirstMapping(KeysAndData(Flags(true), 0xabcd), DeriveInitialDataSequence(KEY_A));
    DssMapping expected;
    expected.dataSequence = INITIAL_A + 1;
    expected.is64 = true;
    expected.subflowOffset = 1;
    expected.lengthBytes = 100;
    expected.checksum = 0xabcd;
    EXPECT_EQ(mapping, expected);
}

TEST(FirstMappingOfMpCapable, NeedsDataFields)
{
    EXPECT_EQ(FirstMapping(Keys(), DataSequence(0)), std::nullopt);
}

} // namespace
} // namespace mptcp
