// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: a host has two ISPs and an address from each. Who can connect to whom, which way does
 * each direction take, and what do the ISPs drop?
 *
 * The network is the figure in section 2 of draft-handley-mptcp-routing-00 (MultihomedHost). The
 * host A routes as hosts do today, by the weak or the strong host model, or by the idealised model
 * of section 3. Each combination of model, ingress filters, transport and opener is a run of its
 * own and a row of summary.csv. Both ends send all the time.
 *
 * Expected, from section 2: as a client A always works with TCP. What is opened to a2, while A
 * prefers R1, is rejected by the strong model; the weak one answers by R1, and then the filter of
 * ISP 1 drops that. For the same reason a second MPTCP subflow gets nothing through, and without
 * filters all that A sends goes by R1. From section 3: with the idealised model everybody connects,
 * both paths carry their share, and nothing is dropped.
 */
#include "multihomed-host.h"

#include "scenario-parameters.h"
#include "trace-recorder.h"
#include "two-isp-runs.h"

#include <vector>

using namespace ns3;

namespace
{

struct Parameters : TwoIspOptions
{
    std::string model{"all"};
    std::string filters{"both"};
};

/// One run.
struct Variant
{
    std::string model;
    bool filters;
    TwoIspRun run;
};

void
Declare(ScenarioParameters& command, Parameters& p)
{
    command.Add("model", "how host A routes", p.model);
    command.AllowOnly("model", {"all", "weak", "strong", "idealised", "idealised-strong"});
    command.Add("filters", "whether both ISPs have ingress filters (RFC 2827)", p.filters);
    command.AllowOnly("filters", {"both", "off", "on"});
    p.TwoIspOptions::Declare(command, "host and ISPs");
}

std::vector<Variant>
Variants(const Parameters& p)
{
    std::vector<Variant> variants;
    for (const char* model : {"strong", "weak", "idealised", "idealised-strong"})
    {
        for (const bool filters : {false, true})
        {
            for (const auto& run : p.Runs())
            {
                if (Parameters::IsWanted(p.model, model) &&
                    Parameters::IsWanted(p.filters, filters ? "on" : "off"))
                {
                    variants.push_back({model, filters, run});
                }
            }
        }
    }
    return variants;
}

void
RunOne(TraceRecorder& recorder, const Variant& variant, const Parameters& p)
{
    MultihomedHostSpec spec;
    spec.model = variant.model;
    spec.ingressFilters = variant.filters;
    spec.rate = p.Rate();
    spec.delay = p.delay;
    const MultihomedHost network(spec);
    recorder.Summarise("model", variant.model);
    recorder.Summarise("filters", variant.filters ? "on" : "off");
    RunTwoWay(recorder, network, variant.run);
    recorder.Summarise("unroutable_packets", static_cast<double>(network.UnroutablePackets()));
}

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command("multihomed-host",
                               "With two ISPs, who connects, by which way, and what is dropped?");
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
