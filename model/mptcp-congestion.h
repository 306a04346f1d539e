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
 * them. With a single subflow, and on a socket that is not MPTCP, it is exactly NewReno; with
 * AppropriateByteCounting and HalvesFlightSize it is the TCP of RFC 5681 and RFC 3465 there.
 *
 * What papers leave open follows RFC 6356 3 and 4: ssthresh counts in place of the window of
 * subflows in fast retransmit, and what is outstanding where the application has nothing more to
 * send; formulas are computed anew for every acknowledgement.
 */
class MptcpCoupledCongestion : public TcpNewReno
{
  public:
    static TypeId GetTypeId();

    /// Tells whose window this object controls; null to let go.
    void SetSubflow(MptcpSubflow* subflow);

    uint32_t GetSsThresh(Ptr<const TcpSocketState> tcb, uint32_t bytesInFlight) override;

    /// Adds to the subflow's path what the algorithm keeps count of.
    virtual void Describe(mptcp::PathWindow& path) const;

  protected:
    MptcpCoupledCongestion() = default;
    /// A fork belongs to another subflow, which says so by SetSubflow.
    MptcpCoupledCongestion(const MptcpCoupledCongestion& other);

    uint32_t SlowStart(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked) override;
    void CongestionAvoidance(Ptr<TcpSocketState> tcb, uint32_t segmentsAcked) override;

    /// Bytes the window grows by for one acknowledgement of `ackedBytes`, a fraction or less than
    /// nothing too; there are at least two paths, and that of the subflow has its whole window.
    [[nodiscard]] virtual double IncreaseBytes(const mptcp::PathWindows& paths,
                                               std::size_t self,
                                               double ackedBytes) = 0;

    /// The window after a loss; that of `paths[self]` is what was in flight. NewReno's half if
    /// not overridden.
    [[nodiscard]] virtual double WindowAfterLossBytes(const mptcp::PathWindows& paths,
                                                      std::size_t self) const;

    /// What a loss leaves at least, in segments. With other subflows to send on, algorithms may go
    /// below the two of RFC 5681.
    [[nodiscard]] virtual uint32_t LeastSegmentsAfterLoss() const;

    /// A loss or a congestion mark has reduced the window.
    virtual void OnLoss();

    /// All paths of the connection, if there are two or more, and the index of the subflow's own,
    /// whose window counts as `ownWindowBytes`.
    [[nodiscard]] std::optional<std::size_t> CollectPaths(uint32_t ownWindowBytes);

    mptcp::PathWindows m_paths; //!< of the last CollectPaths; a member to keep its memory

  private:
    MptcpSubflow* m_subflow{nullptr};
    bool m_countsBytes{false};
    bool m_halvesFlightSize{false};
    double m_fractionBytes{0}; //!< growth that did not make a whole byte yet
};

/// What ns-3 asks of each control beside the algorithm: a name, that of its TypeId, and a copy.
template <class Self>
class MptcpCoupledControl : public MptcpCoupledCongestion
{
  public:
    [[nodiscard]] std::string GetName() const override
    {
        return Self::GetTypeId().GetName().substr(sizeof("ns3::") - 1);
    }

    Ptr<TcpCongestionOps> Fork() override
    {
        return CopyObject<Self>(static_cast<Self*>(this));
    }
};

/// Linked increases, RFC 6356; see mptcp::LiaIncreaseBytes.
class MptcpLia : public MptcpCoupledControl<MptcpLia>
{
  public:
    static TypeId GetTypeId();

  protected:
    double IncreaseBytes(const mptcp::PathWindows& paths,
                         std::size_t self,
                         double ackedBytes) override;
};

} // namespace ns3

#endif // MPTCP_CONGESTION_H
