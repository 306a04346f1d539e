// SPDX-License-Identifier: GPL-2.0-only
#include "flow-probe.h"

namespace ns3
{

void
FlowProbe::Watch(TraceRecorder& recorder, const std::string& entity, Ptr<TcpSocketBase> flow)
{
    m_flow = flow;
    flow->TraceConnectWithoutContext("CongestionWindow", MakeCallback(&FlowProbe::OnCwnd, this));
    flow->TraceConnectWithoutContext("RTT", MakeCallback(&FlowProbe::OnRtt, this));
    flow->TraceConnectWithoutContext("BytesInFlight", MakeCallback(&FlowProbe::OnInFlight, this));
    recorder.AddGauge(entity, "cwnd_bytes", [this] { return m_cwndBytes; });
    recorder.AddGauge(entity, "srtt_ms", [this] { return m_srttMs; });
    recorder.AddGauge(entity, "in_flight_bytes", [this] { return m_inFlightBytes; });
}

void
FlowProbe::OnCwnd(uint32_t, uint32_t bytes)
{
    m_cwndBytes = bytes;
}

void
FlowProbe::OnRtt(Time, Time rtt)
{
    m_srttMs = rtt.GetSeconds() * 1e3;
}

void
FlowProbe::OnInFlight(uint32_t, uint32_t bytes)
{
    m_inFlightBytes = bytes;
}

} // namespace ns3
