// SPDX-License-Identifier: GPL-2.0-only
#include "peer-memory.h"

#include <algorithm>

namespace mptcp
{

PeerMemory::PeerMemory(Duration expiry)
    : m_expiry(expiry)
{
}

void
PeerMemory::SetExpiry(Duration expiry)
{
    m_expiry = expiry;
}

const PeerMemory::Record*
PeerMemory::Find(const IpAddress& peer) const
{
    const auto found = std::find_if(m_records.begin(), m_records.end(), [&](const Record& record) {
        return record.peer == peer;
    });
    return found == m_records.end() ? nullptr : &*found;
}

void
PeerMemory::OnFailure(const IpAddress& peer, Duration now)
{
    constexpr uint32_t MOST_DOUBLINGS = 6; // as Linux
    if (m_expiry == Duration::zero())
    {
        return;
    }
    auto found = std::find_if(m_records.begin(), m_records.end(), [&](const Record& record) {
        return record.peer == peer;
    });
    if (found == m_records.end())
    {
        found = m_records.insert(m_records.end(), Record{peer, 0, Duration::zero()});
    }
    const uint32_t doublings = std::min(found->failures, MOST_DOUBLINGS);
    ++found->failures;
    const int64_t times = int64_t{1} << doublings;
    const bool isForEver = m_expiry > (Duration::max() - now) / times;
    found->until = isForEver ? Duration::max() : now + m_expiry * times;
}

void
PeerMemory::OnSuccess(const IpAddress& peer)
{
    m_records.erase(std::remove_if(m_records.begin(),
                                   m_records.end(),
                                   [&](const Record& record) { return record.peer == peer; }),
                    m_records.end());
}

bool
PeerMemory::Avoids(const IpAddress& peer, Duration now) const
{
    const Record* record = Find(peer);
    return record != nullptr && now < record->until;
}

uint32_t
PeerMemory::FailuresOf(const IpAddress& peer) const
{
    const Record* record = Find(peer);
    return record != nullptr ? record->failures : 0;
}

} // namespace mptcp
