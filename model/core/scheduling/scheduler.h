// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SCHEDULER_H
#define MPTCP_SCHEDULER_H

#include "snapshots.h"

#include <cstdint>
#include <optional>
#include <ostream>

namespace mptcp
{

/// Why a scheduler granted nothing. For traces; and when all congestion windows are full, it is not
/// asked again because there is more to send.
enum class WaitReason : uint8_t
{
    None, //!< there is a grant
    CongestionWindowFull,
    ReceiveWindowFull, //!< the peer's connection-level window (RFC 8684 3.3.1)
    NoUsableSubflow,
    WaitingForFasterPath, //!< a subflow had room, and a better one is worth waiting for
    NothingToSend,
};

[[nodiscard]] constexpr const char*
ToString(WaitReason reason)
{
    switch (reason)
    {
    case WaitReason::None:
        return "none";
    case WaitReason::CongestionWindowFull:
        return "congestion window full";
    case WaitReason::ReceiveWindowFull:
        return "receive window full";
    case WaitReason::NoUsableSubflow:
        return "no usable subflow";
    case WaitReason::WaitingForFasterPath:
        return "waiting for faster path";
    case WaitReason::NothingToSend:
        return "nothing to send";
    }
    return "unknown";
}

inline std::ostream&
operator<<(std::ostream& os, WaitReason reason)
{
    return os << ToString(reason);
}

/// A grant, or the reason for having none.
struct Decision
{
    std::optional<Grant> grant;
    WaitReason reason{WaitReason::None};

    [[nodiscard]] static Decision Send(SubflowId subflow, uint32_t maxBytes)
    {
        return Decision{Grant{{subflow}, maxBytes}, WaitReason::None};
    }

    /// See Grant::isCopy.
    [[nodiscard]] static Decision SendCopy(SubflowId subflow, uint32_t maxBytes)
    {
        return Decision{Grant{{subflow}, maxBytes, true}, WaitReason::None};
    }

    [[nodiscard]] static Decision Wait(WaitReason reason)
    {
        return Decision{std::nullopt, reason};
    }
};

/**
 * Decides which subflow sends the next segment (RFC 8684 3.3.8 leaves this to the sender).
 *
 * Sees values and returns a value. One object serves one connection: it may remember its own
 * earlier decisions, and the caller carries out every grant.
 */
class Scheduler
{
  public:
    virtual ~Scheduler() = default;

    /// Without a grant the question is asked again after the next event that can change the
    /// answer.
    [[nodiscard]] virtual Decision Choose(const ConnectionSnapshot& connection) = 0;

    /// Whether it wants to know who is behind (SubflowSnapshot::behindBytes), and to be asked for
    /// that alone.
    [[nodiscard]] virtual bool SendsCopies() const
    {
        return false;
    }

  protected:
    Scheduler() = default;
    Scheduler(const Scheduler&) = default;
    Scheduler(Scheduler&&) = default;
    Scheduler& operator=(const Scheduler&) = default;
    Scheduler& operator=(Scheduler&&) = default;
};

} // namespace mptcp

#endif // MPTCP_SCHEDULER_H
