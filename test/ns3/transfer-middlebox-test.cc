// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Whole transfers through boxes that take options away or change payload (RFC 8684 3.7,
/// RFC 6182 7): every byte arrives once and in order, by MPTCP, by plain TCP, or over another path.
#include "segment-meddler.h"
#include "transfer-fixture.h"

#include "ns3/boolean.h"

#include <functional>
#include <set>
#include <tuple>

namespace ns3
{
namespace
{

using Segment = SegmentMeddler::Segment;

constexpr uint64_t LARGE = 400'000;

bool
IsSyn(const Segment& segment)
{
    return segment.Has(SegmentMeddler::Segment::SYN);
}

bool
IsData(const Segment& segment)
{
    return !segment.payload.empty();
}

class MiddleboxTransfer : public TransferTest
{
  protected:
    enum Direction : uint32_t
    {
        DOWN, //!< side of the link that receives: the client
        UP
    };

    void Meddle(std::size_t path, Direction direction, SegmentMeddler::Meddling meddling)
    {
        SegmentMeddler::On(m_topology->Link(path).Get(direction), std::move(meddling));
    }

    static void DemandChecksums()
    {
        Config::SetDefault("ns3::MptcpStack::Checksum", BooleanValue(true));
    }

    [[nodiscard]] uint64_t Count(mptcp::Mib counter) const
    {
        return CountAt(m_topology->Client(), counter) + CountAt(m_topology->Server(), counter);
    }

