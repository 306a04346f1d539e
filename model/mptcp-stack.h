// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STACK_H
#define MPTCP_STACK_H

#include "core/api/peer-memory.h"
#include "core/crypto/key-material.h"
#include "core/handshake/subflow-handshake.h"
#include "core/handshake/token-table.h"
#include "core/mib.h"
#include "core/paths/endpoint-table.h"
#include "core/paths/endpoint.h"
#include "core/paths/path-events.h"
#include "mptcp-buffer-settings.h"
#include "mptcp-event.h"

#include "ns3/ip-l4-protocol.h"
#include "ns3/net-device.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{

class MptcpAddressWatch;
class MptcpArrivals;
class MptcpJoinListeners;
class MptcpConnection;
class MptcpSocket;
class MptcpSubflow;
class Node;
class TcpL4Protocol;

/**
 * What the MPTCP hosts of a simulation keep per node: the token table, the choice of policies for
 * new connections, and the hook below TCP through which options enter outgoing segments.
 *
 * The hook replaces the down targets of the node's TcpL4Protocol and keeps the originals, the way
 * ns-3's own DSR does it. Plain TCP on the same node passes through untouched. The stack knows no
 * protocol; it only brings a segment to the subflow that is sending it. On the way up
 * ns3::MptcpArrivals does that, between IPv4 and TCP.
 *
 * Created and aggregated to the node by the first MptcpSocketFactory that needs it.
 */
class MptcpStack : public Object
{
  public:
    static TypeId GetTypeId();
    MptcpStack();
    ~MptcpStack() override;

    /// The stack of `node`, made and hooked in if there is none; `node` must have TCP installed.
    static Ptr<MptcpStack> Of(Ptr<Node> node);

    /// Fixes the random streams that keys and nonces come from; returns how many were used.
    int64_t AssignStreams(int64_t stream);

    [[nodiscard]] Ptr<Node> GetNode() const;
    [[nodiscard]] Ptr<TcpL4Protocol> GetTcp() const;
    /// Where subflows get their segments from; null without IPv4, and after Dispose.
    [[nodiscard]] Ptr<MptcpArrivals> GetArrivals() const;

    /// A key whose token no connection on this node uses, entered into the token table for `owner`
    /// (RFC 8684 3.1). Owner ids come from NewOwnerId. None when no free token was found.
    std::optional<mptcp::Key> ReserveKey(uint64_t owner, mptcp::MptcpVersion version);
    /// Removes what ReserveKey entered.
    void ReleaseKey(mptcp::Key key, mptcp::MptcpVersion version);
    [[nodiscard]] uint64_t NewOwnerId();
    [[nodiscard]] uint32_t NewNonce();

    /// Makes `connection` the one that MP_JOINs for its token reach.
    void Register(uint64_t owner, MptcpConnection* connection);
    void Unregister(uint64_t owner);
    /// The connection with this local token, or null (RFC 8684 3.2).
    [[nodiscard]] MptcpConnection* Find(mptcp::Token token) const;

    /// IP addresses of this node that can be used now. From the first question on, connections
    /// hear of changes.
    [[nodiscard]] std::vector<mptcp::IpAddress> UsableAddresses();
    [[nodiscard]] MptcpJoinListeners& GetJoinListeners();

    /// \name Endpoints and limits, for path managers that go by them (ip-mptcp(8))
    /// @{
    /// `ip mptcp endpoint add`: open connections use or announce it too.
    mptcp::EndpointTable::Outcome AddEndpoint(const mptcp::ManagedEndpoint& endpoint);
    /// `ip mptcp endpoint delete id ID`: closes the subflows it has; false if there is none.
    bool RemoveEndpoint(mptcp::AddressId id);
    /// `ip mptcp endpoint delete id 0 IFADDR`: closes the first subflows that use the address.
    void RemoveInitialAddress(const mptcp::IpAddress& address);
    /// `ip mptcp endpoint flush`.
    void FlushEndpoints();
    /// `ip mptcp endpoint change id ID`.
    mptcp::EndpointTable::Outcome ChangeEndpoint(mptcp::AddressId id, bool backup, bool fullmesh);
    /// `ip mptcp limits set`.
    void SetLimits(const mptcp::PathLimits& limits);
    /// None: nobody has set them, and the attributes of the path manager hold.
    [[nodiscard]] const std::optional<mptcp::PathLimits>& GetLimits() const;
    [[nodiscard]] const mptcp::EndpointTable& GetEndpoints() const;
    /// The identifier of an address that a subflow uses; see EndpointTable::IdOf.
    std::optional<mptcp::AddressId> EndpointIdOf(const mptcp::IpAddress& address);
    /// Whether subflows at the address are to be backups.
    [[nodiscard]] bool IsBackupEndpoint(const mptcp::IpAddress& address) const;
    /// @}

