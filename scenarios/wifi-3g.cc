// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: does a phone that downloads over WiFi and 3G at once get more than over the better of
 * the two, although their delays and buffers are so unlike?
 *
 * The links are those of the NSDI 2012 measurements (Raiciu et al., "How Hard Can It Be?"): WiFi
 * 8 Mb/s, 20 ms, 80 ms of buffer; 3G 2 Mb/s, 150 ms, 2 s of buffer.
 *
 * Expected: with a receive buffer that does not bind, close to the sum of both (payload ceiling
 * 9.48 Mb/s; TCP alone 7.71 on WiFi and 1.93 on 3G). With a small one less than TCP over WiFi,
 * because data on 3G holds up the stream while WiFi idles.
 */
#include "buffer-mechanism-options.h"
#include "buffer-rules.h"
#include "download-report.h"
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "mptcp-subflow.h"
#include "multipath-topology.h"
#include "scenario-parameters.h"
#include "stream-applications.h"
#include "tcp-defaults.h"
#include "tcp-flow-probe.h"
#include "trace-recorder.h"
#include "two-path-options.h"
#include "wait-recorder.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/uinteger.h"

#include <map>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 5201; // not one whose payload a dissector would take for HTTP
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
    std::string transport{"mptcp"};
    uint32_t rcvBuf{2'000'000};
    uint32_t sndBuf{2'000'000};
    Time duration{Seconds(60)};
    std::string scheduler{"min-rtt"};
    std::string congestionControl{"lia"};
    std::string pathManager{"full-mesh"};
    std::string tcpCongestionControl{"new-reno"};
    uint32_t tcpSegment{TcpDefaults::SegmentBytes()};
    BufferMechanismOptions mechanisms;
    bool recommendedBuffers{false};
    bool pcap{false};
    double wifiLoss{0};
    double cellLoss{0};
};

void
Declare(ScenarioParameters& command, Parameters& p)
{
    command.Add("transport", "who downloads: MPTCP over both, or TCP over one", p.transport);
    command.AllowOnly("transport", {"mptcp", "tcp-wifi", "tcp-3g"});
    command.AddBytes("rcvBuf", "receive buffer of the client, bytes", p.rcvBuf);
    command.AddBytes("sndBuf", "send buffer of the server, bytes", p.sndBuf);
    command.Add("duration", "how long the download lasts", p.duration);
    command.Add("scheduler",
                "MPTCP packet scheduler: min-rtt, round-robin, weighted, redundant, overflow, "
                "hot-standby, blest, ecf, sttf, daps, otias",
                p.scheduler);
    command.Add("congestionControl",
                "congestion control of MPTCP subflows, for example lia, new-reno, cubic",
                p.congestionControl);
    command.Add("pathManager", "MPTCP path manager, for example full-mesh", p.pathManager);
    command.Add("tcpCongestionControl",
                "congestion control of the TCP baselines",
                p.tcpCongestionControl);
    command.AddBytes("tcpSegment",
                     "payload of a full segment of the TCP baselines; by default as with MPTCP, so "
                     "that they differ in nothing else; Linux: 1448",
                     p.tcpSegment);
    p.mechanisms.Declare(command);
    command.Add("recommendedBuffers",
                "both buffers are 2 sum(rate) RTT_max of the links instead (RFC 6182 5.3)",
                p.recommendedBuffers);
    command.Add("wifiLoss", "random packet loss on WiFi, 0 to 1", p.wifiLoss);
    command.Add("cellLoss", "random packet loss on 3G, 0 to 1", p.cellLoss);
    command.Add("pcap", "write a pcap file per device", p.pcap);
}

std::vector<PathSpec>
Paths(const Parameters& p)
{
    return {{"WiFi", DataRate("8Mbps"), MilliSeconds(20), 80'000, p.wifiLoss},
            {"3G", DataRate("2Mbps"), MilliSeconds(150), 500'000, p.cellLoss}};
}

/// The download: topology, both ends, and what is recorded of them.
class Download
{
  public:
    Download(const Parameters& p, TraceRecorder& recorder);

    [[nodiscard]] NodeContainer Hosts() const
    {
        return m_topology.Hosts();
    }

    void Run();
    void Summarise();

  private:
    [[nodiscard]] bool IsMptcp() const
    {
        return m_p.transport == "mptcp";
    }

    void OnServerConnection(Ptr<Socket> socket);
    void OnSubflowState(const MptcpSubflowStateChange& change);
    /// Entity of the flow over a path; made known to the recorder at the first question.
    std::string Entity(std::size_t path, std::function<std::optional<double>()> receivedBytes);

    const Parameters& m_p;
    TraceRecorder& m_recorder;
    MultipathTopology m_topology;
    Ptr<StreamEndpoint> m_server;
    Ptr<StreamEndpoint> m_client;
    std::map<std::size_t, std::string> m_entities; //!< by path
    std::vector<std::unique_ptr<TcpFlowProbe>> m_probes;
    std::map<std::string, std::function<std::optional<double>()>> m_received;
    WaitRecorder m_waits;
    Time m_start;
};

Download::Download(const Parameters& p, TraceRecorder& recorder)
    : m_p(p),
      m_recorder(recorder),
      m_topology(MultipathTopology::Kind::Multihomed, Paths(p)),
      m_server(CreateObject<StreamEndpoint>()),
      m_client(CreateObject<StreamEndpoint>())
{
    m_topology.AssignStreams(STREAM_LOSS);
    m_topology.Server()->AddApplication(m_server);
    m_topology.Client()->AddApplication(m_client);
    m_start = DrawStart(STREAM_START);

    m_server->SetAttribute("Listen", BooleanValue(true));
    m_server->SetAttribute("Address", AddressValue(InetSocketAddress(Ipv4Address::GetAny(), PORT)));
    m_server->SetAttribute("BytesToSend", UintegerValue(StreamEndpoint::UNLIMITED));
    m_client->SetAttribute("Address",
                           AddressValue(InetSocketAddress(m_topology.ServerAddress(0), PORT)));
    m_client->SetStartTime(m_start);
    m_server->OnConnection([this](Ptr<Socket> socket) { OnServerConnection(socket); });
    const char* factory = IsMptcp() ? "ns3::MptcpSocketFactory" : "ns3::TcpSocketFactory";
    m_server->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(factory)));
    m_client->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(factory)));
    if (p.transport == "tcp-3g")
    {
        // A host that has 3G only.
        m_topology.TakeDown(0);
    }
}

