// SPDX-License-Identifier: GPL-2.0-only
#ifndef SHARED_BOTTLENECK_H
#define SHARED_BOTTLENECK_H

#include "mptcp-helper.h"

#include "ns3/data-rate.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-interface-container.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/packet-sink.h"

#include <string>

namespace ns3
{

/// One bottleneck and who competes for it.
struct SharedBottleneckSpec
{
    DataRate rate{"10Mbps"};
    Time roundTrip{MilliSeconds(40)}; //!< propagation, there and back; at least 4 ms
    uint32_t queuePackets{50};
    /// RED spreads the losses over the flows; a drop-tail queue with flows of equal delay often
    /// hits the same one again.
    bool usesRed{true};
    uint32_t subflows{2}; //!< links of the MPTCP client, one subflow each
};

/**
 * An MPTCP client with several links and a TCP client with one, both sending to one server through
 * one bottleneck, as much as they can (stock BulkSend and PacketSink applications).
 *
 *     MPTCP client ==links== router --- bottleneck --- router --- server
 *     TCP client   --------- router
 *
 * Both start within the first two seconds, at times drawn by the run number.
 */
class SharedBottleneck
{
  public:
    /// `mptcp` says which congestion control the subflows use.
    SharedBottleneck(const SharedBottleneckSpec& spec, const MptcpHelper& mptcp);

    [[nodiscard]] Ptr<Node> MptcpClient() const;
    [[nodiscard]] Ptr<Node> Server() const;
    [[nodiscard]] Ptr<PacketSink> MptcpSink() const;
    [[nodiscard]] Ptr<PacketSink> TcpSink() const;

    /// Goodput of each between two times, in Mb/s.
    struct Outcome
    {
        double mptcpMbps;
        double tcpMbps;
    };

    /// Runs the simulation to `end`; what happens before `warmUp` does not count.
    Outcome Run(Time warmUp, Time end);

  private:
    void BuildNetwork(const MptcpHelper& mptcp);
    void InstallRed();
    Ptr<PacketSink> Transfer(Ptr<Node> client, const char* factory, uint16_t port, Time start);
    Ipv4InterfaceContainer Join(Ptr<Node> a, Ptr<Node> b, DataRate rate, Time delay);

    SharedBottleneckSpec m_spec;
    NodeContainer m_nodes; //!< MPTCP client, TCP client, router, router, server
    Ipv4AddressHelper m_addresses{"10.1.0.0", "255.255.255.0"};
    Ipv4Address m_serverAddress;
    Ptr<PacketSink> m_mptcpSink;
    Ptr<PacketSink> m_tcpSink;
};

} // namespace ns3

#endif // SHARED_BOTTLENECK_H
