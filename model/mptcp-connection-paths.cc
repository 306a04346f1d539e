// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that talks with the path manager and about addresses.
#include "mptcp-connection.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"

#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <variant>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpConnectionPaths");

namespace
{

mptcp::AnnouncedAddress
ToWire(const mptcp::IpAddress& address)
{
    if (address.family == mptcp::AddressFamily::Ipv6)
    {
        return address.bytes;
    }
    mptcp::Ipv4Bytes bytes;
    std::copy_n(address.bytes.begin(), bytes.size(), bytes.begin());
    return bytes;
}

mptcp::IpAddress
FromWire(const mptcp::AnnouncedAddress& address)
{
    if (const auto* ipv6 = std::get_if<mptcp::Ipv6Bytes>(&address))
    {
        return mptcp::IpAddress::V6(*ipv6);
    }
    const auto& ipv4 = std::get<mptcp::Ipv4Bytes>(address);
    return mptcp::IpAddress::V4(ipv4[0], ipv4[1], ipv4[2], ipv4[3]);
}

} // namespace

bool
MptcpConnection::AcceptsJoin() const
{
    return IsMultipath() && !m_states.ShouldCloseSubflows() && !IsFastClosing() && m_pathManager &&
           m_pathManager->AcceptsJoin();
}

bool
MptcpConnection::AcceptsJoinAt(const mptcp::Endpoint& local) const
{
    const bool isInitial = local == m_initialLocal;
    return AcceptsJoin() && (!isInitial || m_stack->AllowsJoinInitialAddrPort() ||
                             m_version == mptcp::MptcpVersion::V0);
}

mptcp::AddressId
MptcpConnection::IdOf(const mptcp::IpAddress& address)
{
    const auto found = std::find(m_localAddresses.begin(), m_localAddresses.end(), address);
    const auto id = static_cast<mptcp::AddressId>(found - m_localAddresses.begin());
    if (found == m_localAddresses.end())
    {
        m_localAddresses.push_back(address);
    }
    return id;
}

std::vector<mptcp::LocalAddress>
MptcpConnection::LocalAddresses()
{
    std::vector<mptcp::LocalAddress> addresses;
    auto add = [&](const mptcp::IpAddress& address) {
        addresses.push_back({IdOf(address), address, false});
    };
    Ptr<Node> node = m_stack->GetNode();
    if (Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>())
    {
        for (uint32_t i = 0; i < ipv4->GetNInterfaces(); ++i)
        {
            for (uint32_t j = 0; ipv4->IsUp(i) && j < ipv4->GetNAddresses(i); ++j)
            {
                const Ipv4Address address = ipv4->GetAddress(i, j).GetLocal();
                if (!address.IsLocalhost() && address != Ipv4Address::GetAny())
                {
                    add(ToCore(address));
                }
            }
        }
    }
    if (Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>())
    {
        for (uint32_t i = 0; i < ipv6->GetNInterfaces(); ++i)
        {
            for (uint32_t j = 0; ipv6->IsUp(i) && j < ipv6->GetNAddresses(i); ++j)
            {
                const Ipv6InterfaceAddress address = ipv6->GetAddress(i, j);
                if (address.GetScope() == Ipv6InterfaceAddress::GLOBAL &&
                    !address.GetAddress().IsLocalhost())
                {
                    add(ToCore(address.GetAddress()));
                }
            }
        }
    }
    return addresses;
}

Ptr<MptcpSubflow>
MptcpConnection::Find(mptcp::SubflowId id) const
{
    const auto found =
        std::find_if(m_subflows.begin(), m_subflows.end(), [id](const auto& subflow) {
            return subflow->GetSubflowId() == id;
        });
    return found == m_subflows.end() ? nullptr : *found;
}

void
MptcpConnection::OnSignal(MptcpSubflow& subflow, const mptcp::MptcpOption& option)
{
    if (const auto* announced = std::get_if<mptcp::AddAddress>(&option))
    {
        OnAddAddress(subflow, *announced);
    }
    else if (const auto* announcedV0 = std::get_if<mptcp::AddAddressV0>(&option))
    {
        OnAddAddressV0(subflow, *announcedV0);
    }
    else if (const auto* removed = std::get_if<mptcp::RemoveAddress>(&option))
    {
        for (const mptcp::AddressId id : removed->ids)
        {
            m_stack->GetMib().Increment(mptcp::Mib::RmAddr);
            Tell(mptcp::AddressWithdrawn{id});
        }
    }
    else if (const auto* priority = std::get_if<mptcp::Priority>(&option))
    {
        m_stack->GetMib().Increment(mptcp::Mib::MPPrioRx);
        if (priority->id)
        {
            OnPriorityOfAddress(*priority->id, priority->backup);
            return;
        }
        subflow.SetPeerBackup(priority->backup);
    }
}

