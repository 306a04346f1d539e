// SPDX-License-Identifier: GPL-2.0-only
#include "fabric-traffic.h"

#include "ns3/bulk-send-helper.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <numeric>

namespace ns3
{

namespace
{

constexpr uint16_t FIRST_PORT = 5001;

/// 0 to count - 1 in random order.
std::vector<uint32_t>
Shuffled(uint32_t count, const Ptr<UniformRandomVariable>& random)
{
    std::vector<uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    for (uint32_t left = count; left > 1; --left)
    {
        std::swap(order[left - 1], order[random->GetInteger(0, left - 1)]);
    }
    return order;
}

} // namespace

FabricPairs
PermutationTraffic(uint32_t hosts, Ptr<UniformRandomVariable> random)
{
    // Drawn again until nobody sends to itself: all such permutations are equally likely.
    std::vector<uint32_t> to;
    bool hasLoop = true;
    while (hasLoop)
    {
        to = Shuffled(hosts, random);
        hasLoop = false;
        for (uint32_t host = 0; host < hosts; ++host)
        {
            hasLoop = hasLoop || to[host] == host;
        }
    }
    FabricPairs pairs;
    for (uint32_t host = 0; host < hosts; ++host)
    {
        pairs.emplace_back(host, to[host]);
    }
    return pairs;
}

FabricPairs
ScatteredTraffic(uint32_t hosts, uint32_t peers, Ptr<UniformRandomVariable> random)
{
    FabricPairs pairs;
    for (uint32_t host = 0; host < hosts; ++host)
    {
        auto others = Shuffled(hosts, random);
        others.erase(std::find(others.begin(), others.end(), host));
        others.resize(std::min<std::size_t>(peers, others.size()));
        for (const auto other : others)
        {
            pairs.emplace_back(host, other);
        }
    }
    return pairs;
}

FabricPairs
NeighbourTraffic(const mptcp::Fabric& fabric)
{
    std::map<uint32_t, std::vector<uint32_t>> below; // hosts of each switch
    for (const auto& link : fabric.links)
    {
        if (link.lower.node < fabric.hosts)
        {
            below[link.upper.node].push_back(link.lower.node);
        }
    }
    FabricPairs pairs;
    for (const auto& [above, hosts] : below)
    {
        for (const auto source : hosts)
        {
            for (const auto destination : hosts)
            {
                if (source != destination)
                {
                    pairs.emplace_back(source, destination);
                }
            }
        }
    }
    return pairs;
}

FabricPairs
SparseTraffic(uint32_t hosts, double share, Ptr<UniformRandomVariable> random)
{
    auto sources = Shuffled(hosts, random);
    sources.resize(static_cast<std::size_t>(std::max(1.0, share * hosts + 0.5)));
    FabricPairs pairs;
    for (const auto source : sources)
    {
        const uint32_t other = random->GetInteger(0, hosts - 2);
        pairs.emplace_back(source, other < source ? other : other + 1);
    }
    return pairs;
}

/// Sees the last byte of a short flow.
struct FabricTraffic::Watch
{
    void OnReceived(Ptr<const Packet> packet, const Address& /* from */)
    {
        leftBytes -= std::min<uint64_t>(leftBytes, packet->GetSize());
        if (leftBytes == 0 && !end)
        {
            end = Simulator::Now();
        }
    }

    uint64_t leftBytes{0};
    std::optional<Time> end;
};

FabricTraffic::FabricTraffic(const FabricNetwork& network, uint32_t sendBytes)
    : m_network(network),
      m_sendBytes(sendBytes)
{
}

FabricTraffic::~FabricTraffic() = default;

std::size_t
FabricTraffic::Add(const Flow& flow)
{
    uint16_t& next = m_nextPort.try_emplace(flow.destination, FIRST_PORT).first->second;
    const uint16_t port = next++;
    std::vector<Ptr<PacketSink>> sinks;
    for (uint32_t i = 0; i < flow.connections; ++i)
    {
        const uint16_t own = i == 0 ? port : next++;
        PacketSinkHelper sink(flow.factory, InetSocketAddress(Ipv4Address::GetAny(), own));
        sinks.push_back(
            DynamicCast<PacketSink>(sink.Install(m_network.Host(flow.destination)).Get(0)));
        const Ipv4Address to = m_network.Address(flow.destination, flow.destinationPort);
        BulkSendHelper source(flow.factory, InetSocketAddress(to, own));
        source.SetAttribute("SendSize", UintegerValue(m_sendBytes));
        source.SetAttribute("MaxBytes", UintegerValue(flow.bytes));
        source.Install(m_network.Host(flow.source)).Start(flow.start);
    }
    std::unique_ptr<Watch> watch;
    if (flow.bytes > 0)
    {
        watch = std::make_unique<Watch>();
        watch->leftBytes = flow.bytes * flow.connections;
        for (const auto& sink : sinks)
        {
            sink->TraceConnectWithoutContext("Rx", MakeCallback(&Watch::OnReceived, watch.get()));
        }
    }
    m_watches.push_back(std::move(watch));
    m_sinks.push_back(std::move(sinks));
    m_flows.push_back(flow);
    return m_flows.size() - 1;
}

const std::vector<FabricTraffic::Flow>&
FabricTraffic::Flows() const
{
    return m_flows;
}

uint64_t
FabricTraffic::ReceivedBytes(std::size_t flow) const
{
    uint64_t bytes = 0;
    for (const auto& sink : m_sinks[flow])
    {
        bytes += sink->GetTotalRx();
    }
    return bytes;
}

std::optional<Time>
FabricTraffic::CompletionTime(std::size_t flow) const
{
    if (!m_watches[flow] || !m_watches[flow]->end)
    {
        return std::nullopt;
    }
    return *m_watches[flow]->end - m_flows[flow].start;
}

} // namespace ns3
