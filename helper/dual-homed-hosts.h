// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_DUAL_HOMED_HOSTS_H
#define MPTCP_DUAL_HOMED_HOSTS_H

#include "ns3/data-rate.h"
#include "ns3/ipv4-address.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"

#include <array>
#include <cstdint>
#include <string>

namespace ns3
{

/// Links of DualHomedHosts. Rates and queues are those of either direction.
struct DualHomedSpec
{
    std::array<DataRate, 2> rateOfA{DataRate("10Mbps"), DataRate("10Mbps")}; //!< A1, A2
    std::array<DataRate, 2> rateOfB{DataRate("10Mbps"), DataRate("10Mbps")}; //!< B1, B2
    DataRate inner{"1Gbps"};          //!< between the routers of A's and of B's side
    Time roundTrip{MilliSeconds(40)}; //!< propagation of every path, there and back
    uint32_t queuePackets{50};        //!< in front of each of these links
    bool usesRed{false};              //!< where data from A to B may queue; otherwise drop-tail
};

/**
 * Two hosts with two addresses each (figure 1 of RFC 6182), and a third and a fourth host for a TCP
 * beside them:
 *
 *     C ---.
 *     A1 -- G1 ===.             .=== B1
 *                  R1 ======= R2
 *     A2 -- G2 ===             ===== B2
 *     C ------------'         '----- D
 *
 * Double lines have the rates of the specification, single ones are fast. C sends to D either
 * through G1, and so through the access link of A1, or from R1, through the inner link alone.
 */
class DualHomedHosts
{
  public:
    explicit DualHomedHosts(const DualHomedSpec& spec);

    [[nodiscard]] Ptr<Node> A() const;
    [[nodiscard]] Ptr<Node> B() const;
    /// A and B.
    [[nodiscard]] NodeContainer Ends() const;
    [[nodiscard]] Ipv4Address AddressOfB(std::size_t index) const;
    /// `A1-B2`, from the addresses of a flow's ends.
    [[nodiscard]] static std::string PathName(Ipv4Address ofA, Ipv4Address ofB);

    /// The sender of a TCP beside them: behind G1, or at R1.
    [[nodiscard]] Ptr<Node> C(bool isBehindG1) const;
    [[nodiscard]] Ptr<Node> D() const;
    [[nodiscard]] Ipv4Address AddressOfD() const;

  private:
    void BuildSideOfA(const DualHomedSpec& spec);
    void BuildSideOfB(const DualHomedSpec& spec);

    NodeContainer m_nodes;
};

} // namespace ns3

#endif // MPTCP_DUAL_HOMED_HOSTS_H
