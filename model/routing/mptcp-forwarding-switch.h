// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FORWARDING_SWITCH_H
#define MPTCP_FORWARDING_SWITCH_H

#include "core/routing/forwarder.h"
#include "mptcp-switch-port.h"

#include "ns3/address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/object.h"
#include "ns3/packet.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ns3
{

/**
 * A switch that looks into IP headers: what comes in by one device of its node goes out by
 * another, without an IP stack in between. It sends packets the same way, and so drops the same
 * ones, as a router with the same forwarder in MptcpIpv4FlowRouting, at a fraction of the cost: the
 * least of it with devices of type ns3::MptcpSwitchPort.
 *
 * It takes one from the time to live and adapts the checksum where hosts make one
 * (Node::ChecksumEnabled at Install); it sends no ICMP. Anything but IPv4 is dropped. Port n of the
 * forwarder is device n of the node, which must have no internet stack and only devices that are
 * point to point. It changes the packet that such a device hands over and sends it on: whoever
 * wants to keep one that a trace source of a switch's device has shown must copy it.
 */
class MptcpForwardingSwitch : public Object
{
  public:
    static TypeId GetTypeId();

    /// After the node has got all its devices.
    static Ptr<MptcpForwardingSwitch> Install(Ptr<Node> node,
                                              std::shared_ptr<const mptcp::Forwarder> forwarder);

    /// From the port of another switch by that of this one, which may change and keep it.
    void OnFrame(uint32_t arrival, const Ptr<Packet>& packet);

    [[nodiscard]] uint64_t Forwarded() const;  //!< packets given to a device, which may drop them
    [[nodiscard]] uint64_t Expired() const;    //!< dropped, because their time to live was over
    [[nodiscard]] uint64_t Unroutable() const; //!< dropped, because no port leads there

  protected:
    void DoDispose() override;

  private:
    /// See NetDevice::ReceiveCallback.
    bool OnPacket(Ptr<NetDevice> device,
                  Ptr<const Packet> packet,
                  uint16_t protocol,
                  const Address& from);
    bool Pass(const Ptr<Packet>& packet, MptcpSwitchedHeader& header, uint32_t arrival);

    struct Port
    {
        Ptr<NetDevice> device;
        Ptr<MptcpSwitchPort> own; //!< the same, if it is one
        Address broadcast;        //!< which devices make from text each time they are asked
    };

    std::vector<Port> m_ports;
    std::shared_ptr<const mptcp::Forwarder> m_forwarder;
    bool m_hasChecksums{false};
    uint64_t m_forwarded{0};
    uint64_t m_expired{0};
    uint64_t m_unroutable{0};
};

} // namespace ns3

#endif // MPTCP_FORWARDING_SWITCH_H
