// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// Redundant with a number of copies (RFC 6897 A.3 REQ12).
#include "scheduling-fixture.h"
#include "scheduling/redundant.h"

namespace mptcp
{
namespace
{

using namespace test;

struct Row
{
    std::string name;
    uint32_t copies;
    std::vector<Path> paths;
    std::vector<uint64_t> behindBytes;
    std::vector<uint16_t> chosen; //!< empty: waits
    bool isCopy;
};

class RedundantCopies : public testing::TestWithParam<Row>
{
};

TEST_P(RedundantCopies, AreAsManyAsAskedFor)
{
    const Row& row = GetParam();
    ConnectionSnapshot connection = ConnectionOf(row.paths);
    for (std::size_t i = 0; i < row.behindBytes.size(); ++i)
    {
        connection.subflows[i].behindBytes = row.behindBytes[i];
    }
    const Decision decision = Redundant(row.copies).Choose(connection);
    std::vector<uint16_t> chosen;
    if (decision.grant)
    {
        for (const SubflowId id : decision.grant->subflows)
        {
            chosen.push_back(id.Value());
        }
        EXPECT_EQ(decision.grant->isCopy, row.isCopy);
    }
    EXPECT_EQ(chosen, row.chosen);
}

const std::vector<Path> THREE{{1, 90, 9}, {2, 20, 9}, {3, 50, 9}};

INSTANTIATE_TEST_SUITE_P(
    Some,
    RedundantCopies,
    testing::Values(
        Row{"All", 0, THREE, {}, {1, 2, 3}, false},
        Row{"TheFastestTwo", 2, THREE, {}, {2, 3}, false},
        Row{"TheFastest", 1, THREE, {}, {2}, false},
        Row{"MoreThanThereAre", 9, THREE, {}, {1, 2, 3}, false},
        Row{"OfEqualsTheOlder", 1, {{1, 20, 9}, {2, 20, 9}}, {}, {1}, false},
        Row{"WhoIsBehindAndNotChosenStaysBehind", 2, THREE, {5000, 0, 0}, {2, 3}, false},
        Row{"WhoIsBehindAndChosenCatchesUp", 2, THREE, {0, 0, 5000}, {3}, true},
        Row{"FullOnesAreNotReplaced", 1, {{1, 90, 9}, {2, 20, 9, 9}}, {}, {}, false},
        Row{"BackupsDoNotCount", 1, {{1, 90, 9}, {2, 20, 9, 0, true}}, {}, {1}, false}),
    [](const auto& row) { return row.param.name; });

} // namespace
} // namespace mptcp
