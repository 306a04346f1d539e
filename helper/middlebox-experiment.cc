// SPDX-License-Identifier: GPL-2.0-only
#include "middlebox-experiment.h"

#include "middlebox-catalogue.h"
#include "middlebox-helper.h"
#include "mptcp-event.h"
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "multipath-topology.h"
#include "ns3-conversions.h"
#include "stream-applications.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address-generator.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{

namespace
{

constexpr uint16_t PORT = 5201;
constexpr int64_t STREAM_KEYS = 10;
/// Where in the stream the texts are that content-aware boxes look for: in the first segment, and
/// when there are two subflows. The stream repeats them every 65,521 bytes.
constexpr uint64_t PATTERN_AT = 100;
constexpr uint64_t LATER_PATTERN_AT = 60'000;
constexpr uint32_t PATTERN_BYTES = 6;
const Time START = MilliSeconds(100);

std::vector<uint8_t>
BytesOf(Ptr<const Packet> packet)
{
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), packet->GetSize());
    return bytes;
}

/// One simulation, from the network to the result.
class Experiment
{
  public:
    Experiment(const MiddleboxCell& cell, const MiddleboxSetup& setup);
    MiddleboxResult Run();

  private:
    /// What can be said of a transfer while it is under way.
    enum class State
    {
        Opening,
        OnePath,
        TwoPaths,
        Moved,
        Tcp
    };

    void AddHosts();
    void AddBoxes(std::size_t path);
    Ptr<StreamEndpoint> AddEndpoint(Ptr<Node> node, const Address& address, uint64_t bytes);
    void OnEvent(const MptcpEvent& event);
    void Watch();
    [[nodiscard]] State Look() const;
    [[nodiscard]] bool IsOver() const;
    [[nodiscard]] MiddleboxOutcome Outcome(bool isWhole, bool isIntact) const;
    void Compare(MiddleboxResult& result, bool& isWhole) const;
    [[nodiscard]] Ptr<StreamEndpoint> Sender() const;
    [[nodiscard]] Ptr<StreamEndpoint> Receiver() const;

    MiddleboxCell m_cell;
    MiddleboxSetup m_setup;
    std::vector<const MiddleboxKind*> m_kinds;
    std::vector<uint8_t> m_pattern;
    MultipathTopology m_topology;
    std::vector<Ptr<MptcpMiddlebox>> m_boxes;
    Ptr<StreamEndpoint> m_client;
    Ptr<StreamEndpoint> m_server;
    std::vector<uint8_t> m_received;
    bool m_hasOpened{false}; //!< the client's connection is there
    bool m_hasJoined{false};
    bool m_hasLostSubflow{false};
    State m_state{State::Opening};
    Time m_stateSince;
};

std::vector<PathSpec>
Paths(const MiddleboxSetup& setup)
{
    const PathSpec path{"path", setup.rate, setup.roundTrip, setup.queueBytes, 0};
    return {path, path};
}

Experiment::Experiment(const MiddleboxCell& cell, const MiddleboxSetup& setup)
    : m_cell(cell),
      m_setup(setup),
      m_topology(MultipathTopology::Kind::Multihomed, Paths(setup))
{
    for (const auto& name : cell.boxes)
    {
        m_kinds.push_back(FindMiddlebox(name));
        NS_ABORT_MSG_IF(!m_kinds.back(), "no middlebox has the name " << name);
    }
    const bool isLater = std::any_of(m_kinds.begin(), m_kinds.end(), [](const auto* kind) {
        return kind->rewritesLater;
    });
    m_pattern =
        BytesOf(PatternStream::Make(isLater ? LATER_PATTERN_AT : PATTERN_AT, PATTERN_BYTES));
    using Placement = MiddleboxCell::Placement;
    for (std::size_t path = 0; path < 2; ++path)
    {
        if (cell.placement == Placement::Both || setup.isPlainTcp ||
            (cell.placement == Placement::First) == (path == 0))
        {
            AddBoxes(path);
        }
    }
    AddHosts();
}

void
Experiment::AddBoxes(std::size_t path)
{
    const Ipv4Address publicAddress(("198.51.100." + std::to_string(path + 1)).c_str());
    MiddleboxPlace place;
    place.publicAddress = ToCore(publicAddress);
    place.secret = 1 + path;
    place.pattern = m_pattern;
    std::vector<std::unique_ptr<mptcp::Middlebox>> boxes;
    for (const auto* kind : m_kinds)
    {
        if (auto box = kind->make(place))
        {
            boxes.push_back(std::move(box));
        }
    }
    const auto link = m_topology.Link(path);
    m_boxes.push_back(MiddleboxHelper().Insert(link, std::move(boxes)));
    if (!m_setup.pcapPrefix.empty())
    {
        MiddleboxHelper::EnablePcap(m_setup.pcapPrefix + "path-" + std::to_string(path + 1),
                                    m_boxes.back());
    }
    // The way back to what the outside knows the client by.
    Ptr<Node> router = link.Get(1)->GetNode();
    Ptr<Ipv4> ipv4 = router->GetObject<Ipv4>();
    Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->AddHostRouteTo(
        publicAddress,
        static_cast<uint32_t>(ipv4->GetInterfaceForDevice(link.Get(1))));
}

