// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSocket that is the basic API of RFC 6897, and what its section 4 makes of
/// applications that do not know it.
#include "mptcp-connection.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "ns3-conversions.h"

#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/log.h"

#include <algorithm>
#include <utility>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpSocketMultipath");

namespace
{

/// None for what is no IP address.
std::optional<mptcp::Endpoint>
ToLocal(const Address& address)
{
    if (Ipv4Address::IsMatchingType(address))
    {
        return mptcp::Endpoint{ToCore(Ipv4Address::ConvertFrom(address)), 0};
    }
    if (Ipv6Address::IsMatchingType(address))
    {
        return mptcp::Endpoint{ToCore(Ipv6Address::ConvertFrom(address)), 0};
    }
    if (InetSocketAddress::IsMatchingType(address) || Inet6SocketAddress::IsMatchingType(address))
    {
        return ToCore(address);
    }
    return std::nullopt;
}

/// `Some` is a type of MptcpOptionValue.
template <typename Some>
const Some*
Get(const MptcpOptionValue& value)
{
    return std::get_if<Some>(&value);
}

/// The option comes too late for a connection that was in order and has ended.
bool
IsOver(const MptcpConnection* connection)
{
    return connection && connection->State() == mptcp::ConnectionState::Closed;
}

} // namespace

// ---- options ----

int
MptcpSocket::SetMultipathOption(int option, const MptcpOptionValue& value)
{
    switch (option)
    {
    case TCP_MULTIPATH_ENABLE: {
        const auto* enabled = Get<bool>(value);
        return enabled ? SetMultipathEnabled(*enabled) : Fail(ERROR_INVAL);
    }
    case TCP_MULTIPATH_ADD: {
        const auto* addresses = Get<MptcpAddressList>(value);
        return addresses ? AddLocalAddresses(*addresses) : Fail(ERROR_INVAL);
    }
    case TCP_MULTIPATH_REMOVE: {
        const auto* addresses = Get<MptcpAddressList>(value);
        return addresses ? RemoveLocalAddresses(*addresses) : Fail(ERROR_INVAL);
    }
    default:
        return Fail(ERROR_OPNOTSUPP); // unknown, or read-only
    }
}

int
MptcpSocket::GetMultipathOption(int option, MptcpOptionValue& value) const
{
    if (option != TCP_MULTIPATH_ENABLE && option != TCP_MULTIPATH_SUBFLOWS &&
        option != TCP_MULTIPATH_CONNID)
    {
        return Fail(ERROR_OPNOTSUPP); // unknown, or write-only
    }
    if (m_state != State::Established)
    {
        return Fail(ERROR_NOTCONN); // RFC 6897 5.3.1
    }
    if (option == TCP_MULTIPATH_ENABLE)
    {
        value = IsMultipath();
    }
    else if (option == TCP_MULTIPATH_SUBFLOWS)
    {
        value = GetSubflowAddresses();
    }
    else if (!IsMultipath())
    {
        return Fail(ERROR_OPNOTSUPP); // no MPTCP connection, no identifier of one
    }
    else
    {
        value = GetConnectionId();
    }
    return 0;
}

int
MptcpSocket::SetMultipathEnabled(bool enabled)
{
    if (m_state != State::Closed)
    {
        return Fail(m_state == State::Finished || IsOver(m_connection.get()) ? ERROR_INVAL
                                                                             : ERROR_ISCONN);
    }
    m_enable = enabled;
    return 0;
}

bool
MptcpSocket::SetMultipath(std::string choice)
{
    if (choice != "auto")
    {
        return SetMultipathEnabled(choice == "on") == 0;
    }
    const bool isAllowed = SetMultipathEnabled(false) == 0;
    m_enable = isAllowed ? std::nullopt : m_enable;
    return isAllowed;
}

std::string
MptcpSocket::GetMultipath() const
{
    return m_enable ? (*m_enable ? "on" : "off") : "auto";
}

void
MptcpSocket::SetFateSharing(bool shares)
{
    m_settings.fateSharing = shares;
    for (MptcpConnection* connection : Connections())
    {
        connection->SetFateSharing(shares);
    }
}

bool
MptcpSocket::GetFateSharing() const
{
    return m_settings.fateSharing;
}

// ---- local addresses ----

int
MptcpSocket::AddLocalAddresses(const MptcpAddressList& addresses)
{
    if (m_state == State::Listening || m_state == State::Finished || IsOver(m_connection.get()) ||
        addresses.empty())
    {
        return Fail(ERROR_INVAL);
    }
    if (m_connection && m_connection->IsFallback())
    {
        return Fail(ERROR_OPNOTSUPP); // plain TCP has one address
    }
    std::vector<mptcp::Endpoint> locals;
    for (const Address& address : addresses)
    {
        const auto local = ToLocal(address);
        if (!local)
        {
            return Fail(ERROR_AFNOSUPPORT);
        }
        if (!m_stack->Owns(local->address))
        {
            return Fail(ERROR_ADDRNOTAVAIL);
        }
        locals.push_back(*local);
    }
    for (const mptcp::Endpoint& local : locals)
    {
        if (m_connection)
        {
            m_settings.addresses.Allow(local); // for attempts to come
        }
        else
        {
            m_settings.addresses.Restrict(local);
        }
    }
    for (MptcpConnection* connection : Connections())
    {
        connection->AddLocalAddresses(locals);
    }
    return 0;
}

