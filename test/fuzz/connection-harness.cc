// SPDX-License-Identifier: GPL-2.0-only
#include "connection-harness.h"

#include "core/wire/option-codec.h"
#include "fuzz-finding.h"
#include "fuzz-peer.h"
#include "mptcp-helper.h"

#include "ns3/config.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-generator.h"
#include "ns3/ipv6-address-generator.h"
#include "ns3/mac48-address.h"
#include "ns3/names.h"
#include "ns3/object-vector.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"

#include <algorithm>

namespace mptcp::fuzz
{

using namespace ns3;

namespace
{

constexpr std::size_t MOST_STEPS = 120;
constexpr std::size_t MOST_FLOWS = 12;
constexpr uint64_t MOST_EVENTS = 500'000;

/// As SimulationTest does it.
void
CleanUp()
{
    Simulator::Destroy();
    Config::Reset();
    Names::Clear();
    Ipv4AddressGenerator::Reset();
    Ipv6AddressGenerator::Reset();
    Mac48Address::ResetAllocationIndex();
    RngSeedManager::SetSeed(1);
    RngSeedManager::SetRun(1);
}

Ptr<Node>
MakeNode()
{
    CleanUp();
    auto node = CreateObject<Node>();
    InternetStackHelper().Install(node);
    return node;
}

/// First byte of the input.
enum Setup : uint8_t
{
    HOST_CONNECTS = 0x01,
    LINKS = 0x06, //!< plus one
    OLD_VERSION = 0x08,
    WANTS_CHECKSUMS = 0x10,
    NO_TIMESTAMPS = 0x20,
    NO_SACK = 0x40,
    ROUND_ROBIN = 0x80
};

class Conversation
{
  public:
    Conversation(Input input, std::ostream* log);
    ~Conversation();
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    void Play();

  private:
    void Begin();
    void Step();
    void Pass(Time duration);
    void End();
    void CheckForEnd();

    /// \name Steps
    /// @{
    void Shake();
    void SendData(std::size_t mappedBytes, std::size_t sentBytes);
    void SendFirstData();
    void SendUnmapped();
    void Acknowledge();
    void SendDss();
    void SendDataFin(bool hasData);
    void SendFlags(uint8_t flags);
    void SendSignal();
    void SendRaw();
    void Open();
    void ChangeLink();
    void Skip();
    /// @}

    Flow& Current();
    std::size_t Count();
    void Send(uint8_t flags, const std::vector<MptcpOption>& options, std::size_t payload = 0);
    MptcpOption RandomSignal();

