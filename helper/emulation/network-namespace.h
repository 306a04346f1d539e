// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_NETWORK_NAMESPACE_H
#define MPTCP_NETWORK_NAMESPACE_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3
{

/**
 * A network namespace of Linux without a name: interfaces, addresses, routes, MPTCP endpoints and
 * counters of its own, connected to nothing.
 *
 * Nothing refers to it but a descriptor of this process and the processes started in it, which die
 * with this one (NamespaceProcess). So the kernel removes it with all it holds, however the
 * program ends; there is nothing to clean up, not even after kill -9.
 *
 * Needs CAP_SYS_ADMIN. Mistakes end the program with a message.
 */
class NetworkNamespace
{
  public:
    /// Why there can be none here, with a kernel that speaks MPTCP and a tap in it: for people.
    /// Empty when nothing is missing.
    static std::string WhyUnavailable();

    NetworkNamespace();
    ~NetworkNamespace();
    NetworkNamespace(const NetworkNamespace&) = delete;
    NetworkNamespace& operator=(const NetworkNamespace&) = delete;

    /// The calling thread is in the namespace for the life of the object. Sockets and files of
    /// /proc/sys/net and /proc/thread-self/net that it opens belong there.
    class Visit
    {
      public:
        explicit Visit(const NetworkNamespace& where);
        ~Visit();
        Visit(const Visit&) = delete;
        Visit& operator=(const Visit&) = delete;

      private:
        int m_home;
    };

    [[nodiscard]] int Descriptor() const; //!< for setns(2)

    /// `sysctl -w name=value`, with the dots of the name.
    void SetSysctl(const std::string& name, const std::string& value) const;
    /// Contents of a file of /proc/sys/net or /proc/thread-self/net.
    [[nodiscard]] std::string Read(const std::string& file) const;
    /// The counters of the kernel that are not zero, as in nstat(8): those of `MPTcpExt` and
    /// `Tcp`.
    [[nodiscard]] std::map<std::string, uint64_t> Counters() const;
    /// Runs a command to its end and returns what it writes; it must succeed.
    std::string Run(const std::vector<std::string>& command) const;
    /// Commands of ip(8), one per line, without the word `ip`. \param family "-4" or "-6"
    void RunIp(const std::string& commands, const std::string& family = "-4") const;

  private:
    int m_descriptor{-1};
};

} // namespace ns3

#endif // MPTCP_NETWORK_NAMESPACE_H
