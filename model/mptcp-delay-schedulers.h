// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DELAY_SCHEDULERS_H
#define MPTCP_DELAY_SCHEDULERS_H

#include "core/scheduling/blest.h"
#include "core/scheduling/daps.h"
#include "core/scheduling/ecf.h"
#include "core/scheduling/otias.h"
#include "core/scheduling/sttf.h"
#include "mptcp-schedulers.h"

#include "ns3/nstime.h"

/**
 * Schedulers from papers that weigh a slow path against waiting for a fast one.
 */
namespace ns3
{

/// Blocking estimation, Ferlin et al. 2016; see mptcp::Blest.
class MptcpBlest : public MptcpCoreScheduler<mptcp::Blest>
{
  public:
    static TypeId GetTypeId();

  protected:
    void NotifyConstructionCompleted() override;

  private:
    double m_lambda{0};
    double m_lambdaMin{0};
    double m_lambdaMax{0};
    double m_lambdaIncrease{0};
    double m_lambdaDecrease{0};
};

/// Earliest completion first, Lim et al. 2017; see mptcp::Ecf.
class MptcpEcf : public MptcpCoreScheduler<mptcp::Ecf>
{
  public:
    static TypeId GetTypeId();

  protected:
    void NotifyConstructionCompleted() override;

  private:
    double m_beta{0};
};

/// Shortest transfer time first, Hurtig et al. 2019; see mptcp::Sttf.
class MptcpSttf : public MptcpCoreScheduler<mptcp::Sttf>
{
  public:
    static TypeId GetTypeId();

  protected:
    void NotifyConstructionCompleted() override;

  private:
    bool m_bindsAtOnce{false};
};

/// Delay-aware packet scheduling, Kuhn et al. 2014; see mptcp::Daps.
class MptcpDaps : public MptcpCoreScheduler<mptcp::Daps>
{
  public:
    static TypeId GetTypeId();

  protected:
    void NotifyConstructionCompleted() override;

  private:
    Time m_delayUnit;
    bool m_bindsAtOnce{false};
};

/// Out-of-order transmission for in-order arrival, Yang et al. 2014; see mptcp::Otias.
class MptcpOtias : public MptcpCoreScheduler<mptcp::Otias>
{
  public:
    static TypeId GetTypeId();

  protected:
    void NotifyConstructionCompleted() override;

  private:
    bool m_bindsAtOnce{false};
};

} // namespace ns3

#endif // MPTCP_DELAY_SCHEDULERS_H
