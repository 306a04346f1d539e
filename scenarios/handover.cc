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
 * So it is with links of constant rate (`--network=links`), and with ns-3's own Wi-Fi and LTE and
 * a phone that walks (`--network=wifi-lte`), where nobody says when WiFi is gone: frames are lost,
 * beacons are missing, and the phone leaves when ten in a row were.
 * What the phone notices at once costs a REMOVE_ADDR and a repetition; what nobody notices costs a
 * retransmission timeout. With bulk data (`--traffic=bulk`) full mode stalls longest where the
 * cellular queue is deep, for repetitions wait behind what is in it.
 */
#include "chunked-transfer.h"
#include "fading-phone-network.h"
#include "handover-download.h"
#include "mptcp-helper.h"
#include "scenario-parameters.h"
#include "tcp-defaults.h"
#include "trace-recorder.h"
#ifdef MPTCP_HAS_RADIO
#include "radio/wifi-lte-network.h"
#endif

#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"

#include <memory>
#include <set>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint32_t BULK_CHUNK_BYTES = 100'000;
const Time LATEST_START = Seconds(1);

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
    std::string network{"links"};
    PathSpec wifi{"WiFi", DataRate("8Mbps"), MilliSeconds(20), 80'000, 0};
    PathSpec cellular{"3G", DataRate("2Mbps"), MilliSeconds(150), 500'000, 0};
    double wifiRate{8};
    double cellRate{2};
    Time goneAt{Seconds(10)};
    Time fade{0};
    Time notice{0};
    Time returnAfter{0};
    double fromMetres{18};
    double speed{1.5};
    Time walkAt{Seconds(3)};
    double pathLoss{4};
    double fadingShape{4};
    Time wire{MilliSeconds(20)};
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

bool
HasRadio(const Parameters& p)
{
    return p.network == "wifi-lte";
}

/// What is said of one kind of network and means nothing for the other.
void
DeclareWalk(ScenarioParameters& command, Parameters& p)
{
    command.Add("fromMetres", "wifi-lte: distance to the access point to begin with", p.fromMetres);
    command.Add("speed", "wifi-lte: the phone walks away with, metres per second", p.speed);
    command.Add("walkAt", "wifi-lte: when it starts to", p.walkAt);
    command.Add("pathLoss", "wifi-lte: exponent of WiFi's loss by distance", p.pathLoss);
    command.Add("fadingShape", "wifi-lte: m of Nakagami's fading, 1 is Rayleigh", p.fadingShape);
    command.Add("wire", "wifi-lte: there and back over wires between network and server", p.wire);
}

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
    command.Add("network", "links of constant rate, or ns-3's own Wi-Fi and LTE", p.network);
    command.AllowOnly("network", {"links", "wifi-lte"});
    DeclareLinks(command, p);
    command.Add("goneAt", "when WiFi is gone; the download starts in the first second", p.goneAt);
    command.Add("fade", "so long before that its loss grows, from none to all", p.fade);
    command.Add("notice",
                "from there until the phone notices and takes the interface down",
                p.notice);
    command.Add("returnAfter",
                "from there until WiFi is back, or wifi-lte: the phone turns round; 0: never",
                p.returnAfter);
    DeclareWalk(command, p);
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

/// What was said of the other kind of network would be without effect.
void
RefuseStrangers(const ScenarioParameters& command,
                const std::vector<ScenarioParameters::Value>& defaults,
                const Parameters& p)
{
    const std::set<std::string> ofLinks{"wifiRate",
                                        "wifiRoundTrip",
                                        "wifiQueue",
                                        "wifiLoss",
                                        "cellRate",
                                        "cellRoundTrip",
                                        "cellLoss",
                                        "goneAt",
                                        "fade",
                                        "notice"};
    const std::set<std::string> ofRadio{"fromMetres",
                                        "speed",
                                        "walkAt",
                                        "pathLoss",
                                        "fadingShape",
                                        "wire"};
    const auto& strangers = HasRadio(p) ? ofLinks : ofRadio;
    const auto values = command.Values();
    for (std::size_t i = 0; i < defaults.size(); ++i)
    {
        if (strangers.count(values[i].name) > 0 && values[i].text != defaults[i].text)
        {
            command.Refuse("--" + values[i].name + " means nothing with --network=" + p.network +
                           "; leave one of the two out");
        }
    }
}

void
CheckWalk(const ScenarioParameters& command, const Parameters& p)
{
#ifndef MPTCP_HAS_RADIO
    command.Refuse("--network=wifi-lte needs ns-3's modules wifi and lte, which this program was "
                   "built without; build it against an ns-3 that has both");
#endif
    if (p.fromMetres <= 0 || p.speed <= 0 || p.pathLoss <= 0 || p.fadingShape < 0.5)
    {
        command.Refuse("--fromMetres, --speed and --pathLoss must be larger than 0, and "
                       "--fadingShape at least 0.5");
    }
    if (p.wire.IsStrictlyNegative() || p.walkAt < 2 * LATEST_START)
    {
        command.Refuse("--wire must not be less than 0 s, and --walkAt not less than 2 s: by then "
                       "the phone is in its networks and the download has started");
    }
}

void
CheckTimes(const ScenarioParameters& command, const Parameters& p)
{
    if (!HasRadio(p) && (p.goneAt <= p.fade + LATEST_START || p.goneAt >= p.duration))
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
    if (HasRadio(p))
    {
        CheckWalk(command, p);
    }
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

Time
DrawStart(const PhoneNetwork& network)
{
    auto start = CreateObject<UniformRandomVariable>();
    start->SetStream(STREAM_START);
    return network.ReadyAt() + LATEST_START * start->GetValue();
}

#ifdef MPTCP_HAS_RADIO
std::unique_ptr<PhoneNetwork>
MakeRadio(const Parameters& p)
{
    WifiLteSpec spec;
    spec.wifi.pathLossExponent = p.pathLoss;
    spec.wifi.fadingShape = p.fadingShape;
    spec.walk.fromMetres = p.fromMetres;
    spec.walk.metresPerSecond = p.speed;
    spec.walk.begin = p.walkAt;
    if (p.returnAfter.IsStrictlyPositive())
    {
        spec.walk.returnAfter = p.returnAfter;
    }
    spec.cellularQueueBytes = p.cellular.queueBytes;
    spec.wireRoundTrip = p.wire;
    auto network = std::make_unique<WifiLteNetwork>(spec);
    network->AssignStreams(STREAM_LOSS);
    return network;
}
#endif

std::unique_ptr<PhoneNetwork>
MakeNetwork(const Parameters& p)
{
#ifdef MPTCP_HAS_RADIO
    if (HasRadio(p))
    {
        return MakeRadio(p);
    }
#endif
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

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command("handover",
                               "How long does a stream stall when a phone walks out of its WiFi?");
    Declare(command, p);
    const auto defaults = command.Values();
    command.Parse(argc, argv);
    RefuseStrangers(command, defaults, p);
    Check(command, p);
    p.wifi.rate = DataRate(static_cast<uint64_t>(p.wifiRate * 1e6));
    p.cellular.rate = DataRate(static_cast<uint64_t>(p.cellRate * 1e6));
    MptcpHelper mptcp;
    mptcp.SetScheduler(command.PolicyType("scheduler", p.scheduler, "ns3::MptcpScheduler"));
    mptcp.SetPathManager("ns3::MptcpFullMesh");
    mptcp.SetCongestionControl(
        command.PolicyType("congestionControl", p.congestionControl, "ns3::TcpCongestionOps"));
    TcpDefaults{p.rcvBuf, p.sndBuf, "ns3::TcpNewReno", TcpDefaults::SegmentBytes(), p.minRto}
        .Apply();
    TraceRecorder recorder(command);
    {
        const auto network = MakeNetwork(p);
        const Time start = DrawStart(*network);
        Simulator::Schedule(start, [&] {
            if (!network->IsReady())
            {
                command.Refuse("the phone has not joined both networks when the download starts; "
                               "begin nearer to the access point: make --fromMetres smaller");
            }
        });
        mptcp.Install(network->Hosts());
        MptcpHelper::AssignStreams(network->Hosts(), STREAM_KEYS);
        const HandoverDownload::Setup setup{p.mode, PlanOf(p)};
        HandoverDownload download(setup, recorder, *network, start);
        download.Run();
        if (network->FailingSince() > p.duration || network->GoneAt() > start + p.duration)
        {
            command.Refuse("the phone is still in its WiFi when the server has sent everything; "
                           "make --duration longer, or --speed or --fromMetres larger");
        }
        download.Summarise();
    }
    recorder.Finish("completed");
    Simulator::Destroy();
    return 0;
}
