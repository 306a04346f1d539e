// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_MULTIHOMED_SITE_H
#define MPTCP_MULTIHOMED_SITE_H

#include "routing/mptcp-ingress-filter.h"
#include "site-encapsulation.h"

#include "ns3/data-rate.h"
#include "ns3/ipv4-address.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/simple-channel.h"

#include <array>
#include <cstdint>

namespace ns3
{

/// How MultihomedSite is built.
struct MultihomedSiteSpec
{
    /// Who brings a packet to the exit that fits its source (draft-handley-mptcp-routing-00 5.2.2).
    enum class Exit : uint8_t
    {
        ByDestination,       //!< nobody: the site routes by destination, which is the problem
        SourceRouting,       //!< the site's router, by source address
        VirtualRouters,      //!< the host, by the choice between two routers that are one
        Tunnels,             //!< the host, by tunnels to the exit routers
        LooseSourceRoute,    //!< the host, by an option that the exit routers leave on
        StrippedSourceRoute, //!< the same, and the exit routers take it off
    };

    Exit exit{Exit::ByDestination};
    DataRate rate{"2Mbps"};       //!< of the links between exit routers and ISPs
    Time delay{MilliSeconds(10)}; //!< of each of these, one way
};

/**
 * A host with one interface at a site with two ISPs (draft-handley-mptcp-routing-00, 5.2.2, "single
 * next-hop router"):
 *
 * \verbatim
                    E1 -- ISP1 {            }
       A ----- S  <            { Internet   } -- B
                    E2 -- ISP2 {            }
   \endverbatim
 *
 * A has a1, 10.1.0.2, of the prefix of ISP 1 and a2, 10.2.0.2, of that of ISP 2. S is the only
 * router on its LAN; E1 and E2 are the exit routers. Both ISPs have ingress filters. A firewall in
 * the Internet drops packets with IP options. B is 10.9.0.2.
 */
class MultihomedSite
{
  public:
    explicit MultihomedSite(const MultihomedSiteSpec& spec);
    MultihomedSite(const MultihomedSite&) = delete;
    MultihomedSite& operator=(const MultihomedSite&) = delete;

    [[nodiscard]] Ptr<Node> Host() const;
    [[nodiscard]] Ptr<Node> Peer() const;
    [[nodiscard]] Ipv4Address HostAddress(std::size_t isp) const;
    [[nodiscard]] Ipv4Address PeerAddress() const;

    /// \name Counted so far
    /// @{
    /// IP packets that came to the ISP from the site, before its filter.
    [[nodiscard]] uint64_t SentPackets(std::size_t isp) const;
    [[nodiscard]] uint64_t FilteredPackets(std::size_t isp) const;
    /// IP packets that came to the site from the ISP.
    [[nodiscard]] uint64_t ArrivedPackets(std::size_t isp) const;
    /// Dropped by the firewall for their options.
    [[nodiscard]] uint64_t FirewalledPackets() const;
    /// @}

  private:
    struct Counts
    {
        uint64_t sent{0};
        uint64_t arrived{0};
    };

    [[nodiscard]] bool HasVirtualInterfaces() const;
    Ptr<NetDevice> AddToLan(Ptr<Node> node);
    void BuildLan();
    void BuildVirtualInterface(std::size_t isp);
    void BuildExit(std::size_t isp);
    void RouteSite();

    MultihomedSiteSpec m_spec;
    NodeContainer m_nodes; //!< A, S, E1, E2, ISP1, ISP2, the Internet, B
    Ptr<SimpleChannel> m_lan;
    std::array<uint32_t, 2> m_siteInterfaces{}; //!< of S towards the exit routers
    std::array<Counts, 2> m_counts;
    std::array<Ptr<MptcpIpv4IngressFilter>, 2> m_filters;
    Ptr<OptionFirewall> m_firewall;
};

} // namespace ns3

#endif // MPTCP_MULTIHOMED_SITE_H
