// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Boxes that acknowledge in place of the receiver.
#include "middlebox-fixture.h"
#include "middlebox/performance-proxy.h"
#include "middlebox/split-proxy.h"

namespace mptcp
{
namespace
{

using namespace std::chrono_literals;

const TcpOption MAPPING{30, 4, 0x20, 0x05};
const TcpOption DATA_ACK{30, 8, 0x20, 0x01, 0, 0, 0, 9};

class ProxyBoxes : public MiddleboxTest
{
  protected:
    static TcpSegment Data(uint32_t offset, const std::string& text)
    {
        return Make(Way::Out, ACK, CLIENT_ISN + 1 + offset, SERVER_ISN + 1, text);
    }

    static TcpSegment AckFromServer(uint32_t offset)
    {
        return Make(Way::In, ACK, SERVER_ISN + 1, CLIENT_ISN + 1 + offset);
    }

    static uint32_t Acknowledged(const TcpSegment& segment)
    {
        return segment.acknowledgment - CLIENT_ISN - 1;
    }

    /// What went on to the server, and what came back to the client.
    struct Left
    {
        std::vector<TcpSegment> on;
        std::vector<TcpSegment> back;
    };

    static Left Sort(std::vector<BoxEmission> emissions)
    {
        Left left;
        for (auto& emission : emissions)
        {
            (emission.way == Way::Out ? left.on : left.back).push_back(emission.segment);
        }
        return left;
    }
};

class PerformanceProxyBox : public ProxyBoxes
{
  protected:
    void SetUp() override
    {
        PerformanceProxy::Settings settings;
        settings.timeout = 300ms;
        settings.mostBytes = 20;
        auto box = std::make_unique<PerformanceProxy>(settings);
        m_proxy = box.get();
        m_box = std::move(box);
        Handshake();
    }

    PerformanceProxy* m_proxy{nullptr};
};

TEST_F(PerformanceProxyBox, AcknowledgesDataWithoutOptionsOfItsOwn)
{
    const auto data = With(Data(0, "abcd"), {MAPPING});
    const auto left = Sort(Pass(Way::Out, data));
    ASSERT_EQ(left.on.size(), 1U);
    EXPECT_EQ(left.on[0], data) << "segments pass as they are";
    ASSERT_EQ(left.back.size(), 1U);
    EXPECT_EQ(left.back[0].source, SERVER);
    EXPECT_EQ(left.back[0].flags, ACK);
    EXPECT_EQ(left.back[0].sequence, SERVER_ISN + 1);
    EXPECT_EQ(Acknowledged(left.back[0]), 4U);
    EXPECT_TRUE(left.back[0].options.empty());
}

TEST_F(PerformanceProxyBox, EchoesTheTimestamp)
{
    const TcpOption servers{TCP_OPTION_TIMESTAMP, 10, 0, 0, 0, 5, 0, 0, 0, 0};
    Pass(Way::In, With(AckFromServer(0), {servers}));
    const TcpOption clients{TCP_OPTION_TIMESTAMP, 10, 0, 0, 0, 8, 0, 0, 0, 5};
    const auto left = Sort(Pass(Way::Out, With(Data(0, "abcd"), {clients, MAPPING})));
    ASSERT_EQ(left.back.size(), 1U);
    EXPECT_EQ(left.back[0].options,
              (std::vector<TcpOption>{{TCP_OPTION_TIMESTAMP, 10, 0, 0, 0, 5, 0, 0, 0, 8}}));
}

TEST_F(PerformanceProxyBox, HoldsBackWhatTheReceiverSaysLate)
{
    Pass(Way::Out, Data(0, "abcd"));
    Pass(Way::Out, Data(4, "efgh"));
    EXPECT_TRUE(IsDropped(Way::In, AckFromServer(4)));
    EXPECT_EQ(Acknowledged(PassOne(Way::In, AckFromServer(8))), 8U);
    auto update = AckFromServer(8);
    update.window = 2000;
    EXPECT_EQ(PassOne(Way::In, update).window, 2000);
}

TEST_F(PerformanceProxyBox, AcknowledgesOnlyWhatIsThere)
{
    const auto left = Sort(Pass(Way::Out, Data(4, "efgh")));
    ASSERT_EQ(left.back.size(), 1U);
    EXPECT_EQ(Acknowledged(left.back[0]), 0U) << "bytes 0 to 3 were lost before the proxy";
    EXPECT_EQ(Acknowledged(Sort(Pass(Way::Out, Data(0, "abcd"))).back.at(0)), 8U);
}

TEST_F(PerformanceProxyBox, RepeatsWhatIsLostBehindItByItself)
{
    Pass(Way::Out, Data(0, "abcd"));
    Pass(Way::Out, Data(4, "efgh"));
    Pass(Way::In, AckFromServer(0));
    Pass(Way::In, AckFromServer(0));
    const auto left = Sort(Pass(Way::In, AckFromServer(0)));
    ASSERT_EQ(left.on.size(), 1U) << "three repeated acknowledgments (RFC 5681)";
    EXPECT_EQ(left.on[0], Data(0, "abcd"));
    EXPECT_EQ(left.back.size(), 0U) << "the sender does not hear of it";
    EXPECT_EQ(m_proxy->Retransmissions(), 1U);
}

TEST_F(PerformanceProxyBox, RepeatsAfterATimeoutTooAndBacksOff)
{
    Pass(Way::Out, Data(0, "abcd"));
    EXPECT_TRUE(WakeAfter(299ms).empty());
    auto again = WakeAfter(1ms);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].segment, Data(0, "abcd"));
    EXPECT_TRUE(WakeAfter(599ms).empty());
    EXPECT_EQ(WakeAfter(1ms).size(), 1U);
    Pass(Way::In, AckFromServer(4));
    EXPECT_FALSE(m_box->WakeAt());
}

