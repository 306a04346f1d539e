// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-middlebox.h"

#include "ns3-conversions.h"

#include "ns3/boolean.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpMiddlebox");
NS_OBJECT_ENSURE_REGISTERED(MptcpMiddlebox);

TypeId
MptcpMiddlebox::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::MptcpMiddlebox")
            .SetParent<Object>()
            .SetGroupName("Mptcp")
            .AddConstructor<MptcpMiddlebox>()
            .AddAttribute("Active",
                          "False: everything passes as it is, and no box hears of it.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&MptcpMiddlebox::m_isActive),
                          MakeBooleanChecker());
    return tid;
}

MptcpMiddlebox::MptcpMiddlebox() = default;

MptcpMiddlebox::~MptcpMiddlebox() = default;

void
MptcpMiddlebox::DoDispose()
{
    m_wake.Cancel();
    m_inside = nullptr;
    m_outside = nullptr;
    m_boxes.reset();
    Object::DoDispose();
}

void
MptcpMiddlebox::Install(Ptr<NetDevice> inside,
                        Ptr<NetDevice> outside,
                        std::vector<std::unique_ptr<mptcp::Middlebox>> boxes)
{
    m_inside = inside;
    m_outside = outside;
    m_boxes = std::make_unique<mptcp::BoxChain>(std::move(boxes));
    constexpr uint16_t ALL_PROTOCOLS = 0;
    for (const auto& device : {inside, outside})
    {
        device->GetNode()->RegisterProtocolHandler(MakeCallback(&MptcpMiddlebox::OnPacket, this),
                                                   ALL_PROTOCOLS,
                                                   device);
    }
}

const mptcp::BoxChain&
MptcpMiddlebox::Boxes() const
{
    return *m_boxes;
}

Ptr<NetDevice>
MptcpMiddlebox::Inside() const
{
    return m_inside;
}

Ptr<NetDevice>
MptcpMiddlebox::Outside() const
{
    return m_outside;
}

void
MptcpMiddlebox::OnPacket(Ptr<NetDevice> device,
                         Ptr<const Packet> packet,
                         uint16_t protocol,
                         const Address& /* from */,
                         const Address& /* to */,
                         NetDevice::PacketType /* type */)
{
    if (!m_boxes)
    {
        return; // disposed of
    }
    const mptcp::Way way = device == m_inside ? mptcp::Way::Out : mptcp::Way::In;
    std::optional<mptcp::TcpSegment> segment;
    if (m_isActive &&
        (protocol == Ipv4L3Protocol::PROT_NUMBER || protocol == Ipv6L3Protocol::PROT_NUMBER))
    {
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        segment = mptcp::ParsePacket({bytes.data(), bytes.size()});
    }
    if (!segment)
    {
        SendPacket(way, packet->Copy(), protocol);
        return;
    }
    mptcp::BoxOutput out;
    m_boxes->Handle(way, *segment, ToChrono(Simulator::Now()), out);
    Send(out.Take(), packet, &*segment);
    ScheduleWake();
}

void
MptcpMiddlebox::Send(std::vector<mptcp::BoxEmission> emissions,
                     Ptr<const Packet> original,
                     const mptcp::TcpSegment* read)
{
    for (const auto& [way, segment] : emissions)
    {
        Ptr<Packet> packet;
        if (read != nullptr && segment == *read)
        {
            packet = original->Copy();
        }
        else
        {
            const auto bytes = mptcp::WritePacket(segment);
            packet = Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size()));
        }
        const bool isIpv6 = segment.source.address.family == mptcp::AddressFamily::Ipv6;
        SendPacket(way, packet, isIpv6 ? Ipv6L3Protocol::PROT_NUMBER : Ipv4L3Protocol::PROT_NUMBER);
    }
}

void
MptcpMiddlebox::SendPacket(mptcp::Way way, Ptr<Packet> packet, uint16_t protocol)
{
    Ptr<NetDevice> device = way == mptcp::Way::Out ? m_outside : m_inside;
    if (!device->Send(packet, device->GetBroadcast(), protocol))
    {
        NS_LOG_LOGIC("the queue of " << device << " is full");
    }
}

void
MptcpMiddlebox::ScheduleWake()
{
    m_wake.Cancel();
    if (const auto at = m_boxes->WakeAt())
    {
        const Time delay = Max(ToTime(*at) - Simulator::Now(), Time(0));
        m_wake = Simulator::Schedule(delay, &MptcpMiddlebox::Wake, this);
    }
}

void
MptcpMiddlebox::Wake()
{
    mptcp::BoxOutput out;
    m_boxes->Wake(ToChrono(Simulator::Now()), out);
    Send(out.Take(), nullptr, nullptr);
    ScheduleWake();
}

} // namespace ns3
