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

#include "scenario-parameters.h"
#include "trace-recorder.h"
#include "two-isp-runs.h"

#include <array>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

using Exit = MultihomedSiteSpec::Exit;

const std::array<std::pair<const char*, Exit>, 6> EXITS{{
    {"destination", Exit::ByDestination},
    {"source-routing", Exit::SourceRouting},
    {"virtual-routers", Exit::VirtualRouters},
    {"tunnels", Exit::Tunnels},
    {"loose-source-route", Exit::LooseSourceRoute},
    {"stripped-source-route", Exit::StrippedSourceRoute},
}};

struct Parameters : TwoIspOptions
{
    std::string exit{"all"};
};

/// One run.
struct Variant
{
    std::string name; //!< of the exit
    Exit exit;
    TwoIspRun run;
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
    p.TwoIspOptions::Declare(command, "exit routers and ISPs");
}

std::vector<Variant>
Variants(const Parameters& p)
{
    std::vector<Variant> variants;
    for (const auto& [name, exit] : EXITS)
    {
        for (const auto& run : p.Runs())
        {
            if (Parameters::IsWanted(p.exit, name))
            {
                variants.push_back({name, exit, run});
            }
        }
    }
    return variants;
}

void
RunOne(TraceRecorder& recorder, const Variant& variant, const Parameters& p)
{
    MultihomedSiteSpec spec;
    spec.exit = variant.exit;
    spec.rate = p.Rate();
    spec.delay = p.delay;
    const MultihomedSite network(spec);
    recorder.Summarise("exit", variant.name);
    RunTwoWay(recorder, network, variant.run);
    recorder.Summarise("firewalled_packets", static_cast<double>(network.FirewalledPackets()));
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
    p.Check(command);
    SetTwoIspDefaults();
    TraceRecorder recorder(command);
    const std::vector<Variant> variants = Variants(p);
    RunVariants(command, recorder, variants.size(), [&](std::size_t i) {
        RunOne(recorder, variants[i], p);
    });
    recorder.Finish("completed");
    return 0;
}
