// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_POLICY_ROUTES_H
#define MPTCP_POLICY_ROUTES_H

#include "ip-prefix.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace mptcp
{

/// A route of a site's router that holds for some sources or for one interface of arrival.
struct PolicyRoute
{
    IpPrefix destination;
    IpPrefix source;                 //!< length zero: from anywhere
    std::optional<uint32_t> arrival; //!< none: by any interface
    IpAddress nextHop;
    uint32_t interface {
        0
    };
};

/**
 * What a router of a multihomed site needs so that hosts behind it can use the rules of the draft
 * (draft-handley-mptcp-routing-00, section 5.2.2): routes by source prefix, or a table of its own
 * for each virtual router, told apart by the interface that packets come in by.
 *
 * The longest destination prefix decides, then the longest source prefix, then a route of the
 * interface, then the older route. A route to anywhere takes what stays within the site as well,
 * unless there is one with a longer destination for that.
 */
class PolicyRoutes
{
  public:
    void Add(const PolicyRoute& route);

    /// The route for a packet that came in by `arrival`; null if there is none. Valid until the
    /// next Add.
    [[nodiscard]] const PolicyRoute* Find(const IpAddress& source,
                                          const IpAddress& destination,
                                          uint32_t arrival) const;

  private:
    std::vector<PolicyRoute> m_routes;
};

} // namespace mptcp

#endif // MPTCP_POLICY_ROUTES_H
