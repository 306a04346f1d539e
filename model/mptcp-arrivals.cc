// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-arrivals.h"

#include "mptcp-subflow.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv6-interface.h"
#include "ns3/node.h"

#include <array>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(MptcpArrivals);

namespace
{

constexpr uint32_t LEAST_HEADER_BYTES = 20;

uint64_t
EndOf(Ipv4Address address, uint16_t port)
{
    return uint64_t{address.Get()} << 16U | port;
}

} // namespace

TypeId
MptcpArrivals::GetTypeId()
{
    static TypeId tid = TypeId("ns3::MptcpArrivals")
                            .SetParent<IpL4Protocol>()
                            .SetGroupName("Mptcp")
                            .AddConstructor<MptcpArrivals>();
    return tid;
}

void
MptcpArrivals::DoDispose()
{
    m_subflows.clear();
    m_tcp = nullptr;
    IpL4Protocol::DoDispose();
}

void
MptcpArrivals::Attach(Ptr<Ipv4> ipv4, Ptr<TcpL4Protocol> tcp)
{
    m_tcp = tcp;
    if (ipv4->GetProtocol(TcpL4Protocol::PROT_NUMBER) == tcp)
    {
        ipv4->Remove(tcp);
        ipv4->Insert(this);
    }
}

void
MptcpArrivals::Detach(Ptr<Ipv4> ipv4)
{
    m_subflows.clear(); // TCP knows them as well
    if (ipv4->GetProtocol(TcpL4Protocol::PROT_NUMBER) == this)
    {
        ipv4->Remove(this);
        ipv4->Insert(m_tcp);
    }
}

std::optional<MptcpArrivals::Key>
MptcpArrivals::Add(MptcpSubflow& subflow,
                   const InetSocketAddress& local,
                   const InetSocketAddress& remote)
{
    if (Node::ChecksumEnabled())
    {
        return std::nullopt;
    }
    const Key key(EndOf(remote.GetIpv4(), remote.GetPort()),
                  EndOf(local.GetIpv4(), local.GetPort()));
    m_subflows[key] = &subflow;
    return key;
}

void
MptcpArrivals::Remove(const MptcpSubflow& subflow, const Key& key)
{
    const auto found = m_subflows.find(key);
    if (found != m_subflows.end() && found->second == &subflow)
    {
        m_subflows.erase(found);
    }
}

MptcpSubflow*
MptcpArrivals::Find(const Key& key) const
{
    const auto found = m_subflows.find(key);
    return found == m_subflows.end() ? nullptr : found->second;
}

IpL4Protocol::RxStatus
MptcpArrivals::Receive(Ptr<Packet> packet,
                       const Ipv4Header& header,
                       Ptr<Ipv4Interface> incomingInterface)
{
    std::array<uint8_t, LEAST_HEADER_BYTES> bytes;
    if (packet->CopyData(bytes.data(), bytes.size()) == bytes.size())
    {
        const auto sourcePort = static_cast<uint16_t>(bytes[0] << 8U | bytes[1]);
        const auto destinationPort = static_cast<uint16_t>(bytes[2] << 8U | bytes[3]);
        MptcpSubflow* subflow = Find({EndOf(header.GetSource(), sourcePort),
                                      EndOf(header.GetDestination(), destinationPort)});
        if (subflow != nullptr && subflow->TakeSegment(packet, header, incomingInterface))
        {
            return RX_OK;
        }
    }
    return m_tcp->Receive(packet, header, incomingInterface);
}

IpL4Protocol::RxStatus
MptcpArrivals::Receive(Ptr<Packet> packet,
                       const Ipv6Header& header,
                       Ptr<Ipv6Interface> incomingInterface)
{
    return m_tcp->Receive(packet, header, incomingInterface);
}

void
MptcpArrivals::ReceiveIcmp(Ipv4Address icmpSource,
                           uint8_t icmpTtl,
                           uint8_t icmpType,
                           uint8_t icmpCode,
                           uint32_t icmpInfo,
                           Ipv4Address payloadSource,
                           Ipv4Address payloadDestination,
                           const uint8_t payload[8])
{
    m_tcp->ReceiveIcmp(icmpSource,
                       icmpTtl,
                       icmpType,
                       icmpCode,
                       icmpInfo,
                       payloadSource,
                       payloadDestination,
                       payload);
}

void
MptcpArrivals::ReceiveIcmp(Ipv6Address icmpSource,
                           uint8_t icmpTtl,
                           uint8_t icmpType,
                           uint8_t icmpCode,
                           uint32_t icmpInfo,
                           Ipv6Address payloadSource,
                           Ipv6Address payloadDestination,
                           const uint8_t payload[8])
{
    m_tcp->ReceiveIcmp(icmpSource,
                       icmpTtl,
                       icmpType,
                       icmpCode,
                       icmpInfo,
                       payloadSource,
                       payloadDestination,
                       payload);
}

int
MptcpArrivals::GetProtocolNumber() const
{
    return TcpL4Protocol::PROT_NUMBER;
}

void
MptcpArrivals::SetDownTarget(DownTargetCallback target)
{
    m_tcp->SetDownTarget(target);
}

void
MptcpArrivals::SetDownTarget6(DownTargetCallback6 target)
{
    m_tcp->SetDownTarget6(target);
}

IpL4Protocol::DownTargetCallback
MptcpArrivals::GetDownTarget() const
{
    return m_tcp->GetDownTarget();
}

IpL4Protocol::DownTargetCallback6
MptcpArrivals::GetDownTarget6() const
{
    return m_tcp->GetDownTarget6();
}

} // namespace ns3
