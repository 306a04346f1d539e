// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: two hosts with two addresses each (figure 1 of RFC 6182): what do the four paths
 * A1-B1, A1-B2, A2-B1 and A2-B2 carry, and what is left for a TCP beside them?
 *
 * Each access link is shared by two of the four subflows; with `--innerMbps` all four share a link
 * in the middle as well. With `--beside` a TCP sends through the access link of A1 or through the
 * inner link.
 *
 * Expected: without a TCP beside, all that the narrower side has, less headers, however the four
 * subflows divide it: RFC 6356 moves traffic to where there is less congestion, so that unequal
 * links are pooled (goal 1, at least what TCP gets on the best path). In a shared bottleneck the
 * four subflows of a connection together take about as much as one TCP (goal 2, do no harm), where
 * four TCPs would take four times as much (`--congestionControl=new-reno`).
 */
#include "download-report.h"
#include "dual-homed-hosts.h"
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "mptcp-subflow.h"
#include "scenario-parameters.h"
#include "stream-applications.h"
#include "tcp-defaults.h"
#include "tcp-flow-probe.h"
#include "trace-recorder.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/uinteger.h"

#include <map>
#include <memory>
#include <vector>

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
};

struct Parameters
{
    std::string transport{"mptcp"};
    double a1{10};
    double a2{10};
    double b1{10};
    double b2{10};
    double innerMbps{0};
    std::string beside{"none"};
    std::string queue{"drop-tail"};
    DualHomedSpec spec;
    Time duration{Seconds(60)};
    Time warmUp{Seconds(10)};
    uint32_t buffer{2'000'000};
    std::string scheduler{"min-rtt"};
    std::string congestionControl{"lia"};
};

void
Declare(ScenarioParameters& command, Parameters& p)
{
    command.Add("transport", "who sends: MPTCP over all paths, or TCP over A1-B1", p.transport);
    command.AllowOnly("transport", {"mptcp", "tcp"});
    command.Add("a1", "rate of the access link of A1 in Mb/s", p.a1);
    command.Add("a2", "rate of the access link of A2 in Mb/s", p.a2);
    command.Add("b1", "rate of the access link of B1 in Mb/s", p.b1);
    command.Add("b2", "rate of the access link of B2 in Mb/s", p.b2);
    command.Add("innerMbps",
                "rate of the link that all paths share; 0: does not bind",
                p.innerMbps);
    command.Add("beside",
                "a TCP beside: through the access link of A1, or the inner one",
                p.beside);
    command.AllowOnly("beside", {"none", "access", "inner"});
    command.Add("roundTrip", "propagation of every path, there and back", p.spec.roundTrip);
    command.Add("queuePackets", "packets that the queue of a link holds", p.spec.queuePackets);
    command.Add("queue", "discipline of these queues from A to B", p.queue);
    command.AllowOnly("queue", {"drop-tail", "red"});
    command.Add("duration", "how long it lasts", p.duration);
    command.Add("warmUp", "time that does not count, from the start", p.warmUp);
    command.AddBytes("buffer", "send and receive buffers, bytes", p.buffer);
    command.Add("scheduler", "MPTCP packet scheduler", p.scheduler);
    command.Add("congestionControl",
                "congestion control of MPTCP subflows, for example lia, olia, new-reno",
                p.congestionControl);
}

void
Check(const ScenarioParameters& command, const Parameters& p)
{
    for (const double rate : {p.a1, p.a2, p.b1, p.b2})
    {
        if (rate <= 0)
        {
            command.Refuse("--a1, --a2, --b1 and --b2 must be larger than 0");
        }
    }
    if (p.innerMbps < 0)
    {
        command.Refuse("--innerMbps starts at 0");
    }
    if (p.beside == "inner" && p.innerMbps <= 0)
    {
        command.Refuse("--beside=inner needs a bottleneck there: add --innerMbps=10, for example");
    }
    if (p.warmUp >= p.duration)
    {
        command.Refuse("--warmUp must be shorter than --duration");
    }
    if (!p.spec.roundTrip.IsStrictlyPositive() || p.spec.queuePackets == 0)
    {
        command.Refuse("--roundTrip must be longer than 0 s, --queuePackets starts at 1");
    }
}

