// SPDX-License-Identifier: GPL-2.0-only
#include "process-cost.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <string>
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

/// In MiB. The kernel counts what a program's starter held before exec into ru_maxrss, so that a
/// small program looks as large as the Python that starts it; the high-water mark is its own.
double
PeakMib()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
    {
        if (line.rfind("VmHWM:", 0) == 0)
        {
            return std::stod(line.substr(6)) / 1024; // in kB
        }
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024; // Linux gives KiB
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
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - m_wallAtStart;
    return {CpuSeconds() - m_cpuAtStart, wall.count(), PeakMib()};
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
