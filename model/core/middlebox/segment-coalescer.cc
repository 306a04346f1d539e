// SPDX-License-Identifier: GPL-2.0-only
#include "segment-coalescer.h"

#include <algorithm>

namespace mptcp
{

namespace
{

/// What has one of these is never joined with another.
constexpr uint8_t ALONE = TcpSegment::SYN | TcpSegment::RST | TcpSegment::URG;

bool
IsUnknown(const TcpOption& option)
{
    return !IsKnownTcpOption(option[0]);
}

/// Adds the unknown options of `next` that `head` does not have already; false if they do not fit.
bool
AddUnknownOptions(TcpSegment& head, const TcpSegment& next)
{
    std::vector<TcpOption> options = head.options;
    std::size_t bytes = head.OptionBytes();
    for (const auto& option : next.options)
    {
        const bool isThere =
            std::find(head.options.begin(), head.options.end(), option) != head.options.end();
        if (IsUnknown(option) && !isThere)
        {
            bytes += option.size();
            options.push_back(option);
        }
    }
    if (bytes > MAX_TCP_OPTION_BYTES)
    {
        return false;
    }
    head.options = std::move(options);
    return true;
}

} // namespace

SegmentCoalescer::SegmentCoalescer(const Settings& settings)
    : m_settings(settings)
{
}

std::string_view
SegmentCoalescer::Name() const
{
    return "coalesce";
}

bool
SegmentCoalescer::Merge(TcpSegment& head, const TcpSegment& next) const
{
    const bool fits = head.PayloadBytes() + next.PayloadBytes() <= m_settings.mostPayloadBytes;
    if (!fits || next.payload.empty() || next.sequence != head.SequenceEnd() ||
        (next.flags & ALONE) != 0)
    {
        return false;
    }
    if (m_settings.treatment == OptionTreatment::Keep && !AddUnknownOptions(head, next))
    {
        return false;
    }
    if (m_settings.treatment == OptionTreatment::Drop)
    {
        head.RemoveOptions(IsUnknown);
    }
    head.payload.insert(head.payload.end(), next.payload.begin(), next.payload.end());
    head.acknowledgment = next.acknowledgment;
    head.window = next.window;
    head.flags = static_cast<uint8_t>(head.flags | next.flags);
    return true;
}

void
SegmentCoalescer::Flush(Waiting& flow, Way way, BoxOutput& out)
{
    auto& waiting = flow.segment[static_cast<std::size_t>(way)];
    if (waiting)
    {
        out.Send(way, std::move(*waiting));
        waiting.reset();
    }
}

void
SegmentCoalescer::On(Way way, TcpSegment segment, Time now, BoxOutput& out)
{
    Waiting& flow = m_flows.Always(way, segment);
    auto& waiting = flow.segment[static_cast<std::size_t>(way)];
    if (waiting && Merge(*waiting, segment))
    {
        ++m_counters.changed;
        ++m_counters.dropped;
        return;
    }
    Flush(flow, way, out);
    if (segment.payload.empty() || segment.Has(TcpSegment::FIN) || (segment.flags & ALONE) != 0)
    {
        out.Send(way, std::move(segment));
        return;
    }
    flow.until[static_cast<std::size_t>(way)] = now + m_settings.wait;
    waiting = std::move(segment);
}

std::optional<Middlebox::Time>
SegmentCoalescer::WakeAt() const
{
    std::optional<Time> earliest;
    m_flows.ForEach([&earliest](const Waiting& flow) {
        for (std::size_t i = 0; i < 2; ++i)
        {
            if (flow.segment[i] && (!earliest || flow.until[i] < *earliest))
            {
                earliest = flow.until[i];
            }
        }
    });
    return earliest;
}

void
SegmentCoalescer::Wake(Time now, BoxOutput& out)
{
    m_flows.ForEach([now, &out](Waiting& flow) {
        for (const Way way : {Way::Out, Way::In})
        {
            if (flow.until[static_cast<std::size_t>(way)] <= now)
            {
                Flush(flow, way, out);
            }
        }
    });
}

} // namespace mptcp
