// SPDX-License-Identifier: GPL-2.0-only
#include "scripted-peer.h"

#include "core/byte-io.h"
#include "core/wire/option-codec.h"

#include "ns3/boolean.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4.h"
#include "ns3/packet.h"
#include "ns3/simple-channel.h"
#include "ns3/simple-net-device.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <sstream>

namespace ns3::script
{

namespace
{

constexpr uint16_t IPV4_ETHER_TYPE = 0x0800;
constexpr uint8_t TCP_PROTOCOL = 6;
constexpr std::size_t FIXED_HEADER_BYTES = 20;
constexpr uint16_t MTU_BYTES = 1500;
constexpr uint16_t DEFAULT_WINDOW_BYTES = 65535;
constexpr uint8_t PRINTED_FLAGS = FIN | SYN | RST | ACK;

// Kinds of TCP options (RFC 9293 3.1, RFC 7323, RFC 2018).
constexpr uint8_t KIND_END = 0;
constexpr uint8_t KIND_NOP = 1;
constexpr uint8_t KIND_MSS = 2;
constexpr uint8_t KIND_WINDOW_SCALE = 3;
constexpr uint8_t KIND_SACK_PERMITTED = 4;
constexpr uint8_t KIND_SACK = 5;
constexpr uint8_t KIND_TIMESTAMP = 8;

[[noreturn]] void
FailTest(const std::string& message, const char* file, int line)
{
    ADD_FAILURE_AT(file, line) << message;
    // A dialogue that has left the script makes no sense any more.
    throw testing::AssertionException(
        testing::TestPartResult(testing::TestPartResult::kFatalFailure, file, line, ""));
}

uint32_t
Milliseconds()
{
    return static_cast<uint32_t>(Simulator::Now().GetMilliSeconds());
}

} // namespace

// ---- the network ----

ScriptedPeer::ScriptedPeer(Ptr<Node> host, std::size_t links)
    : m_node(CreateObject<Node>())
{
    Ptr<Ipv4> ipv4 = host->GetObject<Ipv4>();
    for (std::size_t link = 0; link < links; ++link)
    {
        auto channel = CreateObject<SimpleChannel>();
        channel->SetAttribute("Delay", TimeValue(MilliSeconds(LINK_DELAY_MS)));
        std::vector<Ptr<SimpleNetDevice>> ends;
        for (const auto& node : {host, m_node})
        {
            auto device = CreateObject<SimpleNetDevice>();
            device->SetAttribute("PointToPointMode", BooleanValue(true));
            device->SetAddress(Mac48Address::Allocate());
            device->SetMtu(MTU_BYTES);
            device->SetChannel(channel);
            node->AddDevice(device);
            ends.push_back(device);
        }
        const uint32_t interface = ipv4->AddInterface(ends[0]);
        ipv4->AddAddress(interface,
                         Ipv4InterfaceAddress(HostAddress(link), Ipv4Mask("255.255.255.0")));
        ipv4->SetUp(interface);
        m_devices.push_back(ends[1]);
    }
    m_node->RegisterProtocolHandler(MakeCallback(&ScriptedPeer::OnPacket, this),
                                    IPV4_ETHER_TYPE,
                                    nullptr);
    SetKey(DEFAULT_KEY);
}

ScriptedPeer::~ScriptedPeer()
{
    m_node->UnregisterProtocolHandler(MakeCallback(&ScriptedPeer::OnPacket, this));
}

Ipv4Address
ScriptedPeer::HostAddress(std::size_t link)
{
    return Ipv4Address(0x0a000001 + static_cast<uint32_t>(link << 8));
}

Ipv4Address
ScriptedPeer::PeerAddress(std::size_t link)
{
    return Ipv4Address(0x0a000002 + static_cast<uint32_t>(link << 8));
}

void
ScriptedPeer::SetVersion(mptcp::MptcpVersion version)
{
    m_version = version;
    SetKey(m_key);
}

mptcp::MptcpVersion
ScriptedPeer::Version() const
{
    return m_version;
}

void
ScriptedPeer::SetKey(mptcp::Key key)
{
    m_key = key;
    m_numbers.peer = mptcp::DeriveInitialDataSequence(key, m_version);
}

mptcp::Key
ScriptedPeer::Key() const
{
    return m_key;
}

mptcp::Key
ScriptedPeer::RemoteKey() const
{
    return m_remoteKey;
}

const StreamNumbers&
ScriptedPeer::Numbers() const
{
    return m_numbers;
}

void
ScriptedPeer::Learn(const Received& segment)
{
    if (const auto* synAck = segment.Find<mptcp::CapableSynAck>())
    {
        m_remoteKey = synAck->sender;
    }
    else if (const auto* ack = segment.Find<mptcp::CapableAck>())
    {
        m_remoteKey = ack->sender;
    }
    else if (const auto* syn = segment.Find<mptcp::CapableSyn>(); syn != nullptr && syn->sender)
    {
        m_remoteKey = *syn->sender;
    }
    else
    {
        return;
    }
    m_numbers.host = mptcp::DeriveInitialDataSequence(m_remoteKey, m_version);
}

void
ScriptedPeer::OnPacket(Ptr<NetDevice> device,
                       Ptr<const Packet> packet,
                       uint16_t,
                       const Address&,
                       const Address&,
                       NetDevice::PacketType)
{
    const auto link = static_cast<std::size_t>(
        std::find(m_devices.begin(), m_devices.end(), device) - m_devices.begin());
    Ptr<Packet> copy = packet->Copy();
    Ipv4Header ip;
    copy->RemoveHeader(ip);
    if (ip.GetProtocol() != TCP_PROTOCOL || copy->GetSize() < FIXED_HEADER_BYTES)
    {
        return;
    }
    std::vector<uint8_t> bytes(copy->GetSize());
    copy->CopyData(bytes.data(), copy->GetSize());
    mptcp::ByteReader reader({bytes.data(), bytes.size()});
    PeerSubflow::Name name{link, ip.GetSource(), ip.GetDestination(), 0, 0};
    name.hostPort = reader.ReadU16();
    name.peerPort = reader.ReadU16();
    auto found = std::find_if(m_subflows.begin(), m_subflows.end(), [&name](const auto& subflow) {
        return subflow->GetName().IsSameAs(name);
    });
    if (found == m_subflows.end())
    {
        m_subflows.push_back(std::make_unique<PeerSubflow>(*this, name));
        m_unawaited.push_back(m_subflows.back().get());
        found = m_subflows.end() - 1;
    }
    (*found)->Arrive(bytes);
    Simulator::Stop();
}

void
ScriptedPeer::Transmit(std::size_t link, const Datagram& datagram)
{
    auto packet =
        Create<Packet>(datagram.bytes.data(), static_cast<uint32_t>(datagram.bytes.size()));
    Ipv4Header ip;
    ip.SetSource(datagram.source);
    ip.SetDestination(datagram.destination);
    ip.SetProtocol(TCP_PROTOCOL);
    ip.SetTtl(64);
    ip.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
    packet->AddHeader(ip);
    m_devices[link]->Send(packet, m_devices[link]->GetBroadcast(), IPV4_ETHER_TYPE);
}

bool
ScriptedPeer::RunUntil(Time timeout, const std::function<bool()>& isDone)
{
    const Time end = Simulator::Now() + timeout;
    EventId alarm = Simulator::Schedule(timeout, [] { Simulator::Stop(); });
    while (!isDone() && Simulator::Now() < end)
    {
        Simulator::Run();
    }
    alarm.Cancel();
    return isDone();
}

void
ScriptedPeer::Wait(Time duration)
{
    RunUntil(duration, [] { return false; });
}

PeerSubflow&
ScriptedPeer::Open(std::size_t link, uint16_t hostPort)
{
    return Open(link, HostAddress(link), hostPort);
}

PeerSubflow&
ScriptedPeer::Open(std::size_t link, Ipv4Address hostAddress, uint16_t hostPort)
{
    const PeerSubflow::Name name{link, hostAddress, PeerAddress(link), hostPort, m_nextPort++};
    m_subflows.push_back(std::make_unique<PeerSubflow>(*this, name));
    return *m_subflows.back();
}

PeerSubflow&
ScriptedPeer::AwaitSyn(std::size_t link, const char* file, int line)
{
    auto isThere = [this, link] {
        return std::any_of(m_unawaited.begin(), m_unawaited.end(), [link](const auto* subflow) {
            return subflow->GetName().link == link;
        });
    };
    if (!RunUntil(Seconds(PeerSubflow::PATIENCE_SECONDS), isThere))
    {
        FailTest("no SYN arrived on link " + std::to_string(link), file, line);
    }
    const auto found =
        std::find_if(m_unawaited.begin(), m_unawaited.end(), [link](const auto* subflow) {
            return subflow->GetName().link == link;
        });
    PeerSubflow& subflow = **found;
    m_unawaited.erase(found);
    return subflow;
}

PeerSubflow*
ScriptedPeer::TakeOpened()
{
    if (m_unawaited.empty())
    {
        return nullptr;
    }
    PeerSubflow* subflow = m_unawaited.front();
    m_unawaited.erase(m_unawaited.begin());
    return subflow;
}

void
ScriptedPeer::ExpectNoSyn(Time duration, const char* file, int line)
{
    if (RunUntil(duration, [this] { return !m_unawaited.empty(); }))
    {
        m_unawaited.front()->Expect(Segment{}, file, line); // cannot be: shows what it is
    }
}

// ---- one subflow ----

PeerSubflow::PeerSubflow(ScriptedPeer& peer, const Name& name)
    : m_peer(peer),
      m_name(name)
{
}

void
PeerSubflow::SetOffers(bool timestamps, bool sack)
{
    m_offersTimestamps = timestamps;
    m_offersSack = sack;
}

uint32_t
PeerSubflow::NextSeq() const
{
    return m_nextSeq;
}

void
PeerSubflow::Skip(uint32_t bytes)
{
    m_nextSeq += bytes;
}

const PeerSubflow::Name&
PeerSubflow::GetName() const
{
    return m_name;
}

bool
PeerSubflow::Name::IsSameAs(const Name& other) const
{
    return hostPort == other.hostPort && peerPort == other.peerPort &&
           hostAddress == other.hostAddress && peerAddress == other.peerAddress;
}

// ---- sending ----

void
PeerSubflow::Send(const Segment& segment)
{
    m_peer.Transmit(m_name.link, {m_name.peerAddress, m_name.hostAddress, Serialize(segment)});
    if (!segment.seq)
    {
        m_nextSeq += static_cast<uint32_t>(segment.payload.size()) +
                     ((segment.flags & (SYN | FIN)) != 0 ? 1U : 0U);
    }
}

std::vector<uint8_t>
PeerSubflow::OptionBytes(const Segment& segment) const
{
    std::array<uint8_t, 60> buffer;
    mptcp::ByteWriter out(buffer);
    if ((segment.flags & SYN) != 0)
    {
        out.WriteU8(KIND_MSS);
        out.WriteU8(4);
        out.WriteU16(MTU_BYTES - 40);
        out.WriteU8(KIND_WINDOW_SCALE);
        out.WriteU8(3);
        out.WriteU8(0);
        if (m_offersSack)
        {
            out.WriteU8(KIND_SACK_PERMITTED);
            out.WriteU8(2);
        }
    }
    const bool isAnswer = (segment.flags & ACK) != 0;
    if (m_offersTimestamps && segment.mayHaveTimestamp && (m_hostHasTimestamps || !isAnswer))
    {
        out.WriteU8(KIND_TIMESTAMP);
        out.WriteU8(10);
        out.WriteU32(Milliseconds());
        out.WriteU32(m_lastTimestamp);
    }
    for (const auto& option : segment.options)
    {
        if (const auto* raw = std::get_if<RawOption>(&option))
        {
            out.WriteBytes({raw->bytes.data(), raw->bytes.size()});
        }
        else if (const auto* dss = std::get_if<Dss>(&option))
        {
            mptcp::Emit(ToWire(*dss, m_peer.Numbers()), out);
        }
        else if (const auto* form = std::get_if<mptcp::MptcpOption>(&option))
        {
            mptcp::Emit(*form, out);
        }
    }
    while (out.Written().size % 4 != 0)
    {
        out.WriteU8(KIND_NOP);
    }
    const auto written = out.Written();
    if (!out.IsGood() || written.size > mptcp::TCP_OPTION_SPACE_BYTES)
    {
        FailTest("too many options: " + Describe(segment), __FILE__, __LINE__);
    }
    return {written.data, written.data + written.size};
}

std::vector<uint8_t>
PeerSubflow::Serialize(const Segment& segment) const
{
    const auto options = OptionBytes(segment);
    std::vector<uint8_t> bytes(FIXED_HEADER_BYTES + options.size() + segment.payload.size());
    mptcp::ByteWriter out(bytes.data(), bytes.size());
    out.WriteU16(m_name.peerPort);
    out.WriteU16(m_name.hostPort);
    out.WriteU32(m_isn + segment.seq.value_or(m_nextSeq));
    const bool hasAck = (segment.flags & ACK) != 0;
    out.WriteU32(hasAck ? m_hostIsn.value_or(0) + segment.ackNumber.value_or(m_nextAck) : 0);
    out.WriteU8(static_cast<uint8_t>((FIXED_HEADER_BYTES + options.size()) / 4 << 4));
    out.WriteU8(segment.flags);
    out.WriteU16(static_cast<uint16_t>(segment.windowBytes.value_or(DEFAULT_WINDOW_BYTES)));
    out.WriteU32(0); // checksum, which ns-3 computes only when asked to; urgent pointer
    out.WriteBytes({options.data(), options.size()});
    out.WriteBytes(
        {reinterpret_cast<const uint8_t*>(segment.payload.data()), segment.payload.size()});
    return bytes;
}

// ---- receiving ----

void
PeerSubflow::ParseOption(const std::vector<uint8_t>& option, Received& segment)
{
    mptcp::ByteReader in({option.data() + 2, option.size() - 2});
    switch (option[0])
    {
    case KIND_MSS:
        segment.maximumSegmentBytes = in.ReadU16();
        break;
    case KIND_WINDOW_SCALE:
        segment.windowShift = in.ReadU8();
        break;
    case KIND_SACK:
        segment.sackBlocks = (option.size() - 2) / 8;
        break;
    case KIND_TIMESTAMP:
        segment.timestamp = in.ReadU32();
        break;
    case mptcp::MPTCP_OPTION_KIND: {
        ++segment.mptcpOptions;
        mptcp::SegmentContext context;
        context.syn = (segment.flags & SYN) != 0;
        context.ack = (segment.flags & ACK) != 0;
        context.rst = (segment.flags & RST) != 0;
        context.fin = (segment.flags & FIN) != 0;
        context.hasPayload = !segment.payload.empty();
        context.version = m_peer.Version();
        const auto parsed = mptcp::Parse({option.data(), option.size()}, context);
        if (const auto* good = std::get_if<mptcp::MptcpOption>(&parsed))
        {
            segment.mptcp.push_back(*good);
        }
        break;
    }
    default:
        break;
    }
}

Received
PeerSubflow::Parse(const std::vector<uint8_t>& bytes)
{
    Received segment;
    segment.at = Simulator::Now();
    mptcp::ByteReader in({bytes.data(), bytes.size()});
    in.ReadU32(); // ports
    const uint32_t seq = in.ReadU32();
    const uint32_t ackNumber = in.ReadU32();
    const std::size_t headerBytes = (in.ReadU8() >> 4) * 4U;
    segment.flags = in.ReadU8() & PRINTED_FLAGS;
    const uint16_t window = in.ReadU16();
    if (!m_hostIsn || (segment.flags & SYN) != 0)
    {
        m_hostIsn = seq;
    }
    segment.seq = seq - *m_hostIsn;
    segment.ackNumber = (segment.flags & ACK) != 0 ? ackNumber - m_isn : 0;
    segment.payload.assign(bytes.begin() + static_cast<std::ptrdiff_t>(headerBytes), bytes.end());
    for (std::size_t at = FIXED_HEADER_BYTES; at < headerBytes && bytes[at] != KIND_END;)
    {
        const std::size_t length = bytes[at] == KIND_NOP ? 1 : bytes[at + 1];
        EXPECT_LE(at + length, headerBytes) << "an option runs over the end of the header";
        if (bytes[at] != KIND_NOP)
        {
            const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
            ParseOption({begin, begin + static_cast<std::ptrdiff_t>(length)}, segment);
        }
        at += std::max<std::size_t>(length, 1);
    }
    const bool isSyn = (segment.flags & SYN) != 0;
    if (isSyn)
    {
        m_hostWindowShift = segment.windowShift.value_or(0);
        m_hostHasTimestamps = segment.timestamp.has_value();
    }
    m_lastTimestamp = segment.timestamp.value_or(m_lastTimestamp);
    // The window of a SYN is never scaled (RFC 7323 2.2).
    segment.windowBytes = uint32_t{window} << (isSyn ? 0 : m_hostWindowShift);
    return segment;
}

void
PeerSubflow::Arrive(const std::vector<uint8_t>& bytes)
{
    Received segment = Parse(bytes);
    m_peer.Learn(segment);
    m_history.push_back(segment);
    m_arrived.push_back(std::move(segment));
}

Received
PeerSubflow::Take()
{
    Received segment = m_arrived.front();
    m_arrived.pop_front();
    const uint32_t length = static_cast<uint32_t>(segment.payload.size()) +
                            ((segment.flags & (SYN | FIN)) != 0 ? 1U : 0U);
    if (segment.seq <= m_nextAck)
    {
        m_nextAck = std::max(m_nextAck, segment.seq + length);
    }
    return segment;
}

void
PeerSubflow::Fail(const std::string& what, const char* file, int line) const
{
    std::ostringstream message;
    message << what << "\nat " << Simulator::Now().As(Time::S) << "; arrived on link "
            << m_name.link << " so far:";
    constexpr std::size_t SHOWN = 12;
    const std::size_t first = m_history.size() > SHOWN ? m_history.size() - SHOWN : 0;
    for (std::size_t i = first; i < m_history.size(); ++i)
    {
        message << "\n  " << Describe(m_history[i], m_peer.Numbers())
                << (i + m_arrived.size() >= m_history.size() ? "  (not looked at)" : "");
    }
    FailTest(message.str(), file, line);
}

Received
PeerSubflow::Expect(const Segment& segment, const char* file, int line)
{
    if (!m_peer.RunUntil(Seconds(PATIENCE_SECONDS), [this] { return !m_arrived.empty(); }))
    {
        Fail("nothing came instead of " + Describe(segment), file, line);
    }
    Received got = Take();
    const std::string problem = Mismatch(segment, got, m_peer.Numbers());
    if (!problem.empty())
    {
        Fail("expected " + Describe(segment) + "\ngot      " + Describe(got, m_peer.Numbers()) +
                 "\nbut      " + problem,
             file,
             line);
    }
    return got;
}

Received
PeerSubflow::ExpectLater(const Segment& segment, const char* file, int line)
{
    const Time end = Simulator::Now() + Seconds(PATIENCE_SECONDS);
    while (m_peer.RunUntil(end - Simulator::Now(), [this] { return !m_arrived.empty(); }))
    {
        Received got = Take();
        if (Mismatch(segment, got, m_peer.Numbers()).empty())
        {
            return got;
        }
    }
    Fail("never came: " + Describe(segment), file, line);
}

void
PeerSubflow::ExpectSilence(Time duration, const char* file, int line)
{
    if (m_peer.RunUntil(duration, [this] { return !m_arrived.empty(); }))
    {
        Fail("expected silence", file, line);
    }
}

void
PeerSubflow::ExpectNone(const Segment& segment, Time duration, const char* file, int line)
{
    m_peer.Wait(duration);
    for (const auto& got : m_arrived)
    {
        if (Mismatch(segment, got, m_peer.Numbers()).empty())
        {
            Fail("must not come: " + Describe(segment), file, line);
        }
    }
}

std::vector<Received>
PeerSubflow::TakeArrived()
{
    std::vector<Received> all;
    while (!m_arrived.empty())
    {
        all.push_back(Take());
    }
    return all;
}

std::vector<Received>
PeerSubflow::Collect(Time quiet)
{
    std::vector<Received> all;
    while (m_peer.RunUntil(quiet, [this] { return !m_arrived.empty(); }))
    {
        all.push_back(Take());
    }
    return all;
}

} // namespace ns3::script
