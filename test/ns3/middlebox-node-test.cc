// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// The inline node and its helper: what goes through a link with a box in it.
#include "core/middlebox/option-stripper.h"
#include "core/middlebox/segment-splitter.h"
#include "middlebox-helper.h"
#include "transfer-fixture.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/pcap-file.h"
#include "ns3/point-to-point-channel.h"

#include <algorithm>

namespace ns3
{
namespace
{

constexpr uint64_t BYTES = 200'000;

using Boxes = std::vector<std::unique_ptr<mptcp::Middlebox>>;

/// What a capture holds, without the times.
std::vector<std::string>
PacketsOf(const std::string& file)
{
    PcapFile pcap;
    pcap.Open(file, std::ios::in | std::ios::binary);
    std::vector<std::string> packets;
    std::string bytes(65536, ' ');
    while (!pcap.Fail())
    {
        uint32_t seconds;
        uint32_t micros;
        uint32_t length;
        uint32_t original;
        uint32_t read;
        pcap.Read(reinterpret_cast<uint8_t*>(bytes.data()),
                  static_cast<uint32_t>(bytes.size()),
                  seconds,
                  micros,
                  length,
                  original,
                  read);
        if (!pcap.Fail())
        {
            packets.push_back(bytes.substr(0, read));
        }
    }
    return packets;
}

class MiddleboxNode : public TransferTest
{
  protected:
    /// `nullptr` boxes: none is inserted.
    Ptr<MptcpMiddlebox> Transfer(std::unique_ptr<Boxes> boxes, const std::string& capture = "")
    {
        auto paths = EqualPaths(1);
        paths[0].queueBytes = 500'000; // nothing is lost, so what is sent does not depend on when
        Build(Kind::Disjoint, paths);
        Ptr<MptcpMiddlebox> box;
        if (boxes)
        {
            box = MiddleboxHelper(0.5).Insert(m_topology->Link(0), std::move(*boxes));
        }
        if (!capture.empty())
        {
            CaptureAtServer(capture);
        }
        if (box && !capture.empty())
        {
            MiddleboxHelper::EnablePcap(capture, box);
        }
        StartTransfer(BYTES, 0);
        RunToEnd(Minutes(5));
        return box;
    }

    /// Closes captures.
    void EndSimulation()
    {
        m_topology.reset();
        m_client = nullptr;
        m_server = nullptr;
        Clean();
    }

    static std::unique_ptr<Boxes> Only(std::unique_ptr<mptcp::Middlebox> box)
    {
        auto boxes = std::make_unique<Boxes>();
        boxes->push_back(std::move(box));
        return boxes;
    }
};

TEST_F(MiddleboxNode, WithNothingInItChangesNoByte)
{
    const auto box = Transfer(std::make_unique<Boxes>(), "null-box");
    ExpectOrderlyEnd();
    const uint64_t seen = box->Boxes().Counters().seen;
    EndSimulation();
    const auto inside = PacketsOf("null-box-inside.pcap");
    const auto outside = PacketsOf("null-box-outside.pcap");
    ASSERT_GT(inside.size(), 150U);
    EXPECT_EQ(seen, inside.size());
    // The two sides see the packets of the two directions in another order.
    const auto sorted = [](std::vector<std::string> packets) {
        std::sort(packets.begin(), packets.end());
        return packets;
    };
    EXPECT_TRUE(sorted(inside) == sorted(outside));
}

// The issue's own words: "the pcap of the far side byte-identical except for time". Without TCP's
// timestamps, which are times.
TEST_F(MiddleboxNode, WithNothingInItIsNotToBeFoundInTheServersCapture)
{
    Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(false));
    Transfer(nullptr, "without-box");
    EndSimulation();
    Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(false));
    Transfer(std::make_unique<Boxes>(), "with-box");
    ExpectDelivered();
    EndSimulation();
    const auto without = PacketsOf("without-box.pcap");
    ASSERT_GT(without.size(), 150U);
    EXPECT_TRUE(PacketsOf("with-box.pcap") == without);
}

TEST_F(MiddleboxNode, HasDelayRateAndMtuOfTheLink)
{
    Build(Kind::Disjoint, EqualPaths(1));
    const auto link = m_topology->Link(0);
    const auto box = MiddleboxHelper(0.25).Insert(link, Boxes{});
    TimeValue first;
    TimeValue second;
    link.Get(0)->GetChannel()->GetAttribute("Delay", first);
    link.Get(1)->GetChannel()->GetAttribute("Delay", second);
    EXPECT_EQ(first.Get(), MilliSeconds(5));
    EXPECT_EQ(second.Get(), MilliSeconds(15));
    EXPECT_EQ(box->Inside()->GetMtu(), link.Get(0)->GetMtu());
    DataRateValue rate;
    box->Outside()->GetAttribute("DataRate", rate);
    EXPECT_EQ(rate.Get(), DataRate("2Mbps"));
}

// With checksums computed and verified by ns-3, what a box changes arrives only if it has computed
// them anew; a receiver would drop it otherwise.
TEST_F(MiddleboxNode, ComputesChecksumsWhereHostsDo)
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    auto boxes = std::make_unique<Boxes>();
    boxes->push_back(std::make_unique<mptcp::OptionStripper>(mptcp::OptionStripper::Settings{}));
    boxes->push_back(std::make_unique<mptcp::SegmentSplitter>(333, mptcp::OptionTreatment::Keep));
    const auto box = Transfer(std::move(boxes));
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
    ExpectOrderlyEnd();
    EXPECT_LT(m_server->LastReceived(), Seconds(3));
    EXPECT_GT(box->Boxes().Counters().made, 100U);
}

TEST_F(MiddleboxNode, LetsEverythingPassWhileItIsNotActive)
{
    Config::SetDefault("ns3::MptcpMiddlebox::Active", BooleanValue(false));
    const auto box =
        Transfer(Only(std::make_unique<mptcp::OptionStripper>(mptcp::OptionStripper::Settings{})));
    ExpectOrderlyEnd();
    EXPECT_TRUE(SocketOf(m_client)->IsMultipath());
    EXPECT_EQ(box->Boxes().Counters().seen, 0U);
}

} // namespace
} // namespace ns3
