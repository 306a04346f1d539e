// SPDX-License-Identifier: GPL-2.0-only
/// Middleboxes between a simulated host and the Linux kernel. What is expected of each is in
/// docs/middleboxes.md; here the other end is not ours, so that a rule of ours which only we
/// understand shows.
#include "linux-kernel-fixture.h"
#include "middlebox-catalogue.h"
#include "middlebox-helper.h"
#include "ns3-conversions.h"

#include "ns3/string.h"

#include <memory>
#include <sstream>

namespace ns3
{

namespace
{

class LinuxBoxes : public LinuxKernelTest
{
  protected:
    /// Whoever opens the connection opens a second subflow, by the second link.
    void SetUp() override
    {
        LinuxKernelTest::SetUp();
        if (IsSkipped())
        {
            return;
        }
        if (LinuxOpens())
        {
            MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress(1), "signal");
        }
        else
        {
            MptcpStack::Of(m_host)->SetAttribute("PathManager",
                                                 StringValue("ns3::MptcpFullMesh[]"));
        }
    }

    /// A box of the catalogue on a link, beside who opens the connection.
    void Put(const std::string& name, std::size_t path)
    {
        const NetDeviceContainer link = m_linux->Link(path);
        const uint32_t inside = LinuxOpens() ? 1 : 0;
        std::ostringstream publicAddress; // of the network that the outside knows the inside by
        publicAddress << (LinuxOpens() ? "10.1." : "10.2.") << path + 1 << ".77";
        MiddleboxPlace place;
        place.publicAddress = ToCore(Ipv4Address(publicAddress.str().c_str()));
        place.secret = 1 + path;
        std::vector<std::unique_ptr<mptcp::Middlebox>> boxes;
        boxes.push_back(FindMiddlebox(name)->make(place));
        MiddleboxHelper().Insert(NetDeviceContainer(link.Get(inside), link.Get(1 - inside)),
                                 std::move(boxes));
    }

    /// Both ways at once over two subflows, and Linux has nothing to complain about.
    void ExpectHarmless(const std::string& name)
    {
        Put(name, 0);
        Put(name, 1);
        m_orders["subflows"] = LinuxOpens() ? 1 : 0;
        Run();
        ExpectWhole();
        ExpectNoComplaint();
        EXPECT_EQ(LinuxSubflows(), 1);
        EXPECT_FALSE(m_results[0]["fallback"]);
    }

    /// Both ways at once over one subflow, which both ends know to be TCP.
    void ExpectTcp(const std::string& name)
    {
        Put(name, 0);
        Put(name, 1);
        Run();
        ExpectWhole();
        EXPECT_EQ(LinuxSubflows(), 0);
        EXPECT_TRUE(m_results[0]["fallback"]);
        ASSERT_FALSE(m_endpoints.empty());
    }

    /// The first subflow is given up when there are two, and all goes by the second.
    void ExpectMoved(const std::string& name)
    {
        Put(name, 0);
        Run();
        ExpectWhole();
        EXPECT_FALSE(m_results[0]["fallback"]);
        EXPECT_EQ(Linux("MPJoinAckRx") + Linux("MPJoinSynAckRx"), 1U);
    }
};

INSTANTIATE_TEST_SUITE_P(Roles,
                         LinuxBoxes,
                         ::testing::Values(Role::LinuxOpens, Role::LinuxAccepts),
                         NameOfRole);

/// RFC 8684 6, NATs: neither the address nor the port of a segment is part of MPTCP.
TEST_P(LinuxBoxes, AddressesAndPortsTranslated)
{
    ExpectHarmless("napt");
}

/// RFC 8684 6, firewalls: offsets in mappings are relative to the first number.
TEST_P(LinuxBoxes, OtherInitialSequenceNumbers)
{
    ExpectHarmless("isn");
}

TEST_P(LinuxBoxes, SegmentsCutWithOptionsOnEachPiece)
{
    ExpectHarmless("split-keep");
}

TEST_P(LinuxBoxes, SegmentsCutWithOptionsOnTheFirstPiece)
{
    ExpectHarmless("split-first");
}

TEST_P(LinuxBoxes, SmallWindows)
{
    ExpectHarmless("window");
}

TEST_P(LinuxBoxes, OptionTakenFromTheSyns)
{
    ExpectTcp("strip-syn");
}

TEST_P(LinuxBoxes, UnknownOptionsCleared)
{
    ExpectTcp("normaliser");
}

/// RFC 8684 3.1: a server that misses MP_CAPABLE behind its SYN/ACK goes on as TCP, and a client
/// whose data is acknowledged without a Data ACK does so, too (RFC 8684 3.7).
TEST_P(LinuxBoxes, OptionsTakenFromAllButTheSyns)
{
    ExpectTcp("strip-data");
}

/// RFC 8684 3.7: options that stop while there are two subflows cost the one.
TEST_P(LinuxBoxes, OptionsThatStop)
{
    ExpectMoved("strip-later");
}

class LinuxServerBoxes : public LinuxBoxes
{
};

INSTANTIATE_TEST_SUITE_P(Roles,
                         LinuxServerBoxes,
                         ::testing::Values(Role::LinuxAccepts),
                         NameOfRole);

/// RFC 8684 3.7: when the last subflow is damaged the host that opened it opens one more, and asks
/// for single-path mode there. Linux takes it, goes on in MPTCP, and all arrives.
TEST_P(LinuxServerBoxes, AllSubflowsDamaged)
{
    Put("coalesce-first", 0);
    Put("coalesce-first", 1);
    Transfer(SOME_BYTES, 0);
    m_orders["end"] = "first";
    Run();
    ExpectWhole();
    EXPECT_GE(Linux("MPJoinAckRx"), 2U);
    EXPECT_GE(Linux("MPFailRx"), 2U);
    EXPECT_FALSE(m_results[0]["fallback"]);
}

} // namespace

} // namespace ns3
