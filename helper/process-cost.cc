// SPDX-License-Identifier: GPL-2.0-only
#include "process-cost.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <sys/resource.h>

namespace ns3
{

namespace
{

double
Seconds(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double
CpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
}

} // namespace

void
ProcessCost::Start()
{
    m_cpuAtStart = CpuSeconds();
    m_wallAtStart = std::chrono::steady_clock::now();
}

ProcessCost::Figures
ProcessCost::Measure() const
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - m_wallAtStart;
    return {CpuSeconds() - m_cpuAtStart,
            wall.count(),
            static_cast<double>(usage.ru_maxrss) / 1024}; // Linux gives KiB
}

void
ProcessCost::Write(const std::string& file, Time simulated) const
{
    const Figures figures = Measure();
    std::ofstream(file) << "simulated_s,cpu_s,wall_s,cpu_s_per_simulated_s,wall_s_per_simulated_s,"
                           "peak_memory_mib\n"
                        << simulated.GetSeconds() << ',' << figures.cpuSeconds << ','
                        << figures.wallSeconds << ',' << figures.cpuSeconds / simulated.GetSeconds()
                        << ',' << figures.wallSeconds / simulated.GetSeconds() << ','
                        << figures.peakMib << '\n';
}

void
ProcessCost::Print(std::ostream& os, Time simulated) const
{
    const Figures figures = Measure();
    std::array<char, 120> line;
    std::snprintf(line.data(),
                  line.size(),
                  "cost per simulated second: %.1f s of CPU, %.1f s; peak memory %.0f MiB\n",
                  figures.cpuSeconds / simulated.GetSeconds(),
                  figures.wallSeconds / simulated.GetSeconds(),
                  figures.peakMib);
    os << line.data();
}

} // namespace ns3
