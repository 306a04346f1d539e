// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PASSIVE_OPEN_H
#define MPTCP_PASSIVE_OPEN_H

#include "routing-view.h"

#include <cstdint>

namespace mptcp
{

/// A SYN as draft 4.2 looks at it.
struct PassiveOpen
{
    Congruence routing{Congruence::Congruent}; //!< of its destination with its source
    bool isJoin{false};                        //!< MP_JOIN, for a connection that exists
    bool hasCongruentSubflow{false};           //!< that connection has one, and it is active
    bool acceptsIncongruent{true};             //!< what this host does where it has the option
};

enum class PassiveVerdict : uint8_t
{
    Accept,
    AcceptAndOpen, //!< and open a second subflow from the right source address immediately
    Reject,
};

/// Whether the SYN leads to a subflow (draft 4.2).
[[nodiscard]] constexpr PassiveVerdict
JudgePassiveOpen(const PassiveOpen& syn)
{
    if (MayCarrySubflow(syn.routing))
    {
        return PassiveVerdict::Accept; // the forwarding rules present no problem
    }
    if (syn.routing == Congruence::NoRoute)
    {
        return PassiveVerdict::Reject; // the connection cannot be established
    }
    if (syn.isJoin && syn.hasCongruentSubflow)
    {
        return PassiveVerdict::Reject; // the connection is functioning acceptably already
    }
    return syn.acceptsIncongruent ? PassiveVerdict::AcceptAndOpen : PassiveVerdict::Reject;
}

} // namespace mptcp

#endif // MPTCP_PASSIVE_OPEN_H
