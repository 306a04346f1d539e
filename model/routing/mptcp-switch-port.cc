// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-switch-port.h"

#include "mptcp-forwarding-switch.h"

#include "ns3/data-rate.h"
#include "ns3/error-model.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/pointer.h"
#include "ns3/ppp-header.h"
#include "ns3/queue.h"
#include "ns3/simulator.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpSwitchPort);

namespace
{

/// For what PointToPointNetDevice and its channel tell in no other way.
template <typename Value>
auto
AttributeOf(const ObjectBase& object, const std::string& name)
{
    Value value;
    object.GetAttribute(name, value);
    return value.Get();
}

bool
LosesPackets(const PointToPointNetDevice& device)
{
    PointerValue model;
    device.GetAttribute("ReceiveErrorModel", model);
    return model.Get<ErrorModel>() != nullptr;
}

} // namespace

TypeId
MptcpSwitchPort::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpSwitchPort")
                            .SetParent<PointToPointNetDevice>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpSwitchPort>();
    return tid;
}

bool
MptcpSwitchPort::Send(Ptr<Packet> packet, const Address& destination, uint16_t protocol)
{
    return m_switch == nullptr && PointToPointNetDevice::Send(packet, destination, protocol);
}

void
MptcpSwitchPort::SetSwitch(MptcpForwardingSwitch* owner, uint32_t port)
{
    m_switch = owner;
    m_port = port;
    m_far = nullptr; // to be found anew
    m_farPort = nullptr;
}

bool
MptcpSwitchPort::FindFarEnd()
{
    const Ptr<Channel> channel = GetChannel();
    if (!channel || !IsLinkUp())
    {
        return false;
    }
    const auto far = channel->GetDevice(channel->GetDevice(0) == this ? 1 : 0);
    m_far = PeekPointer(DynamicCast<PointToPointNetDevice>(far));
    const auto port = DynamicCast<MptcpSwitchPort>(far);
    const bool isSwitched = port && port->m_switch != nullptr && !LosesPackets(*port);
    m_farPort = isSwitched ? PeekPointer(port) : nullptr;
    m_farNode = far->GetNode()->GetId();
    m_delay = AttributeOf<TimeValue>(*channel, "Delay");
    m_interframeGap = AttributeOf<TimeValue>(*this, "InterframeGap");
    m_queue = GetQueue();
    m_rate = AttributeOf<DataRateValue>(*this, "DataRate");
    return true;
}

void
MptcpSwitchPort::Forward(const Ptr<Packet>& packet, MptcpSwitchedHeader& header)
{
    if (m_far == nullptr && !FindFarEnd())
    {
        return;
    }
    header.SetForm(m_farPort != nullptr ? MptcpSwitchedHeader::Form::FRAME
                                        : MptcpSwitchedHeader::Form::IP);
    packet->AddHeader(header);
    if (m_farPort == nullptr)
    {
        PppHeader ppp;
        ppp.SetProtocol(MptcpSwitchedHeader::PPP_IPV4);
        packet->AddHeader(ppp);
    }
    // Through the queue in any case: it counts.
    if (m_queue->Enqueue(packet) && !m_isTransmitting)
    {
        TransmitStart(m_queue->Dequeue());
    }
}

Time
MptcpSwitchPort::TransmissionTime(uint32_t bytes)
{
    auto& known = m_knownTimes[bytes / 4 % KNOWN_TIMES];
    if (known.bytes != bytes)
    {
        known = {bytes, m_rate.CalculateBytesTxTime(bytes)};
    }
    return known.time;
}

// Schedules what PointToPointNetDevice does, in the same order, so that of events at the same
// moment the same comes first.
void
MptcpSwitchPort::TransmitStart(const Ptr<Packet>& packet)
{
    m_isTransmitting = true;
    const Time time = TransmissionTime(packet->GetSize());
    Simulator::Schedule(time + m_interframeGap, &MptcpSwitchPort::TransmitComplete, this);
    if (m_farPort != nullptr)
    {
        Simulator::ScheduleWithContext(m_farNode,
                                       time + m_delay,
                                       &MptcpSwitchPort::Arrive,
                                       Ptr<MptcpSwitchPort>(m_farPort),
                                       packet);
    }
    else
    {
        Simulator::ScheduleWithContext(m_farNode,
                                       time + m_delay,
                                       &PointToPointNetDevice::Receive,
                                       Ptr<PointToPointNetDevice>(m_far),
                                       packet);
    }
}

void
MptcpSwitchPort::TransmitComplete()
{
    m_isTransmitting = false;
    if (m_far == nullptr)
    {
        return; // the switch has been disposed of
    }
    if (const Ptr<Packet> next = m_queue->Dequeue())
    {
        TransmitStart(next);
    }
}

void
MptcpSwitchPort::Arrive(Ptr<Packet> packet)
{
    if (m_switch != nullptr) // which has not been disposed of since
    {
        m_switch->OnFrame(m_port, packet);
    }
}

} // namespace ns3
