// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TCP_DEFAULTS_H
#define MPTCP_TCP_DEFAULTS_H

#include "mptcp-helper.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>

namespace ns3
{

/// What TCP is like on all hosts of a scenario, MPTCP's subflows and plain TCP alike.
struct TcpDefaults
{
    /// What IPv4, TCP and MPTCP's options leave of a packet of 1500 bytes, so that TCP and MPTCP
    /// differ in nothing else.
    [[nodiscard]] static uint32_t SegmentBytes()
    {
        return MptcpHelper::SegmentBytesFor(1500, false);
    }

    uint32_t rcvBufBytes;
    uint32_t sndBufBytes;
    std::string congestionControl{"ns3::TcpNewReno"}; //!< TypeId name; that of plain TCP
    uint32_t segmentBytes{SegmentBytes()};            //!< payload of a full segment
    /// Shortest retransmission timeout. ACKs are delayed for a fifth of it: 40 ms beside 200 ms, as
    /// in Linux, and 200 ms beside 1 s, as in ns-3; were they alike, a lone segment would time out
    /// before it is acknowledged. None: as ns-3 has both.
    std::optional<Time> minRto{};

    /// Makes them the defaults of ns-3's attributes; before hosts are made.
    void Apply() const;
};

} // namespace ns3

#endif // MPTCP_TCP_DEFAULTS_H
