// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SCRIPTED_PEER_H
#define MPTCP_SCRIPTED_PEER_H

#include "core/crypto/key-material.h"
#include "segment-builders.h"

#include "ns3/ipv4-address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/nstime.h"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace ns3::script
{

class PeerSubflow;

/**
 * The far end of all links of one real host: a node without any TCP, whose segments a test sends
 * and expects one by one.
 *
 * Link i joins the host's address 10.0.i.1 to the peer's 10.0.i.2; every address of the peer can
 * be reached over every link. Time passes only while the script waits for something.
 */
class ScriptedPeer
{
  public:
    /// Key of the script's side unless a test chooses another.
    static constexpr mptcp::Key DEFAULT_KEY{0x0123456789abcdef};
    static constexpr int64_t LINK_DELAY_MS = 5; //!< one way

    /// Makes the links; `host` must have an internet stack.
    ScriptedPeer(Ptr<Node> host, std::size_t links);
    ~ScriptedPeer();
    ScriptedPeer(const ScriptedPeer&) = delete;
    ScriptedPeer& operator=(const ScriptedPeer&) = delete;

    [[nodiscard]] static Ipv4Address HostAddress(std::size_t link);
    [[nodiscard]] static Ipv4Address PeerAddress(std::size_t link);

    /// A subflow the script is going to open from `link` to a port of the host.
    PeerSubflow& Open(std::size_t link, uint16_t hostPort);
    /// The same to any address of the host.
    PeerSubflow& Open(std::size_t link, Ipv4Address hostAddress, uint16_t hostPort);
    /// Waits for a SYN from the host on `link`; the SYN itself is then there to be expected.
    PeerSubflow& AwaitSyn(std::size_t link,
                          const char* file = __builtin_FILE(),
                          int line = __builtin_LINE());
    /// A subflow the host has opened and nobody has asked for yet; null when there is none.
    PeerSubflow* TakeOpened();
    /// Fails when a SYN comes from the host within that time.
    void ExpectNoSyn(Time duration,
                     const char* file = __builtin_FILE(),
                     int line = __builtin_LINE());
    /// Lets time pass; what arrives waits to be expected.
    void Wait(Time duration);

    /// Of MPTCP, 1 at first: how options are read and what follows from keys. To be called first.
    void SetVersion(mptcp::MptcpVersion version);
    [[nodiscard]] mptcp::MptcpVersion Version() const;
    void SetKey(mptcp::Key key);
    [[nodiscard]] mptcp::Key Key() const;
    /// The host's key, from its MP_CAPABLE.
    [[nodiscard]] mptcp::Key RemoteKey() const;
    [[nodiscard]] const StreamNumbers& Numbers() const;

    /// \name For the subflows
    /// @{
    struct Datagram
    {
        Ipv4Address source;
        Ipv4Address destination;
        std::vector<uint8_t> bytes;
    };

    void Transmit(std::size_t link, const Datagram& datagram);
    /// Learns the host's key from the options of a segment.
    void Learn(const Received& segment);
    /// Runs the simulation until `isDone` or the time is over; false in that case.
    bool RunUntil(Time timeout, const std::function<bool()>& isDone);
    /// @}

  private:
    void OnPacket(Ptr<NetDevice> device,
                  Ptr<const Packet> packet,
                  uint16_t protocol,
                  const Address& from,
                  const Address& to,
                  NetDevice::PacketType type);
    Ptr<Node> m_node;
    std::vector<Ptr<NetDevice>> m_devices;
    std::vector<std::unique_ptr<PeerSubflow>> m_subflows;
    std::vector<PeerSubflow*> m_unawaited; //!< opened by the host, not yet asked for
    uint16_t m_nextPort{40000};
    mptcp::MptcpVersion m_version{mptcp::MptcpVersion::V1};
    mptcp::Key m_key{DEFAULT_KEY};
    mptcp::Key m_remoteKey;
    StreamNumbers m_numbers;
};

/// One subflow of the scripted peer: a dialogue.
class PeerSubflow
{
  public:
    /// How long Expect waits: longer than the host's SYN and retransmission timers at the start.
    static constexpr int64_t PATIENCE_SECONDS = 10;

    struct Name
    {
        std::size_t link{0};
        Ipv4Address hostAddress;
        Ipv4Address peerAddress;
        uint16_t hostPort{0};
        uint16_t peerPort{0};

        /// The link is not part of it: one subflow may be seen on several.
        [[nodiscard]] bool IsSameAs(const Name& other) const;
    };

    PeerSubflow(ScriptedPeer& peer, const Name& name);

    /// Whether SYNs offer timestamps, and SACK; set before the first of them. True at first.
    void SetOffers(bool timestamps, bool sack);

    /// Sends one segment now.
    void Send(const Segment& segment);

    /// The next segment has to be this one.
    Received Expect(const Segment& segment,
                    const char* file = __builtin_FILE(),
                    int line = __builtin_LINE());
    /// One of the next segments has to be this one; what comes before it is skipped.
    Received ExpectLater(const Segment& segment,
                         const char* file = __builtin_FILE(),
                         int line = __builtin_LINE());
    /// Nothing may arrive within that time.
    void ExpectSilence(Time duration,
                       const char* file = __builtin_FILE(),
                       int line = __builtin_LINE());
    /// Within that time no segment that looks like this one may arrive; others may, and are kept.
    void ExpectNone(const Segment& segment,
                    Time duration,
                    const char* file = __builtin_FILE(),
                    int line = __builtin_LINE());
    /// Takes what has arrived by now, in order of arrival.
    std::vector<Received> TakeArrived();
    /// Takes everything that arrives until nothing has for `quiet`; all of it in order of arrival.
    std::vector<Received> Collect(Time quiet);

    /// Number of the next byte the script sends; moves on by Send.
    [[nodiscard]] uint32_t NextSeq() const;
    /// As if so many bytes had been sent and lost.
    void Skip(uint32_t bytes);
    [[nodiscard]] const Name& GetName() const;

    /// A segment of this subflow has arrived.
    void Arrive(const std::vector<uint8_t>& bytes);

  private:
    std::vector<uint8_t> Serialize(const Segment& segment) const;
    std::vector<uint8_t> OptionBytes(const Segment& segment) const;
    [[nodiscard]] Received Parse(const std::vector<uint8_t>& bytes);
    void ParseOption(const std::vector<uint8_t>& option, Received& segment);
    Received Take();
    [[noreturn]] void Fail(const std::string& what, const char* file, int line) const;

    ScriptedPeer& m_peer;
    Name m_name;
    std::deque<Received> m_arrived;
    std::vector<Received> m_history;
    bool m_offersTimestamps{true};
    bool m_offersSack{true};
    bool m_hostHasTimestamps{false};
    uint32_t m_isn{1000000}; //!< not 0, to see that offsets count from it
    std::optional<uint32_t> m_hostIsn;
    uint32_t m_nextSeq{0};
    uint32_t m_nextAck{0};
    uint32_t m_lastTimestamp{0};
    uint8_t m_hostWindowShift{0};
};

} // namespace ns3::script

#endif // MPTCP_SCRIPTED_PEER_H
