// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Runs the rows of join-suite-rows.cc.
#include "core/wire/options.h"
#include "counters.h"
#include "join-suite.h"
#include "segment-meddler.h"
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/ipv6.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/string.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <sstream>

namespace ns3
{
namespace
{

using mptcp::Mib;

constexpr int LINKS = 4;

/// Loses each TCP segment with an echo of ADD_ADDR; over either IP version.
class EchoLoss : public ErrorModel
{
  private:
    bool DoCorrupt(Ptr<Packet> packet) override
    {
        constexpr std::size_t PPP_BYTES = 2;
        constexpr std::size_t IPV6_BYTES = 40;
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        const bool is4 = bytes.at(PPP_BYTES) >> 4 == 4;
        const std::size_t protocol = bytes.at(PPP_BYTES + (is4 ? 9U : 6U));
        const std::size_t tcp = PPP_BYTES + (is4 ? (bytes[PPP_BYTES] & 0x0fU) * 4U : IPV6_BYTES);
        constexpr std::size_t TCP_PROTOCOL = 6;
        if (protocol != TCP_PROTOCOL)
        {
            return false;
        }
        const std::size_t end = tcp + (bytes.at(tcp + 12) >> 4) * 4U;
        for (std::size_t at = tcp + 20; at < end && bytes[at] != 0;)
        {
            // RFC 8684 3.4.1: the subtype, then flag E.
            if (bytes[at] == mptcp::MPTCP_OPTION_KIND && bytes.at(at + 2) == 0x31)
            {
                return true;
            }
            at += bytes[at] == 1 ? 1U : bytes.at(at + 1);
        }
        return false;
    }

