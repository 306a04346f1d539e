// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The network of the scenario dual-homed: four paths, each where its name says.
#include "dual-homed-hosts.h"
#include "mptcp-helper.h"
#include "mptcp-socket.h"
#include "mptcp-subflow.h"
#include "simulation-fixture.h"
#include "stream-applications.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/uinteger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>

namespace ns3
{
namespace
{

constexpr uint16_t PORT = 5201;

class DualHomed : public SimulationTest
{
  protected:
    Ptr<StreamEndpoint> Send(Ptr<Node> from, Ptr<Node> to, Ipv4Address target, const char* factory)
    {
        const TypeId type = TypeId::LookupByName(factory);
        auto sink = CreateObject<StreamEndpoint>();
        sink->SetAttribute("Listen", BooleanValue(true));
        sink->SetAttribute("Protocol", TypeIdValue(type));
        sink->SetAttribute("Address", AddressValue(InetSocketAddress(Ipv4Address::GetAny(), PORT)));
        to->AddApplication(sink);
        m_source = CreateObject<StreamEndpoint>();
        m_source->SetAttribute("Protocol", TypeIdValue(type));
        m_source->SetAttribute("Address", AddressValue(InetSocketAddress(target, PORT)));
        m_source->SetAttribute("BytesToSend", UintegerValue(StreamEndpoint::UNLIMITED));
        from->AddApplication(m_source);
        return sink;
    }

    static void Run(Time time)
    {
        Simulator::Stop(time);
        Simulator::Run();
    }

    Ptr<StreamEndpoint> m_source;
};

/// All four carry data, and together what both access links have: 20 Mb/s times 1420/1500.
TEST_F(DualHomed, FourPathsFillBothLinks)
{
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1'000'000)); // does not bind
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1'000'000));
    DualHomedHosts network{DualHomedSpec()};
    MptcpHelper().Install(network.Ends());
    const auto sink =
        Send(network.A(), network.B(), network.AddressOfB(0), "ns3::MptcpSocketFactory");
    Run(Seconds(5));
    const uint64_t before = sink->ReceivedBytes();
    Run(Seconds(10));
    EXPECT_TRUE(sink->IsIntact());
    const double mbps = static_cast<double>(sink->ReceivedBytes() - before) * 8e-6 / 10;
    EXPECT_GT(mbps, 0.95 * 20 * 1420 / 1500);
    EXPECT_LT(mbps, 20 * 1420 / 1500.0 + 0.01);
    std::map<std::string, uint64_t> carried;
    for (const auto& subflow : DynamicCast<MptcpSocket>(m_source->GetSocket())->GetSubflows())
    {
        Address local;
        Address peer;
        subflow->GetSockName(local);
        subflow->GetPeerName(peer);
        carried[DualHomedHosts::PathName(InetSocketAddress::ConvertFrom(local).GetIpv4(),
                                         InetSocketAddress::ConvertFrom(peer).GetIpv4())] =
            subflow->AcknowledgedBytes();
    }
    ASSERT_EQ(carried.size(), 4U);
    for (const char* path : {"A1-B1", "A1-B2", "A2-B1", "A2-B2"})
    {
        EXPECT_GT(carried[path], 100'000U) << path;
    }
}

/// The narrower of A's access link, the inner one and B's decides; 1420/1500 is payload.
TEST_F(DualHomed, TcpBesideSharesTheLinkItIsSaidTo)
{
    DualHomedSpec spec;
    spec.rateOfA[0] = DataRate("2Mbps");
    spec.inner = DataRate("5Mbps");
    for (const bool isBehindG1 : {true, false})
    {
        SCOPED_TRACE(isBehindG1);
        Clean();
        DualHomedHosts network(spec);
        const auto sink =
            Send(network.C(isBehindG1), network.D(), network.AddressOfD(), "ns3::TcpSocketFactory");
        Run(Seconds(10));
        const double mbps = static_cast<double>(sink->ReceivedBytes()) * 8e-6 / 10;
        EXPECT_GT(mbps, isBehindG1 ? 1.6 : 4.0);
        EXPECT_LT(mbps, isBehindG1 ? 2.0 : 5.0);
    }
}

} // namespace
} // namespace ns3
