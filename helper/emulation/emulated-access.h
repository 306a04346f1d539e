// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_EMULATED_ACCESS_H
#define MPTCP_EMULATED_ACCESS_H

#include "multipath-topology.h"
#include "network-namespace.h"
#include "tap-device.h"

#include "ns3/ipv4-address.h"
#include "ns3/net-device-container.h"
#include "ns3/node.h"

#include <memory>
#include <string>
#include <vector>

namespace ns3
{

/**
 * A host of Linux with k simulated access links, and a server in the network behind them, in real
 * time: MultipathTopology::Kind::Multihomed with a kernel for a client, and if wanted another one
 * for a server.
 *
 *     Linux, 10.1.i.2 --- tap i --- 10.1.i.1, gateway i, 10.3.i.1 === link i === 10.3.i.2, router
 *     router, 10.2.0.1 --- wire or tap --- 10.2.0.2, server
 *
 * i counts from 1. What Linux sends from an address leaves by its link, the first if it has not
 * chosen one, and answers come back over it. Rates, delays and queues are those of the links, and
 * nothing is lost on them but by their queues; taps and wire add none.
 *
 * Needs the real-time simulator and checksums, as LinuxPeer does; and as there nothing leaves the
 * namespaces and nothing has to be cleaned up.
 */
class EmulatedAccess
{
  public:
    enum class Server
    {
        Simulated,
        Linux
    };

    EmulatedAccess(const std::vector<PathSpec>& paths, Server server);

    [[nodiscard]] const NetworkNamespace& Client() const;
    /// The simulated server; null when it is Linux.
    [[nodiscard]] Ptr<Node> SimulatedServer() const;
    /// The namespace of the server of Linux; null when it is simulated.
    [[nodiscard]] const NetworkNamespace* LinuxServer() const;
    [[nodiscard]] const std::vector<PathSpec>& Paths() const;
    [[nodiscard]] Ipv4Address ServerAddress() const;
    [[nodiscard]] Ipv4Address ClientAddress(std::size_t path) const;
    /// Index of the path that owns one of the client's addresses; Paths().size() if none does.
    [[nodiscard]] std::size_t PathOf(Ipv4Address clientAddress) const;
    /// The two devices of a link, the gateway's first.
    [[nodiscard]] NetDeviceContainer Link(std::size_t path) const;

  private:
    void BuildPath(const PathSpec& spec);
    void BuildServer();

    NetworkNamespace m_client;
    std::vector<PathSpec> m_paths;
    Ptr<Node> m_router;
    std::vector<NetDeviceContainer> m_links;
    std::vector<TapDevice> m_taps;
    Ptr<Node> m_simulatedServer;
    std::unique_ptr<NetworkNamespace> m_linuxServer;
};

} // namespace ns3

#endif // MPTCP_EMULATED_ACCESS_H