TEST_F(PerformanceProxyBox, TakesNoMoreThanItCanStore)
{
    Pass(Way::Out, Data(0, std::string(18, 'x')));
    const auto left = Sort(Pass(Way::Out, Data(18, "abcd")));
    EXPECT_EQ(left.on.size(), 1U);
    EXPECT_EQ(Acknowledged(left.back.at(0)), 18U);
    // The receiver answers for it; then there is nothing to hold back.
    EXPECT_EQ(Acknowledged(PassOne(Way::In, AckFromServer(22))), 22U);
}

class SplitProxyBox : public ProxyBoxes
{
  protected:
    void Use(SplitProxy::Settings settings = {})
    {
        settings.timeout = 300ms;
        settings.bufferBytes = 2000;
        auto box = std::make_unique<SplitProxy>(settings);
        m_proxy = box.get();
        m_box = std::move(box);
        Handshake();
    }

    SplitProxy* m_proxy{nullptr};
};

TEST_F(SplitProxyBox, KeepsOfAHandshakeWhatItKnows)
{
    Use();
    const TcpOption mss{TCP_OPTION_MSS, 4, 5, 0xb4};
    const TcpOption scale{TCP_OPTION_WINDOW_SCALE, 3, 7};
    auto syn = With(Make(Way::Out, SYN, 1, 0),
                    {mss,
                     {TCP_OPTION_SACK_PERMITTED, 2},
                     {TCP_OPTION_TIMESTAMP, 10, 0, 0, 0, 1, 0, 0, 0, 0},
                     scale,
                     {30, 4, 0x01, 0x81}});
    syn.source.port = 40001;
    EXPECT_EQ(PassOne(Way::Out, syn).options, (std::vector<TcpOption>{mss, scale}));
}

TEST_F(SplitProxyBox, AnswersForItsOwnHalf)
{
    Use();
    const auto left = Sort(Pass(Way::Out, With(Data(0, "abcd"), {MAPPING})));
    ASSERT_EQ(left.on.size(), 1U);
    EXPECT_EQ(Text(left.on[0]), "abcd");
    EXPECT_TRUE(left.on[0].options.empty());
    ASSERT_EQ(left.back.size(), 1U);
    EXPECT_EQ(Acknowledged(left.back[0]), 4U);
    EXPECT_EQ(left.back[0].window, 1996) << "room in the proxy, not at the receiver";
    EXPECT_EQ(m_proxy->ResponsibleBytes(), 4U);
    EXPECT_TRUE(Pass(Way::In, AckFromServer(4)).empty()) << "what the receiver says ends here";
    EXPECT_EQ(m_proxy->ResponsibleBytes(), 0U);
}

