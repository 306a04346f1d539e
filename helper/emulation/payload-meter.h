// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PAYLOAD_METER_H
#define MPTCP_PAYLOAD_METER_H

#include "ns3/net-device.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <cstdint>

namespace ns3
{

/**
 * Counts the payload of TCP over IPv4 that comes out of a simulated point-to-point link: what
 * crossed it, whoever the ends are. What is repeated needlessly counts again.
 */
class PayloadMeter
{
  public:
    /// \param device at the receiving end; the meter must outlive its last event
    explicit PayloadMeter(Ptr<NetDevice> device);
    PayloadMeter(const PayloadMeter&) = delete; // its address is in the device's trace source
    PayloadMeter& operator=(const PayloadMeter&) = delete;

    [[nodiscard]] uint64_t Bytes() const;

  private:
    void OnReceived(Ptr<const Packet> packet);

    uint64_t m_bytes{0};
};

} // namespace ns3

#endif // MPTCP_PAYLOAD_METER_H
