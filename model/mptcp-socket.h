// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SOCKET_H
#define MPTCP_SOCKET_H

#include "api/mptcp-application-profile.h"
#include "api/mptcp-connection-info.h"
#include "api/mptcp-socket-options.h"
#include "core/api/use-decision.h"
#include "core/stream/connection-states.h"
#include "mptcp-event.h"
#include "mptcp-socket-settings.h"
#include "mptcp-subflow.h"
#include "mptcp-traces.h"

#include "ns3/tcp-socket.h"
#include "ns3/traced-callback.h"

#include <memory>
#include <vector>

namespace ns3
{

class MptcpConnectAttempts;
class MptcpConnection;
class MptcpStack;
class MptcpSubflow;

/**
 * What applications hold: the ns3::Socket API of an MPTCP connection (RFC 8684), or of plain TCP
 * when the peer does not speak MPTCP (RFC 8684 3.7).
 *
 * It checks states and arguments, keeps the attributes of ns3::TcpSocket, and reports events. All
 * else is the connection's business. Create one with
 * `Socket::CreateSocket(node, TypeId::LookupByName("ns3::MptcpSocketFactory"))`.
 */
class MptcpSocket : public TcpSocket
{
  public:
    static TypeId GetTypeId();
    MptcpSocket();
    /// For accepted connections: takes over settings and the callbacks that ns-3 inherits.
    MptcpSocket(const MptcpSocket& listener);
    ~MptcpSocket() override;

    void SetStack(Ptr<MptcpStack> stack);

    // The Socket API.
    SocketErrno GetErrno() const override;
    SocketType GetSocketType() const override;
    Ptr<Node> GetNode() const override;
    int Bind() override;
    int Bind6() override;
    int Bind(const Address& address) override;
    int Connect(const Address& address) override;
    int Listen() override;
    int Close() override;
    int ShutdownSend() override;
    int ShutdownRecv() override;
    int Send(Ptr<Packet> packet, uint32_t flags) override;
    int SendTo(Ptr<Packet> packet, uint32_t flags, const Address& toAddress) override;
    Ptr<Packet> Recv(uint32_t maxSize, uint32_t flags) override;
    Ptr<Packet> RecvFrom(uint32_t maxSize, uint32_t flags, Address& fromAddress) override;
    uint32_t GetTxAvailable() const override;
    uint32_t GetRxAvailable() const override;
    int GetSockName(Address& address) const override;
    int GetPeerName(Address& address) const override;
    void BindToNetDevice(Ptr<NetDevice> device) override;
    bool SetAllowBroadcast(bool allowBroadcast) override;
    bool GetAllowBroadcast() const override;

    /**
     * Ends the connection at once, as SO_LINGER with a time of 0 and close() do on a real host:
     * what is unsent or unread is given up and the peer is told by MP_FASTCLOSE (RFC 8684 3.5), or
     * by a RST in plain TCP. The peer's application sees an error close; this one gets no more
     * callbacks.
     */
    int Abort();
    /**
     * Makes a subflow a backup, or a regular one again, and asks the peer to do the same (MP_PRIO,
     * RFC 8684 3.3.8), as `ip mptcp endpoint change` does on Linux.
     * \param subflowId as MptcpSubflowStateChange names it.
     * \return 0, or -1 with ERROR_INVAL when there is no such subflow.
     */
    int SetSubflowBackup(uint16_t subflowId, bool backup);
    /**
     * Another packet scheduler than the stack's attribute `Scheduler` names, from now on: before
     * the connection is opened, on a listening socket for those it accepts, or in mid-connection.
     * \code
     *   socket->SetScheduler(ObjectFactory("ns3::MptcpRoundRobin", "Segments", UintegerValue(4)));
     * \endcode
     * What the old one has bound to subflows stays there.
     * \return 0, or -1 with ERROR_INVAL when that does not make an ns3::MptcpScheduler.
     */
    int SetScheduler(const ObjectFactory& factory);

