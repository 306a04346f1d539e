// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-info.h"

#include <filesystem>
#include <string>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace ns3
{

namespace
{

constexpr int LEVEL_OF_MPTCP = 284; // SOL_MPTCP, which only the kernel's own headers name

/// The information of one descriptor of another process.
std::optional<mptcp_info>
Ask(int process, int descriptor)
{
    const auto copy = static_cast<int>(syscall(SYS_pidfd_getfd, process, descriptor, 0));
    if (copy < 0)
    {
        return std::nullopt;
    }
    mptcp_info info{};
    socklen_t size = sizeof info;
    const bool isAnswered = getsockopt(copy, LEVEL_OF_MPTCP, MPTCP_INFO, &info, &size) == 0;
    close(copy);
    return isAnswered ? std::optional(info) : std::nullopt;
}

} // namespace

std::optional<mptcp_info>
ReadMptcpInfo(pid_t process)
{
    const auto descriptor = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
    if (descriptor < 0)
    {
        return std::nullopt;
    }
    std::optional<mptcp_info> found;
    std::error_code gone; // the process may end meanwhile
    const std::filesystem::path folder = "/proc/" + std::to_string(process) + "/fd";
    for (const auto& file : std::filesystem::directory_iterator(folder, gone))
    {
        if (std::filesystem::read_symlink(file.path(), gone).string().rfind("socket:", 0) == 0)
        {
            found = Ask(descriptor, std::stoi(file.path().filename().string()));
        }
        if (found)
        {
            break;
        }
    }
    close(descriptor);
    return found;
}

} // namespace ns3
