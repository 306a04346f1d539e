// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_TWO_ISP_NETWORK_H
#define MPTCP_TWO_ISP_NETWORK_H

#include "routing/mptcp-ingress-filter.h"

#include "ns3/ipv4-address.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ns3
{

/**
 * What networks with a host that has an address from each of two ISPs have alike: the addresses,
 * the peer in the Internet, the ISPs' filters, and what is counted at them.
 *
 * The host has a1, 10.1.0.2, from ISP 1 and a2, 10.2.0.2, from ISP 2; its peer is 10.9.0.2. All of
 * it is IPv4. ISPs are numbered 0 and 1 here.
 */
class TwoIspNetwork
{
  public:
    TwoIspNetwork(const TwoIspNetwork&) = delete;
    TwoIspNetwork& operator=(const TwoIspNetwork&) = delete;

    [[nodiscard]] Ptr<Node> Host() const;
    [[nodiscard]] Ptr<Node> Peer() const;
    /// a1 for 0, a2 for 1.
    [[nodiscard]] static Ipv4Address HostAddress(std::size_t isp);
    [[nodiscard]] static Ipv4Address PeerAddress();

    /// \name Counted so far
    /// @{
    /// IP packets that reached the ISP from the host's side, before its filter.
    [[nodiscard]] uint64_t SentPackets(std::size_t isp) const;
    /// Those that its filter dropped.
    [[nodiscard]] uint64_t FilteredPackets(std::size_t isp) const;
    /// IP packets that came to the host's side by way of the ISP.
    [[nodiscard]] uint64_t ArrivedPackets(std::size_t isp) const;
    /// @}

  protected:
    static constexpr uint32_t ACCESS_QUEUE_BYTES = 50'000;

    /// Nodes with an IPv4 stack; the first is the host, the last its peer, the one before that the
    /// Internet, a router that is faster than the links to the ISPs.
    explicit TwoIspNetwork(uint32_t nodes);
    ~TwoIspNetwork() = default;

    /// 10.network.0.host
    static Ipv4Address Number(std::size_t network, uint32_t host);
    [[nodiscard]] Ptr<Node> At(std::size_t index) const;
    [[nodiscard]] Ptr<Node> Internet() const;
    /// Counts on a link; the first device is at the host's side, the second at the ISP's.
    void CountOn(std::size_t isp, const NetDeviceContainer& access);
    /// The ISP's router lets in by its interface 1 only what has a source of its prefix.
    void Filter(std::size_t isp, Ptr<Node> router);
    /// Wires the peer to the Internet; after everything else that is wired there.
    void AttachPeer();

  private:
    struct Counts
    {
        uint64_t sent{0};
        uint64_t arrived{0};
    };

    NodeContainer m_nodes;
    std::array<Counts, 2> m_counts;
    std::array<Ptr<MptcpIpv4IngressFilter>, 2> m_filters;
};

} // namespace ns3

#endif // MPTCP_TWO_ISP_NETWORK_H
