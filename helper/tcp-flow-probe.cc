// SPDX-License-Identifier: GPL-2.0-only
#include "tcp-flow-probe.h"

namespace ns3
{

void
TcpFlowProbe::Watch(TraceRecorder& recorder, const std::string& entity, Ptr<TcpSocketBase> flow)
{
    m_flow = flow;
    flow->TraceConnectWithoutContext("CongestionWindow", MakeCallback(&TcpFlowProbe::OnCwnd, this));
    flow->TraceConnectWithoutContext("RTT", MakeCallback(&TcpFlowProbe::OnRtt, this));
    flow->TraceConnectWithoutContext("BytesInFlight",
                                     MakeCallback(&TcpFlowProbe::OnInFlight, this));
    recorder.AddGauge(entity, "cwnd_bytes", [this] { return m_cwndBytes; });
    recorder.AddGauge(entity, "srtt_ms", [this] { return m_srttMs; });
    recorder.AddGauge(entity, "in_flight_bytes", [this] { return m_inFlightBytes; });
}

void
TcpFlowProbe::OnCwnd(uint32_t, uint32_t bytes)
{
    m_cwndBytes = bytes;
}

void
TcpFlowProbe::OnRtt(Time, Time rtt)
{
    m_srttMs = rtt.GetSeconds() * 1e3;
}

void
TcpFlowProbe::OnInFlight(uint32_t, uint32_t bytes)
{
    m_inFlightBytes = bytes;
}

} // namespace ns3
