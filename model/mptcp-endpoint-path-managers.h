// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ENDPOINT_PATH_MANAGERS_H
#define MPTCP_ENDPOINT_PATH_MANAGERS_H

#include "core/paths/linux-endpoints.h"
#include "core/paths/signal-only.h"
#include "mptcp-path-managers.h"

namespace ns3
{

/**
 * The path manager of Linux: does what the endpoints of its host say; see mptcp::LinuxEndpoints.
 *
 * MptcpHelper::AddEndpoint and SetLimits stand for `ip mptcp endpoint` and `ip mptcp limits`.
 */
class MptcpLinuxEndpoints : public MptcpPathManager
{
  public:
    static TypeId GetTypeId();
    mptcp::PathActions On(const mptcp::PathEvent& event) override;
    bool AcceptsJoin() const override;
    bool AcceptsJoins(uint32_t count) const override;
    bool UsesEndpoints() const override;

  protected:
    void NotifyConstructionCompleted() override;

  private:
    uint32_t m_subflows{0};
    uint32_t m_addAddrAccepted{0};
    mptcp::LinuxEndpoints m_core;
};

/// Announces all addresses and opens no subflow; see mptcp::SignalOnly.
class MptcpSignalOnly : public MptcpPathManager
{
  public:
    static TypeId GetTypeId();
    mptcp::PathActions On(const mptcp::PathEvent& event) override;
    bool AcceptsJoin() const override;
    bool AcceptsJoins(uint32_t count) const override;

  protected:
    void NotifyConstructionCompleted() override;

  private:
    uint32_t m_maxSubflows{0};
    mptcp::SignalOnly m_core;
};

} // namespace ns3

#endif // MPTCP_ENDPOINT_PATH_MANAGERS_H
