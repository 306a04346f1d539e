// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_JOIN_LISTENERS_H
#define MPTCP_JOIN_LISTENERS_H

#include "core/paths/endpoint.h"
#include "mptcp-event.h"
#include "mptcp-socket-settings.h"

#include "ns3/ptr.h"

#include <cstdint>
#include <vector>

namespace ns3
{

class MptcpStack;
class MptcpSubflow;

/**
 * The listening subflows of a node that take MP_JOINs to announced addresses and ports, and
 * nothing else: any other SYN is answered by a reset (RFC 8684 3.4.1).
 *
 * Connections share them; each is there as long as one connection needs it. Where an application
 * listens already, its socket takes the joins and none is made.
 */
class MptcpJoinListeners
{
  public:
    explicit MptcpJoinListeners(MptcpStack& stack);
    ~MptcpJoinListeners();
    MptcpJoinListeners(const MptcpJoinListeners&) = delete;
    MptcpJoinListeners& operator=(const MptcpJoinListeners&) = delete;

    /// Makes sure that somebody listens there; to be undone by Close.
    /// \param settings of the subflows that a new listener will accept.
    void Open(const mptcp::Endpoint& endpoint, const MptcpSocketSettings& settings);
    void Close(const mptcp::Endpoint& endpoint);

  private:
    struct Listener
    {
        mptcp::Endpoint endpoint;
        Ptr<MptcpSubflow> subflow; //!< null: an application's socket takes the joins
        uint32_t users{0};
    };

    [[nodiscard]] bool IsTaken(const mptcp::Endpoint& endpoint) const;
    void Report(MptcpEvent::Type type, const mptcp::Endpoint& endpoint);
    [[nodiscard]] std::vector<Listener>::iterator Find(const mptcp::Endpoint& endpoint);

    MptcpStack& m_stack;
    std::vector<Listener> m_listeners;
};

} // namespace ns3

#endif // MPTCP_JOIN_LISTENERS_H
