// SPDX-License-Identifier: GPL-2.0-only
#include "performance-proxy.h"

#include <algorithm>

namespace mptcp
{

PerformanceProxy::PerformanceProxy(const Settings& settings)
    : m_settings(settings)
{
}

std::string_view
PerformanceProxy::Name() const
{
    return "pep";
}

uint64_t
PerformanceProxy::Retransmissions() const
{
    uint64_t sum = 0;
    m_flows.ForEach([&sum](const Flow& flow) {
        sum += flow[0].store.Retransmissions() + flow[1].store.Retransmissions();
    });
    return sum;
}

void
PerformanceProxy::Open(Direction& direction, const TcpSegment& syn) const
{
    direction.positions.Open(syn.sequence);
    direction.store = RetransmissionStore(m_settings.timeout);
    direction.next = syn.SequenceEnd();
    direction.shift = syn.WindowShift().value_or(0);
    direction.header = syn;
    direction.header.window = static_cast<uint16_t>(syn.window >> direction.shift);
}

bool
PerformanceProxy::TakeAcknowledgment(Flow& flow,
                                     Way way,
                                     TcpSegment& segment,
                                     Time now,
                                     BoxOutput& out)
{
    Direction& acknowledged = flow[static_cast<std::size_t>(Opposite(way))];
    const uint64_t position = acknowledged.positions.Position(segment.acknowledgment);
    const bool isRepeated = segment.IsPureAck() && position == acknowledged.acknowledged;
    acknowledged.acknowledged = std::max(acknowledged.acknowledged, position);
    const TcpSegment* again = acknowledged.store.Acknowledge(position, isRepeated, now);
    if (again != nullptr)
    {
        ++m_counters.made;
        out.Send(Opposite(way), *again);
    }
    const uint64_t taken = acknowledged.received.ContiguousEnd();
    if (position >= taken)
    {
        return false;
    }
    const Direction& own = flow[static_cast<std::size_t>(way)];
    segment.acknowledgment = acknowledged.positions.Sequence(taken);
    segment.RemoveOptions([](const TcpOption& option) { return option[0] == TCP_OPTION_SACK; });
    return segment.IsPureAck() && segment.window == own.header.window;
}

bool
PerformanceProxy::TakeData(Direction& direction, Way, const TcpSegment& segment, Time now)
{
    const uint64_t begin = direction.positions.Position(segment.sequence);
    const uint64_t end = begin + segment.PayloadBytes();
    if (end <= direction.received.ContiguousEnd() && !segment.Has(TcpSegment::FIN))
    {
        return false; // its repetition is the proxy's business
    }
    if (direction.store.Bytes() + segment.PayloadBytes() <= m_settings.mostBytes)
    {
        direction.received.Add(begin, end);
        direction.store.Add(begin, segment, now);
    }
    return true;
}

void
PerformanceProxy::SendAcknowledgment(const Flow& flow,
                                     Way of,
                                     const TcpSegment& data,
                                     BoxOutput& out)
{
    const Direction& acknowledged = flow[static_cast<std::size_t>(of)];
    const Direction& own = flow[static_cast<std::size_t>(Opposite(of))];
    TcpSegment segment = own.header;
    segment.flags = TcpSegment::ACK;
    segment.sequence = own.next;
    segment.acknowledgment = acknowledged.positions.Sequence(acknowledged.received.ContiguousEnd());
    segment.RemoveOptions([](const TcpOption& option) {
        return option[0] != TCP_OPTION_TIMESTAMP || option.size() != 10;
    });
    const TcpOption* sent = data.Option(TCP_OPTION_TIMESTAMP);
    if (TcpOption* own2 = segment.Option(TCP_OPTION_TIMESTAMP); sent != nullptr && own2 != nullptr)
    {
        // TSecr is the TSval of what is acknowledged (RFC 7323 3.2).
        std::copy_n(sent->begin() + 2, 4, own2->begin() + 6);
    }
    ++m_counters.made;
    out.Send(Opposite(of), std::move(segment));
}

void
PerformanceProxy::On(Way way, TcpSegment segment, Time now, BoxOutput& out)
{
    Flow* flow = m_flows.Of(way, segment);
    if (flow == nullptr)
    {
        out.Send(way, std::move(segment));
        return;
    }
    Direction& own = (*flow)[static_cast<std::size_t>(way)];
    const Direction& other = (*flow)[static_cast<std::size_t>(Opposite(way))];
    if (segment.Has(TcpSegment::SYN))
    {
        Open(own, segment);
        out.Send(way, std::move(segment));
        return;
    }
    if (segment.Has(TcpSegment::RST) || !own.positions.IsOpen() || !other.positions.IsOpen())
    {
        *flow = Flow{}; // from now on it only lets pass
        out.Send(way, std::move(segment));
        return;
    }
    bool passes = !TakeAcknowledgment(*flow, way, segment, now, out);
    if (IsBefore(own.next, segment.SequenceEnd()))
    {
        own.next = segment.SequenceEnd();
    }
    own.header = segment;
    own.header.payload.clear();
    if (!segment.payload.empty())
    {
        passes = TakeData(own, way, segment, now);
        SendAcknowledgment(*flow, way, segment, out);
    }
    if (passes)
    {
        out.Send(way, std::move(segment));
        return;
    }
    ++m_counters.dropped;
}

std::optional<Middlebox::Time>
PerformanceProxy::WakeAt() const
{
    std::optional<Time> earliest;
    m_flows.ForEach([&earliest](const Flow& flow) {
        for (const Direction& direction : flow)
        {
            const auto at = direction.store.ExpiresAt();
            earliest = at && (!earliest || *at < *earliest) ? at : earliest;
        }
    });
    return earliest;
}

void
PerformanceProxy::Wake(Time now, BoxOutput& out)
{
    m_flows.ForEach([this, now, &out](Flow& flow) {
        for (const Way way : {Way::Out, Way::In})
        {
            auto& store = flow[static_cast<std::size_t>(way)].store;
            if (const auto at = store.ExpiresAt(); at && *at <= now)
            {
                ++m_counters.made;
                out.Send(way, *store.Expire(now));
            }
        }
    });
}

} // namespace mptcp
