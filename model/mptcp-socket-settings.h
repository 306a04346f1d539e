// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SOCKET_SETTINGS_H
#define MPTCP_SOCKET_SETTINGS_H

#include "ns3/nstime.h"
#include "ns3/object-factory.h"

#include <cstdint>
#include <optional>

namespace ns3
{

/**
 * The attributes of ns3::TcpSocket as an MptcpSocket keeps them until it has subflows to give them
 * to. Buffers size the connection; everything else applies to each subflow. The attribute system
 * fills in all of them, so there are no defaults here.
 */
struct MptcpSocketSettings
{
    uint32_t sendBufferBytes{0};
    uint32_t receiveBufferBytes{0};
    uint32_t segmentBytes{0};
    uint32_t initialSsThreshBytes{0};
    uint32_t initialCwndSegments{0};
    Time connectionTimeout;
    uint32_t synRetries{0};
    uint32_t dataRetries{0};
    Time delayedAckTimeout;
    uint32_t delayedAckSegments{0};
    bool noDelay{true};
    Time persistTimeout;
    std::optional<ObjectFactory> scheduler; //!< no attribute of TcpSocket; empty: the stack's
};

} // namespace ns3

#endif // MPTCP_SOCKET_SETTINGS_H
