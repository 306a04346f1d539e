// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_NETWORK_VIEW_H
#define MPTCP_NETWORK_VIEW_H

#include "endpoint.h"

#include <cstdint>

namespace mptcp
{

/// What a host knows of the paths that the network has for its flows.
class NetworkView
{
  public:
    virtual ~NetworkView() = default;

    /// The path of what `local` sends to `remote`. Two flows between the same hosts have the same
    /// value if and only if they pass the same links.
    [[nodiscard]] virtual uint64_t PathOf(const Endpoint& local, const Endpoint& remote) const = 0;

  protected:
    NetworkView() = default;
    NetworkView(const NetworkView&) = default;
    NetworkView(NetworkView&&) = default;
    NetworkView& operator=(const NetworkView&) = default;
    NetworkView& operator=(NetworkView&&) = default;
};

} // namespace mptcp

#endif // MPTCP_NETWORK_VIEW_H
