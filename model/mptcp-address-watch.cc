// SPDX-License-Identifier: GPL-2.0-only
#include "mptcp-address-watch.h"

#include "ns3-conversions.h"

#include "ns3/ipv4-list-routing.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-list-routing.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ns3
{

namespace
{

constexpr int16_t LAST_PRIORITY = std::numeric_limits<int16_t>::min();

/// RouteInput of a protocol that routes nothing. Its parameters changed after ns-3.37, so they are
/// taken from the base.
template <typename Base, typename Signature = decltype(&Base::RouteInput)>
class NoRouteInput;

template <typename Base, typename... Arguments>
class NoRouteInput<Base, bool (Base::*)(Arguments...)> : public Base
{
  public:
    bool RouteInput(Arguments...) override
    {
        return false;
    }
};

/// RouteInput of a protocol that leaves it to another.
template <typename Base, typename Protocol, typename Signature = decltype(&Protocol::RouteInput)>
class OthersRouteInput;

template <typename Base, typename Protocol, typename... Arguments>
class OthersRouteInput<Base, Protocol, bool (Protocol::*)(Arguments...)> : public Base
{
  public:
    bool RouteInput(Arguments... arguments) override
    {
        return m_routes->RouteInput(std::forward<Arguments>(arguments)...);
    }

  protected:
    Ptr<Protocol> m_routes;
};

/// What routing is called for either IP version.
struct Version4
{
    using Protocol = Ipv4RoutingProtocol;
    using List = Ipv4ListRouting;
    using Header = Ipv4Header;
    using Route = Ipv4Route;
    using InterfaceAddress = Ipv4InterfaceAddress;
};

struct Version6
{
    using Protocol = Ipv6RoutingProtocol;
    using List = Ipv6ListRouting;
    using Header = Ipv6Header;
    using Route = Ipv6Route;
    using InterfaceAddress = Ipv6InterfaceAddress;
};

} // namespace

// ---- in a list ----

/// Routes nothing and rings.
template <typename Version>
class MptcpAddressWatch::Listener : public NoRouteInput<typename Version::Protocol>
{
  public:
    explicit Listener(std::shared_ptr<Bell> bell)
        : m_bell(std::move(bell))
    {
    }

    Ptr<typename Version::Route> RouteOutput(Ptr<Packet>,
                                             const typename Version::Header&,
                                             Ptr<NetDevice>,
                                             Socket::SocketErrno& error) override
    {
        error = Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }

    void NotifyInterfaceUp(uint32_t) override
    {
        m_bell->ring();
    }

    void NotifyInterfaceDown(uint32_t) override
    {
        m_bell->ring();
    }

    void NotifyAddAddress(uint32_t, typename Version::InterfaceAddress) override
    {
        m_bell->ring();
    }

    void NotifyRemoveAddress(uint32_t, typename Version::InterfaceAddress) override
    {
        m_bell->ring();
    }

    void PrintRoutingTable(Ptr<OutputStreamWrapper>, Time::Unit) const override
    {
    }

  private:
    std::shared_ptr<Bell> m_bell;
};

class MptcpAddressWatch::Listener4 : public Listener<Version4>
{
  public:
    using Listener::Listener;

    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::MptcpAddressListener4")
                                .SetParent<Ipv4RoutingProtocol>()
                                .HideFromDocumentation();
        return tid;
    }

    void SetIpv4(Ptr<Ipv4>) override
    {
    }
};

class MptcpAddressWatch::Listener6 : public Listener<Version6>
{
  public:
    using Listener::Listener;

    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::MptcpAddressListener6")
                                .SetParent<Ipv6RoutingProtocol>()
                                .HideFromDocumentation();
        return tid;
    }

    void NotifyAddRoute(Ipv6Address, Ipv6Prefix, Ipv6Address, uint32_t, Ipv6Address) override
    {
    }

    void NotifyRemoveRoute(Ipv6Address, Ipv6Prefix, Ipv6Address, uint32_t, Ipv6Address) override
    {
    }

    void SetIpv6(Ptr<Ipv6>) override
    {
    }
};

