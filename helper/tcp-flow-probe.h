// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TCP_FLOW_PROBE_H
#define MPTCP_TCP_FLOW_PROBE_H

#include "trace-recorder.h"

#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/tcp-socket-base.h"

#include <optional>
#include <string>

namespace ns3
{

/**
 * Records the sender's side of one TCP flow or MPTCP subflow: congestion window, smoothed
 * round-trip time and data in flight (docs/results.md).
 */
class TcpFlowProbe
{
  public:
    TcpFlowProbe() = default;
    TcpFlowProbe(const TcpFlowProbe&) = delete; // its address is in the flow's trace sources
    TcpFlowProbe& operator=(const TcpFlowProbe&) = delete;

    /// From now on, as `entity`. The probe must outlive the flow's last event.
    void Watch(TraceRecorder& recorder, const std::string& entity, Ptr<TcpSocketBase> flow);

  private:
    void OnCwnd(uint32_t, uint32_t bytes);
    void OnRtt(Time, Time rtt);
    void OnInFlight(uint32_t, uint32_t bytes);

    Ptr<TcpSocketBase> m_flow;
    std::optional<double> m_cwndBytes;
    std::optional<double> m_srttMs;
    std::optional<double> m_inFlightBytes;
};

} // namespace ns3

#endif // MPTCP_TCP_FLOW_PROBE_H
