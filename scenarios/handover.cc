// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: a phone that receives a stream walks out of its WiFi. How long does the stream stall,
 * and what does the cellular network carry before?
 *
 * The modes are those of Paasch et al., "Exploring Mobile/WiFi Handover with Multipath TCP"
 * (CellNet 2012): both networks at once (full), cellular in reserve (backup), one at a time, break
 * before make (single-path). The links are those of the NSDI 2012 measurements, as in wifi-3g.
 *
 * Expected: no byte is lost or damaged. In backup and single-path mode no data crosses the cellular
 * network before WiFi goes. The stall is shortest in full mode, no shorter in backup mode, and in
 * single-path mode longer by a handshake: there a subflow has to be opened first.
 * What the phone notices at once costs a REMOVE_ADDR and a repetition; what nobody notices costs a
 * retransmission timeout. With bulk data (`--traffic=bulk`) full mode stalls longest where the
 * cellular queue is deep, for repetitions wait behind what is in it.
 */
#include "chunked-transfer.h"
#include "delivery-gaps.h"
#include "download-report.h"
#include "fading-phone-network.h"
#include "handover-mode.h"
#include "mptcp-connection.h"
#include "mptcp-helper.h"
#include "mptcp-subflow.h"
#include "scenario-parameters.h"
#include "stream-applications.h"
#include "trace-recorder.h"

#include "ns3/config.h"
#include "ns3/inet-socket-address.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/tcp-header.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 5201;
constexpr uint32_t MTU_BYTES = 1500;
constexpr uint32_t BULK_CHUNK_BYTES = 100'000;
constexpr uint32_t HASHED_BYTES = 50'000; // at a time
const Time SAMPLE_INTERVAL = MilliSeconds(50);
const Time LATEST_START = Seconds(1);
/// The stall begins at most so long after the phone has noticed; what comes later is something
/// else.
const Time AFTERMATH = Seconds(2);
/// What was sent has so long to arrive.
const Time PATIENCE = Seconds(60);

/// Streams of random numbers, fixed so that no change elsewhere moves them.
enum Stream : int64_t
{
    STREAM_START = 1,
    STREAM_KEYS = 10,
    STREAM_LOSS = 100,
};

