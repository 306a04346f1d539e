// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_LOCAL_ADDRESS_RULES_H
#define MPTCP_LOCAL_ADDRESS_RULES_H

#include "paths/endpoint.h"

#include <cstdint>
#include <vector>

namespace mptcp
{

/**
 * Which local addresses the subflows of one connection may use: TCP_MULTIPATH_ADD,
 * TCP_MULTIPATH_REMOVE and bindings (RFC 6897 5.3.3). At first all.
 */
class LocalAddressRules
{
  public:
    /// Before connection setup: only what has been named so is used from now on. A port that is
    /// not zero is the one to bind to on that address.
    void Restrict(const Endpoint& local);
    /// Nothing may be used but what is named by Restrict or Allow.
    void RestrictToNothing();
    /// During a connection: one more address, if there has been a restriction.
    void Allow(const Endpoint& local);
    void Remove(const IpAddress& address);
    /// Subflows from the address are to be backups (RFC 8684 3.3.8), or regular ones again.
    void SetBackup(const IpAddress& address, bool backup);

    [[nodiscard]] bool IsRestricted() const;
    [[nodiscard]] bool Allows(const IpAddress& address) const;
    /// Removed, and not named again since.
    [[nodiscard]] bool IsRemoved(const IpAddress& address) const;
    /// To bind to on that address; 0: any.
    [[nodiscard]] uint16_t PortOn(const IpAddress& address) const;
    [[nodiscard]] bool IsBackup(const IpAddress& address) const;
    /// Those that were named and not removed, in that order.
    [[nodiscard]] const std::vector<Endpoint>& Named() const;

  private:
    void Name(const Endpoint& local);

    bool m_isRestricted{false};
    std::vector<Endpoint> m_named;
    std::vector<IpAddress> m_removed;
    std::vector<IpAddress> m_backups;
};

} // namespace mptcp

#endif // MPTCP_LOCAL_ADDRESS_RULES_H