    [[nodiscard]] static uint64_t CountAt(Ptr<Node> node, mptcp::Mib counter)
    {
        return MptcpStack::Of(node)->GetMib().Get(counter);
    }
};

// ---- options that do not get through from the beginning ----

struct Stripping
{
    const char* name;
    bool up;   //!< of what the client sends
    bool down; //!< of what the server sends
    std::function<bool(const Segment&)> what;
};

struct Load
{
    const char* name;
    uint64_t upBytes;
    uint64_t downBytes;
};

class Stripped : public MiddleboxTransfer,
                 public ::testing::WithParamInterface<std::tuple<Stripping, Load, bool>>
{
};

TEST_P(Stripped, FallsBackAndDeliversEveryByte)
{
    const auto& [stripping, load, checksums] = GetParam();
    if (checksums)
    {
        DemandChecksums();
    }
    Build(Kind::Disjoint, EqualPaths(1));
    auto strip = [what = stripping.what](Segment& segment) {
        if (what(segment))
        {
            segment.Strip();
        }
    };
    if (stripping.up)
    {
        Meddle(0, UP, strip);
    }
    if (stripping.down)
    {
        Meddle(0, DOWN, strip);
    }
    StartTransfer(load.upBytes, load.downBytes);
    RunToEnd(Minutes(5));
    ExpectDelivered();
    EXPECT_FALSE(SocketOf(m_client)->IsMultipath());
    EXPECT_FALSE(SocketOf(m_server)->IsMultipath());
    EXPECT_EQ(Count(mptcp::Mib::FallbackFailed), 0U);
}

bool
IsThirdAck(const Segment& segment)
{
    return !IsSyn(segment) && segment.sequence == 1 && !IsData(segment);
}

INSTANTIATE_TEST_SUITE_P(
    Options,
    Stripped,
    ::testing::Combine(
        ::testing::Values(
            Stripping{"Syn", true, false, IsSyn},
            Stripping{"SynAck", false, true, IsSyn},
            Stripping{"ThirdAck", true, false, IsThirdAck},
            Stripping{"AllUpButTheSyn", true, false, [](const auto& s) { return !IsSyn(s); }},
            Stripping{"AllDownButTheSyn", false, true, [](const auto& s) { return !IsSyn(s); }},
            Stripping{"AllButTheSyns", true, true, [](const auto& s) { return !IsSyn(s); }}),
        ::testing::Values(Load{"Up", LARGE, 0},
                          Load{"Down", 0, LARGE},
                          Load{"Both", LARGE / 2, LARGE / 2},
                          Load{"OneByteUp", 1, 0},
                          Load{"OneByteDown", 0, 1}),
        ::testing::Bool()),
    [](const auto& row) {
        return std::string(std::get<0>(row.param).name) + std::get<1>(row.param).name +
               (std::get<2>(row.param) ? "Checksum" : "");
    });

// Half of what a direction sends, the half that matters: here the other direction still speaks
// MPTCP, and the infinite mapping has to tell it (RFC 8684 3.7).
INSTANTIATE_TEST_SUITE_P(
    Halves,
    Stripped,
    ::testing::Values(
        std::tuple{Stripping{"DataUp", true, false, IsData}, Load{"Up", LARGE, 0}, false},
        std::tuple{Stripping{"DataDown", false, true, IsData}, Load{"Down", 0, LARGE}, false},
        std::tuple{Stripping{"DataUp", true, false, IsData}, Load{"Both", LARGE, LARGE}, false},
        std::tuple{Stripping{"DataDown", false, true, IsData}, Load{"Both", LARGE, LARGE}, false},
        std::tuple{Stripping{"AcksDown",
                             false,
                             true,
                             [](const auto& s) { return !IsSyn(s) && !IsData(s); }},
                   Load{"Up", LARGE, 0},
                   false},
        std::tuple{Stripping{"AcksUpAfterTheThird",
                             true,
                             false,
                             [isThird = true](const auto& s) mutable {
                                 const bool isKept = isThird && !IsSyn(s);
                                 isThird = isThird && !isKept;
                                 return !isKept && !IsSyn(s) && !IsData(s);
                             }},
                   Load{"Down", 0, LARGE},
                   false}),
    [](const auto& row) {
        return std::string(std::get<0>(row.param).name) + std::get<1>(row.param).name;
    });

// ---- options that get lost on the way ----

class StrippedLater : public MiddleboxTransfer,
                      public ::testing::WithParamInterface<std::tuple<std::size_t, bool>>
{
};

// RFC 8684 3.7: "If a subflow breaks during operation, e.g., if it is rerouted".
TEST_P(StrippedLater, SubflowIsResetAndTheOtherDeliversEveryByte)
{
    const auto [path, isUp] = GetParam();
    Build(Kind::Disjoint);
    Meddle(path, isUp ? UP : DOWN, [](Segment& segment) {
        if (Simulator::Now() > Seconds(1) && IsData(segment))
        {
            segment.Strip();
        }
    });
    StartTransfer(isUp ? 2 * LARGE : 0, isUp ? 0 : 2 * LARGE);
    RunToEnd(Minutes(5));
    ExpectDelivered();
    EXPECT_EQ(Count(mptcp::Mib::FallbackFailed), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPRstRx), 1U);
}

INSTANTIATE_TEST_SUITE_P(Paths,
                         StrippedLater,
                         ::testing::Combine(::testing::Values(0U, 1U), ::testing::Bool()),
                         [](const auto& row) {
                             return std::string(std::get<0>(row.param) == 0 ? "First" : "Second") +
                                    (std::get<1>(row.param) ? "Up" : "Down");
                         });

// RFC 8684 3.7: an additional subflow whose data is acknowledged without DSS is closed.
TEST_F(MiddleboxTransfer, JoinWhoseAcknowledgementsLoseTheirOptionsIsReset)
{
    Build(Kind::Disjoint);
    Meddle(1, DOWN, [](Segment& segment) {
        if (!IsSyn(segment))
        {
            segment.Strip();
        }
    });
    StartTransfer(LARGE, 0);
    RunToEnd(Minutes(5));
    ExpectDelivered();
    EXPECT_GE(CountAt(m_topology->Client(), mptcp::Mib::MPRstTx), 1U);
    EXPECT_EQ(CountAt(m_topology->Client(), mptcp::Mib::DssFallback), 0U);
}

// ---- payload that is changed ----

struct Damage
{
    const char* name;
    std::size_t paths;
    std::size_t damagedPath;
    bool isUp;
};

/// Changes a byte here and there between two points of a subflow's stream: one per segment, since
/// two changes may leave an Internet checksum as it was.
class Damaged : public MiddleboxTransfer, public ::testing::WithParamInterface<Damage>
{
  protected:
    static constexpr uint32_t STEP_BYTES = 1500;

