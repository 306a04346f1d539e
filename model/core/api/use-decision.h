// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_USE_DECISION_H
#define MPTCP_USE_DECISION_H

#include <cstdint>
#include <optional>

namespace mptcp
{

/// What speaks for and against MPTCP on one connection before it is opened (RFC 6897 4 and 5).
struct UseRequest
{
    std::optional<bool> enable{}; //!< TCP_MULTIPATH_ENABLE; empty: the application has not said
    bool hasAddressList{false};   //!< it has called TCP_MULTIPATH_ADD, so it knows of MPTCP
    bool isBoundToAddress{false}; //!< bind() to another address than the unspecified one
    bool isBoundToDevice{false};  //!< SO_BINDTODEVICE
    bool hasSmallBuffer{false};   //!< below a lower bound for SO_SNDBUF or SO_RCVBUF
    bool isPolicyOn{false};       //!< of the host, for applications that say nothing
    bool hasPeerFailed{false};    //!< earlier attempts with this peer failed (RFC 6897 3.2.1)
};

/// Why MPTCP is used, or is not.
enum class UseReason : uint8_t
{
    DisabledByApplication,
    EnabledByApplication,
    BoundToAddress,
    BoundToDevice,
    SmallBuffer,
    DisabledByPolicy,
    PeerHasFailed,
    EnabledByPolicy,
};

struct UseDecision
{
    bool use{false};
    UseReason reason{UseReason::DisabledByPolicy};
};

/**
 * Whether to negotiate MPTCP. What the application says explicitly comes first (RFC 6897 5.3.2),
 * then what it says without knowing (RFC 6897 4.2.1, RFC 6897 4.4.3), then the host's policy
 * (RFC 6897 4.5), last what the host has learnt (RFC 6897 3.2.1).
 */
[[nodiscard]] UseDecision DecideUse(const UseRequest& request);

} // namespace mptcp

#endif // MPTCP_USE_DECISION_H
