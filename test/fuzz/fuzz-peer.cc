// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz-peer.h"

#include "core/stream/flow-window.h"
#include "core/wire/dss-checksum.h"
#include "core/wire/option-codec.h"
#include "fuzz-finding.h"
#include "mptcp-connection.h"

#include "ns3/simulator.h"

#include <algorithm>
#include <iomanip>

namespace mptcp::fuzz
{

using namespace ns3;
using script::Received;
using script::Segment;

namespace
{

// The least a segment of the scripted peer has besides MPTCP options.
constexpr std::size_t SYN_OPTION_BYTES = 19;
constexpr std::size_t OPTION_BYTES = 12;

enum Mutation : uint8_t
{
    SPOIL_OPTION = 0x01,
    SHIFT_OFFSET = 0x02,
    SHIFT_ACK = 0x04,
    CHANGE_FLAGS = 0x08,
    CHANGE_WINDOW = 0x10,
    DROP_OPTIONS = 0x20,
    DOUBLE_OPTION = 0x40,
    HOLD_BACK = 0x80
};

SegmentContext
ContextOf(const Segment& segment)
{
    SegmentContext context;
    context.syn = (segment.flags & script::SYN) != 0;
    context.ack = (segment.flags & script::ACK) != 0;
    context.rst = (segment.flags & script::RST) != 0;
    context.fin = (segment.flags & script::FIN) != 0;
    context.hasPayload = !segment.payload.empty();
    return context;
}

/// Kind and length stay: a list of options that is none is TCP's business, and ns-3's parser stops
/// the program at it before any code of ours runs.
void
Spoil(std::vector<Bytes>& options, Input& input)
{
    const std::size_t place = input.Byte();
    const uint8_t change = input.Byte();
    for (auto& option : options)
    {
        if (option.size() > 2)
        {
            option[2 + place % (option.size() - 2)] ^= change;
        }
    }
}

/// With another key it would be another connection, whose numbers nobody here knows.
void
RestoreKey(std::vector<Bytes>& options, const Bytes& capable)
{
    constexpr std::ptrdiff_t KEY_BEGIN = 4;
    for (auto& option : options)
    {
        if (option.size() >= capable.size() && option[2] >> 4 == capable[2] >> 4)
        {
            std::copy(capable.begin() + KEY_BEGIN, capable.end(), option.begin() + KEY_BEGIN);
        }
    }
}

void
KeepWhatFits(std::vector<Bytes>& options, bool isSyn)
{
    std::size_t room = TCP_OPTION_SPACE_BYTES - (isSyn ? SYN_OPTION_BYTES : OPTION_BYTES);
    auto misfit = std::find_if(options.begin(), options.end(), [&room](const Bytes& option) {
        if (option.size() > room)
        {
            return true;
        }
        room -= option.size();
        return false;
    });
    options.erase(misfit, options.end());
}

} // namespace

Peer::Peer(script::ScriptedPeer& network, const Host& host, std::ostream* log)
    : m_network(network),
      m_host(host),
      m_log(log)
{
    LearnFlags({});
}

Flow&
Peer::OpenFlow(std::size_t link, bool isJoin)
{
    Flow flow;
    flow.wire = &m_network.Open(link, Host::PORT);
    flow.link = link;
    flow.isJoin = isJoin;
    m_flows.push_back(flow);
    return m_flows.back();
}

std::size_t
Peer::FlowCount() const
{
    return m_flows.size();
}

Flow&
Peer::FlowAt(std::size_t index)
{
    return m_flows.at(index);
}

// ---- what comes ----

void
Peer::FindOpened()
{
    while (script::PeerSubflow* opened = m_network.TakeOpened())
    {
        Flow flow;
        flow.wire = opened;
        flow.link = opened->GetName().link;
        flow.isJoin = !m_flows.empty();
        flow.isFromHost = true;
        m_flows.push_back(flow);
    }
}

void
Peer::Observe()
{
    FindOpened();
    for (std::size_t i = 0; i < m_flows.size(); ++i)
    {
        for (const auto& segment : m_flows[i].wire->TakeArrived())
        {
            Observe(i, segment);
        }
    }
}

void
Peer::Observe(std::size_t index, const Received& segment)
{
    LearnHandshake(index, segment);
    Log(index, segment);
    Flow& flow = m_flows[index];
    const bool isControl = (segment.flags & (script::SYN | script::FIN)) != 0;
    const auto length = static_cast<uint32_t>(segment.payload.size()) + (isControl ? 1U : 0U);
    if (segment.seq <= flow.hostNext)
    {
        flow.hostNext = std::max(flow.hostNext, segment.seq + length);
    }
    flow.confirmed = segment.ackNumber;
    CheckDataAck(segment);
    if ((segment.flags & script::RST) == 0)
    {
        CheckPayload(index, segment);
    }
}

void
Peer::LearnFlags(const CapableFlags& flags)
{
    m_version = flags.version == 0 ? MptcpVersion::V0 : MptcpVersion::V1;
    m_own = DeriveKeyMaterial(m_network.Key(), m_version);
    m_hosts = DeriveKeyMaterial(m_hostKey, m_version);
    m_model.SetInitialDataSequence(m_own.initialDataSequence);
    m_hasChecksums = flags.checksumRequired;
    if (m_hasChecksums)
    {
        m_model.RequireChecksums();
    }
}

void
Peer::LearnHandshake(std::size_t index, const Received& segment)
{
    Flow& flow = m_flows[index];
    if (const auto* syn = segment.Find<JoinSyn>())
    {
        flow.hostNonce = syn->nonce;
        flow.isJoin = true;
    }
    else if (const auto* synAck = segment.Find<JoinSynAck>())
    {
        flow.hostNonce = synAck->nonce;
    }
    else if (index != 0)
    {
        return; // nothing to learn of another connection
    }
    if (const auto* capable = segment.Find<CapableSynAck>())
    {
        m_hostKey = capable->sender;
        LearnFlags(capable->flags);
    }
    else if (const auto* capableAck = segment.Find<CapableAck>())
    {
        m_hostKey = capableAck->sender;
        LearnFlags(capableAck->flags);
    }
}

uint64_t
Peer::HostPosition(uint64_t number, bool is64) const
{
    const DataSequence initial = m_hosts.initialDataSequence;
    return is64 ? number - initial.Value() : uint64_t{uint32_t(number) - initial.Low()};
}

void
Peer::CheckPayload(std::size_t index, const Received& segment)
{
    if (index != 0 && !m_flows[index].isJoin)
    {
        return; // of another connection
    }
    // Where the segment's payload belongs in the host's stream; unknown without a mapping.
    std::optional<uint64_t> position;
    const auto* dss = segment.Find<mptcp::Dss>();
    if (dss && dss->mapping)
    {
        const auto& mapping = *dss->mapping;
        const uint64_t first = HostPosition(mapping.dataSequence, mapping.is64);
        const uint64_t bytes = mapping.lengthBytes - (mapping.dataFin ? 1U : 0U);
        m_hostIsInfinite |= mapping.lengthBytes == 0;
        position = first + segment.seq - mapping.subflowOffset;
        Check(segment.payload.empty() || mapping.lengthBytes == 0 ||
                  (*position >= first && *position + segment.payload.size() <= first + bytes),
              "a mapping covers the payload it comes with");
        if (mapping.dataFin && segment.payload.empty())
        {
            m_hostData = m_hostData == first ? first + 1 : m_hostData;
            return;
        }
    }
    else if (const auto* capable = segment.Find<CapableAck>(); capable && capable->data)
    {
        position = segment.seq;
    }
    else if (index == 0 && !m_hostIsInfinite && m_host.GetSocket() &&
             m_host.GetSocket()->GetConnection() &&
             m_host.GetSocket()->GetConnection()->IsFallback())
    {
        position = segment.seq;
    }
    if (!position || segment.payload.empty())
    {
        return;
    }
    const uint64_t end = *position + segment.payload.size();
    Check(end <= m_host.WrittenBytes() + 1 &&
              segment.payload == script::Text(*position, segment.payload.size()),
          "the host sends its stream");
    Check(end <= m_windowEnd + 1, "the host sends no more than a byte beyond the window");
    if (*position <= m_hostData)
    {
        const bool hasFin = dss && dss->mapping && dss->mapping->dataFin &&
                            dss->mapping->lengthBytes == segment.payload.size() + 1;
        m_hostData = std::max(m_hostData, end + (hasFin ? 1U : 0U));
    }
}

void
Peer::CheckDataAck(const Received& segment) const
{
    const auto* dss = segment.Find<mptcp::Dss>();
    if (!dss || !dss->dataAck || m_host.IsClosed() || !m_host.GetSocket())
    {
        return;
    }
    const uint32_t acknowledged =
        uint32_t(dss->dataAck->sequence) - m_own.initialDataSequence.Low();
    const uint64_t taken = m_host.Received().size() + m_host.GetSocket()->GetRxAvailable();
    Check(acknowledged <= 1 + taken + 1,
          "the host acknowledges nothing but what it has, and a FIN");
}

void
Peer::CheckDelivered()
{
    const auto socket = m_host.GetSocket();
    if (!socket)
    {
        return;
    }
    Check(socket->GetRxAvailable() <= Host::BUFFER_BYTES + ReceiveWindow::MOST_PROBE_BYTES,
          "the receive buffer is a limit");
    const bool isPlain = !socket->IsMultipath() ||
                         (socket->GetConnection() && socket->GetConnection()->IsFallback());
    const std::string& received = m_host.Received();
    for (; m_checkedBytes < received.size(); ++m_checkedBytes)
    {
        Check(m_model.MayDeliver(m_checkedBytes + 1, received[m_checkedBytes], isPlain),
              "what is delivered was mapped to its place");
    }
}

// ---- what goes ----

void
Peer::OpenWindow(uint64_t acknowledged, uint32_t windowBytes)
{
    // The host has to ignore acknowledgements of what it never sent, a DATA_FIN included.
    if (acknowledged <= m_host.WrittenBytes() + 2)
    {
        m_acknowledged = std::max(m_acknowledged, acknowledged);
    }
    m_windowEnd = std::max(m_windowEnd, m_acknowledged + windowBytes);
}

void
Peer::RecordOption(std::size_t flow, const Segment& segment, const Bytes& option)
{
    const auto parsed = Parse({option.data(), option.size()}, ContextOf(segment));
    const auto* good = std::get_if<MptcpOption>(&parsed);
    if (!good)
    {
        return;
    }
    if (const auto* capable = std::get_if<CapableAck>(good); capable && capable->data)
    {
        DssMapping mapping;
        mapping.dataSequence = (m_own.initialDataSequence + 1).Value();
        mapping.subflowOffset = 1;
        mapping.lengthBytes = capable->data->dataLevelLengthBytes;
        mapping.checksum = capable->data->checksum;
        m_model.NoteMapping(flow, mapping);
    }
    else if (const auto* dss = std::get_if<mptcp::Dss>(good))
    {
        if (dss->mapping)
        {
            m_model.NoteMapping(flow, *dss->mapping);
        }
        if (dss->dataAck)
        {
            OpenWindow(HostPosition(dss->dataAck->sequence, dss->dataAck->is64),
                       *segment.windowBytes);
        }
    }
}

void
Peer::Record(std::size_t flow, const Segment& segment)
{
    for (const auto& option : segment.options)
    {
        RecordOption(flow, segment, std::get<script::RawOption>(option).bytes);
    }
    if ((segment.flags & script::SYN) == 0)
    {
        m_model.NotePayload(flow, *segment.seq, segment.payload.size());
    }
    OpenWindow(flow == 0 ? *segment.ackNumber : 0, *segment.windowBytes);
}

void
Peer::Log(std::size_t flow, const Received& segment) const
{
    if (m_log)
    {
        const script::StreamNumbers numbers{m_own.initialDataSequence, m_hosts.initialDataSequence};
        *m_log << "    host, subflow " << flow << ": " << Describe(segment, numbers) << std::endl;
    }
}

void
Peer::Log(std::size_t flow, const Segment& segment) const
{
    if (!m_log)
    {
        return;
    }
    *m_log << Simulator::Now().GetSeconds() << "s peer, subflow " << flow << ": "
           << Describe(segment);
    for (const auto& option : segment.options)
    {
        *m_log << " [" << std::hex << std::setfill('0');
        for (const uint8_t byte : std::get<script::RawOption>(option).bytes)
        {
            *m_log << std::setw(2) << unsigned{byte};
        }
        *m_log << "]" << std::dec;
    }
    *m_log << std::endl;
}

void
Peer::Transmit(const Recorded& recorded)
{
    Log(recorded.flow, recorded.segment);
    Record(recorded.flow, recorded.segment);
    m_flows[recorded.flow].wire->Send(recorded.segment);
}

void
Peer::Send(std::size_t index, Draft draft, Input& input)
{
    Flow& flow = m_flows[index];
    const uint8_t mutations = input.Byte();
    if ((mutations & SPOIL_OPTION) != 0)
    {
        Spoil(draft.options, input);
    }
    RestoreKey(draft.options, Encode(OwnKey()));
    if ((mutations & DROP_OPTIONS) != 0)
    {
        draft.options.clear();
    }
    if ((mutations & DOUBLE_OPTION) != 0 && !draft.options.empty())
    {
        draft.options.push_back(draft.options.front());
    }
    Segment segment;
    segment.flags = draft.flags;
    if ((mutations & CHANGE_FLAGS) != 0)
    {
        segment.flags = static_cast<uint8_t>(draft.flags ^ (input.Byte() & 0x3f));
    }
    const bool isSyn = (segment.flags & script::SYN) != 0;
    uint32_t offset = draft.offset.value_or(flow.next);
    offset += (mutations & SHIFT_OFFSET) != 0 ? static_cast<uint32_t>(input.Small()) : 0;
    // Another initial sequence number would make other offsets of the whole subflow.
    segment.Seq(isSyn ? 0 : offset);
    segment.AckNumber(flow.hostNext + ((mutations & SHIFT_ACK) != 0 ? uint32_t(input.Small()) : 0));
    segment.Window((mutations & CHANGE_WINDOW) != 0 ? input.Byte() * 64U : FULL_WINDOW_BYTES);
    if (!isSyn)
    {
        segment.payload = StreamModel::Payload(index, offset, draft.payloadBytes);
    }
    KeepWhatFits(draft.options, isSyn);
    for (auto& option : draft.options)
    {
        segment.With(script::RawOption{std::move(option)});
    }
    const bool isControl = (draft.flags & (script::SYN | script::FIN)) != 0;
    const auto end = draft.offset.value_or(flow.next) + static_cast<uint32_t>(draft.payloadBytes) +
                     (isControl ? 1U : 0U);
    flow.next = std::max(flow.next, end);
    m_sent.push_back({index, segment});
    if ((mutations & HOLD_BACK) == 0)
    {
        Transmit(m_sent.back());
    }
}

void
Peer::Repeat(std::size_t howLongAgo)
{
    if (!m_sent.empty())
    {
        Transmit(m_sent[m_sent.size() - 1 - howLongAgo % m_sent.size()]);
    }
}

void
Peer::Refuse(std::size_t index, const Received& segment)
{
    Log(index, segment);
    m_flows[index].confirmed = segment.ackNumber;
    if ((segment.flags & script::RST) != 0)
    {
        return;
    }
    const bool isControl = (segment.flags & (script::SYN | script::FIN)) != 0;
    const auto length = static_cast<uint32_t>(segment.payload.size()) + (isControl ? 1U : 0U);
    // RFC 9293 3.10.7.1
    const Segment reset = (segment.flags & script::ACK) != 0
                              ? script::Rst().Seq(segment.ackNumber)
                              : script::RstAck().Seq(0).AckNumber(segment.seq + length);
    Log(index, reset);
    m_flows[index].wire->Send(reset);
}

void
Peer::RefuseAll()
{
    FindOpened();
    for (std::size_t i = 0; i < m_flows.size(); ++i)
    {
        for (const auto& segment : m_flows[i].wire->TakeArrived())
        {
            Refuse(i, segment);
        }
    }
}

void
Peer::ResetAll()
{
    for (std::size_t i = 0; i < m_flows.size(); ++i)
    {
        const Segment reset = script::Rst().Seq(m_flows[i].confirmed);
        Log(i, reset);
        m_flows[i].wire->Send(reset);
    }
}

// ---- options ----

Bytes
Peer::Encode(const MptcpOption& option)
{
    std::array<uint8_t, TCP_OPTION_SPACE_BYTES> buffer{};
    ByteWriter out(buffer);
    Emit(option, out);
    const ByteView written = out.Written();
    return {written.data, written.data + written.size};
}

CapableSynAck
Peer::OwnKey() const
{
    CapableFlags flags;
    flags.version = static_cast<uint8_t>(m_version);
    return {flags, m_network.Key()};
}

CapableAck
Peer::Keys(std::optional<FirstData> data) const
{
    CapableFlags flags;
    flags.version = static_cast<uint8_t>(m_version);
    flags.checksumRequired = m_hasChecksums;
    if (m_version == MptcpVersion::V0)
    {
        data.reset(); // RFC 6824 3.1: that form of the option is version 1's
    }
    return {flags, m_network.Key(), HostKey(), data};
}

JoinSyn
Peer::JoinRequest(std::size_t flow) const
{
    return {false, static_cast<AddressId>(m_flows[flow].link), m_hosts.token, OWN_NONCE};
}

JoinSynAck
Peer::JoinAnswer(std::size_t flow) const
{
    const Nonce theirs = m_flows[flow].hostNonce.value_or(0);
    const uint64_t code =
        JoinSynAckHmac({m_network.Key(), HostKey()}, {OWN_NONCE, theirs}, m_version);
    return {false, static_cast<AddressId>(m_flows[flow].link), code, OWN_NONCE};
}

JoinAck
Peer::JoinConfirmation(std::size_t flow) const
{
    const Nonce theirs = m_flows[flow].hostNonce.value_or(0);
    return {JoinAckHmac({m_network.Key(), HostKey()}, {OWN_NONCE, theirs}, m_version)};
}

AddAddress
Peer::Announcement(AddAddress announced) const
{
    announced.hmac = AddAddressHmac({m_network.Key(), HostKey()}, announced);
    return announced;
}

DataAck
Peer::Acknowledgement(int64_t delta, bool is64) const
{
    const DataSequence number =
        m_hosts.initialDataSequence + (m_hostData + static_cast<uint64_t>(delta));
    return {is64 ? number.Value() : number.Low(), is64};
}

DssMapping
Peer::Mapping(std::size_t flow, uint64_t data, uint32_t offset, uint16_t lengthBytes, bool hasFin)
    const
{
    DssMapping mapping;
    const DataSequence begin = m_own.initialDataSequence + data;
    mapping.dataSequence = begin.Value();
    mapping.subflowOffset = offset;
    mapping.lengthBytes = lengthBytes;
    mapping.dataFin = hasFin;
    if (m_hasChecksums && lengthBytes > 0)
    {
        DssChecksum checksum(begin, offset, lengthBytes);
        const auto payload =
            StreamModel::Payload(flow, offset, lengthBytes - (hasFin ? std::size_t{1} : 0));
        checksum.Add({reinterpret_cast<const uint8_t*>(payload.data()), payload.size()});
        mapping.checksum = checksum.Finish();
    }
    return mapping;
}

DssMapping
Peer::Narrow(DssMapping mapping)
{
    mapping.is64 = false;
    mapping.dataSequence = uint32_t(mapping.dataSequence);
    return mapping;
}

Key
Peer::HostKey() const
{
    return m_hostKey;
}

} // namespace mptcp::fuzz
