// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What we send, read by somebody else's decoder: tshark on captures of two-path transfers.
#include "dissector-fixture.h"

#include <algorithm>

namespace ns3
{
namespace
{

class Dissector : public DissectorTest
{
  protected:
    /// Runs a transfer over a multihomed topology and captures all of it on the server's wire.
    void Capture(const std::string& name,
                 uint64_t upBytes,
                 uint64_t downBytes,
                 const std::vector<PathSpec>& paths)
    {
        Build(Kind::Multihomed, paths);
        StartTransfer(upBytes, downBytes);
        m_capture = CaptureAtServer(name);
        m_client->OnConnection([this](Ptr<Socket> socket) {
            m_clientToken = DynamicCast<MptcpSocket>(socket)->GetToken();
        });
        m_server->OnConnection([this](Ptr<Socket> socket) {
            m_serverToken = DynamicCast<MptcpSocket>(socket)->GetToken();
        });
        RunToEnd();
        ExpectOrderlyEnd();
        EndCapture();
    }

    std::string FromClient() const
    {
        return "tcp.dstport == " + std::to_string(PORT);
    }

    std::string FromServer() const
    {
        return "tcp.srcport == " + std::to_string(PORT);
    }

    /// Whether the mappings in `filter` cover the data sequence numbers from the first to the last
    /// of `bytes`, and the DATA_FIN after them, without a hole.
    void ExpectMapped(const std::string& filter, uint64_t bytes) const
    {
        // The raw numbers: on a joined subflow, tshark subtracts the other direction's first.
        const auto initial = Distinct(filter + " && mptcp.expected_idsn", "mptcp.expected_idsn");
        ASSERT_EQ(initial.size(), 1U);
        const uint64_t first = std::stoull(*initial.begin()) + 1;
        std::vector<std::pair<uint64_t, uint64_t>> ranges;
        for (const auto& frame :
             Read(filter + " && tcp.options.mptcp.datalvllen",
                  {"tcp.options.mptcp.rawdataseqno", "tcp.options.mptcp.datalvllen"}))
        {
            // MP_CAPABLE with data has a length only; it stands for the first mapping.
            const auto& sequence = frame.at("tcp.options.mptcp.rawdataseqno");
            const uint64_t begin = sequence.empty() ? 0 : std::stoull(sequence.front()) - first;
            const auto& length = frame.at("tcp.options.mptcp.datalvllen");
            ranges.emplace_back(begin, begin + std::stoull(length.front()));
        }
        std::sort(ranges.begin(), ranges.end());
        uint64_t reached = 0;
        for (const auto& [begin, end] : ranges)
        {
            ASSERT_LE(begin, reached) << "hole in the data sequence";
            reached = std::max(reached, end);
        }
        EXPECT_EQ(reached, bytes + 1) << "the bytes and the DATA_FIN";
    }

    void ExpectWellFormed() const
    {
        ExpectNoFault();
        EXPECT_GT(Count("mptcp"), 100U);
        EXPECT_EQ(Count("tcp && !mptcp"), 0U);
        // An empty segment behind the last data has none and needs none; tshark marks those too.
        EXPECT_EQ(Count("mptcp.dss.missing_mapping && tcp.len > 0"), 0U);
        EXPECT_EQ(Count("mptcp.dss.infinite_mapping"), 0U);
    }

    uint32_t m_clientToken{0};
    uint32_t m_serverToken{0};
};

TEST_F(Dissector, ReadsATransferUpAsOneConnectionOfTwoSubflows)
{
    Capture("dissector-up", 600'000, 0, EqualPaths());
    ExpectWellFormed();
    EXPECT_EQ(Distinct("mptcp", "mptcp.stream"), (std::set<std::string>{"0"}));
    EXPECT_EQ(Distinct("mptcp", "tcp.stream"), (std::set<std::string>{"0", "1"}));
    EXPECT_EQ(Distinct(FromClient() + " && tcp.flags.syn == 1 && tcp.stream == 1",
                       "tcp.options.mptcp.recvtok"),
              (std::set<std::string>{std::to_string(m_serverToken)}));
    ExpectMapped(FromClient(), 600'000);
    ExpectMapped(FromServer(), 0);
}

TEST_F(Dissector, DerivesTheSameTokensFromTheKeys)
{
    Capture("dissector-tokens", 100'000, 0, EqualPaths());
    // Both keys are in the third ACK of the handshake; the tokens are those of the two ends.
    EXPECT_EQ(Distinct(FromServer() + " && mptcp.expected_token", "mptcp.expected_token"),
              (std::set<std::string>{std::to_string(m_serverToken)}));
    EXPECT_TRUE(Distinct(FromClient() + " && mptcp.expected_token", "mptcp.expected_token")
                    .count(std::to_string(m_clientToken)));
}

TEST_F(Dissector, FindsNothingWrongWithBothDirectionsAndLoss)
{
    auto paths = EqualPaths();
    paths[0].lossRate = paths[1].lossRate = 0.02;
    Capture("dissector-loss", 300'000, 200'000, paths);
    ExpectWellFormed();
    ExpectMapped(FromClient(), 300'000);
    ExpectMapped(FromServer(), 200'000);
}

TEST_F(Dissector, ReadsVersion0AsWell)
{
    Config::SetDefault("ns3::MptcpStack::Version", UintegerValue(0));
    Capture("dissector-version-0", 300'000, 200'000, EqualPaths());
    ExpectWellFormed();
    EXPECT_EQ(Distinct("tcp.options.mptcp.version", "tcp.options.mptcp.version"),
              (std::set<std::string>{"0"})); // RFC 6824 3.1
    EXPECT_EQ(Distinct("mptcp", "mptcp.stream"), (std::set<std::string>{"0"}));
    EXPECT_EQ(Distinct("mptcp", "tcp.stream"), (std::set<std::string>{"0", "1"}));
    const auto counts = Verify();
    EXPECT_EQ(counts.at("connections"), 1U);
    EXPECT_EQ(counts.at("tokens"), 1U);
    EXPECT_EQ(counts.at("initial_numbers"), 2U);
}

TEST_F(Dissector, SeesEverySegmentSizeLimit)
{
    Capture("dissector-mss", 100'000, 0, EqualPaths());
    EXPECT_EQ(Distinct("tcp.flags.syn == 1", "tcp.options.mss_val"),
              (std::set<std::string>{"1460"}));
    EXPECT_EQ(Count("ip.flags.mf == 1 || ip.frag_offset > 0"), 0U);
    EXPECT_EQ(Count("ip.len > 1500"), 0U);
}

} // namespace
} // namespace ns3
