// SPDX-License-Identifier: GPL-2.0-only
#ifndef MIDDLEBOX_HELPER_H
#define MIDDLEBOX_HELPER_H

#include "mptcp-middlebox.h"

#include "ns3/net-device-container.h"

#include <memory>
#include <string>
#include <vector>

namespace ns3
{

/**
 * Puts middleboxes into point-to-point links.
 *
 * The link keeps its two devices, with their addresses, queues and error models. Between them comes
 * a node with two devices of the same rate, MTU and queue size. Both halves together have the
 * propagation delay of the link; the box itself takes the time of sending a packet once more.
 */
class MiddleboxHelper
{
  public:
    /// \param share of the link's propagation delay between its first device and the box, 0 to 1
    explicit MiddleboxHelper(double share = 0);

    /// Puts `boxes`, the innermost first, between the two devices of `link`, of which the first is
    /// the inside. Before packets are on their way.
    Ptr<MptcpMiddlebox> Insert(const NetDeviceContainer& link,
                               std::vector<std::unique_ptr<mptcp::Middlebox>> boxes) const;
    /// A single box.
    Ptr<MptcpMiddlebox> Insert(const NetDeviceContainer& link,
                               std::unique_ptr<mptcp::Middlebox> box) const;

    /// Captures both sides of a box: `<prefix>-inside.pcap` and `<prefix>-outside.pcap`.
    static void EnablePcap(const std::string& prefix, Ptr<MptcpMiddlebox> box);

  private:
    double m_share;
};

} // namespace ns3

#endif // MIDDLEBOX_HELPER_H
