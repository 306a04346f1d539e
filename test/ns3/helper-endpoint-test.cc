// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The judge of all transfers has to be judged itself: it must see every kind of damage.
#include "transfer-fixture.h"

#include <algorithm>
#include <vector>

namespace ns3
{
namespace
{

std::vector<uint8_t>
BytesOf(Ptr<const Packet> packet)
{
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), packet->GetSize());
    return bytes;
}

Ptr<Packet>
PacketOf(const std::vector<uint8_t>& bytes)
{
    return Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size()));
}

TEST(PatternStream, DependsOnThePositionOnly)
{
    auto whole = PatternStream::Make(0, 10'000);
    auto pieces = PatternStream::Make(0, 1234);
    pieces->AddAtEnd(PatternStream::Make(1234, 10'000 - 1234));
    EXPECT_EQ(BytesOf(whole), BytesOf(pieces));
    EXPECT_TRUE(PatternStream::Matches(0, pieces));
    EXPECT_TRUE(PatternStream::Matches(5000, whole->CreateFragment(5000, 3000)));
}

TEST(PatternStream, GoesOnBeyondItsPeriod)
{
    constexpr uint64_t FAR = 5'000'000'000;
    EXPECT_TRUE(PatternStream::Matches(FAR, PatternStream::Make(FAR, 60'000)));
    auto across = PatternStream::Make(65'000, 1000);
    across->AddAtEnd(PatternStream::Make(66'000, 65'000));
    EXPECT_TRUE(PatternStream::Matches(65'000, across));
}

TEST(PatternStream, NoticesAChangedByte)
{
    auto bytes = BytesOf(PatternStream::Make(100, 1420));
    for (const std::size_t at : {0, 700, 1419})
    {
        auto damaged = bytes;
        damaged[at] ^= 1;
        EXPECT_FALSE(PatternStream::Matches(100, PacketOf(damaged)));
    }
}

/// A piece that is missing, doubled or exchanged moves what follows; no usual size may hide it.
TEST(PatternStream, NoticesEveryShift)
{
    auto piece = PatternStream::Make(0, 1000);
    for (const uint64_t shift : {1U,
                                 2U,
                                 256U,
                                 512U,
                                 536U,
                                 1024U,
                                 1420U,
                                 1448U,
                                 1460U,
                                 4096U,
                                 8940U,
                                 14'200U,
                                 65'535U,
                                 65'536U,
                                 131'072U})
    {
        EXPECT_FALSE(PatternStream::Matches(shift, piece)) << shift;
    }
}

// printf abc | sha256sum
TEST(StreamHash, IsSha256)
{
    StreamHash hash;
    hash.Add(PacketOf({'a'}));
    hash.Add(PacketOf({'b', 'c'}));
    EXPECT_EQ(hash.Digest(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hash.Digest(), hash.Digest());
    hash.Add(PacketOf({'d'}));
    EXPECT_NE(hash.Digest(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

class HelperEndpoint : public TransferTest
{
};

/// Between plain sockets, so that nothing of MPTCP takes part.
TEST_F(HelperEndpoint, EndpointsWorkOverPlainTcp)
{
    m_clientSockets = m_serverSockets = TCP_SOCKETS;
    Build(Kind::Disjoint, EqualPaths(1));
    StartTransfer(123'456, 0);
    RunToEnd();
    ExpectDelivered(m_client, m_server);
    EXPECT_EQ(m_client->SentDigest(), m_server->ReceivedDigest());
    EXPECT_LT(UpGoodputMbps(), 2);
}

TEST_F(HelperEndpoint, CutsLoseEverythingAndNothingAfterwards)
{
    Build(Kind::Disjoint, EqualPaths(1));
    StartTransfer(1'000'000, 0);
    CutPath(0, Seconds(1), Seconds(2));
    RunUntil(Seconds(1.1));
    const uint64_t before = PathBytes(0);
    RunUntil(Seconds(2.9));
    EXPECT_EQ(PathBytes(0), before);
    RunToEnd();
    ExpectOrderlyEnd();
}

TEST_F(HelperEndpoint, TopologyKnowsItsAddresses)
{
    Build(Kind::Multihomed, EqualPaths(3));
    EXPECT_EQ(m_topology->ServerAddress(0), m_topology->ServerAddress(2));
    for (std::size_t path = 0; path < 3; ++path)
    {
        EXPECT_EQ(m_topology->PathOf(m_topology->ClientAddress(path)), path);
    }
    EXPECT_EQ(m_topology->PathOf("10.9.9.9"), 3U);
}

TEST(SegmentBytes, LeaveRoomForHeadersAndAllOptions)
{
    EXPECT_EQ(MptcpHelper::SegmentBytesFor(1500, false), 1420U); // 1500 - 20 - 20 - 40
    EXPECT_EQ(MptcpHelper::SegmentBytesFor(1500, true), 1400U);  // 1500 - 40 - 20 - 40
    EXPECT_EQ(MptcpHelper::SegmentBytesFor(9000, false), 8920U);
    EXPECT_EQ(MptcpHelper::SegmentBytesFor(68, false), 1U);
}

} // namespace
} // namespace ns3