void
MptcpConnection::OnAddAddress(MptcpSubflow& subflow, const mptcp::AddAddress& announced)
{
    if (announced.IsEcho())
    {
        CountAnnouncement(announced);
        return;
    }
    if (*announced.hmac != mptcp::AddAddressHmac({m_remoteKey, *m_localKey}, announced))
    {
        return; // forged: ignored silently (RFC 8684 3.4.1)
    }
    CountAnnouncement(announced);
    mptcp::AddAddress echo = announced;
    echo.hmac.reset();
    subflow.SendSignal(echo);
    Address remote;
    subflow.GetPeerName(remote);
    const uint16_t port = announced.port.value_or(ToCore(remote).port);
    Tell(mptcp::AddressAnnounced{announced.id, {FromWire(announced.address), port}});
}

void
MptcpConnection::Tell(const mptcp::PathEvent& event)
{
    if (!m_pathManager || m_states.IsFallback() || IsFastClosing())
    {
        return;
    }
    if (!m_isUsable)
    {
        // An ADD_ADDR may come in the very segment that completes the handshake. A peer has no
        // reason to send many before that, so more are not kept for it.
        constexpr std::size_t MOST_EARLY_EVENTS = 8;
        if (m_earlyEvents.size() < MOST_EARLY_EVENTS)
        {
            m_earlyEvents.push_back(event);
        }
        return;
    }
    Apply(m_pathManager->On(event));
}

void
MptcpConnection::Apply(const mptcp::PathActions& actions)
{
    for (const auto& action : actions)
    {
        std::visit([this](const auto& each) { Do(each); }, action);
    }
}

void
MptcpConnection::Do(const mptcp::OpenSubflow& action)
{
    const mptcp::SubflowPath path{action.localId, action.remoteId, action.remote, false};
    mptcp::JoinConfig config;
    config.localKey = *m_localKey;
    config.remoteKey = m_remoteKey;
    config.localNonce = m_stack->NewNonce();
    config.localAddressId = action.localId;
    config.backup = action.backup;
    config.version = m_version;
    Ptr<MptcpSubflow> subflow = MptcpSubflow::Create(m_stack, m_settings);
    subflow->StartJoin(config, path);
    Add(subflow);
    Socket::SocketErrno error = Socket::ERROR_ADDRNOTAVAIL;
    mptcp::Mib outcome = mptcp::Mib::MPJoinSynTxBindErr;
    if (subflow->Bind(ToAddress(action.local)) == 0)
    {
        error = subflow->ConnectBound(ToAddress(action.remote));
        outcome = error == Socket::ERROR_NOTERROR ? mptcp::Mib::MPJoinSynTx
                                                  : mptcp::Mib::MPJoinSynTxConnectErr;
    }
    m_stack->GetMib().Increment(outcome);
    if (error != Socket::ERROR_NOTERROR)
    {
        NS_LOG_WARN("MPTCP: no subflow from " << ToAddress(action.local) << ", socket error "
                                              << error);
        m_subflows.pop_back();
        subflow->Detach();
        Tell(mptcp::SubflowDown{std::nullopt, path, mptcp::DownReason::Unreachable});
    }
}

void
MptcpConnection::Do(const mptcp::CloseSubflow& action)
{
    if (Ptr<MptcpSubflow> subflow = Find(action.id))
    {
        subflow->Close();
        RefreshUsable();
    }
}

void
MptcpConnection::Do(const mptcp::AnnounceAddress& action)
{
    if (m_version == mptcp::MptcpVersion::V0)
    {
        AnnounceV0(action);
        return;
    }
    if (m_usable.empty())
    {
        return;
    }
    mptcp::AddAddress announcement;
    announcement.id = action.id;
    announcement.address = ToWire(action.address);
    announcement.hmac = mptcp::AddAddressHmac({*m_localKey, m_remoteKey}, announcement);
    m_usable.front()->SendSignal(announcement);
}

void
MptcpConnection::Do(const mptcp::WithdrawAddress& action)
{
    if (!m_usable.empty())
    {
        m_usable.front()->SendSignal(mptcp::RemoveAddress{mptcp::AddressIdList(action.id)});
    }
}

void
MptcpConnection::Do(const mptcp::ChangePriority& action)
{
    if (Ptr<MptcpSubflow> subflow = Find(action.id))
    {
        SetBackup(*subflow, action.backup);
    }
}

void
MptcpConnection::Do(const mptcp::RetryLater& action)
{
    m_retryEvents[action.retryId] = Simulator::Schedule(ToTime(action.delay),
                                                        &MptcpConnection::OnRetryDue,
                                                        this,
                                                        action.retryId);
}

void
MptcpConnection::OnRetryDue(uint32_t retryId)
{
    m_retryEvents.erase(retryId);
    Tell(mptcp::RetryDue{retryId});
}

} // namespace ns3
