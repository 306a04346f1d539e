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
    ReportAnnounced(announced.id, {mptcp::FromWire(announced.address), announced.port.value_or(0)});
    Address remote;
    subflow.GetPeerName(remote);
    const uint16_t port = announced.port.value_or(ToCore(remote).port);
    const mptcp::IpAddress address = mptcp::FromWire(announced.address);
    if (mptcp::IsUnicast(address))
    {
        Tell(mptcp::AddressAnnounced{announced.id, {address, port}});
    }
}

void
MptcpConnection::AnnounceV0(const mptcp::AnnounceAddress& action)
{
    mptcp::AddAddressV0 announcement;
    announcement.id = action.id;
    announcement.address = mptcp::ToWire(action.address);
    announcement.port = action.port;
    // RFC 6824 3.4.1: on all subflows, since nobody confirms it.
    for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_usable))
    {
        subflow->SendSignal(announcement);
        m_stack->GetMib().Increment(mptcp::Mib::AddAddrTx);
    }
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
