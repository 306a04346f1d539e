// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Subflows keep ns-3's own TCP with all its options: every choice the user has there works.
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/enum.h"
#include "ns3/tcp-socket-state.h"
#include "ns3/uinteger.h"

#include <functional>

namespace ns3
{
namespace
{

struct Setting
{
    const char* name;
    std::function<void(MptcpHelper& mptcp)> apply;
};

void
PrintTo(const Setting& setting, std::ostream* os)
{
    *os << setting.name;
}

Setting
CongestionControl(const char* name, const char* type)
{
    return {name, [type](MptcpHelper& mptcp) { mptcp.SetCongestionControl(type); }};
}

Setting
Default(const char* name, const char* attribute, const AttributeValue& value)
{
    return {name, [attribute, copy = value.Copy()](MptcpHelper&) {
                Config::SetDefault(attribute, *copy);
            }};
}

class Variant : public TransferTest, public ::testing::WithParamInterface<Setting>
{
};

TEST_P(Variant, DeliversBothWaysOverBothPaths)
{
    GetParam().apply(m_mptcp);
    auto paths = EqualPaths();
    paths[0].lossRate = 0.01;
    Build(Kind::Multihomed, paths);
    StartTransfer(500'000, 400'000);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_GT(PathBytes(0), 100'000U);
    EXPECT_GT(PathBytes(1), 100'000U);
}

TEST_P(Variant, SurvivesAnOutage)
{
    GetParam().apply(m_mptcp);
    Build(Kind::Disjoint);
    StartTransfer(1'000'000, 1'000'000);
    CutPath(1, Seconds(1), Seconds(5));
    RunToEnd();
    ExpectOrderlyEnd();
}

INSTANTIATE_TEST_SUITE_P(
    Settings,
    Variant,
    ::testing::Values(
        CongestionControl("Lia", "ns3::MptcpLia"),
        CongestionControl("Olia", "ns3::MptcpOlia"),
        CongestionControl("Balia", "ns3::MptcpBalia"),
        CongestionControl("WVegas", "ns3::MptcpWVegas"),
        CongestionControl("Ewtcp", "ns3::MptcpEwtcp"),
        CongestionControl("Coupled", "ns3::MptcpCoupled"),
        CongestionControl("Semicoupled", "ns3::MptcpSemicoupled"),
        CongestionControl("NewReno", "ns3::TcpNewReno"),
        CongestionControl("LinuxReno", "ns3::TcpLinuxReno"),
        CongestionControl("Cubic", "ns3::TcpCubic"),
        CongestionControl("Vegas", "ns3::TcpVegas"),
        CongestionControl("Westwood", "ns3::TcpWestwood"),
        CongestionControl("Ledbat", "ns3::TcpLedbat"),
        CongestionControl("Bbr", "ns3::TcpBbr"),
        Setting{"DctcpWithEcn",
                [](MptcpHelper& mptcp) {
                    mptcp.SetCongestionControl("ns3::TcpDctcp");
                    Config::SetDefault("ns3::TcpSocketBase::UseEcn", EnumValue(TcpSocketState::On));
                }},
        Default("Ecn", "ns3::TcpSocketBase::UseEcn", EnumValue(TcpSocketState::On)),
        Default("NoSack", "ns3::TcpSocketBase::Sack", BooleanValue(false)),
        Default("NoTimestamps", "ns3::TcpSocketBase::Timestamp", BooleanValue(false)),
        Default("NoWindowScaling", "ns3::TcpSocketBase::WindowScaling", BooleanValue(false)),
        Setting{"NoOptionAtAll",
                [](MptcpHelper&) {
                    for (const char* option : {"Sack", "Timestamp", "WindowScaling"})
                    {
                        Config::SetDefault(std::string("ns3::TcpSocketBase::") + option,
                                           BooleanValue(false));
                    }
                }},
        Default("Nagle", "ns3::TcpSocket::TcpNoDelay", BooleanValue(false)),
        Default("AckEverySegment", "ns3::TcpSocket::DelAckCount", UintegerValue(1)),
        Default("InitialWindowOfOne", "ns3::TcpSocket::InitialCwnd", UintegerValue(1)),
        Default("ClassicRecovery",
                "ns3::TcpL4Protocol::RecoveryType",
                TypeIdValue(TypeId::LookupByName("ns3::TcpClassicRecovery"))),
        Default("LimitedTransmitOff", "ns3::TcpSocketBase::LimitedTransmit", BooleanValue(false)),
        Setting{"RoundRobin",
                [](MptcpHelper& mptcp) { mptcp.SetScheduler("ns3::MptcpRoundRobin"); }}),
    [](const auto& row) { return std::string(row.param.name); });

struct Sizes
{
    uint32_t segmentBytes; //!< 0: as the helper chooses
    uint16_t mtuBytes;
};

void
PrintTo(const Sizes& sizes, std::ostream* os)
{
    *os << sizes.segmentBytes << " in " << sizes.mtuBytes;
}

class SegmentSizes : public TransferTest, public ::testing::WithParamInterface<Sizes>
{
};

/// The fixture sees to it that nothing is fragmented.
TEST_P(SegmentSizes, FitTheMtuWithAllOptions)
{
    const auto [segmentBytes, mtuBytes] = GetParam();
    UseMtu(mtuBytes);
    m_mptcp.SetSegmentSize(segmentBytes);
    auto paths = EqualPaths();
    paths[0].lossRate = 0.02; // for SACK blocks
    Build(Kind::Multihomed, paths);
    StartTransfer(300'000, 300'000);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_LE(m_largestPacketBytes, mtuBytes);
    const uint32_t fullBytes = std::min<uint32_t>(segmentBytes == 0 ? 1420 : segmentBytes,
                                                  mtuBytes - 80U); // IP, TCP, all options
    EXPECT_GE(m_largestPacketBytes, fullBytes + 40);
}

INSTANTIATE_TEST_SUITE_P(Table,
                         SegmentSizes,
                         ::testing::Values(Sizes{0, 1500},
                                           Sizes{536, 1500},
                                           Sizes{1000, 1500},
                                           Sizes{1420, 1500},
                                           Sizes{1460, 1500},
                                           Sizes{8940, 1500},
                                           Sizes{8920, 9000},
                                           Sizes{8940, 9000},
                                           Sizes{536, 576},
                                           Sizes{0, 576},
                                           Sizes{100, 1500}),
                         [](const auto& row) {
                             return std::to_string(row.param.segmentBytes) + "InMtu" +
                                    std::to_string(row.param.mtuBytes);
                         });

class SegmentSizeAttribute : public TransferTest
{
};

TEST_F(SegmentSizeAttribute, OfTheUsersOwnAttributeFitTheMtuToo)
{
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1460));
    Build(Kind::Disjoint);
    for (const auto& node : {m_topology->Client(), m_topology->Server()})
    {
        node->GetObject<MptcpStack>()->SetAttribute("SegmentSize", UintegerValue(0));
    }
    StartTransfer(300'000, 300'000);
    RunToEnd();
    ExpectOrderlyEnd();
    EXPECT_LE(m_largestPacketBytes, 1500U);
}

} // namespace
} // namespace ns3
