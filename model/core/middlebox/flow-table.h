// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_FLOW_TABLE_H
#define MPTCP_FLOW_TABLE_H

#include "middlebox.h"

#include <map>
#include <tuple>

namespace mptcp
{

/// An order of endpoints, for tables.
struct EndpointOrder
{
    bool operator()(const Endpoint& a, const Endpoint& b) const
    {
        return std::tie(a.address.family, a.address.bytes, a.port) <
               std::tie(b.address.family, b.address.bytes, b.port);
    }
};

/// A TCP connection as a box sees it.
struct FlowKey
{
    Endpoint inside;
    Endpoint outside;

    [[nodiscard]] static FlowKey Of(Way way, const TcpSegment& segment)
    {
        return way == Way::Out ? FlowKey{segment.source, segment.destination}
                               : FlowKey{segment.destination, segment.source};
    }

    friend bool operator<(const FlowKey& a, const FlowKey& b)
    {
        const EndpointOrder isLess;
        return isLess(a.inside, b.inside) || (a.inside == b.inside && isLess(a.outside, b.outside));
    }
};

/**
 * The state a box keeps per connection. One that starts with a SYN again starts anew; the oldest is
 * forgotten when there are more than a box has memory for.
 */
template <typename State>
class FlowTable
{
  public:
    static constexpr std::size_t MOST_FLOWS = 65536;

    /// The state of a segment's flow, made if it is a SYN without ACK; null if there is none.
    State* Of(Way way, const TcpSegment& segment)
    {
        const FlowKey key = FlowKey::Of(way, segment);
        const bool isFirst = segment.Has(TcpSegment::SYN) && !segment.Has(TcpSegment::ACK);
        auto found = m_flows.find(key);
        if (isFirst && (found == m_flows.end() || found->second.isAnswered))
        {
            found = Open(key);
        }
        if (found == m_flows.end())
        {
            return nullptr;
        }
        // A SYN that is repeated before its answer belongs to the same flow.
        found->second.isAnswered = found->second.isAnswered || !isFirst;
        return &found->second.state;
    }

    /// The state of a segment's flow, made whatever the segment is.
    State& Always(Way way, const TcpSegment& segment)
    {
        if (State* state = Of(way, segment); state != nullptr)
        {
            return *state;
        }
        return Open(FlowKey::Of(way, segment))->second.state;
    }

    template <typename Visitor>
    void ForEach(Visitor visit)
    {
        for (auto& [key, entry] : m_flows)
        {
            visit(entry.state);
        }
    }

    template <typename Visitor>
    void ForEach(Visitor visit) const
    {
        for (const auto& [key, entry] : m_flows)
        {
            visit(entry.state);
        }
    }

  private:
    struct Entry
    {
        State state{};
        bool isAnswered{false};
        uint64_t number{0};
    };

    using Table = std::map<FlowKey, Entry>;

    typename Table::iterator Open(const FlowKey& key)
    {
        if (m_flows.size() >= MOST_FLOWS)
        {
            auto oldest = m_flows.begin();
            for (auto it = m_flows.begin(); it != m_flows.end(); ++it)
            {
                oldest = it->second.number < oldest->second.number ? it : oldest;
            }
            m_flows.erase(oldest);
        }
        Entry entry;
        entry.number = ++m_opened;
        return m_flows.insert_or_assign(key, std::move(entry)).first;
    }

    Table m_flows;
    uint64_t m_opened{0};
};

} // namespace mptcp

#endif // MPTCP_FLOW_TABLE_H
