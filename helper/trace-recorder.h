// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TRACE_RECORDER_H
#define MPTCP_TRACE_RECORDER_H

#include "host-recorder.h"
#include "scenario-parameters.h"

#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/nstime.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{

/**
 * Writes the result of one run into a folder (docs/results.md):
 *
 * - `samples.csv`: `time_s,entity,metric,value`, sampled at a fixed interval. It depends on
 *   parameters, seed and binary only, so equal runs give equal bytes.
 * - `summary.csv`: final metrics; one row, or one for each variant that the program runs.
 * - `events.csv` and `counters.csv`: see HostRecorder.
 * - `manifest.json`: parameters, seed, versions, wall time, and the names of the other files.
 */
class TraceRecorder
{
  public:
    /// Reads one number; nothing when there is none at this time.
    using Probe = std::function<std::optional<double>()>;

    /// Creates the output folder; refuses the parameters when that is not possible.
    explicit TraceRecorder(const ScenarioParameters& parameters);
    ~TraceRecorder();
    TraceRecorder(const TraceRecorder&) = delete;
    TraceRecorder& operator=(const TraceRecorder&) = delete;

    /// Samples what `probe` reads.
    void AddGauge(const std::string& entity, const std::string& metric, Probe probe);
    /// Samples the rate, in Mb/s, at which a count of bytes grows.
    void AddRate(const std::string& entity, const std::string& metric, Probe byteCount);
    /// A property of an entity, for the manifest: the path of a subflow, say.
    void Describe(const std::string& entity, const std::string& key, const std::string& value);

    /// What `events.csv` and `counters.csv` call a host, otherwise the number of its node.
    void NameHost(Ptr<Node> host, const std::string& name);

    /// Samples every `interval` until `end`, and tells how far the simulation is if asked to.
    /// Events are recorded of the nodes that are MPTCP hosts by now.
    void Start(Time interval, Time end);

    /// Adds a column to the summary.
    void Summarise(const std::string& column, const std::string& value);
    void Summarise(const std::string& column, double value);
    /// What is summarised from now on belongs to another row, with the same columns.
    void NextRow();

    /// Writes summary, counters and manifest. The nodes must still be there.
    void Finish(const std::string& exitState);

    [[nodiscard]] const std::string& Folder() const;

  private:
    struct Series
    {
        std::string entity;
        std::string metric;
        Probe probe;
        bool isRate;
        double last{0};
    };

    void Sample();

    const ScenarioParameters& m_parameters;
    std::string m_folder;
    std::ofstream m_samples;
    std::optional<HostRecorder> m_hosts;
    std::vector<Series> m_series;
    std::vector<std::array<std::string, 3>> m_descriptions;
    std::vector<std::vector<std::pair<std::string, std::string>>> m_summary{{}}; //!< by row
    Time m_interval;
    Time m_end;
    EventId m_event;
    std::chrono::steady_clock::time_point m_started;
};

} // namespace ns3

#endif // MPTCP_TRACE_RECORDER_H
