// SPDX-License-Identifier: GPL-2.0-only
#include "box-chain.h"

#include <deque>

namespace mptcp
{

BoxChain::BoxChain(std::vector<std::unique_ptr<Middlebox>> boxes)
    : m_boxes(std::move(boxes))
{
    for (const auto& box : m_boxes)
    {
        m_name += (m_name.empty() ? "" : ",") + std::string(box->Name());
    }
}

std::string_view
BoxChain::Name() const
{
    return m_name;
}

const std::vector<std::unique_ptr<Middlebox>>&
BoxChain::Boxes() const
{
    return m_boxes;
}

void
BoxChain::On(Way way, TcpSegment segment, Time now, BoxOutput& out)
{
    if (m_boxes.empty())
    {
        out.Send(way, std::move(segment));
        return;
    }
    const std::size_t first = way == Way::Out ? 0 : m_boxes.size() - 1;
    BoxOutput answer;
    m_boxes[first]->Handle(way, std::move(segment), now, answer);
    Forward(first, answer.Take(), now, out);
}

void
BoxChain::Forward(std::size_t from, std::vector<BoxEmission> emissions, Time now, BoxOutput& out)
{
    struct Moving
    {
        std::size_t from;
        BoxEmission emission;
    };

    std::deque<Moving> moving;
    for (auto& emission : emissions)
    {
        moving.push_back({from, std::move(emission)});
    }
    while (!moving.empty())
    {
        auto [box, emission] = std::move(moving.front());
        moving.pop_front();
        const bool isOut = emission.way == Way::Out;
        if (isOut ? box + 1 == m_boxes.size() : box == 0)
        {
            out.Send(emission.way, std::move(emission.segment));
            continue;
        }
        const std::size_t next = isOut ? box + 1 : box - 1;
        BoxOutput answer;
        m_boxes[next]->Handle(emission.way, std::move(emission.segment), now, answer);
        for (auto& further : answer.Take())
        {
            moving.push_back({next, std::move(further)});
        }
    }
}

std::optional<Middlebox::Time>
BoxChain::WakeAt() const
{
    std::optional<Time> earliest;
    for (const auto& box : m_boxes)
    {
        const auto at = box->WakeAt();
        earliest = at && (!earliest || *at < *earliest) ? at : earliest;
    }
    return earliest;
}

void
BoxChain::Wake(Time now, BoxOutput& out)
{
    for (std::size_t i = 0; i < m_boxes.size(); ++i)
    {
        if (const auto at = m_boxes[i]->WakeAt(); at && *at <= now)
        {
            BoxOutput answer;
            m_boxes[i]->Wake(now, answer);
            Forward(i, answer.Take(), now, out);
        }
    }
}

BoxCounters
BoxChain::Counters() const
{
    BoxCounters sum = m_counters;
    for (const auto& box : m_boxes)
    {
        const BoxCounters one = box->Counters();
        sum.changed += one.changed;
        sum.dropped += one.dropped;
        sum.made += one.made;
    }
    return sum;
}

} // namespace mptcp
