// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DISTINCT_PATH_MANAGER_H
#define MPTCP_DISTINCT_PATH_MANAGER_H

#include "core/paths/distinct-paths.h"
#include "mptcp-path-managers.h"

#include "ns3/object.h"

#include <memory>
#include <optional>

namespace ns3
{

/// What MptcpDistinctPaths may know of the network, for its attribute `Network`.
class MptcpNetworkView : public Object
{
  public:
    static TypeId GetTypeId();
    MptcpNetworkView() = default;
    explicit MptcpNetworkView(std::shared_ptr<const mptcp::NetworkView> view);
    /// Null when this object was made without one.
    [[nodiscard]] std::shared_ptr<const mptcp::NetworkView> View() const;

  private:
    std::shared_ptr<const mptcp::NetworkView> m_view;
};

/// Several subflows on one address pair, each on another path; see mptcp::DistinctPaths.
class MptcpDistinctPaths : public MptcpPathManager
{
  public:
    static TypeId GetTypeId();
    mptcp::PathActions On(const mptcp::PathEvent& event) override;
    bool AcceptsJoin() const override;
    bool AcceptsJoins(uint32_t count) const override;

  protected:
    void NotifyConstructionCompleted() override;

  private:
    uint32_t m_subflows{0};
    Ptr<MptcpNetworkView> m_network;
    std::optional<mptcp::DistinctPaths> m_core;
};

} // namespace ns3

#endif // MPTCP_DISTINCT_PATH_MANAGER_H
