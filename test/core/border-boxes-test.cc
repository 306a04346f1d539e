// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Boxes that change where segments begin and end.
#include "middlebox-fixture.h"
#include "middlebox/segment-coalescer.h"
#include "middlebox/segment-splitter.h"

namespace mptcp
{
namespace
{

using namespace std::chrono_literals;

const TcpOption STAMP{TCP_OPTION_TIMESTAMP, 10, 0, 0, 0, 1, 0, 0, 0, 2};
const TcpOption MAPPING_1{30, 8, 0x20, 4, 1, 1, 1, 1};
const TcpOption MAPPING_2{30, 8, 0x20, 4, 2, 2, 2, 2};

class SegmentSplitterBox : public MiddleboxTest,
                           public ::testing::WithParamInterface<OptionTreatment>
{
};

TEST_P(SegmentSplitterBox, CutsAndTreatsOptionsAsItSays)
{
    m_box = std::make_unique<SegmentSplitter>(4, GetParam());
    const auto emissions =
        Pass(Way::Out,
             With(Make(Way::Out, ACK | PSH | FIN, 100, 7, "abcdefghij"), {STAMP, MAPPING_1}));
    ASSERT_EQ(emissions.size(), 3U);
    const std::vector<std::string> texts{"abcd", "efgh", "ij"};
    for (std::size_t i = 0; i < 3; ++i)
    {
        const TcpSegment& piece = emissions[i].segment;
        EXPECT_EQ(emissions[i].way, Way::Out);
        EXPECT_EQ(Text(piece), texts[i]);
        EXPECT_EQ(piece.sequence, 100 + 4 * i);
        EXPECT_EQ(piece.acknowledgment, 7U);
        EXPECT_EQ(piece.flags, i == 2 ? ACK | PSH | FIN : ACK);
        const bool hasMapping = GetParam() == OptionTreatment::Keep ||
                                (GetParam() == OptionTreatment::FirstOnly && i == 0);
        EXPECT_EQ(piece.options,
                  hasMapping ? (std::vector<TcpOption>{STAMP, MAPPING_1})
                             : (std::vector<TcpOption>{STAMP}));
    }
    EXPECT_EQ(m_box->Counters().made, 2U);
}

TEST_P(SegmentSplitterBox, LeavesSmallSegmentsAlone)
{
    m_box = std::make_unique<SegmentSplitter>(4, GetParam());
    for (const std::string& text : {std::string(), std::string("abcd")})
    {
        const auto segment = With(Make(Way::In, ACK | PSH, 1, 1, text), {STAMP, MAPPING_1});
        EXPECT_EQ(PassOne(Way::In, segment), segment);
    }
}

INSTANTIATE_TEST_SUITE_P(Treatments,
                         SegmentSplitterBox,
                         ::testing::Values(OptionTreatment::Keep,
                                           OptionTreatment::FirstOnly,
                                           OptionTreatment::Drop),
                         [](const auto& row) {
                             return std::string(row.param == OptionTreatment::Keep   ? "Keep"
                                                : row.param == OptionTreatment::Drop ? "Drop"
                                                                                     : "FirstOnly");
                         });

class SegmentCoalescerBox : public MiddleboxTest
{
  protected:
    void Use(OptionTreatment treatment, uint32_t mostPayloadBytes = 10)
    {
        SegmentCoalescer::Settings settings;
        settings.treatment = treatment;
        settings.mostPayloadBytes = mostPayloadBytes;
        settings.wait = 5ms;
        m_box = std::make_unique<SegmentCoalescer>(settings);
    }

    static TcpSegment Data(uint32_t sequence, const std::string& text, std::vector<TcpOption> all)
    {
        return With(Make(Way::Out, ACK, sequence, sequence + 1000, text), std::move(all));
    }

