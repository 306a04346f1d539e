// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_EVENT_H
#define MPTCP_EVENT_H

#include "core/paths/endpoint.h"
#include "core/wire/options.h"

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

namespace ns3
{

/**
 * What happened to an MPTCP connection of a node: the events of Linux's netlink family `mptcp_pm`,
 * with their attributes, as `ip mptcp monitor` shows them.
 *
 * Trace source "Events" of ns3::MptcpStack. Written to a stream it is the line that
 * `ip mptcp monitor` prints, for example
 *
 *     [  SF_ESTABLISHED] token=5ca1ab1e remid=0 locid=1 saddr4=10.0.1.1 ... backup=0
 */
struct MptcpEvent
{
    enum class Type
    {
        Created,        //!< the handshake of a new MPTCP connection has brought the keys
        Established,    //!< both hosts are known to have them: more subflows may follow
        Closed,         //!< a connection that was created is over
        Announced,      //!< the peer announced an address (RFC 8684 3.4.1)
        Removed,        //!< the peer withdrew an address (RFC 8684 3.4.2)
        SubEstablished, //!< a further subflow is established, whoever opened it
        /// A subflow has gone while the connection stays open in both directions, as Linux has it;
        /// the end of the subflows of a connection that closes is part of Closed.
        SubClosed,
        SubPriority, //!< the peer changed a subflow's priority (RFC 8684 3.3.8)
        ListenerCreated,
        ListenerClosed
    };

    Type type;
    std::optional<mptcp::Token> token{}; //!< the local one: by it the peer joins
    std::optional<mptcp::AddressId> remoteId{};
    std::optional<mptcp::AddressId> localId{};
    std::optional<mptcp::Endpoint> source{};
    std::optional<mptcp::Endpoint> destination{}; //!< port 0: none was announced
    std::optional<bool> backup{};                 //!< one of the hosts wants it in reserve
    std::optional<uint8_t> error{};               //!< number of an errno of Linux
    std::optional<mptcp::Reset> reset{};          //!< what the peer's MP_TCPRST said
    bool isServerSide{false};                     //!< the peer opened the connection
    bool isJoinToInitialDenied{false};            //!< by the peer (RFC 8684 3.1, flag C)
};

/// The name `ip mptcp monitor` shows, for example `SF_CLOSED`.
[[nodiscard]] const char* NameOf(MptcpEvent::Type type);

/// All but the name: `token=5ca1ab1e remid=0 ...`, separated by blanks.
[[nodiscard]] std::string AttributesOf(const MptcpEvent& event);

std::ostream& operator<<(std::ostream& os, const MptcpEvent& event);

/// Signature for `Callback`s connected to the trace source "Events" of ns3::MptcpStack.
typedef void (*MptcpEventCallback)(const MptcpEvent& event);

} // namespace ns3

#endif // MPTCP_EVENT_H
