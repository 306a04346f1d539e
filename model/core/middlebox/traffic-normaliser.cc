// SPDX-License-Identifier: GPL-2.0-only
#include "traffic-normaliser.h"

#include <algorithm>

namespace mptcp
{

TrafficNormaliser::TrafficNormaliser(const Settings& settings)
    : m_settings(settings)
{
}

std::string_view
TrafficNormaliser::Name() const
{
    return "normaliser";
}

uint64_t
TrafficNormaliser::Inconsistent() const
{
    return m_inconsistent;
}

void
TrafficNormaliser::Clear(TcpSegment& segment)
{
    bool isChanged = false;
    std::vector<TcpOption> options;
    for (auto& option : segment.options)
    {
        if (IsKnownTcpOption(option[0]))
        {
            options.push_back(std::move(option));
            continue;
        }
        isChanged = true;
        options.insert(options.end(), option.size(), TcpOption{TCP_OPTION_NOP});
    }
    segment.options = std::move(options);
    m_counters.changed += isChanged ? 1 : 0;
}

void
TrafficNormaliser::MakeConsistent(Direction& direction, uint64_t begin, TcpSegment& segment)
{
    bool isInconsistent = false;
    const uint64_t end = begin + segment.PayloadBytes();
    for (uint64_t at = std::max(begin, direction.kept); at < std::min(end, direction.end); ++at)
    {
        const uint8_t first = direction.passed[static_cast<std::size_t>(at - direction.kept)];
        uint8_t& now = segment.payload[static_cast<std::size_t>(at - begin)];
        isInconsistent = isInconsistent || now != first;
        now = first;
    }
    m_inconsistent += isInconsistent ? 1 : 0;
    if (end > direction.end)
    {
        const auto from = static_cast<std::ptrdiff_t>(direction.end - begin);
        direction.passed.insert(direction.passed.end(),
                                segment.payload.begin() + from,
                                segment.payload.end());
        direction.end = end;
    }
}

void
TrafficNormaliser::OnData(Direction& direction, Way way, TcpSegment segment, BoxOutput& out)
{
    const uint64_t begin = direction.positions.Position(segment.sequence);
    if (begin > direction.end)
    {
        if (direction.waitingBytes + segment.PayloadBytes() > m_settings.mostWaitingBytes ||
            direction.waiting.count(begin) != 0)
        {
            ++m_counters.dropped;
            return;
        }
        direction.waitingBytes += segment.PayloadBytes();
        direction.waiting.emplace(begin, std::move(segment));
        return;
    }
    MakeConsistent(direction, begin, segment);
    out.Send(way, std::move(segment));
    while (!direction.waiting.empty() && direction.waiting.begin()->first <= direction.end)
    {
        auto next = direction.waiting.extract(direction.waiting.begin());
        direction.waitingBytes -= next.mapped().PayloadBytes();
        MakeConsistent(direction, next.key(), next.mapped());
        out.Send(way, std::move(next.mapped()));
    }
}

void
TrafficNormaliser::Forget(Direction& direction, uint32_t acknowledgment)
{
    const uint64_t acknowledged =
        std::min(direction.positions.Position(acknowledgment), direction.end);
    while (direction.kept < acknowledged)
    {
        direction.passed.pop_front();
        ++direction.kept;
    }
}

void
TrafficNormaliser::On(Way way, TcpSegment segment, Time, BoxOutput& out)
{
    if (m_settings.clearsUnknownOptions)
    {
        Clear(segment);
    }
    auto& flow = m_flows.Always(way, segment);
    Direction& direction = flow[static_cast<std::size_t>(way)];
    Direction& other = flow[static_cast<std::size_t>(Opposite(way))];
    if (segment.Has(TcpSegment::SYN))
    {
        direction.positions.Open(segment.sequence);
    }
    else if (!direction.positions.IsOpen() || !other.positions.IsOpen())
    {
        ++m_counters.dropped; // nothing is known of how it began
        return;
    }
    else if (segment.Has(TcpSegment::ACK))
    {
        Forget(other, segment.acknowledgment);
    }
    const bool hasContent = !segment.payload.empty() || segment.Has(TcpSegment::FIN);
    if (!hasContent || segment.Has(TcpSegment::SYN))
    {
        out.Send(way, std::move(segment));
        return;
    }
    OnData(direction, way, std::move(segment), out);
}

} // namespace mptcp
