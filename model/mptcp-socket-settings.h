// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SOCKET_SETTINGS_H
#define MPTCP_SOCKET_SETTINGS_H

#include "core/api/local-address-rules.h"
#include "core/api/opening-rules.h"

#include "ns3/net-device.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"

#include <cstdint>
#include <optional>

namespace ns3
{

/// What an application has set of the IP level; empty: nothing.
struct MptcpIpOptions
{
    uint8_t tos{0};
    uint8_t priority{0};
    std::optional<uint8_t> ttl;
    std::optional<uint8_t> trafficClass; //!< IPv6
    std::optional<uint8_t> hopLimit;     //!< IPv6
};

/**
 * The attributes of ns3::TcpSocket as an MptcpSocket keeps them until it has subflows to give them
 * to. Buffers size the connection; everything else applies to each subflow. The attribute system
 * fills in all of them, so there are no defaults here. What follows the last of them is what only
 * an application that knows of MPTCP can say (RFC 6897).
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
    std::optional<ObjectFactory> scheduler;   //!< no attribute of TcpSocket; empty: the stack's
    std::optional<ObjectFactory> pathManager; //!< empty: the stack's
    bool useMptcp{true};                      //!< as decided when it connects or listens
    bool fateSharing{false};                  //!< the connection ends with its first subflow
    mptcp::LocalAddressRules addresses;       //!< that subflows may use
    Ptr<NetDevice> device;                    //!< its addresses may be used, whatever the rules say
    mptcp::OpeningRules opening;              //!< when further subflows are opened
    std::optional<uint32_t> mostSubflows;     //!< empty: as the path manager has it
    bool fillsSubflows{false};                //!< and no fewer, if there are addresses for them
};

} // namespace ns3

#endif // MPTCP_SOCKET_SETTINGS_H
