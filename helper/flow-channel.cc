// SPDX-License-Identifier: GPL-2.0-only
#include "flow-channel.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/node.h"
#include "ns3/simple-net-device.h"
#include "ns3/simulator.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(FlowChannel);

namespace
{

/// Gives a packet to a device as if it were addressed to it: these devices need no ARP.
void
Deliver(Ptr<SimpleNetDevice> device, Ptr<Packet> packet)
{
    const auto address = Mac48Address::ConvertFrom(device->GetAddress());
    device->Receive(packet, Ipv4L3Protocol::PROT_NUMBER, address, address);
}

void
DeliverLater(Time delay, Ptr<SimpleNetDevice> device, Ptr<Packet> packet)
{
    Simulator::ScheduleWithContext(device->GetNode()->GetId(), delay, &Deliver, device, packet);
}

} // namespace

/// The links of one interface of the sender, and what came through them.
class FlowChannel::Route : public PacketLink::Onward
{
  public:
    Route(Ptr<SimpleNetDevice> sender,
          Ptr<SimpleNetDevice> receiver,
          std::vector<PacketLink*> links,
          Time roundTrip)
        : m_sender(sender),
          m_receiver(receiver),
          m_links(std::move(links)),
          m_hopDelay(roundTrip / 2 / static_cast<int64_t>(m_links.size())),
          m_returnDelay(roundTrip / 2)
    {
    }

    void Enter(Ptr<Packet> packet, std::size_t hop)
    {
        m_links[hop]->Enter(packet, *this, hop);
    }

    void Leave(Ptr<Packet> packet, std::size_t hop) override
    {
        if (hop + 1 < m_links.size())
        {
            Simulator::Schedule(m_hopDelay, &Route::Enter, this, packet, hop + 1);
            return;
        }
        ++m_delivered;
        DeliverLater(m_hopDelay, m_receiver, packet);
    }

    void Return(Ptr<Packet> packet)
    {
        DeliverLater(m_returnDelay, m_sender, packet);
    }

    [[nodiscard]] uint64_t Delivered() const
    {
        return m_delivered;
    }

  private:
    Ptr<SimpleNetDevice> m_sender;
    Ptr<SimpleNetDevice> m_receiver;
    std::vector<PacketLink*> m_links;
    Time m_hopDelay; //!< behind each link
    Time m_returnDelay;
    uint64_t m_delivered{0};
};

TypeId
FlowChannel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::FlowChannel")
                            .SetParent<SimpleChannel>()
                            .SetGroupName("Mptcp")
                            .HideFromDocumentation();
    return tid;
}

FlowChannel::FlowChannel() = default;
FlowChannel::~FlowChannel() = default;

void
FlowChannel::SetReceiver(Ptr<SimpleNetDevice> device)
{
    m_receiver = device;
    device->SetChannel(this);
}

void
FlowChannel::AddRoute(Ptr<SimpleNetDevice> device,
                      Ipv4Address address,
                      std::vector<PacketLink*> links,
                      Time roundTrip)
{
    device->SetChannel(this);
    m_routes.push_back(std::make_unique<Route>(device, m_receiver, std::move(links), roundTrip));
    m_byDevice[device] = m_routes.back().get();
    m_byAddress[address] = m_routes.back().get();
}

uint64_t
FlowChannel::Delivered(std::size_t route) const
{
    return m_routes.at(route)->Delivered();
}

void
FlowChannel::Send(Ptr<Packet> packet,
                  uint16_t /* protocol */,
                  Mac48Address /* to */,
                  Mac48Address /* from */,
                  Ptr<SimpleNetDevice> sender)
{
    const auto forth = m_byDevice.find(sender);
    if (forth != m_byDevice.end())
    {
        forth->second->Enter(packet, 0);
        return;
    }
    Ipv4Header header;
    packet->PeekHeader(header);
    const auto back = m_byAddress.find(header.GetDestination());
    if (back != m_byAddress.end())
    {
        back->second->Return(packet);
    }
}

void
FlowChannel::DoDispose()
{
    m_receiver = nullptr;
    m_byDevice.clear();
    m_byAddress.clear();
    m_routes.clear();
    SimpleChannel::DoDispose();
}

} // namespace ns3