    /// \name The basic API (RFC 6897 5.3), as options and as functions (mptcp-socket-multipath.cc)
    ///
    /// All of them change everything that was asked for or, with -1 and an error, nothing:
    /// ERROR_OPNOTSUPP for an option that does not exist or cannot be set, or read; ERROR_INVAL for
    /// a value of the wrong type; ERROR_ISCONN and ERROR_NOTCONN for the wrong time;
    /// ERROR_ADDRNOTAVAIL for an address that is not this node's; ERROR_AFNOSUPPORT for what is no
    /// IP address.
    /// @{
    /// \param option one of MptcpSocketOption
    int SetMultipathOption(int option, const MptcpOptionValue& value);
    int GetMultipathOption(int option, MptcpOptionValue& value) const;
    /// TCP_MULTIPATH_ENABLE, before Connect or Listen: whether to negotiate MPTCP, whatever speaks
    /// against it.
    int SetMultipathEnabled(bool enabled);
    /// TCP_MULTIPATH_ADD: before Connect or Listen, the addresses that may be used and no others;
    /// later, further ones. An address may have a port.
    int AddLocalAddresses(const MptcpAddressList& addresses);
    /// TCP_MULTIPATH_REMOVE: not to be used, or no longer. Of a connection their subflows are
    /// closed and the peer is told, after other addresses have taken over where there are any.
    int RemoveLocalAddresses(const MptcpAddressList& addresses);
    int RemoveLocalAddress(const Address& address);
    /// TCP_MULTIPATH_SUBFLOWS: of the established ones; empty without a connection.
    [[nodiscard]] std::vector<MptcpSubflowAddresses> GetSubflowAddresses() const;
    /// TCP_MULTIPATH_CONNID: the token by which peers join this connection; 0 without MPTCP.
    [[nodiscard]] uint32_t GetConnectionId() const;
    /// Connect to a host by its name, without any address (RFC 6897 A.3 REQ5): `name` is one that
    /// MptcpStack::AddHost of this node has given addresses, or of a node in ns3::Names. Addresses
    /// are tried one after the other, each as a host of its own: nothing says that they belong
    /// together (RFC 6897 6.4). ERROR_NOROUTETOHOST when nobody has that name.
    int ConnectByName(const std::string& name, uint16_t port);
    /// \name An advanced API (RFC 6897 A.3; mptcp-socket-advanced.cc)
    /// @{
    /// So many subflows and no more (REQ7): opens or closes what is missing or too much, now and
    /// when the connection is established.
    /// \return 0, or -1 with ERROR_ADDRNOTAVAIL when there are not as many pairs of addresses,
    /// and then the number stays as it was. When only the attempt has shown that a way or a port
    /// is missing, SYNs have left, and what they opened is closed again. ERROR_NOTCONN when it is
    /// too late, ERROR_INVAL for none
    int RequestSubflows(uint32_t count);
    /// One more subflow, from a local address, with a port or 0, to a remote address and port
    /// (REQ7), which need not have been announced. The path manager is not asked.
    /// \return 0, or -1 with ERROR_AFNOSUPPORT when the addresses are of two families,
    /// ERROR_ADDRNOTAVAIL when the local one is not this node's or must not be used
    int OpenSubflow(const Address& local, const Address& remote, bool backup = false);
    /// \param subflowId as MptcpSubflowStateChange names it
    int CloseSubflow(uint16_t subflowId);
    /// The others become backups (REQ11), here and at the peer.
    int SetPreferredSubflow(uint16_t subflowId);
    /// Subflows from this address are backups (REQ11), those there are and those to come.
    /// \param address an Ipv4Address or Ipv6Address of this node
    int SetLocalAddressBackup(const Address& address, bool backup);
    /// When further subflows are opened (REQ10).
    /// \param enoughBytes what WhenEnoughData waits for, in both directions together
    void SetOpeningPolicy(mptcp::OpeningPolicy policy,
                          uint64_t enoughBytes = mptcp::OpeningRules().enoughBytes);
    /// What can be said in advance about the transfer (REQ9).
    void SetCommunicationHints(const mptcp::CommunicationHints& hints);
    /// Another path manager than the stack's, before Connect or Listen; as SetScheduler.
    int SetPathManager(const ObjectFactory& factory);
    /// On how many subflows each byte is sent (REQ12); 0: all there are; 1: no copies, by the
    /// scheduler of the stack.
    int SetRedundancy(uint32_t copies);
    /// Scheduler, path manager, number of subflows and redundancy together (REQ8).
    int SetApplicationProfile(MptcpApplicationProfile profile);
    /// @}

