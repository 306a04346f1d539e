// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PACING_ROUND_TRIP_H
#define MPTCP_PACING_ROUND_TRIP_H

#include "ns3/tcp-socket-state.h"

namespace ns3
{

namespace pacing
{

/// Newer releases of ns-3 pace by the smoothed round trip.
template <class State>
auto
RoundTrip(State& state, int /* preferred */) -> decltype((state.m_srtt))
{
    return state.m_srtt;
}

/// 3.37 has the last one only.
template <class State>
auto
RoundTrip(State& state, long /* otherwise */) -> decltype((state.m_lastRtt))
{
    return state.m_lastRtt;
}

} // namespace pacing

/// The round trip that ns-3 divides by for its pacing rate; zero while none has been measured.
inline auto&
PacingRoundTrip(TcpSocketState& state)
{
    return pacing::RoundTrip(state, 0);
}

} // namespace ns3

#endif // MPTCP_PACING_ROUND_TRIP_H
