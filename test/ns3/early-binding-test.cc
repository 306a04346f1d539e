// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What waits on which subflow with the schedulers that bind segments ahead: STTF, DAPS and OTIAS.
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace
{

constexpr uint32_t BYTES = 1'000'000;

/// All is written, and fits the peer's window, before the second subflow is there.
class EarlyBinding : public TransferTest, public ::testing::WithParamInterface<const char*>
{
  protected:
    void Transfer(bool bindsAtOnce)
    {
        Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(2 * BYTES));
        Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(2 * BYTES));
        m_mptcp.SetScheduler(GetParam(), "BindsAtOnce", BooleanValue(bindsAtOnce));
        Build(Kind::Multihomed);
        StartTransfer(BYTES, 0);
        RunToEnd();
        ExpectOrderlyEnd();
    }
};

TEST_P(EarlyBinding, LeavesTheRestToSubflowsThatCome)
{
    Transfer(false);
    EXPECT_GT(PathBytes(1), 0.4 * BYTES) << "two equal paths";
    EXPECT_GT(UpGoodputMbps(), 1.5 * 2) << "of 2 Mb/s each";
}

TEST_P(EarlyBinding, AtOnceBindsAllToTheFirst)
{
    Transfer(true);
    EXPECT_LT(PathBytes(1), 0.1 * BYTES);
    EXPECT_LT(UpGoodputMbps(), 2);
}

INSTANTIATE_TEST_SUITE_P(Schedulers,
                         EarlyBinding,
                         ::testing::Values("ns3::MptcpSttf", "ns3::MptcpDaps", "ns3::MptcpOtias"),
                         [](const auto& row) { return std::string(row.param + 10); });

} // namespace
} // namespace ns3
