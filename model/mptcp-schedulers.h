// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SCHEDULERS_H
#define MPTCP_SCHEDULERS_H

#include "core/scheduling/min-rtt.h"
#include "core/scheduling/round-robin.h"
#include "core/scheduling/scheduler.h"
#include "core/scheduling/selection.h"

#include "ns3/object.h"

namespace ns3
{

/**
 * Base class of packet schedulers: which subflow sends the next segment (RFC 8684 3.3.8).
 *
 * One object per connection, made from the TypeId named in MptcpStack's attribute `Scheduler`.
 * To add one, derive, answer Choose from the values in the snapshot, and register a TypeId.
 */
class MptcpScheduler : public Object
{
  public:
    static TypeId GetTypeId();

    /// See mptcp::Scheduler::Choose.
    [[nodiscard]] virtual mptcp::Decision Choose(const mptcp::ConnectionSnapshot& connection) = 0;

    /// See mptcp::Scheduler::SendsCopies.
    [[nodiscard]] virtual bool SendsCopies() const;
};

/// A scheduler of which all but its TypeId and its attributes is in model/core.
template <class Core>
class MptcpCoreScheduler : public MptcpScheduler
{
  public:
    mptcp::Decision Choose(const mptcp::ConnectionSnapshot& connection) final
    {
        return m_core.Choose(connection);
    }

    [[nodiscard]] bool SendsCopies() const final
    {
        return m_core.SendsCopies();
    }

  protected:
    Core m_core;
};

/// Lowest smoothed RTT first, the default of Linux; see mptcp::MinRtt.
class MptcpMinRtt : public MptcpCoreScheduler<mptcp::MinRtt>
{
  public:
    static TypeId GetTypeId();
};

/// Each subflow in turn; see mptcp::RoundRobin.
class MptcpRoundRobin : public MptcpCoreScheduler<mptcp::RoundRobin>
{
  public:
    static TypeId GetTypeId();

  protected:
    void NotifyConstructionCompleted() override;

  private:
    uint32_t m_segments{1};
    bool m_cwndLimited{true};
};

} // namespace ns3

#endif // MPTCP_SCHEDULERS_H
