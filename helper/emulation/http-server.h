// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_HTTP_SERVER_H
#define MPTCP_HTTP_SERVER_H

#include "ns3/address.h"
#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"
#include "ns3/type-id.h"

#include <cstdint>
#include <functional>
#include <string>

namespace ns3
{

/**
 * A simulated web server for one download: answers the first request on its first connection with
 * PatternStream from its beginning, without an end.
 */
class HttpServer
{
  public:
    /// \param factory of the sockets, for example ns3::MptcpSocketFactory
    HttpServer(Ptr<Node> node, TypeId factory, uint16_t port);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete; // its address is in the socket's callbacks
    HttpServer& operator=(const HttpServer&) = delete;

    /// Called once there is a connection.
    void OnConnection(std::function<void(Ptr<Socket>)> callback);
    /// Bytes of the answer that the client has acknowledged.
    [[nodiscard]] uint64_t AcknowledgedBytes() const;

  private:
    void HandleAccepted(Ptr<Socket> socket, const Address& from);
    void HandleReadable(Ptr<Socket> socket);
    void HandleWritable(Ptr<Socket> socket, uint32_t room);
    void HandleEnd(Ptr<Socket> socket);

    Ptr<Socket> m_listener;
    Ptr<Socket> m_socket;
    std::function<void(Ptr<Socket>)> m_onConnection;
    std::string m_request;
    uint32_t m_bufferBytes{0};  //!< of the socket
    uint64_t m_writtenBytes{0}; //!< without the header of the answer
    bool m_isAnswering{false};
    uint64_t m_acknowledgedBytes{0}; //!< when the connection ended
};

} // namespace ns3

#endif // MPTCP_HTTP_SERVER_H
