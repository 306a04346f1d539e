// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-sender.h"

#include "mptcp-subflow.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <numeric>

namespace ns3
{

namespace
{

/// The window before the first DATA_ACK says more: what any peer accepts at least.
constexpr uint64_t UNTOLD_WINDOW_BYTES = 0;

} // namespace

MptcpSender::MptcpSender(mptcp::DataSequence first,
                         uint32_t bufferBytes,
                         Ptr<MptcpScheduler> scheduler,
                         mptcp::MibCounters& mib,
                         const DecisionTrace& decisions)
    : m_mib(mib),
      m_queue(first),
      m_window(first, UNTOLD_WINDOW_BYTES),
      m_bufferBytes(bufferBytes),
      m_scheduler(scheduler),
      m_decisions(decisions),
      m_sendsCopies(scheduler->SendsCopies())
{
}

uint32_t
MptcpSender::RoomBytes() const
{
    const uint64_t used = m_queue.BufferedBytes();
    return used < m_bufferBytes ? static_cast<uint32_t>(m_bufferBytes - used) : 0;
}

void
MptcpSender::Append(Ptr<Packet> packet)
{
    m_queue.Append(std::move(packet));
}

void
MptcpSender::SetBufferBytes(uint32_t bufferBytes)
{
    m_bufferBytes = bufferBytes;
}

void
MptcpSender::SetScheduler(Ptr<MptcpScheduler> scheduler)
{
    m_scheduler = scheduler;
    m_sendsCopies = scheduler->SendsCopies();
    m_isWaitingForRoom = false;
}

bool
MptcpSender::IsWaitingForRoom() const
{
    return m_isWaitingForRoom;
}

bool
MptcpSender::HasWork() const
{
    return m_queue.UngrantedBytes() > 0 || m_queue.ReinjectionBytes() > 0 ||
           (m_sendsCopies && HasUnacknowledged()) ||
           (m_buffers.ActsOnBlockage() && IsSendBufferFull());
}

void
MptcpSender::TakeSnapshot(const std::vector<Ptr<MptcpSubflow>>& subflows)
{
    m_snapshot.subflows.clear();
    for (const auto& subflow : subflows)
    {
        m_snapshot.subflows.push_back(subflow->Snapshot());
    }
    m_snapshot.excluded.clear();
    m_snapshot.reinjection = false;
    m_snapshot.now = ToChrono(Simulator::Now());
    m_snapshot.ungrantedBytes = m_queue.UngrantedBytes();
    m_snapshot.bufferedBytes = m_queue.BufferedBytes();
    m_snapshot.sendWindowBytes = m_window.AvailableBytes(m_queue.NextToGrant());
}

void
MptcpSender::Push(const std::vector<Ptr<MptcpSubflow>>& subflows)
{
    if (m_isPushing)
    {
        return;
    }
    if (!HasWork())
    {
        // A copy may have waited for room that nobody needs any more; what is written next must
        // not.
        m_isWaitingForRoom = false;
        return;
    }
    if (subflows.empty())
    {
        if (!m_decisions.IsEmpty())
        {
            TakeSnapshot(subflows);
            Report(mptcp::Decision::Wait(mptcp::WaitReason::NoUsableSubflow));
        }
        return;
    }
    m_isPushing = true;
    m_isWaitingForRoom = false;
    TakeSnapshot(subflows);
    if (m_sendsCopies)
    {
        UpdateBehind(subflows);
    }
    while (m_queue.ReinjectionBytes() > 0 && PushReinjection(subflows))
    {
    }
    while ((m_queue.UngrantedBytes() > 0 || m_sendsCopies) && PushNew(subflows))
    {
    }
    if (m_buffers.ActsOnBlockage())
    {
        ActOnBlockage(subflows);
    }
    m_isPushing = false;
}

bool
MptcpSender::PushReinjection(const std::vector<Ptr<MptcpSubflow>>& subflows)
{
    const uint32_t longest = std::accumulate(
        m_snapshot.subflows.begin(),
        m_snapshot.subflows.end(),
        1U,
        [](uint32_t most, const auto& subflow) { return std::max(most, subflow.segmentBytes); });
    const auto range = m_queue.PeekReinjection(longest);
    if (std::all_of(subflows.begin(), subflows.end(), [&range](const auto& subflow) {
            return subflow->CarriesAll(*range);
        }))
    {
        // Every path retransmits it anyway; it must not hold back what lies behind it.
        m_queue.TakeReinjection(static_cast<uint32_t>(range->Bytes()));
        return true;
    }
    m_snapshot.reinjection = true;
    m_snapshot.excluded.clear();
    const uint64_t ungranted = m_snapshot.ungrantedBytes;
    m_snapshot.ungrantedBytes = range->Bytes();
    for (const auto& subflow : subflows)
    {
        if (subflow->Carries(*range))
        {
            m_snapshot.excluded.push_back(subflow->GetSubflowId());
        }
    }
    const mptcp::Decision decision = Ask();
    m_snapshot.reinjection = false;
    m_snapshot.excluded.clear();
    m_snapshot.ungrantedBytes = ungranted;
    if (!decision.grant)
    {
        return false;
    }
    const auto chunk = m_queue.TakeReinjection(decision.grant->maxBytes);
    m_reinjectedBytes += chunk->payload->GetSize();
    const bool isGiven = Give(*chunk, *decision.grant, subflows);
    if (isGiven)
    {
        ++m_reinjections;
        m_mib.Increment(mptcp::Mib::MPTCPRetrans);
    }
    return isGiven;
}

bool
MptcpSender::PushNew(const std::vector<Ptr<MptcpSubflow>>& subflows)
{
    const mptcp::Decision decision = Ask();
    if (!decision.grant)
    {
        m_isWaitingForRoom = decision.reason == mptcp::WaitReason::CongestionWindowFull;
        return false;
    }
    if (decision.grant->isCopy)
    {
        return PushCopy(*decision.grant, subflows);
    }
    const auto chunk = m_queue.Take(decision.grant->maxBytes);
    const uint32_t bytes = chunk.payload->GetSize();
    m_snapshot.ungrantedBytes -= bytes;
    m_snapshot.sendWindowBytes -= std::min<uint64_t>(bytes, m_snapshot.sendWindowBytes);
    const bool isGiven = Give(chunk, *decision.grant, subflows);
    if (m_sendsCopies)
    {
        UpdateBehind(subflows);
    }
    return isGiven;
}

bool
MptcpSender::PushCopy(const mptcp::Grant& grant, const std::vector<Ptr<MptcpSubflow>>& subflows)
{
    const auto subflow = std::find_if(subflows.begin(), subflows.end(), [&grant](const auto& each) {
        return each->GetSubflowId() == grant.subflows.front();
    });
    if (subflow == subflows.end() || FirstBehind(**subflow) == m_queue.NextToGrant())
    {
        return false; // there is no such copy to be sent
    }
    const auto begin = FirstBehind(**subflow);
    const auto chunk = m_queue.Copy({begin, begin + grant.maxBytes});
    const auto index = static_cast<std::size_t>(subflow - subflows.begin());
    if (!(*subflow)->Accept(chunk.begin, chunk.payload))
    {
        return false;
    }
    m_snapshot.subflows[index].queuedBytes += chunk.payload->GetSize();
    UpdateBehind(subflows);
    return true;
}

mptcp::DataSequence
MptcpSender::FirstBehind(const MptcpSubflow& subflow) const
{
    const auto first = m_queue.FirstUnacknowledged();
    const auto given = subflow.AcceptedEnd();
    return given && first < *given ? *given : first;
}

void
MptcpSender::UpdateBehind(const std::vector<Ptr<MptcpSubflow>>& subflows)
{
    for (std::size_t i = 0; i < subflows.size(); ++i)
    {
        m_snapshot.subflows[i].behindBytes =
            static_cast<uint64_t>(m_queue.NextToGrant() - FirstBehind(*subflows[i]));
    }
}

mptcp::Decision
MptcpSender::Ask()
{
    mptcp::Decision decision = m_scheduler->Choose(m_snapshot);
    m_lastReason = decision.reason;
    if (!m_decisions.IsEmpty())
    {
        Report(decision);
    }
    return decision;
}

void
MptcpSender::Report(const mptcp::Decision& decision) const
{
    m_decisions({m_snapshot, decision});
}

bool
MptcpSender::Give(const mptcp::SendQueue<Ptr<Packet>>::Chunk& chunk,
                  const mptcp::Grant& grant,
                  const std::vector<Ptr<MptcpSubflow>>& subflows)
{
    bool isCarried = false;
    for (const auto id : grant.subflows)
    {
        for (std::size_t i = 0; i < subflows.size(); ++i)
        {
            if (subflows[i]->GetSubflowId() == id &&
                subflows[i]->Accept(chunk.begin, chunk.payload))
            {
                m_snapshot.subflows[i].queuedBytes += chunk.payload->GetSize();
                isCarried = true;
            }
        }
    }
    if (!isCarried)
    {
        // A subflow that closes in this very moment refuses; the bytes stay ours to send.
        m_queue.RequestReinjection({chunk.begin, chunk.begin + chunk.payload->GetSize()});
    }
    return isCarried;
}

MptcpSender::AckEffect
MptcpSender::OnDataAck(mptcp::DataSequence dataAck, uint64_t windowBytes)
{
    AckEffect effect;
    const auto freed = m_queue.Acknowledge(dataAck);
    if (!freed)
    {
        effect.isValid = false;
        return effect;
    }
    effect.freedBytes = *freed;
    effect.windowOpened = m_window.OnDataAck(dataAck, windowBytes).windowOpened;
    return effect;
}

void
MptcpSender::Reinject(mptcp::DataRange range)
{
    m_queue.RequestReinjection(range);
}

void
MptcpSender::Rewind(mptcp::DataSequence next)
{
    m_queue.Rewind(next);
    m_isWaitingForRoom = false;
}

bool
MptcpSender::HasUngranted() const
{
    return m_queue.UngrantedBytes() > 0;
}

bool
MptcpSender::HasUnacknowledged() const
{
    return m_queue.FirstUnacknowledged() != m_queue.NextToGrant();
}

mptcp::DataSequence
MptcpSender::FirstUnacknowledged() const
{
    return m_queue.FirstUnacknowledged();
}

mptcp::DataSequence
MptcpSender::NextToGrant() const
{
    return m_queue.NextToGrant();
}

mptcp::DataSequence
MptcpSender::End() const
{
    return m_queue.End();
}

bool
MptcpSender::IsWindowClosed() const
{
    return HasUngranted() && m_window.AvailableBytes(m_queue.NextToGrant()) == 0;
}

bool
MptcpSender::HasReinjection() const
{
    return m_queue.ReinjectionBytes() > 0;
}

uint64_t
MptcpSender::ReinjectedBytes() const
{
    return m_reinjectedBytes;
}

uint32_t
MptcpSender::Reinjections() const
{
    return m_reinjections;
}

void
MptcpSender::ProbeWindow(const std::vector<Ptr<MptcpSubflow>>& subflows)
{
    if (subflows.empty() || (!HasUngranted() && !HasReinjection()))
    {
        return;
    }
    const auto repeated = m_queue.TakeReinjection(1);
    const auto chunk = repeated ? *repeated : m_queue.Take(1);
    // On all of them: behind a closed window nothing would tell that a path is gone.
    bool isCarried = false;
    for (const auto& subflow : subflows)
    {
        isCarried = subflow->Accept(chunk.begin, chunk.payload->Copy()) || isCarried;
    }
    if (!isCarried)
    {
        m_queue.RequestReinjection({chunk.begin, chunk.begin + 1});
    }
}

} // namespace ns3
