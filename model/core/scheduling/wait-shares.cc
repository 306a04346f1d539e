// SPDX-License-Identifier: GPL-2.0-only
#include "wait-shares.h"

#include <numeric>

namespace mptcp
{

void
WaitShares::OnDecision(const ConnectionSnapshot& asked, const Decision& answer)
{
    OnEnd(asked.now);
    ++m_decisions;
    m_grants += answer.grant ? 1 : 0;
    m_state = answer.grant ? WaitReason::NothingToSend : answer.reason;
}

void
WaitShares::OnEnd(std::chrono::nanoseconds now)
{
    if (m_decisions > 0)
    {
        m_waited.at(static_cast<std::size_t>(m_state)) += now - m_since;
    }
    m_since = now;
}

std::chrono::nanoseconds
WaitShares::Waited(WaitReason reason) const
{
    return m_waited.at(static_cast<std::size_t>(reason));
}

double
WaitShares::Share(WaitReason reason) const
{
    const auto all = std::accumulate(m_waited.begin(), m_waited.end(), std::chrono::nanoseconds(0));
    return all.count() > 0
               ? std::chrono::duration<double>(Waited(reason)) / std::chrono::duration<double>(all)
               : 0;
}

uint64_t
WaitShares::Decisions() const
{
    return m_decisions;
}

uint64_t
WaitShares::Grants() const
{
    return m_grants;
}

} // namespace mptcp
