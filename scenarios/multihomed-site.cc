// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: a host has one interface and one router, and its site has two ISPs. Who brings packets
 * to the exit that fits their source address, and who connects then?
 *
 * The network is the "single next-hop router" of draft-handley-mptcp-routing-00, section 5.2.2
 * (MultihomedSite); the host has the idealised routing of section 3, both ISPs have ingress
 * filters. The site routes by destination alone, or does what the section offers: routes by source
 * address, virtual routers, tunnels from the host to the exit routers, or loose source routing,
 * with exit routers that leave the option on or take it off and a firewall behind them that drops
 * packets with options. Each combination with a transport and an opener is a run and a row of
 * summary.csv. Both ends send all the time.
 *
 * Expected, from that section: with routing by destination, what comes from a2 leaves by ISP 1 and
 * is filtered there; TCP to a2 fails and MPTCP has one path. The four remedies give all connections
 * and both paths, except that the option has to be stripped.
 */
#include "multihomed-site.h"

#include "mptcp-helper.h"
#include "scenario-parameters.h"
#include "trace-recorder.h"
#include "two-way-transfer.h"

#include "ns3/config.h"
#include "ns3/mac48-address.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <array>
#include <cstdio>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint32_t MTU_BYTES = 1500;
constexpr uint32_t BUFFER_BYTES = 1'000'000; // does not bind
constexpr int64_t STREAM_KEYS = 10;

using Exit = MultihomedSiteSpec::Exit;

const std::array<std::pair<const char*, Exit>, 6> EXITS{{
    {"destination", Exit::ByDestination},
    {"source-routing", Exit::SourceRouting},
    {"virtual-routers", Exit::VirtualRouters},
    {"tunnels", Exit::Tunnels},
    {"loose-source-route", Exit::LooseSourceRoute},
    {"stripped-source-route", Exit::StrippedSourceRoute},
}};

struct Parameters
{
    std::string exit{"all"};
    std::string transport{"both"};
    std::string opener{"all"};
    double rateMbps{2};
    Time delay{MilliSeconds(10)};
    Time duration{Seconds(10)};
};

/// One run.
struct Variant
{
    std::string name; //!< of the exit
    Exit exit;
    bool isMptcp;
    std::string opener;
};

void
Declare(ScenarioParameters& command, Parameters& p)
{
    command.Add("exit", "who brings packets to the exit that fits their source", p.exit);
    command.AllowOnly("exit",
                      {"all",
                       "destination",
                       "source-routing",
                       "virtual-routers",
                       "tunnels",
                       "loose-source-route",
                       "stripped-source-route"});
    command.Add("protocol", "what they talk", p.transport);
    command.AllowOnly("protocol", {"both", "tcp", "mptcp"});
    command.Add("opener", "who opens: host A to B, or B to an address of A", p.opener);
    command.AllowOnly("opener", {"all", "a", "b-to-a1", "b-to-a2"});
    command.Add("rateMbps", "rate of the links between exit routers and ISPs in Mb/s", p.rateMbps);
    command.Add("delay", "delay of these links, one way", p.delay);
    command.Add("duration", "simulated time of each run", p.duration);
}

std::vector<Variant>
Variants(const Parameters& p)
{
    const auto isWanted = [](const std::string& wish, const std::string& word) {
        return wish == "all" || wish == "both" || wish == word;
    };
    std::vector<Variant> variants;
    for (const auto& [name, exit] : EXITS)
    {
        for (const bool isMptcp : {false, true})
        {
            for (const char* opener : {"a", "b-to-a1", "b-to-a2"})
            {
                if (isWanted(p.exit, name) && isWanted(p.transport, isMptcp ? "mptcp" : "tcp") &&
                    isWanted(p.opener, opener))
                {
                    variants.push_back({name, exit, isMptcp, opener});
                }
            }
        }
    }
    return variants;
}

