// SPDX-License-Identifier: GPL-2.0-only
#include "handshake/subflow-handshake.h"

#include <cassert>

namespace mptcp
{

namespace
{

/// Where the first segment after the peer's SYN begins.
constexpr SubflowOffset FIRST_OFFSET{1};

Verdict
Drop(HandshakeCause cause)
{
    return {VerdictAction::Drop, cause, ResetReason::Unspecified, false};
}

Verdict
AckNow()
{
    return {VerdictAction::Continue, HandshakeCause::None, ResetReason::Unspecified, true};
}

} // namespace

SubflowHandshake::SubflowHandshake(HandshakeState state, const CapableConfig& config)
    : m_state(state),
      m_version(config.version),
      m_localKey(config.localKey),
      m_checksumPolicy(config.checksum),
      m_localDenyJoin(config.denyJoin && config.version != MptcpVersion::V0),
      m_checksumRequired(config.checksum == ChecksumPolicy::Require)
{
}

SubflowHandshake::SubflowHandshake(HandshakeState state, const JoinConfig& config)
    : m_state(state),
      m_version(config.version),
      m_localKey(config.localKey),
      m_remoteKey(config.remoteKey),
      m_localNonce(config.localNonce),
      m_localAddressId(config.localAddressId),
      m_localBackup(config.backup)
{
}

std::optional<MptcpVersion>
ChooseVersion(const CapableSyn& offer, const VersionRange& ours)
{
    const bool hasKey = offer.sender.has_value();
    const MptcpVersion ofTheirs = hasKey ? MptcpVersion::V0 : MptcpVersion::V1;
    if (ofTheirs < ours.lowest || ofTheirs > ours.highest)
    {
        return std::nullopt;
    }
    return ofTheirs;
}

SubflowHandshake
SubflowHandshake::InitiateConnection(const CapableConfig& config)
{
    return {HandshakeState::CapableSynSent, config};
}

SubflowHandshake
SubflowHandshake::AcceptConnection(const CapableConfig& config)
{
    return {HandshakeState::CapableListen, config};
}

SubflowHandshake
SubflowHandshake::InitiateJoin(const JoinConfig& config)
{
    return {HandshakeState::JoinSynSent, config};
}

SubflowHandshake
SubflowHandshake::AcceptJoin(const JoinConfig& config)
{
    return {HandshakeState::JoinListen, config};
}

Verdict
SubflowHandshake::OnSegment(const SegmentFacts& segment, OptionView options)
{
    if (IsComplete())
    {
        return {};
    }
    if (m_state == HandshakeState::Reset)
    {
        return Drop(HandshakeCause::AlreadyReset);
    }
    m_lastVerdict = Decide(segment, options);
    return m_lastVerdict;
}

Verdict
SubflowHandshake::StopOffering()
{
    if (m_state == HandshakeState::CapableSynSent)
    {
        m_lastVerdict = FallBack(HandshakeCause::SynUnanswered);
        return m_lastVerdict;
    }
    return {};
}

Verdict
SubflowHandshake::Decide(const SegmentFacts& segment, OptionView options)
{
    if (segment.rst || (!segment.syn && !segment.ack))
    {
        return {}; // for TCP to judge
    }
    const bool isSyn = segment.syn && !segment.ack;
    const bool isSynAck = segment.syn && segment.ack;
    switch (m_state)
    {
    case HandshakeState::CapableSynSent:
        if (isSyn)
        {
            return FallBack(HandshakeCause::SimultaneousOpen);
        }
        return isSynAck ? OnSynAckToCapable(options) : Verdict{};
    case HandshakeState::CapableUnconfirmed:
        return InCapableUnconfirmed(segment, options);
    case HandshakeState::CapableListen:
        return isSyn ? OnSynToCapable(options) : Verdict{};
    case HandshakeState::CapableSynReceived:
        return InCapableSynReceived(segment, options);
    case HandshakeState::JoinSynSent:
        if (isSyn)
        {
            return ResetSubflow(HandshakeCause::SimultaneousOpen);
        }
        return isSynAck ? OnSynAckToJoin(options) : Verdict{};
    case HandshakeState::JoinPreEstablished:
        return InJoinPreEstablished(segment, options);
    case HandshakeState::JoinListen:
        return isSyn ? OnSynToJoin(options) : Verdict{};
    case HandshakeState::JoinSynReceived:
        return InJoinSynReceived(segment, options);
    case HandshakeState::JoinAuthenticated:
        return InJoinAuthenticated(segment, options);
    case HandshakeState::Established:
    case HandshakeState::FellBack:
    case HandshakeState::Reset:
        break;
    }
    return {};
}

Verdict
SubflowHandshake::OnUnanswered(uint32_t most)
{
    if (m_state == HandshakeState::CapableUnconfirmed && ++m_unanswered > most)
    {
        m_lastVerdict = {VerdictAction::FallBack,
                         HandshakeCause::KeysUnanswered,
                         ResetReason::Unspecified,
                         false};
        return m_lastVerdict;
    }
    return {};
}

HandshakeCause
SubflowHandshake::Objection(const CapableFlags& offered) const
{
    if (offered.extensible)
    {
        // RFC 8684 3.1: B set and not understood, so the option is ignored.
        return HandshakeCause::ExtensionUnsupported;
    }
    if (!offered.hmacSha256)
    {
        return HandshakeCause::AlgorithmUnsupported;
    }
    if (offered.checksumRequired && m_checksumPolicy == ChecksumPolicy::Refuse)
    {
        // RFC 8684 3.1: a host that does not want checksums ignores the option as if it was
        // invalid.
        return HandshakeCause::ChecksumRefused;
    }
    return HandshakeCause::None;
}

Verdict
SubflowHandshake::OnSynAckToCapable(OptionView options)
{
    const auto* synAck = options.Find<CapableSynAck>();
    if (synAck == nullptr)
    {
        // RFC 8684 3.1: the peer, or the path, is not multipath capable.
        return FallBack(HandshakeCause::OptionMissing);
    }
    if (synAck->flags.version != static_cast<uint8_t>(m_version))
    {
        // RFC 8684 3.1: a lower version is the peer's right, but we have none; a higher one is not.
        return FallBack(HandshakeCause::VersionUnsupported);
    }
    if (const HandshakeCause objection = Objection(synAck->flags);
        objection != HandshakeCause::None)
    {
        return FallBack(objection);
    }
    m_remoteKey = synAck->sender;
    m_checksumRequired |= synAck->flags.checksumRequired;
    m_peerDeniesJoin = synAck->flags.denyJoin;
    m_state = HandshakeState::CapableUnconfirmed;
    return {};
}

Verdict
SubflowHandshake::InCapableUnconfirmed(const SegmentFacts& segment, OptionView options)
{
    if (segment.syn)
    {
        const auto* synAck = options.Find<CapableSynAck>();
        const bool hasOtherKey = synAck != nullptr && synAck->sender != m_remoteKey;
        return hasOtherKey ? FallBack(HandshakeCause::KeyMismatch) : Verdict{};
    }
    if (options.Find<Dss>() != nullptr)
    {
        // RFC 8684 3.1: only a peer that has both keys sends this, so they need no repeating.
        m_state = HandshakeState::Established;
        return {};
    }
    // RFC 8684 3.7: until the first DATA_ACK every segment with data carries a mapping, and an ACK
    // of data without DSS means that the path is not MPTCP capable. Data that overtook the first
    // segment proves nothing yet. Neither does a signal that left no room for a DSS (some hosts
    // send ADD_ADDR alone): a host that has fallen back sends no options.
    const bool isFirstData = segment.payloadBytes > 0 && segment.offset == FIRST_OFFSET;
    // The end of an empty stream, without an option, is the first word of one that has: a FIN of a
    // multipath capable peer acknowledges at the data level too.
    const bool isFirstFin = segment.fin && segment.offset == FIRST_OFFSET;
    const bool isPlain = options.Size() == 0;
    if (isPlain && (segment.acksPayload || isFirstData || isFirstFin))
    {
        return FallBack(HandshakeCause::DssMissing);
    }
    return {};
}

Verdict
SubflowHandshake::OnSynToCapable(OptionView options)
{
    const auto* syn = options.Find<CapableSyn>();
    if (syn == nullptr)
    {
        return FallBack(HandshakeCause::OptionMissing);
    }
    if (ChooseVersion(*syn, {m_version, m_version}) != m_version)
    {
        // RFC 8684 3.1: we may answer with the offered version or a lower one, and have neither.
        return FallBack(HandshakeCause::VersionUnsupported);
    }
    if (const HandshakeCause objection = Objection(syn->flags); objection != HandshakeCause::None)
    {
        return FallBack(objection);
    }
    m_checksumRequired |= syn->flags.checksumRequired;
    m_peerDeniesJoin = syn->flags.denyJoin;
    m_remoteKey = syn->sender;
    m_lastSynWasCapable = true;
    m_state = HandshakeState::CapableSynReceived;
    return {};
}

Verdict
SubflowHandshake::InCapableSynReceived(const SegmentFacts& segment, OptionView options)
{
    if (segment.syn)
    {
        // RFC 8684 3.1: a SYN/ACK has no MP_CAPABLE if its SYN had none. SYNs with and without may
        // have changed places on the way, so it is the third packet that decides.
        m_lastSynWasCapable = options.Find<CapableSyn>() != nullptr;
        return {};
    }
    if (const auto* ack = options.Find<CapableAck>(); ack != nullptr)
    {
        return OnKeys(*ack);
    }
    if (m_version == MptcpVersion::V0 && options.Find<Dss>() != nullptr)
    {
        m_state = HandshakeState::Established;
        return {};
    }
    if (segment.offset == FIRST_OFFSET)
    {
        // RFC 8684 3.1: the third packet has no MP_CAPABLE.
        return FallBack(HandshakeCause::OptionMissing);
    }
    // The third packet, or the first data with the keys, is still on its way. Accepting this one
    // would make TCP acknowledge it and complete a handshake whose kind is not decided yet.
    return Drop(HandshakeCause::OutOfOrder);
}

Verdict
SubflowHandshake::OnKeys(const CapableAck& ack)
{
    // RFC 8684 3.1: any sign that the negotiation is compromised ends the use of MPTCP.
    const bool isOtherSender = m_remoteKey && ack.sender != *m_remoteKey;
    if (ack.receiver != m_localKey || isOtherSender)
    {
        return FallBack(HandshakeCause::KeyMismatch);
    }
    if (ack.flags.version != static_cast<uint8_t>(m_version))
    {
        return FallBack(HandshakeCause::VersionUnsupported);
    }
    if (ack.flags.checksumRequired != m_checksumRequired)
    {
        return FallBack(HandshakeCause::ChecksumMismatch);
    }
    if (ack.data && ack.data->checksum.has_value() != m_checksumRequired)
    {
        // RFC 8684 3.3: a mapping with or without checksum, against what was negotiated.
        return ResetSubflow(HandshakeCause::ChecksumMismatch);
    }
    m_remoteKey = ack.sender;
    m_state = HandshakeState::Established;
    return {};
}

Verdict
SubflowHandshake::OnSynAckToJoin(OptionView options)
{
    const auto* synAck = options.Find<JoinSynAck>();
    if (synAck == nullptr)
    {
        // RFC 8684 3.2: without MP_JOIN in the SYN/ACK the subflow is unusable.
        return ResetSubflow(HandshakeCause::OptionMissing);
    }
    const uint64_t expected =
        JoinSynAckHmac(RemoteFirstKeys(), {synAck->nonce, m_localNonce}, m_version);
    if (synAck->hmac != expected)
    {
        return ResetSubflow(HandshakeCause::HmacMismatch);
    }
    m_joinSynAck = *synAck;
    m_joinAck.hmac = JoinAckHmac(LocalFirstKeys(), {m_localNonce, synAck->nonce}, m_version);
    m_remoteAddressId = synAck->id;
    m_remoteBackup = synAck->backup;
    m_state = HandshakeState::JoinPreEstablished;
    return {};
}

Verdict
SubflowHandshake::InJoinPreEstablished(const SegmentFacts& segment, OptionView options)
{
    if (!segment.syn)
    {
        // RFC 8684 3.2: an ACK from the receiver, of whatever kind, moves us to ESTABLISHED.
        m_state = HandshakeState::Established;
        return {};
    }
    const auto* synAck = options.Find<JoinSynAck>();
    if (synAck == nullptr)
    {
        return ResetSubflow(HandshakeCause::OptionMissing);
    }
    return *synAck == m_joinSynAck ? Verdict{} : ResetSubflow(HandshakeCause::SynMismatch);
}

Verdict
SubflowHandshake::OnSynToJoin(OptionView options)
{
    const auto* syn = options.Find<JoinSyn>();
    if (syn == nullptr)
    {
        return ResetSubflow(HandshakeCause::OptionMissing);
    }
    m_joinSyn = *syn;
    m_remoteAddressId = syn->id;
    m_remoteBackup = syn->backup;
    const uint64_t hmac = JoinSynAckHmac(LocalFirstKeys(), {m_localNonce, syn->nonce}, m_version);
    m_joinSynAck = {m_localBackup, m_localAddressId, hmac, m_localNonce};
    m_joinAck.hmac = JoinAckHmac(RemoteFirstKeys(), {syn->nonce, m_localNonce}, m_version);
    m_state = HandshakeState::JoinSynReceived;
    return {};
}

Verdict
SubflowHandshake::InJoinSynReceived(const SegmentFacts& segment, OptionView options)
{
    if (segment.syn)
    {
        const auto* syn = options.Find<JoinSyn>();
        const bool isSame = syn != nullptr && *syn == m_joinSyn;
        return isSame ? Verdict{} : Drop(HandshakeCause::SynMismatch);
    }
    if (const auto* ack = options.Find<JoinAck>(); ack != nullptr)
    {
        if (!(*ack == m_joinAck))
        {
            return ResetSubflow(HandshakeCause::HmacMismatch);
        }
        m_state = HandshakeState::JoinAuthenticated;
        return AckNow();
    }
    if (segment.offset == FIRST_OFFSET)
    {
        // RFC 8684 3.2: the ACK lacks MP_JOIN, or data came before it.
        return ResetSubflow(HandshakeCause::OptionMissing);
    }
    return Drop(HandshakeCause::OutOfOrder);
}

Verdict
SubflowHandshake::InJoinAuthenticated(const SegmentFacts& segment, OptionView options)
{
    if (segment.syn)
    {
        return {};
    }
    if (options.Find<JoinAck>() != nullptr)
    {
        // RFC 8684 3.2: receipt of this packet triggers an ACK, each time.
        return AckNow();
    }
    m_state = HandshakeState::Established;
    return {};
}

Verdict
SubflowHandshake::FallBack(HandshakeCause cause)
{
    m_state = HandshakeState::FellBack;
    return {VerdictAction::FallBack, cause, ResetReason::Unspecified, false};
}

Verdict
SubflowHandshake::ResetSubflow(HandshakeCause cause)
{
    // RFC 8684 3.2, RFC 8684 3.3: all resets during a handshake are due to MPTCP-specific errors.
    m_state = HandshakeState::Reset;
    return {VerdictAction::Reset, cause, ResetReason::MptcpSpecific, false};
}

CapableFlags
SubflowHandshake::LocalFlags() const
{
    CapableFlags flags;
    flags.version = static_cast<uint8_t>(m_version);
    flags.checksumRequired = m_checksumRequired;
    flags.denyJoin = m_localDenyJoin;
    return flags;
}

std::optional<CapableAck>
SubflowHandshake::KeysFor(const OutgoingSegment& segment)
{
    CapableAck ack;
    ack.flags = LocalFlags();
    ack.sender = m_localKey;
    ack.receiver = *m_remoteKey;
    if (segment.payloadBytes == 0)
    {
        if (segment.carriesDataFin && m_sentKeys)
        {
            return std::nullopt;
        }
        m_sentKeys = true;
        return ack;
    }
    if (segment.offset != FIRST_OFFSET || m_version == MptcpVersion::V0)
    {
        return std::nullopt; // takes a DSS
    }
    assert(!m_checksumRequired || segment.mappingChecksum.has_value());
    FirstData& data = ack.data.emplace();
    data.dataLevelLengthBytes = segment.mappingLengthBytes;
    if (m_checksumRequired)
    {
        data.checksum = segment.mappingChecksum;
    }
    return ack;
}

OptionList
SubflowHandshake::OptionsFor(const OutgoingSegment& segment)
{
    OptionList options;
    const bool isSyn = segment.syn && !segment.ack && !segment.rst;
    const bool isSynAck = segment.syn && segment.ack && !segment.rst;
    const bool isLater = !segment.syn && segment.ack && !segment.rst;
    switch (m_state)
    {
    case HandshakeState::CapableSynSent:
        if (isSyn)
        {
            const bool hasKey = m_version == MptcpVersion::V0;
            options.push_back(
                CapableSyn{LocalFlags(), hasKey ? std::optional(m_localKey) : std::nullopt});
        }
        break;
    case HandshakeState::CapableUnconfirmed:
        if (isLater)
        {
            if (const auto ack = KeysFor(segment); ack)
            {
                options.push_back(*ack);
            }
        }
        break;
    case HandshakeState::CapableSynReceived:
        if (isSynAck && m_lastSynWasCapable)
        {
            options.push_back(CapableSynAck{LocalFlags(), m_localKey});
        }
        break;
    case HandshakeState::JoinSynSent:
        if (isSyn)
        {
            const Token token = DeriveToken(*m_remoteKey, m_version);
            options.push_back(JoinSyn{m_localBackup, m_localAddressId, token, m_localNonce});
        }
        break;
    case HandshakeState::JoinPreEstablished:
        if (isLater)
        {
            options.push_back(m_joinAck);
        }
        break;
    case HandshakeState::JoinSynReceived:
        if (isSynAck)
        {
            options.push_back(m_joinSynAck);
        }
        break;
    case HandshakeState::Reset:
        if (segment.rst)
        {
            options.push_back(Reset{false, m_lastVerdict.resetReason});
        }
        break;
    case HandshakeState::CapableListen:
    case HandshakeState::JoinListen:
    case HandshakeState::JoinAuthenticated:
    case HandshakeState::Established:
    case HandshakeState::FellBack:
        break;
    }
    return options;
}

HandshakeState
SubflowHandshake::State() const
{
    return m_state;
}

bool
SubflowHandshake::IsComplete() const
{
    return m_state == HandshakeState::Established || m_state == HandshakeState::FellBack;
}

MptcpVersion
SubflowHandshake::Version() const
{
    return m_version;
}

bool
SubflowHandshake::IsEstablished() const
{
    return m_state == HandshakeState::Established || m_state == HandshakeState::JoinAuthenticated;
}

bool
SubflowHandshake::MayCarryData() const
{
    return IsEstablished() || m_state == HandshakeState::CapableUnconfirmed ||
           m_state == HandshakeState::FellBack;
}

Key
SubflowHandshake::LocalKey() const
{
    return m_localKey;
}

std::optional<Key>
SubflowHandshake::RemoteKey() const
{
    return m_remoteKey;
}

bool
SubflowHandshake::ChecksumRequired() const
{
    return m_checksumRequired;
}

bool
SubflowHandshake::PeerDeniesJoin() const
{
    return m_peerDeniesJoin;
}

AddressId
SubflowHandshake::RemoteAddressId() const
{
    return m_remoteAddressId;
}

bool
SubflowHandshake::IsBackup() const
{
    return m_remoteBackup;
}

const Verdict&
SubflowHandshake::LastVerdict() const
{
    return m_lastVerdict;
}

SenderKeys
SubflowHandshake::LocalFirstKeys() const
{
    return {m_localKey, *m_remoteKey};
}

SenderKeys
SubflowHandshake::RemoteFirstKeys() const
{
    return {*m_remoteKey, m_localKey};
}

std::optional<DssMapping>
FirstMapping(const CapableAck& ack, DataSequence initial)
{
    if (!ack.data)
    {
        return std::nullopt;
    }
    DssMapping mapping;
    mapping.dataSequence = (initial + 1).Value(); // RFC 8684 3.1: the SYN took the first number
    mapping.subflowOffset = FIRST_OFFSET.Low();
    mapping.lengthBytes = ack.data->dataLevelLengthBytes;
    mapping.checksum = ack.data->checksum;
    return mapping;
}

std::string_view
ToString(HandshakeCause cause)
{
    switch (cause)
    {
    case HandshakeCause::None:
        return "none";
    case HandshakeCause::OptionMissing:
        return "option missing";
    case HandshakeCause::VersionUnsupported:
        return "version unsupported";
    case HandshakeCause::AlgorithmUnsupported:
        return "algorithm unsupported";
    case HandshakeCause::ExtensionUnsupported:
        return "extension unsupported";
    case HandshakeCause::ChecksumRefused:
        return "checksum refused";
    case HandshakeCause::ChecksumMismatch:
        return "checksum mismatch";
    case HandshakeCause::KeyMismatch:
        return "key mismatch";
    case HandshakeCause::HmacMismatch:
        return "HMAC mismatch";
    case HandshakeCause::SynMismatch:
        return "SYN mismatch";
    case HandshakeCause::SimultaneousOpen:
        return "simultaneous open";
    case HandshakeCause::KeysUnanswered:
        return "nothing with MPTCP options gets through after the SYNs";
    case HandshakeCause::SynUnanswered:
        return "SYN unanswered";
    case HandshakeCause::DssMissing:
        return "DSS missing";
    case HandshakeCause::OutOfOrder:
        return "out of order";
    case HandshakeCause::AlreadyReset:
        return "already reset";
    }
    return "unknown";
}

std::string_view
ToString(HandshakeState state)
{
    switch (state)
    {
    case HandshakeState::CapableSynSent:
        return "CapableSynSent";
    case HandshakeState::CapableUnconfirmed:
        return "CapableUnconfirmed";
    case HandshakeState::CapableListen:
        return "CapableListen";
    case HandshakeState::CapableSynReceived:
        return "CapableSynReceived";
    case HandshakeState::JoinSynSent:
        return "JoinSynSent";
    case HandshakeState::JoinPreEstablished:
        return "JoinPreEstablished";
    case HandshakeState::JoinListen:
        return "JoinListen";
    case HandshakeState::JoinSynReceived:
        return "JoinSynReceived";
    case HandshakeState::JoinAuthenticated:
        return "JoinAuthenticated";
    case HandshakeState::Established:
        return "Established";
    case HandshakeState::FellBack:
        return "FellBack";
    case HandshakeState::Reset:
        return "Reset";
    }
    return "unknown";
}

} // namespace mptcp
