// SPDX-License-Identifier: GPL-2.0-only
#include "network-namespace.h"

#include "namespace-process.h"

#include "ns3/abort.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace ns3
{

namespace
{

constexpr const char* OWN_NAMESPACE = "/proc/thread-self/ns/net";

/// Descriptor of a new namespace, or -1 with the error.
int
MakeNamespace(int& error)
{
    int descriptor = -1;
    // A thread enters the new namespace and ends; the descriptor keeps what it made.
    std::thread([&] {
        if (unshare(CLONE_NEWNET) == 0)
        {
            descriptor = open(OWN_NAMESPACE, O_RDONLY | O_CLOEXEC);
        }
        error = errno;
    }).join();
    return descriptor;
}

} // namespace

std::string
NetworkNamespace::WhyUnavailable()
{
    int error = 0;
    const int descriptor = MakeNamespace(error);
    if (descriptor < 0)
    {
        return std::string("no right to make network namespaces (not root): ") + strerror(error);
    }
    close(descriptor);
    const int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (tun < 0)
    {
        return std::string("/dev/net/tun cannot be opened: ") + strerror(errno);
    }
    close(tun);
    if (access("/proc/sys/net/mptcp/enabled", F_OK) != 0)
    {
        return "this kernel has no MPTCP";
    }
    if (std::system("ip mptcp help 2>&1 | grep -q endpoint") != 0)
    {
        return "there is no `ip mptcp` (Debian package iproute2)";
    }
    return {};
}

NetworkNamespace::NetworkNamespace()
{
    int error = 0;
    m_descriptor = MakeNamespace(error);
    NS_ABORT_MSG_IF(m_descriptor < 0, "No network namespace: " << strerror(error));
}

NetworkNamespace::~NetworkNamespace()
{
    close(m_descriptor);
}

NetworkNamespace::Visit::Visit(const NetworkNamespace& where)
    : m_home(open(OWN_NAMESPACE, O_RDONLY | O_CLOEXEC))
{
    const bool isThere = m_home >= 0 && setns(where.m_descriptor, CLONE_NEWNET) == 0;
    NS_ABORT_MSG_UNLESS(isThere, "Cannot enter a network namespace: " << strerror(errno));
}

NetworkNamespace::Visit::~Visit()
{
    // Elsewhere this thread could change the machine's own network, or miss it.
    NS_ABORT_MSG_IF(setns(m_home, CLONE_NEWNET) != 0,
                    "Cannot leave a network namespace: " << strerror(errno));
    close(m_home);
}

int
NetworkNamespace::Descriptor() const
{
    return m_descriptor;
}

void
NetworkNamespace::SetSysctl(const std::string& name, const std::string& value) const
{
    std::string file = "/proc/sys/" + name;
    std::replace(file.begin(), file.end(), '.', '/');
    const Visit visit(*this);
    std::ofstream stream(file);
    stream << value << std::flush;
    NS_ABORT_MSG_UNLESS(stream, "Cannot set " << name << " to " << value);
}

std::string
NetworkNamespace::Read(const std::string& file) const
{
    const Visit visit(*this);
    const std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::map<std::string, uint64_t>
NetworkNamespace::Counters() const
{
    std::map<std::string, uint64_t> counters;
    for (const char* file : {"/proc/thread-self/net/netstat", "/proc/thread-self/net/snmp"})
    {
        std::istringstream lines(Read(file));
        std::string names;
        std::string values;
        while (std::getline(lines, names) && std::getline(lines, values))
        {
            std::istringstream name(names);
            std::istringstream value(values);
            std::string group;
            name >> group;
            value >> group;
            group.pop_back(); // the colon
            std::string one;
            // A counter of 64 bits; Tcp:MaxConn is -1.
            for (long long count = 0; name >> one && value >> count;)
            {
                if (count > 0 && (group == "MPTcpExt" || group == "Tcp"))
                {
                    counters[group + one] = static_cast<uint64_t>(count);
                }
            }
        }
    }
    return counters;
}

std::string
NetworkNamespace::Run(const std::vector<std::string>& command) const
{
    NamespaceProcess process(*this, command);
    process.Wait();
    NS_ABORT_MSG_UNLESS(process.Succeeded(), command.front() << ": " << process.Output());
    return process.Output();
}

void
NetworkNamespace::RunIp(const std::string& commands, const std::string& family) const
{
    Run({"sh", "-c", "printf '%s\\n' \"$1\" | ip \"$2\" -batch -", "sh", commands, family});
}

} // namespace ns3
