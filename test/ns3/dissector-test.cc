// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// What we send, read by somebody else's decoder: tshark on captures of two-path transfers.
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/config.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

namespace ns3
{
namespace
{

/// The values of one field in one frame; more than one where an option occurs twice.
using Values = std::vector<std::string>;
/// Frames with the fields asked for, by name.
using Frames = std::vector<std::map<std::string, Values>>;

std::vector<std::string>
Split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
    {
        parts.push_back(part);
    }
    return parts;
}

class Dissector : public TransferTest
{
  protected:
    void SetUp() override
    {
        if (std::system("tshark --version > /dev/null 2>&1") != 0)
        {
            GTEST_SKIP() << "tshark is not installed (Debian package tshark)";
        }
        Config::SetGlobal("ChecksumEnabled", BooleanValue(true));
    }

    ~Dissector() override
    {
        if (!HasFailure())
        {
            std::remove(m_capture.c_str());
        }
    }

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
        Simulator::Destroy(); // closes the file
    }

    /// Reads the frames that match `filter`.
    Frames Read(const std::string& filter, const std::vector<std::string>& fields) const
    {
        std::string command = "tshark -r " + m_capture +
                              " -2 -o mptcp.analyze_mappings:TRUE"
                              " -o mptcp.relative_sequence_numbers:TRUE"
                              " -o mptcp.intersubflows_retransmission:TRUE"
                              " -o tcp.check_checksum:TRUE"
                              " -T fields -E separator='|' -Y '" +
                              filter + "'";
        for (const auto& field : fields)
        {
            command += " -e " + field;
        }
        Frames frames;
        for (const auto& line : Split(Output(command + " 2> /dev/null"), '\n'))
        {
            auto columns = Split(line, '|');
            columns.resize(fields.size());
            auto& frame = frames.emplace_back();
            for (std::size_t i = 0; i < fields.size(); ++i)
            {
                frame[fields[i]] = Split(columns[i], ',');
            }
        }
        return frames;
    }

    std::size_t Count(const std::string& filter) const
    {
        return Read(filter, {"frame.number"}).size();
    }

    /// All different values of `field`.
    std::set<std::string> Distinct(const std::string& filter, const std::string& field) const
    {
        std::set<std::string> values;
        for (const auto& frame : Read(filter, {field}))
        {
            values.insert(frame.at(field).begin(), frame.at(field).end());
        }
        return values;
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
        EXPECT_GT(Count("mptcp"), 100U);
        EXPECT_EQ(Count("_ws.malformed"), 0U);
        EXPECT_EQ(Count("tcp && !mptcp"), 0U);
        // An empty segment behind the last data has none and needs none; tshark marks those too,
        // and does so in a capture of two Linux hosts (docs/validation.md).
        EXPECT_EQ(Count("mptcp.dss.missing_mapping && tcp.len > 0"), 0U);
        EXPECT_EQ(Count("mptcp.dss.infinite_mapping"), 0U);
        EXPECT_EQ(Count("mptcp.connection.echoed_key_mismatch"), 0U);
        EXPECT_EQ(Count("mptcp.connection.missing_algorithm"), 0U);
        EXPECT_EQ(Count("mptcp.connection.unsupported_algorithm"), 0U);
        EXPECT_EQ(Count("tcp.checksum.status == \"Bad\""), 0U);
        EXPECT_EQ(Count("tcp.checksum.status == \"Good\""), Count("tcp"));
        EXPECT_EQ(Count("_ws.expert.severity == error"), 0U);
    }

    uint32_t m_clientToken{0};
    uint32_t m_serverToken{0};

  private:
    static std::string Output(const std::string& command)
    {
        std::string output;
        if (FILE* pipe = popen(command.c_str(), "r"))
        {
            std::array<char, 4096> piece;
            for (std::size_t n; (n = fread(piece.data(), 1, piece.size(), pipe)) > 0;)
            {
                output.append(piece.data(), n);
            }
            pclose(pipe);
        }
        return output;
    }

    std::string m_capture;
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
