// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PATH_MANAGERS_H
#define MPTCP_PATH_MANAGERS_H

#include "core/paths/full-mesh.h"
#include "core/paths/ndiffports.h"
#include "core/paths/path-policy.h"
#include "core/routing/routing-view.h"

#include "ns3/node.h"
#include "ns3/object.h"

#include <memory>
#include <optional>

namespace ns3
{

/**
 * Base class of path managers: which subflows and addresses a connection uses (RFC 6182 5.1).
 *
 * One object per connection, made from the TypeId named in MptcpStack's attribute `PathManager`.
 */
class MptcpPathManager : public Object
{
  public:
    static TypeId GetTypeId();

    /// The host it works for, before the first event; for path managers that ask its routing.
    virtual void SetNode(Ptr<Node> /* node */)
    {
    }

    /// See mptcp::PathPolicy::On.
    [[nodiscard]] virtual mptcp::PathActions On(const mptcp::PathEvent& event) = 0;
    /// See mptcp::PathPolicy::AcceptsJoin.
    [[nodiscard]] virtual bool AcceptsJoin() const = 0;

    /// See mptcp::PathPolicy::AcceptsJoins; without a limit one answer does for all.
    [[nodiscard]] virtual bool AcceptsJoins(uint32_t /* count */) const
    {
        return AcceptsJoin();
    }

    /// Of the peer's announced addresses and ports, as many are remembered at a time.
    [[nodiscard]] virtual uint32_t MostPeerAddresses() const
    {
        return mptcp::FullMeshConfig().maxAcceptedAddresses;
    }

    /// True for a path manager that goes by the endpoints of its host (MptcpStack::AddEndpoint):
    /// then these give addresses their identifiers, and interfaces that come are no news to it.
    [[nodiscard]] virtual bool UsesEndpoints() const
    {
        return false;
    }
};

/// A subflow between every pair of addresses; see mptcp::FullMesh.
class MptcpFullMesh : public MptcpPathManager
{
  public:
    static TypeId GetTypeId();
    void SetNode(Ptr<Node> node) override;
    mptcp::PathActions On(const mptcp::PathEvent& event) override;
    bool AcceptsJoin() const override;
    bool AcceptsJoins(uint32_t count) const override;
    uint32_t MostPeerAddresses() const override;

  protected:
    void NotifyConstructionCompleted() override;

  private:
    void MakeCore();

    std::unique_ptr<mptcp::RoutingView> m_routing; //!< empty: the host routes as any does
    bool m_asksRouting{true};
    uint32_t m_maxSubflows{0};
    uint32_t m_maxAcceptedAddresses{0};
    bool m_announceAsInitiator{false};
    bool m_announceAsResponder{false};
    bool m_openAsResponder{false};
    mptcp::FullMesh m_core;
};

/// Several subflows on one address pair; see mptcp::NDiffPorts.
class MptcpNDiffPorts : public MptcpPathManager
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
    mptcp::NDiffPorts m_core;
};

} // namespace ns3

#endif // MPTCP_PATH_MANAGERS_H
