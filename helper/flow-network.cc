// SPDX-License-Identifier: GPL-2.0-only
#include "flow-network.h"

#include "flow-channel.h"

#include "ns3/boolean.h"
#include "ns3/bulk-send-helper.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simple-net-device.h"
#include "ns3/uinteger.h"

namespace ns3
{

namespace
{

constexpr uint16_t PORT = 5201;
constexpr uint16_t MTU_BYTES = 1500;
constexpr uint32_t RECEIVER_HOST = 255;

enum Stream : int64_t
{
    STREAM_START = 1,
    STREAM_LINKS = 1'000,
    STREAM_KEYS = 100'000,
};

Ptr<SimpleNetDevice>
AddDevice(Ptr<Node> node, Ipv4Address address)
{
    auto device = CreateObject<SimpleNetDevice>();
    device->SetAttribute("PointToPointMode", BooleanValue(true));
    device->SetMtu(MTU_BYTES);
    device->SetAddress(Mac48Address::Allocate());
    node->AddDevice(device);
    auto ipv4 = node->GetObject<Ipv4>();
    const uint32_t interface = ipv4->AddInterface(device);
    ipv4->AddAddress(interface, Ipv4InterfaceAddress(address, Ipv4Mask::GetOnes()));
    ipv4->SetUp(interface);
    // Every address has a way out of its own interface; the first interface is preferred.
    Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->SetDefaultRoute(Ipv4Address::GetZero(),
                                                                      interface,
                                                                      interface);
    return device;
}

} // namespace

FlowNetwork::FlowNetwork(const FlowNetworkSpec& spec, const MptcpHelper& mptcp, Time startWithin)
    : m_spec(spec)
{
    for (const auto& link : m_spec.links)
    {
        const auto index = static_cast<int64_t>(m_links.size());
        m_links.push_back(
            std::make_unique<PacketLink>(link, STREAM_LINKS + index * PacketLink::STREAMS));
    }
    for (std::size_t flow = 0; flow < m_spec.flows.size(); ++flow)
    {
        for (uint32_t user = 0; user < m_spec.flows[flow].users; ++user)
        {
            AddUser(flow);
        }
    }
    mptcp.Install(MptcpHosts());
    MptcpHelper::AssignStreams(MptcpHosts(), STREAM_KEYS);
    auto start = CreateObject<UniformRandomVariable>();
    start->SetStream(STREAM_START);
    for (auto& user : m_users)
    {
        AddApplications(user, startWithin * start->GetValue());
    }
}

FlowNetwork::~FlowNetwork() = default;

void
FlowNetwork::AddUser(std::size_t flow)
{
    User user{flow,
              CreateObject<Node>(),
              CreateObject<Node>(),
              CreateObject<FlowChannel>(),
              {},
              {}};
    InternetStackHelper internet;
    internet.SetIpv6StackInstall(false);
    internet.Install(NodeContainer(user.sender, user.receiver));
    // 10.x.y.0: one network per user.
    const auto network = static_cast<uint32_t>(0x0a000000 + ((m_users.size() + 1) << 8));
    user.address = Ipv4Address(network + RECEIVER_HOST - 1);
    user.channel->SetReceiver(AddDevice(user.receiver, user.address));
    uint32_t host = 0;
    for (const auto& route : m_spec.flows[flow].routes)
    {
        const Ipv4Address address(network + ++host);
        std::vector<PacketLink*> links;
        for (const auto index : route.links)
        {
            links.push_back(m_links[index].get());
        }
        user.channel->AddRoute(AddDevice(user.sender, address), address, links, route.roundTrip);
    }
    m_users.push_back(user);
}

void
FlowNetwork::AddApplications(User& user, Time start)
{
    const char* factory =
        m_spec.flows[user.flow].isMptcp ? "ns3::MptcpSocketFactory" : "ns3::TcpSocketFactory";
    PacketSinkHelper sink(factory, InetSocketAddress(Ipv4Address::GetAny(), PORT));
    user.sink = DynamicCast<PacketSink>(sink.Install(user.receiver).Get(0));
    BulkSendHelper source(factory, InetSocketAddress(user.address, PORT));
    source.SetAttribute("SendSize", UintegerValue(MptcpHelper::SegmentBytesFor(MTU_BYTES, false)));
    source.Install(user.sender).Start(start);
}

const FlowNetworkSpec&
FlowNetwork::Spec() const
{
    return m_spec;
}

NodeContainer
FlowNetwork::MptcpHosts() const
{
    NodeContainer hosts;
    for (const auto& user : m_users)
    {
        if (m_spec.flows[user.flow].isMptcp)
        {
            hosts.Add(user.sender);
            hosts.Add(user.receiver);
        }
    }
    return hosts;
}

uint64_t
FlowNetwork::ReceivedBytes(std::size_t flow) const
{
    uint64_t bytes = 0;
    for (const auto& user : m_users)
    {
        bytes += user.flow == flow ? user.sink->GetTotalRx() : 0;
    }
    return bytes;
}

uint64_t
FlowNetwork::RoutePackets(std::size_t flow, std::size_t route) const
{
    uint64_t packets = 0;
    for (const auto& user : m_users)
    {
        packets += user.flow == flow ? user.channel->Delivered(route) : 0;
    }
    return packets;
}

PacketLink::Counts
FlowNetwork::Count(std::size_t link) const
{
    return m_links.at(link)->Count();
}

} // namespace ns3
