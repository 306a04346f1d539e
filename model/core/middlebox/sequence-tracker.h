// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SEQUENCE_TRACKER_H
#define MPTCP_SEQUENCE_TRACKER_H

#include "tcp-segment.h"

#include <map>

namespace mptcp
{

/// Positions in one direction of a connection: 0 is the byte after the SYN. They do not wrap.
class SequenceTracker
{
  public:
    /// The SYN had this number.
    void Open(uint32_t isn)
    {
        m_isn = isn;
        m_isOpen = true;
        m_latest = 0;
    }

    [[nodiscard]] bool IsOpen() const
    {
        return m_isOpen;
    }

    /// The position of a sequence number: the one nearest to those asked for before. Numbers before
    /// the first byte give 0.
    uint64_t Position(uint32_t sequence)
    {
        const uint32_t relative = sequence - m_isn - 1;
        const auto difference = static_cast<int32_t>(relative - static_cast<uint32_t>(m_latest));
        if (difference < 0 && static_cast<uint64_t>(-static_cast<int64_t>(difference)) > m_latest)
        {
            return 0;
        }
        const uint64_t position =
            m_latest + static_cast<uint64_t>(static_cast<int64_t>(difference));
        m_latest = position > m_latest ? position : m_latest;
        return position;
    }

    [[nodiscard]] uint32_t Sequence(uint64_t position) const
    {
        return m_isn + 1 + static_cast<uint32_t>(position);
    }

  private:
    uint32_t m_isn{0};
    uint64_t m_latest{0};
    bool m_isOpen{false};
};

/// Which positions have been seen, as far as they are beyond the contiguous beginning.
class ReceivedRanges
{
  public:
    /// Everything before is there.
    [[nodiscard]] uint64_t ContiguousEnd() const
    {
        return m_end;
    }

    /// [begin, end) is there now.
    void Add(uint64_t begin, uint64_t end)
    {
        if (begin >= end || end <= m_end)
        {
            return;
        }
        uint64_t& known = m_beyond[begin];
        known = known > end ? known : end;
        for (auto it = m_beyond.begin(); it != m_beyond.end() && it->first <= m_end;)
        {
            m_end = it->second > m_end ? it->second : m_end;
            it = m_beyond.erase(it);
        }
    }

  private:
    uint64_t m_end{0};
    std::map<uint64_t, uint64_t> m_beyond;
};

} // namespace mptcp

#endif // MPTCP_SEQUENCE_TRACKER_H