    void DoReset() override
    {
    }
};

/// Counters that depend on timing, or that say what every transfer does; all others have to be
/// zero unless the row expects something else.
const std::set<Mib> FREE_COUNTERS = {Mib::MPCapableSYNRX,
                                     Mib::MPCapableSYNTX,
                                     Mib::MPCapableSYNACKRX,
                                     Mib::MPCapableACKRX,
                                     Mib::MPTCPRetrans,
                                     Mib::OFOQueueTail,
                                     Mib::OFOQueue,
                                     Mib::OFOMerge,
                                     Mib::DuplicateData,
                                     Mib::MPRstTx,
                                     Mib::MPRstRx,
                                     Mib::RcvPruned,
                                     Mib::NoDSSInWindow,
                                     Mib::SubflowStale,
                                     Mib::SubflowRecover,
                                     Mib::WinProbe};

class JoinSuite : public TransferTest,
                  public JoinNetwork,
                  public ::testing::WithParamInterface<JoinRow>
{
  protected:
    JoinSuite()
    {
        // With less under way than the queues hold nothing is lost but what a row takes away: the
        // options to be counted ride on ACKs, which nobody repeats. And congestion windows, not the
        // receive window, share out the data, or a scheduler that goes by round-trip times leaves
        // a subflow alone on what it measured behind a long queue.
        Config::SetDefault("ns3::TcpSocket::InitialSlowStartThreshold", UintegerValue(8'192));
        // Duplicate address detection takes a second (RFC 4862) and finds nothing here.
        Config::SetDefault("ns3::Icmpv6L4Protocol::DAD", BooleanValue(false));
        m_hosts.Create(2);
        m_router = CreateObject<Node>();
        InternetStackHelper internet;
        internet.Install(m_hosts);
        internet.Install(m_router);
        for (uint32_t i = 0; i < 2; ++i)
        {
            // What comes for an address nobody has is not sent back.
            m_hosts.Get(i)->GetObject<Ipv4>()->SetAttribute("IpForward", BooleanValue(false));
        }
        m_router->GetObject<Ipv6>()->SetAttribute("IpForward", BooleanValue(true));
        for (int i = 1; i <= LINKS; ++i)
        {
            AddLink(i);
        }
        AddRoutes();
    }

    // ---- the network ----

    void AddLink(int i)
    {
        const NodeContainer far(m_router, Host(JoinHost::Server));
        m_links.push_back(MakeLink(Host(JoinHost::Client), m_router, "500kbps", "10ms"));
        const auto wire = MakeLink(Host(JoinHost::Server), m_router, "1Gbps", "0ms");
        GiveAddresses(m_links.back(), C(i), C6(i), i);
        GiveAddresses(wire, S(i), S6(i), LINKS + i);
        m_links.back().Get(1)->TraceConnectWithoutContext(
            "MacRx",
            Callback<void, Ptr<const Packet>>([this, i](Ptr<const Packet> packet) {
                m_linkBytes[static_cast<std::size_t>(i - 1)] += packet->GetSize();
            }));
        for (uint32_t side = 0; side < 2; ++side)
        {
            auto loss = CreateObject<RateErrorModel>();
            loss->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
            loss->SetRate(0);
            loss->AssignStreams(500 + 2 * i + side);
            m_links.back().Get(side)->SetAttribute("ReceiveErrorModel", PointerValue(loss));
            m_losses.push_back(loss);
        }
    }

    static NetDeviceContainer MakeLink(Ptr<Node> a,
                                       Ptr<Node> b,
                                       const char* rate,
                                       const char* delay)
    {
        PointToPointHelper helper;
        helper.SetDeviceAttribute("DataRate", StringValue(rate));
        helper.SetChannelAttribute("Delay", StringValue(delay));
        helper.SetQueue("ns3::DropTailQueue<Packet>", "MaxSize", StringValue("150kB"));
        return helper.Install(a, b);
    }

    /// Interfaces of both devices; the host is the first and gets the addresses.
    static void GiveAddresses(const NetDeviceContainer& link,
                              const Address& v4,
                              const Address& v6,
                              int routerNumber)
    {
        for (uint32_t side = 0; side < 2; ++side)
        {
            Ptr<Node> node = link.Get(side)->GetNode();
            Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
            const uint32_t interface = ipv4->AddInterface(link.Get(side));
            const std::string router4 = "192.168." + std::to_string(routerNumber) + ".1";
            const auto address =
                side == 0 ? Ipv4Address::ConvertFrom(v4) : Ipv4Address(router4.c_str());
            ipv4->AddAddress(interface, Ipv4InterfaceAddress(address, Ipv4Mask("/32")));
            ipv4->SetUp(interface);
            Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
            const uint32_t interface6 = ipv6->AddInterface(link.Get(side));
            if (side == 0)
            {
                ipv6->AddAddress(
                    interface6,
                    Ipv6InterfaceAddress(Ipv6Address::ConvertFrom(v6), Ipv6Prefix(128)));
            }
            ipv6->SetUp(interface6);
        }
    }

    void AddRoutes()
    {
        Ipv4StaticRoutingHelper helper4;
        Ipv6StaticRoutingHelper helper6;
        for (const JoinHost host : {JoinHost::Client, JoinHost::Server})
        {
            auto routing4 = helper4.GetStaticRouting(Host(host)->GetObject<Ipv4>());
            auto routing6 = helper6.GetStaticRouting(Host(host)->GetObject<Ipv6>());
            const bool isClient = host == JoinHost::Client;
            for (int i = 1; i <= LINKS; ++i)
            {
                const auto interface = static_cast<uint32_t>(i);
                routing4->SetDefaultRoute(Ipv4Address::GetZero(), interface, interface);
                routing6->SetDefaultRoute(Ipv6Address::GetZero(),
                                          interface,
                                          Ipv6Address("::"),
                                          interface);
                const Address far4 = isClient ? S(i) : C(i);
                const Address far6 = isClient ? S6(i) : C6(i);
                routing4->AddHostRouteTo(Ipv4Address::ConvertFrom(far4), interface);
                routing6->AddHostRouteTo(Ipv6Address::ConvertFrom(far6), interface);
            }
        }
        auto routing4 = helper4.GetStaticRouting(m_router->GetObject<Ipv4>());
        auto routing6 = helper6.GetStaticRouting(m_router->GetObject<Ipv6>());
        for (int i = 1; i <= LINKS; ++i)
        {
            // Its interfaces: two for each link, the client's first.
            const auto first = static_cast<uint32_t>(2 * i - 1);
            routing4->AddHostRouteTo(Ipv4Address::ConvertFrom(C(i)), first);
            routing4->AddHostRouteTo(Ipv4Address::ConvertFrom(S(i)), first + 1);
            routing6->AddHostRouteTo(Ipv6Address::ConvertFrom(C6(i)), first);
            routing6->AddHostRouteTo(Ipv6Address::ConvertFrom(S6(i)), first + 1);
        }
    }

    Ptr<Node> Host(JoinHost host) override
    {
        return m_hosts.Get(host == JoinHost::Client ? 0 : 1);
    }

    void SetCut(int i, bool isCut) override
    {
        for (int side = 0; side < 2; ++side)
        {
            m_losses.at(static_cast<std::size_t>(2 * (i - 1) + side))->SetRate(isCut ? 1 : 0);
        }
    }

    void Abort(JoinHost host) override
    {
        const auto& endpoint = host == JoinHost::Client ? m_client : m_server;
        m_abortedBy = endpoint;
        EXPECT_EQ(SocketOf(endpoint)->Abort(), 0);
    }

    void SetInterface(JoinHost host, int i, bool isUp) override
    {
        Ptr<Ipv4> ipv4 = Host(host)->GetObject<Ipv4>();
        const auto interface = static_cast<uint32_t>(i);
        isUp ? ipv4->SetUp(interface) : ipv4->SetDown(interface);
        if (isUp)
        {
            // ns-3 forgets the routes of an interface that goes down.
            auto routing = Ipv4StaticRoutingHelper().GetStaticRouting(ipv4);
            routing->SetDefaultRoute(Ipv4Address::GetZero(), interface, interface);
        }
    }

    // ---- a row ----

    void Configure(const JoinRow& row)
    {
        if (row.isImpatient)
        {
            Config::SetDefault("ns3::TcpSocket::ConnCount", UintegerValue(1));
        }
        m_mptcp.SetPathManager("ns3::MptcpLinuxEndpoints");
        m_mptcp.Install(m_hosts);
        MptcpHelper::AssignStreams(m_hosts, 1000);
        for (const JoinHost host : {JoinHost::Server, JoinHost::Client})
        {
            const auto& side = host == JoinHost::Server ? row.server : row.client;
            for (const auto& [attribute, value] : side.attributes)
            {
                MptcpStack::Of(Host(host))->SetAttribute(attribute, StringValue(value));
            }
            if (side.hasLimits)
            {
                MptcpHelper::SetLimits(Host(host), side.subflows, side.addAddrAccepted);
            }
            for (const auto& endpoint : side.endpoints)
            {
                Add(host, endpoint)(*this);
            }
        }
        if (row.dropsEchoes)
        {
            for (const auto& link : m_links)
            {
                link.Get(1)->SetAttribute("ReceiveErrorModel",
                                          PointerValue(CreateObject<EchoLoss>()));
            }
        }
        if (row.corruptedLink != 0)
        {
            Corrupt(row.corruptedLink, row.corruptAfterSegments);
        }
    }

    void Corrupt(int link, uint32_t afterSegments)
    {
        auto left = std::make_shared<int64_t>(afterSegments);
        SegmentMeddler::On(m_links.at(static_cast<std::size_t>(link - 1)).Get(1),
                           [left](SegmentMeddler::Segment& segment) {
                               if (!segment.payload.empty() && (*left)-- == 0)
                               {
                                   segment.payload.front() ^= 0xff;
                               }
                           });
    }

    void Start(const JoinRow& row)
    {
        const Address any = row.isIpv6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), PORT))
                                       : Address(InetSocketAddress(Ipv4Address::GetAny(), PORT));
        const Address remote =
            row.isIpv6 ? Address(Inet6SocketAddress(Ipv6Address::ConvertFrom(S6(1)), PORT))
                       : Address(InetSocketAddress(Ipv4Address::ConvertFrom(S(1)), PORT));
        m_server = MakeEndpoint(JoinHost::Server, any, row.upBytes / 10);
        m_client = MakeEndpoint(JoinHost::Client, remote, row.upBytes);
        m_client->SetStartTime(Seconds(0.1));
        for (const auto& action : row.actions)
        {
            Simulator::Schedule(Seconds(action.atSeconds), [this, act = action.act] {
                EXPECT_LT(m_server->ReceivedBytes(), GetParam().upBytes)
                    << "the transfer was over before the action";
                act(*this);
            });
        }
    }

