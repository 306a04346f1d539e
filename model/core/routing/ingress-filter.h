// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_INGRESS_FILTER_H
#define MPTCP_INGRESS_FILTER_H

#include "ip-prefix.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace mptcp
{

/**
 * What the edge router of an ISP lets in from its customers: packets whose source address belongs
 * to one of them (RFC 2827 3), and no other.
 */
class IngressFilter
{
  public:
    /// The ISP has given this prefix to a customer.
    void Allow(const IpPrefix& customer)
    {
        m_customers.push_back(customer);
    }

    /// Whether a packet from a customer may pass; it is counted.
    bool Pass(const IpAddress& source)
    {
        const bool isOfCustomer =
            std::any_of(m_customers.begin(), m_customers.end(), [&](const IpPrefix& customer) {
                return customer.Contains(source);
            });
        (isOfCustomer ? m_passedPackets : m_droppedPackets) += 1;
        return isOfCustomer;
    }

    [[nodiscard]] uint64_t PassedPackets() const
    {
        return m_passedPackets;
    }

    [[nodiscard]] uint64_t DroppedPackets() const
    {
        return m_droppedPackets;
    }

  private:
    std::vector<IpPrefix> m_customers;
    uint64_t m_passedPackets{0};
    uint64_t m_droppedPackets{0};
};

} // namespace mptcp

#endif // MPTCP_INGRESS_FILTER_H
