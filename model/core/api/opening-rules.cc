// SPDX-License-Identifier: GPL-2.0-only
#include "opening-rules.h"

namespace mptcp
{

namespace
{

constexpr int64_t FEWEST_ROUND_TRIPS = 10;

bool
IsWorthwhile(const CommunicationHints& hints,
             uint64_t enoughBytes,
             const TransferProgress& progress)
{
    if (hints.expectedBytes && *hints.expectedBytes < enoughBytes)
    {
        return false;
    }
    if (hints.expectedDuration &&
        *hints.expectedDuration < FEWEST_ROUND_TRIPS * progress.smoothedRtt)
    {
        return false;
    }
    if (hints.expectedBytesPerSecond && progress.smoothedRtt.count() > 0)
    {
        const double seconds = std::chrono::duration<double>(progress.smoothedRtt).count();
        const double rate = static_cast<double>(progress.windowBytes) / seconds;
        return rate < static_cast<double>(*hints.expectedBytesPerSecond);
    }
    return true;
}

} // namespace

bool
MayOpenNow(const OpeningRules& rules, const TransferProgress& progress)
{
    if (!IsWorthwhile(rules.hints, rules.enoughBytes, progress))
    {
        return false;
    }
    switch (rules.policy)
    {
    case OpeningPolicy::WhenEnoughData:
        return progress.carriedBytes >= rules.enoughBytes;
    case OpeningPolicy::WhenWindowFull:
        return progress.isWindowFull;
    case OpeningPolicy::AsSoonAsPossible:
        break;
    }
    return true;
}

} // namespace mptcp
