// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// An initiator whose third ACK, with MP_CAPABLE, does not seem to arrive (RFC 8684 3.1: "the host
/// MUST stop using MPTCP and no longer include MPTCP options", once it thinks so).
#include "handshake/subflow-handshake.h"

#include <gtest/gtest.h>
#include <string>

namespace mptcp
{
namespace
{

const Key KEY_A{0x0123456789abcdef};
const Key KEY_B{0xfedcba9876543210};
const SegmentFacts SYN_ACK{true, true, false, false, {}, 0};
const SegmentFacts PURE_ACK{false, true, false, false, SubflowOffset(1), 0};

SubflowHandshake
AfterSynAck()
{
    CapableConfig config;
    config.localKey = KEY_A;
    SubflowHandshake initiator = SubflowHandshake::InitiateConnection(config);
    OptionList options;
    options.push_back(CapableSynAck{CapableFlags{}, KEY_B});
    initiator.OnSegment(SYN_ACK, options);
    EXPECT_EQ(initiator.State(), HandshakeState::CapableUnconfirmed);
    return initiator;
}

struct Row
{
    const char* name;
    uint32_t most;
    uint32_t unanswered;
    bool goesWithout;
};

class UnansweredKeys : public testing::TestWithParam<Row>
{
};

// What becomes of the connection is for the answer to tell.
TEST_P(UnansweredKeys, MoreThanAFewAskForASegmentWithoutOptions)
{
    SubflowHandshake initiator = AfterSynAck();
    Verdict verdict;
    for (uint32_t i = 0; i < GetParam().unanswered; ++i)
    {
        verdict = initiator.OnUnanswered(GetParam().most);
    }
    const bool goesWithout = GetParam().goesWithout;
    EXPECT_EQ(verdict.action, goesWithout ? VerdictAction::FallBack : VerdictAction::Continue);
    EXPECT_EQ(initiator.LastVerdict().cause,
              goesWithout ? HandshakeCause::KeysUnanswered : HandshakeCause::None);
    EXPECT_EQ(initiator.State(), HandshakeState::CapableUnconfirmed);
    OutgoingSegment ack;
    ack.ack = true;
    EXPECT_FALSE(initiator.OptionsFor(ack).empty()) << "the next one has them again";
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         UnansweredKeys,
                         testing::Values(Row{"None", 0, 0, false},
                                         Row{"OneOfNone", 0, 1, true},
                                         Row{"TwoOfTwo", 2, 2, false},
                                         Row{"ThreeOfTwo", 2, 3, true},
                                         Row{"FourOfTwo", 2, 4, true}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(UnansweredKeysOf, AnEstablishedHandshakeDoNotMatter)
{
    SubflowHandshake initiator = AfterSynAck();
    OptionList options;
    options.push_back(Dss{});
    initiator.OnSegment(PURE_ACK, options);
    ASSERT_EQ(initiator.State(), HandshakeState::Established);
    EXPECT_EQ(initiator.OnUnanswered(0).action, VerdictAction::Continue);
    EXPECT_EQ(initiator.State(), HandshakeState::Established);
}

TEST(UnansweredKeysOf, ASynWithoutAnAnswerHaveTheirOwnRule)
{
    CapableConfig config;
    config.localKey = KEY_A;
    SubflowHandshake initiator = SubflowHandshake::InitiateConnection(config);
    EXPECT_EQ(initiator.OnUnanswered(0).action, VerdictAction::Continue);
    EXPECT_EQ(initiator.State(), HandshakeState::CapableSynSent);
}

} // namespace
} // namespace mptcp
