// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Data both ways at once through every box, with and without loss. `./mptcp run middlebox` sends
/// one way over paths that lose nothing; what a box does to data that is repeated, and to
/// acknowledgements that ride on data, shows here only.
#include "core/middlebox/middlebox.h"
#include "middlebox-catalogue.h"
#include "middlebox-helper.h"
#include "ns3-conversions.h"
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/ipv4-static-routing-helper.h"

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

namespace ns3
{
namespace
{

constexpr uint64_t BYTES = 300'000;

struct TwoWayCell
{
    std::string box;
    std::vector<std::size_t> paths; //!< that the box stands on
    bool checksum;
    double lossRate; //!< of packets, on both paths and both ways
};

std::string
NameOf(const TwoWayCell& cell)
{
    std::string name = cell.box;
    std::replace(name.begin(), name.end(), '-', '_');
    for (const std::size_t path : cell.paths)
    {
        name += "_path" + std::to_string(path);
    }
    return name + (cell.checksum ? "_checksum" : "");
}

void
PrintTo(const TwoWayCell& cell, std::ostream* out)
{
    *out << NameOf(cell) << " at " << cell.lossRate;
}

class TwoWayBoxes : public TransferTest, public ::testing::WithParamInterface<TwoWayCell>
{
  protected:
    void Insert(const MiddleboxKind& kind, std::size_t path)
    {
        const Ipv4Address address(("198.51.100." + std::to_string(path + 1)).c_str());
        MiddleboxPlace place;
        place.publicAddress = ToCore(address);
        place.pattern = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        place.afterPayloadBytes = 60'000;
        auto box = kind.make(place);
        if (!box)
        {
            return;
        }
        MiddleboxHelper().Insert(m_topology->Link(path), std::move(box));
        Ptr<NetDevice> device = m_topology->Link(path).Get(1);
        Ptr<Ipv4> ipv4 = device->GetNode()->GetObject<Ipv4>();
        Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->AddHostRouteTo(
            address,
            static_cast<uint32_t>(ipv4->GetInterfaceForDevice(device)));
    }

    void Run(const TwoWayCell& cell)
    {
        Config::SetDefault("ns3::MptcpStack::Checksum", BooleanValue(cell.checksum));
        auto paths = EqualPaths(2);
        paths[0].lossRate = paths[1].lossRate = cell.lossRate;
        m_mptcp.SetSegmentSize(1300);
        Build(Kind::Multihomed, paths);
        for (const std::size_t path : cell.paths)
        {
            Insert(*FindMiddlebox(cell.box), path);
        }
        StartTransfer(BYTES, BYTES);
        RunToEnd();
    }

    static void ExpectWhole(const StreamEndpoint& endpoint)
    {
        EXPECT_EQ(endpoint.ReceivedBytes(), BYTES);
        EXPECT_EQ(endpoint.ReceivedDigest(), PatternDigest(endpoint.ReceivedBytes()));
    }
};

// Plain TCP gets through all of these with a loss of up to 2 %, so there is no excuse.
TEST_P(TwoWayBoxes, AllArrivesAsItWasSent)
{
    Run(GetParam());
    ExpectWhole(*m_server);
    ExpectWhole(*m_client);
}

std::vector<TwoWayCell>
Cells(const std::vector<std::string>& boxes, double lossRate)
{
    std::vector<TwoWayCell> cells;
    const std::vector<std::vector<std::size_t>> placements{{0}, {1}, {0, 1}};
    for (const std::string& box : boxes)
    {
        for (const auto& paths : placements)
        {
            for (const bool checksum : {false, true})
            {
                cells.push_back({box, paths, checksum, lossRate});
            }
        }
    }
    return cells;
}

/// Those that change no data; and none that takes both paths away. With loss, what comes second
/// may be all that comes.
std::vector<std::string>
HonestBoxes(bool isLossy)
{
    std::vector<std::string> names;
    for (const auto& kind : MiddleboxKinds())
    {
        if (!kind.grows && kind.name.rfind("blackhole", 0) != 0 &&
            !(isLossy && kind.name == "resend-different"))
        {
            names.push_back(kind.name);
        }
    }
    return names;
}

std::string
NameOfCell(const ::testing::TestParamInfo<TwoWayCell>& row)
{
    return NameOf(row.param);
}

INSTANTIATE_TEST_SUITE_P(Clean,
                         TwoWayBoxes,
                         ::testing::ValuesIn(Cells(HonestBoxes(false), 0)),
                         NameOfCell);

// ns-3's TCP does not always get through then, even without a box. Without checksums MPTCP does not
// get through two of coalesce-first, as TCP does not.
std::vector<TwoWayCell>
VeryLossyCells()
{
    std::vector<TwoWayCell> cells = Cells(HonestBoxes(true), 0.05);
    cells.erase(std::remove_if(cells.begin(),
                               cells.end(),
                               [](const TwoWayCell& cell) {
                                   return cell.box == "coalesce-first" && cell.paths.size() == 2 &&
                                          !cell.checksum;
                               }),
                cells.end());
    return cells;
}

INSTANTIATE_TEST_SUITE_P(Lossy,
                         TwoWayBoxes,
                         ::testing::ValuesIn(Cells(HonestBoxes(true), 0.02)),
                         NameOfCell);

INSTANTIATE_TEST_SUITE_P(VeryLossy, TwoWayBoxes, ::testing::ValuesIn(VeryLossyCells()), NameOfCell);

} // namespace
} // namespace ns3
