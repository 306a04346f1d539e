// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-stack.h"

#include "mptcp-address-watch.h"
#include "mptcp-arrivals.h"
#include "mptcp-congestion.h"
#include "mptcp-connection.h"
#include "mptcp-join-listeners.h"
#include "mptcp-path-managers.h"
#include "mptcp-schedulers.h"
#include "mptcp-socket.h"
#include "mptcp-subflow.h"

#include "ns3/boolean.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv6-route.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("MptcpStack");
NS_OBJECT_ENSURE_REGISTERED(MptcpStack);

namespace
{

/// Registers the type on the way: by name it would depend on which source file of the library is
/// initialised first, and a factory of an unknown type ends the program when it is used.
template <typename T>
ObjectFactory
FactoryOf()
{
    ObjectFactory factory;
    factory.SetTypeId(T::GetTypeId());
    return factory;
}

} // namespace

TypeId
MptcpStack::GetTypeId()
{
    static TypeId tid =
        AddPolicyAttributes(
            AddBufferAttributes(
                TypeId("ns3::MptcpStack").SetParent<Object>().SetGroupName("Mptcp")))
            .AddConstructor<MptcpStack>()
            .AddAttribute("Scheduler",
                          "Packet scheduler of new connections, as TypeId[attributes]. "
                          "The default is the one of Linux.",
                          ObjectFactoryValue(FactoryOf<MptcpMinRtt>()),
                          MakeObjectFactoryAccessor(&MptcpStack::m_schedulerFactory),
                          MakeObjectFactoryChecker())
            .AddAttribute("PathManager",
                          "Path manager of new connections, as TypeId[attributes].",
                          ObjectFactoryValue(FactoryOf<MptcpFullMesh>()),
                          MakeObjectFactoryAccessor(&MptcpStack::m_pathManagerFactory),
                          MakeObjectFactoryChecker())
            .AddAttribute("CongestionControl",
                          "Congestion control of every subflow, as TypeId[attributes]: a coupled "
                          "one, or any of ns-3's own to leave subflows uncoupled. The default is "
                          "RFC 6356.",
                          ObjectFactoryValue(FactoryOf<MptcpLia>()),
                          MakeObjectFactoryAccessor(&MptcpStack::m_congestionControlFactory),
                          MakeObjectFactoryChecker())
            .AddAttribute("Checksum",
                          "Demand DSS checksums on new connections (flag A of MP_CAPABLE, "
                          "RFC 8684 3.1). They are used when either host demands them. The "
                          "default is the one of Linux, net.mptcp.checksum_enabled.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&MptcpStack::m_requiresChecksum),
                          MakeBooleanChecker())
            .AddAttribute("SegmentSize",
                          "Payload bytes of a full segment of new sockets. It should leave 40 "
                          "bytes of each packet to TCP options. 0: as ns3::TcpSocket says.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&MptcpStack::m_segmentBytes),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("CloseTimeout",
                          "How long a connection that has lost its last subflow waits for a new "
                          "one, from either side, before it ends with an error (RFC 8684 3.3.3). "
                          "The default is net.mptcp.close_timeout of Linux.",
                          TimeValue(Seconds(60)),
                          MakeTimeAccessor(&MptcpStack::m_closeTimeout),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("FastCloseWithAck",
                          "Close fast by MP_FASTCLOSE on an ACK that is repeated until the peer "
                          "resets (RFC 8684 3.5, Option A). The default is a RST with "
                          "MP_FASTCLOSE on all subflows (Option R), as Linux does.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&MptcpStack::m_usesFastCloseAck),
                          MakeBooleanChecker())
            .AddAttribute("MaxHalfOpenJoins",
                          "Joins by the peer that wait for their third ACK at the same time, per "
                          "connection; more are refused. RFC 7430 4.1 advises a low number; this "
                          "one is enough for a mesh of four by four addresses.",
                          UintegerValue(16),
                          MakeUintegerAccessor(&MptcpStack::m_maxHalfOpenJoins),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("Version",
                          "The highest MPTCP version this host speaks, and the one it offers: 1 "
                          "(RFC 8684) or 0 (RFC 6824). A connection offered in a version that the "
                          "peer does not know becomes plain TCP.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&MptcpStack::m_version),
                          MakeUintegerChecker<uint32_t>(0, 1))
            .AddAttribute("LowestVersion",
                          "The lowest MPTCP version this host accepts when a peer offers it. Linux "
                          "accepts version 1 only. Has no effect above Version.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&MptcpStack::m_lowestVersion),
                          MakeUintegerChecker<uint32_t>(0, 1))
            .AddAttribute("SynRetransBeforeTcpFallback",
                          "How often a SYN with MP_CAPABLE is retransmitted before the next one "
                          "goes without it and the connection becomes plain TCP (RFC 8684 3.1). "
                          "Name and default are those of net.mptcp.syn_retrans_before_tcp_fallback "
                          "of Linux.",
                          UintegerValue(2),
                          MakeUintegerAccessor(&MptcpStack::m_synRetransBeforeTcpFallback),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("AllowJoinInitialAddrPort",
                          "Whether the peer may join at the address and port of the first subflow. "
                          "If not, it is told so by flag C of MP_CAPABLE (RFC 8684 3.1) and such "
                          "joins are reset. Name and default are those of "
                          "net.mptcp.allow_join_initial_addr_port of Linux.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&MptcpStack::m_allowJoinInitialAddrPort),
                          MakeBooleanChecker())
            .AddAttribute("JoinFromInitialPort",
                          "Whether subflows from further addresses come from the local port of the "
                          "first one, if it is free there (RFC 8684 3.9.1). Linux takes any port.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&MptcpStack::m_joinFromInitialPort),
                          MakeBooleanChecker())
            .AddAttribute("AddAddressTimeout",
                          "How long an ADD_ADDR waits for its echo before it is sent again, up to "
                          "three times (RFC 8684 3.4.1). 0: it is sent once. The default is "
                          "net.mptcp.add_addr_timeout of Linux.",
                          TimeValue(Seconds(120)),
                          MakeTimeAccessor(&MptcpStack::m_addAddressTimeout),
                          MakeTimeChecker(Seconds(0)))
            .AddTraceSource("Events",
                            "What happened to the MPTCP connections of this node, as "
                            "`ip mptcp monitor` reports it.",
                            MakeTraceSourceAccessor(&MptcpStack::m_events),
                            "ns3::MptcpEventCallback");
    return tid;
}

MptcpStack::MptcpStack()
    : m_random(CreateObject<UniformRandomVariable>())
{
}

MptcpStack::~MptcpStack() = default;

Ptr<MptcpStack>
MptcpStack::Of(Ptr<Node> node)
{
    Ptr<MptcpStack> stack = node->GetObject<MptcpStack>();
    if (!stack)
    {
        stack = CreateObject<MptcpStack>();
        node->AggregateObject(stack);
    }
    if (!stack->m_tcp)
    {
        stack->Attach(node);
    }
    return stack;
}

void
MptcpStack::Attach(Ptr<Node> node)
{
    Ptr<TcpL4Protocol> tcp = node->GetObject<TcpL4Protocol>();
    NS_ABORT_MSG_IF(!tcp,
                    "MPTCP: node " << node->GetId()
                                   << " has no TCP. Install an internet stack on it "
                                      "(InternetStackHelper::Install) before opening sockets.");
    m_node = node;
    m_tcp = tcp;
    m_joinListeners = std::make_unique<MptcpJoinListeners>(*this);
    if (auto ipv4 = node->GetObject<Ipv4>())
    {
        m_arrivals = CreateObject<MptcpArrivals>();
        m_arrivals->Attach(ipv4, tcp);
    }
    m_addressWatch = std::make_unique<MptcpAddressWatch>([this] { OnAddressesChanged(); });
    m_downTarget = tcp->GetDownTarget();
    if (!m_downTarget.IsNull())
    {
        tcp->SetDownTarget(MakeCallback(&MptcpStack::OnSegmentDown, this));
    }
    m_downTarget6 = tcp->GetDownTarget6();
    if (!m_downTarget6.IsNull())
    {
        tcp->SetDownTarget6(MakeCallback(&MptcpStack::OnSegmentDown6, this));
    }
}

void
MptcpStack::DoDispose()
{
    // Disposing a socket makes it drop itself from the list.
    const std::vector<Ptr<MptcpSocket>> sockets = m_sockets;
    for (const auto& socket : sockets)
    {
        socket->Dispose();
    }
    m_sockets.clear();
    m_connections.clear();
    m_addressWatch.reset();
    m_joinListeners.reset();
    if (auto ipv4 = m_node ? m_node->GetObject<Ipv4>() : nullptr; ipv4 && m_arrivals)
    {
        m_arrivals->Detach(ipv4);
    }
    m_arrivals = nullptr;
    if (m_tcp)
    {
        // A TcpL4Protocol disposed before us has let go of its targets; leave it that way.
        if (!m_tcp->GetDownTarget().IsNull())
        {
            m_tcp->SetDownTarget(m_downTarget);
        }
        if (!m_tcp->GetDownTarget6().IsNull())
        {
            m_tcp->SetDownTarget6(m_downTarget6);
        }
        m_tcp = nullptr;
    }
    m_node = nullptr;
    m_downTarget.Nullify();
    m_downTarget6.Nullify();
    Object::DoDispose();
}

int64_t
MptcpStack::AssignStreams(int64_t stream)
{
    m_random->SetStream(stream);
    return 1;
}

Ptr<Node>
MptcpStack::GetNode() const
{
    return m_node;
}

Ptr<TcpL4Protocol>
MptcpStack::GetTcp() const
{
    return m_tcp;
}

Ptr<MptcpArrivals>
MptcpStack::GetArrivals() const
{
    return m_arrivals;
}

std::optional<mptcp::Key>
MptcpStack::ReserveKey(uint64_t owner, mptcp::MptcpVersion version)
{
    auto candidate = [this] {
        const uint64_t high = NewNonce();
        return mptcp::Key{(high << 32) | NewNonce()};
    };
    return m_tokens.Reserve(owner, candidate, version);
}

void
MptcpStack::ReleaseKey(mptcp::Key key, mptcp::MptcpVersion version)
{
    m_tokens.Erase(mptcp::DeriveToken(key, version));
}

uint64_t
MptcpStack::NewOwnerId()
{
    return m_nextOwner++;
}

uint32_t
MptcpStack::NewNonce()
{
    return m_random->GetInteger(0, 0xffffffff);
}

void
MptcpStack::Register(uint64_t owner, MptcpConnection* connection)
{
    m_connections[owner] = connection;
}

void
MptcpStack::Unregister(uint64_t owner)
{
    m_connections.erase(owner);
}

MptcpConnection*
MptcpStack::Find(mptcp::Token token) const
{
    const auto owner = m_tokens.Find(token);
    if (!owner)
    {
        return nullptr;
    }
    const auto found = m_connections.find(*owner);
    return found == m_connections.end() ? nullptr : found->second;
}

std::vector<mptcp::IpAddress>
MptcpStack::UsableAddresses()
{
    return m_addressWatch ? m_addressWatch->UsableAddresses(m_node)
                          : std::vector<mptcp::IpAddress>();
}

void
MptcpStack::OnAddressesChanged()
{
    // A connection may end, and another one with it, when it hears of this.
    std::vector<uint64_t> owners;
    for (const auto& [owner, connection] : m_connections)
    {
        owners.push_back(owner);
    }
    for (const uint64_t owner : owners)
    {
        if (const auto found = m_connections.find(owner); found != m_connections.end())
        {
            found->second->OnLocalAddressesChanged();
        }
    }
}

MptcpJoinListeners&
MptcpStack::GetJoinListeners()
{
    return *m_joinListeners;
}

Time
MptcpStack::GetAddAddressTimeout() const
{
    return m_addAddressTimeout;
}

void
MptcpStack::Keep(Ptr<MptcpSocket> socket)
{
    if (std::find(m_sockets.begin(), m_sockets.end(), socket) == m_sockets.end())
    {
        m_sockets.push_back(socket);
    }
}

void
MptcpStack::Drop(Ptr<MptcpSocket> socket)
{
    m_sockets.erase(std::remove(m_sockets.begin(), m_sockets.end(), socket), m_sockets.end());
}

uint32_t
MptcpStack::GetSegmentBytes() const
{
    return m_segmentBytes;
}

Time
MptcpStack::GetCloseTimeout() const
{
    return m_closeTimeout;
}

bool
MptcpStack::UsesFastCloseAck() const
{
    return m_usesFastCloseAck;
}

uint32_t
MptcpStack::GetMaxHalfOpenJoins() const
{
    return m_maxHalfOpenJoins;
}

std::size_t
MptcpStack::GetConnections() const
{
    return m_connections.size();
}

std::size_t
MptcpStack::GetTokens() const
{
    return m_tokens.Size();
}

mptcp::VersionRange
MptcpStack::GetVersions() const
{
    return {static_cast<mptcp::MptcpVersion>(std::min(m_lowestVersion, m_version)),
            static_cast<mptcp::MptcpVersion>(m_version)};
}

uint32_t
MptcpStack::GetSynRetransBeforeTcpFallback() const
{
    return m_synRetransBeforeTcpFallback;
}

bool
MptcpStack::AllowsJoinInitialAddrPort() const
{
    return m_allowJoinInitialAddrPort;
}

bool
MptcpStack::JoinsFromInitialPort() const
{
    return m_joinFromInitialPort;
}

bool
MptcpStack::HasEventListeners() const
{
    return !m_events.IsEmpty();
}

void
MptcpStack::Report(const MptcpEvent& event)
{
    m_events(event);
}

mptcp::ChecksumPolicy
MptcpStack::GetChecksumPolicy() const
{
    return m_requiresChecksum ? mptcp::ChecksumPolicy::Require : mptcp::ChecksumPolicy::Allow;
}

const mptcp::MibCounters&
MptcpStack::GetMib() const
{
    return m_mib;
}

mptcp::MibCounters&
MptcpStack::GetMib()
{
    return m_mib;
}

const ObjectFactory&
MptcpStack::GetSchedulerFactory() const
{
    return m_schedulerFactory;
}

const ObjectFactory&
MptcpStack::GetPathManagerFactory() const
{
    return m_pathManagerFactory;
}

const ObjectFactory&
MptcpStack::GetCongestionControlFactory() const
{
    return m_congestionControlFactory;
}

template <typename IpAddress>
std::optional<std::pair<Address, Address>>
MptcpStack::AddressesForChecksum(IpAddress source, IpAddress destination)
{
    // Only where they are needed, and asked once: the global value and the making of two Addresses
    // cost some 350 instructions each per segment.
    if (!m_isChecksumEnabled)
    {
        m_isChecksumEnabled = Node::ChecksumEnabled();
    }
    if (!*m_isChecksumEnabled)
    {
        return std::nullopt;
    }
    return std::pair<Address, Address>(source, destination);
}

void
MptcpStack::OnSegmentDown(Ptr<Packet> packet,
                          Ipv4Address source,
                          Ipv4Address destination,
                          uint8_t protocol,
                          Ptr<Ipv4Route> route)
{
    if (m_sending)
    {
        m_sending->EditOutgoing(packet, false, AddressesForChecksum(source, destination));
        if (!route)
        {
            m_sending->NoteUnroutable();
            return; // its device is down; IP would take any other
        }
    }
    m_downTarget(packet, source, destination, protocol, route);
}

void
MptcpStack::OnSegmentDown6(Ptr<Packet> packet,
                           Ipv6Address source,
                           Ipv6Address destination,
                           uint8_t protocol,
                           Ptr<Ipv6Route> route)
{
    if (m_sending)
    {
        m_sending->EditOutgoing(packet, true, AddressesForChecksum(source, destination));
        if (!route)
        {
            m_sending->NoteUnroutable();
            return;
        }
    }
    m_downTarget6(packet, source, destination, protocol, route);
}

MptcpStack::SendingScope::SendingScope(MptcpStack& stack, MptcpSubflow& subflow)
    : m_stack(stack),
      m_previous(stack.m_sending)
{
    stack.m_sending = &subflow;
}

MptcpStack::SendingScope::~SendingScope()
{
    m_stack.m_sending = m_previous;
}

} // namespace ns3
