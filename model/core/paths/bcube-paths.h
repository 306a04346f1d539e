// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BCUBE_PATHS_H
#define MPTCP_BCUBE_PATHS_H

#include "path-policy.h"
#include "routing/bcube.h"

#include <cstdint>
#include <vector>

namespace mptcp
{

/**
 * The subflows of a host in BCube: one for each of its interfaces, to that interface of the other
 * host which makes their paths share nothing (BcubeShape::PathOf). The host that opened the
 * connection opens them; one that fails is tried again as RetryConfig says.
 */
class BcubePaths : public PathPolicy
{
  public:
    /// \param maxSubflows the first one included
    BcubePaths(const BcubeShape& shape, uint32_t maxSubflows);

    [[nodiscard]] PathActions On(const PathEvent& event) override;
    [[nodiscard]] bool AcceptsJoins(uint32_t count) const override;

  private:
    struct Slot
    {
        OpenSubflow opening;
        uint32_t failures{0};
    };

    void Handle(const ConnectionUsable& event, PathActions& actions);
    void Handle(const SubflowUp& event, PathActions& actions);
    void Handle(const SubflowDown& event, PathActions& actions);
    void Handle(const RetryDue& event, PathActions& actions);

    /// Addresses here do not come and go.
    template <typename Event>
    void Handle(const Event& /* event */, PathActions& /* actions */)
    {
    }

    BcubeShape m_shape;
    uint32_t m_maxSubflows;
    RetryConfig m_retry;
    std::vector<Slot> m_slots; //!< of subflows that this host has asked for
    uint32_t m_live{0};        //!< established, or asked for
    bool m_usable{false};
};

} // namespace mptcp

#endif // MPTCP_BCUBE_PATHS_H