    Ptr<StreamEndpoint> MakeEndpoint(JoinHost host, const Address& address, uint64_t bytes)
    {
        auto endpoint = CreateObject<StreamEndpoint>();
        endpoint->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(MPTCP_SOCKETS)));
        endpoint->SetAttribute("Address", AddressValue(address));
        endpoint->SetAttribute("Listen", BooleanValue(host == JoinHost::Server));
        endpoint->SetAttribute("BytesToSend", UintegerValue(bytes));
        Host(host)->AddApplication(endpoint);
        return endpoint;
    }

    // ---- its outcome ----

    void ExpectOutcome(const JoinRow& row) const
    {
        switch (row.outcome)
        {
        case JoinOutcome::Delivered:
            ExpectDelivered();
            break;
        case JoinOutcome::Altered:
            EXPECT_EQ(m_server->ReceivedBytes(), row.upBytes);
            EXPECT_FALSE(m_server->IsIntact());
            EXPECT_FALSE(m_server->HasFailed());
            ExpectDelivered(m_server, m_client);
            break;
        case JoinOutcome::Aborted: {
            ASSERT_TRUE(m_abortedBy);
            const auto& other = m_abortedBy == m_client ? m_server : m_client;
            EXPECT_TRUE(other->HasFailed());
            EXPECT_TRUE(other->IsIntact());
            EXPECT_LT(m_server->ReceivedBytes(), row.upBytes);
            break;
        }
        }
        for (const auto& endpoint : {m_client, m_server})
        {
            EXPECT_TRUE(SocketOf(endpoint)->GetSubflows().empty());
        }
    }

    void ExpectCounters(const JoinRow& row)
    {
        for (const JoinHost host : {JoinHost::Server, JoinHost::Client})
        {
            for (std::size_t i = 0; i < static_cast<std::size_t>(Mib::COUNT); ++i)
            {
                ExpectCounter(row, host, static_cast<Mib>(i));
            }
        }
        EXPECT_EQ(Count(JoinHost::Client, Mib::MPCapableSYNTX), 1U);
        EXPECT_EQ(Count(JoinHost::Client, Mib::MPCapableSYNACKRX), 1U);
        EXPECT_EQ(Count(JoinHost::Server, Mib::MPCapableSYNRX), 1U);
        EXPECT_EQ(Count(JoinHost::Server, Mib::MPCapableACKRX), 1U);
    }

    /// What the row says last about a counter holds.
    void ExpectCounter(const JoinRow& row, JoinHost host, Mib counter)
    {
        const auto& all = row.expectations;
        const auto said = std::find_if(all.rbegin(), all.rend(), [&](const auto& each) {
            return each.host == host && each.counter == counter;
        });
        const uint64_t count = Count(host, counter);
        const char* where = host == JoinHost::Server ? "server" : "client";
        if (said != all.rend())
        {
            EXPECT_GE(count, said->least) << mptcp::NameOf(counter) << " of the " << where;
            EXPECT_LE(count, said->most) << mptcp::NameOf(counter) << " of the " << where;
        }
        else if (FREE_COUNTERS.count(counter) == 0)
        {
            EXPECT_EQ(count, 0U) << mptcp::NameOf(counter) << " of the " << where;
        }
    }

    uint64_t Count(JoinHost host, Mib counter)
    {
        return MptcpStack::Of(Host(host))->GetMib().Get(counter);
    }

    void ExpectUsage(const JoinRow& row) const
    {
        for (const auto& usage : row.usages)
        {
            const auto bytes = m_linkBytes.at(static_cast<std::size_t>(usage.link - 1));
            const double percent =
                100.0 * static_cast<double>(bytes) / static_cast<double>(row.upBytes);
            EXPECT_GE(percent, usage.leastPercent) << "of the payload over link " << usage.link;
            EXPECT_LE(percent, usage.mostPercent) << "of the payload over link " << usage.link;
        }
    }

    NodeContainer m_hosts; //!< client, server
    Ptr<Node> m_router;
    std::vector<NetDeviceContainer> m_links; //!< of the client, each with the router
    std::vector<Ptr<RateErrorModel>> m_losses;
    std::array<uint64_t, LINKS> m_linkBytes{}; //!< from the client
    Ptr<StreamEndpoint> m_abortedBy;
};

