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
#include "tcp-defaults.h"
#include "trace-recorder.h"
#include "two-path-options.h"
#include "wait-recorder.h"

#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/tcp-header.h"

#include <map>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 5201;
const Time SAMPLE_INTERVAL = MilliSeconds(100);

/// Streams of random numbers, fixed so that no change elsewhere moves them.
enum Stream : int64_t
{
    STREAM_START = 1,
    STREAM_KEYS = 10,
    STREAM_LOSS = 100,
};

struct Parameters
{
    TwoPathOptions network{
        {{{25, MilliSeconds(25), 0, 150'000}, {5, MilliSeconds(65), 0, 150'000}}}};
    std::string protocol{"mptcp"};
    ChunkOptions chunks{"bulk", 100'000, Seconds(1)};
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
Declare(ScenarioParameters& command, Parameters& p)
{
    p.network.Declare(command);
    command.Add("protocol", "MPTCP over both, or TCP over path 1 alone", p.protocol);
    command.AllowOnly("protocol", {"mptcp", "tcp"});
    p.chunks.Declare(command, {"bulk", "messages", "chunks"});
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
    p.network.Check(command);
    p.chunks.Check(command);
    if (!p.duration.IsStrictlyPositive() || !p.minRto.IsStrictlyPositive())
    {
        command.Refuse("--duration and --minRto must be longer than 0 s");
    }
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

Experiment::Experiment(const Parameters& p, TraceRecorder& recorder)
    : m_p(p),
      m_recorder(recorder),
      m_topology(MultipathTopology::Kind::Multihomed, p.network.Specs()),
      m_start(DrawStart(STREAM_START)),
      m_transfer(m_topology.Server(),
                 m_topology.Client(),
                 p.protocol == "mptcp" ? "ns3::MptcpSocketFactory" : "ns3::TcpSocketFactory",
                 InetSocketAddress(m_topology.ServerAddress(0), PORT),
                 // A request is a packet on the first path.
                 p.chunks.Plan(p.network.paths[0].roundTrip / 2),
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
    SummariseDelays(m_recorder, m_transfer);
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
        p.rcvBuf = p.sndBuf = RecommendedBufferBytes(p.network.Specs());
    }
    TcpDefaults{p.rcvBuf, p.sndBuf, "ns3::TcpNewReno", TcpDefaults::SegmentBytes(), p.minRto}
        .Apply();
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
