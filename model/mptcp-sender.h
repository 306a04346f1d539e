// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SENDER_H
#define MPTCP_SENDER_H

#include "core/buffers/opportunistic-retransmission.h"
#include "core/mib.h"
#include "core/scheduling/scheduler.h"
#include "core/stream/flow-window.h"
#include "core/stream/send-queue.h"
#include "mptcp-buffer-settings.h"
#include "mptcp-schedulers.h"
#include "mptcp-traces.h"
#include "ns3-conversions.h"

#include "ns3/packet.h"
#include "ns3/traced-callback.h"

#include <vector>

namespace ns3
{

class MptcpSubflow;

/**
 * Sending side of one connection: keeps every byte from the application's write to its DATA_ACK
 * and hands it to subflows as the scheduler grants it.
 *
 * Bytes are bound to a subflow as late as possible: only when that subflow can send them now.
 * Whoever learns something that may change the scheduler's answer calls Push.
 */
class MptcpSender
{
  public:
    using DecisionTrace = TracedCallback<const MptcpSchedulerDecision&>;

    /// `first` is the data sequence number of the first byte. Segments sent once more are counted
    /// in `mib`, decisions are told to `decisions`; both must outlive the sender.
    MptcpSender(mptcp::DataSequence first,
                uint32_t bufferBytes,
                Ptr<MptcpScheduler> scheduler,
                mptcp::MibCounters& mib,
                const DecisionTrace& decisions);

    /// Room for the application to write into.
    [[nodiscard]] uint32_t RoomBytes() const;
    void Append(Ptr<Packet> packet);
    void SetBufferBytes(uint32_t bufferBytes);
    void SetScheduler(Ptr<MptcpScheduler> scheduler);
    /// What to do when a full window or buffer keeps a subflow from sending; at first nothing.
    void SetBufferSettings(const MptcpBufferSettings& settings);

    /**
     * Asks the scheduler and hands out what it grants until it answers "wait": first what is to be
     * sent again, then new data.
     * \param subflows those that may carry data, in order of creation.
     */
    void Push(const std::vector<Ptr<MptcpSubflow>>& subflows);

    /// What one acknowledgement did.
    struct AckEffect
    {
        bool isValid{true};     //!< false: it acknowledges what was never sent
        uint64_t freedBytes{0}; //!< newly acknowledged
        bool windowOpened{false};
    };

    /// A DATA_ACK (without our DATA_FIN's number) and the window that came with it.
    AckEffect OnDataAck(mptcp::DataSequence dataAck, uint64_t windowBytes);

    /// These bytes are to be sent on another subflow too (RFC 8684 3.3.6); what is acknowledged
    /// or was never granted is left out.
    void Reinject(mptcp::DataRange range);

    /// What was granted from `next` on is to be granted again, to the one subflow that is left.
    void Rewind(mptcp::DataSequence next);

    [[nodiscard]] bool HasUngranted() const;
    /// All congestion windows were full when last asked, so that more data changes nothing.
    [[nodiscard]] bool IsWaitingForRoom() const;
    [[nodiscard]] bool HasUnacknowledged() const;
    [[nodiscard]] mptcp::DataSequence FirstUnacknowledged() const;
    [[nodiscard]] mptcp::DataSequence NextToGrant() const;
    /// One past the last byte written.
    [[nodiscard]] mptcp::DataSequence End() const;
    /// True when data waits and the peer's window has no room for any of it.
    [[nodiscard]] bool IsWindowClosed() const;
    /// Something waits to be sent once more.
    [[nodiscard]] bool HasReinjection() const;
    [[nodiscard]] uint64_t ReinjectedBytes() const;
    /// How often that happened.
    [[nodiscard]] uint32_t Reinjections() const;

    /// Sends one byte beyond a closed window, so that the peer answers with its present one
    /// (RFC 1122 4.2.2.17). For when nothing is under way that could bring that answer.
    void ProbeWindow(const std::vector<Ptr<MptcpSubflow>>& subflows);

  private:
    /// Something to be granted, for the first time or once more.
    [[nodiscard]] bool HasWork() const;
    void TakeSnapshot(const std::vector<Ptr<MptcpSubflow>>& subflows);
    bool PushReinjection(const std::vector<Ptr<MptcpSubflow>>& subflows);
    bool PushNew(const std::vector<Ptr<MptcpSubflow>>& subflows);
    /// Sends a subflow what others were given after its last bytes (Grant::isCopy).
    bool PushCopy(const mptcp::Grant& grant, const std::vector<Ptr<MptcpSubflow>>& subflows);
    /// First byte that a subflow is behind with; NextToGrant when there is none.
    [[nodiscard]] mptcp::DataSequence FirstBehind(const MptcpSubflow& subflow) const;
    void UpdateBehind(const std::vector<Ptr<MptcpSubflow>>& subflows);
    /// \name When a full window or buffer keeps a subflow from sending (mptcp-sender-blocked.cc)
    /// @{
    /// All that is written has been sent, and there is no room for more.
    [[nodiscard]] bool IsSendBufferFull() const;
    [[nodiscard]] bool IsBlocked() const;
    void ActOnBlockage(const std::vector<Ptr<MptcpSubflow>>& subflows);
    void Penalise(mptcp::DataSequence edge,
                  const mptcp::CarriedRanges& carried,
                  const std::vector<Ptr<MptcpSubflow>>& subflows);
    /// False when there is nothing to be sent in that way.
    bool SendOpportunistically(mptcp::DataSequence edge,
                               const mptcp::CarriedRanges& carried,
                               const std::vector<Ptr<MptcpSubflow>>& subflows);
    void ReportOpportunistic(mptcp::SubflowId subflow, uint32_t bytes);
    /// @}
    mptcp::Decision Ask();
    void Report(const mptcp::Decision& decision) const;
    /// Gives `chunk` to the granted subflows and brings the snapshot up to date; false when none
    /// of them took it.
    bool Give(const mptcp::SendQueue<Ptr<Packet>>::Chunk& chunk,
              const mptcp::Grant& grant,
              const std::vector<Ptr<MptcpSubflow>>& subflows);

    mptcp::MibCounters& m_mib;
    mptcp::SendQueue<Ptr<Packet>> m_queue;
    mptcp::SendWindow m_window;
    uint32_t m_bufferBytes;
    Ptr<MptcpScheduler> m_scheduler;
    const DecisionTrace& m_decisions;
    bool m_sendsCopies;                   //!< as the scheduler said
    mptcp::ConnectionSnapshot m_snapshot; //!< kept for its memory
    bool m_isPushing{false};
    bool m_isWaitingForRoom{false};
    MptcpBufferSettings m_buffers;
    mptcp::OpportunisticRetransmission m_opportunistic;
    mptcp::WaitReason m_lastReason{mptcp::WaitReason::None}; //!< of the last decision
    uint64_t m_reinjectedBytes{0};
    uint32_t m_reinjections{0};
};

} // namespace ns3

#endif // MPTCP_SENDER_H
