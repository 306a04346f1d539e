// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FABRIC_VIEW_H
#define MPTCP_FABRIC_VIEW_H

#include "fabric.h"
#include "paths/network-view.h"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace mptcp
{

/// The paths of TCP flows in a fabric: what somebody knows who has the keys of all switches.
class FabricView : public NetworkView
{
  public:
    explicit FabricView(Fabric fabric);

    /// A direction of a link of Fabric::links.
    struct Hop
    {
        uint32_t link{0};
        bool isUpwards{false}; //!< from its lower end

        friend bool operator==(const Hop& a, const Hop& b)
        {
            return a.link == b.link && a.isUpwards == b.isUpwards;
        }
    };

    /// From host to host; empty if an address is of nobody, or if packets would never arrive.
    [[nodiscard]] std::vector<Hop> HopsOf(const Endpoint& local, const Endpoint& remote) const;

    [[nodiscard]] uint64_t PathOf(const Endpoint& local, const Endpoint& remote) const override;

  private:
    struct Arrival
    {
        Hop hop;
        FabricEnd end;
    };

    [[nodiscard]] const Arrival* From(uint32_t node, uint32_t port) const;

    Fabric m_fabric;
    std::vector<std::vector<std::optional<Arrival>>> m_links; //!< by node and port
    std::map<uint32_t, FabricEnd> m_hosts;                    //!< by address
};

} // namespace mptcp

#endif // MPTCP_FABRIC_VIEW_H