    /// What comes of "abcd" and "efgh".
    std::vector<TcpSegment> TwoSegments()
    {
        std::vector<TcpSegment> left;
        const auto take = [&left](std::vector<BoxEmission> emissions) {
            for (auto& emission : emissions)
            {
                left.push_back(std::move(emission.segment));
            }
        };
        take(Pass(Way::Out, Data(1, "abcd", {STAMP, MAPPING_1})));
        take(Pass(Way::Out, Data(5, "efgh", {STAMP, MAPPING_2})));
        take(WakeAfter(5ms));
        return left;
    }
};

TEST_F(SegmentCoalescerBox, KeepsOptionsOfBothWhereTheyFit)
{
    Use(OptionTreatment::Keep);
    const auto left = TwoSegments();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(Text(left[0]), "abcdefgh");
    EXPECT_EQ(left[0].sequence, 1U);
    EXPECT_EQ(left[0].acknowledgment, 1005U) << "the last word counts";
    EXPECT_EQ(left[0].options, (std::vector<TcpOption>{STAMP, MAPPING_1, MAPPING_2}));
}

TEST_F(SegmentCoalescerBox, DoesNotJoinWhatOptionsKeepApart)
{
    Use(OptionTreatment::Keep);
    TcpOption large1(20, 1);
    TcpOption large2(20, 2);
    large1[0] = large2[0] = 30;
    EXPECT_TRUE(Pass(Way::Out, Data(1, "ab", {STAMP, large1})).empty());
    EXPECT_EQ(Text(PassOne(Way::Out, Data(3, "cd", {STAMP, large2}))), "ab");
    // Equal ones are one option, as for Linux's GRO.
    EXPECT_TRUE(Pass(Way::Out, Data(5, "ef", {STAMP, large2})).empty());
    const auto left = WakeAfter(5ms);
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(Text(left[0].segment), "cdef");
}

TEST_F(SegmentCoalescerBox, KeepsOptionsOfTheFirst)
{
    Use(OptionTreatment::FirstOnly);
    const auto left = TwoSegments();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(Text(left[0]), "abcdefgh");
    EXPECT_EQ(left[0].options, (std::vector<TcpOption>{STAMP, MAPPING_1}));
}

TEST_F(SegmentCoalescerBox, DropsOptionsOfBoth)
{
    Use(OptionTreatment::Drop);
    const auto left = TwoSegments();
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].options, (std::vector<TcpOption>{STAMP}));
    EXPECT_EQ(m_box->Counters().changed, 1U);
}

TEST_F(SegmentCoalescerBox, SendsWhatStaysAloneAsItWas)
{
    Use(OptionTreatment::Drop);
    const auto segment = Data(1, "abcd", {STAMP, MAPPING_1});
    EXPECT_TRUE(Pass(Way::Out, segment).empty());
    EXPECT_EQ(m_box->WakeAt(), 5ms);
    EXPECT_TRUE(WakeAfter(4ms).empty());
    const auto left = WakeAfter(1ms);
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].segment, segment);
    EXPECT_FALSE(m_box->WakeAt());
}

TEST_F(SegmentCoalescerBox, JoinsOnlyWhatContinuesAndFits)
{
    Use(OptionTreatment::FirstOnly);
    Pass(Way::Out, Data(1, "abcd", {}));
    EXPECT_EQ(Text(PassOne(Way::Out, Data(6, "gap!", {}))), "abcd") << "a hole between them";
    EXPECT_EQ(Text(PassOne(Way::Out, Data(10, "toolong", {}))), "gap!") << "eleven bytes";
    const auto both = Pass(Way::Out, Make(Way::Out, ACK, 17, 99));
    ASSERT_EQ(both.size(), 2U) << "an acknowledgment waits for nothing and overtakes nothing";
    EXPECT_EQ(Text(both[0].segment), "toolong");
    EXPECT_EQ(both[1].segment.acknowledgment, 99U);
}

TEST_F(SegmentCoalescerBox, KeepsTheEndOfAStreamAtTheEnd)
{
    Use(OptionTreatment::FirstOnly);
    Pass(Way::Out, Data(1, "abcd", {}));
    auto last = Data(5, "ef", {});
    last.flags = ACK | FIN;
    EXPECT_TRUE(Pass(Way::Out, last).empty());
    const auto left = WakeAfter(5ms);
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(Text(left[0].segment), "abcdef");
    EXPECT_EQ(left[0].segment.flags, ACK | FIN);
}

} // namespace
} // namespace mptcp
