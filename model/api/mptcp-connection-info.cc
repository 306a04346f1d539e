// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Linux's views of a connection and of its subflows (MPTCP_INFO, MPTCP_TCPINFO,
/// MPTCP_SUBFLOW_ADDRS), and statistics per subflow (RFC 6897 A.3 REQ6).
#include "mptcp-connection-info.h"

#include "mptcp-connection.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "ns3-conversions.h"

#include "ns3/rtt-estimator.h"
#include "ns3/simulator.h"
#include "ns3/tcp-tx-buffer.h"

#include <algorithm>
#include <set>

namespace ns3
{

namespace
{

uint32_t
CountEndpoints(const MptcpStack& stack, bool mptcp::EndpointFlags::*flag)
{
    const auto& endpoints = stack.GetEndpoints().Endpoints();
    return static_cast<uint32_t>(
        std::count_if(endpoints.begin(), endpoints.end(), [flag](const auto& endpoint) {
            return endpoint.flags.*flag;
        }));
}

/// Of all; 0 if there is nothing.
double
Share(uint64_t bytes, uint64_t all)
{
    return all == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(all);
}

} // namespace

MptcpInfo
MptcpConnection::GetInfo() const
{
    MptcpInfo info;
    DescribePaths(info);
    info.flags = (m_states.IsFallback() ? MptcpInfo::FALLBACK : 0U) |
                 (IsMultipath() ? MptcpInfo::REMOTE_KEY_RECEIVED : 0U);
    info.token = LocalToken();
    info.csumEnabled = m_usesChecksums;
    if (m_sender)
    {
        const mptcp::DataSequence first = m_local.initialDataSequence + 1;
        info.writeSeq = m_sender->End().Value();
        info.sndUna = m_sender->FirstUnacknowledged().Value();
        info.bytesSent = static_cast<uint64_t>(m_sender->NextToGrant() - first);
        info.bytesAcked = static_cast<uint64_t>(m_sender->FirstUnacknowledged() - first);
        info.retransmits = m_sender->Reinjections();
        info.bytesRetrans = m_sender->ReinjectedBytes();
    }
    if (m_receiver)
    {
        const mptcp::DataSequence first = m_remote.initialDataSequence + 1;
        info.rcvNxt = m_receiver->DataAck().Value(); // counts the DATA_FIN, as in Linux
        info.bytesReceived = static_cast<uint64_t>(m_receiver->Next() - first);
    }
    const Time now = Simulator::Now();
    info.lastDataSent = now - m_lastDataSent;
    info.lastDataRecv = now - m_lastDataReceived;
    info.lastAckRecv = now - m_lastAckReceived;
    return info;
}

void
MptcpConnection::DescribePaths(MptcpInfo& info) const
{
    std::set<mptcp::AddressId> localIds;
    std::set<mptcp::AddressId> remoteIds;
    for (const auto& subflow : m_subflows)
    {
        info.subflowsTotal += subflow->IsDone() ? 0U : 1U;
        info.subflows += subflow->IsJoin() && !subflow->IsDone() ? 1U : 0U;
        const auto& path = subflow->GetPath();
        if (subflow->IsJoin() && !path.openedByPeer)
        {
            localIds.insert(path.localId);
            remoteIds.insert(path.remoteId);
        }
    }
    localIds.erase(0);
    remoteIds.erase(0);
    info.localAddrUsed = static_cast<uint32_t>(localIds.size());
    info.addAddrAccepted = static_cast<uint32_t>(remoteIds.size());
    info.addAddrSignal = static_cast<uint32_t>(m_announcements.Count());
    info.addAddrSignalMax = CountEndpoints(*m_stack, &mptcp::EndpointFlags::signal);
    info.localAddrMax = CountEndpoints(*m_stack, &mptcp::EndpointFlags::subflow);
    if (const auto& limits = m_stack->GetLimits())
    {
        info.subflowsMax = limits->subflows;
        info.addAddrAcceptedMax = limits->addAddrAccepted;
    }
}

std::vector<MptcpSubflowInfo>
MptcpConnection::GetSubflowInfo() const
{
    uint64_t allAcked = m_goneAckedBytes;
    uint64_t allReceived = m_goneReceivedBytes;
    for (const auto& subflow : m_subflows)
    {
        allAcked += subflow->AcknowledgedBytes();
        allReceived += subflow->ReceivedBytes();
    }
    std::vector<MptcpSubflowInfo> all;
    for (const auto& subflow : m_subflows)
    {
        if (subflow->IsDone())
        {
            continue; // it waits for time to pass
        }
        MptcpSubflowInfo info = subflow->GetInfo();
        info.shareOfSent = Share(info.bytesAcked, allAcked);
        info.shareOfReceived = Share(info.bytesReceived, allReceived);
        all.push_back(info);
    }
    return all;
}

MptcpSubflowInfo
MptcpSubflow::GetInfo() const
{
    MptcpSubflowInfo info;
    info.id = m_id.Value();
    info.addresses = {ToAddress(m_localEndpoint), ToAddress(m_remoteEndpoint)};
    info.state = TcpStateName[m_state];
    info.isBackup = IsBackup();
    if (m_rtt->GetNSamples() > 0)
    {
        info.rtt = m_rtt->GetEstimate();
        info.rttVariation = m_rtt->GetVariation();
    }
    info.rto = m_rto;
    info.sndCwndBytes = m_tcb->m_cWnd;
    info.sndSsthreshBytes = m_tcb->m_ssThresh;
    info.sndMssBytes = m_tcb->m_segmentSize;
    info.inFlightBytes = BytesInFlight();
    info.bytesAcked = AcknowledgedBytes();
    info.bytesReceived = ReceivedBytes();
    return info;
}

std::optional<MptcpInfo>
MptcpSocket::GetMptcpInfo() const
{
    if (!m_connection)
    {
        Fail(ERROR_NOTCONN);
        return std::nullopt;
    }
    return m_connection->GetInfo();
}

std::vector<MptcpSubflowInfo>
MptcpSocket::GetSubflowInfo() const
{
    return m_connection ? m_connection->GetSubflowInfo() : std::vector<MptcpSubflowInfo>();
}

} // namespace ns3
