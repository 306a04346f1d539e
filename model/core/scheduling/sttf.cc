// SPDX-License-Identifier: GPL-2.0-only
#include "sttf.h"

#include "earliest-arrival.h"

#include <algorithm>

namespace mptcp
{

namespace
{

/// The window of the next round; slow start ends at the threshold.
uint64_t
NextWindow(uint64_t windowBytes, const SubflowSnapshot& subflow)
{
    if (windowBytes >= subflow.slowStartThresholdBytes)
    {
        return windowBytes + subflow.segmentBytes;
    }
    return std::min<uint64_t>(2 * windowBytes, subflow.slowStartThresholdBytes);
}

} // namespace

double
Sttf::TransferSeconds(const SubflowSnapshot& subflow)
{
    const uint64_t window = std::max(subflow.congestionWindowBytes, subflow.segmentBytes);
    const uint64_t free = window - std::min<uint64_t>(window, subflow.inFlightBytes);
    uint64_t ahead = uint64_t{subflow.queuedBytes} + subflow.segmentBytes; // the segment is last
    uint32_t rounds = 0;
    uint64_t roundWindow = window;
    for (uint64_t room = free; ahead > room; room = roundWindow)
    {
        ahead -= room;
        roundWindow = NextWindow(roundWindow, subflow);
        ++rounds;
    }
    return (rounds + 0.5) * std::chrono::duration<double>(subflow.smoothedRtt).count();
}

Decision
Sttf::Choose(const ConnectionSnapshot& connection)
{
    return ChooseEarliestArrival(connection, m_config, &Sttf::TransferSeconds);
}

} // namespace mptcp
