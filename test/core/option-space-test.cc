// SPDX-License-Identifier: GPL-2.0-only
#include "wire/option-codec.h"
#include "wire/option-space.h"

#include <gtest/gtest.h>
#include <ostream>
#include <random>
#include <string>
#include <vector>

namespace mptcp
{
namespace
{

// Sizes: RFC 8684 Appendix A and the figures. A timestamp takes 10 bytes, a SACK option 2 + 8n.
constexpr std::size_t TIMESTAMP = 10;

Dss
DataAckOnly()
{
    return Dss{DataAck{1, true}, std::nullopt}; // 12 bytes
}

Dss
MappingOnly()
{
    Dss dss; // 20 bytes
    dss.mapping.emplace().checksum = 0xabcd;
    return dss;
}

Dss
MappingAndDataAck()
{
    Dss dss = MappingOnly(); // 28 bytes
    dss.dataAck = DataAck{1, true};
    return dss;
}

CapableAck
Keys()
{
    return CapableAck{}; // 20 bytes
}

CapableAck
KeysWithData()
{
    CapableAck ack; // 24 bytes
    ack.data = FirstData{1460, 0xabcd};
    return ack;
}

AddAddress
Ipv4(AddressId id)
{
    AddAddress add; // 16 bytes
    add.id = id;
    add.hmac = 1;
    return add;
}

AddAddress
Ipv4Port()
{
    AddAddress add = Ipv4(1); // 18 bytes
    add.port = 80;
    return add;
}

AddAddress
Ipv6Port()
{
    AddAddress add = Ipv4Port(); // 30 bytes
    add.address = Ipv6Bytes{};
    return add;
}

AddAddress
Ipv4Echo(AddressId id)
{
    AddAddress add; // 8 bytes
    add.id = id;
    return add;
}

RemoveAddress
Remove(AddressId id)
{
    return RemoveAddress{AddressIdList(id)}; // 4 bytes
}

struct PlanRow
{
    std::string name;
    TcpOptionUse tcp;
    std::vector<WantedOption> wanted;
    std::vector<MptcpOption> send;
    std::size_t sackBlocks{0};
    std::vector<MptcpOption> deferred{};
};

std::ostream&
operator<<(std::ostream& os, const PlanRow& row)
{
    return os << row.name;
}

OptionPlan
Plan(const TcpOptionUse& tcp, const std::vector<WantedOption>& wanted)
{
    return PlanOptions(tcp, WantedOptions(wanted.begin(), wanted.end()));
}

class OptionSpace : public testing::TestWithParam<PlanRow>
{
};

TEST_P(OptionSpace, FollowsTheOrderOfImportance)
{
    const PlanRow& row = GetParam();
    const OptionPlan plan = Plan(row.tcp, row.wanted);
    EXPECT_EQ(std::vector<MptcpOption>(plan.send.begin(), plan.send.end()), row.send);
    EXPECT_EQ(plan.sackBlocks, row.sackBlocks);
    EXPECT_EQ(plan.droppedSackBlocks, row.tcp.sackBlocks - row.sackBlocks);
    EXPECT_EQ(std::vector<MptcpOption>(plan.deferred.begin(), plan.deferred.end()), row.deferred);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    OptionSpace,
    testing::Values(
        PlanRow{"NothingWanted", {TIMESTAMP, 3}, {}, {}, 3},
        PlanRow{"EmptyHeader", {0, 0}, {MappingAndDataAck()}, {MappingAndDataAck()}},
        // RFC 8684 Appendix A: the maximum DSS of 28 bytes fits beside a timestamp.
        PlanRow{"LongestDssBesideTimestamp",
                {TIMESTAMP, 0},
                {MappingAndDataAck()},
                {MappingAndDataAck()}},
        PlanRow{"LongestDssBesidePaddedTimestamp",
                {12, 0},
                {MappingAndDataAck()},
                {MappingAndDataAck()}},
        PlanRow{"DataAckGoesBeforeTheMapping", {13, 0}, {MappingAndDataAck()}, {MappingOnly()}},
        PlanRow{"WithoutRoomForTheMappingTheDataAckIsSent",
                {21, 0},
                {MappingAndDataAck()},
                {DataAckOnly()}},
        PlanRow{"WithoutRoomForEitherNothingIsSent", {29, 0}, {MappingAndDataAck()}, {}},
        PlanRow{"DataAckFitsExactly", {28, 0}, {DataAckOnly()}, {DataAckOnly()}},
        // RFC 8684 Appendix A: a DATA_ACK reduces the number of SACK blocks.
        PlanRow{"DataAckFitsBesideThreeSackBlocksAlone",
                {0, 3},
                {DataAckOnly()},
                {DataAckOnly()},
                3},
        PlanRow{"DataAckDisplacesTheLastOfThreeSackBlocks",
                {TIMESTAMP, 3},
                {DataAckOnly()},
                {DataAckOnly()},
                2},
        PlanRow{"MappingAndDataAckDisplaceAllSackBlocks",
                {TIMESTAMP, 3},
                {MappingAndDataAck()},
                {MappingAndDataAck()},
                0},
        PlanRow{"MappingLeavesRoomForOneSackBlock",
                {TIMESTAMP, 3},
                {MappingOnly()},
                {MappingOnly()},
                1},
        PlanRow{"HandshakeComesBeforeDss", {TIMESTAMP, 0}, {MappingAndDataAck(), Keys()}, {Keys()}},
        PlanRow{"HandshakeAndDataAckTogetherIfTheyFit",
                {0, 0},
                {DataAckOnly(), KeysWithData()},
                {KeysWithData(), DataAckOnly()}},
        PlanRow{"JoinOnSynAckBesideAllUsualOptions", {19, 0}, {JoinSynAck{}}, {JoinSynAck{}}},
        PlanRow{"FailComesBeforeTheMapping", {TIMESTAMP, 0}, {MappingOnly(), Fail{5}}, {Fail{5}}},
        // RFC 8684 3.4.1: an IPv4 address with port just fits beside DATA_ACK and timestamp.
        PlanRow{"AddressFitsBesideDataAck",
                {TIMESTAMP, 0},
                {Ipv4Port(), DataAckOnly()},
                {DataAckOnly(), Ipv4Port()}},
        PlanRow{"AddressDoesNotFitBesideAMapping",
                {TIMESTAMP, 0},
                {Ipv4(1), MappingOnly()},
                {MappingOnly()},
                0,
                {Ipv4(1)}},
        PlanRow{"FirstSackBlockComesBeforeAddresses",
                {TIMESTAMP, 3},
                {Ipv4(1), DataAckOnly()},
                {DataAckOnly()},
                2,
                {Ipv4(1)}},
        PlanRow{"AddressesComeBeforeFurtherSackBlocks", {TIMESTAMP, 3}, {Ipv4(1)}, {Ipv4(1)}, 1},
        PlanRow{"SmallSignalsFitBesideADss",
                {TIMESTAMP, 0},
                {MappingOnly(), Priority{true}, Remove(2)},
                {MappingOnly(), Priority{true}, Remove(2)}},
        // RFC 8684 3.4.1: such an announcement needs an acknowledgement of its own.
        PlanRow{"LongestAddressWaitsForItsOwnAck",
                {TIMESTAMP, 0},
                {DataAckOnly(), Ipv6Port()},
                {DataAckOnly()},
                0,
                {Ipv6Port()}},
        PlanRow{"LongestAddressOnItsOwnAck", {TIMESTAMP, 0}, {Ipv6Port()}, {Ipv6Port()}},
        PlanRow{"AddressMadeAsImportantAsAHandshake",
                {TIMESTAMP, 2},
                {DataAckOnly(), WantedOption(Ipv6Port(), OptionImportance::Handshake)},
                {Ipv6Port()},
                0},
        PlanRow{"SignalsDoNotOvertakeEachOther",
                {TIMESTAMP, 0},
                {DataAckOnly(), Ipv6Port(), Remove(1)},
                {DataAckOnly()},
                0,
                {Ipv6Port(), Remove(1)}},
        PlanRow{"SignalsKeepTheirOrder",
                {TIMESTAMP, 0},
                {Remove(1), Ipv4(1), Ipv4Echo(9)},
                {Remove(1), Ipv4(1), Ipv4Echo(9)}},
        PlanRow{"WhatDoesNotFitBehindTheOthersIsDeferred",
                {TIMESTAMP, 0},
                {Ipv4(1), Ipv4Echo(9), Ipv4(2)},
                {Ipv4(1), Ipv4Echo(9)},
                0,
                {Ipv4(2)}},
        PlanRow{"TcpHasTakenEverything", {40, 0}, {Remove(1), Keys()}, {}, 0, {Remove(1)}},
        PlanRow{"TcpHasTakenMoreThanThereIs", {44, 2}, {Remove(1)}, {}, 0, {Remove(1)}}),
    [](const auto& row) { return row.param.name; });

TEST(OptionPlanReport, SaysWhatWasLeftOut)
{
    EXPECT_FALSE(Plan({12, 0}, {MappingAndDataAck()}).mappingLeftOut);
    EXPECT_FALSE(Plan({12, 0}, {MappingAndDataAck()}).dataAckLeftOut);

    EXPECT_FALSE(Plan({13, 0}, {MappingAndDataAck()}).mappingLeftOut);
    EXPECT_TRUE(Plan({13, 0}, {MappingAndDataAck()}).dataAckLeftOut);

    EXPECT_TRUE(Plan({21, 0}, {MappingAndDataAck()}).mappingLeftOut);
    EXPECT_FALSE(Plan({21, 0}, {MappingAndDataAck()}).dataAckLeftOut);

    EXPECT_TRUE(Plan({29, 0}, {MappingAndDataAck()}).mappingLeftOut);
    EXPECT_TRUE(Plan({29, 0}, {MappingAndDataAck()}).dataAckLeftOut);
    EXPECT_TRUE(Plan({29, 0}, {DataAckOnly()}).dataAckLeftOut);
    EXPECT_FALSE(Plan({29, 0}, {DataAckOnly()}).mappingLeftOut);

    EXPECT_TRUE(Plan({21, 0}, {Keys()}).handshakeLeftOut);
    EXPECT_FALSE(Plan({20, 0}, {Keys()}).handshakeLeftOut);
    EXPECT_FALSE(Plan({40, 0}, {Remove(1)}).handshakeLeftOut);
}

TEST(OptionImportanceOfForms, IsTheDocumentedOne)
{
    for (const MptcpOption& option : std::initializer_list<MptcpOption>{CapableSyn{},
                                                                        CapableSynAck{},
                                                                        CapableAck{},
                                                                        JoinSyn{},
                                                                        JoinSynAck{},
                                                                        JoinAck{},
                                                                        Fail{},
                                                                        FastClose{},
                                                                        Reset{}})
    {
        EXPECT_EQ(ImportanceOf(option), OptionImportance::Handshake) << option.index();
    }
    EXPECT_EQ(ImportanceOf(MappingAndDataAck()), OptionImportance::Mapping);
    EXPECT_EQ(ImportanceOf(MappingOnly()), OptionImportance::Mapping);
    EXPECT_EQ(ImportanceOf(DataAckOnly()), OptionImportance::DataAck);
    for (const MptcpOption& option :
         std::initializer_list<MptcpOption>{AddAddress{}, Remove(1), Priority{}})
    {
        EXPECT_EQ(ImportanceOf(option), OptionImportance::AddressSignal) << option.index();
    }
}

// Law: whatever TCP uses and whatever is wanted, the result fits and nothing is lost unreported.
TEST(OptionSpaceLaw, NeverMoreThanFortyBytes)
{
    constexpr unsigned SEED = 40;
    SCOPED_TRACE("seed " + std::to_string(SEED));
    std::mt19937 random(SEED);
    const std::vector<WantedOption> pool{MappingAndDataAck(),
                                         MappingOnly(),
                                         DataAckOnly(),
                                         Keys(),
                                         KeysWithData(),
                                         Fail{1},
                                         Ipv4(1),
                                         Ipv6Port(),
                                         Ipv4Echo(2),
                                         Remove(3),
                                         Priority{true}};
    for (unsigned i = 0; i < 20000; ++i)
    {
        const TcpOptionUse tcp{random() % 41, random() % 5};
        std::vector<WantedOption> wanted;
        std::size_t signals = 0;
        for (auto left = random() % 9; left > 0; --left)
        {
            wanted.push_back(pool[random() % pool.size()]);
            signals += wanted.back().importance == OptionImportance::AddressSignal ? 1 : 0;
        }
        const OptionPlan plan = Plan(tcp, wanted);
        std::size_t bytes = 0;
        std::size_t sentSignals = 0;
        for (const MptcpOption& option : plan.send)
        {
            bytes += SerializedSize(option);
            sentSignals += ImportanceOf(option) == OptionImportance::AddressSignal ? 1 : 0;
        }
        const std::size_t sackBytes = plan.sackBlocks == 0 ? 0 : 2 + 8 * plan.sackBlocks;
        ASSERT_EQ(plan.sendBytes, bytes);
        ASSERT_LE(tcp.otherBytes + bytes + sackBytes, 40u);
        ASSERT_EQ(plan.sackBlocks + plan.droppedSackBlocks, tcp.sackBlocks);
        ASSERT_EQ(sentSignals + plan.deferred.size(), signals);
    }
}

} // namespace
} // namespace mptcp
