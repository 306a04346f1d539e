// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSubflow that deals with addresses: its own one that goes, the peer's that may
/// have gone, and listening for joins alone.
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "segment-editor.h"

#include "ns3/ipv4-end-point.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-end-point.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/rtt-estimator.h"
#include "ns3/simulator.h"
#include "ns3/tcp-rx-buffer.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpSubflowPaths");

// ---- listening for joins alone ----

bool
MptcpSubflow::ListenForJoins(const Address& local)
{
    m_isForJoinsOnly = true;
    SetAcceptCallback([](Ptr<Socket>, const Address&) { return true; },
                      [](Ptr<Socket> socket, const Address&) {
                          Ptr<MptcpSubflow> subflow = DynamicCast<MptcpSubflow>(socket);
                          if (MptcpConnection* connection = subflow->GetConnection())
                          {
                              connection->AddJoined(subflow);
                          }
                      });
    return Bind(local) == 0 && Listen() == 0;
}

// ---- this host's address ----

void
MptcpSubflow::KeepLocalAddress()
{
    if (m_endPoint && m_endPoint->GetLocalAddress() != Ipv4Address::GetAny())
    {
        m_boundAddress = InetSocketAddress(m_endPoint->GetLocalAddress(), 0);
    }
    else if (m_endPoint6 && m_endPoint6->GetLocalAddress() != Ipv6Address::GetAny())
    {
        m_boundAddress = Inet6SocketAddress(m_endPoint6->GetLocalAddress(), 0);
    }
}

void
MptcpSubflow::RestoreLocalAddress()
{
    // Connect of the base asks routing for the source address even after Bind has named one, and
    // routing always answers with the first address of an interface.
    if (m_endPoint && InetSocketAddress::IsMatchingType(m_boundAddress))
    {
        m_endPoint->SetLocalAddress(InetSocketAddress::ConvertFrom(m_boundAddress).GetIpv4());
    }
    else if (m_endPoint6 && Inet6SocketAddress::IsMatchingType(m_boundAddress))
    {
        m_endPoint6->SetLocalAddress(Inet6SocketAddress::ConvertFrom(m_boundAddress).GetIpv6());
    }
}

bool
MptcpSubflow::HasSourceAddress() const
{
    // Routing of ns-3 ends the program when it takes an interface without any address.
    Ptr<NetDevice> device = m_boundnetdevice;
    if (m_endPoint6)
    {
        Ptr<Ipv6> ipv6 = m_node->GetObject<Ipv6>();
        const int32_t interface = device ? ipv6->GetInterfaceForDevice(device) : -1;
        return interface < 0 || ipv6->GetNAddresses(static_cast<uint32_t>(interface)) > 0;
    }
    Ptr<Ipv4> ipv4 = m_node->GetObject<Ipv4>();
    const int32_t interface = device ? ipv4->GetInterfaceForDevice(device) : -1;
    return interface < 0 || ipv4->GetNAddresses(static_cast<uint32_t>(interface)) > 0;
}

void
MptcpSubflow::Abandon()
{
    if (HasSourceAddress())
    {
        // It leaves only if the interface is still up; a courtesy then (RFC 8684 3.4.2).
        Reset(mptcp::ResetReason::Unspecified);
        return;
    }
    m_state = CLOSED;
    DeallocateEndPoint();
    CheckClosed(mptcp::DownReason::Closed);
}

// ---- the peer's address ----

void
MptcpSubflow::Probe()
{
    if (m_isProbing || m_state != ESTABLISHED)
    {
        return; // what is opening or closing ends by timers of its own
    }
    NS_LOG_INFO("MPTCP: is subflow " << m_id << " still alive?");
    m_isProbing = true;
    m_isSuspect = true;
    m_connection->ScheduleResume();
    m_probesSent = 0;
    m_probedAt = Simulator::Now();
    SendProbe();
}

void
MptcpSubflow::SendProbe()
{
    // Both are a choice: RFC 8684 3.4.2 says no more than "a TCP keepalive", and the two hours
    // and nine times 75 s of RFC 1122 4.2.3.6 and Linux are for connections that are idle.
    constexpr uint32_t MOST_PROBES = 3;
    if (m_state != ESTABLISHED)
    {
        m_isProbing = false;
        return;
    }
    if (m_probesSent == MOST_PROBES)
    {
        Reset(mptcp::ResetReason::Unspecified); // RFC 8684 3.4.2
        return;
    }
    ++m_probesSent;
    m_isKeepalive = true;
    SendAck();
    m_isKeepalive = false;
    m_probeTimer = Simulator::Schedule(m_rto, &MptcpSubflow::SendProbe, this);
}

bool
MptcpSubflow::IsKeepalive(const MptcpRawTcpHeader& header, uint32_t payloadBytes) const
{
    // The base answers no empty segment from outside of the window, and not every one deserves an
    // answer: after a timeout hosts of ns-3 acknowledge with the number they have gone back to.
    return m_state == ESTABLISHED && payloadBytes == 0 && header.Flags() == TcpHeader::ACK &&
           SequenceNumber32(header.SequenceNumber()) + 1 == m_tcb->m_rxBuffer->NextRxSequence();
}

void
MptcpSubflow::NoteAnswer()
{
    // What the peer sent before it knew of the keepalive may arrive up to half a round trip later.
    const Time roundTrip = m_rtt->GetNSamples() > 0 ? m_rtt->GetEstimate() : Time(0);
    if (Simulator::Now() - m_probedAt >= roundTrip / 2)
    {
        m_isProbing = false;
        Trust();
        m_probeTimer.Cancel();
    }
}

} // namespace ns3
