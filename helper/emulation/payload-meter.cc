// SPDX-License-Identifier: GPL-2.0-only
#include "payload-meter.h"

#include "ns3/ipv4-header.h"
#include "ns3/ppp-header.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-l4-protocol.h"

namespace ns3
{

PayloadMeter::PayloadMeter(Ptr<NetDevice> device)
{
    device->TraceConnectWithoutContext("MacRx", MakeCallback(&PayloadMeter::OnReceived, this));
}

uint64_t
PayloadMeter::Bytes() const
{
    return m_bytes;
}

void
PayloadMeter::OnReceived(Ptr<const Packet> packet)
{
    Ptr<Packet> rest = packet->Copy();
    PppHeader ppp;
    rest->RemoveHeader(ppp);
    Ipv4Header ip;
    if (rest->RemoveHeader(ip) > 0 && ip.GetProtocol() == TcpL4Protocol::PROT_NUMBER)
    {
        TcpHeader tcp;
        rest->RemoveHeader(tcp);
        m_bytes += rest->GetSize();
    }
}

} // namespace ns3
