// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_HANDOVER_MODE_H
#define MPTCP_HANDOVER_MODE_H

#include "mptcp-socket.h"
#include "phone-network.h"

#include <string>

namespace ns3
{

/**
 * What a phone does with WiFi and its cellular network, in the modes of Paasch et al., "Exploring
 * Mobile/WiFi Handover with Multipath TCP" (CellNet 2012):
 *
 * - `full`: both carry data all the time;
 * - `backup`: the cellular subflow is opened at once and marked as backup (RFC 8684 3.3.8), so that
 *   it carries data only when there is no other;
 * - `single-path`: the cellular address is not used until WiFi has gone (break before make), and
 *   given up when WiFi is back.
 *
 * All of it goes through the API of applications (RFC 6897). The path manager is a full mesh.
 */
class HandoverMode
{
  public:
    /// `network` must outlive it.
    HandoverMode(std::string name, PhoneNetwork& network);
    HandoverMode(const HandoverMode&) = delete; // its address is with the network
    HandoverMode& operator=(const HandoverMode&) = delete;

    /// Of the phone, before it connects.
    void Prepare(Ptr<MptcpSocket> socket);

  private:
    [[nodiscard]] bool IsSinglePath() const;
    void WifiLost();
    void WifiFound();

    std::string m_name;
    PhoneNetwork& m_network;
    Ptr<MptcpSocket> m_socket;
};

} // namespace ns3

#endif // MPTCP_HANDOVER_MODE_H
