// SPDX-License-Identifier: GPL-2.0-only
/**
 * \file
 * Question: what does MPTCP do when there is a middlebox on one of two paths, or on both?
 *
 * Expected: what RFC 8684 3.7 and 6 and RFC 6182 7 say, box by box;
 * helper/middlebox-expectations.cc has it with the place where it stands.
 */
#include "middlebox-catalogue.h"
#include "middlebox-experiment.h"
#include "scenario-parameters.h"
#include "tcp-defaults.h"
#include "trace-recorder.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

using namespace ns3;

namespace
{

using Placement = MiddleboxCell::Placement;
using Direction = MiddleboxCell::Direction;

// More than both paths hold, and less than fits into a path and its queue: nothing is lost but
// what boxes drop.
constexpr uint32_t BUFFER_BYTES = 131'072;

struct Parameters
{
    std::string box{"none"};
    std::string placement{"first"};
    std::string direction{"up"};
    bool checksum{false};
    bool matrix{false};
    bool pcap{false};
    uint32_t bytes{500'000};
    double rateMbps{10};
    Time roundTrip{MilliSeconds(20)};
};

std::vector<std::string>
Split(const std::string& names)
{
    std::vector<std::string> result;
    std::istringstream in(names);
    for (std::string name; std::getline(in, name, ',');)
    {
        if (!name.empty())
        {
            result.push_back(name);
        }
    }
    return result;
}

std::string
Join(const std::vector<std::string>& names)
{
    std::string result;
    for (const auto& name : names)
    {
        result += (result.empty() ? "" : ",") + name;
    }
    return result;
}

std::vector<std::string>
AllNames()
{
    std::vector<std::string> names;
    for (const auto& kind : MiddleboxKinds())
    {
        names.push_back(kind.name);
    }
    return names;
}

void
Declare(ScenarioParameters& command, Parameters& p)
{
    command.Add("box",
                "boxes beside the client, the innermost first, comma separated; of " +
                    Join(AllNames()),
                p.box);
    command.Add("placement",
                "the path they are on; the connection begins on the first",
                p.placement);
    command.AllowOnly("placement", {"first", "second", "both"});
    command.Add("direction", "up: the client sends; down: the server does", p.direction);
    command.AllowOnly("direction", {"up", "down"});
    command.Add("checksum", "DSS checksums", p.checksum);
    command.Add("matrix",
                "every box by itself, on each path and both, both directions, with and without "
                "checksums; --box, --placement, --direction and --checksum do not count",
                p.matrix);
    command.Add("pcap", "capture both sides of the boxes; not with --matrix", p.pcap);
    command.AddBytes("bytes", "size of the transfer", p.bytes);
    command.Add("rateMbps", "rate of each path in Mb/s", p.rateMbps);
    command.Add("roundTrip", "propagation there and back, of each path", p.roundTrip);
}

void
Check(const ScenarioParameters& command, const Parameters& p)
{
    if (p.rateMbps <= 0 || !p.roundTrip.IsStrictlyPositive())
    {
        command.Refuse("--rateMbps and --roundTrip must be larger than 0");
    }
    if (p.pcap && p.matrix)
    {
        command.Refuse("--pcap captures one transfer, so it does not go with --matrix");
    }
    if (Split(p.box).empty())
    {
        command.Refuse("--box needs a name, of " + Join(AllNames()));
    }
    for (const auto& name : Split(p.box))
    {
        if (FindMiddlebox(name) == nullptr)
        {
            command.Refuse("--box: there is no " + name + "; there are " + Join(AllNames()));
        }
    }
}

std::vector<MiddleboxCell>
Cells(const Parameters& p)
{
    if (!p.matrix)
    {
        const Placement placement = p.placement == "first"    ? Placement::First
                                    : p.placement == "second" ? Placement::Second
                                                              : Placement::Both;
        const Direction direction = p.direction == "up" ? Direction::Up : Direction::Down;
        return {{Split(p.box), placement, direction, p.checksum}};
    }
    std::vector<MiddleboxCell> cells;
    for (const auto& name : AllNames())
    {
        for (const Placement placement : {Placement::First, Placement::Second, Placement::Both})
        {
            for (const Direction direction : {Direction::Up, Direction::Down})
            {
                for (const bool checksum : {false, true})
                {
                    cells.push_back({{name}, placement, direction, checksum});
                }
            }
        }
    }
    return cells;
}

/// Runs cells and writes `cells.csv`.
class Matrix
{
  public:
    Matrix(const Parameters& p, TraceRecorder& recorder, bool showsProgress)
        : m_recorder(recorder),
          m_showsProgress(showsProgress),
          m_out(recorder.Folder() + "/cells.csv")
    {
        m_setup.bytes = p.bytes;
        m_setup.rate = DataRate(static_cast<uint64_t>(p.rateMbps * 1e6));
        m_setup.roundTrip = p.roundTrip;
        m_setup.pcapPrefix = p.pcap ? recorder.Folder() + "/" : "";
        m_out << "box,placement,direction,checksum,outcome,expected,as_expected,intact,"
                 "goodput_mbps,tcp_goodput_mbps,outcome_s,completed_s,received_bytes,"
                 "rewritten_places,box_segments,box_changed,box_dropped,box_made,source\n";
    }

