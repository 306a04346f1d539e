// SPDX-License-Identifier: GPL-2.0-only
#include "handover-download.h"

#include "download-report.h"

#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <optional>

namespace ns3
{

namespace
{

constexpr uint32_t HASHED_BYTES = 50'000; // at a time
const Time SAMPLE_INTERVAL = MilliSeconds(50);
/// The stall begins at most so long after the phone has noticed; what comes later is something
/// else.
const Time AFTERMATH = Seconds(2);
/// What was sent has so long to arrive.
const Time PATIENCE = Seconds(60);

} // namespace

double
HandoverDownload::AccessRecord::ReceivedBytes() const
{
    double sum = 0;
    for (const auto& subflow : atPhone)
    {
        sum += static_cast<double>(subflow->ReceivedBytes());
    }
    return sum;
}

void
HandoverDownload::AccessRecord::OnTransmit(Ptr<const Packet> packet,
                                           const TcpHeader&,
                                           Ptr<const TcpSocketBase>)
{
    sentBytes += packet->GetSize();
}

HandoverDownload::HandoverDownload(const Setup& setup,
                                   TraceRecorder& recorder,
                                   PhoneNetwork& network,
                                   Time start)
    : m_setup(setup),
      m_recorder(recorder),
      m_network(network),
      m_start(start),
      m_mode(setup.mode, network),
      m_transfer(network.Server(),
                 network.Phone(),
                 "ns3::MptcpSocketFactory",
                 InetSocketAddress(network.ServerAddress(), setup.port),
                 setup.plan,
                 start)
{
    m_transfer.OnOpening([this](Ptr<Socket> socket) { OnOpening(socket); });
    m_transfer.OnConnection([this](Ptr<Socket> socket) {
        socket->TraceConnectWithoutContext("SubflowState",
                                           MakeCallback(&HandoverDownload::OnServerSubflow, this));
    });
    m_transfer.OnReceived([this](Ptr<const Packet> packet) { OnReceived(packet); });
    m_network.OnFailing([this] {
        m_cellularBytesBefore = static_cast<double>(m_accesses[PhoneNetwork::CELLULAR].sentBytes);
    });
}

void
HandoverDownload::OnOpening(Ptr<Socket> socket)
{
    m_mode.Prepare(DynamicCast<MptcpSocket>(socket));
    socket->TraceConnectWithoutContext("SubflowState",
                                       MakeCallback(&HandoverDownload::OnPhoneSubflow, this));
}

void
HandoverDownload::OnReceived(Ptr<const Packet> packet)
{
    m_deliveries.Note();
    m_received.Add(packet);
    if (m_transfer.IsComplete())
    {
        m_end = Simulator::Now();
        Simulator::Stop();
    }
}

std::size_t
HandoverDownload::AccessOf(Ipv4Address phoneAddress) const
{
    const bool isWifi = phoneAddress == m_network.PhoneAddress(PhoneNetwork::WIFI);
    return isWifi ? PhoneNetwork::WIFI : PhoneNetwork::CELLULAR;
}

void
HandoverDownload::OnPhoneSubflow(const MptcpSubflowStateChange& change)
{
    if (change.state == MptcpSubflowStateChange::State::Established)
    {
        Address local;
        change.subflow->GetSockName(local);
        const auto access = AccessOf(InetSocketAddress::ConvertFrom(local).GetIpv4());
        m_accesses[access].atPhone.push_back(change.subflow);
    }
}

void
HandoverDownload::OnServerSubflow(const MptcpSubflowStateChange& change)
{
    if (change.state == MptcpSubflowStateChange::State::Established)
    {
        Address peer;
        change.subflow->GetPeerName(peer);
        auto& record = m_accesses[AccessOf(InetSocketAddress::ConvertFrom(peer).GetIpv4())];
        change.subflow->TraceConnectWithoutContext(
            "Tx",
            MakeCallback(&AccessRecord::OnTransmit, &record));
    }
}

void
HandoverDownload::Run()
{
    m_recorder.NameHost(m_network.Phone(), "client");
    m_recorder.NameHost(m_network.Server(), "server");
    m_recorder.AddRate("connection", "goodput_mbps", [this]() -> std::optional<double> {
        return static_cast<double>(m_transfer.ReceivedBytes());
    });
    for (std::size_t access = 0; access < m_accesses.size(); ++access)
    {
        const std::string entity = "subflow-" + std::to_string(access + 1);
        m_recorder.Describe(entity, "path", m_network.AccessName(access));
        m_recorder.AddRate(entity, "goodput_mbps", [this, access]() -> std::optional<double> {
            return m_accesses[access].ReceivedBytes();
        });
    }
    m_end = m_start + m_setup.plan.length + PATIENCE;
    m_recorder.Start(SAMPLE_INTERVAL, m_start + m_setup.plan.length);
    Simulator::Stop(m_end);
    Simulator::Run();
}

bool
HandoverDownload::IsIntact() const
{
    StreamHash sent;
    for (uint64_t at = 0; at < m_transfer.SentBytes();)
    {
        const auto piece =
            static_cast<uint32_t>(std::min<uint64_t>(m_transfer.SentBytes() - at, HASHED_BYTES));
        sent.Add(PatternStream::Make(at, piece));
        at += piece;
    }
    return m_transfer.IsComplete() && m_transfer.IsIntact() && sent.Digest() == m_received.Digest();
}

void
HandoverDownload::SummariseStalls()
{
    const Time gone = m_network.GoneAt();
    const bool isNoticed = m_network.NoticedAt() < m_end;
    const Time last = isNoticed ? std::max(gone, m_network.NoticedAt()) : gone;
    const auto stall = m_deliveries.Longest(m_network.FailingSince(), last + AFTERMATH, m_end);
    m_recorder.Summarise("failing_since_s", m_network.FailingSince().GetSeconds());
    m_recorder.Summarise("gone_at_s", gone.GetSeconds());
    m_recorder.Summarise("stall_ms", stall.length.GetSeconds() * 1e3);
    m_recorder.Summarise("stall_begin_s", stall.begin.GetSeconds());
    if (const Time back = m_network.FoundAt(); back < m_end)
    {
        const auto after = m_deliveries.Longest(back, back + AFTERMATH, m_end);
        m_recorder.Summarise("return_stall_ms", after.length.GetSeconds() * 1e3);
    }
}

void
HandoverDownload::Summarise()
{
    m_recorder.Summarise("transport", m_setup.mode);
    SummariseDownload(m_recorder, m_setup.plan.length, m_transfer.ReceivedBytes(), IsIntact());
    m_recorder.Summarise("sent_bytes", static_cast<double>(m_transfer.SentBytes()));
    std::vector<SubflowShare> shares;
    for (std::size_t access = 0; access < m_accesses.size(); ++access)
    {
        shares.push_back({"subflow-" + std::to_string(access + 1),
                          m_network.AccessName(access),
                          m_accesses[access].ReceivedBytes()});
    }
    SummariseShares(m_recorder, m_setup.plan.length, shares);
    m_recorder.Summarise("cellular_bytes_before", m_cellularBytesBefore);
    SummariseStalls();
    m_recorder.Summarise("completed_s", (m_end - m_start).GetSeconds());
    if (m_setup.plan.pace == ChunkedTransfer::Pace::Timed)
    {
        m_recorder.Summarise("delay_p50_ms", m_transfer.DelayQuantile(0.5).GetSeconds() * 1e3);
        m_recorder.Summarise("worst_delay_ms", m_transfer.DelayQuantile(1).GetSeconds() * 1e3);
    }
}

} // namespace ns3
