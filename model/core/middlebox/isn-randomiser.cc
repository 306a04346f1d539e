// SPDX-License-Identifier: GPL-2.0-only
#include "isn-randomiser.h"

namespace mptcp
{

IsnRandomiser::IsnRandomiser(uint64_t secret)
    : m_state(secret)
{
}

std::string_view
IsnRandomiser::Name() const
{
    return "isn";
}

uint32_t
IsnRandomiser::Draw()
{
    // SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the numbers only have to look unlike.
    m_state += 0x9e3779b97f4a7c15U;
    uint64_t z = m_state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return static_cast<uint32_t>((z ^ (z >> 31)) >> 32);
}

void
IsnRandomiser::On(Way way, TcpSegment segment, Time, BoxOutput& out)
{
    Offsets* flow = m_flows.Of(way, segment);
    if (flow == nullptr)
    {
        out.Send(way, std::move(segment));
        return;
    }
    if (!flow->areChosen)
    {
        *flow = {true, Draw(), Draw()};
    }
    const uint32_t own = way == Way::Out ? flow->out : flow->in;
    const uint32_t others = way == Way::Out ? flow->in : flow->out;
    segment.sequence += own;
    if (segment.Has(TcpSegment::ACK))
    {
        segment.acknowledgment -= others;
        segment.ShiftSackBlocks(0U - others);
    }
    ++m_counters.changed;
    out.Send(way, std::move(segment));
}

} // namespace mptcp
