// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_PROCESS_COST_H
#define MPTCP_PROCESS_COST_H

#include "ns3/nstime.h"

#include <chrono>
#include <ostream>
#include <string>

namespace ns3
{

/// What a simulation costs the machine: time and memory of this process. Not part of a run's
/// summary, which does not depend on the machine.
class ProcessCost
{
  public:
    /// Where the time begins to count.
    void Start();
    /// `cost.csv`: one row, up to now. \param simulated what was simulated since Start
    void Write(const std::string& file, Time simulated) const;
    /// The same in one line of text.
    void Print(std::ostream& os, Time simulated) const;

  private:
    struct Figures
    {
        double cpuSeconds;
        double wallSeconds;
        double peakMib;
    };

    [[nodiscard]] Figures Measure() const;

    double m_cpuAtStart{0};
    std::chrono::steady_clock::time_point m_wallAtStart;
};

} // namespace ns3

#endif // MPTCP_PROCESS_COST_H
