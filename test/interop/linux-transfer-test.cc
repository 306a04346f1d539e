// SPDX-License-Identifier: GPL-2.0-only
/// Transfers to and from the Linux kernel: amounts, directions, buffers, mappings, and many
/// connections.
#include "linux-kernel-fixture.h"

#include <algorithm>

namespace ns3
{

namespace
{

class LinuxTransfer : public LinuxKernelTest
{
};

/// Links that are fast enough for bursts, with room for them: Linux resets a subflow that joined
/// when the fourth ACK and the data after it are lost and an ACK with a higher number arrives.
class LinuxFastTransfer : public LinuxKernelTest
{
  protected:
    std::vector<PathSpec> Paths() const override
    {
        return {{"first", DataRate("60Mbps"), MilliSeconds(20), 20'000'000, 0},
                {"second", DataRate("60Mbps"), MilliSeconds(20), 20'000'000, 0}};
    }
};

/// Links that lose a part of every burst.
class LinuxLossyTransfer : public LinuxKernelTest
{
  protected:
    std::vector<PathSpec> Paths() const override
    {
        return {{"first", DataRate("6Mbps"), MilliSeconds(20), 20'000, 0},
                {"second", DataRate("4Mbps"), MilliSeconds(30), 20'000, 0}};
    }
};

INSTANTIATE_TEST_SUITE_P(Roles,
                         LinuxTransfer,
                         ::testing::Values(Role::LinuxOpens, Role::LinuxAccepts),
                         NameOfRole);
INSTANTIATE_TEST_SUITE_P(Roles,
                         LinuxFastTransfer,
                         ::testing::Values(Role::LinuxOpens, Role::LinuxAccepts),
                         NameOfRole);
INSTANTIATE_TEST_SUITE_P(Roles,
                         LinuxLossyTransfer,
                         ::testing::Values(Role::LinuxOpens, Role::LinuxAccepts),
                         NameOfRole);

TEST_P(LinuxTransfer, OnOnePath)
{
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(m_results[0]["fallback"], false);
    EXPECT_EQ(LinuxSubflows(), 0);
    EXPECT_EQ(Linux("MPCapableACKRX"), LinuxOpens() ? 0U : 1U);
}

TEST_P(LinuxTransfer, FromLinuxOnly)
{
    Transfer(SOME_BYTES, 0);
    m_orders["end"] = "first";
    OpenSecondPath();
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(m_results[0]["fallback"], false);
}

TEST_P(LinuxTransfer, ToLinuxOnly)
{
    Transfer(0, SOME_BYTES);
    OpenSecondPath();
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(m_results[0]["fallback"], false);
}

/// TCP repeats on its subflow what short queues dropped, and MPTCP on the other (RFC 8684 3.3.6).
TEST_P(LinuxLossyTransfer, OnTwoPaths)
{
    OpenSecondPath();
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(LinuxSubflows(), 1);
}

/// A kernel that can take little at a time: the window closes and opens all the time, and it is
/// the window of both subflows (RFC 8684 3.3.4).
TEST_P(LinuxTransfer, ToASmallReceiveBuffer)
{
    m_orders["receive_buffer"] = 16'000;
    OpenSecondPath();
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    EXPECT_EQ(LinuxSubflows(), 1);
}

/// Linux maps what it hands to TCP in one piece, up to 64 KB, and names that mapping on each of the
/// segments (RFC 8684 3.3.1).
TEST_P(LinuxFastTransfer, WithMappingsOfManySegments)
{
    Transfer(3'000'000, 0);
    m_orders["end"] = "first";
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    const auto sent = Captured("ip.src == 10.1.1.2 && tcp.options.mptcp.datalvllen",
                               "tcp.options.mptcp.datalvllen");
    ASSERT_FALSE(sent.empty());
    int longest = 0;
    for (const auto& length : sent)
    {
        longest = std::max(longest, std::stoi(length));
    }
    EXPECT_GT(longest, 30'000);
}

TEST_P(LinuxFastTransfer, AHundredConnectionsInARow)
{
    m_orders["connections"] = 100;
    Transfer(5'000, 5'000);
    Run();
    ExpectWhole();
    ExpectNoComplaint();
}

TEST_P(LinuxFastTransfer, TwentyConnectionsAtOnce)
{
    m_orders["connections"] = 20;
    m_orders["at_once"] = true;
    Transfer(150'000, 150'000);
    OpenSecondPath();
    Run();
    ExpectWhole();
    ExpectNoComplaint();
    // Who has sent everything meanwhile joins no more.
    EXPECT_GE(LinuxOpens() ? Linux("MPJoinSynAckRx") : Linux("MPJoinAckRx"), 10U);
}

} // namespace

} // namespace ns3