TEST_F(SplitProxyBox, SendsOnInOrderOnly)
{
    Use();
    const auto early = Sort(Pass(Way::Out, Data(4, "efgh")));
    EXPECT_TRUE(early.on.empty());
    EXPECT_EQ(Acknowledged(early.back.at(0)), 0U);
    const auto left = Sort(Pass(Way::Out, Data(0, "abcd")));
    ASSERT_EQ(left.on.size(), 2U);
    EXPECT_EQ(Text(left.on[0]), "abcd");
    EXPECT_EQ(Text(left.on[1]), "efgh");
    EXPECT_EQ(Acknowledged(left.back.at(0)), 8U);
}

// The server's window is 1000 in the fixture.
TEST_F(SplitProxyBox, KeepsToTheReceiversWindow)
{
    Use();
    EXPECT_EQ(Sort(Pass(Way::Out, Data(0, std::string(900, 'a')))).on.size(), 1U);
    const auto left = Sort(Pass(Way::Out, Data(900, std::string(200, 'b'))));
    EXPECT_TRUE(left.on.empty());
    EXPECT_EQ(Acknowledged(left.back.at(0)), 1100U);
    EXPECT_EQ(Sort(Pass(Way::In, AckFromServer(900))).on.size(), 1U);
}

TEST_F(SplitProxyBox, TriesAClosedWindow)
{
    Use();
    Pass(Way::Out, Data(0, std::string(1000, 'a')));
    Pass(Way::Out, Data(1000, "next"));
    auto closed = AckFromServer(1000);
    closed.window = 0;
    EXPECT_TRUE(Pass(Way::In, closed).empty());
    const auto probe = WakeAfter(300ms);
    ASSERT_EQ(probe.size(), 1U);
    EXPECT_EQ(Text(probe[0].segment), "next");
}

TEST_F(SplitProxyBox, PassesTheEndOfAStreamBehindItsData)
{
    Use();
    const auto fin = Make(Way::Out, ACK | FIN, CLIENT_ISN + 5, SERVER_ISN + 1);
    EXPECT_TRUE(Sort(Pass(Way::Out, fin)).on.empty());
    const auto left = Sort(Pass(Way::Out, Data(0, "abcd")));
    ASSERT_EQ(left.on.size(), 2U);
    EXPECT_TRUE(left.on[1].Has(FIN));
    EXPECT_EQ(Acknowledged(left.back.at(0)), 5U);
}

TEST_F(SplitProxyBox, RepeatsWhatIsLostBehindIt)
{
    Use();
    Pass(Way::Out, Data(0, "abcd"));
    const auto again = WakeAfter(300ms);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(Text(again[0].segment), "abcd");
}

TEST_F(SplitProxyBox, RelaysOptionsOnceAReceiverHasAcknowledgedData)
{
    SplitProxy::Settings settings;
    settings.relaysUnknownOptions = true;
    Use(settings);
    const auto first = Sort(Pass(Way::Out, With(Data(0, "abcd"), {MAPPING})));
    EXPECT_EQ(first.on.at(0).options, (std::vector<TcpOption>{MAPPING}));
    EXPECT_TRUE(first.back.empty()) << "it does not know yet what to say";
    const auto answer = Sort(Pass(Way::In, With(AckFromServer(4), {DATA_ACK})));
    EXPECT_EQ(answer.back.at(0).options, (std::vector<TcpOption>{DATA_ACK}));
    const auto second = Sort(Pass(Way::Out, With(Data(4, "efgh"), {MAPPING})));
    EXPECT_EQ(Acknowledged(second.back.at(0)), 8U);
    EXPECT_EQ(second.back.at(0).options, (std::vector<TcpOption>{DATA_ACK}));
}

TEST_F(SplitProxyBox, LosesWhatItHasWhenItFails)
{
    SplitProxy::Settings settings;
    settings.failsAfterBytes = 8;
    Use(settings);
    Pass(Way::Out, Data(0, "abcd"));
    Pass(Way::In, AckFromServer(4));
    Pass(Way::Out, Data(4, "efgh"));
    EXPECT_TRUE(m_proxy->HasFailed());
    EXPECT_EQ(m_proxy->ResponsibleBytes(), 4U)
        << "acknowledged to the client, unknown to the server";
    EXPECT_TRUE(IsDropped(Way::Out, Data(8, "ijkl")));
    EXPECT_TRUE(IsDropped(Way::In, AckFromServer(4)));
    EXPECT_FALSE(m_box->WakeAt());
}

} // namespace
} // namespace mptcp
