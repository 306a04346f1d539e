// SPDX-License-Identifier: GPL-2.0-only
/// The end of connections with the Linux kernel: which end closes first, half-closed connections,
/// and fast close.
#include "linux-kernel-fixture.h"

namespace ns3
{

namespace
{

using mptcp::CloseCause;
using mptcp::Mib;

class LinuxClosing : public LinuxKernelTest
{
  protected:
    /// Linux ends both subflows with a RST and answers what was on the way with more of them.
    void ExpectFastCloseByLinux() const
    {
        EXPECT_EQ(HostCloseCause(), CloseCause::PeerFastClose);
        EXPECT_TRUE(m_endpoints.front()->HasFailed());
        EXPECT_TRUE(m_endpoints.front()->IsIntact());
        ExpectNoComplaint(
            {"MPTcpExtMPFastcloseTx", "MPTcpExtMPRstTx", "TcpEstabResets", "TcpOutRsts"});
    }

    /// The host gives up in the middle.
    void AbortHostAfter(uint64_t bytes)
    {
        m_isGivenUp = true;
        AfterReceiving(bytes, [this] {
            DynamicCast<MptcpSocket>(m_endpoints.front()->GetSocket())->Abort();
        });
    }
};

INSTANTIATE_TEST_SUITE_P(Roles,
                         LinuxClosing,
                         ::testing::Values(Role::LinuxOpens, Role::LinuxAccepts),
                         NameOfRole);

/// Linux sends its DATA_FIN (RFC 8684 3.3.3) when it has sent everything and goes on receiving.
TEST_P(LinuxClosing, LinuxClosesItsHalfAndGoesOnReceiving)
{
    OpenSecondPath();
    Transfer(150'000, 900'000);
    m_orders["end"] = "first";
    m_orders["subflows"] = 1;
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(HostCloseCause(), CloseCause::Orderly);
}

/// The other way round.
TEST_P(LinuxClosing, HostClosesItsHalfAndGoesOnReceiving)
{
    OpenSecondPath();
    Transfer(900'000, 150'000);
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(HostCloseCause(), CloseCause::Orderly);
}

/// Both DATA_FINs about the same time.
TEST_P(LinuxClosing, BothCloseTogether)
{
    OpenSecondPath();
    m_orders["end"] = "together";
    m_orders["subflows"] = 1;
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(HostCloseCause(), CloseCause::Orderly);
}

/// RFC 8684 3.5: the application of Linux gives up by connect(AF_UNSPEC).
TEST_P(LinuxClosing, LinuxDisconnects)
{
    OpenSecondPath();
    Transfer(900'000, 900'000);
    m_orders["receive"] = 200'000;
    m_orders["end"] = "disconnect";
    Run();
    ExpectFastCloseByLinux();
    EXPECT_EQ(Host(Mib::MPFastcloseRx), 1U); // that of the other subflow finds it closed
}

/// The application of Linux closes with data unread.
TEST_P(LinuxClosing, LinuxClosesWithDataUnread)
{
    OpenSecondPath();
    Transfer(900'000, 900'000);
    m_orders["receive"] = 200'000;
    m_orders["end"] = "unread";
    Run();
    ExpectFastCloseByLinux();
}

/// The host gives up with RSTs (RFC 8684 3.5, Option R). It sends nothing before: a RST is obeyed
/// only with the very number that is expected next (RFC 5961 3.2), and none is when data before it
/// was lost.
TEST_P(LinuxClosing, HostAborts)
{
    OpenSecondPath();
    Transfer(900'000, 0);
    m_orders["end"] = "first";
    AbortHostAfter(200'000);
    Run();
    EXPECT_EQ(HostCloseCause(), CloseCause::LocalFastClose);
    // One RST per subflow, unless Linux has closed the other before its own comes.
    ExpectNoComplaint({"MPTcpExtMPFastcloseRx", "MPTcpExtMPRstRx", "TcpEstabResets"},
                      {"MPTcpExtMPRstTx", "TcpOutRsts"});
    EXPECT_TRUE(m_results[0]["send_error"] == "ECONNRESET" || m_results[0]["error"] == "ECONNRESET")
        << m_results[0];
}

} // namespace

} // namespace ns3
