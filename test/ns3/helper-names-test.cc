// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Policies are found by every name people use for them, and mistakes are met with the nearest one.
#include "mptcp-policy-names.h"
#include "scenario-parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ns3
{
namespace
{

constexpr const char* SCHEDULER = "ns3::MptcpScheduler";
constexpr const char* PATH_MANAGER = "ns3::MptcpPathManager";
constexpr const char* CONGESTION_CONTROL = "ns3::TcpCongestionOps";

struct Name
{
    const char* given;
    const char* base;
    const char* expected;
};

class PolicyName : public ::testing::TestWithParam<Name>
{
};

TEST_P(PolicyName, IsFound)
{
    std::string error;
    const auto type = FindPolicy(GetParam().given, GetParam().base, error);
    ASSERT_TRUE(type) << error;
    EXPECT_EQ(type->GetName(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PolicyName,
    ::testing::Values(Name{"ns3::MptcpMinRtt", SCHEDULER, "ns3::MptcpMinRtt"},
                      Name{"MptcpMinRtt", SCHEDULER, "ns3::MptcpMinRtt"},
                      Name{"min-rtt", SCHEDULER, "ns3::MptcpMinRtt"},
                      Name{"minrtt", SCHEDULER, "ns3::MptcpMinRtt"},
                      Name{"MinRTT", SCHEDULER, "ns3::MptcpMinRtt"},
                      Name{"round-robin", SCHEDULER, "ns3::MptcpRoundRobin"},
                      Name{"full-mesh", PATH_MANAGER, "ns3::MptcpFullMesh"},
                      Name{"ndiffports", PATH_MANAGER, "ns3::MptcpNDiffPorts"},
                      Name{"lia", CONGESTION_CONTROL, "ns3::MptcpLia"},
                      Name{"olia", CONGESTION_CONTROL, "ns3::MptcpOlia"},
                      Name{"balia", CONGESTION_CONTROL, "ns3::MptcpBalia"},
                      Name{"wvegas", CONGESTION_CONTROL, "ns3::MptcpWVegas"},
                      Name{"ewtcp", CONGESTION_CONTROL, "ns3::MptcpEwtcp"},
                      Name{"coupled", CONGESTION_CONTROL, "ns3::MptcpCoupled"},
                      Name{"semicoupled", CONGESTION_CONTROL, "ns3::MptcpSemicoupled"},
                      Name{"newreno", CONGESTION_CONTROL, "ns3::TcpNewReno"},
                      Name{"ns3::TcpNewReno", CONGESTION_CONTROL, "ns3::TcpNewReno"},
                      Name{"cubic", CONGESTION_CONTROL, "ns3::TcpCubic"},
                      Name{"bbr", CONGESTION_CONTROL, "ns3::TcpBbr"}));

struct Mistake
{
    const char* given;
    const char* base;
    const char* nearest;
};

class PolicyMistake : public ::testing::TestWithParam<Mistake>
{
};

TEST_P(PolicyMistake, IsMetWithTheNearestName)
{
    std::string error;
    EXPECT_FALSE(FindPolicy(GetParam().given, GetParam().base, error));
    EXPECT_THAT(error, ::testing::HasSubstr(GetParam().given));
    EXPECT_THAT(error,
                ::testing::HasSubstr(std::string("did you mean '") + GetParam().nearest + "'?"));
    EXPECT_THAT(error, ::testing::Not(::testing::HasSubstr("\n")));
}

INSTANTIATE_TEST_SUITE_P(Table,
                         PolicyMistake,
                         ::testing::Values(Mistake{"minrrt", SCHEDULER, "min-rtt"},
                                           Mistake{"ns3::MptcpMinRrt", SCHEDULER, "min-rtt"},
                                           Mistake{"robin", SCHEDULER, "round-robin"},
                                           Mistake{"fullmash", PATH_MANAGER, "full-mesh"},
                                           Mistake{"ns3::MptcpLiar", CONGESTION_CONTROL, "lia"},
                                           Mistake{"TcpCubik", CONGESTION_CONTROL, "cubic"}));

TEST(PolicyKind, SchedulersAreNoCongestionControls)
{
    std::string error;
    EXPECT_FALSE(FindPolicy("ns3::MptcpMinRtt", CONGESTION_CONTROL, error));
    EXPECT_FALSE(FindPolicy("ns3::MptcpLia", SCHEDULER, error));
    EXPECT_FALSE(FindPolicy("ns3::MptcpCoupledCongestion", CONGESTION_CONTROL, error))
        << "nobody can make an object of it";
    EXPECT_FALSE(FindPolicy("lia", "ns3::NoSuchKind", error));
    EXPECT_THAT(error, ::testing::HasSubstr("ns3::NoSuchKind"));
}

struct Bytes
{
    const char* text;
    int64_t expected; //!< negative: refused
};

class ByteText : public ::testing::TestWithParam<Bytes>
{
};

TEST_P(ByteText, IsReadOrRefused)
{
    uint32_t bytes = 0;
    const bool isRead = ParseBytes(GetParam().text, bytes);
    EXPECT_EQ(isRead, GetParam().expected >= 0) << GetParam().text;
    if (isRead)
    {
        EXPECT_EQ(bytes, GetParam().expected) << GetParam().text;
    }
}

INSTANTIATE_TEST_SUITE_P(Table,
                         ByteText,
                         ::testing::Values(Bytes{"2000000", 2'000'000},
                                           Bytes{"200kB", 200'000},
                                           Bytes{"2MB", 2'000'000},
                                           Bytes{"1.5 MiB", 1'572'864},
                                           Bytes{"1", 1},
                                           Bytes{"", -1},
                                           Bytes{"kB", -1},
                                           Bytes{"2 furlongs", -1},
                                           Bytes{"-5", -1},
                                           Bytes{"5GB", -1}));

} // namespace
} // namespace ns3
