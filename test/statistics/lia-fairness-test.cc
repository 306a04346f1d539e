// SPDX-License-Identifier: GPL-2.0-only
#include "shared-bottleneck.h"
#include "simulation-fixture.h"

#include "ns3/config.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

using namespace ns3;

namespace
{

/// A mean with its two-sided 95 % interval.
struct Interval
{
    double mean;
    double halfWidth;
    std::size_t runs;
};

class LiaFairness : public SimulationTest
{
  protected:
    /// MPTCP's goodput over that of the TCP beside it: mean of all runs and 95 % interval.
    /// \param studentT quantile 0.975 for `runs` - 1 degrees of freedom
    static Interval RatioOf(const std::string& congestionControl, uint32_t runs, double studentT)
    {
        std::vector<double> ratios;
        for (uint32_t run = 1; run <= runs; ++run)
        {
            RngSeedManager::SetRun(run);
            Config::SetDefault("ns3::TcpL4Protocol::SocketType",
                               TypeIdValue(TypeId::LookupByName("ns3::TcpNewReno")));
            Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1'000'000));
            Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1'000'000));
            Config::SetDefault("ns3::TcpSocket::SegmentSize",
                               UintegerValue(MptcpHelper::SegmentBytesFor(1500, false)));
            MptcpHelper mptcp;
            mptcp.SetCongestionControl(congestionControl);
            {
                SharedBottleneck network({}, mptcp);
                const auto outcome = network.Run(Seconds(10), Seconds(60));
                ratios.push_back(outcome.mptcpMbps / outcome.tcpMbps);
            }
            Clean();
        }
        const double mean = std::accumulate(ratios.begin(), ratios.end(), 0.0) / runs;
        double squares = 0;
        for (const double ratio : ratios)
        {
            squares += (ratio - mean) * (ratio - mean);
        }
        return {mean, studentT * std::sqrt(squares / (runs - 1) / runs), ratios.size()};
    }
};

// RFC 6356 1: goal 2, do no harm.
TEST_F(LiaFairness, TwoSubflowsAtASharedBottleneckTakeAsMuchAsOneTcp)
{
    const auto ratio = RatioOf("ns3::MptcpLia", 20, 2.093);
    std::cout << "MPTCP with LIA to TCP: " << ratio.mean << " +- " << ratio.halfWidth << " (95 %, "
              << ratio.runs << " runs)" << std::endl;
    EXPECT_GE(ratio.mean, 0.8);
    EXPECT_LE(ratio.mean, 1.2);
}

// The same bottleneck tells coupled from uncoupled, so the test above can fail.
TEST_F(LiaFairness, UncoupledSubflowsTakeNearlyTwiceAsMuch)
{
    const auto ratio = RatioOf("ns3::TcpNewReno", 8, 2.365);
    std::cout << "MPTCP uncoupled to TCP: " << ratio.mean << " +- " << ratio.halfWidth << " (95 %, "
              << ratio.runs << " runs)" << std::endl;
    EXPECT_GE(ratio.mean, 1.6);
    EXPECT_LE(ratio.mean, 2.4);
}

} // namespace
