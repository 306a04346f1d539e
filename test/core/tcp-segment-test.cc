// SPDX-License-Identifier: GPL-2.0-only
#include "middlebox/tcp-segment.h"

#include <gtest/gtest.h>

namespace mptcp
{
namespace
{

/// A SYN as tcpdump showed one, with its checksums: 10.0.0.1:40000 > 10.0.0.2:80, MSS 1460,
/// SACK permitted, timestamp 1 0, NOP, window scale 7. The two checksums were computed by Python.
const std::vector<uint8_t> SYN_PACKET{
    0x45, 0x00, 0x00, 0x3c, 0x12, 0x34, 0x40, 0x00, 0x40, 0x06, 0x14, 0x86, 0x0a, 0x00, 0x00,
    0x01, 0x0a, 0x00, 0x00, 0x02, 0x9c, 0x40, 0x00, 0x50, 0x00, 0x00, 0x03, 0xe8, 0x00, 0x00,
    0x00, 0x00, 0xa0, 0x02, 0xfa, 0xf0, 0x98, 0x93, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04,
    0x02, 0x08, 0x0a, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07};

ByteView
View(const std::vector<uint8_t>& bytes)
{
    return {bytes.data(), bytes.size()};
}

TEST(TcpSegmentCodec, ReadsEveryField)
{
    const auto segment = ParsePacket(View(SYN_PACKET));
    ASSERT_TRUE(segment);
    EXPECT_EQ(segment->source, (Endpoint{IpAddress::V4(10, 0, 0, 1), 40000}));
    EXPECT_EQ(segment->destination, (Endpoint{IpAddress::V4(10, 0, 0, 2), 80}));
    EXPECT_EQ(segment->sequence, 1000U);
    EXPECT_EQ(segment->acknowledgment, 0U);
    EXPECT_EQ(segment->flags, TcpSegment::SYN);
    EXPECT_EQ(segment->window, 64240);
    EXPECT_EQ(segment->options.size(), 5U);
    EXPECT_EQ(segment->OptionBytes(), 20U);
    EXPECT_EQ(segment->WindowShift(), 7);
    EXPECT_EQ(segment->SequenceEnd(), 1001U);
    EXPECT_TRUE(segment->payload.empty());
    EXPECT_TRUE(segment->hasChecksum);
}

TEST(TcpSegmentCodec, WritesWhatItHasRead)
{
    EXPECT_EQ(WritePacket(*ParsePacket(View(SYN_PACKET))), SYN_PACKET);
}

// Payload of an odd length, one option less, another port: both checksums are new. Expected: the
// sums of RFC 1071 and RFC 9293 3.1 over what came out are 0xffff.
TEST(TcpSegmentCodec, ChecksumsFollowChanges)
{
    auto segment = *ParsePacket(View(SYN_PACKET));
    segment.source = {IpAddress::V4(192, 0, 2, 7), 1234};
    segment.options.erase(segment.options.begin());
    segment.payload = {1, 2, 3};
    const auto packet = WritePacket(segment);
    ASSERT_EQ(packet.size(), SYN_PACKET.size() - 4 + 3);
    const auto sum = [&packet](std::size_t from, std::size_t to, uint32_t start) {
        uint32_t total = start;
        for (std::size_t i = from; i < to; ++i)
        {
            total += (i - from) % 2 == 0 ? packet[i] * 256U : packet[i];
        }
        return (total & 0xffff) + (total >> 16);
    };
    EXPECT_EQ(sum(0, 20, 0), 0xffffU);
    uint32_t pseudo = 6 + static_cast<uint32_t>(packet.size()) - 20;
    for (std::size_t i = 12; i < 20; i += 2)
    {
        pseudo += packet[i] * 256U + packet[i + 1];
    }
    EXPECT_EQ(sum(20, packet.size(), pseudo), 0xffffU);
}

// ns-3 leaves both checksums zero unless it is told otherwise.
TEST(TcpSegmentCodec, ComputesNoChecksumWhereThereWasNone)
{
    auto packet = SYN_PACKET;
    packet[10] = packet[11] = packet[36] = packet[37] = 0;
    auto segment = *ParsePacket(View(packet));
    EXPECT_FALSE(segment.hasChecksum);
    segment.sequence = 0;
    packet[26] = packet[27] = 0;
    EXPECT_EQ(WritePacket(segment), packet);
}

TEST(TcpSegmentCodec, ReadsAndWritesIpv6)
{
    std::vector<uint8_t> packet{0x60, 0, 0, 0, 0, 22, 6, 64};
    packet.resize(40);
    packet[23] = 1;
    packet[39] = 2;
    packet.insert(packet.end(), SYN_PACKET.begin() + 20, SYN_PACKET.begin() + 40);
    packet[52] = 0x50; // no options
    packet[56] = packet[57] = 0;
    packet.push_back(0xaa);
    packet.push_back(0xbb);
    const auto segment = ParsePacket(View(packet));
    ASSERT_TRUE(segment);
    EXPECT_EQ(segment->source.address.family, AddressFamily::Ipv6);
    EXPECT_EQ(segment->source.address.bytes[15], 1);
    EXPECT_EQ(segment->destination.address.bytes[15], 2);
    EXPECT_EQ(segment->payload, (std::vector<uint8_t>{0xaa, 0xbb}));
    EXPECT_EQ(WritePacket(*segment), packet);
}

TEST(TcpSegmentCodec, RefusesWhatIsNoWholeSegment)
{
    for (std::size_t size = 0; size < SYN_PACKET.size(); ++size)
    {
        const std::vector<uint8_t> cut(SYN_PACKET.begin(),
                                       SYN_PACKET.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(ParsePacket(View(cut))) << size;
    }
    auto udp = SYN_PACKET;
    udp[9] = 17;
    EXPECT_FALSE(ParsePacket(View(udp)));
    auto fragment = SYN_PACKET;
    fragment[6] = 0x20;
    EXPECT_FALSE(ParsePacket(View(fragment)));
    auto shortHeader = SYN_PACKET;
    shortHeader[32] = 0x40;
    EXPECT_FALSE(ParsePacket(View(shortHeader)));
    auto longHeader = SYN_PACKET;
    longHeader[32] = 0xf0;
    EXPECT_FALSE(ParsePacket(View(longHeader)));
}

TEST(TcpSegmentCodec, StopsAtAnOptionThatDoesNotFit)
{
    auto packet = SYN_PACKET;
    packet[45] = 200; // length of SACK permitted
    const auto segment = ParsePacket(View(packet));
    ASSERT_TRUE(segment);
    ASSERT_EQ(segment->options.size(), 1U);
    EXPECT_EQ(segment->options[0][0], TCP_OPTION_MSS);
}

TEST(TcpSegmentCodec, LeavesOutOptionsThatDoNotFit)
{
    auto segment = *ParsePacket(View(SYN_PACKET));
    segment.options.push_back(
        TcpOption{30, 20, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    segment.options.push_back(TcpOption{TCP_OPTION_NOP});
    const auto again = ParsePacket(View(WritePacket(segment)));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->options.size(), 6U) << "40 bytes are full";
}

TEST(TcpSegmentCodec, MovesSackBlocks)
{
    TcpSegment segment;
    segment.options = {{TCP_OPTION_SACK, 10, 0xff, 0xff, 0xff, 0xf0, 0, 0, 0, 1}};
    segment.ShiftSackBlocks(0x20);
    EXPECT_EQ(segment.options[0], (TcpOption{TCP_OPTION_SACK, 10, 0, 0, 0, 0x10, 0, 0, 0, 0x21}));
}

} // namespace
} // namespace mptcp
