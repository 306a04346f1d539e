// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Boxes that take options or whole segments away.
#include "middlebox-fixture.h"
#include "middlebox/blackhole.h"
#include "middlebox/box-chain.h"
#include "middlebox/inconsistent-repeater.h"
#include "middlebox/option-stripper.h"
#include "middlebox/unknown-option-filter.h"
#include "middlebox/window-reducer.h"

namespace mptcp
{
namespace
{

const TcpOption MSS{TCP_OPTION_MSS, 4, 5, 0xb4};
const TcpOption NOP{TCP_OPTION_NOP};
const TcpOption MPTCP{MPTCP_OPTION_KIND, 4, 0x01, 0x81};

class OptionStripperBox : public MiddleboxTest
{
  protected:
    void Use(OptionStripper::Segments segments,
             std::optional<Way> way = std::nullopt,
             uint64_t afterPayloadBytes = 0)
    {
        OptionStripper::Settings settings;
        settings.segments = segments;
        settings.way = way;
        settings.afterPayloadBytes = afterPayloadBytes;
        m_box = std::make_unique<OptionStripper>(settings);
    }

    /// Whether the MPTCP option of such a segment gets through.
    bool Passes(Way way, uint8_t flags, const std::string& payload = "")
    {
        const auto left = PassOne(way, With(Make(way, flags, 1, 1, payload), {MSS, NOP, MPTCP}));
        EXPECT_EQ(left.Option(TCP_OPTION_MSS) != nullptr, true);
        EXPECT_EQ(Text(left), payload);
        return left.Option(MPTCP_OPTION_KIND) != nullptr;
    }
};

TEST_F(OptionStripperBox, TakesOneKindFromEverySegment)
{
    Use(OptionStripper::Segments::All);
    EXPECT_FALSE(Passes(Way::Out, SYN));
    EXPECT_FALSE(Passes(Way::In, SYN | ACK));
    EXPECT_FALSE(Passes(Way::Out, ACK, "data"));
    EXPECT_EQ(m_box->Counters().seen, 3U);
    EXPECT_EQ(m_box->Counters().changed, 3U);
}

TEST_F(OptionStripperBox, TakesItFromHandshakesAlone)
{
    Use(OptionStripper::Segments::Syn);
    EXPECT_FALSE(Passes(Way::Out, SYN));
    EXPECT_FALSE(Passes(Way::In, SYN | ACK));
    EXPECT_TRUE(Passes(Way::Out, ACK));
    EXPECT_EQ(m_box->Counters().changed, 2U);
}

TEST_F(OptionStripperBox, TakesItFromAllButHandshakes)
{
    Use(OptionStripper::Segments::NonSyn);
    EXPECT_TRUE(Passes(Way::Out, SYN));
    EXPECT_TRUE(Passes(Way::In, SYN | ACK));
    EXPECT_FALSE(Passes(Way::Out, ACK));
    EXPECT_FALSE(Passes(Way::In, ACK, "data"));
}

TEST_F(OptionStripperBox, TakesItInOneDirectionAlone)
{
    Use(OptionStripper::Segments::All, Way::In);
    EXPECT_TRUE(Passes(Way::Out, SYN));
    EXPECT_FALSE(Passes(Way::In, SYN | ACK));
}

TEST_F(OptionStripperBox, BeginsWhenAFlowHasCarriedSoMuch)
{
    Use(OptionStripper::Segments::All, std::nullopt, 6);
    EXPECT_TRUE(Passes(Way::Out, SYN));
    EXPECT_TRUE(Passes(Way::Out, ACK, "four"));
    EXPECT_TRUE(Passes(Way::In, ACK, "four")) << "six are not reached before this one";
    EXPECT_FALSE(Passes(Way::In, ACK));
}

TEST_F(OptionStripperBox, TakesAnyKind)
{
    OptionStripper::Settings settings;
    settings.kind = TCP_OPTION_MSS;
    m_box = std::make_unique<OptionStripper>(settings);
    EXPECT_EQ(PassOne(Way::Out, With(Make(Way::Out, SYN, 1, 0), {MSS, NOP, MPTCP})).options,
              (std::vector<TcpOption>{NOP, MPTCP}));
}

class UnknownOptionFilterBox : public MiddleboxTest
{
};

TEST_F(UnknownOptionFilterBox, DropsSegmentsWithWhatItDoesNotKnow)
{
    m_box = std::make_unique<UnknownOptionFilter>();
    EXPECT_TRUE(IsDropped(Way::Out, With(Make(Way::Out, SYN, 1, 0), {MSS, MPTCP})));
    EXPECT_TRUE(IsDropped(Way::In, With(Make(Way::In, ACK, 1, 1), {MPTCP})));
    const std::vector<TcpOption> known{MSS,
                                       NOP,
                                       {TCP_OPTION_WINDOW_SCALE, 3, 1},
                                       {TCP_OPTION_SACK_PERMITTED, 2},
                                       {TCP_OPTION_SACK, 10, 0, 0, 0, 1, 0, 0, 0, 2},
                                       {TCP_OPTION_TIMESTAMP, 10, 0, 0, 0, 1, 0, 0, 0, 2}};
    const auto segment = With(Make(Way::Out, SYN, 1, 0), known);
    EXPECT_EQ(PassOne(Way::Out, segment), segment);
    EXPECT_EQ(m_box->Counters().dropped, 2U);
}

TEST_F(UnknownOptionFilterBox, MayLetHandshakesPass)
{
    m_box = std::make_unique<UnknownOptionFilter>(UnknownOptionFilter::Segments::NonSyn);
    EXPECT_FALSE(IsDropped(Way::Out, With(Make(Way::Out, SYN, 1, 0), {MPTCP})));
    EXPECT_FALSE(IsDropped(Way::In, With(Make(Way::In, SYN | ACK, 1, 2), {MPTCP})));
    EXPECT_TRUE(IsDropped(Way::Out, With(Make(Way::Out, ACK, 2, 2), {MPTCP})));
    EXPECT_FALSE(IsDropped(Way::Out, Make(Way::Out, ACK, 2, 2)));
}

class WindowReducerBox : public MiddleboxTest
{
  protected:
    uint16_t WindowOf(Way way, uint16_t window)
    {
        auto segment = Make(way, ACK, 1, 1);
        segment.window = window;
        return PassOne(way, segment).window;
    }
};

TEST_F(WindowReducerBox, KnowsTheScaleOfEachSide)
{
    m_box = std::make_unique<WindowReducer>(8192);
    auto syn = With(Make(Way::Out, SYN, 1, 0), {{TCP_OPTION_WINDOW_SCALE, 3, 3}});
    syn.window = 65535;
    EXPECT_EQ(PassOne(Way::Out, syn).window, 8192) << "a SYN's window is not scaled (RFC 7323)";
    auto answer = With(Make(Way::In, SYN | ACK, 1, 2), {{TCP_OPTION_WINDOW_SCALE, 3, 5}});
    PassOne(Way::In, answer);
    EXPECT_EQ(WindowOf(Way::Out, 30000), 1024);
    EXPECT_EQ(WindowOf(Way::In, 30000), 256);
    EXPECT_EQ(WindowOf(Way::In, 100), 100);
    EXPECT_EQ(m_box->Counters().changed, 3U);
}

TEST_F(WindowReducerBox, ScalesNothingUnlessBothSidesDo)
{
    m_box = std::make_unique<WindowReducer>(8192);
    PassOne(Way::Out, With(Make(Way::Out, SYN, 1, 0), {{TCP_OPTION_WINDOW_SCALE, 3, 3}}));
    PassOne(Way::In, Make(Way::In, SYN | ACK, 1, 2));
    EXPECT_EQ(WindowOf(Way::Out, 30000), 8192);
    EXPECT_EQ(WindowOf(Way::In, 30000), 8192);
}

class BlackholeBox : public MiddleboxTest
{
};

TEST_F(BlackholeBox, SwallowsAFlowThatHasCarriedSoMuch)
{
    m_box = std::make_unique<Blackhole>(6);
    EXPECT_FALSE(IsDropped(Way::Out, Make(Way::Out, SYN, 0, 0)));
    EXPECT_FALSE(IsDropped(Way::Out, Make(Way::Out, ACK, 1, 1, "four")));
    EXPECT_FALSE(IsDropped(Way::In, Make(Way::In, ACK, 1, 5, "four")));
    EXPECT_TRUE(IsDropped(Way::Out, Make(Way::Out, ACK, 5, 5)));
    EXPECT_TRUE(IsDropped(Way::In, Make(Way::In, RST, 5, 5)));
    auto other = Make(Way::Out, ACK, 1, 1, "other");
    other.source.port = 40001;
    EXPECT_FALSE(IsDropped(Way::Out, other)) << "another flow is not touched";
    EXPECT_EQ(m_box->Counters().dropped, 2U);
}

class InconsistentRepeaterBox : public MiddleboxTest
{
};

TEST_F(InconsistentRepeaterBox, RepeatsEverySecondDataSegmentWithOtherContent)
{
    m_box = std::make_unique<InconsistentRepeater>(2);
    const auto first = Make(Way::Out, ACK, 1, 1, "ab");
    EXPECT_EQ(PassOne(Way::Out, first), first);
    PassOne(Way::In, Make(Way::In, ACK, 1, 3));
    const auto second = With(Make(Way::Out, ACK, 3, 1, "ab"), {MPTCP});
    const auto emissions = Pass(Way::Out, second);
    ASSERT_EQ(emissions.size(), 2U);
    EXPECT_EQ(emissions[0].segment, second);
    auto other = second;
    other.payload = {0x9e, 0x9d};
    EXPECT_EQ(emissions[1].segment, other);
    EXPECT_EQ(m_box->Counters().made, 1U);
}

class BoxChainBox : public MiddleboxTest
{
};

TEST_F(BoxChainBox, OfNothingChangesNothing)
{
    m_box = std::make_unique<BoxChain>(std::vector<std::unique_ptr<Middlebox>>{});
    const auto segment = With(Make(Way::In, ACK, 1, 1, "data"), {NOP, MPTCP});
    EXPECT_EQ(PassOne(Way::In, segment), segment);
    EXPECT_EQ(m_box->Counters().seen, 1U);
}

// Out: the inner repeats, then the outer counts both. In: the outer is first, so one is counted.
TEST_F(BoxChainBox, RunsThroughItsBoxesInTheOrderOfTheWay)
{
    std::vector<std::unique_ptr<Middlebox>> boxes;
    boxes.push_back(std::make_unique<InconsistentRepeater>(1));
    boxes.push_back(std::make_unique<Blackhole>(1'000'000));
    auto chain = std::make_unique<BoxChain>(std::move(boxes));
    const BoxChain& watched = *chain;
    m_box = std::move(chain);
    EXPECT_EQ(m_box->Name(), "resend-different,blackhole");
    EXPECT_EQ(Pass(Way::Out, Make(Way::Out, ACK, 1, 1, "x")).size(), 2U);
    EXPECT_EQ(watched.Boxes()[1]->Counters().seen, 2U);
    EXPECT_EQ(Pass(Way::In, Make(Way::In, ACK, 1, 1, "x")).size(), 2U);
    EXPECT_EQ(watched.Boxes()[1]->Counters().seen, 3U);
    EXPECT_EQ(m_box->Counters().made, 2U);
}

} // namespace
} // namespace mptcp