void
Experiment::AddHosts()
{
    MptcpHelper mptcp;
    mptcp.SetSegmentSize(m_setup.segmentBytes);
    mptcp.Install(m_topology.Hosts());
    MptcpHelper::AssignStreams(m_topology.Hosts(), STREAM_KEYS);
    for (uint32_t i = 0; i < 2; ++i)
    {
        auto stack = m_topology.Hosts().Get(i)->GetObject<MptcpStack>();
        stack->SetAttribute("Checksum", BooleanValue(m_cell.checksum));
        stack->TraceConnectWithoutContext("Events", MakeCallback(&Experiment::OnEvent, this));
    }
    const bool isUp = m_cell.direction == MiddleboxCell::Direction::Up;
    m_server = AddEndpoint(m_topology.Server(),
                           InetSocketAddress(Ipv4Address::GetAny(), PORT),
                           isUp ? 0 : m_setup.bytes);
    m_server->SetAttribute("Listen", BooleanValue(true));
    m_client = AddEndpoint(m_topology.Client(),
                           InetSocketAddress(m_topology.ServerAddress(0), PORT),
                           isUp ? m_setup.bytes : 0);
    m_client->SetStartTime(START);
    m_client->OnConnection([this](Ptr<Socket>) { m_hasOpened = true; });
    Receiver()->OnReceived([this](Ptr<const Packet> packet) {
        const auto bytes = BytesOf(packet);
        m_received.insert(m_received.end(), bytes.begin(), bytes.end());
    });
}

Ptr<StreamEndpoint>
Experiment::AddEndpoint(Ptr<Node> node, const Address& address, uint64_t bytes)
{
    auto endpoint = CreateObject<StreamEndpoint>();
    const std::string factory =
        m_setup.isPlainTcp ? "ns3::TcpSocketFactory" : "ns3::MptcpSocketFactory";
    endpoint->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(factory)));
    endpoint->SetAttribute("Address", AddressValue(address));
    endpoint->SetAttribute("BytesToSend", UintegerValue(bytes));
    node->AddApplication(endpoint);
    return endpoint;
}

Ptr<StreamEndpoint>
Experiment::Sender() const
{
    return m_cell.direction == MiddleboxCell::Direction::Up ? m_client : m_server;
}

Ptr<StreamEndpoint>
Experiment::Receiver() const
{
    return m_cell.direction == MiddleboxCell::Direction::Up ? m_server : m_client;
}

void
Experiment::OnEvent(const MptcpEvent& event)
{
    m_hasJoined = m_hasJoined || event.type == MptcpEvent::Type::SubEstablished;
    m_hasLostSubflow =
        m_hasLostSubflow || (m_hasJoined && event.type == MptcpEvent::Type::SubClosed);
}

Experiment::State
Experiment::Look() const
{
    if (!m_hasOpened || !m_server->GetSocket())
    {
        return State::Opening;
    }
    for (const auto& endpoint : {m_client, m_server})
    {
        const auto socket = DynamicCast<MptcpSocket>(endpoint->GetSocket());
        if (!socket || !socket->IsMultipath())
        {
            return State::Tcp;
        }
    }
    const auto& mib = MptcpStack::Of(Sender()->GetNode())->GetMib();
    if (m_hasLostSubflow || (m_hasJoined && mib.Get(mptcp::Mib::MPTCPRetrans) > 0))
    {
        return State::Moved;
    }
    return m_hasJoined ? State::TwoPaths : State::OnePath;
}

bool
Experiment::IsOver() const
{
    const bool isDone = Receiver()->HasPeerClosed() && Sender()->HasPeerClosed();
    return isDone || Sender()->HasFailed() || Receiver()->HasFailed();
}

void
Experiment::Watch()
{
    const State state = Look();
    // What happens to subflows when all has arrived is no matter of the boxes.
    if (state != m_state && !Receiver()->HasPeerClosed())
    {
        m_state = state;
        m_stateSince = Simulator::Now();
    }
    if (IsOver())
    {
        Simulator::Stop();
        return;
    }
    const Time interval = Simulator::Now() < Seconds(60) ? MilliSeconds(10) : Seconds(1);
    Simulator::Schedule(interval, &Experiment::Watch, this);
}

