// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Attributes of MptcpStack about buffers.
#include "mptcp-stack.h"

#include "ns3/boolean.h"
#include "ns3/uinteger.h"

namespace ns3
{

TypeId
MptcpStack::AddBufferAttributes(TypeId type)
{
    return type
        .AddAttribute("OpportunisticRetransmission",
                      "While the peer's window or the send buffer is full, a subflow with room "
                      "sends once more what a slower one was given and the peer waits for "
                      "(mechanism M1 of Raiciu et al., NSDI 2012). Upstream Linux does not.",
                      BooleanValue(false),
                      MakeBooleanAccessor(&MptcpStack::m_opportunisticRetransmission),
                      MakeBooleanChecker())
        .AddAttribute("Penalisation",
                      "A subflow that keeps a faster one from sending because the peer's window or "
                      "the send buffer is full loses half its congestion window, once in a round "
                      "trip (mechanism M2 of Raiciu et al., NSDI 2012). Upstream Linux does not.",
                      BooleanValue(false),
                      MakeBooleanAccessor(&MptcpStack::m_penalisation),
                      MakeBooleanChecker())
        .AddAttribute("Autotuning",
                      "Buffers grow from SndBufSize and RcvBufSize with what is measured, 2 "
                      "sum(rate) RTT_max (mechanism M3 of Raiciu et al., NSDI 2012). Off, as in "
                      "Linux once an application has set a buffer's size.",
                      BooleanValue(false),
                      MakeBooleanAccessor(&MptcpStack::m_autotuning),
                      MakeBooleanChecker())
        .AddAttribute("MaxReceiveBuffer",
                      "The most that Autotuning makes of a receive buffer, bytes. The default is "
                      "net.ipv4.tcp_rmem[2] of Linux.",
                      UintegerValue(6'291'456),
                      MakeUintegerAccessor(&MptcpStack::m_maxReceiveBufferBytes),
                      MakeUintegerChecker<uint32_t>(1))
        .AddAttribute("MaxSendBuffer",
                      "The most that Autotuning makes of a send buffer, bytes. The default is "
                      "net.ipv4.tcp_wmem[2] of Linux.",
                      UintegerValue(4'194'304),
                      MakeUintegerAccessor(&MptcpStack::m_maxSendBufferBytes),
                      MakeUintegerChecker<uint32_t>(1))
        .AddAttribute("CwndCapping",
                      "A subflow whose smoothed round-trip time is more than twice its shortest "
                      "one makes its congestion window smaller until it is not (mechanism M4 of "
                      "Raiciu et al., NSDI 2012). Upstream Linux does not.",
                      BooleanValue(false),
                      MakeBooleanAccessor(&MptcpStack::m_cwndCapping),
                      MakeBooleanChecker());
}

MptcpBufferSettings
MptcpStack::GetBufferSettings() const
{
    MptcpBufferSettings settings;
    settings.opportunisticRetransmission = m_opportunisticRetransmission;
    settings.penalisation = m_penalisation;
    settings.autotuning = m_autotuning;
    settings.cwndCapping = m_cwndCapping;
    settings.maxReceiveBufferBytes = m_maxReceiveBufferBytes;
    settings.maxSendBufferBytes = m_maxSendBufferBytes;
    return settings;
}

} // namespace ns3