    Input m_input;
    uint8_t m_setup;
    std::size_t m_links;
    Ptr<Node> m_node;
    script::ScriptedPeer m_network;
    Host m_host;
    Peer m_peer;
    std::size_t m_current{0};
    bool m_isOver{false};
};

Conversation::Conversation(Input input, std::ostream* log)
    : m_input(input),
      m_setup(m_input.Byte()),
      m_links(1 + (m_setup & LINKS) / 2),
      m_node(MakeNode()),
      m_network(m_node, m_links),
      m_host(m_node),
      m_peer(m_network, m_host, log)
{
    MptcpHelper mptcp;
    mptcp.SetScheduler((m_setup & ROUND_ROBIN) != 0 ? "ns3::MptcpRoundRobin" : "ns3::MptcpMinRtt");
    mptcp.Install(m_node);
    constexpr int64_t KEYS_AND_NONCES = 7;
    MptcpHelper::AssignStreams(NodeContainer(m_node), KEYS_AND_NONCES);
    MptcpHelper::AddDefaultRoutes(m_node);
}

Conversation::~Conversation()
{
    Simulator::Destroy(); // sockets call back into members until then
}

Flow&
Conversation::Current()
{
    return m_peer.FlowAt(m_current % m_peer.FlowCount());
}

/// Bytes of payload: small numbers are frequent, and one more than a segment holds is possible.
std::size_t
Conversation::Count()
{
    const std::size_t byte = m_input.Byte();
    return byte < 128 ? byte + 1 : (byte - 117) * 10;
}

void
Conversation::Send(uint8_t flags, const std::vector<MptcpOption>& options, std::size_t payload)
{
    Draft draft;
    draft.flags = flags;
    for (const auto& option : options)
    {
        draft.options.push_back(Peer::Encode(option));
    }
    draft.payloadBytes = payload;
    m_peer.Send(m_current % m_peer.FlowCount(), draft, m_input);
}

void
Conversation::Pass(Time duration)
{
    m_network.Wait(duration);
    m_peer.Observe();
    m_peer.CheckDelivered();
    Check(Simulator::GetEventCount() < MOST_EVENTS, "a conversation takes a bounded effort");
}

void
Conversation::Begin()
{
    if ((m_setup & HOST_CONNECTS) != 0)
    {
        m_host.Connect(script::ScriptedPeer::PeerAddress(0));
        Pass(MilliSeconds(2 * script::ScriptedPeer::LINK_DELAY_MS));
        Check(m_peer.FlowCount() > 0, "a host that connects sends a SYN");
        return;
    }
    Flow& first = m_peer.OpenFlow(0, false);
    const auto& name = first.wire->GetName();
    m_host.Listen(InetSocketAddress(name.peerAddress, name.peerPort));
    first.wire->SetOffers((m_setup & NO_TIMESTAMPS) == 0, (m_setup & NO_SACK) == 0);
}

void
Conversation::Play()
{
    Begin();
    for (std::size_t i = 0; i < MOST_STEPS && !m_input.IsEmpty(); ++i)
    {
        Step();
    }
    End();
}

void
Conversation::Step()
{
    constexpr std::array<uint64_t, 8> PAUSES_MS{11, 0, 1, 30, 220, 1100, 3500, 12'000};
    const uint8_t byte = m_input.Byte();
    const std::size_t count = (byte & 0x1f) == 1 || (byte & 0x1f) == 2 ? Count() : 0;
    switch (byte & 0x1f)
    {
    case 0:
        Shake();
        break;
    case 1:
        SendData(count, count);
        break;
    case 2:
        SendData(count + Count(), count);
        break;
    case 3:
        SendUnmapped();
        break;
    case 4:
        Acknowledge();
        break;
    case 5:
        SendDss();
        break;
    case 6:
        SendDataFin(false);
        break;
    case 7:
        SendDataFin(true);
        break;
    case 8:
        SendFlags(script::FIN | script::ACK);
        break;
    case 9:
        SendFlags(script::RST);
        break;
    case 10:
        SendSignal();
        break;
    case 11:
        SendRaw();
        break;
    case 12:
        Open();
        break;
    case 13:
        m_host.Write(static_cast<uint32_t>(Count() * 8));
        break;
    case 14:
        m_host.ShutdownSend();
        break;
    case 15:
        m_host.CloseAll();
        break;
    case 16:
        m_host.SetReading(false);
        break;
    case 17:
        m_host.SetReading(true);
        break;
    case 18:
        m_current = m_input.Byte();
        break;
    case 19:
        m_current = m_peer.FlowCount() - 1;
        break;
    case 20:
        ChangeLink();
        break;
    case 21:
        Skip();
        break;
    case 22:
        m_peer.Repeat(0);
        break;
    case 23:
        m_peer.Repeat(m_input.Byte());
        break;
    case 24:
        SendFirstData();
        break;
    default:
        break; // only time
    }
    Pass(MilliSeconds(PAUSES_MS[byte >> 5]));
}

// ---- steps ----

/// The next segment of the handshake of the current subflow.
void
Conversation::Shake()
{
    const Flow& flow = Current();
    const std::size_t index = m_current % m_peer.FlowCount();
    if (flow.isFromHost && flow.next == 0)
    {
        const MptcpOption answer =
            flow.isJoin ? MptcpOption(m_peer.JoinAnswer(index)) : MptcpOption(m_peer.OwnKey());
        Send(script::SYN | script::ACK, {answer});
    }
    else if (flow.isFromHost)
    {
        Acknowledge();
    }
    else if (flow.next == 0)
    {
        CapableSyn first;
        first.flags.checksumRequired = (m_setup & WANTS_CHECKSUMS) != 0;
        if ((m_setup & OLD_VERSION) != 0)
        {
            first.flags.version = 0;
            first.sender = m_network.Key();
        }
        const MptcpOption request =
            flow.isJoin ? MptcpOption(m_peer.JoinRequest(index)) : MptcpOption(first);
        Send(script::SYN, {request});
    }
    else
    {
        const MptcpOption third =
            flow.isJoin ? MptcpOption(m_peer.JoinConfirmation(index)) : MptcpOption(m_peer.Keys());
        Send(script::ACK, {third});
    }
}

void
Conversation::SendData(std::size_t mappedBytes, std::size_t sentBytes)
{
    const std::size_t index = m_current % m_peer.FlowCount();
    mptcp::Dss dss;
    dss.dataAck = m_peer.Acknowledgement(0, true);
    dss.mapping = m_peer.Mapping(index,
                                 m_peer.nextData,
                                 Current().next,
                                 static_cast<uint16_t>(mappedBytes),
                                 false);
    m_peer.nextData += mappedBytes;
    Send(script::ACK, {dss}, sentBytes);
}

/// Data whose mapping is in MP_CAPABLE (RFC 8684 3.1).
void
Conversation::SendFirstData()
{
    const std::size_t count = Count();
    FirstData data;
    data.dataLevelLengthBytes = static_cast<uint16_t>(count);
    data.checksum = m_peer.Mapping(0, 1, 1, data.dataLevelLengthBytes, false).checksum;
    m_peer.nextData = std::max<uint64_t>(m_peer.nextData, count + 1);
    Send(script::ACK, {m_peer.Keys(data)}, count);
}

void
Conversation::SendUnmapped()
{
    Send(script::ACK, {}, Count());
}

void
Conversation::Acknowledge()
{
    mptcp::Dss dss;
    dss.dataAck = m_peer.Acknowledgement(0, true);
    Send(script::ACK, {dss});
}

/// Any DSS near what would be right.
void
Conversation::SendDss()
{
    enum Part : uint8_t
    {
        HAS_ACK = 0x01,
        WIDE_ACK = 0x02,
        HAS_MAPPING = 0x04,
        WIDE_MAPPING = 0x08,
        HAS_FIN = 0x10,
        IS_INFINITE = 0x20,
        FLIP_CHECKSUM = 0x40,
        HAS_PAYLOAD = 0x80
    };

    const uint8_t parts = m_input.Byte();
    mptcp::Dss dss;
    if ((parts & HAS_ACK) != 0)
    {
        dss.dataAck = m_peer.Acknowledgement(m_input.Small(), (parts & WIDE_ACK) != 0);
    }
    if ((parts & HAS_MAPPING) != 0)
    {
        const auto data = m_peer.nextData + static_cast<uint64_t>(m_input.Small());
        const auto offset = Current().next + static_cast<uint32_t>(m_input.Small());
        const auto length = static_cast<uint16_t>((parts & IS_INFINITE) != 0 ? 0 : Count());
        const bool hasFin = (parts & HAS_FIN) != 0 && length > 0;
        auto mapping = m_peer.Mapping(m_current % m_peer.FlowCount(), data, offset, length, hasFin);
        if ((parts & FLIP_CHECKSUM) != 0)
        {
            mapping.checksum =
                mapping.checksum ? std::optional<uint16_t>() : std::optional<uint16_t>(0x1234);
        }
        dss.mapping = (parts & WIDE_MAPPING) != 0 ? mapping : Peer::Narrow(mapping);
        m_peer.nextData = std::max<uint64_t>(m_peer.nextData, data + length);
    }
    Send(script::ACK, {dss}, (parts & HAS_PAYLOAD) != 0 ? Count() : 0);
}

void
Conversation::SendDataFin(bool hasData)
{
    const std::size_t index = m_current % m_peer.FlowCount();
    const std::size_t count = hasData ? Count() : 0;
    mptcp::Dss dss;
    dss.dataAck = m_peer.Acknowledgement(0, true);
    dss.mapping = m_peer.Mapping(index,
                                 m_peer.nextData,
                                 hasData ? Current().next : 0,
                                 static_cast<uint16_t>(count + 1),
                                 true);
    m_peer.nextData += count;
    Send(script::ACK, {dss}, count);
}

void
Conversation::SendFlags(uint8_t flags)
{
    if ((flags & script::RST) != 0)
    {
        const uint8_t reason = m_input.Byte();
        Send(flags, {Reset{(reason & 0x80) != 0, static_cast<ResetReason>(reason & 0x0f)}});
        return;
    }
    mptcp::Dss dss;
    dss.dataAck = m_peer.Acknowledgement(0, true);
    Send(flags, {dss});
}

MptcpOption
Conversation::RandomSignal()
{
    const uint8_t which = m_input.Byte();
    switch (which % 8)
    {
    case 0:
    case 1: {
        AddAddress announced;
        announced.id = m_input.Byte();
        const auto link = static_cast<uint8_t>(m_input.Byte() % 4);
        announced.address = Ipv4Bytes{10, 0, link, 2};
        if ((which & 0x10) != 0)
        {
            announced.address = Ipv6Bytes{0x20, 0x01, link};
        }
        if ((which & 0x20) != 0)
        {
            announced.port = static_cast<uint16_t>(m_input.Byte());
        }
        return (which & 0x40) != 0 ? announced : m_peer.Announcement(announced);
    }
    case 2: {
        RemoveAddress removed{AddressIdList(m_input.Byte())};
        for (unsigned more = which >> 4; more > 0; --more)
        {
            removed.ids.Append(m_input.Byte());
        }
        return removed;
    }
    case 3:
        return Priority{(which & 0x10) != 0};
    case 4:
        return Fail{m_peer.Mapping(0, m_peer.nextData, 0, 0, false).dataSequence +
                    static_cast<uint64_t>(m_input.Small())};
    case 5:
        return FastClose{(which & 0x10) != 0 ? Key(m_input.Word()) : m_peer.HostKey()};
    case 6:
        return m_peer.JoinConfirmation(m_current % m_peer.FlowCount());
    default:
        return m_peer.Keys();
    }
}

void
Conversation::SendSignal()
{
    Send(script::ACK, {RandomSignal()});
}

/// Bytes of no form in particular, in an option that is well formed as TCP sees it.
void
Conversation::SendRaw()
{
    Draft draft;
    draft.flags = script::ACK;
    Bytes option(3 + m_input.Byte() % 26U);
    option[0] = MPTCP_OPTION_KIND;
    option[1] = static_cast<uint8_t>(option.size());
    for (std::size_t i = 2; i < option.size(); ++i)
    {
        option[i] = m_input.Byte();
    }
    draft.options.push_back(std::move(option));
    draft.payloadBytes = m_input.Byte() % 8U * 20U;
    m_peer.Send(m_current % m_peer.FlowCount(), draft, m_input);
}

void
Conversation::Open()
{
    const std::size_t link = m_input.Byte() % m_links;
    if (m_peer.FlowCount() < MOST_FLOWS)
    {
        m_peer.OpenFlow(link, true);
        m_current = m_peer.FlowCount() - 1;
        Shake();
    }
}

void
Conversation::ChangeLink()
{
    const uint8_t byte = m_input.Byte();
    Ptr<Ipv4> ipv4 = m_node->GetObject<Ipv4>();
    const auto interface = static_cast<uint32_t>(1 + (byte >> 1) % m_links); // 0 is the loopback
    if ((byte & 1) != 0)
    {
        ipv4->SetUp(interface);
        MptcpHelper::AddDefaultRoutes(m_node);
    }
    else
    {
        ipv4->SetDown(interface);
    }
}

/// As if something had been sent and lost.
void
Conversation::Skip()
{
    const std::size_t count = Count();
    Current().next += static_cast<uint32_t>(count);
    m_peer.nextData += count;
}

// ---- the end ----

void
Conversation::CheckForEnd()
{
    m_isOver = Simulator::IsFinished();
    if (!m_isOver)
    {
        Simulator::Schedule(Seconds(60), &Conversation::CheckForEnd, this);
    }
}

void
Conversation::End()
{
    m_host.SetReading(true);
    m_host.CloseAll();
    m_peer.CheckDelivered();
    m_peer.ResetAll();
    Simulator::ScheduleNow(&Conversation::CheckForEnd, this);
    const Time limit = Simulator::Now() + Hours(3);
    while (!m_isOver)
    {
        Simulator::Run(); // until something arrives
        m_peer.RefuseAll();
        Check(Simulator::Now() < limit, "a host whose segments are all refused comes to an end");
        Check(Simulator::GetEventCount() < MOST_EVENTS, "a conversation takes a bounded effort");
    }
    ObjectVectorValue sockets;
    m_node->GetObject<TcpL4Protocol>()->GetAttribute("SocketList", sockets);
    const std::size_t listening = (m_setup & HOST_CONNECTS) != 0 ? 0 : 1;
    Check(sockets.GetN() == listening, "no subflow outlives its connection");
}

} // namespace

void
PlayConversation(ByteView bytes, std::ostream* log)
{
    Conversation(Input(bytes.data, bytes.size), log).Play();
}

} // namespace mptcp::fuzz
