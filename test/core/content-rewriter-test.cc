// SPDX-License-Identifier: GPL-2.0-only
#include "middlebox-fixture.h"
#include "middlebox/content-rewriter.h"

#include <algorithm>

namespace mptcp
{
namespace
{

class ContentRewriterBox : public MiddleboxTest
{
  protected:
    void Use(const std::string& pattern,
             const std::string& replacement,
             std::optional<Way> way = std::nullopt)
    {
        ContentRewriter::Settings settings{Bytes(pattern), Bytes(replacement), way};
        auto box = std::make_unique<ContentRewriter>(settings);
        m_rewriter = box.get();
        m_box = std::move(box);
        Handshake();
    }

    static TcpSegment Data(uint32_t offset, const std::string& text)
    {
        return Make(Way::Out, ACK, CLIENT_ISN + 1 + offset, SERVER_ISN + 1, text);
    }

    /// What the client hears when the server acknowledges so many bytes.
    uint32_t Acknowledged(uint32_t bytes)
    {
        return PassOne(Way::In, Make(Way::In, ACK, SERVER_ISN + 1, CLIENT_ISN + 1 + bytes))
                   .acknowledgment -
               CLIENT_ISN - 1;
    }

    uint32_t Offset(const TcpSegment& segment)
    {
        return segment.sequence - CLIENT_ISN - 1;
    }

