// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Boxes in a link that carries IPv6: one of each class, what becomes of a transfer, and that the
/// box has met it. What is expected is what helper/middlebox-expectations.cc says for IPv4.
#include "core/middlebox/content-rewriter.h"
#include "middlebox-catalogue.h"
#include "middlebox-helper.h"
#include "transfer-fixture.h"

#include "ns3/internet-stack-helper.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace
{

constexpr uint64_t BYTES = 300'000;
constexpr uint64_t PATTERN_AT = 100; // in the first segment
constexpr uint32_t PATTERN_BYTES = 6;

/// Two hosts with two links between them, a box in the first, IPv6 alone.
class Ipv6BoxedTransfer : public TransferTest
{
  protected:
    void Build(std::unique_ptr<mptcp::Middlebox> box)
    {
        m_hosts.Create(2);
        InternetStackHelper internet;
        internet.SetIpv4StackInstall(false);
        internet.Install(m_hosts);
        PointToPointHelper pointToPoint;
        pointToPoint.SetDeviceAttribute("DataRate", DataRateValue(DataRate("10Mbps")));
        pointToPoint.SetChannelAttribute("Delay", TimeValue(MilliSeconds(10)));
        for (const char* network : {"2001:db8:1::", "2001:db8:2::"})
        {
            const auto link = pointToPoint.Install(m_hosts);
            if (!m_box)
            {
                m_link = link;
                m_box = MiddleboxHelper().Insert(link, std::move(box));
            }
            Ipv6AddressHelper(network, Ipv6Prefix(64)).Assign(link);
        }
        m_mptcp.SetSegmentSize(1300); // leaves room for what a box adds
        m_mptcp.Install(m_hosts);
        MptcpHelper::AssignStreams(m_hosts, 1000);
    }

    Ptr<StreamEndpoint> Start(uint32_t host, const Address& address, uint64_t bytes)
    {
        auto endpoint = CreateObject<StreamEndpoint>();
        endpoint->SetAttribute("Protocol", TypeIdValue(TypeId::LookupByName(MPTCP_SOCKETS)));
        endpoint->SetAttribute("Address", AddressValue(address));
        endpoint->SetAttribute("Listen", BooleanValue(host == 1));
        endpoint->SetAttribute("BytesToSend", UintegerValue(bytes));
        m_hosts.Get(host)->AddApplication(endpoint);
        // Duplicate address detection takes a second (RFC 4862).
        endpoint->SetStartTime(Seconds(host == 1 ? 0 : 2));
        return endpoint;
    }

    void Transfer(uint64_t upBytes, uint64_t downBytes)
    {
        Ptr<Ipv6> ipv6 = m_hosts.Get(1)->GetObject<Ipv6>();
        const auto interface = static_cast<uint32_t>(ipv6->GetInterfaceForDevice(m_link.Get(1)));
        m_server = Start(1, Inet6SocketAddress(Ipv6Address::GetAny(), PORT), downBytes);
        m_client = Start(0,
                         Inet6SocketAddress(ipv6->GetAddress(interface, 1).GetAddress(), PORT),
                         upBytes);
        RunToEnd();
    }

    static std::vector<uint8_t> Pattern()
    {
        std::vector<uint8_t> bytes(PATTERN_BYTES);
        PatternStream::Make(PATTERN_AT, PATTERN_BYTES)->CopyData(bytes.data(), PATTERN_BYTES);
        return bytes;
    }

    NodeContainer m_hosts;
    NetDeviceContainer m_link;
    Ptr<MptcpMiddlebox> m_box;
};

struct Row
{
    const char* box;
    bool isMultipath; //!< to the end
    bool isChanging;  //!< or making, or dropping
};

std::string
NameOf(const Row& row)
{
    std::string name = row.box;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

class Ipv6Boxes : public Ipv6BoxedTransfer, public ::testing::WithParamInterface<Row>
{
};

TEST_P(Ipv6Boxes, DoWhatTheyDoToIpv4)
{
    const Row& row = GetParam();
    Build(FindMiddlebox(row.box)->make({}));
    Transfer(BYTES, BYTES);
    ExpectDelivered();
    EXPECT_EQ(SocketOf(m_client)->IsMultipath(), row.isMultipath);
    EXPECT_EQ(SocketOf(m_server)->IsMultipath(), row.isMultipath);
    const auto counters = m_box->Boxes().Counters();
    EXPECT_GT(counters.seen, BYTES / 1300);
    EXPECT_EQ(counters.changed + counters.made + counters.dropped > 0, row.isChanging);
}

INSTANTIATE_TEST_SUITE_P(Boxes,
                         Ipv6Boxes,
                         ::testing::Values(Row{"isn", true, true},
                                           Row{"strip-syn", false, true},
                                           Row{"strip-data", false, true},
                                           Row{"drop-unknown-data", false, true},
                                           Row{"split-keep", true, true},
                                           Row{"coalesce-drop", false, true},
                                           Row{"pep", false, true},
                                           Row{"split-proxy", false, true},
                                           Row{"split-proxy-relay", true, true},
                                           Row{"normaliser", false, true},
                                           Row{"firewall", true, false},
                                           Row{"ids", true, false},
                                           Row{"window", true, true},
                                           Row{"resend-different", true, true}),
                         [](const auto& row) { return NameOf(row.param); });

// Without checksums too: the segments do not fit their mappings.
TEST_F(Ipv6BoxedTransfer, ContentOfAnotherLengthArrivesAsTheBoxHasWrittenIt)
{
    mptcp::ContentRewriter::Settings settings;
    settings.pattern = Pattern();
    settings.replacement = RewrittenPattern(settings.pattern, -2);
    auto rewriter = std::make_unique<mptcp::ContentRewriter>(settings);
    const mptcp::ContentRewriter& box = *rewriter;
    Build(std::move(rewriter));
    Transfer(BYTES, 0);
    EXPECT_GE(box.Places(), BYTES / 65'521);
    EXPECT_EQ(m_server->ReceivedBytes(), BYTES - 2 * box.Places());
    EXPECT_TRUE(m_server->HasPeerClosed());
    EXPECT_FALSE(SocketOf(m_server)->IsMultipath());
}

} // namespace
} // namespace ns3