    void Start(uint32_t from, uint32_t to)
    {
        const Damage& damage = GetParam();
        DemandChecksums();
        Build(Kind::Disjoint, EqualPaths(damage.paths));
        Meddle(damage.damagedPath, damage.isUp ? UP : DOWN, [this, from, to](Segment& segment) {
            for (std::size_t i = 0; i < segment.payload.size(); ++i)
            {
                const auto at = segment.sequence + static_cast<uint32_t>(i);
                if (at % STEP_BYTES == 0 && at >= from && at < to)
                {
                    segment.payload[i] ^= 0x20;
                    m_damaged.insert(at - 1); // the SYN is number 0
                }
            }
        });
        StartTransfer(damage.isUp ? LARGE : 0, damage.isUp ? 0 : LARGE);
        RunToEnd(Minutes(5));
    }

    /// What arrives when nothing can put the bytes right.
    [[nodiscard]] std::string DamagedDigest() const
    {
        std::vector<uint8_t> bytes(LARGE);
        constexpr uint32_t PIECE_BYTES = 50'000;
        for (uint32_t at = 0; at < LARGE; at += PIECE_BYTES)
        {
            PatternStream::Make(at, PIECE_BYTES)->CopyData(bytes.data() + at, PIECE_BYTES);
        }
        for (const uint64_t position : m_damaged)
        {
            bytes[position] ^= 0x20;
        }
        StreamHash hash;
        hash.Add(Create<Packet>(bytes.data(), LARGE));
        return hash.Digest();
    }

    std::set<uint64_t> m_damaged;
};

class DamagedOfTwo : public Damaged
{
};

// RFC 8684 3.7: MP_FAIL on a RST; "Failed data MUST NOT be DATA_ACKed and so will be retransmitted
// on other subflows".
TEST_P(DamagedOfTwo, SubflowIsResetAndTheOtherDeliversEveryByte)
{
    Start(60'000, 90'000);
    ASSERT_FALSE(m_damaged.empty());
    ExpectDelivered();
    EXPECT_EQ(Count(mptcp::Mib::DataCsumErr), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPFailTx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPFailRx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::DSSCorruptionReset), 1U);
    EXPECT_EQ(Count(mptcp::Mib::InfiniteMapTx), 0U);
}

INSTANTIATE_TEST_SUITE_P(Paths,
                         DamagedOfTwo,
                         ::testing::Values(Damage{"FirstUp", 2, 0, true},
                                           Damage{"FirstDown", 2, 0, false},
                                           Damage{"SecondUp", 2, 1, true},
                                           Damage{"SecondDown", 2, 1, false}),
                         [](const auto& row) { return std::string(row.param.name); });

class DamagedAlone : public Damaged
{
};

// RFC 8684 3.7: from the infinite mapping on "data can be altered by a middlebox without affecting
// MPTCP": all of it arrives as the box left it.
TEST_P(DamagedAlone, FallsBackAndDeliversWhatTheBoxLeft)
{
    Start(30'000, 200'000);
    ASSERT_GE(m_damaged.size(), 50U);
    Ptr<StreamEndpoint> receiver = GetParam().isUp ? m_server : m_client;
    EXPECT_EQ(receiver->ReceivedBytes(), LARGE);
    EXPECT_EQ(receiver->ReceivedDigest(), DamagedDigest());
    EXPECT_TRUE(receiver->HasPeerClosed());
    EXPECT_FALSE(m_client->HasFailed());
    EXPECT_FALSE(m_server->HasFailed());
    EXPECT_EQ(Count(mptcp::Mib::DataCsumErr), 1U);
    EXPECT_EQ(Count(mptcp::Mib::MPFailTx), 2U);
    EXPECT_EQ(Count(mptcp::Mib::MPFailRx), 2U);
    EXPECT_EQ(Count(mptcp::Mib::InfiniteMapTx), 1U);
    EXPECT_EQ(Count(mptcp::Mib::DSSCorruptionFallback), 2U);
    EXPECT_EQ(Count(mptcp::Mib::FallbackFailed), 0U);
}

