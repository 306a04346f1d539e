// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DAPS_H
#define MPTCP_DAPS_H

#include "early-binding.h"

#include <boost/container/small_vector.hpp>
#include <chrono>
#include <cstdint>

namespace mptcp
{

struct DapsConfig
{
    /// Delays are rounded to multiples of it, so that plans stay short; the default is that of
    /// the DAPS module for Linux MPTCP v0.9x (`round_delay`).
    std::chrono::nanoseconds delayUnit{std::chrono::milliseconds(4)};
    BindingConfig binding;
};

/**
 * Delay-aware packet scheduling (Kuhn, Lochin, Mifdaoui, Sarwar, Mehani, Boreli: "DAPS:
 * Intelligent Delay-Aware Packet Scheduling For Multipath Transport", ICC 2014).
 *
 * A plan over the least common multiple of the paths' forward delays r_i (half the RTT): at each
 * time t that is a multiple of r_i, a window C_i arrives over path i. Segments are bound to paths
 * in this order of arrival and leave as each path's window admits, so those for the slow path
 * leave long before their predecessors for the fast one. Delays and windows are those of the
 * moment when the plan was made; that it reacts late is a known weakness of DAPS.
 *
 * The plan is made again when it is through, when a subflow of it is gone or a new one is there,
 * and after `MAX_TURNS` turns of the slowest path, where the least common multiple is further.
 * Subflows without an RTT sample come first, but for what their windows admit, as in MinRtt.
 * Reinjections go where there is room, outside the plan. early-binding.h says how far ahead
 * segments are bound.
 */
class Daps : public Scheduler
{
  public:
    explicit Daps(const DapsConfig& config = {});

    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;

  private:
    static constexpr uint64_t MAX_TURNS = 16;

    /// One path of the plan.
    struct Path
    {
        SubflowId id;
        uint64_t delay;          //!< r_i in units
        uint32_t windowSegments; //!< C_i
        uint64_t nextArrival;    //!< t of its next turn, in units since the start of the plan
    };

    [[nodiscard]] bool IsPlanOf(const ConnectionSnapshot& connection) const;
    void MakePlan(const ConnectionSnapshot& connection);
    /// Path whose turn it is; makes a plan when the last one is through.
    [[nodiscard]] Path& CurrentTurn(const ConnectionSnapshot& connection);

    DapsConfig m_config;
    boost::container::small_vector<Path, 8> m_plan;
    uint64_t m_end{0};          //!< last t of the plan
    uint32_t m_segmentsUsed{0}; //!< in the turn under way
};

} // namespace mptcp

#endif // MPTCP_DAPS_H
