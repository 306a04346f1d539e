// SPDX-License-Identifier: GPL-2.0-only
#include "inconsistent-repeater.h"

#include <cassert>

namespace mptcp
{

InconsistentRepeater::InconsistentRepeater(uint64_t every)
    : m_every(every)
{
    assert(every > 0);
}

std::string_view
InconsistentRepeater::Name() const
{
    return "resend-different";
}

void
InconsistentRepeater::On(Way way, TcpSegment segment, Time, BoxOutput& out)
{
    const bool isRepeated = !segment.payload.empty() && ++m_dataSegments % m_every == 0;
    out.Send(way, segment);
    if (isRepeated)
    {
        for (uint8_t& byte : segment.payload)
        {
            byte = static_cast<uint8_t>(~byte);
        }
        ++m_counters.made;
        out.Send(way, std::move(segment));
    }
}

} // namespace mptcp
