// SPDX-License-Identifier: GPL-2.0-only
#include "split-proxy.h"

#include <algorithm>

namespace mptcp
{

namespace
{

bool
IsUnknown(const TcpOption& option)
{
    return !IsKnownTcpOption(option[0]);
}

std::size_t
Index(Way way)
{
    return static_cast<std::size_t>(way);
}

} // namespace

SplitProxy::SplitProxy(const Settings& settings)
    : m_settings(settings)
{
}

std::string_view
SplitProxy::Name() const
{
    return "split-proxy";
}

void
SplitProxy::Fail()
{
    m_lostBytes = ResponsibleBytes();
    m_hasFailed = true;
    m_flows = {};
}

bool
SplitProxy::HasFailed() const
{
    return m_hasFailed;
}

uint64_t
SplitProxy::ResponsibleBytes() const
{
    uint64_t sum = m_lostBytes;
    m_flows.ForEach([&sum](const Flow& flow) {
        for (const Direction& direction : flow)
        {
            sum += direction.told - std::min(direction.told, direction.acknowledged);
        }
    });
    return sum;
}

void
SplitProxy::Filter(TcpSegment& segment) const
{
    segment.RemoveOptions([this, &segment](const TcpOption& option) {
        const bool isOwn = segment.Has(TcpSegment::SYN) &&
                           (option[0] == TCP_OPTION_MSS || option[0] == TCP_OPTION_WINDOW_SCALE);
        return !isOwn && !(m_settings.relaysUnknownOptions && IsUnknown(option));
    });
}

void
SplitProxy::OnSyn(Flow& flow, Way way, TcpSegment segment, BoxOutput& out)
{
    Direction& own = flow[Index(way)];
    // What the other side may send first; a SYN's window is not scaled (RFC 7323 2.2).
    flow[Index(Opposite(way))].allowed = segment.window;
    if (!own.positions.IsOpen())
    {
        own.positions.Open(segment.sequence);
        own.store = RetransmissionStore(m_settings.timeout);
        own.shift = segment.WindowShift().value_or(0);
        own.header = segment;
    }
    Filter(segment);
    ++m_counters.changed;
    out.Send(way, std::move(segment));
}

uint16_t
SplitProxy::WindowFor(const Flow& flow, Way of) const
{
    const Direction& direction = flow[Index(of)];
    const std::size_t used = direction.queuedBytes + direction.store.Bytes();
    const std::size_t room = m_settings.bufferBytes - std::min(m_settings.bufferBytes, used);
    const std::size_t scaled = room >> flow[Index(Opposite(of))].shift;
    return static_cast<uint16_t>(std::min<std::size_t>(scaled, UINT16_MAX));
}

void
SplitProxy::Send(const Flow& flow, Way way, TcpSegment segment, BoxOutput& out) const
{
    const Direction& other = flow[Index(Opposite(way))];
    segment.flags |= TcpSegment::ACK;
    segment.acknowledgment = other.positions.Sequence(other.end);
    segment.window = WindowFor(flow, Opposite(way));
    out.Send(way, std::move(segment));
}

void
SplitProxy::SendNext(Flow& flow, Way way, Time now, BoxOutput& out)
{
    Direction& own = flow[Index(way)];
    TcpSegment segment = std::move(own.queue.front());
    own.queue.pop_front();
    own.queuedBytes -= segment.PayloadBytes();
    const uint64_t bytes = segment.SequenceEnd() - segment.sequence;
    own.store.Add(own.sentEnd, segment, now);
    own.sentEnd += bytes;
    Send(flow, way, std::move(segment), out);
}

void
SplitProxy::SendQueued(Flow& flow, Way way, Time now, BoxOutput& out)
{
    Direction& own = flow[Index(way)];
    while (!own.queue.empty() && own.sentEnd + own.queue.front().PayloadBytes() <= own.allowed)
    {
        SendNext(flow, way, now, out);
    }
    own.probeAt = now + m_settings.timeout;
}

void
SplitProxy::SendAcknowledgment(Flow& flow, Way of, BoxOutput& out)
{
    Direction& acknowledged = flow[Index(of)];
    const Direction& own = flow[Index(Opposite(of))];
    if (m_settings.relaysUnknownOptions && !own.hasOptions)
    {
        return;
    }
    TcpSegment segment = own.header;
    segment.flags = TcpSegment::ACK;
    // What has been sent on, and no more: the rest is not there for its receiver yet.
    segment.sequence = own.positions.Sequence(own.sentEnd);
    segment.options = own.options;
    ++m_counters.made;
    acknowledged.told = acknowledged.end;
    Send(flow, Opposite(of), std::move(segment), out);
}

void
SplitProxy::TakeAcknowledgment(Flow& flow,
                               Way way,
                               const TcpSegment& segment,
                               Time now,
                               BoxOutput& out)
{
    Direction& own = flow[Index(way)];
    Direction& other = flow[Index(Opposite(way))];
    const uint64_t position = other.positions.Position(segment.acknowledgment);
    const bool isRepeated = segment.IsPureAck() && position == other.acknowledged;
    other.acknowledged = std::max(other.acknowledged, position);
    other.allowed =
        std::max<uint64_t>(other.allowed,
                           position + (static_cast<uint64_t>(segment.window) << own.shift));
    if (const TcpSegment* again = other.store.Acknowledge(position, isRepeated, now))
    {
        Send(flow, Opposite(way), *again, out);
    }
    if (m_settings.relaysUnknownOptions && position > 0)
    {
        RelayOptions(flow, way, segment, out);
    }
    SendQueued(flow, Opposite(way), now, out);
}

void
SplitProxy::RelayOptions(Flow& flow, Way way, const TcpSegment& segment, BoxOutput& out)
{
    Direction& own = flow[Index(way)];
    const Direction& other = flow[Index(Opposite(way))];
    std::vector<TcpOption> options;
    std::copy_if(segment.options.begin(),
                 segment.options.end(),
                 std::back_inserter(options),
                 IsUnknown);
    const bool isNew = !own.hasOptions || options != own.options;
    own.options = std::move(options);
    own.hasOptions = true;
    // While there is data on its way they go with the acknowledgment of the next; one for each
    // would look like repeated acknowledgments.
    if (isNew && segment.payload.empty() && other.end > 0 && other.queue.empty() &&
        (other.store.IsEmpty() || other.told == 0))
    {
        SendAcknowledgment(flow, Opposite(way), out);
    }
}

void
SplitProxy::Append(Direction& own, uint64_t begin, TcpSegment segment)
{
    const uint64_t old = own.end - begin;
    segment.payload.erase(segment.payload.begin(),
                          segment.payload.begin() + static_cast<std::ptrdiff_t>(old));
    segment.sequence += static_cast<uint32_t>(old);
    own.end += segment.SequenceEnd() - segment.sequence;
    own.queuedBytes += segment.PayloadBytes();
    own.queue.push_back(std::move(segment));
}

void
SplitProxy::TakeData(Direction& own, TcpSegment segment)
{
    const uint64_t begin = own.positions.Position(segment.sequence);
    const uint64_t end = begin + (segment.SequenceEnd() - segment.sequence);
    const std::size_t used = own.queuedBytes + own.store.Bytes();
    if (end <= own.end || used + segment.PayloadBytes() > m_settings.bufferBytes)
    {
        ++m_counters.dropped;
        return;
    }
    if (begin > own.end)
    {
        const uint32_t bytes = segment.PayloadBytes();
        own.queuedBytes += own.early.emplace(begin, std::move(segment)).second ? bytes : 0;
        return;
    }
    m_takenBytes += segment.PayloadBytes();
    Append(own, begin, std::move(segment));
    while (!own.early.empty() && own.early.begin()->first <= own.end)
    {
        auto next = own.early.extract(own.early.begin());
        own.queuedBytes -= next.mapped().PayloadBytes();
        const uint64_t nextEnd =
            next.key() + (next.mapped().SequenceEnd() - next.mapped().sequence);
        if (nextEnd > own.end)
        {
            m_takenBytes += next.mapped().PayloadBytes();
            Append(own, next.key(), std::move(next.mapped()));
        }
    }
}

void
SplitProxy::On(Way way, TcpSegment segment, Time now, BoxOutput& out)
{
    Flow* flow = m_hasFailed ? nullptr : m_flows.Of(way, segment);
    if (flow == nullptr)
    {
        ++m_counters.dropped;
        return;
    }
    Direction& own = (*flow)[Index(way)];
    const Direction& other = (*flow)[Index(Opposite(way))];
    if (segment.Has(TcpSegment::SYN))
    {
        OnSyn(*flow, way, std::move(segment), out);
        return;
    }
    Filter(segment);
    const bool isHandshake = segment.IsPureAck() && own.end == 0 && other.end == 0;
    if (segment.Has(TcpSegment::RST) || !own.positions.IsOpen() || !other.positions.IsOpen())
    {
        // It ends both halves.
        own.queue.clear();
        own.early.clear();
        own.store = RetransmissionStore(m_settings.timeout);
        out.Send(way, std::move(segment));
        return;
    }
    TakeAcknowledgment(*flow, way, segment, now, out);
    own.header = segment;
    own.header.payload.clear();
    if (isHandshake)
    {
        out.Send(way, std::move(segment));
        return;
    }
    if (!segment.payload.empty() || segment.Has(TcpSegment::FIN))
    {
        TakeData(own, std::move(segment));
        SendQueued(*flow, way, now, out);
        SendAcknowledgment(*flow, way, out);
    }
    if (m_settings.failsAfterBytes && m_takenBytes >= *m_settings.failsAfterBytes)
    {
        Fail();
    }
}

std::optional<Middlebox::Time>
SplitProxy::WakeAt() const
{
    std::optional<Time> earliest;
    const auto consider = [&earliest](std::optional<Time> at) {
        earliest = at && (!earliest || *at < *earliest) ? at : earliest;
    };
    m_flows.ForEach([&consider](const Flow& flow) {
        for (const Direction& direction : flow)
        {
            consider(direction.store.ExpiresAt());
            if (!direction.queue.empty() && direction.store.IsEmpty())
            {
                consider(direction.probeAt);
            }
        }
    });
    return earliest;
}

void
SplitProxy::Wake(Time now, BoxOutput& out)
{
    m_flows.ForEach([this, now, &out](Flow& flow) {
        for (const Way way : {Way::Out, Way::In})
        {
            Direction& own = flow[Index(way)];
            if (const auto at = own.store.ExpiresAt(); at && *at <= now)
            {
                ++m_counters.made;
                Send(flow, way, *own.store.Expire(now), out);
            }
            else if (!at && !own.queue.empty() && own.probeAt <= now)
            {
                SendNext(flow, way, now, out); // a window that opened without our hearing of it
            }
        }
    });
}

} // namespace mptcp
