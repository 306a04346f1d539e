// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FLOW_CHANNEL_H
#define MPTCP_FLOW_CHANNEL_H

#include "flow-network-spec.h"
#include "packet-link.h"

#include "ns3/ipv4-address.h"
#include "ns3/simple-channel.h"

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace ns3
{

/**
 * Everything between one sender with several interfaces and its receiver with one: each interface
 * of the sender has a route over links that others use too; the receiver's packets return to the
 * interface that owns their destination.
 */
class FlowChannel : public SimpleChannel
{
  public:
    static TypeId GetTypeId();
    FlowChannel();
    ~FlowChannel() override;

    void SetReceiver(Ptr<SimpleNetDevice> device);
    /// \param links must outlive the channel
    void AddRoute(Ptr<SimpleNetDevice> device,
                  Ipv4Address address,
                  std::vector<PacketLink*> links,
                  Time roundTrip);
    /// Packets that have come over a route, in the order of AddRoute.
    [[nodiscard]] uint64_t Delivered(std::size_t route) const;

    void Send(Ptr<Packet> packet,
              uint16_t protocol,
              Mac48Address to,
              Mac48Address from,
              Ptr<SimpleNetDevice> sender) override;

  protected:
    void DoDispose() override;

  private:
    class Route;

    Ptr<SimpleNetDevice> m_receiver;
    std::vector<std::unique_ptr<Route>> m_routes;
    std::map<Ptr<SimpleNetDevice>, Route*> m_byDevice;
    std::map<Ipv4Address, Route*> m_byAddress;
};

} // namespace ns3

#endif // MPTCP_FLOW_CHANNEL_H
