// SPDX-License-Identifier: GPL-2.0-only
#include "wait-recorder.h"

#include "ns3-conversions.h"

#include "ns3/simulator.h"

#include <array>
#include <utility>

namespace ns3
{

namespace
{

using mptcp::WaitReason;

constexpr std::array<std::pair<WaitReason, const char*>, 5> COLUMNS{
    {{WaitReason::CongestionWindowFull, "congestion_window_full_percent"},
     {WaitReason::ReceiveWindowFull, "receive_window_full_percent"},
     {WaitReason::WaitingForFasterPath, "waiting_for_faster_path_percent"},
     {WaitReason::NoUsableSubflow, "no_usable_subflow_percent"},
     {WaitReason::NothingToSend, "nothing_to_send_percent"}}};

} // namespace

void
WaitRecorder::Watch(Ptr<MptcpSocket> sender)
{
    sender->TraceConnectWithoutContext("SchedulerDecision",
                                       MakeCallback(&WaitRecorder::OnDecision, this));
}

void
WaitRecorder::OnDecision(const MptcpSchedulerDecision& decision)
{
    m_shares.OnDecision(decision.asked, decision.answer);
}

void
WaitRecorder::Summarise(TraceRecorder& recorder)
{
    m_shares.OnEnd(ToChrono(Simulator::Now()));
    for (const auto& [reason, column] : COLUMNS)
    {
        recorder.Summarise(column, 100 * m_shares.Share(reason));
    }
    recorder.Summarise("scheduler_decisions", static_cast<double>(m_shares.Decisions()));
    recorder.Summarise("scheduler_grants", static_cast<double>(m_shares.Grants()));
}

} // namespace ns3