TEST_P(JoinSuite, EndsAsExpected)
{
    const JoinRow& row = GetParam();
    SCOPED_TRACE(row.source);
    Configure(row);
    Start(row);
    RunToEnd(Hours(1));
    ExpectOutcome(row);
    ExpectCounters(row);
    ExpectUsage(row);
}

std::string
NameOf(const testing::TestParamInfo<JoinRow>& info)
{
    std::string name;
    bool isWordStart = true;
    for (const char c : info.param.group + " " + info.param.name)
    {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0)
        {
            isWordStart = true;
            continue;
        }
        name += isWordStart ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        isWordStart = false;
    }
    return name;
}

INSTANTIATE_TEST_SUITE_P(Rows, JoinSuite, testing::ValuesIn(JoinRows()), NameOf);

TEST(JoinRows, AreAtLeastEightyAndEachSaysWhereItsCountersComeFrom)
{
    std::set<std::string> names;
    for (const JoinRow& row : JoinRows())
    {
        EXPECT_TRUE(names.insert(row.group + ": " + row.name).second) << row.name;
        EXPECT_FALSE(row.source.empty());
        EXPECT_FALSE(row.expectations.empty()) << row.name;
    }
    EXPECT_GE(JoinRows().size(), 80U);
}

} // namespace

/// For failing tests.
void
PrintTo(const JoinRow& row, std::ostream* os)
{
    *os << row.group << ": " << row.name;
}

} // namespace ns3
