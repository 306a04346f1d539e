// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_LINUX_KERNEL_FIXTURE_H
#define MPTCP_LINUX_KERNEL_FIXTURE_H

#include "linux-peer.h"
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "namespace-process.h"
#include "simulation-fixture.h"
#include "stream-applications.h"

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace ns3
{

/// Which end opens the connections.
enum class Role
{
    LinuxOpens,
    LinuxAccepts
};

inline std::string
NameOfRole(const ::testing::TestParamInfo<Role>& info)
{
    return info.param == Role::LinuxOpens ? "LinuxOpens" : "LinuxAccepts";
}

/**
 * Connections between a simulated host and the kernel of this machine, in real time.
 *
 * A test says what the two are to do (`m_orders` for Linux, see linux_peer.py), runs, and states
 * what it expects. What a kernel must never have to complain about is watched in every test, and
 * so is what tshark says of the packets at the kernel's own interfaces.
 *
 * Nothing may depend on how fast the machine is: actions follow what has happened, not a clock.
 */
class LinuxKernelTest : public SimulationTest, public ::testing::WithParamInterface<Role>
{
  protected:
    static constexpr uint16_t PORT = 5001;
    /// Enough for all joins to happen meanwhile on Paths().
    static constexpr uint64_t SOME_BYTES = 400'000;

    void SetUp() override;
    ~LinuxKernelTest() override;

    /// 6 Mb/s, 20 ms there and back, and queues that drop nothing, twice: what is said only once,
    /// like REMOVE_ADDR, must arrive.
    [[nodiscard]] virtual std::vector<PathSpec> Paths() const;

    [[nodiscard]] bool LinuxOpens() const;
    /// A further subflow by `ip mptcp endpoint add ADDRESS id 7 FLAGS` of who opens, or the same
    /// of the host.
    void OpenSecondPath(const std::string& flags = "subflow");
    /// Bytes of each connection.
    void Transfer(uint64_t fromLinux, uint64_t toLinux);
    /// Does something once the simulated host has received so many bytes on its first connection.
    void AfterReceiving(uint64_t bytes, std::function<void()> action);
    /// Both ends and everything between them, until Linux is done and the host has no connection.
    void Run();

    /// All arrived on all connections, at both ends, unchanged, and all were closed in good order.
    void ExpectWhole() const;
    /// No subflow that Linux refused, no byte that it could not place; `expected` excepted, which
    /// must have moved, and `possible`, which depends on what was on the way when. Nothing that
    /// tshark objects to in the packets, and no question for a neighbour among them.
    void ExpectNoComplaint(const std::set<std::string>& expected = {},
                           const std::set<std::string>& possible = {}) const;
    /// Most additional subflows that Linux had at once, on its first connection.
    [[nodiscard]] int64_t LinuxSubflows() const;
    /// A counter of Linux, `MPTcpExt` left out.
    [[nodiscard]] uint64_t Linux(const std::string& counter) const;
    [[nodiscard]] uint64_t Host(mptcp::Mib counter) const;
    /// How the host's first connection ended.
    [[nodiscard]] mptcp::CloseCause HostCloseCause() const;

    /// The values of one field of all frames that tshark finds to match.
    [[nodiscard]] std::vector<std::string> Captured(const std::string& filter,
                                                    const std::string& field) const;

    /// verify_capture.py finds all keys, codes and checksums right, and so many of one kind.
    void ExpectVerified(const std::string& what, uint64_t least) const;

    Ptr<Node> m_host;
    std::unique_ptr<LinuxPeer> m_linux;
    MptcpHelper m_mptcp; //!< installed by Run
    nlohmann::json m_orders;
    bool m_isIpv6{false};
    bool m_isDualStack{false}; //!< IPv4 in sockets of Linux that can have IPv6 subflows, too
    std::string m_hostSockets{"ns3::MptcpSocketFactory"};
    uint64_t m_hostBytes{SOME_BYTES};
    bool m_isGivenUp{false}; //!< the host's application aborts, and hears no more
    std::vector<Ptr<StreamEndpoint>> m_endpoints; //!< from Run on; one per connection
    nlohmann::json m_results;                     //!< what Linux reports of each connection

  private:
    struct Action
    {
        uint64_t bytes;
        std::function<void()> act;
    };

    void Build();
    void Start();
    void AddEndpoint();
    void OpenWhatIsDue();
    void Act();
    void Watch();
    [[nodiscard]] bool IsOver();
    void Collect();
    [[nodiscard]] static std::string Output(const std::string& command);

    std::unique_ptr<NamespaceProcess> m_process;
    std::vector<Action> m_actions;
    std::map<std::string, uint64_t> m_counters;
    mptcp::MibCounters m_hostCounters;
    mptcp::CloseCause m_closeCause{};
    std::vector<std::string> m_captures;
    std::string m_capture; //!< all of them as one
};

} // namespace ns3

#endif // MPTCP_LINUX_KERNEL_FIXTURE_H
