// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_CONGESTION_H
#define MPTCP_CONGESTION_H

#include "core/congestion/path-window.h"

#include "ns3/tcp-congestion-ops.h"

#include <optional>

namespace ns3
{

class MptcpSubflow;

/**
 * Base class of coupled congestion controls: TCP NewReno whose increase in congestion avoidance
 * looks at all subflows of the connection.
 *
 * Slow start, loss response and everything else stay ns-3's NewReno unless an algorithm overrides
 * them. With a single subflow, and on a socket that is not MPTCP, it is exactly NewReno.
 */
class MptcpCoupledCongestion : public TcpNewReno
{
  public:
    static TypeId GetTypeId();

    /// Tells whose window this object controls; null to let go.
    void SetSubflow(MptcpSubflow* subflow);

  protected:
    MptcpCoupledCongestion() = default;
    /// A fork belongs to another subflow, which says so by SetSubflow.
    MptcpCoupledCongestion(const MptcpCoupledCongestion& other);

    void CongestionAvoidance(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked) override;

    /// Bytes the window grows by for one acknowledgement of `ackedBytes`; at least two paths have
    /// a window and an RTT sample.
    [[nodiscard]] virtual double IncreaseBytes(const mptcp::PathWindows& paths,
                                               std::size_t self,
                                               double ackedBytes) = 0;

  private:
    MptcpSubflow* m_subflow{nullptr};
    mptcp::PathWindows m_paths; //!< kept for its memory
    double m_fractionBytes{0};  //!< growth that did not make a whole byte yet
};

/// Linked increases, RFC 6356; see mptcp::LiaIncreaseBytes.
class MptcpLia : public MptcpCoupledCongestion
{
  public:
    static TypeId GetTypeId();
    std::string GetName() const override;
    Ptr<TcpCongestionOps> Fork() override;

  protected:
    double IncreaseBytes(const mptcp::PathWindows& paths,
                         std::size_t self,
                         double ackedBytes) override;
};

} // namespace ns3

#endif // MPTCP_CONGESTION_H
