// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DISTINCT_PATHS_H
#define MPTCP_DISTINCT_PATHS_H

#include "ndiffports.h"
#include "network-view.h"

#include <cstdint>
#include <map>
#include <memory>

namespace mptcp
{

/**
 * NDiffPorts that chooses its source ports so that each subflow takes another path.
 *
 * Where switches choose among equal paths by the hash of the five-tuple (RFC 2992), free ports draw
 * paths at random, and several subflows of a connection may draw the same one: of 16 paths, eight
 * subflows see six on average. A host that knows which path a port leads to, or that may name the
 * path, avoids that. When there is no further path the least used one is taken.
 *
 * Paths are remembered for the life of the connection: a subflow that failed, also because its port
 * was taken, is tried again by a path that has had none, if there is one. These ports come before
 * what the application or the host's settings say about the ports of joins.
 */
class DistinctPaths : public PathPolicy
{
  public:
    /// \param network null: ports are chosen without knowing
    DistinctPaths(const NDiffPortsConfig& config, std::shared_ptr<const NetworkView> network);

    [[nodiscard]] PathActions On(const PathEvent& event) override;
    [[nodiscard]] bool AcceptsJoins(uint32_t count) const override;

  private:
    [[nodiscard]] uint16_t ChoosePort(const OpenSubflow& opening);

    NDiffPorts m_ports;
    std::shared_ptr<const NetworkView> m_network;
    uint16_t m_lastPort{0};
    std::map<uint64_t, uint32_t> m_used; //!< subflows by path
    bool m_areAllUsed{false};            //!< a search has found no path without a subflow
};

} // namespace mptcp

#endif // MPTCP_DISTINCT_PATHS_H
