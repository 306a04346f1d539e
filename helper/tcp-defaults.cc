// SPDX-License-Identifier: GPL-2.0-only
#include "tcp-defaults.h"

#include "ns3/config.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/type-id.h"
#include "ns3/uinteger.h"

namespace ns3
{

void
TcpDefaults::Apply() const
{
    Config::SetDefault("ns3::TcpL4Protocol::SocketType",
                       TypeIdValue(TypeId::LookupByName(congestionControl)));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(rcvBufBytes));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(sndBufBytes));
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(segmentBytes));
    if (minRto)
    {
        Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(*minRto));
        Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(*minRto / 5));
    }
}

} // namespace ns3
