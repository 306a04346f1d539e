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

    /// The path of what `local` sends to `remote`, as a number: the same for two flows between the
    /// same hosts that pass the same links, another (but for a chance of the order of 2^-64) where
    /// they do not.
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
