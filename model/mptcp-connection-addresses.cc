// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that tells the peer of addresses, hears of the peer's, and follows
/// what happens to those of its own node.
#include "mptcp-connection.h"
#include "mptcp-join-listeners.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpConnectionAddresses");

// ---- the peer's addresses ----

void
MptcpConnection::OnAddAddress(MptcpSubflow& subflow, const mptcp::AddAddress& announced)
{
    if (announced.IsEcho())
    {
        CountAnnouncement(announced);
        OnAddAddressEcho(announced);
        return;
    }
    if (*announced.hmac != mptcp::AddAddressHmac({m_remoteKey, *m_localKey}, announced))
    {
        return; // forged: ignored silently (RFC 8684 3.4.1)
    }
    CountAnnouncement(announced);
    const mptcp::IpAddress address = mptcp::FromWire(announced.address);
    ReportAnnounced(announced.id, {address, announced.port.value_or(0)});
    mptcp::AddAddress echo = announced;
    echo.hmac.reset();
    subflow.SendSignal(echo);
    if (!mptcp::IsUnicast(address))
    {
        m_stack->GetMib().Increment(mptcp::Mib::AddAddrDrop);
        NS_LOG_WARN("MPTCP: the peer announced an address nobody can have");
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

// ---- our announcements ----

void
MptcpConnection::Do(const mptcp::AnnounceAddress& action)
{
    if (!AllowsLocal(action.address))
    {
        Tell(mptcp::AnnouncementOver{action.id, false}); // RFC 6897 5.3.3
        return;
    }
    SendWithdrawals(); // they may be about the same Address ID
    m_localIds.Assign(action.address, action.id);
    const uint16_t wished = m_settings.addresses.PortOn(action.address);
    const auto port = action.port || wished == 0 ? action.port : std::optional(wished);
    ListenForJoins(action.id, {action.address, port.value_or(m_initialLocal.port)});
    mptcp::AddAddress announcement;
    announcement.id = action.id;
    announcement.address = mptcp::ToWire(action.address);
    announcement.port = port;
    if (m_version == mptcp::MptcpVersion::V0)
    {
        m_announcements.Start(announcement); // so that joins to its port are taken
        AnnounceV0(action);
        return;
    }
    announcement.hmac = mptcp::AddAddressHmac({*m_localKey, m_remoteKey}, announcement);
    const uint32_t number = m_announcements.Start(announcement);
    SendSignal(announcement);
    WaitForEcho(number);
}

void
MptcpConnection::WaitForEcho(uint32_t number)
{
    const Time timeout = m_stack->GetAddAddressTimeout();
    if (timeout.IsStrictlyPositive())
    {
        m_announcementTimers[number] =
            Simulator::Schedule(timeout, &MptcpConnection::OnAnnouncementTimer, this, number);
    }
}

void
MptcpConnection::OnAnnouncementTimer(uint32_t number)
{
    m_announcementTimers.erase(number);
    const auto announcement = m_announcements.OnTimeout(number);
    if (!announcement)
    {
        return;
    }
    SendSignal(*announcement);
    if (m_announcements.MayRetransmit(number))
    {
        WaitForEcho(number);
    }
    else
    {
        Tell(mptcp::AnnouncementOver{announcement->id, false});
    }
}

void
MptcpConnection::OnAddAddressEcho(const mptcp::AddAddress& echo)
{
    const auto number = m_announcements.OnEcho(echo);
    if (!number)
    {
        return;
    }
    if (const auto timer = m_announcementTimers.find(*number); timer != m_announcementTimers.end())
    {
        timer->second.Cancel();
        m_announcementTimers.erase(timer);
    }
    Tell(mptcp::AnnouncementOver{echo.id, true});
}

void
MptcpConnection::Do(const mptcp::WithdrawAddress& action)
{
    m_announcements.Withdraw(action.id);
    CloseJoinListeners([&](mptcp::AddressId id) { return id == action.id; });
    m_heldSignals.erase(std::remove_if(m_heldSignals.begin(),
                                       m_heldSignals.end(),
                                       [&](const mptcp::MptcpOption& held) {
                                           const auto* add = std::get_if<mptcp::AddAddress>(&held);
                                           return add && add->id == action.id;
                                       }),
                        m_heldSignals.end());
    if (std::find(m_withdrawn.begin(), m_withdrawn.end(), action.id) == m_withdrawn.end())
    {
        m_withdrawn.push_back(action.id);
    }
}

void
MptcpConnection::SendWithdrawals()
{
    mptcp::RemoveAddress removal;
    for (const mptcp::AddressId id : std::exchange(m_withdrawn, {}))
    {
        if (!removal.ids.Append(id))
        {
            m_withdrawn.push_back(id);
        }
    }
    if (removal.ids.Size() > 0)
    {
        SendSignal(removal);
    }
    if (!m_withdrawn.empty())
    {
        SendWithdrawals();
    }
}

void
MptcpConnection::SendSignal(const mptcp::MptcpOption& signal)
{
    const auto working = std::find_if(m_usable.begin(), m_usable.end(), [](const auto& subflow) {
        return !subflow->Snapshot().suspect;
    });
    if (m_usable.empty())
    {
        if (std::find(m_heldSignals.begin(), m_heldSignals.end(), signal) == m_heldSignals.end())
        {
            m_heldSignals.push_back(signal);
        }
        return;
    }
    (working != m_usable.end() ? *working : m_usable.front())->SendSignal(signal);
}

void
MptcpConnection::SendHeldSignals()
{
    for (const auto& signal : std::exchange(m_heldSignals, {}))
    {
        SendSignal(signal);
    }
}

// ---- joins to announced addresses ----

bool
MptcpConnection::TakesJoinsAt(const mptcp::Endpoint& local) const
{
    return !IsAnotherPort(local.port) || m_announcements.HasAnnounced(local);
}

bool
MptcpConnection::IsAnotherPort(uint16_t localPort) const
{
    return m_isUsable && localPort != m_initialLocal.port;
}

bool
MptcpConnection::IsAnotherPeerPort(uint16_t remotePort) const
{
    return remotePort != m_peerPort;
}

void
MptcpConnection::ListenForJoins(mptcp::AddressId id, const mptcp::Endpoint& endpoint)
{
    const std::pair<mptcp::AddressId, mptcp::Endpoint> listener{id, endpoint};
    if (std::find(m_joinListeners.begin(), m_joinListeners.end(), listener) ==
        m_joinListeners.end())
    {
        m_joinListeners.push_back(listener);
        m_stack->GetJoinListeners().Open(endpoint, m_settings);
    }
}

template <typename Predicate>
void
MptcpConnection::CloseJoinListeners(Predicate isOver)
{
    for (const auto& listener : std::exchange(m_joinListeners, {}))
    {
        if (isOver(listener.first))
        {
            m_stack->GetJoinListeners().Close(listener.second);
        }
        else
        {
            m_joinListeners.push_back(listener);
        }
    }
}

void
MptcpConnection::CloseAllJoinListeners()
{
    CloseJoinListeners([](mptcp::AddressId) { return true; });
}

// ---- this host's addresses ----

void
MptcpConnection::OnLocalAddressesChanged()
{
    if (!m_isUsable || m_isFinished || m_states.IsFallback() || m_states.ShouldCloseSubflows())
    {
        return;
    }
    const auto change = m_localIds.SetUsable(AddressesInUse());
    AbandonSubflowsFrom(change.gone);
    m_areAddressesChanging = true; // all that went, in one REMOVE_ADDR
    for (const mptcp::AddressId id : change.gone)
    {
        Tell(mptcp::LocalAddressDown{id});
    }
    VoidOpeningsFrom(change.gone);
    WithdrawUnmanaged(change.gone);
    for (const mptcp::AddressId id : change.come)
    {
        const auto& address = m_localIds.AddressOf(id);
        Tell(mptcp::LocalAddressUp{{id, address, m_settings.addresses.IsBackup(address)}});
    }
    m_areAddressesChanging = false;
    SendWithdrawals();
    Push();
}

void
MptcpConnection::AbandonSubflowsFrom(const std::vector<mptcp::AddressId>& localIds)
{
    for (const auto& subflow : std::vector<Ptr<MptcpSubflow>>(m_subflows))
    {
        Address local;
        subflow->GetSockName(local);
        const bool isAffected =
            std::any_of(localIds.begin(), localIds.end(), [&](mptcp::AddressId id) {
                return m_localIds.AddressOf(id) == ToCore(local).address;
            });
        if (isAffected && !subflow->IsDone())
        {
            subflow->Abandon();
            m_stack->GetMib().Increment(mptcp::Mib::RmSubflow);
        }
    }
    RefreshUsable();
}

} // namespace ns3