void
Summarise(TraceRecorder& recorder,
          const Variant& variant,
          const Parameters& p,
          const MultihomedSite& network,
          const TwoWayTransfer& transfer)
{
    const bool isByHost = variant.opener == "a";
    const auto mbps = [&](uint64_t bytes) {
        return static_cast<double>(bytes) * 8e-6 / p.duration.GetSeconds();
    };
    const uint64_t toB = isByHost ? transfer.ReceivedByListener() : transfer.ReceivedByOpener();
    const uint64_t toA = isByHost ? transfer.ReceivedByOpener() : transfer.ReceivedByListener();
    uint64_t established = 0;
    std::array<uint64_t, 2> subflowBytes{};
    const auto subflows = transfer.Subflows();
    for (std::size_t i = 0; i < subflows.size(); ++i)
    {
        established += subflows[i].isEstablished ? 1 : 0;
        subflowBytes[i == 0 ? 0 : 1] += subflows[i].acknowledgedBytes + subflows[i].receivedBytes;
    }
    recorder.Summarise("exit", variant.name);
    recorder.Summarise("protocol", variant.isMptcp ? "mptcp" : "tcp");
    recorder.Summarise("opener", variant.opener);
    recorder.Summarise("connected", transfer.IsConnected() ? 1 : 0);
    recorder.Summarise("intact", transfer.IsIntact() ? 1 : 0);
    recorder.Summarise("a_to_b_mbps", mbps(toB));
    recorder.Summarise("b_to_a_mbps", mbps(toA));
    for (std::size_t isp = 0; isp < 2; ++isp)
    {
        const std::string via = "_isp" + std::to_string(isp + 1) + "_packets";
        recorder.Summarise("sent_by" + via, static_cast<double>(network.SentPackets(isp)));
        recorder.Summarise("arrived_by" + via, static_cast<double>(network.ArrivedPackets(isp)));
        recorder.Summarise("filtered_by" + via, static_cast<double>(network.FilteredPackets(isp)));
    }
    recorder.Summarise("firewalled_packets", static_cast<double>(network.FirewalledPackets()));
    recorder.Summarise("established_subflows", static_cast<double>(established));
    recorder.Summarise("first_subflow_bytes", static_cast<double>(subflowBytes[0]));
    recorder.Summarise("second_subflow_bytes", static_cast<double>(subflowBytes[1]));
}

void
RunOne(TraceRecorder& recorder, const Variant& variant, const Parameters& p)
{
    MultihomedSiteSpec spec;
    spec.exit = variant.exit;
    spec.rate = DataRate(static_cast<uint64_t>(p.rateMbps * 1e6));
    spec.delay = p.delay;
    {
        MultihomedSite network(spec);
        const NodeContainer ends(network.Host(), network.Peer());
        if (variant.isMptcp)
        {
            MptcpHelper().Install(ends);
            MptcpHelper::AssignStreams(ends, STREAM_KEYS);
        }
        const bool isByHost = variant.opener == "a";
        const TwoWayTransfer transfer(
            isByHost ? network.Host() : network.Peer(),
            isByHost ? network.Peer() : network.Host(),
            isByHost ? network.PeerAddress()
                     : network.HostAddress(variant.opener == "b-to-a1" ? 0 : 1),
            variant.isMptcp);
        Simulator::Stop(p.duration);
        Simulator::Run();
        Summarise(recorder, variant, p, network, transfer);
    }
    Simulator::Destroy();
    Mac48Address::ResetAllocationIndex();
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command(
        "multihomed-site",
        "At a site with two ISPs, who brings packets to the exit that fits them?");
    Declare(command, p);
    command.Parse(argc, argv);
    if (p.rateMbps <= 0 || !p.duration.IsStrictlyPositive())
    {
        command.Refuse("--rateMbps and --duration must be more than 0");
    }
    Config::SetDefault("ns3::TcpL4Protocol::SocketType",
                       TypeIdValue(TypeId::LookupByName("ns3::TcpNewReno")));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(BUFFER_BYTES));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(BUFFER_BYTES));
    Config::SetDefault("ns3::TcpSocket::SegmentSize",
                       UintegerValue(MptcpHelper::SegmentBytesFor(MTU_BYTES, false)));
    TraceRecorder recorder(command);
    const std::vector<Variant> variants = Variants(p);
    for (std::size_t i = 0; i < variants.size(); ++i)
    {
        if (i > 0)
        {
            recorder.NextRow();
        }
        RunOne(recorder, variants[i], p);
        if (command.ShowsProgress())
        {
            std::fprintf(stderr,
                         "progress %.3f\n",
                         static_cast<double>(i + 1) / static_cast<double>(variants.size()));
        }
    }
    recorder.Finish("completed");
    return 0;
}
