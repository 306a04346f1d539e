// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: does a program of Linux, over the kernel's own MPTCP, get from the simulated server
 * what the simulated client of wifi-3g gets?
 *
 * `curl`, under `mptcpize`, runs in a network namespace of this machine and downloads in real time
 * through the links of wifi-3g: WiFi 8 Mb/s, 20 ms, 80 ms of buffer; 3G 2 Mb/s, 150 ms, 2 s of
 * buffer. With --server=linux the server is the kernel, too: the same links without our protocol.
 *
 * Expected: as in wifi-3g, close to the sum of both (payload ceiling 9.5 Mb/s), and TCP 7.7 over
 * WiFi and 1.9 over 3G.
 */
#include "curl-download.h"
#include "download-report.h"
#include "emulated-access.h"
#include "http-server.h"
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "mptcp-subflow.h"
#include "namespace-process.h"
#include "payload-meter.h"
#include "scenario-parameters.h"
#include "tcp-flow-probe.h"
#include "trace-recorder.h"
#include "wait-recorder.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/realtime-simulator-impl.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <sys/utsname.h>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 8080;
constexpr uint32_t MTU_BYTES = 1500;
const Time SAMPLE_INTERVAL = MilliSeconds(100);
const Time START = MilliSeconds(200);  //!< all devices and the server of Linux are up by then
const Time GLANCE = MilliSeconds(50);  //!< between two looks at what Linux does
constexpr int64_t STREAM_KEYS = 10;    //!< of random numbers, as in wifi-3g
constexpr uint32_t FALLBACK_FLAG = 1;  //!< MPTCP_INFO_FLAG_FALLBACK
constexpr uint32_t LINUX_OVERHEAD = 2; //!< what SO_RCVBUF multiplies by, for its own structures

struct Parameters
{
    std::string transport{"mptcp"};
    std::string server{"simulated"};
    uint32_t rcvBuf{2'000'000};
    uint32_t sndBuf{2'000'000};
    Time duration{Seconds(30)};
    std::string scheduler{"min-rtt"};
    std::string congestionControl{"lia"};
    std::string tcpCongestionControl{"new-reno"};
    uint32_t tcpSegment{MptcpHelper::SegmentBytesFor(MTU_BYTES, false)};
    std::string linuxCongestionControl{"reno"};
    bool pcap{false};
};

void
Declare(ScenarioParameters& command, Parameters& p)
{
    command.Add("transport", "who downloads: MPTCP over both, or TCP over one", p.transport);
    command.AllowOnly("transport", {"mptcp", "tcp-wifi", "tcp-3g"});
    command.Add("server", "who sends: the simulated server, or the kernel", p.server);
    command.AllowOnly("server", {"simulated", "linux"});
    command.AddBytes("rcvBuf", "receive buffer of the client, as of SO_RCVBUF, bytes", p.rcvBuf);
    command.AddBytes("sndBuf", "send buffer of the server, bytes", p.sndBuf);
    command.Add("duration", "how long the download lasts, in real time", p.duration);
    command.Add("scheduler", "MPTCP packet scheduler of the simulated server", p.scheduler);
    command.Add("congestionControl",
                "congestion control of its MPTCP subflows, for example lia, new-reno, cubic",
                p.congestionControl);
    command.Add("tcpCongestionControl",
                "its congestion control without MPTCP",
                p.tcpCongestionControl);
    command.AddBytes("tcpSegment",
                     "payload of a full segment of its TCP; by default as with MPTCP; Linux: 1448",
                     p.tcpSegment);
    command.Add("linuxCongestionControl",
                "congestion control of Linux, for example reno, cubic",
                p.linuxCongestionControl);
    command.Add("pcap", "write a pcap file per link", p.pcap);
}

/// Refuses what makes no sense, and what this machine cannot do, before anything is made.
void
Check(const ScenarioParameters& command, const Parameters& p)
{
    if (!p.duration.IsStrictlyPositive())
    {
        command.Refuse("--duration: it must be longer than 0 s");
    }
    std::string missing = NetworkNamespace::WhyUnavailable();
    missing = missing.empty() ? CurlDownload::WhyUnavailable() : missing;
    if (!missing.empty())
    {
        command.Refuse("it needs root and a Linux kernel with MPTCP: " + missing);
    }
    std::ifstream file("/proc/sys/net/ipv4/tcp_available_congestion_control");
    std::string known;
    std::getline(file, known);
    if ((" " + known + " ").find(" " + p.linuxCongestionControl + " ") == std::string::npos)
    {
        command.Refuse("--linuxCongestionControl: this kernel has " + known);
    }
}

/// The download: links, both ends, and what is recorded of them.
class Download
{
  public:
    Download(const Parameters& p, TraceRecorder& recorder);

    void Run();
    void Summarise();

  private:
    [[nodiscard]] bool IsMptcp() const
    {
        return m_p.transport == "mptcp";
    }

    /// Index of the path that TCP takes, and MPTCP first.
    [[nodiscard]] std::size_t FirstPath() const
    {
        return m_p.transport == "tcp-3g" ? 1 : 0;
    }

