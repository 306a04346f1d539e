// SPDX-License-Identifier: GPL-2.0-only
#include "api/use-decision.h"

#include <functional>
#include <gtest/gtest.h>
#include <string>

namespace mptcp
{
namespace
{

/// Of an application that binds nowhere, on a host whose policy is to use MPTCP.
struct Row
{
    std::string name;
    std::function<void(UseRequest&)> change;
    bool use;
    UseReason reason;
};

class UseDecisionRule : public ::testing::TestWithParam<Row>
{
};

TEST_P(UseDecisionRule, Holds)
{
    UseRequest request;
    request.isPolicyOn = true;
    GetParam().change(request);
    const UseDecision decision = DecideUse(request);
    EXPECT_EQ(decision.use, GetParam().use);
    EXPECT_EQ(decision.reason, GetParam().reason);
}

const std::vector<Row> ROWS{
    {"PolicyDecidesForUnboundSockets", [](UseRequest&) {}, true, UseReason::EnabledByPolicy},
    {"PolicyMayBeAgainstIt",
     [](UseRequest& r) { r.isPolicyOn = false; },
     false,
     UseReason::DisabledByPolicy},
    {"BoundAddressDisables",
     [](UseRequest& r) { r.isBoundToAddress = true; },
     false,
     UseReason::BoundToAddress},
    {"BoundDeviceDisables",
     [](UseRequest& r) { r.isBoundToDevice = true; },
     false,
     UseReason::BoundToDevice},
    {"SmallBufferDisables",
     [](UseRequest& r) { r.hasSmallBuffer = true; },
     false,
     UseReason::SmallBuffer},
    {"FailedPeerIsAvoided",
     [](UseRequest& r) { r.hasPeerFailed = true; },
     false,
     UseReason::PeerHasFailed},
    {"EnabledWinsOverBindings",
     [](UseRequest& r) {
         r.enable = true;
         r.isBoundToAddress = true;
         r.isBoundToDevice = true;
     },
     true,
     UseReason::EnabledByApplication},
    {"EnabledWinsOverAllElse",
     [](UseRequest& r) {
         r.enable = true;
         r.hasSmallBuffer = true;
         r.hasPeerFailed = true;
         r.isPolicyOn = false;
     },
     true,
     UseReason::EnabledByApplication},
    {"DisabledWinsOverPolicy",
     [](UseRequest& r) { r.enable = false; },
     false,
     UseReason::DisabledByApplication},
    {"DisabledWinsOverAddressList",
     [](UseRequest& r) {
         r.enable = false;
         r.hasAddressList = true;
     },
     false,
     UseReason::DisabledByApplication},
    {"AddressListShowsThatTheApplicationKnows",
     [](UseRequest& r) {
         r.hasAddressList = true;
         r.isBoundToAddress = true;
         r.isPolicyOn = false;
     },
     true,
     UseReason::EnabledByApplication},
};

std::string
NameOf(const ::testing::TestParamInfo<Row>& row)
{
    return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Rows, UseDecisionRule, ::testing::ValuesIn(ROWS), NameOf);

} // namespace
} // namespace mptcp
