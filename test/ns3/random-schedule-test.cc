// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// A thousand transfers over networks made up by a seed, each whole and each with an end: the law
/// behind all rules of RFC 8684 3.3, whatever is lost, late, repeated, cut or taken away.
#include "disturbed-path.h"
#include "transfer-fixture.h"

#include "ns3/config.h"
#include "ns3/uinteger.h"

#include <cmath>
#include <cstdlib>
#include <optional>
#include <random>
#include <sstream>

namespace ns3
{
namespace
{

/// The draws of one seed. Standard distributions differ between libraries; these do not.
class Dice
{
  public:
    explicit Dice(uint32_t seed)
        : m_engine(seed)
    {
    }

    /// 0 to 1.
    double Share()
    {
        return static_cast<double>(m_engine()) / 4294967296.0;
    }

    double Between(double low, double high)
    {
        return low + (high - low) * Share();
    }

    /// Small numbers as likely as large ones, by their order of magnitude.
    double Scale(double low, double high)
    {
        return low * std::pow(high / low, Share());
    }

    bool Chance(double probability)
    {
        return Share() < probability;
    }

    uint32_t Below(uint32_t bound)
    {
        return static_cast<uint32_t>(Share() * bound);
    }

  private:
    std::mt19937 m_engine;
};

/// What a seed says, so that it can be printed when it fails.
struct Plan
{
    explicit Plan(uint32_t seed);
    [[nodiscard]] std::string Text() const;

    struct Cut
    {
        std::size_t path;
        Time from;
        Time length;
        bool isAddressLost; //!< the client's interface goes down instead
    };

    uint32_t seed;
    MultipathTopology::Kind kind;
    std::vector<PathSpec> paths;
    std::vector<Disturbance> disturbances;
    std::vector<Cut> cuts;
    std::string scheduler;
    std::string congestion;
    uint64_t upBytes{0};
    uint64_t downBytes{0};
    uint32_t sendBufferBytes;
    uint32_t receiveBufferBytes;
    uint32_t writeBytes;
    std::optional<Cut> pause; //!< a reader takes nothing; path 0 is the client
};

Plan::Plan(uint32_t seedNumber)
    : seed(seedNumber)
{
    Dice dice(seed);
    kind =
        dice.Chance(0.5) ? MultipathTopology::Kind::Disjoint : MultipathTopology::Kind::Multihomed;
    const uint32_t count = 2 + dice.Below(3);
    const bool isLossy = dice.Chance(0.6);
    const bool isReordering = dice.Chance(0.6);
    double bitsPerSecond = 0;
    for (uint32_t i = 0; i < count; ++i)
    {
        PathSpec path;
        path.name = "path";
        path.rate = DataRate(static_cast<uint64_t>(dice.Scale(2e5, 2e7)));
        bitsPerSecond += static_cast<double>(path.rate.GetBitRate());
        path.roundTrip = MicroSeconds(static_cast<uint64_t>(dice.Scale(1e3, 3e5)));
        path.queueBytes = static_cast<uint32_t>(dice.Scale(5e3, 1e5));
        paths.push_back(path);
        Disturbance disturbance;
        disturbance.lost = isLossy ? dice.Scale(0.001, 0.08) : 0;
        disturbance.late = isReordering ? dice.Scale(0.001, 0.2) : 0;
        disturbance.repeated = isReordering ? dice.Scale(0.001, 0.1) : 0;
        disturbance.latest = path.roundTrip * dice.Between(0.1, 3);
        disturbances.push_back(disturbance);
    }
    scheduler = dice.Chance(0.5) ? "ns3::MptcpMinRtt" : "ns3::MptcpRoundRobin";
    congestion = dice.Chance(0.5) ? "ns3::MptcpLia" : "ns3::TcpNewReno";
    const uint32_t direction = dice.Below(3);
    upBytes = direction != 1 ? static_cast<uint64_t>(dice.Scale(3e3, 3e6)) : 0;
    downBytes = direction != 0 ? static_cast<uint64_t>(dice.Scale(3e3, 3e6)) : 0;
    sendBufferBytes = static_cast<uint32_t>(dice.Scale(3e3, 2e5));
    receiveBufferBytes = static_cast<uint32_t>(dice.Scale(3e3, 2e5));
    // Down to single bytes; more than so many writes only take longer.
    constexpr double MOST_WRITES = 3000;
    const double most = static_cast<double>(std::max(upBytes, downBytes));
    writeBytes = static_cast<uint32_t>(dice.Scale(std::max(1.0, most / MOST_WRITES), 3e4));
    // Most of it while something is under way.
    const double seconds = 0.2 + 1.5 * static_cast<double>(upBytes + downBytes) * 8 / bitsPerSecond;
    for (uint32_t i = dice.Below(9); i > 0; --i)
    {
        cuts.push_back({dice.Below(count),
                        Seconds(dice.Between(0, seconds)),
                        Seconds(dice.Scale(0.02, 5)),
                        dice.Chance(0.4)});
    }
    if (dice.Chance(0.3))
    {
        pause =
            Cut{dice.Below(2), Seconds(dice.Between(0, seconds)), Seconds(dice.Scale(0.1, 10)), {}};
    }
}

std::string
Plan::Text() const
{
    std::ostringstream text;
    text << "seed " << seed << ": "
         << (kind == MultipathTopology::Kind::Disjoint ? "disjoint" : "multihomed") << ", "
         << scheduler << ", " << congestion << ", " << upBytes << " bytes up, " << downBytes
         << " down, buffers " << sendBufferBytes << " and " << receiveBufferBytes << ", writes of "
         << writeBytes;
    for (std::size_t i = 0; i < paths.size(); ++i)
    {
        text << "\n  path " << i << ": " << paths[i].rate << ", " << paths[i].roundTrip.As(Time::MS)
             << ", queue " << paths[i].queueBytes << ", lost " << disturbances[i].lost
             << ", repeated " << disturbances[i].repeated << ", late " << disturbances[i].late
             << " by " << disturbances[i].latest.As(Time::MS);
    }
    for (const auto& cut : cuts)
    {
        text << "\n  " << (cut.isAddressLost ? "interface" : "path") << " " << cut.path
             << " down at " << cut.from.As(Time::S) << " for " << cut.length.As(Time::S);
    }
    if (pause)
    {
        text << "\n  " << (pause->path == 0 ? "client" : "server") << " reads nothing from "
             << pause->from.As(Time::S) << " for " << pause->length.As(Time::S);
    }
    return text.str();
}

constexpr uint32_t SEEDS_PER_CASE = 50;
constexpr uint32_t CASES = 20;

class RandomSchedule : public TransferTest, public ::testing::WithParamInterface<uint32_t>
{
  protected:
    void Play(const Plan& plan);

