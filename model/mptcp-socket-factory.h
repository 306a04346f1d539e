// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SOCKET_FACTORY_H
#define MPTCP_SOCKET_FACTORY_H

#include "ns3/socket-factory.h"

namespace ns3
{

/**
 * Makes MptcpSockets on the node it is aggregated to.
 *
 * Aggregating one to a node that has an internet stack is all that makes it an MPTCP host:
 * applications then take the TypeId name "ns3::MptcpSocketFactory" where they take
 * "ns3::TcpSocketFactory". It is not a TcpSocketFactory, so asking for that one keeps meaning
 * plain TCP, unless the node says otherwise (MptcpDefaultSocketFactory).
 */
class MptcpSocketFactory : public SocketFactory
{
  public:
    static TypeId GetTypeId();

    /// Fails with a message when the node has no TCP.
    Ptr<Socket> CreateSocket() override;

  private:
    bool m_isExplicit{true};
};

} // namespace ns3

#endif // MPTCP_SOCKET_FACTORY_H
