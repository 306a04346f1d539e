// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TWO_WAY_TRANSFER_H
#define MPTCP_TWO_WAY_TRANSFER_H

#include "mptcp-traces.h"
#include "stream-applications.h"

#include "ns3/ipv4-address.h"
#include "ns3/node.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * A connection over which both ends send as much as they can, to see who gets through: by TCP, or
 * by MPTCP, which the nodes must have been given before (MptcpHelper). IPv4.
 */
class TwoWayTransfer
{
  public:
    /// What one subflow did, as the end sees it that opened the connection.
    struct Subflow
    {
        Ipv4Address local;
        Ipv4Address remote;
        bool isEstablished{false};
        uint64_t acknowledgedBytes{0}; //!< payload the other end has acknowledged
        uint64_t receivedBytes{0};     //!< payload from the other end
    };

    TwoWayTransfer(Ptr<Node> opener, Ptr<Node> listener, Ipv4Address target, bool isMptcp);
    TwoWayTransfer(const TwoWayTransfer&) = delete;
    TwoWayTransfer& operator=(const TwoWayTransfer&) = delete;

    /// \name Known so far
    /// @{
    /// Each end has had some payload from the other.
    [[nodiscard]] bool IsConnected() const;
    [[nodiscard]] uint64_t ReceivedByOpener() const;
    [[nodiscard]] uint64_t ReceivedByListener() const;
    [[nodiscard]] bool IsIntact() const;
    /// In the order of their attempts; none for TCP.
    [[nodiscard]] std::vector<Subflow> Subflows() const;
    [[nodiscard]] Ptr<StreamEndpoint> Opener() const;
    [[nodiscard]] Ptr<StreamEndpoint> Listener() const;
    /// @}

  private:
    Ptr<StreamEndpoint> m_opener;
    Ptr<StreamEndpoint> m_listener;
};

} // namespace ns3

#endif // MPTCP_TWO_WAY_TRANSFER_H
