// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// How long to wait before something is sent once more.
#ifndef MPTCP_RETRANSMISSION_BACKOFF_H
#define MPTCP_RETRANSMISSION_BACKOFF_H

#include "ns3/nstime.h"

#include <algorithm>
#include <cstdint>

namespace ns3
{

/// The longest a retransmission is waited for: TCP_RTO_MAX of Linux. RFC 6298 (2.5) allows any
/// maximum of at least 60 s; without one a SYN/ACK that is answered late makes the next timeouts
/// last for hours.
inline Time
MaxRetransmissionTimeout()
{
    return Seconds(120);
}

/// A timeout that has run out some times in a row (RFC 6298 5.5).
/// \param timeout the first one.
/// \param timesRunOut how often it has.
inline Time
BackOff(Time timeout, uint32_t timesRunOut)
{
    constexpr uint32_t MAX_DOUBLINGS = 6;
    return std::min(timeout * (int64_t{1} << std::min(timesRunOut, MAX_DOUBLINGS)),
                    MaxRetransmissionTimeout());
}

} // namespace ns3

#endif
