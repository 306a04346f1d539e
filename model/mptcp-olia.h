// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_OLIA_CONGESTION_H
#define MPTCP_OLIA_CONGESTION_H

#include "core/congestion/olia.h"
#include "mptcp-congestion.h"

namespace ns3
{

/// Opportunistic linked increases, draft-khalili-mptcp-congestion-control; see
/// mptcp::OliaIncreaseBytes.
class MptcpOlia : public MptcpCoupledControl<MptcpOlia>
{
  public:
    static TypeId GetTypeId();
    void PktsAcked(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked, const Time& rtt) override;
    /// Adds the inter-loss distance.
    void Describe(mptcp::PathWindow& path) const override;

  protected:
    double IncreaseBytes(const mptcp::PathWindows& paths,
                         std::size_t self,
                         double ackedBytes) override;
    /// One with several paths, so that little is sent over a congested one: of the draft.
    uint32_t LeastSegmentsAfterLoss() const override;
    void OnLoss() override;

  private:
    mptcp::InterLossDistance m_distance;
};

} // namespace ns3

#endif // MPTCP_OLIA_CONGESTION_H
