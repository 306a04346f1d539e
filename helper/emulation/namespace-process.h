// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_NAMESPACE_PROCESS_H
#define MPTCP_NAMESPACE_PROCESS_H

#include <string>
#include <sys/types.h>
#include <vector>

namespace ns3
{

class NetworkNamespace;

/**
 * A program of the machine that runs in a network namespace while the simulation goes on.
 *
 * It is killed when the object goes, and by the kernel when the thread that started it ends,
 * whatever the reason.
 */
class NamespaceProcess
{
  public:
    /// Starts `command`, whose first word is looked up in PATH.
    NamespaceProcess(const NetworkNamespace& where, const std::vector<std::string>& command);
    ~NamespaceProcess();
    NamespaceProcess(const NamespaceProcess&) = delete;
    NamespaceProcess& operator=(const NamespaceProcess&) = delete;

    /// Of the process; -1 when it has ended.
    [[nodiscard]] pid_t Id() const;
    /// Takes what has been written and looks whether the program has ended; never waits.
    bool HasEnded();
    void Wait();
    /// Whether it ended by itself and with status 0.
    [[nodiscard]] bool Succeeded() const;
    /// What it has written so far to its standard output and standard error.
    [[nodiscard]] const std::string& Output() const;

  private:
    /// \return whether more may come
    bool TakeOutput(int timeoutMilliseconds);

    pid_t m_process{-1};
    int m_pipe{-1};
    int m_status{-1};
    std::string m_output;
};

} // namespace ns3

#endif // MPTCP_NAMESPACE_PROCESS_H