void
Download::OnServerConnection(Ptr<Socket> socket)
{
    if (auto mptcp = DynamicCast<MptcpSocket>(socket))
    {
        mptcp->TraceConnectWithoutContext("SubflowState",
                                          MakeCallback(&Download::OnSubflowState, this));
        m_waits.Watch(mptcp);
        return;
    }
    const std::size_t path = m_p.transport == "tcp-3g" ? 1 : 0;
    const std::string entity = Entity(path, [this]() -> std::optional<double> {
        return static_cast<double>(m_client->ReceivedBytes());
    });
    m_probes.push_back(std::make_unique<TcpFlowProbe>());
    m_probes.back()->Watch(m_recorder, entity, DynamicCast<TcpSocketBase>(socket));
}

void
Download::OnSubflowState(const MptcpSubflowStateChange& change)
{
    if (change.state != MptcpSubflowStateChange::State::Established)
    {
        return;
    }
    Address peer;
    change.subflow->GetPeerName(peer);
    const auto address = InetSocketAddress::ConvertFrom(peer).GetIpv4();
    Ptr<MptcpSubflow> subflow = change.subflow;
    const std::string entity =
        Entity(m_topology.PathOf(address), [subflow]() -> std::optional<double> {
            return static_cast<double>(subflow->AcknowledgedBytes());
        });
    m_probes.push_back(std::make_unique<TcpFlowProbe>());
    m_probes.back()->Watch(m_recorder, entity, subflow);
}

std::string
Download::Entity(std::size_t path, std::function<std::optional<double>()> receivedBytes)
{
    const std::string entity = "subflow-" + std::to_string(m_entities.size() + 1);
    m_entities[path] = entity;
    m_received[entity] = receivedBytes;
    m_recorder.Describe(entity, "path", m_topology.Paths().at(path).name);
    m_recorder.AddRate(entity, "goodput_mbps", receivedBytes);
    return entity;
}

void
Download::Run()
{
    m_recorder.NameHost(m_topology.Client(), "client");
    m_recorder.NameHost(m_topology.Server(), "server");
    m_recorder.AddRate("connection", "goodput_mbps", [this]() -> std::optional<double> {
        return static_cast<double>(m_client->ReceivedBytes());
    });
    if (m_p.pcap)
    {
        CapturePaths(m_recorder, m_topology.Paths(), [this](std::size_t path) {
            return m_topology.Link(path);
        });
    }
    const Time end = m_start + m_p.duration;
    m_recorder.Start(SAMPLE_INTERVAL, end);
    Simulator::Stop(end);
    Simulator::Run();
}

void
Download::Summarise()
{
    m_recorder.Summarise("transport", m_p.transport);
    SummariseDownload(m_recorder, m_p.duration, m_client->ReceivedBytes(), m_client->IsIntact());
    std::vector<SubflowShare> shares;
    for (const auto& [path, entity] : m_entities)
    {
        shares.push_back({entity, m_topology.Paths().at(path).name, *m_received.at(entity)()});
    }
    SummariseShares(m_recorder, m_p.duration, shares);
    if (IsMptcp())
    {
        m_waits.Summarise(m_recorder);
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command(
        "wifi-3g",
        "Does a download over WiFi and 3G at once beat the better of the two?");
    Declare(command, p);
    command.Parse(argc, argv);
    if (!p.duration.IsStrictlyPositive())
    {
        command.Refuse("--duration: it must be longer than 0 s");
    }
    if (p.wifiLoss < 0 || p.wifiLoss > 1 || p.cellLoss < 0 || p.cellLoss > 1)
    {
        command.Refuse("--wifiLoss and --cellLoss take a share from 0 to 1");
    }
    MptcpHelper mptcp;
    mptcp.SetScheduler(command.PolicyType("scheduler", p.scheduler, "ns3::MptcpScheduler"));
    mptcp.SetPathManager(command.PolicyType("pathManager", p.pathManager, "ns3::MptcpPathManager"));
    mptcp.SetCongestionControl(
        command.PolicyType("congestionControl", p.congestionControl, "ns3::TcpCongestionOps"));
    const std::string tcpControl =
        command.PolicyType("tcpCongestionControl", p.tcpCongestionControl, "ns3::TcpCongestionOps");
    p.mechanisms.Apply();
    if (p.recommendedBuffers)
    {
        p.rcvBuf = p.sndBuf = RecommendedBufferBytes(Paths(p));
    }
    TcpDefaults{p.rcvBuf, p.sndBuf, tcpControl, p.tcpSegment}.Apply();

    TraceRecorder recorder(command);
    {
        Download download(p, recorder);
        if (p.transport == "mptcp")
        {
            mptcp.Install(download.Hosts());
            MptcpHelper::AssignStreams(download.Hosts(), STREAM_KEYS);
        }
        download.Run();
        download.Summarise();
    }
    recorder.Finish("completed");
    Simulator::Destroy();
    return 0;
}