/// Reads what arrived against what was sent; a pattern may have been replaced or not.
void
Experiment::Compare(MiddleboxResult& result, bool& isWhole) const
{
    std::vector<uint8_t> replacement;
    for (const auto* kind : m_kinds)
    {
        // Of several that look for the pattern the one that data comes to first finds it.
        const bool isFirst =
            replacement.empty() || m_cell.direction == MiddleboxCell::Direction::Down;
        if (kind->grows && isFirst)
        {
            replacement = RewrittenPattern(m_pattern, *kind->grows);
        }
    }
    std::vector<uint8_t> sent;
    constexpr uint64_t CHUNK_BYTES = 50'000;
    for (uint64_t at = 0; at < m_setup.bytes; at += CHUNK_BYTES)
    {
        const auto chunk = BytesOf(
            PatternStream::Make(at,
                                static_cast<uint32_t>(std::min(CHUNK_BYTES, m_setup.bytes - at))));
        sent.insert(sent.end(), chunk.begin(), chunk.end());
    }
    auto expected = sent.begin();
    auto read = m_received.begin();
    const auto startsWith = [](auto begin, auto end, const std::vector<uint8_t>& text) {
        return static_cast<std::size_t>(end - begin) >= text.size() &&
               std::equal(text.begin(), text.end(), begin);
    };
    result.intact = true;
    while (read != m_received.end() && result.intact)
    {
        if (!replacement.empty() && startsWith(expected, sent.end(), m_pattern) &&
            startsWith(read, m_received.end(), replacement))
        {
            ++result.rewrittenPlaces;
            expected += static_cast<std::ptrdiff_t>(m_pattern.size());
            read += static_cast<std::ptrdiff_t>(replacement.size());
            continue;
        }
        result.intact = expected != sent.end() && *expected == *read;
        expected += expected != sent.end() ? 1 : 0;
        ++read;
    }
    isWhole = result.intact && expected == sent.end();
}

MiddleboxOutcome
Experiment::Outcome(bool isWhole, bool isIntact) const
{
    if (!isIntact)
    {
        return MiddleboxOutcome::Damaged;
    }
    if (isWhole && Receiver()->HasPeerClosed())
    {
        switch (m_state)
        {
        case State::Tcp:
            return MiddleboxOutcome::Tcp;
        case State::Moved:
            return MiddleboxOutcome::Moved;
        case State::TwoPaths:
            return MiddleboxOutcome::TwoPaths;
        case State::OnePath:
        case State::Opening:
            return MiddleboxOutcome::OnePath;
        }
    }
    return Sender()->HasFailed() || Receiver()->HasFailed() ? MiddleboxOutcome::Fails
                                                            : MiddleboxOutcome::Hangs;
}

MiddleboxResult
Experiment::Run()
{
    Simulator::Schedule(START, &Experiment::Watch, this);
    Simulator::Stop(m_setup.limit);
    Simulator::Run();
    MiddleboxResult result;
    bool isWhole = false;
    Compare(result, isWhole);
    result.outcome = Outcome(isWhole, result.intact);
    result.receivedBytes = m_received.size();
    if (!m_received.empty())
    {
        result.completedAt = Receiver()->LastReceived() - START;
        result.goodputMbps =
            static_cast<double>(m_received.size()) * 8e-6 / result.completedAt.GetSeconds();
    }
    const bool hasArrived = isWhole && Receiver()->HasPeerClosed();
    result.outcomeAt = (hasArrived ? m_stateSince : Simulator::Now()) - START;
    for (const auto& box : m_boxes)
    {
        const auto counters = box->Boxes().Counters();
        result.boxSegments += counters.seen;
        result.boxChanged += counters.changed;
        result.boxDropped += counters.dropped;
        result.boxMade += counters.made;
    }
    return result;
}

} // namespace

const char*
NameOf(MiddleboxOutcome outcome)
{
    switch (outcome)
    {
    case MiddleboxOutcome::TwoPaths:
        return "two-paths";
    case MiddleboxOutcome::OnePath:
        return "one-path";
    case MiddleboxOutcome::Tcp:
        return "tcp";
    case MiddleboxOutcome::Moved:
        return "moved";
    case MiddleboxOutcome::FailsAsTcp:
        return "fails-as-tcp";
    case MiddleboxOutcome::Damaged:
        return "damaged";
    case MiddleboxOutcome::Fails:
        return "fails";
    case MiddleboxOutcome::Hangs:
        return "hangs";
    }
    return "";
}

const char*
NameOf(MiddleboxCell::Placement placement)
{
    switch (placement)
    {
    case MiddleboxCell::Placement::First:
        return "first";
    case MiddleboxCell::Placement::Second:
        return "second";
    case MiddleboxCell::Placement::Both:
        return "both";
    }
    return "";
}

const char*
NameOf(MiddleboxCell::Direction direction)
{
    return direction == MiddleboxCell::Direction::Up ? "up" : "down";
}

MiddleboxResult
RunMiddleboxCell(const MiddleboxCell& cell, const MiddleboxSetup& setup)
{
    Ipv4AddressGenerator::Reset();
    Mac48Address::ResetAllocationIndex();
    MiddleboxResult result;
    {
        Experiment experiment(cell, setup);
        result = experiment.Run();
        Simulator::Destroy(); // while what its traces call is there
    }
    return result;
}

} // namespace ns3