  private:
    void Arrange(const Plan& plan);
    void Arrange(const Plan::Cut& cut);
    void LoseAddress(Plan::Cut cut);
    void ExpectWhole(const Plan& plan) const;

    std::vector<Ptr<DisturbedPath>> m_disturbed; //!< two per path
};

void
RandomSchedule::Arrange(const Plan& plan)
{
    m_disturbed.clear();
    for (std::size_t path = 0; path < plan.paths.size(); ++path)
    {
        for (uint32_t side = 0; side < 2; ++side)
        {
            m_disturbed.push_back(DisturbedPath::Install(
                DynamicCast<PointToPointNetDevice>(m_topology->Link(path).Get(side)),
                plan.disturbances[path],
                static_cast<int64_t>(100'000 + 100 * plan.seed + m_disturbed.size())));
        }
    }
    for (const auto& cut : plan.cuts)
    {
        Arrange(cut);
    }
    if (plan.pause)
    {
        PauseReading(plan.pause->path == 0 ? m_client : m_server,
                     plan.pause->from,
                     plan.pause->length);
    }
}

void
RandomSchedule::Arrange(const Plan::Cut& cut)
{
    if (cut.isAddressLost)
    {
        Simulator::Schedule(cut.from, &RandomSchedule::LoseAddress, this, cut);
        return;
    }
    for (std::size_t side = 0; side < 2; ++side)
    {
        const auto path = m_disturbed[2 * cut.path + side];
        Simulator::Schedule(cut.from, &DisturbedPath::SetCut, path, true);
        Simulator::Schedule(cut.from + cut.length, &DisturbedPath::SetCut, path, false);
    }
}

void
RandomSchedule::LoseAddress(Plan::Cut cut)
{
    if (!m_server->GetSocket())
    {
        // A host that loses its address before it is connected has nothing to go on with.
        Simulator::Schedule(MilliSeconds(50), &RandomSchedule::LoseAddress, this, cut);
        return;
    }
    m_topology->TakeDown(cut.path);
    Simulator::Schedule(cut.length, &MultipathTopology::TakeUp, m_topology.get(), cut.path);
}

void
RandomSchedule::Play(const Plan& plan)
{
    SCOPED_TRACE(plan.Text());
    Clean();
    RngSeedManager::SetRun(plan.seed + 1);
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(plan.sendBufferBytes));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(plan.receiveBufferBytes));
    m_mptcp.SetScheduler(plan.scheduler);
    m_mptcp.SetCongestionControl(plan.congestion);
    m_writeBytes = plan.writeBytes;
    Build(plan.kind, plan.paths);
    StartTransfer(plan.upBytes, plan.downBytes);
    Arrange(plan);
    RunToEnd(Hours(1));
    ExpectWhole(plan);
}

void
RandomSchedule::ExpectWhole(const Plan& plan) const
{
    // Nothing about errors: a host that loses its address at the very end never learns that the
    // other has everything, and has to say so.
    EXPECT_EQ(m_server->ReceivedBytes(), plan.upBytes);
    EXPECT_EQ(m_server->ReceivedDigest(), PatternDigest(plan.upBytes));
    EXPECT_TRUE(m_server->HasPeerClosed());
    EXPECT_EQ(m_client->ReceivedBytes(), plan.downBytes);
    EXPECT_EQ(m_client->ReceivedDigest(), PatternDigest(plan.downBytes));
    EXPECT_TRUE(m_client->HasPeerClosed());
    ExpectNothingLeft();
}

TEST_P(RandomSchedule, DeliversEveryByteAndEnds)
{
    // One alone, to look into it.
    if (const char* only = std::getenv("MPTCP_SEED"))
    {
        Play(Plan(static_cast<uint32_t>(std::stoul(only))));
        return;
    }
    for (uint32_t i = 0; i < SEEDS_PER_CASE && !HasFailure(); ++i)
    {
        Play(Plan(GetParam() + i));
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds,
                         RandomSchedule,
                         ::testing::Range(uint32_t{0}, CASES* SEEDS_PER_CASE, SEEDS_PER_CASE));

} // namespace
} // namespace ns3
