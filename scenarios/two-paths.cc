// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: what does a packet scheduler make of two paths, with bulk data, with messages and with
 * video fetched in chunks?
 *
 * Rate, delay, loss and queue of both paths, the buffers and the traffic are parameters, so that
 * the set-ups of the schedulers' papers can be stated; the studies of `./mptcp validate` do so.
 *
 * Expected: in bulk and with ample buffers every scheduler that fills both windows gets the same
 * (Paasch et al., CSWS 2014). With small buffers those win that keep data off a slow path when it
 * would hold up a fast one (BLEST, Ferlin et al., Networking 2016); with chunks those that leave
 * the last segments to the fast one (ECF, Lim et al., CoNEXT 2017).
 */
#include "buffer-mechanism-options.h"
#include "buffer-rules.h"
#include "chunked-transfer.h"
#include "download-report.h"
#include "mptcp-connection.h"
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "multipath-topology.h"
#include "scenario-parameters.h"
#include "trace-recorder.h"
#include "wait-recorder.h"

#include "ns3/config.h"
#include "ns3/inet-socket-address.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/tcp-congestion-ops.h"
#include "ns3/tcp-header.h"
#include "ns3/uinteger.h"

#include <array>
#include <map>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 5201;
constexpr uint32_t MTU_BYTES = 1500;
const Time SAMPLE_INTERVAL = MilliSeconds(100);

/// Streams of random numbers, fixed so that no change elsewhere moves them.
enum Stream : int64_t
{
    STREAM_START = 1,
    STREAM_KEYS = 10,
    STREAM_LOSS = 100,
};

struct Path
{
    double rateMbps;
    Time roundTrip;
    double loss;
    uint32_t queueBytes;
};

