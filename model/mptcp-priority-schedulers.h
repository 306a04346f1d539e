// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PRIORITY_SCHEDULERS_H
#define MPTCP_PRIORITY_SCHEDULERS_H

#include "core/scheduling/hot-standby.h"
#include "core/scheduling/overflow.h"
#include "core/scheduling/redundant.h"
#include "core/scheduling/weighted.h"
#include "mptcp-schedulers.h"

#include <string>

/**
 * Schedulers that go by an order, by weights or by nothing at all instead of delays.
 */
namespace ns3
{

/// The next subflow only for what the first has no room for; see mptcp::Overflow.
class MptcpOverflow : public MptcpCoreScheduler<mptcp::Overflow>
{
  public:
    static TypeId GetTypeId();
};

/// One subflow at a time, the others for when it fails; see mptcp::HotStandby.
class MptcpHotStandby : public MptcpCoreScheduler<mptcp::HotStandby>
{
  public:
    static TypeId GetTypeId();
};

/// Every segment on every usable subflow, or on a number of them; see mptcp::Redundant.
class MptcpRedundant : public MptcpCoreScheduler<mptcp::Redundant>
{
  public:
    static TypeId GetTypeId();

  protected:
    void NotifyConstructionCompleted() override;

  private:
    uint32_t m_copies{0};
    uint32_t m_queueBytes{mptcp::Redundant::DEFAULT_QUEUE_BYTES};
};

/// Segments in proportion to weights; see mptcp::Weighted.
class MptcpWeighted : public MptcpCoreScheduler<mptcp::Weighted>
{
  public:
    static TypeId GetTypeId();

  protected:
    void NotifyConstructionCompleted() override;

  private:
    std::string m_weights;
    bool m_cwndLimited{true};
};

} // namespace ns3

#endif // MPTCP_PRIORITY_SCHEDULERS_H