// ---- around a protocol that stands alone ----

/// A list of one for whoever looks for a protocol in it. ns-3's own list would tell that protocol
/// once more whose it is, which it takes for a mistake.
template <typename Version>
class MptcpAddressWatch::Wrapper
    : public OthersRouteInput<typename Version::List, typename Version::Protocol>
{
  public:
    Wrapper(Ptr<typename Version::Protocol> routes, std::shared_ptr<Bell> bell)
        : m_bell(std::move(bell))
    {
        this->m_routes = std::move(routes);
    }

    uint32_t GetNRoutingProtocols() const override
    {
        return 1;
    }

    Ptr<typename Version::Protocol> GetRoutingProtocol(uint32_t, int16_t& priority) const override
    {
        priority = 0;
        return this->m_routes;
    }

    Ptr<typename Version::Route> RouteOutput(Ptr<Packet> packet,
                                             const typename Version::Header& header,
                                             Ptr<NetDevice> device,
                                             Socket::SocketErrno& error) override
    {
        return this->m_routes->RouteOutput(packet, header, device, error);
    }

    void NotifyInterfaceUp(uint32_t interface) override
    {
        this->m_routes->NotifyInterfaceUp(interface);
        m_bell->ring();
    }

    void NotifyInterfaceDown(uint32_t interface) override
    {
        this->m_routes->NotifyInterfaceDown(interface);
        m_bell->ring();
    }

    void NotifyAddAddress(uint32_t interface, typename Version::InterfaceAddress address) override
    {
        this->m_routes->NotifyAddAddress(interface, address);
        m_bell->ring();
    }

    void NotifyRemoveAddress(uint32_t interface,
                             typename Version::InterfaceAddress address) override
    {
        this->m_routes->NotifyRemoveAddress(interface, address);
        m_bell->ring();
    }

    void PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit unit) const override
    {
        this->m_routes->PrintRoutingTable(stream, unit);
    }

  private:
    std::shared_ptr<Bell> m_bell;
};

class MptcpAddressWatch::Wrapper4 : public Wrapper<Version4>
{
  public:
    using Wrapper::Wrapper;

    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::MptcpAddressWrapper4")
                                .SetParent<Ipv4ListRouting>()
                                .HideFromDocumentation();
        return tid;
    }

    void SetIpv4(Ptr<Ipv4>) override
    {
    }
};

class MptcpAddressWatch::Wrapper6 : public Wrapper<Version6>
{
  public:
    using Wrapper::Wrapper;

    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("ns3::MptcpAddressWrapper6")
                                .SetParent<Ipv6ListRouting>()
                                .HideFromDocumentation();
        return tid;
    }

    void NotifyAddRoute(Ipv6Address destination,
                        Ipv6Prefix mask,
                        Ipv6Address nextHop,
                        uint32_t interface,
                        Ipv6Address prefix) override
    {
        m_routes->NotifyAddRoute(destination, mask, nextHop, interface, prefix);
    }

    void NotifyRemoveRoute(Ipv6Address destination,
                           Ipv6Prefix mask,
                           Ipv6Address nextHop,
                           uint32_t interface,
                           Ipv6Address prefix) override
    {
        m_routes->NotifyRemoveRoute(destination, mask, nextHop, interface, prefix);
    }

    void SetIpv6(Ptr<Ipv6>) override
    {
    }
};

// ---- the watch ----

MptcpAddressWatch::MptcpAddressWatch(std::function<void()> onChange)
    : m_onChange(std::move(onChange)),
      m_bell(std::make_shared<Bell>())
{
    m_bell->ring = [this] { OnRing(); };
}

MptcpAddressWatch::~MptcpAddressWatch()
{
    m_report.Cancel();
    m_bell->ring = [] {};
}

