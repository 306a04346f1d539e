// SPDX-License-Identifier: GPL-2.0-only
/// What the tests against Linux make on this machine: shut off from its network, and gone however
/// the program ends.
#include "linux-peer.h"
#include "namespace-process.h"
#include "network-namespace.h"

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace ns3
{

namespace
{

class Namespace : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        const std::string missing = NetworkNamespace::WhyUnavailable();
        if (!missing.empty())
        {
            GTEST_SKIP() << missing;
        }
    }

    /// Which namespace the calling thread is in.
    static ino_t Here()
    {
        struct stat status
        {
        };

        EXPECT_EQ(stat("/proc/thread-self/ns/net", &status), 0);
        return status.st_ino;
    }

    /// Names of the interfaces where the calling thread is.
    static std::string Interfaces()
    {
        std::ifstream file("/proc/thread-self/net/dev");
        std::string names;
        for (std::string line; std::getline(file, line);)
        {
            const auto colon = line.find(':');
            if (colon != std::string::npos)
            {
                const auto begin = line.find_first_not_of(' ');
                names += line.substr(begin, colon - begin) + " ";
            }
        }
        return names;
    }

    /// A process that has ended and that nobody has asked about does not run.
    static bool IsRunning(pid_t process)
    {
        std::ifstream file("/proc/" + std::to_string(process) + "/stat");
        std::string text;
        return std::getline(file, text) && text.find(") Z ") == std::string::npos;
    }
};

TEST_F(Namespace, VisitEndsAtHome)
{
    const ino_t home = Here();
    const NetworkNamespace other;
    EXPECT_EQ(Here(), home);
    {
        const NetworkNamespace::Visit visit(other);
        EXPECT_NE(Here(), home);
    }
    EXPECT_EQ(Here(), home);
}

/// Two taps and loopback, and no route by which a packet could get out.
TEST_F(Namespace, LeadsNowhereElse)
{
    const std::string home = Interfaces();
    auto host = CreateObject<Node>();
    const PathSpec path{"", DataRate("1Mbps"), MilliSeconds(1), 10'000, 0};
    const LinuxPeer peer(host, {path, path});
    EXPECT_EQ(Interfaces(), home);
    const NetworkNamespace::Visit visit(peer.Namespace());
    EXPECT_EQ(Interfaces(), "lo tap0 tap1 ");
}

/// kill -9 leaves no process in the namespace; no name or mount held it, so it is gone, too.
TEST_F(Namespace, DiesWithItsProgram)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    const pid_t program = fork();
    ASSERT_GE(program, 0);
    if (program == 0)
    {
        const NetworkNamespace made;
        NamespaceProcess process(made, {"sh", "-c", "echo $$; exec sleep 1000"});
        while (process.Output().empty())
        {
            process.HasEnded();
        }
        const pid_t id = std::stoi(process.Output());
        const bool isTold = write(ends[1], &id, sizeof id) == sizeof id;
        pause();
        _exit(isTold ? 0 : 1);
    }
    pid_t inside = 0;
    ASSERT_EQ(read(ends[0], &inside, sizeof inside), static_cast<ssize_t>(sizeof inside));
    ASSERT_EQ(kill(inside, 0), 0);
    kill(program, SIGKILL);
    waitpid(program, nullptr, 0);
    for (int i = 0; i < 500 && IsRunning(inside); ++i)
    {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_FALSE(IsRunning(inside));
    close(ends[0]);
    close(ends[1]);
}

} // namespace

} // namespace ns3
