// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_MANAGED_ENDPOINT_H
#define MPTCP_MANAGED_ENDPOINT_H

#include "endpoint.h"

#include <cstdint>

namespace mptcp
{

/// What an address of a host may be used for; the flags of `ip mptcp endpoint` (ip-mptcp(8)).
struct EndpointFlags
{
    bool signal{false};   //!< announced to peers by ADD_ADDR
    bool subflow{false};  //!< subflows are opened from it
    bool backup{false};   //!< its subflows are backups (RFC 8684 3.3.8)
    bool fullmesh{false}; //!< with `subflow`: to every address of the peer, not only to the first
    bool implicit{false}; //!< nobody configured it: a subflow came to use it and it needed an id

    friend bool operator==(const EndpointFlags& a, const EndpointFlags& b)
    {
        return a.signal == b.signal && a.subflow == b.subflow && a.backup == b.backup &&
               a.fullmesh == b.fullmesh && a.implicit == b.implicit;
    }
};

/// One line of `ip mptcp endpoint show`.
struct ManagedEndpoint
{
    AddressId id{0}; //!< never 0 in a table, which is every connection's first subflow
    IpAddress address;
    uint16_t port{0}; //!< announced with the address and listened to; zero: none
    EndpointFlags flags;

    friend bool operator==(const ManagedEndpoint& a, const ManagedEndpoint& b)
    {
        return a.id == b.id && a.address == b.address && a.port == b.port && a.flags == b.flags;
    }
};

/// `ip mptcp limits`; the defaults are those of Linux since 5.15.
struct PathLimits
{
    uint32_t subflows{2};        //!< of one connection, besides the first
    uint32_t addAddrAccepted{0}; //!< ADD_ADDRs of one connection that lead to subflows
};

} // namespace mptcp

#endif // MPTCP_MANAGED_ENDPOINT_H
