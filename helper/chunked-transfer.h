// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_CHUNKED_TRANSFER_H
#define MPTCP_CHUNKED_TRANSFER_H

#include "ns3/address.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/socket.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ns3
{

/**
 * One connection that carries chunk after chunk from a server to a client and notes how long each
 * took, from the moment it was to be sent to that of its last byte at the application. Every byte
 * is checked (PatternStream).
 */
class ChunkedTransfer
{
  public:
    enum class Pace
    {
        Bulk,   //!< the next chunk follows at once
        Timed,  //!< a chunk every `interval`, whatever became of the last one: messages
        Fetched //!< when the last one is there, but not before `interval` is over: video
    };

    struct Plan
    {
        Pace pace{Pace::Bulk};
        uint32_t chunkBytes{0};
        Time interval; //!< without meaning for bulk
        Time fetch;    //!< Fetched: what a request takes to reach the server
        /// So long chunks become due, from the first on; then the server closes. 0: without end.
        Time length{0};
    };

    /// Listens on `server` when the simulation starts; `client` connects to `remote` at `start`.
    ChunkedTransfer(Ptr<Node> server,
                    Ptr<Node> client,
                    const std::string& sockets,
                    const Address& remote,
                    const Plan& plan,
                    Time start);
    ~ChunkedTransfer();
    ChunkedTransfer(const ChunkedTransfer&) = delete;
    ChunkedTransfer& operator=(const ChunkedTransfer&) = delete;

    /// Called with the server's side of the connection.
    void OnConnection(std::function<void(Ptr<Socket>)> callback);
    /// Called with the client's side before it connects.
    void OnOpening(std::function<void(Ptr<Socket>)> callback);
    /// Called with everything that arrives, in order.
    void OnReceived(std::function<void(Ptr<const Packet>)> callback);

    [[nodiscard]] uint64_t SentBytes() const; //!< accepted by the server's socket
    [[nodiscard]] uint64_t ReceivedBytes() const;
    /// The server has closed, and everything it had sent is there.
    [[nodiscard]] bool IsComplete() const;
    [[nodiscard]] bool IsIntact() const;
    /// How long each chunk took that has arrived, in order; one per chunk.
    [[nodiscard]] const std::vector<Time>& Delays() const;
    /// Chunks that were due by now.
    [[nodiscard]] std::size_t Due() const;
    /// The delay that a share of all chunks has not exceeded, 0 to 1; zero without any.
    [[nodiscard]] Time DelayQuantile(double share) const;
    [[nodiscard]] Time MeanDelay() const;

  private:
    void Accept(Ptr<Socket> socket);
    void Begin();
    void Write();
    void Read(Ptr<Socket> socket);
    void OnArrived();
    [[nodiscard]] bool IsOver() const; //!< nothing becomes due any more

    Plan m_plan;
    Ptr<Socket> m_listener;
    Ptr<Socket> m_sender;
    Ptr<Socket> m_receiver;
    std::function<void(Ptr<Socket>)> m_onConnection;
    std::function<void(Ptr<Socket>)> m_onOpening;
    std::function<void(Ptr<const Packet>)> m_onReceived;
    bool m_hasClosed{false};
    std::vector<Time> m_begun; //!< when each chunk was due
    std::vector<Time> m_delays;
    uint64_t m_dueBytes{0};
    uint64_t m_sentBytes{0};
    uint64_t m_receivedBytes{0};
    bool m_isIntact{true};
};

} // namespace ns3

#endif // MPTCP_CHUNKED_TRANSFER_H
