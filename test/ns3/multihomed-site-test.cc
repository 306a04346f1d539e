// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// A host with a single next-hop router at a multihomed site (draft-handley-mptcp-routing-00,
/// section 5.2.2).
#include "mptcp-helper.h"
#include "multihomed-site.h"
#include "simulation-fixture.h"
#include "two-way-transfer.h"

#include <memory>
#include <string>

namespace ns3
{
namespace
{

using Exit = MultihomedSiteSpec::Exit;

struct SiteRow
{
    std::string name;
    Exit exit;
};

std::ostream&
operator<<(std::ostream& os, const SiteRow& row)
{
    return os << row.name;
}

class SiteTest : public SimulationTest
{
  protected:
    void Build(Exit exit)
    {
        MultihomedSiteSpec spec;
        spec.exit = exit;
        m_site = std::make_unique<MultihomedSite>(spec);
        const NodeContainer ends(m_site->Host(), m_site->Peer());
        MptcpHelper().Install(ends);
        MptcpHelper::AssignStreams(ends, 10);
    }

    void RunFromHost(bool isMptcp, Time until)
    {
        m_transfer = std::make_unique<TwoWayTransfer>(m_site->Host(),
                                                      m_site->Peer(),
                                                      m_site->PeerAddress(),
                                                      isMptcp);
        Simulator::Stop(until);
        Simulator::Run();
    }

    void RunFromPeer(std::size_t isp, bool isMptcp)
    {
        m_transfer = std::make_unique<TwoWayTransfer>(m_site->Peer(),
                                                      m_site->Host(),
                                                      m_site->HostAddress(isp),
                                                      isMptcp);
        Simulator::Stop(Seconds(3));
        Simulator::Run();
    }

    void ExpectNothingDropped()
    {
        EXPECT_EQ(m_site->FilteredPackets(0), 0U);
        EXPECT_EQ(m_site->FilteredPackets(1), 0U);
        EXPECT_EQ(m_site->FirewalledPackets(), 0U);
    }

    std::unique_ptr<MultihomedSite> m_site;
    std::unique_ptr<TwoWayTransfer> m_transfer;
};

// ---- the problem ----

class SiteByDestination : public SiteTest
{
};

TEST_F(SiteByDestination, SecondSubflowIsFilteredAtTheFirstExit)
{
    Build(Exit::ByDestination);
    RunFromHost(true, Seconds(4));
    EXPECT_TRUE(m_transfer->IsConnected());
    EXPECT_GT(m_site->FilteredPackets(0), 0U);
    EXPECT_EQ(m_site->SentPackets(1), 0U);
    ASSERT_EQ(m_transfer->Subflows().size(), 2U);
    EXPECT_FALSE(m_transfer->Subflows()[1].isEstablished);
}

TEST_F(SiteByDestination, TcpToTheSecondAddressFails)
{
    Build(Exit::ByDestination);
    RunFromPeer(1, false);
    EXPECT_FALSE(m_transfer->IsConnected());
    EXPECT_GT(m_site->FilteredPackets(0), 0U);
}

// ---- the remedies ----

class SiteRemedy : public SiteTest, public ::testing::WithParamInterface<SiteRow>
{
};

TEST_P(SiteRemedy, BothExitsCarryTheirShare)
{
    Build(GetParam().exit);
    RunFromHost(true, Seconds(10));
    const auto subflows = m_transfer->Subflows();
    ASSERT_EQ(subflows.size(), 2U);
    // The links are alike.
    const auto bytes = [](const TwoWayTransfer::Subflow& subflow) {
        return static_cast<double>(subflow.acknowledgedBytes + subflow.receivedBytes);
    };
    EXPECT_NEAR(bytes(subflows[0]) / (bytes(subflows[0]) + bytes(subflows[1])), 0.5, 0.05);
    EXPECT_GT(m_site->SentPackets(0), 500U);
    EXPECT_GT(m_site->SentPackets(1), 500U);
    EXPECT_TRUE(m_transfer->IsIntact());
    ExpectNothingDropped();
}

TEST_P(SiteRemedy, TcpToEitherAddressComesAndGoesByItsIsp)
{
    for (const std::size_t isp : {0U, 1U})
    {
        Clean();
        Build(GetParam().exit);
        RunFromPeer(isp, false);
        EXPECT_TRUE(m_transfer->IsConnected()) << isp;
        EXPECT_GT(m_site->SentPackets(isp), 100U);
        EXPECT_EQ(m_site->SentPackets(1 - isp), 0U);
        EXPECT_EQ(m_site->ArrivedPackets(1 - isp), 0U);
        ExpectNothingDropped();
    }
}

INSTANTIATE_TEST_SUITE_P(Draft522,
                         SiteRemedy,
                         ::testing::Values(SiteRow{"SourceRouting", Exit::SourceRouting},
                                           SiteRow{"VirtualRouters", Exit::VirtualRouters},
                                           SiteRow{"Tunnels", Exit::Tunnels},
                                           SiteRow{"StrippedSourceRoute",
                                                   Exit::StrippedSourceRoute}),
                         [](const auto& row) { return row.param.name; });

class SiteSourceRoute : public SiteTest
{
};

/// "The LSRR option frequently causes traffic to be dropped in firewalls."
TEST_F(SiteSourceRoute, OptionThatStaysOnIsDroppedByTheFirewall)
{
    Build(Exit::LooseSourceRoute);
    RunFromHost(false, Seconds(4));
    EXPECT_FALSE(m_transfer->IsConnected());
    EXPECT_GT(m_site->FirewalledPackets(), 0U);
    EXPECT_EQ(m_site->FilteredPackets(0), 0U) << "the source was right";
}

} // namespace
} // namespace ns3
