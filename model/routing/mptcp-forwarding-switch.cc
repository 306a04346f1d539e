// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-forwarding-switch.h"

#include "ns3/ipv4-l3-protocol.h"

#include <utility>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpForwardingSwitch);

TypeId
MptcpForwardingSwitch::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpForwardingSwitch")
                            .SetParent<Object>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpForwardingSwitch>();
    return tid;
}

Ptr<MptcpForwardingSwitch>
MptcpForwardingSwitch::Install(Ptr<Node> node, std::shared_ptr<const mptcp::Forwarder> forwarder)
{
    auto forwardingSwitch = CreateObject<MptcpForwardingSwitch>();
    forwardingSwitch->m_forwarder = std::move(forwarder);
    for (uint32_t i = 0; i < node->GetNDevices(); ++i)
    {
        Ptr<NetDevice> device = node->GetDevice(i);
        auto port = DynamicCast<MptcpSwitchPort>(device);
        forwardingSwitch->m_ports.push_back({device, port, device->GetBroadcast()});
        if (port)
        {
            port->SetSwitch(PeekPointer(forwardingSwitch), i);
        }
        // In place of the node, which would look for somebody to give the packet to.
        device->SetReceiveCallback(
            MakeCallback(&MptcpForwardingSwitch::OnPacket, PeekPointer(forwardingSwitch)));
    }
    forwardingSwitch->m_hasChecksums = Node::ChecksumEnabled();
    node->AggregateObject(forwardingSwitch); // which keeps it and disposes of it
    return forwardingSwitch;
}

void
MptcpForwardingSwitch::DoDispose()
{
    for (const auto& port : m_ports)
    {
        if (port.own)
        {
            port.own->SetSwitch(nullptr, 0);
        }
    }
    m_ports.clear();
    m_forwarder.reset();
    Object::DoDispose();
}

bool
MptcpForwardingSwitch::OnPacket(Ptr<NetDevice> device,
                                Ptr<const Packet> packet,
                                uint16_t protocol,
                                const Address& /* from */)
{
    if (!m_forwarder)
    {
        return false; // disposed of
    }
    if (protocol != Ipv4L3Protocol::PROT_NUMBER)
    {
        ++m_unroutable;
        return false;
    }
    MptcpSwitchedHeader header(*packet, MptcpSwitchedHeader::Form::IP);
    // PointToPointNetDevice has made it for this callback alone; one more copy would be a fiftieth
    // of the time of a whole simulation.
    return Pass(ConstCast<Packet>(packet), header, device->GetIfIndex());
}

void
MptcpForwardingSwitch::OnFrame(uint32_t arrival, const Ptr<Packet>& packet)
{
    MptcpSwitchedHeader header(*packet, MptcpSwitchedHeader::Form::FRAME);
    Pass(packet, header, arrival);
}

bool
MptcpForwardingSwitch::Pass(const Ptr<Packet>& packet,
                            MptcpSwitchedHeader& header,
                            uint32_t arrival)
{
    const auto flow = mptcp::ReadFlowKey(header.Ip());
    const auto way = flow ? m_forwarder->Port(*flow, arrival) : std::nullopt;
    if (!way || *way >= m_ports.size())
    {
        ++m_unroutable;
        return false;
    }
    if (header.IsLastHop())
    {
        ++m_expired;
        return true;
    }
    packet->RemoveHeader(header);
    header.Age(m_hasChecksums);
    ++m_forwarded;
    const auto& port = m_ports[*way];
    if (port.own)
    {
        port.own->Forward(packet, header);
        return true;
    }
    header.SetForm(MptcpSwitchedHeader::Form::IP);
    packet->AddHeader(header);
    port.device->Send(packet, port.broadcast, Ipv4L3Protocol::PROT_NUMBER);
    return true;
}

uint64_t
MptcpForwardingSwitch::Forwarded() const
{
    return m_forwarded;
}

uint64_t
MptcpForwardingSwitch::Expired() const
{
    return m_expired;
}

uint64_t
MptcpForwardingSwitch::Unroutable() const
{
    return m_unroutable;
}

} // namespace ns3
