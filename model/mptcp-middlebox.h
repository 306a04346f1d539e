// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_NS3_MIDDLEBOX_H
#define MPTCP_NS3_MIDDLEBOX_H

#include "core/middlebox/box-chain.h"

#include "ns3/event-id.h"
#include "ns3/net-device.h"
#include "ns3/object.h"
#include "ns3/packet.h"

#include <memory>
#include <vector>

namespace ns3
{

/**
 * A middlebox between two devices of one node: what comes in by one goes through the boxes and out
 * by the other. The node needs no IP stack and no address; it is not seen by traceroute.
 *
 * TCP over IPv4 and IPv6 goes through the boxes; anything else, fragments too, passes as it is. So
 * does a segment that the boxes left as it was: not a byte of its packet changes.
 *
 * MiddleboxHelper puts one into a link.
 */
class MptcpMiddlebox : public Object
{
  public:
    static TypeId GetTypeId();
    MptcpMiddlebox();
    ~MptcpMiddlebox() override;

    /// Before the first packet; `inside` and `outside` belong to the same node.
    void Install(Ptr<NetDevice> inside,
                 Ptr<NetDevice> outside,
                 std::vector<std::unique_ptr<mptcp::Middlebox>> boxes);

    [[nodiscard]] const mptcp::BoxChain& Boxes() const;
    [[nodiscard]] Ptr<NetDevice> Inside() const;
    [[nodiscard]] Ptr<NetDevice> Outside() const;

  protected:
    void DoDispose() override;

  private:
    void OnPacket(Ptr<NetDevice> device,
                  Ptr<const Packet> packet,
                  uint16_t protocol,
                  const Address& from,
                  const Address& to,
                  NetDevice::PacketType type);
    /// `original` is the packet that `emissions` come from, as it was and as it was read; or null.
    void Send(std::vector<mptcp::BoxEmission> emissions,
              Ptr<const Packet> original,
              const mptcp::TcpSegment* read);
    void SendPacket(mptcp::Way way, Ptr<Packet> packet, uint16_t protocol);
    void ScheduleWake();
    void Wake();

    Ptr<NetDevice> m_inside;
    Ptr<NetDevice> m_outside;
    std::unique_ptr<mptcp::BoxChain> m_boxes;
    bool m_isActive{true};
    EventId m_wake;
};

} // namespace ns3

#endif // MPTCP_NS3_MIDDLEBOX_H
