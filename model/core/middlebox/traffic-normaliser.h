// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TRAFFIC_NORMALISER_H
#define MPTCP_TRAFFIC_NORMALISER_H

#include "flow-table.h"
#include "sequence-tracker.h"

#include <array>
#include <deque>
#include <map>

namespace mptcp
{

/**
 * A traffic normaliser (Handley, Paxson and Kreibich, USENIX Security 2001; RFC 6182 7): lets no
 * ambiguity through to the hosts behind it.
 *
 * No holes: what comes before data that it follows waits for that. One view of every byte: a
 * retransmission passes with the content that passed first. Options unknown to it are overwritten
 * with NOPs.
 */
class TrafficNormaliser : public Middlebox
{
  public:
    struct Settings
    {
        std::size_t mostWaitingBytes{1 << 20}; //!< per direction; what is too much is dropped
        bool clearsUnknownOptions{true};
    };

    explicit TrafficNormaliser(const Settings& settings);
    [[nodiscard]] std::string_view Name() const override;

    /// Segments whose content was not what had passed before.
    [[nodiscard]] uint64_t Inconsistent() const;

  protected:
    void On(Way way, TcpSegment segment, Time now, BoxOutput& out) override;

  private:
    struct Direction
    {
        SequenceTracker positions;
        uint64_t end{0};                        //!< everything before has passed
        uint64_t kept{0};                       //!< position of the first byte of `passed`
        std::deque<uint8_t> passed;             //!< and not acknowledged yet
        std::map<uint64_t, TcpSegment> waiting; //!< behind holes, by position
        std::size_t waitingBytes{0};
    };

    void Clear(TcpSegment& segment);
    /// Gives a retransmission the content that has passed; keeps the new part of it.
    void MakeConsistent(Direction& direction, uint64_t begin, TcpSegment& segment);
    void OnData(Direction& direction, Way way, TcpSegment segment, BoxOutput& out);
    static void Forget(Direction& direction, uint32_t acknowledgment);

    Settings m_settings;
    FlowTable<std::array<Direction, 2>> m_flows;
    uint64_t m_inconsistent{0};
};

} // namespace mptcp

#endif // MPTCP_TRAFFIC_NORMALISER_H