    ContentRewriter* m_rewriter{nullptr};
};

TEST_F(ContentRewriterBox, KeepsNumbersWhereLengthsAreEqual)
{
    Use("cat", "dog");
    EXPECT_EQ(Text(PassOne(Way::Out, Data(0, "a cat, a cat"))), "a dog, a dog");
    const auto next = PassOne(Way::Out, Data(12, "rest"));
    EXPECT_EQ(Offset(next), 12U);
    EXPECT_EQ(Acknowledged(16), 16U);
    EXPECT_EQ(m_rewriter->Places(), 2U);
    EXPECT_EQ(m_box->Counters().changed, 1U);
}

TEST_F(ContentRewriterBox, ShiftsNumbersBehindALongerText)
{
    Use("cat", "tiger");
    EXPECT_EQ(Text(PassOne(Way::Out, Data(0, "a cat."))), "a tiger.");
    EXPECT_EQ(Offset(PassOne(Way::Out, Data(6, "cats"))), 8U);
    EXPECT_EQ(Offset(PassOne(Way::Out, Data(10, "end"))), 14U);
    // a tiger.tigersend: acknowledgments within the replaced text stop before it.
    EXPECT_EQ(Acknowledged(2), 2U);
    EXPECT_EQ(Acknowledged(6), 2U);
    EXPECT_EQ(Acknowledged(7), 5U);
    EXPECT_EQ(Acknowledged(8), 6U);
    EXPECT_EQ(Acknowledged(12), 6U);
    EXPECT_EQ(Acknowledged(13), 9U);
    EXPECT_EQ(Acknowledged(17), 13U);
}

TEST_F(ContentRewriterBox, ShiftsNumbersBehindAShorterText)
{
    Use("tiger", "cat");
    EXPECT_EQ(Text(PassOne(Way::Out, Data(0, "a tiger."))), "a cat.");
    EXPECT_EQ(Offset(PassOne(Way::Out, Data(8, "end"))), 6U);
    EXPECT_EQ(Acknowledged(4), 2U) << "half a text is no part of the pattern";
    EXPECT_EQ(Acknowledged(5), 7U);
    EXPECT_EQ(Acknowledged(9), 11U);
}

TEST_F(ContentRewriterBox, RemovesATextAltogether)
{
    Use("cat", "");
    EXPECT_EQ(Text(PassOne(Way::Out, Data(0, "a cat."))), "a .");
    EXPECT_EQ(Acknowledged(3), 6U);
}

TEST_F(ContentRewriterBox, RewritesRetransmissionsAtTheSamePlaces)
{
    Use("cat", "tiger");
    PassOne(Way::Out, Data(0, "a cat."));
    const auto again = PassOne(Way::Out, Data(1, " cat.more"));
    EXPECT_EQ(Text(again), " tiger.more");
    EXPECT_EQ(Offset(again), 1U);
    // Cut elsewhere: the text goes with the first byte of the pattern.
    EXPECT_EQ(Text(PassOne(Way::Out, Data(0, "a c"))), "a tiger");
    const auto rest = PassOne(Way::Out, Data(3, "at."));
    EXPECT_EQ(Text(rest), ".");
    EXPECT_EQ(Offset(rest), 7U);
    EXPECT_EQ(m_rewriter->Places(), 1U);
}

TEST_F(ContentRewriterBox, DropsWhatComesBehindAHole)
{
    Use("cat", "tiger");
    EXPECT_TRUE(IsDropped(Way::Out, Data(4, "later")));
    EXPECT_EQ(Text(PassOne(Way::Out, Data(0, "cat!"))), "tiger!");
    EXPECT_EQ(Offset(PassOne(Way::Out, Data(4, "later"))), 6U);
}

// Counted byte by byte, against what the box says of all of them.
TEST_F(ContentRewriterBox, LawNumbersFollowAnyNumberOfPlaces)
{
    for (const std::string replacement : {"tiger", "ox", ""})
    {
        SCOPED_TRACE(replacement);
        Use("cat", replacement);
        std::vector<uint32_t> acknowledged{0}; // of what was sent, by bytes that have arrived
        uint32_t sent = 0;
        for (int i = 0; i < 20; ++i)
        {
            EXPECT_EQ(Offset(PassOne(Way::Out, Data(sent, "xcat"))), acknowledged.size() - 1);
            // The x; of the pattern nothing before its replacement is there as a whole.
            acknowledged.insert(acknowledged.end(),
                                std::max<std::size_t>(replacement.size(), 1),
                                sent + 1);
            sent += 4;
            if (!replacement.empty())
            {
                acknowledged.push_back(sent);
            }
        }
        for (uint32_t bytes = 0; bytes < acknowledged.size(); ++bytes)
        {
            EXPECT_EQ(Acknowledged(bytes), acknowledged[bytes]) << bytes;
        }
    }
}

TEST_F(ContentRewriterBox, WatchesOneDirectionIfToldTo)
{
    Use("cat", "tiger", Way::In);
    EXPECT_EQ(Text(PassOne(Way::Out, Data(0, "cat"))), "cat");
    const auto answer = Make(Way::In, ACK, SERVER_ISN + 1, CLIENT_ISN + 4, "cat");
    EXPECT_EQ(Text(PassOne(Way::In, answer)), "tiger");
    const auto next = PassOne(Way::Out, Make(Way::Out, ACK, CLIENT_ISN + 4, SERVER_ISN + 6));
    EXPECT_EQ(next.acknowledgment, SERVER_ISN + 4);
}

TEST_F(ContentRewriterBox, ShiftsSackBlocks)
{
    Use("cat", "tiger");
    PassOne(Way::Out, Data(0, "cat"));
    PassOne(Way::Out, Data(3, "abcdef"));
    // The server has bytes 7 and 8 of what it got: 5 and 6 of what was sent.
    const uint32_t base = CLIENT_ISN + 1;
    const auto byte = [](uint32_t number, int shift) {
        return static_cast<uint8_t>(number >> shift);
    };
    TcpOption before{TCP_OPTION_SACK, 10};
    TcpOption after{TCP_OPTION_SACK, 10};
    for (const uint32_t edge : {7U, 9U})
    {
        for (const int shift : {24, 16, 8, 0})
        {
            before.push_back(byte(base + edge, shift));
            after.push_back(byte(base + edge - 2, shift));
        }
    }
    const auto answer = With(Make(Way::In, ACK, SERVER_ISN + 1, base + 5), {before});
    EXPECT_EQ(PassOne(Way::In, answer).options[0], after);
}

} // namespace
} // namespace mptcp
