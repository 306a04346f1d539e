// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpConnection that goes on as plain TCP over a new subflow when middleboxes have
/// damaged all there were (RFC 8684 3.7), and that makes one subflow carry both streams.
#include "mptcp-connection.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"

#include "ns3/log.h"

#include <algorithm>
#include <utility>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpConnectionRecovery");

bool
MptcpConnection::IsAlone(const MptcpSubflow& subflow) const
{
    return std::all_of(m_subflows.begin(), m_subflows.end(), [&subflow](const auto& each) {
        // One that has never been open can have carried nothing.
        return PeekPointer(each) == &subflow || each->IsDone() ||
               (each->IsJoin() && !each->GetHandshake()->IsEstablished());
    });
}

bool
MptcpConnection::HadSeveralSubflows() const
{
    return m_nextSubflowId > 2;
}

void
MptcpConnection::OmitInfiniteMapping(MptcpSubflow& subflow) const
{
    // The peer has fallen back, and where positions begin it knows only as long as all data has
    // come by this subflow, and once.
    if (!HadSeveralSubflows())
    {
        subflow.OmitInfiniteMapping();
    }
}

mptcp::DataSequence
MptcpConnection::EndOfLine(const MptcpSubflow& subflow) const
{
    const auto first = m_sender->FirstUnacknowledged();
    return std::max(first, subflow.AcceptedEnd().value_or(first));
}

void
MptcpConnection::MakeOneLine(const MptcpSubflow& subflow)
{
    // Whatever other subflows carried, and lost with them, this one carries from here on.
    m_sender->Rewind(EndOfLine(subflow));
    if (subflow.ReceivedBytes() == 0)
    {
        // So will the peer, from what we have acknowledged (RFC 8684 3.7: the receiver discards all
        // data that follows).
        m_receiver->DiscardHeld();
    }
}

void
MptcpConnection::RecoverFrom(const MptcpSubflow& subflow)
{
    if (!m_receiver || !MayStillJoin() || IsFastClosing())
    {
        return;
    }
    const bool areOthersLeft = !IsAlone(subflow);
    if (subflow.IsEstablishedReported())
    {
        mptcp::SinglePathRecovery::Loss loss;
        loss.isDamaged = subflow.IsDamaged();
        loss.areOthersLeft = areOthersLeft;
        const mptcp::SubflowPath& path = subflow.GetPath();
        const auto* handshake = subflow.GetHandshake();
        if (!path.openedByPeer && handshake && !handshake->PeerDeniesJoin())
        {
            loss.path = mptcp::OpenSubflow{{subflow.GetLocalEndpoint().address, 0},
                                           path.localId,
                                           subflow.GetRemoteEndpoint(),
                                           path.remoteId,
                                           false};
        }
        m_recovery.OnLoss(loss);
    }
    // What the path manager has begun to open by now will do. One that cannot be opened at all is
    // gone when OpenNow returns.
    while (m_subflows.empty())
    {
        const auto next = m_recovery.TakeNext();
        if (!next)
        {
            return;
        }
        if (AllowsLocal(next->local.address))
        {
            NS_LOG_INFO("MPTCP: no subflow is left; opening one that is to be the only one");
            OpenNow(*next);
        }
    }
}

void
MptcpConnection::GoOnAlone(MptcpSubflow& subflow)
{
    if (!m_recovery.IsDue())
    {
        return;
    }
    m_recovery.OnSuccessor();
    if (!IsAlone(subflow))
    {
        return; // two at once are no single path, and will do
    }
    if (m_sender->HasUngranted() || m_sender->HasUnacknowledged())
    {
        TryFallBack(subflow, mptcp::Mib::DSSCorruptionFallback); // and say so with the data
    }
    else
    {
        LeaveAlone(subflow);
        subflow.AskForSinglePath(NextReceived());
    }
}

void
MptcpConnection::LeaveAlone(MptcpSubflow& subflow)
{
    ResetSubflows(mptcp::ResetReason::MptcpSpecific, &subflow);
    for (MptcpSubflow* join : std::exchange(m_openingJoins, {}))
    {
        join->Reset(mptcp::ResetReason::MptcpSpecific);
        join->Detach();
    }
}

bool
MptcpConnection::IsFailing() const
{
    return std::any_of(m_subflows.begin(), m_subflows.end(), [](const auto& subflow) {
        return subflow->IsFailing();
    });
}

} // namespace ns3
