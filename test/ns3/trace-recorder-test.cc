// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The files of a run that hold what its hosts counted and reported.
#include "counters.h"
#include "trace-recorder.h"
#include "transfer-fixture.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

namespace ns3
{
namespace
{

using testing::ElementsAre;
using testing::MatchesRegex;

std::string
Read(const std::string& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string>
LinesOf(const std::string& text)
{
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
    {
        lines.push_back(line);
    }
    return lines;
}

/// Records a transfer over two paths into a folder of its own.
class RecordedRun : public TransferTest
{
  public:
    RecordedRun(const std::string& folder, const std::string& sockets)
        : m_folder(folder)
    {
        std::filesystem::remove_all(m_folder);
        m_clientSockets = sockets;
    }

    ~RecordedRun() override
    {
        std::filesystem::remove_all(m_folder);
    }

    void TestBody() override
    {
    }

    void Record()
    {
        ScenarioParameters parameters("recorded", "Is it written down?");
        std::string program = "recorded";
        std::string output = "--output=" + m_folder;
        char* arguments[] = {program.data(), output.data()};
        parameters.Parse(2, arguments);
        Build(Kind::Multihomed);
        TraceRecorder recorder(parameters);
        recorder.NameHost(m_topology->Client(), "client"); // the server keeps its number, 1
        StartTransfer(50'000, 0);
        recorder.Start(Seconds(1), Seconds(5));
        RunToEnd();
        counters = CountersOf(m_topology->Client());
        recorder.Finish("completed");
        eventsFile = Read(m_folder + "/events.csv");
        countersFile = Read(m_folder + "/counters.csv");
        manifest = nlohmann::json::parse(Read(m_folder + "/manifest.json"));
        Simulator::Destroy();
    }

    Counters counters; //!< of the client
    std::string eventsFile;
    std::string countersFile;
    nlohmann::json manifest;

  private:
    std::string m_folder;
};

TEST(TraceRecorder, WritesTheEventsOfEveryHost)
{
    RecordedRun run("recorder-events", "ns3::MptcpSocketFactory");
    run.Record();
    EXPECT_THAT(
        LinesOf(run.eventsFile),
        ElementsAre("time_s,host,event,attributes",
                    "0.000000000,1,LISTENER_CREATED,saddr4=0.0.0.0 sport=5201",
                    MatchesRegex("0.1[0-9]*,client,CREATED,token=[0-9a-f]{8} saddr4=.* dport=5201"),
                    MatchesRegex("0.1[0-9]*,1,CREATED,.* sport=5201 dport=49153 server_side"),
                    MatchesRegex("0.1[0-9]*,1,ESTABLISHED,.* server_side"),
                    MatchesRegex("0.1[0-9]*,client,ESTABLISHED,token=.* dport=5201"),
                    MatchesRegex("0.2[0-9]*,1,SF_ESTABLISHED,.* remid=1 locid=0 .* backup=0"),
                    MatchesRegex("0.2[0-9]*,client,SF_ESTABLISHED,.* remid=0 locid=1 .* backup=0"),
                    MatchesRegex("0.[0-9]*,(client|1),CLOSED,token=[0-9a-f]{8}"),
                    MatchesRegex("0.[0-9]*,(client|1),CLOSED,token=[0-9a-f]{8}")));
}

TEST(TraceRecorder, WritesAllCountersOfEveryHost)
{
    RecordedRun run("recorder-counters", "ns3::MptcpSocketFactory");
    run.Record();
    const auto lines = LinesOf(run.countersFile);
    constexpr std::size_t COUNTERS = static_cast<std::size_t>(mptcp::Mib::COUNT);
    ASSERT_EQ(lines.size(), 1 + 2 * COUNTERS);
    EXPECT_EQ(lines.front(), "host,counter,value");
    Counters client;
    for (std::size_t i = 0; i < 2 * COUNTERS; ++i)
    {
        const std::string& line = lines[i + 1];
        const auto second = line.rfind(',');
        const auto first = line.find(',');
        EXPECT_EQ(line.substr(0, first), i < COUNTERS ? "client" : "1");
        const std::string name = line.substr(first + 1, second - first - 1);
        EXPECT_EQ(name, mptcp::NameOf(static_cast<mptcp::Mib>(i % COUNTERS)));
        const uint64_t value = std::stoull(line.substr(second + 1));
        if (i < COUNTERS && value != 0)
        {
            client[name] = value;
        }
    }
    EXPECT_EQ(client, run.counters);
    EXPECT_EQ(client["MPJoinSynTx"], 1U);
}

TEST(TraceRecorder, NamesItsFilesInTheManifest)
{
    RecordedRun run("recorder-manifest", "ns3::MptcpSocketFactory");
    run.Record();
    EXPECT_EQ(run.manifest["files"],
              (nlohmann::json{"samples.csv", "summary.csv", "counters.csv", "events.csv"}));
}

TEST(TraceRecorder, SameSeedGivesTheSameBytes)
{
    RecordedRun first("recorder-same-1", "ns3::MptcpSocketFactory");
    first.Record();
    RecordedRun second("recorder-same-2", "ns3::MptcpSocketFactory");
    second.Record();
    EXPECT_EQ(first.eventsFile, second.eventsFile);
    EXPECT_EQ(first.countersFile, second.countersFile);
}

TEST(TraceRecorder, PlainTcpLeavesTheEventsOfTheListenerOnly)
{
    RecordedRun run("recorder-tcp", "ns3::TcpSocketFactory");
    run.Record();
    EXPECT_EQ(LinesOf(run.eventsFile).size(), 2U);
    EXPECT_TRUE(run.counters.empty());
}

} // namespace
} // namespace ns3
