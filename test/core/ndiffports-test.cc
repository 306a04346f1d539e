// SPDX-License-Identifier: GPL-2.0-only
#include "paths/ndiffports.h"

#include <chrono>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

namespace mptcp
{
namespace
{

using std::chrono::seconds;

const LocalAddress L0{0, IpAddress::V4(10, 0, 0, 1), false};
const LocalAddress L1{1, IpAddress::V4(10, 0, 1, 1), false};
const LocalAddress L0_BACKUP{0, IpAddress::V4(10, 0, 0, 1), true};
const Endpoint R0{IpAddress::V4(192, 0, 2, 1), 80};
const Endpoint R1{IpAddress::V4(192, 0, 2, 2), 80};
const SubflowPath OURS{0, 0, R0, false};
const SubflowPath PEERS{0, 0, {R0.address, 50001}, true};

const PathEvent USABLE = ConnectionUsable{Role::Initiator, SubflowId(0), R0, {L0, L1}, false};
const PathEvent FLAG_C = ConnectionUsable{Role::Initiator, SubflowId(0), R0, {L0, L1}, true};
const PathEvent RESPONDER = ConnectionUsable{Role::Responder, SubflowId(0), R0, {L0, L1}, false};
// Port zero: each subflow gets a free source port, hence one of its own.
const PathAction OPEN = OpenSubflow{{L0.address, 0}, 0, R0, 0, false};
const PathActions NOTHING;

PathEvent
Up(uint16_t id)
{
    return SubflowUp{SubflowId(id), OURS};
}

PathEvent
Down(uint16_t id, DownReason reason)
{
    return SubflowDown{SubflowId(id), OURS, reason};
}

PathEvent
Failed(DownReason reason)
{
    return SubflowDown{std::nullopt, OURS, reason};
}

PathAction
Close(uint16_t id)
{
    return CloseSubflow{SubflowId(id), false};
}

PathAction
CloseIfDead(uint16_t id)
{
    return CloseSubflow{SubflowId(id), true};
}

PathAction
Retry(uint32_t id)
{
    return RetryLater{id, seconds(1)};
}

struct Step
{
    PathEvent event;
    PathActions actions;
};

struct PortsCase
{
    std::string name;
    uint32_t subflows;
    std::vector<Step> steps;
};

class NDiffPortsRule : public testing::TestWithParam<PortsCase>
{
};

TEST_P(NDiffPortsRule, Holds)
{
    NDiffPortsConfig config;
    config.subflows = GetParam().subflows;
    NDiffPorts policy(config);
    for (std::size_t i = 0; i < GetParam().steps.size(); ++i)
    {
        const Step& step = GetParam().steps[i];
        EXPECT_EQ(policy.On(step.event), step.actions) << "step " << i;
    }
}

const std::vector<PortsCase> CASES{
    {"OpensUpToTheNumber", 4, {{USABLE, {OPEN, OPEN, OPEN}}}},
    {"OneIsTheFirst", 1, {{USABLE, NOTHING}}},
    {"ZeroIsNoReasonToClose", 0, {{USABLE, NOTHING}}},
    {"NothingBeforeTheConnectionIsUsable",
     2,
     {{LocalAddressUp{L0}, NOTHING},
      {AddressAnnounced{0, R0}, NOTHING},
      {AddressWithdrawn{0}, NOTHING},
      {USABLE, {OPEN}}}},
    {"SecondUsableIsIgnored", 2, {{USABLE, {OPEN}}, {USABLE, NOTHING}}},
    {"ResponderOpensNothing",
     3,
     {{RESPONDER, NOTHING}, {SubflowDown{SubflowId(0), PEERS, DownReason::TimedOut}, NOTHING}}},
    // RFC 8684 3.1: flag C forbids more subflows to the initial address and port.
    {"FlagCForbidsMore", 3, {{FLAG_C, NOTHING}, {AddressAnnounced{0, R0}, NOTHING}}},
    {"OtherAddressesAreIgnored",
     2,
     {{USABLE, {OPEN}},
      {AddressAnnounced{1, R1}, NOTHING},
      {AddressWithdrawn{1}, NOTHING},
      {LocalAddressUp{L1}, NOTHING},
      {LocalAddressDown{1}, NOTHING}}},
    {"PendingOnesCount", 2, {{USABLE, {OPEN}}, {LocalAddressUp{L0}, NOTHING}, {Up(1), NOTHING}}},
    {"SubflowsOfThePeerCount",
     2,
     {{USABLE, {OPEN}},
      {SubflowUp{SubflowId(1), PEERS}, NOTHING},
      {Failed(DownReason::Unreachable), {Retry(1)}},
      {RetryDue{1}, NOTHING},
      {SubflowDown{SubflowId(1), PEERS, DownReason::Closed}, {OPEN}}}},
    {"FailedSubflowOfThePeerIsNotRetried",
     2,
     {{USABLE, {OPEN}},
      {SubflowUp{SubflowId(1), PEERS}, NOTHING},
      {SubflowDown{SubflowId(1), PEERS, DownReason::TimedOut}, NOTHING}}},
    {"FailedJoinOfThePeerLeavesTheOwnAttempt",
     2,
     {{USABLE, {OPEN}}, {SubflowDown{SubflowId(1), PEERS, DownReason::Unreachable}, NOTHING}}},
    {"FailureInPassingIsRetriedOnce",
     2,
     {{USABLE, {OPEN}},
      {Failed(DownReason::Unreachable), {Retry(1)}},
      {RetryDue{1}, {OPEN}},
      {Failed(DownReason::Unreachable), NOTHING}}},
    {"EachSubflowHasItsOwnRetry",
     3,
     {{USABLE, {OPEN, OPEN}},
      {Up(1), NOTHING},
      {Up(2), NOTHING},
      {Down(0, DownReason::TimedOut), {Retry(1)}},
      {Down(1, DownReason::Reset), {Retry(2)}},
      {Down(2, DownReason::TimedOut), {Retry(3)}},
      {RetryDue{2}, {OPEN}},
      {RetryDue{2}, NOTHING},
      {RetryDue{1}, {OPEN}},
      {RetryDue{3}, {OPEN}}}},
    {"SuccessStartsTheCountAnew",
     2,
     {{USABLE, {OPEN}},
      {Failed(DownReason::Unanswered), {Retry(1)}},
      {RetryDue{1}, {OPEN}},
      {Up(1), NOTHING},
      {Down(1, DownReason::TimedOut), {Retry(2)}}}},
    {"ClosedInOrderIsNotReplaced",
     2,
     {{USABLE, {OPEN}}, {Up(1), NOTHING}, {Down(1, DownReason::Closed), NOTHING}}},
    // RFC 8684 3.6
    {"ResetForGoodIsNotReplaced",
     2,
     {{USABLE, {OPEN}}, {Up(1), NOTHING}, {Down(1, DownReason::ResetForGood), NOTHING}}},
    // RFC 8684 3.9.3: not again, unless ADD_ADDR refreshes the information.
    {"RefusedIsTriedAgainAfterAnAnnouncement",
     3,
     {{USABLE, {OPEN, OPEN}},
      {Failed(DownReason::Refused), NOTHING},
      {Up(1), NOTHING},
      {AddressAnnounced{0, R1}, NOTHING},
      {AddressAnnounced{0, R0}, {OPEN}}}},
    // RFC 8684 3.4.2
    {"WithdrawalOfTheRemoteAddressProbes",
     3,
     {{USABLE, {OPEN, OPEN}},
      {Up(1), NOTHING},
      {AddressWithdrawn{0}, {CloseIfDead(0), CloseIfDead(1)}},
      {AddressWithdrawn{0}, NOTHING},
      {Up(2), {Close(2)}},
      {Down(1, DownReason::TimedOut), NOTHING},
      {Down(2, DownReason::Closed), NOTHING},
      {AddressAnnounced{0, R0}, {OPEN, OPEN}}}},
    // RFC 8684 3.4.2
    {"LossOfTheLocalAddressClosesAll",
     2,
     {{USABLE, {OPEN}},
      {Up(1), NOTHING},
      {LocalAddressDown{0}, {WithdrawAddress{0}, Close(0), Close(1)}},
      {LocalAddressDown{0}, NOTHING},
      {Down(0, DownReason::Closed), NOTHING},
      {Down(1, DownReason::TimedOut), NOTHING},
      {LocalAddressUp{L0}, {OPEN, OPEN}}}},
    {"LocalAddressBackBeforeTheSubflowsHaveEnded",
     2,
     {{USABLE, {OPEN}},
      {Up(1), NOTHING},
      {LocalAddressDown{0}, {WithdrawAddress{0}, Close(0), Close(1)}},
      {LocalAddressUp{L0}, NOTHING},
      {Down(0, DownReason::Closed), {OPEN}},
      {Down(1, DownReason::Closed), {OPEN}}}},
    {"LocalAddressBackMakesARetryNeedless",
     2,
     {{USABLE, {OPEN}},
      {Failed(DownReason::Unreachable), {Retry(1)}},
      {LocalAddressDown{0}, {WithdrawAddress{0}, Close(0)}},
      {RetryDue{1}, NOTHING},
      {LocalAddressUp{L0}, {OPEN}}}},
    {"LocalAddressBackDoesNotWaitForARetry",
     2,
     {{USABLE, {OPEN}},
      {Failed(DownReason::Unreachable), {Retry(1)}},
      {LocalAddressDown{0}, {WithdrawAddress{0}, Close(0)}},
      {LocalAddressUp{L0}, {OPEN}},
      {RetryDue{1}, NOTHING}}},
    // RFC 8684 3.3.8
    {"ChangedPriorityIsToldOnEachSubflow",
     2,
     {{USABLE, {OPEN}},
      {Up(1), NOTHING},
      {LocalAddressUp{L0_BACKUP},
       {ChangePriority{SubflowId(0), true}, ChangePriority{SubflowId(1), true}}}}},
    {"EndOfAnUnknownSubflowIsIgnored",
     2,
     {{USABLE, {OPEN}}, {Up(1), NOTHING}, {Down(9, DownReason::TimedOut), NOTHING}}},
};

INSTANTIATE_TEST_SUITE_P(Rules, NDiffPortsRule, testing::ValuesIn(CASES), [](const auto& row) {
    return row.param.name;
});

TEST(NDiffPortsJoins, AreAcceptedUpToTheNumber)
{
    NDiffPorts policy;
    EXPECT_FALSE(policy.AcceptsJoin());
    EXPECT_TRUE(policy.On(RESPONDER).empty());
    EXPECT_TRUE(policy.AcceptsJoin());
    EXPECT_TRUE(policy.On(SubflowUp{SubflowId(1), PEERS}).empty());
    EXPECT_FALSE(policy.AcceptsJoin());
}

} // namespace
} // namespace mptcp