    void SetUpLinux();
    void SetUpSimulatedServer();
    void SetUpLinuxServer();
    void AwaitServer();
    void StartClient();
    void Watch();
    void OnServerConnection(Ptr<Socket> socket);
    void OnSubflowState(const MptcpSubflowStateChange& change);
    /// Entity of the flow over a path, recorded from now on.
    std::string Record(std::size_t path);
    void SummariseLinux();

    const Parameters& m_p;
    TraceRecorder& m_recorder;
    EmulatedAccess m_access;
    std::unique_ptr<HttpServer> m_server;
    std::unique_ptr<NamespaceProcess> m_linuxServer;
    std::unique_ptr<CurlDownload> m_client;
    std::vector<std::unique_ptr<PayloadMeter>> m_meters; //!< one per path
    std::vector<std::unique_ptr<TcpFlowProbe>> m_probes;
    std::vector<std::size_t> m_flows; //!< path of each
    WaitRecorder m_waits;
    Time m_worstLag;
};

Download::Download(const Parameters& p, TraceRecorder& recorder)
    : m_p(p),
      m_recorder(recorder),
      m_access({{"WiFi", DataRate("8Mbps"), MilliSeconds(20), 80'000, 0},
                {"3G", DataRate("2Mbps"), MilliSeconds(150), 500'000, 0}},
               p.server == "linux" ? EmulatedAccess::Server::Linux
                                   : EmulatedAccess::Server::Simulated)
{
    SetUpLinux();
    for (std::size_t i = 0; i < m_access.Paths().size(); ++i)
    {
        m_meters.push_back(std::make_unique<PayloadMeter>(m_access.Link(i).Get(0)));
    }
    m_access.LinuxServer() ? SetUpLinuxServer() : SetUpSimulatedServer();
}

void
Download::SetUpLinux()
{
    const auto buffer = [](uint32_t bytes) {
        const std::string text = std::to_string(uint64_t{LINUX_OVERHEAD} * bytes);
        return "4096 " + text + " " + text;
    };
    const auto& client = m_access.Client();
    client.SetSysctl("net.ipv4.tcp_rmem", buffer(m_p.rcvBuf));
    client.RunIp("mptcp limits set subflows 2\nmptcp endpoint add 10.1.2.2 dev tap1 subflow");
    client.SetSysctl("net.ipv4.tcp_congestion_control", m_p.linuxCongestionControl);
    if (const auto* server = m_access.LinuxServer())
    {
        server->SetSysctl("net.ipv4.tcp_wmem", buffer(m_p.sndBuf));
        server->SetSysctl("net.ipv4.tcp_congestion_control", m_p.linuxCongestionControl);
        server->RunIp("mptcp limits set subflows 2");
    }
}

void
Download::SetUpSimulatedServer()
{
    Ptr<Node> node = m_access.SimulatedServer();
    if (IsMptcp())
    {
        MptcpHelper mptcp;
        mptcp.SetScheduler(m_p.scheduler);
        mptcp.SetCongestionControl(m_p.congestionControl);
        mptcp.SetPathManager("ns3::MptcpSignalOnly");
        mptcp.Install(node);
        MptcpHelper::AssignStreams(node, STREAM_KEYS);
    }
    const char* factory = IsMptcp() ? "ns3::MptcpSocketFactory" : "ns3::TcpSocketFactory";
    m_server = std::make_unique<HttpServer>(node, TypeId::LookupByName(factory), PORT);
    m_server->OnConnection([this](Ptr<Socket> socket) { OnServerConnection(socket); });
    m_recorder.NameHost(node, "server");
}

void
Download::SetUpLinuxServer()
{
    const std::vector<std::string> command{"/usr/bin/python3",
                                           "-B",
                                           MPTCP_STREAM_SERVER,
                                           IsMptcp() ? "mptcp" : "tcp",
                                           std::to_string(PORT)};
    m_linuxServer = std::make_unique<NamespaceProcess>(*m_access.LinuxServer(), command);
}

void
Download::AwaitServer()
{
    if (m_linuxServer)
    {
        const bool hasEnded = m_linuxServer->HasEnded();
        NS_ABORT_MSG_IF(hasEnded, "The server of Linux ended: " << m_linuxServer->Output());
        if (m_linuxServer->Output().find("listening") == std::string::npos)
        {
            Simulator::Schedule(GLANCE, &Download::AwaitServer, this);
            return;
        }
    }
    StartClient();
}

void
Download::StartClient()
{
    std::ostringstream url;
    url << "http://" << m_access.ServerAddress() << ":" << PORT << "/";
    m_client =
        std::make_unique<CurlDownload>(m_access.Client(),
                                       CurlDownload::Request{url.str(),
                                                             m_access.ClientAddress(FirstPath()),
                                                             IsMptcp(),
                                                             m_p.duration,
                                                             m_recorder.Folder() + "/download"});
    m_recorder.AddRate("connection", "goodput_mbps", [this]() -> std::optional<double> {
        return static_cast<double>(m_client->ReceivedBytes());
    });
    if (m_linuxServer)
    {
        // Nobody tells when Linux has joined; the meters stay at zero until then.
        for (std::size_t i = 0; i < m_meters.size(); ++i)
        {
            if (IsMptcp() || i == FirstPath())
            {
                Record(i);
            }
        }
    }
    m_recorder.Start(SAMPLE_INTERVAL, Simulator::Now() + m_p.duration);
    Watch();
}

void
Download::Watch()
{
    auto realTime = DynamicCast<RealtimeSimulatorImpl>(Simulator::GetImplementation());
    m_worstLag = std::max(m_worstLag, realTime->RealtimeNow() - Simulator::Now());
    if (m_client->HasEnded())
    {
        Simulator::Stop();
        return;
    }
    Simulator::Schedule(GLANCE, &Download::Watch, this);
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
    m_probes.push_back(std::make_unique<TcpFlowProbe>());
    m_probes.back()->Watch(m_recorder, Record(FirstPath()), DynamicCast<TcpSocketBase>(socket));
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
    const auto path = m_access.PathOf(InetSocketAddress::ConvertFrom(peer).GetIpv4());
    m_probes.push_back(std::make_unique<TcpFlowProbe>());
    m_probes.back()->Watch(m_recorder, Record(path), change.subflow);
}

std::string
Download::Record(std::size_t path)
{
    m_flows.push_back(path);
    const std::string entity = "subflow-" + std::to_string(m_flows.size());
    m_recorder.Describe(entity, "path", m_access.Paths().at(path).name);
    m_recorder.AddRate(entity, "goodput_mbps", [this, path]() -> std::optional<double> {
        return static_cast<double>(m_meters[path]->Bytes());
    });
    return entity;
}

void
Download::Run()
{
    if (m_p.pcap)
    {
        CapturePaths(m_recorder, m_access.Paths(), [this](std::size_t path) {
            return m_access.Link(path);
        });
    }
    Simulator::Schedule(START, &Download::AwaitServer, this);
    Simulator::Run();
}

void
Download::Summarise()
{
    m_recorder.Summarise("transport", m_p.transport);
    SummariseDownload(m_recorder, m_p.duration, m_client->ReceivedBytes(), m_client->IsIntact());
    std::vector<SubflowShare> shares;
    for (std::size_t i = 0; i < m_flows.size(); ++i)
    {
        shares.push_back({"subflow-" + std::to_string(i + 1),
                          m_access.Paths()[m_flows[i]].name,
                          static_cast<double>(m_meters[m_flows[i]]->Bytes())});
    }
    SummariseShares(m_recorder, m_p.duration, shares);
    if (IsMptcp() && m_server)
    {
        m_waits.Summarise(m_recorder);
    }
    SummariseLinux();
}

void
Download::SummariseLinux()
{
    utsname system{};
    uname(&system);
    m_recorder.Summarise("linux_release", system.release);
    m_recorder.Summarise("worst_lag_ms", m_worstLag.GetSeconds() * 1e3);
    if (const auto& info = m_client->Info())
    {
        m_recorder.Summarise("mptcp_info_subflows", info->mptcpi_subflows);
        m_recorder.Summarise("mptcp_info_fallback",
                             (info->mptcpi_flags & FALLBACK_FLAG) != 0 ? 1 : 0);
        m_recorder.Summarise("mptcp_info_local_addr_used", info->mptcpi_local_addr_used);
        m_recorder.Summarise("mptcp_info_csum_enabled", info->mptcpi_csum_enabled);
    }
    if (const auto* server = m_access.LinuxServer())
    {
        auto counters = server->Counters();
        m_recorder.Summarise("linux_retransmitted_segments",
                             static_cast<double>(counters["TcpRetransSegs"]));
        m_recorder.Summarise("linux_reinjected_segments",
                             static_cast<double>(counters["MPTcpExtMPTCPRetrans"]));
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command(
        "linux-peer",
        "Does curl on the Linux kernel's MPTCP get both links' rates from the simulated server?");
    Declare(command, p);
    command.Parse(argc, argv);
    Check(command, p);
    GlobalValue::Bind("SimulatorImplementationType", StringValue("ns3::RealtimeSimulatorImpl"));
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    p.scheduler = command.PolicyType("scheduler", p.scheduler, "ns3::MptcpScheduler");
    p.congestionControl =
        command.PolicyType("congestionControl", p.congestionControl, "ns3::TcpCongestionOps");
    const std::string tcpControl =
        command.PolicyType("tcpCongestionControl", p.tcpCongestionControl, "ns3::TcpCongestionOps");
    Config::SetDefault("ns3::TcpL4Protocol::SocketType",
                       TypeIdValue(TypeId::LookupByName(tcpControl)));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(p.sndBuf));
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(p.tcpSegment));

    TraceRecorder recorder(command);
    {
        Download download(p, recorder);
        download.Run();
        download.Summarise();
        recorder.Finish("completed");
        Simulator::Destroy();
    }
    return 0;
}
