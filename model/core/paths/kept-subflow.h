// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_KEPT_SUBFLOW_H
#define MPTCP_KEPT_SUBFLOW_H

#include "path-policy.h"

#include <cstdint>

namespace mptcp
{

/// A subflow that a path manager wants to have: its life is drawn in FullMesh.
struct KeptSubflow
{
    enum class State : uint8_t
    {
        Pending,
        Up,
        Closing,
        Waiting,
        Due,
        Spent,
    };

    State state{State::Pending};
    SubflowId subflow;    //!< when Up or Closing
    uint32_t failures{0}; //!< in a row
    uint32_t retryId{0};  //!< when Waiting

    /// Counts as a subflow that there is.
    [[nodiscard]] bool IsLive() const
    {
        return state == State::Pending || state == State::Up || state == State::Closing;
    }

    /// It failed: Waiting for another attempt if it may have one and any is left, otherwise Spent.
    /// \param lastRetryId of the path manager, whose waits are numbered
    void Fail(bool mayRetry, const RetryConfig& retry, uint32_t& lastRetryId, PathActions& actions)
    {
        if (!mayRetry || failures >= retry.maxRetries)
        {
            state = State::Spent;
            return;
        }
        ++failures;
        state = State::Waiting;
        retryId = ++lastRetryId;
        actions.emplace_back(RetryLater{retryId, retry.DelayAfter(failures)});
    }
};

} // namespace mptcp

#endif // MPTCP_KEPT_SUBFLOW_H
