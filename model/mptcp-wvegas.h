// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_WVEGAS_CONGESTION_H
#define MPTCP_WVEGAS_CONGESTION_H

#include "core/congestion/wvegas.h"
#include "mptcp-congestion.h"

#include "ns3/sequence-number.h"

namespace ns3
{

/**
 * Weighted Vegas, draft-xu-mptcp-congestion-control; see mptcp::WVegas.
 *
 * Rounds and everything about losses are as in ns3::TcpVegas: NewReno outside the open state, and
 * in rounds with too few samples.
 */
class MptcpWVegas : public MptcpCoupledControl<MptcpWVegas>
{
  public:
    static TypeId GetTypeId();
    void PktsAcked(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked, const Time& rtt) override;
    void CongestionStateSet(Ptr<TcpSocketState> tcb,
                            const TcpSocketState::TcpCongState_t newState) override;
    void IncreaseWindow(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked) override;

  protected:
    void NotifyConstructionCompleted() override;
    /// TCP's own.
    double IncreaseBytes(const mptcp::PathWindows& paths,
                         std::size_t self,
                         double ackedBytes) override;

  private:
    void OnRound(Ptr<TcpSocketState> tcb);

    double m_totalAlpha{0};
    double m_initialAlpha{0};
    double m_gamma{0};
    mptcp::WVegas m_core;
    bool m_isOpen{true};
    SequenceNumber32 m_roundEnd{0};
};

} // namespace ns3

#endif // MPTCP_WVEGAS_CONGESTION_H