    void Run(const std::vector<MiddleboxCell>& cells)
    {
        std::size_t done = 0;
        for (const auto& cell : cells)
        {
            RunCell(cell);
            if (m_showsProgress)
            {
                const double share =
                    static_cast<double>(++done) / static_cast<double>(cells.size());
                std::fprintf(stderr, "progress %.3f\n", share);
            }
        }
        Summarise(cells.size());
    }

  private:
    /// Plain TCP through the same boxes, the same way.
    const MiddleboxResult& TcpThrough(const MiddleboxCell& cell)
    {
        const auto key = std::pair(cell.boxes, cell.direction);
        const auto found = m_tcp.find(key);
        if (found != m_tcp.end())
        {
            return found->second;
        }
        MiddleboxSetup setup = m_setup;
        setup.isPlainTcp = true;
        setup.pcapPrefix.clear();
        return m_tcp.emplace(key, RunMiddleboxCell(cell, setup)).first->second;
    }

    void RunCell(const MiddleboxCell& cell)
    {
        const MiddleboxResult& tcp = TcpThrough(cell);
        MiddleboxResult result = RunMiddleboxCell(cell, m_setup);
        const bool hasTcpFailed = tcp.outcome != MiddleboxOutcome::Tcp;
        if (result.outcome == MiddleboxOutcome::Fails && hasTcpFailed)
        {
            result.outcome = MiddleboxOutcome::FailsAsTcp;
        }
        const auto expected = ExpectedOutcome(cell);
        const bool isAsExpected = expected && expected->outcome == result.outcome;
        m_unexpected += expected && !isAsExpected ? 1 : 0;
        m_damaged += result.intact ? 0 : 1;
        const bool isWorse = result.outcome == MiddleboxOutcome::Damaged ||
                             result.outcome == MiddleboxOutcome::Fails ||
                             result.outcome == MiddleboxOutcome::Hangs;
        m_worse += isWorse && !hasTcpFailed ? 1 : 0;
        m_outcomes[result.outcome] += 1;
        m_last = result;
        m_out << '"' << Join(cell.boxes) << "\"," << NameOf(cell.placement) << ','
              << NameOf(cell.direction) << ',' << cell.checksum << ',' << NameOf(result.outcome)
              << ',' << (expected ? NameOf(expected->outcome) : "") << ','
              << (expected ? (isAsExpected ? "1" : "0") : "") << ',' << result.intact << ','
              << result.goodputMbps << ',' << (hasTcpFailed ? 0 : tcp.goodputMbps) << ','
              << result.outcomeAt.GetSeconds() << ',' << result.completedAt.GetSeconds() << ','
              << result.receivedBytes << ',' << result.rewrittenPlaces << ',' << result.boxSegments
              << ',' << result.boxChanged << ',' << result.boxDropped << ',' << result.boxMade
              << ",\"" << (expected ? expected->source : "") << "\"\n";
    }

    void Summarise(std::size_t cells)
    {
        m_recorder.Summarise("cells", static_cast<double>(cells));
        m_recorder.Summarise("unexpected_cells", m_unexpected);
        m_recorder.Summarise("altered_cells", m_damaged);
        m_recorder.Summarise("worse_than_tcp_cells", m_worse);
        for (const auto& [outcome, count] : m_outcomes)
        {
            std::string name = NameOf(outcome);
            std::replace(name.begin(), name.end(), '-', '_');
            m_recorder.Summarise(name + "_cells", count);
        }
        if (cells == 1)
        {
            m_recorder.Summarise("goodput_mbps", m_last.goodputMbps);
            m_recorder.Summarise("outcome_s", m_last.outcomeAt.GetSeconds());
            m_recorder.Summarise("completed_s", m_last.completedAt.GetSeconds());
        }
    }

    TraceRecorder& m_recorder;
    bool m_showsProgress;
    std::ofstream m_out;
    MiddleboxSetup m_setup;
    std::map<std::pair<std::vector<std::string>, Direction>, MiddleboxResult> m_tcp;
    std::map<MiddleboxOutcome, int> m_outcomes;
    MiddleboxResult m_last;
    int m_unexpected{0};
    int m_damaged{0};
    int m_worse{0}; //!< not the bytes that plain TCP delivers through the same boxes
};

} // namespace

int
main(int argc, char* argv[])
{
    Parameters p;
    ScenarioParameters command("middlebox", "What does MPTCP do with a middlebox on its paths?");
    Declare(command, p);
    command.Parse(argc, argv);
    Check(command, p);
    TcpDefaults{BUFFER_BYTES, BUFFER_BYTES, "ns3::TcpNewReno", MiddleboxSetup{}.segmentBytes}
        .Apply();
    TraceRecorder recorder(command);
    Matrix(p, recorder, command.ShowsProgress()).Run(Cells(p));
    recorder.Finish("completed");
    return 0;
}