INSTANTIATE_TEST_SUITE_P(Directions,
                         DamagedAlone,
                         ::testing::Values(Damage{"Up", 1, 0, true}, Damage{"Down", 1, 0, false}),
                         [](const auto& row) { return std::string(row.param.name); });

// A box that spoils the checksum and not the data: nothing is lost when MPTCP gives way to it.
class SpoiltChecksum : public MiddleboxTransfer,
                       public ::testing::WithParamInterface<std::tuple<std::size_t, bool>>
{
};

TEST_P(SpoiltChecksum, CostsNoByte)
{
    const auto [paths, hasLoss] = GetParam();
    DemandChecksums();
    Build(Kind::Disjoint, EqualPaths(paths));
    Meddle(0, UP, [](Segment& segment) {
        for (auto& option : segment.options)
        {
            // A DSS with mapping and checksum ends with the checksum.
            if (IsData(segment) && segment.sequence > 20'000 &&
                option[0] == mptcp::MPTCP_OPTION_KIND && option[2] >> 4 == 2 && option.size() == 28)
            {
                option.back() ^= 1;
            }
        }
    });
    uint32_t arrivals = 0;
    if (hasLoss)
    {
        // Loses pieces of the MP_FAIL dialogue, in the other direction.
        Meddle(0, DOWN, [&arrivals](Segment& segment) {
            segment.isLost = !IsSyn(segment) && !IsData(segment) && ++arrivals % 3 == 0;
        });
    }
    StartTransfer(LARGE, LARGE);
    RunToEnd(Minutes(5));
    ExpectDelivered();
    EXPECT_GE(Count(mptcp::Mib::DataCsumErr), 1U);
}

INSTANTIATE_TEST_SUITE_P(Paths,
                         SpoiltChecksum,
                         ::testing::Combine(::testing::Values(1U, 2U), ::testing::Bool()),
                         [](const auto& row) {
                             return std::string(std::get<0>(row.param) == 1 ? "One" : "Two") +
                                    (std::get<1>(row.param) ? "Loss" : "");
                         });

// ---- what checksums cost ----

class WithChecksums : public TransferTest, public ::testing::WithParamInterface<double>
{
};

TEST_P(WithChecksums, TransferIsWholeAndNothingIsSuspected)
{
    Config::SetDefault("ns3::MptcpStack::Checksum", BooleanValue(true));
    auto paths = EqualPaths();
    paths[0].lossRate = paths[1].lossRate = GetParam();
    Build(Kind::Disjoint, paths);
    StartTransfer(LARGE, LARGE);
    RunToEnd(Hours(1));
    ExpectOrderlyEnd();
    for (const auto& node : {m_topology->Client(), m_topology->Server()})
    {
        const auto& mib = MptcpStack::Of(node)->GetMib();
        EXPECT_EQ(mib.Get(mptcp::Mib::DataCsumErr), 0U);
        EXPECT_EQ(mib.Get(mptcp::Mib::DSSNotMatching), 0U);
        EXPECT_EQ(mib.Get(mptcp::Mib::DSSNoMatchTCP), 0U);
    }
    EXPECT_GT(PathBytes(1), LARGE / 10);
}

INSTANTIATE_TEST_SUITE_P(Loss, WithChecksums, ::testing::Values(0.0, 0.02, 0.1), [](const auto& r) {
    return "Percent" + std::to_string(static_cast<int>(r.param * 100));
});

} // namespace
} // namespace ns3
