// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_NS3_CONVERSIONS_H
#define MPTCP_NS3_CONVERSIONS_H

#include "core/paths/endpoint.h"
#include "core/stream/payload-traits.h"

#include "ns3/address.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"

#include <chrono>

/// \file
/// Between ns-3's types and those of the core.

template <>
struct mptcp::PayloadTraits<ns3::Ptr<ns3::Packet>>
{
    static uint32_t Size(const ns3::Ptr<ns3::Packet>& payload)
    {
        return payload->GetSize();
    }

    static ns3::Ptr<ns3::Packet> Slice(const ns3::Ptr<ns3::Packet>& payload,
                                       uint32_t offsetBytes,
                                       uint32_t lengthBytes)
    {
        return payload->CreateFragment(offsetBytes, lengthBytes);
    }

    static void Append(ns3::Ptr<ns3::Packet>& head, const ns3::Ptr<ns3::Packet>& tail)
    {
        head->AddAtEnd(tail);
    }
};

namespace ns3
{

inline std::chrono::nanoseconds
ToChrono(Time time)
{
    return std::chrono::nanoseconds(time.GetNanoSeconds());
}

inline Time
ToTime(std::chrono::nanoseconds duration)
{
    return NanoSeconds(duration.count());
}

inline mptcp::IpAddress
ToCore(Ipv4Address address)
{
    mptcp::IpAddress result;
    address.Serialize(result.bytes.data());
    return result;
}

/// Of an IPv4 peer of a socket that listens on `::`, the IPv4 address: that is what is on the wire.
inline mptcp::IpAddress
ToCore(Ipv6Address address)
{
    if (address.IsIpv4MappedAddress())
    {
        return ToCore(address.GetIpv4MappedAddress());
    }
    mptcp::IpAddress result;
    result.family = mptcp::AddressFamily::Ipv6;
    address.Serialize(result.bytes.data());
    return result;
}

/// `address` is an InetSocketAddress or an Inet6SocketAddress.
inline mptcp::Endpoint
ToCore(const Address& address)
{
    if (Inet6SocketAddress::IsMatchingType(address))
    {
        const auto socket = Inet6SocketAddress::ConvertFrom(address);
        return {ToCore(socket.GetIpv6()), socket.GetPort()};
    }
    const auto socket = InetSocketAddress::ConvertFrom(address);
    return {ToCore(socket.GetIpv4()), socket.GetPort()};
}

/// An InetSocketAddress or an Inet6SocketAddress.
inline Address
ToAddress(const mptcp::Endpoint& endpoint)
{
    if (endpoint.address.family == mptcp::AddressFamily::Ipv6)
    {
        return Inet6SocketAddress(Ipv6Address::Deserialize(endpoint.address.bytes.data()),
                                  endpoint.port);
    }
    return InetSocketAddress(Ipv4Address::Deserialize(endpoint.address.bytes.data()),
                             endpoint.port);
}

} // namespace ns3

#endif // MPTCP_NS3_CONVERSIONS_H
