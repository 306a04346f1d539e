// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PERFORMANCE_PROXY_H
#define MPTCP_PERFORMANCE_PROXY_H

#include "flow-table.h"
#include "retransmission-store.h"

#include <array>

namespace mptcp
{

/**
 * A performance enhancing proxy (RFC 3135; RFC 6182 7): acknowledges data in place of the receiver,
 * so that its sender goes faster, and repeats by itself what gets lost behind it.
 *
 * Segments pass with all their options. Its own acknowledgments have none but the timestamp: it
 * does not know what another would say. The receiver's acknowledgments are held back where it has
 * acknowledged as much itself.
 */
class PerformanceProxy : public Middlebox
{
  public:
    struct Settings
    {
        std::size_t mostBytes{1 << 20}; //!< stored per direction; beyond, it only lets pass
        Time timeout{std::chrono::milliseconds(300)}; //!< until it repeats a segment
    };

    explicit PerformanceProxy(const Settings& settings);
    [[nodiscard]] std::string_view Name() const override;
    [[nodiscard]] std::optional<Time> WakeAt() const override;
    void Wake(Time now, BoxOutput& out) override;

    /// Segments it repeated.
    [[nodiscard]] uint64_t Retransmissions() const;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    /// What one side sends, and what the proxy knows of that side.
    struct Direction
    {
        SequenceTracker positions;
        ReceivedRanges received; //!< by the proxy, and acknowledged by it
        RetransmissionStore store{Time{}};
        uint64_t acknowledged{0}; //!< by the receiver
        uint32_t next{0};         //!< sequence number after all that was sent
        TcpSegment header;        //!< the last segment of this side, without payload
        uint8_t shift{0};         //!< of the windows that this side names
    };

    using Flow = std::array<Direction, 2>;

    void Open(Direction& direction, const TcpSegment& syn) const;
    /// Takes note of an acknowledgment and raises it; true if it says nothing new any more.
    bool TakeAcknowledgment(Flow& flow, Way way, TcpSegment& segment, Time now, BoxOutput& out);
    /// True if the segment has to pass.
    bool TakeData(Direction& direction, Way way, const TcpSegment& segment, Time now);
    void SendAcknowledgment(const Flow& flow, Way of, const TcpSegment& data, BoxOutput& out);

    Settings m_settings;
    FlowTable<Flow> m_flows;
};

} // namespace mptcp

#endif // MPTCP_PERFORMANCE_PROXY_H