void
MptcpAddressWatch::WatchRouting(Ptr<Node> node)
{
    if (Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>(); ipv4 && ipv4->GetRoutingProtocol())
    {
        Ptr<Ipv4RoutingProtocol> routing = ipv4->GetRoutingProtocol();
        auto list = DynamicCast<Ipv4ListRouting>(routing);
        if (routing != m_watched4 && list)
        {
            list->AddRoutingProtocol(CreateObject<Listener4>(m_bell), LAST_PRIORITY);
        }
        else if (routing != m_watched4)
        {
            ipv4->SetRoutingProtocol(CreateObject<Wrapper4>(routing, m_bell));
        }
        m_watched4 = ipv4->GetRoutingProtocol();
    }
    if (Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>(); ipv6 && ipv6->GetRoutingProtocol())
    {
        Ptr<Ipv6RoutingProtocol> routing = ipv6->GetRoutingProtocol();
        auto list = DynamicCast<Ipv6ListRouting>(routing);
        if (routing != m_watched6 && list)
        {
            list->AddRoutingProtocol(CreateObject<Listener6>(m_bell), LAST_PRIORITY);
        }
        else if (routing != m_watched6)
        {
            ipv6->SetRoutingProtocol(CreateObject<Wrapper6>(routing, m_bell));
        }
        m_watched6 = ipv6->GetRoutingProtocol();
    }
}

void
MptcpAddressWatch::WatchLink(Ptr<NetDevice> device)
{
    const auto found = std::find_if(m_links.begin(), m_links.end(), [&](const Link& link) {
        return link.device == device;
    });
    if (found != m_links.end())
    {
        return;
    }
    m_links.push_back({device, device->IsLinkUp()});
    // There is no way to take the callback back.
    device->AddLinkChangeCallback(Callback<void>([bell = std::weak_ptr<Bell>(m_bell)] {
        if (const auto alive = bell.lock())
        {
            alive->ring();
        }
    }));
}

bool
MptcpAddressWatch::MayCarry(Ptr<NetDevice> device)
{
    WatchLink(device);
    const auto found = std::find_if(m_links.begin(), m_links.end(), [&](const Link& link) {
        return link.device == device;
    });
    return device->IsLinkUp() || !found->wasUp;
}

void
MptcpAddressWatch::OnRing()
{
    for (Link& link : m_links)
    {
        link.wasUp = link.wasUp || link.device->IsLinkUp();
    }
    if (!m_report.IsRunning())
    {
        m_report = Simulator::ScheduleNow(&MptcpAddressWatch::Report, this);
    }
}

void
MptcpAddressWatch::Report()
{
    m_onChange();
}

std::vector<mptcp::IpAddress>
MptcpAddressWatch::UsableAddresses(Ptr<Node> node)
{
    WatchRouting(node);
    std::vector<mptcp::IpAddress> addresses;
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    for (uint32_t i = 0; ipv4 && i < ipv4->GetNInterfaces(); ++i)
    {
        const bool isUp = MayCarry(ipv4->GetNetDevice(i)) && ipv4->IsUp(i);
        for (uint32_t j = 0; isUp && j < ipv4->GetNAddresses(i); ++j)
        {
            const Ipv4Address address = ipv4->GetAddress(i, j).GetLocal();
            if (!address.IsLocalhost() && address != Ipv4Address::GetAny())
            {
                addresses.push_back(ToCore(address));
            }
        }
    }
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    for (uint32_t i = 0; ipv6 && i < ipv6->GetNInterfaces(); ++i)
    {
        const bool isUp = MayCarry(ipv6->GetNetDevice(i)) && ipv6->IsUp(i);
        for (uint32_t j = 0; isUp && j < ipv6->GetNAddresses(i); ++j)
        {
            const Ipv6InterfaceAddress address = ipv6->GetAddress(i, j);
            if (address.GetScope() == Ipv6InterfaceAddress::GLOBAL &&
                address.GetState() != Ipv6InterfaceAddress::INVALID &&
                !address.GetAddress().IsLocalhost())
            {
                addresses.push_back(ToCore(address.GetAddress()));
            }
        }
    }
    return addresses;
}

} // namespace ns3
