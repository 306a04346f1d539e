// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What MptcpAddressWatch hears of, under each kind of routing, and that it changes no route.
#include "mptcp-address-watch.h"
#include "ns3-conversions.h"
#include "simulation-fixture.h"

#include "ns3/error-model.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-list-routing.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-list-routing-helper.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/ipv6.h"
#include "ns3/node.h"
#include "ns3/simple-channel.h"
#include "ns3/simple-net-device.h"

#include <gtest/gtest.h>
#include <optional>

namespace ns3
{
namespace
{

/// A device whose link a test can take away, as that of a WiFi station that leaves its access
/// point.
class LinkDevice : public SimpleNetDevice
{
  public:
    bool IsLinkUp() const override
    {
        return isUp;
    }

    void AddLinkChangeCallback(Callback<void> callback) override
    {
        m_callbacks.push_back(callback);
    }

    void SetLink(bool up)
    {
        isUp = up;
        for (auto& callback : m_callbacks)
        {
            callback();
        }
    }

    bool isUp{true};

  private:
    std::vector<Callback<void>> m_callbacks;
};

using Addresses = std::vector<mptcp::IpAddress>;

class AddressWatch : public SimulationTest
{
  protected:
    void Install(const InternetStackHelper& stack)
    {
        stack.Install(node);
        device->SetAddress(Mac48Address::Allocate());
        device->SetChannel(CreateObject<SimpleChannel>());
        node->AddDevice(device);
        ipv4 = node->GetObject<Ipv4>();
        interface4 = ipv4->AddInterface(device);
        Add(ONE);
        ipv4->SetUp(interface4);
        ipv6 = node->GetObject<Ipv6>();
        interface6 = ipv6->AddInterface(device);
        Add(SIX);
        ipv6->SetUp(interface6);
        watch.emplace([this] { ++reports; });
    }

    void Add(Ipv4Address address) const
    {
        ipv4->AddAddress(interface4, Ipv4InterfaceAddress(address, Ipv4Mask("255.255.255.0")));
    }

    void Add(Ipv6Address address) const
    {
        ipv6->AddAddress(interface6, Ipv6InterfaceAddress(address, Ipv6Prefix(64)));
    }

    /// Does it as an event and lets time pass; how often the watch has reported.
    int ReportsAfter(const std::function<void()>& change)
    {
        reports = 0;
        Simulator::Schedule(MilliSeconds(1), change);
        Simulator::Stop(MilliSeconds(2));
        Simulator::Run();
        return reports;
    }

    void ExpectAllChangesHeard()
    {
        EXPECT_EQ(watch->UsableAddresses(node), (Addresses{ToCore(ONE), ToCore(SIX)}));
        EXPECT_EQ(ReportsAfter([this] { ipv4->SetDown(interface4); }), 1);
        EXPECT_EQ(watch->UsableAddresses(node), Addresses{ToCore(SIX)});
        EXPECT_EQ(ReportsAfter([this] { ipv4->SetUp(interface4); }), 1);
        EXPECT_EQ(ReportsAfter([this] { Add(TWO); }), 1);
        EXPECT_EQ(watch->UsableAddresses(node), (Addresses{ToCore(ONE), ToCore(TWO), ToCore(SIX)}));
        EXPECT_EQ(ReportsAfter([this] { ipv4->RemoveAddress(interface4, ONE); }), 1);
        EXPECT_EQ(watch->UsableAddresses(node), (Addresses{ToCore(TWO), ToCore(SIX)}));
        EXPECT_EQ(ReportsAfter([this] { ipv6->SetDown(interface6); }), 1);
        EXPECT_EQ(watch->UsableAddresses(node), Addresses{ToCore(TWO)});
        EXPECT_EQ(ReportsAfter([this] { ipv6->SetUp(interface6); }), 1);
        EXPECT_EQ(watch->UsableAddresses(node), Addresses{ToCore(TWO)})
            << "ns-3 has forgotten the address";
        EXPECT_EQ(ReportsAfter([this] { Add(SIX); }), 1);
        EXPECT_EQ(watch->UsableAddresses(node), (Addresses{ToCore(TWO), ToCore(SIX)}));
        EXPECT_EQ(ReportsAfter([this] { ipv6->RemoveAddress(interface6, SIX); }), 1);
        EXPECT_EQ(watch->UsableAddresses(node), Addresses{ToCore(TWO)});
        EXPECT_EQ(ReportsAfter([] {}), 0);
    }

    [[nodiscard]] Ptr<Ipv4Route> RouteTo(Ipv4Address destination) const
    {
        Ipv4Header header;
        header.SetDestination(destination);
        Socket::SocketErrno error;
        return ipv4->GetRoutingProtocol()->RouteOutput(nullptr, header, nullptr, error);
    }

    [[nodiscard]] Ptr<Ipv6Route> RouteTo(Ipv6Address destination) const
    {
        Ipv6Header header;
        header.SetDestination(destination);
        Socket::SocketErrno error;
        return ipv6->GetRoutingProtocol()->RouteOutput(nullptr, header, nullptr, error);
    }

