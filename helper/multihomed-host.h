// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_MULTIHOMED_HOST_H
#define MPTCP_MULTIHOMED_HOST_H

#include "routing/mptcp-ingress-filter.h"

#include "ns3/data-rate.h"
#include "ns3/ipv4-address.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"

#include <array>
#include <cstdint>
#include <string>

namespace ns3
{

/// How MultihomedHost is built.
struct MultihomedHostSpec
{
    std::string model{"idealised"};        //!< of the host's routing; see MptcpHostRoutingHelper
    std::array<uint32_t, 2> metrics{1, 2}; //!< of its default routes by R1 and R2
    bool ingressFilters{true};             //!< of both ISPs (RFC 2827)
    DataRate rate{"2Mbps"};                //!< of the links between host and ISPs
    Time delay{MilliSeconds(10)};          //!< of each of these, one way
};

/**
 * The figure of draft-handley-mptcp-routing-00, section 2:
 *
 * \verbatim
     a1 ____R1____ {            }
       /           {            }
      A            { Internet   }------ B
       \____R2_____{            }
     a2            {            }
   \endverbatim
 *
 * Host A has address a1, 10.1.0.2, from one ISP and a2, 10.2.0.2, from another; B is 10.9.0.2. The
 * Internet is one router, faster than the links to A. All of it is IPv4.
 */
class MultihomedHost
{
  public:
    explicit MultihomedHost(const MultihomedHostSpec& spec);
    MultihomedHost(const MultihomedHost&) = delete;
    MultihomedHost& operator=(const MultihomedHost&) = delete;

    [[nodiscard]] Ptr<Node> Host() const;
    [[nodiscard]] Ptr<Node> Peer() const;
    /// The router of an ISP.
    [[nodiscard]] Ptr<Node> Router(std::size_t isp) const;
    /// a1 for 0, a2 for 1.
    [[nodiscard]] Ipv4Address HostAddress(std::size_t isp) const;
    [[nodiscard]] Ipv4Address PeerAddress() const;
    /// A's interface to an ISP.
    [[nodiscard]] static uint32_t HostInterface(std::size_t isp);

    /// \name Counted so far
    /// @{
    /// IP packets that reached the ISP from A, before its filter.
    [[nodiscard]] uint64_t SentPackets(std::size_t isp) const;
    /// Those that its filter dropped.
    [[nodiscard]] uint64_t FilteredPackets(std::size_t isp) const;
    /// IP packets that came to A by way of the ISP.
    [[nodiscard]] uint64_t ArrivedPackets(std::size_t isp) const;
    /// Packets of A without a route.
    [[nodiscard]] uint64_t UnroutablePackets() const;
    /// @}

  private:
    struct Counts
    {
        uint64_t sent{0};
        uint64_t arrived{0};
    };

    void BuildAccess(std::size_t isp, const MultihomedHostSpec& spec);
    void BuildPeer();

    NodeContainer m_nodes; //!< A, R1, R2, the Internet, B
    std::array<Counts, 2> m_counts;
    std::array<Ptr<MptcpIpv4IngressFilter>, 2> m_filters;
};

} // namespace ns3

#endif // MPTCP_MULTIHOMED_HOST_H
