// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SOCKET_H
#define MPTCP_SOCKET_H

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
    void ReportConnected();
    void ReportConnectionFailed(SocketErrno error);
    void ReportReadable();
    void ReportWritable();
    void ReportDataSent(uint32_t bytes);
    void ReportPeerClosed();
    void ReportError(SocketErrno error);
    /// The connection is over and the stack may let go of this socket.
    void ReportFinished();
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

    int Fail(SocketErrno error) const;
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
    MptcpSocketSettings m_settings;
    State m_state{State::Closed};
    mutable SocketErrno m_errno{ERROR_NOTERROR};
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
