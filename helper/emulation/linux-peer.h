// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_LINUX_PEER_H
#define MPTCP_LINUX_PEER_H

#include "multipath-topology.h"
#include "network-namespace.h"
#include "tap-device.h"

#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/net-device-container.h"
#include "ns3/node.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{

/**
 * The kernel of this machine as the other end of a simulated host: k simulated links from the host
 * to a router, and from there k taps into a network namespace.
 *
 *     host, 10.2.i.1 --- link i --- 10.2.i.2, router, 10.1.i.1 --- tap i --- 10.1.i.2, Linux
 *
 * i counts from 1; over IPv6 the same with fd00:2:i::1 and so on. Every address of Linux reaches
 * every address of the host, and a packet crosses the link that the host's address is on. Rates,
 * delays and queues are those of the links; the taps add none.
 *
 * Nothing leaves the namespace and nothing has to be cleaned up, see NetworkNamespace. The program
 * must use the real-time simulator and compute checksums:
 *
 *     GlobalValue::Bind("SimulatorImplementationType", StringValue("ns3::RealtimeSimulatorImpl"));
 *     GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
 */
class LinuxPeer
{
  public:
    /// \param host without an internet stack; it gets one, and routes for every link
    LinuxPeer(Ptr<Node> host, const std::vector<PathSpec>& paths);

    [[nodiscard]] const NetworkNamespace& Namespace() const;
    [[nodiscard]] Ipv4Address HostAddress(std::size_t path) const;
    [[nodiscard]] Ipv4Address LinuxAddress(std::size_t path) const;
    [[nodiscard]] Ipv6Address HostAddress6(std::size_t path) const;
    [[nodiscard]] Ipv6Address LinuxAddress6(std::size_t path) const;
    /// The two devices of a simulated link, the host's first.
    [[nodiscard]] NetDeviceContainer Link(std::size_t path) const;

    /// `ip mptcp ...` in the namespace.
    void Mptcp(const std::string& arguments) const;
    /// Takes the interface of Linux down or up. The kernel forgets routes of an interface that is
    /// down; they are set again.
    void SetLinuxInterface(std::size_t path, bool isUp) const;
    /// See NetworkNamespace.
    [[nodiscard]] std::map<std::string, uint64_t> Counters() const;
    /// Captures at the taps, into `<prefix>-<path>.pcap`; returns the names of the files.
    std::vector<std::string> Capture(const std::string& prefix) const;

  private:
    void BuildLink(const PathSpec& spec);
    void BuildTap(std::size_t path);
    void ConfigureTap(std::size_t path) const;

    NetworkNamespace m_namespace;
    Ptr<Node> m_host;
    Ptr<Node> m_router;
    std::vector<NetDeviceContainer> m_links;
    std::vector<TapDevice> m_taps;
};

} // namespace ns3

#endif // MPTCP_LINUX_PEER_H
