// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_CONNECTION_INFO_H
#define MPTCP_CONNECTION_INFO_H

#include "mptcp-socket-options.h"

#include "ns3/nstime.h"

#include <cstdint>
#include <string>

namespace ns3
{

/**
 * What `struct mptcp_info` of Linux says of a connection (getsockopt MPTCP_INFO), field by field
 * without the prefix `mptcpi_`. Times are durations here; sequence numbers are those of RFC 8684.
 */
struct MptcpInfo
{
    /// Bits of `flags`: MPTCP_INFO_FLAG_FALLBACK and MPTCP_INFO_FLAG_REMOTE_KEY_RECEIVED, which are
    /// macros where linux/mptcp.h is included.
    static constexpr uint32_t FALLBACK = 1U << 0;
    static constexpr uint32_t REMOTE_KEY_RECEIVED = 1U << 1;

    uint32_t subflows{0};         //!< besides the first, opened or being opened
    uint32_t addAddrSignal{0};    //!< addresses announced to the peer
    uint32_t addAddrAccepted{0};  //!< addresses of the peer that are known
    uint32_t subflowsMax{0};      //!< limits of the host; 0 where none was set
    uint32_t addAddrSignalMax{0}; //!< endpoints of the host that are to be announced
    uint32_t addAddrAcceptedMax{0};
    uint32_t flags{0};         //!< FALLBACK, REMOTE_KEY_RECEIVED
    uint32_t token{0};         //!< of this host, as in Linux: MptcpSocket::GetConnectionId
    uint64_t writeSeq{0};      //!< number after the last byte written
    uint64_t sndUna{0};        //!< first number not acknowledged
    uint64_t rcvNxt{0};        //!< next number expected
    uint32_t localAddrUsed{0}; //!< local addresses in use besides the first
    uint32_t localAddrMax{0};  //!< endpoints of the host that subflows may be opened from
    bool csumEnabled{false};
    uint32_t retransmits{0};   //!< reinjections
    uint64_t bytesRetrans{0};  //!< reinjected
    uint64_t bytesSent{0};     //!< on any subflow for the first time
    uint64_t bytesReceived{0}; //!< in order
    uint64_t bytesAcked{0};
    uint32_t subflowsTotal{0}; //!< the first included
    Time lastDataSent;         //!< since then
    Time lastDataRecv;
    Time lastAckRecv;
};

/// What `struct tcp_info` of Linux says of a subflow (MPTCP_TCPINFO), as far as ns-3's TCP knows
/// it, and what MPTCP adds.
struct MptcpSubflowInfo
{
    uint16_t id{0}; //!< as MptcpSubflowStateChange names it
    MptcpSubflowAddresses addresses;
    std::string state; //!< of TCP: "ESTABLISHED" and so on
    bool isBackup{false};
    Time rtt; //!< smoothed; 0 without a sample
    Time rttVariation;
    Time rto;
    uint32_t sndCwndBytes{0};
    uint32_t sndSsthreshBytes{0};
    uint32_t sndMssBytes{0};
    uint32_t inFlightBytes{0};
    uint64_t bytesAcked{0};    //!< payload
    uint64_t bytesReceived{0}; //!< payload, in order
    /// Of all payload that the peer's TCP has acknowledged on this connection, subflows that have
    /// gone included; 0 as long as there is none (RFC 6897 A.3 REQ6).
    double shareOfSent{0};
    double shareOfReceived{0};
};

} // namespace ns3

#endif // MPTCP_CONNECTION_INFO_H