    /// How long an ADD_ADDR waits for its echo; zero: it is sent once.
    [[nodiscard]] Time GetAddAddressTimeout() const;

    /// Keeps a socket alive until Drop, even after its application has let go of it.
    void Keep(Ptr<MptcpSocket> socket);
    void Drop(Ptr<MptcpSocket> socket);

    /// What new connections do against full buffers.
    [[nodiscard]] MptcpBufferSettings GetBufferSettings() const;

    /// Payload of a full segment for new sockets; 0 leaves it to ns3::TcpSocket.
    [[nodiscard]] uint32_t GetSegmentBytes() const;

    /// How long a connection without any subflow waits for a new one.
    [[nodiscard]] Time GetCloseTimeout() const;
    /// Fast close by an ACK (RFC 8684 3.5, Option A) and not by a RST (Option R).
    [[nodiscard]] bool UsesFastCloseAck() const;
    /// Joins by the peer that one connection keeps half open.
    [[nodiscard]] uint32_t GetMaxHalfOpenJoins() const;
    /// MPTCP connections of this node whose tokens joins may name.
    [[nodiscard]] std::size_t GetConnections() const;
    /// Keys in use or reserved on this node: one per connection, and one per half-open connection
    /// that TCP keeps.
    [[nodiscard]] std::size_t GetTokens() const;
    /// The versions this host speaks; it offers the highest (RFC 8684 3.1).
    [[nodiscard]] mptcp::VersionRange GetVersions() const;
    /// Retransmissions of a SYN that still carry MP_CAPABLE (RFC 8684 3.1).
    [[nodiscard]] uint32_t GetSynRetransBeforeTcpFallback() const;
    /// Whether subflows may join at the address and port of the first (flag C, RFC 8684 3.1).
    [[nodiscard]] bool AllowsJoinInitialAddrPort() const;
    /// Whether our joins come from the local port of the first subflow (RFC 8684 3.9.1).
    [[nodiscard]] bool JoinsFromInitialPort() const;

    /// \name The host's policy about the use of MPTCP (api/mptcp-stack-policy.cc)
    /// @{
    /// For applications that do not ask for it (RFC 6897 4.5).
    [[nodiscard]] bool EnablesByDefault() const;
    /// What earlier attempts with the peer have taught (RFC 6897 3.2.1).
    [[nodiscard]] bool AvoidsMptcpWith(const mptcp::IpAddress& peer);
    void NoteAttempt(const mptcp::IpAddress& peer, bool succeeded);
    [[nodiscard]] const mptcp::PeerMemory& GetPeerMemory() const;
    /// TCP is tried beside MPTCP, so long after it, and whichever is answered first is used.
    [[nodiscard]] bool RacesTcp() const;
    [[nodiscard]] Time GetRaceDelay() const;
    /// Smaller buffers mean that an application does not want MPTCP (RFC 6897 4.4.3).
    [[nodiscard]] uint32_t GetLowestSendBuffer() const;
    [[nodiscard]] uint32_t GetLowestReceiveBuffer() const;
    /// For sockets with TCP_NODELAY (RFC 6897 4.4.2); empty: the one they have.
    [[nodiscard]] std::optional<ObjectFactory> GetNoDelayScheduler() const;
    /// @}

    /// \name Addresses and names (api/mptcp-stack-policy.cc)
    /// @{
    /// Whether an interface of this node has that address, up or not.
    [[nodiscard]] bool Owns(const mptcp::IpAddress& address) const;
    /// The device whose interface has that address; null if there is none.
    [[nodiscard]] Ptr<NetDevice> DeviceOf(const mptcp::IpAddress& address) const;
    /// As a line of /etc/hosts.
    /// \param addresses Ipv4Address or Ipv6Address, in the order in which they are tried
    void AddHost(const std::string& name, const std::vector<Address>& addresses);
    /// The addresses that AddHost gave the name; else those of the node of that name in
    /// ns3::Names; else none.
    [[nodiscard]] std::vector<mptcp::IpAddress> Resolve(const std::string& name) const;
    /// @}

    /// Whether anybody listens to the trace source "Events".
    [[nodiscard]] bool HasEventListeners() const;
    void Report(const MptcpEvent& event);
    /// What this host says about checksums when it opens or accepts a connection (flag A).
    [[nodiscard]] mptcp::ChecksumPolicy GetChecksumPolicy() const;

