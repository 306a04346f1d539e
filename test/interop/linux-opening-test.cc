// SPDX-License-Identifier: GPL-2.0-only
/// Handshakes with the Linux kernel: checksums asked for, and ends that do not speak MPTCP.
#include "linux-kernel-fixture.h"

#include "ns3/boolean.h"

namespace ns3
{

namespace
{

using mptcp::Mib;

class LinuxOpening : public LinuxKernelTest
{
  protected:
    void UseChecksums(bool onLinux, bool onHost)
    {
        m_linux->Namespace().SetSysctl("net.mptcp.checksum_enabled", onLinux ? "1" : "0");
        MptcpStack::Of(m_host)->SetAttribute("Checksum", BooleanValue(onHost));
        m_linux->Mptcp("endpoint add 10.1.2.2 dev tap1 " +
                       std::string(LinuxOpens() ? "subflow" : "signal"));
    }

    /// Linux takes those of the host, and those of both are what anybody would compute.
    void ExpectChecksums() const
    {
        ExpectWhole();
        ExpectNoComplaint();
        EXPECT_EQ(LinuxSubflows(), 1);
        EXPECT_EQ(m_results[0]["info"]["csum_enabled"], 1);
        ExpectVerified("checksums", 100);
        EXPECT_EQ(Host(Mib::DataCsumErr), 0U);
    }
};

INSTANTIATE_TEST_SUITE_P(Roles,
                         LinuxOpening,
                         ::testing::Values(Role::LinuxOpens, Role::LinuxAccepts),
                         NameOfRole);

/// RFC 8684 3.1: either end can ask for checksums, and both then use them.
TEST_P(LinuxOpening, ChecksumsAreAskedForByBoth)
{
    UseChecksums(true, true);
    Run();
    ExpectChecksums();
}

TEST_P(LinuxOpening, ChecksumsAreAskedForByLinux)
{
    UseChecksums(true, false);
    Run();
    ExpectChecksums();
}

TEST_P(LinuxOpening, ChecksumsAreAskedForByTheHost)
{
    UseChecksums(false, true);
    Run();
    ExpectChecksums();
}

/// RFC 8684 3.7: Linux does not speak MPTCP, the host carries on with TCP.
TEST_P(LinuxOpening, LinuxSpeaksTcpOnly)
{
    m_orders["protocol"] = "tcp";
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(Host(Mib::MPCapableFallbackSYNACK), LinuxOpens() ? 0U : 1U);
    EXPECT_EQ(Linux("MPCapableSYNTX"), 0U);
    EXPECT_EQ(Captured("tcp.options.mptcp.subtype && tcp.flags.syn == 0", "frame.number"),
              std::vector<std::string>{});
}

TEST_P(LinuxOpening, HostSpeaksTcpOnly)
{
    m_hostSockets = "ns3::TcpSocketFactory";
    Run();
    ExpectWhole();
    EXPECT_EQ(m_results[0]["fallback"], true);
    ExpectNoComplaint(LinuxOpens() ? std::set<std::string>{"MPTcpExtMPCapableFallbackSYNACK"}
                                   : std::set<std::string>{});
}

} // namespace

} // namespace ns3