int
MptcpSocket::RemoveLocalAddresses(const MptcpAddressList& addresses)
{
    if (m_state == State::Listening || m_state == State::Finished || IsOver(m_connection.get()) ||
        addresses.empty())
    {
        return Fail(ERROR_INVAL);
    }
    if (m_connection && m_connection->IsFallback())
    {
        return Fail(ERROR_OPNOTSUPP); // plain TCP has one address
    }
    std::vector<mptcp::IpAddress> locals;
    for (const Address& address : addresses)
    {
        const auto local = ToLocal(address);
        if (!local)
        {
            return Fail(ERROR_AFNOSUPPORT);
        }
        // Before there is a connection the list may have what is not up yet, or not any more.
        const bool isKnown = m_connection ? m_connection->AllowsLocal(local->address)
                                          : m_settings.addresses.Allows(local->address);
        if (!isKnown || !m_stack->Owns(local->address))
        {
            return Fail(ERROR_ADDRNOTAVAIL);
        }
        locals.push_back(local->address);
    }
    const bool isConnectingFrom =
        m_state == State::Connecting &&
        std::find(locals.begin(), locals.end(), ToCore(m_localName).address) != locals.end();
    if (isConnectingFrom)
    {
        return Fail(ERROR_AGAIN); // a SYN is on its way from there
    }
    for (const mptcp::IpAddress& local : locals)
    {
        m_settings.addresses.Remove(local);
    }
    for (MptcpConnection* connection : Connections())
    {
        connection->RemoveLocalAddresses(locals);
    }
    return 0;
}

int
MptcpSocket::RemoveLocalAddress(const Address& address)
{
    return RemoveLocalAddresses({address});
}

// ---- what is read ----

std::vector<MptcpSubflowAddresses>
MptcpSocket::GetSubflowAddresses() const
{
    std::vector<MptcpSubflowAddresses> addresses;
    for (const auto& subflow : GetSubflows())
    {
        if (subflow->IsUsable())
        {
            addresses.push_back(
                {ToAddress(subflow->GetLocalEndpoint()), ToAddress(subflow->GetRemoteEndpoint())});
        }
    }
    return addresses;
}

uint32_t
MptcpSocket::GetConnectionId() const
{
    return GetToken();
}

mptcp::UseDecision
MptcpSocket::GetUseDecision() const
{
    return m_decision;
}

// ---- whether, and from where ----

bool
MptcpSocket::IsBoundToAddress() const
{
    Address name;
    return m_first && m_first->GetSockName(name) == 0 && !ToCore(name).address.IsUnspecified();
}

bool
MptcpSocket::HasSmallBuffer() const
{
    return m_settings.sendBufferBytes < m_stack->GetLowestSendBuffer() ||
           m_settings.receiveBufferBytes < m_stack->GetLowestReceiveBuffer();
}

void
MptcpSocket::DecideUse(const std::optional<mptcp::IpAddress>& peer)
{
    mptcp::UseRequest request;
    request.enable = m_enable;
    request.hasAddressList = m_settings.addresses.IsRestricted();
    request.isBoundToAddress = IsBoundToAddress();
    request.isBoundToDevice = GetBoundNetDevice() != nullptr;
    request.hasSmallBuffer = HasSmallBuffer();
    request.isPolicyOn = m_stack->EnablesByDefault();
    request.hasPeerFailed = peer && m_stack->AvoidsMptcpWith(*peer);
    m_decision = mptcp::DecideUse(request);
    m_settings.useMptcp = m_decision.use;
    if (m_decision.use)
    {
        RestrictToBindings();
    }
}

void
MptcpSocket::RestrictToBindings()
{
    if (IsBoundToAddress())
    {
        Address name;
        m_first->GetSockName(name);
        m_settings.addresses.Restrict({ToCore(name).address, 0});
    }
    if (GetBoundNetDevice())
    {
        m_settings.device = GetBoundNetDevice();
        m_settings.addresses.RestrictToNothing(); // but to what the device has
    }
}

Socket::SocketErrno
MptcpSocket::BindFirst(const Address& remote)
{
    const auto& rules = m_settings.addresses;
    const auto family = ToCore(remote).address.family;
    if (IsBoundToAddress() || (m_settings.device && rules.Named().empty()))
    {
        return ERROR_NOTERROR;
    }
    std::vector<mptcp::Endpoint> candidates = rules.Named();
    bool hasRemoved = false;
    for (const mptcp::IpAddress& address : m_stack->UsableAddresses())
    {
        hasRemoved = hasRemoved || rules.IsRemoved(address);
        if (!rules.IsRestricted() && rules.Allows(address))
        {
            candidates.push_back({address, 0});
        }
    }
    if (!rules.IsRestricted() && !hasRemoved)
    {
        return ERROR_NOTERROR; // routing may choose
    }
    const auto chosen = std::find_if(candidates.begin(), candidates.end(), [&](const auto& each) {
        return each.address.family == family;
    });
    if (chosen == candidates.end())
    {
        return ERROR_ADDRNOTAVAIL;
    }
    mptcp::Endpoint local = *chosen;
    if (m_first)
    {
        // Bound to a port alone; ns-3's TCP is bound once and for all.
        Address name;
        m_first->GetSockName(name);
        local.port = local.port != 0 ? local.port : ToCore(name).port;
        ForgetFirst();
    }
    Ptr<MptcpSubflow> first = FirstSubflow();
    return first->Bind(ToAddress(local)) == 0 ? ERROR_NOTERROR : first->GetErrno();
}

} // namespace ns3
