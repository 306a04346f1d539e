// SPDX-License-Identifier: GPL-2.0-only
/// What the tests against Linux make on this machine: shut off from its network, and gone however
/// the program ends.
#include "linux-peer.h"
#include "namespace-process.h"
#include "network-namespace.h"

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
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

    /// Processes in a namespace, descriptors and mounts that hold it, as far as one may see.
    static std::string References(ino_t where)
    {
        const std::string name = "net:[" + std::to_string(where) + "]";
        std::string found;
        const auto look = [&](const std::filesystem::path& link) {
            std::error_code gone; // processes end meanwhile
            if (std::filesystem::read_symlink(link, gone) == name)
            {
                found += link.string() + " ";
            }
        };
        for (const auto& process : std::filesystem::directory_iterator("/proc"))
        {
            look(process.path() / "ns" / "net");
            std::error_code gone;
            for (const auto& file :
                 std::filesystem::directory_iterator(process.path() / "fd", gone))
            {
                look(file.path());
            }
        }
        std::ifstream mounts("/proc/self/mountinfo");
        for (std::string line; std::getline(mounts, line);)
        {
            found += line.find(name) == std::string::npos ? "" : line;
        }
        return found;
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

/// kill -9 leaves no process in the namespace, and nothing refers to it: no name, no mount, no
/// descriptor. Then the kernel removes it with its taps.
TEST_F(Namespace, DiesWithItsProgram)
{
    struct Made
    {
        ino_t where;
        pid_t inside;
    };

    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    const pid_t program = fork();
    ASSERT_GE(program, 0);
    if (program == 0)
    {
        const PathSpec path{"", DataRate("1Mbps"), MilliSeconds(1), 10'000, 0};
        const LinuxPeer peer(CreateObject<Node>(), {path, path});
        NamespaceProcess process(peer.Namespace(), {"sh", "-c", "echo $$; exec sleep 1000"});
        while (process.Output().empty())
        {
            process.HasEnded();
        }
        Made made{0, std::stoi(process.Output())};
        {
            const NetworkNamespace::Visit visit(peer.Namespace());
            made.where = Here();
        }
        const bool isTold = write(ends[1], &made, sizeof made) == sizeof made;
        pause();
        _exit(isTold ? 0 : 1);
    }
    Made made{};
    ASSERT_EQ(read(ends[0], &made, sizeof made), static_cast<ssize_t>(sizeof made));
    EXPECT_NE(made.where, Here());
    ASSERT_TRUE(IsRunning(made.inside));
    ASSERT_NE(References(made.where), "");
    kill(program, SIGKILL);
    waitpid(program, nullptr, 0);
    for (int i = 0; i < 500 && (IsRunning(made.inside) || !References(made.where).empty()); ++i)
    {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_FALSE(IsRunning(made.inside));
    EXPECT_EQ(References(made.where), "");
    close(ends[0]);
    close(ends[1]);
}

/// Who may not make namespaces is told so; the tests print this as the reason to be skipped.
TEST_F(Namespace, NeedsRights)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    const pid_t program = fork();
    ASSERT_GE(program, 0);
    if (program == 0)
    {
        __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
        std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
        const bool isBare = syscall(SYS_capset, &header, none.data()) == 0;
        const std::string reason = isBare ? NetworkNamespace::WhyUnavailable() : "capset failed";
        const bool isTold = write(ends[1], reason.data(), reason.size()) >= 0;
        _exit(isTold ? 0 : 1);
    }
    close(ends[1]);
    std::array<char, 200> text{};
    ASSERT_GE(read(ends[0], text.data(), text.size() - 1), 0);
    close(ends[0]);
    waitpid(program, nullptr, 0);
    EXPECT_NE(std::string(text.data()).find("not root"), std::string::npos) << text.data();
}

} // namespace

} // namespace ns3
