// SPDX-License-Identifier: GPL-2.0-only
#include "content-rewriter.h"

#include <algorithm>
#include <cassert>

namespace mptcp
{

ContentRewriter::ContentRewriter(Settings settings)
    : m_settings(std::move(settings))
{
    assert(!m_settings.pattern.empty());
}

std::string_view
ContentRewriter::Name() const
{
    return "rewrite";
}

uint64_t
ContentRewriter::Places() const
{
    return m_places;
}

uint64_t
ContentRewriter::Forward(const Direction& direction, uint64_t position) const
{
    const uint64_t from = m_settings.pattern.size();
    const uint64_t to = m_settings.replacement.size();
    const auto& edits = direction.edits;
    const auto next = std::lower_bound(edits.begin(), edits.end(), position);
    const auto before = static_cast<uint64_t>(next - edits.begin());
    if (before == 0)
    {
        return position;
    }
    // A position within a pattern is that of the end of its replacement.
    const uint64_t ofLast = std::min(from, position - *std::prev(next));
    return position + before * to - (before - 1) * from - ofLast;
}

uint64_t
ContentRewriter::Back(const Direction& direction, uint64_t position) const
{
    const uint64_t from = m_settings.pattern.size();
    const uint64_t to = m_settings.replacement.size();
    // Edits that end at or before it, each moved by those before it.
    const auto& edits = direction.edits;
    uint64_t before = 0;
    for (uint64_t end = edits.size(); before < end;)
    {
        const uint64_t middle = before + (end - before) / 2;
        const uint64_t begin = edits[middle] + middle * to - middle * from;
        const bool isBehind = position < begin + to || (to == 0 && position <= begin);
        before = isBehind ? before : middle + 1;
        end = isBehind ? middle : end;
    }
    const uint64_t original = position + before * from - before * to;
    // Within a replacement: nothing of the pattern is acknowledged yet.
    return before < edits.size() ? std::min(original, edits[before]) : original;
}

void
ContentRewriter::Search(Direction& direction, uint64_t begin, const std::vector<uint8_t>& payload)
{
    const uint64_t end = begin + payload.size();
    if (end <= direction.end)
    {
        return;
    }
    auto at = payload.begin() + static_cast<std::ptrdiff_t>(std::max(begin, direction.end) - begin);
    while (true)
    {
        at = std::search(at, payload.end(), m_settings.pattern.begin(), m_settings.pattern.end());
        if (at == payload.end())
        {
            break;
        }
        const auto place = begin + static_cast<uint64_t>(at - payload.begin());
        direction.edits.insert(
            std::upper_bound(direction.edits.begin(), direction.edits.end(), place),
            place);
        ++m_places;
        at += static_cast<std::ptrdiff_t>(m_settings.pattern.size());
    }
    direction.end = end;
}

std::vector<uint8_t>
ContentRewriter::Rewritten(const Direction& direction,
                           uint64_t begin,
                           const std::vector<uint8_t>& payload) const
{
    const uint64_t length = m_settings.pattern.size();
    std::vector<uint8_t> result;
    // The first edit that may reach into the segment.
    auto edit = std::upper_bound(direction.edits.begin(), direction.edits.end(), begin);
    if (edit != direction.edits.begin() && *std::prev(edit) + length > begin)
    {
        --edit;
    }
    for (std::size_t i = 0; i < payload.size(); ++i)
    {
        const uint64_t position = begin + i;
        while (edit != direction.edits.end() && *edit + length <= position)
        {
            ++edit;
        }
        if (edit == direction.edits.end() || position < *edit)
        {
            result.push_back(payload[i]);
        }
        else if (position == *edit)
        {
            result.insert(result.end(),
                          m_settings.replacement.begin(),
                          m_settings.replacement.end());
        }
    }
    return result;
}

bool
ContentRewriter::RewritePayload(Direction& direction, TcpSegment& segment)
{
    const uint64_t begin = direction.before.Position(segment.sequence);
    const bool changesLength = m_settings.pattern.size() != m_settings.replacement.size();
    if (begin > direction.end && changesLength && !segment.payload.empty())
    {
        return false;
    }
    if (!segment.payload.empty())
    {
        Search(direction, begin, segment.payload);
        auto payload = Rewritten(direction, begin, segment.payload);
        m_counters.changed += payload != segment.payload ? 1 : 0;
        segment.payload = std::move(payload);
    }
    if (changesLength)
    {
        segment.sequence = direction.after.Sequence(Forward(direction, begin));
    }
    return true;
}

void
ContentRewriter::RewriteAcknowledgment(Direction& direction, TcpSegment& segment) const
{
    const auto back = [this, &direction](uint32_t sequence) {
        return direction.before.Sequence(Back(direction, direction.after.Position(sequence)));
    };
    segment.acknowledgment = back(segment.acknowledgment);
    if (TcpOption* sack = segment.Option(TCP_OPTION_SACK); sack != nullptr)
    {
        for (std::size_t at = 2; at + 4 <= sack->size(); at += 4)
        {
            uint8_t* edge = sack->data() + at;
            boost::endian::store_big_u32(edge, back(boost::endian::load_big_u32(edge)));
        }
    }
}

void
ContentRewriter::On(Way way, TcpSegment segment, Time, BoxOutput& out)
{
    auto* flow = m_flows.Of(way, segment);
    if (flow == nullptr)
    {
        out.Send(way, std::move(segment));
        return;
    }
    Direction& own = (*flow)[static_cast<std::size_t>(way)];
    Direction& others = (*flow)[static_cast<std::size_t>(Opposite(way))];
    const auto isWatched = [this](Way that) { return !m_settings.way || *m_settings.way == that; };
    if (segment.Has(TcpSegment::SYN))
    {
        own.before.Open(segment.sequence);
        own.after.Open(segment.sequence);
    }
    else if (own.before.IsOpen() && isWatched(way) && !RewritePayload(own, segment))
    {
        ++m_counters.dropped;
        return;
    }
    if (segment.Has(TcpSegment::ACK) && others.before.IsOpen() && isWatched(Opposite(way)) &&
        m_settings.pattern.size() != m_settings.replacement.size())
    {
        RewriteAcknowledgment(others, segment);
    }
    out.Send(way, std::move(segment));
}

} // namespace mptcp
