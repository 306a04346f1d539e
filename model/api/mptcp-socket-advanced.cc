// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSocket that is an advanced API in the sense of RFC 6897 appendix A: single
/// subflows and their number, profiles, hints, opening policies, preference, redundancy.
#include "mptcp-connection.h"
#include "mptcp-delay-schedulers.h"
#include "mptcp-path-managers.h"
#include "mptcp-priority-schedulers.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "ns3-conversions.h"

#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{

namespace
{

template <typename T>
ObjectFactory
FactoryOf()
{
    ObjectFactory factory;
    factory.SetTypeId(T::GetTypeId());
    return factory;
}

bool
IsSocketAddress(const Address& address)
{
    return InetSocketAddress::IsMatchingType(address) ||
           Inet6SocketAddress::IsMatchingType(address);
}

} // namespace

int
MptcpSocket::Answer(SocketErrno error) const
{
    return error == ERROR_NOTERROR ? 0 : Fail(error);
}

// ---- single subflows and their number (REQ7) ----

int
MptcpSocket::RequestSubflows(uint32_t count)
{
    if (count == 0 || m_state == State::Listening || m_state == State::Finished)
    {
        return Fail(ERROR_INVAL);
    }
    if (!m_connection || m_state == State::Connecting)
    {
        m_settings.mostSubflows = count;
        m_settings.fillsSubflows = true;
    }
    SocketErrno error = ERROR_NOTERROR;
    for (MptcpConnection* connection : Connections())
    {
        const SocketErrno answer = connection->RequestSubflows(count);
        error = connection == m_connection.get() ? answer : error; // a rival has one anyway
    }
    return Answer(error);
}

int
MptcpSocket::OpenSubflow(const Address& local, const Address& remote, bool backup)
{
    if (!IsSocketAddress(local) || !IsSocketAddress(remote))
    {
        return Fail(ERROR_AFNOSUPPORT);
    }
    if (!m_connection || m_state != State::Established)
    {
        return Fail(ERROR_NOTCONN);
    }
    return Answer(m_connection->OpenRequested(ToCore(local), ToCore(remote), backup));
}

int
MptcpSocket::CloseSubflow(uint16_t subflowId)
{
    if (!m_connection || m_state != State::Established)
    {
        return Fail(ERROR_NOTCONN);
    }
    return Answer(m_connection->CloseRequested(subflowId));
}

// ---- preference (REQ11) ----

int
MptcpSocket::SetPreferredSubflow(uint16_t subflowId)
{
    const auto subflows = GetSubflows();
    const bool isThere = std::any_of(subflows.begin(), subflows.end(), [&](const auto& subflow) {
        return subflow->GetSubflowId().Value() == subflowId && !m_connection->IsGoing(*subflow);
    });
    if (!isThere || !IsMultipath())
    {
        return Fail(ERROR_INVAL);
    }
    SetSubflowBackup(subflowId, false); // first, so that there is always one to use
    for (const auto& subflow : subflows)
    {
        if (subflow->GetSubflowId().Value() != subflowId && !subflow->IsBackup())
        {
            SetSubflowBackup(subflow->GetSubflowId().Value(), true);
        }
    }
    return 0;
}

int
MptcpSocket::SetLocalAddressBackup(const Address& address, bool backup)
{
    const bool isIpv4 = Ipv4Address::IsMatchingType(address);
    if (!isIpv4 && !Ipv6Address::IsMatchingType(address))
    {
        return Fail(ERROR_AFNOSUPPORT);
    }
    const mptcp::IpAddress local = isIpv4 ? ToCore(Ipv4Address::ConvertFrom(address))
                                          : ToCore(Ipv6Address::ConvertFrom(address));
    if (m_state == State::Finished)
    {
        return Fail(ERROR_INVAL);
    }
    if (!m_stack->Owns(local))
    {
        return Fail(ERROR_ADDRNOTAVAIL);
    }
    m_settings.addresses.SetBackup(local, backup);
    for (MptcpConnection* connection : Connections())
    {
        connection->SetAddressBackup(local, backup);
    }
    return 0;
}

// ---- when further subflows are opened (REQ9, REQ10) ----

void
MptcpSocket::SetOpeningPolicy(mptcp::OpeningPolicy policy, uint64_t enoughBytes)
{
    m_settings.opening.policy = policy;
    m_settings.opening.enoughBytes = enoughBytes;
    ApplyOpeningRules();
}

void
MptcpSocket::SetCommunicationHints(const mptcp::CommunicationHints& hints)
{
    m_settings.opening.hints = hints;
    ApplyOpeningRules();
}

void
MptcpSocket::ApplyOpeningRules()
{
    for (MptcpConnection* connection : Connections())
    {
        connection->SetOpeningRules(m_settings.opening);
    }
}

int
MptcpSocket::SetPathManager(const ObjectFactory& factory)
{
    const TypeId type = factory.IsTypeIdSet() ? factory.GetTypeId() : TypeId();
    if (!factory.IsTypeIdSet() || !type.IsChildOf(MptcpPathManager::GetTypeId()) ||
        !type.HasConstructor())
    {
        return Fail(ERROR_INVAL);
    }
    if (m_state != State::Closed)
    {
        return Fail(m_state == State::Finished ? ERROR_INVAL : ERROR_ISCONN);
    }
    m_settings.pathManager = factory;
    return 0;
}

// ---- redundancy and profiles (REQ8, REQ12) ----

int
MptcpSocket::SetRedundancy(uint32_t copies)
{
    if (m_state == State::Finished)
    {
        return Fail(ERROR_INVAL);
    }
    if (copies == 1)
    {
        return SetScheduler(m_stack->GetSchedulerFactory());
    }
    ObjectFactory redundant = FactoryOf<MptcpRedundant>();
    redundant.Set("Copies", UintegerValue(copies));
    return SetScheduler(redundant);
}

int
MptcpSocket::SetApplicationProfile(MptcpApplicationProfile profile)
{
    if (m_state == State::Finished)
    {
        return Fail(ERROR_INVAL);
    }
    if (m_state == State::Closed)
    {
        SetPathManager(FactoryOf<MptcpFullMesh>()); // later it has to stay as it is
    }
    SetOpeningPolicy(mptcp::OpeningPolicy::AsSoonAsPossible, m_settings.opening.enoughBytes);
    const bool isLowLatency = profile == MptcpApplicationProfile::LowLatency;
    SetMostSubflows(isLowLatency ? std::optional<uint32_t>(3) : std::nullopt);
    SetTcpNoDelay(profile != MptcpApplicationProfile::Bulk);
    switch (profile)
    {
    case MptcpApplicationProfile::LowLatency:
        return SetScheduler(FactoryOf<MptcpEcf>());
    case MptcpApplicationProfile::HighReliability:
        return SetRedundancy(0);
    case MptcpApplicationProfile::Bulk:
        break;
    }
    return SetScheduler(FactoryOf<MptcpMinRtt>());
}

void
MptcpSocket::SetMostSubflows(std::optional<uint32_t> most)
{
    m_settings.mostSubflows = most;
    m_settings.fillsSubflows = false;
    for (MptcpConnection* connection : Connections())
    {
        connection->LimitSubflows(most);
    }
}

} // namespace ns3
