// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The part of MptcpStack that is a host's policy about the use of MPTCP, what it has learnt from
/// attempts, and how it finds addresses.
#include "mptcp-schedulers.h"
#include "mptcp-stack.h"
#include "ns3-conversions.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/names.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{

namespace
{

/// What other hosts may reach, IPv4 first, in the order of interfaces.
std::vector<mptcp::IpAddress>
AddressesOf(Ptr<Node> host)
{
    std::vector<mptcp::IpAddress> addresses;
    Ptr<Ipv4> ipv4 = host->GetObject<Ipv4>();
    for (uint32_t i = 1; ipv4 && i < ipv4->GetNInterfaces(); ++i)
    {
        for (uint32_t j = 0; j < ipv4->GetNAddresses(i); ++j)
        {
            addresses.push_back(ToCore(ipv4->GetAddress(i, j).GetLocal()));
        }
    }
    Ptr<Ipv6> ipv6 = host->GetObject<Ipv6>();
    for (uint32_t i = 1; ipv6 && i < ipv6->GetNInterfaces(); ++i)
    {
        for (uint32_t j = 0; j < ipv6->GetNAddresses(i); ++j)
        {
            if (ipv6->GetAddress(i, j).GetScope() == Ipv6InterfaceAddress::GLOBAL)
            {
                addresses.push_back(ToCore(ipv6->GetAddress(i, j).GetAddress()));
            }
        }
    }
    return addresses;
}

} // namespace

TypeId
MptcpStack::AddPolicyAttributes(TypeId type)
{
    return type
        .AddAttribute("EnableByDefault",
                      "Use MPTCP for sockets of ns3::TcpSocketFactory, whose applications know "
                      "nothing of it (RFC 6897 4.5). Takes effect on nodes with an "
                      "MptcpDefaultSocketFactory (MptcpHelper::UseForTcpSockets).",
                      BooleanValue(false),
                      MakeBooleanAccessor(&MptcpStack::m_enablesByDefault),
                      MakeBooleanChecker())
        .AddAttribute("PeerMemory",
                      "How long a peer is remembered with which MPTCP was offered and plain TCP "
                      "came of it: till then sockets of ns3::TcpSocketFactory do not offer it. "
                      "Doubled for each further failure in a row, up to 64-fold. 0: not at all. "
                      "The default is net.mptcp.blackhole_timeout of Linux.",
                      TimeValue(Seconds(3600)),
                      MakeTimeAccessor(&MptcpStack::SetPeerMemory),
                      MakeTimeChecker(Seconds(0)))
        .AddAttribute("RaceTcp",
                      "Try plain TCP beside MPTCP and use whichever is answered first (RFC 6897 "
                      "3.2.1, in the manner of RFC 6555).",
                      BooleanValue(false),
                      MakeBooleanAccessor(&MptcpStack::m_racesTcp),
                      MakeBooleanChecker())
        .AddAttribute("RaceDelay",
                      "How long after MPTCP the attempt with plain TCP begins. 0 is at the same "
                      "time; the SYN with MP_CAPABLE is the first of the two.",
                      TimeValue(Seconds(0)),
                      MakeTimeAccessor(&MptcpStack::m_raceDelay),
                      MakeTimeChecker(Seconds(0)))
        .AddAttribute("LowestSendBuffer",
                      "A socket with a smaller SndBufSize does not use MPTCP unless it asks for "
                      "it explicitly (RFC 6897 4.4.3), bytes.",
                      UintegerValue(0),
                      MakeUintegerAccessor(&MptcpStack::m_lowestSendBufferBytes),
                      MakeUintegerChecker<uint32_t>())
        .AddAttribute("LowestReceiveBuffer",
                      "The same for RcvBufSize, bytes.",
                      UintegerValue(0),
                      MakeUintegerAccessor(&MptcpStack::m_lowestReceiveBufferBytes),
                      MakeUintegerChecker<uint32_t>())
        .AddAttribute("NoDelayScheduler",
                      "TypeId name of the scheduler that a socket gets when an application sets "
                      "TcpNoDelay (RFC 6897 4.4.2). Empty: it keeps the one it has.",
                      StringValue(""),
                      MakeStringAccessor(&MptcpStack::m_noDelayScheduler),
                      MakeStringChecker());
}

