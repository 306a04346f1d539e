// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_MULTIHOMED_SITE_H
#define MPTCP_MULTIHOMED_SITE_H

#include "site-encapsulation.h"
#include "two-isp-network.h"

#include "ns3/data-rate.h"
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
 * A is the host of TwoIspNetwork, B its peer. S is the only router on A's LAN; E1 and E2 are the
 * exit routers. Both ISPs have ingress filters. A firewall in the Internet drops packets with IP
 * options.
 */
class MultihomedSite : public TwoIspNetwork
{
  public:
    explicit MultihomedSite(const MultihomedSiteSpec& spec);

    /// Dropped by the firewall for their options, counted so far.
    [[nodiscard]] uint64_t FirewalledPackets() const;

  private:
    [[nodiscard]] bool HasVirtualInterfaces() const;
    Ptr<NetDevice> AddToLan(Ptr<Node> node);
    void BuildLan();
    void BuildVirtualInterface(std::size_t isp);
    void BuildExit(std::size_t isp);
    void RouteSite();

    MultihomedSiteSpec m_spec;
    Ptr<SimpleChannel> m_lan;
    std::array<uint32_t, 2> m_siteInterfaces{}; //!< of S towards the exit routers
    Ptr<OptionFirewall> m_firewall;
};

} // namespace ns3

#endif // MPTCP_MULTIHOMED_SITE_H