    /// \name What Linux tells (mptcp-connection-info.cc)
    /// @{
    /// MPTCP_INFO; none, and ERROR_NOTCONN, without a connection.
    [[nodiscard]] std::optional<MptcpInfo> GetMptcpInfo() const;
    /// MPTCP_TCPINFO and MPTCP_SUBFLOW_ADDRS in one, and each subflow's share of the traffic
    /// (RFC 6897 A.3 REQ6), of those that are open, in order of creation.
    [[nodiscard]] std::vector<MptcpSubflowInfo> GetSubflowInfo() const;
    /// @}

    /// What has been set of the IP level, for all subflows.
    [[nodiscard]] MptcpIpOptions GetIpOptions() const;
    /// Why MPTCP is used or not, as decided by Connect or Listen.
    [[nodiscard]] mptcp::UseDecision GetUseDecision() const;
    /// @}
    /// How the connection came to its end: for telling error closes apart, since ns-3 has no
    /// errno for a reset (GetErrno is ERROR_NOTCONN then) or a timeout (ERROR_NOROUTETOHOST).
    [[nodiscard]] mptcp::CloseCause GetCloseCause() const;

    /// True from the end of the handshake for as long as the connection speaks MPTCP.
    [[nodiscard]] bool IsMultipath() const;
    /// Token by which peers join this connection (RFC 8684 3.2); 0 without MPTCP.
    [[nodiscard]] uint32_t GetToken() const;
    /// The subflows that are open now, in order of creation.
    [[nodiscard]] std::vector<Ptr<MptcpSubflow>> GetSubflows() const;
    /// Null before Connect and on listening sockets.
    [[nodiscard]] MptcpConnection* GetConnection() const;

    /// \name What the connection reports
    /// @{
    /// `who` may be one of several attempts to connect.
    void ReportConnected(MptcpConnection& who);
    void ReportConnectionFailed(MptcpConnection& who, SocketErrno error);
    void ReportReadable();
    void ReportWritable();
    void ReportDataSent(uint32_t bytes);
    void ReportPeerClosed();
    void ReportError(SocketErrno error);
    /// The connection is over and the stack may let go of this socket.
    void ReportFinished(MptcpConnection& who);
    void ReportSubflowState(const MptcpSubflowStateChange& change);
    /// Where to tell decisions of the scheduler; nobody may be listening.
    [[nodiscard]] const TracedCallback<const MptcpSchedulerDecision&>& Decisions() const;
    void ReportDataAck(const MptcpDataAckAdvance& advance);
    /// @}

  protected:
    void DoDispose() override;

  private:
    enum class State
    {
        Closed,
        Listening,
        Connecting,
        Established,
        Finished
    };

    /// Hands what has changed to subflows that are there.
    void ApplySettings();

    // Attributes of ns3::TcpSocket.
    void SetSndBufSize(uint32_t size) override;
    uint32_t GetSndBufSize() const override;
    void SetRcvBufSize(uint32_t size) override;
    uint32_t GetRcvBufSize() const override;
    void SetSegSize(uint32_t size) override;
    uint32_t GetSegSize() const override;
    void SetInitialSSThresh(uint32_t threshold) override;
    uint32_t GetInitialSSThresh() const override;
    void SetInitialCwnd(uint32_t cwnd) override;
    uint32_t GetInitialCwnd() const override;
    void SetConnTimeout(Time timeout) override;
    Time GetConnTimeout() const override;
    void SetSynRetries(uint32_t count) override;
    uint32_t GetSynRetries() const override;
    void SetDataRetries(uint32_t retries) override;
    uint32_t GetDataRetries() const override;
    void SetDelAckTimeout(Time timeout) override;
    Time GetDelAckTimeout() const override;
    void SetDelAckMaxCount(uint32_t count) override;
    uint32_t GetDelAckMaxCount() const override;
    void SetTcpNoDelay(bool noDelay) override;
    bool GetTcpNoDelay() const override;
    void SetPersistTimeout(Time timeout) override;
    Time GetPersistTimeout() const override;

