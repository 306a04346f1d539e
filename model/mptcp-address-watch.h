// SPDX-License-Identifier: GPL-2.0-only
#ifndef MPTCP_ADDRESS_WATCH_H
#define MPTCP_ADDRESS_WATCH_H

#include "core/paths/endpoint.h"

#include "ns3/event-id.h"
#include "ns3/net-device.h"
#include "ns3/node.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace ns3
{

/**
 * Knows which IP addresses of a node can be used now and tells when that changes: interfaces going
 * up and down, addresses added and removed, and devices that lose their link.
 *
 * ns-3 reports interfaces and addresses to nobody but the routing protocol of the node. So the
 * watch joins an Ipv4ListRouting or Ipv6ListRouting as its last entry, which routes nothing, and
 * puts itself around a protocol that stands alone; that one still makes every decision, and the
 * GetRouting of its helper still finds it. It does so at the first question, when nodes have been
 * set up, and again at later ones if routing was replaced meanwhile.
 */
class MptcpAddressWatch
{
  public:
    /// \param onChange is called as an event of its own, once for all that changes at a time.
    explicit MptcpAddressWatch(std::function<void()> onChange);
    ~MptcpAddressWatch();
    MptcpAddressWatch(const MptcpAddressWatch&) = delete;
    MptcpAddressWatch& operator=(const MptcpAddressWatch&) = delete;

    /// Unicast addresses another host may reach: IPv4 first, each in the order of interfaces.
    /// Link-local and loopback addresses are left out.
    std::vector<mptcp::IpAddress> UsableAddresses(Ptr<Node> node);

  private:
    /// What routing protocols and devices ring; it may outlive the watch.
    struct Bell
    {
        std::function<void()> ring;
    };

    struct Link
    {
        Ptr<NetDevice> device;
        /// Not a bool: the one that ns-3.37's LTE device answers with was never set to either
        /// value, and to copy such a bool is undefined. It stays what it is, so either will do.
        uint8_t wasUp{0};
    };

    template <typename Version>
    class Listener;
    template <typename Version>
    class Wrapper;
    class Listener4;
    class Listener6;
    class Wrapper4;
    class Wrapper6;

    void WatchRouting(Ptr<Node> node);
    void WatchLink(Ptr<NetDevice> device);
    void OnRing();
    void Report();
    /// False once a link that was up has gone. Not every device reports a link at all.
    [[nodiscard]] bool MayCarry(Ptr<NetDevice> device);

    std::function<void()> m_onChange;
    std::shared_ptr<Bell> m_bell;
    Ptr<Object> m_watched4; //!< the routing protocol that is known to ring
    Ptr<Object> m_watched6;
    std::vector<Link> m_links;
    EventId m_report;
};

} // namespace ns3

#endif // MPTCP_ADDRESS_WATCH_H
