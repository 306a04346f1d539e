// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SOCKET_OPTIONS_H
#define MPTCP_SOCKET_OPTIONS_H

#include "ns3/address.h"

#include <cstdint>
#include <variant>
#include <vector>

namespace ns3
{

/// The socket options of RFC 6897 5.3.1, under their names there.
enum MptcpSocketOption : int
{
    TCP_MULTIPATH_ENABLE,   //!< get and set, bool
    TCP_MULTIPATH_ADD,      //!< set, list of local addresses
    TCP_MULTIPATH_REMOVE,   //!< set, list of local addresses
    TCP_MULTIPATH_SUBFLOWS, //!< get, list of pairs of addresses
    TCP_MULTIPATH_CONNID,   //!< get, 32-bit number
};

/// Both ends of one subflow, each an InetSocketAddress or each an Inet6SocketAddress.
struct MptcpSubflowAddresses
{
    Address local;
    Address remote;

    friend bool operator==(const MptcpSubflowAddresses& a, const MptcpSubflowAddresses& b)
    {
        return a.local == b.local && a.remote == b.remote;
    }
};

/**
 * Of local addresses, of either family and both in one list: Ipv4Address, Ipv6Address,
 * InetSocketAddress or Inet6SocketAddress. A port that is not 0 is the one to bind to.
 */
using MptcpAddressList = std::vector<Address>;

/// What MptcpSocket::SetMultipathOption takes and GetMultipathOption gives.
using MptcpOptionValue =
    std::variant<bool, uint32_t, MptcpAddressList, std::vector<MptcpSubflowAddresses>>;

} // namespace ns3

#endif // MPTCP_SOCKET_OPTIONS_H
