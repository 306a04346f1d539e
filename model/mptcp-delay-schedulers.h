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
class MptcpBlest : public MptcpScheduler
{
  public:
    static TypeId GetTypeId();
    mptcp::Decision Choose(const mptcp::ConnectionSnapshot& connection) override;

  protected:
    void NotifyConstructionCompleted() override;

  private:
    double m_lambda{0};
    double m_lambdaMin{0};
    double m_lambdaMax{0};
    double m_lambdaIncrease{0};
    double m_lambdaDecrease{0};
    mptcp::Blest m_core;
};

/// Earliest completion first, Lim et al. 2017; see mptcp::Ecf.
class MptcpEcf : public MptcpScheduler
{
  public:
    static TypeId GetTypeId();
    mptcp::Decision Choose(const mptcp::ConnectionSnapshot& connection) override;

  protected:
    void NotifyConstructionCompleted() override;

  private:
    double m_beta{0};
    mptcp::Ecf m_core;
};

/// Shortest transfer time first, Hurtig et al. 2019; see mptcp::Sttf.
class MptcpSttf : public MptcpScheduler
{
  public:
    static TypeId GetTypeId();
    mptcp::Decision Choose(const mptcp::ConnectionSnapshot& connection) override;

  private:
    mptcp::Sttf m_core;
};

/// Delay-aware packet scheduling, Kuhn et al. 2014; see mptcp::Daps.
class MptcpDaps : public MptcpScheduler
{
  public:
    static TypeId GetTypeId();
    mptcp::Decision Choose(const mptcp::ConnectionSnapshot& connection) override;

  protected:
    void NotifyConstructionCompleted() override;

  private:
    Time m_delayUnit;
    mptcp::Daps m_core;
};

/// Out-of-order transmission for in-order arrival, Yang et al. 2014; see mptcp::Otias.
class MptcpOtias : public MptcpScheduler
{
  public:
    static TypeId GetTypeId();
    mptcp::Decision Choose(const mptcp::ConnectionSnapshot& connection) override;

  private:
    mptcp::Otias m_core;
};

} // namespace ns3

#endif // MPTCP_DELAY_SCHEDULERS_H
