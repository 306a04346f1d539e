// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_CONVERSATION_FIXTURE_H
#define MPTCP_CONVERSATION_FIXTURE_H

#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "scripted-peer.h"
#include "simulation-fixture.h"

#include "ns3/node.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <memory>
#include <string>

namespace ns3::script
{

/// What the host's application has seen and what it does with the connection under test.
class HostApplication
{
  public:
    static constexpr uint16_t PORT = 80;

    explicit HostApplication(Ptr<Node> node);

    /// Waits for one connection to PORT.
    void Listen();
    void Connect(Ipv4Address address);
    void Write(const std::string& text);
    /// Nothing more will be written; reading goes on.
    void ShutdownSend();
    void Close();
    /// Of the connection; to be called before there is one.
    static void SetBuffers(uint32_t sendBytes, uint32_t receiveBytes);
    /// What arrives waits in the socket, or no longer.
    void SetReading(bool isReading);

    /// Takes that much of what waits.
    void Read(uint32_t maxBytes);
    /// Written and not acknowledged by the peer.
    [[nodiscard]] uint32_t UnacknowledgedBytes() const;
    /// The connection's; of a listening application once there is a connection.
    [[nodiscard]] Ptr<MptcpSocket> GetSocket() const;
    [[nodiscard]] const std::string& Received() const;
    [[nodiscard]] bool IsConnected() const;
    [[nodiscard]] bool HasFailed() const;
    [[nodiscard]] bool HasPeerClosed() const;
    [[nodiscard]] bool HasError() const;

  private:
    Ptr<MptcpSocket> CreateSocket();
    void Use(Ptr<MptcpSocket> socket);

    Ptr<Node> m_node;
    Ptr<MptcpSocket> m_listener;
    Ptr<MptcpSocket> m_socket;
    std::string m_received;
    bool m_isReading{true};
    bool m_isConnected{false};
    bool m_hasFailed{false};
    bool m_hasPeerClosed{false};
    bool m_hasError{false};
};

/**
 * One MPTCP host and a scripted peer at the other end of its links.
 *
 * The verbs establish what most dialogues begin with; each is itself a dialogue, checked as such.
 */
class ConversationTest : public SimulationTest
{
  protected:
    /// \param scheduler TypeId name
    explicit ConversationTest(std::size_t links, const std::string& scheduler = "ns3::MptcpMinRtt");
    ~ConversationTest() override;

    /// The peer opens a connection to the listening host, up to and including the third ACK.
    PeerSubflow& OpenConnection();
    /// The host opens a connection, which the peer answers, and the first DATA_ACK tells it that
    /// the peer has the keys.
    PeerSubflow& AcceptConnection();
    /// The peer joins from `link`, all four segments.
    PeerSubflow& Join(std::size_t link, mptcp::AddressId id = 1);
    /// The host joins on `link`, all four segments.
    PeerSubflow& AcceptJoin(std::size_t link);

    /// Of every MP_CAPABLE, without any wish.
    [[nodiscard]] mptcp::CapableFlags Flags() const;
    /// A counter of the host.
    [[nodiscard]] uint64_t Count(mptcp::Mib counter) const;
    /// The host demands checksums (RFC 8684 3.1).
    void DemandChecksums() const;
    /// MP_CAPABLE of a SYN; only version 0 has the key in it.
    [[nodiscard]] mptcp::CapableSyn Offer(mptcp::Key key) const;
    /// MP_CAPABLE of the third ACK, as the peer sends it.
    [[nodiscard]] mptcp::CapableAck Keys() const;
    /// MP_CAPABLE of the peer's SYN/ACK.
    [[nodiscard]] mptcp::CapableSynAck OwnKey() const;
    /// The number by which the host knows this connection.
    [[nodiscard]] mptcp::Token HostToken() const;
    /// The peer's codes of the MP_JOIN handshake.
    [[nodiscard]] mptcp::JoinAck JoinCode(mptcp::Nonce own, mptcp::Nonce host) const;
    [[nodiscard]] uint64_t ShortJoinCode(mptcp::Nonce own, mptcp::Nonce host) const;
    /// The codes the host must show.
    [[nodiscard]] mptcp::JoinAck HostJoinCode(mptcp::Nonce host, mptcp::Nonce own) const;
    [[nodiscard]] uint64_t HostShortJoinCode(mptcp::Nonce host, mptcp::Nonce own) const;

    static constexpr mptcp::Nonce OWN_NONCE = 0x13579bdf;

    Ptr<Node> hostNode;
    std::unique_ptr<ScriptedPeer> peerOwner;
    ScriptedPeer& peer;
    std::unique_ptr<HostApplication> hostOwner;
    HostApplication& host;
    bool peerUsesChecksums{false}; //!< flag A in what the peer says (RFC 8684 3.1)
};

/// A host with one address, which therefore neither announces nor opens anything on its own.
class OneLinkConversation : public ConversationTest
{
  protected:
    OneLinkConversation()
        : ConversationTest(1)
    {
    }
};

/// A host with two addresses.
class TwoLinkConversation : public ConversationTest
{
  protected:
    TwoLinkConversation()
        : ConversationTest(2)
    {
    }
};

} // namespace ns3::script

#endif // MPTCP_CONVERSATION_FIXTURE_H
