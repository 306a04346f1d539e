// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ARRIVALS_H
#define MPTCP_ARRIVALS_H

#include "ns3/ip-l4-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/tcp-l4-protocol.h"

#include <boost/container/flat_map.hpp>
#include <cstdint>
#include <optional>
#include <utility>

namespace ns3
{

class MptcpSubflow;

/**
 * Stands before a node's TCP in its IPv4 and brings segments of open subflows to them.
 *
 * ns3::TcpL4Protocol makes an object of each option to learn two port numbers, 2,300 instructions
 * for one of a kind it does not know, and compares a segment with one endpoint after the other: a
 * ninth of a whole simulation of hosts with eight subflows. It gets all other segments, as if
 * nothing stood before it: what has no open subflow, comes in by another device than the subflow's,
 * or has a checksum to be looked at.
 */
class MptcpArrivals : public IpL4Protocol
{
  public:
    /// Addresses and ports of a segment, the sender's first.
    using Key = std::pair<uint64_t, uint64_t>;

    static TypeId GetTypeId();

    /// Takes the place of `tcp` in `ipv4`, if it is there.
    void Attach(Ptr<Ipv4> ipv4, Ptr<TcpL4Protocol> tcp);
    /// Gives it back, if there still is one.
    void Detach(Ptr<Ipv4> ipv4);

    /**
     * From now on `subflow` gets its segments from here.
     * \return what Remove is to be told; nothing where checksums are in use
     *         (Node::ChecksumEnabled): TCP verifies them on the way
     */
    std::optional<Key> Add(MptcpSubflow& subflow,
                           const InetSocketAddress& local,
                           const InetSocketAddress& remote);
    /// Nothing happens where another subflow has the same addresses and ports by now.
    void Remove(const MptcpSubflow& subflow, const Key& key);
    /// Null if there is none.
    [[nodiscard]] MptcpSubflow* Find(const Key& key) const;

    // ns3::IpL4Protocol: all but the first is TCP's.
    RxStatus Receive(Ptr<Packet> packet,
                     const Ipv4Header& header,
                     Ptr<Ipv4Interface> incomingInterface) override;
    RxStatus Receive(Ptr<Packet> packet,
                     const Ipv6Header& header,
                     Ptr<Ipv6Interface> incomingInterface) override;
    void ReceiveIcmp(Ipv4Address icmpSource,
                     uint8_t icmpTtl,
                     uint8_t icmpType,
                     uint8_t icmpCode,
                     uint32_t icmpInfo,
                     Ipv4Address payloadSource,
                     Ipv4Address payloadDestination,
                     const uint8_t payload[8]) override;
    void ReceiveIcmp(Ipv6Address icmpSource,
                     uint8_t icmpTtl,
                     uint8_t icmpType,
                     uint8_t icmpCode,
                     uint32_t icmpInfo,
                     Ipv6Address payloadSource,
                     Ipv6Address payloadDestination,
                     const uint8_t payload[8]) override;
    int GetProtocolNumber() const override;
    void SetDownTarget(DownTargetCallback target) override;
    void SetDownTarget6(DownTargetCallback6 target) override;
    DownTargetCallback GetDownTarget() const override;
    DownTargetCallback6 GetDownTarget6() const override;

  protected:
    void DoDispose() override;

  private:
    Ptr<TcpL4Protocol> m_tcp;
    boost::container::flat_map<Key, MptcpSubflow*> m_subflows;
};

} // namespace ns3

#endif // MPTCP_ARRIVALS_H
