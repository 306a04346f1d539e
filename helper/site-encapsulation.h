// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_SITE_ENCAPSULATION_H
#define MPTCP_SITE_ENCAPSULATION_H

#include "routing/router-hook.h"

#include "ns3/error-model.h"
#include "ns3/header.h"
#include "ns3/ip-l4-protocol.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4.h"
#include "ns3/node.h"
#include "ns3/queue.h"
#include "ns3/simple-channel.h"
#include "ns3/simple-net-device.h"

#include <cstdint>

/// \file
/// How a host of a multihomed site may direct its packets to the exit router that fits their source
/// (draft-handley-mptcp-routing-00, section 5.2.2): tunnels, and loose source routing. IPv4.
namespace ns3
{

/// A virtual interface of a host: what is sent by it goes to an exit router inside another packet
/// (IP in IP, RFC 2003). It never receives.
class SiteTunnelDevice : public SimpleNetDevice
{
  public:
    static TypeId GetTypeId();
    static constexpr uint8_t PROTOCOL = 4;
    static constexpr uint16_t OVERHEAD_BYTES = 20;

    /// From an address of the host within the site to one of the exit router.
    void SetEnds(Ipv4Address local, Ipv4Address remote);
    bool Send(Ptr<Packet> packet, const Address& destination, uint16_t protocol) override;

  private:
    Ipv4Address m_local;
    Ipv4Address m_remote;
};

/**
 * The loose source and record route option of IPv4 with one hop (RFC 791 3.1).
 *
 * ns-3's Ipv4Header has no options, so it travels right behind that header, and the header's
 * protocol is 253, for experiments (RFC 3692), while it is there. It takes the eight bytes that it
 * would take in the header, and the place of the padding is that of the real protocol.
 */
class SourceRouteOption : public Header
{
  public:
    static constexpr uint8_t PROTOCOL = 253;
    static constexpr uint8_t KIND = 131;
    static constexpr uint16_t SIZE_BYTES = 8;

    SourceRouteOption() = default;
    SourceRouteOption(Ipv4Address address, uint8_t protocol);

    static TypeId GetTypeId();
    TypeId GetInstanceTypeId() const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;
    void Print(std::ostream& os) const override;

    /// The hop is reached: the destination that comes next; `self` is what is recorded for it.
    Ipv4Address Advance(Ipv4Address self);
    /// Of what the packet carries.
    [[nodiscard]] uint8_t GetProtocol() const;

  private:
    Ipv4Address m_address{"0.0.0.0"}; //!< the next destination, then the hop
    uint8_t m_pointer{4};
    uint8_t m_protocol{0};
};

/// A virtual interface of a host that gives each packet a loose source route by an exit router.
class SourceRouteDevice : public SimpleNetDevice
{
  public:
    static TypeId GetTypeId();

    void SetHop(Ipv4Address exitRouter);
    bool Send(Ptr<Packet> packet, const Address& destination, uint16_t protocol) override;

  private:
    Ipv4Address m_hop;
};

/// The exit router's part in both: takes what is addressed to it and sends on what is meant.
class SiteExit : public IpL4Protocol
{
  public:
    static TypeId GetTypeId();

    /// Puts the end of tunnels into `router`.
    static void InstallTunnelEnd(Ptr<Node> router);
    /// Makes `router` serve as a hop.
    /// \param strips takes the option off packets that leave the site
    static void InstallSourceRouteHop(Ptr<Node> router, bool strips);

    int GetProtocolNumber() const override;
    RxStatus Receive(Ptr<Packet> packet,
                     const Ipv4Header& header,
                     Ptr<Ipv4Interface> incomingInterface) override;
    RxStatus Receive(Ptr<Packet> packet,
                     const Ipv6Header& header,
                     Ptr<Ipv6Interface> incomingInterface) override;
    void SetDownTarget(DownTargetCallback callback) override;
    void SetDownTarget6(DownTargetCallback6 callback) override;
    DownTargetCallback GetDownTarget() const override;
    DownTargetCallback6 GetDownTarget6() const override;

  protected:
    void DoDispose() override;

  private:
    void Forward(Ptr<Packet> packet, Ipv4Header header) const;

    Ptr<Ipv4> m_ipv4;
    uint8_t m_protocol{SiteTunnelDevice::PROTOCOL};
    bool m_strips{false};
};

/// A firewall that drops packets with IPv4 options, as many do.
class OptionFirewall : public Ipv4RouterHook
{
  public:
    static TypeId GetTypeId();

    /// Puts one into a router with an Ipv4ListRouting.
    static Ptr<OptionFirewall> Install(Ptr<Node> router);
    [[nodiscard]] uint64_t GetDroppedPackets() const;
    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const override;

  protected:
    bool Input(Ptr<const Packet> packet,
               const Ipv4Header& header,
               Ptr<const NetDevice> device,
               const Ways& ways) override;

  private:
    uint64_t m_droppedPackets{0};
};

} // namespace ns3

#endif // MPTCP_SITE_ENCAPSULATION_H
