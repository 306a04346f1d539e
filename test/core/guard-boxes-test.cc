// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Boxes that protect hosts: firewall, intrusion detection, normaliser.
#include "middlebox-fixture.h"
#include "middlebox/intrusion-detector.h"
#include "middlebox/stateful-firewall.h"
#include "middlebox/traffic-normaliser.h"

namespace mptcp
{
namespace
{

class StatefulFirewallBox : public MiddleboxTest
{
  protected:
    void SetUp() override
    {
        m_box = std::make_unique<StatefulFirewall>();
    }
};

TEST_F(StatefulFirewallBox, LetsNobodyInWhoWasNotInvited)
{
    EXPECT_TRUE(IsDropped(Way::In, Make(Way::In, SYN, SERVER_ISN, 0)));
    EXPECT_TRUE(IsDropped(Way::In, Make(Way::In, ACK, SERVER_ISN, 1, "data")));
    EXPECT_TRUE(IsDropped(Way::Out, Make(Way::Out, ACK, CLIENT_ISN, 1))) << "no SYN was seen";
    Handshake();
    EXPECT_FALSE(IsDropped(Way::In, Make(Way::In, ACK, SERVER_ISN + 1, CLIENT_ISN + 1, "data")));
    EXPECT_TRUE(IsDropped(Way::In, Make(Way::In, SYN, SERVER_ISN, 0))) << "not even then";
}

TEST_F(StatefulFirewallBox, LetsARefusalPass)
{
    Pass(Way::Out, Make(Way::Out, SYN, CLIENT_ISN, 0));
    EXPECT_FALSE(IsDropped(Way::In, Make(Way::In, RST | ACK, 0, CLIENT_ISN + 1)));
}

TEST_F(StatefulFirewallBox, LetsARepeatedHandshakePass)
{
    Pass(Way::Out, Make(Way::Out, SYN, CLIENT_ISN, 0));
    EXPECT_FALSE(IsDropped(Way::Out, Make(Way::Out, SYN, CLIENT_ISN, 0)));
    Pass(Way::In, Make(Way::In, SYN | ACK, SERVER_ISN, CLIENT_ISN + 1));
    EXPECT_FALSE(IsDropped(Way::In, Make(Way::In, SYN | ACK, SERVER_ISN, CLIENT_ISN + 1)));
}

// Windows are 1000 in the fixture.
TEST_F(StatefulFirewallBox, DropsWhatIsOutOfTheWindow)
{
    Handshake();
    const auto fromClient = [](uint32_t offset, const std::string& text) {
        return Make(Way::Out, ACK, CLIENT_ISN + 1 + offset, SERVER_ISN + 1, text);
    };
    EXPECT_FALSE(IsDropped(Way::Out, fromClient(0, std::string(1000, 'x'))));
    EXPECT_TRUE(IsDropped(Way::Out, fromClient(1000, "x"))) << "beyond the right edge";
    EXPECT_FALSE(IsDropped(Way::Out, fromClient(0, "x"))) << "a retransmission";
    EXPECT_TRUE(IsDropped(Way::Out, fromClient(0U - 100, "x"))) << "older than a window";
    EXPECT_TRUE(IsDropped(Way::In, Make(Way::In, ACK, SERVER_ISN + 1, CLIENT_ISN + 1002)))
        << "acknowledges what was never sent";
    EXPECT_FALSE(IsDropped(Way::In, Make(Way::In, ACK, SERVER_ISN + 1, CLIENT_ISN + 1001)));
    EXPECT_FALSE(IsDropped(Way::Out, fromClient(1000, "x"))) << "the window has moved";
    EXPECT_TRUE(IsDropped(Way::In, Make(Way::In, RST, SERVER_ISN + 2000, 0)));
}

TEST_F(StatefulFirewallBox, KnowsTheScale)
{
    Handshake(2);
    const auto data = [](uint32_t offset, std::size_t bytes) {
        return Make(Way::Out,
                    ACK,
                    CLIENT_ISN + 1 + offset,
                    SERVER_ISN + 1,
                    std::string(bytes, 'x'));
    };
    // The SYN/ACK's window was 1000 bytes, the next one is 1000 times four.
    EXPECT_TRUE(IsDropped(Way::Out, data(0, 1001)));
    Pass(Way::In, Make(Way::In, ACK, SERVER_ISN + 1, CLIENT_ISN + 1));
    EXPECT_FALSE(IsDropped(Way::Out, data(0, 4000)));
    EXPECT_TRUE(IsDropped(Way::Out, data(4000, 1)));
}

class IntrusionDetectorBox : public MiddleboxTest
{
  protected:
    void SetUp() override
    {
        auto box = std::make_unique<IntrusionDetector>();
        m_detector = box.get();
        m_box = std::move(box);
    }

    static TcpSegment Data(uint32_t offset, const std::string& text)
    {
        return Make(Way::Out, ACK, CLIENT_ISN + 1 + offset, SERVER_ISN + 1, text);
    }

