// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ROUND_ROBIN_H
#define MPTCP_ROUND_ROBIN_H

#include "scheduler.h"

#include <cstdint>
#include <optional>

namespace mptcp
{

/// Defaults are those of the `roundrobin` scheduler of Linux MPTCP v0.9x.
struct RoundRobinConfig
{
    /// Segments a subflow sends before the next one has its turn, 0 is as 1. A shorter last
    /// segment counts whole.
    uint32_t segmentsPerTurn{1};
    /// True: a subflow without room is passed over, so every window gets filled. False: the
    /// order is kept strictly and everything waits for the subflow whose turn it is.
    bool cwndLimited{true};
};

/**
 * The usable subflows take turns in order of their ids, for comparison with schedulers that
 * choose (RFC 8684 3.3.8 leaves the choice open).
 *
 * Reinjected segments go to the next subflow with room, whatever `cwndLimited` says, and use up
 * no turn: they are repairs and should neither wait nor disturb the order of new data.
 */
class RoundRobin : public Scheduler
{
  public:
    explicit RoundRobin(const RoundRobinConfig& config = {});

    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;

  private:
    /// True when `a` has its turn before `b`.
    [[nodiscard]] bool ComesBefore(SubflowId a, SubflowId b) const;

    RoundRobinConfig m_config;
    std::optional<SubflowId> m_current; //!< who had the last grant of new data
    uint32_t m_segmentsUsed{0};         //!< by m_current in its turn
};

} // namespace mptcp

#endif // MPTCP_ROUND_ROBIN_H
