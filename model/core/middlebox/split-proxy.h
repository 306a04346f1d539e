// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SPLIT_PROXY_H
#define MPTCP_SPLIT_PROXY_H

#include "flow-table.h"
#include "retransmission-store.h"

#include <array>
#include <deque>

namespace mptcp
{

/**
 * A proxy that splits a connection into two (RFC 3135 2.4; RFC 6182 7): each half has its own
 * acknowledgments, windows and retransmissions. What is acknowledged to a sender is in the memory
 * of the proxy, and lost if that fails.
 *
 * It is transparent: handshakes go from host to host, with the options it knows how to keep (MSS
 * and window scale), so addresses and sequence numbers stay. Data goes on in order only.
 */
class SplitProxy : public Middlebox
{
  public:
    struct Settings
    {
        std::size_t bufferBytes{256 * 1024};          //!< per direction
        Time timeout{std::chrono::milliseconds(300)}; //!< until it repeats a segment
        /// Options it does not know pass: on handshakes and data as they come; its own
        /// acknowledgments repeat those of the last acknowledgment of data that it has seen. It
        /// acknowledges nothing before there is one.
        bool relaysUnknownOptions{false};
        /// It fails, and stays silent, when it has taken so much payload.
        std::optional<uint64_t> failsAfterBytes{};
    };

    explicit SplitProxy(const Settings& settings);
    [[nodiscard]] std::string_view Name() const override;
    [[nodiscard]] std::optional<Time> WakeAt() const override;
    void Wake(Time now, BoxOutput& out) override;

    /// Loses everything it has and is silent from now on.
    void Fail();
    [[nodiscard]] bool HasFailed() const;
    /// Payload that it has acknowledged to its senders and that no receiver has acknowledged: now,
    /// or when it failed.
    [[nodiscard]] uint64_t ResponsibleBytes() const;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    /// What one side sends.
    struct Direction
    {
        SequenceTracker positions;
        std::map<uint64_t, TcpSegment> early; //!< behind holes, by position
        std::deque<TcpSegment> queue;         //!< in order, and not sent on
        RetransmissionStore store{Time{}};    //!< sent on
        std::size_t queuedBytes{0};           //!< in `early` and `queue`
        uint64_t end{0};                      //!< received in order, FIN included
        uint64_t sentEnd{0};                  //!< of that, sent on
        uint64_t acknowledged{0};             //!< by the receiver
        uint64_t allowed{0};                  //!< the receiver's right edge
        uint64_t told{0};                     //!< acknowledged to the sender
        Time probeAt{};                       //!< when a closed window is tried
        uint8_t shift{0};                     //!< of the windows that this side names
        TcpSegment header;                    //!< the last segment of this side, without payload
        std::vector<TcpOption> options;       //!< unknown ones of its last acknowledgment of data
        bool hasOptions{false};
    };

    using Flow = std::array<Direction, 2>;

    void Filter(TcpSegment& segment) const;
    void OnSyn(Flow& flow, Way way, TcpSegment segment, BoxOutput& out);
    void TakeAcknowledgment(Flow& flow, Way way, const TcpSegment& segment, Time now, BoxOutput& o);
    void RelayOptions(Flow& flow, Way way, const TcpSegment& segment, BoxOutput& out);
    void TakeData(Direction& own, TcpSegment segment);
    void Append(Direction& own, uint64_t begin, TcpSegment segment);
    void SendQueued(Flow& flow, Way way, Time now, BoxOutput& out);
    void SendNext(Flow& flow, Way way, Time now, BoxOutput& out);
    void SendAcknowledgment(Flow& flow, Way of, BoxOutput& out);
    [[nodiscard]] uint16_t WindowFor(const Flow& flow, Way of) const;
    void Send(const Flow& flow, Way way, TcpSegment segment, BoxOutput& out) const;

    Settings m_settings;
    FlowTable<Flow> m_flows;
    uint64_t m_takenBytes{0};
    bool m_hasFailed{false};
    uint64_t m_lostBytes{0};
};

} // namespace mptcp

#endif // MPTCP_SPLIT_PROXY_H
