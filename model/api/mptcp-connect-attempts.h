// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_CONNECT_ATTEMPTS_H
#define MPTCP_CONNECT_ATTEMPTS_H

#include "mptcp-connection.h"

#include "ns3/address.h"
#include "ns3/event-id.h"
#include "ns3/packet.h"

#include <deque>
#include <memory>
#include <vector>

namespace ns3
{

/**
 * What an MptcpSocket keeps besides its connection while more than one attempt may be needed: the
 * rival of a race between MPTCP and TCP (RFC 6897 3.2.1), further addresses of a name, and what
 * the application has written meanwhile, for whichever attempt gets through.
 */
class MptcpConnectAttempts
{
  public:
    /// The application writes before there is a connection.
    void Write(Ptr<Packet> packet);
    void ShutdownSend();
    /// Gives `connection`, which has just begun, all of that.
    void Repeat(MptcpConnection& connection) const;
    /// No more attempts; what was written belongs to the connection.
    void End();
    void Dispose();

    bool isOver{false};
    bool mayRace{false}; //!< a rival is still to be started
    EventId rivalTimer;
    std::unique_ptr<MptcpConnection> rival;             //!< plain TCP, on its way
    std::vector<std::unique_ptr<MptcpConnection>> lost; //!< they may still be on the stack
    std::deque<Address> further;                        //!< to be tried next
    Address bound;                                      //!< by Bind; invalid: nowhere

  private:
    std::vector<Ptr<Packet>> m_written;
    bool m_isShutDown{false};
};

} // namespace ns3

#endif // MPTCP_CONNECT_ATTEMPTS_H
