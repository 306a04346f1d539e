// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_STREAM_APPLICATIONS_H
#define MPTCP_STREAM_APPLICATIONS_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/type-id.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{

/**
 * A byte stream that can be checked: the byte at each position follows from the position, with a
 * period that no power of two and no segment size divides, so that a lost, repeated or exchanged
 * piece shows.
 */
class PatternStream
{
  public:
    /// `count` bytes from `position` on.
    static Ptr<Packet> Make(uint64_t position, uint32_t count);
    /// True when `packet` is exactly what Make would give.
    static bool Matches(uint64_t position, Ptr<const Packet> packet);
};

/// SHA-256 of a byte stream, piece by piece.
class StreamHash
{
  public:
    StreamHash();
    ~StreamHash();
    void Add(Ptr<const Packet> packet);
    /// Hexadecimal, of everything added so far.
    [[nodiscard]] std::string Digest() const;

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

/**
 * One end of a checked transfer: sends so many bytes of the pattern, takes what comes, and knows
 * afterwards whether it was right. Works over any stream socket.
 *
 * With `Listen` true it accepts one connection at a time, otherwise it opens one. Either end may
 * send; when it has sent everything it shuts down its sending side, and it closes when both
 * directions are through.
 */
class StreamEndpoint : public Application
{
  public:
    static constexpr uint64_t UNLIMITED = UINT64_MAX;

    static TypeId GetTypeId();
    StreamEndpoint();
    ~StreamEndpoint() override;

    [[nodiscard]] Ptr<Socket> GetSocket() const; //!< the connection's; null before there is one
    [[nodiscard]] uint64_t SentBytes() const;    //!< accepted by the socket
    [[nodiscard]] uint64_t ReceivedBytes() const;
    [[nodiscard]] bool IsIntact() const; //!< everything received follows the pattern
    [[nodiscard]] bool HasPeerClosed() const;
    [[nodiscard]] bool HasFailed() const; //!< connection refused, reset or given up
    [[nodiscard]] Socket::SocketErrno Error() const;
    [[nodiscard]] std::string SentDigest() const;
    [[nodiscard]] std::string ReceivedDigest() const;
    /// When the last byte so far was received; zero if none was.
    [[nodiscard]] Time LastReceived() const;

    /// Called once there is a connection.
    void OnConnection(std::function<void(Ptr<Socket>)> callback);
    /// Called with everything that is received, in order.
    void OnReceived(std::function<void(Ptr<const Packet>)> callback);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void Use(Ptr<Socket> socket);
    void HandleConnected(Ptr<Socket> socket);
    void HandleFailed(Ptr<Socket> socket);
    void HandleAccepted(Ptr<Socket> socket, const Address& from);
    void HandleWritable(Ptr<Socket> socket, uint32_t room);
    void HandleReadable(Ptr<Socket> socket);
    void HandleClosed(Ptr<Socket> socket);
    void HandleError(Ptr<Socket> socket);
    void CloseIfDone();
    void SetReading(bool isReading);
    bool IsReading() const;

    TypeId m_factory;
    Address m_address;
    bool m_listen{false};
    uint64_t m_bytesToSend{0};
    uint32_t m_writeBytes{0};
    uint32_t m_leastWriteBytes{0}; //!< fewer wait for more room, unless they are the last
    bool m_isReading{true};

    Ptr<Socket> m_listener;
    Ptr<Socket> m_socket;
    std::function<void(Ptr<Socket>)> m_onConnection;
    std::function<void(Ptr<const Packet>)> m_onReceived;
    uint64_t m_sentBytes{0};
    uint64_t m_receivedBytes{0};
    bool m_isIntact{true};
    bool m_hasShutDown{false};
    bool m_hasPeerClosed{false};
    bool m_hasFailed{false};
    bool m_isClosed{false};
    Socket::SocketErrno m_error{Socket::ERROR_NOTERROR};
    Time m_lastReceived;
    StreamHash m_sentHash;
    StreamHash m_receivedHash;
};

} // namespace ns3

#endif // MPTCP_STREAM_APPLICATIONS_H
