// SPDX-License-Identifier: GPL-2.0-only
/// Subflows between a simulated host and the Linux kernel: who asks for them and how, and what
/// happens when addresses, priorities and links change meanwhile.
#include "linux-kernel-fixture.h"

#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"

namespace ns3
{

namespace
{

using mptcp::Mib;

class LinuxPaths : public LinuxKernelTest
{
  protected:
    /// What is on the way to a subflow that Linux has closed is answered by RSTs: data sent before
    /// the end was known, or repeated because TCP must although the other subflow carried it.
    void ExpectNoComplaintButOfLateData() const
    {
        ExpectNoComplaint({}, {"TcpOutRsts"});
    }

    /// Bytes of data that one of Linux's addresses sent to one of the host's.
    [[nodiscard]] uint64_t FromLinux(const std::string& linux, const std::string& host) const
    {
        return Bytes("ip.src == " + linux + " && ip.dst == " + host);
    }

    [[nodiscard]] uint64_t Bytes(const std::string& filter) const
    {
        uint64_t bytes = 0;
        for (const auto& length : Captured(filter + " && tcp.len > 0", "tcp.len"))
        {
            bytes += std::stoull(length);
        }
        return bytes;
    }
};

INSTANTIATE_TEST_SUITE_P(Roles,
                         LinuxPaths,
                         ::testing::Values(Role::LinuxOpens, Role::LinuxAccepts),
                         NameOfRole);

/// `ip mptcp endpoint add ... subflow` at the end that opens.
TEST_P(LinuxPaths, ByEndpointOfWhoOpens)
{
    OpenSecondPath();
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(LinuxSubflows(), 1);
    EXPECT_EQ(Linux("MPJoinSynAckRx"), LinuxOpens() ? 1U : 0U);
    EXPECT_EQ(Linux("MPJoinAckRx"), LinuxOpens() ? 0U : 1U);
    EXPECT_GT(Bytes(LinuxOpens() ? "ip.src == 10.1.2.2" : "ip.dst == 10.2.2.1"), 0U);
}

/// `ip mptcp endpoint add ... signal` at the end that accepts; the other end echoes the ADD_ADDR
/// and joins (RFC 8684 3.4.1).
TEST_P(LinuxPaths, ByAddressThatWhoAcceptsAnnounces)
{
    if (LinuxOpens())
    {
        MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress(1), "signal");
    }
    else
    {
        m_linux->Mptcp("endpoint add 10.1.2.2 dev tap1 signal");
    }
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(LinuxSubflows(), 1);
    EXPECT_EQ(Linux("AddAddr"), LinuxOpens() ? 1U : 0U);
    EXPECT_EQ(Linux("EchoAdd"), LinuxOpens() ? 0U : 1U);
    EXPECT_EQ(Host(Mib::EchoAdd), LinuxOpens() ? 1U : 0U);
    EXPECT_EQ(Host(Mib::AddAddr), LinuxOpens() ? 0U : 1U);
}

/// As above with a port of its own, for which tshark knows no protocol.
TEST_P(LinuxPaths, ByAnnouncedPort)
{
    if (LinuxOpens())
    {
        MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress(1), "signal", 46001);
    }
    else
    {
        m_linux->Mptcp("endpoint add 10.1.2.2 dev tap1 signal port 46001");
    }
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(LinuxSubflows(), 1);
    EXPECT_EQ(Linux("PortAdd"), 1U); // of the announcement or of its echo
    EXPECT_EQ(Host(Mib::PortAdd), 1U);
    EXPECT_EQ(Linux("MPJoinPortAckRx"), LinuxOpens() ? 0U : 1U);
    EXPECT_EQ(Host(Mib::MPJoinPortAckRx), LinuxOpens() ? 1U : 0U);
}

/// Both ends have two addresses and the opener uses them all with each other.
TEST_P(LinuxPaths, FullMeshOfTwoAndTwo)
{
    if (LinuxOpens())
    {
        m_linux->Mptcp("endpoint add 10.1.1.2 dev tap0 subflow fullmesh");
        m_linux->Mptcp("endpoint add 10.1.2.2 dev tap1 subflow fullmesh");
        MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress(1), "signal");
    }
    else
    {
        MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress(0), "subflow fullmesh");
        MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress(1), "subflow fullmesh");
        m_linux->Mptcp("endpoint add 10.1.2.2 dev tap1 signal");
    }
    Transfer(800'000, 800'000);
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(LinuxSubflows(), 3);
}

/// A backup carries no data while the first subflow works (RFC 8684 3.3.8).
TEST_P(LinuxPaths, BackupStaysSilent)
{
    OpenSecondPath("subflow backup");
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(LinuxSubflows(), 1);
    EXPECT_EQ(LinuxOpens() ? Linux("MPJoinSynAckRx") : Linux("MPJoinSynBackupRx"), 1U);
    EXPECT_EQ(Bytes("ip.addr == 10.2.2.1 || ip.addr == 10.1.2.2"), 0U);
}

