// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_NSDI_CONGESTION_H
#define MPTCP_NSDI_CONGESTION_H

#include "mptcp-congestion.h"

/// \file
/// The controls that D. Wischik et al. compare in "Design, implementation and evaluation of
/// congestion control for multipath TCP", NSDI 2011, before they arrive at LIA.
namespace ns3
{

/// Equally weighted TCP; see mptcp::EwtcpIncreaseBytes.
class MptcpEwtcp : public MptcpCoupledControl<MptcpEwtcp>
{
  public:
    static TypeId GetTypeId();

  protected:
    double IncreaseBytes(const mptcp::PathWindows& paths,
                         std::size_t self,
                         double ackedBytes) override;

  private:
    double m_aggressiveness{0};
};

/// COUPLED; see mptcp::CoupledIncreaseBytes.
class MptcpCoupled : public MptcpCoupledControl<MptcpCoupled>
{
  public:
    static TypeId GetTypeId();

  protected:
    double IncreaseBytes(const mptcp::PathWindows& paths,
                         std::size_t self,
                         double ackedBytes) override;
    double WindowAfterLossBytes(const mptcp::PathWindows& paths, std::size_t self) const override;
    uint32_t LeastSegmentsAfterLoss() const override;
};

/// SEMICOUPLED; see mptcp::SemicoupledIncreaseBytes.
class MptcpSemicoupled : public MptcpCoupledControl<MptcpSemicoupled>
{
  public:
    static TypeId GetTypeId();

  protected:
    double IncreaseBytes(const mptcp::PathWindows& paths,
                         std::size_t self,
                         double ackedBytes) override;

  private:
    double m_aggressiveness{0};
};

} // namespace ns3

#endif // MPTCP_NSDI_CONGESTION_H
