// SPDX-License-Identifier: GPL-2.0-only
#include "two-path-options.h"

#include "scenario-parameters.h"
#include "trace-recorder.h"

#include "ns3/random-variable-stream.h"

namespace ns3
{

void
TwoPathOptions::Declare(ScenarioParameters& command)
{
    for (std::size_t i = 0; i < paths.size(); ++i)
    {
        const std::string number = std::to_string(i + 1);
        const std::string of = " of path " + number;
        command.Add("rate" + number, "rate" + of + " in Mb/s", paths[i].rateMbps);
        command.Add("roundTrip" + number, "propagation there and back" + of, paths[i].roundTrip);
        command.Add("loss" + number,
                    "random packet loss" + of + ", each way, 0 to 1",
                    paths[i].loss);
        command.AddBytes("queue" + number, "queue" + of + ", bytes", paths[i].queueBytes);
    }
}

void
TwoPathOptions::Check(const ScenarioParameters& command) const
{
    for (const auto& path : paths)
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
}

std::vector<PathSpec>
TwoPathOptions::Specs() const
{
    std::vector<PathSpec> specs;
    for (std::size_t i = 0; i < paths.size(); ++i)
    {
        const auto& path = paths[i];
        specs.push_back({"path " + std::to_string(i + 1),
                         DataRate(static_cast<uint64_t>(path.rateMbps * 1e6)),
                         path.roundTrip,
                         path.queueBytes,
                         path.loss});
    }
    return specs;
}

void
ChunkOptions::Declare(ScenarioParameters& command, const std::vector<std::string>& words)
{
    command.Add("traffic", "what the server sends, see chunkBytes and chunkInterval", traffic);
    command.AllowOnly("traffic", words);
    command.AddBytes("chunkBytes", "size of a message, or of a chunk that is fetched", chunkBytes);
    command.Add("chunkInterval",
                "from one message to the next; chunks: the same, or when the last one is there",
                interval);
}

void
ChunkOptions::Check(const ScenarioParameters& command) const
{
    if (!interval.IsStrictlyPositive())
    {
        command.Refuse("--chunkInterval must be longer than 0 s");
    }
}

ChunkedTransfer::Plan
ChunkOptions::Plan(Time fetch) const
{
    ChunkedTransfer::Plan plan;
    plan.chunkBytes = chunkBytes;
    plan.interval = interval;
    plan.fetch = fetch;
    plan.pace = traffic == "bulk"       ? ChunkedTransfer::Pace::Bulk
                : traffic == "messages" ? ChunkedTransfer::Pace::Timed
                                        : ChunkedTransfer::Pace::Fetched;
    return plan;
}

void
SummariseDelays(TraceRecorder& recorder, const ChunkedTransfer& transfer)
{
    recorder.Summarise("chunks", static_cast<double>(transfer.Delays().size()));
    recorder.Summarise("chunks_due", static_cast<double>(transfer.Due()));
    recorder.Summarise("mean_delay_ms", transfer.MeanDelay().GetSeconds() * 1e3);
    for (const int percent : {50, 95, 99})
    {
        recorder.Summarise("delay_p" + std::to_string(percent) + "_ms",
                           transfer.DelayQuantile(percent / 100.0).GetSeconds() * 1e3);
    }
}

Time
DrawStart(int64_t stream)
{
    auto start = CreateObject<UniformRandomVariable>();
    start->SetStream(stream);
    return MilliSeconds(start->GetInteger(0, 1000));
}

} // namespace ns3