/// MP_PRIO in mid-transfer, from the end that opens.
TEST_P(LinuxPaths, PriorityChangesInMidTransfer)
{
    OpenSecondPath("subflow backup");
    // The host has more, as it must still be sending when Linux, however slow, has sent 200 kB.
    Transfer(800'000, 2'000'000);
    AfterReceiving(200'000, [this] {
        if (LinuxOpens())
        {
            m_linux->Mptcp("endpoint change id 7 nobackup");
        }
        else
        {
            MptcpHelper::ChangeEndpoint(m_host, 7, "nobackup");
        }
    });
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(Linux("MPPrioTx"), LinuxOpens() ? 1U : 0U);
    EXPECT_EQ(Linux("MPPrioRx"), LinuxOpens() ? 0U : 1U);
    EXPECT_EQ(Host(Mib::MPPrioRx), LinuxOpens() ? 1U : 0U);
    const std::string onSecond = LinuxOpens() ? "10.1.2.2" : "10.2.2.1";
    EXPECT_GT(Bytes("ip.src == " + onSecond), 10'000U);
    EXPECT_GT(Bytes("ip.dst == " + onSecond), 10'000U);
}

/// REMOVE_ADDR by the end that announced or joined with the address (RFC 8684 3.4.2).
TEST_P(LinuxPaths, AddressIsWithdrawnByWhoOpened)
{
    OpenSecondPath();
    Transfer(800'000, 800'000);
    AfterReceiving(300'000, [this] {
        if (LinuxOpens())
        {
            m_linux->Mptcp("endpoint delete id 7");
        }
        else
        {
            MptcpHelper::RemoveEndpoint(m_host, 7);
        }
    });
    Run();
    ExpectWhole();
    EXPECT_EQ(LinuxSubflows(), 1);
    EXPECT_EQ(Linux("RmAddr"), LinuxOpens() ? 0U : 1U);
    EXPECT_EQ(Host(Mib::RmAddr), LinuxOpens() ? 1U : 0U);
    ExpectNoComplaintButOfLateData();
}

TEST_P(LinuxPaths, AddressIsWithdrawnByWhoAccepted)
{
    if (LinuxOpens())
    {
        MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress(1), "signal", 0, 9);
    }
    else
    {
        m_linux->Mptcp("endpoint add 10.1.2.2 dev tap1 id 9 signal");
    }
    Transfer(800'000, 800'000);
    AfterReceiving(300'000, [this] {
        if (LinuxOpens())
        {
            MptcpHelper::RemoveEndpoint(m_host, 9);
        }
        else
        {
            m_linux->Mptcp("endpoint delete id 9");
        }
    });
    Run();
    ExpectWhole();
    EXPECT_EQ(LinuxSubflows(), 1);
    EXPECT_EQ(Linux("RmAddr"), LinuxOpens() ? 1U : 0U);
    EXPECT_EQ(Host(Mib::RmAddr), LinuxOpens() ? 0U : 1U);
    ExpectNoComplaintButOfLateData();
}

/// The interface of Linux that the second subflow uses goes down and comes back: what it carried
/// arrives by the first (RFC 8684 3.3.6).
TEST_P(LinuxPaths, LinuxInterfaceGoesDownAndUp)
{
    if (LinuxOpens())
    {
        m_linux->Mptcp("endpoint add 10.1.2.2 dev tap1 subflow");
    }
    else
    {
        m_linux->Mptcp("endpoint add 10.1.2.2 dev tap1 signal");
    }
    Transfer(1'200'000, 1'200'000);
    AfterReceiving(300'000, [this] { m_linux->SetLinuxInterface(1, false); });
    AfterReceiving(800'000, [this] { m_linux->SetLinuxInterface(1, true); });
    Run();
    ExpectWhole();
    EXPECT_EQ(LinuxSubflows(), 1);
    EXPECT_GT(FromLinux("10.1.2.2", "10.2.1.1"), 0U);
    ExpectNoComplaintButOfLateData();
}

/// The same of the host, which withdraws the address when it goes and uses it again when it is
/// back.
TEST_P(LinuxPaths, HostInterfaceGoesDownAndUp)
{
    MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress(1), LinuxOpens() ? "signal" : "subflow");
    Transfer(1'200'000, 1'200'000);
    Ptr<Ipv4> ipv4 = m_host->GetObject<Ipv4>();
    AfterReceiving(300'000, [ipv4] { ipv4->SetDown(2); });
    AfterReceiving(600'000, [ipv4] {
        ipv4->SetUp(2);
        // Routes went with their interface.
        Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->SetDefaultRoute(Ipv4Address::GetZero(),
                                                                          2,
                                                                          2);
    });
    Run();
    ExpectWhole();
    EXPECT_EQ(LinuxSubflows(), 1);
    EXPECT_GT(Bytes("ip.addr == 10.2.2.1"), 0U);
    ExpectNoComplaint({}, {"TcpOutRsts", "TcpEstabResets"});
}

TEST_P(LinuxPaths, OverIpv6)
{
    m_isIpv6 = true;
    OpenSecondPath();
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(LinuxSubflows(), 1);
    EXPECT_EQ(Captured("ip && tcp", "frame.number"), std::vector<std::string>{});
    EXPECT_GT(Bytes(LinuxOpens() ? "ipv6.src == fd00:1:2::2" : "ipv6.dst == fd00:2:2::1"), 0U);
}

/// Opened over one family, joined over the other, which who accepts announces.
TEST_P(LinuxPaths, OpenedOverIpv4AndJoinedOverIpv6)
{
    m_isDualStack = true;
    if (LinuxOpens())
    {
        MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress6(1), "signal");
    }
    else
    {
        m_linux->Mptcp("endpoint add fd00:1:2::2 dev tap1 signal");
    }
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(LinuxSubflows(), 1);
    EXPECT_GT(Bytes("ipv6"), 0U);
    EXPECT_GT(Bytes("ip"), 0U);
}

TEST_P(LinuxPaths, OpenedOverIpv6AndJoinedOverIpv4)
{
    m_isIpv6 = true;
    if (LinuxOpens())
    {
        MptcpHelper::AddEndpoint(m_host, m_linux->HostAddress(1), "signal");
    }
    else
    {
        m_linux->Mptcp("endpoint add 10.1.2.2 dev tap1 signal");
    }
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(LinuxSubflows(), 1);
    EXPECT_GT(Bytes("ipv6"), 0U);
    EXPECT_GT(Bytes("ip"), 0U);
}

} // namespace

} // namespace ns3
