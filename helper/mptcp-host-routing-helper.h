// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_HOST_ROUTING_HELPER_H
#define MPTCP_HOST_ROUTING_HELPER_H

#include "ns3/node-container.h"
#include "ns3/node.h"

#include <string>

namespace ns3
{

/**
 * Gives hosts the routing of draft-handley-mptcp-routing-00.
 *
 * \code
 *   MptcpHostRoutingHelper().Install(phone); // after InternetStackHelper::Install
 *   auto routing = MptcpIpv4HostRouting::Of(phone);
 *   routing->AddDefaultRoute(wifiRouter, wifiInterface, 1);
 *   routing->AddDefaultRoute(cellRouter, cellInterface, 2);
 * \endcode
 *
 * It takes the place of the routing that was there, and of its routes; those to the host's own
 * subnets come with the addresses, before or after.
 */
class MptcpHostRoutingHelper
{
  public:
    /// \param model weak, strong, idealised or idealised-strong; see mptcp::HostModel
    explicit MptcpHostRoutingHelper(std::string model = "idealised");

    /// For IPv4 and IPv6, whichever the node has. The models weak and strong also say which packets
    /// the host takes: those to any of its addresses, or to an address of the interface they come
    /// in by (RFC 1122 3.3.4.2).
    void Install(Ptr<Node> node) const;
    void Install(const NodeContainer& nodes) const;

  private:
    std::string m_model;
};

} // namespace ns3

#endif // MPTCP_HOST_ROUTING_HELPER_H
