// SPDX-License-Identifier: GPL-2.0-only
#include "single-path-recovery.h"

#include <algorithm>

namespace mptcp
{

void
SinglePathRecovery::OnLoss(const Loss& loss)
{
    m_isDue = loss.isDamaged && !loss.areOthersLeft;
    if (!loss.isDamaged || !loss.path)
    {
        return;
    }
    m_paths.erase(std::remove(m_paths.begin(), m_paths.end(), *loss.path), m_paths.end());
    if (std::find(m_tried.begin(), m_tried.end(), *loss.path) == m_tried.end())
    {
        m_paths.push_back(*loss.path);
    }
}

void
SinglePathRecovery::OnSuccessor()
{
    m_isDue = false;
}

void
SinglePathRecovery::OnAddressWithdrawn(AddressId remote)
{
    const auto leadsThere = [remote](const OpenSubflow& path) { return path.remoteId == remote; };
    m_paths.erase(std::remove_if(m_paths.begin(), m_paths.end(), leadsThere), m_paths.end());
}

std::optional<OpenSubflow>
SinglePathRecovery::TakeNext()
{
    if (!m_isDue || m_paths.empty())
    {
        return std::nullopt;
    }
    const OpenSubflow next = m_paths.back();
    m_paths.pop_back();
    m_tried.push_back(next);
    return next;
}

} // namespace mptcp
