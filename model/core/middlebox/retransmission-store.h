// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_RETRANSMISSION_STORE_H
#define MPTCP_RETRANSMISSION_STORE_H

#include "middlebox.h"
#include "sequence-tracker.h"

#include <algorithm>
#include <map>

namespace mptcp
{

/**
 * The segments of one direction for which a proxy has taken the responsibility: they have been sent
 * on towards the receiver and stay here until it acknowledges them. Three repeated
 * acknowledgments or a timeout send the first one again.
 */
class RetransmissionStore
{
  public:
    using Time = Middlebox::Time;

    explicit RetransmissionStore(Time timeout)
        : m_timeout(timeout),
          m_backoff(timeout)
    {
    }

    /// `segment`, whose first byte has this position, is sent now.
    void Add(uint64_t position, TcpSegment segment, Time now)
    {
        if (m_segments.empty())
        {
            Restart(now);
        }
        m_bytes += segment.PayloadBytes();
        if (const auto found = m_segments.find(position); found != m_segments.end())
        {
            m_bytes -= found->second.PayloadBytes();
        }
        m_segments.insert_or_assign(position, std::move(segment));
    }

    /// The receiver has everything before `position`; `isPure`: and its segment says nothing else.
    /// The segment to send again, if there is one.
    [[nodiscard]] const TcpSegment* Acknowledge(uint64_t position, bool isPure, Time now)
    {
        bool isNew = false;
        while (!m_segments.empty() && EndOf(*m_segments.begin()) <= position)
        {
            m_bytes -= m_segments.begin()->second.PayloadBytes();
            m_segments.erase(m_segments.begin());
            isNew = true;
        }
        if (isNew)
        {
            m_repeated = 0;
            m_backoff = m_timeout;
            Restart(now);
            // The rest of what was lost with the one that was sent again (RFC 6582).
            if (position < m_recover && !m_segments.empty())
            {
                return Again();
            }
            return nullptr;
        }
        constexpr unsigned int THRESHOLD = 3; // RFC 5681 3.2
        if (isPure && !m_segments.empty() && position >= m_recover && ++m_repeated == THRESHOLD)
        {
            m_repeated = 0;
            m_recover = EndOf(*m_segments.rbegin());
            Restart(now);
            return Again();
        }
        return nullptr;
    }

    /// When Expire is due; nothing if all is acknowledged.
    [[nodiscard]] std::optional<Time> ExpiresAt() const
    {
        return m_segments.empty() ? std::nullopt : std::optional(m_expiresAt);
    }

    /// The segment to send again after a timeout.
    [[nodiscard]] const TcpSegment* Expire(Time now)
    {
        constexpr Time LONGEST = std::chrono::seconds(4);
        m_backoff = std::min(2 * m_backoff, LONGEST);
        m_recover = EndOf(*m_segments.rbegin());
        m_repeated = 0;
        m_expiresAt = now + m_backoff;
        return Again();
    }

    [[nodiscard]] std::size_t Bytes() const
    {
        return m_bytes;
    }

    [[nodiscard]] bool IsEmpty() const
    {
        return m_segments.empty();
    }

    /// Segments that were sent again.
    [[nodiscard]] uint64_t Retransmissions() const
    {
        return m_retransmissions;
    }

  private:
    static uint64_t EndOf(const std::pair<const uint64_t, TcpSegment>& entry)
    {
        return entry.first + entry.second.PayloadBytes() +
               (entry.second.Has(TcpSegment::FIN) ? 1 : 0);
    }

    void Restart(Time now)
    {
        m_expiresAt = now + m_backoff;
    }

    const TcpSegment* Again()
    {
        ++m_retransmissions;
        return &m_segments.begin()->second;
    }

    Time m_timeout;
    Time m_backoff;
    Time m_expiresAt{};
    std::map<uint64_t, TcpSegment> m_segments; //!< by position
    std::size_t m_bytes{0};
    unsigned int m_repeated{0};
    uint64_t m_recover{0}; //!< what was under way when something was sent again
    uint64_t m_retransmissions{0};
};

} // namespace mptcp

#endif // MPTCP_RETRANSMISSION_STORE_H
