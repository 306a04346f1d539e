// SPDX-License-Identifier: GPL-2.0-only
#include "ecf.h"

#include "selection.h"

#include <algorithm>
#include <chrono>

namespace mptcp
{

namespace
{

double
Seconds(std::chrono::nanoseconds time)
{
    return std::chrono::duration<double>(time).count();
}

/// k / CWND, at least 1.
double
WindowsFull(uint64_t bytes, const SubflowSnapshot& subflow)
{
    const uint32_t window = std::max(subflow.congestionWindowBytes, subflow.segmentBytes);
    return std::max(1.0, static_cast<double>(bytes) / window);
}

} // namespace

Ecf::Ecf(const EcfConfig& config)
    : m_config(config)
{
}

bool
Ecf::ShouldWait(const SubflowSnapshot& fast, const SubflowSnapshot& slow, uint64_t waitingBytes)
{
    const double fastRtt = Seconds(fast.smoothedRtt);
    const double slowRtt = Seconds(slow.smoothedRtt);
    const double delta = Seconds(std::max(fast.rttVariation, slow.rttVariation));
    const double n = 1 + WindowsFull(waitingBytes, fast);
    if (n * fastRtt >= (1 + (m_isWaiting ? m_config.beta : 0)) * (slowRtt + delta))
    {
        m_isWaiting = false;
        return false;
    }
    if (WindowsFull(waitingBytes, slow) * slowRtt < 2 * fastRtt + delta)
    {
        return false;
    }
    m_isWaiting = true;
    return true;
}

Decision
Ecf::Choose(const ConnectionSnapshot& connection)
{
    const Selection selection = SelectByRtt(connection);
    // Without a sample of the fast one, or when it is idle, there is nothing to compare.
    if (connection.reinjection || !selection.MayWaitForPreferred() ||
        selection.preferred->smoothedRtt.count() == 0)
    {
        return selection.FirstAvailable();
    }
    return ShouldWait(*selection.preferred, *selection.available, connection.ungrantedBytes)
               ? Decision::Wait(WaitReason::WaitingForFasterPath)
               : selection.FirstAvailable();
}

} // namespace mptcp
