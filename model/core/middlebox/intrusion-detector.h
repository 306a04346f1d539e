// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_INTRUSION_DETECTOR_H
#define MPTCP_INTRUSION_DETECTOR_H

#include "flow-table.h"
#include "sequence-tracker.h"

#include <array>

namespace mptcp
{

/**
 * An intrusion detection system that wants to read every byte in order: it drops what leaves a hole
 * in the stream, and what belongs to a connection whose beginning it has not seen (RFC 6182 7,
 * RFC 8684 6). The hosts' retransmissions fill the holes.
 */
class IntrusionDetector : public Middlebox
{
  public:
    [[nodiscard]] std::string_view Name() const override;

    /// Of the dropped segments, those of connections without a beginning.
    [[nodiscard]] uint64_t MidStream() const;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    struct Direction
    {
        SequenceTracker positions;
        uint64_t end{0}; //!< everything before has passed
    };

    FlowTable<std::array<Direction, 2>> m_flows;
    uint64_t m_midStream{0};
};

} // namespace mptcp

#endif // MPTCP_INTRUSION_DETECTOR_H
