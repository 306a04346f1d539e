// SPDX-License-Identifier: GPL-2.0-only
#include "option-stripper.h"

namespace mptcp
{

OptionStripper::OptionStripper(const Settings& settings)
    : m_settings(settings)
{
}

std::string_view
OptionStripper::Name() const
{
    return "strip";
}

bool
OptionStripper::Applies(Way way, const TcpSegment& segment)
{
    uint64_t& carried = m_payloadBytes.Always(way, segment);
    const bool hasBegun = carried >= m_settings.afterPayloadBytes;
    carried += segment.PayloadBytes();
    if (!hasBegun || (m_settings.way && *m_settings.way != way))
    {
        return false;
    }
    return m_settings.segments == Segments::All ||
           segment.Has(TcpSegment::SYN) == (m_settings.segments == Segments::Syn);
}

void
OptionStripper::On(Way way, TcpSegment segment, Time, BoxOutput& out)
{
    if (Applies(way, segment) && segment.RemoveOptions([this](const TcpOption& option) {
            return option[0] == m_settings.kind;
        }) != 0)
    {
        ++m_counters.changed;
    }
    out.Send(way, std::move(segment));
}

} // namespace mptcp