    IntrusionDetector* m_detector{nullptr};
};

TEST_F(IntrusionDetectorBox, DropsWhatComesBehindAHoleUntilItIsFilled)
{
    Handshake();
    EXPECT_FALSE(IsDropped(Way::Out, Data(0, "abcd")));
    EXPECT_TRUE(IsDropped(Way::Out, Data(8, "ijkl")));
    EXPECT_FALSE(IsDropped(Way::Out, Data(4, "efgh")));
    EXPECT_FALSE(IsDropped(Way::Out, Data(8, "ijkl")));
    EXPECT_FALSE(IsDropped(Way::Out, Data(0, "abcd"))) << "old data leaves no hole";
    EXPECT_EQ(m_box->Counters().dropped, 1U);
    EXPECT_EQ(m_detector->MidStream(), 0U);
}

TEST_F(IntrusionDetectorBox, DropsConnectionsWhoseBeginningItHasNotSeen)
{
    EXPECT_TRUE(IsDropped(Way::Out, Data(0, "abcd")));
    Pass(Way::Out, Make(Way::Out, SYN, CLIENT_ISN, 0));
    EXPECT_TRUE(IsDropped(Way::In, Make(Way::In, ACK, SERVER_ISN + 1, CLIENT_ISN + 1, "x")))
        << "the server has not answered";
    EXPECT_EQ(m_detector->MidStream(), 2U);
}

class TrafficNormaliserBox : public MiddleboxTest
{
  protected:
    void SetUp() override
    {
        TrafficNormaliser::Settings settings;
        settings.mostWaitingBytes = 10;
        auto box = std::make_unique<TrafficNormaliser>(settings);
        m_normaliser = box.get();
        m_box = std::move(box);
    }

    static TcpSegment Data(uint32_t offset, const std::string& text)
    {
        return Make(Way::Out, ACK, CLIENT_ISN + 1 + offset, SERVER_ISN + 1, text);
    }

    TrafficNormaliser* m_normaliser{nullptr};
};

TEST_F(TrafficNormaliserBox, OverwritesUnknownOptionsWithNops)
{
    const TcpOption mss{TCP_OPTION_MSS, 4, 5, 0xb4};
    const auto syn =
        PassOne(Way::Out, With(Make(Way::Out, SYN, CLIENT_ISN, 0), {{30, 4, 0, 1}, mss}));
    const TcpOption nop{TCP_OPTION_NOP};
    EXPECT_EQ(syn.options, (std::vector<TcpOption>{nop, nop, nop, nop, mss}));
    EXPECT_EQ(m_box->Counters().changed, 1U);
}

TEST_F(TrafficNormaliserBox, HoldsBackWhatComesBehindAHole)
{
    Handshake();
    EXPECT_TRUE(Pass(Way::Out, Data(4, "efgh")).empty());
    auto fin = Make(Way::Out, ACK | FIN, CLIENT_ISN + 9, SERVER_ISN + 1);
    EXPECT_TRUE(Pass(Way::Out, fin).empty());
    const auto emissions = Pass(Way::Out, Data(0, "abcd"));
    ASSERT_EQ(emissions.size(), 3U);
    EXPECT_EQ(Text(emissions[0].segment), "abcd");
    EXPECT_EQ(Text(emissions[1].segment), "efgh");
    EXPECT_EQ(emissions[2].segment, fin);
}

TEST_F(TrafficNormaliserBox, DropsWhatItHasNoRoomFor)
{
    Handshake();
    EXPECT_TRUE(Pass(Way::Out, Data(4, "efghijk")).empty());
    EXPECT_TRUE(Pass(Way::Out, Data(11, "lmno")).empty());
    EXPECT_EQ(m_box->Counters().dropped, 1U);
    EXPECT_EQ(Pass(Way::Out, Data(0, "abcd")).size(), 2U);
}

TEST_F(TrafficNormaliserBox, GivesRetransmissionsTheContentThatHasPassed)
{
    Handshake();
    PassOne(Way::Out, Data(0, "abcd"));
    const auto again = PassOne(Way::Out, Data(2, "XYef"));
    EXPECT_EQ(Text(again), "cdef");
    EXPECT_EQ(m_normaliser->Inconsistent(), 1U);
    EXPECT_EQ(Text(PassOne(Way::Out, Data(0, "abcdef"))), "abcdef");
    EXPECT_EQ(m_normaliser->Inconsistent(), 1U);
}

TEST_F(TrafficNormaliserBox, ForgetsWhatIsAcknowledged)
{
    Handshake();
    PassOne(Way::Out, Data(0, "abcd"));
    PassOne(Way::In, Make(Way::In, ACK, SERVER_ISN + 1, CLIENT_ISN + 1 + 2));
    EXPECT_EQ(Text(PassOne(Way::Out, Data(0, "WXYZ"))), "WXcd");
}

TEST_F(TrafficNormaliserBox, DropsConnectionsWhoseBeginningItHasNotSeen)
{
    EXPECT_TRUE(IsDropped(Way::Out, Data(0, "abcd")));
}

} // namespace
} // namespace mptcp
