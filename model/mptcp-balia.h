// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BALIA_CONGESTION_H
#define MPTCP_BALIA_CONGESTION_H

#include "mptcp-congestion.h"

namespace ns3
{

/// Balanced linked adaptation, draft-walid-mptcp-congestion-control; see mptcp::BaliaIncreaseBytes.
class MptcpBalia : public MptcpCoupledControl<MptcpBalia>
{
  public:
    static TypeId GetTypeId();

  protected:
    double IncreaseBytes(const mptcp::PathWindows& paths,
                         std::size_t self,
                         double ackedBytes) override;
    double WindowAfterLossBytes(const mptcp::PathWindows& paths, std::size_t self) const override;
    /// One, as in the draft: a decrease by more than half may leave less than two.
    uint32_t LeastSegmentsAfterLoss() const override;
};

} // namespace ns3

#endif // MPTCP_BALIA_CONGESTION_H
