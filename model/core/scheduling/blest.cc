// SPDX-License-Identifier: GPL-2.0-only
#include "blest.h"

#include "selection.h"

#include <algorithm>

namespace mptcp
{

Blest::Blest(const BlestConfig& config)
    : m_config(config),
      m_lambda(config.lambda)
{
}

double
Blest::ExpectedBytes(const SubflowSnapshot& fast, const SubflowSnapshot& slow)
{
    const double rtts = std::chrono::duration<double>(slow.smoothedRtt) /
                        std::chrono::duration<double>(fast.smoothedRtt);
    const double segment = fast.segmentBytes;
    return (fast.congestionWindowBytes + segment * (rtts - 1) / 2) * rtts;
}

void
Blest::UpdateLambda(std::chrono::nanoseconds now, std::chrono::nanoseconds slowRtt)
{
    if (now - m_updated < slowRtt)
    {
        return;
    }
    m_lambda += m_hasBlocked ? m_config.lambdaIncrease : -m_config.lambdaDecrease;
    m_lambda = std::min(std::max(m_lambda, m_config.lambdaMin), m_config.lambdaMax);
    m_hasBlocked = false;
    m_updated = now;
}

Decision
Blest::Choose(const ConnectionSnapshot& connection)
{
    const Selection selection = SelectByRtt(connection);
    if (connection.reinjection)
    {
        return selection.FirstAvailable();
    }
    if (selection.available == nullptr && selection.reason == WaitReason::ReceiveWindowFull)
    {
        m_hasBlocked = true;
    }
    // Without a sample of the fast one, or when it is idle, there is nothing to estimate.
    if (!selection.MayWaitForPreferred() || selection.preferred->smoothedRtt.count() == 0)
    {
        return selection.FirstAvailable();
    }
    const SubflowSnapshot& slow = *selection.available;
    UpdateLambda(connection.now, slow.smoothedRtt);
    const double expected = ExpectedBytes(*selection.preferred, slow) * m_lambda;
    const double slowBytes =
        static_cast<double>(slow.inFlightBytes) + slow.queuedBytes + slow.segmentBytes;
    return expected > static_cast<double>(connection.WholeSendWindowBytes()) - slowBytes
               ? Decision::Wait(WaitReason::WaitingForFasterPath)
               : selection.FirstAvailable();
}

} // namespace mptcp
