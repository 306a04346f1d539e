// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TRACES_H
#define MPTCP_TRACES_H

#include "core/data-sequence.h"
#include "core/scheduling/scheduler.h"
#include "core/wire/options.h"

#include "ns3/ptr.h"

#include <cstdint>
#include <optional>

namespace ns3
{

class MptcpSubflow;

/// A subflow of the traced socket became usable, or is no longer.
struct MptcpSubflowStateChange
{
    enum class State
    {
        Established, //!< handshake complete; carries data from now on
        Closed       //!< closed, reset or timed out
    };

    uint16_t subflowId;
    State state;
    Ptr<MptcpSubflow> subflow;
    /// When a reset ended it: what its MP_TCPRST said, if there was one (RFC 8684 3.6).
    std::optional<mptcp::Reset> reset{};
    bool isResetByPeer{false}; //!< received, not sent
};

/// The scheduler answered, with a grant or with a reason to wait.
struct MptcpSchedulerDecision
{
    const mptcp::ConnectionSnapshot& asked; //!< what it saw; valid during the call only
    const mptcp::Decision& answer;          //!< valid during the call only
};

/// The peer acknowledged data at connection level (RFC 8684 3.3.2).
struct MptcpDataAckAdvance
{
    uint64_t dataAck;           //!< data sequence number the peer expects next
    uint64_t acknowledgedBytes; //!< newly acknowledged by this one
    uint64_t sendWindowBytes;   //!< room the peer has left behind it
};

/// Signatures for `Callback`s connected to the trace sources of ns3::MptcpSocket.
typedef void (*MptcpSubflowStateCallback)(const MptcpSubflowStateChange& change);
typedef void (*MptcpSchedulerDecisionCallback)(const MptcpSchedulerDecision& decision);
typedef void (*MptcpDataAckCallback)(const MptcpDataAckAdvance& advance);

} // namespace ns3

#endif // MPTCP_TRACES_H
