// SPDX-License-Identifier: GPL-2.0-only
#include "buffer-mechanism-options.h"

#include "scenario-parameters.h"

#include "ns3/boolean.h"
#include "ns3/config.h"

namespace ns3
{

void
BufferMechanismOptions::Declare(ScenarioParameters& command)
{
    command.Add(
        "opportunisticRetransmission",
        "MPTCP repeats on a faster path what holds up a full receive window on a slower one",
        opportunisticRetransmission);
    command.Add("penalisation",
                "MPTCP halves the congestion window of a path that holds up a full receive window",
                penalisation);
    command.Add("autotuning",
                "MPTCP lets buffers grow with rate and delay, from rcvBuf and sndBuf on",
                autotuning);
    command.Add("cwndCapping",
                "MPTCP caps the congestion window where a queue doubles the round-trip time",
                cwndCapping);
}

void
BufferMechanismOptions::Apply() const
{
    Config::SetDefault("ns3::MptcpStack::OpportunisticRetransmission",
                       BooleanValue(opportunisticRetransmission));
    Config::SetDefault("ns3::MptcpStack::Penalisation", BooleanValue(penalisation));
    Config::SetDefault("ns3::MptcpStack::Autotuning", BooleanValue(autotuning));
    Config::SetDefault("ns3::MptcpStack::CwndCapping", BooleanValue(cwndCapping));
}

} // namespace ns3
