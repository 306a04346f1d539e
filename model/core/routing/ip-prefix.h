// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_IP_PREFIX_H
#define MPTCP_IP_PREFIX_H

#include "paths/endpoint.h"

#include <cstddef>
#include <cstdint>

namespace mptcp
{

/// Addresses that begin with the same bits. A length of zero contains every address of the family.
struct IpPrefix
{
    IpAddress address; //!< bits behind the length do not matter
    uint8_t lengthBits{0};

    [[nodiscard]] constexpr bool Contains(const IpAddress& other) const
    {
        if (address.family != other.family)
        {
            return false;
        }
        const std::size_t wholeBytes = lengthBits / 8U;
        for (std::size_t i = 0; i < wholeBytes; ++i)
        {
            if (address.bytes[i] != other.bytes[i])
            {
                return false;
            }
        }
        const unsigned restBits = lengthBits % 8U;
        if (restBits == 0)
        {
            return true;
        }
        const unsigned differing = address.bytes[wholeBytes] ^ other.bytes[wholeBytes];
        return differing >> (8U - restBits) == 0;
    }

    friend bool operator==(const IpPrefix& a, const IpPrefix& b)
    {
        return a.lengthBits == b.lengthBits && a.Contains(b.address);
    }
};

/// fe80::/10 (RFC 4291 2.5.6), which means another link at every interface.
[[nodiscard]] constexpr bool
IsLinkLocal(const IpAddress& address)
{
    return address.family == AddressFamily::Ipv6 && address.bytes[0] == 0xfe &&
           (address.bytes[1] & 0xc0U) == 0x80;
}

} // namespace mptcp

#endif // MPTCP_IP_PREFIX_H
