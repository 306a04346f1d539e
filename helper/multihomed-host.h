// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_MULTIHOMED_HOST_H
#define MPTCP_MULTIHOMED_HOST_H

#include "two-isp-network.h"

#include "ns3/data-rate.h"
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
 * A is the host of TwoIspNetwork, B its peer.
 */
class MultihomedHost : public TwoIspNetwork
{
  public:
    explicit MultihomedHost(const MultihomedHostSpec& spec);

    /// The router of an ISP.
    [[nodiscard]] Ptr<Node> Router(std::size_t isp) const;
    /// A's interface to an ISP.
    [[nodiscard]] static uint32_t HostInterface(std::size_t isp);
    /// Packets of A without a route, counted so far.
    [[nodiscard]] uint64_t UnroutablePackets() const;

  private:
    void BuildAccess(std::size_t isp, const MultihomedHostSpec& spec);
};

} // namespace ns3

#endif // MPTCP_MULTIHOMED_HOST_H
