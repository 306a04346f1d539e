// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-event.h"

#include <arpa/inet.h>
#include <array>
#include <iomanip>
#include <sstream>

namespace ns3
{

namespace
{

void
PrintAddress(std::ostream& os, const char* key, const mptcp::IpAddress& address)
{
    // As Linux writes them: ns-3's own way has another form for IPv6.
    const bool isIpv6 = address.family == mptcp::AddressFamily::Ipv6;
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(isIpv6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(), text.size());
    os << ' ' << key << (isIpv6 ? '6' : '4') << '=' << text.data();
}

void
PrintPort(std::ostream& os, const char* key, const std::optional<mptcp::Endpoint>& endpoint)
{
    if (endpoint && endpoint->port != 0)
    {
        os << ' ' << key << '=' << endpoint->port;
    }
}

void
PrintEnd(std::ostream& os, const MptcpEvent& event)
{
    if (event.backup)
    {
        os << " backup=" << *event.backup;
    }
    if (event.error)
    {
        os << " error=" << unsigned{*event.error};
    }
    if (event.reset)
    {
        os << " reset_reason=" << static_cast<unsigned>(event.reset->reason) << " reset_flags=0x"
           << event.reset->transient;
    }
    os << (event.isServerSide ? " server_side" : "")
       << (event.isJoinToInitialDenied ? " deny_join_id0" : "");
}

} // namespace

const char*
NameOf(MptcpEvent::Type type)
{
    switch (type)
    {
    case MptcpEvent::Type::Created:
        return "CREATED";
    case MptcpEvent::Type::Established:
        return "ESTABLISHED";
    case MptcpEvent::Type::Closed:
        return "CLOSED";
    case MptcpEvent::Type::Announced:
        return "ANNOUNCED";
    case MptcpEvent::Type::Removed:
        return "REMOVED";
    case MptcpEvent::Type::SubEstablished:
        return "SF_ESTABLISHED";
    case MptcpEvent::Type::SubClosed:
        return "SF_CLOSED";
    case MptcpEvent::Type::SubPriority:
        return "SF_PRIO";
    case MptcpEvent::Type::ListenerCreated:
        return "LISTENER_CREATED";
    case MptcpEvent::Type::ListenerClosed:
        return "LISTENER_CLOSED";
    }
    return "UNKNOWN";
}

std::string
AttributesOf(const MptcpEvent& event)
{
    std::ostringstream os;
    if (event.token)
    {
        os << " token=" << std::hex << std::setw(8) << std::setfill('0') << *event.token
           << std::dec;
    }
    if (event.remoteId)
    {
        os << " remid=" << unsigned{*event.remoteId};
    }
    if (event.localId)
    {
        os << " locid=" << unsigned{*event.localId};
    }
    if (event.source)
    {
        PrintAddress(os, "saddr", event.source->address);
    }
    if (event.destination)
    {
        PrintAddress(os, "daddr", event.destination->address);
    }
    PrintPort(os, "sport", event.source);
    PrintPort(os, "dport", event.destination);
    PrintEnd(os, event);
    const std::string text = os.str();
    return text.empty() ? text : text.substr(1);
}

std::ostream&
operator<<(std::ostream& os, const MptcpEvent& event)
{
    constexpr int NAME_WIDTH = 16;
    os << '[' << std::setw(NAME_WIDTH) << NameOf(event.type) << ']';
    const std::string attributes = AttributesOf(event);
    return attributes.empty() ? os : os << ' ' << attributes;
}

} // namespace ns3