    /// \name Whether, and from where (mptcp-socket-multipath.cc)
    /// @{
    [[nodiscard]] bool IsBoundToAddress() const;
    [[nodiscard]] bool HasSmallBuffer() const;
    /// `peer` is empty for a listening socket.
    void DecideUse(const std::optional<mptcp::IpAddress>& peer);
    /// Makes what bindings say part of the rules for local addresses.
    void RestrictToBindings();
    /// Binds the first subflow to an address that may be used, if there are rules.
    SocketErrno BindFirst(const Address& remote);
    void SetFateSharing(bool shares);
    bool GetFateSharing() const;
    /// False, and an error is set, once it is too late.
    bool SetMultipath(std::string choice);
    std::string GetMultipath() const;
    /// @}
    /// \name Attempts to connect, of which there may be several (mptcp-socket-connect.cc)
    /// @{
    /// ERROR_NOTERROR once Connect may go on.
    [[nodiscard]] SocketErrno CheckConnect(const Address& address) const;
    /// A connection in the making; null, and the error is set, when that is not possible.
    std::unique_ptr<MptcpConnection> Attempt(const Address& remote, bool useMptcp);
    /// Makes the first attempt to reach `remote` the connection; 0, or -1 and an error.
    int Begin(const Address& remote);
    /// The same for the addresses of a name that are left.
    int BeginNext();
    void StartRival();
    /// True when another attempt goes on.
    bool GoOnWithout(MptcpConnection& failed);
    void EndAttempts();
    /// The stack need not keep this socket any more.
    void LetGo();
    /// All that are, or may become, the connection of this socket: options are for each of them.
    [[nodiscard]] std::vector<MptcpConnection*> Connections() const;
    /// After a Connect that failed: as it was before.
    /// \param bound what the socket was bound to; invalid: nothing
    void Undo(const MptcpSocketSettings& settings,
              const mptcp::UseDecision& decision,
              const Address& bound);
    void ForgetFirst();
    /// @}

    int Fail(SocketErrno error) const;
    int Answer(SocketErrno error) const;
    void ApplyOpeningRules();
    void SetMostSubflows(std::optional<uint32_t> most);
    void UseScheduler(const ObjectFactory& factory);
    /// False, with the reason logged, when the settings cannot carry a connection.
    bool CheckSettings() const;
    Ptr<MptcpSubflow> FirstSubflow();
    /// An event of the host's, when this socket listens.
    void ReportListener(MptcpEvent::Type type);
    bool OnConnectionRequest(Ptr<Socket> subflow, const Address& from);
    void OnSubflowAccepted(Ptr<Socket> subflow, const Address& from);

    Ptr<MptcpStack> m_stack;
    Ptr<MptcpSubflow> m_first; //!< bound or listening; the connection has it from Connect on
    std::unique_ptr<MptcpConnection> m_connection;
    std::unique_ptr<MptcpConnectAttempts> m_attempts; //!< only when there may be several
    MptcpSocketSettings m_settings;
    State m_state{State::Closed};
    std::optional<bool> m_enable; //!< TCP_MULTIPATH_ENABLE
    mptcp::UseDecision m_decision;
    mutable SocketErrno m_errno{ERROR_NOTERROR};
    bool m_hasChosenScheduler{false}; //!< by the application, so TCP_NODELAY does not
    bool m_shutdownSend{false};
    bool m_shutdownReceive{false};
    bool m_peerClosed{false};
    Address m_localName; //!< of the first subflow, for when it is gone
    Address m_peerName;

    TracedCallback<const MptcpSubflowStateChange&> m_subflowStateTrace;
    TracedCallback<const MptcpSchedulerDecision&> m_decisionTrace;
    TracedCallback<const MptcpDataAckAdvance&> m_dataAckTrace;
};

} // namespace ns3

#endif // MPTCP_SOCKET_H
