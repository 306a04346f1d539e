// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TEST_PATH_WINDOWS_H
#define MPTCP_TEST_PATH_WINDOWS_H

#include "congestion/path-window.h"

#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

/// \file
/// What the tests of coupled congestion controls share.
namespace mptcp
{

constexpr double MSS = 1000;

inline PathWindow
Path(double windowBytes, double rttSeconds, double segmentBytes = MSS)
{
    PathWindow path;
    path.windowBytes = windowBytes;
    path.rttSeconds = rttSeconds;
    path.segmentBytes = segmentBytes;
    return path;
}

inline PathWindow
PathWithLosses(double windowBytes, double rttSeconds, double interLossBytes)
{
    PathWindow path = Path(windowBytes, rttSeconds);
    path.interLossBytes = interLossBytes;
    return path;
}

/// Windows and round-trip times, with the increase of each path worked out by hand.
struct IncreaseCase
{
    const char* name;
    PathWindows paths;
    double ackedBytes;
    std::vector<double> increaseBytes; //!< per path
};

inline void
PrintTo(const IncreaseCase& row, std::ostream* os)
{
    *os << row.name;
}

template <typename Formula>
void
ExpectIncreases(const IncreaseCase& row, Formula formula)
{
    ASSERT_EQ(row.increaseBytes.size(), row.paths.size());
    for (std::size_t self = 0; self < row.paths.size(); ++self)
    {
        // Absolute, because an increase may be the small difference of two large terms.
        EXPECT_NEAR(formula(row.paths, self, row.ackedBytes), row.increaseBytes[self], 1e-11)
            << "path " << self;
    }
}

/// The same for the window that a loss leaves.
struct LossCase
{
    const char* name;
    PathWindows paths;
    std::vector<double> windowBytes; //!< per path
};

inline void
PrintTo(const LossCase& row, std::ostream* os)
{
    *os << row.name;
}

template <typename Formula>
void
ExpectWindowsAfterLoss(const LossCase& row, Formula formula)
{
    ASSERT_EQ(row.windowBytes.size(), row.paths.size());
    for (std::size_t self = 0; self < row.paths.size(); ++self)
    {
        EXPECT_DOUBLE_EQ(formula(row.paths, self), row.windowBytes[self]) << "path " << self;
    }
}

/// Many windows, round-trip times and inter-loss distances, fixed but of no particular kind.
inline std::vector<PathWindows>
SamplePaths()
{
    std::vector<PathWindows> samples;
    for (int i = 1; i <= 200; ++i)
    {
        PathWindows paths;
        for (int j = 1; j <= 1 + i % 5; ++j)
        {
            paths.push_back(PathWithLosses(1000.0 + (i * 7919 * j) % 900000,
                                           0.001 + ((i * 104729 * j) % 1000) / 1000.0,
                                           (i * 15485 * j) % 1000000));
        }
        samples.push_back(paths);
    }
    return samples;
}

} // namespace mptcp

#endif // MPTCP_TEST_PATH_WINDOWS_H
