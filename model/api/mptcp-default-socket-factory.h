// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DEFAULT_SOCKET_FACTORY_H
#define MPTCP_DEFAULT_SOCKET_FACTORY_H

#include "ns3/node.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3
{

/**
 * What answers on a node to "ns3::TcpSocketFactory" once its policy may be to use MPTCP for
 * applications that know nothing of it (RFC 6897 4.5): MptcpSockets while the attribute
 * `EnableByDefault` of its MptcpStack is true, ns-3's own TCP otherwise.
 *
 * A node cannot lose what is aggregated to it, so the factory that was there stays and this one
 * goes before it. ns-3 looks aggregates up by TypeId, derived ones included, and takes the one that
 * was found most often; Install looks for this one until it is found first. From then on each
 * look-up is one more for this one and none for the other, so the order stays.
 */
class MptcpDefaultSocketFactory : public TcpSocketFactory
{
  public:
    static TypeId GetTypeId();

    /// Puts one before the TcpSocketFactory of `node`, which must have TCP; once is enough.
    static void Install(Ptr<Node> node);

    Ptr<Socket> CreateSocket() override;

  protected:
    void DoDispose() override;

  private:
    Ptr<SocketFactory> m_plain; //!< the one that was there
};

} // namespace ns3

#endif // MPTCP_DEFAULT_SOCKET_FACTORY_H
