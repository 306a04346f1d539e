// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SUBFLOW_HANDSHAKE_H
#define MPTCP_SUBFLOW_HANDSHAKE_H

#include "crypto/key-material.h"
#include "data-sequence.h"
#include "wire/options.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace mptcp
{

/// What a handshake looks at in a received segment, besides the options.
struct SegmentFacts
{
    bool syn{false};
    bool ack{false};
    bool rst{false};
    bool acksPayload{false}; //!< its ACK field covers payload of ours, not only our SYN or FIN
    SubflowOffset offset;    //!< of its sequence number; the first payload byte is 1
    uint32_t payloadBytes{0};
    bool fin{false};
};

/// What a handshake must know of a segment about to leave.
struct OutgoingSegment
{
    bool syn{false};
    bool ack{false};
    bool rst{false};
    /// No payload, and a DSS with the DATA_FIN is waiting for room in it.
    bool carriesDataFin{false};
    SubflowOffset offset; //!< of its first payload byte
    uint32_t payloadBytes{0};
    /// Mapping that covers the payload, as a DSS would declare it, without a DATA_FIN. The whole
    /// mapping, which may be longer than the payload. Asked for at offset 1 only.
    uint16_t mappingLengthBytes{0};
    std::optional<uint16_t> mappingChecksum{}; //!< needed if ChecksumRequired()
};

enum class VerdictAction : uint8_t
{
    Continue, //!< hand the segment to TCP
    FallBack, //!< hand the segment to TCP and stop using MPTCP for good (RFC 8684 3.7)
    Reset,    //!< answer with RST and MP_TCPRST (RFC 8684 3.6)
    Drop      //!< neither TCP nor MPTCP may see this segment; the peer will send it again
};

/// What in a segment brought about a verdict; for traces and tests.
enum class HandshakeCause : uint8_t
{
    None,
    OptionMissing,        //!< MP_CAPABLE or MP_JOIN is not where it must be
    VersionUnsupported,   //!< no version in common
    AlgorithmUnsupported, //!< H is not set
    ExtensionUnsupported, //!< B is set
    ChecksumRefused,      //!< the peer requires checksums, we do not want them
    ChecksumMismatch,     //!< the peer's idea of the negotiated checksums is not ours
    KeyMismatch,          //!< a key is not the one that was declared before
    HmacMismatch,         //!< not the peer of this connection
    SynMismatch,          //!< not a retransmission of the SYN or SYN/ACK seen before
    SimultaneousOpen,     //!< a SYN where a SYN/ACK was expected
    SynUnanswered,        //!< nobody answers SYNs with MP_CAPABLE
    KeysUnanswered,       //!< SYNs get through, what has the keys does not
    DssMissing,           //!< payload, or an ACK of payload, without DSS before the first DSS
    OutOfOrder,           //!< arrived before the segment that ends the handshake
    AlreadyReset
};

[[nodiscard]] std::string_view ToString(HandshakeCause cause);

struct Verdict
{
    VerdictAction action{VerdictAction::Continue};
    HandshakeCause cause{HandshakeCause::None};
    ResetReason resetReason{ResetReason::Unspecified}; //!< for Reset
    /// The segment has to be acknowledged although TCP would not do so (RFC 8684 3.2).
    bool mustAckNow{false};
};

/// May checksums be used on this connection? (RFC 8684 3.1, flag A)
enum class ChecksumPolicy : uint8_t
{
    Require, //!< set A
    Allow,   //!< use them if the peer requires them
    Refuse   //!< fall back if the peer requires them
};

struct CapableConfig
{
    Key localKey;
    ChecksumPolicy checksum{ChecksumPolicy::Allow};
    bool denyJoin{false}; //!< flag C: no more subflows to this address and port; not in version 0
    MptcpVersion version{MptcpVersion::V1}; //!< to offer; of a responder: to use, see ChooseVersion
};

/// The versions a host speaks, all from the lowest to the highest.
struct VersionRange
{
    MptcpVersion lowest{MptcpVersion::V0};
    MptcpVersion highest{MptcpVersion::V1};
};

/**
 * The version to answer an offer in; none when there is none in common.
 *
 * It is the highest of ours that is not above the offered one (RFC 8684 3.1). Version 0 can only
 * answer version 0: a SYN of any other has no key in it, so that a host which knows nothing else
 * ignores the option.
 */
[[nodiscard]] std::optional<MptcpVersion> ChooseVersion(const CapableSyn& offer,
                                                        const VersionRange& ours);

struct JoinConfig
{
    Key localKey;
    Key remoteKey;
    Nonce localNonce{0};
    AddressId localAddressId{0};
    bool backup{false}; //!< flag B: ask the peer to keep the subflow in reserve
    MptcpVersion version{MptcpVersion::V1};
};

/// Names begin with the option that starts the subflow; the table is at SubflowHandshake.
enum class HandshakeState : uint8_t
{
    CapableSynSent,
    CapableUnconfirmed,
    CapableListen,
    CapableSynReceived,
    JoinSynSent,
    JoinPreEstablished,
    JoinListen,
    JoinSynReceived,
    JoinAuthenticated,
    Established,
    FellBack,
    Reset
};

[[nodiscard]] std::string_view ToString(HandshakeState state);

/**
 * The MPTCP side of one subflow's handshake: both kinds of subflow, both roles (RFC 8684 3.1, 3.2,
 * 3.7). TCP's own handshake goes on around it; this class only reads and supplies options.
 *
 * The owner shows it every segment that TCP would accept (RFC 8684 3: standard validity checks come
 * first) with OnSegment, obeys the verdict, and asks OptionsFor about every segment that leaves,
 * until IsComplete(). Retransmission is the owner's: whatever is sent again, OptionsFor gives it
 * the options it needs.
 *
 *     received                                             verdict    next state
 *     -------- CapableSynSent: initiator; our SYN carries MP_CAPABLE ---------------------
 *     SYN/ACK, MP_CAPABLE usable                           Continue   CapableUnconfirmed
 *     SYN/ACK, MP_CAPABLE missing or not usable            FallBack   FellBack
 *     SYN; see StopOffering                                FallBack   FellBack
 *     -------- CapableUnconfirmed: initiator; repeats both keys on empty segments and on
 *              the first data, which may flow at once ------------------------------------
 *     DSS                                                  Continue   Established
 *     no option, but ACKs payload                          FallBack   FellBack
 *     no option, but payload at offset 1                   FallBack   FellBack
 *     SYN/ACK again, with a different key                  FallBack   FellBack
 *     SYN/ACK again, otherwise                             Continue   -
 *     -------- CapableListen: responder, before the SYN ----------------------------------
 *     SYN, MP_CAPABLE usable                               Continue   CapableSynReceived
 *     SYN, MP_CAPABLE missing or not usable                FallBack   FellBack
 *     -------- CapableSynReceived: responder; our SYN/ACK carries MP_CAPABLE -------------
 *     MP_CAPABLE with our key, flags as negotiated         Continue   Established
 *     version 0: DSS without MP_CAPABLE                    Continue   Established
 *     MP_CAPABLE otherwise                                 FallBack   FellBack
 *     MP_CAPABLE with checksum against what was negotiated Reset      Reset
 *     no MP_CAPABLE, at offset 1                           FallBack   FellBack
 *     no MP_CAPABLE, elsewhere                             Drop       -
 *     SYN again                                            Continue   - (SYN/ACK as the SYN)
 *     -------- JoinSynSent: initiator; our SYN carries MP_JOIN ---------------------------
 *     SYN/ACK, MP_JOIN with the right HMAC                 Continue   JoinPreEstablished
 *     SYN/ACK, otherwise; SYN                              Reset      Reset
 *     -------- JoinPreEstablished: initiator; repeats its HMAC, may not send data --------
 *     any segment with ACK and without SYN                 Continue   Established
 *     SYN/ACK again, same MP_JOIN                          Continue   -
 *     SYN/ACK again, otherwise                             Reset      Reset
 *     -------- JoinListen: responder, token already found --------------------------------
 *     SYN, MP_JOIN                                         Continue   JoinSynReceived
 *     SYN, no MP_JOIN                                      Reset      Reset
 *     -------- JoinSynReceived: responder; our SYN/ACK carries MP_JOIN -------------------
 *     MP_JOIN with the right HMAC                          Continue   JoinAuthenticated
 *                                                          + mustAckNow
 *     MP_JOIN with a wrong HMAC                            Reset      Reset
 *     no MP_JOIN, at offset 1                              Reset      Reset
 *     no MP_JOIN, elsewhere                                Drop       -
 *     SYN again, same MP_JOIN                              Continue   -
 *     SYN again, otherwise                                 Drop       -
 *     -------- JoinAuthenticated: responder; may send data, the initiator may not yet
 *              know ----------------------------------------------------------------------
 *     MP_JOIN again (our ACK was lost)                     Continue   - + mustAckNow
 *     no MP_JOIN                                           Continue   Established
 *     -------- everywhere ----------------------------------------------------------------
 *     RST; neither SYN nor ACK; anything not listed        Continue   -
 *     anything in Established or FellBack                  Continue   -
 *     anything in Reset                                    Drop       -
 *
 * In version 0 (RFC 6824 3.1) the SYN brings the initiator's key already and the third ACK has to
 * repeat it. Data never carries keys there, its mapping comes by DSS. When the third ACK is lost, a
 * DSS takes its place: only who has heard both keys can number it, and the responder has both.
 *
 * In JoinPreEstablished a timer of the owner must send an empty ACK again until the state is left
 * (RFC 8684 3.2). What happens when DSS options get lost later is the connection's business.
 */
class SubflowHandshake
{
  public:
    [[nodiscard]] static SubflowHandshake InitiateConnection(const CapableConfig& config);
    [[nodiscard]] static SubflowHandshake AcceptConnection(const CapableConfig& config);
    [[nodiscard]] static SubflowHandshake InitiateJoin(const JoinConfig& config);
    /// The owner has found the connection, and so the keys, by the token in the SYN.
    [[nodiscard]] static SubflowHandshake AcceptJoin(const JoinConfig& config);

    Verdict OnSegment(const SegmentFacts& segment, OptionView options);

    /**
     * Initiator: enough SYNs with MP_CAPABLE have gone unanswered; the next will be plain
     * (RFC 8684 3.1). An answer to one of the earlier ones changes nothing any more: without the
     * option in the third packet the peer falls back as well.
     */
    Verdict StopOffering();

    /**
     * An initiator sees that nothing it has sent since the SYN/ACK has arrived: its data timed out
     * with nothing acknowledged, or the SYN/ACK came again. When that has happened more than `most`
     * times the options may be the reason (RFC 8684 3.1): FallBack then asks for one segment
     * without them, and no more. A peer that has missed the keys falls back for want of them, and
     * answers without options; one that has them answers by a DSS. That decides.
     */
    Verdict OnUnanswered(uint32_t most);

    /**
     * The handshake's options for a segment about to leave; none once IsComplete().
     *
     * While CapableUnconfirmed, an empty segment that `carriesDataFin` gets the keys only if no
     * empty segment has had them yet, because keys and DATA_FIN do not fit into one header.
     */
    [[nodiscard]] OptionList OptionsFor(const OutgoingSegment& segment);

    [[nodiscard]] HandshakeState State() const;

    /// Established or FellBack: OnSegment and OptionsFor need not be called any more.
    [[nodiscard]] bool IsComplete() const;

    [[nodiscard]] MptcpVersion Version() const;

    /// Both hosts are known to hold the keys. An MP_CAPABLE initiator gets there with the first DSS
    /// from the peer, before which no subflow may be added (RFC 8684 3.1).
    [[nodiscard]] bool IsEstablished() const;

    /// Payload may be sent, as MPTCP or, after falling back, as plain TCP.
    [[nodiscard]] bool MayCarryData() const;

    [[nodiscard]] Key LocalKey() const;
    /// None before the peer has declared it.
    [[nodiscard]] std::optional<Key> RemoteKey() const;

    /// MP_CAPABLE only: one of the two hosts has set A (RFC 8684 3.1). Final once RemoteKey() is
    /// there; the connection's later subflows follow its first.
    [[nodiscard]] bool ChecksumRequired() const;

    /// MP_CAPABLE only: the peer has set C, so nobody may join to its address and port of this
    /// subflow (RFC 8684 3.1).
    [[nodiscard]] bool PeerDeniesJoin() const;

    /// 0 on the first subflow, by definition (RFC 8684 3.2).
    [[nodiscard]] AddressId RemoteAddressId() const;

    /// The peer has set B: it asks us to send here only if no regular subflow is left.
    [[nodiscard]] bool IsBackup() const;

    /// The verdict that ended in FellBack or Reset, or the last one.
    [[nodiscard]] const Verdict& LastVerdict() const;

  private:
    SubflowHandshake(HandshakeState state, const CapableConfig& config);
    SubflowHandshake(HandshakeState state, const JoinConfig& config);

    Verdict Decide(const SegmentFacts& segment, OptionView options);
    Verdict OnSynAckToCapable(OptionView options);
    Verdict InCapableUnconfirmed(const SegmentFacts& segment, OptionView options);
    Verdict OnSynToCapable(OptionView options);
    Verdict InCapableSynReceived(const SegmentFacts& segment, OptionView options);
    Verdict OnKeys(const CapableAck& ack);
    Verdict OnSynAckToJoin(OptionView options);
    Verdict InJoinPreEstablished(const SegmentFacts& segment, OptionView options);
    Verdict OnSynToJoin(OptionView options);
    Verdict InJoinSynReceived(const SegmentFacts& segment, OptionView options);
    Verdict InJoinAuthenticated(const SegmentFacts& segment, OptionView options);

    Verdict FallBack(HandshakeCause cause);
    Verdict ResetSubflow(HandshakeCause cause);
    [[nodiscard]] HandshakeCause Objection(const CapableFlags& offered) const;
    [[nodiscard]] CapableFlags LocalFlags() const;
    [[nodiscard]] std::optional<CapableAck> KeysFor(const OutgoingSegment& segment);
    [[nodiscard]] SenderKeys LocalFirstKeys() const;
    [[nodiscard]] SenderKeys RemoteFirstKeys() const;

    HandshakeState m_state;
    MptcpVersion m_version;
    Key m_localKey;
    std::optional<Key> m_remoteKey;
    Verdict m_lastVerdict;

    // MP_CAPABLE
    ChecksumPolicy m_checksumPolicy{ChecksumPolicy::Allow};
    bool m_localDenyJoin{false};
    bool m_checksumRequired{false};
    bool m_peerDeniesJoin{false};
    bool m_lastSynWasCapable{false}; //!< responder: the SYN/ACK carries what the SYN carried
    bool m_sentKeys{false};          //!< initiator: on an empty segment
    uint32_t m_unanswered{0};        //!< initiator: see OnUnanswered

    // MP_JOIN
    Nonce m_localNonce{0};
    AddressId m_localAddressId{0};
    bool m_localBackup{false};
    AddressId m_remoteAddressId{0};
    bool m_remoteBackup{false};
    JoinSyn m_joinSyn;       //!< responder: as received
    JoinSynAck m_joinSynAck; //!< initiator: as received; responder: as sent
    JoinAck m_joinAck;       //!< initiator: to send; responder: to expect
};

/**
 * The mapping that MP_CAPABLE declares for the first data; none without data fields.
 *
 * It means the same as a DSS and may arrive any number of times, also after the handshake
 * (RFC 8684 3.1).
 *
 * \param initial initial data sequence number of the option's sender
 */
[[nodiscard]] std::optional<DssMapping> FirstMapping(const CapableAck& ack, DataSequence initial);

} // namespace mptcp

#endif // MPTCP_SUBFLOW_HANDSHAKE_H
