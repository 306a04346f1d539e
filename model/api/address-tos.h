// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ADDRESS_TOS_H
#define MPTCP_ADDRESS_TOS_H

#include "ns3/inet-socket-address.h"

#include <cstdint>

/// \file
/// In ns-3.37 an InetSocketAddress has a type of service, which TcpSocketBase::Connect makes that
/// of the socket; in later releases it has none.
namespace ns3
{

template <typename T>
auto
TosOf(const T& address, int) -> decltype(address.GetTos())
{
    return address.GetTos();
}

template <typename T>
uint8_t
TosOf(const T&, long)
{
    return 0;
}

template <typename T>
auto
SetTosOf(T& address, uint8_t tos, int) -> decltype(address.SetTos(tos))
{
    address.SetTos(tos);
}

template <typename T>
void
SetTosOf(T&, uint8_t, long)
{
}

/// Of an IPv4 socket address; 0 for any other, and where addresses have none.
inline uint8_t
TosOf(const Address& address)
{
    return InetSocketAddress::IsMatchingType(address)
               ? TosOf(InetSocketAddress::ConvertFrom(address), 0)
               : 0;
}

inline Address
WithTos(const Address& address, uint8_t tos)
{
    if (!InetSocketAddress::IsMatchingType(address))
    {
        return address;
    }
    InetSocketAddress changed = InetSocketAddress::ConvertFrom(address);
    SetTosOf(changed, tos, 0);
    return changed;
}

} // namespace ns3

#endif // MPTCP_ADDRESS_TOS_H