    /// The counters of this node, under the names of Linux.
    [[nodiscard]] const mptcp::MibCounters& GetMib() const;
    [[nodiscard]] mptcp::MibCounters& GetMib();

    /// The policies new connections are given.
    [[nodiscard]] const ObjectFactory& GetSchedulerFactory() const;
    [[nodiscard]] const ObjectFactory& GetPathManagerFactory() const;
    [[nodiscard]] const ObjectFactory& GetCongestionControlFactory() const;

    /**
     * Marks `subflow` as the one whose segment comes down next, for the life of the object.
     *
     * TCP hands a segment down within the call that builds it, so the sender is known without
     * parsing the segment or looking up its addresses.
     */
    class SendingScope
    {
      public:
        SendingScope(MptcpStack& stack, MptcpSubflow& subflow);
        ~SendingScope();
        SendingScope(const SendingScope&) = delete;
        SendingScope& operator=(const SendingScope&) = delete;

      private:
        MptcpStack& m_stack;
        MptcpSubflow* m_previous;
    };

  protected:
    void DoDispose() override;

  private:
    /// Adds what GetBufferSettings returns (mptcp-stack-buffers.cc).
    static TypeId AddBufferAttributes(TypeId type);
    /// Adds the host's policy (api/mptcp-stack-policy.cc).
    static TypeId AddPolicyAttributes(TypeId type);
    void SetPeerMemory(Time expiry);
    void Attach(Ptr<Node> node);
    void OnAddressesChanged();
    void TellConnections(const mptcp::PathEvent& event);
    void OnSegmentDown(Ptr<Packet> packet,
                       Ipv4Address source,
                       Ipv4Address destination,
                       uint8_t protocol,
                       Ptr<Ipv4Route> route);
    void OnSegmentDown6(Ptr<Packet> packet,
                        Ipv6Address source,
                        Ipv6Address destination,
                        uint8_t protocol,
                        Ptr<Ipv6Route> route);
    /// None when there is no checksum to compute.
    template <typename IpAddress>
    [[nodiscard]] std::optional<std::pair<Address, Address>> AddressesForChecksum(
        IpAddress source,
        IpAddress destination);

    Ptr<Node> m_node;
    Ptr<TcpL4Protocol> m_tcp;
    Ptr<MptcpArrivals> m_arrivals;
    IpL4Protocol::DownTargetCallback m_downTarget;
    IpL4Protocol::DownTargetCallback6 m_downTarget6;
    MptcpSubflow* m_sending{nullptr};
    std::optional<bool> m_isChecksumEnabled; //!< Node::ChecksumEnabled() at the first segment

    mptcp::MibCounters m_mib;
    TracedCallback<const MptcpEvent&> m_events;
    mptcp::TokenTable m_tokens;
    std::map<uint64_t, MptcpConnection*> m_connections;
    std::unique_ptr<MptcpAddressWatch> m_addressWatch;
    std::unique_ptr<MptcpJoinListeners> m_joinListeners;
    mptcp::EndpointTable m_endpoints;
    std::optional<mptcp::PathLimits> m_limits;
    std::vector<Ptr<MptcpSocket>> m_sockets;
    Ptr<UniformRandomVariable> m_random;
    uint64_t m_nextOwner{1};

    uint32_t m_segmentBytes{0};
    Time m_closeTimeout;
    bool m_usesFastCloseAck{false};
    uint32_t m_maxHalfOpenJoins{0};
    uint32_t m_version{1};
    uint32_t m_lowestVersion{0};
    uint32_t m_synRetransBeforeTcpFallback{2};
    bool m_allowJoinInitialAddrPort{true};
    bool m_joinFromInitialPort{false};
    Time m_addAddressTimeout;
    bool m_requiresChecksum{false};
    bool m_opportunisticRetransmission{false};
    bool m_penalisation{false};
    bool m_autotuning{false};
    uint32_t m_maxReceiveBufferBytes{0};
    uint32_t m_maxSendBufferBytes{0};
    bool m_cwndCapping{false};
    bool m_enablesByDefault{false};
    bool m_racesTcp{false};
    Time m_raceDelay;
    uint32_t m_lowestSendBufferBytes{0};
    uint32_t m_lowestReceiveBufferBytes{0};
    std::string m_noDelayScheduler;
    mptcp::PeerMemory m_peerMemory;
    std::map<std::string, std::vector<mptcp::IpAddress>> m_hosts;
    ObjectFactory m_schedulerFactory;
    ObjectFactory m_pathManagerFactory;
    ObjectFactory m_congestionControlFactory;
};

} // namespace ns3

#endif // MPTCP_STACK_H
