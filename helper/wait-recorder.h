// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_WAIT_RECORDER_H
#define MPTCP_WAIT_RECORDER_H

#include "core/scheduling/wait-shares.h"
#include "mptcp-socket.h"
#include "trace-recorder.h"

namespace ns3
{

/**
 * Says in the summary of a run what its sender waited for, from the decisions of its scheduler
 * (docs/results.md): the answer to "why is MPTCP slower than TCP here?".
 */
class WaitRecorder
{
  public:
    WaitRecorder() = default;
    WaitRecorder(const WaitRecorder&) = delete; // its address is in the socket's trace source
    WaitRecorder& operator=(const WaitRecorder&) = delete;

    /// Follows the decisions of this sender's scheduler, from now on. It must outlive the socket's
    /// last event.
    void Watch(Ptr<MptcpSocket> sender);

    /// Adds the columns, for the time until now.
    void Summarise(TraceRecorder& recorder);

    [[nodiscard]] const mptcp::WaitShares& Shares() const
    {
        return m_shares;
    }

  private:
    void OnDecision(const MptcpSchedulerDecision& decision);

    mptcp::WaitShares m_shares;
};

} // namespace ns3

#endif // MPTCP_WAIT_RECORDER_H
