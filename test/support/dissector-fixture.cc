// SPDX-License-Identifier: GPL-2.0-only
#include "dissector-fixture.h"

#include "ns3/boolean.h"
#include "ns3/config.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace ns3
{

namespace
{

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

const std::string VERIFIER = std::string(MPTCP_PYTHON) + " -B " + MPTCP_VERIFY_CAPTURE + " ";

} // namespace

void
DissectorTest::SetUp()
{
    if (std::system("tshark --version > /dev/null 2>&1") != 0)
    {
        GTEST_SKIP() << "tshark is not installed (Debian package tshark)";
    }
    Config::SetGlobal("ChecksumEnabled", BooleanValue(true));
}

DissectorTest::~DissectorTest()
{
    if (HasFailure())
    {
        return; // somebody will want to look at them
    }
    std::remove(m_capture.c_str());
    for (const auto& wire : m_wires)
    {
        std::remove(wire.c_str());
    }
}

void
DissectorTest::CaptureWire(const std::string& name, std::size_t path)
{
    m_wires.push_back(CaptureAtServer(name + "-" + std::to_string(path), path));
}

void
DissectorTest::EndCapture()
{
    // Devices close their files when nobody holds them any more.
    Simulator::Destroy();
    m_client = m_server = nullptr;
    m_topology.reset();
    if (m_wires.empty())
    {
        return;
    }
    m_capture = m_wires.front() + ".all";
    std::string command = "mergecap -F nsecpcap -w " + m_capture;
    for (const auto& wire : m_wires)
    {
        command += " " + wire;
    }
    ASSERT_EQ(std::system((command + " > /dev/null 2>&1").c_str()), 0) << command;
}

DissectorTest::Frames
DissectorTest::Read(const std::string& filter, const std::vector<std::string>& fields) const
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

std::size_t
DissectorTest::Count(const std::string& filter) const
{
    return Read(filter, {"frame.number"}).size();
}

std::set<std::string>
DissectorTest::Distinct(const std::string& filter, const std::string& field) const
{
    std::set<std::string> values;
    for (const auto& frame : Read(filter, {field}))
    {
        values.insert(frame.at(field).begin(), frame.at(field).end());
    }
    return values;
}

void
DissectorTest::ExpectNoFault() const
{
    constexpr unsigned ERROR_SEVERITY = 0x800000; // PI_ERROR of Wireshark
    const std::vector<std::string> faults{"mptcp.connection.echoed_key_mismatch",
                                          "mptcp.connection.missing_algorithm",
                                          "mptcp.connection.unsupported_algorithm"};
    std::vector<std::string> fields = faults;
    for (const char* field : {"frame.number",
                              "frame.protocols",
                              "tcp.checksum.status",
                              "_ws.expert.severity",
                              "_ws.expert.message"})
    {
        fields.emplace_back(field);
    }
    const Frames frames = Read("tcp", fields);
    EXPECT_GT(frames.size(), 0U);
    for (const auto& frame : frames)
    {
        SCOPED_TRACE("frame " + frame.at("frame.number").at(0));
        EXPECT_EQ(frame.at("frame.protocols").at(0).find("malformed"), std::string::npos);
        EXPECT_EQ(frame.at("tcp.checksum.status"), Values{"1"}); // good
        for (const auto& fault : faults)
        {
            EXPECT_TRUE(frame.at(fault).empty()) << fault;
        }
        for (const auto& severity : frame.at("_ws.expert.severity"))
        {
            EXPECT_LT(std::stoul(severity), ERROR_SEVERITY)
                << ::testing::PrintToString(frame.at("_ws.expert.message"));
        }
    }
}

std::map<std::string, uint64_t>
DissectorTest::Verify() const
{
    std::map<std::string, uint64_t> counts;
    const std::string output = Output(VERIFIER + m_capture + " 2>&1");
    for (const auto& line : Split(output, '\n'))
    {
        const auto words = Split(line, ' ');
        if (words.size() != 2)
        {
            ADD_FAILURE() << output;
            return {};
        }
        counts[words[0]] = std::stoull(words[1]);
    }
    EXPECT_FALSE(counts.empty()) << "no output from " << VERIFIER;
    return counts;
}

std::string
DissectorTest::ComplaintAbout(const std::string& file) const
{
    return Output(VERIFIER + file + " 2>&1 > /dev/null");
}

std::string
DissectorTest::Output(const std::string& command)
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

} // namespace ns3
