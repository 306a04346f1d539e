// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that version 0 does in another way (RFC 6824).
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "ns3-conversions.h"

#include <algorithm>
#include <variant>

namespace ns3
{

void
MptcpConnection::OnAddAddressV0(const MptcpSubflow& subflow, const mptcp::AddAddressV0& announced)
{
    // RFC 6824 3.4.1: nothing in it can be verified; a host there that is not the peer fails at
    // MP_JOIN. Without a port it means that of the subflow it came on.
    m_stack->GetMib().Increment(mptcp::Mib::AddAddr);
    if (announced.port)
    {
        m_stack->GetMib().Increment(mptcp::Mib::PortAdd);
    }
    const mptcp::IpAddress address = mptcp::FromWire(announced.address);
    ReportAnnounced(announced.id, {address, announced.port.value_or(0)});
    if (!mptcp::IsUnicast(address))
    {
        return;
    }
    Address remote;
    subflow.GetPeerName(remote);
    const uint16_t told = announced.port.value_or(0); // 0 is none, as in Linux
    const uint16_t port = told != 0 ? told : ToCore(remote).port;
    const bool isNews = NotePeerAddress(announced.id, {address, port});
    Tell(mptcp::AddressAnnounced{announced.id, {address, port}});
    if (isNews)
    {
        FillSubflows();
    }
}

void
MptcpConnection::AnnounceV0(const mptcp::AnnounceAddress& action)
{
    mptcp::AddAddressV0 announcement;
    announcement.id = action.id;
    announcement.address = mptcp::ToWire(action.address);
    announcement.port = action.port;
    if (m_usable.empty())
    {
        SendSignal(announcement); // waits for a subflow
    }
    // RFC 6824 3.4.1: on all subflows, since nobody confirms it.
    for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_usable))
    {
        subflow->SendSignal(announcement);
        m_stack->GetMib().Increment(mptcp::Mib::AddAddrTx);
    }
    Tell(mptcp::AnnouncementOver{action.id, false});
}

void
MptcpConnection::OnPriorityOfAddress(mptcp::AddressId id, bool backup)
{
    for (const auto& subflow : m_subflows)
    {
        if (subflow->GetPath().remoteId == id)
        {
            subflow->SetPeerBackup(backup);
        }
    }
}

} // namespace ns3
