// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_BUFFER_MECHANISM_OPTIONS_H
#define MPTCP_BUFFER_MECHANISM_OPTIONS_H

namespace ns3
{

class ScenarioParameters;

/// The options of scenarios that turn on the mechanisms of MptcpStack against small buffers.
struct BufferMechanismOptions
{
    bool opportunisticRetransmission{false};
    bool penalisation{false};
    bool autotuning{false};
    bool cwndCapping{false};

    void Declare(ScenarioParameters& command);
    /// Makes them the defaults of the attributes of ns3::MptcpStack; before hosts are made.
    void Apply() const;
};

} // namespace ns3

#endif // MPTCP_BUFFER_MECHANISM_OPTIONS_H