DualHomedSpec
SpecOf(const Parameters& p)
{
    const auto rate = [](double mbps) { return DataRate(static_cast<uint64_t>(mbps * 1e6)); };
    DualHomedSpec spec = p.spec;
    spec.rateOfA = {rate(p.a1), rate(p.a2)};
    spec.rateOfB = {rate(p.b1), rate(p.b2)};
    spec.inner = p.innerMbps > 0 ? rate(p.innerMbps) : spec.inner;
    spec.usesRed = p.queue == "red";
    return spec;
}

/// The transfer from A to B, the one beside it, and what is recorded of them.
class Experiment
{
  public:
    Experiment(const Parameters& p, TraceRecorder& recorder);

    [[nodiscard]] NodeContainer Ends() const
    {
        return m_network.Ends();
    }

    void Run();

  private:
    struct Path
    {
        std::string entity;
        std::string name;
        std::function<double()> bytes; //!< acknowledged so far
        double before{0};              //!< at the end of the warm-up
    };

    Ptr<StreamEndpoint> Transfer(Ptr<Node> from, Ptr<Node> to, Ipv4Address target, bool isMptcp);
    void OnConnection(Ptr<Socket> socket);
    void OnSubflowState(const MptcpSubflowStateChange& change);
    void AddPath(const std::string& name, Ptr<TcpSocketBase> flow, std::function<double()> bytes);
    void Summarise(uint64_t before, uint64_t besideBefore);

    const Parameters& m_p;
    TraceRecorder& m_recorder;
    DualHomedHosts m_network;
    Ptr<UniformRandomVariable> m_start;
    Ptr<StreamEndpoint> m_sink;
    Ptr<StreamEndpoint> m_besideSink;
    std::vector<Path> m_paths;
    std::vector<std::unique_ptr<TcpFlowProbe>> m_probes;
};

Experiment::Experiment(const Parameters& p, TraceRecorder& recorder)
    : m_p(p),
      m_recorder(recorder),
      m_network(SpecOf(p)),
      m_start(CreateObject<UniformRandomVariable>())
{
    m_start->SetStream(STREAM_START);
    m_sink =
        Transfer(m_network.A(), m_network.B(), m_network.AddressOfB(0), p.transport == "mptcp");
    if (p.beside != "none")
    {
        m_besideSink = Transfer(m_network.C(p.beside == "access"),
                                m_network.D(),
                                m_network.AddressOfD(),
                                false);
    }
}

Ptr<StreamEndpoint>
Experiment::Transfer(Ptr<Node> from, Ptr<Node> to, Ipv4Address target, bool isMptcp)
{
    const TypeId factory =
        TypeId::LookupByName(isMptcp ? "ns3::MptcpSocketFactory" : "ns3::TcpSocketFactory");
    auto sink = CreateObject<StreamEndpoint>();
    sink->SetAttribute("Listen", BooleanValue(true));
    sink->SetAttribute("Protocol", TypeIdValue(factory));
    sink->SetAttribute("Address", AddressValue(InetSocketAddress(Ipv4Address::GetAny(), PORT)));
    to->AddApplication(sink);
    auto source = CreateObject<StreamEndpoint>();
    source->SetAttribute("Protocol", TypeIdValue(factory));
    source->SetAttribute("Address", AddressValue(InetSocketAddress(target, PORT)));
    source->SetAttribute("BytesToSend", UintegerValue(StreamEndpoint::UNLIMITED));
    source->SetStartTime(MilliSeconds(m_start->GetInteger(0, 1000)));
    from->AddApplication(source);
    if (from == m_network.A())
    {
        source->OnConnection([this](Ptr<Socket> socket) { OnConnection(socket); });
    }
    return sink;
}

void
Experiment::OnConnection(Ptr<Socket> socket)
{
    if (auto mptcp = DynamicCast<MptcpSocket>(socket))
    {
        mptcp->TraceConnectWithoutContext("SubflowState",
                                          MakeCallback(&Experiment::OnSubflowState, this));
        return;
    }
    AddPath("A1-B1", DynamicCast<TcpSocketBase>(socket), [this] {
        return static_cast<double>(m_sink->ReceivedBytes());
    });
}

