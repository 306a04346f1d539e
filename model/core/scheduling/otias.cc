// SPDX-License-Identifier: GPL-2.0-only
#include "otias.h"

#include "earliest-arrival.h"

#include <algorithm>

namespace mptcp
{

double
Otias::ArrivalSeconds(const SubflowSnapshot& subflow)
{
    const double window = std::max(subflow.congestionWindowBytes, subflow.segmentBytes);
    const double canBeSent = std::max(0.0, window - subflow.inFlightBytes);
    const double rttsToWait = std::max(0.0, (subflow.queuedBytes - canBeSent) / window);
    return (rttsToWait + 0.5) * std::chrono::duration<double>(subflow.smoothedRtt).count();
}

Decision
Otias::Choose(const ConnectionSnapshot& connection)
{
    return ChooseEarliestArrival(connection, m_config, &Otias::ArrivalSeconds);
}

} // namespace mptcp
