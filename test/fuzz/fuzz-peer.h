// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FUZZ_PEER_H
#define MPTCP_FUZZ_PEER_H

#include "core/crypto/key-material.h"
#include "fuzz-host.h"
#include "fuzz-input.h"
#include "scripted-peer.h"
#include "stream-model.h"

#include <optional>
#include <ostream>
#include <vector>

namespace mptcp::fuzz
{

using Bytes = std::vector<uint8_t>;

/// The peer's side of one subflow.
struct Flow
{
    ns3::script::PeerSubflow* wire{nullptr};
    std::size_t link{0};
    bool isJoin{false};
    bool isFromHost{false}; //!< the host sent the first SYN
    uint32_t next{0};       //!< offset the peer sends next; 0 is its SYN
    uint32_t hostNext{0};   //!< offset expected from the host
    uint32_t confirmed{0};  //!< last acknowledgement from the host
    std::optional<Nonce> hostNonce;
};

/// A segment before the fuzzer has spoilt it.
struct Draft
{
    uint8_t flags{0};
    std::vector<Bytes> options;
    std::size_t payloadBytes{0};
    std::optional<uint32_t> offset{}; //!< the next one unless it is given
};

/**
 * A peer that knows the keys, and so can say what is right; what it says is up to the input.
 *
 * It keeps the books: what the host may deliver (StreamModel) and may send (the windows it was
 * given), and checks every segment of the host against them.
 */
class Peer
{
  public:
    static constexpr Nonce OWN_NONCE = 0x13579bdf;
    static constexpr uint16_t FULL_WINDOW_BYTES = 65535;

    /// \param log as in PlayConversation
    Peer(ns3::script::ScriptedPeer& network, const Host& host, std::ostream* log);

    Flow& OpenFlow(std::size_t link, bool isJoin);
    [[nodiscard]] std::size_t FlowCount() const;
    [[nodiscard]] Flow& FlowAt(std::size_t index);

    /// Takes what has arrived and checks it; finds out about subflows of the host.
    void Observe();
    /// Checks what the host has delivered since the last time.
    void CheckDelivered();
    /// Sends `draft`, changed as the input says; a first byte of zero leaves it as it is.
    void Send(std::size_t flow, Draft draft, Input& input);
    /// Sends an earlier segment again, or one that was held back.
    void Repeat(std::size_t howLongAgo);
    /// Answers everything that has arrived with a reset, as a host that knows nothing of it.
    void RefuseAll();
    /// Resets everything, for hosts that wait for the peer to speak.
    void ResetAll();

    /// \name Options
    /// @{
    [[nodiscard]] static Bytes Encode(const MptcpOption& option);
    [[nodiscard]] CapableSynAck OwnKey() const;
    [[nodiscard]] CapableAck Keys(std::optional<FirstData> data = std::nullopt) const;
    [[nodiscard]] JoinSyn JoinRequest(std::size_t flow) const;
    [[nodiscard]] JoinSynAck JoinAnswer(std::size_t flow) const;
    [[nodiscard]] JoinAck JoinConfirmation(std::size_t flow) const;
    [[nodiscard]] AddAddress Announcement(AddAddress announced) const;
    /// The Data ACK of all that has come.
    [[nodiscard]] DataAck Acknowledgement(int64_t delta, bool is64) const;
    /// Maps `lengthBytes` of the stream from `data` to the subflow from `offset` on, checksum and
    /// all if there are checksums.
    [[nodiscard]] DssMapping Mapping(std::size_t flow,
                                     uint64_t data,
                                     uint32_t offset,
                                     uint16_t lengthBytes,
                                     bool hasFin) const;
    [[nodiscard]] static DssMapping Narrow(DssMapping mapping);
    [[nodiscard]] Key HostKey() const;
    /// @}

    /// Position of the next byte of the peer's stream; 1 is the first.
    uint64_t nextData{1};

  private:
    struct Recorded
    {
        std::size_t flow;
        ns3::script::Segment segment;
    };

    void Observe(std::size_t flow, const ns3::script::Received& segment);
    void LearnHandshake(std::size_t flow, const ns3::script::Received& segment);
    void LearnFlags(const CapableFlags& flags);
    void CheckPayload(std::size_t flow, const ns3::script::Received& segment);
    void CheckDataAck(const ns3::script::Received& segment) const;
    [[nodiscard]] uint64_t HostPosition(uint64_t number, bool is64) const;
    void Transmit(const Recorded& recorded);
    void FindOpened();
    void Refuse(std::size_t flow, const ns3::script::Received& segment);
    void Log(std::size_t flow, const ns3::script::Received& segment) const;
    void Log(std::size_t flow, const ns3::script::Segment& segment) const;
    void Record(std::size_t flow, const ns3::script::Segment& segment);
    void RecordOption(std::size_t flow, const ns3::script::Segment& segment, const Bytes& option);
    /// A window that starts at `acknowledged`, if that can be.
    void OpenWindow(uint64_t acknowledged, uint32_t windowBytes);

    ns3::script::ScriptedPeer& m_network;
    const Host& m_host;
    std::ostream* m_log;
    StreamModel m_model;
    std::vector<Flow> m_flows;
    std::vector<Recorded> m_sent; //!< or held back
    uint64_t m_hostData{1};       //!< position expected from the host
    uint64_t m_acknowledged{1};   //!< highest Data ACK sent that can be
    uint64_t m_windowEnd{1};      //!< one past the last position the host may send
    std::size_t m_checkedBytes{0};
    MptcpVersion m_version{MptcpVersion::V1};
    Key m_hostKey;
    KeyMaterial m_own;
    KeyMaterial m_hosts;
    bool m_hasChecksums{false};
    bool m_hostIsInfinite{false};
};

} // namespace mptcp::fuzz

#endif // MPTCP_FUZZ_PEER_H