    void ExpectRoutesAsEver() const
    {
        Ipv4StaticRoutingHelper helper;
        helper.GetStaticRouting(ipv4)->AddHostRouteTo("192.0.2.1", "10.0.0.9", interface4);
        ASSERT_TRUE(RouteTo(Ipv4Address("192.0.2.1")));
        EXPECT_EQ(RouteTo(Ipv4Address("192.0.2.1"))->GetGateway(), Ipv4Address("10.0.0.9"));
        EXPECT_FALSE(RouteTo(Ipv4Address("192.0.2.2")));
        EXPECT_TRUE(RouteTo(Ipv4Address("10.0.0.7"))) << "the network of an address";
        Ipv6StaticRoutingHelper helper6;
        helper6.GetStaticRouting(ipv6)->AddHostRouteTo("2001:db8:9::1", "2001:db8::9", interface6);
        ASSERT_TRUE(RouteTo(Ipv6Address("2001:db8:9::1")));
        EXPECT_EQ(RouteTo(Ipv6Address("2001:db8:9::1"))->GetGateway(), Ipv6Address("2001:db8::9"));
        EXPECT_FALSE(RouteTo(Ipv6Address("2001:db8:9::2")));
    }

    /// Under the wrapper as without it.
    static InternetStackHelper ListsForBoth()
    {
        InternetStackHelper stack;
        Ipv6ListRoutingHelper list;
        list.Add(Ipv6StaticRoutingHelper(), 0);
        stack.SetRoutingHelper(list);
        return stack;
    }

    static InternetStackHelper StaticAloneForBoth()
    {
        InternetStackHelper stack;
        stack.SetRoutingHelper(Ipv4StaticRoutingHelper());
        return stack;
    }

    const Ipv4Address ONE{"10.0.0.1"};
    const Ipv4Address TWO{"10.0.0.2"};
    const Ipv6Address SIX{"2001:db8::1"};
    Ptr<Node> node{CreateObject<Node>()};
    Ptr<LinkDevice> device{CreateObject<LinkDevice>()};
    Ptr<Ipv4> ipv4;
    Ptr<Ipv6> ipv6;
    uint32_t interface4{0};
    uint32_t interface6{0};
    int reports{0};
    std::optional<MptcpAddressWatch> watch;
};

TEST_F(AddressWatch, HearsAllWithTheDefaultRouting)
{
    Install(InternetStackHelper());
    ExpectAllChangesHeard();
}

TEST_F(AddressWatch, HearsAllWithListsForBothFamilies)
{
    Install(ListsForBoth());
    ExpectAllChangesHeard();
}

TEST_F(AddressWatch, HearsAllWithProtocolsThatStandAlone)
{
    Install(StaticAloneForBoth());
    ExpectAllChangesHeard();
}

TEST_F(AddressWatch, RoutesAsEverInLists)
{
    Install(ListsForBoth());
    watch->UsableAddresses(node);
    ExpectRoutesAsEver();
    int16_t priority = 0;
    auto list = DynamicCast<Ipv4ListRouting>(ipv4->GetRoutingProtocol());
    EXPECT_TRUE(DynamicCast<Ipv4StaticRouting>(list->GetRoutingProtocol(0, priority)));
    EXPECT_EQ(priority, 0);
}

TEST_F(AddressWatch, RoutesAsEverAlone)
{
    Install(StaticAloneForBoth());
    watch->UsableAddresses(node);
    ExpectRoutesAsEver();
}

TEST_F(AddressWatch, HearsEachChangeOnceHoweverOftenItIsAsked)
{
    Install(InternetStackHelper());
    for (int i = 0; i < 3; ++i)
    {
        watch->UsableAddresses(node);
    }
    auto list = DynamicCast<Ipv4ListRouting>(ipv4->GetRoutingProtocol());
    EXPECT_EQ(list->GetNRoutingProtocols(), 3U); // static, global, the listener
    EXPECT_EQ(ReportsAfter([this] {
                  Add(TWO);
                  ipv4->RemoveAddress(interface4, ONE);
                  ipv6->SetDown(interface6);
              }),
              1)
        << "all at one time";
}

TEST_F(AddressWatch, FollowsWhenRoutingIsReplaced)
{
    Install(InternetStackHelper());
    watch->UsableAddresses(node);
    ipv4->SetRoutingProtocol(Ipv4StaticRoutingHelper().Create(node));
    EXPECT_EQ(ReportsAfter([this] { ipv4->SetDown(interface4); }), 0);
    watch->UsableAddresses(node);
    EXPECT_EQ(ReportsAfter([this] { ipv4->SetUp(interface4); }), 1);
}

TEST_F(AddressWatch, LinkThatWentTakesItsAddressesAlong)
{
    Install(InternetStackHelper());
    EXPECT_EQ(watch->UsableAddresses(node).size(), 2U);
    EXPECT_EQ(ReportsAfter([this] { device->SetLink(false); }), 1);
    EXPECT_TRUE(watch->UsableAddresses(node).empty());
    EXPECT_EQ(ReportsAfter([this] { device->SetLink(true); }), 1);
    EXPECT_EQ(watch->UsableAddresses(node).size(), 2U);
}

/// Some devices of ns-3 never report a link although they carry packets.
TEST_F(AddressWatch, LinkThatWasNeverUpSaysNothing)
{
    device->isUp = false;
    Install(InternetStackHelper());
    EXPECT_EQ(watch->UsableAddresses(node).size(), 2U);
    EXPECT_EQ(ReportsAfter([this] { device->SetLink(true); }), 1);
    EXPECT_EQ(ReportsAfter([this] { device->SetLink(false); }), 1);
    EXPECT_TRUE(watch->UsableAddresses(node).empty());
}

TEST_F(AddressWatch, MayGoBeforeWhatItWatches)
{
    Install(StaticAloneForBoth());
    watch->UsableAddresses(node);
    watch.reset();
    EXPECT_EQ(ReportsAfter([this] {
                  ipv4->SetDown(interface4);
                  ipv6->SetDown(interface6);
                  device->SetLink(false);
              }),
              0);
    ipv4->SetUp(interface4);
    ipv6->SetUp(interface6);
    ExpectRoutesAsEver();
}

} // namespace
} // namespace ns3
