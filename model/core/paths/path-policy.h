// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PATH_POLICY_H
#define MPTCP_PATH_POLICY_H

#include "path-events.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace mptcp
{

/**
 * How often a failed subflow is tried again.
 *
 * Defaults follow the full mesh of Linux MPTCP v0.9x, which tries once more after one second.
 * The count is of failures in a row: an established subflow starts it anew.
 */
struct RetryConfig
{
    uint32_t maxRetries{1};
    std::chrono::nanoseconds firstDelay{std::chrono::seconds(1)}; //!< doubled for each further one

    /// Before the retry that follows failure number `failures`, counted from 1.
    [[nodiscard]] constexpr std::chrono::nanoseconds DelayAfter(uint32_t failures) const
    {
        constexpr uint32_t MAX_DOUBLINGS = 10;
        const uint32_t doublings = failures == 0 ? 0 : std::min(failures - 1, MAX_DOUBLINGS);
        return firstDelay * (int64_t{1} << doublings);
    }
};

/// True when the failure says nothing against the remote endpoint, so that trying again later is
/// reasonable. After Refused and Unanswered it is not, RFC 8684 3.9.3.
[[nodiscard]] constexpr bool
IsPassing(DownReason reason)
{
    return reason == DownReason::Unreachable || reason == DownReason::TimedOut ||
           reason == DownReason::Reset;
}

/**
 * Decides which subflows and addresses a connection uses. Events in, actions out; one object per
 * connection.
 *
 * A policy counts a subflow it has asked for as one that exists until it hears of its end. It
 * does not repeat lost announcements, run timers or check authentication; the connection does.
 */
class PathPolicy
{
  public:
    virtual ~PathPolicy() = default;

    [[nodiscard]] virtual PathActions On(const PathEvent& event) = 0;

    /// Whether the limits leave room for so many subflows the peer asks for (MP_JOIN): those whose
    /// end of the handshake the policy will still hear of, and one more.
    [[nodiscard]] virtual bool AcceptsJoins(uint32_t count) const = 0;

    /// For one where no other is on its way.
    [[nodiscard]] bool AcceptsJoin() const
    {
        return AcceptsJoins(1);
    }

  protected:
    PathPolicy() = default;
    PathPolicy(const PathPolicy&) = default;
    PathPolicy(PathPolicy&&) = default;
    PathPolicy& operator=(const PathPolicy&) = default;
    PathPolicy& operator=(PathPolicy&&) = default;
};

} // namespace mptcp

#endif // MPTCP_PATH_POLICY_H