struct Parameters
{
    std::array<Path, 2> paths{Path{25, MilliSeconds(25), 0, 150'000},
                              Path{5, MilliSeconds(65), 0, 150'000}};
    std::string protocol{"mptcp"};
    std::string traffic{"bulk"};
    uint32_t chunkBytes{100'000};
    Time chunkInterval{Seconds(1)};
    uint32_t rcvBuf{2'000'000};
    uint32_t sndBuf{2'000'000};
    bool recommendedBuffers{false};
    Time duration{Seconds(60)};
    Time minRto{Seconds(1)};
    std::string scheduler{"min-rtt"};
    std::string congestionControl{"lia"};
    BufferMechanismOptions mechanisms;
};

void
DeclarePaths(ScenarioParameters& command, Parameters& p)
{
    for (std::size_t i = 0; i < p.paths.size(); ++i)
    {
        const std::string number = std::to_string(i + 1);
        const std::string of = " of path " + number;
        command.Add("rate" + number, "rate" + of + " in Mb/s", p.paths[i].rateMbps);
        command.Add("roundTrip" + number, "propagation there and back" + of, p.paths[i].roundTrip);
        command.Add("loss" + number,
                    "random packet loss" + of + ", each way, 0 to 1",
                    p.paths[i].loss);
        command.AddBytes("queue" + number, "queue" + of + ", bytes", p.paths[i].queueBytes);
    }
}

void
Declare(ScenarioParameters& command, Parameters& p)
{
    DeclarePaths(command, p);
    command.Add("protocol", "MPTCP over both, or TCP over path 1 alone", p.protocol);
    command.AllowOnly("protocol", {"mptcp", "tcp"});
    command.Add("traffic", "what the server sends, see chunkBytes and chunkInterval", p.traffic);
    command.AllowOnly("traffic", {"bulk", "messages", "chunks"});
    command.AddBytes("chunkBytes",
                     "size of a message, or of a chunk that is fetched",
                     p.chunkBytes);
    command.Add("chunkInterval",
                "from one message to the next; chunks: the same, or when the last one is there",
                p.chunkInterval);
    command.AddBytes("rcvBuf", "receive buffer of the client, bytes", p.rcvBuf);
    command.AddBytes("sndBuf", "send buffer of the server, bytes", p.sndBuf);
    command.Add("recommendedBuffers",
                "both buffers are 2 sum(rate) RTT_max instead (RFC 6182 5.3)",
                p.recommendedBuffers);
    command.Add("duration", "how long it lasts", p.duration);
    command.Add(
        "minRto",
        "shortest retransmission timeout, 200ms in Linux; ACKs are delayed for a fifth of it",
        p.minRto);
    command.Add("scheduler",
                "MPTCP packet scheduler: min-rtt, round-robin, weighted, redundant, overflow, "
                "hot-standby, blest, ecf, sttf, daps, otias",
                p.scheduler);
    command.Add("congestionControl",
                "congestion control of MPTCP subflows, for example lia, new-reno; TCP has new-reno",
                p.congestionControl);
    p.mechanisms.Declare(command);
}

void
Check(const ScenarioParameters& command, const Parameters& p)
{
    for (const auto& path : p.paths)
    {
        if (path.rateMbps <= 0 || !path.roundTrip.IsStrictlyPositive())
        {
            command.Refuse("rates and round trips must be larger than 0");
        }
        if (path.loss < 0 || path.loss > 1)
        {
            command.Refuse("--loss1 and --loss2 take a share from 0 to 1");
        }
    }
    if (!p.duration.IsStrictlyPositive() || !p.chunkInterval.IsStrictlyPositive() ||
        !p.minRto.IsStrictlyPositive())
    {
        command.Refuse("--duration, --chunkInterval and --minRto must be longer than 0 s");
    }
}

std::vector<PathSpec>
Paths(const Parameters& p)
{
    std::vector<PathSpec> specs;
    for (std::size_t i = 0; i < p.paths.size(); ++i)
    {
        const auto& path = p.paths[i];
        specs.push_back({"path " + std::to_string(i + 1),
                         DataRate(static_cast<uint64_t>(path.rateMbps * 1e6)),
                         path.roundTrip,
                         path.queueBytes,
                         path.loss});
    }
    return specs;
}

ChunkedTransfer::Plan
PlanOf(const Parameters& p)
{
    ChunkedTransfer::Plan plan;
    plan.chunkBytes = p.chunkBytes;
    plan.interval = p.chunkInterval;
    // A request is a packet on the first path.
    plan.fetch = p.paths[0].roundTrip / 2;
    plan.pace = p.traffic == "bulk"       ? ChunkedTransfer::Pace::Bulk
                : p.traffic == "messages" ? ChunkedTransfer::Pace::Timed
                                          : ChunkedTransfer::Pace::Fetched;
    return plan;
}

/// What one subflow of the server did.
struct SubflowRecord
{
    Ptr<MptcpSubflow> subflow;
    Time lastData;
    bool hasSent{false};
    uint64_t sentBytes{0};
    /// Times data was sent after a pause longer than the retransmission timeout: there a TCP that
    /// obeys RFC 5681 4.1 falls back to its initial window. ns-3's does not; this only counts.
    uint32_t idleRestarts{0};

    void OnTransmit(Ptr<const Packet> packet, const TcpHeader&, Ptr<const TcpSocketBase>)
    {
        if (packet->GetSize() == 0)
        {
            return;
        }
        const Time now = Simulator::Now();
        if (hasSent && now - lastData > subflow->RetransmissionTimeout())
        {
            ++idleRestarts;
        }
        hasSent = true;
        lastData = now;
        sentBytes += packet->GetSize();
    }
};

/// The transfer and what is recorded of it.
class Experiment
{
  public:
    Experiment(const Parameters& p, TraceRecorder& recorder);

    [[nodiscard]] NodeContainer Hosts() const
    {
        return m_topology.Hosts();
    }

    void Run();
    void Summarise();

  private:
    void SummariseMptcp();
    void OnConnection(Ptr<Socket> socket);
    void OnSubflowState(const MptcpSubflowStateChange& change);

    const Parameters& m_p;
    TraceRecorder& m_recorder;
    MultipathTopology m_topology;
    Time m_start;
    ChunkedTransfer m_transfer;
    Ptr<MptcpSocket> m_server;
    std::map<std::size_t, SubflowRecord> m_subflows; //!< by path
    WaitRecorder m_waits;
};

Time
DrawStart()
{
    auto start = CreateObject<UniformRandomVariable>();
    start->SetStream(STREAM_START);
    return MilliSeconds(start->GetInteger(0, 1000));
}

Experiment::Experiment(const Parameters& p, TraceRecorder& recorder)
    : m_p(p),
      m_recorder(recorder),
      m_topology(MultipathTopology::Kind::Multihomed, Paths(p)),
      m_start(DrawStart()),
      m_transfer(m_topology.Server(),
                 m_topology.Client(),
                 p.protocol == "mptcp" ? "ns3::MptcpSocketFactory" : "ns3::TcpSocketFactory",
                 InetSocketAddress(m_topology.ServerAddress(0), PORT),
                 PlanOf(p),
                 m_start)
{
    m_topology.AssignStreams(STREAM_LOSS);
    m_transfer.OnConnection([this](Ptr<Socket> socket) { OnConnection(socket); });
}

void
Experiment::OnConnection(Ptr<Socket> socket)
{
    m_server = DynamicCast<MptcpSocket>(socket);
    if (!m_server)
    {
        return; // plain TCP
    }
    m_server->TraceConnectWithoutContext("SubflowState",
                                         MakeCallback(&Experiment::OnSubflowState, this));
    m_waits.Watch(m_server);
}

void
Experiment::OnSubflowState(const MptcpSubflowStateChange& change)
{
    if (change.state != MptcpSubflowStateChange::State::Established)
    {
        return;
    }
    Address peer;
    change.subflow->GetPeerName(peer);
    const auto path = m_topology.PathOf(InetSocketAddress::ConvertFrom(peer).GetIpv4());
    auto& record = m_subflows[path];
    record.subflow = change.subflow;
    change.subflow->TraceConnectWithoutContext("Tx",
                                               MakeCallback(&SubflowRecord::OnTransmit, &record));
    const std::string entity = "subflow-" + std::to_string(path + 1);
    m_recorder.Describe(entity, "path", m_topology.Paths().at(path).name);
    Ptr<MptcpSubflow> subflow = change.subflow;
    m_recorder.AddRate(entity, "goodput_mbps", [subflow]() -> std::optional<double> {
        return static_cast<double>(subflow->AcknowledgedBytes());
    });
    m_recorder.AddGauge(entity, "cwnd_bytes", [subflow]() -> std::optional<double> {
        return subflow->Snapshot().congestionWindowBytes;
    });
    m_recorder.AddGauge(entity, "srtt_ms", [subflow]() -> std::optional<double> {
        return std::chrono::duration<double, std::milli>(subflow->Snapshot().smoothedRtt).count();
    });
}

void
Experiment::Run()
{
    m_recorder.NameHost(m_topology.Client(), "client");
    m_recorder.NameHost(m_topology.Server(), "server");
    m_recorder.AddRate("connection", "goodput_mbps", [this]() -> std::optional<double> {
        return static_cast<double>(m_transfer.ReceivedBytes());
    });
    const Time end = m_start + m_p.duration;
    m_recorder.Start(SAMPLE_INTERVAL, end);
    Simulator::Stop(end);
    Simulator::Run();
}

void
Experiment::Summarise()
{
    SummariseDownload(m_recorder, m_p.duration, m_transfer.ReceivedBytes(), m_transfer.IsIntact());
    m_recorder.Summarise("chunks", static_cast<double>(m_transfer.Delays().size()));
    m_recorder.Summarise("chunks_due", static_cast<double>(m_transfer.Due()));
    m_recorder.Summarise("mean_delay_ms", m_transfer.MeanDelay().GetSeconds() * 1e3);
    for (const int percent : {50, 95, 99})
    {
        m_recorder.Summarise("delay_p" + std::to_string(percent) + "_ms",
                             m_transfer.DelayQuantile(percent / 100.0).GetSeconds() * 1e3);
    }
    if (m_server)
    {
        SummariseMptcp();
    }
}

void
Experiment::SummariseMptcp()
{
    const auto* connection = m_server->GetConnection();
    m_recorder.Summarise("reinjected_bytes",
                         connection ? static_cast<double>(connection->ReinjectedBytes()) : 0);
    const auto& mib = m_topology.Server()->GetObject<MptcpStack>()->GetMib();
    m_recorder.Summarise("reinjected_packets",
                         static_cast<double>(mib.Get(mptcp::Mib::MPTCPRetrans)));
    for (const auto& [path, record] : m_subflows)
    {
        const std::string column = "subflow_" + std::to_string(path + 1);
        m_recorder.Summarise(column + "_sent_bytes", static_cast<double>(record.sentBytes));
        m_recorder.Summarise(column + "_idle_restarts", record.idleRestarts);
    }
    m_waits.Summarise(m_recorder);
}

void
SetDefaults(Parameters& p)
{
    p.mechanisms.Apply();
    if (p.recommendedBuffers)
    {
        p.rcvBuf = p.sndBuf = RecommendedBufferBytes(Paths(p));
    }
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(p.rcvBuf));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(p.sndBuf));
    Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(TcpNewReno::GetTypeId()));
    Config::SetDefault("ns3::TcpSocket::SegmentSize",
                       UintegerValue(MptcpHelper::SegmentBytesFor(MTU_BYTES, false)));
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(p.minRto));
    // 40 ms beside 200 ms, as in Linux, and 200 ms beside 1 s, as in ns-3: were they alike, a lone
    // segment would time out before it is acknowledged.
    Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(p.minRto / 5));
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command("two-paths", "What does a packet scheduler make of two paths?");
    Declare(command, p);
    command.Parse(argc, argv);
    Check(command, p);
    MptcpHelper mptcp;
    mptcp.SetScheduler(command.PolicyType("scheduler", p.scheduler, "ns3::MptcpScheduler"));
    mptcp.SetCongestionControl(
        command.PolicyType("congestionControl", p.congestionControl, "ns3::TcpCongestionOps"));
    SetDefaults(p);
    TraceRecorder recorder(command);
    {
        Experiment experiment(p, recorder);
        if (p.protocol == "mptcp")
        {
            mptcp.Install(experiment.Hosts());
            MptcpHelper::AssignStreams(experiment.Hosts(), STREAM_KEYS);
        }
        experiment.Run();
        experiment.Summarise();
    }
    recorder.Finish("completed");
    Simulator::Destroy();
    return 0;
}