// ---- policy ----

bool
MptcpStack::EnablesByDefault() const
{
    return m_enablesByDefault;
}

void
MptcpStack::SetPeerMemory(Time expiry)
{
    m_peerMemory.SetExpiry(ToChrono(expiry));
}

bool
MptcpStack::AvoidsMptcpWith(const mptcp::IpAddress& peer)
{
    return m_peerMemory.Avoids(peer, ToChrono(Simulator::Now()));
}

void
MptcpStack::NoteAttempt(const mptcp::IpAddress& peer, bool succeeded)
{
    if (succeeded)
    {
        m_peerMemory.OnSuccess(peer);
    }
    else
    {
        m_peerMemory.OnFailure(peer, ToChrono(Simulator::Now()));
    }
}

const mptcp::PeerMemory&
MptcpStack::GetPeerMemory() const
{
    return m_peerMemory;
}

bool
MptcpStack::RacesTcp() const
{
    return m_racesTcp;
}

Time
MptcpStack::GetRaceDelay() const
{
    return m_raceDelay;
}

uint32_t
MptcpStack::GetLowestSendBuffer() const
{
    return m_lowestSendBufferBytes;
}

uint32_t
MptcpStack::GetLowestReceiveBuffer() const
{
    return m_lowestReceiveBufferBytes;
}

std::optional<ObjectFactory>
MptcpStack::GetNoDelayScheduler() const
{
    if (m_noDelayScheduler.empty())
    {
        return std::nullopt;
    }
    TypeId type;
    NS_ABORT_MSG_IF(!TypeId::LookupByNameFailSafe(m_noDelayScheduler, &type) ||
                        !type.IsChildOf(MptcpScheduler::GetTypeId()),
                    "MptcpStack: attribute NoDelayScheduler is '"
                        << m_noDelayScheduler << "', which is no ns3::MptcpScheduler");
    ObjectFactory factory;
    factory.SetTypeId(type);
    return factory;
}

// ---- addresses and names ----

Ptr<NetDevice>
MptcpStack::DeviceOf(const mptcp::IpAddress& address) const
{
    const Address socket = ToAddress({address, 0});
    if (address.family == mptcp::AddressFamily::Ipv4)
    {
        Ptr<Ipv4> ipv4 = m_node->GetObject<Ipv4>();
        const int32_t interface =
            ipv4 ? ipv4->GetInterfaceForAddress(InetSocketAddress::ConvertFrom(socket).GetIpv4())
                 : -1;
        return interface < 0 ? nullptr : ipv4->GetNetDevice(static_cast<uint32_t>(interface));
    }
    Ptr<Ipv6> ipv6 = m_node->GetObject<Ipv6>();
    const int32_t interface =
        ipv6 ? ipv6->GetInterfaceForAddress(Inet6SocketAddress::ConvertFrom(socket).GetIpv6()) : -1;
    return interface < 0 ? nullptr : ipv6->GetNetDevice(static_cast<uint32_t>(interface));
}

bool
MptcpStack::Owns(const mptcp::IpAddress& address) const
{
    return !address.IsUnspecified() && DeviceOf(address) != nullptr;
}

void
MptcpStack::AddHost(const std::string& name, const std::vector<Address>& addresses)
{
    for (const Address& address : addresses)
    {
        NS_ABORT_MSG_IF(
            !Ipv4Address::IsMatchingType(address) && !Ipv6Address::IsMatchingType(address),
            "MptcpStack::AddHost: " << name << " is given what is no IPv4 or IPv6 address");
        m_hosts[name].push_back(Ipv4Address::IsMatchingType(address)
                                    ? ToCore(Ipv4Address::ConvertFrom(address))
                                    : ToCore(Ipv6Address::ConvertFrom(address)));
    }
}

std::vector<mptcp::IpAddress>
MptcpStack::Resolve(const std::string& name) const
{
    if (const auto known = m_hosts.find(name); known != m_hosts.end())
    {
        return known->second;
    }
    Ptr<Node> host = Names::Find<Node>(name);
    return host ? AddressesOf(host) : std::vector<mptcp::IpAddress>();
}

} // namespace ns3
