// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ENDPOINT_H
#define MPTCP_ENDPOINT_H

#include <array>
#include <cstdint>

namespace mptcp
{

/// Identifies an address of one host within a connection (RFC 8684 3.4.1). The addresses of the
/// first subflow have identifier 0 at both hosts, without being announced (RFC 8684 3.2).
using AddressId = uint8_t;

enum class AddressFamily : uint8_t
{
    Ipv4,
    Ipv6,
};

/// An IP address of either family, in network byte order.
struct IpAddress
{
    AddressFamily family{AddressFamily::Ipv4};
    std::array<uint8_t, 16> bytes{}; //!< IPv4 uses the first four, the rest stays zero

    [[nodiscard]] static constexpr IpAddress V4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
    {
        return {AddressFamily::Ipv4, {a, b, c, d}};
    }

    [[nodiscard]] static constexpr IpAddress V6(const std::array<uint8_t, 16>& bytes)
    {
        return {AddressFamily::Ipv6, bytes};
    }

    /// 0.0.0.0 or `::`, which no host has.
    [[nodiscard]] constexpr bool IsUnspecified() const
    {
        for (const uint8_t byte : bytes)
        {
            if (byte != 0)
            {
                return false;
            }
        }
        return true;
    }

    friend bool operator==(const IpAddress& a, const IpAddress& b)
    {
        return a.family == b.family && a.bytes == b.bytes;
    }

    friend bool operator!=(const IpAddress& a, const IpAddress& b)
    {
        return !(a == b);
    }
};

struct Endpoint
{
    IpAddress address;
    uint16_t port{0}; //!< zero where a free one is to be chosen

    friend bool operator==(const Endpoint& a, const Endpoint& b)
    {
        return a.address == b.address && a.port == b.port;
    }

    friend bool operator!=(const Endpoint& a, const Endpoint& b)
    {
        return !(a == b);
    }
};

} // namespace mptcp

#endif // MPTCP_ENDPOINT_H
