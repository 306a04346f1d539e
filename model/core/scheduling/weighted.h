// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_WEIGHTED_H
#define MPTCP_WEIGHTED_H

#include "scheduler.h"

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <vector>

namespace mptcp
{

struct WeightedConfig
{
    /// Of the subflows with the ids 1, 2, 3 ...; 0 is as 1, and so is what is not there.
    std::vector<uint32_t> weights;
    /// As RoundRobinConfig::cwndLimited.
    bool cwndLimited{true};
};

/**
 * Segments in proportion to weights, spread evenly: with weights 3 and 1 it is 1 2 1 1, not
 * 1 1 1 2 ("weighted round robin" of draft-bonaventure-iccrg-schedulers-02).
 *
 * Each subflow has a position on a common scale; the one furthest back sends, and advances by the
 * inverse of its weight. A subflow that could not send or was not there starts from where the
 * others are, it does not make up for it (start-time fair queueing, Goyal et al. 1996).
 *
 * Reinjected segments go to the next subflow with room and count for nobody, as in RoundRobin.
 */
class Weighted : public Scheduler
{
  public:
    explicit Weighted(const WeightedConfig& config = {});

    [[nodiscard]] Decision Choose(const ConnectionSnapshot& connection) override;

  private:
    /// A whole number for each weight up to 16: 720720 is the least common multiple of those.
    static constexpr uint64_t SCALE = 720720;

    struct Position
    {
        SubflowId id;
        uint64_t value;
    };

    [[nodiscard]] uint64_t StepOf(SubflowId id) const;
    [[nodiscard]] uint64_t PositionOf(SubflowId id) const;
    void Advance(SubflowId id);

    WeightedConfig m_config;
    boost::container::small_vector<Position, 8> m_positions; //!< of those that have sent
    uint64_t m_front{0};                                     //!< where the last grant was given
};

} // namespace mptcp

#endif // MPTCP_WEIGHTED_H
