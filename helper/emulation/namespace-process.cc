// SPDX-License-Identifier: GPL-2.0-only
#include "namespace-process.h"

#include "network-namespace.h"

#include "ns3/abort.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ns3
{

namespace
{

/// In the child of a program with threads: nothing but system calls.
[[noreturn]] void
Become(int where, pid_t parent, int output, char* const* arguments)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent && setns(where, CLONE_NEWNET) == 0 && dup2(output, STDOUT_FILENO) >= 0)
    {
        dup2(output, STDERR_FILENO);
        execvp(arguments[0], arguments);
    }
    _exit(127);
}

} // namespace

NamespaceProcess::NamespaceProcess(const NetworkNamespace& where,
                                   const std::vector<std::string>& command)
{
    std::vector<char*> arguments;
    for (const auto& word : command)
    {
        arguments.push_back(const_cast<char*>(word.c_str())); // execvp changes nothing
    }
    arguments.push_back(nullptr);
    std::array<int, 2> ends{};
    NS_ABORT_MSG_IF(pipe2(ends.data(), O_CLOEXEC) != 0, "No pipe for " << command.front());
    const pid_t parent = getpid();
    m_process = fork();
    if (m_process == 0)
    {
        Become(where.Descriptor(), parent, ends[1], arguments.data());
    }
    close(ends[1]);
    m_pipe = ends[0];
    NS_ABORT_MSG_IF(m_process < 0, "Cannot start " << command.front());
}

NamespaceProcess::~NamespaceProcess()
{
    if (m_process > 0)
    {
        kill(m_process, SIGKILL);
        waitpid(m_process, nullptr, 0);
    }
    close(m_pipe);
}

bool
NamespaceProcess::TakeOutput(int timeoutMilliseconds)
{
    pollfd ready{m_pipe, POLLIN, 0};
    while (poll(&ready, 1, timeoutMilliseconds) > 0)
    {
        std::array<char, 4096> piece;
        const ssize_t count = read(m_pipe, piece.data(), piece.size());
        if (count <= 0)
        {
            return false;
        }
        m_output.append(piece.data(), static_cast<std::size_t>(count));
    }
    return true;
}

pid_t
NamespaceProcess::Id() const
{
    return m_process;
}

bool
NamespaceProcess::HasEnded()
{
    if (m_process < 0)
    {
        return true;
    }
    const bool hasEnded = waitpid(m_process, &m_status, WNOHANG) == m_process;
    TakeOutput(0);
    if (hasEnded)
    {
        m_process = -1;
    }
    return hasEnded;
}

void
NamespaceProcess::Wait()
{
    constexpr int FOR_EVER = -1;
    while (TakeOutput(FOR_EVER))
    {
    }
    if (m_process > 0)
    {
        waitpid(m_process, &m_status, 0);
        m_process = -1;
    }
}

bool
NamespaceProcess::Succeeded() const
{
    return m_process < 0 && WIFEXITED(m_status) && WEXITSTATUS(m_status) == 0;
}

const std::string&
NamespaceProcess::Output() const
{
    return m_output;
}

} // namespace ns3
