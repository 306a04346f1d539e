// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_WAIT_SHARES_H
#define MPTCP_WAIT_SHARES_H

#include "scheduler.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace mptcp
{

/**
 * Adds up a scheduler's decisions into time: how long a connection waited, and for what. The
 * answer to "why is it slower than TCP here?".
 *
 * Grants take no time; a decision to wait holds until the next decision. A grant that leaves
 * nothing to send is followed by no other decision, so from a grant on there is nothing to send
 * until the next decision says otherwise, which it does at the same moment if there is more.
 */
class WaitShares
{
  public:
    void OnDecision(const ConnectionSnapshot& asked, const Decision& answer);
    /// Lets the state of the last decision last until `now`.
    void OnEnd(std::chrono::nanoseconds now);

    /// Time spent waiting for `reason`, since the first decision.
    [[nodiscard]] std::chrono::nanoseconds Waited(WaitReason reason) const;
    /// The same as a part of all time since the first decision, 0 to 1; 0 when there was none.
    [[nodiscard]] double Share(WaitReason reason) const;
    [[nodiscard]] uint64_t Decisions() const;
    [[nodiscard]] uint64_t Grants() const;

  private:
    static constexpr std::size_t REASONS = static_cast<std::size_t>(WaitReason::NothingToSend) + 1;

    std::array<std::chrono::nanoseconds, REASONS> m_waited{};
    WaitReason m_state{WaitReason::None};
    std::chrono::nanoseconds m_since{0};
    uint64_t m_decisions{0};
    uint64_t m_grants{0};
};

} // namespace mptcp

#endif // MPTCP_WAIT_SHARES_H
