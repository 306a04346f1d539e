// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_HELPER_H
#define MPTCP_HELPER_H

#include "ns3/address.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/object-factory.h"

#include <string>

namespace ns3
{

/**
 * Makes nodes MPTCP hosts and chooses the policies of their connections.
 *
 * \code
 *   MptcpHelper mptcp;
 *   mptcp.SetScheduler("ns3::MptcpMinRtt");
 *   mptcp.SetCongestionControl("ns3::MptcpLia");
 *   mptcp.Install(nodes); // after InternetStackHelper::Install
 *   BulkSendHelper sender("ns3::MptcpSocketFactory", remote);
 * \endcode
 *
 * All names are TypeId names, with attributes as for ns-3's other helpers. A name that does not
 * exist, or is of another kind, ends the program with a message that lists the possible ones.
 */
class MptcpHelper
{
  public:
    /// Bytes to keep free for TCP options in each segment: all that a TCP header can hold.
    static constexpr uint32_t OPTION_BYTES = 40;

    MptcpHelper();

    /// \param type TypeId name of a ns3::MptcpScheduler
    template <typename... Args>
    void SetScheduler(const std::string& type, Args&&... args)
    {
        m_scheduler = MakeFactory(type, "ns3::MptcpScheduler", std::forward<Args>(args)...);
    }

    /// \param type TypeId name of a ns3::MptcpPathManager
    template <typename... Args>
    void SetPathManager(const std::string& type, Args&&... args)
    {
        m_pathManager = MakeFactory(type, "ns3::MptcpPathManager", std::forward<Args>(args)...);
    }

    /// \param type TypeId name of a ns3::TcpCongestionOps, coupled or not
    template <typename... Args>
    void SetCongestionControl(const std::string& type, Args&&... args)
    {
        m_congestionControl =
            MakeFactory(type, "ns3::TcpCongestionOps", std::forward<Args>(args)...);
    }

    /// Payload bytes of a full segment. 0, the default, means what fits the smallest MTU of each
    /// node together with all headers and options.
    void SetSegmentSize(uint32_t segmentBytes);

    /// The nodes must have an internet stack and, for the segment size, their devices.
    void Install(const NodeContainer& nodes) const;
    void Install(Ptr<Node> node) const;

    /**
     * Makes MPTCP what `ns3::TcpSocketFactory` means on these nodes, so that applications which
     * know nothing of it use it (RFC 6897 4.5): Install, and the attribute `EnableByDefault` of
     * ns3::MptcpStack. Sockets that were made before stay what they are.
     */
    void UseForTcpSockets(const NodeContainer& nodes) const;
    /**
     * The same for every node with an internet stack, at the start of the simulation and before
     * any application starts: for a program that names TCP alone and does not know of this library.
     * To be called before that program adds nodes.
     */
    void UseForTcpSockets() const;

    /// Fixes the random streams of keys and nonces; returns how many were used.
    static int64_t AssignStreams(const NodeContainer& nodes, int64_t stream);

    /**
     * Gives each point-to-point interface of `node` a default route of its own, in the order of
     * the interfaces, so that a subflow bound to any of them reaches every destination.
     *
     * Global routing knows one best path only, and a host with static routing none beyond its
     * links: without these routes the further subflows would find no way out of their device.
     */
    static void AddDefaultRoutes(Ptr<Node> node);

    /**
     * \name Endpoints of a node, as `ip mptcp endpoint` and `ip mptcp limits` (ip-mptcp(8))
     *
     * For the path manager `ns3::MptcpLinuxEndpoints`; others take no notice. All of it may be
     * called before and during a simulation. Mistakes end the program with a message.
     */
    /// @{
    /**
     * \param address an Ipv4Address or Ipv6Address
     * \param flags of `signal`, `subflow`, `backup`, `fullmesh`; separated by commas or spaces
     * \param port announced with the address; 0: none
     * \param id the Address ID; 0: the next free one
     * \return the Address ID
     */
    static uint8_t AddEndpoint(Ptr<Node> node,
                               const Address& address,
                               const std::string& flags,
                               uint16_t port = 0,
                               uint8_t id = 0);
    /// Closes its subflows, too.
    static void RemoveEndpoint(Ptr<Node> node, uint8_t id);
    static void RemoveEndpoint(Ptr<Node> node, const Address& address);
    /// `ip mptcp endpoint delete id 0 IFADDR`: the first subflow of connections that have it there.
    static void RemoveInitialAddress(Ptr<Node> node, const Address& address);
    static void FlushEndpoints(Ptr<Node> node);
    /// \param changes of `backup`, `nobackup`, `fullmesh`, `nofullmesh`
    static void ChangeEndpoint(Ptr<Node> node, uint8_t id, const std::string& changes);
    static void SetLimits(Ptr<Node> node, uint32_t subflows, uint32_t addAddrAccepted);
    /// @}

    /// Payload of a full segment that fits `mtuBytes` with an IPv4 or IPv6 header and all options.
    static uint32_t SegmentBytesFor(uint32_t mtuBytes, bool isIpv6);

  private:
    template <typename... Args>
    static ObjectFactory MakeFactory(const std::string& type,
                                     const std::string& base,
                                     Args&&... args)
    {
        CheckType(type, base);
        ObjectFactory factory;
        factory.SetTypeId(type);
        factory.Set(std::forward<Args>(args)...);
        return factory;
    }

    static void CheckType(const std::string& type, const std::string& base);

    ObjectFactory m_scheduler;
    ObjectFactory m_pathManager;
    ObjectFactory m_congestionControl;
    uint32_t m_segmentBytes{0};
};

} // namespace ns3

#endif // MPTCP_HELPER_H
