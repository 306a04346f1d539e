// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BCUBE_PATH_MANAGER_H
#define MPTCP_BCUBE_PATH_MANAGER_H

#include "core/paths/bcube-paths.h"
#include "mptcp-path-managers.h"

#include <optional>

namespace ns3
{

/// A subflow for each interface of a host in BCube; see mptcp::BcubePaths.
class MptcpBcubePaths : public MptcpPathManager
{
  public:
    static TypeId GetTypeId();
    mptcp::PathActions On(const mptcp::PathEvent& event) override;
    bool AcceptsJoin() const override;
    bool AcceptsJoins(uint32_t count) const override;

  protected:
    void NotifyConstructionCompleted() override;

  private:
    uint32_t m_ports{0};
    uint32_t m_levels{0};
    uint32_t m_maxSubflows{0};
    std::optional<mptcp::BcubePaths> m_core;
};

} // namespace ns3

#endif // MPTCP_BCUBE_PATH_MANAGER_H
