// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSubflow that depends on how its host routes (draft-handley-mptcp-routing-00).
#include "core/routing/passive-open.h"
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "ns3-conversions.h"
#include "routing/mptcp-host-routing.h"

#include "ns3/ipv4-route.h"
#include "ns3/ipv6-route.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpSubflowRouting");

void
MptcpSubflow::UseDevice(Ptr<NetDevice> device, mptcp::AddressFamily family)
{
    m_device = device;
    if (!FindHostRouting(m_node, family))
    {
        BindToNetDevice(device);
    }
}

Ptr<NetDevice>
MptcpSubflow::GetDevice() const
{
    return m_boundnetdevice ? m_boundnetdevice : m_device;
}

bool
MptcpSubflow::CanLeaveFor(const mptcp::Endpoint& remote) const
{
    const MptcpHostRouting* routing = FindHostRouting(m_node, remote.address.family);
    if (!routing || m_boundAddress.IsInvalid())
    {
        return true;
    }
    const mptcp::Forwarding way =
        routing->GetTable().Forward(ToCore(m_boundAddress).address, remote.address);
    return way.outcome == mptcp::Forwarding::Outcome::Send;
}

bool
MptcpSubflow::IsRoutingFor(const Address& from, const Address& to) const
{
    const mptcp::IpAddress local = ToCore(to).address;
    const MptcpHostRouting* routing = FindHostRouting(m_node, local.family);
    if (!routing)
    {
        return true;
    }
    mptcp::PassiveOpen syn;
    syn.routing = routing->GetTable().CongruenceOf(local, ToCore(from).address);
    syn.acceptsIncongruent = routing->AcceptsIncongruent();
    if (m_admission && m_admission->connection)
    {
        syn.isJoin = true;
        syn.hasCongruentSubflow = m_admission->connection->HasCongruentSubflow();
    }
    // A second subflow from a better address is the path manager's business.
    return mptcp::JudgePassiveOpen(syn) != mptcp::PassiveVerdict::Reject;
}

bool
MptcpConnection::HasCongruentSubflow() const
{
    const auto view = MakeRoutingView(m_stack->GetNode());
    return view && std::any_of(m_usable.begin(), m_usable.end(), [&](const auto& subflow) {
               return view->CongruenceOf(subflow->GetLocalEndpoint().address,
                                         subflow->GetRemoteEndpoint().address) ==
                      mptcp::Congruence::Congruent;
           });
}

void
MptcpSubflow::NoteUnroutable()
{
    m_isUnroutable = true;
}

void
MptcpSubflow::PassOnLoss()
{
    // TCP is in the middle of sending, and may have more that has no route either.
    if (m_connection && m_lossReport.IsExpired())
    {
        // Not with a Ptr: the event's identifier would keep it, and so this object, for ever.
        m_lossReport = Simulator::ScheduleNow(&MptcpSubflow::ReportUnroutable, this);
    }
}

void
MptcpSubflow::ReportUnroutable()
{
    if (m_connection && m_state >= ESTABLISHED && m_state < TIME_WAIT && UnAckDataCount() > 0)
    {
        NS_LOG_INFO("MPTCP: no route for subflow " << m_id << ", its data may go elsewhere");
        Suspect();
        m_connection->OnSubflowTimeout(*this);
    }
}

} // namespace ns3