void
Experiment::OnSubflowState(const MptcpSubflowStateChange& change)
{
    if (change.state != MptcpSubflowStateChange::State::Established)
    {
        return;
    }
    Ptr<MptcpSubflow> subflow = change.subflow;
    Address local;
    Address peer;
    subflow->GetSockName(local);
    subflow->GetPeerName(peer);
    const std::string name =
        DualHomedHosts::PathName(InetSocketAddress::ConvertFrom(local).GetIpv4(),
                                 InetSocketAddress::ConvertFrom(peer).GetIpv4());
    AddPath(name, subflow, [subflow] { return static_cast<double>(subflow->AcknowledgedBytes()); });
}

void
Experiment::AddPath(const std::string& name, Ptr<TcpSocketBase> flow, std::function<double()> bytes)
{
    const std::string entity = "subflow-" + std::to_string(m_paths.size() + 1);
    m_paths.push_back({entity, name, bytes});
    m_recorder.Describe(entity, "path", name);
    m_recorder.AddRate(entity, "goodput_mbps", [bytes]() -> std::optional<double> {
        return bytes();
    });
    m_probes.push_back(std::make_unique<TcpFlowProbe>());
    m_probes.back()->Watch(m_recorder, entity, flow);
}

void
Experiment::Run()
{
    m_recorder.NameHost(m_network.A(), "A");
    m_recorder.NameHost(m_network.B(), "B");
    m_recorder.AddRate("connection", "goodput_mbps", [this]() -> std::optional<double> {
        return static_cast<double>(m_sink->ReceivedBytes());
    });
    if (m_besideSink)
    {
        m_recorder.AddRate("tcp-beside", "goodput_mbps", [this]() -> std::optional<double> {
            return static_cast<double>(m_besideSink->ReceivedBytes());
        });
    }
    m_recorder.Start(SAMPLE_INTERVAL, m_p.duration);
    Simulator::Stop(m_p.warmUp);
    Simulator::Run();
    for (auto& path : m_paths)
    {
        path.before = path.bytes();
    }
    const uint64_t before = m_sink->ReceivedBytes();
    const uint64_t besideBefore = m_besideSink ? m_besideSink->ReceivedBytes() : 0;
    Simulator::Stop(m_p.duration - m_p.warmUp);
    Simulator::Run();
    Summarise(before, besideBefore);
}

void
Experiment::Summarise(uint64_t before, uint64_t besideBefore)
{
    const Time counted = m_p.duration - m_p.warmUp;
    m_recorder.Summarise("transport", m_p.transport);
    const uint64_t received = m_sink->ReceivedBytes() - before;
    SummariseDownload(m_recorder, counted, received, m_sink->IsIntact());
    std::vector<SubflowShare> shares;
    shares.reserve(m_paths.size());
    for (const auto& path : m_paths)
    {
        shares.push_back({path.entity, path.name, path.bytes() - path.before});
    }
    SummariseShares(m_recorder, counted, shares);
    if (m_besideSink)
    {
        const auto beside = static_cast<double>(m_besideSink->ReceivedBytes() - besideBefore);
        m_recorder.Summarise("tcp_beside_mbps", beside * 8e-6 / counted.GetSeconds());
        m_recorder.Summarise("ratio_to_tcp_beside",
                             beside > 0 ? static_cast<double>(received) / beside : 0);
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command("dual-homed",
                               "What do the four paths between two dual-homed hosts carry?");
    Declare(command, p);
    command.Parse(argc, argv);
    Check(command, p);
    MptcpHelper mptcp;
    mptcp.SetScheduler(command.PolicyType("scheduler", p.scheduler, "ns3::MptcpScheduler"));
    mptcp.SetPathManager("ns3::MptcpFullMesh");
    mptcp.SetCongestionControl(
        command.PolicyType("congestionControl", p.congestionControl, "ns3::TcpCongestionOps"));
    TcpDefaults{p.buffer, p.buffer}.Apply();
    TraceRecorder recorder(command);
    {
        Experiment experiment(p, recorder);
        if (p.transport == "mptcp")
        {
            mptcp.Install(experiment.Ends());
            MptcpHelper::AssignStreams(experiment.Ends(), STREAM_KEYS);
        }
        experiment.Run();
    }
    recorder.Finish("completed");
    Simulator::Destroy();
    return 0;
}
