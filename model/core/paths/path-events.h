// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PATH_EVENTS_H
#define MPTCP_PATH_EVENTS_H

#include "endpoint.h"
#include "managed-endpoint.h"
#include "scheduling/subflow-id.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <type_traits>
#include <variant>
#include <vector>

/**
 * What a path policy hears and what it may ask for. Everything is a value, so a policy's whole
 * conduct can be written down as a table of events and actions.
 */
namespace mptcp
{

/// Which end of the connection this host is.
enum class Role : uint8_t
{
    Initiator, //!< sent the MP_CAPABLE SYN
    Responder,
};

struct LocalAddress
{
    AddressId id{0};
    IpAddress address;
    bool backup{false}; //!< subflows from it are opened as backups (RFC 8684 3.3.8)
};

/// Where a subflow runs, in terms that exist before it is established.
struct SubflowPath
{
    AddressId localId{0};
    AddressId remoteId{0};
    Endpoint remote; //!< as this host sees it
    bool openedByPeer{false};
};

/// How a subflow, or the attempt to open one, ended.
enum class DownReason : uint8_t
{
    Closed,       //!< in order, by FIN, or because the policy asked for it
    Refused,      //!< handshake answered by a reset, without MP_JOIN or with a wrong code
    Unanswered,   //!< handshake never completed
    Unreachable,  //!< no route: nothing could be sent
    TimedOut,     //!< was established, then data went unacknowledged for too long
    Reset,        //!< reset without a reason, or with a transient one (RFC 8684 3.6)
    ResetForGood, //!< reset with a permanent reason (RFC 8684 3.6)
};

// Events

/// The first subflow can carry data in both directions, so more may be opened. Happens once.
struct ConnectionUsable
{
    Role role{Role::Initiator};
    SubflowId initialSubflow;
    Endpoint initialRemote;
    std::vector<LocalAddress> localAddresses; //!< all that are up; the first subflow's has id 0
    /// The peer set flag C of MP_CAPABLE: nothing more may be opened towards `initialRemote`
    /// (RFC 8684 3.1).
    bool initialRemoteRefusesJoins{false};
    std::vector<ManagedEndpoint> endpoints{}; //!< of this host, for policies that go by them
    std::optional<PathLimits> limits{};       //!< of this host, where somebody has set them
    Endpoint initialLocal{};                  //!< of the first subflow
};

/// A further subflow is established, whoever opened it.
struct SubflowUp
{
    SubflowId id;
    SubflowPath path;
};

/// A subflow has gone, or an OpenSubflow has failed: then `id` may be empty. Each OpenSubflow is
/// answered by one SubflowUp or one SubflowDown.
struct SubflowDown
{
    std::optional<SubflowId> id;
    SubflowPath path;
    DownReason reason{DownReason::Closed};
    /// Closed for want of room: it is opened again when there is some, and until then the policy
    /// counts it as one that it has asked for.
    bool isKeptBack{false};
};

/// ADD_ADDR with a valid code, first or repeated (RFC 8684 3.4.1).
struct AddressAnnounced
{
    AddressId id{0};
    /// Without a port in the option: the remote port of the subflow that carried it.
    Endpoint endpoint;
};

/// REMOVE_ADDR names this address (RFC 8684 3.4.2).
struct AddressWithdrawn
{
    AddressId id{0};
};

/// A local address has come up, has come back with its old identifier, or has changed `backup`.
struct LocalAddressUp
{
    LocalAddress address;
};

struct LocalAddressDown
{
    AddressId id{0};
};

/// The time asked for by RetryLater is over.
struct RetryDue
{
    uint32_t retryId{0};
};

/// The peer has confirmed an announcement (RFC 8684 3.4.1), or it is given up after the last
/// repetition. Each AnnounceAddress is answered by one of these, unless it is withdrawn before.
struct AnnouncementOver
{
    AddressId id{0};
    bool echoed{false};
};

/// `ip mptcp endpoint add`, after ConnectionUsable. An implicit endpoint with the identifier is no
/// more.
struct EndpointAdded
{
    ManagedEndpoint endpoint;
};

/// `ip mptcp endpoint delete`; with identifier 0 the address of the first subflow is meant.
struct EndpointRemoved
{
    ManagedEndpoint endpoint;
};

/// `ip mptcp endpoint flush`.
struct EndpointsFlushed
{
    std::vector<ManagedEndpoint> endpoints; //!< all there were, implicit ones too
};

/// `ip mptcp endpoint change`: `backup` or `fullmesh` may be others now.
struct EndpointChanged
{
    ManagedEndpoint endpoint;
};

/// `ip mptcp limits set`.
struct LimitsChanged
{
    PathLimits limits;
};

/// For policies that do not go by configured endpoints and limits.
template <typename Event>
inline constexpr bool IS_ENDPOINT_EVENT =
    std::is_same_v<Event, EndpointAdded> || std::is_same_v<Event, EndpointRemoved> ||
    std::is_same_v<Event, EndpointsFlushed> || std::is_same_v<Event, EndpointChanged> ||
    std::is_same_v<Event, LimitsChanged>;

using PathEvent = std::variant<ConnectionUsable,
                               SubflowUp,
                               SubflowDown,
                               AddressAnnounced,
                               AddressWithdrawn,
                               LocalAddressUp,
                               LocalAddressDown,
                               RetryDue,
                               AnnouncementOver,
                               EndpointAdded,
                               EndpointRemoved,
                               EndpointsFlushed,
                               EndpointChanged,
                               LimitsChanged>;

// Actions

struct OpenSubflow
{
    /// Port zero: any free one. Unspecified address: the one that routing chooses; the connection
    /// then gives the identifier, and SubflowUp or SubflowDown tells which.
    Endpoint local;
    AddressId localId{0};
    Endpoint remote;
    AddressId remoteId{0};
    bool backup{false};

