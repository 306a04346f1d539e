// SPDX-License-Identifier: GPL-2.0-only
#include "paths/announcements.h"

#include <gtest/gtest.h>

namespace mptcp
{
namespace
{

AddAddress
Announcement(AddressId id, uint8_t lastByte, std::optional<uint16_t> port = std::nullopt)
{
    AddAddress result;
    result.id = id;
    result.address = Ipv4Bytes{10, 0, 0, lastByte};
    result.port = port;
    result.hmac = 0x1122334455667788;
    return result;
}

AddAddress
Echo(AddAddress announcement)
{
    announcement.hmac.reset();
    return announcement;
}

/// Linux sends an ADD_ADDR four times when no echo comes: the selftest mptcp_join.sh, "signal
/// address, ADD_ADDR timeout", expects 4 transmissions.
TEST(Announcements, AreRepeatedThreeTimesWithoutAnEcho)
{
    Announcements announcements;
    const auto number = announcements.Start(Announcement(1, 1));
    for (int repetition = 0; repetition < 3; ++repetition)
    {
        EXPECT_TRUE(announcements.MayRetransmit(number));
        EXPECT_EQ(announcements.OnTimeout(number), Announcement(1, 1));
    }
    EXPECT_FALSE(announcements.MayRetransmit(number));
    EXPECT_TRUE(announcements.IsUnanswered(number));
    EXPECT_EQ(announcements.OnTimeout(number), std::nullopt);
    EXPECT_EQ(announcements.OnEcho(Echo(Announcement(1, 1))), std::nullopt) << "nobody waits";
    EXPECT_FALSE(announcements.IsUnanswered(number));
}

/// RFC 8684 3.4.1: the echo is the same option without the HMAC.
TEST(Announcements, EchoEndsTheRepetition)
{
    Announcements announcements;
    const auto number = announcements.Start(Announcement(1, 1, 8080));
    EXPECT_EQ(announcements.OnEcho(Echo(Announcement(1, 1, 8080))), number);
    EXPECT_FALSE(announcements.IsUnanswered(number));
    EXPECT_EQ(announcements.OnTimeout(number), std::nullopt);
    EXPECT_EQ(announcements.OnEcho(Echo(Announcement(1, 1, 8080))), std::nullopt) << "the second";
}

struct Foreign
{
    const char* name;
    AddAddress echo;
};

class ForeignEcho : public testing::TestWithParam<Foreign>
{
};

TEST_P(ForeignEcho, ChangesNothing)
{
    Announcements announcements;
    const auto number = announcements.Start(Announcement(1, 1, 8080));
    EXPECT_EQ(announcements.OnEcho(GetParam().echo), std::nullopt);
    EXPECT_TRUE(announcements.MayRetransmit(number));
}

INSTANTIATE_TEST_SUITE_P(Table,
                         ForeignEcho,
                         testing::Values(Foreign{"AnotherId", Echo(Announcement(2, 1, 8080))},
                                         Foreign{"AnotherAddress", Echo(Announcement(1, 2, 8080))},
                                         Foreign{"AnotherPort", Echo(Announcement(1, 1, 8081))},
                                         Foreign{"NoPort", Echo(Announcement(1, 1))}),
                         [](const auto& row) { return row.param.name; });

/// RFC 8684 3.4.1: sending the option again refreshes it; another port is one more.
TEST(Announcements, StartAgainCountsFromNothing)
{
    Announcements announcements;
    const auto old = announcements.Start(Announcement(1, 1));
    const auto withPort = announcements.Start(Announcement(1, 1, 8080));
    announcements.OnTimeout(old);
    const auto fresh = announcements.Start(Announcement(1, 1));
    EXPECT_EQ(announcements.OnTimeout(old), std::nullopt);
    EXPECT_TRUE(announcements.MayRetransmit(withPort));
    for (int repetition = 0; repetition < 3; ++repetition)
    {
        EXPECT_TRUE(announcements.OnTimeout(fresh));
    }
}

TEST(Announcements, WithdrawalEndsAllOfTheIdentifier)
{
    Announcements announcements;
    const auto one = announcements.Start(Announcement(1, 1));
    const auto two = announcements.Start(Announcement(1, 1, 8080));
    const auto other = announcements.Start(Announcement(2, 2));
    announcements.Withdraw(1);
    EXPECT_EQ(announcements.OnTimeout(one), std::nullopt);
    EXPECT_EQ(announcements.OnTimeout(two), std::nullopt);
    EXPECT_TRUE(announcements.OnTimeout(other));
}

/// What a join to a port of its own is measured by.
TEST(Announcements, PortsAreKnownUntilWithdrawn)
{
    const auto address = IpAddress::V4(10, 0, 0, 1);
    Announcements announcements;
    announcements.Start(Announcement(1, 1));
    EXPECT_FALSE(announcements.HasAnnounced({address, 8080}));
    EXPECT_FALSE(announcements.HasAnnounced({address, 0}));
    announcements.Start(Announcement(1, 1, 8080));
    announcements.OnEcho(Echo(Announcement(1, 1, 8080)));
    EXPECT_TRUE(announcements.HasAnnounced({address, 8080}));
    EXPECT_FALSE(announcements.HasAnnounced({address, 8081}));
    EXPECT_FALSE(announcements.HasAnnounced({IpAddress::V4(10, 0, 0, 2), 8080}));
    announcements.Withdraw(1);
    EXPECT_FALSE(announcements.HasAnnounced({address, 8080}));
}

TEST(WireAddress, BothFamiliesGoThereAndBack)
{
    const auto four = IpAddress::V4(192, 0, 2, 7);
    EXPECT_EQ(ToWire(four), AnnouncedAddress(Ipv4Bytes{192, 0, 2, 7}));
    EXPECT_EQ(FromWire(ToWire(four)), four);
    const Ipv6Bytes bytes{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
    EXPECT_EQ(ToWire(IpAddress::V6(bytes)), AnnouncedAddress(bytes));
    EXPECT_EQ(FromWire(AnnouncedAddress(bytes)), IpAddress::V6(bytes));
}

struct Kind
{
    const char* name;
    IpAddress address;
    bool isUnicast;
};

class AddressKind : public testing::TestWithParam<Kind>
{
};

TEST_P(AddressKind, IsToldApart)
{
    EXPECT_EQ(IsUnicast(GetParam().address), GetParam().isUnicast);
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    AddressKind,
    testing::Values(Kind{"Ipv4", IpAddress::V4(192, 0, 2, 7), true},
                    Kind{"Ipv4Private", IpAddress::V4(10, 0, 0, 1), true},
                    Kind{"Ipv4Highest", IpAddress::V4(223, 255, 255, 254), true},
                    Kind{"Ipv4Unspecified", IpAddress::V4(0, 0, 0, 0), false},
                    Kind{"Ipv4Loopback", IpAddress::V4(127, 0, 0, 1), false},
                    Kind{"Ipv4Multicast", IpAddress::V4(224, 0, 0, 1), false},
                    Kind{"Ipv4Broadcast", IpAddress::V4(255, 255, 255, 255), false},
                    Kind{"Ipv6", IpAddress::V6({0x20, 1, 0xd, 0xb8}), true},
                    Kind{"Ipv6EndingInOne",
                         IpAddress::V6({0x20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}),
                         true},
                    Kind{"Ipv6Unspecified", IpAddress::V6({}), false},
                    Kind{"Ipv6Loopback",
                         IpAddress::V6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}),
                         false},
                    Kind{"Ipv6Multicast", IpAddress::V6({0xff, 2}), false}),
    [](const auto& row) { return row.param.name; });

} // namespace
} // namespace mptcp
