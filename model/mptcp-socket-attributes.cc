// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpSocket that is the attributes of ns3::TcpSocket: kept for subflows to come,
/// and handed to those that are there.
#include "mptcp-connection.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"

#include "ns3/abort.h"

namespace ns3
{

MptcpIpOptions
MptcpSocket::GetIpOptions() const
{
    MptcpIpOptions options;
    options.tos = GetIpTos();
    options.priority = GetPriority();
    if (IsManualIpTtl())
    {
        options.ttl = GetIpTtl();
    }
    if (IsManualIpv6Tclass())
    {
        options.trafficClass = GetIpv6Tclass();
    }
    if (IsManualIpv6HopLimit())
    {
        options.hopLimit = GetIpv6HopLimit();
    }
    return options;
}

void
MptcpSocket::ApplySettings()
{
    if (m_first)
    {
        m_first->ApplyOptions(m_settings);
    }
    for (MptcpConnection* connection : Connections())
    {
        connection->ApplyOptions(m_settings);
    }
}

void
MptcpSocket::SetSndBufSize(uint32_t size)
{
    m_settings.sendBufferBytes = size;
    for (MptcpConnection* connection : Connections())
    {
        connection->SetSendBuffer(size);
    }
}

uint32_t
MptcpSocket::GetSndBufSize() const
{
    return m_settings.sendBufferBytes;
}

void
MptcpSocket::SetRcvBufSize(uint32_t size)
{
    m_settings.receiveBufferBytes = size;
    for (MptcpConnection* connection : Connections())
    {
        connection->SetReceiveBuffer(size);
    }
}

uint32_t
MptcpSocket::GetRcvBufSize() const
{
    return m_settings.receiveBufferBytes;
}

void
MptcpSocket::SetSegSize(uint32_t size)
{
    NS_ABORT_MSG_IF(m_connection, "MptcpSocket: attribute SegmentSize cannot change after Connect");
    m_settings.segmentBytes = size;
}

uint32_t
MptcpSocket::GetSegSize() const
{
    return m_settings.segmentBytes;
}

void
MptcpSocket::SetInitialSSThresh(uint32_t threshold)
{
    m_settings.initialSsThreshBytes = threshold;
}

uint32_t
MptcpSocket::GetInitialSSThresh() const
{
    return m_settings.initialSsThreshBytes;
}

void
MptcpSocket::SetInitialCwnd(uint32_t cwnd)
{
    m_settings.initialCwndSegments = cwnd;
}

uint32_t
MptcpSocket::GetInitialCwnd() const
{
    return m_settings.initialCwndSegments;
}

void
MptcpSocket::SetConnTimeout(Time timeout)
{
    m_settings.connectionTimeout = timeout;
    ApplySettings();
}

Time
MptcpSocket::GetConnTimeout() const
{
    return m_settings.connectionTimeout;
}

void
MptcpSocket::SetSynRetries(uint32_t count)
{
    m_settings.synRetries = count;
    ApplySettings();
}

uint32_t
MptcpSocket::GetSynRetries() const
{
    return m_settings.synRetries;
}

void
MptcpSocket::SetDataRetries(uint32_t retries)
{
    m_settings.dataRetries = retries;
    ApplySettings();
}

uint32_t
MptcpSocket::GetDataRetries() const
{
    return m_settings.dataRetries;
}

void
MptcpSocket::SetDelAckTimeout(Time timeout)
{
    m_settings.delayedAckTimeout = timeout;
    ApplySettings();
}

Time
MptcpSocket::GetDelAckTimeout() const
{
    return m_settings.delayedAckTimeout;
}

void
MptcpSocket::SetDelAckMaxCount(uint32_t count)
{
    m_settings.delayedAckSegments = count;
    ApplySettings();
}

uint32_t
MptcpSocket::GetDelAckMaxCount() const
{
    return m_settings.delayedAckSegments;
}

void
MptcpSocket::SetTcpNoDelay(bool noDelay)
{
    m_settings.noDelay = noDelay;
    for (MptcpConnection* connection : Connections())
    {
        connection->SetNoDelay(noDelay);
    }
    // While a socket is made the default of the attribute comes by here, which is no wish of an
    // application's: ns-3 has Nagle's algorithm off.
    const auto scheduler = m_stack ? m_stack->GetNoDelayScheduler() : std::nullopt;
    if (scheduler && !m_hasChosenScheduler)
    {
        UseScheduler(noDelay ? *scheduler : m_stack->GetSchedulerFactory());
    }
}

bool
MptcpSocket::GetTcpNoDelay() const
{
    return m_settings.noDelay;
}

void
MptcpSocket::SetPersistTimeout(Time timeout)
{
    m_settings.persistTimeout = timeout;
    ApplySettings();
}

Time
MptcpSocket::GetPersistTimeout() const
{
    return m_settings.persistTimeout;
}

} // namespace ns3
