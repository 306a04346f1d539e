// SPDX-License-Identifier: GPL-2.0-only
#include "trace-recorder.h"

#include "mptcp-version.h"

#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <system_error>

namespace ns3
{

namespace
{

/// Enough digits for any quantity here, and the same text for the same number everywhere.
std::string
Digits(double value)
{
    std::array<char, 40> text;
    std::snprintf(text.data(), text.size(), "%.9g", value);
    return text.data();
}

} // namespace

TraceRecorder::TraceRecorder(const ScenarioParameters& parameters)
    : m_parameters(parameters),
      m_folder(parameters.Output()),
      m_started(std::chrono::steady_clock::now())
{
    std::error_code error;
    std::filesystem::create_directories(m_folder, error);
    if (error)
    {
        parameters.Refuse("--output=" + m_folder + ": " + error.message());
    }
    m_samples.open(m_folder + "/samples.csv");
    if (!m_samples)
    {
        parameters.Refuse("--output=" + m_folder + ": cannot write samples.csv there");
    }
    m_samples << "time_s,entity,metric,value\n";
    m_hosts.emplace(m_folder);
    if (!m_hosts->IsGood())
    {
        parameters.Refuse("--output=" + m_folder + ": cannot write " + HostRecorder::EVENTS_FILE +
                          " there");
    }
}

TraceRecorder::~TraceRecorder()
{
    m_event.Cancel();
}

void
TraceRecorder::AddGauge(const std::string& entity, const std::string& metric, Probe probe)
{
    m_series.push_back({entity, metric, std::move(probe), false});
}

void
TraceRecorder::AddRate(const std::string& entity, const std::string& metric, Probe byteCount)
{
    m_series.push_back({entity, metric, std::move(byteCount), true});
}

void
TraceRecorder::Describe(const std::string& entity, const std::string& key, const std::string& value)
{
    m_descriptions.push_back({entity, key, value});
}

void
TraceRecorder::NameHost(Ptr<Node> host, const std::string& name)
{
    m_hosts->NameHost(host, name);
}

void
TraceRecorder::Start(Time interval, Time end)
{
    m_interval = interval;
    m_end = end;
    m_hosts->Start();
    m_event = Simulator::Schedule(interval, &TraceRecorder::Sample, this);
}

void
TraceRecorder::Sample()
{
    const std::string now = Digits(Simulator::Now().GetSeconds());
    for (auto& series : m_series)
    {
        const std::optional<double> value = series.probe();
        if (!value)
        {
            continue;
        }
        double shown = *value;
        if (series.isRate)
        {
            shown = (*value - series.last) * 8 / m_interval.GetSeconds() / 1e6;
            series.last = *value;
        }
        m_samples << now << ',' << series.entity << ',' << series.metric << ',' << Digits(shown)
                  << '\n';
    }
    if (m_parameters.ShowsProgress())
    {
        std::fprintf(stderr, "progress %.3f\n", Simulator::Now().GetSeconds() / m_end.GetSeconds());
    }
    if (Simulator::Now() + m_interval <= m_end)
    {
        m_event = Simulator::Schedule(m_interval, &TraceRecorder::Sample, this);
    }
}

void
TraceRecorder::Summarise(const std::string& column, const std::string& value)
{
    m_summary.back().emplace_back(column, value);
}

void
TraceRecorder::Summarise(const std::string& column, double value)
{
    m_summary.back().emplace_back(column, Digits(value));
}

void
TraceRecorder::NextRow()
{
    m_summary.emplace_back();
}

void
TraceRecorder::Finish(const std::string& exitState)
{
    m_samples.close();
    m_hosts->Finish();
    std::ofstream summary(m_folder + "/summary.csv");
    std::string names;
    std::string rows;
    for (const auto& row : m_summary)
    {
        std::string values;
        names.clear();
        for (const auto& [name, value] : row)
        {
            names += (names.empty() ? "" : ",") + name;
            values += (values.empty() ? "" : ",") + value;
        }
        rows += values + '\n';
    }
    summary << names << '\n' << rows;

    nlohmann::ordered_json manifest;
    manifest["scenario"] = m_parameters.Name();
    for (const auto& [name, text] : m_parameters.Values())
    {
        manifest["parameters"][name] = text;
    }
    manifest["seed"] = RngSeedManager::GetSeed();
    manifest["run"] = RngSeedManager::GetRun();
    manifest["ns3Version"] = Ns3Version();
    manifest["mptcpVersion"] = MptcpVersion();
    manifest["gitRevision"] = MptcpGitRevision();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - m_started;
    manifest["wallTimeSeconds"] = wall.count();
    manifest["exitState"] = exitState;
    manifest["files"] = {"samples.csv",
                         "summary.csv",
                         HostRecorder::COUNTERS_FILE,
                         HostRecorder::EVENTS_FILE};
    for (const auto& [entity, key, value] : m_descriptions)
    {
        manifest["entities"][entity][key] = value;
    }
    std::ofstream(m_folder + "/manifest.json") << manifest.dump(2) << '\n';
}

const std::string&
TraceRecorder::Folder() const
{
    return m_folder;
}

} // namespace ns3
