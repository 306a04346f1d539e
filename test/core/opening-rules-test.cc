// SPDX-License-Identifier: GPL-2.0-only
#include "api/opening-rules.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace mptcp
{
namespace
{

using namespace std::chrono_literals;

struct Row
{
    std::string name;
    OpeningRules rules;
    TransferProgress progress;
    bool mayOpen;
};

OpeningRules
With(OpeningPolicy policy)
{
    OpeningRules rules;
    rules.policy = policy;
    rules.enoughBytes = 1000;
    return rules;
}

OpeningRules
With(const CommunicationHints& hints)
{
    OpeningRules rules = With(OpeningPolicy::AsSoonAsPossible);
    rules.hints = hints;
    return rules;
}

class OpeningRule : public ::testing::TestWithParam<Row>
{
};

TEST_P(OpeningRule, Holds)
{
    EXPECT_EQ(MayOpenNow(GetParam().rules, GetParam().progress), GetParam().mayOpen);
}

const std::vector<Row> ROWS{
    {"AtOnceByDefault", {}, {}, true},
    {"NotEnoughData", With(OpeningPolicy::WhenEnoughData), {999, true, 20ms, 0}, false},
    {"EnoughData", With(OpeningPolicy::WhenEnoughData), {1000, false, 20ms, 0}, true},
    {"WindowNotFull", With(OpeningPolicy::WhenWindowFull), {5000, false, 20ms, 0}, false},
    {"WindowFull", With(OpeningPolicy::WhenWindowFull), {0, true, 20ms, 0}, true},
    {"FewBytesExpected", With(CommunicationHints{999, {}, {}}), {}, false},
    {"ManyBytesExpected", With(CommunicationHints{1000, {}, {}}), {}, true},
    {"ShortDuration", With(CommunicationHints{{}, 199ms, {}}), {0, false, 20ms, 0}, false},
    {"LongDuration", With(CommunicationHints{{}, 200ms, {}}), {0, false, 20ms, 0}, true},
    // 20,000 bytes in 20 ms are 1 MB/s.
    {"LowRate", With(CommunicationHints{{}, {}, 1'000'000}), {0, false, 20ms, 20'000}, false},
    {"HighRate", With(CommunicationHints{{}, {}, 1'000'001}), {0, false, 20ms, 20'000}, true},
    {"RateUnmeasured", With(CommunicationHints{{}, {}, 1}), {0, false, 0ms, 20'000}, true},
};

std::string
NameOf(const ::testing::TestParamInfo<Row>& row)
{
    return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Rows, OpeningRule, ::testing::ValuesIn(ROWS), NameOf);

} // namespace
} // namespace mptcp
