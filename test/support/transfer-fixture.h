// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TRANSFER_FIXTURE_H
#define MPTCP_TRANSFER_FIXTURE_H

#include "mptcp-connection.h"
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "mptcp-stack.h"
#include "mptcp-subflow.h"
#include "multipath-topology.h"
#include "simulation-fixture.h"
#include "stream-applications.h"

#include "ns3/ipv4.h"
#include "ns3/point-to-point-net-device.h"

#include <memory>
#include <string>
#include <vector>

namespace ns3
{

/**
 * Whole transfers between two hosts over several paths.
 *
 * A test says which topology (Build), what to send (StartTransfer), what goes wrong on the way
 * (CutPath, PauseReading), runs, and states what it expects. What holds for every transfer is
 * watched all the time: no IP packet is a fragment, and each leaves a host by the interface that
 * owns its source address.
 */
class TransferTest : public SimulationTest
{
  protected:
    using Kind = MultipathTopology::Kind;

    /// `count` paths alike: 2 Mb/s, 40 ms there and back, 50 kB of queue.
    static std::vector<PathSpec> EqualPaths(std::size_t count = 2);
    static constexpr uint16_t PORT = 5201;
    static constexpr const char* MPTCP_SOCKETS = "ns3::MptcpSocketFactory";
    static constexpr const char* TCP_SOCKETS = "ns3::TcpSocketFactory";

    /// \name What to do
    /// @{
    /// Builds the topology and makes both hosts MPTCP hosts as `m_mptcp` says.
    void Build(Kind kind, const std::vector<PathSpec>& paths = EqualPaths());
    /// Another MTU on the links; before Build installs MPTCP, so as part of it.
    void UseMtu(uint16_t mtuBytes);
    /// Server and client as StreamEndpoints: the client sends `upBytes`, the server `downBytes`.
    void StartTransfer(uint64_t upBytes, uint64_t downBytes);
    /// One more endpoint on either host; it starts at once, or `delay` from now.
    Ptr<StreamEndpoint> Serve(uint16_t port, uint64_t bytes);
    Ptr<StreamEndpoint> Open(const Address& remote, uint64_t bytes, Time delay = Seconds(0.1));
    [[nodiscard]] Address ServerSocket(uint16_t port = PORT, std::size_t path = 0) const;
    /// Loses everything on `path`, both directions, for `length` from `from` on.
    void CutPath(std::size_t path, Time from, Time length);
    void CutPathForEver(std::size_t path, Time from);
    /// The application on `endpoint` takes nothing from its socket for `length` from `from` on.
    static void PauseReading(Ptr<StreamEndpoint> endpoint, Time from, Time length);
    void RunUntil(Time time);
    /// Runs until no event is left; fails the test when that does not happen in `limit`.
    void RunToEnd(Time limit = Hours(2));
    /// Captures both directions on a device of the server into `<prefix>-...pcap`; returns the
    /// file's name.
    std::string CaptureAtServer(const std::string& prefix, std::size_t path = 0) const;
    /// @}

    /// \name What to expect
    /// @{
    /// Every byte arrived in both directions and both ends closed in order.
    void ExpectDelivered() const;
    static void ExpectDelivered(Ptr<StreamEndpoint> from, Ptr<StreamEndpoint> to);
    /// Nobody holds a socket any more but the applications, and TCP has none open.
    void ExpectNothingLeft() const;
    /// The two above.
    void ExpectOrderlyEnd() const;
    /// The SHA-256 of the first `bytes` of the pattern all endpoints send.
    static std::string PatternDigest(uint64_t bytes);
    /// Payload per second of simulated time at the receiver, client to server, in Mb/s.
    [[nodiscard]] double UpGoodputMbps() const;
    [[nodiscard]] double DownGoodputMbps() const;
    /// IP bytes that a path carried, both directions together.
    [[nodiscard]] uint64_t PathBytes(std::size_t path) const;
    static Ptr<MptcpSocket> SocketOf(Ptr<StreamEndpoint> endpoint);
    /// When the last event but the watchdog's had run, to the second.
    [[nodiscard]] Time EndTime() const;
    /// @}

    ~TransferTest() override;

    MptcpHelper m_mptcp;
    std::string m_clientSockets{MPTCP_SOCKETS};
    std::string m_serverSockets{MPTCP_SOCKETS};
    std::unique_ptr<MultipathTopology> m_topology;
    Ptr<StreamEndpoint> m_client;
    Ptr<StreamEndpoint> m_server;
    uint32_t m_writeBytes{14200};
    uint32_t m_largestPacketBytes{0}; //!< IP packet from either host

  private:
    Ptr<StreamEndpoint> Start(Ptr<Node> node,
                              const std::string& sockets,
                              const Address& address,
                              uint64_t bytes,
                              bool listen,
                              Time at) const;
    void Watch(Ptr<Node> node);
    void OnIpTransmit(Ptr<const Packet> packet, Ptr<Ipv4> ipv4, uint32_t interface);
    void CheckForEnd(Time limit);

    uint16_t m_mtuBytes{0};
    std::vector<uint64_t> m_pathBytes;
    uint64_t m_fragments{0};
    uint64_t m_strayPackets{0};
    Time m_started;
    Time m_endTime;
};

} // namespace ns3

#endif // MPTCP_TRANSFER_FIXTURE_H