    friend bool operator==(const OpenSubflow& a, const OpenSubflow& b)
    {
        return a.local == b.local && a.localId == b.localId && a.remote == b.remote &&
               a.remoteId == b.remoteId && a.backup == b.backup;
    }
};

struct CloseSubflow
{
    SubflowId id;
    /// Close it only if a keepalive goes unanswered; a working subflow stays, and closing it is
    /// up to the peer (RFC 8684 3.4.2).
    bool probeFirst{false};
    bool isLocalGone{false}; //!< this host gives the address up: what Linux counts as RmSubflow

    friend bool operator==(const CloseSubflow& a, const CloseSubflow& b)
    {
        return a.id == b.id && a.probeFirst == b.probeFirst && a.isLocalGone == b.isLocalGone;
    }
};

/// Send ADD_ADDR (RFC 8684 3.4.1). Repeating it until the echo comes is not the policy's duty, nor
/// is listening for the joins it invites.
struct AnnounceAddress
{
    AddressId id{0};
    IpAddress address;
    std::optional<uint16_t> port{}; //!< none: the one this host uses on the first subflow

    friend bool operator==(const AnnounceAddress& a, const AnnounceAddress& b)
    {
        return a.id == b.id && a.address == b.address && a.port == b.port;
    }
};

/// Send REMOVE_ADDR (RFC 8684 3.4.2).
struct WithdrawAddress
{
    AddressId id{0};

    friend bool operator==(const WithdrawAddress& a, const WithdrawAddress& b)
    {
        return a.id == b.id;
    }
};

/// Send MP_PRIO on the subflow (RFC 8684 3.3.8).
struct ChangePriority
{
    SubflowId id;
    bool backup{false};

    friend bool operator==(const ChangePriority& a, const ChangePriority& b)
    {
        return a.id == b.id && a.backup == b.backup;
    }
};

/// Raise RetryDue with the same identifier after the delay.
struct RetryLater
{
    uint32_t retryId{0};
    std::chrono::nanoseconds delay{0};

    friend bool operator==(const RetryLater& a, const RetryLater& b)
    {
        return a.retryId == b.retryId && a.delay == b.delay;
    }
};

using PathAction = std::variant<OpenSubflow,
                                CloseSubflow,
                                AnnounceAddress,
                                WithdrawAddress,
                                ChangePriority,
                                RetryLater>;

/// In brief, for traces and failing tests.
inline std::ostream&
operator<<(std::ostream& os, const OpenSubflow& a)
{
    return os << "open " << int{a.localId} << " to " << int{a.remoteId} << " port " << a.remote.port
              << (a.backup ? " as backup" : "");
}

inline std::ostream&
operator<<(std::ostream& os, const CloseSubflow& a)
{
    return os << "close " << a.id << (a.probeFirst ? " unless it answers" : "")
              << (a.isLocalGone ? " with its address" : "");
}

inline std::ostream&
operator<<(std::ostream& os, const AnnounceAddress& a)
{
    os << "announce " << int{a.id};
    return a.port ? os << " port " << *a.port : os;
}

inline std::ostream&
operator<<(std::ostream& os, const WithdrawAddress& a)
{
    return os << "withdraw " << int{a.id};
}

inline std::ostream&
operator<<(std::ostream& os, const ChangePriority& a)
{
    return os << "make " << a.id << (a.backup ? " backup" : " regular");
}

inline std::ostream&
operator<<(std::ostream& os, const RetryLater& a)
{
    return os << "retry " << a.retryId << " in " << a.delay.count() << " ns";
}

/// To be carried out in this order.
using PathActions = std::vector<PathAction>;

} // namespace mptcp

#endif // MPTCP_PATH_EVENTS_H
