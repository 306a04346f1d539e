// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The same seed gives the same bytes, another one gives others.
#include "transfer-fixture.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

namespace ns3
{
namespace
{

/// What can be seen of one run from outside.
struct Observation
{
    std::string capture;   //!< the bytes of the pcap file
    std::string decisions; //!< what the scheduler decided, and when
};

/// Runs a lossy transfer in a simulator of its own.
class ObservedRun : public TransferTest
{
  public:
    ObservedRun(const std::string& name, uint64_t run)
        : m_name(name)
    {
        RngSeedManager::SetRun(run);
    }

    void TestBody() override
    {
    }

    Observation Observe()
    {
        auto paths = EqualPaths();
        paths[0].lossRate = paths[1].lossRate = 0.02;
        Build(Kind::Multihomed, paths);
        StartTransfer(200'000, 200'000);
        const std::string file = CaptureAtServer(m_name);
        std::ostringstream decisions;
        m_client->OnConnection([&decisions](Ptr<Socket> socket) {
            socket->TraceConnectWithoutContext(
                "DataAck",
                Callback<void, const MptcpDataAckAdvance&>(
                    [&decisions](const MptcpDataAckAdvance& advance) {
                        decisions << Simulator::Now().GetNanoSeconds() << ' ' << advance.dataAck
                                  << ' ' << advance.acknowledgedBytes << '\n';
                    }));
        });
        RunToEnd();
        ExpectOrderlyEnd();
        Simulator::Destroy(); // closes the file
        Observation observation{Read(file), decisions.str()};
        std::remove(file.c_str());
        return observation;
    }

  private:
    static std::string Read(const std::string& file)
    {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    std::string m_name;
};

TEST(Determinism, SameSeedGivesTheSameBytes)
{
    const auto first = ObservedRun("determinism-same-1", 7).Observe();
    const auto second = ObservedRun("determinism-same-2", 7).Observe();
    ASSERT_GT(first.capture.size(), 400'000U);
    EXPECT_TRUE(first.capture == second.capture);
    EXPECT_FALSE(first.decisions.empty());
    EXPECT_EQ(first.decisions, second.decisions);
}

TEST(Determinism, AnotherRunGivesAnotherResult)
{
    const auto first = ObservedRun("determinism-other-1", 7).Observe();
    const auto second = ObservedRun("determinism-other-2", 8).Observe();
    EXPECT_FALSE(first.capture == second.capture);
    EXPECT_NE(first.decisions, second.decisions);
}

} // namespace
} // namespace ns3