struct Parameters
{
    std::string mode{"full"};
    PathSpec wifi{"WiFi", DataRate("8Mbps"), MilliSeconds(20), 80'000, 0};
    PathSpec cellular{"3G", DataRate("2Mbps"), MilliSeconds(150), 500'000, 0};
    double wifiRate{8};
    double cellRate{2};
    Time goneAt{Seconds(10)};
    Time fade{0};
    Time notice{0};
    Time returnAfter{0};
    std::string traffic{"stream"};
    double streamMbps{1};
    Time streamInterval{MilliSeconds(10)};
    Time duration{Seconds(20)};
    uint32_t rcvBuf{2'000'000};
    uint32_t sndBuf{2'000'000};
    Time minRto{MilliSeconds(200)};
    std::string scheduler{"min-rtt"};
    std::string congestionControl{"lia"};
};

void
DeclareLinks(ScenarioParameters& command, Parameters& p)
{
    command.Add("wifiRate", "rate of WiFi in Mb/s", p.wifiRate);
    command.Add("wifiRoundTrip", "propagation there and back over WiFi", p.wifi.roundTrip);
    command.AddBytes("wifiQueue", "queue of WiFi, bytes", p.wifi.queueBytes);
    command.Add("wifiLoss", "random packet loss on WiFi before it fades, 0 to 1", p.wifi.lossRate);
    command.Add("cellRate", "rate of the cellular network in Mb/s", p.cellRate);
    command.Add("cellRoundTrip", "propagation there and back over it", p.cellular.roundTrip);
    command.AddBytes("cellQueue", "queue of the cellular network, bytes", p.cellular.queueBytes);
    command.Add("cellLoss", "random packet loss on it, 0 to 1", p.cellular.lossRate);
}

void
Declare(ScenarioParameters& command, Parameters& p)
{
    command.Add("transport", "mode of the phone: which network it uses when", p.mode);
    command.AllowOnly("transport", {"full", "backup", "single-path"});
    DeclareLinks(command, p);
    command.Add("goneAt", "when WiFi is gone; the download starts in the first second", p.goneAt);
    command.Add("fade", "so long before that its loss grows, from none to all", p.fade);
    command.Add("notice",
                "from there until the phone notices and takes the interface down",
                p.notice);
    command.Add("returnAfter", "from there until WiFi is back; 0: never", p.returnAfter);
    command.Add("traffic", "what the server sends: at streamMbps, or as much as it can", p.traffic);
    command.AllowOnly("traffic", {"stream", "bulk"});
    command.Add("streamMbps", "payload of the stream in Mb/s", p.streamMbps);
    command.Add("streamInterval", "from one message of the stream to the next", p.streamInterval);
    command.Add("duration", "how long the server sends; then the rest arrives", p.duration);
    command.AddBytes("rcvBuf", "receive buffer of the phone, bytes", p.rcvBuf);
    command.AddBytes("sndBuf", "send buffer of the server, bytes", p.sndBuf);
    command.Add("minRto",
                "shortest retransmission timeout, 200ms in Linux; ACKs are delayed for a fifth",
                p.minRto);
    command.Add("scheduler", "MPTCP packet scheduler, for example min-rtt, blest", p.scheduler);
    command.Add("congestionControl",
                "congestion control of MPTCP subflows, for example lia, new-reno",
                p.congestionControl);
}

uint32_t
MessageBytes(const Parameters& p)
{
    return static_cast<uint32_t>(p.streamMbps * 1e6 / 8 * p.streamInterval.GetSeconds());
}

void
CheckTimes(const ScenarioParameters& command, const Parameters& p)
{
    if (p.goneAt <= p.fade + LATEST_START || p.goneAt >= p.duration)
    {
        command.Refuse("--goneAt must be later than --fade is long and a second, in which the "
                       "download starts, and before --duration ends");
    }
    for (const Time& time : {p.fade, p.notice, p.returnAfter})
    {
        if (time.IsStrictlyNegative())
        {
            command.Refuse("--fade, --notice and --returnAfter must not be less than 0 s");
        }
    }
    if (p.returnAfter.IsStrictlyPositive() && p.returnAfter <= p.notice)
    {
        command.Refuse("--returnAfter must be longer than --notice: WiFi returns to a phone that "
                       "has noticed its going");
    }
    if (!p.minRto.IsStrictlyPositive() || !p.streamInterval.IsStrictlyPositive())
    {
        command.Refuse("--minRto and --streamInterval must be longer than 0 s");
    }
}

void
Check(const ScenarioParameters& command, const Parameters& p)
{
    CheckTimes(command, p);
    for (const auto* path : {&p.wifi, &p.cellular})
    {
        if (!path->roundTrip.IsStrictlyPositive())
        {
            command.Refuse("--wifiRoundTrip and --cellRoundTrip must be longer than 0 s");
        }
        if (path->lossRate < 0 || path->lossRate > 1)
        {
            command.Refuse("--wifiLoss and --cellLoss take a share from 0 to 1");
        }
    }
    if (p.wifiRate <= 0 || p.cellRate <= 0)
    {
        command.Refuse("--wifiRate and --cellRate must be larger than 0");
    }
    if (p.traffic == "stream" && MessageBytes(p) == 0)
    {
        command.Refuse(
            "--streamMbps in each --streamInterval is less than a byte; make one larger");
    }
}

ChunkedTransfer::Plan
PlanOf(const Parameters& p)
{
    ChunkedTransfer::Plan plan;
    const bool isStream = p.traffic == "stream";
    plan.pace = isStream ? ChunkedTransfer::Pace::Timed : ChunkedTransfer::Pace::Bulk;
    plan.chunkBytes = isStream ? MessageBytes(p) : BULK_CHUNK_BYTES;
    plan.interval = p.streamInterval;
    plan.length = p.duration;
    return plan;
}

/// What one access has carried, of all subflows that there were over it.
struct AccessRecord
{
    std::vector<Ptr<MptcpSubflow>> atPhone;
    uint64_t sentBytes{0}; //!< payload that left the server, repetitions included

    [[nodiscard]] double ReceivedBytes() const
    {
        double sum = 0;
        for (const auto& subflow : atPhone)
        {
            sum += static_cast<double>(subflow->ReceivedBytes());
        }
        return sum;
    }

    void OnTransmit(Ptr<const Packet> packet, const TcpHeader&, Ptr<const TcpSocketBase>)
    {
        sentBytes += packet->GetSize();
    }
};

/// The download and what is recorded of it.
class Handover
{
  public:
    Handover(const Parameters& p, TraceRecorder& recorder, PhoneNetwork& network, Time start);

    void Run();
    void Summarise();

  private:
    void OnOpening(Ptr<Socket> socket);
    void OnReceived(Ptr<const Packet> packet);
    void OnPhoneSubflow(const MptcpSubflowStateChange& change);
    void OnServerSubflow(const MptcpSubflowStateChange& change);
    [[nodiscard]] std::size_t AccessOf(Ipv4Address phoneAddress) const;
    [[nodiscard]] bool IsIntact() const;
    void SummariseStalls();

    const Parameters& m_p;
    TraceRecorder& m_recorder;
    PhoneNetwork& m_network;
    Time m_start;
    HandoverMode m_mode;
    ChunkedTransfer m_transfer;
    std::array<AccessRecord, PhoneNetwork::ACCESSES> m_accesses;
    double m_cellularBytesBefore{0};
    DeliveryGaps m_deliveries;
    StreamHash m_received;
    Time m_end;
};

Handover::Handover(const Parameters& p, TraceRecorder& recorder, PhoneNetwork& network, Time start)
    : m_p(p),
      m_recorder(recorder),
      m_network(network),
      m_start(start),
      m_mode(p.mode, network),
      m_transfer(network.Server(),
                 network.Phone(),
                 "ns3::MptcpSocketFactory",
                 InetSocketAddress(network.ServerAddress(), PORT),
                 PlanOf(p),
                 start)
{
    m_transfer.OnOpening([this](Ptr<Socket> socket) { OnOpening(socket); });
    m_transfer.OnConnection([this](Ptr<Socket> socket) {
        socket->TraceConnectWithoutContext("SubflowState",
                                           MakeCallback(&Handover::OnServerSubflow, this));
    });
    m_transfer.OnReceived([this](Ptr<const Packet> packet) { OnReceived(packet); });
    Simulator::Schedule(p.goneAt - p.fade, [this] {
        m_cellularBytesBefore = static_cast<double>(m_accesses[PhoneNetwork::CELLULAR].sentBytes);
    });
}

void
Handover::OnOpening(Ptr<Socket> socket)
{
    m_mode.Prepare(DynamicCast<MptcpSocket>(socket));
    socket->TraceConnectWithoutContext("SubflowState",
                                       MakeCallback(&Handover::OnPhoneSubflow, this));
}

void
Handover::OnReceived(Ptr<const Packet> packet)
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
Handover::AccessOf(Ipv4Address phoneAddress) const
{
    const bool isWifi = phoneAddress == m_network.PhoneAddress(PhoneNetwork::WIFI);
    return isWifi ? PhoneNetwork::WIFI : PhoneNetwork::CELLULAR;
}

void
Handover::OnPhoneSubflow(const MptcpSubflowStateChange& change)
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
Handover::OnServerSubflow(const MptcpSubflowStateChange& change)
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
Handover::Run()
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
    m_end = m_start + m_p.duration + PATIENCE;
    m_recorder.Start(SAMPLE_INTERVAL, m_start + m_p.duration);
    Simulator::Stop(m_end);
    Simulator::Run();
}

bool
Handover::IsIntact() const
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
Handover::SummariseStalls()
{
    const Time gone = m_p.goneAt;
    const bool isNoticed = m_network.NoticedAt() < m_end;
    const Time last = isNoticed ? std::max(gone, m_network.NoticedAt()) : gone;
    const auto stall = m_deliveries.Longest(gone - m_p.fade, last + AFTERMATH, m_end);
    m_recorder.Summarise("gone_at_s", gone.GetSeconds());
    m_recorder.Summarise("stall_ms", stall.length.GetSeconds() * 1e3);
    m_recorder.Summarise("stall_begin_s", stall.begin.GetSeconds());
    if (m_p.returnAfter.IsStrictlyPositive())
    {
        const Time back = gone + m_p.returnAfter;
        const auto after = m_deliveries.Longest(back, back + AFTERMATH, m_end);
        m_recorder.Summarise("return_stall_ms", after.length.GetSeconds() * 1e3);
    }
}

void
Handover::Summarise()
{
    m_recorder.Summarise("transport", m_p.mode);
    SummariseDownload(m_recorder, m_p.duration, m_transfer.ReceivedBytes(), IsIntact());
    m_recorder.Summarise("sent_bytes", static_cast<double>(m_transfer.SentBytes()));
    std::vector<SubflowShare> shares;
    for (std::size_t access = 0; access < m_accesses.size(); ++access)
    {
        shares.push_back({"subflow-" + std::to_string(access + 1),
                          m_network.AccessName(access),
                          m_accesses[access].ReceivedBytes()});
    }
    SummariseShares(m_recorder, m_p.duration, shares);
    m_recorder.Summarise("cellular_bytes_before", m_cellularBytesBefore);
    SummariseStalls();
    m_recorder.Summarise("completed_s", (m_end - m_start).GetSeconds());
    if (m_p.traffic == "stream")
    {
        m_recorder.Summarise("delay_p50_ms", m_transfer.DelayQuantile(0.5).GetSeconds() * 1e3);
        m_recorder.Summarise("worst_delay_ms", m_transfer.DelayQuantile(1).GetSeconds() * 1e3);
    }
}

Time
DrawStart()
{
    auto start = CreateObject<UniformRandomVariable>();
    start->SetStream(STREAM_START);
    return LATEST_START * start->GetValue();
}

std::unique_ptr<PhoneNetwork>
MakeNetwork(const Parameters& p)
{
    WifiOutage outage;
    outage.goneAt = p.goneAt;
    outage.fade = p.fade;
    outage.notice = p.notice;
    if (p.returnAfter.IsStrictlyPositive())
    {
        outage.returnAfter = p.returnAfter;
    }
    auto network = std::make_unique<FadingPhoneNetwork>(p.wifi, p.cellular, outage);
    network->AssignStreams(STREAM_LOSS);
    return network;
}

void
SetDefaults(const Parameters& p)
{
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(p.rcvBuf));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(p.sndBuf));
    Config::SetDefault("ns3::TcpSocket::SegmentSize",
                       UintegerValue(MptcpHelper::SegmentBytesFor(MTU_BYTES, false)));
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(p.minRto));
    Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(p.minRto / 5));
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command("handover",
                               "How long does a stream stall when a phone walks out of its WiFi?");
    Declare(command, p);
    command.Parse(argc, argv);
    Check(command, p);
    p.wifi.rate = DataRate(static_cast<uint64_t>(p.wifiRate * 1e6));
    p.cellular.rate = DataRate(static_cast<uint64_t>(p.cellRate * 1e6));
    MptcpHelper mptcp;
    mptcp.SetScheduler(command.PolicyType("scheduler", p.scheduler, "ns3::MptcpScheduler"));
    mptcp.SetPathManager("ns3::MptcpFullMesh");
    mptcp.SetCongestionControl(
        command.PolicyType("congestionControl", p.congestionControl, "ns3::TcpCongestionOps"));
    SetDefaults(p);
    TraceRecorder recorder(command);
    {
        const Time start = DrawStart();
        const auto network = MakeNetwork(p);
        mptcp.Install(network->Hosts());
        MptcpHelper::AssignStreams(network->Hosts(), STREAM_KEYS);
        Handover handover(p, recorder, *network, start);
        handover.Run();
        handover.Summarise();
    }
    recorder.Finish("completed");
    Simulator::Destroy();
    return 0;
}
