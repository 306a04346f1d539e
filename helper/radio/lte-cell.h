// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_LTE_CELL_H
#define MPTCP_LTE_CELL_H

#include "ns3/ipv4-address.h"
#include "ns3/lte-helper.h"
#include "ns3/net-device-container.h"
#include "ns3/node.h"
#include "ns3/point-to-point-epc-helper.h"

#include <cstdint>

namespace ns3
{

/**
 * One LTE cell, its core network and one phone, of ns-3's own models: 5 MHz each way, a default
 * bearer for everything, of RLC in unacknowledged mode, free space between mast and phone.
 */
class LteCell
{
  public:
    /// Both nodes must have a mobility model, and `phone` an IPv4 stack without IPv6.
    /// \param queueBytes of the bearer, in either direction; ns-3's own default is 10 kB, less
    ///        than a round trip's worth of data
    LteCell(Ptr<Node> mast, Ptr<Node> phone, uint32_t queueBytes);

    [[nodiscard]] Ptr<NetDevice> Phone() const;
    [[nodiscard]] Ipv4Address PhoneAddress() const;
    /// The phone's way out.
    [[nodiscard]] Ipv4Address Gateway() const;
    /// Where the core network meets the rest: a node with an IP stack of its own.
    [[nodiscard]] Ptr<Node> PacketGateway() const;
    /// The phone may send and be sent to.
    [[nodiscard]] bool IsConnected() const;

    /// Fixes the streams of random numbers.
    int64_t AssignStreams(int64_t stream);

  private:
    Ptr<LteHelper> m_lte;
    Ptr<PointToPointEpcHelper> m_core;
    NetDeviceContainer m_devices; //!< of the mast, then of the phone
    Ipv4Address m_address;
};

} // namespace ns3

#endif // MPTCP_LTE_CELL_H
