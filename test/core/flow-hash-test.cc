// SPDX-License-Identifier: GPL-2.0-only
#include "routing/ecmp-table.h"
#include "routing/flow-hash.h"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

namespace mptcp
{
namespace
{

constexpr FlowHashKey PAPER_KEY{0x0706050403020100, 0x0f0e0d0c0b0a0908};

/// 0, 1, 2 ... as in the test vectors of SipHash.
uint64_t
HashOfCounting(std::size_t bytes)
{
    std::vector<uint8_t> message(bytes);
    std::iota(message.begin(), message.end(), uint8_t{0});
    return SipHash24(PAPER_KEY, {message.data(), message.size()});
}

TEST(FlowHash, HasTheTestVectorOfThePaper)
{
    EXPECT_EQ(HashOfCounting(15), 0xa129ca6149be45e5U); // Aumasson and Bernstein, appendix A
}

TEST(FlowHash, HasTheVectorsOfTheReferenceImplementation)
{
    EXPECT_EQ(HashOfCounting(0), 0x726fdb47dd0e0e31U);
    EXPECT_EQ(HashOfCounting(1), 0x74f839c593dc67fdU);
    EXPECT_EQ(HashOfCounting(8), 0x93f5f5799a932462U);
}

TEST(FlowHash, RegionsAreEqualAndCoverEverything)
{
    EXPECT_EQ(RegionOf(0, 3), 0U);
    EXPECT_EQ(RegionOf(UINT64_MAX, 3), 2U);
    EXPECT_EQ(RegionOf(0x5555555500000000, 3), 0U);
    EXPECT_EQ(RegionOf(0x5555555600000000, 3), 1U);
}

/// IPv4 without options, TCP from port 0x1234 to 80.
std::array<uint8_t, 24>
TcpPacket()
{
    return {0x45, 0, 0, 24, 0,   0,   0, 0, 64,   6,    0, 0,
            10,   1, 2, 3,  192, 168, 0, 1, 0x12, 0x34, 0, 80};
}

TEST(FlowKey, IsReadFromThePacket)
{
    const auto bytes = TcpPacket();
    const auto flow = ReadFlowKey({bytes.data(), bytes.size()});
    ASSERT_TRUE(flow);
    EXPECT_EQ(flow->source, 0x0a010203U);
    EXPECT_EQ(flow->destination, 0xc0a80001U);
    EXPECT_EQ(flow->protocol, 6);
    EXPECT_EQ(flow->sourcePort, 0x1234);
    EXPECT_EQ(flow->destinationPort, 80);
}

TEST(FlowKey, FindsPortsBehindIpOptions)
{
    const auto plain = TcpPacket();
    std::vector<uint8_t> bytes(plain.begin(), plain.end());
    bytes[0] = 0x46;
    bytes.insert(bytes.begin() + 20, {1, 1, 1, 1});
    const auto flow = ReadFlowKey({bytes.data(), bytes.size()});
    ASSERT_TRUE(flow);
    EXPECT_EQ(flow->destinationPort, 80);
}

TEST(FlowKey, OfFragmentsIsWithoutPorts)
{
    for (const auto& [high, low] : {std::pair{0x20, 0}, std::pair{0, 185}})
    {
        auto bytes = TcpPacket();
        bytes[6] = static_cast<uint8_t>(high); // first fragment: more to come; or a later one
        bytes[7] = static_cast<uint8_t>(low);
        const auto flow = ReadFlowKey({bytes.data(), bytes.size()});
        ASSERT_TRUE(flow);
        EXPECT_EQ(flow->sourcePort, 0);
        EXPECT_EQ(flow->destinationPort, 0);
        EXPECT_EQ(flow->destination, 0xc0a80001U);
    }
}

TEST(FlowKey, DontFragmentIsNoFragment)
{
    auto bytes = TcpPacket();
    bytes[6] = 0x40;
    EXPECT_EQ(ReadFlowKey({bytes.data(), bytes.size()})->destinationPort, 80);
}

TEST(FlowKey, IsNotThereForAnythingElse)
{
    auto bytes = TcpPacket();
    EXPECT_FALSE(ReadFlowKey({bytes.data(), 19}));
    bytes[0] = 0x44; // a header of 16 bytes
    EXPECT_FALSE(ReadFlowKey({bytes.data(), bytes.size()}));
    bytes[0] = 0x4f; // one of 60 bytes, of which there are 24
    EXPECT_FALSE(ReadFlowKey({bytes.data(), bytes.size()}));
    bytes[0] = 0x65;
    EXPECT_FALSE(ReadFlowKey({bytes.data(), bytes.size()}));
}

constexpr uint32_t WAYS = 4;
constexpr uint32_t FLOWS = 16'000;

EcmpTable
TableWithKey(uint64_t second)
{
    EcmpTable table({7, second}, 0);
    table.Add({0, 0, {0, WAYS}});
    return table;
}

/// Between two hosts; subflows of one connection differ in the source port alone.
FlowKey
FlowFrom(uint32_t port)
{
    return {0x0a000002, 0x0a010002, static_cast<uint16_t>(port), 5001, 6};
}

TEST(EcmpTable, AFlowKeepsItsWay)
{
    const auto table = TableWithKey(1);
    const auto way = table.Port(FlowFrom(49152), 0);
    EXPECT_EQ(table.Port(FlowFrom(49152), 0), way);
    EXPECT_EQ(table.Port(FlowFrom(49152), 3), way) << "by whatever port it came in";
}

/// Counts of pairs of choices by two switches, for flows that differ in the source port.
std::array<std::array<uint32_t, WAYS>, WAYS>
JointChoices(uint64_t one, uint64_t other)
{
    std::array<std::array<uint32_t, WAYS>, WAYS> counts{};
    const auto first = TableWithKey(one);
    const auto second = TableWithKey(other);
    for (uint32_t port = 0; port < FLOWS; ++port)
    {
        ++counts[*first.Port(FlowFrom(port), 0)][*second.Port(FlowFrom(port), 0)];
    }
    return counts;
}

/// Chi-square of the counts against all being equal. With 15 degrees of freedom it is above 37.7
/// once in a thousand times.
double
ChiSquare(const std::array<std::array<uint32_t, WAYS>, WAYS>& counts)
{
    const double expected = static_cast<double>(FLOWS) / (WAYS * WAYS);
    double sum = 0;
    for (const auto& row : counts)
    {
        for (const auto count : row)
        {
            sum += (count - expected) * (count - expected) / expected;
        }
    }
    return sum;
}

TEST(EcmpTable, ChoicesAreEvenAndThoseOfTwoSwitchesIndependent)
{
    EXPECT_LT(ChiSquare(JointChoices(1, 2)), 37.7);
}

TEST(EcmpTable, WithOneKeyForTwoSwitchesTheirChoicesWouldBeTheSame)
{
    EXPECT_GT(ChiSquare(JointChoices(1, 1)), 1000);
}

TEST(EcmpTable, TheFirstRuleThatHoldsDecides)
{
    EcmpTable table({}, 2);
    table.Add({0x0a010000, 16, {0, 1}});
    table.Add({0x0a020000, 16, {1, 1}, true});
    table.Add({0, 0, {2, 1}});
    const auto port = [&table](uint32_t destination, uint32_t arrival) {
        return table.Port({0, destination, 0, 0, 0}, arrival);
    };
    EXPECT_EQ(port(0x0a01ffff, 0), 0U);
    EXPECT_EQ(port(0x0a020001, 2), 1U);
    EXPECT_EQ(port(0x0a020001, 0), 2U) << "the second rule is for what comes from above";
    EXPECT_EQ(port(0x0a020001, Forwarder::FROM_HERE), 2U);
    EXPECT_EQ(port(0x0b000000, 1), 2U);
}

TEST(EcmpTable, WithoutARuleThereIsNoWay)
{
    EcmpTable table({}, 1);
    table.Add({0x0a010000, 16, {0, 1}});
    EXPECT_FALSE(table.Port({0, 0x0a020000, 0, 0, 0}, 0));
}

} // namespace
} // namespace mptcp
